"""Searches a project for its web app, by reading its files; nothing is run.

The values of names come from the static analysis, which follows the imports of a file.
What counts as an app is in :mod:`pa_new_check.app_kinds`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pa_new_check import app_kinds
from pa_new_check.app_kinds import FORMS, Kind, imported, kind_of
from pa_new_check.app_root import root_of
from pa_new_check.django_settings import django_settings
from pa_new_check.placement import Known, place
from pa_new_check.project import (
    MAX_BYTES_IN_ALL,
    Project,
    Unreadable,
    content_of,
    parse,
    python_files,
)
from pa_new_check.static_analysis.control_flow import (
    FunctionReturns,
    ImportEnds,
    ImportFails,
)
from pa_new_check.static_analysis.interpreter import Interpreter
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Function,
    Module,
    ModuleValue,
    Unknown,
)
from pa_new_check.syntax import FUNCTIONS, binds
from pa_new_shared import project_record

MAX_FOLLOWED = 60  # files whose import is followed, the likeliest first

_ENTRY_NAMES = frozenset(
    ("app", "main", "wsgi", "flask_app", "application", "server", "run", "index")
)
_ASIDE = frozenset(
    ("test", "tests", "example", "examples", "docs", "doc", "samples", "demo")
    + ("scripts", "migrations")
)
_INTERESTING = re.compile(
    rb"flask|bottle|falcon|cherrypy|web\.application|pyramid|dash|tornado|fastapi"
    rb"|starlette|quart|sanic|litestar|fasthtml|streamlit|gradio|start_response|wsgi"
    rb"|(?:create|make|build|get)_\w*app|\bapp\b|\bapplication\b"
    rb"|DJANGO_SETTINGS_MODULE|ROOT_URLCONF|INSTALLED_APPS",
    re.IGNORECASE,
)
_ROUTES = re.compile(
    rb"\.route\(|\.(?:get|post|layout)\b|add_url_rule|register_blueprint|add_route"
    rb"|add_view|include_router|add_api_route|\.expose\b|@route|mount\(|RequestHandler"
)
_SOCKETS = re.compile(rb"websocket|socket\.?io", re.IGNORECASE)


class App(NamedTuple):
    """An app that was found in a file."""

    kind: Kind
    path: Path
    file: str
    """The file's name in the report."""
    line: int
    name: str
    """The variable, function, class or settings module."""
    root: Path
    """The folder that has to be on the path."""
    module: str
    """The name by which the file is imported from there."""
    function: ast.FunctionDef | None = None
    """The definition of a factory."""
    server_line: int = 0
    """The line that starts a server when the file is imported, 0 if none does."""
    is_hidden: bool = False
    """Whether a package of the same name is imported instead."""
    has_routes: bool = False
    needs_sockets: bool = False
    """Whether its file names WebSockets."""
    is_outer: bool = False
    """Whether it is another file's app, after more was done with it."""
    value: AbstractValue | None = None
    is_unseen: bool = False
    """Whether no line of its file makes it: an option names it, and only loading can tell."""


class Found(NamedTuple):
    """The apps of a project, the best first, and the trees of the files that were read."""

    apps: list[App]
    trees: dict[Path, ast.Module]
    broken: dict[Path, int]
    """The line of each file that Python cannot parse, the likeliest to have an app first."""


def find_apps(
    folder: Path, python: tuple[int, int], left: Collection[Path] = ()
) -> Found:
    """Return the apps in a folder.

    :param left: files and folders that are not looked at.
    """
    contents_of, trees, broken = _likely_files(folder, left)
    search = Search(folder, python)
    found: list[App] = []
    for path, line, name, root in django_settings(folder, trees):
        kind = Kind("Django", app_kinds.SETTINGS)
        file = path.relative_to(folder).as_posix()
        found.append(App(kind, path, file, line, name, root, name, has_routes=True))
    has_settings = bool(found)
    for path in sorted(trees, key=lambda path: _place(folder, path))[:MAX_FOLLOWED]:
        found += search.apps_in(path, trees[path], contents_of[path])
    if has_settings:
        found = [
            app
            for app in found
            if app.kind.framework != "Django" or app.kind.form == app_kinds.SETTINGS
        ]
    found = _without_inner(found)
    found.sort(key=lambda app: _rank(folder, app))
    likeliest = sorted(broken, key=lambda path: _place(folder, path))
    return Found(found, trees, {path: broken[path] for path in likeliest})


