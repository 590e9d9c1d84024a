"""Finds the code of a file that PythonAnywhere can run: not that of the main program."""

from __future__ import annotations

from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_OTHER_SYSTEMS = frozenset(
    (
        ("os.name", "nt"),
        ("sys.platform", "win32"),
        ("sys.platform", "darwin"),
        ("platform.system()", "Windows"),
        ("platform.system()", "Darwin"),
    )
)


def live(tree: ast.AST, dead: set[ast.AST]) -> Iterator[ast.AST]:
    """Yield every node except dead code, each before the nodes inside it."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if node in dead:
            continue
        if isinstance(node, FUNCTIONS) and _is_command(node):
            continue
        yield node
        if isinstance(node, (ast.If, ast.IfExp)) and _is_for_another_system(node.test):
            if isinstance(node, ast.If):
                waiting += node.orelse
            else:
                waiting.append(node.orelse)
            continue
        # Like ast.iter_child_nodes, but three times as fast.
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and value._fields:
                waiting.append(value)


def _is_command(function: AnyFunction) -> bool:
    """Tell whether a function is a command for the console: ``@app.cli.command()``."""
    for decorator in function.decorator_list:
        made = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(made, ast.Attribute) and made.attr in ("command", "cli_command"):
            return True
    return False


def _is_for_another_system(test: ast.expr) -> bool:
    """Tell whether a condition holds on Windows or macOS only."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = ast.unparse(test.left), test.comparators[0]
        value = right.value if isinstance(right, ast.Constant) else None
        return isinstance(test.ops[0], ast.Eq) and (left, value) in _OTHER_SYSTEMS
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute):
        owner, first = test.func, test.args[0] if test.args else None
        return (
            owner.attr == "startswith"
            and ast.unparse(owner.value) == "sys.platform"
            and isinstance(first, ast.Constant)
            and first.value in ("win", "win32", "darwin", "cygwin")
        )
    return False


def dead_code(module: Module) -> set[ast.AST]:
    """Return code that only runs in the main program: guards, and functions they call."""
    dead = set(module.dead)
    if not dead:
        return dead
    functions = {
        node.name: node
        for node in module.tree.body
        if isinstance(node, FUNCTIONS) and not node.decorator_list
    }
    called = {
        node.id
        for statement in dead
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    waiting = {name for name in functions if name in called}
    while waiting:
        used = {
            node.id
            for statement in module.tree.body
            if statement not in dead
            for node in _live_outside(statement, dead)
            if isinstance(node, ast.Name)
        }
        more = {name for name in waiting if name not in used}
        if not more:
            break
        waiting -= more
        for name in more:
            dead.add(functions[name])
        for name in more:
            for node in ast.walk(functions[name]):
                other = functions.get(node.id) if isinstance(node, ast.Name) else None
                if other is not None and other not in dead:
                    waiting.add(other.name)
    return dead


def _live_outside(statement: ast.stmt, dead: set[ast.AST]) -> Iterator[ast.AST]:
    """Yield the live nodes of a statement; a function does not count for its name."""
    for node in live(statement, dead):
        own = getattr(statement, "name", None)
        if not (isinstance(node, ast.Name) and node.id == own):
            yield node
