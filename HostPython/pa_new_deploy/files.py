"""What of a project has to be on the host, and what stays here."""

from __future__ import annotations

import os
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from pa_new_deploy.problems import BadFile, NoProject, NotBuilt
from pa_new_shared.requirements import decode

ENTRY = "wsgi.py"
REQUIREMENTS = "requirements.txt"
STATIC = "static"

_LEFT_FOLDERS = {"__pycache__", "node_modules"}
_LEFT_ENDINGS = (".pyc", ".pyo", "~", ".egg-info")
# The app writes to them on the host: what is here would take the place of its data.
_DATA_ENDINGS = (".sqlite", ".sqlite3", ".db")


@dataclass
class Local:
    """The project as it lies here."""

    folder: Path
    paths: list[str] = field(default_factory=list)
    """What goes onto the host, sorted; the entry file is one of them."""
    left: list[str] = field(default_factory=list)
    """What stays here though it could be missed there: hidden files, databases."""

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
    """Find out what has to be on the host.

    :param uploads: What that is where it is not the whole project.
    :param commands: What makes those files, for the error that they are not there.
    """
    local = Local(folder)
    if not (folder / ENTRY).is_file():
        raise NoProject(str(folder))
    _walk(folder, "", _unignored(folder), local)
    if uploads:
        missing = [path for path in uploads if not (folder / path).is_file()]
        if missing:
            raise NotBuilt(missing, commands)
        kept = {ENTRY, REQUIREMENTS} & set(local.paths) | set(uploads)
        kept |= {path for path in local.paths if path.startswith(STATIC + "/")}
        local.paths, local.left = list(kept), []
    local.paths.sort()
    for path in local.paths:
        _judge(folder, path)
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
                local.left.append(path)
        elif is_folder:
            is_environment = os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
            if entry.name not in _LEFT_FOLDERS and not is_environment:
                _walk(folder, path, unignored, local)
        elif entry.name.endswith(_LEFT_ENDINGS) or not _is_wanted(path, unignored):
            continue
        elif entry.name.endswith(_DATA_ENDINGS):
            local.left.append(path)
        else:
            local.paths.append(path)


def _is_wanted(path: str, unignored: set[str] | None) -> bool:
    return unignored is None or path in unignored


def _unignored(folder: Path) -> set[str] | None:
    """Return what git does not ignore; none where there is no git, or no repository."""
    # A setting of the repository could start a program, and so could a variable.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment.pop("API_TOKEN", None)
    words = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), "ls-files", "-z"]
    try:
        done = subprocess.run(
            [*words, "--cached", "--others", "--exclude-standard"],
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


def _judge(folder: Path, path: str) -> None:
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
