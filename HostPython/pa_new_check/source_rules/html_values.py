"""Rules about values that a handler puts into HTML as they are."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.source_rules.handler_classes import is_own
from pa_new_check.source_rules.passed_values import own_nodes
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import AnyFunction, source
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_SAFE_CALLS = frozenset(("escape", "reverse_url", "static_url", "int", "len", "quote"))
_SAFE_NAMES = frozenset(("csrf_field", "csrf_token", "mount"))


def judge(module: Module, function: AnyFunction) -> Iterator[Finding]:
    """Yield the values in the HTML that a method writes, and does not escape."""
    made: dict[str, list[ast.expr]] = {}
    written: list[ast.expr] = []
    texts: list[ast.expr] = []
    is_html = False
    for node in own_nodes(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            made.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            made.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, given = node.func.attr, node.args[:1]
            if not is_own(node.func):
                continue
            if name == "write_html":
                written += given
            elif name in ("write", "finish"):
                texts += given
            elif name == "set_header":
                is_html = is_html or _says_html(node)
    seen: set[int] = set()
    for part in [*written, *(texts if is_html else [])]:
        sources = made.get(part.id, []) if isinstance(part, ast.Name) else [part]
        for html in sources:
            found = unsafe(html)
            if found is not None and id(found) not in seen:
                seen.add(id(found))
                yield Finding(
                    "html-from-text",
                    module.file,
                    found.lineno,
                    f"`{source(found)}` is put into the HTML as it is",
                )


def _says_html(call: ast.Call) -> bool:
    """Tell whether a call sets the type of the response to HTML."""
    texts = [str(a.value).lower() for a in call.args if isinstance(a, ast.Constant)]
    return texts[:1] == ["content-type"] and texts[-1].startswith("text/html")


def unsafe(html: ast.expr) -> ast.expr | None:
    """Return the first value that is put into HTML without being escaped, or None."""
    if isinstance(html, ast.JoinedStr):
        parts = [p.value for p in html.values if isinstance(p, ast.FormattedValue)]
    elif isinstance(html, ast.BinOp) and isinstance(html.op, ast.Add):
        return unsafe(html.left) or _unsafe_part(html.left) or _unsafe_part(html.right)
    elif isinstance(html, ast.BinOp) and isinstance(html.op, ast.Mod):
        right = html.right
        parts = right.elts if isinstance(right, ast.Tuple) else [right]
    elif (
        isinstance(html, ast.Call)
        and isinstance(html.func, ast.Attribute)
        and html.func.attr == "format"
        and isinstance(html.func.value, ast.Constant)
    ):
        parts = [*html.args, *(keyword.value for keyword in html.keywords)]
    else:
        return None
    return next((part for part in parts if not _is_safe(part)), None)


def _unsafe_part(part: ast.expr) -> ast.expr | None:
    """Return a part of a sum of texts if it is a value that is not escaped."""
    if isinstance(part, (ast.BinOp, ast.JoinedStr)):
        return unsafe(part)
    return None if _is_safe(part) else part


def _is_safe(value: ast.expr) -> bool:
    """Tell whether a value cannot have tags, as far as its code tells."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.Call):
        func = value.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return name in _SAFE_CALLS
    if isinstance(value, ast.Name):
        return value.id.isupper()  # a constant of the code
    return isinstance(value, ast.Attribute) and value.attr in _SAFE_NAMES
