"""A preview in a process of its own, as pa-new starts it, and a browser's requests to it."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

CHECKER = Path(__file__).resolve().parents[3] / "HostPython"
DOMAIN = "alice.pythonanywhere.com"
START = """import os, sys, time

sys.path.insert(0, "/home/alice/shop")


def application(environ, start_response):
    path = environ["PATH_INFO"]
    headers = [("Content-Type", "text/plain; charset=utf-8")]
"""
PLAIN = f"""{START}
    start_response("200 OK", headers)
    return [b"hello"]
"""


def app(code: str) -> str:
    """Return an entry file whose application has some code before it says hello."""
    lines = "".join(f"    {line}\n" for line in code.splitlines())
    return (
        f'{START}{lines}    start_response("200 OK", headers)\n    return [b"hello"]\n'
    )


_ADDRESS = re.compile(r"http://localhost:(\d+)/")
_PATIENCE = 60.0  # seconds in which something has to happen on a busy machine


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class Preview:
    """A preview that runs."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.process = process
        self.mark = ""
        """A text that the environment of each of its processes has."""
        self.port = 0
        self._output = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with contextlib.suppress(ValueError):  # it is closed at the end of the test
            while data := os.read(self.process.stderr.fileno(), 65536):
                self._output += data

    @property
    def output(self) -> str:
        """What it has printed until now."""
        return self._output.decode("utf-8", "replace")

    def wait_for(self, text: str, count: int = 1) -> None:
        """Wait until it has printed a text that often."""
        self.wait_until(lambda: self.output.count(text) >= count, f"{text!r} in output")

    def wait_until(self, is_so: object, what: str) -> None:
        """Wait until a function returns something true."""
        assert callable(is_so)
        deadline = time.monotonic() + _PATIENCE
        while not is_so():
            has_ended = self.process.poll() is not None
            if has_ended or time.monotonic() > deadline:
                if has_ended:
                    self._reader.join(_PATIENCE)
                if is_so():
                    return
                raise AssertionError(f"no {what}: {self.output}")
            time.sleep(0.02)

    def listen(self) -> None:
        """Wait for its address, and for the app."""
        self.wait_until(lambda: _ADDRESS.search(self.output), "address")
        match = _ADDRESS.search(self.output)
        assert match is not None
        self.port = int(match[1])

    def connection(self) -> http.client.HTTPConnection:
        """Return a new connection."""
        return http.client.HTTPConnection("localhost", self.port, timeout=_PATIENCE)

    def get(
        self,
        path: str = "/",
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make a request on a connection of its own."""
        connection = self.connection()
        with contextlib.closing(connection):
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, fields, answer.read())

    def write(self, path: str, text: str) -> None:
        """Edit a file, as an editor saves it."""
        place = self.folder / path
        new = place.with_name(place.name + "~")
        new.write_text(text, "utf-8")
        new.replace(place)

    def until(self, path: str, text: str) -> Answer:
        """Ask until the answer has a text."""
        found: list[Answer] = []

        def has() -> bool:
            found[:] = [self.get(path)]
            return text in found[0].text

        self.wait_until(has, f"{text!r} at {path}")
        return found[0]

    def processes(self) -> list[int]:
        """Return the processes that carry its mark."""
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError):
                    content = Path("/proc", name, "environ").read_bytes()
                    state = Path("/proc", name, "stat").read_text("utf-8", "replace")
                    is_zombie = state.rpartition(")")[2].split()[0] == "Z"
                    if self.mark.encode() in content and not is_zombie:
                        found.append(int(name))
        return found

    def left(self, folder: str | None = None) -> list[object]:
        """Return its processes, and files in a folder, that are left after a while."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            left = [*self.processes(), *(os.listdir(folder) if folder else ())]
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.05)


@contextlib.contextmanager
def preview(
    files: Mapping[str, str | bytes], *options: str, **variables: str
) -> Iterator[Preview]:
    """Show a project in a folder called shop, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "shop"
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            (folder / path).write_bytes(data)
        with running(folder, *options, **variables) as found:
            found.listen()
            yield found


@contextlib.contextmanager
def running(folder: Path, *options: str, **variables: str) -> Iterator[Preview]:
    """Start the program, and end it after the block, with all that it started."""
    mark = uuid.uuid4().hex
    # Of the shell's variables, the app's processes keep those of the locale.
    environment = {**os.environ, "PYTHONPATH": str(CHECKER), "LC_MARK": mark}
    command = [sys.executable, "-W", "error", "-m", "pa_new_check", "preview"]
    words = [str(folder), "--account", "alice"]
    if "PA_NEW" in os.environ:
        command, words = [os.environ["PA_NEW"], "preview"], [str(folder)]
    process = subprocess.Popen(
        [*command, *words, *options],
        env={**environment, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    found = Preview(folder, process)
    found.mark = mark
    try:
        yield found
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"Ctrl-C does not end it: {found.output}") from None
        finally:
            found._reader.join(5)
            for stream in (process.stdout, process.stderr):
                assert stream is not None
                stream.close()
