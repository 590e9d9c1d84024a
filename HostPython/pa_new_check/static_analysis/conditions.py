"""Decides whether a condition holds at import, if that can be known."""

from __future__ import annotations

from pa_new_check.static_analysis.values import Literal, Scope
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from pa_new_check.static_analysis.interpreter import Interpreter

_TYPE_CHECKING = ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING")


def truth(interpreter: Interpreter, node: ast.expr, scope: Scope) -> bool | None:
    """Tell whether a condition holds at import, None if that is not known."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        is_true = truth(interpreter, node.operand, scope)
        return None if is_true is None else not is_true
    if isinstance(node, ast.BoolOp):
        truths = [truth(interpreter, value, scope) for value in node.values]
        decisive = isinstance(node.op, ast.Or)
        if decisive in truths:
            return decisive
        return None if None in truths else not decisive
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _comparison(interpreter, node, scope)
    if isinstance(node, (ast.Constant, ast.Name, ast.Attribute)):
        value = interpreter.evaluate(node, scope)
        if value.origin in _TYPE_CHECKING:
            return False
        if isinstance(value, Literal) and not isinstance(node, ast.Attribute):
            return bool(value.content)
    return None


def _comparison(
    interpreter: Interpreter, node: ast.Compare, scope: Scope
) -> bool | None:
    left = interpreter.evaluate(node.left, scope)
    right = interpreter.evaluate(node.comparators[0], scope)
    sign = node.ops[0]
    if left.origin in ("sys.version_info", "sys.version_info[]"):
        return _version_test(interpreter.python, node.comparators[0], sign)
    if not isinstance(left, Literal) or not isinstance(right, Literal):
        return None
    if isinstance(sign, (ast.Eq, ast.Is)):
        return left.content == right.content
    if isinstance(sign, (ast.NotEq, ast.IsNot)):
        return left.content != right.content
    if isinstance(left.content, str) and isinstance(right.content, str):
        if isinstance(sign, ast.In):
            return left.content in right.content
        if isinstance(sign, ast.NotIn):
            return left.content not in right.content
    return None


def _version_test(
    python: tuple[int, int], node: ast.expr, sign: ast.cmpop
) -> bool | None:
    try:
        wanted = ast.literal_eval(node)
    except ValueError:
        return None
    if isinstance(wanted, int):
        wanted = (wanted,)
    if not isinstance(wanted, tuple) or len(wanted) > 2:
        return None
    if isinstance(sign, ast.GtE):
        return bool(python >= wanted)
    if isinstance(sign, ast.Lt):
        return bool(python < wanted)
    if isinstance(sign, ast.Eq) and len(wanted) == 1:
        return bool(python[:1] == wanted)
    return None
