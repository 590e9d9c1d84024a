"""Whose site a domain is: another project's is not replaced without the user's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pa_new_deploy import wsgi_file
from pa_new_deploy.deploy_state import UNKNOWN, DeployState
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import NOT_READY, Problem
from pa_new_shared.text import printable


@dataclass
class OtherProject(Problem):
    """The domain belongs to another project."""

    exit_code = NOT_READY
    domain: str
    project: str
    """The source folder of the project that is there."""
    since: str
    """When that project was deployed to the domain for the first time."""
    source: str
    """The source folder of the project to deploy."""

    def diagnostic(self) -> Diagnostic:
        known = self.since != UNKNOWN
        since = f", since {printable(self.since)}" if known else ""
        return Diagnostic(
            f"{self.domain} shows another project: {printable(self.project)}{since}",
            f"this project belongs in {self.source}",
            "pass the domain of this project with --domain, or pass --replace-wsgi to take "
            f"{self.domain}\nover. The files of the other project stay, and so does a copy "
            "of its WSGI file. If you\nonly renamed the project, pass --replace-wsgi, too.",
        )


@dataclass
class NewerNote(Problem):
    """A newer pa-new has deployed to the domain, and its note is not understood here."""

    exit_code = NOT_READY
    path: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"a newer pa-new wrote {self.path} on PythonAnywhere",
            "this pa-new does not understand it, and could replace what it protects",
            "update pa-new, then deploy again",
        )


def other_project(
    source: str,
    app: dict[str, Any] | None,
    wsgi: bytes | None,
    last: DeployState | None,
) -> str | None:
    """Return the source folder of another project that the domain shows, if it does.

    :param source: the source folder of the project to deploy.
    :param app: the settings of the web app; None if it does not exist.
    :param wsgi: the WSGI file on the host; None if it does not exist.
    :param last: the note of the last deployment to the domain.
    """
    if last is None:
        return None  # the WSGI file alone shows whose site it is
    current = str((app or {}).get("source_directory") or "").rstrip("/")
    # 0.1.0 did not write down the project, but set the folder of the app.
    project = current if last.project is None else last.project
    if not project or project == source:
        return None
    # The app was deleted and made anew: nothing of the other project is shown.
    is_fresh = wsgi is None or wsgi_file.is_default(wsgi)
    if is_fresh and current != project:
        return None
    return project


def ways_back(replaced: dict[str, Any]) -> list[str]:
    """Return the lines that say how the project that was replaced comes back."""
    lines = ["To bring back what was there before, set on the Web tab:"]
    for name in ("source_directory", "virtualenv_path"):
        if replaced.get(name):
            lines.append(f"  {_CONTROLS[name]}: {replaced[name]}")
    for row in replaced.get("mappings", []):
        lines.append(f"  static files: {row['url']} to {row['path']}")
    if replaced.get("wsgi"):
        lines.append(f"  WSGI configuration file: the contents of {replaced['wsgi']}")
    return [*lines, "Then press Reload."]


_CONTROLS = {"source_directory": "Source code", "virtualenv_path": "Virtualenv"}


def kept_setting(name: str, there: str, wanted: str) -> str:
    """Return the sentence for a setting of the user's that a deployment leaves alone."""
    return (
        f"{_CONTROLS[name]} is {there}, not {wanted}. It was not set by pa-new, so it "
        "stays: change it on the Web tab, or pass --replace-wsgi."
    )


def changed_setting(name: str, there: str) -> str:
    """Return the sentence for a setting that was changed after the deployment."""
    return (
        f"{_CONTROLS[name]} is {printable(there) or 'empty'}: it was changed after the "
        "deployment, so it stays."
    )


def not_emptied(name: str) -> str:
    """Return the sentence for a setting that the API did not set back to nothing."""
    return (
        f"{_CONTROLS[name]} was empty before. PythonAnywhere's API did not accept that: "
        "empty it on the Web tab."
    )


def needless_mapping(url: str, there: str) -> str:
    """Return the sentence for a mapping of pa-new's own that has no use any more."""
    return (
        f"{url} still shows the files in {there}. The project does not need this any "
        "more: you can delete it on the Web tab (Static files)."
    )


def kept_mapping(url: str, there: str, wanted: str) -> str:
    """Return the sentence for a static mapping that a deployment leaves alone."""
    return (
        f"{url} shows the files in {there}, not in {wanted}. pa-new did not set this, so "
        "it stays: change it on the Web tab (Static files), or pass --replace-wsgi."
    )
