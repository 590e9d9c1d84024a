"""HTTP with an end: what a server sends is limited in bytes and in time.

Python's own timeout counts from one byte to the next, so a server that sends one byte a
second, or headers without an end, would keep a program for ever.
"""

from __future__ import annotations

import functools
import http.client
import io
import secrets
import time
import urllib.request
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import Any, BinaryIO

# Bytes in a second: a slow line needs more time for a large file.
SLOWEST = 25_000
MAX_HEAD = 1_000_000
"""The most bytes of a response, until :func:`read` is told to expect more."""
# What a computer takes from a program at once, and sends while the program waits.
_BUFFERED = 4_000_000


class Pace:
    """The time that is left: each byte that moves adds some, but never much at once."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._end = time.monotonic() + timeout

    def rest(self) -> float:
        """Return the seconds that are left.

        :raises TimeoutError: if none are left.
        """
        rest = self._end - time.monotonic()
        if rest <= 0:
            raise TimeoutError("timed out")
        return rest

    def moved(self, count: int) -> None:
        """Add the time that a slow line needs for some bytes."""
        end = self._end + count / SLOWEST
        self._end = min(end, time.monotonic() + self._timeout)


class TooLong(OSError):
    """A server does not stop sending."""


class _Paced(io.RawIOBase):
    """Reads from a socket, as long as there is time, and not more than is expected."""

    def __init__(self, sock: Any, raw: io.RawIOBase) -> None:
        self._socket = sock
        self._raw = raw
        self._pace = Pace(sock.gettimeout() or 0.0)
        self.left = MAX_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.left <= 0:
            raise TooLong("it does not end")
        self._socket.settimeout(self._pace.rest())
        count = self._raw.readinto(buffer)
        if count:
            self._pace.moved(count)
            self.left -= count
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response that is read at a pace, and whose interim responses are skipped."""

    def __init__(self, sock: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.paced = _Paced(sock, self.fp.detach())
        self.fp = io.BufferedReader(self.paced)

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)


class _Connection:
    """What a connection does in addition to those of http.client."""

    response_class = _Response

    def request(self, *arguments: Any, **options: Any) -> None:
        try:
            super().request(*arguments, **options)  # type: ignore[misc]
        except (BrokenPipeError, ConnectionResetError):
            # A server that refuses a large file may answer without reading all of it.
            if getattr(self, "sock", None) is None:
                raise


@functools.cache
def _connection(kind: Any) -> Any:
    return type("Connection", (_Connection, kind), {})


class _Handler:
    """What a handler does in addition to those of urllib."""

    def do_open(self, kind: Any, *arguments: Any, **options: Any) -> Any:
        return super().do_open(_connection(kind), *arguments, **options)  # type: ignore[misc]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirects: only the host may get the token."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: Any,
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


@functools.cache
def opener(is_loopback: bool) -> urllib.request.OpenerDirector:
    """Return an opener for URLs: it uses the user's proxy, except for this computer.

    Call it once: it reads all the certificates that the computer trusts.
    """
    proxies: dict[str, str] | None = {} if is_loopback else None
    kinds = [
        getattr(urllib.request, name)
        for name in ("HTTPHandler", "HTTPSHandler")
        if hasattr(urllib.request, name)
    ]
    return urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies),
        _NoRedirect(),
        *(type("Handler", (_Handler, kind), {})() for kind in kinds),
    )


def read(response: Any, max_bytes: int) -> bytes:
    """Return the body of a response, or its start and one more byte if it is longer."""
    if isinstance(response, _Response):
        # In pieces, a body has more bytes than its contents.
        response.paced.left += max_bytes + max_bytes // 8
    body: bytes = response.read(max_bytes + 1)
    return body


class Upload:
    """The form that uploads a file: the host expects the file in its only field.

    It is read from the disk as it is sent, and takes no memory.
    """

    def __init__(
        self,
        content: bytes | Path,
        timeout: float,
        moved: Callable[[int], None] = lambda sent: None,
    ) -> None:
        """Read the file, and tell how many bytes are sent."""
        self._moved = moved
        boundary = secrets.token_hex(16)
        self.kind = f"multipart/form-data; boundary={boundary}"
        head = (
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="content"; filename="content"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        tail = f"\r\n--{boundary}--\r\n"
        file: BinaryIO
        if isinstance(content, bytes):
            file, size = io.BytesIO(content), len(content)
        else:
            file = content.open("rb")
            size = content.stat().st_size
        self._parts = [io.BytesIO(head.encode()), file, io.BytesIO(tail.encode())]
        self.length = len(head) + size + len(tail)
        self.timeout = timeout + min(size, _BUFFERED) / SLOWEST
        """How long the host may be silent: the end of the file is still on its way then."""
        self._left = self.length
        self._pace = Pace(self.timeout)

    def read(self, size: int) -> bytes:
        """Return the next bytes; an error if the time is over or the file has changed."""
        self._pace.rest()
        data = b""
        while self._parts and not data:
            data = self._parts[0].read(size)
            if not data:
                self._parts.pop(0).close()
        self._left -= len(data)
        if self._left < 0 or (not data and self._left):
            raise OSError("the file has changed while it was uploaded")
        self._pace.moved(len(data))
        self._moved(self.length - self._left)
        return data

    def close(self) -> None:
        for part in self._parts:
            part.close()
