"""Rules about what an app does while it is loaded.

The app runs in processes of its own, :mod:`pa_new_check.sandbox`, which report events;
their meaning on PythonAnywhere is judged here, and in :mod:`.request_rules`.
"""

from __future__ import annotations

from pa_new_check import request_rules
from pa_new_check.project import (
    CannotCheck,
    is_own,
    is_written_library,
    source_line,
)
from pa_new_check.rules import RELOAD_LIMIT, SLOW_SHARE, Finding
from pa_new_check.sandbox import SandboxResult, Task
from pa_new_shared.file_path import Path
from pa_new_shared.later import re, signal
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

_STACK = pattern(r"^Stack \(", re.MULTILINE)  # of a request
_THREAD = pattern(r"^(?:Current thread|Thread) .*$", re.MULTILINE)
_FRAME = pattern(r'File "([^"\n]+)", line (\d+)')
_SERVERS = pattern(
    r"/(socketserver|wsgiref/simple_server|http/server|cheroot/\w+|waitress/\w+"
    r"|gunicorn/\w+|werkzeug/serving)\.py$"
)
_WAITS_FOR_VISITORS = pattern(r"\.(accept|recv|recvfrom|select|poll|listen)\w*\(")


class Outcome:
    """The result of loading the app and asking it."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.loaded = False
        """Whether the import came to its end."""
        self.has_application = False
        """Whether it left an application, which was then asked."""
        self.unloaded = ""
        """Why it could not be loaded on this computer; "" if that is not the reason."""
        self.wsgi_file = ""
        """The WSGI file to write, if that would put the app's folder on the path."""
        self.answers: list[request_rules.Answer] = []
        """How each path was answered."""
        self.modules: dict[str, str] = {}
        """The modules that were imported, and their files on PythonAnywhere."""
        self.unasked = 0
        """How many more routes `--all-routes` requests."""
        self.notes: list[str] = []
        self.lost: list[str] = []
        """Files that the app wrote, and that are not kept."""
        self.has_namespaces = False

    @property
    def status(self) -> int:
        """The status code of the last answer, 0 if there was none."""
        return self.answers[-1].status if self.answers else 0

    @property
    def fails(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.level == "error" for finding in self.findings)


def judge(task: Task, result: SandboxResult) -> Outcome:
    """Judge what happened.

    :param result: the report of the processes.
    """
    return Judge(task, result).judge()


