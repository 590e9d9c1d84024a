"""Failures of code that waits for somebody at a keyboard, which a web app does not have."""

from __future__ import annotations

from pa_new_check.failure import Cause, Failure, tree_of
from pa_new_check.source_rules.statements import DEBUGGERS
from pa_new_check.syntax import FUNCTIONS, last_name, source
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast

_TRACES = {name.rpartition(".")[2] for name in DEBUGGERS}


def waits(failure: Failure) -> Cause | None:
    """Recognise `input()`, `breakpoint()` and other debuggers."""
    if failure.is_a("BdbQuit"):
        names = _TRACES
    elif failure.is_a("EOFError") or "lost sys.stdin" in failure.text:
        names = {"input"}
    else:
        return None
    for file, line in failure.own_frames:
        call = _call_before(file, line, names)
        if call is None:
            continue
        fix = "Remove this line."
        if names == {"input"}:
            fix = "Take the value from a form, an address or a setting in `.env`."
        return Cause(
            "import-error" if failure.is_import else "error-response",
            f"{failure.subject} calls `{source(call)}`, which waits for somebody at a "
            "keyboard",
            fix,
            consequence=failure.all_fail
            or "A web app has no keyboard: every visitor gets this error.",
            place=(file, call.lineno),
        )
    return None


def _call_before(file: Path, line: int, names: set[str]) -> ast.Call | None:
    """Return the last call of one of some functions at a line or before it.

    A debugger stops at the line below its call, in the same function.
    """
    tree = tree_of(file)
    around = [tree, *(node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))]
    inside = [
        node
        for node in around
        if isinstance(node, ast.Module)
        or node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    calls = [
        node
        for node in ast.walk(inside[-1])
        if isinstance(node, ast.Call)
        and last_name(node.func) in names
        and node.lineno <= line
    ]
    return max(calls, key=lambda call: call.lineno, default=None)
