"""Loads the app as PythonAnywhere does, and collects what its processes report.

The processes have a session of their own, limits of memory and time, PythonAnywhere's
folders and environment variables, and no access to the checker's output.
"""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

from pa_new_check import processes, sandbox_namespace, visible_folders
from pa_new_check.placement import Placement
from pa_new_check.progress import StatusLine
from pa_new_check.project_requirements import Requirements
from pa_new_check.rules import RELOAD_LIMIT
from pa_new_check.stage import Stage
from pa_new_shared import compiled, host

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any, NoReturn, Protocol

    class Asker(Protocol):
        """Another process's way to the app: the requests of ``visit`` or ``preview``."""

        modules: tuple[str, ...]
        """The sandboxed modules that it needs."""
        is_endless: bool
        """Whether the app is served until somebody ends it."""

        def open(self) -> None:
            """Make the pipes."""

        def close_child_ends(self) -> None:
            """Close what only the process with the app needs."""

        def close_parent_ends(self) -> None:
            """Close what only this process needs."""

        def talk(self) -> None:
            """Tell the requests, until there are no more or the app has ended."""

        def ways(self) -> dict[str, Any]:
            """Return what the process with the app has to know."""

        def descriptors(self) -> list[int]:
            """Return the descriptors that the process with the app needs."""


_MAX_REPORT = 1_000_000
_MAX_OUTPUT = 100_000
_GRACE = 1.5  # seconds in which a process may report that its time is up

# The interpreter that loads the app runs this first: it makes modules of the compiled
# code on stdin, and removes their names again, so that the app does not find them.
_START = """import marshal, sys
read = sys.stdin.buffer
names = []
for name, code in marshal.loads(read.read(int(read.readline()))):
    sys.modules[name] = module = type(sys)(name)
    exec(code, module.__dict__)
    names.append(name)
for name in names:
    del sys.modules[name]
module.run()
"""
_PATHS = (
    "sandbox_translation",
    "sandbox_path_calls",
    "sandbox_path_files",
    "sandbox_paths",
)
_ROUTES = ("sandbox_frameworks", "sandbox_routes")
_STARTS = (b'{"kind": "imported"', b'{"kind": "requesting"')
"""How the lines of the report begin with which a new time begins, after their token."""


class Task:
    """One loading of an app, and the requests to it."""

    def __init__(
        self,
        stage: Stage,
        requirements: Requirements,
        python: tuple[int, int],
        time_limit: float,
        paths: list[str],
        environment: dict[str, str] | None = None,
    ) -> None:
        self.stage = stage
        self.placement: Placement = stage.placement
        self.project = stage.placement.project
        self.requirements = requirements
        self.python = python
        self.time_limit = time_limit
        """Seconds that a request may take; the import has PythonAnywhere's limit."""
        self.paths = paths
        """The paths to ask for."""
        self.environment: dict[str, str] = {} if environment is None else environment
        """Variables that are lent, beside those that PythonAnywhere sets."""
        self.asks_routes = False
        """Whether to ask for the routes that the framework tells, too."""
        self.uses_namespaces = True
        self.status = StatusLine(is_shown=False)
        """The line of the terminal that says what is waited for."""
        self.conversation: Asker | None = None
        """Who makes other requests: ``visit`` or ``preview``."""

    @property
    def shell(self) -> Mapping[str, str]:
        """The variables of the user's shell, of which the app gets few."""
        return os.environ

    @property
    def import_limit(self) -> float:
        """Seconds that the import may take."""
        return min(self.time_limit, RELOAD_LIMIT)


class SandboxResult:
    """What the processes that loaded the app did."""

    def __init__(
        self,
        events: list[dict[str, Any]],
        output: str = "",
        trace: str = "",
        exit_code: int = 0,
        has_namespaces: bool = False,
    ) -> None:
        self.events = events
        """The events, each with its ``kind``, in order; files are those of the project."""
        self.output = output
        """The output of the app, if it was not printed at once."""
        self.trace = trace
        """Tracebacks of what took too long, as Python's ``faulthandler`` writes them."""
        self.exit_code = exit_code
        self.has_namespaces = has_namespaces
        """Whether the app had PythonAnywhere's folders, also in native code."""


