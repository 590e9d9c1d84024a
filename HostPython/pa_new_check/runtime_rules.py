"""Rules about what an app does while it is loaded and answers a request.

The app runs in a process of its own, :mod:`pa_new_check.sandbox`, which reports events;
their meaning on PythonAnywhere is judged here.
"""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import Any

from pa_new_check import versions
from pa_new_check.distributions import provides
from pa_new_check.missing_modules import advice
from pa_new_check.project import CannotCheck, is_own
from pa_new_check.rules import RELOAD_LIMIT, SLOW_SHARE, Finding
from pa_new_check.sandbox import SandboxResult, Task, run
from pa_new_shared.text import printable, shortened

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
# A package without a file of its own, such as `google`, has no such module.
_NO_INNER = re.compile(
    r"cannot import name '(\w+)' from '([\w.]+)' \(unknown location\)"
)
_FRAME = re.compile(r'File "([^"\n]+)", line (\d+)')


class Outcome:
    """The result of loading the app and making one request."""

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
    return _Judge(task, run(task)).judge()


class _Judge:
    """Turns the events that the process reported into findings."""

    def __init__(self, task: Task, result: SandboxResult) -> None:
        self.task = task
        self.result = result
        self.kinds = {event["kind"] for event in result.events}
        self.findings: list[Finding] = []

    def judge(self) -> Outcome:
        """Return the outcome of the report."""
        status = 0
        ended = False
        for event in self.result.events:
            kind = event["kind"]
            if kind == "requesting":
                status, ended = 0, False
            elif kind == "unprinted":
                what = f"the response cannot be written: {plain(event['what'])}"
                raise CannotCheck("output", what)
            elif kind == "answered":
                status = int(str(event["status"])[:3] or 0)
                ended = True
                if status >= 500 and self.task.conversation is None:
                    self._judge_answer(event)
            elif kind in _FATAL:
                ended = True
                _FATAL[kind](self, event)
            elif kind in _STAYS:
                rule, what = _STAYS[kind]
                self._add(rule, event, what)
            elif kind == "imported":
                self._judge_time(event["seconds"])
        if not ended:
            self._judge_end()
        has_application = "requesting" in self.kinds
        return Outcome(self.findings, "imported" in self.kinds, has_application, status)

    def _add(
        self,
        rule: str,
        event: dict[str, Any],
        what: str,
        fix: str = "",
        severity: str = "",
        consequence: str = "",
    ) -> None:
        file, line = self._place(event.get("frames", []))
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

    def _importer(self, frames: list[Any]) -> Path:
        """Return the innermost file that is the project's own."""
        return self.task.project.folder / self._place(frames)[0]

    # The ends of an import.

    def on_server(self, event: dict[str, Any]) -> None:
        self._add("server-start", event, f"{plain(event['what'])} at import")

    def on_fork(self, event: dict[str, Any]) -> None:
        self._add("process-at-import", event, "It forks at import")

    def on_exit(self, event: dict[str, Any]) -> None:
        if event.get("importing", True):
            what = f"The import ends the process: {plain(event['what'])}"
            self._add("exit-at-import", event, what)
        else:
            what = f"The request for `/` ends the process: {plain(event['what'])}"
            self._add("error-response", event, what)

    def on_missing(self, event: dict[str, Any]) -> None:
        self._add(
            "missing-application", event, "There is no `application` in this file"
        )

    def on_uncallable(self, event: dict[str, Any]) -> None:
        kind = plain(event["type"])
        what = f"`application` has the type {kind}, which is not a WSGI application"
        self._add("missing-application", event, what)

    def on_asgi(self, event: dict[str, Any]) -> None:
        self._add("asgi-application", event, "`application` is an ASGI app")

    def on_raised(self, event: dict[str, Any]) -> None:
        name, text = event["type"], plain(event["text"])
        inner = _NO_INNER.match(event["text"])
        if "ModuleNotFoundError" in event["bases"] and event["name"]:
            self._judge_missing_module(event, event["name"])
        elif "ImportError" in event["bases"] and inner:
            self._judge_missing_module(event, f"{inner[2]}.{inner[1]}")
        elif "SyntaxError" in event["bases"]:
            self._add("syntax-error", event, f"{name}: {text}")
        elif "FileNotFoundError" in event["bases"] and event["path"]:
            self._judge_missing_file(event, event["path"])
        elif "MemoryError" in event["bases"]:
            self._add(
                "import-error",
                event,
                "The import needs more than 3 GB of memory",
                "Load less at import: PythonAnywhere ends a process of that size.",
            )
        else:
            self._add("import-error", event, f"The import raises {name}: {text}")

    def _judge_missing_module(self, event: dict[str, Any], name: str) -> None:
        module = name.partition(".")[0]
        if module in ("uwsgi", "uwsgidecorators"):
            return  # only PythonAnywhere has them
        change = versions.change_of_library(module, self.task.python)
        is_own = (self.task.project.root / module).is_dir()
        if not is_own and provides(self.task.requirements, name, self.task.python):
            self._add(
                "import-error",
                event,
                f"The module {module} is not installed here, so the app was not loaded",
                "Install what requirements.txt lists, here and on PythonAnywhere: "
                "pip install -r requirements.txt.",
                "warning",
                "The requirements name it: it must be installed on PythonAnywhere too.",
            )
        elif change and not is_own:
            self._add("python-version", event, f"The module {module} {change}")
        else:
            importer = self._importer(event.get("frames", []))
            said = advice(self.task.project, plain(name), importer)
            self._add(said.rule, event, said.what, said.fix)

    def _judge_missing_file(self, event: dict[str, Any], path: str) -> None:
        if path.startswith("/home/"):
            return  # a folder on PythonAnywhere, which is not here
        if not os.path.isabs(path) and (self.task.project.folder / path).exists():
            what = f"`{plain(path)}` is not found in the working directory"
            self._add("relative-path", event, what, severity="error")
            return
        what = f"The import raises {event['type']}: {plain(event['text'])}"
        self._add("import-error", event, what)

    # The request.

    def on_violation(self, event: dict[str, Any]) -> None:
        self._add(
            "wsgi-violation", event, f"wsgiref.validate says: {plain(event['text'])}"
        )

    def on_failed(self, event: dict[str, Any]) -> None:
        what = (
            f"A request for `{plain(self.task.path)}` raises "
            f"{event['type']}: {plain(event['text'])}"
        )
        self._add("error-response", event, what)

    def _judge_answer(self, event: dict[str, Any]) -> None:
        text = f"{self.result.output}\n{event['errors']}"
        frames = [[file, line] for file, line in _FRAME.findall(text)][::-1]
        lines = [line for line in text.splitlines() if re.match(r"[\w.]+(:|$)", line)]
        errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception)", line)]
        logged = str(event["errors"]).strip().splitlines()
        reason = ""
        if errors:
            reason = f", because of {plain(errors[-1])}"
        elif logged:
            reason = f", and the app logs: {plain(logged[-1])}"
        what = f"The response to `/` is {plain(str(event['status']))}{reason}"
        self._add("error-response", {"frames": frames}, what)

    # Time and end.

    def _judge_time(self, seconds: float) -> None:
        if seconds > RELOAD_LIMIT * SLOW_SHARE:
            what = f"The import takes {seconds:.0f} seconds"
            severity = "error" if seconds > RELOAD_LIMIT else ""
            self._add("slow-load", {}, what, severity=severity)

    def _judge_end(self) -> None:
        """Judge a process that ended, or was ended, without a report."""
        if self.result.exit_code == -signal.SIGALRM:
            blocks = re.split(
                r"^(?:Current thread|Thread) .*$", self.result.trace, flags=re.MULTILINE
            )
            # The main thread comes last.
            frames = [list(frame) for frame in _FRAME.findall(blocks[-1])]
            if "requesting" in self.kinds:
                limit = f"{self.task.time_limit:g} seconds"
                path = plain(self.task.path)
                what = f"A request for `{path}` gets no response within {limit}"
                self._add("error-response", {"frames": frames}, what)
                return
            what = f"The import does not end within {self.task.import_limit:g} seconds"
            bound = next((f for f in self.result.events if f["kind"] == "bound"), None)
            if bound is not None:
                what = f"{plain(bound['what'])} at import. {what}"
                self._add("server-start", bound, what)
            else:
                self._add("slow-load", {"frames": frames}, what, severity="error")
            return
        how = (
            f"signal {-self.result.exit_code}"
            if self.result.exit_code < 0
            else f"exit status {self.result.exit_code}"
        )
        if "requesting" in self.kinds:
            path = plain(self.task.path)
            what = f"A request for `{path}` ends the process: {how}"
            consequence = f"Every visitor of `{path}` gets no response."
            fix = "Native code crashed: see what the app printed before that."
            self._add(
                "error-response",
                {},
                what,
                fix if self.result.exit_code < 0 else "",
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
    "thread": ("thread-at-import", "It starts a thread at import that does not end"),
    "process": ("process-at-import", "It starts a process at import that does not end"),
    "loop": (
        "loop-at-import",
        "It creates an event loop at import and does not close it",
    ),
}
"""Things that outlive the import: the rule for each, and the message."""


def plain(text: str) -> str:
    """Return a text of the app without control characters, shortened if it is long."""
    text = _ESCAPES.sub("", text)
    return shortened(printable(text, " ").strip(), 300)
