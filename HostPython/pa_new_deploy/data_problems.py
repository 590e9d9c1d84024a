"""The problems that stop a deployment before it can harm data, and their messages."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import DATA, NOT_READY, USAGE, Problem
from pa_new_shared import includes
from pa_new_shared.text import listed, printable

_KEEP_FIRST = "download it on the Files page of PythonAnywhere first"


@dataclass
class BadInclude(Problem):
    """A path that ``--include`` names cannot be taken along."""

    exit_code = USAGE
    path: str
    kind: str
    """One of the problems of :mod:`pa_new_shared.includes`."""

    def diagnostic(self) -> Diagnostic:
        message, reason, hint = _INCLUDES[self.kind]
        return Diagnostic(f"--include '{printable(self.path)}' {message}", reason, hint)


_INCLUDES = {
    includes.MISSING: (
        "names no file or folder of the project",
        "",
        "write the path as it is below the project's folder, such as data/shop.db",
    ),
    includes.OUTSIDE: (
        "is outside the project's folder",
        "pa-new uploads only files of the project",
        "copy the file into the project's folder",
    ),
    includes.WHOLE: (
        "is the project's folder itself",
        "this would upload secrets and data of every kind",
        "name the files and folders that you want to take along",
    ),
    includes.LINK: (
        "is or goes through a symbolic link",
        "a link could point to any file of yours",
        "replace it with a regular file or folder",
    ),
    includes.SPECIAL: ("is not a regular file", "", "name a file or a folder"),
    includes.BUILT: (
        "is in a virtual environment or a cache",
        "its files fit this computer only",
        "list the packages that the app needs in requirements.txt",
    ),
    includes.OF_GIT: (
        "belongs to git",
        "the history of the project can hold secrets that were removed from it",
        "name the files that the app needs",
    ),
    includes.SIDE_FILE: (
        "belongs to one copy of a database",
        "beside another copy, SQLite would apply it and destroy the data",
        "close the programs that use the database, and include the database alone",
    ),
}


@dataclass
class UnsavedChanges(Problem):
    """The last changes of a database here are in a file beside it."""

    exit_code = DATA
    path: str
    side_file: str
    is_log: bool
    """Whether that file is a write-ahead log; otherwise it is a rollback journal."""

    def diagnostic(self) -> Diagnostic:
        pragma = "wal_checkpoint(TRUNCATE)" if self.is_log else "integrity_check"
        reason = (
            "its last changes are only in"
            if self.is_log
            else "a change is half done in"
        )
        path = printable(self.path)
        return Diagnostic(
            f"the database '{path}' cannot be {self.deed} as it is",
            f"{reason} '{printable(self.side_file)}', which is never {self.deed}",
            "close every program that uses the database; if that file is still there,\n"
            f"run: sqlite3 {shlex.quote(path)} 'PRAGMA {pragma}'",
        )


@dataclass
class DamagedDatabase(Problem):
    """A database here is damaged."""

    exit_code = DATA
    path: str
    reason: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"the database '{printable(self.path)}' is damaged or is being changed",
            printable(self.reason),
            "close every program that uses it, and run the command again",
        )


@dataclass
class BecameData(Problem):
    """A file became a database after the files to upload were chosen."""

    exit_code = DATA
    path: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"'{printable(self.path)}' was changed while pa-new read the project",
            "it holds data now",
            "close the programs that write into the project, and run the command again",
        )


@dataclass
class DataThere(Problem):
    """A file on the host holds data that the deployment would replace."""

    exit_code = NOT_READY
    place: str
    path: str
    reason: str
    """What the file on the host is."""
    is_included: bool
    """Whether the user takes along the file that would replace it."""

    def diagnostic(self) -> Diagnostic:
        keep = (
            "leave out this --include"
            if self.is_included
            else f"rename '{printable(self.path)}' on this computer"
        )
        return Diagnostic(
            f"'{printable(self.place)}' on PythonAnywhere holds data: {self.reason}",
            "this deployment would replace it with the file on this computer",
            f"to keep it, {keep}; to replace it, {_KEEP_FIRST},\n"
            "then pass --overwrite-data",
        )


@dataclass
class SideFilesThere(Problem):
    """The host has files beside a database that would be applied to the new one."""

    exit_code = NOT_READY
    place: str
    names: list[str]
    has_database: bool

    def diagnostic(self) -> Diagnostic:
        names = listed([f"'{printable(name)}'" for name in self.names])
        place = shlex.quote(printable(self.place))
        close = (
            "disable the web app on the Web tab of PythonAnywhere, then run in a Bash\n"
            f"console: sqlite3 {place} 'PRAGMA journal_mode=DELETE'"
        )
        delete = f"if no program needs them, delete them on the Files page: {names}"
        return Diagnostic(
            f"PythonAnywhere has {names} beside '{printable(self.place)}'",
            "SQLite would apply this to the uploaded database and destroy it",
            close if self.has_database else delete,
        )