class Judge:
    """Turns the events that the processes reported into findings."""

    def __init__(self, task: Task, result: SandboxResult) -> None:
        self.task = task
        self.result = result
        self.kinds = {event["kind"] for event in result.events}
        self.outcome = Outcome()
        self.variables = {
            event["name"]: event["frames"]
            for event in result.events
            if event["kind"] == "variable"
        }
        """The variables that the project's code reads and does not find, and where."""
        self.path: str | None = None
        """The path whose answer is judged, None for the import."""

    def judge(self) -> Outcome:
        """Return the outcome of the report."""
        outcome = self.outcome
        outcome.loaded = "imported" in self.kinds
        outcome.has_application = "requesting" in self.kinds
        outcome.has_namespaces = self.result.has_namespaces
        ended = outcome.has_application
        for event in self.result.events:
            kind = event["kind"]
            if kind == "modules":
                outcome.modules.update(event["names"])
            elif kind == "unasked":
                outcome.unasked = event["count"]
            elif kind in _ENDS and "target" not in event:
                ended = True
                if event.get("importing", True):
                    _ENDS[kind](self, event)
            elif kind == "template":
                self._judge_template(event)
            elif kind == "page":
                what, fix = plain(event["what"]), plain(event["fix"])
                consequence = event.get("consequence", "")
                self.add(event["rule"], event, what, fix, consequence=consequence)
            elif kind == "mistake":
                from pa_new_check import handler_rules  # few apps have handlers

                handler_rules.judge(self, event)
            elif kind in _STAYS and event["importing"]:
                self._judge_what_stays(kind, event)
            elif kind == "unprinted":
                what = f"the response cannot be written: {plain(event['what'])}"
                raise CannotCheck("output", what)
            elif kind == "imported":
                self._judge_time(event["seconds"])
            elif kind == "routes":
                from pa_new_check import route_notes  # only with --all-routes

                outcome.notes += route_notes.notes_on_routes(event["told"])
        if not ended:
            self._judge_end()
        if outcome.has_application:
            outcome.answers = request_rules.judge(self)
            if self.task.asks_routes or self.task.routes:
                from pa_new_check import route_notes

                outcome.notes += route_notes.note_on_answers(outcome.answers)
        for event in self.result.events:
            if event["kind"] == "django":
                from pa_new_check import django_rules  # most apps have none of these

                django_rules.judge(self, event)
        is_check = self.task.conversation is None
        if is_check and any(name in self.task.shell for name in self.variables):
            from pa_new_check import shell_variables  # it takes a while to import

            shell_variables.judge(self)
        return outcome

    def _judge_what_stays(self, kind: str, event: dict[str, Any]) -> None:
        """Judge a thread, a process or a loop that outlives the import."""
        rule, what = _STAYS[kind]
        fix, consequence = "", ""
        if kind == "thread":
            from pa_new_check import log_threads  # most apps start none

            fix = log_threads.fix(str(file) for file, _ in event.get("frames", []))
            if fix:
                what = "It starts a thread at import that writes the log"
                consequence = log_threads.CONSEQUENCE
        self.add(rule, event, what, fix, consequence=consequence)

    def _judge_template(self, event: dict[str, Any]) -> None:
        """Report a template of Flask's or Django's that cannot be parsed."""
        what = f"This template has a mistake: {plain(event['what'])}"
        from pa_new_check import causes_django  # few templates have one

        _, fix = causes_django.how_to_load(str(event["what"]))
        fix = fix or "Correct this line of the template."
        consequence = "Each page that shows it is an error."
        self.add("page-mistake", event, what, fix, consequence=consequence)

    def add(
        self,
        rule: str,
        event: dict[str, Any],
        what: str,
        fix: str = "",
        severity: str = "",
        consequence: str = "",
        page: str = "",
    ) -> None:
        """Add a finding at the place of an event, unless there is the same one.

        Paths with the same mistake share one: many fail at one line of a framework.
        """
        frames = event.get("frames", [])
        file, line = self.place(frames)
        if not fix and rule in _OF_A_LINE and self._own_place(frames) is None:
            fix = self._where_to_look()
        finding = Finding(rule, file, line, what, fix, severity, consequence, page=page)
        if self.path is not None:
            finding.paths = [self.path]
        for other in self.outcome.findings:
            if (other.rule, other.file, other.line) != (rule, file, line):
                continue
            if not (other.paths and finding.paths):
                return  # the import has shown it already
            if _without_path(other) == _without_path(finding):
                other.paths += [p for p in finding.paths if p not in other.paths]
                return
        self.outcome.findings.append(finding)

    def place(self, frames: list[Any]) -> tuple[str, int]:
        """Return the innermost line that is the project's own.

        A line of a library that pa-new has written counts only if there is no other.
        """
        path, line = self._own_place(frames) or (self.task.project.entry, 1)
        return self.task.project.name(path), line

    def _own_place(self, frames: list[Any]) -> tuple[Path, int] | None:
        own = [
            (Path(str(file)), int(line))
            for file, line in frames
            if is_own(self.task.project.folder, Path(str(file)))
        ]
        own = [place for place in own if not is_written_library(place[0])] or own
        return own[0] if own else None

    def _where_to_look(self) -> str:
        """Return the advice for a mistake that no line of the project tells."""
        if self.path is None:
            return "See what the app prints: `pa-new visit` shows it."
        is_plain = re.fullmatch(r"[\w/.-]+", self.path, re.ASCII)
        path = self.path if is_plain else "PATH"
        return f"See what the app prints: `pa-new visit . {path}` shows it."

    def has_own_line(self, frames: list[Any]) -> bool:
        """Tell whether a frame is in one of the files that the project's author writes."""
        folder = self.task.project.folder
        files = {Path(str(file)) for file, _ in frames}
        own = (file for file in files if is_own(folder, file))
        return any(not is_written_library(file) for file in own)

    def import_frames(self) -> list[list[str]]:
        """Return the frames of an import that takes too long, the innermost first."""
        # The main thread comes last.
        return self.frames_in(_THREAD.split(_STACK.split(self.result.trace)[0])[-1])

    def request_frames(self, number: int) -> list[list[str]]:
        """Return the frames of a request that takes too long, the innermost first.

        :param number: which one of those that do, from 0.
        """
        stacks = _STACK.split(self.result.trace)[1:]
        return self.frames_in(stacks[number]) if number < len(stacks) else []

    def frames_in(self, trace: str) -> list[list[str]]:
        """Return the frames of a traceback that was printed, in its order."""
        here = self.task.placement.here
        return [[here(file), line] for file, line in _FRAME.findall(trace)]

    # The ends of an import.

    def on_server(self, event: dict[str, Any]) -> None:
        self.add("server-start", event, f"{plain(event['what'])} at import")

    def on_exit(self, event: dict[str, Any]) -> None:
        what = f"The import ends the process: {plain(event['what'])}"
        self.add("exit-at-import", event, what)

    def on_missing(self, event: dict[str, Any]) -> None:
        self.add("missing-application", event, "There is no `application` in this file")

    def on_uncallable(self, event: dict[str, Any]) -> None:
        from pa_new_check import causes  # most apps do not fail

        name, module = event["name"], event["module"]
        causes.explain_uncallable(self, event["type"], name, module)

    def on_asgi(self, event: dict[str, Any]) -> None:
        self.add("asgi-application", event, "`application` is an ASGI app")

    def on_raised(self, event: dict[str, Any]) -> None:
        from pa_new_check import import_causes  # most apps do not fail

        import_causes.judge(self, event)

    # Time and end.

    def _judge_time(self, seconds: float) -> None:
        if seconds > RELOAD_LIMIT * SLOW_SHARE:
            what = f"The import takes {seconds:.0f} seconds"
            severity = "error" if seconds > RELOAD_LIMIT else ""
            self.add("slow-load", {}, what, severity=severity)

    def _judge_end(self) -> None:
        """Judge an import that ended, or was ended, without a report."""
        code = self.result.exit_code
        if code == -signal.SIGALRM:
            frames = self.import_frames()
            what = f"The import does not end within {self.task.import_limit:g} seconds"
            from pa_new_check import causes  # most apps do not fail

            if causes.explain_hang(self, frames):
                pass
            elif self._waits_for_visitors(frames):
                self.add("server-start", {"frames": frames}, what)
            else:
                self.add("slow-load", {"frames": frames}, what, severity="error")
            return
        how = f"signal {-code}" if code < 0 else f"exit status {code}"
        self.add("exit-at-import", {}, f"The import ends the process: {how}")

    def _waits_for_visitors(self, frames: list[list[str]]) -> bool:
        """Tell whether an import that does not end is a server's."""
        if any(_SERVERS.search(str(file)) for file, _ in frames):
            return True
        if "bound" not in self.kinds:
            return False
        file, line = self.place(frames)
        text = source_line(self.task.project.folder / file, line)
        return bool(_WAITS_FOR_VISITORS.search(text))


def _without_path(finding: Finding) -> str:
    """Return what a finding says of each of its paths."""
    return finding.what.replace(f"`{plain(finding.paths[0])}`", "`")


_OF_A_LINE = ("error-response", "import-error")
"""The rules whose advice is to correct the line."""

_ENDS = {
    "server": Judge.on_server,
    "exit": Judge.on_exit,
    "raised": Judge.on_raised,
    "missing": Judge.on_missing,
    "uncallable": Judge.on_uncallable,
    "asgi": Judge.on_asgi,
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
