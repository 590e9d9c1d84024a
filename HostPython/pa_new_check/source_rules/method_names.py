"""Rules about methods of handlers that nobody calls: their names are near to those of HTTP."""

from __future__ import annotations

from collections import Counter

from pa_new_check.rules import Finding
from pa_new_check.sandbox_names import near
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS
from pa_new_shared.later import ast
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_VERBS = ("get", "post", "put", "patch", "delete")


def used(trees: Iterable[ast.Module]) -> Counter[str] | None:
    """Return how often the code has each name; None if it makes names of parts.

    :param trees: the project's own files.
    """
    found: Counter[str] = Counter()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, FUNCTIONS):
                found[node.name] += 1
            elif isinstance(node, ast.Name):
                found[node.id] += 1
                if node.id in ("getattr", "dir", "vars", "hasattr"):
                    return None
            elif isinstance(node, ast.Attribute):
                found[node.attr] += 1
                if node.attr in ("__dict__", "__getattr__", "__getattribute__"):
                    return None
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found[node.value] += 1
    return found


def judge(
    module: Module, node: ast.ClassDef, names: set[str], counts: Counter[str]
) -> Iterator[Finding]:
    """Yield the methods of a handler that are meant to be those of HTTP.

    :param names: what the project's classes give to the handler.
    :param counts: how often the code has each name.
    """
    if node.decorator_list or node.keywords:
        return
    for part in node.body:
        if not isinstance(part, FUNCTIONS) or part.decorator_list:
            continue
        verb = _verb(part.name)
        is_method = [argument.arg for argument in part.args.args[:1]] == ["self"]
        if verb and verb not in names and is_method and counts[part.name] == 1:
            what = f"`{plain(node.name)}.{plain(part.name)}` is never called"
            yield Finding(
                "handler-mistake",
                module.file,
                part.lineno,
                what,
                f"Did you mean `def {verb}`?",
                consequence=f"The app answers 405 (Method Not Allowed) to {verb.upper()}.",
            )


def _verb(name: str) -> str:
    """Return the method of HTTP that a name is meant to be, "" without one.

    It has the same letters in another order, or lacks one of a longer name.
    """
    for verb in _VERBS:
        is_mixed = sorted(name) == sorted(verb) and name[:1] == verb[:1]
        is_short = len(verb) > 4 and len(name) == len(verb) - 1
        if name != verb and (is_mixed or (is_short and near(name, [verb]))):
            return verb
    return ""
