"""Reads the route tables of loaded frameworks, for :mod:`pa_new_check.sandbox_routes`.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. There is
one reader for each framework: it yields the paths that answer to GET without parameters,
below the application's own prefix, and visits the applications that are mounted in it.
"""

from __future__ import annotations

import sys

from pa_new_check.sandbox_inspection import library

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Protocol

    class Search(Protocol):
        """What a reader needs of the walk that calls it."""

        is_known: bool

        def visit(self, thing: Any, prefix: str) -> None:
            """Add the routes of a mounted application."""


_LITERAL_AFTER_BACKSLASH = "./-_~+()[]{}^$|?*\\:@!&',;= \""
_MAX_DEPTH = 20  # of routers in routers
_MAX_DEPENDANTS = 500


def attribute(thing: Any, name: str) -> Any:
    """Return an attribute, None if there is none or it cannot be computed."""
    try:
        return getattr(thing, name, None)
    except Exception:  # noqa: BLE001 - the app's own code
        return None


def literal(pattern: str) -> str | None:
    r"""Return the one path that a regular expression stands for, None if it has several.

    Anchors are left out, ``\.`` and a plain ``.`` are dots, and what is optional
    (``/?``) is absent.
    """
    pattern = pattern.removeprefix("^").removeprefix("\\A")
    for end in ("$", "\\Z", "\\z"):
        if pattern.endswith(end) and not pattern.endswith("\\" + end):
            pattern = pattern[: -len(end)]
            break
    path = ""
    place = 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 1
            character = pattern[place : place + 1]
            if not character or character not in _LITERAL_AFTER_BACKSLASH:
                return None
        elif character in "^$*+?{}[]|()":
            return None
        place += 1
        following = pattern[place : place + 1]
        if following == "?" and pattern[place - 1] != ".":
            place += 1
        elif following and following in "*+?{":
            return None
        else:
            path += character
    return path


def _flask(app: Any, search: Search, prefix: str) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ()) and not rule.websocket
        if not is_page or rule.build_only or rule.host or rule.subdomain:
            continue
        defaults = rule.defaults or {}
        if rule.endpoint.rpartition(".")[2] != "static" and not (
            set(rule.arguments) - set(defaults)
        ):
            built = rule.build(dict(defaults)) if defaults else (None, rule.rule)
            if built is not None:
                yield built[1]
    search.is_known = True
    search.visit(vars(app).get("wsgi_app"), prefix)  # what wraps it from the inside


def _django(handler: Any, search: Search, prefix: str) -> Iterator[str]:
    return django_paths()


def django_paths() -> Iterator[str]:
    """Yield the paths without parameters that Django's settings have."""
    resolver = sys.modules["django.urls"].get_resolver()
    return _django_patterns(resolver.url_patterns, "/", 0)


def _django_patterns(patterns: Any, before: str, depth: int) -> Iterator[str]:
    for entry in patterns if depth < _MAX_DEPTH else ():
        part = _django_part(entry.pattern)
        if part is None:
            continue
        if hasattr(entry, "url_patterns"):
            yield from _django_patterns(entry.url_patterns, before + part, depth + 1)
        elif _django_gets(entry.callback):
            yield before + part


def _django_part(pattern: Any) -> str | None:
    """Return the text of a pattern, None if it takes parameters."""
    if hasattr(pattern, "language_prefix"):
        return _django_prefix(pattern)
    if hasattr(pattern, "_route"):
        return None if pattern.converters else str(pattern)
    text = str(pattern)
    path = None if pattern.regex.groups else literal(text)
    return path if path is not None and pattern.regex.match(path) else None


def _django_prefix(pattern: Any) -> str:
    """Return the beginning of an address for the language of most visitors.

    Django's middleware takes the name that the list of languages has: `en` for `en-us`.
    """
    settings = sys.modules["django.conf"].settings
    translation = sys.modules["django.utils.translation"]
    has_middleware = any("LocaleMiddleware" in name for name in settings.MIDDLEWARE)
    if not has_middleware or not getattr(pattern, "prefix_default_language", True):
        return str(pattern.language_prefix)
    name = settings.LANGUAGE_CODE
    try:
        name = translation.get_supported_language_variant(name)
    except LookupError:
        pass
    with translation.override(name):
        return str(pattern.language_prefix)


def _django_gets(view: Any) -> bool:
    """Tell whether a view answers GET, as far as its class tells."""
    actions = getattr(view, "actions", None)  # of the REST framework's view sets
    if isinstance(actions, dict):
        return "get" in actions
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return kind is None or hasattr(kind, "get")


