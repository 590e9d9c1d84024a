"""Finds static folders in the settings of each framework, by reading the code."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pa_new_adopt.static_folders import Mapping, Refused, mapping, url_of
from pa_new_check.app_connection import called_name
from pa_new_check.app_root import root_of
from pa_new_check.app_search import App, Found, Search, is_aside
from pa_new_check.project import Unreadable, parse
from pa_new_check.static_analysis.control_flow import (
    FunctionReturns,
    ImportEnds,
    ImportFails,
)
from pa_new_check.static_analysis.values import Literal, text_of
from pa_new_check.syntax import binds

_MAX_FILES = 200  # that are searched for calls
_FLASK = ("Flask", "Quart", "APIFlask", "OpenAPI")
_MOUNTS = (
    *("mount", "Mount", "create_static_files_router", "StaticFilesConfig"),
    *("add_static_route", "add_static_view"),
)
_COLLECT, _MIGRATE = "collectstatic", "migrate"


class Static(NamedTuple):
    """The folders of an app, what is to be done for them, and notes."""

    mappings: list[Mapping]
    steps: list[str]
    notes: list[str]


class Reader:
    """Reads the settings of one project's apps."""

    def __init__(self, folder: Path, found: Found, search: Search) -> None:
        self.folder = folder
        self._found = found
        self._search = search
        self._kept: dict[Path, list[ast.AST]] = {}
        self._roots: dict[Path, Path] = {}

    def static(self, app: App) -> Static:
        """Return the static folders of an app."""
        found = Static([], [], [])
        framework = app.kind.framework
        if framework == "Django":
            self._django(app, found)
        elif framework in ("Flask", "Quart", "WSGI"):
            self._flask(app, found)
        if framework not in ("Django", "Flask"):
            self._mounted(app, found)
        if framework == "web.py" and (self.folder / "static").is_dir():
            self._add(found, "/static/", self.folder / "static", app.file, app.line)
        if framework == "Tornado":
            self._tornado(app, found)
        return found

    def _add(
        self,
        found: Static,
        url: str,
        place: Path,
        file: str,
        line: int,
        new: bool = False,
    ) -> None:
        """Add a folder, or a note on why it is not served by the web server."""
        name = url_of(url)
        if not name or any(name == other.url for other in found.mappings):
            return
        try:
            if name == "/":
                raise Refused("with the URL / no request would get to the app")
            found.mappings.append(mapping(self.folder, name, place, file, line, new))
        except Refused as problem:
            shown = place.name if self.folder not in place.parents else ""
            shown = shown or place.relative_to(self.folder).as_posix()
            if place.is_dir() or new:
                found.notes.append(
                    f"{file}:{line}: PythonAnywhere is not told to serve the folder {shown} "
                    f"at {name}: {problem}."
                )

    def _file(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _calls(self, app: App) -> Iterator[tuple[Path, ast.AST]]:
        """Yield what may be settings in the files of the project, the app's own first."""
        paths = [app.path, *(p for p in self._found.trees if p != app.path)]
        for path in paths[:_MAX_FILES]:
            if path == app.path or not is_aside(self.folder, path):
                for node in self._nodes(path):
                    yield path, node

    def _nodes(self, path: Path) -> list[ast.AST]:
        """Return what may be settings in a file."""
        if path not in self._kept:
            tree = self._found.trees.get(path, ast.Module([], []))
            self._kept[path] = [n for n in ast.walk(tree) if _may_be_settings(n)]
        return self._kept[path]

    def _text(self, path: Path, node: ast.expr | None) -> str | None:
        """Return the text or path that an expression is, None if that is not known."""
        if node is None:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        interpreter, _, module = self._search.follow(path, self._root(path))
        if module is None:
            return None
        interpreter.is_certain = False
        try:
            return text_of(interpreter.evaluate(node, module.scope))
        except (ImportEnds, ImportFails, FunctionReturns, RecursionError):
            return None
        finally:
            interpreter.is_certain = True

    def _root(self, path: Path) -> Path:
        if path not in self._roots:
            tree = self._found.trees[path]
            self._roots[path] = root_of(self.folder, path, tree)
        return self._roots[path]

    # Flask and Quart.

    def _flask(self, app: App, found: Static) -> None:
        for path, node in self._calls(app):
            if not isinstance(node, ast.Call) or called_name(node) not in _FLASK:
                continue
            given = {k.arg: k.value for k in node.keywords if k.arg}
            for name, value in zip(("static_url_path", "static_folder"), node.args[1:]):
                given.setdefault(name, value)
            folder = given.get("static_folder")
            text = "static" if folder is None else self._text(path, folder)
            if text is None:
                continue  # there is none, or it is not known
            url: str | None = "/" + text.rstrip("/").rpartition("/")[2]
            if "static_url_path" in given:
                url = self._text(path, given["static_url_path"])
            if url is not None and (path.parent / text).is_dir():
                place = path.parent / text
                self._add(found, url, place, self._file(path), node.lineno)
            return

    # Starlette, FastAPI, Litestar, Falcon, Pyramid.

    def _mounted(self, app: App, found: Static) -> None:
        for path, node in self._calls(app):
            if not isinstance(node, ast.Call):
                continue
            url, folder = self._mount(path, node)
            place = self._place(path, folder) if folder else None
            if url is not None and place is not None:
                self._add(found, url, place, self._file(path), node.lineno)

    def _mount(self, path: Path, node: ast.Call) -> tuple[str | None, str | None]:
        """Return the URL and the folder of a call that serves files."""
        name = called_name(node)
        if name not in _MOUNTS:
            return None, None
        given = {k.arg: k.value for k in node.keywords if k.arg}
        first = node.args[0] if node.args else None
        url = self._text(path, given.get("path") or given.get("prefix") or first)
        values = [*node.args[1:], given.get("app")]
        if name in ("mount", "Mount"):
            for value in values:
                if isinstance(value, ast.Call) and called_name(value) == "StaticFiles":
                    inner = {k.arg: k.value for k in value.keywords if k.arg}
                    where = inner.get("directory") or next(iter(value.args), None)
                    return url, self._text(path, where)
        if name in ("create_static_files_router", "StaticFilesConfig"):
            where = given.get("directories")
            items = where.elts if isinstance(where, (ast.List, ast.Tuple)) else []
            return url, self._text(path, items[0]) if len(items) == 1 else None
        if name == "add_static_route" and len(node.args) > 1:
            return url, self._text(path, node.args[1])
        if name == "add_static_view":
            url = self._text(path, given.get("name") or first)
            where = given.get("path") or next(iter(node.args[1:]), None)
            text = self._text(path, where) or ""
            package, _, below = text.rpartition(":")
            return url, "/".join([*package.split("."), below]) if package else below
        return None, None

    def _place(self, path: Path, text: str) -> Path | None:
        """Return the folder that a path means: relative to the project, or to a file."""
        for start in (self.folder, self._root(path), path.parent):
            with contextlib.suppress(OSError, ValueError):
                if (start / text).is_dir():
                    return start / text
        return None

    # Tornado.

    def _tornado(self, app: App, found: Static) -> None:
        for path, node in self._calls(app):
            if isinstance(node, ast.Call):
                named = {k.arg or "": k.value for k in node.keywords}
            elif isinstance(node, ast.Dict):
                named = {
                    key.value: value
                    for key, value in zip(node.keys, node.values)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
            elif isinstance(node, ast.Tuple):
                self._handler(path, node, found)
                continue
            else:
                continue
            text = self._text(path, named.get("static_path"))
            place = self._place(path, text) if text else None
            if place is not None:
                prefix = self._text(path, named.get("static_url_prefix"))
                line = named["static_path"].lineno
                self._add(found, prefix or "/static/", place, self._file(path), line)

    def _handler(self, path: Path, node: ast.Tuple, found: Static) -> None:
        """Add the folder of a ``StaticFileHandler``."""
        if len(node.elts) != 3 or not isinstance(node.elts[2], ast.Dict):
            return
        pattern, handler, settings = node.elts
        if getattr(handler, "attr", getattr(handler, "id", "")) != "StaticFileHandler":
            return
        assert isinstance(settings, ast.Dict)
        url = (self._text(path, pattern) or "").partition("(")[0]
        for key, value in zip(settings.keys, settings.values):
            if isinstance(key, ast.Constant) and key.value == "path":
                text = self._text(path, value)
                place = self._place(path, text) if text else None
                if place is not None and url_of(url) not in ("", "/"):
                    self._add(found, url, place, self._file(path), node.lineno)

    # Django.

    def _django(self, app: App, found: Static) -> None:
        settings = _module_file(app.root, app.name)
        if settings is None:
            return
        interpreter, _, module = self._search.follow(settings, app.root)
        if module is None:
            return
        names = module.scope.names
        files = [settings, *(Path(file) for file in interpreter.modules)]

        def place(name: str) -> tuple[str, int]:
            for path in files:
                line = _line_of(path, name)
                if line and self.folder in path.parents:
                    return self._file(path), line
            return self._file(settings), 1

        if "DATABASES" in names:
            found.steps.append(_MIGRATE)
        url = text_of(names["STATIC_URL"]) if "STATIC_URL" in names else None
        root = text_of(names["STATIC_ROOT"]) if "STATIC_ROOT" in names else None
        file, line = place("STATIC_ROOT")
        if url is not None and "://" not in url:
            if root:
                found.steps.insert(0, _COLLECT)
                self._add(found, url, self.folder / root, file, line, new=True)
            elif "STATIC_ROOT" not in names or _is_nothing(names["STATIC_ROOT"]):
                has_base = "BASE_DIR" in names
                line_to_add = (
                    'STATIC_ROOT = BASE_DIR / "staticfiles"'
                    if has_base
                    else 'STATIC_ROOT = Path(__file__).parent.parent / "staticfiles"'
                )
                found.notes.append(
                    f"{self._file(settings)} has no STATIC_ROOT, so PythonAnywhere cannot "
                    "serve the style sheets of the site and of its admin pages. Add the "
                    f"line `{line_to_add}`, and run pa-new adopt again."
                )
        media = text_of(names["MEDIA_ROOT"]) if "MEDIA_ROOT" in names else None
        url = text_of(names["MEDIA_URL"]) if "MEDIA_URL" in names else None
        if media and url and "://" not in url:
            file, line = place("MEDIA_ROOT")
            self._add(found, url, self.folder / media, file, line, new=True)


def _may_be_settings(node: ast.AST) -> bool:
    """Tell whether code may name a static folder, by the names in it."""
    if isinstance(node, ast.Call):
        named = any(keyword.arg == "static_path" for keyword in node.keywords)
        return named or called_name(node) in (*_FLASK, *_MOUNTS)
    if isinstance(node, ast.Dict):
        keys = [k.value for k in node.keys if isinstance(k, ast.Constant)]
        return "static_path" in keys
    return isinstance(node, ast.Tuple) and len(node.elts) == 3


def _is_nothing(value: object) -> bool:
    return isinstance(value, Literal) and not value.content


def _module_file(root: Path, module: str) -> Path | None:
    place = root.joinpath(*module.split("."))
    for file in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
        if file.is_file():
            return file
    return None


def _line_of(path: Path, name: str) -> int:
    """Return the last line that binds a name in a file, 0 if none does."""
    try:
        tree = parse(path, None)
    except (Unreadable, SyntaxError):
        return 0
    return max((n.lineno for n in tree.body if binds(n, name)), default=0)
