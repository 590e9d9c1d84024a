"""Loads the app as PythonAnywhere does, and collects what its processes report.

The processes have a session of their own, limits of memory and time, PythonAnywhere's
folders and environment variables, and no access to the checker's output.
"""

from __future__ import annotations

import marshal
import os
import select
import sys
import time
from _frozen_importlib_external import SourceFileLoader

from pa_new_check import processes, sandbox_namespace, visible_folders
from pa_new_check.deadline import Deadline
from pa_new_check.json_text import from_json
from pa_new_check.placement import Placement
from pa_new_check.progress import StatusLine
from pa_new_check.project_requirements import Requirements
from pa_new_check.rules import RELOAD_LIMIT
from pa_new_check.stage import Stage
from pa_new_shared import compiled, host
from pa_new_shared.file_path import Path
from pa_new_shared.later import contextlib, signal

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Mapping
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
# code on stdin, and removes their names again, so that the app does not find them. There is
# no garbage to search for while it does that, nor later in what was there before the app.
_START = """import gc, marshal, sys
gc.disable()
read = sys.stdin.buffer
names = []
for name, code in marshal.loads(read.read(int(read.readline()))):
    sys.modules[name] = module = type(sys)(name)
    exec(marshal.loads(code), module.__dict__)
    names.append(name)
for name in names:
    del sys.modules[name]
gc.freeze()
gc.enable()
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
        """The paths to ask for, which somebody has named."""
        self.routes: list[str] = []
        """More paths to ask for, which the code has as routes."""
        self.environment: dict[str, str] = {} if environment is None else environment
        """Variables that are lent, beside those that PythonAnywhere sets."""
        self.asks_routes = False
        """Whether to ask for the routes that the loaded framework tells, too."""
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
    program = _program(task, needs_paths=not task.uses_namespaces)  # and keep its code
    supervisor = os.fork()
    if supervisor == 0:
        _supervise(task, program, own, answer_end)
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
        processes.end_children(task.stage.remover)
        task.status.erase()
    if text:
        return SandboxResult(**marshal.loads(text))
    if os.WIFSIGNALED(status):
        what = f"it sends signal {os.WTERMSIG(status)} to the processes around it"
        return SandboxResult([{"kind": "exit", "what": what}])
    raise RuntimeError("the process that loads the app failed")


def _supervise(task: Task, program: bytes, parent: int, answer: int) -> NoReturn:
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
            if is_entered:
                view = visible_folders.view(task.stage, through)
                is_entered = sandbox_namespace.enter(view, library)
            if task.uses_namespaces and not is_entered:
                program = _program(task, needs_paths=True)
            result = _run_child(task, program, through, is_entered)
            with open(answer, "wb") as file:
                file.write(marshal.dumps(vars(result)))
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
        with contextlib.suppress(OSError), open(child.input, "wb") as file:
            file.write(b"%d\n" % len(program) + program)
            request = _request(task, token, report_end, trace_end)
            if not is_entered:
                request["mapping"] = visible_folders.mapping(task.stage)
                request["through"] = through
                request["masked"] = visible_folders.masked(task.stage)
            file.write(marshal.dumps(request))
        streams = {report: _MAX_REPORT, trace: _MAX_OUTPUT}
        if child.output >= 0:
            streams[child.output] = _MAX_OUTPUT
        read = _read(child, streams, task, token.encode())
    finally:
        exit_code = child.end()
        for descriptor in (report, trace, child.output):
            if descriptor >= 0:
                os.close(descriptor)
    events: list[dict[str, Any]] = []
    for line in read[report].decode("ascii", "replace").splitlines():
        if line.startswith(token):
            with contextlib.suppress(ValueError):
                events.append(mapped(from_json(line[len(token) :]), task))
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


def _start(task: Task, report: int, trace: int, is_entered: bool) -> processes.Child:
    """Start an interpreter that waits for its program on stdin."""
    site = task.placement.site
    conversation = task.conversation
    own = [] if conversation is None else conversation.descriptors()
    return processes.Child(
        [sys.executable, "-B", "-c", _START],
        {**host.environment(site, os.environ), **task.environment},
        site.home if is_entered else task.stage.home,
        (report, trace, *own),
        has_output=conversation is None,
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
        "requests": [_requests(task, path) for path in [*task.paths, *task.routes]],
        "asks_routes": task.asks_routes,
        "visit": None if task.conversation is None else task.conversation.ways(),
    }


def _requests(task: Task, path: str) -> list[dict[str, str]]:
    """Return the requests for a path, one for each way in which https may arrive."""
    site = task.placement.site
    return [host.request(site, "GET", path, scheme) for scheme in host.SCHEMES]


def _code(name: str) -> bytes:
    """Return the code of one of the child's modules, compiled if it was not before."""
    if compiled.found is not None:
        return compiled.found.code(f"pa_new_check.{name}")
    path = str(Path(__file__).with_name(f"{name}.py"))
    code = SourceFileLoader(name, path).get_code(name)
    assert code is not None  # it is source
    return marshal.dumps(code)


def _program(task: Task, needs_paths: bool) -> bytes:
    """Return the child's modules as it reads them, each after those that it imports."""
    names = [
        "run_delay",
        "json_text",
        "c_library",
        "sandbox_inspection",
        *(_PATHS if needs_paths else ()),
    ]
    names += [*(_ROUTES if task.conversation is None else ()), "sandbox_watch"]
    names += ["sandbox_reasons", "sandbox_views", "sandbox_names", "sandbox_pages"]
    names += ["sandbox_validator", "sandbox_request", "sandbox_django"]
    names += ["sandbox_arguments"]
    names += ["sandbox_links", "sandbox_templates"]
    if task.conversation is not None:
        names += ["sandbox_response", *task.conversation.modules]
    names += ["sandbox_workers", "sandbox_child"]
    return marshal.dumps([(f"pa_new_check.{name}", _code(name)) for name in names])


def _read(
    child: processes.Child,
    streams: dict[int, int],
    task: Task,
    token: bytes,
) -> dict[int, bytearray]:
    """Read the streams up to their limits until the child ends or the time is up.

    The first stream is the report: with each request that it tells of, a new time begins.
    """
    read = {stream: bytearray() for stream in streams}
    report = next(iter(read))
    deadline = Deadline(child.process, task.import_limit + _GRACE)
    starts = [token + start for start in _STARTS]
    waiting = select.poll()
    for stream in streams:
        os.set_blocking(stream, False)
        waiting.register(stream, select.POLLIN)
    opened = set(streams)
    ended, pause = False, 0.0005
    while not deadline.is_over():
        task.status.show()
        ready = waiting.poll(0 if ended else 20) if opened else []
        for stream, _ in ready:
            try:
                data = os.read(stream, 65536)
            except BlockingIOError:
                continue
            if not data:
                waiting.unregister(stream)
                opened.remove(stream)
            if stream == report and any(start in data for start in starts):
                limit = task.time_limit + _GRACE
                if task.conversation is not None and task.conversation.is_endless:
                    limit = float("inf")
                deadline = Deadline(child.process, limit)
                task.status.follow(data)
            # Above the limit, the stream is still read, but not kept.
            room = streams[stream] - len(read[stream])
            read[stream] += data[: max(room, 0)]
        if ended and not ready:
            break
        if not ended:
            ended = child.poll() is not None
            if ended:
                deadline.end = min(deadline.end, time.monotonic() + 1)
            elif not opened:
                time.sleep(pause)
                pause = min(pause * 1.5, 0.02)
    return read
