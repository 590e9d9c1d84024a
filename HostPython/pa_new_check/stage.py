"""A stand-in for PythonAnywhere's disk: a temporary folder with what would lie there.

``home/USER/NAME`` is a copy of the files that get to PythonAnywhere, and ``var/www`` has
the WSGI file. The app runs on the copy, so that it changes nothing of the user's, and does
not find what would not be there: a virtual environment, an ignored file, a database.
"""

from __future__ import annotations

import os
import stat
import sys

from pa_new_check.placement import Placement
from pa_new_check.temporary_folder import temporary_folder
from pa_new_shared import file_names, regular_files, upload_files
from pa_new_shared.file_path import Path
from pa_new_shared.later import contextlib
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_MAX_BYTES = 512 * 1024**2  # what a free account has: help page FreeAccountsFeatures
_ACTIVATION = "# PythonAnywhere's virtualenv puts itself on the path in this file.\n"
_MAX_SETTINGS = 1_000_000  # bytes of a file of variables that is read
_MAX_VALUE = 100_000  # Linux takes 128 KiB for a variable, with its name
# What examples of values say for the user's own home folder and domain.
_HOME = pattern(r"/home/[^/\s,;\"']+")
_DOMAIN = pattern(
    r"(?<![\w.-])(?!(?:www|eu|help)\.)[\w<>{}\[\]-]+(?:\.eu)?\.pythonanywhere\.com"
)
_VALUE = "stand-in"  # of a variable whose value is not known

REAL_FILES = "/pa-new-files"
"""The folder in which the app finds the project's own folder, for real databases.

SQLite follows the links to it and puts its other files beside the database.
"""

EMPTY, COPIED, REAL = "empty", "copied", "real"
"""What the app gets for a database: an empty one, a copy, or the file itself."""


class Stage:
    """The stand-in, and what was lent for it."""

    def __init__(self, folder: str, placement: Placement, remover: int = 0) -> None:
        self.folder = folder
        self.placement = placement
        self.remover = remover
        """The process that removes the folder."""
        self.databases: list[str] = []
        """The project's databases, which do not get to PythonAnywhere."""
        self.settings: list[str] = []
        """The ``.env`` files that are lent, which do not get there either."""
        self.secrets: list[str] = []
        """Other secrets that are lent: keys, files of credentials."""
        self.example = ""
        """The file that lists the variables which are set on PythonAnywhere."""
        self.includes: tuple[str, ...] = ()
        """What gets to PythonAnywhere, although ``deploy`` would leave it here."""
        self.has_real_files = False
        """Whether the app needs :data:`REAL_FILES`."""
        self.keeps_folders = False
        """Whether folders of which nothing is uploaded are the project's own, for ``preview``."""
        self.too_large: list[str] = []
        """Files that were left out, since there is no room for them."""
        self.too_deep: list[str] = []
        """Folders that were left out: a deployment refuses them."""
        self.lost: list[str] = []
        """Files that the app wrote, and that are gone with the folder."""
        self.copied: dict[str, tuple[int, int]] = {}
        """The files that were copied, and time and size of each at that moment."""
        self.copies: dict[str, int] = {}
        """The time of each copy: a file with another one was written by the app."""

    @property
    def has_data(self) -> bool:
        """Whether a database here has contents."""
        folder = self.placement.project.folder
        return any(_size(folder / path) > 0 for path in self.databases)

    @property
    def names_in_settings(self) -> set[str]:
        """The variables that the lent ``.env`` files set."""
        names: set[str] = set()
        for path in self.settings:
            names |= self.names_in(path)
        return names

    def names_in(self, path: str) -> set[str]:
        """Return the variables that one of the project's files sets, if it is there."""
        return set(_variables(self.placement.project.folder / path))

    def examples(self) -> dict[str, str]:
        """Return a value for each name that the list of variables has."""
        if not self.example:
            return {}
        listed = _variables(self.placement.project.folder / self.example)
        return {
            name: self._own(value) if value and can_be_lent(value) else _VALUE
            for name, value in listed.items()
        }

    def _own(self, value: str) -> str:
        """Return a value with the user's own names for those that it only stands for."""
        site = self.placement.site
        return _DOMAIN.sub(site.domain, _HOME.sub(site.home, value))

    @property
    def home(self) -> str:
        """The folder here that stands for the home folder."""
        return self.folder + self.placement.site.home

    @property
    def project(self) -> str:
        """The folder here that stands for the project's folder."""
        return self.folder + self.placement.folder

    def here(self, text: str) -> str:
        """Return a text with the stand-in's own folder replaced by what it stands for."""
        return text.replace(self.folder + "/", "/")


