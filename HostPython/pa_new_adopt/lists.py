"""Finds the list of packages for pip, or makes one of what else lists them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from pa_new_adopt.conda import from_environment
from pa_new_adopt.imported_packages import from_imports
from pa_new_adopt.locked import from_pipfile, from_pipfile_lock, from_uv_lock
from pa_new_adopt.packages import Packages
from pa_new_adopt.project_texts import Files
from pa_new_adopt.pyproject import from_poetry_table, from_project, is_list
from pa_new_adopt.setup_files import from_setup
from pa_new_check.app_search import Found
from pa_new_shared import project_record

LIST = "requirements.txt"
# Lists for a website come before lists that others build on; those for tests never.
_ORDER = (
    *("prod", "production", "deploy", "live", "server", "heroku", "web", "main", "app"),
    *("requirements", "base", "common", "default", "core", "runtime", "all", "install"),
)
_ASIDE = re.compile(
    r"dev|test|doc|lint|local|ci\b|build|typing|stag|debug|gpu|notebook"
)


def packages(
    files: Files, found: Found, python: tuple[int, int], roots: list[str]
) -> tuple[dict[str, Any], list[str]]:
    """Return what the document says about the packages, and notes.

    :param python: the web app's version.
    :param roots: the folders of the apps, which may have a list.
    """
    # A list that an earlier adoption made is made anew from the same places.
    if files.has(LIST) and LIST not in project_record.written(files.folder):
        said = {"file": LIST, "from": LIST, "lines": [], "exists": True}
        return said, []
    collected = (
        from_uv_lock(files, python)
        or from_project(files)
        or from_poetry_table(files)
        or from_pipfile_lock(files)
        or from_pipfile(files)
        or _other_list(files, roots)
        or from_environment(files)
        or from_setup(files)
    )
    if collected is None:
        collected = from_imports(files.folder, found)
    lines = collected.lines
    place = collected.place
    said = {"file": LIST, "from": place, "lines": lines, "exists": False}
    return said, collected.notes


def _other_list(files: Files, roots: list[str]) -> Packages | None:
    """Return a line that includes the list with another name or in a folder."""
    for folder in dict.fromkeys((*roots, "", "requirements", "reqs", "deps", "pip")):
        names = _lists(files.folder / folder, folder)
        places = [f"{folder}/{name}" if folder else name for name in names]
        usable = [place for place in places if place != LIST and is_list(files, place)]
        if usable:
            return _include(usable[0])
    return None


def _include(name: str) -> Packages:
    found = Packages(name, 0)
    found.lines.append(f"-r {name}")
    return found


def _lists(place: Path, folder: str) -> list[str]:
    """Return the names of lists in a folder, the best first."""
    try:
        names = sorted(os.listdir(place))[:5_000]
    except OSError:
        return []
    is_for_lists = folder in ("requirements", "reqs", "deps", "pip")
    ranked: list[tuple[int, str]] = []
    for name in names:
        stem = name[: -len(".txt")].lower() if name.lower().endswith(".txt") else ""
        match = re.fullmatch(r"(?:requirements?|reqs?|deps)(?:[-_.](.+))?", stem)
        kind = (
            stem if is_for_lists and not match else (match[1] or "") if match else None
        )
        if not stem or kind is None or _ASIDE.search(kind):
            continue
        kind = kind or "requirements"
        ranked.append((_ORDER.index(kind) if kind in _ORDER else len(_ORDER), name))
    return [name for _, name in sorted(ranked)]
