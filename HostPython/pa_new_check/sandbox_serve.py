"""Serves an app to ``preview``: workers that answer one request at a time, as uWSGI's do.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. The process
that loaded the app forks the workers, and forks another one when one ends. A worker takes
its requests from a Unix socket that all of them share. A request is a line of JSON with
the texts of the WSGI environment; the file with its body comes as a descriptor.
An answer is a row of frames: a letter, four bytes of length, and the content.
"""

from __future__ import annotations

import io
import os
import select
import signal
import socket
import sys
import time

from pa_new_check.c_library import CLibrary
from pa_new_check.json_text import from_json, to_json
from pa_new_check.sandbox_inspection import (
    described,
    end_process,
    finish,
    library,
)
from pa_new_check.sandbox_pages import Pages
from pa_new_check.sandbox_reasons import Reasons
from pa_new_check.sandbox_request import environment
from pa_new_check.sandbox_response import Response, is_logged, without_server
from pa_new_check.sandbox_views import View
from pa_new_check.sandbox_visit import Body, write_all

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

HELLO, HEAD, DATA, END, FAILURE = b"w", b"h", b"d", b"e", b"x"
"""The kinds of frames: the worker's number, head and parts of the answer, how it ended."""
CAUSE = b"c"
"""The kind of a frame before the head: the exception that the app answers with an error."""

_PAUSE = 0.05  # seconds between looks whether a worker has ended
_CHUNK = 1 << 20  # bytes of a body that are read at a time
_MAX_LINE = 10_000_000  # bytes of a request's texts
_GRACE = 10.0  # seconds in which a worker may end its last request
_accept = socket.socket.accept  # the app may replace them
_PDEATHSIG = 1  # of Linux's prctl
_FORK_PAUSE = 0.2  # seconds before a worker is replaced that ended at once


class Service:
    """The workers of one app that was loaded."""

    def __init__(
        self,
        ways: dict[str, Any],
        application: Any,
        fork: Callable[[], int],
    ) -> None:
        """Take over the descriptors.

        :param ways: the descriptors of the socket and pipes, and the number of workers.
        :param fork: makes a worker.
        """
        self.application = application
        self.fork = fork
        is_told = bool(os.environ.get("PA_NEW_PREVIEW"))  # what visitors do not see
        self.reasons = Reasons(is_told=True) if is_told else None
        self.view = View() if is_told else None
        self.pages = Pages() if is_told else None
        self.count = int(ways["workers"])
        self.events = int(ways["events"])
        self.stop = int(ways["stop"])
        self.listener = socket.socket(fileno=int(ways["socket"]))
        self.listener.setblocking(False)
        own = (self.events, self.stop, int(ways["alive"]), self.listener.fileno())
        for number in own:
            os.set_inheritable(number, False)  # nothing that the app starts needs them
        self.workers: dict[int, float] = {}
        """The workers' process numbers, and when each began."""

    def run(self) -> None:
        """Keep the workers until the pipe to stop them is closed at its other end."""
        for _ in range(self.count):
            self._start()
        self._tell("ready")
        while not select.select([self.stop], [], [], _PAUSE)[0]:
            for worker, status in self._ended():
                self._tell("ended", process=worker, status=status)
                self._start()
        deadline = time.monotonic() + _GRACE
        while self.workers and time.monotonic() < deadline:
            self._ended()
            time.sleep(_PAUSE)
        for worker in self.workers:
            os.kill(worker, signal.SIGKILL)

    def _tell(self, event: str, **facts: Any) -> None:
        line = to_json({"event": event, **facts}) + "\n"
        write_all(self.events, line.encode("ascii"))

    def _start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        worker = self.fork()
        if worker == 0:
            try:
                _end_with_parent(parent)
                self._work()
            finally:
                end_process(1)
        self.workers[worker] = time.monotonic()

    def _ended(self) -> list[tuple[int, int]]:
        """Return the workers that have ended, each with its status."""
        found = []
        for worker, begin in list(self.workers.items()):
            ended, status = os.waitpid(worker, os.WNOHANG)
            if ended:
                del self.workers[worker]
                found.append((worker, status))
                if time.monotonic() - begin < _FORK_PAUSE:
                    time.sleep(_FORK_PAUSE)  # it must not become a loop at full speed
        return found

    def _work(self) -> NoReturn:
        """Answer requests, one after the other."""
        notes = _notes() if self.reasons is not None else -1
        places = [self.listener.fileno(), self.stop]
        while True:
            ready = select.select(places, [], [])[0]
            if self.listener.fileno() not in ready:
                finish()  # nobody waits, and this app is replaced
            try:
                connection, _ = _accept(self.listener)
            except OSError:  # another worker was first
                continue
            connection.setblocking(True)
            try:
                answer = _Answer(connection, self.reasons, self.view)
                answer.give(self.application, notes)
            except OSError:
                pass  # nobody waits for the answer
            finally:
                connection.close()
                if self.pages is not None:
                    self.pages.log()
                for watching in (self.reasons, self.view, self.pages):
                    if watching is not None:
                        watching.clear()
            for stream in (sys.stdout, sys.stderr):
                stream.flush()


