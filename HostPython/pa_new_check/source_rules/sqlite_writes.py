"""Rules about changes of an SQLite database that its connection does not keep.

Python's ``sqlite3`` begins a transaction with the first change. If nothing commits it, it is
gone with the connection. Only a connection is looked at that one function makes, and that
nothing else gets.
"""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.static_analysis.names import library_name
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction, last_name, module_constant
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_CHANGES = pattern(r"\s*(?:insert|update|delete|replace)\b", re.IGNORECASE)
# What a statement may say besides, after which nothing is certain.
_OTHERS = pattern(
    r"\b(?:commit|end|begin|savepoint|rollback|temp|temporary|attach|pragma)\b",
    re.IGNORECASE,
)
_HARMLESS_NAMES = ("check_same_thread", "timeout", "detect_types")
_ASKS = ("execute", "executemany")
# What else may be done with a connection or a cursor, and keeps no change.
_FETCHES = ("close", "cursor", "fetchall", "fetchone", "fetchmany", "lastrowid")
_SETS = ("row_factory", "rowcount", "text_factory", "arraysize", "description")
_KEEPS = ("commit", "connection", "autocommit", "isolation_level")
_MAX_FUNCTION = 400  # lines


def judge(module: Module) -> Iterator[Finding]:
    """Yield the first lost change of each function."""
    for node in ast.walk(module.tree):
        if not isinstance(node, FUNCTIONS) or _is_long(node):
            continue
        for name in _connections(module, node):
            line = _lost_line(module, node, name)
            if line:
                yield Finding(
                    "lost-change",
                    module.file,
                    line,
                    f"`{plain(name)}` is closed without `commit`, and this change is lost",
                    f"Write `{plain(name)}.commit()` below the last change.",
                )


def _is_long(node: AnyFunction) -> bool:
    return (node.end_lineno or 0) - node.lineno > _MAX_FUNCTION


def _connections(module: Module, function: AnyFunction) -> Iterator[str]:
    """Yield the names of the connections that a function makes for itself."""
    for node in ast.walk(function):
        call = node.value if isinstance(node, ast.Assign) else None
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Name):
            continue
        assert isinstance(node, ast.Assign)
        is_plain = len(node.targets) == 1 and len(call.args) == 1
        place = call.args[0] if call.args else None
        text = _text(module, place)
        if (
            is_plain
            and library_name(call.func, module) == "sqlite3.connect"
            and all(k.arg in _HARMLESS_NAMES for k in call.keywords)
            and "memory" not in text
            and text
        ):
            yield target.id


def _text(module: Module, place: ast.expr | None) -> str:
    """Return the name of a database file as far as it is known, else "file"."""
    if isinstance(place, ast.Name):
        for node in module.tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(last_name(target) == place.id for target in targets):
                place = node.value  # type: ignore[attr-defined]
                break
    return str(place.value) if isinstance(place, ast.Constant) else "file"


def _lost_line(module: Module, function: AnyFunction, name: str) -> int:
    """Return the line of the first change that a function does not keep, 0 without one."""
    names = {name}
    line = 0
    known: set[int] = set()
    """The uses of the names that are understood."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            made = node.value
            target = node.targets[0]
            is_cursor = isinstance(made, ast.Call) and last_name(made.func) == "cursor"
            if is_cursor and isinstance(target, ast.Name) and len(node.targets) == 1:
                assert isinstance(made, ast.Call)
                owner = getattr(made.func, "value", None)
                if isinstance(owner, ast.Name) and owner.id == name:
                    names.add(target.id)
    stored = 0
    for node in ast.walk(function):
        if isinstance(node, (ast.Global, ast.Nonlocal, ast.Lambda, ast.ClassDef)):
            return 0
        if (
            isinstance(node, (*FUNCTIONS, ast.Yield, ast.YieldFrom))
            and node is not function
        ):
            return 0
        if isinstance(node, ast.Attribute) and node.attr in _KEEPS:
            return 0
        if isinstance(node, ast.Attribute) and last_name(node.value) in names:
            if node.attr not in (*_ASKS, *_FETCHES, *_SETS):
                return 0  # such as rollback, executescript and backup
            known.add(id(node.value))
        if isinstance(node, ast.Call) and last_name(node.func) in _ASKS:
            owner = getattr(node.func, "value", None)
            sql = _sql(module, node)
            if sql is None or _OTHERS.search(sql):
                return 0
            if _is_of(owner, names) and _CHANGES.match(sql):
                line = min(line or node.lineno, node.lineno)
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names and id(node) not in known:
            if not isinstance(node.ctx, ast.Store):
                return 0  # something else gets it
            stored += 1
    return line if stored == len(names) else 0


def _is_of(owner: ast.expr | None, names: set[str]) -> bool:
    """Tell whether a call is of the connection: itself, a cursor, or one after another."""
    while isinstance(owner, (ast.Call, ast.Attribute)):
        owner = owner.func if isinstance(owner, ast.Call) else owner.value
    return isinstance(owner, ast.Name) and owner.id in names


def _sql(module: Module, call: ast.Call) -> str | None:
    """Return the text of a statement as far as it is in the code, None if it is not."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Name):
        first = module_constant(module.tree, first.id)
    if isinstance(first, ast.JoinedStr):
        parts = [str(getattr(part, "value", "")) for part in first.values]
        is_begun = bool(first.values) and isinstance(first.values[0], ast.Constant)
        return " ".join(parts) if is_begun else None
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return str(first.value) if is_text else None  # type: ignore[union-attr]
