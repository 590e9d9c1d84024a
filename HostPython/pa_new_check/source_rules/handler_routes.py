"""The route table of a project with handlers, and which methods its handlers have."""

from __future__ import annotations

from pa_new_check.source_rules.handler_classes import BASE
from pa_new_check.source_rules.page_files import with_extension
from pa_new_check.source_rules.page_routes import SwiftRow
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

_SWIFT_PARTS = pattern(r"(\{\w*(?:\.\.\.)?\})")
_SWIFT_EXEMPT = pattern(r"\bchecksCSRF[ \t]*:[ \t]*false\b")
_SWIFT_RENDER = pattern(r'\brender\(\s*"((?:\\.|[^"\\\n])+)"')
_SWIFT_LABEL = pattern(r"\b(get|post|put|patch|delete)[ \t]*:[ \t]*(\w+)\s*\.")


class Route:
    """A row of the table."""

    def __init__(
        self, regex: re.Pattern[str], handler: str, methods: frozenset[str] | None
    ) -> None:
        self.regex = regex
        self.handler = handler
        self.methods = methods
        """In small letters, None if they are not known."""
        self.checks_csrf = True
        """Whether it asks forms for a token, in Swift."""


class Routes:
    """The rows of the table in their order, and the templates that handlers show."""

    def __init__(self) -> None:
        self.rows: list[Route] = []
        self.is_known = True
        """Whether all rows are known."""
        self.shown: dict[str, set[str]] = {}
        """The handlers whose GET shows a template, by its path below ``templates/``."""
        self.is_swift = False

    @property
    def regexes(self) -> tuple[re.Pattern[str], ...] | None:
        """The patterns of all rows, None if not all are known."""
        return tuple(row.regex for row in self.rows) if self.is_known else None

    def answering(self, path: str) -> Route | None:
        """Return the row that takes the requests for a path."""
        return next((row for row in self.rows if row.regex.fullmatch(path)), None)


def of_python(trees: dict[str, ast.Module], classes: dict[str, ast.ClassDef]) -> Routes:
    """Return the table of handlers in Python.

    :param trees: the project's own files.
    :param classes: the project's own classes.
    """
    routes = Routes()
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple) and len(node.elts) >= 2:
                first, handler = node.elts[0], last_name(node.elts[1])
                is_text = isinstance(first, ast.Constant) and isinstance(
                    first.value, str
                )
                if handler not in classes or not isinstance(node.elts[1], ast.Name):
                    if handler in classes:
                        routes.is_known = False
                    continue
                regex = compiled(first.value) if is_text else None  # type: ignore[attr-defined]
                if regex is None:
                    routes.is_known = False
                else:
                    methods = methods_of(handler, classes)
                    routes.rows.append(Route(regex, handler, methods))
    for name, node in classes.items():
        for part in node.body:
            if isinstance(part, FUNCTIONS) and part.name == "get":
                for template in templates_of(part):
                    routes.shown.setdefault(template, set()).add(name)
    return routes


def compiled(text: str) -> re.Pattern[str] | None:
    """Return a pattern of a route, None if it is none."""
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return None


def methods_of(name: str, classes: dict[str, ast.ClassDef]) -> frozenset[str] | None:
    """Return the methods of a handler, None if others may be elsewhere."""
    found: set[str] = set()
    waiting, seen = [name], {name}
    for one in waiting:
        for base in classes[one].bases:
            inner = last_name(base)
            if inner in classes and inner not in seen:
                seen.add(inner)
                waiting.append(inner)
            elif inner != BASE and inner not in seen:
                return None
        for part in classes[one].body:
            if isinstance(part, FUNCTIONS):
                found.add(part.name)
            elif isinstance(part, ast.Assign):
                found.update(last_name(target) for target in part.targets)
            elif not isinstance(part, (ast.AnnAssign, ast.Expr, ast.Pass)):
                return None
        if classes[one].decorator_list or classes[one].keywords:
            return None
    return frozenset(found)


def templates_of(code: ast.AST) -> set[str]:
    """Return the templates that a method or a handler renders."""
    return {
        with_extension(part.args[0].value)
        for part in ast.walk(code)
        if isinstance(part, ast.Call)
        and last_name(part.func) == "render"
        and part.args
        and isinstance(part.args[0], ast.Constant)
        and isinstance(part.args[0].value, str)
    }


def of_swift(rows: list[SwiftRow], handlers: dict[str, str]) -> Routes:
    """Return the table of handlers in Swift.

    :param rows: its rows.
    :param handlers: the code of the handlers, by their names.
    """
    routes = Routes()
    routes.is_swift = True
    for row in rows:
        if row.path is None:
            routes.is_known = False
            continue
        parts = _SWIFT_PARTS.split(row.path)
        texts = [
            (".*" if part.endswith("...}") else "[^/]*")
            if _SWIFT_PARTS.fullmatch(part)
            else re.escape(part)
            for part in parts
        ]
        labels = _SWIFT_LABEL.findall(row.rest)
        handler = labels[0][1] if labels else ""
        methods = frozenset(label for label, _ in labels)
        route = Route(re.compile("".join(texts)), handler, methods)
        route.checks_csrf = not _SWIFT_EXEMPT.search(row.rest)
        routes.rows.append(route)
    for name, code in handlers.items():
        for template in _SWIFT_RENDER.findall(code):
            routes.shown.setdefault(with_extension(template), set()).add(name)
    return routes
