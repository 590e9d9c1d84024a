"""Judges whether a deployment would harm data, here or on the host.

Only files that the user takes along are data; but the host may have a database under the
name of any file. A change is stopped before anything is touched, and looked at once more
before the one file is uploaded: the app may have made its database in between.
"""

from __future__ import annotations

import os
import urllib.parse

from pa_new_deploy import data_problems as problems
from pa_new_deploy.api.host import Host, Tree
from pa_new_deploy.files import Local
from pa_new_shared import file_contents, regular_files
from pa_new_shared.file_names import DATABASE, DUMP, SECRET, SIDE_FILE

MIN_READ = file_contents.HEAD
"""How much of a file on the host has to be read to know what it is."""

_DATA = (DATABASE, SIDE_FILE, DUMP, SECRET)
_MAX_CHECKED = 256_000_000  # bytes of a database that is checked before it is uploaded
_LOG_HEADER = 32  # bytes; a write-ahead log of only these has no changes
_SUFFIXES = ("-wal", "-shm", "-journal")


def check_here(local: Local) -> None:
    """Refuse a database here that is not whole without a file beside it, or damaged."""
    for path, kind in local.included.items():
        if kind == DATABASE:
            _check_side_files(local, path)
            _check_database(local, path)


def check_change(
    local: Local,
    path: str,
    place: str,
    content: bytes,
    there: bytes | None,
    allows: bool,
) -> None:
    """Refuse to replace a file on the host that holds data.

    :param content: what is uploaded.
    :param there: at least as much of the file on the host, and :data:`MIN_READ` bytes.
    :param allows: whether the user allows it.
    """
    name = os.path.basename(path)
    is_included = local.included.get(path) in _DATA
    if not is_included:
        found = file_contents.by_content(name, content[: file_contents.MAX_BYTES])
        if found and found[0] in (DATABASE, SIDE_FILE):
            raise problems.BecameData(path)
    if there is None or there == content or allows:
        return
    # An upload of this file that was cut off is not data.
    if is_included and content.startswith(there):
        return
    found = file_contents.by_content(name, there[: file_contents.MAX_BYTES])
    if found and found[0] in _DATA:
        raise problems.DataThere(place, path, found[1], is_included)
    if is_included:
        raise problems.DataThere(place, path, "a file of its own", True)


def is_data(local: Local, path: str, there: bytes | None) -> bool:
    """Tell whether a file is data or a secret, here or on the host: no undo changes it."""
    head = (there or b"")[: file_contents.MAX_BYTES]
    found = file_contents.by_content(os.path.basename(path), head)
    return local.included.get(path) in _DATA or bool(found and found[0] in _DATA)


def check_there(
    local: Local, paths: list[str], source: str, tree: Tree, host: Host
) -> None:
    """Refuse to upload a database beside files on the host that belong to another.

    :param paths: what will be uploaded.
    """
    for path in paths:
        if local.included.get(path) != DATABASE:
            continue
        place = f"{source}/{path}"
        names = [
            os.path.basename(place + suffix)
            for suffix in _SUFFIXES
            if place + suffix in tree.files or not tree.is_complete
            if _matters(place, suffix, host)
        ]
        if names:
            has_database = place in tree.files or not tree.is_complete
            raise problems.SideFilesThere(place, names, has_database)


def upload(
    local: Local, path: str, place: str, content: bytes, host: Host, allows: bool
) -> None:
    """Upload a file; look at a file of data once more before each try.

    The pause before another try is long enough for the app to make its own database.
    """
    purpose = f"upload {path}"
    kind = local.included.get(path)
    if kind not in _DATA:
        host.write(place, content, purpose)
        return
    if kind == DATABASE:
        _check_side_files(local, path)

    def was_done() -> bool:
        again = f"look once more whether {path} has data"
        there = host.read(place, again, max(len(content), MIN_READ))
        check_change(local, path, place, content, there, allows)
        return there == content

    if not was_done():
        host.write(place, content, purpose, was_done)


def _matters(place: str, suffix: str, host: Host) -> bool:
    """Tell whether a file beside a database on the host would change it.

    A log or its index shows that a program has the database open, or was killed; a journal
    counts if its first byte is not zero.
    """
    purpose = "look for SQLite's files beside the database"
    content = host.read(place + suffix, purpose, _LOG_HEADER)
    if content is None:
        return False
    return suffix != "-journal" or content[:1] not in (b"", b"\0")


def _check_side_files(local: Local, path: str) -> None:
    folder, name = os.path.split(path)
    try:
        names = os.listdir(local.folder / folder)
    except OSError:
        return
    for other in names:
        for suffix in (*_SUFFIXES, ".wal"):
            if other.lower() != name.lower() + suffix:
                continue
            side_file = f"{folder}/{other}" if folder else other
            try:
                head = regular_files.read(str(local.folder / side_file), _LOG_HEADER)
            except OSError:
                raise problems.UnsavedChanges(path, side_file, True) from None
            if suffix == "-journal" and head[:1] not in (b"", b"\0"):
                raise problems.UnsavedChanges(path, side_file, False)
            if suffix.endswith("wal") and len(head) > _LOG_HEADER:
                raise problems.UnsavedChanges(path, side_file, True)


def _check_database(local: Local, path: str) -> None:
    """Let SQLite look at one of its files, without writing beside it."""
    place = os.path.abspath(local.folder / path)
    try:
        import sqlite3

        with open(place, "rb") as file:
            is_own = file.read(16) == b"SQLite format 3\0"
        if not is_own or os.path.getsize(place) > _MAX_CHECKED:
            return
    except (ImportError, OSError):
        return
    address = f"file:{urllib.parse.quote(place)}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True)
        try:
            rows = connection.execute("PRAGMA quick_check(1)").fetchall()
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return  # it needs something that is not here, such as an extension
    except sqlite3.DatabaseError as error:
        raise problems.DamagedDatabase(path, str(error)) from None
    if rows != [("ok",)]:
        raise problems.DamagedDatabase(path, str(rows[0][0]).partition("\n")[0])
