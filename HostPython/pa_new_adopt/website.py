"""Recognises a website without an app: pages of HTML that the web server serves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pa_new_adopt.entry_file import own_files
from pa_new_adopt.static_folders import Mapping, Refused, judge
from pa_new_check.project import CannotCheck

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


def website(folder: Path, given: list[Mapping]) -> dict[str, Any] | None:
    """Return what the document says about a website of files, None if there is none.

    :param given: the mappings of ``--static``.
    :raise CannotCheck: if its folder has what nobody may read.
    """
    for name in _PLACES:
        place = folder / name
        if not (place / _PAGE).is_file():
            continue
        file = _PAGE if name == "." else f"{name}/{_PAGE}"
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
