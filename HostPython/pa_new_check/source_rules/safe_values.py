"""Tells which values in the code cannot bring tags of a visitor's into HTML."""

from __future__ import annotations

from pa_new_check.source_rules.local_values import Locals
from pa_new_check.syntax import last_name
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

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
# The same of the items of what it gets.
_ITEM_CALLS = frozenset(
    ("list", "tuple", "set", "frozenset", "dict", "sorted", "reversed", "enumerate")
    + ("zip", "items", "keys", "values", "copy", "split", "splitlines", "iter", "chain")
)
_INPUT = pattern(r"get|pop|input|read\w*|get_\w*(?:argument|cookie)\w*")
# How a number or a date is shown: no text has such a format.
_NUMBER = pattern(r".*%.*|.*[,bcdeEfFgGnoxX]")
_CONVERSION = pattern(
    r"%(?:\(\w*\))?[#0 +-]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?(.)", re.S
)
_COMPREHENSIONS = (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)


def unsafe(html: ast.expr, known: Locals) -> ast.expr | None:
    """Return the first value that is put into HTML without being escaped, or None."""
    if isinstance(html, ast.JoinedStr):
        parts = [
            part.value
            for part in html.values
            if isinstance(part, ast.FormattedValue) and not _is_number(part)
        ]
    elif isinstance(html, ast.BinOp) and isinstance(html.op, ast.Add):
        inside = unsafe(html.left, known)
        parts = [html.left, html.right]
        if inside is not None:
            return inside
    elif isinstance(html, ast.BinOp) and isinstance(html.op, ast.Mod):
        parts = _formatted(html)
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
            inside = unsafe(part, known)
            if inside is not None:
                return inside
        elif not _is_safe(part, known):
            return part
    return None


def has_tags(value: ast.expr, known: Locals) -> bool:
    """Tell whether a value has HTML that is in the code."""
    waiting = [value]
    seen: set[str] = set()
    for one in waiting:
        for node in ast.walk(one):
            if isinstance(node, ast.Constant) and "<" in str(node.value):
                return True
            if isinstance(node, ast.Name) and node.id not in seen:
                seen.add(node.id)
                waiting += known.values.get(node.id, [])
                waiting += known.added.get(node.id, [])
    return False


def _formatted(html: ast.BinOp) -> list[ast.expr]:
    """Return what ``%`` puts into a text, but for the numbers."""
    right = html.right
    parts: list[ast.expr] = [right]
    if isinstance(right, ast.Tuple):
        parts = list(right.elts)
    elif isinstance(right, ast.Dict):
        parts = list(right.values)
    text = html.left.value if isinstance(html.left, ast.Constant) else None
    if not isinstance(text, str) or isinstance(right, ast.Dict):
        return parts
    kinds = [kind for kind in _CONVERSION.findall(text) if kind != "%"]
    if len(kinds) != len(parts) or any(isinstance(p, ast.Starred) for p in parts):
        return parts
    return [part for part, kind in zip(parts, kinds) if kind not in "diouxXeEfFgG"]


def _is_number(part: ast.FormattedValue) -> bool:
    """Tell whether a value is shown as a number or a date."""
    spec = part.format_spec
    last = spec.values[-1] if isinstance(spec, ast.JoinedStr) and spec.values else None
    text = last.value if isinstance(last, ast.Constant) else ""
    return _NUMBER.fullmatch(str(text)) is not None


def _is_safe(value: ast.expr, known: Locals) -> bool:
    """Tell whether a value cannot have tags, or its code does not tell."""
    if isinstance(value, ast.Constant) or known.is_enough():
        return True
    if isinstance(value, ast.Call):
        return _is_safe_call(value, known)
    if isinstance(value, ast.JoinedStr):
        return unsafe(value, known) is None
    if isinstance(value, ast.NamedExpr):
        return _is_safe(value.value, known)
    if isinstance(value, ast.IfExp):
        return _is_safe(value.body, known) and _is_safe(value.orelse, known)
    if isinstance(value, ast.BoolOp):
        return all(_is_safe(part, known) for part in value.values)
    if isinstance(value, (ast.Compare, ast.UnaryOp)):
        return True  # a truth value or a number
    if isinstance(value, ast.BinOp):
        sides = (value.left, value.right)
        numbers = [s for s in sides if isinstance(s, ast.Constant)]
        if any(isinstance(side.value, (int, float)) for side in numbers):
            return True
        is_text = isinstance(value.op, (ast.Add, ast.Mod))
        return not is_text or unsafe(value, known) is None
    if isinstance(value, ast.Name):
        return _is_safe_name(value.id, known)
    if isinstance(value, ast.Subscript):
        return _has_safe_items(value.value, known)
    if not isinstance(value, ast.Attribute):
        return False
    is_own = isinstance(value.value, ast.Name) and value.value.id == "self"
    if is_own and known.file.is_class_text(value.attr):
        return True
    return value.attr in _SAFE_NAMES or value.attr.isupper()


