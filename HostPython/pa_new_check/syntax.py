"""Answers questions about syntax trees that their nodes alone can answer."""

from __future__ import annotations

from pa_new_shared.later import ast, functools

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Union

    AnyFunction = Union[ast.FunctionDef, ast.AsyncFunctionDef]  # noqa: UP007 - for 3.9
else:
    AnyFunction = ast.stmt  # annotations are not evaluated

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MAX_SOURCE = 60  # characters of code that a message shows


def binds(node: ast.AST, name: str) -> bool:
    """Tell whether a statement gives a value to a name."""
    if isinstance(node, ast.Assign):
        return any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and node.target.id == name
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return node.name == name
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return any((alias.asname or alias.name) == name for alias in node.names)
    return False


def is_static(function: AnyFunction) -> bool:
    """Tell whether a method has the decorator ``staticmethod``."""
    return any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod"
        for decorator in function.decorator_list
    )


@functools.cache  # it is asked at each call
def is_generator(function: AnyFunction) -> bool:
    """Tell whether a function is a generator, which does not run when called."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def caught_by(handler: ast.ExceptHandler) -> set[str]:
    """Return the names of the exceptions that matter here and that a handler catches."""
    everything = {"ImportError", "AttributeError", "SystemExit"}
    if handler.type is None:
        return everything
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    caught: set[str] = set()
    for kind in kinds:
        name = source(kind).rpartition(".")[2]
        if name == "BaseException":
            return everything
        if name == "Exception":
            caught |= {"ImportError", "AttributeError"}
        elif name in ("ModuleNotFoundError", "ImportError"):
            caught.add("ImportError")
        else:
            caught.add(name)
    return caught


def last_name(node: ast.expr) -> str:
    """Return the last part of a name with dots, "" for another expression."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def module_constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the names that have one value in all of a file, and these values."""
    values: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [one.id for one in targets if isinstance(one, ast.Name)]
            values.update(dict.fromkeys(names, node.value))
    counts: dict[str, int] = {}
    for part in ast.walk(tree):
        for name in given_names(part):
            counts[name] = counts.get(name, 0) + 1
    if "*" in counts:
        return {}
    return {name: value for name, value in values.items() if counts[name] == 1}


def given_names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node alone may give values to; "*" is any name."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    else:
        # An import, a function, a class, a caught exception, or a part of a pattern.
        for name in (getattr(node, "name", None), getattr(node, "asname", None)):
            if isinstance(name, str):
                yield name


def items(node: ast.expr) -> list[ast.expr]:
    """Return the items of a tuple or list, or else the expression itself."""
    return list(node.elts) if isinstance(node, (ast.Tuple, ast.List)) else [node]


def source(node: ast.AST) -> str:
    """Return the code of a node on one line, shortened if it is long."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError):
        return "..."
    return text if len(text) <= _MAX_SOURCE else text[: _MAX_SOURCE - 3] + "..."


def own_nodes(function: AnyFunction) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without those of functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            waiting += ast.iter_child_nodes(node)
