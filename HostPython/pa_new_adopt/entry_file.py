"""Judges the name of the entry file: it must hide no module, and replace no file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pa_new_check.app_connection import is_plain
from pa_new_check.module_names import known_distribution
from pa_new_check.project import CannotCheck, python_files
from pa_new_check.versions import standard_library
from pa_new_shared import project_record
from pa_new_shared.text import printable, shortened

DEFAULT = "pythonanywhere_wsgi.py"
_OWN = ("pa_env.py", "pa_run.py", "pa_bundle.py", "asgi_adapter", "tornado_wsgi")
_MAX_LENGTH = 100


def entry_file(folder: Path, asked: str | None, roots: Iterable[Path]) -> str:
    """Return the name of the entry file to write.

    :param asked: the name of ``--entry``.
    :param roots: the folders that are on the path for the app.
    :raise CannotCheck: if no file of that name may be written.
    """
    name = DEFAULT if asked is None else asked
    stem = name[: -len(".py")] if name.endswith(".py") else ""
    shown = printable(shortened(name, 100))
    if (
        not is_plain(stem)
        or "." in stem
        or not stem.isascii()
        or len(name) > _MAX_LENGTH
    ):
        raise CannotCheck(
            "usage",
            f"--entry takes the name of a file to write, such as {DEFAULT}, not {shown!r}",
            "Python imports it by its name, from the folder of the project",
        )
    hint = "" if asked else "give it another name, such as --entry site_wsgi.py"
    if stem in standard_library():
        raise CannotCheck(
            "usage", f"--entry {shown} would hide Python's own module {stem}", hint=hint
        )
    if known_distribution(stem):
        raise CannotCheck(
            "usage", f"--entry {shown} would hide the package {stem}", hint=hint
        )
    for place in dict.fromkeys((folder, *roots)):
        try:
            names = os.listdir(place)
        except OSError:
            continue
        # That of an app in a folder below is pa-new's, too.
        own = project_record.adopted_entry(place)
        for other in names:
            is_same = other.lower() in (name.lower(), stem.lower())
            is_own = other == own == name
            if is_same and not is_own:
                found = printable((place / other).relative_to(folder).as_posix())
                raise CannotCheck(
                    "conflict",
                    f"the entry file cannot have the name {shown}: {found} is there",
                    "it is part of your project, and pa-new changes no file of yours",
                    "give the entry file another name, such as --entry site_wsgi.py",
                )
    return name


def own_files(folder: Path) -> list[Path]:
    """Return what pa-new wrote beside the app when it adopted the project, if it did."""
    entry = project_record.adopted_entry(folder)
    return [folder / name for name in (entry, *_OWN)] if entry else []


def files_of_apps_below(folder: Path) -> list[Path]:
    """Return what pa-new wrote beside apps in folders of the project that are adopted."""
    places = {path.parent for path in python_files(folder)} - {folder}
    return [file for place in sorted(places) for file in own_files(place)]
