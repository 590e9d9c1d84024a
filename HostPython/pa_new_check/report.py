"""Writes the report: one JSON document, with the verdict in one sentence."""

from __future__ import annotations

import os
import sys

from pa_new_check.json_text import to_json
from pa_new_check.placement import Placement
from pa_new_check.project import Project, allowed_rules, source_line
from pa_new_check.rules import LEVELS, Finding
from pa_new_shared import regular_files
from pa_new_shared.file_path import Path
from pa_new_shared.text import listed

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from pa_new_check.runtime_rules import Outcome

VERSION = 2
WORKS, BROKEN, NOT_LOADED, ONLY_READ = "works", "broken", "not-loaded", "only-read"
_INSTALLS = {"no-build", "python-version"}
"""Rules about what cannot be installed."""
_SOURCES = {
    "option": "--domain",
    "record": "the project's record",
    "entry": "the entry file's name",
    "path": "a path in the code",
    "stand-in": "a stand-in: name yours with --domain",
}


class Report:
    """What is reported of a project."""

    def __init__(
        self,
        placement: Placement,
        python: tuple[int, int],
        findings: list[Finding],
        unread: list[tuple[str, str]],
        outcome: Outcome | None,
    ) -> None:
        self.placement = placement
        self.python = python
        self.unread = unread
        self.outcome = outcome
        """The result of loading, None if the app was not to be loaded."""
        self.only_read = "--no-load: the code was read, and the app was not loaded"
        """The verdict without an outcome."""
        self.notes: list[str] = []
        """More sentences about the conditions of the check."""
        self.findings, self.allowed = _shown(placement.project, findings)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == "error"]

    @property
    def verdict(self) -> str:
        """The verdict in one word."""
        if self.errors:
            return BROKEN
        if self.outcome is None:
            return ONLY_READ
        if not self.outcome.has_application:
            return NOT_LOADED
        # A module that is missing here may be imported by the first request.
        is_untried = self.outcome.unloaded and len(self._failing) == len(
            self.outcome.answers
        )
        return NOT_LOADED if is_untried else WORKS

    @property
    def _failing(self) -> list[str]:
        """The paths that get no answer here, or an error page."""
        answers = [] if self.outcome is None else self.outcome.answers
        return [answer.path for answer in answers if not 0 < answer.status < 500]

    @property
    def summary(self) -> str:
        """The verdict in one sentence."""
        outcome = self.outcome
        if outcome is None:
            read = self.only_read
            return f"{read}: {self._counts}" if self.findings else read
        if not outcome.has_application:
            reason = outcome.unloaded or "a comment allows what stops it"
            here = f"could not be loaded on this computer: {reason}"
            if not self.errors:
                return f"The app {here}"
            if outcome.unloaded:
                return f"The app will fail on PythonAnywhere: {self._counts}; it {here}"
            return f"The app will not load on PythonAnywhere: {self._counts}"
        if self.errors and all(_stops_install(f) for f in self.errors):
            return (
                "The app loads here, but its packages cannot be installed on "
                f"PythonAnywhere: {self._counts}"
            )
        if self.errors:
            return f"The app loads, but it will fail on PythonAnywhere: {self._counts}"
        if self._failing:
            reason, more = outcome.unloaded or self._counts, len(self._failing) - 1
            what, whose = f"`{self._failing[0]}` fails", "its"
            if more:
                others = "1 more path" if more == 1 else f"{more} more paths"
                what, whose = f"`{self._failing[0]}` and {others} fail", "their"
            if outcome.unloaded:
                return f"The app loads, but {what} on this computer: {reason}"
            return f"The app loads, but {what} until {whose} data is there: {reason}"
        if any(finding.rule == "allowed-hosts" for finding in self.findings):
            site = self.placement.site
            reason = self._counts
            if site.is_stand_in:
                reason = "name your domain with --domain"
            return f"The app loads, but it refuses the domain {site.domain}: {reason}"
        answers = [
            f"`{a.path}` answers {a.status}" for a in outcome.answers[:3] if a.status
        ]
        if len(outcome.answers) > 3:
            more = len(outcome.answers) - 3
            answers.append(
                "1 more path answers" if more == 1 else f"{more} more paths answer"
            )
        text = (
            f"The app should work on PythonAnywhere: {listed(['it loads', *answers])}"
        )
        return f"{text}; {self._counts}" if self.findings else text

    @property
    def _counts(self) -> str:
        counts = []
        for level in LEVELS:
            number = sum(finding.level == level for finding in self.findings)
            if number:
                counts.append(f"{number} {level}{'' if number == 1 else 's'}")
        return listed(counts) or "no problems found"

    def document(self) -> dict[str, object]:
        """Return the report as one document."""
        project, site, outcome = (
            self.placement.project,
            self.placement.site,
            self.outcome,
        )
        notes = self.notes + ([] if outcome is None else outcome.notes)
        if outcome is not None:
            notes.insert(0, f"domain: {site.domain} ({_SOURCES[site.source]})")
        return {
            "version": VERSION,
            "outcome": self.verdict,
            "summary": self.summary,
            "unloaded": None if outcome is None else outcome.unloaded or None,
            "wsgi_file": None if outcome is None else outcome.wsgi_file or None,
            "notes": notes,
            "domain": {"name": site.domain, "source": site.source},
            "requests": [
                {"path": answer.path, "status": answer.status or None}
                for answer in ([] if outcome is None else outcome.answers)
            ],
            "entry": project.name(project.entry),
            "candidates": project.candidates,
            "python": "{}.{}".format(*self.python),
            "interpreter": {"path": sys.executable, "version": sys.version.split()[0]},
            "loaded": outcome is not None and outcome.loaded,
            "allowed": self.allowed,
            "unread": [{"file": file, "why": why} for file, why in self.unread],
            "findings": [
                _document(project, finding, source)
                for finding, source in zip(
                    self.findings, _sources(project, self.findings)
                )
            ],
        }


