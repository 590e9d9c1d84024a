"""Makes each request in a fork of the process that loaded the app, as uWSGI's workers are.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import time

from pa_new_check.sandbox_django import has_django, report_models
from pa_new_check.sandbox_inspection import end_process, library
from pa_new_check.sandbox_request import check
from pa_new_check.sandbox_watch import Watch

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# These are only there if they are needed.
routes: Any = sys.modules.get("pa_new_check.sandbox_routes")
visiting: Any = sys.modules.get("pa_new_check.sandbox_visit")
serving: Any = sys.modules.get("pa_new_check.sandbox_serve")
_fork, _kill = os.fork, os.kill  # the app may replace them
_ASKS_WHERE = signal.SIGUSR2  # tells a worker to report the line that it is at
_GRACE = 0.1  # seconds in which it does that


class Workers:
    """The workers of one app that was loaded."""

    def __init__(
        self, task: dict[str, Any], watch: Watch, module: Any, application: Any
    ) -> None:
        self.task = task
        self.watch = watch
        self.module = module
        self.application = application

    def serve(self) -> None:
        """Make every request, and report how it was answered."""
        requests = self.task["requests"]
        if self.task["asks_routes"]:
            requests = requests + self._routes(requests)
        for number, schemes in enumerate(requests):
            for scheme, environ in enumerate(schemes):
                if not self._ask(environ, scheme, is_first=number == scheme == 0):
                    break
        if routes is not None and not self.task["asks_routes"]:
            self.watch.send("unasked", count=len(self._routes(requests)))
        if has_django():
            self.watch.send("requesting", target="", scheme=0)
            self._run(lambda: report_models(self.watch.send))

    def _ask(self, environ: dict[str, Any], scheme: int, is_first: bool) -> bool:
        """Make one request; tell whether the worker came to its end."""
        facts = {"target": environ["REQUEST_URI"], "scheme": scheme}

        def answer() -> None:
            check(environ, self.application, self.watch, facts)
            if is_first:
                self.watch.report_modules()

        self.watch.send("requesting", **facts)
        status = self._run(answer)
        if status != 0:
            self.watch.send(
                "hung" if status is None else "died", status=status, **facts
            )
        return status == 0

    def visit(self, output: int) -> None:
        """Make the request of ``visit``, and print the response to a descriptor."""
        reader, writer = os.pipe()
        os.set_blocking(reader, False)

        def send(kind: str, **facts: Any) -> None:
            if kind == "requesting":
                os.write(writer, b".")
            self.watch.send(kind, **facts)

        status = self._run(
            lambda: visiting.visit(self.task["visit"], self.application, output, send),
            reader,
        )
        if status != 0:
            self.watch.send("hung" if status is None else "died", status=status)

    def preview(self) -> None:
        """Serve the app to ``preview`` until that ends it."""
        serving.Service(self.task["visit"], self.application, fork).run()

    def _routes(
        self, requests: list[list[dict[str, str]]]
    ) -> list[list[dict[str, str]]]:
        """Return the requests for the routes that the framework tells.

        A worker finds them, since Django imports the views for it.
        """
        reader, writer = os.pipe()

        def tell() -> None:
            found = routes.routes(self.application)
            with open(writer, "w", encoding="ascii") as file:
                json.dump(found, file)

        self.watch.send("requesting", target="", scheme=0)
        self._run(tell)
        os.close(writer)
        with open(reader, encoding="ascii") as file:
            text = file.read()
        told = json.loads(text) if text else None
        if self.task["asks_routes"]:
            self.watch.send("routes", told=told)
        found = told[0] if told else []
        known = {schemes[0]["REQUEST_URI"] for schemes in requests}
        return [
            [
                {**environ, "REQUEST_URI": path, "PATH_INFO": path}
                for environ in requests[0]
            ]
            for path in found
            if path not in known
        ]

    def _run(self, work: Callable[[], object], begun: int = -1) -> int | None:
        """Do some work in a worker; return how it ended, None if it took too long.

        :param begun: a descriptor from which something can be read when a time begins.
        """
        limit = self.task["time_limit"]
        sys.stdout.flush()
        sys.stderr.flush()
        worker = fork()
        if worker == 0:
            self.watch.begin_request()
            # Not after a time: that would read the stacks of threads that are gone.
            faulthandler.register(
                _ASKS_WHERE, file=self.task["trace"], all_threads=False
            )
            try:
                work()
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                end_process(0)
        pause, deadline = 0.0002, time.monotonic() + limit
        while True:
            ended, status = os.waitpid(worker, os.WNOHANG)
            if ended:
                return status
            if begun >= 0 and _has_data(begun):
                deadline = time.monotonic() + limit
            if time.monotonic() > deadline:
                _kill(worker, _ASKS_WHERE)
                time.sleep(_GRACE)
                _kill(worker, signal.SIGKILL)
                os.waitpid(worker, 0)
                return None
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)


def _has_data(descriptor: int) -> bool:
    try:
        return bool(os.read(descriptor, 100))
    except BlockingIOError:
        return False


def fork() -> int:
    """Fork this process as uWSGI does, without Python's knowledge.

    What the app or a library registers for after a fork does not run, and Python takes
    the threads that are gone for alive. Without threads or such functions it is all one.
    """
    try:
        ctypes = library("ctypes")
        return int(ctypes.PyDLL(None).fork())
    except (ImportError, AttributeError, OSError):
        return _fork()
