"""Rules about values that a handler puts into HTML as they are."""

from __future__ import annotations

import copy

from pa_new_check.rules import Finding
from pa_new_check.source_rules.handler_classes import is_own
from pa_new_check.source_rules.passed_values import own_nodes
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import AnyFunction, last_name, source
from pa_new_shared.later import ast
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_SAFE_CALLS = frozenset(
    ("escape", "reverse_url", "static_url", "int", "len", "quote", "float", "round")
    + ("abs", "sum", "ord", "isoformat", "strftime", "count", "index")
)
_SAFE_NAMES = frozenset(
    ("csrf_field", "csrf_token", "mount", "year", "month", "day", "hour", "minute")
)
# What such a call returns is safe if what it gets is.
_TEXT_CALLS = frozenset(
    ("str", "repr", "ascii", "format", "strip", "lstrip", "rstrip", "lower", "upper")
    + ("title", "capitalize", "replace", "decode", "removeprefix", "removesuffix")
)
_INPUT = pattern(r"get|pop|input|read\w*|get_\w*(?:argument|cookie)\w*")
# How a number or a date is shown: no text has such a format.
_NUMBER = pattern(r".*%.*|.*[,bcdeEfFgGnoxX]")


class _Locals:
    """The names that a function gives values to, and these values."""

    def __init__(self, function: AnyFunction) -> None:
        self.values: dict[str, list[ast.expr]] = {}
        given = function.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        self.others = {argument.arg for argument in every}
        """Those of which not all values are in the code."""
        stored: list[str] = []
        for node in own_nodes(function):
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                targets = (
                    node.targets if isinstance(node, ast.Assign) else [node.target]
                )
                for target in targets:
                    if isinstance(target, ast.Name) and node.value is not None:
                        self.values.setdefault(target.id, []).append(node.value)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                stored.append(node.id)
        for name in set(stored):
            if stored.count(name) > len(self.values.get(name, [])):
                self.others.add(name)

    def without(self, name: str) -> _Locals:
        """Return the same without a name, whose values are being looked at."""
        rest = copy.copy(self)
        rest.values = {k: v for k, v in self.values.items() if k != name}
        return rest


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
    known = _Locals(function) if written or is_html else None
    for part in [*written, *(texts if is_html else [])]:
        assert known is not None
        is_name = isinstance(part, ast.Name)
        sources = known.values.get(part.id, []) if is_name else [part]  # type: ignore[attr-defined]
        for html in sources:
            found = _unsafe(html, known)
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


def _unsafe(html: ast.expr, known: _Locals) -> ast.expr | None:
    """Return the first value that is put into HTML without being escaped, or None."""
    if isinstance(html, ast.JoinedStr):
        parts = [
            part.value
            for part in html.values
            if isinstance(part, ast.FormattedValue) and not _is_number(part)
        ]
    elif isinstance(html, ast.BinOp) and isinstance(html.op, ast.Add):
        inside = _unsafe(html.left, known)
        parts = [html.left, html.right]
        if inside is not None:
            return inside
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
    for part in parts:
        if isinstance(part, ast.JoinedStr):
            inside = _unsafe(part, known)
            if inside is not None:
                return inside
        elif not _is_safe(part, known):
            return part
    return None


def _is_number(part: ast.FormattedValue) -> bool:
    """Tell whether a value is shown as a number or a date."""
    spec = part.format_spec
    last = spec.values[-1] if isinstance(spec, ast.JoinedStr) and spec.values else None
    text = last.value if isinstance(last, ast.Constant) else ""
    return _NUMBER.fullmatch(str(text)) is not None


def _is_safe(value: ast.expr, known: _Locals) -> bool:
    """Tell whether a value cannot have tags, or its code does not tell."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.Call):
        return _is_safe_call(value, known)
    if isinstance(value, ast.JoinedStr):
        return _unsafe(value, known) is None
    if isinstance(value, ast.IfExp):
        return _is_safe(value.body, known) and _is_safe(value.orelse, known)
    if isinstance(value, ast.BinOp):
        sides = (value.left, value.right)
        numbers = [s for s in sides if isinstance(s, ast.Constant)]
        if any(isinstance(side.value, (int, float)) for side in numbers):
            return True
        is_text = isinstance(value.op, (ast.Add, ast.Mod))
        return not is_text or _unsafe(value, known) is None
    if isinstance(value, ast.Name):
        name = value.id
        if name.isupper() or name not in {*known.values, *known.others}:
            return True  # a constant of the code, or a value from elsewhere
        rest = known.without(name)
        values = known.values.get(name, [])
        return name not in known.others and all(_is_safe(v, rest) for v in values)
    return isinstance(value, ast.Attribute) and value.attr in _SAFE_NAMES


def _is_safe_call(call: ast.Call, known: _Locals) -> bool:
    func = call.func
    name = last_name(func)
    if name in _SAFE_CALLS:
        return True
    base = [func.value] if isinstance(func, ast.Attribute) else []
    if name in _TEXT_CALLS:
        return all(_is_safe(part, known) for part in (*base, *call.args))
    made = call.args[0] if call.args else None
    if name == "join" and isinstance(made, (ast.GeneratorExp, ast.ListComp)):
        return _is_safe(made.elt, known)
    return name != "join" and not _INPUT.fullmatch(name)
