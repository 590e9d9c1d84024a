"""Calls the app for one request as a WSGI server does (PEP 3333), and passes on what it answers.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any

    from pa_new_check.sandbox_reasons import Reasons


class Response:
    """The answer to one request; those who want to have it override two methods."""

    def __init__(self) -> None:
        self.head: list[Any] = []
        """Status and header fields, once the app has told them."""
        self.is_sent = False
        self.reasons: Reasons | None = None
        """What watches why the app refuses the request, if anything does."""

    def send_head(self, status: str, headers: list[tuple[str, str]]) -> None:
        """Pass on the head, right before the first part of the body."""
        raise NotImplementedError

    def send_data(self, data: bytes) -> None:
        """Pass on a part of the body, which may be empty."""
        raise NotImplementedError

    def ask(self, application: Any, environ: dict[str, Any]) -> None:
        """Ask the app, and pass on its answer as it comes."""
        has_body = environ["REQUEST_METHOD"] != "HEAD"
        chunks = application(environ, self._start)
        try:
            for chunk in chunks:
                if not isinstance(chunk, bytes):
                    kind = type(chunk).__name__
                    raise TypeError(f"the body must be bytes, not {kind}")
                if chunk and has_body:
                    self._write(chunk)
            if not self.is_sent:
                self._write(b"")
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def _start(
        self, status: str, headers: list[Any], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        """Take the head of the response: this is ``start_response``."""
        if exc_info and self.is_sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if self.head and not exc_info:
            raise AssertionError("the app calls start_response twice")
        _check_head(status, headers)
        if self.reasons is not None:
            self.reasons.note(exc_info)
        self.head[:] = [status, list(headers)]
        return self._write

    def _write(self, data: bytes) -> None:
        if not self.is_sent:
            if not self.head:
                raise AssertionError(
                    "the app sends a body before it calls start_response"
                )
            self.is_sent = True
            self.send_head(*self.head)
        self.send_data(data)


def is_logged(error: BaseException) -> bool:
    """Tell whether the library of handlers has written an exception into the log."""
    return bool(vars(error).get("_is_logged"))


def without_server(error: BaseException, modules: list[dict[str, Any]]) -> None:
    """Remove the lines of the server from the traceback of an exception.

    :param modules: the globals of the server's modules.
    """
    cause: BaseException | None = error
    for _ in range(20):
        if cause is not None:
            trace = cause.__traceback__
            cause.__traceback__ = _of_the_app(trace, [globals(), *modules])
            cause = cause.__cause__ or cause.__context__


def _of_the_app(
    trace: TracebackType | None, modules: list[dict[str, Any]]
) -> TracebackType | None:
    if trace is None:
        return None
    rest = _of_the_app(trace.tb_next, modules)
    if any(trace.tb_frame.f_globals is module for module in modules):
        return rest
    return type(trace)(rest, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)


def _check_head(status: Any, headers: Any) -> None:
    """Raise the error that a server raises if a response begins like this."""
    example = "it must be a text such as '200 OK'"
    if not isinstance(status, str):
        raise TypeError(f"the status is {shown(status)}: {example}")
    code = status[:3]
    is_code = len(code) == 3 and code.isascii() and code.isdecimal()
    if not is_code or status[3:4] not in ("", " "):
        raise ValueError(f"the status is {shown(status)}: {example}")
    status.encode("latin-1")
    for header in headers:
        if not isinstance(header, (tuple, list)) or len(header) != 2:
            raise TypeError(
                f"a header is {shown(header)}: it must be a name and a value"
            )
        for text in header:
            if not isinstance(text, str):
                raise TypeError(f"a header has {shown(text)}: it must be a text")
            text.encode("latin-1")


def shown(value: Any) -> str:
    """Return a value of the app as Python writes it, shortened if it is long."""
    text = repr(value)
    return text if len(text) <= 100 else text[:97] + "..."
