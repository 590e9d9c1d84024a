"""Loads the app in a process of its own, and collects what it reports.

The process has its own group, limits of memory and time, and no access to the checker's
output. The processes that it has started end with it.
"""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

from pa_new_check.project import Project
from pa_new_check.project_requirements import Requirements
from pa_new_check.rules import RELOAD_LIMIT

TYPE_CHECKING = False  # most runs have no use for it
if TYPE_CHECKING:
    from pa_new_check.visit_conversation import Conversation

MEMORY = 3 * 1024**3  # what a process on PythonAnywhere may have
_MAX_REPORT = 1_000_000
_MAX_OUTPUT = 100_000
_PDEATHSIG, _SUBREAPER = 1, 36  # of Linux's prctl

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
_CHILD = (
    "sandbox_inspection",
    "sandbox_request",
    "sandbox_visit",
    "sandbox_child",
)

_IMPORTED = '{"kind": "imported"'  # how a line of the report begins, after its token


class Task:
    """The task of the child process."""

    def __init__(
        self,
        project: Project,
        requirements: Requirements,
        python: tuple[int, int],
        time_limit: float,
        path: str = "/",
    ) -> None:
        self.project = project
        self.requirements = requirements
        self.python = python
        self.time_limit = time_limit
        """Seconds that the request may take; the import has PythonAnywhere's limit."""
        self.path = path
        self.conversation: Conversation | None = None
        """The requests of ``visit``."""

    @property
    def import_limit(self) -> float:
        """Seconds that the import may take."""
        return min(self.time_limit, RELOAD_LIMIT)


class SandboxResult:
    """The result of the process that loaded the app."""

    def __init__(
        self,
        events: list[dict[str, Any]],
        output: str = "",
        trace: str = "",
        exit_code: int = 0,
    ) -> None:
        self.events = events
        """The events, each with its ``kind``, in order."""
        self.output = output
        """The output of the app, if it was not printed at once."""
        self.trace = trace
        """The traceback when the time was up, as Python's ``faulthandler`` writes it."""
        self.exit_code = exit_code


def run(task: Task) -> SandboxResult:
    """Load the app and make its request, below a process in a session of its own.

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
            task.path = conversation.request.target
        with open(answer, "rb") as file:
            text = file.read()
    finally:
        with contextlib.suppress(OSError):
            os.kill(supervisor, signal.SIGKILL)
        _, status = os.waitpid(supervisor, 0)
        _end_children()
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
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        library = _library()
        if library is not None:
            library.prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
            library.prctl(_SUBREAPER, 1, 0, 0, 0)
        if task.conversation is not None:
            task.conversation.close_parent_ends()
        if os.getppid() == parent:
            text = json.dumps(vars(_run_child(task))).encode()
            with open(answer, "wb") as file:
                file.write(text)
    except BaseException:  # noqa: BLE001 - nothing of the parent's may run here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _run_child(task: Task) -> SandboxResult:
    """Run the child, and collect its report and its output."""
    token = os.urandom(16).hex()
    report, report_end = os.pipe()
    trace, trace_end = os.pipe()
    child = _start(task, report_end, trace_end)
    os.close(report_end)
    os.close(trace_end)
    if task.conversation is not None:
        task.conversation.close_child_ends()
    try:
        with contextlib.suppress(OSError):
            assert child.stdin is not None
            program = marshal.dumps(_child_code())
            child.stdin.write(b"%d\n" % len(program) + program)
            child.stdin.write(_request(task, token, report_end, trace_end))
            child.stdin.close()
        streams = {report: _MAX_REPORT, trace: _MAX_OUTPUT}
        if child.stdout is not None:
            streams[child.stdout.fileno()] = _MAX_OUTPUT
        read = _read(child, streams, task, (token + _IMPORTED).encode())
    finally:
        exit_code = _end(child)
        os.close(report)
        os.close(trace)
        if child.stdout is not None:
            child.stdout.close()
    events: list[dict[str, Any]] = []
    for line in read[report].decode("ascii", "replace").splitlines():
        if line.startswith(token):
            with contextlib.suppress(ValueError):
                events.append(json.loads(line[len(token) :]))
    texts = [read[key].decode("utf-8", "replace") for key in streams if key != report]
    output = texts[1] if len(texts) > 1 else ""
    return SandboxResult(events, output, texts[0], exit_code)


def _start(task: Task, report: int, trace: int) -> subprocess.Popen[bytes]:
    """Start an interpreter that waits for its program on stdin."""
    conversation = task.conversation
    own = [] if conversation is None else conversation.descriptors()
    environment = dict(os.environ)
    for name in ("PYTHONPATH", "PYTHONWARNINGS", "PYTHONSTARTUP", "PYTHONINSPECT"):
        environment.pop(name, None)
    return subprocess.Popen(
        [sys.executable, "-B", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if conversation is None else None,
        stderr=subprocess.STDOUT if conversation is None else None,
        cwd=_working_folder(),
        env=environment,
        pass_fds=(report, trace, *own),
        start_new_session=True,
        preexec_fn=_limits(),  # noqa: PLW1509 - there is one thread
    )


def _request(task: Task, token: str, report: int, trace: int) -> bytes:
    """Return the task as the child reads it, with its descriptors."""
    request = {
        "token": token,
        "report": report,
        "trace": trace,
        "root": str(task.project.root),
        "folder": str(task.project.folder),
        "module": task.project.module,
        "import_limit": task.import_limit,
        "time_limit": task.time_limit,
        "path": task.path,
        "visit": None if task.conversation is None else task.conversation.ways(),
    }
    return json.dumps(request).encode()


def _working_folder() -> str:
    """Return the home folder, in which PythonAnywhere starts an app, or the root."""
    home = os.path.expanduser("~")
    return home if os.access(home, os.R_OK | os.X_OK) else "/"


def _limits() -> Any:
    """Return the function that the child runs before it becomes the interpreter."""
    library = _library()

    def limit() -> None:
        limits = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, MEMORY)]
        limits.append((resource.RLIMIT_AS, 4 * MEMORY))
        for kind, amount in limits:
            with contextlib.suppress(ValueError, OSError):
                hard = resource.getrlimit(kind)[1]
                if hard == resource.RLIM_INFINITY or amount <= hard:
                    resource.setrlimit(kind, (amount, amount))
        if library is not None:
            library.prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)

    return limit


def _library() -> Any:
    """Return the C library, None if it does not have Linux's ``prctl``."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # takes a while, and reading does without it

    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None, use_errno=True)
        if library.prctl:
            return library
    return None


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """End all processes that were started, also on a signal to terminate."""
    library = _library()
    if library is not None:
        # Processes whose parent has ended become ours, so that none can escape.
        library.prctl(_SUBREAPER, 1, 0, 0, 0)

    def terminate(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, terminate)
    yield


