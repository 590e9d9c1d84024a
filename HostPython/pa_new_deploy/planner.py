"""Plans a deployment: compares the project with the host. It changes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pa_new_deploy import (
    comparison,
    data_guard,
    deploy_state,
    env_file,
    files,
    folder_owner,
    host_edits,
    ownership,
    package_choice,
    package_static,
    web_app,
    wsgi_file,
)
from pa_new_deploy.api.host import Host, Mapping, Tree
from pa_new_deploy.comparison import Comparison
from pa_new_deploy.deploy_state import DeployState
from pa_new_deploy.job import Job
from pa_new_deploy.package_choice import Maker, Packages
from pa_new_deploy.problems import ForeignWSGIFile, OtherPython
from pa_new_deploy.undo import undo_record
from pa_new_deploy.undo.undo_archive import SETTINGS, Archive
from pa_new_deploy.web_app import There, Wanted
from pa_new_shared.host import wsgi_file as wsgi_path
from pa_new_shared.patterns import pattern

_PYTHON = pattern(r"(?:python)?([23])\.?([0-9]{1,2})(?:\.[0-9]{1,3})?")


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
    there: dict[str, str]
    """The digests of the files on the host."""
    unchanged: int
    edited: list[str]
    """The changed files that were changed on the host after the last deployment."""
    half_undone: list[str]
    """The changed files that are as before the last deployment: an undo was interrupted."""
    lost: list[str]
    """Data and secrets on the host that are replaced, and that no archive keeps."""
    only_there: list[str]
    hosts_own: list[str]
    """What is left here, and has something of the same name on the host."""
    settings: dict[str, str]
    env: env_file.EnvPlan | None
    packages: Packages
    mappings: list[Mapping]
    """The mappings that are wrong, and those that are missing, without a number."""
    kept: list[str]
    """Sentences about settings of the user's that stay as they are."""
    state: DeployState
    is_loaded: bool
    """Whether the app has loaded all of this already."""
    archive: Archive | None
    """The archive to upload; None if nothing is replaced that is not in one already."""
    takes_over: bool
    """Whether something of another project's is replaced."""
    going_on: int
    """How many files an interrupted deployment has uploaded already."""


@dataclass(frozen=True)
class _Seen:
    """What the host has, and what it is to have."""

    there: There
    is_ours: bool
    """Whether the WSGI file there, if there is one, came from this project."""
    ours: bytes
    """The WSGI file here."""
    entry: str
    """The name of the entry file, which is the WSGI file here."""
    tree: Tree
    found: Comparison
    chosen: Packages
    wanted: Wanted

    @property
    def is_foreign(self) -> bool:
        """Whether the WSGI file there is somebody else's."""
        return not self.is_ours and not wsgi_file.is_default(self.there.wsgi or b"")


def make_plan(job: Job, local: files.Local, host: Host, make: Maker) -> Plan:
    """Return the changes to make, or raise the problem that prevents them."""
    seen = _look(job, local, host, make)
    site, found, wanted, last = seen.there, seen.found, seen.wanted, seen.there.last
    earlier, shared = _surprises(job, seen, host)
    edited, half_undone = _edited(job, seen, earlier, shared, host)

    settings = web_app.changed_settings(wanted, site, earlier)
    mappings = web_app.changed_mappings(wanted, site, earlier)
    for row in web_app.needless_mappings(wanted, site):
        wanted.kept.append(ownership.needless_mapping(row.url, row.path))
    before = last if last and last.project == job.source else None
    taken = _replaced(job, site) if seen.is_foreign else None
    if earlier and earlier.replaced:
        taken = earlier.replaced
    writes_wsgi = site.app is None or site.wsgi != seen.ours
    wsgi = seen.ours if writes_wsgi else None
    archive = undo_record.record(
        job, site, local, found, seen.chosen, wsgi, settings, mappings
    )
    archive.replaced = taken
    env = _env(job, seen, archive, earlier, host)
    if shared and (found.new or found.changed or (env and env.writes)):
        wanted.kept.append(folder_owner.sentence(job, shared))
    if earlier:
        archive = undo_record.continued(earlier, archive, job, site, found)
    state = DeployState(
        _digest(job, wanted, seen.chosen, found),
        deploy_state.digest(seen.ours),
        job.source,
        before.since if before else deploy_state.now(),
        web_app.own_settings(wanted, site, settings),
        web_app.own_mappings(wanted, site, mappings),
        taken or (before.replaced if before else None),
        files=found.digests,
        bundle=seen.chosen.sha256,
        shared=shared,
    )
    state = undo_record.numbered(state, archive, last, before)
    is_loaded = site.app is not None and last is not None and last.has_loaded(state)
    # A deployment that wrote the settings, and no note, has not reloaded the app.
    if (env and env.writes) or env_file.has_written(earlier, env_file.place_of(job)):
        is_loaded = False
    is_own_domain = not job.domain.endswith(".pythonanywhere.com")
    # The same request sets both, so an interrupted deployment has done neither.
    was_made = (
        earlier is not None and earlier.created and "source_directory" in settings
    )
    is_made = site.app is None or was_made
    if is_made and job.forces_https and not is_own_domain:
        settings["force_https"] = "true"  # other domains have no certificate yet
    return Plan(
        creates=site.app is None,
        wsgi=seen.ours,
        writes_wsgi=writes_wsgi,
        backup=None if seen.is_ours else site.wsgi,
        new=found.new,
        changed=found.changed,
        there=found.there,
        edited=edited,
        half_undone=half_undone,
        lost=found.lost,
        unchanged=len(local.paths) - len(found.new) - len(found.changed),
        only_there=comparison.only_there(job.source, local, seen.tree),
        hosts_own=comparison.hosts_own(job.source, local, seen.tree),
        settings=settings,
        env=env,
        packages=seen.chosen,
        mappings=mappings,
        kept=wanted.kept,
        state=state,
        is_loaded=is_loaded,
        archive=None if archive is earlier or archive.is_empty else archive,
        takes_over=taken is not None,
        # Without a break, files of another domain's deployment are no sign of one.
        going_on=0
        if shared and not earlier
        else comparison.uploaded_before(found, before),
    )