def _notes() -> int:
    """Return a file into which native code can write its last words; -1 without one.

    The library of handlers in Swift does, if a trap ends the worker.
    """
    try:
        notes = os.memfd_create("traps")
    except (AttributeError, OSError):
        return -1  # it is another system
    os.environ["PA_NEW_TRAPS"] = str(notes)
    return notes


def _end_with_parent(parent: int) -> None:
    """Let Linux end this process with its parent, also if a request never ends."""
    try:
        CLibrary(library("_ctypes")).prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    except (ImportError, AttributeError, OSError):
        return  # it is another system
    if os.getppid() != parent:
        end_process(1)


class _Answer(Response):
    """One request from a connection, and the answer to it."""

    def __init__(
        self, connection: socket.socket, reasons: Reasons | None, view: View | None
    ) -> None:
        super().__init__()
        self.connection = connection
        self.reasons = reasons
        self.view = view

    def give(self, application: Any, notes: int) -> None:
        """Read the request, ask the app, and send what it answers or how it failed.

        :param notes: the file for the last words of native code, -1 without one.
        """
        size, descriptors, _, _ = socket.recv_fds(self.connection, 4, 1)
        if len(size) != 4 or not descriptors:
            return  # the other end is gone
        self._greet(notes)
        with open(descriptors[0], "rb", closefd=True) as file:
            with self.connection.makefile("rb") as stream:
                text = stream.read(min(int.from_bytes(size, "big"), _MAX_LINE))
            request = from_json(text)
            raw = Body(file.fileno(), int(request["size"]))
            body = io.BufferedReader(raw, _CHUNK)
            try:
                environ = environment(request["texts"], body, sys.stderr)
                self.ask(application, environ)
            except BrokenPipeError:
                raise
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
                self._fail(error)
            else:
                self._frame(END, b"")

    def send_head(self, status: str, headers: list[tuple[str, str]]) -> None:
        """Send the head as a frame, after the exception that led to it, if any."""
        caught = self.reasons.caught if self.reasons is not None else None
        if caught is not None and status.startswith("5"):
            self._frame(CAUSE, self._facts(caught))
        self._frame(HEAD, to_json([status, headers]).encode("ascii"))

    def send_data(self, data: bytes) -> None:
        """Send a part of the body as frames of at most a megabyte."""
        for start in range(0, len(data), _CHUNK):
            self._frame(DATA, data[start : start + _CHUNK])

    def _greet(self, notes: int) -> None:
        """Send the number of the worker, with the file that is left if it ends."""
        number = b"%d" % os.getpid()
        start = HELLO + len(number).to_bytes(4, "big")
        if notes >= 0:
            socket.send_fds(self.connection, [start], [notes])
            start = b""
        self.connection.sendall(start + number)

    def _frame(self, kind: bytes, content: bytes) -> None:
        self.connection.sendall(kind + len(content).to_bytes(4, "big") + content)

    def _fail(self, error: BaseException) -> None:
        """Log the exception as uWSGI does, if the log does not have it, and tell it."""
        without_server(error, [globals()])
        if not is_logged(error):
            sys.__excepthook__(type(error), error, error.__traceback__)
        sys.stderr.flush()
        self._frame(FAILURE, self._facts(error))
        if isinstance(error, (SystemExit, KeyboardInterrupt)):
            finish()

    def _facts(self, error: BaseException) -> bytes:
        """Return what is told of an exception, as JSON."""
        facts = described(error)
        if self.view is not None:
            facts = self.view.added_to(facts)
        return to_json(facts).encode("ascii")
