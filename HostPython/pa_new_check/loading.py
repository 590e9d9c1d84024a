"""Loads an app on the stand-in for PythonAnywhere, as often as the verdict needs.

Once is enough for an app that answers. If a WSGI file needs the folder that it lies in
here, or a page needs the data that is only here, a second loading tells.
"""

from __future__ import annotations

import os

from pa_new_check import (
    placement,
    processes,
    runtime_rules,
    sandbox,
    stage,
)
from pa_new_check.placement import Placement
from pa_new_check.progress import StatusLine
from pa_new_check.project import CannotCheck
from pa_new_check.project_requirements import Requirements
from pa_new_check.rules import Finding
from pa_new_check.runtime_rules import Outcome
from pa_new_shared.patterns import pattern
from pa_new_shared.text import listed, printable, shortened

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from pa_new_check.sandbox import Asker

_ZEROS = pattern(r"(?:\.0)+$")  # of a version: 3.0 is 3
_TOKEN = "API_TOKEN"
_MAX_FILE = 1_000_000  # bytes of a file of variables


class Loading:
    """What to load, and what to ask."""

    def __init__(
        self,
        requirements: Requirements,
        python: tuple[int, int],
        time_limit: float,
        paths: list[str],
    ) -> None:
        self.requirements = requirements
        self.python = python
        self.time_limit = time_limit
        self.paths = paths
        self.asks_routes = False
        self.routes: list[str] = []
        """The routes to ask that the code has, if the loaded app cannot tell them."""
        self.other_routes = 0
        """How many more of them are not asked."""
        self.uploads: list[str] = []
        """Files that are built here, and uploaded."""
        self.includes: list[str] = []
        """What else is uploaded, although ``deploy`` would leave it on this computer."""
        self.lent: dict[str, str] = {}
        """Variables that the user lends."""
        self.uses_namespaces = True
        self.has_progress = False
        """Whether the terminal says what a long check waits for."""
        self.conversation: Asker | None = None
        """Who makes other requests: ``visit`` or ``preview``."""


def load(place: Placement, loading: Loading) -> tuple[Outcome, Placement]:
    """Load the app, ask it, and judge what happened.

    :returns: the outcome, and the placement with which it was loaded.
    """
    with processes.guarded():
        data = stage.EMPTY if loading.conversation is None else stage.REAL
        outcome, lender = _run(place, loading, data)
        if not outcome.loaded and placement.names_its_own_place(place):
            other, other_lender = _run(place.in_place(), loading, data)
            if other.loaded:
                outcome, lender = other, other_lender
                outcome.findings.append(_place_finding(place))
                place = place.in_place()
        is_good = outcome.has_application and not outcome.fails
        if data == stage.EMPTY and not is_good and lender.has_data:
            other, _ = _run(place, loading, stage.COPIED)
            if not other.fails and other.has_application:
                outcome = _blame_data(outcome, other, lender)
    outcome.unasked += loading.other_routes
    outcome.notes += _notes(lender, loading, outcome)
    outcome.lost = lender.lost
    return outcome, place


def _run(place: Placement, loading: Loading, data: str) -> tuple[Outcome, stage.Stage]:
    with stage.staged(place, loading.uploads, data, loading.includes) as lender:
        task = task_of(loading, lender)
        return runtime_rules.judge(task, sandbox.run(task)), lender


def task_of(loading: Loading, lender: stage.Stage) -> sandbox.Task:
    """Return the task for the processes that load the app."""
    task = sandbox.Task(
        lender,
        loading.requirements,
        loading.python,
        loading.time_limit,
        loading.paths,
        {**lender.examples(), **loading.lent},
    )
    task.routes = loading.routes
    task.asks_routes = loading.asks_routes
    task.uses_namespaces = loading.uses_namespaces
    task.status = StatusLine(is_shown=loading.has_progress)
    task.conversation = loading.conversation
    return task


def _place_finding(place: Placement) -> Finding:
    return Finding(
        "import-error",
        place.project.name(place.project.entry),
        1,
        "This file works only in its folder: it makes paths from `__file__`",
        f'Write the project\'s path out: `sys.path.insert(0, "{place.folder}")`.',
        "warning",
        f"PythonAnywhere loads a copy of it from {place.entry}, where these paths lead "
        "to other folders.",
    )


def _blame_data(outcome: Outcome, other: Outcome, lender: stage.Stage) -> Outcome:
    """Turn the errors that only come from missing data into warnings.

    :param other: the outcome with the data that is here.
    """
    for finding in outcome.findings:
        if finding.level != "error":
            continue
        if finding.rule == "missing-table":
            finding.severity = "warning"
        elif finding.rule in ("error-response", "import-error"):
            subject = "page" if finding.rule == "error-response" else "import"
            finding.rule = "missing-table"
            finding.severity = "warning"
            finding.consequence = (
                f"With the data in {listed(lender.databases)} the {subject} works; that "
                f"{'file stays' if len(lender.databases) == 1 else 'data stays'} on this "
                "computer."
            )
    if outcome.has_application:
        return outcome
    known = {(finding.file, finding.line) for finding in outcome.findings}
    outcome.findings += [f for f in other.findings if (f.file, f.line) not in known]
    other.findings = outcome.findings
    return other


