"""Loads the app in a process of its own, and turns what happens into findings.

The process has a group, limits of memory and time, and no output of ours within its
reach. Whatever it started is ended with it.
"""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import re
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

from pa_new_check import versions
from pa_new_check.project import Project, Requirements, is_own
from pa_new_check.rules import RELOAD_LIMIT, SLOW_SHARE, Finding

MEMORY = 3 * 1024**3  # what a process on the host may have
_MAX_REPORT = 1_000_000
_MAX_OUTPUT = 100_000
_PDEATHSIG, _SUBREAPER = 1, 36  # of Linux's prctl

# How an interpreter begins that loads an app: with compiled code, then the task, on
# stdin. Its first word is the number of bytes of the code.
_START = """import marshal, sys
exec(marshal.loads(sys.stdin.buffer.read(int(sys.stdin.buffer.readline()))))
"""

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_IMPORTED = '{"kind": "imported"'  # how a line of the report begins, after its token
_FRAME = re.compile(r'File "([^"\n]+)", line (\d+)')


class Task:
    """What the child process is asked to do."""

    def __init__(
        self,
        project: Project,
        requirements: Requirements,
        python: tuple[int, int],
        time_limit: float,
        visit: bool = False,
        method: str = "GET",
        path: str = "/",
        data: str = "",
        headers: list[tuple[str, str]] | None = None,
    ) -> None:
        self.project = project
        self.requirements = requirements
        self.python = python
        self.time_limit = time_limit
        """Seconds that the request may take; the import has the host's own limit."""
        self.visit = visit
        self.method = method
        self.path = path
        self.data = data
        self.headers: list[tuple[str, str]] = [] if headers is None else headers

    @property
    def import_limit(self) -> float:
        """Seconds that the import may take."""
        return min(self.time_limit, RELOAD_LIMIT)


class Outcome:
    """What happened in the child process."""

    def __init__(
        self,
        findings: list[Finding],
        loaded: bool,
        has_application: bool,
        status: int,
    ) -> None:
        self.findings = findings
        self.loaded = loaded
        """Whether the import came to its end."""
        self.has_application = has_application
        """Whether it left an application, which was then asked."""
        self.status = status
        """The status code of the answer, 0 if there was none."""


def load(task: Task) -> Outcome:
    """Load the app, make the request, and judge what happened."""
    facts, output, trace, code = _run_apart(task)
    return _Judge(task, facts, output, trace, code).judge()


def _run_apart(task: Task) -> tuple[list[dict[str, Any]], str, str, int]:
    """Run the child below a process in a session of its own.

    That process is the child's parent: an app that kills its parent's group, in a way
    that no hook sees, does not reach us or who started us.
    """
    own = os.getpid()
    answer, answer_end = os.pipe()
    supervisor = os.fork()
    if supervisor == 0:
        _supervise(task, own, answer_end)
    os.close(answer_end)
    try:
        with open(answer, "rb") as file:
            text = file.read()
    finally:
        with contextlib.suppress(OSError):
            os.kill(supervisor, signal.SIGKILL)
        _, status = os.waitpid(supervisor, 0)
        _end_children()
    if text:
        facts, output, trace, code = json.loads(text)
        return facts, output, trace, code
    if os.WIFSIGNALED(status):
        what = f"signal {os.WTERMSIG(status)} to the processes around it"
        return [{"kind": "exit", "what": what}], "", "", 0
    raise RuntimeError("the process that loads the app failed")


