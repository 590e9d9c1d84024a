"""All public applications, by a name for the command line."""

from __future__ import annotations

from public_apps import awkward, from_github, from_pypi
from public_apps.model import PublicApp


def key(app: PublicApp) -> str:
    """Return the name of an application for the command line, which no other one has."""
    framework = app.framework.partition(",")[0].split()[-1]
    words = f"{app.name} {framework}".lower().replace("'s", "").split()
    return "-".join(words).replace(".", "")


APPS = {key(app): app for app in (*from_pypi.APPS, *from_github.APPS, *awkward.APPS)}
