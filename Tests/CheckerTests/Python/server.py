"""A uWSGI that is set up as PythonAnywhere's is.

The app is loaded once, by a wrapper that imports the entry file by name, and then split
into two workers without threads; a request that takes too long ends its worker.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from collections.abc import Iterator
from pathlib import Path

from apps import App

SERVER = Path(sys.executable).parent / "pyuwsgi"
PATIENCE = 3.0  # seconds after which an import that should hang is taken to hang
HARAKIRI = 10  # seconds that a request may take

# What PythonAnywhere's loader is known to do: it puts the file's folder first on the path
# and imports the module by name. An exception gives an error page; anything else ends the
# process.
WRAPPER = """
import importlib, os, sys, traceback

print("wrapper: importing", flush=True)
sys.path.insert(0, os.environ["PA_NEW_FOLDER"])
try:
    loaded = importlib.import_module(os.environ["PA_NEW_MODULE"]).application
except Exception:
    traceback.print_exc()
    loaded = None
print("wrapper: imported", flush=True)


def application(environ, start_response):
    try:
        answer = loaded(environ, start_response)
    except Exception:
        traceback.print_exc()
        start_response("500 Internal Server Error", [])
        yield b"Something went wrong"
        return
    yield from answer
"""

SILENCE = "no answer"
ERROR = "an error page"
ANSWER = "an answer"


class Server:
    """A uWSGI on the loopback interface, in a process group of its own."""

    def __init__(self, folder: Path, module: str, place: Path) -> None:
        wrapper = place / "wrapper.py"
        wrapper.write_text(WRAPPER)
        self.log_file = place / "log"
        self.mark = uuid.uuid4().hex
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        options = f"--http-socket 127.0.0.1:{self.port} --master --processes 2"
        options += f" --harakiri {HARAKIRI} --die-on-term --wsgi-file {wrapper}"
        environment = {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PA_NEW_FOLDER": str(folder),
            "PA_NEW_MODULE": module,
            "PA_NEW_MARK": self.mark,
        }
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [SERVER, *options.split()],
                cwd=place,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def stop(self) -> None:
        """End the server, and everything that its app has started."""
        if "wrapper: imported" in self.log():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        deadline = time.monotonic() + 10
        while left := self.left():
            if time.monotonic() > deadline:
                raise AssertionError(f"processes are left: {left}")
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.02)

    def left(self) -> list[int]:
        """Return the processes that have this server's mark in their environment."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
        return found

    def begin(self, path: str, patience: float) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=patience
        )
        connection.request("GET", path)
        return connection

    def visit(self, path: str, *, hangs: bool = False) -> tuple[str, bytes]:
        """Return the response to a visitor: its kind, and its body."""
        while "wrapper: importing" not in self.log():
            if self.process.poll() is not None:
                raise AssertionError(self.log())
            time.sleep(0.02)
        patience = PATIENCE if hangs else 30
        try:
            connection = self.begin(path, patience)
            try:
                response = connection.getresponse()
                body = response.read()
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            return SILENCE, b""
        return (ERROR if response.status >= 500 else ANSWER), body


@contextlib.contextmanager
def served(folder: Path, entry: str) -> Iterator[Server]:
    """Serve an app, for as long as the block runs."""
    module = entry.removesuffix(".py")
    with tempfile.TemporaryDirectory() as place:
        server = Server(folder, module.replace("/", "."), Path(place))
        try:
            yield server
        finally:
            server.stop()


def observe(folder: Path, entry: str, *, hangs: bool) -> tuple[str, str]:
    """Return the kind of response to a visit, and the server's log."""
    for _ in range(10):
        with served(folder, entry) as server:
            result, _ = server.visit("/", hangs=hangs)
            log = server.log()
        if "Address already in use" not in log:
            break
        time.sleep(1)  # another app of these has the port
    return result, log


class ServerTest(unittest.TestCase):
    """A test that needs a server."""

    def setUp(self) -> None:
        if not SERVER.exists() or not Path("/proc/self/environ").exists():
            self.miss("these tests need pyuwsgi, and Linux")

    def miss(self, reason: str) -> None:
        if os.environ.get("CI") == "true":
            self.fail(reason)
        self.skipTest(reason)


def is_installed(app: App) -> bool:
    """Tell whether the framework of an app is installed."""
    return not app.framework or importlib.util.find_spec(app.framework) is not None
