"""Keeps the stand-in for PythonAnywhere's disk, and loads the app as often as it is asked to.

The server for the browser has threads, and must not fork: this is a process of its own,
which was forked before. They talk in lines of JSON. The stand-in stays the same for the
whole preview, as PythonAnywhere's disk does: an edit is copied to it, and the app is loaded anew
while the workers of before still answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys

from pa_new_check import loading, processes, runtime_rules, sandbox, stage
from pa_new_check.loading import Loading
from pa_new_check.placement import Placement
from pa_new_check.report import Report
from pa_new_preview.service import Service

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any, NoReturn

QUEUE = 100  # requests that wait for a worker: the queue that uWSGI has by default


class _Generation:
    """One loading of the app, and its workers."""

    def __init__(self, number: int, task: sandbox.Task, process: int) -> None:
        self.number = number
        self.task = task
        self.process = process
        self.stop = -1
        """Closing this pipe ends the workers after their current requests."""
        self.pipe = -1
        """What the workers' parent tells, then the result, if the app did not load."""
        self.text = b""


class Keeper:
    """The process with the stand-in."""

    def __init__(
        self,
        place: Placement,
        asked: Loading,
        control: socket.socket,
        sockets: str,
        workers: int,
    ) -> None:
        """Take over.

        :param control: the socket to the server.
        :param sockets: a folder for the workers' sockets.
        """
        self.place = place
        self.asked = asked
        self.control = control
        self.sockets = sockets
        self.workers = workers
        self.generations: dict[int, _Generation] = {}
        self.selector = selectors.DefaultSelector()
        self.orders = b""

    def run(self) -> None:
        """Do what the server asks for, until it closes the socket."""
        with stage.staged(self.place, self.asked.uploads, stage.REAL) as lender:
            lender.has_real_files = lender.keeps_folders = True
            self.selector.register(self.control, selectors.EVENT_READ)
            try:
                while self._step(lender):
                    pass
            finally:
                for generation in list(self.generations.values()):
                    self._end(generation)
                processes.end_children(lender.remover)
        self._tell("lost", files=lender.lost)

    def _step(self, lender: stage.Stage) -> bool:
        """Wait for one thing to happen; tell whether the server is still there."""
        for key, _ in self.selector.select():
            if key.fileobj is self.control:
                data = self.control.recv(65536)
                if not data:
                    return False
                *lines, self.orders = (self.orders + data).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line), lender)
            else:
                self._hear(self.generations[key.data])
        return True

    def _tell(self, event: str, **facts: Any) -> None:
        line = json.dumps({"event": event, **facts}) + "\n"
        with contextlib.suppress(OSError):  # the server has ended
            self.control.sendall(line.encode("ascii"))

    def _obey(self, order: dict[str, Any], lender: stage.Stage) -> None:
        number = order["number"]
        generation = self.generations.get(number)
        if order["order"] == "load":
            stage.refresh(lender, self.asked.uploads)
            self._load(number, lender)
        elif generation is not None and order["order"] == "end":
            os.close(generation.stop)
            generation.stop = -1
        elif generation is not None:
            document = self._judged(generation, order["events"])
            self._tell("judged", id=order["id"], document=document)

    # Loading.

    def _load(self, number: int, lender: stage.Stage) -> None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{self.sockets}/{number}")
        listener.listen(QUEUE)
        stop, stop_end = os.pipe()
        pipe, events = os.pipe()
        self.asked.conversation = Service(listener.fileno(), events, stop, self.workers)
        task = loading.task_of(self.asked, lender)
        own = os.getpid()
        process = os.fork()
        if process == 0:
            self._serve(task, own, events, (stop_end, pipe))
        for descriptor in (stop, events):
            os.close(descriptor)
        listener.close()
        generation = _Generation(number, task, process)
        generation.stop, generation.pipe = stop_end, pipe
        self.generations[number] = generation
        self.selector.register(pipe, selectors.EVENT_READ, number)

    def _serve(
        self, task: sandbox.Task, parent: int, events: int, others: tuple[int, ...]
    ) -> NoReturn:
        """Run the app until it is ended, and tell what was wrong; this is a new process.

        :param others: descriptors of this app's that the keeper needs alone.
        """
        try:
            os.setsid()  # Ctrl-C ends the server, which ends this one
            for number in processes.ENDING:
                signal.signal(number, signal.SIG_DFL)
            for generation in self.generations.values():
                os.close(generation.stop) if generation.stop >= 0 else None
                os.close(generation.pipe)
            for descriptor in (*others, self.control.fileno()):
                os.close(descriptor)
            result_end = os.dup(events)
            if processes.end_with(parent, processes.c_library()):
                result = sandbox.run(task)
                content = json.dumps({"event": "result", **vars(result)}) + "\n"
                with open(result_end, "wb") as file:
                    file.write(content.encode("ascii"))
        except BaseException:  # noqa: BLE001 - nothing of the keeper's may run here
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)

    # What happens there.

    def _hear(self, generation: _Generation) -> None:
        data = os.read(generation.pipe, 65536)
        if not data:
            self._end(generation)
            return
        *lines, generation.text = (generation.text + data).split(b"\n")
        for line in lines:
            facts = json.loads(line)
            event = facts.pop("event")
            if event != "result":
                self._tell(event, number=generation.number, **facts)
                continue
            document = self._document(generation, sandbox.SandboxResult(**facts))
            self._tell("over", number=generation.number, document=document)

    def _end(self, generation: _Generation) -> None:
        """Forget an app that has ended, or end it."""
        self.generations.pop(generation.number, None)
        self.selector.unregister(generation.pipe)
        os.close(generation.pipe)
        if generation.stop >= 0:
            os.close(generation.stop)
        with contextlib.suppress(OSError):
            os.kill(generation.process, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(generation.process, 0)
        with contextlib.suppress(OSError):
            os.unlink(f"{self.sockets}/{generation.number}")

    def _judged(
        self, generation: _Generation, events: list[dict[str, Any]]
    ) -> dict[str, object]:
        found = [sandbox.mapped(event, generation.task) for event in events]
        return self._document(generation, sandbox.SandboxResult(found))

    def _document(
        self, generation: _Generation, result: sandbox.SandboxResult
    ) -> dict[str, object]:
        outcome = runtime_rules.judge(generation.task, result)
        report = Report(self.place, self.asked.python, outcome.findings, [], outcome)
        return report.document()
