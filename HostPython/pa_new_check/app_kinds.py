"""Recognises web apps among the values of a module, for :mod:`pa_new_check.app_search`.

A value is known by the library's name for it, as :mod:`pa_new_check.known_apis` writes it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from pa_new_check import known_apis
from pa_new_check.static_analysis.interpreter import Interpreter
from pa_new_check.static_analysis.names import inherited, library_bases, library_name
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Function,
    Instance,
    Module,
)
from pa_new_check.syntax import FUNCTIONS, AnyFunction, is_generator

# The forms of an app: how it becomes a WSGI application. The best comes first.
SETTINGS = "settings"  # Django's
OBJECT = "object"
ROUTES = "routes"  # of Bottle's default app
ROOT = "root"  # a class that CherryPy serves
FACTORY = "factory"
TORNADO = "tornado"
ASGI = "asgi"
PAGE = "page"  # a script for a server of its own
FORMS = (SETTINGS, OBJECT, ROUTES, ROOT, FACTORY, TORNADO, ASGI, PAGE)


class Kind(NamedTuple):
    """A framework's app, and how it becomes a WSGI application."""

    framework: str
    form: str = OBJECT
    suffix: str = ""
    """What follows the name: ``.server`` of a Dash app."""


def _kinds(text: str) -> dict[str, Kind]:
    """Return a table of kinds: a framework, then the library's names for its app."""
    found: dict[str, Kind] = {}
    for line in text.strip().splitlines():
        framework, _, origins = line.strip().partition(": ")
        found.update((origin, Kind(framework)) for origin in origins.split())
    return found


_KINDS = _kinds(
    """
    Flask: flask.Flask() flask.app.Flask() apiflask.APIFlask() flask_openapi3.OpenAPI()
    Flask: connexion.FlaskApp().app connexion.App().app dash.Dash().server
    Bottle: bottle.Bottle() bottle.app() bottle.default_app() bottle.app.push()
    Falcon: falcon.App() falcon.API()
    CherryPy: cherrypy.Application() cherrypy.tree.mount() cherrypy.tree
    web.py: web.application().wsgifunc()
    Pyramid: pyramid.config.Configurator().make_wsgi_app() pyramid.paster.get_app()
    Django: django.core.wsgi.get_wsgi_application()
    Django: django.core.handlers.wsgi.WSGIHandler()
    WSGI: werkzeug.middleware.proxy_fix.ProxyFix() whitenoise.WhiteNoise()
    WSGI: werkzeug.middleware.dispatcher.DispatcherMiddleware()
    WSGI: werkzeug.middleware.shared_data.SharedDataMiddleware()
    WSGI: whitenoise.base.WhiteNoise()
    """
)
_DASH = Kind("Dash", OBJECT, ".server")
_KINDS.update(
    {
        "dash.Dash()": _DASH,
        "dash.dash.Dash()": _DASH,
        "dash_extensions.enrich.DashProxy()": _DASH,
        "web.application()": Kind("web.py", OBJECT, ".wsgifunc()"),
        "tornado.web.Application()": Kind("Tornado", TORNADO),
    }
)
_ASGI_NAMES = {
    "fastapi": "FastAPI",
    "starlette": "Starlette",
    "quart": "Quart",
    "sanic": "Sanic",
    "litestar": "Litestar",
    "fasthtml": "FastHTML",
    "falcon": "Falcon",
    "django": "Django",
}
_MORE_ASGI = frozenset(
    (
        "fastapi.applications.FastAPI()",
        "fasthtml.common.FastHTML()",
        "fasthtml.FastHTML()",
    )
)
_FACTORY = re.compile(
    r"(create|make|build|get|init|setup|new|start)?_?\w*(app|application|server|api)"
    r"|\w*factory|main"
)
_BOTTLE_ROUTES = frozenset(
    f"bottle.{verb}" for verb in ("route", "get", "post", "put", "delete", "view")
)


def kind_of(value: AbstractValue) -> Kind | None:
    """Return the kind of app that a value is, None if it is no app."""
    origins = [value.origin]
    if isinstance(value, Instance):
        origins = [f"{base}()" for base in library_bases(value.kind)]
    for origin in origins:
        if origin in _KINDS:
            return _KINDS[origin]
        if origin in known_apis.ASGI or origin in _MORE_ASGI:
            top = origin.partition(".")[0]
            return Kind(_ASGI_NAMES.get(top, "ASGI"), ASGI)
    if _is_wsgi(value):
        return Kind("WSGI")
    if _is_asgi(value):
        return Kind("ASGI", ASGI)
    return None


def kind_of_bindings(statements: list[ast.stmt], module: Module) -> Kind | None:
    """Return the kind of app that each of several assignments to a name makes."""
    kinds: set[Kind | None] = set()
    for node in statements:
        value = getattr(node, "value", None)
        if not isinstance(value, ast.Call):
            return None
        kinds.add(kind_of(_Named(f"{library_name(value.func, module)}()")))
    return kinds.pop() if len(kinds) == 1 else None


