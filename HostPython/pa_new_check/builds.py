"""Rules about requirements that pip cannot install on PythonAnywhere: Linux, one Python."""

from __future__ import annotations

import re
import sys

from pa_new_check import distributions, versions
from pa_new_check.build_table import (
    BACKPORTS,
    FOREIGN,
    OF_UBUNTU,
    USELESS,
    Build,
    Version,
    build,
)
from pa_new_check.installed import environment
from pa_new_check.module_names import known_distribution
from pa_new_check.project_requirements import Requirements
from pa_new_check.rules import Finding
from pa_new_shared.markers import holds
from pa_new_shared.requirements import Invalid, Line, Requirement, normalized

_CLAUSE = re.compile(
    r"(===|==|~=|<=|>=|<|>)(\d{1,9}(?:\.\d{1,9}){0,9})(\.\*)?(?![\d!])"
)
# `numpy=1.26.4=py311h…`, as `conda list --export` writes it.
_CONDA = re.compile(r"([A-Za-z0-9][\w.-]*)=([\w.!+*]+)(?:=[\w.*]*)?")
# `Flask  3.1.0`, as `pip list` and `conda list` print it.
_PRINTED = re.compile(r"([A-Za-z0-9][\w.-]*)\s+v?(\d[\w.!+]*)(?:\s+\S+){0,3}")
# Folders in which conda builds its packages, and those of other systems.
_ELSEWHERE = re.compile(
    r"file:/*(?:[A-Za-z](?::|%3A)[/\\]|Users/|home/(?:conda|builder|task|runner)/|croot/"
    r"|opt/conda/|private/|D%3A|feedstock_root/|tmp/|work/|Library/)",
    re.IGNORECASE,
)

# How findings begin of which only the first is reported.
_REFUSED = "pip does not understand the line"
_COPIED = "This line names a folder of another computer"
_ONCE = (_REFUSED, _COPIED)


_NOTHING = (
    "`pip install -r requirements.txt` fails on PythonAnywhere, and installs nothing."
)


def judge(requirements: Requirements, python: tuple[int, int]) -> list[Finding]:
    """Report each line of ``requirements.txt`` that pip cannot install there."""
    judge_line = _Judge(python)
    found: list[Finding] = []
    for file, line in requirements.lines:
        finding = judge_line(file, line)
        if finding is not None:
            found.append(finding)
    for beginning in _ONCE:
        found = _once(found, beginning)
    return found


def _once(findings: list[Finding], beginning: str) -> list[Finding]:
    """Keep the first of the findings that begin so: a whole list may be of one kind."""
    same = [one for one in findings if one.what.startswith(beginning)]
    if len(same) > 1:
        others = "another line" if len(same) == 2 else f"{len(same) - 1} other lines"
        same[0].what += f" (the same is true of {others})"
    left_out = set(map(id, same[1:]))
    return [one for one in findings if id(one) not in left_out]


_TRIED = (3, 12)
"""From this Python on, what the table says of compiling old versions was seen."""


class _Judge:
    """Judges lines for one Python."""

    def __init__(self, python: tuple[int, int]) -> None:
        self._python = python
        self._version = "{}.{}".format(*python)
        names = (normalized(name) for name in versions.standard_library())
        self._library = frozenset(names) - BACKPORTS

    def __call__(self, file: str, line: Line) -> Finding | None:
        if isinstance(line, Invalid):
            return _refused(file, line)
        if not isinstance(line, Requirement) or not line.name:
            return None
        if not holds(line.marker, self._python):
            return None  # not for Linux or this Python, or not known
        if line.url:
            return _from_elsewhere(file, line)
        name = normalized(line.name)
        system = FOREIGN.get(name) or ("macOS" if name.startswith("pyobjc-") else "")
        if system:
            return _foreign(file, line, system)
        if name in USELESS:
            return Finding(
                "no-build",
                file,
                line.line,
                f"{line.name} works only on {USELESS[name]}",
                _limited(line, USELESS[name]),
                "warning",
                "PythonAnywhere runs Linux: pip installs it, and importing it fails.",
            )
        if name in OF_UBUNTU:
            return Finding(
                "no-build",
                file,
                line.line,
                f"{line.name} is a part of Ubuntu, and PyPI has no package of that name",
                "Remove the line, which `pip freeze` writes on Ubuntu.",
                consequence=_NOTHING,
            )
        if name in self._library:
            return self._of_library(file, line, name)
        known = build(name, self._python)
        return self._version_finding(file, line, known) if known else None

    def _of_library(self, file: str, line: Requirement, name: str) -> Finding:
        """Report a module of the standard library, which it may have lost."""
        module = name.replace("-", "_")
        change = versions.change_of_library(module, self._python)
        backport = known_distribution(module) if change else ""
        fix = "Remove the line: nothing has to be installed for it."
        if backport:
            fix = f"Write `{backport}`, the package that has the module."
        elif change:
            fix = f"Remove the line, and do without the module: it {change}."
        return Finding(
            "no-build",
            file,
            line.line,
            f"{line.name} is a module of Python's standard library, and PyPI has no "
            "package of that name that can be installed",
            fix,
            consequence=_NOTHING,
        )

    def _version_finding(
        self, file: str, line: Requirement, known: Build
    ) -> Finding | None:
        """Report a version that has no build for the Python, or is not for it."""
        pinned = line.pinned
        if pinned and self._is_proved(line.name or "", pinned):
            return None
        least, most = _bounds(line.specifier)
        newest, last = _release(known.newest), _release(known.last)
        if least is not None and last < least <= newest:
            if distributions.version_of(line.name or "") == pinned:
                return None  # the rule python-version knows it better
            return Finding(
                "no-build",
                file,
                line.line,
                f"{line.text} is not for Python {self._version}",
                f"Write `{line.name}=={known.last}`, the last version for Python "
                f"{self._version}, or choose another Python for the web app.",
            )
        if known.before == "pure" or most is None or most >= _release(known.first):
            return None
        severity, consequence = "", ""
        if known.before == "fails" and self._python >= _TRIED:
            consequence = (
                "pip tries to compile it and fails, so `pip install -r requirements.txt` "
                "installs nothing."
            )
        elif known.before != "none":
            severity = "warning"
            consequence = (
                "pip tries to compile it there, which takes long and often fails: then "
                "`pip install -r requirements.txt` installs nothing."
            )
        return Finding(
            "no-build",
            file,
            line.line,
            f"{line.text} has no build for Python {self._version} on Linux",
            f"Write `{line.name}>={known.first}`: {known.first} is the first version with "
            "one. Or choose an older Python for the web app.",
            severity,
            consequence,
        )

    def _is_proved(self, name: str, pinned: str) -> bool:
        """Tell whether that version is installed here, for that Python, on Linux."""
        is_same = sys.platform == "linux" and environment().python == self._python
        return is_same and distributions.version_of(name) == pinned


