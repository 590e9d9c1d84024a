"""Loads an entry file as PythonAnywhere does, makes one request, and reports both.

This runs in an interpreter of its own, to which :mod:`pa_new_check.sandbox` sends the
compiled code on stdin, with the modules that it imports, so that the app sees
nothing of the package. The task follows as JSON, also on stdin. The events are reported
as lines of JSON through a descriptor of its own, each after a token that the app does
not know.
"""

from __future__ import annotations

import _thread
import faulthandler
import gc
import importlib
import json
import os
import sys
import time

from pa_new_check.sandbox_inspection import (
    described,
    end_process,
    folder_hook,
    has_children,
    interface,
    stack,
    where,
)
from pa_new_check.sandbox_request import check
from pa_new_check.sandbox_visit import visit

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn


class Loader:
    """One loading of one app."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.process = os.getpid()
        self.is_importing = True
        self.started: dict[str, list[tuple[str, list[Any]]]] = {}

    # Reporting.

    def send(self, kind: str, **facts: Any) -> None:
        """Report one fact."""
        line = self.task["token"] + json.dumps({"kind": kind, **facts}) + "\n"
        os.write(self.task["report"], line.encode("ascii"))

    def stop(self, kind: str, what: str) -> NoReturn:
        """Report a forbidden action, and end the process before it happens."""
        self.send(kind, what=what, frames=stack(), importing=self.is_importing)
        end_process(0)

    # Watching.

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Handle an event before it happens: this is an audit hook."""
        handler = HANDLERS.get(event)
        if handler is not None and os.getpid() == self.process:
            handler(self, event, arguments)

    def on_bind(self, event: str, arguments: tuple[Any, ...]) -> None:
        address = arguments[1]
        if not self.is_importing or not address:
            return
        if isinstance(address, tuple):
            # Libraries bind port 0 to find out the abilities of the computer.
            if len(address) < 2 or not isinstance(address[0], (str, bytes)):
                return
            if address[1] == 0:
                # The app serves on it only if the import never ends.
                self.send("bound", what=f"It binds {address!r}", frames=stack())
                return
        elif not isinstance(address, (str, bytes)):
            return
        self.stop("server", f"It binds {address!r}")

    def on_thread(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing:
            self.note("thread", "It starts a thread")

    def on_process(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing:
            self.note("process", "It starts a process")

    def on_fork(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing:
            self.stop("fork", "It forks")

    def on_exec(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.stop("exit", "it runs another program in its place (exec)")

    def on_kill(self, event: str, arguments: tuple[Any, ...]) -> None:
        target, number = arguments
        if number == 0:
            return
        own = {0, -1, 1, os.getppid(), os.getpid()}
        own |= {os.getpgrp(), -os.getpgrp()}
        if target in own or target == os.getpgid(os.getppid()):
            self.stop("exit", f"it sends signal {int(number)} to its own processes")

    def on_socket(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing and "asyncio" in sys.modules:
            frames = stack()
            if any("/asyncio/" in str(file) for file, _ in frames):
                self.started.setdefault("loop", []).append(
                    ("It makes an event loop", frames)
                )

    def exit(self, status: int) -> NoReturn:
        """Replace ``os._exit``, which no audit hook sees."""
        if os.getpid() != self.process:
            end_process(status)  # a process that a request forked may end
        self.stop("exit", f"os._exit({status})")

    def note(self, kind: str, what: str) -> None:
        """Remember something that was started: it only matters if it stays."""
        noted = self.started.setdefault(kind, [])
        if len(noted) < 20:
            noted.append((what, stack()))

    # Loading.

    def load(self) -> Any:
        """Import the entry file and return its application."""
        task = self.task
        if sys.path and sys.path[0] == "":
            sys.path[0] = task["root"]
        else:
            sys.path.insert(0, task["root"])
        sys.path_hooks.insert(0, folder_hook(task["folder"]))
        sys.argv = ["uwsgi"]
        os._exit = self.exit
        os.abort = lambda: self.stop("exit", "os.abort()")
        sys.addaudithook(self.watch)
        if sys.version_info < (3, 12):  # the first version that calls hooks for threads
            begin: Any = _thread.start_new_thread

            def watched(*arguments: Any) -> Any:
                self.on_thread("", arguments)
                return begin(*arguments)

            setattr(_thread, "start_new_thread", watched)  # noqa: B010 - for mypy
            if "threading" in sys.modules:  # else it takes the one above
                setattr(sys.modules["threading"], "_start_new_thread", watched)  # noqa: B010
        start = time.monotonic()
        try:
            module = importlib.import_module(task["module"])
        except SystemExit as error:
            self.send("exit", what=f"sys.exit({error.code!r})", frames=where(error))
            end_process(0)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
            self.send("raised", **described(error))
            end_process(0)
        self.send("imported", seconds=time.monotonic() - start)
        self.report_what_stays()
        self.is_importing = False
        if not hasattr(module, "application"):
            self.send("missing")
            end_process(0)
        application = module.application
        kind = interface(application)
        if kind != "wsgi":
            self.send(kind, type=type(application).__name__)
            end_process(0)
        return application

    def report_what_stays(self) -> None:
        """Report threads, processes and event loops that outlive the import."""
        started = self.started
        if "thread" in started:
            for _ in range(20):
                if _thread._count() == 0:
                    break
                time.sleep(0.01)
            else:
                self.report_started("thread")
        if "process" in started and has_children():
            self.report_started("process")
        if "loop" in started:
            asyncio = sys.modules["asyncio"]
            for thing in gc.get_objects():
                is_loop = isinstance(thing, asyncio.AbstractEventLoop)
                if is_loop and not thing.is_closed():
                    self.report_started("loop")
                    break

    def report_started(self, kind: str) -> None:
        for what, frames in self.started[kind]:
            self.send(kind, what=what, frames=frames)


HANDLERS: dict[str, Callable[[Loader, str, tuple[Any, ...]], None]] = {
    "socket.bind": Loader.on_bind,
    "socket.__new__": Loader.on_socket,
    "_thread.start_new_thread": Loader.on_thread,
    "_thread.start_joinable_thread": Loader.on_thread,
    "subprocess.Popen": Loader.on_process,
    "os.posix_spawn": Loader.on_process,
    "os.spawn": Loader.on_process,
    "os.fork": Loader.on_fork,
    "os.forkpty": Loader.on_fork,
    "os.exec": Loader.on_exec,
    "os.kill": Loader.on_kill,
    "os.killpg": Loader.on_kill,
}


def run() -> None:
    """Do the task on stdin, and end the process."""
    task = json.loads(sys.stdin.buffer.read())
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    output = -1
    if task["visit"]:
        # The output of the app is not part of the response.
        output = os.dup(1)
        os.dup2(2, 1)
    if "%" in task["path"]:
        importlib.import_module("urllib.parse")  # before the project has its own
    faulthandler.dump_traceback_later(task["import_limit"], file=task["trace"])
    loader = Loader(task)
    application = loader.load()
    faulthandler.dump_traceback_later(task["time_limit"], file=task["trace"])
    if task["visit"]:
        visit(task, application, output, loader.send)
    else:
        check(task, application, loader.send)
    sys.stdout.flush()
    sys.stderr.flush()
    end_process(0)
