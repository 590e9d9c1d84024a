"""Rules about threads, processes and schedulers that a request starts."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.rules import Finding
from pa_new_check.source_rules.live_code import dead_code, live
from pa_new_check.source_rules.reading import Reading
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction, source
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_WAITS = frozenset(("join", "result", "as_completed", "wait", "shutdown"))


def note(module: Module, node: ast.Call, name: str, reading: Reading) -> None:
    """Note a call that starts something, if it is in a function."""
    is_start = name in known_apis.STARTS_WORK
    if is_start and reading.analysis.functions_around(module, node):
        reading.started.append((module, node, name))


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the findings about what the project's functions start."""
    if not reading.started:
        return
    at_import = {
        (finding.file, finding.line)
        for finding in reading.analysis.findings
        if finding.rule in ("thread-at-import", "process-at-import", "polling-bot")
    }
    uses = uses_of_names(reading)
    for module, node, name in reading.started:
        function = reading.analysis.functions_around(module, node)[-1]
        if (module.file, node.lineno) in at_import or _waits(function):
            continue
        if not is_reached(module, node, reading, uses):
            continue
        yield Finding(
            "thread-in-request",
            module.file,
            node.lineno,
            f"`{_shown(node)}` starts {_kind(name)} in a request",
            last_line=node.end_lineno or node.lineno,
        )


def _shown(node: ast.Call) -> str:
    """Return the code of a call without its arguments."""
    func = node.func
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call):
        return f"{source(func.value.func)}(...).{func.attr}()"
    return f"{source(func)}(...)"


def _kind(name: str) -> str:
    if "cheduler" in name:
        return "a scheduler"
    if "rocess" in name:
        return "a process"
    return "a timer" if "Timer" in name else "a thread"


def _waits(function: AnyFunction) -> bool:
    """Tell whether a function waits for what it starts."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        func = node.func
        if isinstance(func, ast.Name):
            if func.id in ("as_completed", "wait"):
                return True
        elif isinstance(func, ast.Attribute) and func.attr in _WAITS:
            # The method of a text takes a list, and that of os.path more than one part.
            is_time = all(
                isinstance(given, ast.Constant) and not isinstance(given.value, str)
                for given in node.args
            )
            if is_time or func.attr != "join":
                return True
    return False


def is_reached(
    module: Module, node: ast.Call, reading: Reading, uses: dict[str, int]
) -> bool:
    """Tell whether other code refers to one of the functions that a node is in."""
    around = reading.analysis.functions_around(module, node)
    if any(function.decorator_list for function in around):
        return True
    outer = around[0]
    own = sum(_name_of(inner) == outer.name for inner in ast.walk(outer))
    if outer.name in ("application", "__call__", "__init__"):
        return True
    return uses.get(outer.name, 0) > own


def uses_of_names(reading: Reading) -> dict[str, int]:
    """Count how often the live code of the project uses each name."""
    found: dict[str, int] = {}
    for module in reading.analysis.modules:
        for node in live(module.tree, dead_code(module)):
            name = _name_of(node)
            if name:
                found[name] = found.get(name, 0) + 1
            if isinstance(node, ast.ClassDef) and node.bases:
                # A library calls the methods of its classes by their names.
                for inner in node.body:
                    if isinstance(inner, FUNCTIONS):
                        found[inner.name] = found.get(inner.name, 0) + 1
    return found


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