def _bottle(app: Any, search: Search, prefix: str) -> Iterator[str]:
    for method in ("GET", "ANY"):
        yield from list(app.router.static.get(method, ()))
    for route in app.routes:
        mount = dict(route.config).get("mountpoint.target")
        if mount is not None:
            below = str(dict(route.config).get("mountpoint.prefix", "")).strip("/")
            search.visit(mount, f"{prefix}/{below}")
        elif route.method in ("GET", "ANY") and not set("<:") & set(route.rule):
            yield route.rule


def _starlette(app: Any, search: Search, prefix: str) -> Iterator[str]:
    return _starlette_routes(app.routes, search, prefix, "", 0)


def _starlette_routes(
    routes: Any, search: Search, prefix: str, before: str, depth: int
) -> Iterator[str]:
    for route in (routes or ()) if depth < _MAX_DEPTH else ():
        included = getattr(route, "effective_candidates", None)  # of newer FastAPIs
        if included is not None:
            yield from _starlette_routes(included(), search, prefix, before, depth + 1)
            continue
        route = getattr(route, "starlette_route", None) or route
        path = getattr(route, "path", None)
        if not isinstance(path, str) or "{" in path:
            continue
        if hasattr(route, "methods"):
            if _starlette_gets(route) and not _required(route):
                yield before + path
        elif hasattr(route, "app") and hasattr(route, "routes"):  # a Mount
            below = before + path.rstrip("/")
            if route.routes:
                yield from _starlette_routes(
                    route.routes, search, prefix, below, depth + 1
                )
            else:
                search.visit(route.app, prefix + below)


def _starlette_gets(route: Any) -> bool:
    if route.methods is None:  # the endpoint is a class, with a method for each verb
        return hasattr(route.endpoint, "get")
    return "GET" in route.methods


def _required(route: Any) -> bool:
    """Tell whether a FastAPI route needs a parameter in the query or the header."""
    waiting = [getattr(route, "dependant", None)]
    for dependant in waiting:
        for name in ("query_params", "header_params", "cookie_params", "body_params"):
            for field in getattr(dependant, name, ()):
                info = getattr(field, "field_info", field)
                required = getattr(info, "is_required", None)
                if required() if callable(required) else getattr(field, "required", 0):
                    return True
        waiting += list(getattr(dependant, "dependencies", ()))[:_MAX_DEPENDANTS]
        if len(waiting) > _MAX_DEPENDANTS:
            break
    return False


def _tornado(app: Any, search: Search, prefix: str) -> Iterator[str]:
    return _tornado_rules(_tornado_table(app), "", 0)


def _tornado_table(router: Any) -> Any:
    """Return the rules of a router or an Application, None if it is neither."""
    return getattr(getattr(router, "default_router", router), "rules", None)


def _tornado_rules(rules: Any, before: str, depth: int) -> Iterator[str]:
    for rule in rules if depth < _MAX_DEPTH else ():
        path = before
        pattern = getattr(rule.matcher, "regex", None)
        if pattern is not None:
            part = None if pattern.groups else literal(pattern.pattern)
            if part is None:
                continue
            path = part
        elif not _is_for_all_domains(rule.matcher):
            continue
        below = _tornado_table(rule.target)
        if below is not None:
            # Those below see the whole path, and have to match it, too.
            yield from _tornado_rules(below, path, depth + 1)
        elif path and _tornado_gets(rule.target):
            yield path


def _is_for_all_domains(matcher: Any) -> bool:
    pattern = getattr(matcher, "host_pattern", None)
    return pattern is None or bool(pattern.match(""))


def _tornado_gets(handler: Any) -> bool:
    base = sys.modules["tornado.web"].RequestHandler
    is_handler = isinstance(handler, type) and issubclass(handler, base)
    socket = getattr(sys.modules.get("tornado.websocket"), "WebSocketHandler", None)
    if is_handler and socket is not None and issubclass(handler, socket):
        return False
    return is_handler and handler.get is not base.get


def is_own(thing: Any) -> bool:
    """Tell whether an object is the Application of a project that pa-new made."""
    table = attribute(thing, "_routes")
    return (
        isinstance(table, list)
        and hasattr(thing, "_default_handler")
        and all(
            isinstance(row, tuple) and len(row) == 2 and hasattr(row[0], "fullmatch")
            for row in table
        )
    )


