"""Gives an app the host's paths without mounts, from inside its interpreter.

Where mounts need a right that the user does not have, as on a Mac, :func:`install`
replaces the functions through which Python's code reaches files. They take the host's
paths, and tell only the host's paths, whatever the folders are called on this computer.

Like :mod:`pa_new_check.sandbox_child`, this runs in the interpreter that loads the app,
after the modules ``sandbox_translation``, ``sandbox_path_calls`` and
``sandbox_path_files``. Audit hooks see the paths of this computer in the events of ``os``.
The frames of the functions are called ``<frozen posix>``, as if they were Python's own.

What this cannot give, of which the report tells in one sentence:

- Programs that the app starts see the folders of this computer: only their own path,
  working folder and arguments are translated.
- Libraries that open files in C, such as lxml with a path, certificates of ssl, or ATTACH
  of SQLite, see the folders of this computer. So do sockets with a path.
- Messages that a library makes in C, such as PRAGMA database_list of SQLite, can contain
  paths of this computer.
- A path of nearly 4096 characters can be too long here although the host allows it.
"""

from __future__ import annotations

import _imp
import _io
import os
import sys
from types import FunctionType, ModuleType

from pa_new_check.sandbox_path_calls import (
    DirEntry,
    Entries,
    as_text,
    bound,
    given,
    has_slash,
    replace_calls,
)
from pa_new_check.sandbox_path_files import replace_files
from pa_new_check.sandbox_translation import Paths

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FILE = "<frozen posix>"


def install(
    mapping: list[tuple[str, str]],
    through: list[str],
    working_folder: str,
    masked: list[str] | None = None,
) -> None:
    """Replace the functions, and change to a working folder of the host.

    ``mapping`` has pairs of a folder on the host and the real folder; the longest one
    wins. ``through`` has real folders that are reached as they are, although they are
    below a mapped or masked one. The ``masked`` folders do not exist for the app.
    """
    mapping = [(host.rstrip("/"), real.rstrip("/")) for host, real in mapping]
    paths = Paths(mapping, through, masked or [])
    for folder in through:
        for host, real in sorted(mapping, key=lambda pair: -len(pair[0])):
            if folder.startswith(host + "/"):  # a mount needs this folder, too
                os.makedirs(real + folder[len(host) :], exist_ok=True)
                break
    table: dict[int, tuple[Any, Any]] = {}  # by id: the original, and what replaces it

    def replace(original: Any, function: Callable[..., Any]) -> None:
        table[id(original)] = (original, bound(original, function))

    replace_calls(paths, replace)
    replace_files(paths, _io, replace)
    _watch_imports(paths)
    _disguise()
    for module in list(sys.modules.values()):
        _replace_libraries(paths, module)
    _exchange(table)
    sys.path_importer_cache.clear()
    os.chdir(working_folder)


def _exchange(table: dict[int, tuple[Any, Any]]) -> None:
    """Exchange the originals in all modules, their classes and default arguments."""
    for able in (
        os.supports_dir_fd,
        os.supports_effective_ids,
        os.supports_fd,
        os.supports_follow_symlinks,
    ):
        able.update([new for old, new in table.values() if old in able])
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        kinds = [
            value
            for value in list(names.values())
            if type(value) is type and value.__module__ == names.get("__name__")
        ]
        for holder in [module, *kinds]:
            for name, value in list(vars(holder).items()):
                new = _exchanged(value, table)
                if new is not None:
                    setattr(holder, name, new)


def _exchanged(value: Any, table: dict[int, tuple[Any, Any]]) -> Any:
    """Return what takes the place of a value of a module or class, if anything does."""
    if id(value) in table:
        return table[id(value)][1]
    if isinstance(value, staticmethod) and id(value.__func__) in table:
        return staticmethod(table[id(value.__func__)][1])
    if isinstance(value, FunctionType) and value.__defaults__:
        value.__defaults__ = tuple(
            table[id(default)][1] if id(default) in table else default
            for default in value.__defaults__
        )
    return None


def _disguise() -> None:
    """Give the code of these modules the file name of Python's own code."""
    rename: Any = getattr(_imp, "_fix_co_filename")  # noqa: B009 - for mypy
    modules = [_disguise, replace_calls, replace_files, Paths.real]
    names: list[Any] = [function.__globals__ for function in modules]
    for values in names + [vars(kind) for kind in (DirEntry, Entries, Paths)]:
        for value in list(values.values()):
            if isinstance(value, FunctionType):
                rename(value.__code__, _FILE)


