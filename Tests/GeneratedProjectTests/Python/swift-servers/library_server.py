"""Servers of a project with handlers in Swift, and libraries that are spoilt."""

from __future__ import annotations

import concurrent.futures
import hashlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import servers

PROJECT = Path(os.environ["PROJECT"])
LIBRARY = "libHello.so"
BUILT = PROJECT / LIBRARY
NOISE = ("Traceback", "Swift trap", "Segmentation", "segfault", "DAMN", "Exception")
NOISE += ("Fatal error", "died", "signal 11", "double free", "corrupted")

# A worker that is told to stop while it imports something, on a busy machine, says so.
INTERRUPTED = re.compile(
    r"Traceback \(most recent call last\):\n(?: .*\n)*KeyboardInterrupt\n"
)


class Server(servers.Server):
    """A server of a project in a folder of its own.

    :param command: the server's command.
    :param library: what the project has for its library; None for nothing.
    :param environment: variables to set.
    """

    patience = 30.0

    def __init__(
        self,
        *command: str,
        library: bytes | Path | None = BUILT,
        **environment: str,
    ) -> None:
        self.project = tempfile.TemporaryDirectory()
        self.library = Path(self.project.name, LIBRARY)
        shutil.copy(PROJECT / "wsgi.py", self.project.name)
        if library is not None:
            self.put(library)
        folder = Path(self.project.name)
        super().__init__(*command, folder=folder, path="/", **environment)

    def put(self, library: bytes | Path) -> None:
        """Write the library into its file, as an upload does: in place."""
        contents = library if isinstance(library, bytes) else library.read_bytes()
        self.library.write_bytes(contents)

    def remove(self) -> None:
        self.kill()
        self.folder.cleanup()
        self.project.cleanup()

    def workers(self, count: int) -> set[int]:
        """Ask at the same time, until so many workers have answered."""
        found: set[int] = set()
        deadline = time.monotonic() + 20
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            while len(found) < count and time.monotonic() < deadline:
                # Large answers keep a worker busy, so that the other one has its turn.
                list(pool.map(lambda _: self.get("/bytes/3000000"), range(8)))
                answers = list(pool.map(lambda _: self.json("/"), range(16)))
                found |= {answer["worker"] for answer in answers}
        return found

    def stream_until_gone(self, path: str, size: int) -> None:
        """Read some of an answer, and hang up."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as client:
            client.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            received = 0
            while received < size:
                received += len(client.recv(65536))


def uwsgi(*options: str) -> list[str]:
    return servers.uwsgi("wsgi.py", *options)


def gunicorn(*options: str) -> list[str]:
    return servers.gunicorn("wsgi", *options)


def sleeps(process: int) -> bool:
    """Tell whether a process is in the call of the system that waits for a time."""
    stack = Path(f"/proc/{process}/syscall").read_text().split()
    return stack[0] in ("35", "115", "101", "230")  # nanosleep and clock_nanosleep


def maps(process: int) -> str:
    """Return which files a process has mapped into its memory."""
    return Path(f"/proc/{process}/maps").read_text()


def compiled(source: str) -> bytes:
    """Return a library, compiled from C."""
    compiler = next(filter(shutil.which, ("cc", "clang", "gcc")))
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "library.so")
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-x", "c", "-o", library, "-"],
            input=source.encode(),
            check=True,
        )
        return library.read_bytes()


def signed(library: bytes) -> bytes:
    """Return a library with the last line that build.sh writes."""
    contents = library + b"\n"
    digest = hashlib.sha256(contents).hexdigest()
    return contents + f"{digest}  {LIBRARY}\n".encode()


def unsigned(library: bytes) -> bytes:
    """Return a library without its last line."""
    return library[: library.rfind(b"\n", 0, -1)]