def fasthtml_app(tree: ast.Module) -> tuple[str, int] | None:
    """Return name and line of FastHTML's app, whose names come with a star import."""
    if not any(
        name.partition(".")[0] == "fasthtml"
        for node in tree.body
        for name in imported(node)
    ):
        return None
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        called = node.value.func
        target = node.targets[0]
        if isinstance(target, (ast.Tuple, ast.List)) and target.elts:
            target = target.elts[0]
        if (
            isinstance(called, ast.Name)
            and called.id in ("fast_app", "FastHTML")
            and isinstance(target, ast.Name)
        ):
            return target.id, node.lineno
    return None


def _is_wsgi(value: AbstractValue) -> bool:
    """Tell whether code of the project has the parameters of a WSGI application."""
    if isinstance(value, Function):
        return value.owner is None and _takes_request(value.definition, 0)
    if isinstance(value, Instance):
        called = inherited(value.kind, value, "__call__")
        return isinstance(called, Function) and _takes_request(called.definition, 1)
    if isinstance(value, Class):
        made = value.attributes.get("__init__")
        is_iterable = "__iter__" in value.attributes
        return (
            is_iterable
            and isinstance(made, Function)
            and _takes_request(made.definition, 1)
        )
    return False


def _is_asgi(value: AbstractValue) -> bool:
    """Tell whether code of the project has the parameters of an ASGI application."""
    if isinstance(value, Instance):
        value = inherited(value.kind, value, "__call__")
        names = ["self", "scope", "receive", "send"]
    elif isinstance(value, Function) and value.owner is None:
        names = ["scope", "receive", "send"]
    else:
        return False
    if not isinstance(value, Function):
        return False
    function = value.definition
    given = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
    return isinstance(function, ast.AsyncFunctionDef) and given == names


def _takes_request(function: AnyFunction, skipped: int) -> bool:
    if isinstance(function, ast.AsyncFunctionDef) or function.args.vararg:
        return False
    names = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
    names = names[skipped:]
    return len(names) == 2 and (
        names[1].startswith(("start_resp", "start", "respond"))
        or (names[0] in ("environ", "env") and names[1] in ("sr", "response"))
    )


def made_by(
    interpreter: Interpreter, function: Function, module: Module
) -> Kind | None:
    """Return the kind of app that a function makes, None if it makes none."""
    if not _FACTORY.fullmatch(function.definition.name):
        return None
    return result_of(interpreter, function, module)


def result_of(
    interpreter: Interpreter, function: Function, module: Module
) -> Kind | None:
    """Return the kind of app that a function returns, None if it returns none."""
    definition = function.definition
    if is_generator(definition) or not any(
        isinstance(n, ast.Return) and n.value for n in ast.walk(definition)
    ):
        return None
    interpreter.is_certain = False  # it may never be called: report nothing
    try:
        kind = kind_of(interpreter.call_function(function, [], {}))
    finally:
        interpreter.is_certain = True
    if kind is not None or definition.name == "main":
        return kind
    # Its value is not known, because of a condition, say: take what it calls.
    for node in ast.walk(definition):
        if isinstance(node, ast.Call):
            origin = f"{library_name(node.func, module)}()"
            if origin in _KINDS or origin in known_apis.ASGI:
                return kind_of(_Named(origin))
    return None


class _Named(AbstractValue):
    """A value of which only the library's name is known."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin


def default_routes(module: Module) -> ast.AST | None:
    """Return the first route that a module adds to Bottle's default app, if any."""
    for node in module.tree.body:
        if isinstance(node, FUNCTIONS):
            for decorator in node.decorator_list:
                called = (
                    decorator.func if isinstance(decorator, ast.Call) else decorator
                )
                if library_name(called, module) in _BOTTLE_ROUTES:
                    return node
    return None


def cherrypy_root(module: Module) -> ast.ClassDef | None:
    """Return the class that a module gives to ``cherrypy.quickstart``, if any."""
    classes = {n.name: n for n in module.tree.body if isinstance(n, ast.ClassDef)}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = library_name(node.func, module)
        root = node.args[0]
        if (
            name in ("cherrypy.quickstart", "cherrypy.tree.mount")
            and isinstance(root, ast.Call)
            and isinstance(root.func, ast.Name)
            and not (root.args or root.keywords)
        ):
            return classes.get(root.func.id)
    return None


def application_class(module: Module) -> ast.ClassDef | None:
    """Return the class of Tornado applications that a module has, if it takes nothing."""
    for value in module.scope.names.values():
        definition = value.node
        if (
            not isinstance(value, Class)
            or not isinstance(definition, ast.ClassDef)
            or definition not in module.tree.body
        ):
            continue
        made = value.attributes.get("__init__")
        takes = made.definition.args if isinstance(made, Function) else None
        if "tornado.web.Application" in library_bases(value) and (
            takes is not None
            and len(takes.posonlyargs + takes.args) - len(takes.defaults) <= 1
            and None not in takes.kw_defaults
        ):
            return definition
    return None


def page_of(tree: ast.Module) -> tuple[str, ast.stmt] | None:
    """Return the server that a script is for, Streamlit or Gradio, and its import."""
    for node in tree.body:
        for name in imported(node):
            top = name.partition(".")[0]
            if top in ("streamlit", "gradio"):
                return top.capitalize(), node
    return None


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the modules that a statement imports by their full names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        yield node.module
