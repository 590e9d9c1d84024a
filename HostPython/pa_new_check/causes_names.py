"""Recognises names that nothing has: of an own file, of an installed package."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from pa_new_check.failure import Cause, Failure, tree_of
from pa_new_check.project import is_own
from pa_new_shared.text import plain

_FROM = re.compile(r"cannot import name '(\w+)' from '([\w.]+)' \((.+)\)$")
# How apps are named, and the functions that make them.
_APPS = ("application", "app", "server", "wsgi_app", "api", "flask_app", "dash_app")
_FACTORIES = ("create_app", "make_app", "get_app", "build_app")


def missing_name(failure: Failure) -> Cause | None:
    """Recognise a name that the file of an import does not define."""
    said = _FROM.match(failure.text)
    if said is None:
        return None
    file = Path(failure.task.placement.here(said[3]))
    if not is_own(failure.task.project.folder, file) or not file.is_file():
        return None
    name, module = said[1], said[2]
    names = list(dict.fromkeys(_names(tree_of(file).body)))
    if name in names or "*" in names:
        return None  # two files that import each other, say
    return Cause(
        "import-error" if failure.is_import else "error-response",
        f"`{failure.name(file)}` has no `{name}`, which this line imports",
        _fix(name, module, names)
        or f"Define `{name}` in `{failure.name(file)}`, or "
        "write a name that the file has.",
        consequence=failure.all_fail,
    )


def no_distribution(failure: Failure) -> Cause | None:
    """Recognise the question for the version of a package that is not installed.

    It is most often the project itself, which on PythonAnywhere is only a folder.
    """
    if not failure.is_a("PackageNotFoundError"):
        return None
    name = str(failure.event["name"]) or failure.text
    folder = failure.task.project.folder
    module = name.replace("-", "_").replace(".", "_").lower()
    places = [*(folder.glob("*")), *(folder.glob("src/*"))]
    if not any(
        place.name.lower() in (module, f"{module}.py") and not place.is_symlink()
        for place in places
    ):
        return Cause(
            "import-error" if failure.is_import else "error-response",
            f"No package called `{plain(name)}` is installed, and this line asks for its "
            "version",
            f"Install it: `pip install {plain(name)}`.",
            consequence=failure.all_fail,
        )
    return Cause(
        "import-error" if failure.is_import else "error-response",
        f"`{plain(name)}` is your project itself: this line asks for its version as "
        "an installed package",
        "Write the version in the code, or catch `importlib.metadata."
        "PackageNotFoundError` and use a version of your own.",
        consequence="Your project is a folder on PythonAnywhere, and not an installed "
        f"package. {failure.all_fail}",
    )


def _fix(name: str, module: str, names: list[str]) -> str:
    """Return the line to write, "" if it is not known."""
    if name in _APPS:
        found = next((app for app in _APPS if app in names), "")
        if found:
            return f"Write `from {module} import {found} as {name}`."
        maker = next((maker for maker in _FACTORIES if maker in names), "")
        if maker:
            return f"Write `from {module} import {maker}`, and below it `{name} = {maker}()`."
        if "bottle" in names or "route" in names:
            return f"Add to that file: `import bottle` and `{name} = bottle.default_app()`."
    small = {other.lower(): other for other in names}
    near = difflib.get_close_matches(name.lower(), list(small), 1, 0.8)
    if not near:
        return ""
    return f"It has `{small[near[0]]}`: write that, if you mean it."


def _names(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that a module's own statements define."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield (alias.asname or alias.name).partition(".")[0]
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id
            elif isinstance(part, (ast.Import, ast.ImportFrom)):
                yield from _names([part])
            elif part is not node and isinstance(
                part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            ):
                yield part.name