def _is_safe_name(name: str, known: Locals) -> bool:
    if name.isupper() or name not in {*known.values, *known.items, *known.others}:
        return True  # a constant of the code, or a value from elsewhere
    if name in known.others:
        return False
    if name in known.numbers:
        return True
    rest = known.without(name)
    return all(_is_safe(v, rest) for v in known.values.get(name, [])) and all(
        _has_safe_items(series, rest) for series in known.items.get(name, [])
    )


def _is_safe_call(call: ast.Call, known: Locals) -> bool:
    func = call.func
    name = last_name(func)
    if name in _SAFE_CALLS:
        return True
    base = [func.value] if isinstance(func, ast.Attribute) else []
    if name in _TEXT_CALLS:
        return all(_is_safe(part, known) for part in (*base, *call.args))
    made = call.args[0] if call.args else None
    if name == "join" and made is not None:
        return _is_own_call(made) or _has_safe_items(made, known)
    if name in ("get", "pop") and base and _has_safe_items(base[0], known):
        return all(_is_safe(other, known) for other in call.args[1:])
    return name != "join" and not _INPUT.fullmatch(name)


def _has_safe_items(series: ast.expr, known: Locals) -> bool:
    """Tell whether all that is in a list, dict or text cannot have tags."""
    if known.is_enough():
        return True
    if isinstance(series, _COMPREHENSIONS):
        inner = known.inside([(part.target, part.iter) for part in series.generators])
        if isinstance(series, ast.DictComp):
            return _is_item(series.key, inner) and _is_item(series.value, inner)
        return _is_item(series.elt, inner)
    if isinstance(series, (ast.List, ast.Tuple, ast.Set)):
        return all(_is_item(item, known) for item in series.elts)
    if isinstance(series, ast.Dict):
        parts = [part for part in series.keys if part is not None]
        return all(_is_item(part, known) for part in (*parts, *series.values))
    if isinstance(series, ast.Constant):
        return True
    if isinstance(series, ast.IfExp):
        branches = (series.body, series.orelse)
        return all(_has_safe_items(part, known) for part in branches)
    if isinstance(series, ast.BinOp):
        sides = (series.left, series.right)
        return all(_has_safe_items(part, known) for part in sides)
    if isinstance(series, ast.JoinedStr):
        return unsafe(series, known) is None
    if isinstance(series, (ast.Subscript, ast.Starred)):
        return _has_safe_items(series.value, known)
    if isinstance(series, ast.Call):
        return _makes_safe_items(series, known)
    if isinstance(series, ast.Attribute):
        return series.attr.isupper() and known.file.is_unchanged(series.attr)
    return isinstance(series, ast.Name) and _has_safe_value(series.id, known)


def _makes_safe_items(call: ast.Call, known: Locals) -> bool:
    name, given = last_name(call.func), call.args
    if name in ("range", "escape"):
        return True
    if name == "map" and len(given) > 1:
        made = given[0]
        if isinstance(made, ast.Lambda):
            names: list[ast.expr] = [ast.Name(one.arg) for one in made.args.args]
            return _is_item(made.body, known.inside(list(zip(names, given[1:]))))
        if last_name(made) not in ("str", "repr", "ascii"):
            return True  # it may escape them
        given = given[1:]
    elif isinstance(call.func, ast.Attribute) and name in _ITEM_CALLS:
        given = [call.func.value, *given]
    elif name == "dict":
        given = [*given, *(keyword.value for keyword in call.keywords)]
    elif name not in _ITEM_CALLS:
        return False
    return all(_has_safe_items(part, known) for part in given)


def _is_own_call(made: ast.expr) -> bool:
    """Tell whether a function makes the parts of a text, which may escape them."""
    func = made.func if isinstance(made, ast.Call) else None
    others = (*_ITEM_CALLS, "map", "range", "filter")
    is_plain = isinstance(func, ast.Name) and func.id not in others
    return is_plain and not _INPUT.fullmatch(func.id)  # type: ignore[union-attr]


def _has_safe_value(name: str, known: Locals) -> bool:
    """Tell whether the items of what has a name are safe."""
    if name in known.looked:
        return True
    if name in known.others:
        return False
    if name not in {*known.values, *known.items}:
        return known.file.is_fixed(name)
    rest = known.without(name)
    values = (*known.values.get(name, ()), *known.items.get(name, ()))
    return all(_has_safe_items(value, rest) for value in values) and all(
        _is_item(value, rest) for value in known.added.get(name, ())
    )


def _is_item(value: ast.expr, known: Locals) -> bool:
    """Tell whether an item is safe, or has safe items only."""
    if isinstance(value, ast.Starred):
        return _has_safe_items(value.value, known)
    kinds = (ast.List, ast.Tuple, ast.Set, ast.Dict, *_COMPREHENSIONS)
    if isinstance(value, kinds):
        return _has_safe_items(value, known)
    return _is_safe(value, known)
