"""The response of the strict server: sends it, and checks it against PEP 3333."""

from __future__ import annotations

import io
import re
import traceback
from collections.abc import Callable
from typing import Any
from wsgiref.util import is_hop_by_hop

_NAME = re.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_STATUS = re.compile("[2-9][0-9]{2} [^\x00-\x1f\x7f]*")
_CONTROLS = re.compile("[\x00-\x1f\x7f]")


class Fault(Exception):
    """The application did something that PEP 3333 does not allow."""


class Response:
    """One call of the application, and what it answers.

    :param environ: what the application gets.
    :param send: sends bytes to the client, and raises OSError if it has gone.
    :param faults: gets a text for each fault.
    :param errors: gets the traceback if the application raises an exception.
    """

    def __init__(
        self,
        environ: dict[str, Any],
        send: Callable[[bytes], None],
        faults: list[str],
        errors: io.StringIO,
    ) -> None:
        self.environ = environ
        self.closes = _wants_close(environ)
        """The connection ends with this response."""
        self._send = send
        self._faults = faults
        self._errors = errors
        self._what = f"{environ['REQUEST_METHOD']} {environ['REQUEST_URI']}"
        self._body = environ["wsgi.input"]
        self._old = environ["SERVER_PROTOCOL"] == "HTTP/1.0"
        self._head: tuple[str, list[tuple[str, str]]] | None = None
        self._head_sent = False
        self._has_body = True
        self._chunked = False
        self._unsent: int | None = None
        self._gone = False
        self._ended = False

    def run(self, application: Callable[..., Any]) -> None:
        """Call the application, and send what it answers."""
        result: Any = None
        try:
            try:
                result = application(self.environ, self._start)
                self._send_all(result)
            finally:
                self._ended = True
                if hasattr(result, "close"):
                    result.close()
        except Fault as fault:
            self._faults.append(f"{self._what}: {fault}")
            self._fail()
        except BaseException:  # noqa: BLE001
            self._errors.write(f"{self._what}\n{traceback.format_exc()}")
            self._fail()

    def _send_all(self, result: Any) -> None:
        if isinstance(result, (bytes, str)):
            raise Fault(f"the response is {type(result).__name__}, not an iterable")
        for piece in result:
            if self._head is None:
                raise Fault("start_response was not called before the first piece")
            if type(piece) is not bytes:
                raise Fault(f"a piece of the body is {type(piece).__name__}, not bytes")
            self._write(piece)
            if self._gone:
                return
        if self._head is None:
            raise Fault("start_response was not called")
        self._finish()

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        """``start_response``."""
        try:
            if self._ended:
                raise Fault("start_response was called after the end")
            if exc_info is not None and self._head_sent:
                raise exc_info[1].with_traceback(exc_info[2])
            if exc_info is None and self._head is not None:
                raise Fault("start_response was called twice, without exc_info")
        finally:
            exc_info = None  # it would be a cycle
        _check_head(status, headers)
        self._head = status, list(headers)
        return self._write

    def _write(self, piece: bytes) -> None:
        """Send a piece of the body at once, and the head before it."""
        if not piece or self._gone:
            return
        if not self._head_sent:
            self._send_head()
        if not self._has_body:
            if self.environ["REQUEST_METHOD"] != "HEAD":
                raise Fault("a response with this status has no body")
            return
        if self._unsent is not None:
            if len(piece) > self._unsent:
                raise Fault("the body is longer than Content-Length")
            self._unsent -= len(piece)
        if self._chunked:
            piece = b"%x\r\n%s\r\n" % (len(piece), piece)
        self._to_client(piece)

    def _finish(self) -> None:
        """Send the end of the body."""
        if not self._head_sent:
            self._send_head()
        if self._unsent:
            raise Fault(f"the body is {self._unsent} bytes shorter than Content-Length")
        if self._chunked:
            self._to_client(b"0\r\n\r\n")

    def _send_head(self) -> None:
        assert self._head is not None
        status, headers = self._head
        self._head_sent = True
        lengths = [v for k, v in headers if k.lower() == "content-length"]
        if len(lengths) > 1 or not all(re.fullmatch("[0-9]+", v) for v in lengths):
            raise Fault(f"Content-Length is {lengths}")
        head = self.environ["REQUEST_METHOD"] == "HEAD"
        self._has_body = not head and status[:3] not in ("204", "205", "304")
        lines = [f"HTTP/1.1 {status}", *(f"{k}: {v}" for k, v in headers)]
        if not self._has_body:
            self._unsent = None
        elif lengths:
            self._unsent = int(lengths[0])
        elif self._old:
            self.closes = True
        else:
            self._chunked = True
            lines.append("Transfer-Encoding: chunked")
        if self._body.broken or not self._body.complete:
            self.closes = True
        if self.closes:
            lines.append("Connection: close")
        elif self._old:
            lines.append("Connection: keep-alive")
        text = "".join(line + "\r\n" for line in lines) + "\r\n"
        self._to_client(text.encode("latin-1"))

    def _to_client(self, data: bytes) -> None:
        try:
            self._send(data)
        except OSError:
            self._gone = self.closes = True

    def _fail(self) -> None:
        """Send a 500, or break off the response that has begun."""
        self.closes = True
        if not self._head_sent:
            self._head_sent = True
            self._to_client(
                b"HTTP/1.1 500 Internal Server Error\r\n"
                b"Content-Length: 0\r\nConnection: close\r\n\r\n"
            )


def _wants_close(environ: dict[str, Any]) -> bool:
    words = re.split("[ \t]*,[ \t]*", environ.get("HTTP_CONNECTION", "").lower())
    if environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        return "keep-alive" not in words
    return "close" in words


def _check_head(status: Any, headers: Any) -> None:
    """Raise a Fault if these are not what PEP 3333 asks of start_response."""
    if type(status) is not str:
        raise Fault(f"the status is {type(status).__name__}, not str")
    if not _STATUS.fullmatch(status):
        raise Fault(f"the status is {status!r}")
    _check_text(status)
    if type(headers) is not list:
        raise Fault(f"the headers are {type(headers).__name__}, not a list")
    for field in headers:
        if type(field) is not tuple or [type(part) for part in field] != [str, str]:
            raise Fault(f"a header is {field!r}, not a tuple of two str")
        name, value = field
        if not _NAME.fullmatch(name):
            raise Fault(f"the name of a header is {name!r}")
        if _CONTROLS.search(value):
            raise Fault(f"the header {name} has a control character: {value!r}")
        _check_text(value)
        if is_hop_by_hop(name):
            raise Fault(f"the header {name} is the server's")


def _check_text(text: str) -> None:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        raise Fault(f"not latin-1: {text!r}") from None
