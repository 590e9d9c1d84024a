"""Which files of a project are uploaded, and which are not."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from pa_new_deploy.problems import BadFile, NoProject, NotBuilt
from pa_new_shared import file_names
from pa_new_shared.requirements import decode
from pa_new_shared.upload_files import select

WSGI_FILE = "wsgi.py"
REQUIREMENTS = "requirements.txt"
STATIC = "static"


@dataclass
class Local:
    """The project on this computer."""

    folder: Path
    paths: list[str] = field(default_factory=list)
    """The files to upload, sorted; the WSGI file is one of them."""
    not_uploaded: list[str] = field(default_factory=list)
    """Files that the app may need, but that are not uploaded: secrets and data."""

    def read(self, path: str) -> bytes:
        """Return the contents of a file."""
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            raise BadFile(path, "unreadable") from None

    @property
    def requirements(self) -> str:
        """The text of ``requirements.txt``; empty if there is no such file."""
        if REQUIREMENTS not in self.paths:
            return ""
        return decode(self.read(REQUIREMENTS))

    @property
    def has_static_files(self) -> bool:
        return any(path.startswith(STATIC + "/") for path in self.paths)


def collect(folder: Path, uploads: list[str], commands: list[str]) -> Local:
    """Return the files to upload.

    :param uploads: The built files, if the host needs only these and the WSGI file.
    :param commands: The commands that build them, for the error if they are missing.
    """
    if not (folder / WSGI_FILE).is_file():
        raise NoProject(str(folder))
    found = select(str(folder))
    if found.unreadable:
        raise BadFile(found.unreadable[0], "unreadable")
    not_uploaded = sorted(
        left.path for left in found.left if left.kind != file_names.SIDE_FILE
    )
    local = Local(folder, found.paths, not_uploaded)
    if uploads:
        missing = [path for path in uploads if not (folder / path).is_file()]
        if missing:
            raise NotBuilt(missing, commands)
        kept = {WSGI_FILE, REQUIREMENTS} & set(local.paths) | set(uploads)
        kept |= {path for path in local.paths if path.startswith(STATIC + "/")}
        local.paths, local.not_uploaded = list(kept), []
    local.paths.sort()
    for path in local.paths:
        _check(folder, path)
    return local


def _check(folder: Path, path: str) -> None:
    """Refuse a file that cannot be uploaded, or a link.

    A link can point to any file of the user, even to a key or a password.
    """
    if not path.isprintable():  # False for bytes that are not UTF-8
        raise BadFile(path, "name")
    place = folder
    for part in path.split("/"):
        place = place / part
        try:
            mode = place.lstat().st_mode
        except OSError:
            raise BadFile(path, "unreadable") from None
        if stat.S_ISLNK(mode):
            raise BadFile(path, "link")
    if not stat.S_ISREG(mode):
        raise BadFile(path, "special")
