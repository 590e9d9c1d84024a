"""What the record of a project, ``.pa-new.json``, says about its entry file and static files.

A project that pa-new makes has ``wsgi.py``, and its static files in ``static``. The record
of an app that ``pa-new adopt`` has connected names its own.
"""

from __future__ import annotations

import os

from pa_new_shared.patterns import pattern

FILE = ".pa-new.json"
BASELINE = ".pa-new.base.json"
ENTRY = "wsgi.py"
STATIC_URL, STATIC = "/static/", "static"
_MAX_BYTES = 20_000_000
_ENTRY_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_]*\.py")
_NAME = r"(?!\.)[^/\\\0]+"
_URL = pattern(r"/(?:(?!\.{1,2}/)[A-Za-z0-9._@+-]+/)+")
_FOLDER = pattern(rf"{_NAME}(?:/{_NAME})*")


def entry(folder: str | os.PathLike[str]) -> str:
    """Return the name of the entry file that the record of a project names.

    :param folder: the project's folder; without a record, the name is the usual one.
    """
    return adopted_entry(folder) or ENTRY


def adopted_entry(folder: str | os.PathLike[str]) -> str:
    """Return the name of the entry file that the record of a project names, or ""."""
    name = _read(folder).get("entry")
    return name if isinstance(name, str) and _ENTRY_NAME.fullmatch(name) else ""


def static_folders(folder: str | os.PathLike[str]) -> dict[str, str] | None:
    """Return the folders of an adopted app that PythonAnywhere serves, by their URLs.

    :param folder: the project's folder. None if its record names no folders: then it has
        the usual one, if it has any.
    """
    rows = _read(folder).get("static")
    if not isinstance(rows, list):
        return None
    found: dict[str, str] = {}
    for row in rows:
        url, path = (
            (row.get("url"), row.get("folder")) if isinstance(row, dict) else ("", "")
        )
        if not (isinstance(url, str) and isinstance(path, str)):
            continue
        if _URL.fullmatch(url) and _FOLDER.fullmatch(path):
            found[url] = path
    return found


def written(folder: str | os.PathLike[str]) -> frozenset[str]:
    """Return the files that ``pa-new adopt`` has written beside an app.

    :param folder: the project's folder. There are none if it is not adopted.
    """
    if static_folders(folder) is None:
        return frozenset()
    rows = _read(folder, BASELINE).get("files")
    paths = [
        row.get("path")
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]
    return frozenset(path for path in paths if isinstance(path, str))


def listed_packages(folder: str | os.PathLike[str]) -> list[str]:
    """Return the lines that ``pa-new adopt`` has written into ``requirements.txt``.

    :param folder: the project's folder. There are none if it is not adopted.
    """
    answers = _read(folder).get("answers")
    lines = answers.get("requirements") if isinstance(answers, dict) else None
    if not isinstance(lines, list):
        return []
    return [line for line in lines if isinstance(line, str)]


def name(content: bytes) -> str | None:
    """Return the project's name in the contents of a record; None if it has none."""
    found = _parsed(content).get("name")
    return found if isinstance(found, str) and found else None


def _read(folder: str | os.PathLike[str], document: str = FILE) -> dict[str, object]:
    path = os.path.join(folder, document)
    try:
        if not os.path.isfile(path):  # a pipe would never end
            return {}
        with open(path, "rb") as file:
            return _parsed(file.read(_MAX_BYTES))
    except OSError:
        return {}


def _parsed(content: bytes) -> dict[str, object]:
    import json  # few files have a record

    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
