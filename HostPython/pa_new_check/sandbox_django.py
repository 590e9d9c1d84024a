"""Compares Django's models with their migrations, and with the setting for users.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. It only
reads: no database is asked.
"""

from __future__ import annotations

import importlib
import sys

from pa_new_check.sandbox_inspection import MAX_TEXT, library

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_MAX_TOLD = 20
_CHANGES = ("AddField", "CreateModel", "RemoveField", "RenameField", "RenameModel")
"""The operations without which a page fails. Others, such as a new help text, can wait."""


def has_django() -> bool:
    """Tell whether Django has loaded the apps of the project."""
    module = sys.modules.get("django.apps")
    return module is not None and bool(module.apps.ready)


def report_models(send: Callable[..., None]) -> None:
    """Report what does not fit.

    :param send: reports one fact.
    """
    apps = sys.modules["django.apps"].apps
    for find in (_unused_model, _without_migration):
        try:
            for problem in list(find(apps))[:_MAX_TOLD]:
                send("django", **problem)
        except Exception:  # noqa: BLE001, S112 - another version of Django
            continue


def _problem(kind: str, text: str, label: str, model: Any) -> dict[str, Any]:
    text = text[:MAX_TEXT]
    return {"problem": kind, "text": text, "label": label, "frames": [_place(model)]}


def _place(model: Any) -> list[Any]:
    """Return the file and the line of a class."""
    try:
        line = library("inspect").getsourcelines(model)[1]
    except Exception:  # noqa: BLE001 - it is made by a call
        line = 1
    return [str(getattr(sys.modules[model.__module__], "__file__", "")), line]


def _unused_model(apps: Any) -> Iterator[dict[str, Any]]:
    """Yield a model for users that the settings do not name."""
    settings = sys.modules["django.conf"].settings
    models = sys.modules.get("django.contrib.auth.models")
    if models is None or settings.AUTH_USER_MODEL != "auth.User":
        return
    for model in apps.get_models():
        is_own = issubclass(model, models.AbstractUser)
        if is_own and not issubclass(model, models.User):
            yield _problem("user", model.__name__, model._meta.label, model)


def _without_migration(apps: Any) -> Iterator[dict[str, Any]]:
    """Yield the models that have no migration, or no migration for a change."""
    migrations = "django.db.migrations."
    loader = importlib.import_module(migrations + "loader").MigrationLoader(
        None, ignore_no_migrations=True
    )
    after = importlib.import_module(migrations + "state").ProjectState.from_apps(apps)
    detector = importlib.import_module(migrations + "autodetector")
    changes = detector.MigrationAutodetector(loader.project_state(), after).changes(
        graph=loader.graph
    )
    for label in sorted(loader.unmigrated_apps):
        for model in apps.get_app_config(label).get_models():
            if _has_table(model):
                yield _problem("migration", "", label, model)
    for label, made in sorted(changes.items()):
        told: set[str] = set()
        for operation in (one for migration in made for one in migration.operations):
            kind = type(operation).__name__
            if kind not in _CHANGES:
                continue
            name = getattr(operation, "model_name", None)
            name = name or getattr(operation, "new_name", None) or operation.name
            model = apps.get_model(label, name)
            if name.lower() not in told and _has_table(model):
                told.add(name.lower())
                text = "" if kind == "CreateModel" else operation.describe()
                yield _problem("migration", text, label, model)


def _has_table(model: Any) -> bool:
    return model._meta.managed and not model._meta.proxy
