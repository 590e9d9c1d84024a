"""Failures of Flask's: names of views, its secret key, and paths of routes."""

from __future__ import annotations

import ast

from pa_new_check.failure import Cause, Failure, called_name
from pa_new_check.sandbox_names import near
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.patterns import pattern
from pa_new_shared.text import listed, plain

_NOT_BUILT = pattern(
    r"Could not build url for endpoint '([\w.]+)'(?: with values \[([^\]]*)\])?"
)
_NO_SLASH = pattern(r"URL rule '([^'\n]*)' must start with a slash")
_NO_KEY = "The session is unavailable because no secret key was set"
_ROUTES = frozenset(("route", "get", "post", "put", "patch", "delete"))
_MAX_SHOWN = 8


def flask(failure: Failure) -> Cause | None:
    """Recognise what Flask says of the project's own code."""
    if not failure.is_in("flask"):
        return None
    return _unknown_view(failure) or _without_key(failure) or _without_slash(failure)


def _unknown_view(failure: Failure) -> Cause | None:
    """Recognise ``url_for`` with a name that no view has."""
    said = _NOT_BUILT.match(failure.text)
    if said is None or failure.type != "BuildError":
        return None
    name, views = said[1], _views(failure)
    if name in views or not views:
        return None  # it lacks a parameter, or is of a library
    last = name.rpartition(".")[2]
    meant = [view for view in views if view.rpartition(".")[2] == last]
    meant = meant if len(meant) == 1 else [near(name, views)]
    shown = [f"`{plain(view)}`" for view in sorted(views)[:_MAX_SHOWN]]
    fix = f"Write the name of a view: the app has {listed(shown)}."
    if meant[0]:
        fix = f'Write `url_for("{plain(meant[0])}")`.'
        if said[2]:
            fix = f'Write `url_for("{plain(meant[0])}", ...)`.'
    return Cause(
        "error-response",
        f"{failure.subject} asks `url_for` for `{plain(name)}`, and no view has this name",
        fix,
        "error",
        failure.all_fail,
    )


def _views(failure: Failure) -> set[str]:
    """Return the names of the views that the code defines, with those of blueprints."""
    views: set[str] = set()
    for _, tree in failure.trees(b"route", b".get(", b".post("):
        blueprints: dict[str, str] = {}
        for node in ast.walk(tree):
            call = node.value if isinstance(node, ast.Assign) else None
            is_made = isinstance(call, ast.Call) and called_name(call) == "Blueprint"
            if isinstance(call, ast.Call) and is_made and call.args:
                name = getattr(call.args[0], "value", "")
                assert isinstance(node, ast.Assign)
                blueprints.update({last_name(t): str(name) for t in node.targets})
        for node in ast.walk(tree):
            for one in node.decorator_list if isinstance(node, FUNCTIONS) else ():
                func = one.func if isinstance(one, ast.Call) else None
                if isinstance(func, ast.Attribute) and func.attr in _ROUTES:
                    assert isinstance(node, FUNCTIONS)
                    before = blueprints.get(last_name(func.value), "")
                    views.add(f"{before}.{node.name}" if before else node.name)
    return views


def _without_key(failure: Failure) -> Cause | None:
    """Recognise a session in an app without a secret key; the place is the app's."""
    if not failure.text.startswith(_NO_KEY):
        return None
    for file, tree in failure.trees(b"Flask("):
        for node in ast.walk(tree):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            call = node.value if isinstance(node, ast.Assign) else None
            is_app = isinstance(call, ast.Call) and called_name(call) == "Flask"
            if not isinstance(node, ast.Assign) or not is_app:
                continue
            if not isinstance(target, ast.Name):
                continue
            used = failure.own_frames[:1]
            where = (
                f" in {plain(failure.name(used[0][0]))}:{used[0][1]}" if used else ""
            )
            key, module = 'os.environ["SECRET_KEY"]', "os"
            if (failure.task.project.folder / "pa_env.py").is_file():
                key, module = 'pa_env.required("SECRET_KEY")', "pa_env"
            fix = (
                f"Write `{target.id}.secret_key = {key}` below this line, and give the "
                "setting SECRET_KEY a long random text. At the top of the file, add "
                f"`import {module}`."
            )
            return Cause(
                "error-response",
                f"{failure.subject} uses the session{where}, and the app has no secret key",
                fix,
                "error",
                failure.all_fail,
                (file, node.lineno),
            )
    return None


def _without_slash(failure: Failure) -> Cause | None:
    """Recognise the path of a route without a slash; the place is the route's."""
    said = _NO_SLASH.search(failure.text)
    for file, tree in failure.trees(b"route", b".get(", b".post(") if said else ():
        for node in ast.walk(tree):
            for one in node.decorator_list if isinstance(node, FUNCTIONS) else ():
                first = one.args[:1] if isinstance(one, ast.Call) else []
                rule = getattr(first[0], "value", None) if first else None
                assert said is not None
                if rule == said[1]:
                    return Cause(
                        "import-error",
                        f"The path of this route, `{plain(said[1])}`, has no slash at its "
                        "beginning",
                        f'Write `"/{plain(said[1])}"`.',
                        consequence=failure.all_fail,
                        place=(file, one.lineno),
                    )
    return None
