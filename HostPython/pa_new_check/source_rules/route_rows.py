"""Reads the rows of route tables: pairs, calls of Django's `path`, and decorators."""

from __future__ import annotations

from pa_new_check.static_analysis.names import library_name
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction, last_name
from pa_new_shared.later import ast, functools, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FLASK, FASTAPI, BOTTLE = "flask", "fastapi", "bottle"
DJANGO, HANDLERS = "django", "handlers"
_KINDS = {
    "flask.Flask()": FLASK,
    "flask.Blueprint()": FLASK,
    "flask.blueprints.Blueprint()": FLASK,
    "fastapi.FastAPI()": FASTAPI,
    "fastapi.APIRouter()": FASTAPI,
    "bottle.Bottle()": BOTTLE,
    "bottle": BOTTLE,
}
VERBS = frozenset(("get", "post", "put", "patch", "delete", "head", "options"))
_ALL = frozenset(verb.upper() for verb in VERBS)
_FLASK = pattern(r"<(?:(\w+)(?:\([^<>]*\))?:)?(\w+)>")
_DJANGO = pattern(r"<(?:(\w+):)?(\w+)>")
_FASTAPI = pattern(r"\{(?:(\w+):(\w+)|(\w+))\}")
_BOTTLE = pattern(r"<(\w+)(?::(\w+)(?::(?:\\.|[^\\>])*)?)?>")
_NUMBERS = r"[0-9]+"
_SEGMENT = r"[^/]+"
_CONVERTERS = {
    "int": _NUMBERS,
    "str": _SEGMENT,
    "string": _SEGMENT,
    "slug": r"[-a-zA-Z0-9_]+",
    "path": r".+",
    "float": r"[0-9]+\.[0-9]+",
    "uuid": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}
_MAX_ROWS = 300  # of one table
_APPLICATIONS = ("Application", "add_handlers")
# Methods of a list that change what is in it, or its order.
_CHANGES = frozenset(("insert", "reverse", "sort", "remove", "pop", "clear"))


class Row:
    """A row of a route table."""

    def __init__(
        self,
        file: str,
        line: int,
        shown: str,
        read: Callable[[str], str | None],
        target: str,
        methods: frozenset[str] = _ALL,
    ) -> None:
        self.file = file
        self.line = line
        self.shown = shown
        """Its path, as the code has it."""
        self._read = read
        self.target = target
        """The name of the view or handler."""
        self.methods = methods
        self.is_regex = False
        """Whether what Django shows is a regular expression."""

    @functools.cached_property
    def regex(self) -> str | None:
        """What the whole path has to match, None if that is not known."""
        return self._read(self.shown)


