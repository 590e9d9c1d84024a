"""Rules about statements that have no effect in a web app, or wait for a keyboard."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.static_analysis.names import bound, library_name
from pa_new_check.static_analysis.values import Class, Module
from pa_new_check.syntax import last_name, source
from pa_new_shared.later import ast
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

DEBUGGERS = frozenset(
    ("breakpoint", "pdb.set_trace", "ipdb.set_trace", "pudb.set_trace")
)
_EXCEPTION = pattern(r"(?:[A-Z]\w*)?(?:Error|Exception)|Http404")
# Exceptions of frameworks whose names do not say that they are.
_OTHERS = pattern(r"werkzeug\.exceptions\.[A-Z]\w+|falcon\.HTTP[A-Z]\w+")


def judge(module: Module, node: ast.Expr) -> Iterator[Finding]:
    """Yield the finding about a statement that only calls something."""
    call = node.value
    if not isinstance(call, ast.Call):
        return
    if _is_exception(module, call.func):
        code = source(call)
        yield Finding(
            "handler-mistake",
            module.file,
            node.lineno,
            f"`{code}` makes an exception, and does not raise it",
            f"Write `raise {code}`.",
            consequence="The code goes on with the next line.",
        )
    elif _debugger(module, call.func):
        yield Finding(
            "handler-mistake",
            module.file,
            node.lineno,
            f"`{source(call)}` waits for somebody at a keyboard",
            "Remove this line.",
            consequence="A web app has no keyboard: what calls this is an error.",
        )


def _debugger(module: Module, func: ast.expr) -> bool:
    """Tell whether a call starts a debugger."""
    if isinstance(func, ast.Name) and func.id == "breakpoint":
        return bound(func.id, module.scope) is None
    return last_name(func) == "set_trace" and library_name(func, module) in DEBUGGERS


def _is_exception(module: Module, func: ast.expr) -> bool:
    """Tell whether an expression is the class of an exception."""
    name = last_name(func)
    if not name[:1].isupper():
        return False
    library = library_name(func, module)
    if library:
        is_named = _EXCEPTION.fullmatch(name) or _OTHERS.fullmatch(library)
        return is_named is not None
    if not isinstance(func, ast.Name) or not _EXCEPTION.fullmatch(name):
        return False
    value = bound(name, module.scope)
    if value is None:
        import builtins

        kind = getattr(builtins, name, None)
        return isinstance(kind, type) and issubclass(kind, Exception)
    return isinstance(value, Class)
