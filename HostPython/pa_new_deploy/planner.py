"""Plans a deployment: compares the project with the host. It changes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pa_new_deploy import (
    data_guard,
    deploy_state,
    files,
    ownership,
    package_choice,
    wsgi_file,
)
from pa_new_deploy.api import Host, Mapping, Tree
from pa_new_deploy.deploy_state import DeployState
from pa_new_deploy.package_choice import Maker, Packages
from pa_new_deploy.problems import ForeignWSGIFile, InTheWay, OtherPython
from pa_new_shared.host import wsgi_file as wsgi_path

STATIC_URL = "/static/"
MAX_WSGI = 1_000_000


@dataclass(frozen=True)
class Job:
    """A deployment to make: project, account, domain, and what the user allows."""

    folder: Path
    name: str
    user: str
    domain: str
    python: str
    uploads: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    greeting: str = ""
    overwrites_data: bool = False
    packages: str | None = None
    """"bundle" or "virtualenv"; None to choose by what is on the host."""
    assumes_installed: bool = False
    replaces_wsgi: bool = False
    forces_https: bool = True
    """Whether a new web app answers http by a redirect to https."""

    @property
    def home(self) -> str:
        return f"/home/{self.user}"

    @property
    def source(self) -> str:
        return f"{self.home}/{self.name}"

    @property
    def virtualenv(self) -> str:
        return f"{self.home}/.virtualenvs/{self.name}"


@dataclass
class Plan:
    """The changes that the deployment has to make."""

    creates: bool
    wsgi: bytes
    writes_wsgi: bool
    backup: bytes | None
    """The WSGI file to keep a copy of: it is not ours, and will be replaced."""
    new: list[str]
    changed: list[str]
    unchanged: int
    only_there: list[str]
    hosts_own: list[str]
    """What is left here, and has something of the same name on the host."""
    settings: dict[str, str]
    packages: Packages
    mapping: Mapping | None
    """The mapping that is wrong, or one without a number that is missing."""
    kept: list[str]
    """Sentences about settings of the user's that stay as they are."""
    state: DeployState
    is_loaded: bool
    """Whether the app has loaded all of this already."""


def make_plan(job: Job, local: files.Local, host: Host, make: Maker) -> Plan:
    """Return the changes to make, or raise the problem that prevents them."""
    app = host.app(job.domain)
    last = _last(job, host)
    ours = local.read(files.WSGI_FILE)
    there = host.read(wsgi_path(job.domain), "read the WSGI file", MAX_WSGI)
    other = ownership.other_project(job.source, app, there, last)
    if other and not job.replaces_wsgi:
        since = last.since if last else deploy_state.UNKNOWN
        raise ownership.OtherProject(job.domain, other, since, job.source)
    if app is not None:
        _check_python(job, app)
    project = _project(job, _virtualenv(job, app), local)
    chosen = package_choice.choose(project, host, make)
    is_ours = there is None or (
        other is None and _is_ours(job, there, ours, last, host)
    )
    if not is_ours and not job.replaces_wsgi and not wsgi_file.is_default(there or b""):
        raise ForeignWSGIFile(wsgi_path(job.domain))

    data_guard.check_here(local)
    tree = host.tree(job.source)
    _check_obstacles(job, local, tree)
    new, changed, digests = _compare(job, local, tree, host)
    data_guard.check_there(local, new + changed, job.source, tree, host)

    wanted = {"source_directory": job.source}
    if chosen.virtualenv:
        wanted["virtualenv_path"] = chosen.virtualenv
    kept: list[str] = []
    settings = _settings(job, wanted, app or {}, last, kept)
    static = f"{job.source}/{files.STATIC}" if local.has_static_files else ""
    deployed = [sorted(digests.items()), sorted(wanted.items()), static, job.python]
    deployed += [chosen.digest] if chosen.digest else []
    rows = host.mappings(job.domain) if static or other else []
    mapping = _mapping(job, static, rows, last, kept) if static else None
    before = last if last and last.project == job.source else None
    replaced = before.replaced if before else None
    if not is_ours and not wsgi_file.is_default(there or b""):
        replaced = _replaced(job, app or {}, there, rows)
    state = DeployState(
        deploy_state.digest(json.dumps(deployed).encode()),
        deploy_state.digest(ours),
        job.source,
        before.since if before else deploy_state.now(),
        {
            name: value
            for name, value in wanted.items()
            if name in settings or _is_set(app or {}, name, value)
        },
        {STATIC_URL: static} if mapping or _serves(rows, static) else {},
        replaced,
    )
    return Plan(
        creates=app is None,
        wsgi=ours,
        writes_wsgi=app is None or there != ours,
        backup=None if is_ours else there,
        new=new,
        changed=changed,
        unchanged=len(local.paths) - len(new) - len(changed),
        only_there=_only_there(job, local, tree),
        hosts_own=_hosts_own(job, local, tree),
        settings=settings,
        packages=chosen,
        mapping=mapping,
        kept=kept,
        state=state,
        is_loaded=app is not None and last is not None and last.has_loaded(state),
    )


