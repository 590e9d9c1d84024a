"""Rules about Django's models: their migrations, and the setting for users."""

from __future__ import annotations

import ast
from pathlib import Path

from pa_new_check.django_settings import place_of_name
from pa_new_check.failure import Cause, Failure
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge

_SETTING = "AUTH_USER_MODEL"
_FIX = (
    "Write the label of an app in INSTALLED_APPS and the name of its model, such as "
    f'`{_SETTING} = "accounts.User"`, or remove the line if you have no such model.'
)


def judge(judge: Judge, event: dict[str, Any]) -> None:
    """Report what does not fit, if it is the project's own."""
    kind, text, label = event["problem"], plain(event["text"]), plain(event["label"])
    if not judge.has_own_line(event["frames"]):
        return
    if kind == "user":
        what = f"The model `{text}` is for users, and the settings do not name it"
        fix = f'Write into the settings: `{_SETTING} = "{label}"`, before the first '
        fix += "`migrate`. Django refuses to make tables for both."
        judge.add("django-model", event, what, fix)
        return
    command = f"makemigrations {label}`"
    tables = [f for f in judge.outcome.findings if f.rule == "missing-table"]
    if any(command in finding.fix for finding in tables):
        return  # a page that needs the table was asked for
    what = "A model has no migration"
    if text:
        what = f"A change of a model has no migration: {text[:1].lower()}{text[1:]}"
    there = "python{}.{}".format(*judge.task.python)
    fix = f"Run `python manage.py {command}, and after the deployment "
    fix += f"`{there} manage.py migrate` in a console on PythonAnywhere."
    judge.add("django-model", event, what, fix)


def user_model(failure: Failure) -> Cause | None:
    """Recognise a setting for users that names no model."""
    if not failure.is_a("ImproperlyConfigured") or _SETTING not in failure.text:
        return None
    return Cause(
        "import-error" if failure.is_import else "error-response",
        f"{failure.subject} needs the model for users: {failure.raised}",
        _FIX,
        consequence=failure.all_fail,
        place=_place(failure),
    )


def _place(failure: Failure) -> tuple[Path, int] | None:
    """Return the file and line of the setting, None without one in the project."""
    trees: dict[Path, ast.Module] = dict(failure.trees(_SETTING.encode()))
    return place_of_name(trees, _SETTING)
