"""Which files of a project get to PythonAnywhere, and which are left on this computer."""

from __future__ import annotations

import os
import subprocess

_SKIPPED_FOLDERS = {"__pycache__", "node_modules"}
_SKIPPED_ENDINGS = (".pyc", ".pyo", "~")
_BUILT = ".egg-info"  # a folder that pip makes
# The app writes to these files on the host; an upload would overwrite its data.
_DATA_ENDINGS = (".sqlite", ".sqlite3", ".db")
# SQLite keeps its last changes beside the database, in files with these endings.
_JOURNAL_ENDINGS = ("-wal", "-shm", "-journal")


class Selection:
    """The files of a project, by their paths in its folder."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        """The files to upload."""
        self.settings: list[str] = []
        """``.env`` files, which are left here: they hold secrets."""
        self.databases: list[str] = []
        """Databases, which are left here: the host has its own."""
        self.journals: list[str] = []
        """What belongs to these databases."""
        self.unreadable: list[str] = []
        """Folders that cannot be read."""


def select(folder: str, *, asks_git: bool = True) -> Selection:
    """Return the files of a project, sorted by what becomes of them.

    :param asks_git: whether files that git ignores are left out.
    """
    found = Selection()
    _walk(folder, "", _unignored(folder) if asks_git else None, found)
    return found


def _walk(
    folder: str, below: str, unignored: set[str] | None, found: Selection
) -> None:
    try:
        with os.scandir(os.path.join(folder, below)) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError:
        found.unreadable.append(below or ".")
        return
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name.startswith("."):
            if not is_folder and entry.name.startswith(".env"):
                found.settings.append(path)
        elif is_folder:
            is_environment = os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
            is_built = entry.name in _SKIPPED_FOLDERS or entry.name.endswith(_BUILT)
            if not is_built and not is_environment:
                _walk(folder, path, unignored, found)
        elif is_database(entry.name):
            found.databases.append(path)
        elif is_journal(entry.name):
            found.journals.append(path)
        elif entry.name.endswith(_SKIPPED_ENDINGS) or not (
            unignored is None or path in unignored
        ):
            continue
        else:
            found.paths.append(path)


def is_database(name: str) -> bool:
    """Tell whether a file's name is that of a database which the app writes to."""
    return name.endswith(_DATA_ENDINGS)


def is_journal(name: str) -> bool:
    """Tell whether a file belongs to such a database."""
    return name.endswith(_JOURNAL_ENDINGS) and is_database(name.rpartition("-")[0])


def _unignored(folder: str) -> set[str] | None:
    """Return the files that git does not ignore; None without git or a repository."""
    # A setting of the repository, or a variable, could make git start a program.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment.pop("API_TOKEN", None)
    command = ["git", "-c", "core.fsmonitor=false", "-C", folder, "ls-files", "-z"]
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


def is_in_repository(folder: str) -> bool:
    """Tell whether a folder can be part of a git repository."""
    place = os.path.abspath(folder)
    while not os.path.exists(os.path.join(place, ".git")):
        above = os.path.dirname(place)
        if above == place:
            return False
        place = above
    return True
