"""The error that ends a request, and what goes into the error log."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REASONS = {int(status): status.phrase for status in HTTPStatus}

IS_LOGGED = "_is_logged"  # of an exception that the log has: its server logs it again


class HTTPError(Exception):
    """Ends a request with an error, and discards what the handler wrote and set.

    :param status: the status code of the response.
    :param message: the message for the client (default: the standard reason).
    :param headers: header fields for the response, such as ``Retry-After``.
    """

    details: Callable[[], str] | None = None
    """Returns what is not for visitors: ``pa-new visit`` tells it."""

    def __init__(
        self, status: int, message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        if not isinstance(status, int) or not 200 <= status <= 599:
            raise wrong_status("HTTPError", status)
        self.status = status
        self.message = message or REASONS.get(status, "Error")
        self.headers = headers or {}
        super().__init__(status, self.message)


def wrong_status(call: str, status: object) -> Exception:
    """Return the exception for a status that is none.

    :param call: the class or method that got it.
    """
    from .hints import wrong_type

    if isinstance(status, int):
        return ValueError(f"a status is from 200 to 599, not {status}")
    digits = str(status) if str(status).isdecimal() else "404"
    example = f"write {call}({digits})"
    if isinstance(status, str) and status != digits and call == "HTTPError":
        example += f", or {call}({digits}, {status!r:.40}) for a message"
    return wrong_type(call, "a number", status, example)


def explained(
    environ: WSGIEnvironment,
    status: int,
    message: str,
    more: Callable[[], str],
    place: Callable[[], str] = str,
) -> HTTPError:
    """Return an error that says more in the preview, on the page and in the log.

    :param message: the message for the client (default: the standard reason).
    :param more: returns what is not for visitors.
    :param place: returns the line of the code, in brackets.
    """
    from .project import is_preview

    error = HTTPError(status, message)
    if is_preview():
        told = f"{message}; {more()}" if message else more()
        told += place()
        log(environ, told)
        error = HTTPError(status, told)
    else:
        error.details = more
    return error


def log_exception(environ: WSGIEnvironment, method: object = None) -> str:
    """Write the exception that is being handled to the server's error log.

    :param method: the method of the handler that was called, if that is known.
    :returns: in the preview, the line to look at, for the page; elsewhere "".
    """
    error = sys.exc_info()[1]
    text = f"{type(error).__name__}, of which nothing more can be told"
    with contextlib.suppress(Exception):  # What it says can fail by itself.
        from .tracebacks import describe

        text = describe(error, method) if error else text
        vars(error)[IS_LOGGED] = True
    log(environ, text)
    from .project import is_preview

    return text.partition("\n")[0] if is_preview() else ""


def log(environ: WSGIEnvironment, message: str) -> None:
    """Write the request and a message to the server's error log.

    Characters that are not printable are escaped and the message is indented, so that a
    client cannot fake a line of the log.
    """
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace")
    request = f"{environ['REQUEST_METHOD']} {path.decode('utf-8', 'replace')}"
    lines = (_printable(line) for line in (request, *message.split("\n")))
    text = "\n    ".join(lines) + "\n"
    with contextlib.suppress(Exception):  # The client gets a response in any case.
        try:
            environ["wsgi.errors"].write(text)
        except UnicodeEncodeError:  # of a server whose log has only ASCII
            environ["wsgi.errors"].write(
                text.encode("ascii", "backslashreplace").decode()
            )
        environ["wsgi.errors"].flush()


def _printable(text: str) -> str:
    """Return a text with escapes for characters that are not printable."""
    if text.isprintable():
        return text
    escaped = (c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return "".join(escaped)