def _look(job: Job, local: files.Local, host: Host, make: Maker) -> _Seen:
    """Compare the project with the host, or raise the problem that prevents a change."""
    app = host.app(job.domain)
    note = _note(job, host)
    last = deploy_state.decode(note)
    ours = local.read(local.entry)
    there = host.read(wsgi_path(job.domain), "read the WSGI file", wsgi_file.MAX_BYTES)
    if there is not None and len(there) > wsgi_file.MAX_BYTES:
        raise wsgi_file.HugeWSGIFile(wsgi_path(job.domain))
    other = ownership.other_project(job.source, app, there, last)
    if other and not job.replaces_wsgi:
        since = last.since if last else deploy_state.UNKNOWN
        raise ownership.OtherProject(job.domain, other, since, job.source)
    if app is not None:
        _check_python(job, app)
    project = _project(job, _virtualenv(job, app), local, last)
    chosen = package_choice.choose(project, host, make)
    is_ours = there is None or (
        other is None and _is_ours(job, there, ours, last, host, local.entry)
    )
    is_default = wsgi_file.is_default(there or b"")
    if not (is_ours or is_default or job.replaces_wsgi):
        raise ForeignWSGIFile(wsgi_path(job.domain))

    data_guard.check_here(local)
    tree = host.tree(job.source)
    comparison.check_obstacles(job.source, local, tree)
    found = comparison.compare(job.source, local, tree, host, job.overwrites_data)
    data_guard.check_there(local, found.new + found.changed, job.source, tree, host)
    wanted = _wanted(job, local, chosen, app, host)
    has_rows = app and (wanted.mappings or other or (last and last.mappings))
    rows = host.mappings(job.domain) if has_rows else []
    site = There(app, there, rows, note, last)
    return _Seen(site, is_ours, ours, local.entry, tree, found, chosen, wanted)


def _surprises(job: Job, seen: _Seen, host: Host) -> tuple[Archive | None, list[str]]:
    """Return why the host is not as the last note says, if it is not.

    That is an interrupted deployment, or other domains that show the same folder.
    """
    site, found = seen.there, seen.found
    if site.app is None and not found.there and not seen.tree.files:
        return None, []
    own = site.last if site.last and site.last.project == job.source else None
    shared = own.shared if own else []
    is_different = undo_record.may_be_interrupted(job, site, found, seen.chosen)
    is_different = is_different or web_app.differs_from_note(site, seen.wanted)
    if not (is_different or job.env):
        return None, shared
    earlier = undo_record.interrupted(job, site.last, site.note, host)
    if earlier is None and (shared or found.there):
        shared = folder_owner.other_domains(job, host)
    return earlier, shared


def _edited(
    job: Job, seen: _Seen, earlier: Archive | None, shared: list[str], host: Host
) -> tuple[list[str], list[str]]:
    """Return what was changed there since the last deployment: by somebody, by an undo.

    Refuse to replace files that are perhaps data, or that pa-new did not upload.
    """
    last, found, is_undone = seen.there.last, seen.found, False
    is_known = earlier or shared or job.replaces_wsgi
    if not is_known and not folder_owner.is_own(job, seen.there):
        is_undone = undo_record.has_uploaded(job, last, found.changed, host)
        if not is_undone:
            folder_owner.check(job, seen.there, found, seen.ours, seen.entry)
    edited = host_edits.find(job, last, earlier, found, shared, host)
    half_undone = []
    if is_undone:
        edited = [path for path in found.changed if path not in found.data]
    elif not (earlier or shared):
        half_undone = undo_record.half_undone(job, last, found, host)
        edited = [path for path in edited if path not in half_undone]
    host_edits.check(job, edited, job.overwrites_data)
    return edited, half_undone


