"""Which folders the web server can serve by itself, as the framework's settings name them.

A folder counts only if it lies in the project, and if nothing in it is code, a database
or a secret: what is mapped can be read by everybody.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from pa_new_check.project import CannotCheck
from pa_new_shared import file_names
from pa_new_shared.patterns import pattern
from pa_new_shared.text import is_printable, printable, shortened

_URL = pattern(r"/(?:(?!\.{1,2}/)[A-Za-z0-9._@+~-]+/)*")
_MAX_ENTRIES = 100_000  # that are looked at in one folder
_MAX_DEPTH = 30
_CODE = (".py", ".pyc", ".pyo", ".ipynb", ".php", ".rb", ".sh", ".swift")


class Mapping(NamedTuple):
    """A URL and the folder below it, and where that is written."""

    url: str
    folder: str
    """Below the project's folder, "." for that itself."""
    file: str
    line: int


class Refused(Exception):
    """A folder that must not be mapped; the text says why."""


def url_of(text: str) -> str:
    """Return a URL as a mapping has it: with a slash at both ends; "" if it is none."""
    url = f"/{text.strip('/')}/" if text.strip("/") else "/"
    return url if _URL.fullmatch(url) and len(url) <= 200 else ""


def mapping(
    project: Path, url: str, folder: Path, file: str, line: int, may_be_made: bool
) -> Mapping:
    """Return the mapping of a folder.

    :param may_be_made: whether the folder may be made later.
    :raise Refused: if the folder must not be mapped, or there is none.
    """
    place = Path(os.path.normpath(folder))
    if project not in place.parents:
        is_project = place == project
        raise Refused(
            "the project's folder also holds the code, which everybody could then read"
            if is_project
            else "it is not inside the project"
        )
    below = place.relative_to(project).as_posix()
    if not is_printable(below):
        raise Refused("its name has characters that are not text")
    if not place.is_dir():
        if may_be_made and not os.path.lexists(place):
            return Mapping(url, below, file, line)
        raise Refused("there is no such folder")
    if not _is_inside(project, place):
        raise Refused("it is a link to a place outside of the project")
    judge(place, project)
    return Mapping(url, below, file, line)


def _is_inside(project: Path, place: Path) -> bool:
    try:
        real = place.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    return project in real.parents


def judge(folder: Path, project: Path, left: frozenset[str] = frozenset()) -> None:
    """Refuse a folder that has what nobody may read.

    :param left: names in the folder itself that do not count.
    """
    waiting, count = [(folder, 0)], 0
    while waiting:
        place, depth = waiting.pop()
        try:
            with os.scandir(place) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            raise Refused(f"{_name(place, project)} cannot be read") from error
        for entry in entries:
            count += 1
            if count > _MAX_ENTRIES or depth > _MAX_DEPTH:
                raise Refused("it has too many files to look at")
            if not depth and entry.name in left:
                continue
            _judge_entry(entry, project)
            if entry.is_dir(follow_symlinks=False):
                waiting.append((Path(entry.path), depth + 1))


def _judge_entry(entry: os.DirEntry[str], project: Path) -> None:
    name = _name(Path(entry.path), project)
    if entry.is_symlink():
        if not _is_inside(project, Path(entry.path)):
            raise Refused(f"{name} is a link to a place outside of the project")
        if os.path.isdir(entry.path):
            raise Refused(f"{name} is a link to another folder")
    if entry.name.lower().endswith(_CODE):
        raise Refused(f"it has code, {name}, which everybody could then read")
    if entry.name == ".git":
        raise Refused(f"{name} has the project's history")
    kind = file_names.by_name(entry.name)
    if kind is not None and kind[0] != file_names.COPY:
        raise Refused(f"it has {kind[1]}, {name}, which everybody could then read")


def _name(path: Path, project: Path) -> str:
    return printable(path.relative_to(project).as_posix())


def from_options(project: Path, given: list[str]) -> list[Mapping]:
    """Return the mappings of ``--static``.

    :raise CannotCheck: if one is not a URL and a folder that can be mapped.
    """
    found: dict[str, Mapping] = {}
    for text in given:
        shown = printable(shortened(text, 100))
        url, equals, folder = text.partition("=")
        if not equals or not url or not folder:
            raise CannotCheck(
                "usage",
                f"--static takes URL=DIR, such as /static/=static, not {shown!r}",
            )
        named = url_of(url) if url.startswith("/") else ""
        if not named or re.search("[\0\n]", folder) or len(folder) > 1_000:
            meant = url_of(url)
            hint = f"did you mean {meant}={folder}?" if meant and not named else ""
            raise CannotCheck(
                "usage",
                f"--static {shown}: the URL begins with / and has letters, digits and - . "
                "_ only",
                hint=hint if len(hint) < 200 and is_printable(hint) else "",
            )
        if named == "/":
            raise CannotCheck(
                "usage",
                f"--static {shown}: with the URL / no request would get to the app",
                hint="give the files a URL of their own, such as /static/",
            )
        if named in found:
            raise CannotCheck("usage", f"--static names {named} twice")
        try:
            found[named] = mapping(
                project, named, project / folder, "--static", 0, False
            )
        except (Refused, OSError, ValueError) as problem:
            reason = str(problem) if isinstance(problem, Refused) else "it is no path"
            raise CannotCheck(
                "usage", f"--static {shown} cannot be served", reason
            ) from problem
    return list(found.values())
