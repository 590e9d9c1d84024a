"""Copies a project's files of requirements, if a bundle can fulfil all their lines.

uv reads the copies, in a folder with nothing else: no file of the project can steer it,
and no line can make it build a package, which would run the package's code here.
"""

from __future__ import annotations

import os
from pathlib import Path

from pa_new_deploy.bundle.bundle_problems import BadRequirement
from pa_new_shared import regular_files
from pa_new_shared.bundles import fault
from pa_new_shared.requirements import MAX_BYTES, decode, read_files

FILE = "requirements.txt"


def copy(project: Path, folder: Path) -> Path:
    """Copy the files into a folder and return the path of the first one.

    :raises BadRequirement: if a line cannot be part of a bundle.
    """
    contents: dict[str, bytes] = {}

    def read(path: str) -> bytes | None:
        if not regular_files.is_inside(path, str(project)):
            return None
        try:
            content = regular_files.read(path, MAX_BYTES)
        except OSError:
            return None
        contents[_below(path, project)] = content
        return content

    for path, line, _ in read_files(str(project / FILE), read):
        kind = fault(line)
        if kind:
            text = line.text.strip()
            raise BadRequirement(_below(path, project), line.line, text, kind)
    for name, content in contents.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        # pip reads other encodings, too; uv has to get the text that was looked at.
        place.write_bytes(decode(content).encode())
    return folder / FILE


def _below(path: str, project: Path) -> str:
    return os.path.relpath(os.path.normpath(path), os.path.normpath(project))
