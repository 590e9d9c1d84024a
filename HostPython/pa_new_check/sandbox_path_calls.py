"""Replaces the functions of ``os`` that take or tell paths.

The replacements are bound methods: their first argument is the original, and a class
that keeps one as an attribute does not bind it again, as with the original.
"""

from __future__ import annotations

import os
import stat
from abc import ABCMeta
from types import GenericAlias, MethodType

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from pa_new_check.sandbox_translation import Paths

    Replace = Callable[[Any, Callable[..., Any]], None]

ABSENT: Any = object()
"""An argument that was not given."""

# Functions that follow a link at the end of a path, and those that do not.
_FOLLOWING = (
    "chdir chmod chown chflags chroot statvfs pathconf truncate utime stat"
    " getxattr setxattr listxattr removexattr"
)
_NOT_FOLLOWING = "lstat mkdir rmdir remove unlink mkfifo mknod lchown lchmod lchflags"


def replace_calls(paths: Paths, replace: Replace) -> None:
    """Replace the functions of ``os``; ``replace`` gets each original and what to call."""
    for names, follow in ((_FOLLOWING, True), (_NOT_FOLLOWING, False)):
        for name in names.split():
            if hasattr(os, name):
                replace(getattr(os, name), _with_path(paths, follow))
    for name in ("rename", "replace", "link", "symlink"):
        replace(getattr(os, name), _with_paths(paths, name))
    for name in ("execv", "execve", "posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            replace(getattr(os, name), _with_program(paths))
    _replace_answers(paths, replace)
    _replace_folders(paths, replace)


def as_text(path: Any) -> Any:
    """Return the text of an object that stands for a path; anything else stays."""
    try:
        return os.fspath(path)
    except TypeError:
        return path  # a descriptor, or nothing that the original takes


def _with_path(paths: Paths, follow: bool) -> Callable[..., Any]:
    """Return the replacement of a function whose first argument is a path."""

    def call(
        original: Any, path: Any = ABSENT, /, *arguments: Any, **options: Any
    ) -> Any:
        if path is ABSENT:
            if "path" not in options:
                return original(*arguments, **options)  # it says what is missing
            path = options.pop("path")
        if type(path) is not str:
            path = as_text(path)
        try:
            follows = follow and options.get("follow_symlinks", True)
            place = paths.real(path, follows, options.get("dir_fd"))
            return original(place, *arguments, **options)
        except OSError as error:
            error.filename = path
            raise

    return call


def _with_paths(paths: Paths, name: str) -> Callable[..., Any]:
    """Return the replacement of a function with a source and a destination."""

    def call(original: Any, *arguments: Any, **options: Any) -> Any:
        values = [*arguments[:2]]
        for key in ("src", "dst")[len(values) :]:
            if key not in options:
                return original(*arguments, **options)
            values.append(options.pop(key))
        source, target = map(as_text, values)
        try:
            place = source
            if name != "symlink":  # its source is a text, and stays what it is
                folder = options.get("src_dir_fd")
                follow = name == "link" and folder is not None
                follow = follow and options.get("follow_symlinks", True)
                place = paths.real(source, follow, folder)
            folder = options.get("dst_dir_fd", options.get("dir_fd"))
            end = paths.real(target, False, folder)
            result = original(place, end, *arguments[2:], **options)
        except OSError as error:
            error.filename, error.filename2 = source, target
            raise
        if name == "symlink":
            paths.note_link(source, end)
        return result

    return call


def _with_program(paths: Paths) -> Callable[..., Any]:
    """Return the replacement of a function that starts a program."""

    def call(
        original: Any, path: Any, argv: Any, *arguments: Any, **options: Any
    ) -> Any:
        path = as_text(path)
        try:
            place = paths.real(path) if has_slash(path) else path
            return original(place, given(paths, argv), *arguments, **options)
        except OSError as error:
            if original.__name__.startswith("posix_"):  # exec does not name it
                error.filename = path
            raise

    return call


def has_slash(path: Any) -> bool:
    """Tell whether a path is one, and not a name that is looked for in several folders."""
    return isinstance(path, (str, bytes)) and "/" in os.fsdecode(path)


def given(paths: Paths, arguments: Any) -> Any:
    """Return the arguments of a program: those in a mapped folder are translated."""
    if not isinstance(arguments, (list, tuple)):
        return arguments
    places = []
    for argument in map(as_text, arguments):
        place = argument
        if has_slash(argument) and os.fsdecode(argument).startswith(paths.near):
            try:
                place = paths.real(argument, False)
            except OSError:
                place = argument
        places.append(place)
    return places


def _replace_answers(paths: Paths, replace: Replace) -> None:
    """Replace the functions that tell paths, and those that raise nothing."""

    def getcwd(original: Any) -> str:
        return paths.host(original())

    def getcwdb(original: Any) -> bytes:
        return os.fsencode(paths.host(os.fsdecode(original())))

    def told(original: Any, *arguments: Any, **options: Any) -> Any:
        target = plain_readlink(original, *arguments, **options)
        if isinstance(target, bytes):
            return os.fsencode(paths.host(os.fsdecode(target)))
        return paths.host(target)

    def access(original: Any, *arguments: Any, **options: Any) -> bool:
        try:
            return bool(plain_access(original, *arguments, **options))
        except OSError:
            return False

    def changed(original: Any, *arguments: Any, **options: Any) -> None:
        plain_chdir(original, *arguments, **options)
        paths.note_folder()

    def fchdir(original: Any, *arguments: Any, **options: Any) -> None:
        original(*arguments, **options)
        paths.note_folder()

    plain_readlink = _with_path(paths, False)
    plain_access = plain_chdir = _with_path(paths, True)
    replace(os.getcwd, getcwd)
    replace(os.getcwdb, getcwdb)
    replace(os.readlink, told)
    replace(os.access, access)
    replace(os.chdir, changed)
    replace(os.fchdir, fchdir)


def _replace_folders(paths: Paths, replace: Replace) -> None:
    """Replace the functions that list folders."""

    def listdir(original: Any, path: Any = None) -> Any:
        path = "." if path is None else as_text(path)
        try:
            place = paths.real(path)
            names = original(place)
        except OSError as error:
            error.filename = path
            raise
        if isinstance(place, (str, bytes)) and paths.is_hiding(place):
            return [name for name in names if paths.is_shown(place, name)]
        return names

    def scandir(original: Any, path: Any = None) -> Any:
        path = "." if path is None else as_text(path)
        try:
            place = paths.real(path)
            entries = original(place)
        except OSError as error:
            error.filename = path
            raise
        if not isinstance(place, (str, bytes)) or paths.is_direct(place):
            return entries
        return Entries(entries, path, place, paths)

    replace(os.listdir, listdir)
    replace(os.scandir, scandir)
    DirEntry.register(os.DirEntry)
    replace(os.DirEntry, DirEntry)


class Entries:
    """The entries of a folder, as ``scandir`` returns them."""

    def __init__(self, entries: Any, path: Any, place: Any, paths: Paths) -> None:
        self._entries = entries
        self._paths = paths
        self._place = place if paths.is_hiding(place) else None
        slash = "/" if isinstance(path, str) else b"/"
        self._start = path if path.endswith(slash) else path + slash

    def __iter__(self) -> Iterator[DirEntry]:
        return self

    def __next__(self) -> DirEntry:
        entry = next(self._entries)
        while self._place and not self._paths.is_shown(self._place, entry.name):
            entry = next(self._entries)
        return DirEntry(entry, self._start + entry.name)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries.close()


class DirEntry(metaclass=ABCMeta):
    """An entry of a folder; only the original's links lead elsewhere."""

    __slots__ = ("_entry", "name", "path")

    def __init__(self, entry: Any, path: Any) -> None:
        self._entry = entry
        self.name = entry.name
        self.path = path

    __class_getitem__: Any = classmethod(GenericAlias)

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def inode(self) -> int:
        return int(self._entry.inode())

    def is_symlink(self) -> bool:
        return bool(self._entry.is_symlink())

    def is_junction(self) -> bool:
        return False

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        if follow_symlinks and self._entry.is_symlink():
            return self._leads_to(stat.S_ISDIR)
        return bool(self._entry.is_dir(follow_symlinks=False))

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        if follow_symlinks and self._entry.is_symlink():
            return self._leads_to(stat.S_ISREG)
        return bool(self._entry.is_file(follow_symlinks=False))

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        if follow_symlinks and self._entry.is_symlink():
            return os.stat(self.path)
        try:
            result: os.stat_result = self._entry.stat(follow_symlinks=False)
        except OSError as error:
            error.filename = self.path
            raise
        return result

    def _leads_to(self, is_kind: Callable[[int], bool]) -> bool:
        try:
            return is_kind(os.stat(self.path).st_mode)
        except FileNotFoundError:
            return False


def bound(original: Any, function: Any) -> Any:
    """Return what takes the place of an original function or class."""
    if isinstance(function, type):
        function.__module__ = original.__module__
        return function
    function.__name__ = function.__qualname__ = original.__name__
    function.__module__ = original.__module__
    function.__doc__ = original.__doc__
    return MethodType(function, original)
