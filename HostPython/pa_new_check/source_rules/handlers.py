"""Finds the functions that answer requests, by their definitions alone."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.static_analysis.names import library_bases, library_name
from pa_new_check.static_analysis.values import Class, Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator


def is_handler(module: Module, node: AnyFunction) -> bool:
    """Tell whether a function answers requests, as far as its definition tells."""
    names = [argument.arg for argument in node.args.args]
    if names[:2] in (["environ", "start_response"], ["env", "start_response"]):
        return True
    if names[:1] == ["request"] and module.path.name == "views.py":
        return True
    for decorator in node.decorator_list:
        made = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(made, ast.Attribute) and made.attr in known_apis.ROUTES:
            return True
        if isinstance(made, ast.Name) and library_name(made, module) in (
            *(f"bottle.{verb}" for verb in known_apis.ROUTES),
            "cherrypy.expose",
            "rest_framework.decorators.api_view",
        ):
            return True
    return False


def handler_methods(module: Module, node: ast.ClassDef) -> Iterator[AnyFunction]:
    """Yield the methods of a class that answer requests, by their names alone."""
    value = module.scope.names.get(node.name)
    bases = set(library_bases(value)) if isinstance(value, Class) else set()
    is_handler = bool(bases & known_apis.HANDLER_CLASSES)
    for method in node.body:
        if isinstance(method, FUNCTIONS):
            name = method.name
            # web.py's classes have no base, and their verbs capital letters.
            is_plain = not node.bases and name in ("GET", "POST")
            if (is_handler and name in known_apis.VERBS) or is_plain:
                yield method
