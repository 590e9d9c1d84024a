"""Rules about Django's models: their migrations, and the setting for users."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pa_new_check.django_settings import place_of_name
from pa_new_check.failure import Cause, Failure
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge

_SETTING = "AUTH_USER_MODEL"
_APPS = "INSTALLED_APPS"
_UNLISTED = re.compile(
    r"Model class ([\w.]+) doesn't declare an explicit app_label and isn't in an "
)
_NAMED = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\b[A-Z]{6,}\b")
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
        place=_place(failure, _SETTING),
    )


def unlisted_app(failure: Failure) -> Cause | None:
    """Recognise a model whose app is not in ``INSTALLED_APPS``."""
    said = _UNLISTED.match(failure.text)
    if said is None:
        return None
    app = plain(said[1].partition(".models")[0])
    return Cause(
        "import-error" if failure.is_import else "error-response",
        f"{failure.subject} needs a model of `{app}`, which is not in {_APPS}",
        f'Add `"{app}"` to {_APPS}.',
        consequence=failure.all_fail,
        place=_place(failure, _APPS),
    )


def wrong_setting(failure: Failure) -> Cause | None:
    """Recognise a setting whose value Django refuses; its place is that setting's."""
    if not failure.is_a("ImproperlyConfigured"):
        return None
    for name in _NAMED.findall(failure.text):
        place = _place(failure, name)
        if place is not None:
            return Cause(
                "import-error" if failure.is_import else "error-response",
                f"Django refuses the setting {name}: {failure.raised}",
                "Correct this line.",
                consequence=failure.all_fail,
                place=place,
            )
    return None


def _place(failure: Failure, name: str) -> tuple[Path, int] | None:
    """Return the file and line of a setting, None without one in the project."""
    trees: dict[Path, ast.Module] = dict(failure.trees(name.encode()))
    return place_of_name(trees, name)
