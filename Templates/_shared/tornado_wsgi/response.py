"""The response of one request: what Tornado writes to, and the server reads from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http.client import responses
from typing import Any

from tornado import httputil
from tornado.escape import native_str
from tornado.iostream import StreamClosedError
from tornado.log import app_log
from tornado.web import RequestHandler

from .one_loop import Loop
from .request import number

_NO_UPGRADE = "WSGI cannot switch protocols: WebSocket needs Tornado's own server.\n"
_TOO_MUCH = "Tried to write more data than Content-Length"

# What only a server may send, with the capitals of HTTPHeaders (RFC 2616, 13.5.1).
_HOP_BY_HOP = frozenset(
    ("Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization")
    + ("Te", "Trailers", "Transfer-Encoding", "Upgrade")
)


def _no_handler() -> None:
    """Stand for the reference to a handler, until there is one."""


def _checked(status: str, fields: list[tuple[str, str]]) -> str:
    """Look for line breaks in a head; return the status as WSGI can send it."""
    status = status.encode().decode("latin-1")
    for line in (status, *map(": ".join, fields)):
        raw = line.encode("latin-1")
        if b"\r" in raw or b"\n" in raw:
            raise ValueError(f"Illegal characters (CR or LF) in header: {raw!r}")
    return status


class Response(httputil.HTTPConnection):
    """The sending half of :class:`tornado.http1connection.HTTP1Connection`.

    It keeps the data that the application sends, until the server asks for it.
    """

    status: str | None = None
    ended = False  # nothing more will be sent ...
    failed = False  # ... although the response is not complete
    method = uri = ""
    _raw_head = b""  # written by an application that does not call write_headers()
    _unsent: int | None = None  # bytes that Content-Length promises, not yet sent

    def __init__(self, loop: Loop) -> None:
        self.headers: list[tuple[str, str]] = []
        self.chunks: list[bytes] = []  # not yet taken by the server
        self._loop = loop
        self._tasks: list[asyncio.Task[Any]] = []  # others that have sent something
        self._flushes: list[asyncio.Future[None]] = []
        self._handler: Callable[[], RequestHandler | None] = _no_handler

    @property
    def stream(self) -> Stream:
        """What there is of the stream below the connection."""
        return Stream(self)

    def write_headers(
        self,
        start_line: httputil.RequestStartLine | httputil.ResponseStartLine,
        headers: httputil.HTTPHeaders,
        chunk: bytes | None = None,
    ) -> asyncio.Future[None]:
        """Begin the response."""
        _, code, reason = start_line
        if code == 101:
            self.refuse(501, _NO_UPGRADE)
        if self.ended:
            return self._flush()
        status = f"{code} {reason}"
        if self.method == "HEAD" or code == 304:
            self._unsent = 0
        elif lengths := headers.get_list("Content-Length"):
            self._unsent = number(",".join(map(native_str, lengths)))
        fields: list[tuple[str, str]] = []
        everything = status
        for name, text in headers.get_all():
            if not isinstance(text, str):
                text = native_str(text)  # Tornado takes bytes, too
            everything += name + text
            if name not in _HOP_BY_HOP:
                fields.append((name, text))
        # One look at all of it is enough, if there is nothing to correct.
        if not everything.isascii() or "\r" in everything or "\n" in everything:
            status = _checked(status, fields)
        self.status, self.headers = status, fields
        if chunk:
            self._send(chunk)
        return self._flush()

    def write(self, chunk: bytes) -> asyncio.Future[None]:
        """Send a piece of the body."""
        if self.status is None and not self.ended:
            return self._write_raw(chunk)
        if self._unsent == 0 and chunk and not self.ended:
            self._end()  # the response was complete: the client has it
            raise httputil.HTTPOutputError(_TOO_MUCH)
        self._send(chunk)
        return self._flush()

    def _write_raw(self, chunk: bytes) -> asyncio.Future[None]:
        """Begin the response with its head as it is sent, which Tornado allows."""
        self._raw_head += chunk
        head, end, rest = self._raw_head.partition(b"\r\n\r\n")
        if not end:
            return self._flush()
        first, _, fields = head.decode("latin-1").partition("\r\n")
        try:
            start_line = httputil.parse_response_start_line(first)
            headers = httputil.HTTPHeaders.parse(fields)
        except httputil.HTTPInputError as error:
            raise httputil.HTTPOutputError(
                f"no head of a response: {head!r}"
            ) from error
        if "Transfer-Encoding" in headers:
            raise httputil.HTTPOutputError(
                "WSGI does not allow a response to set Transfer-Encoding"
            )
        return self.write_headers(start_line, headers, rest)

    def _send(self, chunk: bytes) -> None:
        """Keep a piece of the body for the server."""
        if not chunk or self.ended:
            return
        if self._unsent is not None:
            self._unsent -= len(chunk)
            if self._unsent < 0:
                self.close()
                raise httputil.HTTPOutputError(_TOO_MUCH)
        self.chunks.append(bytes(chunk))

    def finish(self) -> None:
        """End the response."""
        if self._unsent and not self.ended:
            self.close()
            raise httputil.HTTPOutputError(
                f"Tried to write {self._unsent} bytes less than Content-Length"
            )
        if self.status is None and not self.ended and self._handler() is None:
            app_log.error(
                "%s %s was finished without a response", self.method, self.uri
            )
        self._end(failed=self.status is None)

    def close(self) -> None:
        """Break off the response."""
        self._end(failed=True)

    def detach(self) -> None:
        """Refuse to hand over the connection."""
        self.refuse(501, _NO_UPGRADE)
        raise NotImplementedError(_NO_UPGRADE.strip())

    def refuse(self, code: int, text: str = "") -> None:
        """Send an error page of the adapter, if nothing has been sent yet."""
        if self.ended:
            return
        if self.status is None:
            self.status, self.headers, self.chunks = plain(code, text)
            self._end()
        else:
            self.close()

    def _flush(self) -> asyncio.Future[None]:
        """Return a future that is done when the server wants more."""
        if not self._loop.stepping:
            self._wake()
        future: asyncio.Future[None] = asyncio.Future(loop=self._loop)
        if self.chunks and not self.ended:
            self._flushes.append(future)
        elif self.failed:
            future.set_exception(StreamClosedError())
            future.exception()  # not logged when the handler ignores the future
        else:
            future.set_result(None)
        return future

    def _end(self, *, failed: bool = False) -> None:
        """Note that nothing more will be sent."""
        if not self.ended:
            self.ended = True
            self.failed = failed
            for future in self._flushes:
                if not future.done():
                    future.set_result(None)
            if not self._loop.stepping:
                self._wake()

    def _release_flushes(self) -> None:
        """Let the handler continue after ``await self.flush()``."""
        flushes, self._flushes = self._flushes, []
        for future in flushes:
            if not future.done():
                future.set_result(None)

    def _wake(self, _: object = None) -> None:
        """Return from run_until after this step; note which task took it."""
        task = asyncio.current_task(self._loop)
        if task is not None and task not in self._tasks:
            self._tasks.append(task)
        self._loop.stop()


class _Limited:
    """Says what it lacks, to those who expect one of Tornado's streams."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"request.connection.stream has no {name!r}: WSGI gives an app no "
            "connection. There are only closed() and close()"
        )


class Stream(_Limited):
    """What WSGI gives of the stream below a connection."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self.socket = _Socket()

    def closed(self) -> bool:
        """Tell whether the response was broken off, for example by the client."""
        return self._response.failed

    def close(self) -> None:
        """Break off the response."""
        self._response.close()


class _Socket(_Limited):
    """For ``request.get_ssl_certificate()``."""

    def getpeercert(self, binary_form: bool = False) -> None:
        """Return no certificate: the load balancer asks clients for none."""


def plain(code: int, text: str = "") -> tuple[str, list[tuple[str, str]], list[bytes]]:
    """Return status, headers and body of a response made without Tornado."""
    body = text.encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    return f"{code} {responses[code]}", headers, [body] if body else []
