"""Rules about values that a handler puts into HTML as they are."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.source_rules.handler_classes import is_own
from pa_new_check.source_rules.local_values import Locals
from pa_new_check.source_rules.safe_values import has_tags, unsafe
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import AnyFunction, own_nodes, source
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_TAGS = "Escape each value that is in it: `html.escape(value)`, below `import html`."


def judge(module: Module, function: AnyFunction) -> Iterator[Finding]:
    """Yield the values in the HTML that a method writes, and does not escape."""
    written: list[ast.expr] = []
    texts: list[ast.expr] = []
    is_html = False
    for node in own_nodes(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
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
    known = Locals(module.tree, function) if written or is_html else None
    for part in [*written, *(texts if is_html else [])]:
        assert known is not None
        is_name = isinstance(part, ast.Name)
        sources = known.values.get(part.id, []) if is_name else [part]  # type: ignore[attr-defined]
        for html in sources:
            try:
                found = unsafe(html, known)
            except RecursionError:
                continue  # it has a thousand parts
            if found is not None and id(found) not in seen:
                seen.add(id(found))
                yield Finding(
                    "html-from-text",
                    module.file,
                    found.lineno,
                    f"`{source(found)}` is put into the HTML as it is",
                    _fix(found, known, is_one=len(sources) == 1),
                )


def _fix(found: ast.expr, known: Locals, *, is_one: bool) -> str:
    """Return what to do, "" for a value in a text that can be a template.

    :param is_one: whether the HTML is one text, and not made of several.
    """
    if has_tags(found, known):
        return _OF_TAGS
    names = {node.id for node in ast.walk(found) if isinstance(node, ast.Name)}
    if is_one and not names & known.items.keys():
        return ""
    return f"Escape it: `html.escape({source(found)})`, below `import html`."


def _says_html(call: ast.Call) -> bool:
    """Tell whether a call sets the type of the response to HTML."""
    texts = [str(a.value).lower() for a in call.args if isinstance(a, ast.Constant)]
    return texts[:1] == ["content-type"] and texts[-1].startswith("text/html")