def _likely_files(
    folder: Path, left: Collection[Path]
) -> tuple[dict[Path, bytes], dict[Path, ast.Module], dict[Path, int]]:
    """Return the contents, the trees and the broken lines of files that can have an app."""
    read: dict[Path, bytes] = {}
    trees: dict[Path, ast.Module] = {}
    broken: dict[Path, int] = {}
    budget = MAX_BYTES_IN_ALL
    written = project_record.written(folder)
    for path in python_files(folder):
        if Project(folder, path, []).account:
            continue  # the WSGI file cannot import itself
        if left and not set(left).isdisjoint((path, *path.parents)):
            continue
        if path.relative_to(folder).as_posix() in written:
            continue  # what connects the app is not the app
        try:
            content = content_of(path)
        except Unreadable:
            continue
        budget -= len(content)
        if budget < 0:
            break
        if _INTERESTING.search(content) or path.name == "manage.py":
            try:
                trees[path] = parse(path, None)
                read[path] = content
            except (Unreadable, SyntaxError) as error:
                if isinstance(error, SyntaxError):
                    broken[path] = error.lineno or 1
    return read, trees, broken


def is_aside(folder: Path, path: Path) -> bool:
    """Tell whether a file is a test or an example, rather than a part of the website."""
    return _place(folder, path)[0]


def _place(folder: Path, path: Path) -> tuple[bool, bool, int, str]:
    """Return how likely a file is to have the app: by folder, name and depth."""
    parts = path.relative_to(folder).parts
    is_test = path.stem.startswith("test_") or path.stem in (
        "conftest",
        "setup",
        "tests",
    )
    is_aside = is_test or not _ASIDE.isdisjoint(parts[:-1])
    is_entry = path.stem in _ENTRY_NAMES or path.stem.endswith("_app")
    return is_aside, not is_entry, len(parts), path.as_posix()


def _rank(folder: Path, app: App) -> tuple[object, ...]:
    is_aside, is_other, depth, name = _place(folder, app.path)
    form = FORMS.index(app.kind.form)
    is_broken = bool(app.server_line) or app.is_hidden
    is_page = app.kind.form in (app_kinds.ASGI, app_kinds.PAGE)
    return (
        *(is_aside, is_page, is_broken, form, app.function is not None),
        not app.has_routes,
        *(is_other, depth, name, app.line),
    )


def _without_inner(apps: list[App]) -> list[App]:
    """Leave out the apps of which another file has a later form."""
    outer = {id(app.value) for app in apps if app.is_outer and not app.server_line}
    return [app for app in apps if app.is_outer or id(app.value) not in outer]


class Search:
    """The files that were followed, with one interpreter for each folder on the path."""

    def __init__(self, folder: Path, python: tuple[int, int]) -> None:
        self.folder = folder
        self.python = python
        self._interpreters: dict[Path, Interpreter] = {}

    def follow(self, path: Path, root: Path) -> tuple[Interpreter, str, Module | None]:
        """Follow the import of a file, and return its name; no module if that fails."""
        interpreter = self._interpreters.get(root)
        if interpreter is None:
            project = Project(self.folder, path, [])
            interpreter = Interpreter(place(project, Known()), self.python)
            interpreter.finder.roots[:] = [root]
            interpreter.finder.has_unknown_roots = True  # judge no import
            self._interpreters[root] = interpreter
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and parts[1:] else parts)
        try:
            return interpreter, name, interpreter.load(name, path)
        except (ImportEnds, ImportFails, FunctionReturns, RecursionError):
            return interpreter, name, interpreter.modules.get(str(path))

    def apps_in(self, path: Path, tree: ast.Module, content: bytes) -> list[App]:
        """Return the apps of one file: the best object, and the factories."""
        root = root_of(self.folder, path, tree)
        interpreter, name, module = self.follow(path, root)
        if module is None:
            return []
        own = ModuleValue(name, module)
        served = (
            f.line for f in interpreter.findings if _is_server(f.file, f.rule, own)
        )
        blank = App(
            Kind(""),
            path,
            path.relative_to(self.folder).as_posix(),
            1,
            "",
            root,
            name,
            server_line=min(served, default=0),
            is_hidden=interpreter.finder.find(name) not in (path, None),
            needs_sockets=bool(_SOCKETS.search(content)),
            has_routes=bool(_ROUTES.search(content)) or _has_own(interpreter, module),
        )
        is_entry = not any(_place(self.folder, path)[:2])
        try:
            return list(_apps(interpreter, module, blank, is_entry))
        except (ImportEnds, ImportFails, FunctionReturns, RecursionError):
            return []


def _is_server(file: str, rule: str, own: ModuleValue) -> bool:
    return rule == "server-start" and file == own.module.file


