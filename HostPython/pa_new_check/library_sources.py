"""Whether a library is whole, and made of the sources that lie beside it.

The build script of a template can write lines behind a library, as ``sha256sum`` does: the
digest of each source and its path in the project, and last the digest of everything before
that line and the library's name. The linker's part of the file is not changed.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

_LINE = re.compile(rb"([0-9a-f]{64})  ([^\0\r\n]{1,1000})")
_MAX_LINES = 1 << 20  # bytes


def is_damaged(path: Path) -> bool:
    """Tell whether a library's last line has the digest of another file."""
    contents = path.read_bytes()
    start = contents.rfind(b"\n", 0, -1) + 1
    match = _LINE.fullmatch(contents[start:].rstrip(b"\n"))
    if match is None or match[2] != os.fsencode(path.name):
        return False
    return hashlib.sha256(contents[:start]).hexdigest().encode() != match[1]


def changed_source(folder: Path, path: Path) -> str:
    """Return a source that is not as the library was made of it, or "".

    :param folder: the project's folder.
    :param path: the library.
    """
    digests = _digests(path)
    present = [name for name in digests if (folder / name).is_file()]
    if not present:
        return ""  # only the library is here
    for name, digest in digests.items():
        if name not in present or _digest(folder / name) != digest:
            return name
    known = set(digests)
    return next((name for name in _sources(folder, known) if name not in known), "")


def _digests(path: Path) -> dict[str, str]:
    """Return the digests of the sources that a library was made of, by their paths."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - _MAX_LINES, 0))
        lines = file.read().removesuffix(b"\n").split(b"\n")
    last = _LINE.fullmatch(lines.pop())
    if last is None or last[2] != os.fsencode(path.name):
        return {}
    found: dict[str, str] = {}
    while lines and (match := _LINE.fullmatch(lines.pop())):
        name = os.fsdecode(match[2])
        if not os.path.isabs(name) and ".." not in Path(name).parts:
            found[name] = match[1].decode()
    return dict(sorted(found.items()))


def _sources(folder: Path, known: set[str]) -> Iterator[str]:
    """Return the files in the folders of the known sources, with their endings."""
    endings = {os.path.splitext(name)[1] for name in known}
    tops = sorted({name.partition("/")[0] for name in known if "/" in name})
    for top in tops:
        for place, folders, files in os.walk(folder / top):
            folders[:] = sorted(name for name in folders if name[0] != ".")
            for name in sorted(files):
                if name[0] != "." and os.path.splitext(name)[1] in endings:
                    yield Path(place, name).relative_to(folder).as_posix()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
