"""Failures of Flask's for views that have one name."""

from __future__ import annotations

from pa_new_check.failure import Cause, Failure
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.later import ast
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

_TWICE = pattern(r"overwriting an existing endpoint function: ([\w.]+)")
_ROUTES = frozenset(("route", "get", "post", "put", "patch", "delete"))


def same_name(failure: Failure) -> Cause | None:
    """Recognise two views with one name, and a decorator that hides the names."""
    said = _TWICE.search(failure.text)
    if said is None or not failure.is_a("AssertionError"):
        return None
    name = said[1].rpartition(".")[2]
    for file, tree in failure.trees(name.encode()):
        views = [
            node
            for node in ast.walk(tree)
            if isinstance(node, FUNCTIONS)
            and node.name == name
            and any(_is_route(one) for one in node.decorator_list)
        ]
        if len(views) > 1:
            first, second = sorted(views, key=lambda view: view.lineno)[:2]
            return Cause(
                "import-error",
                f"Two views have the name `{plain(name)}`: the other one is in line "
                f"{first.lineno}",
                f"Give this function another name, such as `{plain(name)}_2`.",
                consequence=failure.all_fail,
                place=(file, second.lineno),
            )
    for file, tree in failure.trees(name.encode()):
        for outer in tree.body:
            inner = outer.body if isinstance(outer, FUNCTIONS) else []
            for node in inner:
                if isinstance(node, FUNCTIONS) and node.name == name:
                    assert isinstance(outer, FUNCTIONS)
                    given = outer.args.args[0].arg if outer.args.args else "function"
                    return Cause(
                        "import-error",
                        f"Each view that has the decorator `{plain(outer.name)}` gets the "
                        f"name `{plain(name)}`, and Flask needs different names",
                        f"Write `@functools.wraps({plain(given)})` above this line.",
                        consequence=failure.all_fail,
                        place=(file, node.lineno),
                    )
    return None


def _is_route(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and last_name(decorator.func) in _ROUTES
