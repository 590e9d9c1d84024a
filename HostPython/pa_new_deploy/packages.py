"""The packages that a project needs, and those in a virtualenv on the host."""

from __future__ import annotations

import re

from pa_new_shared.markers import holds
from pa_new_shared.requirements import (
    Include,
    Invalid,
    Option,
    Requirement,
    normalized,
    parse,
)

_INSTALLED = re.compile(r"(.+?)-([^-]+)(?:-[^-]+)*\.(?:dist-info|egg-info)")


def required(text: str, python: str) -> list[str]:
    """Return the lines of a ``requirements.txt`` that install something.

    :param python: the web app's version of Python, such as ``3.13``.
    """
    return [
        line.text
        for line in parse(text)
        if isinstance(line, Invalid)
        or (isinstance(line, Requirement) and _holds(line, python) is not False)
        or (isinstance(line, Include) and not line.is_constraint)
    ]


def _holds(line: Requirement, python: str) -> bool | None:
    """Tell whether a requirement holds on PythonAnywhere, None if that is not known."""
    major, minor = python.split(".")
    return holds(line.marker, (int(major), int(minor)))


def needs_file(text: str) -> bool:
    """Tell whether pip needs the file, since it has options or includes other files."""
    return any(
        isinstance(line, (Include, Option)) or line.text.startswith("-")
        for line in parse(text)
    )


def missing(text: str, names: list[str], python: str) -> list[str]:
    """Return the requirements that a ``site-packages`` folder does not fulfil.

    :param text: The contents of ``requirements.txt``.
    :param names: The names in the folder.
    :param python: The web app's version of Python, such as ``3.13``.

    Only what is certain is returned: a version only if it is pinned, and no line that has
    a URL, is not understood, or has a marker that may not hold.
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
        if line.url or not _holds(line, python):
            continue
        version = installed.get(normalized(line.name))
        if version is None or not _fulfils(version, line.specifier):
            found.append(line.text)
    return found


_RELEASE = re.compile(
    r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)"
    r"(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?"
    r"(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?"
    r"(?:[-_.]?(dev)[-_.]?(\d*))?"
    r"(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?"
)
_PIN = re.compile(r"={2,3}([^,*]+?)(\.\*)?")  # of one clause
_STAGES = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


_Version = tuple[int, tuple[int, ...], tuple[object, ...], str]
"""The epoch, the release without zeros at its end, the stages, and the local part."""


def _fulfils(version: str, specifier: str) -> bool:
    """Tell whether an installed version is the pinned one, however both are written.

    As in PEP 440, ``3.1`` is ``v3.1.0``, a pin without a local part (``+cpu``) takes every
    one, and ``3.1.*`` takes all versions that begin so. Other specifiers take everything.
    """
    match = _PIN.fullmatch(specifier)
    if match is None:
        return True
    pin, star = match.groups()
    wanted, there = _parsed(pin), _parsed(version)
    if wanted is None or there is None:
        return bool(star) or pin == version
    if star:
        length = pin.count(".") + 1
        begins = _padded(wanted[1], length) == _padded(there[1], length)
        return begins and wanted[0] == there[0]
    return wanted[:-1] == there[:-1] and wanted[-1] in ("", there[-1])


def _padded(release: tuple[int, ...], length: int) -> tuple[int, ...]:
    return (release + (0,) * length)[:length]


def _parsed(version: str) -> _Version | None:
    """Return a version's parts in one form; None if it is no version."""
    match = _RELEASE.fullmatch(version.strip().lower()) if len(version) < 200 else None
    if match is None:
        return None
    epoch, numbers, stage, stage_number, bare, post, post_number, dev, number, local = (
        match.groups()
    )
    release = [int(part) for part in numbers.split(".")]
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    stages = (
        (_STAGES.get(stage, stage), int(stage_number or 0)) if stage else None,
        int(bare or post_number or 0) if post or bare else None,
        int(number or 0) if dev else None,
    )
    return int(epoch or 0), tuple(release), stages, re.sub("[-_.]", ".", local or "")
