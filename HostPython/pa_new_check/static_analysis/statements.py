"""The effect of each kind of statement on the names of its scope."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.static_analysis import import_rules
from pa_new_check.static_analysis.conditions import truth
from pa_new_check.static_analysis.control_flow import (
    FunctionReturns,
    ImportEnds,
    ImportFails,
)
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Function,
    Items,
    Literal,
    ModuleValue,
    Scope,
    Unknown,
    text_of,
)
from pa_new_check.syntax import AnyFunction, caught_by, items
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pa_new_check.static_analysis.interpreter import Interpreter


def _expression(interpreter: Interpreter, node: ast.Expr, scope: Scope) -> None:
    interpreter.evaluate(node.value, scope)


def _assign(interpreter: Interpreter, node: ast.Assign, scope: Scope) -> None:
    value = interpreter.evaluate(node.value, scope)
    for target in node.targets:
        if _is_path(interpreter, target, scope):
            _extend_path(interpreter, node.value, scope)
        else:
            interpreter.bind(target, value, scope)


def _is_path(interpreter: Interpreter, node: ast.expr, scope: Scope) -> bool:
    """Tell whether an expression is ``sys.path``."""
    is_attribute = isinstance(node, ast.Attribute)
    return is_attribute and interpreter.evaluate(node, scope).origin == "sys.path"


def _extend_path(interpreter: Interpreter, node: ast.expr, scope: Scope) -> None:
    """Search the folders of a new list for ``sys.path``: ``[folder] + sys.path``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        _extend_path(interpreter, node.left, scope)
        _extend_path(interpreter, node.right, scope)
        return
    for item in items(node):
        inner = item.value if isinstance(item, ast.Starred) else item
        if not _is_path(interpreter, inner, scope):
            interpreter.extend_path(inner, scope)