def run(task: Task) -> SandboxResult:
    """Load the app and make its requests, below a process in a session of its own.

    That process is the child's parent: an app that kills its parent's group, in a way
    that no hook sees, reaches neither this process nor those that started it.
    """
    own = os.getpid()
    answer, answer_end = os.pipe()
    conversation = task.conversation
    if conversation is not None:
        conversation.open()
    supervisor = os.fork()
    if supervisor == 0:
        _supervise(task, own, answer_end)
    os.close(answer_end)
    try:
        if conversation is not None:
            conversation.close_child_ends()
            conversation.talk()
        with open(answer, "rb") as file:
            text = file.read()
    finally:
        with contextlib.suppress(OSError):
            os.kill(supervisor, signal.SIGKILL)
        _, status = os.waitpid(supervisor, 0)
        processes.end_children()
        task.status.erase()
    if text:
        return SandboxResult(**json.loads(text))
    if os.WIFSIGNALED(status):
        what = f"it sends signal {os.WTERMSIG(status)} to the processes around it"
        return SandboxResult([{"kind": "exit", "what": what}])
    raise RuntimeError("the process that loads the app failed")


def _supervise(task: Task, parent: int, answer: int) -> NoReturn:
    """Run the child and send its result to the parent; this process was just forked."""
    try:
        os.setsid()
        for number in processes.ENDING:
            signal.signal(number, signal.SIG_DFL)
        library = processes.c_library()
        if task.conversation is not None:
            task.conversation.close_parent_ends()
        if processes.end_with(parent, library):
            through = visible_folders.interpreter()
            is_entered = task.uses_namespaces and library is not None
            program = _program(task, needs_paths=not is_entered)
            if is_entered:
                view = visible_folders.view(task.stage, through)
                is_entered = sandbox_namespace.enter(view, library)
                if not is_entered:
                    program = _program(task, needs_paths=True)
            result = _run_child(task, program, through, is_entered)
            with open(answer, "wb") as file:
                file.write(json.dumps(vars(result)).encode())
    except BaseException:  # noqa: BLE001 - nothing of the parent's may run here
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _run_child(
    task: Task, program: bytes, through: list[str], is_entered: bool
) -> SandboxResult:
    """Run the child, and collect its report and its output."""
    token = os.urandom(16).hex()
    report, report_end = os.pipe()
    trace, trace_end = os.pipe()
    child = _start(task, report_end, trace_end, is_entered)
    os.close(report_end)
    os.close(trace_end)
    if task.conversation is not None:
        task.conversation.close_child_ends()
    try:
        with contextlib.suppress(OSError):
            assert child.stdin is not None
            child.stdin.write(b"%d\n" % len(program) + program)
            request = _request(task, token, report_end, trace_end)
            if not is_entered:
                request["mapping"] = visible_folders.mapping(task.stage)
                request["through"] = through
                request["masked"] = visible_folders.masked(task.stage)
            child.stdin.write(json.dumps(request).encode())
            child.stdin.close()
        streams = {report: _MAX_REPORT, trace: _MAX_OUTPUT}
        if child.stdout is not None:
            streams[child.stdout.fileno()] = _MAX_OUTPUT
        read = _read(child, streams, task, token.encode())
    finally:
        exit_code = processes.end(child)
        os.close(report)
        os.close(trace)
        if child.stdout is not None:
            child.stdout.close()
    events: list[dict[str, Any]] = []
    for line in read[report].decode("ascii", "replace").splitlines():
        if line.startswith(token):
            with contextlib.suppress(ValueError):
                events.append(mapped(json.loads(line[len(token) :]), task))
    texts = [read[key].decode("utf-8", "replace") for key in streams if key != report]
    texts = [task.stage.here(text) for text in texts]
    output = texts[1] if len(texts) > 1 else ""
    return SandboxResult(events, output, texts[0], exit_code, is_entered)


def mapped(event: dict[str, Any], task: Task) -> dict[str, Any]:
    """Return an event with the project's files in its frames."""
    here = task.placement.here
    frames = event.get("frames")
    if frames:
        event["frames"] = [[here(str(file)), line] for file, line in frames]
    for inner in ("cause", "view", "caught"):
        if event.get(inner):
            mapped(event[inner], task)
    return event