def _has_own(interpreter: Interpreter, module: Module) -> bool:
    """Tell whether a file imports others of the project, which may add the routes."""
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.level or interpreter.finder.has(node.module or ""))
        for node in ast.walk(module.tree)
    )


def _apps(
    interpreter: Interpreter, module: Module, blank: App, is_entry: bool
) -> Iterator[App]:
    """Yield the apps of a module that was followed."""
    statements = list(_running(module.tree.body, module))
    objects: list[App] = []
    for name, value in module.scope.names.items():
        binding = [node for node in statements if binds(node, name)][-1:]
        kind = kind_of(value) if binding else None
        if kind is None and isinstance(value, Unknown) and binding:
            kind = app_kinds.kind_of_bindings(
                [node for node in statements if binds(node, name)], module
            )
        if kind is None:
            continue
        is_import = isinstance(binding[0], (ast.Import, ast.ImportFrom))
        if is_import and not (
            is_entry and _does_more(interpreter, statements, binding[0])
        ):
            continue
        line = binding[0].lineno
        app = blank._replace(kind=kind, line=line, name=name, value=value)
        objects.append(app._replace(is_outer=is_import))
    rich = app_kinds.fasthtml_app(module.tree)
    if rich is not None and not objects:
        kind = Kind("FastHTML", app_kinds.ASGI)
        objects.append(blank._replace(kind=kind, name=rich[0], line=rich[1]))
    if objects:
        yield min(objects, key=_name_rank)
    for name, value in module.scope.names.items():
        definition = value.definition if isinstance(value, Function) else None
        if not isinstance(value, Function) or value.scope.module is not module:
            continue
        kind = app_kinds.made_by(interpreter, value, module)
        if kind is not None and isinstance(definition, ast.FunctionDef):
            if kind.form == app_kinds.OBJECT:
                kind = kind._replace(form=app_kinds.FACTORY)
            line = definition.lineno
            yield blank._replace(kind=kind, line=line, name=name, function=definition)
    if objects:
        return
    route = app_kinds.default_routes(module)
    if isinstance(route, FUNCTIONS):
        kind = Kind("Bottle", app_kinds.ROUTES)
        yield blank._replace(kind=kind, line=route.lineno, name=route.name)
    root = app_kinds.cherrypy_root(module)
    if root is not None:
        kind = Kind("CherryPy", app_kinds.ROOT)
        yield blank._replace(kind=kind, line=root.lineno, name=root.name)
    own = app_kinds.application_class(module)
    if own is not None:
        kind = Kind("Tornado", app_kinds.TORNADO, "()")
        yield blank._replace(kind=kind, line=own.lineno, name=own.name)
    page = app_kinds.page_of(module.tree)
    if page is not None:
        kind = Kind(page[0], app_kinds.PAGE)
        yield blank._replace(kind=kind, line=page[1].lineno, server_line=0)


def _name_rank(app: App) -> tuple[object, ...]:
    names = ("application", "app", "server", "api")
    is_wrapper = app.kind.framework in ("WSGI", "Dash")
    if isinstance(app.value, (Function, Class)):
        # Middleware has the parameters of an app, too.
        is_wrapper = app.name == "application" and not app.is_outer
    is_part = not is_wrapper and app.kind.framework in ("WSGI", "ASGI")
    rank = names.index(app.name) if app.name in names else len(names)
    form = FORMS.index(app.kind.form)
    return form, is_part, not is_wrapper, app.is_outer, rank, app.line


def _running(statements: Iterable[ast.stmt], module: Module) -> Iterator[ast.stmt]:
    """Yield the statements that the import runs, also those in blocks."""
    for node in statements:
        if node in module.dead:
            continue
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.For)):
            for field in ("body", "handlers", "orelse", "finalbody"):
                for inner in getattr(node, field, ()):
                    body = (
                        inner.body if isinstance(inner, ast.ExceptHandler) else [inner]
                    )
                    yield from _running(body, module)


def _does_more(
    interpreter: Interpreter, statements: list[ast.stmt], binding: ast.stmt
) -> bool:
    """Tell whether a file does more than to import the app and to extend the path."""
    for node in statements:
        if node is binding or isinstance(node, ast.If):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            is_own = getattr(node, "level", 0) or any(
                interpreter.finder.has(name) for name in imported(node)
            )
            if is_own:
                return True
        elif isinstance(node, ast.Expr):
            text = ast.dump(node)
            is_plain = isinstance(node.value, ast.Constant) or "attr='path'" in text
            if not is_plain:
                return True
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            # Names of paths have no effect; items and attributes do.
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if not all(isinstance(target, ast.Name) for target in targets):
                return True
        else:
            return True
    return False