def _has_failed(outcome: Outcome) -> bool:
    return outcome.fails or not outcome.has_application


def _other_versions(requirements: Requirements) -> list[str]:
    """Return the packages that PythonAnywhere will have in another version than here."""
    from pa_new_check.distributions import version_of  # only for an app that fails

    found: list[str] = []
    for requirement in requirements.listed.values():
        pin = requirement.versions[2:].strip()
        here = version_of(requirement.name)
        is_pinned = requirement.versions.startswith("==") and not set(pin) & set(",*=")
        if is_pinned and here and _ZEROS.sub("", here) != _ZEROS.sub("", pin):
            found.append(f"{requirement.name} {here} (not {pin})")
    return found


def _notes(lender: stage.Stage, loading: Loading, outcome: Outcome) -> list[str]:
    """Return what the user has to know about the conditions."""
    notes: list[str] = []
    is_visit = loading.conversation is not None
    project = lender.placement.project
    misplaced: list[str] = []
    if lender.settings:
        from pa_new_check import own_settings  # most projects have none

        misplaced = own_settings.misplaced(project, lender.settings)
        entry = project.entry.name
        for path in misplaced:
            advice = own_settings.how_to_place(path, lender.settings, entry)
            notes.append(f"the app does not read {printable(path)}: {advice}")
    read = [path for path in lender.settings if path not in misplaced]
    lent = [] if is_visit else read + lender.secrets
    if lender.examples():
        lent.append(f"values for the names in {lender.example}")
    if loading.lent:
        from pa_new_shared import dotenv  # for an option

        given = sorted(loading.lent.keys() - {dotenv.PREVIEW, dotenv.VISIT})
        lent += [listed(given)] if given else []
    if lender.databases and not is_visit:
        lent.append("empty databases for " + listed(lender.databases))
    if lent:
        has_settings = ".env" in lender.settings or lender.examples()
        way = " (.env: `pa-new deploy --env-file`)" if has_settings else ""
        notes.append(
            f"the app was given {listed(lent)}: `pa-new deploy` does not upload that, so "
            f"create it on PythonAnywhere{way}"
        )
    others = _other_versions(loading.requirements) if _has_failed(outcome) else []
    if others:
        more = [f"{len(others) - 3} more"] if len(others) > 3 else []
        notes.append(
            "installed here in other versions than requirements.txt names: "
            + listed([*others[:3], *more])
        )
    if lender.too_large:
        notes.append(f"left out, because there is no room: {listed(lender.too_large)}")
    if lender.too_deep:
        folders = listed([f"{path}/" for path in lender.too_deep])
        notes.append(
            f"left out, and refused by `pa-new deploy`: {folders} (in more than 300 folders)"
        )
    if outcome.unasked:
        count = outcome.unasked
        routes = "1 more route was" if count == 1 else f"{count} more routes were"
        notes.append(f"{routes} found but not requested: `--all-routes` requests all")
    if not outcome.has_namespaces:
        notes.append(
            "without namespaces: files that native code opens are those of this computer"
        )
    return notes


def lent_variables(names: list[str], file: str | None) -> dict[str, str]:
    """Return the variables that the user lends.

    :param names: names of variables of this shell.
    :param file: a ``.env`` file.
    :raise CannotCheck: if a variable is not set, or the file cannot be read.
    """
    lent: dict[str, str] = {}
    if file is not None:
        lent.update(_variables_of_file(file))
    for name in names:
        if name == _TOKEN:
            why = "it is the key to your account"
            raise CannotCheck(
                "usage", f"--env: pa-new gives {name} to no program: {why}"
            )
        if name not in os.environ:
            text = repr(shortened(name, 100))
            raise CannotCheck(
                "usage", f"--env: no variable {text} is set in your shell"
            )
        lent[name] = os.environ[name]
    return lent


def _variables_of_file(file: str) -> dict[str, str]:
    """Return the variables that a ``.env`` file sets; a name alone sets none."""
    from pa_new_shared import dotenv  # for an option

    shown = printable(file)
    try:
        with open(file, "rb") as stream:
            content = stream.read(_MAX_FILE + 1)
        if len(content) > _MAX_FILE:
            reason = f"it is larger than {_MAX_FILE // 1_000_000} MB"
            raise CannotCheck("usage", f"cannot read {shown}: {reason}")
        found = dotenv.variables(content.decode("utf-8"))
    except dotenv.BadLine as problem:
        raise CannotCheck("usage", f"{shown}: {problem}") from problem
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not UTF-8 text"
        raise CannotCheck("usage", f"cannot read {shown}: {reason}") from problem
    for name, value in found.items():
        if value is not None and not stage.can_be_lent(value):
            what = f"the value of {printable(name)} is too long for a variable"
            raise CannotCheck("usage", f"{shown}: {what}")
    return {name: value for name, value in found.items() if value is not None}
