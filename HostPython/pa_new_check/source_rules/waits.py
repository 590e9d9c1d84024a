"""Rules about requests that keep a worker waiting."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.rules import Finding
from pa_new_check.static_analysis.names import library_name
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import AnyFunction, items
from pa_new_shared.later import ast, re

_STREAM = "text/event-stream"

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator


def judge_text(module: Module, node: ast.Constant) -> Iterator[Finding]:
    """Report a text that asks the server for a WebSocket."""
    if node.value == "wsgi.websocket":
        what = "This needs a WebSocket that only gevent's server provides"
        yield Finding("websocket", module.file, node.lineno, what)


def pushes(module: Module, node: ast.Call) -> Iterator[Finding]:
    """Report an answer that is a stream of events."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in ("get", "startswith", "best_match", "index", "find"):
        return  # it asks which types the browser accepts
    for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
        parts = [value]
        if isinstance(value, ast.Dict):
            parts = list(value.values)
        elif isinstance(value, (ast.List, ast.Tuple)):
            parts = [part for item in value.elts for part in items(item)]
        for part in parts:
            text = part.value if isinstance(part, ast.Constant) else None
            if not isinstance(text, str) or not text.startswith(_STREAM):
                continue
            if re.match(rf"{_STREAM}\s*(;|$)", text):
                what = "This response is a stream of server-sent events"
                yield Finding("push", module.file, part.lineno, what)


def waits(module: Module, handler: AnyFunction) -> Iterator[Finding]:
    """Report a request that is kept waiting for something to happen."""
    nodes = list(ast.walk(handler))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    if any(str(text).startswith("text/event-stream") for text in texts):
        return  # another rule reports it
    for node in nodes:
        if isinstance(node, ast.While):
            waits = any(_sleeps(module, inner) for inner in ast.walk(node))
            if waits and not _is_counted(node.test):
                what = "This request waits in a loop until something happens"
                yield Finding("push", module.file, node.lineno, what)
                return
        elif isinstance(node, ast.Call) and not _is_short(node):
            name = library_name(node.func, module)
            if name in known_apis.WAITS_FOR:
                method = name.rpartition(".")[2]
                what = f"This request waits in `{method}` until something happens"
                yield Finding("push", module.file, node.lineno, what)
                return


def _sleeps(module: Module, node: ast.AST) -> bool:
    """Tell whether this waits, for a time or for another program."""
    if isinstance(node, ast.Await):
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            return call.func.attr == "wait" or _sleeps(module, call)
        return False
    if not isinstance(node, ast.Call):
        return False
    name = library_name(node.func, module)
    if not name and isinstance(node.func, ast.Attribute):
        # The function imports it: assume its usual name.
        owner = node.func.value
        name = f"{owner.id}.{node.func.attr}" if isinstance(owner, ast.Name) else ""
    return name in known_apis.SLEEPS


def _is_counted(test: ast.expr) -> bool:
    """Tell whether a loop is one of a few attempts: ``while tries < 3``."""
    parts = test.values if isinstance(test, ast.BoolOp) else [test]
    for part in parts:
        if isinstance(part, ast.Compare) and isinstance(part.left, ast.Name):
            limit = part.comparators[0]
            if isinstance(limit, ast.Constant) and isinstance(limit.value, int):
                return limit.value <= 10
    return False


def _is_short(node: ast.Call) -> bool:
    """Tell whether a call does not wait, or at most for some seconds."""
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
            return value.value is not True and value.value <= 5
    return False
