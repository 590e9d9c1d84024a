"""Which files of a project are uploaded, and which are not."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from pa_new_deploy.data_problems import BadInclude
from pa_new_deploy.problems import BadFile, NoProject, NotBuilt
from pa_new_shared import file_contents, file_names, project_record
from pa_new_shared.requirements import decode
from pa_new_shared.text import is_printable
from pa_new_shared.upload_files import Left, Selection, select

REQUIREMENTS = "requirements.txt"
TEMPLATES = "templates/"
"""Where the pages of a handler are, which the app reads."""
LARGE = 20_000_000
"""The size of a file, in bytes, from which on it is named before it is uploaded."""


@dataclass
class Local:
    """The project on this computer."""

    folder: Path
    paths: list[str] = field(default_factory=list)
    """The files to upload, sorted; the WSGI file is one of them."""
    left: list[Left] = field(default_factory=list)
    """What is not uploaded, and why."""
    included: dict[str, str] = field(default_factory=dict)
    """The files to upload that are otherwise left here, and their kinds."""
    sizes: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What the user has to know about the choice of the files."""
    entry: str = project_record.ENTRY
    """The entry file, which becomes the WSGI file."""
    adopted: dict[str, str] | None = None
    """The static folders of an app that ``pa-new adopt`` has connected, by their URLs."""

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
    def static_folders(self) -> dict[str, str]:
        """The folders to be served without the app, by their URLs.

        One of an adopted app can be made on the host. The usual one must have files.
        """
        if self.adopted is not None:
            return self.adopted
        usual = {project_record.STATIC_URL: project_record.STATIC}
        return usual if any(map(self.is_static, self.paths)) else {}

    def is_static(self, path: str) -> bool:
        """Tell whether a file is in a folder that is served without the app."""
        folders = self.adopted
        if folders is None:
            folders = {project_record.STATIC_URL: project_record.STATIC}
        return any(path.startswith(folder + "/") for folder in folders.values())


def collect(
    folder: Path, uploads: list[str], commands: list[str], includes: list[str]
) -> Local:
    """Return the files to upload.

    :param uploads: The built files, if the host needs only these and the WSGI file.
    :param commands: The commands that build them, for the error if they are missing.
    :param includes: Paths that the user takes along, and that are otherwise left here.
    """
    entry = project_record.entry(folder)
    if not (folder / entry).is_file():
        raise NoProject(str(folder), entry)
    found = select(str(folder), tuple(includes))
    if found.wrong_includes:
        raise BadInclude(*found.wrong_includes[0])
    if found.unreadable:
        raise BadFile(found.unreadable[0], "unreadable")
    if found.too_deep:
        raise BadFile(found.too_deep[0], "deep")
    local = Local(folder, found.paths, found.left, found.included, entry=entry)
    local.adopted = project_record.static_folders(folder)
    local.notes = _notes(found, local)
    if uploads:
        missing = [path for path in uploads if not (folder / path).is_file()]
        if missing:
            raise NotBuilt(missing, commands)
        _keep_built(local, uploads)
    local.paths.sort()
    for path in local.paths:
        local.sizes[path] = _check(folder, path)
    return local


def _keep_built(local: Local, uploads: list[str]) -> None:
    """Upload only what is built, without data, and what the user takes along."""
    data = {}
    for path in uploads:
        name = path.rpartition("/")[2]
        place = str(local.folder / path)
        kind = file_names.by_name(name) or file_contents.look(place, name)
        if kind and path not in local.included:
            data[path] = Left(path, *kind)
    kept = {local.entry, REQUIREMENTS} & set(local.paths) | set(uploads) - set(data)
    kept |= {path for path in local.paths if local.is_static(path)}
    kept |= {path for path in local.paths if path.startswith(TEMPLATES)}
    local.paths = list(kept | set(local.included))
    local.left = list(data.values())


def _notes(found: Selection, local: Local) -> list[str]:
    notes = []
    if found.note:
        notes.append(
            f"All files count as files of the project: {found.note}. Secrets and data "
            "are left here, but not what git ignores."
        )
    for path in found.needless_includes:
        notes.append(f"--include {path} changes nothing: nothing in it is left here.")
    for path in found.included:
        if local.is_static(path):
            folder = path.rpartition("/")[0]
            notes.append(
                f"Everyone can download {path} from the web app: it is in {folder}/."
            )
    return notes


def _check(folder: Path, path: str) -> int:
    """Return a file's size; refuse a file that cannot be uploaded, or a link.

    A link can point to any file of the user, even to a key or a password.
    """
    if not is_printable(path):  # False for bytes that are not UTF-8
        raise BadFile(path, "name")
    place = folder
    for part in path.split("/"):
        place = place / part
        try:
            status = place.lstat()
        except OSError:
            raise BadFile(path, "unreadable") from None
        if stat.S_ISLNK(status.st_mode):
            raise BadFile(path, "link")
    if not stat.S_ISREG(status.st_mode):
        raise BadFile(path, "special")
    return status.st_size