class Table:
    """Rows in the order in which a framework looks at them."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rows: list[Row] = []


def served_names(trees: Iterable[ast.Module]) -> set[str]:
    """Return the names of the lists that reach an application as they are."""
    served: set[str] = set()
    changed: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and last_name(node.func) in _APPLICATIONS:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                served.update(last_name(p) for value in given for p in _parts(value))
            elif isinstance(node, ast.Attribute) and node.attr in _CHANGES:
                changed.add(last_name(node.value))
    return served - changed - {""}


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of a sum of lists."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.BinOp):
            waiting += [node.left, node.right]
        elif isinstance(node, (ast.List, ast.Tuple)):
            waiting += [e.value for e in node.elts if isinstance(e, ast.Starred)]


def tables(module: Module, served: set[str] | None) -> Iterator[Table]:
    """Yield the route tables of a file.

    :param served: the lists that are tables of pairs of a path and a class, None if there
        are no such pairs.
    """
    tree = module.tree
    if served is not None:
        yield from _of_handlers(module, served)
    yield from _of_scope(module, tree.body)
    for node in tree.body:
        if isinstance(node, FUNCTIONS):
            yield from _of_scope(module, node.body)


def _of_handlers(module: Module, served: set[str]) -> Iterator[Table]:
    """Yield the tables of pairs that reach an application as they are."""
    for node in ast.walk(module.tree):
        values: list[ast.expr] = []
        if isinstance(node, ast.Call) and last_name(node.func) in _APPLICATIONS:
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if {last_name(target) for target in targets} & served:
                values = [node.value]
        for value in values:
            for part in _parts(value):
                if isinstance(part, (ast.List, ast.Tuple)):
                    table = _of_pairs(module, part)
                    yield from [table] if table.rows else []


def _of_scope(module: Module, body: list[ast.stmt]) -> Iterator[Table]:
    decorated: dict[str, Table] = {}
    for statement in body:
        if isinstance(statement, FUNCTIONS):
            for decorator in statement.decorator_list:
                _add_decorated(module, statement, decorator, decorated)
        elif isinstance(statement, ast.Expr):
            _add_mount(module, statement.value, decorated)
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr)):
            value = statement.value
            waiting = [] if value is None else [value]
            while waiting:
                node = waiting.pop()
                if isinstance(node, (ast.List, ast.Tuple)):
                    yield from _of_django(module, node)
                elif isinstance(node, ast.Call):
                    waiting += [*node.args, *(k.value for k in node.keywords)]
                elif isinstance(node, ast.BinOp):
                    waiting += [node.left, node.right]
    yield from decorated.values()


# Lists.


def _of_pairs(module: Module, node: ast.List | ast.Tuple) -> Table:
    """Return the table of a list of pairs of a path and a class."""
    table = Table(HANDLERS)
    for element in node.elts[:_MAX_ROWS]:
        if isinstance(element, ast.Tuple) and len(element.elts) >= 2:
            text = _text(element.elts[0])
            target = last_name(element.elts[1])
            is_row = text is not None and text[:1] in ("/", "(", "^", ".")
            if text is not None and is_row and target[:1].isupper():
                row = Row(module.file, element.lineno, text, str, target)
                table.rows.append(row)
    return table


def _of_django(module: Module, node: ast.List | ast.Tuple) -> Iterator[Table]:
    """Yield the table of a list of calls of Django's, if it is one."""
    calls = Table(DJANGO)
    for element in node.elts[:_MAX_ROWS]:
        if isinstance(element, ast.Call) and element.args:
            name = last_name(element.func)
            text = _text(element.args[0])
            view = element.args[1] if len(element.args) > 1 else None
            if text is None or view is None or name not in ("path", "re_path", "url"):
                continue
            if not library_name(element.func, module).startswith("django."):
                continue
            called = view.func if isinstance(view, ast.Call) else view
            is_part = last_name(called) in ("include", "urls")
            read = _of_path if name == "path" else _whole
            read = _unknown if is_part else read
            row = Row(module.file, element.lineno, text, read, ast.unparse(view))
            row.is_regex = name != "path"
            calls.rows.append(row)
    yield from [calls] if calls.rows else []


def _whole(text: str) -> str:
    """Return the regular expression for a whole path, for one that finds a part of it."""
    begin = "" if text.startswith("^") else ".*"
    end = "" if text.endswith(("$", "\\Z")) else ".*"
    return f"{begin}{text.removeprefix('^').removesuffix('$')}{end}"


def _text(node: ast.expr) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None  # type: ignore[attr-defined]


def _translated(text: str, parameter: re.Pattern[str], kind: int) -> str | None:
    """Return the regular expression for a path with parameters, None if it is not known.

    :param parameter: what a parameter looks like.
    :param kind: the group with the name of its converter.
    """
    parts: list[str] = []
    end = 0
    for found in parameter.finditer(text):
        regex = _CONVERTERS.get(found[kind] or "str")
        if regex is None:
            return None
        parts += [re.escape(text[end : found.start()]), f"({regex})"]
        end = found.end()
    return "".join([*parts, re.escape(text[end:])])


def _of_path(text: str) -> str | None:
    return _translated(text, _DJANGO, 1)


