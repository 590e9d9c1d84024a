"""Connects a web app: the folder on the path, the imports, and the expression for it.

The WSGI file that ``check`` suggests and the entry file of ``adopt`` share this.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping
from pathlib import Path

from pa_new_check import app_kinds
from pa_new_check.app_search import App
from pa_new_check.wsgi_text import import_lines, quoted

NONE, ASGI, TORNADO = "none", "asgi", "tornado"
"""The adapters through which a WSGI server can call an app."""

_IMPORTLIB = "import importlib"
_BY_PATH = """\
import importlib.util
import sys
from pathlib import Path

spec = importlib.util.spec_from_file_location({name}, Path(__file__).parent / {file})
assert spec is not None and spec.loader is not None
module = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = module
spec.loader.exec_module(module)"""


class Connection:
    """What a file needs to have an app."""

    def __init__(self, root: Path) -> None:
        self.root = root
        """The folder that comes first on the path."""
        self.imports: list[str] = []
        """Imports of libraries."""
        self.own: list[str] = []
        """Imports of the project's modules."""
        self.before: list[str] = []
        """Statements between the imports and the app."""
        self.unknown: list[tuple[str, str]] = []
        """What the app's function takes, if no value is known, and the variable for it."""
        self.settings = ""
        """Django's settings module."""
        self.expression = ""
        """The app; it needs the adapter."""
        self.adapter = NONE


def connect(app: App, trees: Mapping[Path, ast.Module]) -> Connection:
    """Return what connects an app.

    :param trees: the project's files, which may show what a function of theirs takes.
    """
    found = Connection(app.root)
    form = app.kind.form
    if form == app_kinds.SETTINGS:
        found.settings = app.name
        found.imports.append("from django.core.wsgi import get_wsgi_application")
        found.expression = "get_wsgi_application()"
        return found
    if form == app_kinds.ROUTES:
        found.imports.append("from bottle import default_app")
        found.own.append(f"import {app.module}  # noqa: F401 - adds its pages")
        if not is_plain(app.module):
            found.own = [f"importlib.import_module({quoted(app.module)})"]
            found.imports.append(_IMPORTLIB)
        found.expression = "default_app()"
        return found
    called = _called(app, trees, found)
    if form == app_kinds.ROOT:
        found.imports.append("import cherrypy")
        found.before.append('cherrypy.config.update({"environment": "embedded"})')
        called = f'cherrypy.Application({called}(), script_name="")'
    found.adapter = {app_kinds.TORNADO: TORNADO, app_kinds.ASGI: ASGI}.get(form, NONE)
    found.expression = called + app.kind.suffix
    return found


def described(app: App) -> str:
    """Return what was found, and where."""
    where, form, framework = f"{app.file}:{app.line}", app.kind.form, app.kind.framework
    name = f"`{app.name}`"
    if form == app_kinds.SETTINGS:
        is_settings = app.path.stem not in ("manage", "wsgi")
        return f"{where} {'has' if is_settings else 'names'} the Django settings {name}"
    if form == app_kinds.ROUTES:
        return f"{where} adds pages to Bottle's default app"
    if form == app_kinds.ROOT:
        return f"{where} has the CherryPy class {name}"
    if form == app_kinds.PAGE:
        return f"{where} is a {framework} app, which is not a WSGI app"
    article = "an" if framework in ("ASGI",) else "a"
    if app.function is not None:
        return f"{where} has the function {name}, which makes {article} {framework} app"
    if app.kind.suffix == "()":
        return f"{where} has the class {name}, which is a {framework} app"
    return f"{where} has the {framework} app {name}"


def is_plain(module: str) -> bool:
    """Tell whether an import statement can name a module."""
    return all(p.isidentifier() and not keyword.iskeyword(p) for p in module.split("."))


def _called(app: App, trees: Mapping[Path, ast.Module], found: Connection) -> str:
    """Add the import of an app's name, and return the expression for the app."""
    if app.is_hidden:
        # The file is loaded by its path: its name is that of something else.
        name = f"module.{app.name}"
        own = quoted(f"{app.path.stem}_file")
        found.own.append(_BY_PATH.format(name=own, file=quoted(app.file)))
    else:
        first, dot, rest = app.name.partition(".")
        name, lines = import_lines(app.module, first)
        name += dot + rest
        found.own += lines
        if not lines[0].startswith("from "):
            found.imports.append(_IMPORTLIB)
    if app.function is None:
        return name
    arguments: list[str] = []
    for parameter, is_named in required(app.function):
        value = _argument(app.function, parameter, trees)
        if value is None:
            value = re.sub(r"\W", "", parameter).upper() or "VALUE"
            found.before.append(f'{value} = ""')
            found.unknown.append((parameter, value))
        arguments.append(f"{parameter}={value}" if is_named else value)
    return f"{name}({', '.join(arguments)})"


def _argument(
    function: ast.FunctionDef, parameter: str, trees: Mapping[Path, ast.Module]
) -> str | None:
    """Return the value that a factory needs, as the project's code shows it."""
    if parameter in ("global_config", "global_conf"):
        return "{}"
    given: list[str] = []
    for path, tree in trees.items():
        if "test" in path.as_posix():
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called_name(node) == function.name:
                value = _given(node, function, parameter)
                if value is not None:
                    given.append(value)
            elif isinstance(node, ast.Dict) and "conf" in parameter:
                keys = [k.value for k in node.keys if isinstance(k, ast.Constant)]
                given += [f'"{k}"' for k in ("production", "prod") if k in keys]
    return min(given, key=lambda text: "prod" not in text, default=None)


def required(function: ast.FunctionDef) -> list[tuple[str, bool]]:
    """Return the parameters without a default, and whether each is given by name."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    needed = positional[: len(positional) - len(arguments.defaults)]
    only = zip(arguments.kwonlyargs, arguments.kw_defaults)
    named = [parameter for parameter, default in only if default is None]
    return [(p.arg, False) for p in needed] + [(p.arg, True) for p in named]


def called_name(call: ast.Call) -> str:
    """Return the last part of the name of what is called, "" if it has none."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _given(call: ast.Call, function: ast.FunctionDef, parameter: str) -> str | None:
    """Return the text that a call gives a parameter, None if it is no plain text."""
    names = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
    values = dict(zip(names, call.args))
    values.update({k.arg: k.value for k in call.keywords if k.arg is not None})
    value = values.get(parameter)
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return quoted(value.value)
    return None
