"""Sees that files of the project have changed."""

from __future__ import annotations

import os

# Folders whose files change without the app being another one.
_SKIPPED = {
    *("__pycache__", "node_modules", "venv", "env", "site-packages", "instance"),
    "data",
}
_SKIPPED_ENDINGS = (".pyc", "~", ".swp", ".log", ".sqlite3", ".db")
_MAX_FILES = 20_000


def snapshot(folder: str) -> dict[str, tuple[int, int]]:
    """Return time and size of each file that can be part of the app.

    Hidden files are not, but for ``.env``.
    """
    found: dict[str, tuple[int, int]] = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if name not in _SKIPPED
            and not name.startswith(".")
            and not os.path.exists(os.path.join(parent, name, "pyvenv.cfg"))
        ]
        for name in names:
            if name.startswith(".") and name != ".env":
                continue
            if name.endswith(_SKIPPED_ENDINGS) or len(found) >= _MAX_FILES:
                continue
            path = os.path.join(parent, name)
            try:
                status = os.stat(path)
            except OSError:
                continue
            found[path] = (status.st_mtime_ns, status.st_size)
    return found


def are_current(products: set[str], files: dict[str, tuple[int, int]]) -> bool:
    """Tell whether all products of a build are there, and none is older than a source.

    :param products: the paths of the products.
    :param files: a snapshot of the project.
    """
    times = [files[path][0] for path in products if path in files]
    sources = [time for path, (time, _) in files.items() if path not in products]
    return len(times) == len(products) and min(times, default=0) >= max(
        sources if products else [], default=0
    )


def changed(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]
) -> list[str]:
    """Return the paths of the files that are different, new or gone, sorted."""
    paths = before.keys() | after.keys()
    return sorted(path for path in paths if before.get(path) != after.get(path))
