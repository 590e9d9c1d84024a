"""Failures by calls that do not end: a function that leads to itself again."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from pa_new_check.failure import Cause, Failure, tree_of
from pa_new_check.source_rules.handler_classes import is_own
from pa_new_check.syntax import FUNCTIONS, AnyFunction, last_name
from pa_new_shared.text import plain


def endless(failure: Failure) -> Cause | None:
    """Recognise calls of the project's functions that are too deep for Python."""
    if not failure.is_a("RecursionError"):
        return None
    places = Counter(failure.all_own_frames)
    # A line that is there once is only where it began. Of the others, the last one is
    # the same however deep the calls are when Python ends them.
    place = max((p for p in places if places[p] > 1), default=None)
    node, owner = _function_at(*place) if place else (None, "")
    if place is None or node is None:
        return None
    name = f"{owner}.{node.name}" if owner else node.name
    fix = (
        "Write a condition above this line that ends the calls, or call something else."
    )
    call = _own_call(node, place[1]) if owner else ""
    if call and call != node.name and not _is_method_of(place[0], owner, call):
        fix = (
            f"`{plain(call)}` calls `{plain(node.name)}` of this class again: write "
            f"`super().{plain(node.name)}(...)` here, or give this method another name."
        )
    return Cause(
        "import-error" if failure.is_import else "error-response",
        f"{failure.subject} calls `{plain(name)}` again and again: this line leads to it",
        fix,
        "error",
        failure.all_fail,
        place,
    )


def _function_at(file: Path, line: int) -> tuple[AnyFunction | None, str]:
    """Return the innermost function that has a line, and the class that it is in."""
    found: AnyFunction | None = None
    owner = ""
    waiting: list[tuple[ast.AST, str]] = [(tree_of(file), "")]
    for node, name in waiting:
        if isinstance(node, FUNCTIONS):
            if node.lineno <= line <= (node.end_lineno or 0):
                found, owner = node, name
            name = ""
        elif isinstance(node, ast.ClassDef):
            name = node.name
        waiting += [(inner, name) for inner in ast.iter_child_nodes(node)]
    return found, owner


def _own_call(node: AnyFunction, line: int) -> str:
    """Return the only method of ``self`` that a line calls, "" without one."""
    calls = {
        last_name(part.func)
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and part.lineno == line and is_own(part.func)
    }
    return calls.pop() if len(calls) == 1 else ""


def _is_method_of(file: Path, owner: str, name: str) -> bool:
    """Tell whether a class itself has a method."""
    return any(
        isinstance(part, FUNCTIONS) and part.name == name
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ClassDef) and node.name == owner
        for part in node.body
    )
