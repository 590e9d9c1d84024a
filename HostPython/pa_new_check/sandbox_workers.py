"""Makes each request in a fork of the process that loaded the app, as uWSGI's workers are.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import time

from pa_new_check.c_library import CLibrary
from pa_new_check.json_text import from_json, to_json
from pa_new_check.sandbox_arguments import report_arguments
from pa_new_check.sandbox_django import has_django, report_models
from pa_new_check.sandbox_inspection import end_process, library
from pa_new_check.sandbox_request import Watchers, check
from pa_new_check.sandbox_templates import has_templates, report_templates
from pa_new_check.sandbox_views import frameworks
from pa_new_check.sandbox_watch import Watch

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from typing import Any
else:
    import _signal as signal  # the other one imports more

# These are only there if they are needed.
routes: Any = sys.modules.get("pa_new_check.sandbox_routes")
visiting: Any = sys.modules.get("pa_new_check.sandbox_visit")
serving: Any = sys.modules.get("pa_new_check.sandbox_serve")
_fork, _kill = os.fork, os.kill  # the app may replace them
_forks: Callable[[], int] | None = None  # once it is known
# What Flask imports at its first request: each worker makes one, so it is imported before.
_FIRST = "encodings.idna"
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
        self.tells_where = False
        """Whether a signal makes a worker report its line."""
        self.watchers: Watchers | None = None
        """What all workers of :meth:`serve` inherit."""
        self.looks: list[Callable[[], object]] = []
        """What else to find out of the app in a worker, until one has done it."""

    def serve(self) -> None:
        """Make every request, and report how it was answered."""
        self.watch.frameworks = frameworks()
        requests = self.task["requests"]
        if self.task["asks_routes"]:
            requests = requests + self._routes(requests)
        # A worker finds them out, since Django imports the views for its routes, and more.
        if routes is not None and not self.task["asks_routes"]:
            self.looks.append(lambda: self._count_routes(requests))
        if has_django():
            self.looks.append(lambda: report_models(self.watch.send))
        if routes is not None and has_templates():
            self.looks.append(self._report_templates)
        self.watchers = Watchers(self.watch.frameworks)
        if "werkzeug" in sys.modules and _FIRST not in sys.modules:
            library(_FIRST)
        last = requests[-1][-1]
        for number, schemes in enumerate(requests):
            for scheme, environ in enumerate(schemes):
                is_first, is_last = number == scheme == 0, environ is last
                if not self._ask(environ, scheme, is_first, is_last):
                    break
        if self.looks:  # the last request was not made, or it failed
            self._run(self._look)

    def _look(self) -> None:
        if self.looks:
            self.watch.send("requesting", target="", scheme=0)
        for look in self.looks:
            look()

    def _ask(
        self, environ: dict[str, Any], scheme: int, is_first: bool, is_last: bool
    ) -> bool:
        """Make one request; tell whether the worker came to its end.

        The worker of the last one finds out more: that saves another worker.
        """
        facts = {"target": environ["REQUEST_URI"], "scheme": scheme}
        reader, writer = os.pipe()
        os.set_blocking(reader, False)

        def answer() -> None:
            assert self.watchers is not None  # there is a request
            check(environ, self.application, self.watch, self.watchers, facts)
            if is_first:
                self.watch.report_modules()
            if is_last:
                os.write(writer, b".")
                self._look()

        self.watch.send("requesting", **facts)
        status = self._run(answer)
        has_looked = _has_data(reader)
        os.close(reader)
        os.close(writer)
        if has_looked:
            self.looks = []
        elif status != 0:
            self.watch.send(
                "hung" if status is None else "died", status=status, **facts
            )
        return has_looked or status == 0

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

    def _count_routes(self, requests: list[list[dict[str, str]]]) -> None:
        """Report how many routes are not requested."""
        told = routes.routes(self.application)
        self.watch.send("unasked", count=len(_others(told, requests)))

    def _report_templates(self) -> None:
        found = routes.applications(self.application)
        report_templates(found, self.task["folder"], self.watch.send)
        report_arguments(found, self.watch.send)

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
                file.write(to_json(found))

        self.watch.send("requesting", target="", scheme=0)
        self._run(tell)
        os.close(writer)
        with open(reader, encoding="ascii") as file:
            text = file.read()
        told = from_json(text) if text else None
        self.watch.send("routes", told=told)
        return [
            [
                {**environ, "REQUEST_URI": path, "PATH_INFO": path}
                for environ in requests[0]
            ]
            for path in _others(told, requests)
        ]

    def _run(self, work: Callable[[], object], begun: int = -1) -> int | None:
        """Do some work in a worker; return how it ended, None if it took too long.

        :param begun: a descriptor from which something can be read when a time begins.
        """
        limit = self.task["time_limit"]
        sys.stdout.flush()
        sys.stderr.flush()
        if not self.tells_where:
            # Not after a time: that would read the stacks of threads that are gone.
            faulthandler.register(
                _ASKS_WHERE, file=self.task["trace"], all_threads=False
            )
            self.tells_where = True  # also in all forks
        worker = fork()
        if worker == 0:
            self.watch.begin_request()
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


def _others(told: Any, requests: list[list[dict[str, str]]]) -> list[str]:
    """Return the routes that a framework tells, without those that are requested."""
    known = {schemes[0]["REQUEST_URI"] for schemes in requests}
    return [path for path in (told[0] if told else []) if path not in known]


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
    global _forks
    if _forks is None:
        try:
            _forks = CLibrary(library("_ctypes")).fork
        except (ImportError, AttributeError, OSError):
            _forks = _fork
    return _forks()
