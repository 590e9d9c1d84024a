"""Name resolution: the values of names and attributes, from the bindings so far."""

from __future__ import annotations

from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Coroutine,
    Function,
    Instance,
    LibraryValue,
    Literal,
    Module,
    ModuleValue,
    Scope,
    Unknown,
)
from pa_new_shared.later import ast

_MAX_CHAIN = 50  # of calls and attributes, one after the other
_BUILTINS = frozenset(
    ("open", "exit", "quit", "SystemExit", "getattr", "__import__", "str", "print")
)


def bound(name: str, scope: Scope) -> AbstractValue | None:
    """Return the value of a name in a scope or around it, None if it is not bound."""
    inner: Scope | None = scope
    while inner is not None:
        if name in inner.names:
            return inner.names[name]
        inner = inner.parent
    return None


def lookup(name: str, scope: Scope) -> AbstractValue:
    """Return the value of a name, which may be a builtin."""
    value = bound(name, scope)
    if value is not None:
        return value
    if name in _BUILTINS and not scope.module.has_unknown_names:
        return LibraryValue(name)
    return Unknown()


def library_name(node: ast.expr, module: Module, depth: int = 0) -> str:
    """Return the library's name for an expression, "" if it is not known.

    Only the names of the module count: this is for code that the import does not run.
    It assumes that a star import does not bring another ``open``.
    """
    if depth > _MAX_CHAIN:
        return ""
    if isinstance(node, ast.Name):
        value = bound(node.id, module.scope)
        if value is None:
            return "open" if node.id == "open" else ""
        return value.origin
    if isinstance(node, ast.Attribute):
        owner = library_name(node.value, module, depth + 1)
        return f"{owner}.{node.attr}" if owner else ""
    if isinstance(node, ast.Call):
        owner = library_name(node.func, module, depth + 1)
        return f"{owner}()" if owner else ""
    return ""


def library_bases(kind: Class, seen: set[Class] | None = None) -> list[str]:
    """Return the library classes that a class of the project inherits from."""
    seen = set() if seen is None else seen
    if kind in seen:
        return []
    seen.add(kind)
    found: list[str] = []
    for base in kind.bases:
        if isinstance(base, Class):
            found += library_bases(base, seen)
        elif base.origin:
            found.append(base.origin)
    return found


def own_attribute(owner: AbstractValue, name: str) -> AbstractValue | None:
    """Return an attribute that the project's code defines, None if it defines none."""
    if name in owner.attributes:
        found = owner.attributes[name]
        if isinstance(owner, Instance) and isinstance(found, Function):
            return found.of(owner)
        return found
    if isinstance(owner, ModuleValue):
        return owner.module.scope.names.get(name)
    return None


def inherited(
    kind: Class,
    owner: AbstractValue,
    name: str,
    seen: set[Class] | None = None,
) -> AbstractValue:
    """Return an attribute of a class of the project, or of one of its base classes.

    :param owner: the class itself, or an instance of it.
    """
    seen = set() if seen is None else seen
    if kind in seen:
        return Unknown()
    seen.add(kind)
    if name in kind.attributes:
        found = kind.attributes[name]
        if isinstance(found, Function) and isinstance(owner, Instance):
            return found.of(owner)
        return found
    for base in kind.bases:
        if isinstance(base, Class):
            found = inherited(base, owner, name, seen)
            if found.origin or isinstance(found, (Function, Coroutine, Literal)):
                return found
        elif base.origin:
            call = "()" if isinstance(owner, Instance) else ""
            return LibraryValue(f"{base.origin}{call}.{name}", owner)
    return Unknown()
