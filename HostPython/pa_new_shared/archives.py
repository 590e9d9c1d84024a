"""Finds secrets and databases in zip and tar files, by the names of what is in them.

A backup of a project is such a file. Little is read of it: a huge one, or a small one that
unpacks to a huge one, takes no time.
"""

from __future__ import annotations

import os

from pa_new_shared import project_copies
from pa_new_shared.file_names import DATABASE, DUMP, SECRET, by_name

MAX_READ = 16_000_000
"""How many bytes of a tar file are read, after they are unpacked."""
_MAX_NAMES = 20_000
_ZIP = (".zip",)
_TAR = (*(".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz"),)
_OPENERS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ", "lzma"))


def look(place: str, name: str) -> tuple[str, str] | None:
    """Return what kind of file an archive holds, and the reason; None if it is nothing.

    :param place: the path of the archive.
    :param name: its name. Other zip files, such as documents and wheels, are no backups.
    """
    name = name.lower()
    try:
        if name.endswith(_ZIP):
            return _judged(_names_of_zip(place))
        if name.endswith(_TAR):
            return _judged(_names_of_tar(place))
    except Exception:  # noqa: BLE001  of a damaged file: these modules raise many kinds
        return None
    return None


def _judged(names: list[str]) -> tuple[str, str] | None:
    """Return the first secret among the files of an archive, or else the first database."""
    found: dict[str, tuple[str, str]] = {}
    for path in names[:_MAX_NAMES]:
        if path.endswith("/") or path.startswith("__MACOSX/"):
            continue
        known = by_name(os.path.basename(path))
        if known:
            found.setdefault(known[0], (path, known[1]))
    for kind, left_as in ((SECRET, SECRET), (DATABASE, DUMP), (DUMP, DUMP)):
        if kind in found:
            path, reason = found[kind]
            return left_as, f"an archive with {reason} in it: {path[:100]}"
    return None


def _names_of_zip(place: str) -> list[str]:
    import zipfile

    if not project_copies.has_short_list(place):
        return []
    with zipfile.ZipFile(place) as zipped:
        return zipped.namelist()


def _names_of_tar(place: str) -> list[str]:
    """Return the names of the files at the beginning of a tar file."""
    import importlib
    import io
    import tarfile

    with open(place, "rb") as file:
        start = file.read(6)
    module = next((name for magic, name in _OPENERS if start.startswith(magic)), "")
    opener = importlib.import_module(module).open if module else open
    with opener(place, "rb") as file:
        data = file.read(MAX_READ)
    names = []
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        try:
            for member in archive:
                if member.isfile():
                    names.append(member.name)
                if len(names) > _MAX_NAMES:
                    break
        except tarfile.TarError:  # only the beginning was read
            pass
    return names
