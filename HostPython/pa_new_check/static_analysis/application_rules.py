"""Rules about ``application``: the entry file must have one, and it must be WSGI."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pa_new_check import known_apis
from pa_new_check.static_analysis.names import library_bases
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Function,
    Instance,
    Literal,
    Module,
    ModuleValue,
)
from pa_new_check.syntax import binds

if TYPE_CHECKING:
    from pa_new_check.static_analysis.interpreter import Interpreter


def judge_application(interpreter: Interpreter, module: Module) -> None:
    """Report an entry file whose ``application`` is no WSGI application."""
    scope = module.scope
    value = scope.names.get("application")
    if value is None:
        if not module.has_unknown_names:
            _judge_missing(interpreter, module)
        return
    last = [node for node in module.tree.body if binds(node, "application")][-1:]
    line = last[0].lineno if last else getattr(value.node, "lineno", 1)
    name = ast.Name("application", ast.Load())
    name.lineno = name.end_lineno = line
    rule, what, fix = "missing-application", "", ""
    if _is_asgi(value):
        rule, what = "asgi-application", "`application` is an ASGI app"
    elif value.origin in known_apis.NOT_WSGI:
        kind, fix = known_apis.NOT_WSGI[value.origin]
        what = f"`application` is {kind}"
    elif isinstance(value, ModuleValue):
        name_of_module = value.module.name
        what = f"`application` is the module {name_of_module}, which is not callable"
    elif isinstance(value, Literal):
        kind = type(value.content).__name__
        what = f"`application` has the type {kind}, which is not callable"
    if what:
        interpreter.found(rule, scope, name, what, fix)


def _judge_missing(interpreter: Interpreter, module: Module) -> None:
    scope = module.scope
    for statement in module.dead:
        for node in ast.walk(statement):
            if binds(node, "application"):
                what = "`application` is only assigned in code that an import skips"
                interpreter.found("application-under-main", scope, node, what)
                return
    apps = [
        name
        for name in scope.names
        if re.fullmatch(r"(app|api|server|wsgi_?app)", name)
    ]
    fix = f"Add this line: `application = {apps[0]}`." if apps else ""
    for name in apps:
        value = scope.names[name]
        if value.origin in known_apis.NOT_WSGI:
            fix = known_apis.NOT_WSGI[value.origin][1]
        elif value.origin in known_apis.ASGI:
            what = f"`{name}` is an ASGI app, and there is no `application`"
            node = value.node or module.tree
            interpreter.found("asgi-application", scope, node, what)
            return
    what = "There is no `application` in this file"
    interpreter.found("missing-application", scope, module.tree, what, fix)


def _is_asgi(value: AbstractValue) -> bool:
    """Tell whether a callable is called as ASGI does, as far as its definition tells."""
    if value.origin in known_apis.ASGI:
        return True
    called: AbstractValue | None = value
    if isinstance(value, Instance):
        bases = library_bases(value.kind)
        if any(f"{base}()" in known_apis.ASGI for base in bases):
            return True
        called = value.kind.attributes.get("__call__")
    return isinstance(called, Function) and isinstance(
        called.definition, ast.AsyncFunctionDef
    )