def _supervise(task: Task, parent: int, answer: int) -> NoReturn:
    """Run the child and hand on what came of it, as a process that was just forked."""
    try:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        library = _library()
        if library is not None:
            library.prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
            library.prctl(_SUBREAPER, 1, 0, 0, 0)
        if os.getppid() == parent:
            text = json.dumps(_run(task)).encode()
            with open(answer, "wb") as file:
                file.write(text)
    except BaseException:  # noqa: BLE001 - nothing of the parent's may run here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _run(task: Task) -> tuple[list[dict[str, Any]], str, str, int]:
    """Run the child; return its report, its output, where it hung, and its end."""
    token = os.urandom(16).hex()
    report, report_end = os.pipe()
    trace, trace_end = os.pipe()
    request = {
        "token": token,
        "report": report_end,
        "trace": trace_end,
        "root": str(task.project.root),
        "folder": str(task.project.folder),
        "module": task.project.module,
        "import_limit": task.import_limit,
        "time_limit": task.time_limit,
        "visit": task.visit,
        "method": task.method,
        "path": task.path,
        "data": task.data,
        "headers": task.headers,
    }
    environment = dict(os.environ)
    for name in ("PYTHONPATH", "PYTHONWARNINGS", "PYTHONSTARTUP", "PYTHONINSPECT"):
        environment.pop(name, None)
    child = subprocess.Popen(
        [sys.executable, "-B", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=None if task.visit else subprocess.PIPE,
        stderr=None if task.visit else subprocess.STDOUT,
        cwd=_working_folder(),
        env=environment,
        pass_fds=(report_end, trace_end),
        start_new_session=True,
        preexec_fn=_limits(),  # noqa: PLW1509 - there is one thread
    )
    os.close(report_end)
    os.close(trace_end)
    try:
        with contextlib.suppress(OSError):
            assert child.stdin is not None
            program = marshal.dumps(_child_code())
            child.stdin.write(b"%d\n" % len(program) + program)
            child.stdin.write(json.dumps(request).encode())
            child.stdin.close()
        streams = {report: _MAX_REPORT, trace: _MAX_OUTPUT}
        if child.stdout is not None:
            streams[child.stdout.fileno()] = _MAX_OUTPUT
        read = _read(child, streams, task, (token + _IMPORTED).encode())
    finally:
        code = _end(child)
        os.close(report)
        os.close(trace)
        if child.stdout is not None:
            child.stdout.close()
    lines = read[report].decode("ascii", "replace").splitlines()
    facts: list[dict[str, Any]] = []
    for line in lines:
        if line.startswith(token):
            with contextlib.suppress(ValueError):
                facts.append(json.loads(line[len(token) :]))
    texts = [read[key].decode("utf-8", "replace") for key in streams if key != report]
    return facts, texts[1] if len(texts) > 1 else "", texts[0], code


def _working_folder() -> str:
    """Return the home folder, in which the host starts an app, or the root."""
    home = os.path.expanduser("~")
    return home if os.access(home, os.R_OK | os.X_OK) else "/"


def _limits() -> Any:
    """Return what the child does before it becomes the interpreter."""
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
    """Return the C library where it has Linux's ``prctl``."""
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
    """End with everything that was started, also when told to terminate."""
    library = _library()
    if library is not None:
        # Processes whose parent is gone become ours, so that none is lost sight of.
        library.prctl(_SUBREAPER, 1, 0, 0, 0)

    def terminate(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, terminate)
    yield


def _child_code() -> CodeType:
    """Return the code of ``sandbox_child.py``, which is compiled where it was not before."""
    path = str(Path(__file__).with_name("sandbox_child.py"))
    code = SourceFileLoader("sandbox_child", path).get_code("sandbox_child")
    assert code is not None  # it is source
    return code


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
                # Beyond its limit a stream is still emptied, and forgotten.
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
    """Return the processes whose parent is this one, where the system tells."""
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


class _Judge:
    """Turns the child's report into findings."""

    def __init__(
        self,
        task: Task,
        facts: list[dict[str, Any]],
        output: str,
        trace: str,
        code: int,
    ) -> None:
        self.task = task
        self.facts = facts
        self.output = output
        self.trace = trace
        self.code = code
        self.kinds = {fact["kind"] for fact in facts}
        self.findings: list[Finding] = []

    def judge(self) -> Outcome:
        """Return what the report comes to."""
        status = 0
        ended = False
        for fact in self.facts:
            kind = fact["kind"]
            if kind == "answered":
                status = int(str(fact["status"])[:3] or 0)
                ended = True
                if status >= 500 and not self.task.visit:
                    self._judge_answer(fact)
            elif kind in _FATAL:
                ended = True
                _FATAL[kind](self, fact)
            elif kind in _STAYS:
                self._add(_STAYS[kind], fact, f"{fact['what']} at import, which stays")
            elif kind == "imported":
                self._judge_time(fact["seconds"])
        if not ended:
            self._judge_end()
        has_application = "requesting" in self.kinds
        return Outcome(self.findings, "imported" in self.kinds, has_application, status)

    def _add(
        self,
        rule: str,
        fact: dict[str, Any],
        what: str,
        fix: str = "",
        severity: str = "",
        consequence: str = "",
    ) -> None:
        file, line = self._place(fact.get("frames", []))
        finding = Finding(rule, file, line, what, fix, severity, consequence)
        if (rule, file, line) not in {
            (known.rule, known.file, known.line) for known in self.findings
        }:
            self.findings.append(finding)

    def _place(self, frames: list[Any]) -> tuple[str, int]:
        """Return the innermost line that is the project's own."""
        for file, line in frames:
            path = Path(str(file))
            if is_own(self.task.project.folder, path):
                return self.task.project.name(path), int(line)
        return self.task.project.name(self.task.project.entry), 1

    # What ends the import.

    def on_server(self, fact: dict[str, Any]) -> None:
        self._add("server-start", fact, f"{plain(fact['what'])} at import")

    def on_fork(self, fact: dict[str, Any]) -> None:
        self._add("process-at-import", fact, "It forks at import")

    def on_exit(self, fact: dict[str, Any]) -> None:
        if fact.get("importing", True):
            what = f"The import ends the process: {plain(fact['what'])}"
            self._add("exit-at-import", fact, what)
        else:
            what = f"The request for `/` ends the process: {plain(fact['what'])}"
            self._add("error-response", fact, what)

    def on_missing(self, fact: dict[str, Any]) -> None:
        self._add("missing-application", fact, "There is no `application` in this file")

    def on_uncallable(self, fact: dict[str, Any]) -> None:
        what = f"`application` is a {plain(fact['type'])}, which is no WSGI callable"
        self._add("missing-application", fact, what)

    def on_asgi(self, fact: dict[str, Any]) -> None:
        self._add("asgi-application", fact, "`application` is an ASGI app")

    def on_raised(self, fact: dict[str, Any]) -> None:
        name, text = fact["type"], plain(fact["text"])
        if "ModuleNotFoundError" in fact["bases"] and fact["name"]:
            self._judge_missing_module(fact, fact["name"].partition(".")[0])
        elif "SyntaxError" in fact["bases"]:
            self._add("syntax-error", fact, f"{name}: {text}")
        elif "FileNotFoundError" in fact["bases"] and fact["path"]:
            self._judge_missing_file(fact, fact["path"])
        elif "MemoryError" in fact["bases"]:
            self._add(
                "import-error",
                fact,
                "The import needs more than 3 GB of memory",
                "Load less at import: the host ends a process at that size.",
            )
        else:
            self._add("import-error", fact, f"The import raises {name}: {text}")

    def _judge_missing_module(self, fact: dict[str, Any], module: str) -> None:
        if module in ("uwsgi", "uwsgidecorators"):
            return  # only the host has them
        own = self.task.project.root / module
        if own.is_dir() or own.with_suffix(".py").is_file():
            what = f"There is no module {plain(fact['name'])} in the project"
            fix = "Add the file, or correct the name in the import."
            self._add("import-error", fact, what, fix)
            return
        distribution = versions.distribution_of(module)
        change = versions.change_of_library(module, self.task.python)
        if versions.provides(self.task.requirements, module):
            self._add(
                "import-error",
                fact,
                f"This interpreter has no module {module}, so the app was not loaded",
                "Install what requirements.txt lists, here and on the host: "
                "pip install -r requirements.txt.",
                "warning",
                "The requirements name it: on the host it has to be installed too.",
            )
        elif change:
            self._add("python-version", fact, f"The module {module} {change}")
        else:
            self._add(
                "import-error",
                fact,
                f"There is no module {plain(fact['name'])}",
                f"Add {distribution} to requirements.txt, and install it: "
                f"pip install {distribution}.",
            )

    def _judge_missing_file(self, fact: dict[str, Any], path: str) -> None:
        if path.startswith("/home/"):
            return  # a folder of the host: nothing can be told here
        if not os.path.isabs(path) and (self.task.project.folder / path).exists():
            what = f"`{plain(path)}` is not found from the working directory"
            self._add("relative-path", fact, what, severity="error")
            return
        what = f"The import raises {fact['type']}: {plain(fact['text'])}"
        self._add("import-error", fact, what)

    # The request.

    def on_violation(self, fact: dict[str, Any]) -> None:
        self._add(
            "wsgi-violation", fact, f"wsgiref.validate says: {plain(fact['text'])}"
        )

    def on_failed(self, fact: dict[str, Any]) -> None:
        what = (
            f"A request for `{plain(self.task.path)}` raises "
            f"{fact['type']}: {plain(fact['text'])}"
        )
        self._add("error-response", fact, what)

    def _judge_answer(self, fact: dict[str, Any]) -> None:
        text = f"{self.output}\n{fact['errors']}"
        frames = [[file, line] for file, line in _FRAME.findall(text)][::-1]
        lines = [line for line in text.splitlines() if re.match(r"[\w.]+(:|$)", line)]
        errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception)", line)]
        logged = str(fact["errors"]).strip().splitlines()
        reason = ""
        if errors:
            reason = f", with {plain(errors[-1])}"
        elif logged:
            reason = f", and logs: {plain(logged[-1])}"
        what = f"`/` is answered with {plain(str(fact['status']))}{reason}"
        self._add("error-response", {"frames": frames}, what)

    # Time and end.

    def _judge_time(self, seconds: float) -> None:
        if seconds > RELOAD_LIMIT * SLOW_SHARE:
            what = f"The import takes {seconds:.0f} seconds"
            severity = "error" if seconds > RELOAD_LIMIT else ""
            self._add("slow-load", {}, what, severity=severity)

    def _judge_end(self) -> None:
        """Judge a child that ended, or was ended, without a word."""
        if self.code == -signal.SIGALRM:
            blocks = re.split(
                r"^(?:Current thread|Thread) .*$", self.trace, flags=re.MULTILINE
            )
            # The main thread comes last.
            frames = [list(frame) for frame in _FRAME.findall(blocks[-1])]
            if "requesting" in self.kinds:
                limit = f"{self.task.time_limit:g} seconds"
                what = (
                    f"A request for `{plain(self.task.path)}` has no answer in {limit}"
                )
                self._add("error-response", {"frames": frames}, what)
                return
            what = f"The import has not ended after {self.task.import_limit:g} seconds"
            bound = next((f for f in self.facts if f["kind"] == "bound"), None)
            if bound is not None:
                what = f"{plain(bound['what'])} at import. {what}"
                self._add("server-start", bound, what)
            else:
                self._add("slow-load", {"frames": frames}, what, severity="error")
            return
        how = f"signal {-self.code}" if self.code < 0 else f"exit status {self.code}"
        if "requesting" in self.kinds:
            path = plain(self.task.path)
            what = f"A request for `{path}` ends the process: {how}"
            consequence = f"Every visitor of `{path}` gets no answer."
            fix = "Native code crashed: look for what the lines before say of it."
            self._add(
                "error-response",
                {},
                what,
                fix if self.code < 0 else "",
                consequence=consequence,
            )
        else:
            self._add("exit-at-import", {}, f"The import ends the process: {how}")


_FATAL = {
    "server": _Judge.on_server,
    "fork": _Judge.on_fork,
    "exit": _Judge.on_exit,
    "raised": _Judge.on_raised,
    "missing": _Judge.on_missing,
    "uncallable": _Judge.on_uncallable,
    "asgi": _Judge.on_asgi,
    "violation": _Judge.on_violation,
    "failed": _Judge.on_failed,
}
_STAYS = {
    "thread": "thread-at-import",
    "process": "process-at-import",
    "loop": "loop-at-import",
}


def plain(text: str) -> str:
    """Return a text of the app's without what a terminal would obey."""
    text = _ESCAPES.sub("", text)
    text = "".join(c if c.isprintable() else " " for c in text).strip()
    return text if len(text) <= 300 else text[:297] + "..."
