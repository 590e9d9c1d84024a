"""Rules about ``application``: the entry file must have one, and it must be WSGI."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.static_analysis.names import library_bases
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Function,
    Instance,
    Literal,
    Module,
    ModuleValue,
    Scope,
    Unknown,
)
from pa_new_check.syntax import binds, is_static
from pa_new_check.syntax import source as code
from pa_new_shared.later import ast, re

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
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
        rule, what = "not-wsgi", f"`application` is {kind}"
    elif _own_server(interpreter, value):
        top = _own_server(interpreter, value)
        _judge_own_server(interpreter, top, scope, name)
    elif isinstance(value, Function):
        rule, (what, fix) = "application-factory", _factory(interpreter, value, last)
    elif isinstance(value, ModuleValue):
        name_of_module = value.module.name
        what = f"`application` is the module {name_of_module}, which is not callable"
    elif isinstance(value, Literal):
        kind = type(value.content).__name__
        what = f"`application` has the type {kind}, which is not callable"
    if what:
        interpreter.found(rule, scope, name, what, fix)


def _own_server(interpreter: Interpreter, value: AbstractValue) -> str:
    """Return the package with its own server that a value belongs to, "" if none."""
    top = value.origin.partition(".")[0]
    if top in known_apis.OWN_SERVERS:
        return top
    # The module that should have it does not define it.
    is_undefined = isinstance(value, Unknown) and isinstance(value.node, ast.alias)
    return next(iter(interpreter.own_servers), "") if is_undefined else ""


def _judge_own_server(
    interpreter: Interpreter, top: str, scope: Scope, node: ast.AST
) -> None:
    """Report an app of a package that comes with its own server."""
    name = known_apis.OWN_SERVERS[top]
    what = f"This is an app of {name}, which comes with its own server"
    finding = interpreter.found("not-wsgi", scope, node, what)
    if finding is None:
        return
    finding.consequence = (
        f"PythonAnywhere's web apps use WSGI, which {name} does not support: the "
        "import fails, or every page is an error."
    )
    if top == "streamlit":
        finding.page = "Streamlit"
    finding.fix = f"Deploy it as a site that runs {name} itself: `pa website create`."
    # What else is wrong with the start of that server has the same cause.
    for other in list(interpreter.findings):
        of_import = other.rule == "import-error" and f"module {top} " in other.what
        if of_import or other.rule == "server-start":
            interpreter.findings.remove(other)


def _factory(
    interpreter: Interpreter, function: Function, last: list[ast.stmt]
) -> tuple[str, str]:
    """Return what is wrong with a function as ``application``, and what to write.

    Nothing is wrong with a function that takes the two arguments of WSGI; a decorator
    may change what a function takes.
    """
    definition = function.definition
    if definition.decorator_list:
        return "", ""
    arguments = definition.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if function.owner is not None and not is_static(definition):
        names = names[1:]
    required = len(names) - len(arguments.defaults)
    can_take = required <= 2 and (len(names) >= 2 or arguments.vararg is not None)
    needs_more = len(arguments.kwonlyargs) > sum(
        default is not None for default in arguments.kw_defaults
    )
    if can_take and not needs_more:
        made = _made_by(interpreter, function)
        if required == 2 or made.origin not in known_apis.WSGI_APPS:
            return "", ""
    what = (
        f"`application` is the function `{definition.name}` itself, not what it returns"
    )
    given = "..." if required > 0 else ""
    call = f"`application = {definition.name}({given})`"
    statement = last[0] if last else None
    if isinstance(statement, ast.ImportFrom):
        source = "." * statement.level + (statement.module or "")
        imported = f"`from {source} import {definition.name}`"
        return what, f"Write two lines: {imported} and {call}."
    if isinstance(statement, ast.Assign):
        return what, f"Call it: `application = {code(statement.value)}({given})`."
    return what, f"Call it: {call}."


def _made_by(interpreter: Interpreter, function: Function) -> AbstractValue:
    """Return the value of a function, without what its call would report."""
    was_certain, interpreter.is_certain = interpreter.is_certain, False
    try:
        return interpreter.call_function(function, [], {})
    finally:
        interpreter.is_certain = was_certain


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
            kind, fix = known_apis.NOT_WSGI[value.origin]
            what = f"`{name}` is {kind}, and there is no `application`"
            interpreter.found("not-wsgi", scope, value.node or module.tree, what, fix)
            return
        elif value.origin in known_apis.ASGI:
            what = f"`{name}` is an ASGI app, and there is no `application`"
            node = value.node or module.tree
            interpreter.found("asgi-application", scope, node, what)
            return
    has_app = any(scope.names[name].origin in known_apis.WSGI_APPS for name in apps)
    if not has_app:
        for top, (where, node) in interpreter.own_servers.items():
            _judge_own_server(interpreter, top, where, node)
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