@contextlib.contextmanager
def staged(
    placement: Placement, uploads: list[str], data: str, includes: Iterable[str] = ()
) -> Iterator[Stage]:
    """Make the stand-in, for as long as the block runs.

    :param uploads: files that are built here and get to PythonAnywhere.
    :param data: :data:`EMPTY`, :data:`COPIED` or :data:`REAL` databases.
    :param includes: what else gets there, see ``--include`` of ``pa-new deploy``.
    """
    with temporary_folder("pa-new-host-") as (folder, remover):
        stage = Stage(folder, placement, remover)
        stage.includes = tuple(includes)
        os.makedirs(stage.project)
        os.makedirs(f"{folder}/var/www")
        _fill(stage, uploads, data)
        _add_environments(stage)
        os.utime(folder)
        begin = os.stat(folder).st_mtime_ns  # by the clock of the file system
        yield stage
        if data == REAL:
            _keep_new_data(stage)
            if stage.keeps_folders:
                _keep_new_folders(stage)
            stage.lost = _written(stage, begin)


def refresh(stage: Stage, uploads: list[str]) -> None:
    """Bring the project's files to the stand-in again, as a deployment does.

    Only what has changed in the project is replaced or removed: the app may have written
    files of its own.
    """
    before = dict(stage.copied)
    stage.copied.clear()
    stage.databases.clear()
    _fill(stage, uploads, REAL, before)
    for path in before.keys() - stage.copied.keys():
        place = os.path.join(stage.project, path)
        with contextlib.suppress(OSError):
            os.unlink(place)
            os.removedirs(os.path.dirname(place))  # as far as they are empty


def _fill(
    stage: Stage,
    uploads: list[str],
    data: str,
    before: dict[str, tuple[int, int]] | None = None,
) -> None:
    """Copy the project's files.

    :param before: what was copied earlier, see :attr:`Stage.copied`.
    """
    source = str(stage.placement.project.folder)
    selection = upload_files.select(source, stage.includes)
    stage.has_real_files = stage.has_real_files or (
        data == REAL and bool(selection.databases)
    )
    stage.too_deep = selection.too_deep
    copy = _Copy(source, stage, before or {})
    stage.settings = [path for path in selection.settings if not _is_example(path)]
    stage.secrets = [
        path
        for path in selection.of_kind(file_names.SECRET)
        if path not in stage.settings
    ]
    lent = stage.settings + stage.secrets
    # Cookies of one visit are still valid in the next one.
    kept = [file_names.SECRET_KEY] if data == REAL else []
    uploaded = dict.fromkeys((*selection.paths, *uploads, *lent, *kept))
    own = _own_folders(stage, selection, uploaded) if stage.keeps_folders else set()
    for path in uploaded:
        if _first(path) not in own:
            copy.add(path)
    for path in selection.settings:
        if _is_example(path) and "/" not in path:
            stage.example = path
    for path in selection.journals if data == COPIED else ():
        copy.add(path)
    for path in selection.databases:
        stage.databases.append(path)
        if _first(path) in own:
            continue
        if data == COPIED:
            copy.add(path)
            continue
        copy.make_folder(os.path.dirname(path))
        place = os.path.join(stage.project, path)
        if data == REAL and not os.path.lexists(place):
            os.symlink(f"{REAL_FILES}/{path}", place)
        elif data != REAL:
            open(place, "wb").close()
    if stage.placement.is_wsgi_file:
        entry = str(stage.placement.project.entry)
        regular_files.copy(entry, stage.folder + stage.placement.entry)


def _first(path: str) -> str:
    """Return the folder of the project in which a path is, "" if it is in none."""
    return path.partition("/")[0] if "/" in path else ""


def _own_folders(
    stage: Stage, selection: upload_files.Selection, uploaded: Collection[str]
) -> set[str]:
    """Show the project's own folders of data to the app, and return their names.

    These are the folders from which nothing is uploaded, such as ``instance/``.
    """
    source = stage.placement.project.folder
    kinds = (upload_files.IGNORED, file_names.DATABASE, file_names.SIDE_FILE)
    names = {_first(path) for path in selection.of_kind(*kinds)}
    names -= {"", *map(_first, uploaded)}
    found = {name for name in names if name[0] != "." and (source / name).is_dir()}
    for name in found:
        place = os.path.join(stage.project, name)
        if not os.path.lexists(place):
            os.symlink(f"{REAL_FILES}/{name}", place)
    return {name for name in found if os.path.islink(os.path.join(stage.project, name))}


def _keep_new_folders(stage: Stage) -> None:
    """Move the folders that the app has made to where it looks next."""
    import shutil  # takes a while, and ``check`` keeps nothing

    source = stage.placement.project.folder
    for entry in os.scandir(stage.project):
        is_new = entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__"
        if is_new and not os.path.lexists(source / entry.name):
            with contextlib.suppress(OSError):
                shutil.move(entry.path, source / entry.name)


