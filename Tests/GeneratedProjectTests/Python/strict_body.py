"""The request body of the strict server, as it comes from the connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

MAX_LINE = 65536


class BadRequestError(Exception):
    """The request is not HTTP/1.x; the text is the status of the response."""


class Body:
    """``wsgi.input``: the body of one request.

    :param length: how long the body is, or None if it comes in chunks.
    :param allow: sends 100 Continue, if the client waits for that.
    """

    def __init__(
        self, stream: BinaryIO, length: int | None, allow: Callable[[], None] | None
    ) -> None:
        self._stream = stream
        self._chunked = length is None
        self._left = length or 0  # of the body, or of this chunk
        self._begun = False
        self._allow = allow
        self._buffer = b""  # what readline() has read too much
        self.complete = length == 0
        self.broken = False
        self.closed = False

    @property
    def awaited(self) -> bool:
        """Whether the client waits for a 100 Continue before it sends the body."""
        return self._allow is not None and not self.complete

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, as soon as there are some; b"" is the end."""
        if self.closed:
            raise ValueError("wsgi.input was read after the request had ended")
        if size < 0:
            return b"".join(iter(lambda: self.read(MAX_LINE), b""))
        if self._buffer:
            piece, self._buffer = self._buffer[:size], self._buffer[size:]
            return piece
        return self._read(size)

    def readline(self, size: int = -1, /) -> bytes:
        """Return a line, or a part of it of ``size`` bytes."""
        line = b""
        while (size < 0 or len(line) < size) and not line.endswith(b"\n"):
            piece = self.read(MAX_LINE if size < 0 else size - len(line))
            if not piece:
                break
            end = piece.find(b"\n") + 1 or len(piece)
            line += piece[:end]
            self._buffer = piece[end:] + self._buffer
        return line

    def readlines(self, hint: int = -1, /) -> list[bytes]:
        """Return all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _read(self, size: int) -> bytes:
        if self.broken:
            raise ConnectionResetError("the client broke off the request body")
        if self.complete or size == 0:
            return b""
        if self._allow is not None:
            allow, self._allow = self._allow, None
            allow()
        try:
            if self._chunked and self._left == 0 and not self._next_chunk():
                self.complete = True
                return b""
            piece = self._stream.read1(min(size, self._left))  # type: ignore[attr-defined]
            if not piece:
                raise ConnectionResetError
            self._left -= len(piece)
        except (OSError, BadRequestError):
            self.broken = True
            raise ConnectionResetError(
                "the client broke off the request body"
            ) from None
        self.complete = self._left == 0 and not self._chunked
        return bytes(piece)

    def _next_chunk(self) -> bool:
        """Read the head of a chunk, and tell whether one has come."""
        if self._begun and read_line(self._stream) != b"":
            raise BadRequestError("400 Bad Request")
        self._begun = True
        size = read_line(self._stream).partition(b";")[0].strip(b" \t")
        if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", size):
            raise BadRequestError("400 Bad Request")
        self._left = int(size, 16)
        if self._left:
            return True
        while read_line(self._stream):
            pass  # trailers have no place in WSGI
        return False


def read_line(stream: BinaryIO) -> bytes:
    """Return a line of a head without its end."""
    line = stream.readline(MAX_LINE)
    if not line.endswith(b"\n"):
        if len(line) < MAX_LINE:
            raise ConnectionResetError
        raise BadRequestError("431 Request Header Fields Too Large")
    return line[:-2] if line.endswith(b"\r\n") else line[:-1]