def _foreign(file: str, line: Requirement, system: str) -> Finding:
    return Finding(
        "no-build",
        file,
        line.line,
        f"{line.name} is only for {system}, and PythonAnywhere runs Linux",
        _limited(line, system),
        consequence="There `pip install -r requirements.txt` fails, and installs nothing.",
    )


def _limited(line: Requirement, system: str) -> str:
    """Return how to keep a line from other systems than its own."""
    platform = "win32" if system == "Windows" else "darwin"
    requirement = line.text.partition(";")[0].strip()
    return (
        f"Remove the line, or limit it to {system}: `{requirement}; sys_platform == "
        f'"{platform}"`.'
    )


def _from_elsewhere(file: str, line: Requirement) -> Finding | None:
    """Report a package from a folder that only another computer has."""
    if not _ELSEWHERE.match(line.url):
        return None
    version = distributions.version_of(line.name or "")
    better = f"{line.name}=={version}" if version else f"{line.name}"
    return Finding(
        "no-build",
        file,
        line.line,
        f"{_COPIED}, from which pip shall install {line.name}",
        f"Write `{better}`; `pip list --format=freeze` prints the whole list so.",
        consequence="PythonAnywhere does not have the folder: `pip install -r "
        "requirements.txt` fails, and installs nothing.",
    )


def _refused(file: str, line: Invalid) -> Finding | None:
    """Report a line that pip does not accept, if the line is surely meant for it."""
    text = line.text
    conda, printed = _CONDA.fullmatch(text), _PRINTED.fullmatch(text)
    match = conda or printed
    if match is not None and match[1].lower() == "python":
        fix = "Remove the line: pip does not install Python."
    elif match is not None:
        fix = (
            f"Write `{match[1]}=={match[2]}`; `pip list --format=freeze` prints the whole "
            "list so."
        )
    elif text.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        fix = "Resolve the merge conflict: keep one of its sides, and remove its marks."
    else:
        return None
    shown = text if len(text) <= 60 else text[:60] + "…"
    return Finding(
        "no-build",
        file,
        line.line,
        f"{_REFUSED} `{shown}`",
        fix,
        consequence=_NOTHING,
    )


def _release(text: str) -> Version:
    """Return a version's numbers, so that they can be compared: 1.0 is 1."""
    numbers = [int(part) for part in text.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _bounds(specifier: str) -> tuple[Version | None, Version | None]:
    """Return the least and the greatest release that versions allow, none if any.

    The least is too small rather than too great, the greatest too great.
    """
    least: Version | None = None
    most: Version | None = None
    for clause in specifier.split(","):
        match = _CLAUSE.match(clause)
        if match is None:
            continue
        sign, version, star = match[1], _release(match[2]), match[3]
        if sign in ("==", "===", "~=", ">=", ">"):
            least = max(least or version, version)
        if sign == "~=":
            upper = _after(match[2].rpartition(".")[0])
        elif sign in ("==", "===") and star:
            upper = _after(match[2])
        elif sign in ("==", "===", "<=", "<"):
            upper = version
        else:
            continue
        if sign == "<" or sign == "~=" or star:
            upper = _before(upper)
        most = min(most or upper, upper) if most is not None else upper
    return least, most


def _after(text: str) -> Version:
    """Return the first release after all that begin with these numbers."""
    numbers = [int(part) for part in text.split(".") if part] or [0]
    return (*numbers[:-1], numbers[-1] + 1)


def _before(version: Version) -> Version:
    """Return a release that comes before this one, and after all earlier ones."""
    if not version:
        return ()
    return (*version[:-1], version[-1] - 1, 10**9)
