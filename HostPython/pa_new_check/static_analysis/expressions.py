"""The value of each kind of expression."""

from __future__ import annotations

import os

from pa_new_check.static_analysis.calls import call
from pa_new_check.static_analysis.conditions import truth
from pa_new_check.static_analysis.names import lookup
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Items,
    LibraryValue,
    Literal,
    PathLiteral,
    Scope,
    Unknown,
    text_of,
)
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pa_new_check.static_analysis.interpreter import Interpreter


def _name(interpreter: Interpreter, node: ast.Name, scope: Scope) -> AbstractValue:
    return lookup(node.id, scope)


def _constant(
    interpreter: Interpreter, node: ast.Constant, scope: Scope
) -> AbstractValue:
    return Literal(node.value, node)


def _attribute(
    interpreter: Interpreter, node: ast.Attribute, scope: Scope
) -> AbstractValue:
    owner = interpreter.evaluate(node.value, scope)
    return interpreter.attribute(owner, node.attr, scope, node)


def _await(interpreter: Interpreter, node: ast.Await, scope: Scope) -> AbstractValue:
    return interpreter.run_coroutine(interpreter.evaluate(node.value, scope))


def _named(
    interpreter: Interpreter, node: ast.NamedExpr, scope: Scope
) -> AbstractValue:
    value = interpreter.evaluate(node.value, scope)
    interpreter.bind(node.target, value, scope)
    return value


def _operation(
    interpreter: Interpreter, node: ast.BinOp, scope: Scope
) -> AbstractValue:
    left = interpreter.evaluate(node.left, scope)
    right_value = interpreter.evaluate(node.right, scope)
    if isinstance(left, Items) and isinstance(right_value, Items):
        both = Items(left.items + right_value.items)
        both.is_known = left.is_known and right_value.is_known
        return both
    right = text_of(right_value)
    text = text_of(left)
    if text is not None and right is not None:
        if isinstance(node.op, ast.Add):
            return Literal(text + right)
        if isinstance(node.op, ast.Div) and isinstance(left, PathLiteral):
            return PathLiteral(os.path.join(text, right))
    return Unknown()


def _and_or(interpreter: Interpreter, node: ast.BoolOp, scope: Scope) -> AbstractValue:
    interpreter.evaluate(node.values[0], scope)
    for value in node.values[1:]:
        interpreter.maybe_evaluate(value, scope)
    return Unknown()


def _if(interpreter: Interpreter, node: ast.IfExp, scope: Scope) -> AbstractValue:
    is_true = truth(interpreter, node.test, scope)
    if is_true is not None:
        return interpreter.evaluate(node.body if is_true else node.orelse, scope)
    interpreter.maybe_evaluate(node.body, scope)
    interpreter.maybe_evaluate(node.orelse, scope)
    return Unknown()


def _lambda(interpreter: Interpreter, node: ast.Lambda, scope: Scope) -> AbstractValue:
    return Unknown(node)


def _formatted(
    interpreter: Interpreter, node: ast.JoinedStr, scope: Scope
) -> AbstractValue:
    parts: list[str | None] = []
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        parts.append(text_of(interpreter.evaluate(inner, scope)))
    known = [part for part in parts if part is not None]
    return Literal("".join(known)) if len(known) == len(parts) else Unknown()


def _subscript(
    interpreter: Interpreter, node: ast.Subscript, scope: Scope
) -> AbstractValue:
    owner = interpreter.evaluate(node.value, scope)
    key = text_of(interpreter.evaluate(node.slice, scope))
    if key is not None and owner.origin.endswith(".config"):
        return interpreter.settings.flask.get(key, Unknown())
    if owner.origin in ("sys.version_info", "sys.argv"):
        return LibraryValue(f"{owner.origin}[]")
    return Unknown()


def _items(
    interpreter: Interpreter, node: ast.List | ast.Tuple, scope: Scope
) -> AbstractValue:
    value = Items([interpreter.evaluate(item, scope) for item in node.elts])
    value.is_known = not any(isinstance(item, ast.Starred) for item in node.elts)
    return value


def _comprehension(
    interpreter: Interpreter,
    node: ast.ListComp | ast.SetComp | ast.DictComp,
    scope: Scope,
) -> AbstractValue:
    inner = Scope({}, scope.module, scope)
    for generator in node.generators:
        interpreter.evaluate(generator.iter, inner)
        interpreter.bind(generator.target, Unknown(), inner)
    if isinstance(node, ast.DictComp):
        interpreter.evaluate(node.key, inner)
        interpreter.evaluate(node.value, inner)
    else:
        interpreter.evaluate(node.elt, inner)
    return Unknown()


def _generator(
    interpreter: Interpreter, node: ast.GeneratorExp, scope: Scope
) -> AbstractValue:
    interpreter.evaluate(node.generators[0].iter, scope)
    return Unknown()


EXPRESSIONS: dict[str, Callable[[Interpreter, Any, Scope], AbstractValue]] = {
    "Attribute": _attribute,
    "Await": _await,
    "BinOp": _operation,
    "BoolOp": _and_or,
    "Call": call,
    "Constant": _constant,
    "DictComp": _comprehension,
    "GeneratorExp": _generator,
    "IfExp": _if,
    "JoinedStr": _formatted,
    "Lambda": _lambda,
    "List": _items,
    "ListComp": _comprehension,
    "Name": _name,
    "NamedExpr": _named,
    "SetComp": _comprehension,
    "Subscript": _subscript,
    "Tuple": _items,
}
"""By the names of their classes; of any other, all parts are evaluated."""