def _check_python(job: Job, app: dict[str, Any]) -> None:
    """Refuse an app with another Python: the API does not document how to change it."""
    there = str(app.get("python_version") or "")
    digits = "".join(c for c in there if c.isdecimal())
    if digits and digits != job.python.replace(".", ""):
        raise OtherPython(job.domain, f"{digits[0]}.{digits[1:]}", job.python)


def _last(job: Job, host: Host) -> DeployState | None:
    """Return the note of the last deployment to the domain, whatever project it was."""
    place = deploy_state.path(job.home, job.domain)
    purpose = "read the state of the last deployment"
    content = host.read(place, purpose, deploy_state.MAX_BYTES)
    if deploy_state.is_newer(content):
        raise ownership.NewerNote(place)
    return deploy_state.decode(content)


def _virtualenv(job: Job, app: dict[str, Any] | None) -> str:
    """Return the virtualenv to use: the one set on the Web tab, if there is one."""
    there = str((app or {}).get("virtualenv_path") or "").rstrip("/")
    is_usable = there.startswith(job.home + "/") and ".." not in there.split("/")
    return there if is_usable and not job.replaces_wsgi else job.virtualenv


def _replaced(
    job: Job, app: dict[str, Any], there: bytes | None, rows: list[Mapping]
) -> dict[str, Any]:
    """Return what is taken over from another project, so that it can be brought back."""
    settings = ("source_directory", "virtualenv_path")
    return {
        **{name: str(app.get(name) or "") for name in settings},
        "mappings": [{"url": row.url, "path": row.path} for row in rows],
        "wsgi": wsgi_file.backup_path(job.home, job.domain, there) if there else "",
        "at": deploy_state.now(),
    }


def _project(job: Job, virtualenv: str, local: files.Local) -> package_choice.Project:
    """Return what the choice between a virtualenv and a bundle depends on."""
    has_entry = package_choice.ENTRY_MODULE in local.paths
    return package_choice.Project(
        requirements=local.requirements,
        uses_bundles=has_entry and b"pa_bundle" in local.read(files.WSGI_FILE),
        python=job.python,
        home=job.home,
        name=job.name,
        source=job.source,
        virtualenv=virtualenv,
        wanted=job.packages,
        assumes_installed=job.assumes_installed,
    )


def _is_ours(
    job: Job, there: bytes, ours: bytes, last: DeployState | None, host: Host
) -> bool:
    """Tell whether the WSGI file on the host came from this project.

    It is equal to the local file, or to the one that was loaded last, or, after an
    interrupted run, to the copy in the project's folder on the host.
    """
    if there == ours or (last and last.wsgi_digest == deploy_state.digest(there)):
        return True
    copy = host.read(
        f"{job.source}/{files.WSGI_FILE}",
        "compare the WSGI file with the uploaded one",
        MAX_WSGI,
    )
    return copy == there


