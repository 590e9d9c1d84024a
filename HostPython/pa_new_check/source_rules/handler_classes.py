"""Which classes of a project are handlers, and what they have of their own."""

from __future__ import annotations

from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "RequestHandler"


def own_names(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> set[str] | None:
    """Return what the project's own classes give to a handler.

    :param classes: the project's own classes.
    :returns: the names, None if the class is no handler, or what it extends is not known.
    """
    names: set[str] = set()
    waiting, seen, is_handler = [node], {node.name}, False
    for one in waiting:
        for part in one.body:
            if isinstance(part, (*FUNCTIONS, ast.ClassDef)):
                names.add(part.name)
            elif isinstance(part, ast.Assign):
                names.update(last_name(target) for target in part.targets)
        for base in one.bases:
            name = last_name(base)
            if name == BASE:
                is_handler = True
            elif name not in classes:
                return None
            elif name not in seen:
                seen.add(name)
                waiting.append(classes[name])
    return names if is_handler else None


def nodes_of(node: ast.ClassDef) -> Iterator[ast.AST]:
    """Yield the nodes of a class, without those of classes in it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop(0)
        yield part
        if not isinstance(part, ast.ClassDef):
            waiting += ast.iter_child_nodes(part)


def is_own(func: ast.expr) -> bool:
    """Tell whether what is called is a method of ``self``."""
    is_named = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)
    return is_named and func.value.id == "self"  # type: ignore[attr-defined]


def is_called_by_class(tree: ast.Module, owner: str, name: str) -> bool:
    """Tell whether a class calls a method of its own, or one that extends it does.

    :param owner: the name of the class, with those that it is in.
    """
    last = owner.rpartition(".")[2]
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    family = {last}
    for _ in nodes:
        more = {
            node.name
            for node in nodes
            if any(last_name(base) in family for base in node.bases)
        }
        if more <= family:
            break
        family |= more
    return any(
        isinstance(part, ast.Call)
        and is_own(part.func)
        and last_name(part.func) == name
        for node in nodes
        if node.name in family
        for part in nodes_of(node)
    )
