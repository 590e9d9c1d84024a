"""Takes a request to a worker, and brings back what it answers, frame by frame."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator

from pa_new_check.sandbox_serve import CAUSE, DATA, END, FAILURE, HEAD

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any, BinaryIO


_MAX_WORDS = 2_000  # bytes of a worker's last words


class NoWorker(Exception):
    """The app has ended, or too many requests wait: no worker has seen the request."""


class WorkerEnded(Exception):
    """The worker ended before its answer did."""

    words = ""
    """What its native code has said last."""


class TookTooLong(Exception):
    """The worker was ended, since the time for a request was up."""


class Raised(Exception):
    """The app raised an exception."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(facts["type"])
        self.facts = facts


class Exchange:
    """One request to a worker, and its answer."""

    def __init__(self, place: str, limit: float) -> None:
        """Connect.

        :param place: the workers' socket.
        :param limit: seconds that the answer may take, from a worker that has the request.
        :raises NoWorker: if nobody takes the request.
        """
        self._limit = limit
        self._deadline: float | None = None
        self._worker = 0
        self._notes = -1
        self.cause: dict[str, Any] | None = None
        """The exception that the app has answered with an error page of its own."""
        self._connection = socket.socket(socket.AF_UNIX)
        try:
            self._connection.connect(place)
        except OSError as error:
            self._connection.close()
            raise NoWorker from error

    def send(self, texts: dict[str, str], body: BinaryIO, size: int) -> None:
        """Send the request.

        :param texts: its WSGI environment.
        :param body: a file with the body at its beginning, of that size in bytes.
        """
        line = json.dumps({"texts": texts, "size": size}).encode("ascii")
        length = len(line).to_bytes(4, "big")
        try:
            socket.send_fds(self._connection, [length], [body.fileno()])
            self._connection.sendall(line)
        except OSError as error:
            raise NoWorker from error

    def head(self) -> tuple[str, list[tuple[str, str]]]:
        """Wait for status and header fields.

        :raises NoWorker: if the app was ended before a worker took the request.
        :raises Raised: if the app raised an exception instead.
        """
        try:
            kind, content = self._frame(has_file=True)
        except WorkerEnded as error:
            raise NoWorker from error
        # The time of a request begins when a worker takes it, however long the queue is.
        self._worker = int(content)
        self._deadline = time.monotonic() + self._limit
        kind, content = self._frame()
        if kind == CAUSE:
            self.cause = json.loads(content)
            kind, content = self._frame()
        if kind == FAILURE:
            raise Raised(json.loads(content))
        if kind != HEAD:
            raise WorkerEnded
        status, headers = json.loads(content)
        return status, [(name, value) for name, value in headers]

    def parts(self) -> Iterator[bytes]:
        """Yield the parts of the body as they come.

        :raises Raised: if the app raised an exception instead of the rest.
        """
        while True:
            kind, content = self._frame()
            if kind == END:
                return
            if kind == FAILURE:
                raise Raised(json.loads(content))
            if kind == DATA:
                yield content

    def close(self) -> None:
        """Let go of the worker, which finds out when it sends more."""
        self._connection.close()
        if self._notes >= 0:
            os.close(self._notes)
            self._notes = -1

    def _frame(self, has_file: bool = False) -> tuple[bytes, bytes]:
        start = self._read(5, has_file)
        return start[:1], self._read(int.from_bytes(start[1:], "big"))

    def _ended(self) -> WorkerEnded:
        """Return the error for a worker that has ended, with its last words."""
        ended = WorkerEnded()
        if self._notes >= 0:
            words = os.pread(self._notes, _MAX_WORDS, 0)
            ended.words = words.decode("utf-8", "replace").strip()
        return ended

    def _read(self, size: int, has_file: bool = False) -> bytes:
        """Read that many bytes.

        :param has_file: whether a file may come with the first of them.
        """
        pieces = []
        while size:
            left = self._deadline and max(self._deadline - time.monotonic(), 0.001)
            try:
                self._connection.settimeout(left)
                piece = self._receive(min(size, 1 << 20), has_file)
            except OSError as error:
                if not isinstance(error, socket.timeout):
                    raise self._ended() from error
                self._end_worker()
                raise TookTooLong from None
            if not piece:
                raise self._ended()
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _receive(self, size: int, has_file: bool) -> bytes:
        if not has_file:
            return self._connection.recv(size)
        data, files, _, _ = socket.recv_fds(self._connection, size, 1)
        for file in files:
            self._notes = file
        return data

    def _end_worker(self) -> None:
        try:
            os.kill(self._worker, signal.SIGKILL)
        except OSError:
            pass  # it has just ended


def collected(parts: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield the parts of an answer in pieces of at least that size, if there is enough."""
    waiting: list[bytes] = []
    length = 0
    for part in parts:
        waiting.append(part)
        length += len(part)
        if length >= size and length:
            yield b"".join(waiting)
            waiting, length = [], 0
    if length:
        yield b"".join(waiting)