def _annotated(interpreter: Interpreter, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        value = interpreter.evaluate(node.value, scope)
        interpreter.bind(node.target, value, scope)


def _augment(interpreter: Interpreter, node: ast.AugAssign, scope: Scope) -> None:
    more = interpreter.evaluate(node.value, scope)
    added = text_of(more)
    target = node.target
    if isinstance(target, ast.Attribute):
        if _is_path(interpreter, target, scope):
            interpreter.extend_path(node.value, scope)
    elif isinstance(target, ast.Name):
        old = scope.names.get(target.id)
        if isinstance(old, Items) and isinstance(more, Items):
            old.is_known = old.is_known and more.is_known and interpreter.is_certain
            old.items += more.items
            return
        text = None if old is None else text_of(old)
        is_known = text is not None and added is not None
        scope.names[target.id] = Literal(f"{text}{added}") if is_known else Unknown()


def _define(interpreter: Interpreter, node: AnyFunction, scope: Scope) -> None:
    scope.names[node.name] = Function(node, scope)
    for decorator in reversed(node.decorator_list):
        wrapper = interpreter.evaluate(decorator, scope)
        # A decorator that is a function of the project may return another one.
        if isinstance(wrapper, Function):
            scope.names[node.name] = Unknown()


def _define_class(interpreter: Interpreter, node: ast.ClassDef, scope: Scope) -> None:
    bases = [interpreter.evaluate(base, scope) for base in node.bases]
    value = Class(node, bases)
    for base in bases:
        if base.origin in known_apis.WEBSOCKETS:
            what = f"{node.name} handles WebSockets ({base.origin})"
            interpreter.found("websocket", scope, node, what)
    scope.names[node.name] = value
    interpreter.execute(node.body, Scope(value.attributes, scope.module, scope))


def _import(interpreter: Interpreter, node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        value = interpreter.import_module(alias.name, scope, node)
        if alias.asname:
            scope.names[alias.asname] = value
            continue
        top = alias.name.partition(".")[0]
        if top != alias.name:
            value = interpreter.import_module(top, scope, node)
        scope.names[top] = value


def _import_from(interpreter: Interpreter, node: ast.ImportFrom, scope: Scope) -> None:
    name = _absolute_name(node, scope)
    if node.level and not _package(node, scope):
        import_rules.judge_relative(interpreter, scope, node)
        name = ""
    if not name:
        for alias in node.names:
            scope.names[alias.asname or alias.name] = Unknown()
        return
    if name == "__future__":
        return
    source = interpreter.import_module(name, scope, node)
    for alias in node.names:
        if alias.name == "*":
            _import_star(source, scope)
            continue
        value = interpreter.attribute(source, alias.name, scope, node)
        below = f"{name}.{alias.name}"
        is_undefined = isinstance(value, Unknown) and value.node is None
        if (
            (is_undefined or not isinstance(source, ModuleValue))
            and interpreter.finder.has(name)
            and interpreter.finder.find(below) is not None
        ):
            value = interpreter.import_module(below, scope, node)
        if isinstance(value, Unknown) and value.node is None:
            if isinstance(source, ModuleValue):
                value.node = alias
            if is_undefined:
                _judge_undefined(interpreter, node, source, alias.name, name, scope)
        scope.names[alias.asname or alias.name] = value


def _judge_undefined(
    interpreter: Interpreter,
    node: ast.ImportFrom,
    source: AbstractValue,
    imported: str,
    name: str,
    scope: Scope,
) -> None:
    """Report an imported name that would be there if a file had another name."""
    if isinstance(source, ModuleValue):
        if source.module.has_unknown_names:
            return
        import_rules.judge_hidden(interpreter, source.module, imported, scope, node)
    if interpreter.finder.find(name) is not None:
        import_rules.judge_case(interpreter, f"{name}.{imported}", scope, node)


def _absolute_name(node: ast.ImportFrom, scope: Scope) -> str:
    """Return the name of the module that a ``from`` names, "" if it has none."""
    name = node.module or ""
    return f"{_package(node, scope)}.{name}".strip(".") if node.level else name


def _package(node: ast.ImportFrom, scope: Scope) -> str:
    """Return the package that the dots of a ``from`` mean, "" if there is none."""
    package = scope.module.name
    if scope.module.path.name != "__init__.py":
        package = package.rpartition(".")[0]
    for _ in range(node.level - 1):
        package = package.rpartition(".")[0]
    return package


def _import_star(source: AbstractValue, scope: Scope) -> None:
    if isinstance(source, ModuleValue):
        for name, value in source.module.scope.names.items():
            if not name.startswith("_"):
                scope.names[name] = value
        if not source.module.has_unknown_names:
            return
    scope.module.has_unknown_names = True


def _if(interpreter: Interpreter, node: ast.If, scope: Scope) -> None:
    is_true = truth(interpreter, node.test, scope)
    if is_true is None:
        interpreter.evaluate(node.test, scope)
        before = dict(scope.names)
        interpreter.maybe_execute(node.body, scope)
        after = dict(scope.names)
        scope.names.update(before)
        interpreter.maybe_execute(node.orelse, scope)
        for name, value in after.items():
            if before.get(name) is not value:
                scope.names[name] = Unknown()
    elif is_true:
        interpreter.execute(node.body, scope)
        scope.module.dead.update(node.orelse)
    else:
        scope.module.dead.update(node.body)
        interpreter.execute(node.orelse, scope)


def _for(interpreter: Interpreter, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    interpreter.evaluate(node.iter, scope)
    interpreter.bind(node.target, Unknown(), scope)
    interpreter.execute(node.body, scope)
    interpreter.execute(node.orelse, scope)


def _while(interpreter: Interpreter, node: ast.While, scope: Scope) -> None:
    is_true = truth(interpreter, node.test, scope)
    if is_true is None:
        interpreter.evaluate(node.test, scope)
        interpreter.maybe_execute(node.body, scope)
    elif is_true:
        interpreter.execute(node.body, scope)


def _try(interpreter: Interpreter, node: ast.Try, scope: Scope) -> None:
    """Follow a ``try``, also one with ``except*``."""
    handlers = node.handlers
    caught: set[str] = set()
    for handler in handlers:
        caught |= caught_by(handler)
    ended: Exception | None = None
    failed = False
    interpreter.guards.append(caught)
    try:
        interpreter.execute(node.body, scope)
        interpreter.execute(node.orelse, scope)
    except (ImportEnds, FunctionReturns) as end:
        ended = end
    except ImportFails:
        if "ImportError" not in caught:
            raise
        failed = True
    finally:
        interpreter.guards.pop()
    if failed:
        prepared = [h for h in handlers if "ImportError" in caught_by(h)]
        interpreter.execute(prepared[0].body, scope)
        handlers = []
    for handler in handlers:
        before = dict(scope.names)
        interpreter.maybe_execute(handler.body, scope)
        # The names that the body bound hold when it succeeds.
        scope.names.update(before)
    interpreter.execute(node.finalbody, scope)
    if ended is not None:
        raise ended


def _with(
    interpreter: Interpreter, node: ast.With | ast.AsyncWith, scope: Scope
) -> None:
    suppressed: set[str] = set()
    entered: list[AbstractValue] = []
    for item in node.items:
        value = interpreter.evaluate(item.context_expr, scope)
        entered.append(value)
        if value.origin == "contextlib.suppress()":
            suppressed |= {"ImportError", "SystemExit"}
        if item.optional_vars is not None:
            interpreter.bind(item.optional_vars, value, scope)
    interpreter.guards.append(suppressed)
    try:
        interpreter.execute(node.body, scope)
    except ImportFails:
        if "ImportError" not in suppressed:
            raise
    finally:
        interpreter.guards.pop()
        for value in entered:
            interpreter.no_longer_runs(value)


def _return(interpreter: Interpreter, node: ast.Return, scope: Scope) -> None:
    if node.value is not None:
        scope.returned.append(interpreter.evaluate(node.value, scope))
    if interpreter.is_certain:
        raise FunctionReturns


def _raise(interpreter: Interpreter, node: ast.Raise, scope: Scope) -> None:
    if node.exc is None:
        return
    value = interpreter.evaluate(node.exc, scope)
    if value.origin in ("SystemExit", "SystemExit()"):
        interpreter.end_process(scope, node, "raise SystemExit")
    if interpreter.is_certain and not any(interpreter.guards):
        raise ImportEnds


def _delete(interpreter: Interpreter, node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            scope.names.pop(target.id, None)


def _assert(interpreter: Interpreter, node: ast.Assert, scope: Scope) -> None:
    interpreter.evaluate(node.test, scope)


def _global(interpreter: Interpreter, node: ast.Global, scope: Scope) -> None:
    module = scope.module.scope
    if module is not scope:
        for name in node.names:
            scope.names[name] = module.names.setdefault(name, Unknown())


def _match(interpreter: Interpreter, node: Any, scope: Scope) -> None:
    for case in node.cases:
        interpreter.maybe_execute(case.body, scope)


STATEMENTS: dict[str, Callable[[Interpreter, Any, Scope], None]] = {
    "AnnAssign": _annotated,
    "Assert": _assert,
    "Assign": _assign,
    "AsyncFor": _for,
    "AsyncFunctionDef": _define,
    "AsyncWith": _with,
    "AugAssign": _augment,
    "ClassDef": _define_class,
    "Delete": _delete,
    "Expr": _expression,
    "For": _for,
    "FunctionDef": _define,
    "Global": _global,
    "If": _if,
    "Import": _import,
    "ImportFrom": _import_from,
    "Match": _match,
    "Raise": _raise,
    "Return": _return,
    "Try": _try,
    "TryStar": _try,
    "While": _while,
    "With": _with,
}
"""By the names of their classes, of which older Pythons do not have all."""
