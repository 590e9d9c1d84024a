"""The file ``.env`` of a project that pa-new has written: ``pa_env.py`` reads it."""

from __future__ import annotations

import os

from pa_new_check.project import Project, Unreadable, content_of
from pa_new_shared.file_path import Path

FILE = ".env"
_READER = "pa_env"
_NAMES = (FILE, ".env.txt")  # the second one is what editors on Windows make of it


def reads_own(project: Project) -> bool:
    """Tell whether the entry file of a project loads ``.env`` with ``pa_env.py``."""
    try:
        is_used = f"import {_READER}".encode() in content_of(project.entry)
    except Unreadable:
        return False
    return is_used and (project.folder / f"{_READER}.py").is_file()


def misplaced(project: Project, settings: list[str]) -> list[str]:
    """Return the files that are meant to be ``.env``, and that ``pa_env.py`` does not read.

    :param settings: the project's files of variables, by their paths in its folder.
    """
    if not reads_own(project):
        return []
    return [
        path
        for path in settings
        if path != FILE
        and os.path.basename(path) in _NAMES
        and _is_of_app(project.folder / os.path.dirname(path), project)
    ]


def _is_of_app(folder: Path, project: Project) -> bool:
    """Tell whether a folder is the project's own, or that of a package."""
    return folder == project.folder or (folder / "__init__.py").is_file()


def how_to_place(path: str, settings: list[str], entry: str) -> str:
    """Return what to do with a misplaced file, such as "rename it to .env".

    :param settings: the project's files of variables.
    :param entry: the name of the entry file.
    """
    if FILE in settings:
        return f"move its lines into {FILE}"
    if os.path.basename(path) == FILE:
        return f"move it beside {entry}"
    place = f" and move it beside {entry}" if os.path.dirname(path) else ""
    return f"rename it to {FILE}{place}"
