"""Rules about changes of an SQLite database that its connection does not keep.

Python's ``sqlite3`` begins a transaction with the first change. If nothing commits it, it is
gone with the connection. Only a connection is looked at that one function makes, and that
nothing else gets.
"""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.static_analysis.names import library_name
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction, last_name, module_constants
from pa_new_shared.later import ast, functools, re
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
_MEMORY = "memory"  # `:memory:` and `mode=memory` name a database that no file has
_MAX_FUNCTION = 400  # lines
_MAX_CONNECTIONS = 10  # of a function


class _Names:
    """The values of the names at the top of a file: read once, when asked for."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree

    @functools.cached_property
    def constants(self) -> dict[str, ast.expr]:
        """The values of those that have one value only."""
        return module_constants(self._tree)

    @functools.cached_property
    def first(self) -> dict[str, ast.expr]:
        """The first value of each."""
        found: dict[str, ast.expr] = {}
        for node in self._tree.body:
            for target in node.targets if isinstance(node, ast.Assign) else ():
                found.setdefault(last_name(target), node.value)  # type: ignore[attr-defined]
        return found


def judge(module: Module) -> Iterator[Finding]:
    """Yield the first lost change of each function."""
    names = _Names(module.tree)
    for node in ast.walk(module.tree):
        if not isinstance(node, FUNCTIONS) or _is_long(node):
            continue
        for name in _connections(module, node, names):
            line = _lost_line(names, node, name)
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


def _connections(module: Module, function: AnyFunction, names: _Names) -> list[str]:
    """Return the names of the connections that a function makes for itself."""
    found: list[str] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and _MEMORY in str(node.value):
            return []  # it may be the name of a database
        call = node.value if isinstance(node, ast.Assign) else None
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Name):
            continue
        assert isinstance(node, ast.Assign)
        is_plain = len(node.targets) == 1 and len(call.args) == 1
        if (
            is_plain
            and library_name(call.func, module) == "sqlite3.connect"
            and all(k.arg in _HARMLESS_NAMES for k in call.keywords)
            and _is_kept(call.args[0], names)
        ):
            found.append(target.id)
    return found if len(found) <= _MAX_CONNECTIONS else []


def _is_kept(place: ast.expr, names: _Names) -> bool:
    """Tell whether a database is in a file, as far as the code shows its name."""
    if isinstance(place, ast.Name):
        place = names.first.get(place.id, place)
    if not isinstance(place, ast.Constant):
        return True
    return bool(place.value) and _MEMORY not in str(place.value)


def _lost_line(texts: _Names, function: AnyFunction, name: str) -> int:
    """Return the line of the first change that a function does not keep, 0 without one."""
    names = {name}
    line = 0
    known: set[int] = set()  # the uses of the names that are understood
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
            sql = _sql(node, texts)
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


def _sql(call: ast.Call, texts: _Names) -> str | None:
    """Return the text of a statement as far as it is in the code, None if it is not."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Name):
        first = texts.constants.get(first.id)
    if isinstance(first, ast.JoinedStr):
        parts = [str(getattr(part, "value", "")) for part in first.values]
        is_begun = bool(first.values) and isinstance(first.values[0], ast.Constant)
        return " ".join(parts) if is_begun else None
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return str(first.value) if is_text else None  # type: ignore[union-attr]
