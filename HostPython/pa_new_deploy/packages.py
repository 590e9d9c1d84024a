"""The packages that a project needs, and those in a virtualenv on the host."""

from __future__ import annotations

import re

_REQUIREMENT = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)(;?)"
)
_INSTALLED = re.compile(r"(.+?)-([^-]+)(?:-[^-]+)*\.(?:dist-info|egg-info)")


def required(text: str) -> list[str]:
    """Return the lines of a ``requirements.txt`` that ask for something."""
    lines = [line.partition(" #")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def missing(text: str, names: list[str]) -> list[str]:
    """Return the requirements that a ``site-packages`` does not fulfil.

    :param text: The contents of ``requirements.txt``.
    :param names: The names in the folder.

    Only what is sure is told: a version only where it is pinned, and nothing of a line
    that does not hold for every Python, or is no plain requirement.
    """
    installed: dict[str, str] = {}
    for name in names:
        match = _INSTALLED.fullmatch(name)
        if match:
            installed[_normal(match[1])] = match[2]
    found = []
    for line in required(text):
        match = _REQUIREMENT.match(line)
        if not match or match[3] or "://" in line:
            continue
        version = installed.get(_normal(match[1]))
        pinned = re.fullmatch(r"==\s*([^,*\s]+)\s*", match[2])
        if version is None or (pinned and pinned[1] != version):
            found.append(line)
    return found


def _normal(name: str) -> str:
    """Return a package's name in the form in which names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
