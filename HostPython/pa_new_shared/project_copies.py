"""Recognises zip files of this project: what `pa-new pack` made, or the hand steps of 0.1.0.

Such a file lies in the project afterwards. It holds the project once more, as it was, and
perhaps the secrets and the data of that time. Any other zip file is data of the user's.
"""

from __future__ import annotations

import os

from pa_new_shared import project_record

MARK = b"pa-new pack"
"""The comment of a zip file that `pa-new pack` makes."""
START = b"PK\3\4"
_END, _END_SIZE, _MAX_COMMENT = b"PK\5\6", 22, 65_535
_MAX_LIST = 20_000_000  # bytes of the list of files
_MAX_RECORD = 100_000
_RECORD = project_record.FILE


def is_copy(place: str, project: str) -> bool:
    """Tell whether a zip file holds this project.

    Its folder, or its top, has the entry file; and it has the mark of `pa-new pack`, or the
    record of this project, or this very entry file.

    :param project: the project's folder.
    """
    import zipfile
    import zlib

    try:
        if not has_short_list(place):
            return False
        entry_name = project_record.entry(project)
        with zipfile.ZipFile(place) as zipped:
            names = set(zipped.namelist())
            tops = {""} | {
                name.partition("/")[0] + "/" for name in names if "/" in name
            }
            for top in tops:
                if top + entry_name not in names:
                    continue
                name = project_record.name(_read(os.path.join(project, _RECORD)))
                known = {name, os.path.basename(os.path.realpath(project))} - {None}
                if zipped.comment == MARK and top.rstrip("/") in known:
                    return True
                entry = zipped.getinfo(top + entry_name)
                own = _read(os.path.join(project, entry_name))
                if own and (entry.file_size, entry.CRC) == (len(own), zlib.crc32(own)):
                    return True
                if top + _RECORD in names:
                    info = zipped.getinfo(top + _RECORD)
                    is_small = info.file_size <= _MAX_RECORD
                    if (
                        is_small
                        and name
                        and project_record.name(zipped.read(info)) == name
                    ):
                        return True
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error):
        return False
    except (RuntimeError, NotImplementedError, EOFError):  # a password, a method
        return False
    return False


def has_short_list(place: str) -> bool:
    """Tell whether the list of files in a zip file can be read at once."""
    size = os.path.getsize(place)
    with open(place, "rb") as file:
        file.seek(max(0, size - _END_SIZE - _MAX_COMMENT))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        return False
    return int.from_bytes(tail[at + 12 : at + 16], "little") <= _MAX_LIST


def _read(place: str) -> bytes:
    try:
        with open(place, "rb") as file:
            return file.read(_MAX_RECORD)
    except OSError:
        return b""
