"""Where the files of the project are, and which of them a path may lead to."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2]  # It has wsgi.py, templates/ and static/.


def is_preview() -> bool:
    """Whether ``pa-new preview`` shows the app, so that files may change."""
    return os.environ.get("PA_NEW_PREVIEW") == "1"


def find_inside(folder: Path, path: str) -> Path | None:
    """Return the file below a folder that a path leads to; None if it leads out of it.

    The file need not exist. Symbolic links are followed before the path is checked.

    :param folder: the folder.
    :param path: a path below it, with "/". It can come from a visitor.
    """
    parts = path.split("/")
    if "\\" in path or "\0" in path or any(part in ("", ".", "..") for part in parts):
        return None
    folder = folder.resolve()
    try:
        file = folder.joinpath(*parts).resolve()
    except (OSError, RuntimeError):  # A loop of links.
        return None
    return file if folder in file.parents else None
