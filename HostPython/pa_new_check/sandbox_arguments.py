"""Finds views of Flask's whose parameters do not fit their routes.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. Flask calls a
view with the parts of the path by their names, so that each request fails; nothing is called
here.
"""

from __future__ import annotations

import sys

from pa_new_check.sandbox_inspection import library

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_MAX_TOLD = 20
_PYTHON = (f"{sys.prefix}/lib/", f"{sys.base_prefix}/lib/")


def report_arguments(found: list[Any], send: Callable[..., object]) -> None:
    """Report the views.

    :param found: the applications and what wraps them.
    :param send: reports one fact.
    """
    kind = getattr(sys.modules.get("flask.app"), "Flask", None)
    for app in found if isinstance(kind, type) else ():
        try:
            problems = list(_problems(app, kind))
        except Exception:  # noqa: BLE001, S112 - another version of Flask, say
            continue
        for code, what, fix in problems[:_MAX_TOLD]:
            send(
                "page",
                rule="error-response",
                what=what,
                fix=fix,
                consequence="Every visitor of this address gets an error.",
                frames=[[code.co_filename, code.co_firstlineno]],
            )


def _problems(app: Any, kind: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield the code of each view that does not fit, what is wrong, and what to do."""
    is_plain = isinstance(app, kind) and not app.url_value_preprocessors
    if not is_plain or type(app).dispatch_request is not kind.dispatch_request:
        return  # the app may call its views with something else
    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        code = getattr(view, "__code__", None)
        given = {str(name) for name in rule.arguments}
        if (
            code is None
            or rule.build_only
            or rule.alias
            or rule.redirect_to is not None
            or code.co_name != view.__name__
            or hasattr(view, "__wrapped__")
            or "/site-packages/" in code.co_filename
            or code.co_filename.startswith(_PYTHON)
        ):
            continue
        said = _wrong(view, rule.rule, given)
        if said is not None:
            yield code, *said


def _wrong(view: Any, path: str, given: set[str]) -> tuple[str, str] | None:
    """Return what is wrong with the parameters of a view, and what to write."""
    inspect = library("inspect")
    parameters = inspect.signature(view, follow_wrapped=False).parameters.values()
    if any(one.kind in (one.VAR_KEYWORD, one.POSITIONAL_ONLY) for one in parameters):
        return None
    plain = [one for one in parameters if one.kind is not one.VAR_POSITIONAL]
    names = [one.name for one in plain]
    absent = sorted(given - set(names))
    needed = [one.name for one in plain if one.default is one.empty]
    more = sorted(set(needed) - given)
    name = view.__name__
    if absent and len(absent) == len(more) == 1:
        what = f"The route `{path}` has `{absent[0]}`, and the view `{name}` takes `{more[0]}`"
        return what, f"Write `{absent[0]}` in both places, or `{more[0]}`."
    if absent:
        what = f"The view `{name}` does not take `{absent[0]}`, which its route `{path}` has"
        return what, f"Write `def {name}({', '.join([*absent, *names])})`."
    if more:
        what = f"The view `{name}` needs `{more[0]}`, which its route `{path}` does not have"
        return what, f"Write `<{more[0]}>` into the route, or give it a default."
    return None
