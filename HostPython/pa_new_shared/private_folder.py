"""Folders that only this user can change, for programs that pa-new keeps and runs.

A folder is as safe as those above it: somebody who can write to one of them can put
another folder in its place. ``Sources/ProjectFiles/PrivateFolder.swift`` does the same.
"""

from __future__ import annotations

import contextlib
import os
import stat


def make(path: str) -> str | None:
    """Make a folder for this user alone, and those above it that are missing.

    :returns: its path without links; None if others can change it, or if it is a link.
    """
    place = _make(path)
    return place if place is not None and is_private(place) else None


def is_private(path: str) -> bool:
    """Tell whether only this user can change what is in a folder."""
    status = _folder_status(path)
    return (
        status is not None
        and status.st_uid == os.geteuid()
        and not status.st_mode & 0o022
        and guarded(path) is not None
    )


def guarded(path: str) -> str | None:
    """Return the path of a folder without links; None if others can change what is there.

    Others may write to a sticky folder, such as ``/tmp``: what is not theirs they cannot
    move there.
    """
    try:
        real = os.path.realpath(path)
        root = os.lstat("/")
    except (OSError, ValueError):
        return None
    place = ""
    for name in real.rstrip("/").split("/"):
        place += name + "/"
        status = _folder_status(place.rstrip("/") or "/")
        if status is None or status.st_uid not in (0, root.st_uid, os.geteuid()):
            return None
        if status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX:
            return None
    return real


def _make(path: str) -> str | None:
    if os.path.lexists(path):
        return None if os.path.islink(path) else guarded(path)
    parent, name = os.path.split(path)
    above = guarded(parent) or (_make(parent) if parent != path else None)
    if above is None:
        return None
    place = os.path.join(above, name)
    with contextlib.suppress(OSError):
        os.mkdir(place, 0o700)
    return guarded(place)


def _folder_status(path: str) -> os.stat_result | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status if stat.S_ISDIR(status.st_mode) else None