def own(app: Any, search: Search, prefix: str) -> Iterator[str]:
    """Read the routes of a project that pa-new made."""
    for pattern, handler in app._routes:
        path = None if pattern.groups else literal(pattern.pattern)
        # An earlier pattern may match the path, too, and take the request.
        first = next((h for p, h in app._routes if path and p.fullmatch(path)), None)
        if path is not None and first is handler and hasattr(handler, "get"):
            yield path


def _falcon(app: Any, search: Search, prefix: str) -> Iterator[str]:
    waiting = [(node, "") for node in app._router._roots]
    for node, before in waiting:
        path = f"{before}/{node.raw_segment}"
        if node.is_var or "{" in path:
            continue
        responder = (node.method_map or {}).get("GET")
        module = str(getattr(responder, "__module__", ""))
        if responder is not None and not module.startswith("falcon."):
            yield path
        waiting += [(child, path) for child in node.children]


def _cherrypy(app: Any, search: Search, prefix: str) -> Iterator[str]:
    mount = (app.script_name or "").rstrip("/")
    return (mount + path for path in _cherrypy_pages(app.root, "", 0))


def _cherrypy_tree(tree: Any, search: Search, prefix: str) -> Iterator[str]:
    for mount, app in list(tree.apps.items()):
        # An application of CherryPy knows where it is mounted.
        search.visit(app, prefix if hasattr(app, "script_name") else prefix + mount)
    return iter(())


def _cherrypy_pages(root: Any, before: str, depth: int) -> Iterator[str]:
    """Yield the pages of an object with exposed methods, and of those below it."""
    if depth > 8:
        return
    method = attribute(root, "GET")  # for the MethodDispatcher
    if getattr(root, "exposed", False) and method and not _needs_arguments(method):
        yield before or "/"
    for name in dir(root):
        if name.startswith("_") or name == "favicon_ico":  # CherryPy's own
            continue
        page = attribute(root, name)
        if callable(page) and not isinstance(page, type):
            if getattr(page, "exposed", False) and not _needs_arguments(page):
                if name == "index":
                    yield before + "/"
                elif name != "default":
                    yield f"{before}/{name}"
        elif hasattr(page, "__dict__") and not isinstance(page, (type, type(sys))):
            yield from _cherrypy_pages(page, f"{before}/{name}", depth + 1)


def _needs_arguments(function: Any) -> bool:
    try:
        library("inspect").signature(function).bind()
    except (TypeError, ValueError):
        return True
    return False


def _webpy(app: Any, search: Search, prefix: str) -> Iterator[str]:
    for pattern, handler in app.mapping:
        path = literal(pattern) if isinstance(pattern, str) else None
        if path is None:
            continue
        if isinstance(handler, str):
            handler = app.fvars.get(handler)
        if isinstance(handler, type) and hasattr(handler, "GET"):
            yield path
        elif hasattr(handler, "mapping"):
            search.visit(handler, prefix + path)


def _pyramid(router: Any, search: Search, prefix: str) -> Iterator[str]:
    introspector = router.registry.introspector
    gets: dict[str, bool] = {}
    for item in introspector.get_category("views") or ():
        view = item["introspectable"]
        methods = view["request_methods"] or ("GET",)
        methods = (methods,) if isinstance(methods, str) else methods
        name = view["route_name"]
        gets[name] = gets.get(name, False) or "GET" in methods
    for item in introspector.get_category("routes") or ():
        route = item["introspectable"]
        pattern = "/" + str(route["pattern"]).lstrip("/")
        methods = route["request_methods"] or ("GET",)
        is_page = "GET" in methods and gets.get(route["name"], False)
        if is_page and not set("{*:") & set(pattern):
            yield pattern


READERS: tuple[tuple[str, str, Callable[..., Iterator[str]]], ...] = (
    ("flask", "Flask", _flask),
    ("django.core.handlers.wsgi", "WSGIHandler", _django),
    ("bottle", "Bottle", _bottle),
    ("starlette.applications", "Starlette", _starlette),
    ("tornado.web", "Application", _tornado),
    ("tornado.routing", "RuleRouter", _tornado),
    ("falcon", "App", _falcon),
    ("cherrypy", "Application", _cherrypy),
    ("cherrypy._cptree", "Tree", _cherrypy_tree),
    ("web", "application", _webpy),
    ("pyramid.router", "Router", _pyramid),
)
"""Module and name of each framework's class, and what reads its routes."""
