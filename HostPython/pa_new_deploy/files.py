"""Which files of a project are uploaded, and which are not."""

from __future__ import annotations

import os
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from pa_new_deploy.problems import BadFile, NoProject, NotBuilt
from pa_new_shared.requirements import decode

WSGI_FILE = "wsgi.py"
REQUIREMENTS = "requirements.txt"
STATIC = "static"

_SKIPPED_FOLDERS = {"__pycache__", "node_modules"}
_SKIPPED_ENDINGS = (".pyc", ".pyo", "~", ".egg-info")
# The app writes to these files on the host; an upload would overwrite its data.
_DATA_ENDINGS = (".sqlite", ".sqlite3", ".db")


@dataclass
class Local:
    """The project on this computer."""

    folder: Path
    paths: list[str] = field(default_factory=list)
    """The files to upload, sorted; the WSGI file is one of them."""
    not_uploaded: list[str] = field(default_factory=list)
    """Files that the app may need, but that are not uploaded: .env files, databases."""

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
    local = Local(folder)
    if not (folder / WSGI_FILE).is_file():
        raise NoProject(str(folder))
    _walk(folder, "", _unignored(folder), local)
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


def _walk(folder: Path, below: str, unignored: set[str] | None, local: Local) -> None:
    try:
        entries = sorted(os.scandir(folder / below), key=lambda entry: entry.name)
    except OSError:
        raise BadFile(below or ".", "unreadable") from None
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name.startswith("."):
            if not is_folder and entry.name.startswith(".env"):
                local.not_uploaded.append(path)
        elif is_folder:
            is_environment = os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
            if entry.name not in _SKIPPED_FOLDERS and not is_environment:
                _walk(folder, path, unignored, local)
        elif entry.name.endswith(_SKIPPED_ENDINGS) or not _is_included(path, unignored):
            continue
        elif entry.name.endswith(_DATA_ENDINGS):
            local.not_uploaded.append(path)
        else:
            local.paths.append(path)


def _is_included(path: str, unignored: set[str] | None) -> bool:
    return unignored is None or path in unignored


def _unignored(folder: Path) -> set[str] | None:
    """Return the files that git does not ignore; None without git or a repository."""
    # A setting of the repository, or a variable, could make git start a program.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment.pop("API_TOKEN", None)
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), "ls-files", "-z"]
    try:
        done = subprocess.run(
            [*command, "--cached", "--others", "--exclude-standard"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # If git ignores the whole folder, the project is not part of that repository.
    if done.returncode != 0 or not done.stdout:
        return None
    return {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}


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
