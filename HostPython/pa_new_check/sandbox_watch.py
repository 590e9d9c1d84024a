"""Watches what the app does while it is loaded and asked, and reports it.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own.
"""

from __future__ import annotations

import _thread
import gc
import os
import sys
import time

from pa_new_check.json_text import to_json
from pa_new_check.sandbox_inspection import end_process, has_children, stack

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

MAX_READERS = 30  # frames between the project's code and a variable that it reads
MAX_TOLD = 30  # databases and computers that one process asks for
MAX_NAME = 300  # characters of a name that are reported


class Watch:
    """Watches one process of the app's, and those that are forked from it."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.own_folders = (task["folder"] + "/", task["www"] + "/")
        self.process = os.getpid()
        self.is_importing = True
        self.frameworks: list[tuple[str, Any]] | None = None
        """Their modules, once the app is loaded: a process finds them for all its forks."""
        self.threads = 0
        """The threads of this process that were started before it was watched."""
        self.started: dict[str, list[tuple[str, list[Any]]]] = {}
        self.told: tuple[Any, ...] = ()
        """The last database or computer that the app asked for."""
        self.tells = 0
        self.modules: dict[str, str] = {}
        """Those that were reported, with their files."""
        self.last_module, self.module_count = "", 0

    # Reporting.

    def send(self, kind: str, **facts: Any) -> None:
        """Report one fact, unless this is a process that the app has forked."""
        if os.getpid() != self.process:
            return
        line = self.task["token"] + to_json({"kind": kind, **facts}) + "\n"
        os.write(self.task["report"], line.encode("ascii"))

    def stop(self, kind: str, what: str) -> NoReturn:
        """Report a forbidden action, and end the process before it happens."""
        self.send(kind, what=what, frames=stack(), importing=self.is_importing)
        end_process(0)

    # Watching.

    def start(self) -> None:
        """Begin to watch this process."""
        os._exit = self.exit
        os.abort = lambda: self.stop("exit", "os.abort()")
        self.watch_variables()
        sys.addaudithook(self.hook())
        if sys.version_info < (3, 12):  # the first version that calls hooks for threads
            begin: Any = _thread.start_new_thread

            def watched(*arguments: Any) -> Any:
                self.on_thread("", arguments)
                return begin(*arguments)

            setattr(_thread, "start_new_thread", watched)  # noqa: B010 - for mypy
            if "threading" in sys.modules:  # else it takes the one above
                setattr(sys.modules["threading"], "_start_new_thread", watched)  # noqa: B010

    def hook(self) -> Callable[[str, tuple[Any, ...]], None]:
        """Return the audit hook, which handles an event before it happens.

        An import has thousands of events, and a method would take three times as long.
        """
        handlers, process = HANDLERS, os.getpid

        def watch(event: str, arguments: tuple[Any, ...]) -> None:
            if event in handlers and process() == self.process:
                handlers[event](self, event, arguments)

        return watch

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
        self.note("thread", "It starts a thread")

    def on_process(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing:
            self.note("process", "It starts a process")

    def on_fork(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing:
            self.note("process", "It forks")

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

    def on_database(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.tell("database", path=arguments[0])

    def on_address(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.tell("asked", host=arguments[0])

    def tell(self, kind: str, **facts: Any) -> None:
        """Report what the app asks for, once in a row and not too often."""
        told = (kind, *facts.values())
        is_text = all(isinstance(value, (str, bytes)) for value in facts.values())
        if is_text and told != self.told and self.tells < MAX_TOLD:
            self.told, self.tells = told, self.tells + 1
            texts = {name: os.fsdecode(value) for name, value in facts.items()}
            self.send(kind, **{name: text[:MAX_NAME] for name, text in texts.items()})

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

    # Variables.

    def watch_variables(self) -> None:
        """Report the environment variables that the project reads and does not find."""
        watch = self
        reported: set[bytes] = set()

        class Variables(dict):  # type: ignore[type-arg]
            """The variables, as ``os.environ`` keeps them."""

            def __missing__(self, key: Any) -> Any:
                if isinstance(key, bytes) and key not in reported:
                    frames = stack()[2:MAX_READERS]  # without this one and its own
                    if any(watch.is_own(file) for file, _ in frames):
                        reported.add(key)
                        name = key.decode("utf-8", "replace")[:MAX_NAME]
                        watch.send("variable", name=name, frames=frames)
                raise KeyError(key)

            def __setitem__(self, key: Any, value: Any) -> None:
                if key in reported:
                    watch.send("variable-set", name=key.decode("utf-8", "replace"))
                super().__setitem__(key, value)

        environment: Any = os.environ
        environment._data = Variables(environment._data)
        if hasattr(os, "environb"):
            setattr(os.environb, "_data", environment._data)  # noqa: B010 - for mypy

    def is_own(self, file: str) -> bool:
        """Tell whether a file is the project's, or the WSGI file."""
        return str(file).startswith(self.own_folders)

    def begin_request(self) -> None:
        """Watch this process, a worker, from now on."""
        self.process = os.getpid()
        self.started = {}
        self.threads = _thread._count()  # which the fork has left behind

    def report_modules(self) -> None:
        """Report the modules that were imported since the last report, with their files."""
        names: dict[str, str] = {}
        own = self.own_folders
        for name in self._new_modules():
            file = str(getattr(sys.modules.get(name), "__file__", None) or "")
            # Of packages, those of libraries are many, and nobody asks for them.
            is_asked = "." not in name or not file or file.startswith(own)
            if is_asked and self.modules.get(name) != file:
                names[name] = file
        self.modules.update(names)
        self.send("modules", names=names)

    def _new_modules(self) -> list[str]:
        """Return the names of the modules that are new since the last call.

        To look at each would copy most of the memory that a fork shares with its parent.
        """
        found: list[str] = []
        for name in reversed(sys.modules):
            if name == self.last_module:
                break
            found.append(name)
        count = len(sys.modules)
        if len(found) != count - self.module_count:  # some were removed
            found = list(sys.modules)
        self.last_module = next(reversed(sys.modules), "")
        self.module_count = count
        return found

    def report_what_stays(self) -> None:
        """Report threads, processes and event loops that outlive import or request."""
        started = self.started
        if "thread" in started:
            for _ in range(20):
                if _thread._count() <= self.threads:
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
            self.send(kind, what=what, frames=frames, importing=self.is_importing)


HANDLERS: dict[str, Callable[[Watch, str, tuple[Any, ...]], None]] = {
    "sqlite3.connect": Watch.on_database,
    "socket.getaddrinfo": Watch.on_address,
    "socket.bind": Watch.on_bind,
    "socket.__new__": Watch.on_socket,
    "_thread.start_new_thread": Watch.on_thread,
    "_thread.start_joinable_thread": Watch.on_thread,
    "subprocess.Popen": Watch.on_process,
    "os.posix_spawn": Watch.on_process,
    "os.spawn": Watch.on_process,
    "os.fork": Watch.on_fork,
    "os.forkpty": Watch.on_fork,
    "os.exec": Watch.on_exec,
    "os.kill": Watch.on_kill,
    "os.killpg": Watch.on_kill,
}
