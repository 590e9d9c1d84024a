"""Tells of requirements that a bundle of packages cannot have, if the project can use one.

It is a note: the packages can also be in a virtualenv on PythonAnywhere.
"""

from __future__ import annotations

from pa_new_check.project import Project
from pa_new_check.project_requirements import Requirements
from pa_new_check.rules import Finding
from pa_new_shared.bundles import ENTRY_MODULE, REASONS, WITHOUT_WHEELS, fault
from pa_new_shared.markers import holds
from pa_new_shared.requirements import Line, Requirement, normalized


def uses_bundles(project: Project) -> bool:
    """Tell whether ``pa-new deploy`` can bring a bundle of packages to the app."""
    return (project.folder / ENTRY_MODULE).is_file()


def judge(
    project: Project, requirements: Requirements, python: tuple[int, int]
) -> list[Finding]:
    """Report each line that a bundle cannot have."""
    if not uses_bundles(project):
        return []
    found = [_judge(file, line, python) for file, line in requirements.lines]
    return [finding for finding in found if finding is not None]


def not_ready(
    project: Project, requirements: Requirements, python: tuple[int, int], command: str
) -> list[Finding]:
    """Report a list of packages in a project that cannot have a bundle yet.

    :param command: the command that makes the project ready.
    """
    if uses_bundles(project):
        return []
    for file, line in requirements.lines:
        if isinstance(line, Requirement) and holds(line.marker, python) is not False:
            what = f"The project has no {ENTRY_MODULE}, which a bundle needs"
            fix = f"Run `{command}`, which adds it."
            return [Finding("no-bundle", file, line.line, what, fix)]
    return []


def _judge(file: str, line: Line, python: tuple[int, int]) -> Finding | None:
    if isinstance(line, Requirement):
        if holds(line.marker, python) is False:
            return None
        advice = WITHOUT_WHEELS.get(normalized(line.name or ""))
        if advice and not line.url:
            what = f"{line.name} has no build for Linux on PyPI"
            return Finding("no-bundle", file, line.line, what, _sentence(advice))
    kind = fault(line)
    if kind in ("", "invalid"):  # other rules tell what pip does not accept
        return None
    reason, hint = REASONS[kind]
    shown = line.text if len(line.text) <= 60 else line.text[:60] + "…"
    what = f"No bundle can have `{shown}`: {reason}"
    return Finding("no-bundle", file, line.line, what, _sentence(hint))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