def _env(
    job: Job, seen: _Seen, archive: Archive, earlier: Archive | None, host: Host
) -> env_file.EnvPlan | None:
    """Plan what becomes of the settings, and note it in the archive."""
    if job.env is None:
        return None
    replaces = job.replaces_env
    plan = env_file.plan(job.env, job, host, seen.tree, archive, earlier, replaces)
    archive.data += [plan.place] if plan.writes else []
    return plan


def _wanted(
    job: Job,
    local: files.Local,
    chosen: Packages,
    app: dict[str, Any] | None,
    host: Host,
) -> Wanted:
    """Return the settings that the web app has to have."""
    settings = {"source_directory": job.source}
    if chosen.virtualenv:
        settings["virtualenv_path"] = chosen.virtualenv
    found = package_static.find(
        job.static_folders,
        chosen,
        job.python,
        "" if job.replaces_wsgi else web_app.setting(app, "virtualenv_path"),
        host,
        job.is_account_known,
    )
    mappings = dict(found.mappings)
    for url, below in local.static_folders.items():
        mappings[url] = f"{job.source}/{below}"
    waiting = [one.url for one in job.static_folders if one.url not in mappings]
    return Wanted(settings, mappings, job.replaces_wsgi, found.missing, waiting)


def _digest(job: Job, wanted: Wanted, chosen: Packages, found: Comparison) -> str:
    """Return a digest of all that is deployed."""
    deployed: list[Any] = [
        sorted(found.digests.items()),
        sorted(wanted.settings.items()),
        wanted.mappings.get(web_app.STATIC_URL, ""),
        job.python,
    ]
    deployed += [chosen.digest] if chosen.digest else []
    more = {
        url: path for url, path in wanted.mappings.items() if url != web_app.STATIC_URL
    }
    deployed += [sorted(more.items())] if more else []
    return deploy_state.digest(json.dumps(deployed).encode())


def _check_python(job: Job, app: dict[str, Any]) -> None:
    """Refuse an app with another Python: the API does not document how to change it."""
    there = str(app.get("python_version") or "")
    match = _PYTHON.fullmatch(there.strip())
    version = f"{match[1]}.{match[2]}" if match else there
    if there and version != job.python:
        raise OtherPython(job.domain, version, job.python)


def _note(job: Job, host: Host) -> bytes | None:
    """Return the note of the last deployment to the domain, whatever project it was."""
    place = deploy_state.path(job.home, job.domain)
    purpose = "read the state of the last deployment"
    content = host.read(place, purpose, deploy_state.MAX_BYTES)
    if deploy_state.is_newer(content):
        raise ownership.NewerNote(place)
    return content


def _virtualenv(job: Job, app: dict[str, Any] | None) -> str:
    """Return the virtualenv to use: the one set on the Web tab, if there is one."""
    there = web_app.setting(app, "virtualenv_path")
    is_usable = there.startswith(job.home + "/") and ".." not in there.split("/")
    return there if is_usable and not job.replaces_wsgi else job.virtualenv


def _replaced(job: Job, there: There) -> dict[str, Any]:
    """Return what is taken over from another project, so that it can be brought back."""
    app, wsgi = there.app or {}, there.wsgi
    return {
        **{name: str(app.get(name) or "") for name in SETTINGS},
        "mappings": [{"url": row.url, "path": row.path} for row in there.rows],
        "wsgi": wsgi_file.backup_path(job.home, job.domain, wsgi) if wsgi else "",
        "at": deploy_state.now(),
    }


def _project(
    job: Job, virtualenv: str, local: files.Local, last: DeployState | None
) -> package_choice.Project:
    """Return what the choice between a virtualenv and a bundle depends on."""
    return package_choice.Project(
        requirements=local.requirements,
        bundles=package_choice.bundles(local, job.bundle_command),
        python=job.python,
        home=job.home,
        name=job.name,
        source=job.source,
        virtualenv=virtualenv,
        wanted=job.packages,
        assumes_installed=job.assumes_installed,
        mappings=last.mappings if last else {},
        entry=local.entry,
        bundle_command=job.bundle_command,
        is_account_known=job.is_account_known,
    )


def _is_ours(
    job: Job,
    there: bytes,
    ours: bytes,
    last: DeployState | None,
    host: Host,
    entry: str,
) -> bool:
    """Tell whether the WSGI file on the host came from this project.

    It is equal to the local file, or to the one that was loaded last, or, after an
    interrupted run, to the copy in the project's folder on the host.
    """
    if there == ours or (last and last.wsgi_digest == deploy_state.digest(there)):
        return True
    copy = host.read(
        f"{job.source}/{entry}",
        "compare the WSGI file with the uploaded one",
        wsgi_file.MAX_BYTES,
    )
    return copy == there
