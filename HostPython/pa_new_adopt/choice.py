"""Leaves out what is clearly not the app to adopt: tests, parts of other apps, scripts.

What is left is a choice, and the user makes it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from pa_new_check import app_kinds
from pa_new_check.app_connection import called_name, described
from pa_new_check.app_kinds import imported
from pa_new_check.app_search import App, Found, is_aside

_PLAIN = ("WSGI", "ASGI")  # the frameworks of what is no framework's app


def to_choose_from(folder: Path, found: Found) -> tuple[list[App], list[str]]:
    """Return the apps that may be meant, the likeliest first, and notes on others."""
    notes: list[str] = []
    apps = [app for app in found.apps if app.kind.form != app_kinds.PAGE]
    apps = _better(apps, [app for app in apps if not is_aside(folder, app.path)])
    visible = [app for app in apps if not app.is_hidden]
    if visible:
        notes += [
            f"{described(app)}, but Python imports the package "
            f"{app.module.partition('.')[0]} in its place, so it is left out."
            for app in apps
            if app.is_hidden
        ]
        apps = visible
    apps = _without_same(apps, found)
    apps = _without_wrapped(apps, found)
    apps = _one_of_each_factory(apps, found)
    apps = _without_used(apps, found)
    return apps, notes


def _is_about(tree: ast.Module | None, app: App) -> bool:
    """Tell whether code imports an app, or is of the same project of Django."""
    if app.kind.form == app_kinds.SETTINGS:
        return True
    return tree is not None and _imports(tree, app)


def _better(all_apps: list[App], some: list[App]) -> list[App]:
    return some or all_apps


def _without_same(apps: list[App], found: Found) -> list[App]:
    """Of the names of one app, keep that in the file which imports the others."""
    kept = list(apps)
    for app in reversed(apps):
        for other in kept:
            is_same = app.value is not None and other.value is app.value
            tree = found.trees.get(other.path)
            if is_same and other is not app and tree and not other.server_line:
                names = {
                    name.rpartition(".")[2]
                    for n in ast.walk(tree)
                    for name in imported(n)
                }
                if app.module.rpartition(".")[2] in names:
                    kept.remove(app)
                    break
    return kept


def _without_wrapped(apps: list[App], found: Found) -> list[App]:
    """Prefer what wraps a framework's app in more, and leave out other plain functions.

    But an app is not served through ASGI that is there for WSGI.
    """
    wsgi = [app for app in apps if app.kind.form != app_kinds.ASGI]
    if wsgi:
        apps = [
            app
            for app in apps
            if app in wsgi
            or app.kind.framework != "ASGI"
            or not any(_is_about(found.trees.get(app.path), other) for other in wsgi)
        ]
    wrappers = [
        app
        for app in apps
        if app.kind.framework in _PLAIN
        and any(
            _imports(found.trees[app.path], other)
            for other in apps
            if other is not app and other.path in found.trees
        )
    ]
    wrapped = {
        id(other)
        for app in wrappers
        for other in apps
        if other is not app and _imports(found.trees[app.path], other)
    }
    apps = [app for app in apps if id(app) not in wrapped]
    known = [app for app in apps if app.kind.framework not in _PLAIN or app in wrappers]
    # What has the parameters of an app may be middleware.
    objects = [app for app in apps if app.value is not None and app.value.origin]
    return _better(apps, [app for app in apps if app in known or app in objects])


def _one_of_each_factory(apps: list[App], found: Found) -> list[App]:
    """Leave out factories that an app comes from, and all but one app of each factory."""
    factories = {app.name for app in apps if app.function is not None}
    kept: list[App] = []
    chosen: dict[str, App] = {}
    for app in apps:
        made_by = "" if app.function else _maker(app, found)
        if made_by not in factories:
            kept.append(app)
            continue
        other = chosen.get(made_by)
        if other is None:
            chosen[made_by] = app
            kept.append(app)
        elif app.path.stem == "wsgi" and other.path.stem != "wsgi":
            # A script that fills a database makes an app, too.
            chosen[made_by] = app
            kept[kept.index(other)] = app
    return [app for app in kept if app.function is None or app.name not in chosen]


def _maker(app: App, found: Found) -> str:
    """Return the name of the function whose call is an app's value, "" if none is."""
    for node in ast.walk(found.trees.get(app.path, ast.Module([], []))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            names = [name.id for name in node.targets if isinstance(name, ast.Name)]
            if app.name in names:
                return called_name(node.value)
    return ""


def _without_used(apps: list[App], found: Found) -> list[App]:
    """Leave out the apps that another one calls, imports or mounts: parts of it."""
    kept = list(apps)
    for app in reversed(apps):
        others = [other for other in kept if other is not app]
        if app.kind.form == app_kinds.SETTINGS:
            continue
        if any(_uses(other, app, found) for other in others):
            kept.remove(app)
    return kept


def _uses(user: App, app: App, found: Found) -> bool:
    """Tell whether an app's code uses another app."""
    tree = found.trees.get(user.path)
    if tree is None or user.kind.form == app_kinds.SETTINGS:
        return False
    if app.function is not None:
        body: ast.AST = tree if user.function is None else user.function
        return any(_calls(body, app.name))
    return user.path != app.path and _imports(tree, app)


def _calls(tree: ast.AST, name: str) -> Iterator[bool]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) == name:
            yield True


def _imports(tree: ast.Module, app: App) -> bool:
    """Tell whether code imports an app by its name."""
    last = app.module.rpartition(".")[2]
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or last).rpartition(".")[2] == last
        and any(alias.name == app.name for alias in node.names)
        for node in ast.walk(tree)
    )