def _start(
    task: Task, report: int, trace: int, is_entered: bool
) -> subprocess.Popen[bytes]:
    """Start an interpreter that waits for its program on stdin."""
    site = task.placement.site
    conversation = task.conversation
    own = [] if conversation is None else conversation.descriptors()
    return subprocess.Popen(
        [sys.executable, "-B", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if conversation is None else None,
        stderr=subprocess.STDOUT if conversation is None else None,
        cwd=site.home if is_entered else task.stage.home,
        env={**host.environment(site, os.environ), **task.environment},
        pass_fds=(report, trace, *own),
        start_new_session=True,
        preexec_fn=processes.limits(),  # noqa: PLW1509 - there is one thread
    )


def _request(task: Task, token: str, report: int, trace: int) -> dict[str, Any]:
    """Return the task as the child reads it, with its descriptors."""
    placement = task.placement
    loads_by_path = not placement.is_wsgi_file and not placement.path
    packages = visible_folders.editable_packages(task.stage, task.requirements)
    packages += visible_folders.user_packages()
    return {
        "token": token,
        "report": report,
        "trace": trace,
        "home": placement.site.home,
        "folder": placement.folder,
        "www": host.WSGI_FOLDER,
        "program": host.PROGRAM,
        "file": placement.entry if loads_by_path else "",
        "module": placement.module,
        "path": placement.path,
        "packages": packages,
        "import_limit": task.import_limit,
        "time_limit": task.time_limit,
        "requests": [_requests(task, path) for path in task.paths],
        "asks_routes": task.asks_routes,
        "visit": None if task.conversation is None else task.conversation.ways(),
    }


def _requests(task: Task, path: str) -> list[dict[str, str]]:
    """Return the requests for a path, one for each way in which https may arrive."""
    site = task.placement.site
    return [host.request(site, "GET", path, scheme) for scheme in host.SCHEMES]


def _code(name: str) -> CodeType:
    """Return the code of one of the child's modules, compiled if it was not before."""
    if compiled.found is not None:
        return compiled.found.code(f"pa_new_check.{name}")
    path = str(Path(__file__).with_name(f"{name}.py"))
    code = SourceFileLoader(name, path).get_code(name)
    assert code is not None  # it is source
    return code


def _program(task: Task, needs_paths: bool) -> bytes:
    """Return the child's modules as it reads them, each after those that it imports."""
    names = ["sandbox_inspection", *(_PATHS if needs_paths else ())]
    names += [*(_ROUTES if task.conversation is None else ()), "sandbox_watch"]
    names += ["sandbox_reasons", "sandbox_views", "sandbox_request", "sandbox_django"]
    if task.conversation is not None:
        names += ["sandbox_response", *task.conversation.modules]
    names += ["sandbox_workers", "sandbox_child"]
    return marshal.dumps([(f"pa_new_check.{name}", _code(name)) for name in names])


def _read(
    child: subprocess.Popen[bytes],
    streams: dict[int, int],
    task: Task,
    token: bytes,
) -> dict[int, bytearray]:
    """Read the streams up to their limits until the child ends or the time is up.

    The first stream is the report: with each request that it tells of, a new time begins.
    """
    read = {stream: bytearray() for stream in streams}
    report = next(iter(read))
    deadline = time.monotonic() + task.import_limit + _GRACE
    starts = [token + start for start in _STARTS]
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            os.set_blocking(stream, False)
            selector.register(stream, selectors.EVENT_READ)
        ended = False
        while time.monotonic() < deadline:
            task.status.show()
            ready = selector.select(0 if ended else 0.02) if selector.get_map() else []
            for key, _ in ready:
                try:
                    data = os.read(key.fd, 65536)
                except BlockingIOError:
                    continue
                if not data:
                    selector.unregister(key.fd)
                if key.fd == report and any(start in data for start in starts):
                    limit = task.time_limit + _GRACE
                    if task.conversation is not None and task.conversation.is_endless:
                        limit = float("inf")
                    deadline = time.monotonic() + limit
                    task.status.follow(data)
                # Above the limit, the stream is still read, but not kept.
                room = streams[key.fd] - len(read[key.fd])
                read[key.fd] += data[: max(room, 0)]
            if ended and not ready:
                break
            if not ended:
                ended = child.poll() is not None
                if ended:
                    deadline = min(deadline, time.monotonic() + 1)
                elif not selector.get_map():
                    time.sleep(0.01)
    return read
