"""Which Python the project is for, by the files that name one."""

from __future__ import annotations

import re
from typing import NamedTuple

from pa_new_adopt.project_texts import Files
from pa_new_adopt.versions import from_poetry
from pa_new_check.project import CannotCheck
from pa_new_check.versions import admits
from pa_new_shared.host import PYTHONS
from pa_new_shared.patterns import pattern
from pa_new_shared.text import printable, shortened

_EXACT = pattern(r"(?:python-|cpython-)?v?(\d{1,3})\.(\d{1,3})(?:\.[\w.+-]{1,20})?")
_CONDA = pattern(r"\s*-\s*[\"']?python\s*={1,2}\s*(\d{1,3}\.\d{1,3})[^#]*")


class Named(NamedTuple):
    """What a file says: one version, or a range of them."""

    text: str
    file: str
    line: int
    exact: tuple[int, int] | None = None


class Python(NamedTuple):
    """The version to use, and where that is from."""

    version: str = ""
    file: str = ""
    line: int = 0
    note: str = ""


def python_version(files: Files, asked: str | None) -> Python:
    """Return the version of Python for the web app; it is "" if no file names one.

    :param asked: the version of ``--python``.
    :raise CannotCheck: if the project admits none that PythonAnywhere has.
    """
    exact = [named for named in _exact(files) if named.exact]
    ranges = list(_ranges(files))
    offered = f"PythonAnywhere has {_text(PYTHONS[0])} to {_text(PYTHONS[-1])}"
    if asked is not None:
        return _asked(asked, [*exact, *ranges])
    fitting = [p for p in PYTHONS if all(_admits(named, p) for named in ranges)]
    if ranges and not fitting:
        named = next(
            (n for n in ranges if not any(_admits(n, p) for p in PYTHONS)), ranges[0]
        )
        raise CannotCheck(
            "broken",
            f"{_where(named)} asks for Python {_shown(named.text)}, which PythonAnywhere "
            "does not have",
            offered,
            "if the app also runs with one of these, change that line, or add --python "
            f"{_text(PYTHONS[-1])}",
        )
    if exact:
        return _chosen(exact[0], fitting, ranges, offered)
    if ranges:
        named = ranges[0]
        return Python(_text(fitting[-1]), named.file, named.line)
    return Python()


def _asked(asked: str, known: list[Named]) -> Python:
    if asked not in map(_text, PYTHONS):
        raise CannotCheck(
            "usage",
            f"--python takes a version that PythonAnywhere has, not {_shown(asked)!r}",
            hint=f"valid values: {', '.join(map(_text, PYTHONS))}",
        )
    python = 3, int(asked[2:])
    for named in known:
        if not _admits(named, python):
            note = f"{_where(named)} names Python {_shown(named.text)}."
            return Python(asked, "--python", 0, note)
    return Python(asked, "--python")


def _chosen(
    named: Named, fitting: list[tuple[int, int]], ranges: list[Named], offered: str
) -> Python:
    """Return the version that a file names, or the nearest one that there is."""
    version = named.exact or PYTHONS[-1]
    if version not in PYTHONS:
        nearest = fitting[0] if version < PYTHONS[0] else fitting[-1]
        note = (
            f"{_where(named)} names Python {_text(version)}, and {offered}: "
            f"{_text(nearest)} is used. To use another one, add --python."
        )
        return Python(_text(nearest), named.file, named.line, note)
    note = ""
    for other in ranges:
        if not _admits(other, version):
            note = (
                f"{_where(named)} names Python {_text(version)}, but {_where(other)} asks "
                f"for {_shown(other.text)}."
            )
    return Python(_text(version), named.file, named.line, note)


def _exact(files: Files) -> list[Named]:
    """Return what names one version, the file that tools obey most first."""
    found: list[Named] = []

    def add(text: str, file: str, line: int) -> None:
        match = _EXACT.fullmatch(text.strip())
        exact = (int(match[1]), int(match[2])) if match else None
        found.append(Named(text.strip(), file, line, exact))

    for file in (".python-version", "runtime.txt"):
        for number, line in enumerate(files.lines(file), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                add(line, file, number)
                break
    for number, line in enumerate(files.lines(".tool-versions"), 1):
        words = line.split()
        if len(words) > 1 and words[0] == "python":
            add(words[1], ".tool-versions", number)
            break
    requires = files.toml("Pipfile").table("requires")
    for key in ("python_version", "python_full_version"):
        if isinstance(requires.get(key), str):
            add(requires[key], "Pipfile", requires.lines[key])
    for file in ("environment.yml", "environment.yaml"):
        for number, line in enumerate(files.lines(file), 1):
            match = _CONDA.match(line)
            if match:
                add(match[1], file, number)
                break
    return found


def _ranges(files: Files) -> list[Named]:
    project = files.toml("pyproject.toml")
    found: list[Named] = []
    table = project.table("project")
    if isinstance(table.get("requires-python"), str):
        line = table.lines["requires-python"]
        found.append(Named(table["requires-python"], "pyproject.toml", line))
    poetry = project.table("tool", "poetry", "dependencies")
    if isinstance(poetry.get("python"), str):
        found.append(Named(poetry["python"], "pyproject.toml", poetry.lines["python"]))
    for number, text in enumerate(files.lines("setup.cfg"), 1):
        match = re.match(r"python_requires\s*=\s*(\S[^#;]{0,200})", text)
        if match:
            found.append(Named(match[1].strip(), "setup.cfg", number))
    return found


def _admits(named: Named, python: tuple[int, int]) -> bool:
    """Tell whether what a file says holds for a version; unknown signs admit any."""
    if named.exact is not None:
        return named.exact == python
    parts = re.split(r"\s*\|\|?\s*", named.text[:1_000])
    return any(admits(from_poetry(part) or part, python) for part in parts)


def _where(named: Named) -> str:
    return f"{named.file}:{named.line}"


def _shown(text: str) -> str:
    return printable(shortened(text, 60))


def _text(python: tuple[int, int]) -> str:
    return "{}.{}".format(*python)