def _check_obstacles(job: Job, local: files.Local, tree: Tree) -> None:
    for path in local.paths:
        place = f"{job.source}/{path}"
        if place in tree.folders:
            raise InTheWay(place, is_folder=True)
        while place != job.source:
            place = place.rpartition("/")[0]
            if place in tree.files:
                raise InTheWay(place, is_folder=False)


def _compare(
    job: Job, local: files.Local, tree: Tree, host: Host
) -> tuple[list[str], list[str], dict[str, str]]:
    """Return the new files, the changed files, and the digests of all files."""
    new, changed = [], []
    digests = {}
    for path in local.paths:
        content = local.read(path)
        digests[path] = deploy_state.digest(content)
        place = f"{job.source}/{path}"
        there = None
        if not tree.is_complete or place in tree.files:
            max_bytes = max(len(content), data_guard.MIN_READ)
            there = host.read(place, "compare with the local file", max_bytes)
        data_guard.check_change(local, path, place, content, there, job.overwrites_data)
        if there is None:
            new.append(path)
        elif there != content:
            changed.append(path)
    return new, changed, digests


def _only_there(job: Job, local: files.Local, tree: Tree) -> list[str]:
    """Return the files that are only on the host; the deployment keeps them."""
    here = {*local.paths, *(left.path for left in local.left)}
    there = (path[len(job.source) + 1 :] for path in tree.files)
    return sorted(
        path
        for path in there
        if path not in here
        and not path.endswith(".pyc")
        and not any(part.startswith(".") for part in path.split("/"))
    )


def _hosts_own(job: Job, local: files.Local, tree: Tree) -> list[str]:
    there = tree.files | tree.folders
    return [
        left.path
        for left in local.left
        if f"{job.source}/{left.path.rstrip('/')}" in there
    ]


def _settings(
    job: Job,
    wanted: dict[str, str],
    app: dict[str, Any],
    last: DeployState | None,
    kept: list[str],
) -> dict[str, str]:
    """Return the settings to change, and add a sentence for each that is the user's."""
    changes = {}
    for name, value in wanted.items():
        if _is_set(app, name, value):
            continue
        there = str(app.get(name) or "").rstrip("/")
        if not there or job.replaces_wsgi or _was_ours(name, there, last):
            changes[name] = value
        else:
            kept.append(ownership.kept_setting(name, there, value))
    if not app and job.forces_https and job.domain.endswith(".pythonanywhere.com"):
        changes["force_https"] = "true"  # other domains have no certificate yet
    return changes


def _is_set(app: dict[str, Any], name: str, value: str) -> bool:
    return str(app.get(name) or "").rstrip("/") == value


def _was_ours(name: str, there: str, last: DeployState | None) -> bool:
    return last is not None and last.settings.get(name) == there


def _mapping(
    job: Job,
    static: str,
    rows: list[Mapping],
    last: DeployState | None,
    kept: list[str],
) -> Mapping | None:
    """Return the static mapping to make or change, if there is one."""
    row = _static_row(rows)
    if row is None:
        return Mapping(-1, STATIC_URL, static)
    there = row.path.rstrip("/")
    if there == static:
        return None
    was_ours = last is not None and last.mappings.get(STATIC_URL) == there
    if was_ours or job.replaces_wsgi:
        return Mapping(row.number, row.url, static)
    kept.append(ownership.kept_mapping(row.url, there, static))
    return None


def _static_row(rows: list[Mapping]) -> Mapping | None:
    """Return the first mapping of the URL of static files."""
    url = STATIC_URL.rstrip("/")
    return next((row for row in rows if row.url.rstrip("/") == url), None)


def _serves(rows: list[Mapping], static: str) -> bool:
    """Tell whether the host serves this project's folder of static files."""
    row = _static_row(rows)
    return bool(static) and row is not None and row.path.rstrip("/") == static
