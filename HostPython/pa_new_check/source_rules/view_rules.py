"""Rules about views that a request does not reach: its method, or its part of the app."""

from __future__ import annotations

from pa_new_check.project import Unreadable, content_of, parse, python_files
from pa_new_check.rules import Finding
from pa_new_check.source_rules.reading import Reading
from pa_new_check.source_rules.route_rows import BOTTLE, FASTAPI, FLASK, decorated_row
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction, last_name
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = {
    "Blueprint": ("blueprint", "app.register_blueprint"),
    "APIRouter": ("router", "app.include_router"),
}
_WORDS = (b"Blueprint(", b"APIRouter(")
# What finds objects without their names.
_FINDERS = frozenset(
    ("globals", "vars", "getmembers", "iter_modules", "walk_packages", "find_modules")
)
_FORMS = {FLASK: ("form", "files"), BOTTLE: ("forms", "files", "POST")}
_MAX_FILES = 300


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the findings about all files."""
    has_parts = False
    for module in reading.analysis.modules:
        values = module.scope.names.values()
        if not any(
            v.origin.startswith(("flask.", "fastapi.", "bottle.")) for v in values
        ):
            continue
        has_parts = True
        for node in ast.walk(module.tree):
            if isinstance(node, FUNCTIONS) and node.decorator_list:
                yield from _judge_methods(module, node)
    if has_parts:
        yield from _judge_parts(reading)


# Methods.


def _judge_methods(module: Module, function: AnyFunction) -> Iterator[Finding]:
    """Yield a finding for a view that takes a form, and no request with POST."""
    rows = []
    for decorator in function.decorator_list:
        name = last_name(decorator.func) if isinstance(decorator, ast.Call) else ""
        row = None
        if isinstance(decorator, ast.Call):
            row = decorated_row(module, function, decorator)
        if row is None and (name in ("route", "api_route", "expose", "add_url_rule")):
            return  # the methods are not known
        rows += [] if row is None else [row]
    if not rows or any(row.methods - {"GET", "HEAD", "OPTIONS"} for _, row in rows):
        return
    kind, first = rows[0]
    found = _takes_form(kind, function)
    if found is None or any(
        isinstance(node, ast.Name) and node.id == function.name
        for node in ast.walk(module.tree)
    ):
        return  # another route may use it, too
    code = ast.unparse(found)
    decorator = function.decorator_list[0]
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    before = ast.unparse(func.value) + "." if isinstance(func, ast.Attribute) else ""
    fix = {
        FLASK: f'Write `@{before}route("{first.shown}", methods=["GET", "POST"])`.',
        BOTTLE: f'Write `@{before}route("{first.shown}", method=["GET", "POST"])`.',
        FASTAPI: f'Write `@{before}post("{first.shown}")`.',
    }[kind]
    yield Finding(
        "page-mistake",
        module.file,
        first.line,
        f"`{function.name}` reads what a form sends (`{code}` in line {found.lineno}), "
        "and its route takes no POST",
        fix,
        consequence="The app answers 405 (Method Not Allowed) to such a form.",
    )


def _takes_form(kind: str, function: AnyFunction) -> ast.expr | None:
    """Return the code in a view that shows that it is for POST, None without it."""
    if kind == FASTAPI:
        given = function.args
        for default in [*given.defaults, *given.kw_defaults]:
            if isinstance(default, ast.Call) and last_name(default.func) in (
                "Form",
                "File",
            ):
                return default
        return None
    for node in ast.walk(function):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            right = node.comparators[0]
            if (
                isinstance(node.ops[0], ast.Eq)
                and isinstance(right, ast.Constant)
                and right.value == "POST"
                and ast.unparse(node.left) == "request.method"
            ):
                return node
        elif (
            isinstance(node, ast.Attribute)
            and node.attr in _FORMS[kind]
            and isinstance(node.value, ast.Name)
            and node.value.id == "request"
        ):
            return node
    return None


# Parts of an app.


class _Part:
    """A blueprint or router that has routes."""

    def __init__(self, file: str, node: ast.Assign, name: str, kind: str) -> None:
        self.file = file
        self.line = node.lineno
        self.name = name
        self.kind, self.call = _PARTS[kind]
        # The first argument of a blueprint is its own name.
        self.own = {id(inner) for inner in ast.walk(node)}
        parts = file.removesuffix(".py").removesuffix("/__init__").split("/")
        self.module = parts[-1]


def _judge_parts(reading: Reading) -> Iterator[Finding]:
    """Yield the blueprints and routers with routes that no app has."""
    project = reading.project
    known = {module.path: module.tree for module in reading.analysis.modules}
    trees: dict[str, ast.Module] = {}
    parts: list[_Part] = []
    for path in list(python_files(project.folder))[:_MAX_FILES]:
        name = project.name(path)
        if name.split("/")[0] in ("tests", "test"):
            continue
        try:
            has_parts = any(word in content_of(path) for word in _WORDS)
            trees[name] = known.get(path) or parse(path, None)
        except (Unreadable, SyntaxError):
            return  # it may be registered there
        parts += _made(trees[name], name) if has_parts else ()
    if any(_is_finder(node) for tree in trees.values() for node in ast.walk(tree)):
        return
    for part in parts:
        others = {p.module for p in parts if p.name == part.name} - {part.module}
        if not any(
            _uses(tree, part, others, is_own=name == part.file)
            for name, tree in trees.items()
        ):
            yield Finding(
                "hidden-route",
                part.file,
                part.line,
                f"The {part.kind} `{part.name}` is not part of the app",
                f"Write `{part.call}({part.module}.{part.name})` where the app is made.",
                consequence="Each of its addresses answers 404 (Not Found).",
            )


def _made(tree: ast.Module, file: str) -> Iterator[_Part]:
    """Yield the blueprints and routers of a file that have routes."""
    owners = {
        owner.id for owner in _owners(tree).values() if isinstance(owner, ast.Name)
    }
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and isinstance(target, ast.Name):
            call = node.value
            kind = last_name(call.func) if isinstance(call, ast.Call) else ""
            if kind in _PARTS and target.id in owners:
                yield _Part(file, node, target.id, kind)


def _owners(tree: ast.Module) -> dict[int, ast.expr]:
    """Return what has the decorators of a file's functions, by the node's identity."""
    return {
        id(decorator.func.value): decorator.func.value
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
    }


def _is_finder(node: ast.AST) -> bool:
    """Tell whether code finds objects without their names."""
    return isinstance(node, (ast.Name, ast.Attribute)) and last_name(node) in _FINDERS


def _uses(tree: ast.Module, part: _Part, others: set[str], *, is_own: bool) -> bool:
    """Tell whether a file uses a part of the app, but for its routes.

    :param others: the other modules with a part of the same name.
    """
    owners = _owners(tree) if is_own else {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            is_read = isinstance(node.ctx, ast.Load) and id(node) not in owners
            if is_own and is_read and node.id == part.name:
                return True
        elif isinstance(node, ast.Attribute):
            if node.attr == part.name and last_name(node.value) not in others:
                return True
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            last = (node.module or "").rpartition(".")[2]
            if names & {part.name, "*"} and last not in others:
                return True
        elif isinstance(node, ast.Constant):
            # It may be in a path such as "shop.cart:blueprint".
            last = str(node.value).replace(":", ".").rpartition(".")[2]
            if last == part.name and id(node) not in part.own:
                return True
    return False
