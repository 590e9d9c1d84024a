"""Recognises a website without an app: pages of HTML that the web server serves."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from pa_new_adopt.entry_file import own_files
from pa_new_adopt.static_folders import Mapping, Refused, judge
from pa_new_check.project import CannotCheck, Unreadable, content_of

# Where tools that make websites put them; the project's own folder comes first.
_PLACES = (
    ".",
    "public",
    "dist",
    "build",
    "_site",
    "site",
    "www",
    "html",
    "docs",
    "src",
)
_PAGE = "index.html"
# Where the tools of JavaScript put what they build.
_BUILT = ("dist", "build", "out", "_site", "public", "www")
# What is in a page that such a tool still has to build: of Vite, and of Create React App.
_SOURCE = re.compile(
    rb"""<script[^<>]{0,300}\ssrc=["']?/?(?:\./)?src/|%PUBLIC_URL%|\ssrc=["'][^"'<>]{0,300}\.(?:ts|tsx|jsx)["'?]"""
)
_MAX_PAGE = 1_000_000


def website(folder: Path, given: list[Mapping]) -> dict[str, Any] | None:
    """Return what the document says about a website of files, None if there is none.

    :param given: the mappings of ``--static``.
    :raise CannotCheck: if its folder has what nobody may read.
    """
    for name in _places(folder):
        place = folder / name
        file = _below(name)
        left: frozenset[str] = frozenset()
        if name == ".":  # hidden files are not uploaded
            hidden = [entry for entry in os.listdir(folder) if entry.startswith(".")]
            left = frozenset((*hidden, *(path.name for path in own_files(folder))))
        try:
            judge(place, folder, left)
        except Refused as problem:
            raise CannotCheck(
                "broken",
                f"{file} is the page of a website without an app, and its folder cannot be "
                "put online as it is",
                str(problem),
                "move the pages and their files into a folder of their own, such as public/",
            ) from problem
        mapping = Mapping("/", name, file, 1)
        return {
            "framework": "HTML",
            "form": "files",
            "adapter": "static",
            "what": f"{file} is the first page of a website without an app",
            "file": file,
            "line": 1,
            "root": "",
            "import": "",
            "application": "",
            "settings": "",
            "names": {},
            "static": [m._asdict() for m in [*given, mapping]],
            "steps": [],
        }
    return None


def _places(folder: Path) -> list[str]:
    """Return the folders that have a first page, the likeliest first.

    :raise CannotCheck: if a tool has to build the pages first.
    """
    found = [name for name in _PLACES if (folder / name / _PAGE).is_file()]
    if not _has_build(folder):
        return found
    sources = [name for name in found if _is_source(folder / name / _PAGE)]
    built = [name for name in _BUILT if (folder / name / _PAGE).is_file()]
    built = [name for name in built if name not in sources]
    if sources and not built:
        raise CannotCheck(
            "broken",
            f"{_below(sources[0])} is the page of a website that is not built yet",
            "a tool in package.json builds the files that visitors get",
            "build the website, such as with `npm run build`. Then run pa-new adopt again",
        )
    return built if sources else found


def _has_build(folder: Path) -> bool:
    """Tell whether a tool of JavaScript builds the website."""
    try:
        package = json.loads(content_of(folder / "package.json"))
    except (Unreadable, ValueError, RecursionError):
        return False
    scripts = package.get("scripts") if isinstance(package, dict) else None
    return isinstance(scripts, dict) and "build" in scripts


def _is_source(page: Path) -> bool:
    try:
        return _SOURCE.search(content_of(page)[:_MAX_PAGE]) is not None
    except Unreadable:
        return False


def _below(name: str) -> str:
    return _PAGE if name == "." else f"{name}/{_PAGE}"
