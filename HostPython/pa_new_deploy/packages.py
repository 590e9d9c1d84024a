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
        if version is None or not _fulfils(version, line.pinned):
            found.append(line.text)
    return found


_RELEASE = re.compile(
    r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)"
    r"(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?"
    r"(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?"
    r"(?:[-_.]?(dev)[-_.]?(\d*))?"
    r"(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?"
)
_STAGES = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


def _fulfils(version: str, pin: str | None) -> bool:
    """Tell whether an installed version is the pinned one, however both are written.

    As in PEP 440, ``3.1`` is ``v3.1.0``, and a pin without a local part (``+cpu``) takes
    every one.
    """
    if pin is None:
        return True
    wanted, there = _normal(pin), _normal(version)
    if wanted is None or there is None:
        return pin == version
    return wanted[:-1] == there[:-1] and wanted[-1] in ("", there[-1])


def _normal(version: str) -> tuple[object, ...] | None:
    """Return a version's parts in one form; the last one is the local part."""
    match = _RELEASE.fullmatch(version.strip().lower()) if len(version) < 200 else None
    if match is None:
        return None
    epoch, numbers, stage, stage_number, bare, post, post_number, dev, number, local = (
        match.groups()
    )
    release = [int(part) for part in numbers.split(".")]
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    return (
        int(epoch or 0),
        tuple(release),
        (_STAGES.get(stage, stage), int(stage_number or 0)) if stage else None,
        int(bare or post_number or 0) if post or bare else None,
        int(number or 0) if dev else None,
        re.sub("[-_.]", ".", local or ""),
    )
