"""Finds programs on the path, and none that lies in a project: a project runs nothing."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_LINKS = 40  # as many as Linux follows


def find(name: str, environment: Mapping[str, str], outside: str) -> str | None:
    """Return the path of a program; None if there is none outside of the project.

    Folders on the path that are not absolute are passed over, as those of the project.

    :param outside: the project's folder.
    """
    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if (
            os.path.isabs(folder)
            and os.path.isfile(path)
            and os.access(path, os.X_OK)
            and not is_inside(path, outside)
        ):
            return path
    return None


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a path lies in a folder, or leads over a link in it.

    A link in the folder that leads out of it counts as inside: its owner may change it.
    """
    root = os.path.realpath(folder)
    waiting = _parts(os.path.join(os.getcwd(), path))
    place = ""  # always without links
    links = 0
    while waiting:
        part = waiting.pop()
        if part == "..":
            place = place.rpartition("/")[0]
            continue
        following = f"{place}/{part}"
        try:
            target = os.readlink(following)
        except (OSError, ValueError):
            place = following
            continue
        links += 1
        if links > _MAX_LINKS or _is_below(following, root):
            return True
        if target.startswith("/"):
            place = ""
        waiting += _parts(target)
    return _is_below(place, root)


def _is_below(place: str, root: str) -> bool:
    return place == root or place.startswith(root.rstrip("/") + "/")


def _parts(path: str) -> list[str]:
    """Return the parts of a path, the first one last."""
    return [part for part in path.split("/") if part not in ("", ".")][::-1]