def _child_code() -> list[tuple[str, CodeType]]:
    """Return names and code of the child's modules, compiled if they were not before."""
    modules: list[tuple[str, CodeType]] = []
    for name in _CHILD:
        path = str(Path(__file__).with_name(f"{name}.py"))
        code = SourceFileLoader(name, path).get_code(name)
        assert code is not None  # it is source
        modules.append((f"pa_new_check.{name}", code))
    return modules


def _read(
    child: subprocess.Popen[bytes],
    streams: dict[int, int],
    task: Task,
    imported: bytes,
) -> dict[int, bytearray]:
    """Read the streams up to their limits until the child ends or the time is up.

    The first stream is the report: once it says that the app was imported, the time for
    the request begins.
    """
    read = {stream: bytearray() for stream in streams}
    report = next(iter(read.values()))
    limits = [task.import_limit, task.time_limit]
    deadline = time.monotonic() + limits.pop(0) + 0.5
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            os.set_blocking(stream, False)
            selector.register(stream, selectors.EVENT_READ)
        ended = False
        while time.monotonic() < deadline:
            ready = selector.select(0 if ended else 0.02) if selector.get_map() else []
            for key, _ in ready:
                try:
                    data = os.read(key.fd, 65536)
                except BlockingIOError:
                    continue
                if not data:
                    selector.unregister(key.fd)
                # Above the limit, the stream is still read, but not kept.
                room = streams[key.fd] - len(read[key.fd])
                read[key.fd] += data[: max(room, 0)]
            if limits and imported in report:
                deadline = time.monotonic() + limits.pop() + 0.5
            if ended and not ready:
                break
            if not ended:
                ended = child.poll() is not None
                if ended:
                    deadline = min(deadline, time.monotonic() + 1)
                elif not selector.get_map():
                    time.sleep(0.01)
    return read


def _end(child: subprocess.Popen[bytes]) -> int:
    """End the child and everything that it started; return how it ended."""
    ended = child.poll()
    with contextlib.suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    _end_children()
    return -signal.SIGALRM if ended is None else ended


def _end_children() -> None:
    """End every process whose parent is this one, and those that become its own."""
    for _ in range(100):
        left = _children()
        if not left:
            break
        for process in left:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(process, 0)


def _children() -> list[int]:
    """Return the processes whose parent is this one, if the system lists them."""
    found: list[int] = []
    own = str(os.getpid())
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    for name in names:
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                text = Path(f"/proc/{name}/stat").read_text("ascii", "replace")
                if text.rpartition(")")[2].split()[1] == own:
                    found.append(int(name))
    return found
