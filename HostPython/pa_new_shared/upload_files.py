"""Which files of a project get to PythonAnywhere, and which are left on this computer."""

from __future__ import annotations

import os
import subprocess

from pa_new_shared import file_contents, file_names

_SKIPPED_FOLDERS = {"__pycache__", "node_modules"}
_SKIPPED_ENDINGS = (".pyc", ".pyo", "~")
_BUILT = ".egg-info"  # a folder that pip makes


class Left:
    """A file that is left on this computer, and why."""

    def __init__(self, path: str, kind: str, reason: str) -> None:
        self.path = path
        self.kind = kind
        """"secret", "database", "side-file" or "dump"."""
        self.reason = reason


class Selection:
    """The files of a project, by their paths in its folder."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        """The files to upload."""
        self.left: list[Left] = []
        """Secrets and data, which the host has of its own: the app may need them."""
        self.settings: list[str] = []
        """Those of them that are hidden ``.env`` files."""
        self.unreadable: list[str] = []
        """Folders that cannot be read."""

    def of_kind(self, kind: str) -> list[str]:
        """Return the files of a kind that are left here."""
        return [left.path for left in self.left if left.kind == kind]

    @property
    def databases(self) -> list[str]:
        """Databases, which are left here: the host has its own."""
        return self.of_kind(file_names.DATABASE)

    @property
    def journals(self) -> list[str]:
        """What belongs to these databases."""
        return self.of_kind(file_names.SIDE_FILE)


def select(folder: str, *, asks_git: bool = True) -> Selection:
    """Return the files of a project, sorted by what becomes of them.

    Secrets and data are known by their names and by their contents, even if git tracks
    them.

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
    kinds = {
        entry.name: _kind(entry)
        for entry in entries
        if not entry.is_dir(follow_symlinks=False)
    }
    databases = {name.lower() for name, kind in kinds.items() if kind == _DATABASE}
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name.startswith("."):
            if not is_folder and entry.name.startswith(".env"):
                found.settings.append(path)
                found.left.append(Left(path, *file_names.VARIABLES))
        elif is_folder:
            is_environment = os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
            is_built = entry.name in _SKIPPED_FOLDERS or entry.name.endswith(_BUILT)
            if not is_built and not is_environment:
                _walk(folder, path, unignored, found)
        elif file_names.side_file_of(entry.name) in databases:
            found.left.append(Left(path, *file_names.A_SIDE_FILE))
        elif (kind := kinds[entry.name]) is not None:
            found.left.append(Left(path, *kind))
        elif entry.name.endswith(_SKIPPED_ENDINGS) or not (
            unignored is None or path in unignored
        ):
            continue
        else:
            found.paths.append(path)


_DATABASE = file_names.A_DATABASE


def _kind(entry: os.DirEntry[str]) -> tuple[str, str] | None:
    """Return what a file is, if it is a secret or data, and why."""
    if entry.name.endswith(".py") or entry.name.startswith("."):
        return None
    named = file_names.by_name(entry.name)
    # A link is refused later: the file that it points to is not read.
    if named or not entry.is_file(follow_symlinks=False):
        return named
    try:
        with open(entry.path, "rb") as file:
            head = file.read(file_contents.MAX_BYTES)
    except OSError:
        return None
    return file_contents.by_content(entry.name, head)


def is_database(name: str) -> bool:
    """Tell whether a file's name is that of a database which the app writes to."""
    return file_names.is_database(name)


def is_journal(name: str) -> bool:
    """Tell whether a file belongs to such a database."""
    return file_names.is_side_file(name)


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
