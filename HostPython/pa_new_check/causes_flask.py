"""Failures of Flask's: names of views, of values and hooks, its secret key, and paths."""

from __future__ import annotations

import ast

from pa_new_check.failure import Cause, Failure, called_name, tree_of
from pa_new_check.sandbox_names import near
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.patterns import pattern
from pa_new_shared.text import listed, plain

_NOT_BUILT = pattern(
    r"Could not build url for endpoint '([\w.]+)'(?: with values \[([^\]]*)\])?"
)
_NO_VALUES = pattern(r"Did you forget to specify values \[([\w', ]+)\]\?")
_UNDEFINED = pattern(r"\A'(\w+)' is undefined\Z")
_NO_HOOK = pattern(r"\A'Blueprint' object has no attribute '(\w+)'\Z")
_NO_SLASH = pattern(r"URL rule '([^'\n]*)' must start with a slash")
_NO_KEY = "The session is unavailable because no secret key was set"
_ROUTES = frozenset(("route", "get", "post", "put", "patch", "delete"))
_MAX_SHOWN = 8
# The decorators of a blueprint. Source: the API of Flask 3.1.
_HOOKS = (
    *("before_request", "after_request", "teardown_request", "before_app_request"),
    *("after_app_request", "teardown_app_request", "errorhandler", "app_errorhandler"),
    *("context_processor", "app_context_processor", "app_template_filter"),
    *("app_template_global", "app_template_test", "url_defaults", "app_url_defaults"),
    *("url_value_preprocessor", "app_url_value_preprocessor", "endpoint", "record"),
    *("record_once", "add_url_rule", "register_blueprint", *sorted(_ROUTES)),
)
# What only the app itself has, or had, and what a blueprint has for it.
_OF_APP = {
    "teardown_appcontext": "teardown_app_request",
    "app_teardown_appcontext": "teardown_app_request",
    "template_filter": "app_template_filter",
    "template_global": "app_template_global",
    "template_test": "app_template_test",
}


def flask(failure: Failure) -> Cause | None:
    """Recognise what Flask says of the project's own code."""
    if not failure.is_in("flask"):
        return _unknown_hook(failure)  # Python itself says it
    for recognise in (
        _unknown_view,
        _without_values,
        _without_key,
        _without_slash,
        _undefined,
    ):
        cause = recognise(failure)
        if cause is not None:
            return cause
    return None


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


def _without_values(failure: Failure) -> Cause | None:
    """Recognise ``url_for`` without a value that the view's address needs."""
    said, names = _NOT_BUILT.match(failure.text), _NO_VALUES.search(failure.text)
    if said is None or names is None or failure.type != "BuildError":
        return None
    values = [name.strip(" '") for name in names[1].split(",")]
    given = "".join(f", {name}=..." for name in values)
    shown = listed([f"`{plain(name)}`" for name in values])
    return Cause(
        "error-response",
        f"{failure.subject} asks `url_for` for `{plain(said[1])}`, whose address needs "
        f"{shown}",
        f'Write `url_for("{plain(said[1])}"{plain(given)})`.',
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


def _undefined(failure: Failure) -> Cause | None:
    """Recognise a name in a template that is near to one that the view passes."""
    said = _UNDEFINED.match(failure.text)
    if said is None or failure.type != "UndefinedError":
        return None
    name, passed = said[1], set[str]()
    for statement in failure.own_statements():
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and called_name(node).startswith("render_"):
                passed |= {word.arg for word in node.keywords if word.arg}
    meant = near(name, sorted(passed))
    if not meant or name in passed:
        return None
    return Cause(
        "error-response",
        f"{failure.subject} shows a template with `{plain(name)}`, and the view passes no "
        "such name",
        f"Did you mean `{plain(meant)}`?",
        "error",
        failure.all_fail,
    )


def _unknown_hook(failure: Failure) -> Cause | None:
    """Recognise a decorator that a blueprint does not have."""
    said = _NO_HOOK.match(failure.text)
    if said is None or not failure.is_a("AttributeError") or not failure.own_frames:
        return None
    nodes = [*ast.walk(tree_of(failure.own_frames[0][0]))]
    modules: set[str | None] = {
        node.name for node in nodes if isinstance(node, ast.alias)
    }
    modules |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    if "flask" not in modules:
        return None  # other frameworks have blueprints, too
    name = said[1]
    parts = sorted(name.split("_"))
    mixed = [hook for hook in _HOOKS if sorted(hook.split("_")) == parts]
    meant = _OF_APP.get(name) or (mixed[0] if mixed else near(name, _HOOKS))
    if not meant:
        return None
    return Cause(
        "import-error" if failure.is_import else "error-response",
        f"A blueprint has no `{plain(name)}`",
        f"Did you mean `{meant}`?",
        "error",
        failure.all_fail,
    )
