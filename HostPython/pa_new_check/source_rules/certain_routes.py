"""The route table of a project with handlers, if the code leaves no doubt about any row."""

from __future__ import annotations

from pa_new_check.source_rules.handler_classes import BASE
from pa_new_check.source_rules.handler_routes import Route, compiled, methods_of
from pa_new_check.syntax import last_name
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable

_APPLICATION = "Application"
_STATIC = "/static/"  # PythonAnywhere answers what begins so
_CHANGES = ("append", "extend", "insert", "remove", "pop", "clear", "reverse", "sort")
_MAX_PARTS = 500  # of a table


class CertainRoutes:
    """The rows in their order."""

    def __init__(self, rows: list[Route]) -> None:
        self.rows = rows

    def answering(self, path: str) -> Route | None:
        """Return the row that takes the requests for a path."""
        return next((row for row in self.rows if row.regex.fullmatch(path)), None)

    def is_lost(self, path: str) -> bool:
        """Tell whether the app answers 404 for a path, and nothing else may answer it."""
        return not path.startswith(_STATIC) and self.answering(path) is None

    @property
    def paths(self) -> set[str]:
        """The paths of the rows that have one only."""
        from pa_new_check.sandbox_frameworks import literal  # few need it

        found = {literal(row.regex.pattern) for row in self.rows}
        return {path for path in found if path is not None}


def of_python(
    trees: Iterable[ast.Module], classes: dict[str, ast.ClassDef]
) -> CertainRoutes | None:
    """Return the table of handlers in Python, None if some of it is not certain.

    There has to be one application, which is given a name at the top of a file and is not
    changed or wrapped, with a table of pairs that are written out.

    :param trees: the project's own files.
    :param classes: the project's own classes.
    """
    trees = list(trees)
    calls = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and last_name(node.func) == _APPLICATION
    ]
    kinds = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    is_extended = len(kinds) > len(classes) or any(
        last_name(base) == _APPLICATION for node in kinds for base in node.bases
    )
    names = _names(trees, calls[0]) if len(calls) == 1 else set()
    if is_extended or not names or _is_used(trees, names):
        return None
    given = [*calls[0].args[:1]]
    given += [k.value for k in calls[0].keywords if k.arg in ("routes", "handlers")]
    if len(given) != 1 or any(k.arg is None for k in calls[0].keywords):
        return None
    rows: list[Route] = []
    for part in _rows(given[0], trees) or ():
        row = _row(part, classes)
        if row is None:
            return None
        rows.append(row)
    return CertainRoutes(rows) if rows else None


def _names(trees: list[ast.Module], call: ast.Call) -> set[str]:
    """Return the names that an application gets at the top of a file."""
    for tree in trees:
        for node in tree.body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is call:
                targets = (
                    node.targets if isinstance(node, ast.Assign) else [node.target]
                )
                if all(isinstance(target, ast.Name) for target in targets):
                    return {last_name(target) for target in targets}
    return set()


def _is_used(trees: list[ast.Module], names: set[str]) -> bool:
    """Tell whether code may change or wrap what has a name."""
    for tree in trees:
        # The entry file gives it the same name: `application = routes.application`.
        again = {id(_same(node, names)) for node in tree.body}
        for node in ast.walk(tree):
            if id(node) in again:
                continue
            if isinstance(node, ast.Attribute):
                # A handler knows its application as `self.application`.
                is_named = node.attr in names and last_name(node.value) != "self"
                if is_named or last_name(node.value) in names:
                    return True
            elif isinstance(node, ast.Name) and node.id in names:
                if not isinstance(node.ctx, ast.Store):
                    return True
            elif isinstance(node, ast.alias) and node.asname and node.name in names:
                return True
    return False


def _same(node: ast.stmt, names: set[str]) -> ast.expr | None:
    """Return what a statement gives the name that it has in another module, or None."""
    value = node.value if isinstance(node, ast.Assign) else None
    if not isinstance(node, ast.Assign) or not isinstance(value, ast.Attribute):
        return None
    is_same = all(last_name(target) == value.attr for target in node.targets)
    return value if is_same and value.attr in names else None


def _rows(table: ast.expr, trees: list[ast.Module]) -> list[ast.expr] | None:
    """Return the rows of a table, None if not all are written out."""
    rows: list[ast.expr] = []
    waiting = [table]
    while waiting:
        node = waiting.pop(0)
        if len(rows) + len(waiting) > _MAX_PARTS:
            return None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            waiting[:0] = [node.left, node.right]
        elif isinstance(node, ast.List):
            for element in reversed(node.elts):
                is_more = isinstance(element, ast.Starred)
                waiting.insert(0, element.value if is_more else element)  # type: ignore[attr-defined]
        elif isinstance(node, ast.Tuple):
            rows.append(node)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            value = _value(last_name(node), trees)
            if value is None:
                return None
            waiting.insert(0, value)
        else:
            return None
    return rows


def _value(name: str, trees: list[ast.Module]) -> ast.expr | None:
    """Return the list that a name has in all of the code, None if it may be another one."""
    values: list[ast.expr] = []
    for tree in trees:
        top = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and id(node) in top:
                targets = (
                    node.targets if isinstance(node, ast.Assign) else [node.target]
                )
                if len(targets) == 1 and last_name(targets[0]) == name and node.value:
                    values.append(node.value)
            if _may_change(node, name):
                return None
            if isinstance(node, ast.Name) and node.id == name:
                values += [] if isinstance(node.ctx, ast.Load) else [node]
    # The name itself is stored once, and has a list.
    lists = [value for value in values if isinstance(value, (ast.List, ast.BinOp))]
    return lists[0] if len(lists) == 1 and len(values) == 2 else None


def _may_change(node: ast.AST, name: str) -> bool:
    """Tell whether code may change the list that has a name."""
    if isinstance(node, ast.Attribute):
        return node.attr in _CHANGES and last_name(node.value) == name
    if isinstance(node, ast.Call) and last_name(node.func) != _APPLICATION:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        return any(last_name(argument) == name for argument in given)
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Return)):
        # It has another name then, by which the list may be changed.
        return node.value is not None and last_name(node.value) == name
    return isinstance(node, ast.Subscript) and last_name(node.value) == name


def _row(node: ast.expr, classes: dict[str, ast.ClassDef]) -> Route | None:
    """Return a row, None if it is not certain."""
    parts = node.elts if isinstance(node, ast.Tuple) else []
    if not 2 <= len(parts) <= 3 or not isinstance(parts[0], ast.Constant):
        return None
    text, name = parts[0].value, last_name(parts[1])
    regex = compiled(text) if isinstance(text, str) else None
    is_class = isinstance(parts[1], (ast.Name, ast.Attribute)) and name in classes
    if regex is None or not is_class or name == BASE:
        return None
    return Route(regex, name, methods_of(name, classes))
