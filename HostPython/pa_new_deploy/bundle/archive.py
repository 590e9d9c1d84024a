"""Writes the archive of a bundle: the same bytes for the same files.

Left out is what the host does not need (programs, bytecode, sources of translations) and
what differs between two computers (how a package was requested and where it came from).
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pa_new_deploy.bundle.bundle_problems import BadPackage
from pa_new_deploy.pack import zip_entry
from pa_new_shared.text import is_printable

MAX_FILES = 60_000
MAX_BYTES = 2_000_000_000
_LEFT = {"REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}


@dataclass(frozen=True)
class Archive:
    """A written archive."""

    path: Path
    """Its name is the digest of its bytes."""
    sha256: str
    size: int
    contents: str
    """A digest of its files. Other than that of the bytes, it is the same for every
    version of zlib: so it tells whether two computers have made the same bundle."""
    unpacked: int
    """The sum of the sizes of its files."""
    files: int


def pack(folder: Path, destination: Path) -> Archive:
    """Write the files of a folder as an archive into another folder.

    :raises BadPackage: if a file is not a regular one, or there are too many.
    """
    paths = sorted(_files(folder))
    _check_case(paths)
    kept = set(paths)
    temporary = destination / ".new-bundle"
    contents = hashlib.sha256()
    unpacked = 0
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for path in paths:
            place = folder / path
            mode = 0o755 if place.stat().st_mode & 0o111 else 0o644
            info = zip_entry(path, mode)
            digest = hashlib.sha256()
            if _is_record(path):
                data = _record(place.read_bytes(), kept)
                info.file_size = len(data)
                digest.update(data)
                out.writestr(info, data)
            else:
                info.file_size = place.stat().st_size
                with place.open("rb") as source, out.open(info, "w") as target:
                    while block := source.read(1 << 20):
                        digest.update(block)
                        target.write(block)
            unpacked += info.file_size
            contents.update(f"{path}\0{mode:o}\0{digest.hexdigest()}\n".encode())
    sha256 = _digest(temporary)
    path_of_archive = destination / f"{sha256}.zip"
    temporary.replace(path_of_archive)
    size = path_of_archive.stat().st_size
    return Archive(
        path_of_archive, sha256, size, contents.hexdigest(), unpacked, len(paths)
    )


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of the files that belong into the archive."""
    count = size = 0
    waiting = [""]
    while waiting:
        parent = waiting.pop()
        with os.scandir(folder / parent) as entries:
            found = list(entries)
        names = {entry.name for entry in found}
        for entry in found:
            path = parent + entry.name
            if entry.is_symlink():
                raise BadPackage(path, "link")
            if not _is_needed(entry.name, parent, names):
                continue
            if "\\" in path or not is_printable(path):
                raise BadPackage(path, "name")
            if entry.is_dir():
                waiting.append(path + "/")
                continue
            if not entry.is_file():
                raise BadPackage(path, "special")
            count, size = count + 1, size + entry.stat().st_size
            if count > MAX_FILES or size > MAX_BYTES:
                raise BadPackage(path, "large")
            yield path


def _is_needed(name: str, parent: str, names: set[str]) -> bool:
    if not parent and name in ("bin", ".lock"):
        return False
    if name == "__pycache__" or name.endswith(".pyc"):
        return False
    if name.endswith(".po"):
        return name[: -len(".po")] + ".mo" not in names
    return not (parent.endswith(".dist-info/") and name in _LEFT)


def _check_case(paths: list[str]) -> None:
    """Refuse two paths that a system without upper and lower case takes for one."""
    seen: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            start = "/".join(parts[:end])
            if seen.setdefault(start.casefold(), start) != start:
                raise BadPackage(path, "case")


def _is_record(path: str) -> bool:
    return path.endswith(".dist-info/RECORD") and path.count("/") == 1


def _record(content: bytes, kept: set[str]) -> bytes:
    """Return the list of a package's files without those that are left out, sorted.

    Programs in ``bin`` begin with the path of a Python on this computer.
    """
    text = content.decode("utf-8", "replace")
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0] in kept]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(sorted(rows))
    return out.getvalue().encode()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
