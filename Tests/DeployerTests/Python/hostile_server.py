"""A server that answers each request with the same bytes, at its own pace, for ever if told."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

Script = Callable[[socket.socket], None]
"""What is done with a connection after the request has arrived."""

OK = b"HTTP/1.1 200 OK\r\n"
JSON = OK + b"Content-Type: application/json\r\n"


def says(*parts: bytes) -> Script:
    """Send some bytes and close the connection."""

    def script(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return script


def drips(start: bytes, drop: bytes, pause: float = 0.02) -> Script:
    """Send the same bytes again and again, each time after a pause."""

    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            time.sleep(pause)

    return script


def floods(start: bytes, drop: bytes) -> Script:
    """Send the same bytes as fast as they go."""
    return drips(start, drop * (60_000 // len(drop)), 0.0)


class HostileServer:
    """A server on this computer, for as long as its block runs."""

    def __init__(self, script: Script, reads_all: bool = True) -> None:
        self._script = script
        self._reads_all = reads_all
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.token = "0123456789abcdef"
        self.requests: list[bytes] = []

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._answer, args=(connection,), daemon=True
            ).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            self.requests.append(head.partition(b"\r\n")[0])
            self._script(connection)
            connection.shutdown(socket.SHUT_WR)
            while self._reads_all and connection.recv(65536):
                pass

    def close(self) -> None:
        # A thread that waits in accept() is not woken by closing alone.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextlib.contextmanager
def running(script: Script, reads_all: bool = True) -> Iterator[HostileServer]:
    server = HostileServer(script, reads_all)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
