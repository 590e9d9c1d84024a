"""Failures by the name ``application``: another file has it under another name, or a class."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pa_new_check.failure import Cause, Failure, called_name, tree_of
from pa_new_check.project import is_own
from pa_new_shared.text import plain

_NAME = "application"
_NO_NAME = re.compile(
    r"(?:partially initialized )?module '([\w.]+)' has no attribute '(\w+)'"
)
_CLASS = "Application"  # of a project with handlers
_NO_ROUTES = "__init__() missing 1 required positional argument: 'routes'"


def no_application(failure: Failure) -> Cause | None:
    """Recognise a module of the project's that has no ``application``."""
    said = _NO_NAME.match(failure.text)
    if said is None or said[2] != _NAME or not failure.is_import:
        return None
    project = failure.task.project
    below = said[1].replace(".", "/")
    places = [
        root / f"{below}{end}"
        for root in (project.root, project.folder)
        for end in (".py", "/__init__.py")
    ]
    file = next((path for path in places if path.is_file()), None)
    if file is None or not is_own(project.folder, file):
        return None
    made = list(_made(tree_of(file)))
    line, fix = 1, f"Write at its end: `{_NAME} = {_CLASS}(routes)`."
    if made:
        name, line = made[-1]
        fix = f"Write `{_NAME}` in place of `{plain(name)}`."
    elif not any(True for _ in failure.trees(b"RequestHandler")):
        fix = f"Give the app that name there: `{_NAME} = ...`."
    return Cause(
        "import-error",
        f"`{failure.name(file)}` has no `{_NAME}`, and {_asker(failure)} asks for it",
        fix,
        consequence=failure.all_fail,
        place=(file, line),
    )


def _asker(failure: Failure) -> str:
    """Return the name of the file that asks, which is right."""
    return plain(failure.name(failure.own_frames[0][0])) if failure.own_frames else "it"


def _made(tree: ast.Module) -> list[tuple[str, int]]:
    """Return the names to which a file assigns an app, and their lines."""
    found: list[tuple[str, int]] = []
    for node in tree.body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_app = isinstance(node.value, ast.Call) and called_name(node.value) == _CLASS
        for target in targets:
            if is_app and isinstance(target, ast.Name):
                found.append((target.id, node.lineno))
    return found


def no_routes(failure: Failure) -> Cause | None:
    """Recognise an ``Application()`` without its routes."""
    if not failure.is_import or not failure.text.endswith(_NO_ROUTES):
        return None
    if not any(
        isinstance(part, ast.Call) and called_name(part) == _CLASS
        for statement in failure.own_statements()[:1]
        for part in ast.walk(statement)
    ):
        return None
    return Cause(
        "import-error",
        f"`{_CLASS}()` gets no routes",
        f"Write `{_NAME} = {_CLASS}(routes)`.",
        consequence=failure.all_fail,
    )


def bound_class(failure: Failure) -> tuple[tuple[Path, int], str] | None:
    """Return the line that gives ``application`` a class, and the code to write there."""
    for file, tree in failure.trees(_NAME.encode()):
        for node in tree.body:
            if not isinstance(node, (ast.Assign, ast.AnnAssign)):
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.value
            is_it = _NAME in {getattr(target, "id", "") for target in targets}
            if is_it and isinstance(value, ast.Name) and value.id[:1].isupper():
                given = "routes" if value.id == _CLASS else ""
                return (file, node.lineno), f"{_NAME} = {value.id}({given})"
    return None
