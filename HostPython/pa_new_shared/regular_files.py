"""Reads and copies files of somebody else: regular ones only, up to a size, and inside of a folder."""

from __future__ import annotations

import os
import stat

_MAX_AT_ONCE = 1_000_000  # bytes


class NotAFile(OSError):
    """There is something else, such as a folder, a pipe or a device."""


def read(path: str, most: int) -> bytes:
    """Return a file's contents: of a larger one, one byte more than the limit.

    It waits for no pipe, and reads no device, also if one takes the file's place meanwhile.

    :raises OSError: if it cannot be read; NotAFile if it is no regular file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a name that no file can have
        raise NotAFile(str(error)) from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotAFile("it is not a file")
        with open(handle, "rb", closefd=False) as file:
            return file.read(most + 1)
    finally:
        os.close(handle)


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a file is in a folder, links followed."""
    try:
        place, root = os.path.realpath(path), os.path.realpath(folder)
    except (OSError, ValueError):
        return False
    return place == root or place.startswith(root.rstrip("/") + "/")


def copy(path: str, there: str) -> None:
    """Copy what a file has in it: as ``shutil.copyfile``, which takes 3 ms to import.

    :raise OSError: if one of them cannot be opened, read or written; NotAFile if there is no
        regular file to copy.
    """
    copy_with_mode(path, there, None)


def copy_with_mode(path: str, there: str, mode: int | None) -> os.stat_result:
    """Copy what a file has in it, and return the status of the copy.

    Python's own files take three times as long to open, and a project can have 100,000.

    :param mode: the permissions of the copy, None for the usual ones.
    :raise OSError: as :func:`copy`.
    """
    source = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(source).st_mode):
            raise NotAFile("it is not a file")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        target = os.open(there, flags, 0o666)
        try:
            while data := os.read(source, _MAX_AT_ONCE):
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(target, rest) :]
            if mode is not None:
                os.fchmod(target, mode)
            return os.fstat(target)
        finally:
            os.close(target)
    finally:
        os.close(source)
