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
# The app writes to them on the host: what is here would take the place of its data.
_DATA_ENDINGS = (".sqlite", ".sqlite3", ".db")


@dataclass
class Local:
    """The project as it lies here."""

    folder: Path
    paths: list[str] = field(default_factory=list)
    """The files to upload, sorted; the WSGI file is one of them."""
    not_uploaded: list[str] = field(default_factory=list)
    """Files that stay here though the app may need them: .env files, databases."""

    def read(self, path: str) -> bytes:
        """Return the contents of a file."""
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            raise BadFile(path, "unreadable") from None

    @property
    def requirements(self) -> str:
        """The text of ``requirements.txt``; nothing where there is none."""
        if REQUIREMENTS not in self.paths:
            return ""
        return decode(self.read(REQUIREMENTS))

    @property
    def has_static_files(self) -> bool:
        return any(path.startswith(STATIC + "/") for path in self.paths)


def collect(folder: Path, uploads: list[str], commands: list[str]) -> Local:
    """Return the files to upload.

    :param uploads: The built files, if only these and the WSGI file are needed there.
    :param commands: The commands that build them, for the error that they are missing.
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
    """Return what git does not ignore; none where there is no git, or no repository."""
    # A setting of the repository could start a program, and so could a variable.
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
    # Where the whole folder is ignored it is no part of that repository.
    if done.returncode != 0 or not done.stdout:
        return None
    return {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}


def _check(folder: Path, path: str) -> None:
    """Refuse what cannot be uploaded, or should not be without a word.

    A link may lead to any file of the user's, a key or a password among them.
    """
    if not path.isprintable():  # a surrogate, in the place of bytes, is not
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
