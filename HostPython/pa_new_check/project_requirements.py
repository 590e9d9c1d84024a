"""What the project asks pip to install: ``requirements.txt`` and ``pyproject.toml``."""

from __future__ import annotations

import os

from pa_new_check.project import Unreadable, content_of, is_foreign
from pa_new_shared import regular_files, requirements
from pa_new_shared.file_path import Path
from pa_new_shared.later import re
from pa_new_shared.requirements import normalized

# Where another list of packages is looked for, if the project's folder has none.
_MAX_DEPTH = 2
_MAX_FOLDERS = 50


class Listed:
    """A package that ``requirements.txt`` or ``pyproject.toml`` names, or Python."""

    def __init__(
        self,
        name: str,
        versions: str,
        file: str,
        line: int,
        extras: frozenset[str] = frozenset(),
    ) -> None:
        self.name = name
        self.versions = versions
        self.file = file
        self.line = line
        self.extras = extras
        """The extras that are asked for, normalized."""


class Requirements:
    """The packages and the Python that the project needs."""

    def __init__(
        self,
        listed: dict[str, Listed] | None = None,
        python: Listed | None = None,
        is_complete: bool = True,
    ) -> None:
        self.listed: dict[str, Listed] = {} if listed is None else listed
        self.python = python
        """The value of ``requires-python``."""
        self.is_complete = is_complete
        """Whether every line was understood."""
        self.unnamed: list[str] = []
        """URLs and paths to install from that do not name the package."""
        self.lines: list[tuple[str, requirements.Line]] = []
        """What ``requirements.txt`` installs, line by line, with each line's file."""
        self.file = "requirements.txt"
        """The list that pip reads, relative to the project's folder."""

    @property
    def has_list(self) -> bool:
        """Whether the project lists its packages, in whatever form."""
        return bool(self.listed or self.unnamed or self.lines) or not self.is_complete


def read_requirements(
    folder: Path, python: tuple[int, int] | None = None
) -> Requirements:
    """Return the requirements of ``requirements.txt`` and ``pyproject.toml``.

    :param python: the web app's version of Python: lines that are not for it, or not for
        Linux, are left out. If it is none, they are not.
    """
    found = Requirements()
    _read_requirements_file(folder, found, python)
    _read_pyproject(folder, found, python)
    inner = "" if found.has_list else _list_in_a_folder(folder)
    if inner:
        found.file = inner
        _read_requirements_file(folder, found, python)
        found.is_complete = False  # it is perhaps that of a part of the project
    return found


def _list_in_a_folder(folder: Path) -> str:
    """Return the list of packages that is nearest below a folder, "" if not just one is."""
    level = [folder]
    for _ in range(_MAX_DEPTH):
        try:
            level = [
                path
                for parent in level
                for path in sorted(parent.iterdir())
                if path.is_dir() and not path.is_symlink() and not is_foreign(path)
            ][:_MAX_FOLDERS]
        except OSError:
            return ""
        found = [path / "requirements.txt" for path in level]
        found = [path for path in found if path.is_file()]
        if found:
            only = os.path.relpath(found[0], folder).replace(os.sep, "/")
            return only if len(found) == 1 else ""
    return ""


def _holds(
    line: requirements.Requirement, python: tuple[int, int] | None
) -> bool | None:
    """Tell whether a line is for PythonAnywhere, None if that is not known."""
    if not line.marker:
        return True
    if python is None:
        return None
    from pa_new_shared import markers  # few lines have one

    return markers.holds(line.marker, python)


def _text(path: Path) -> str:
    """Return a file's text, "" if it cannot be read."""
    try:
        return content_of(path).decode("utf-8-sig", "replace")
    except Unreadable:
        return ""


def _read_requirements_file(
    folder: Path, found: Requirements, python: tuple[int, int] | None
) -> None:
    """Add the packages of ``requirements.txt`` and of the files that it includes."""

    def read(path: str) -> bytes | None:
        # Elsewhere on this computer it can be anything, and the report shows lines of it.
        if not regular_files.is_inside(path, str(folder)):
            return None
        try:
            return content_of(Path(path))
        except Unreadable:
            return None

    limits: dict[str, str] = {}
    start = str(folder / found.file)
    if os.path.lexists(start) and read(start) is None:
        found.is_complete = False
    for path, line, is_constraint in requirements.read_files(start, read):
        file = os.path.relpath(path, folder).replace(os.sep, "/")
        if not is_constraint:
            found.lines.append((file, line))
        if isinstance(line, requirements.Invalid):
            found.is_complete = False
        if not isinstance(line, requirements.Requirement):
            continue
        holds = _holds(line, python)
        if holds is False:
            continue
        if line.name is None:
            found.is_complete = False
            found.unnamed.append(line.text)
            continue
        # Another line may apply to this Python, so the version is not known.
        versions = line.specifier if holds else ""
        if is_constraint:
            limits[normalized(line.name)] = versions
            continue
        key = normalized(line.name)
        extras = frozenset(normalized(extra) for extra in line.extras)
        if key in found.listed:
            extras |= found.listed[key].extras
        found.listed[key] = Listed(line.name, versions, file, line.line, extras)
    for key, versions in limits.items():
        if key in found.listed and not found.listed[key].versions:
            found.listed[key].versions = versions


def _read_pyproject(
    folder: Path, found: Requirements, python: tuple[int, int] | None
) -> None:
    """Add the packages and the Python of ``pyproject.toml``, read line by line."""
    # tomllib came with Python 3.11, and this runs on older versions too.
    section, in_list = "", False
    for number, line in enumerate(_text(folder / "pyproject.toml").splitlines(), 1):
        line = line.strip()
        head = re.fullmatch(r"\[+\s*([\w.\"-]+)\s*\]+\s*(?:#.*)?", line)
        if head and not in_list:
            section = head[1]
            if section.startswith("tool.poetry"):
                found.is_complete = False
            continue
        if section != "project":
            continue
        admitted = re.match(r"requires-python\s*=\s*[\"']([^\"']*)[\"']", line)
        if admitted:
            found.python = Listed("Python", admitted[1], "pyproject.toml", number)
        if re.match(r"dependencies\s*=", line):
            in_list, line = True, line.partition("=")[2]
        if in_list:
            for text in re.findall(r"\"([^\"]+)\"|'([^']+)'", line):
                wanted = requirements.requirement("".join(text), number)
                if not isinstance(wanted, requirements.Requirement) or not wanted.name:
                    continue
                if _holds(wanted, python) is False:
                    continue
                extras = frozenset(normalized(extra) for extra in wanted.extras)
                found.listed.setdefault(
                    normalized(wanted.name),
                    Listed(wanted.name, "", "pyproject.toml", number, extras),
                )
            in_list = "]" not in re.sub(r"\"[^\"]*\"|'[^']*'", "", line)
