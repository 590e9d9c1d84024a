"""Which files of a project get to PythonAnywhere, and which are left on this computer.

In a git repository, what git tracks or would track is uploaded; elsewhere, all files that no
``.gitignore`` names. But hidden files, secrets, databases, what SQLite keeps beside them,
dumps of databases, zip files of the project itself, what programs build and what
only development needs stay here, even if git tracks them. The user can take along any but the last of SQLite's files: without the
database that they belong to, they destroy one.
"""

from __future__ import annotations

import os

from pa_new_shared import (
    development,
    file_contents,
    file_names,
    git_files,
    includes,
    regular_files,
)
from pa_new_shared.file_names import DATABASE, SIDE_FILE
from pa_new_shared.ignore_file import IgnoreFiles

IGNORED, HIDDEN = "ignored", "hidden"

_SKIPPED_ENDINGS = (".pyc", ".pyo", "~")
# Windows makes them, and each computer its own key.
_SKIPPED_NAMES = {"thumbs.db", "desktop.ini", file_names.SECRET_KEY}
# Hidden folders that hold nothing of the project's own.
_SKIPPED_HIDDEN = {
    *(".git", ".hg", ".svn", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox"),
    *(".nox", ".cache", ".idea", ".vscode", ".eggs", ".hypothesis", ".build"),
    ".ipynb_checkpoints",
}
_IS_IGNORED = (IGNORED, "git ignores it")
_IS_NAMED = (IGNORED, ".gitignore names it")
_IS_HIDDEN = (HIDDEN, "its name begins with a dot")
# Folders in which a database keeps its files: names that only they have.
_STORES = (
    ("current", "manifest-"),
    ("wiredtiger", "wiredtiger"),
    ("pg_version", "base"),
)
_MAX_KEY = 1000  # bytes of the project's own key
_MAX_IGNORED = 5000  # files in ignored folders that are looked at
_MAX_DEPTH = 300  # folders in each other; the walk is recursive


class Left:
    """A file or folder that is left on this computer, and why."""

    def __init__(self, path: str, kind: str, reason: str) -> None:
        self.path = path
        """Below the project's folder; a folder ends with ``/``."""
        self.kind = kind
        """"secret", "database", "side-file", "dump", "copy", "development", "ignored" or
        "hidden"."""
        self.reason = reason


class Selection:
    """The files of a project, by their paths in its folder."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        """The files to upload, sorted."""
        self.left: list[Left] = []
        """What is left here, sorted: but not what programs build, such as caches."""
        self.included: dict[str, str] = {}
        """Those of the files to upload that the user takes along, and their kinds."""
        self.wrong_includes: list[tuple[str, str]] = []
        """Each path that cannot be taken along, and the problem."""
        self.needless_includes: list[str] = []
        """Each path that is uploaded without being named, or has nothing to upload."""
        self.unreadable: list[str] = []
        """Folders that cannot be read."""
        self.too_deep: list[str] = []
        """Folders in so many others that nobody looks into them."""
        self.note = ""
        """Why git was not asked, if that is unexpected."""

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the files of a kind that are left here."""
        return [left.path for left in self.left if left.kind in kinds]

    @property
    def settings(self) -> list[str]:
        """The files of environment variables, and the hidden examples of them."""
        return [
            left.path
            for left in self.left
            if (left.kind, left.reason.partition(";")[0]) == file_names.VARIABLES
            or left.kind == HIDDEN
            and os.path.basename(left.path).startswith(".env")
        ]

    @property
    def databases(self) -> list[str]:
        """Databases, which are left here: the host has its own."""
        return self.of_kind(DATABASE)

    @property
    def journals(self) -> list[str]:
        """What belongs to these databases."""
        return self.of_kind(SIDE_FILE)


def select(folder: str, taken: tuple[str, ...] = ()) -> Selection:
    """Return the files of a project, sorted by what becomes of them.

    Secrets and data are known by their names and by their contents.

    :param taken: paths of files and folders to upload that would be left here.
    """
    found = Selection()
    known, found.note = git_files.ask(folder)
    walk = _Walk(folder, known, includes.Includes(folder, taken), found)
    walk.enter("", "")
    taken_along = _leave_development(folder, found, walk.includes)
    found.paths.sort()
    found.left.sort(key=lambda left: left.path)
    found.wrong_includes = walk.includes.wrong
    taken_along.update(found.included)
    found.needless_includes = walk.includes.unused(taken_along)
    return found


def _leave_development(
    folder: str, found: Selection, taken: includes.Includes
) -> dict[str, str]:
    """Leave here what only development needs; return what the user takes along of it.

    It is no data: on PythonAnywhere, it may replace what is there.
    """
    kept: dict[str, str] = {}
    left: set[str] = set()
    for path in development.found(folder, found.paths):
        if path not in found.included:
            if taken.takes(path):
                kept[path] = development.KIND
            else:
                left.add(path)
    found.paths = [path for path in found.paths if path not in left]
    reason = (development.KIND, development.REASON)
    found.left += [Left(path, *reason) for path in left]
    return kept


class _Walk:
    """One look at all files."""

    def __init__(
        self,
        folder: str,
        known: git_files.GitFiles | None,
        taken: includes.Includes,
        found: Selection,
    ) -> None:
        self._folder = folder
        self._known = known
        self.includes = taken
        self._found = found
        self._ignored = 0
        self._key = _key(folder)
        self._named = IgnoreFiles(folder)
        """What is ignored if git knows nothing of the project."""
        self._reason = _IS_NAMED if known is None else _IS_IGNORED

    def enter(self, below: str, within: str) -> int:
        """Look at a folder, and return the number of the files that are in it.

        :param within: whether a folder above it is hidden or ignored, or nothing.
        """
        if below.count("/") >= _MAX_DEPTH:
            if not within:
                self._found.too_deep.append(below)
            return 0
        try:
            with os.scandir(os.path.join(self._folder, below)) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError:
            if not within:
                self._found.unreadable.append(below or ".")
            return 0
        if below and includes.is_environment({entry.name for entry in entries}):
            return 0
        if self._known is None:
            self._named.read(below)
        files = [e for e in entries if not e.is_dir(follow_symlinks=False)]
        names = [entry.name.lower() for entry in entries]
        kinds = _kinds(self._folder, self._key, files, names)
        for entry in files:
            path = f"{below}/{entry.name}" if below else entry.name
            self._file(path, entry.name, kinds[entry.name], within)
        count = len(files)
        self._ignored += len(files) if within == IGNORED else 0
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                path = f"{below}/{entry.name}" if below else entry.name
                count += self._enter_one(path, entry.name, within)
        return count

    def _enter_one(self, path: str, name: str, within: str) -> int:
        """Look at a folder in a folder."""
        if includes.is_built(name):
            return 0
        is_hidden = name.startswith(".")
        if is_hidden and (name in _SKIPPED_HIDDEN or not self.includes.enters(path)):
            is_told = name not in _SKIPPED_HIDDEN and not _is_environment(
                os.path.join(self._folder, path)
            )
            if is_told and not within:
                self._found.left.append(Left(path + "/", *_IS_HIDDEN))
            return 0
        if is_hidden:
            return self.enter(path, within or HIDDEN)
        if within or not self._ignores(path, is_folder=True):
            if within == IGNORED and self._ignored > _MAX_IGNORED:
                return 0
            return self.enter(path, within)
        count = self.enter(path, IGNORED)
        if count and not self.includes.takes(path):
            self._found.left.append(Left(path + "/", *self._reason))
        return count

    def _ignores(self, path: str, is_folder: bool) -> bool:
        """Tell whether a file or folder is ignored, by git or without it."""
        if self._known is None:
            return self._named.ignores(path, is_folder)
        has = self._known.has_below if is_folder else self._known.has
        return not has(path)

    def _file(
        self, path: str, name: str, kind: tuple[str, str] | None, within: str
    ) -> None:
        """Sort one file."""
        is_found = kind is not None
        if kind is None and name.startswith("."):
            kind = _IS_HIDDEN
        elif kind is None and within:
            kind = _IS_HIDDEN if within == HIDDEN else self._reason
        elif kind is None and name.endswith(_SKIPPED_ENDINGS):
            kind = ("", "")  # not told
        elif kind is None and self._ignores(path, is_folder=False):
            kind = self._reason
        if kind is None:
            self._found.paths.append(path)
        elif self.includes.takes(path) and self._takes(path, kind[0]):
            self._found.paths.append(path)
            self._found.included[path] = kind[0]
        elif kind[0] and (is_found and within != HIDDEN or not within):
            reason = kind[1]
            if is_found and self._known is not None and self._known.tracks(path):
                reason += "; git tracks it"
            self._found.left.append(Left(path, kind[0], reason))

    def _takes(self, path: str, kind: str) -> bool:
        """Tell whether a file that the user includes can go up."""
        if kind == SIDE_FILE:
            self.includes.refuse(path, includes.SIDE_FILE)
            return False
        return bool(kind) or self.includes.names(path)


def _is_environment(place: str) -> bool:
    try:
        return includes.is_environment(set(os.listdir(place)))
    except OSError:
        return False


def _kinds(
    project: str, key: bytes, files: list[os.DirEntry[str]], names: list[str]
) -> dict[str, tuple[str, str] | None]:
    """Return for each file of a folder what it is, if it is a secret or data, and why."""
    if any(
        first in names
        and any(name.startswith(second) for name in names if name != first)
        for first, second in _STORES
    ):
        return {entry.name: file_names.A_DATABASE for entry in files}
    found = {entry.name: _kind(entry, project, key) for entry in files}
    databases = {name.lower() for name, kind in found.items() if kind in _DATABASES}
    # The modules dbm.dumb and shelve make three files for a database.
    dumb = {name[:-4] for name in names if name.endswith(".dir")} & {
        name[:-4] for name in names if name.endswith(".dat")
    }
    for entry in files:
        name = entry.name.lower()
        if file_names.side_file_of(name) in databases:
            found[entry.name] = file_names.A_SIDE_FILE
        elif name[:-4] in dumb and name.endswith((".dir", ".dat", ".bak")):
            found[entry.name] = file_names.A_DATABASE
    return found


_DATABASES = (file_names.A_DATABASE,)


def _kind(entry: os.DirEntry[str], project: str, key: bytes) -> tuple[str, str] | None:
    """Return what a file is, if it is a secret or data, and why."""
    if entry.name.lower() in _SKIPPED_NAMES:
        return "", ""
    if key and _is_key(entry, key):
        return file_names.A_KEY_COPY
    # A link is refused when it would be uploaded; what it leads to is looked at first.
    return file_names.by_name(entry.name) or file_contents.look(
        entry.path, entry.name, project
    )


def _key(project: str) -> bytes:
    """Return the project's own key, nothing if it has none."""
    try:
        key = regular_files.read(os.path.join(project, file_names.SECRET_KEY), _MAX_KEY)
    except OSError:
        return b""
    return key[:_MAX_KEY].strip()


def _is_key(entry: os.DirEntry[str], key: bytes) -> bool:
    """Tell whether a file has the project's own key in it, whatever its name is."""
    try:
        if not 0 < entry.stat().st_size <= _MAX_KEY or not entry.is_file():
            return False
        return regular_files.read(entry.path, _MAX_KEY).strip() == key
    except OSError:
        return False  # it cannot be read
