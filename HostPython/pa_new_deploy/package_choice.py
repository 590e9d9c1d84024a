"""Chooses how an app gets its packages: from a virtualenv, or from a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pa_new_deploy import files, packages
from pa_new_deploy.api.host import Host
from pa_new_deploy.bundle import hosted, resolution
from pa_new_deploy.bundle.bundle_problems import NoBundleEntry, Unresolved
from pa_new_deploy.bundle.bundling import Bundle
from pa_new_deploy.problems import NotInstalled
from pa_new_shared import project_record
from pa_new_shared.bundles import ENTRY_MODULE

LIST = "list the packages of the virtualenv"

Maker = Callable[[str], Bundle]
"""Makes the bundle of a project, for a version of the C library."""


@dataclass(frozen=True)
class Project:
    """What the choice depends on."""

    requirements: str
    """The text of ``requirements.txt``."""
    bundles: str
    """Whether its entry file unpacks bundles: "ready"; "entry" if that file does not
    import the module for it; "old" if there is no such module, but a command adds it;
    "none" if there is no such command."""
    python: str
    home: str
    name: str
    source: str
    virtualenv: str
    """The virtualenv to look at: the one set on the Web tab, or the project's."""
    wanted: str | None
    """"bundle" or "virtualenv"; None to choose by what is on PythonAnywhere."""
    assumes_installed: bool
    mappings: dict[str, str] = field(default_factory=dict)
    """The folders of static files that PythonAnywhere serves until the reload."""
    entry: str = project_record.ENTRY
    bundle_command: str = ""
    """The command that adds the module; empty if there is none."""
    is_account_known: bool = True
    """Whether a token lets us look at the account; if not, a list of calls is made."""

    @property
    def uses_bundles(self) -> bool:
        return self.bundles == "ready"


@dataclass(frozen=True)
class Packages:
    """How the app gets its packages; if it needs none, in no way."""

    virtualenv: str | None = None
    bundle: hosted.BundlePlan | None = None
    unused_bundle: str | None = None
    """The file that names a bundle, if the app shall not use one any more."""
    unused_before: bytes | None = None
    """The contents of that file."""
    assumed: NotInstalled | None = None
    """What the virtualenv must have, if the account is not known."""

    @property
    def digest(self) -> str:
        """What tells the contents of the bundle from those of others."""
        return self.bundle.current.contents if self.bundle else ""

    @property
    def sha256(self) -> str:
        """The bundle that the app uses afterwards; empty if it uses none."""
        return self.bundle.current.sha256 if self.bundle else ""

    @property
    def in_use(self) -> str:
        """The bundle that the app uses now; empty if it uses none."""
        before = self.bundle.before if self.bundle else self.unused_before
        current = hosted.decode(before)
        return current.sha256 if current else ""


def bundles(local: files.Local, command: str) -> str:
    """Tell whether a project's entry file unpacks bundles; as in :class:`Project`."""
    if ENTRY_MODULE not in local.paths:
        return "old" if command else "none"
    return "ready" if b"pa_bundle" in local.read(local.entry) else "entry"


def choose(project: Project, host: Host, make: Maker) -> Packages:
    """Return how the app gets its packages, or raise the problem that prevents it.

    Without a wish, a virtualenv that has all packages wins: the user has made it.
    """
    needed = packages.required(project.requirements, project.python)
    if not needed:
        return _virtualenv(project, None, host)  # An old bundle must not stay in use.
    if project.wanted == "bundle":
        return _bundle(project, host, make)
    path = project.virtualenv
    lacking = _look(project, path, needed, host)
    if lacking is None:
        return _virtualenv(project, path, host)
    if project.assumes_installed:
        has_python = project.python in (lacking.pythons or [])
        return Packages(path if has_python else None)
    is_virtualenv = project.wanted == "virtualenv" or not project.uses_bundles
    if project.is_account_known:
        if is_virtualenv:
            raise lacking
        return _bundle(project, host, make)
    if not is_virtualenv:
        try:
            return replace(_bundle(project, host, make), assumed=lacking)
        except Unresolved:  # such packages need a virtualenv
            lacking = replace(lacking, bundles="impossible")
    host.names(_site_packages(project, path), LIST)
    return replace(_virtualenv(project, path, host), assumed=lacking)


def _look(
    project: Project, path: str, needed: list[str], host: Host
) -> NotInstalled | None:
    """Return what a virtualenv lacks; None if it has all packages."""
    names = host.names(f"{path}/lib", "look for a virtualenv")
    pythons = None
    if names is not None:
        pythons = [n[len("python") :] for n in names if n.startswith("python3.")]
    missing = needed
    if pythons and project.python in pythons:
        found = host.names(_site_packages(project, path), LIST)
        missing = packages.missing(project.requirements, found or [], project.python)
        if not missing:
            return None
    return NotInstalled(
        path,
        project.python,
        project.source,
        pythons,
        missing or needed,
        packages.needs_file(project.requirements),
        project.bundles,
        project.entry,
        project.bundle_command,
    )


def _site_packages(project: Project, virtualenv: str) -> str:
    return f"{virtualenv}/lib/python{project.python}/site-packages"


def _bundle(project: Project, host: Host, make: Maker) -> Packages:
    if not project.uses_bundles:
        raise NoBundleEntry(
            project.bundles, project.name, project.entry, project.bundle_command
        )
    bundle = make(resolution.glibc(host.system_image()))
    place = hosted.folder(project.home, project.name)
    keeps = hosted.served(place, project.mappings)
    return Packages(bundle=hosted.plan(bundle, place, host, keeps))


def _virtualenv(project: Project, path: str | None, host: Host) -> Packages:
    """Return that the app uses a virtualenv or nothing, and no bundle any more."""
    if not project.uses_bundles:
        return Packages(path)
    place = hosted.current_path(project.home, project.name)
    purpose = "read which bundle of packages is in use"
    before = host.read(place, purpose, hosted.MAX_BYTES)
    return Packages(path, None, None if before is None else place, before)
