"""The packages that a project needs, and those in a virtualenv on the host."""

from __future__ import annotations

import re

from pa_new_shared.requirements import (
    Include,
    Invalid,
    Option,
    Requirement,
    normalized,
    parse,
)

_INSTALLED = re.compile(r"(.+?)-([^-]+)(?:-[^-]+)*\.(?:dist-info|egg-info)")


def required(text: str) -> list[str]:
    """Return the lines of a ``requirements.txt`` that install something."""
    return [
        line.text
        for line in parse(text)
        if isinstance(line, (Requirement, Invalid))
        or (isinstance(line, Include) and not line.is_constraint)
    ]


def needs_file(text: str) -> bool:
    """Tell whether pip needs the file, since it has options or includes other files."""
    return any(
        isinstance(line, (Include, Option)) or line.text.startswith("-")
        for line in parse(text)
    )


def missing(text: str, names: list[str]) -> list[str]:
    """Return the requirements that a ``site-packages`` folder does not fulfil.

    :param text: The contents of ``requirements.txt``.
    :param names: The names in the folder.

    Only what is certain is returned: a version only if it is pinned, and no line that
    depends on a marker, has a URL or is not understood.
    """
    installed: dict[str, str] = {}
    for name in names:
        match = _INSTALLED.fullmatch(name)
        if match:
            installed[normalized(match[1])] = match[2]
    found = []
    for line in parse(text):
        if not isinstance(line, Requirement) or not line.name:
            continue
        if line.marker or line.url:
            continue
        version = installed.get(normalized(line.name))
        if version is None or line.pinned not in (None, version):
            found.append(line.text)
    return found
