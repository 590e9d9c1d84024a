"""Loads the apps that were found, for ``--load``: on check's stand-in for PythonAnywhere.

An entry file that only imports the app lies beside the project's copy, in ``/var/www``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pa_new_check import loading, runtime_rules
from pa_new_check.placement import Placement
from pa_new_check.project import Project
from pa_new_check.project_requirements import read_requirements
from pa_new_check.rules import RELOAD_LIMIT
from pa_new_check.temporary_folder import temporary_folder
from pa_new_check.wsgi_text import quoted
from pa_new_shared import host
from pa_new_shared.text import printable, shortened

_MAX_LOADED = 5
# In the place of an adapter: that the app is there, and can be called if it must be.
_STAND_IN = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b""]
"""
_ASGI = "asgi-application"


def verified(
    folder: Path, apps: list[dict[str, Any]], python: tuple[int, int]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the apps that can be loaded, all of them if none can, and notes.

    :param apps: what the document says about each app.
    """
    good: list[dict[str, Any]] = []
    notes: dict[int, str] = {}
    for app in apps[:_MAX_LOADED]:
        outcome = _outcome(folder, app, python)
        if any(finding.rule == _ASGI for finding in outcome.findings):
            app.update(framework="ASGI", adapter="asgi")
            outcome = _outcome(folder, app, python)
        problem = _problem(outcome)
        if problem:
            notes[id(app)] = f"{app['what']}; loading it failed: {problem}."
        else:
            good.append(app)
    if not good:
        return apps, list(notes.values())
    good += apps[_MAX_LOADED:]
    return good, [f"{note} So it is left out." for note in notes.values()]


def _problem(outcome: runtime_rules.Outcome) -> str:
    """Return why an app was not loaded, "" if it was."""
    if outcome.unloaded:
        return printable(shortened(outcome.unloaded, 300)).rstrip(".")
    if outcome.loaded and outcome.has_application:
        return ""
    errors = [finding for finding in outcome.findings if finding.level == "error"]
    if not errors:
        return "Python ended without an app"
    finding = errors[0]
    # The entry file is not the project's.
    is_own = finding.line and not finding.file.startswith("/")
    where = f" ({finding.file}:{finding.line})" if is_own else ""
    return printable(shortened(finding.what.rstrip("."), 300) + where)


def _outcome(
    folder: Path, app: dict[str, Any], python: tuple[int, int]
) -> runtime_rules.Outcome:
    site = host.Site(
        host.STAND_IN_USER, f"{host.STAND_IN_USER}.{host.DOMAIN}", "stand-in"
    )
    home = f"{site.home}/{folder.name}"
    with temporary_folder("pa-new-adopt-") as (place, _):
        entry = Path(place, Path(site.wsgi_file).name)
        entry.write_text(_entry_text(app, home), encoding="utf-8")
        placement = Placement(
            Project(folder, entry, []), site, home, site.wsgi_file, entry.stem, [], []
        )
        request = loading.Loading(
            read_requirements(folder, python), python, RELOAD_LIMIT, ["/"]
        )
        return loading.load(placement, request)[0]


def _entry_text(app: dict[str, Any], home: str) -> str:
    """Return an entry file that has the app, and no more."""
    root = f"{home}/{app['root']}" if app["root"] else home
    imports = app["import"].replace("Path(__file__).parent", f"Path({quoted(home)})")
    lines = ["import sys", "", f"sys.path.insert(0, {quoted(root)})"]
    if app["settings"]:
        name = quoted(app["settings"])
        lines += ["import os", f'os.environ["DJANGO_SETTINGS_MODULE"] = {name}']
    lines.append(imports)
    if app["adapter"] == "none":
        return "\n".join([*lines, f"application = {app['application']}", ""])
    lines.append(f"adopted = {app['application']}")
    if app["adapter"] == "asgi":
        lines.append('assert callable(adopted), "this is no app"')
    return "\n".join(lines) + "\n" + _STAND_IN