def _keep_new_data(stage: Stage) -> None:
    """Move the databases and the key that the app has made to where it looks next."""
    import shutil  # takes a while, and ``check`` keeps nothing

    source = stage.placement.project.folder
    for parent, _, names in os.walk(stage.project):
        below = os.path.relpath(parent, stage.project)
        for name in names:
            place, there = os.path.join(parent, name), source / below / name
            is_data = file_names.is_database(name) or file_names.is_side_file(name)
            is_data = is_data or name == file_names.SECRET_KEY
            if not is_data or os.path.islink(place) or not os.path.isfile(place):
                continue
            with contextlib.suppress(OSError):
                if not os.path.lexists(there):
                    there.parent.mkdir(parents=True, exist_ok=True)
                    shutil.move(place, there)


def _written(stage: Stage, begin: int) -> list[str]:
    """Return the files that were written since then, but no logs and caches."""
    found: list[str] = []
    for parent, folders, names in os.walk(stage.home):
        folders[:] = [name for name in folders if name not in ("__pycache__", ".cache")]
        for name in names:
            path = os.path.join(parent, name)
            with contextlib.suppress(OSError):
                if os.lstat(path).st_mtime_ns > begin and not name.endswith(".log"):
                    is_own = path.startswith(stage.project + "/")
                    if stage.copies.get(path) == os.lstat(path).st_mtime_ns:
                        continue
                    base = stage.project if is_own else stage.home
                    name = os.path.relpath(path, base)
                    found.append(name if is_own else f"~/{name}")
    return sorted(found)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def can_be_lent(value: str) -> bool:
    """Tell whether a value is short enough for an environment variable."""
    return len(value.encode("utf-8", "surrogateescape")) < _MAX_VALUE


def _variables(path: Path) -> dict[str, str | None]:
    from pa_new_shared import dotenv  # few projects have such files

    with contextlib.suppress(OSError, ValueError):
        content = regular_files.read(str(path), _MAX_SETTINGS)
        if len(content) <= _MAX_SETTINGS:
            return dotenv.variables(content.decode("utf-8"))
    return {}


def _is_example(path: str) -> bool:
    """Tell whether a file lists the variables that are set on PythonAnywhere."""
    return file_names.is_example(os.path.basename(path))


class _Copy:
    """Copies files of the project to the stand-in, as long as there is room."""

    def __init__(
        self, source: str, stage: Stage, before: dict[str, tuple[int, int]]
    ) -> None:
        self.source = source
        self.stage = stage
        self.before = before
        self.room = _MAX_BYTES
        self.made = {""}

    def make_folder(self, path: str) -> None:
        """Make a folder, unless it is there."""
        if path not in self.made:
            os.makedirs(os.path.join(self.stage.project, path), exist_ok=True)
            self.made.add(path)

    def add(self, path: str) -> None:
        """Copy a file that has changed; a link is copied if it stays in the project."""
        here = os.path.join(self.source, path)
        there = os.path.join(self.stage.project, path)
        try:
            status = os.lstat(here)
            stamp = status.st_mtime_ns, status.st_size
            self.stage.copied[path] = stamp
            if self.before.get(path) == stamp and os.path.lexists(there):
                self.room -= stamp[1]
                return
            self.make_folder(os.path.dirname(path))
            if stat.S_ISLNK(status.st_mode):
                self._copy_link(path, os.readlink(here), there)
            elif stat.S_ISREG(status.st_mode):
                self._copy_file(path, here, there, status)
        except (OSError, ValueError):
            return  # it cannot be read: it cannot be uploaded either

    def _copy_link(self, path: str, text: str, there: str) -> None:
        leads_to = os.path.normpath(os.path.join(os.path.dirname(path), text))
        if os.path.isabs(text) or leads_to.startswith(".."):
            return
        if path in self.before and os.path.lexists(there):
            os.unlink(there)
        os.symlink(text, there)

    def _copy_file(
        self, path: str, here: str, there: str, status: os.stat_result
    ) -> None:
        if status.st_size > self.room:
            self.stage.too_large.append(path)
            return
        copied = regular_files.copy_with_mode(here, there, stat.S_IMODE(status.st_mode))
        self.stage.copies[there] = copied.st_mtime_ns
        self.room -= status.st_size


def _add_environments(stage: Stage) -> None:
    """Add the virtual environments that the code names, for this version of Python."""
    version = "python{}.{}".format(*sys.version_info)
    home = stage.placement.site.home
    for path in stage.placement.environments:
        if path.startswith("~/"):
            path = home + path[1:]
        place = os.path.normpath(stage.folder + path)
        if not path.startswith(home + "/") or not place.startswith(stage.folder + "/"):
            continue
        parts = path.split("/")
        with contextlib.suppress(OSError):
            if path.endswith("/activate_this.py"):
                os.makedirs(os.path.dirname(place), exist_ok=True)
                Path(place).write_text(_ACTIVATION, encoding="utf-8")
            elif "site-packages" in parts and version in parts:
                os.makedirs(place, exist_ok=True)
            elif ".virtualenvs" in parts and len(parts) > 4:
                environment = "/".join(parts[:5])
                os.makedirs(stage.folder + environment + "/bin", exist_ok=True)
