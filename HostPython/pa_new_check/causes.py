"""The causes of failures that have words of their own, at import and in requests alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pa_new_check import (
    causes_application,
    causes_console,
    causes_data,
    causes_django,
    causes_files,
    causes_flask,
    causes_frameworks,
    causes_names,
    causes_network,
    causes_pages,
    causes_recursion,
    causes_settings,
    causes_values,
    causes_variables,
    causes_versions,
    causes_views,
    django_rules,
)
from pa_new_check.django_settings import place_of_setting
from pa_new_check.failure import Cause, Failure

if TYPE_CHECKING:
    from pa_new_check.runtime_rules import Judge

# The first one that recognises a failure says what it is.
_CAUSES: tuple[Callable[[Failure], Cause | None], ...] = (
    causes_frameworks.settings_unset,
    causes_settings.bad_settings,
    causes_variables.stand_in,
    causes_settings.required,
    causes_console.waits,
    causes_recursion.endless,
    causes_variables.missing_variable,
    causes_data.missing_table,
    causes_data.unopened_database,
    causes_data.wrong_values,
    causes_pages.page_mistake,
    causes_pages.route_mistake,
    causes_pages.handler_made,
    causes_pages.missing_comma,
    causes_application.no_application,
    causes_application.no_routes,
    causes_files.missing_template,
    causes_files.missing_file,
    causes_files.not_permitted,
    causes_versions.changed_name,
    causes_frameworks.circular,
    causes_frameworks.relative_import,
    causes_names.missing_name,
    causes_names.no_distribution,
    django_rules.user_model,
    django_rules.unlisted_app,
    django_rules.wrong_setting,
    causes_values.wrong_value,
    causes_frameworks.django,
    causes_django.django,
    causes_flask.flask,
    causes_frameworks.wrong_application,
    causes_views.same_name,
    causes_network.polling,
    causes_network.database_server,
    causes_network.network,
)


def explain(judge: Judge, event: dict[str, Any], path: str | None) -> bool:
    """Report an exception whose cause is known.

    :param event: the exception, as the process reported it.
    :param path: the path that was asked for, None at import.
    :returns: whether the cause is known.
    """
    failure = Failure(judge, event, path)
    for recognise in _CAUSES:
        cause = recognise(failure)
        if cause is not None:
            _add(failure, cause)
            return True
    return False


def explain_module(
    judge: Judge, event: dict[str, Any], path: str | None, module: str
) -> bool:
    """Report a module that is missing, if the reason is another one than the module.

    :param module: its name in full.
    """
    failure = Failure(judge, event, path)
    cause = causes_frameworks.missing_settings(failure, module)
    cause = cause or causes_frameworks.own_server(failure, module)
    if cause is not None:
        _add(failure, cause)
    return cause is not None


def frames_of_module(
    judge: Judge, event: dict[str, Any], path: str | None, module: str
) -> list[Any]:
    """Return the frames of a missing module, first the line of Django's setting for it.

    There is no such line if the innermost line of the project itself names the module.

    :param module: its name in full.
    """
    failure = Failure(judge, event, path)
    frames: list[Any] = event["frames"]
    last = module.rpartition(".")[2]
    line = failure.own_lines[0] if failure.own_lines else ""
    if not failure.is_in("django") or re.search(rf"\b{re.escape(last)}\b", line):
        return frames
    trees = dict(failure.trees(b"ROOT_URLCONF", b"INSTALLED_APPS"))
    place = place_of_setting(trees, module)
    return frames if place is None else [[str(place[0]), place[1]], *frames]


def explain_hang(judge: Judge, frames: list[list[str]]) -> bool:
    """Report an import that does not end, if the reason is known."""
    failure = Failure(judge, {**_NOTHING, "frames": frames}, None)
    cause = causes_network.polling_at(failure, "The import does not end: it runs")
    if cause is not None:
        _add(failure, cause)
    return cause is not None


def explain_uncallable(judge: Judge, kind: str, name: str, module: str) -> None:
    """Report an `application` that cannot be called with a request.

    :param kind: the name of its type.
    :param name: its own name, if it is a function.
    :param module: the module of that function.
    """
    failure = Failure(judge, {**_NOTHING, "frames": []}, None)
    if kind == "function" and name:
        _add(failure, causes_frameworks.factory(failure, name, module))
    else:
        _add(failure, causes_frameworks.uncallable(failure, kind))


_NOTHING: dict[str, Any] = {"type": "", "bases": [], "text": "", "name": "", "path": ""}


def _add(failure: Failure, cause: Cause) -> None:
    frames = failure.event["frames"]
    if cause.place is not None:
        file, line = cause.place
        frames = [[str(file), line]]
    failure.judge.add(
        cause.rule,
        {"frames": frames},
        cause.what,
        cause.fix,
        cause.severity,
        cause.consequence,
        cause.page,
    )
    if failure.is_import and cause.unloaded:
        failure.judge.outcome.unloaded = cause.unloaded