def _stops_install(finding: Finding) -> bool:
    """Tell whether a finding is about what cannot be installed, not only imported."""
    return finding.rule in _INSTALLS and finding.claim[0] != "removed"


def _document(project: Project, finding: Finding, source: str) -> dict[str, object]:
    """Return a finding as the report has it, with its line and a complete advice."""
    from pa_new_check.fix_imports import with_imports  # only for a mistake

    found = finding.document()
    fix = with_imports(str(found["fix"]), project.folder / finding.file)
    return {**found, "fix": fix, "source": source}


def _sources(project: Project, findings: list[Finding]) -> list[str]:
    """Return the line of each finding; one that has a secret, or may, is not repeated."""
    secret = {(f.file, f.line) for f in findings if f.rule == "secret-in-source"}
    return [
        ""
        if (finding.file, finding.line) in secret
        or _is_settings(finding.file)
        or _leads_out(project, finding.file)
        else source_line(project.folder / finding.file, finding.line)[:500]
        for finding in findings
    ]


def _leads_out(project: Project, file: str) -> bool:
    """Tell whether a file of the project is a link to one elsewhere, with lines of others."""
    folder = str(project.folder)
    return not os.path.isabs(file) and not regular_files.is_inside(
        os.path.join(folder, file), folder
    )


def _is_settings(file: str) -> bool:
    """Tell whether a file has settings for the environment, such as passwords."""
    return file.rpartition("/")[2] == ".env"


def _shown(project: Project, findings: list[Finding]) -> tuple[list[Finding], int]:
    """Return the findings that the code does not allow, and how many it allows."""
    allowed = 0
    shown: list[Finding] = []
    comments: dict[str, dict[int, set[str]]] = {}
    for finding in findings:
        if finding.file not in comments:
            path = project.folder / finding.file
            comments[finding.file] = allowed_rules(path)
        if finding.rule in comments[finding.file].get(finding.line, set()):
            allowed += 1
        else:
            shown.append(finding)
    shown.sort(key=lambda finding: (finding.file, finding.line, finding.rule))
    return shown, allowed


def write_document(content: dict[str, object], arguments: list[str]) -> None:
    """Write a document to the place that the arguments name, even if they are invalid."""
    text = to_json(content) + "\n"
    if "--report" in arguments[:-1]:
        file = Path(arguments[arguments.index("--report") + 1])
        file.write_text(text, encoding="utf-8")
    else:
        output = sys.stderr if arguments[:1] == ["visit"] else sys.stdout
        output.write(text)
        output.flush()