def _unknown(text: str) -> str | None:
    return None


_READERS = {
    FLASK: lambda text: _translated(text, _FLASK, 1),
    FASTAPI: lambda text: _translated(text, _FASTAPI, 2),
    BOTTLE: lambda text: _translated(text, _BOTTLE, 2),
}
"""How frameworks read the path of a decorator."""


# Decorators.


def kind_of(module: Module, owner: ast.expr | None) -> str:
    """Return the framework of what has a decorator for routes, "" if it is not known.

    :param owner: None for a function of Bottle's own.
    """
    name = "" if owner is None else library_name(owner, module)
    if name:
        return _KINDS.get(name, "")
    libraries = {
        value.origin.partition(".")[0] for value in module.scope.names.values()
    }
    known = [kind for kind in (FLASK, FASTAPI, BOTTLE) if kind in libraries]
    return known[0] if len(known) == 1 else ""


def _add_decorated(
    module: Module, function: AnyFunction, decorator: ast.expr, found: dict[str, Table]
) -> None:
    """Add the row that a decorator makes to the table of its owner."""
    if not isinstance(decorator, ast.Call):
        return
    row = decorated_row(module, function, decorator)
    if row is None:
        return
    kind, row_made = row
    func = decorator.func
    owner = ast.unparse(func.value) if isinstance(func, ast.Attribute) else ""
    table = found.setdefault(owner, Table(kind))
    if table.kind == kind and len(table.rows) < _MAX_ROWS:
        table.rows.append(row_made)


def decorated_row(
    module: Module, function: AnyFunction, decorator: ast.Call
) -> tuple[str, Row] | None:
    """Return the framework of a decorator for a route, and its row; None for others."""
    func = decorator.func
    name = last_name(func)
    if name != "route" and name not in VERBS:
        return None
    owner = func.value if isinstance(func, ast.Attribute) else None
    if owner is None and not library_name(func, module).startswith("bottle."):
        return None
    kind = BOTTLE if owner is None else kind_of(module, owner)
    given = [*decorator.args[:1]]
    given += [k.value for k in decorator.keywords if k.arg in ("rule", "path")]
    text = _text(given[0]) if given else None
    methods = _methods(kind, name, decorator)
    if not kind or text is None or methods is None:
        return None
    read = _READERS[kind]
    if any(k.arg in ("host", "subdomain", "defaults") for k in decorator.keywords):
        read = _unknown
    return kind, Row(module.file, decorator.lineno, text, read, function.name, methods)


def _methods(kind: str, name: str, decorator: ast.Call) -> frozenset[str] | None:
    """Return the methods of a decorator's route, None if they are not known."""
    if name != "route":
        return frozenset((name.upper(),))
    given = [k.value for k in decorator.keywords if k.arg in ("methods", "method")]
    if kind == BOTTLE:
        given += decorator.args[1:2]
    if any(k.arg is None for k in decorator.keywords):
        return None
    if not given:
        return frozenset(("GET",))
    items = (
        given[0].elts if isinstance(given[0], (ast.List, ast.Tuple, ast.Set)) else []
    )
    texts = [_text(item) for item in items or given]
    if None in texts:
        return None
    names = frozenset(str(text).upper() for text in texts)
    return _ALL if "ANY" in names else names


def _below(text: str) -> str:
    return f"{re.escape(text.rstrip('/'))}/.*"


def _add_mount(module: Module, call: ast.expr, found: dict[str, Table]) -> None:
    """Add an app that is mounted, which takes all requests below its path."""
    if not isinstance(call, ast.Call) or last_name(call.func) != "mount":
        return
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    text = _text(call.args[0]) if call.args else None
    if owner is None or text is None or kind_of(module, owner) != FASTAPI:
        return
    row = Row(module.file, call.lineno, text, _below, "")
    table = found.setdefault(ast.unparse(owner), Table(FASTAPI))
    table.rows.append(row)
