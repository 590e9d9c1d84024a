"""What the document says about an app: how it is connected, and the option for it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pa_new_check import app_kinds
from pa_new_check.app_connection import Connection, connect, described
from pa_new_check.app_search import App
from pa_new_check.project import CannotCheck
from pa_new_shared.text import is_printable, printable


def facts(folder: Path, app: App, trees: Mapping[Path, ast.Module]) -> dict[str, Any]:
    """Return what the document says about an app.

    :raise CannotCheck: if its function takes what the code does not show, or if code
        cannot name its file.
    """
    if app.root == folder.parent:
        raise CannotCheck(
            "broken",
            f"{app.file} imports its own folder as a package, which may have another name "
            "on PythonAnywhere",
            "the folder that you adopt must not be a package itself",
            "run pa-new adopt in the folder above",
        )
    if not is_printable(f"{app.file}{app.module}"):
        raise CannotCheck(
            "broken",
            f"{printable(app.file)} has a name that is not plain text",
            "no line of Python can name it, so the app cannot be imported",
            "give the file, or its folder, a name of letters and digits",
        )
    found = connect(app, trees)
    _judge_unknown(app, found)
    where = app.root.relative_to(folder).as_posix()
    is_settings = app.kind.form == app_kinds.SETTINGS
    return {
        "framework": app.kind.framework,
        "form": _form(app),
        "adapter": found.adapter,
        "what": described(app),
        "file": app.file,
        "line": app.line,
        "root": "" if where == "." else where,
        "import": _import(found),
        "application": found.expression,
        "settings": app.name if is_settings else "",
        "names": names(app),
        "static": [],
        "steps": [],
    }


def names(app: App) -> dict[str, str]:
    """Return the option that chooses an app, and its value; none if none can."""
    if app.kind.form == app_kinds.SETTINGS:
        return {"settings": app.name}
    if app.is_hidden:
        return {}
    if app.kind.form == app_kinds.ROUTES:
        return {"app": f"{app.module}:default_app"}
    option = "factory" if _form(app) == app_kinds.FACTORY else "app"
    return {option: f"{app.module}:{app.name}"}


def _form(app: App) -> str:
    if app.kind.form in (app_kinds.TORNADO, app_kinds.ASGI, app_kinds.OBJECT):
        is_called = app.function is not None or app.kind.suffix == "()"
        return app_kinds.FACTORY if is_called else app_kinds.OBJECT
    return app.kind.form


def _import(found: Connection) -> str:
    """Return the lines that bind the names of the app's expression."""
    standard = [line for line in found.imports if line == "import importlib"]
    libraries = [line for line in found.imports if line not in standard]
    groups = [standard, libraries, found.own, found.before]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _judge_unknown(app: App, found: Connection) -> None:
    """Refuse a function if it is not known what it takes."""
    if not found.unknown:
        return
    taken = found.unknown[0][0]
    raise CannotCheck(
        "broken",
        f"{app.file}:{app.line}: {app.name} takes {taken}, and no value for it is known",
        "PythonAnywhere needs the app without a question",
        f"give {taken} a default value, or write a file that makes the app, such as "
        f"site_app.py with the lines `from {app.module} import {app.name}` and "
        f"`app = {app.name}(...)`, and add --app site_app:app",
    )
