"""What the user wants of a deployment, before anything on the host is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pa_new_deploy import env_file
from pa_new_deploy.target import Target
from pa_new_shared.static_folders import StaticFolder


@dataclass(frozen=True)
class Job(Target):
    """A deployment to make: project, account, domain, and what the user allows."""

    folder: Path
    python: str
    uploads: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    greeting: str = ""
    overwrites_data: bool = False
    packages: str | None = None
    """"bundle" or "virtualenv"; None to choose by what is on the host."""
    bundle_command: str = ""
    """The command that makes a project ready for bundles; empty if there is none."""
    assumes_installed: bool = False
    is_account_known: bool = True
    """Whether there is a token to look at the account with; only a dry run needs none."""
    replaces_wsgi: bool = False
    static_folders: list[StaticFolder] = field(default_factory=list)
    """The folders of packages that PythonAnywhere serves without the app."""
    forces_https: bool = True
    """Whether a new web app answers http by a redirect to https."""
    env: env_file.EnvFile | None = None
    """The settings to put on the host, if the user gives any."""
    replaces_env: bool = False
    """Whether they may replace other settings there."""