def _watch_imports(paths: Paths) -> None:
    """Replace the functions that load modules in C: some of these modules open files."""

    def create(original: Any, spec: Any, *arguments: Any) -> Any:
        origin = spec.origin
        spec.origin = place = paths.real(origin)
        try:
            module = original(spec, *arguments)
        except ImportError as error:
            if isinstance(error.msg, str) and isinstance(place, str):
                error.msg = error.msg.replace(place, origin)
            error.path = origin
            raise
        finally:
            spec.origin = origin
        if getattr(module, "__file__", None) == place:
            module.__file__ = origin
        return module

    def execute(original: Any, module: Any) -> Any:
        result = original(module)
        _replace_libraries(paths, module)
        return result

    for name, function in (
        ("create_dynamic", create),
        ("exec_dynamic", execute),
        ("exec_builtin", execute),
    ):
        setattr(_imp, name, bound(getattr(_imp, name), function))


def _replace_libraries(paths: Paths, module: ModuleType) -> None:
    """Replace the functions of a module in C that open files, if it has some."""

    def fork_exec(
        original: Any,
        argv: Any,
        programs: Any,
        close: Any,
        keep: Any,
        cwd: Any,
        *more: Any,
    ) -> Any:
        folder = as_text(cwd)
        try:
            folder = paths.real(folder)
        except OSError as error:
            error.filename = cwd
            raise
        places = []
        problem = None
        for program in programs:
            try:
                is_absolute = os.path.isabs(program)
                places.append(paths.real(program) if is_absolute else program)
            except OSError as error:
                error.filename, problem = os.fsdecode(program), error
        if problem is not None and not places:
            raise problem
        return original(given(paths, argv), places, close, keep, folder, *more)

    def dlopen(original: Any, name: Any, *arguments: Any) -> Any:
        place = paths.real(name) if has_slash(name) else name
        try:
            return original(place, *arguments)
        except OSError as error:
            error.args = tuple(
                part.replace(place, name) if isinstance(part, str) else part
                for part in error.args
            )
            raise

    def connect(original: Any, *arguments: Any, **options: Any) -> Any:
        is_uri = options.get("uri") or len(arguments) > 7 and arguments[7]
        if arguments:
            place = _database(paths, arguments[0], bool(is_uri))
            return original(place, *arguments[1:], **options)
        if "database" in options:
            options["database"] = _database(paths, options["database"], bool(is_uri))
        return original(**options)

    def open_database(original: Any, path: Any, *arguments: Any) -> Any:
        try:
            return original(paths.real(as_text(path)), *arguments)
        except OSError as error:
            error.filename = path
            raise

    known: dict[str, tuple[str, Callable[..., Any]]] = {
        "_posixsubprocess": ("fork_exec", fork_exec),
        "_ctypes": ("dlopen", dlopen),
        "_sqlite3": ("connect", connect),
        "_dbm": ("open", open_database),
        "_gdbm": ("open", open_database),
    }
    name, function = known.get(getattr(module, "__name__", ""), ("", None))
    original = getattr(module, name, None) if name else None
    if function is not None and type(original) is type(len):
        replacement = bound(original, function)
        for other in list(sys.modules.values()):
            names = getattr(other, "__dict__", {})
            for key, value in list(names.items()):
                if value is original:
                    names[key] = replacement


def _database(paths: Paths, database: Any, is_uri: bool) -> Any:
    """Return the name of an SQLite database on this computer."""
    text = as_text(database)
    if text in (":memory:", b":memory:", "", b""):
        return database
    if not is_uri or not os.fsdecode(text).startswith("file:"):
        return _place_of_database(paths, text)
    from urllib.parse import quote, unquote

    address, mark, options = os.fsdecode(text).partition("?")
    path = address.partition("#")[0][len("file:") :]
    for authority in ("//localhost/", "///"):
        if path.startswith(authority):
            path = path[len(authority) - 1 :]
    if path in ("", ":memory:") or path.startswith("//"):
        return database
    place = _place_of_database(paths, unquote(path))
    return f"file:{quote(place)}{mark}{options}"


def _place_of_database(paths: Paths, path: Any) -> Any:
    try:
        return paths.real(path)
    except OSError:
        # SQLite's own error is "unable to open database file".
        return "/dev/null/none"
