"""One deployment: plan, upload, change the settings, reload.

The order keeps the running app unchanged if something fails: first everything that only
reads, then what the app does not see before a reload, new files before changed ones,
the WSGI file last, and the reload only after everything else. The host cannot move a
set of files into place at once; if it restarts a worker by itself, between the first
changed file and the reload, that worker loads a mixture.
"""

from __future__ import annotations

from pa_new_deploy import (
    data_guard,
    deploy_state,
    env_file,
    files,
    host_edits,
    left_here,
    ownership,
    wsgi_file,
)
from pa_new_deploy.api import api_problems
from pa_new_deploy.api.api_problems import megabytes
from pa_new_deploy.api.host import Host
from pa_new_deploy.bundle import hosted, unpacking
from pa_new_deploy.job import Job
from pa_new_deploy.package_choice import Maker, Packages
from pa_new_deploy.planner import Plan, make_plan
from pa_new_deploy.problems import Problem
from pa_new_deploy.report import RELOAD_CALL, WSGI_CALL, Report
from pa_new_deploy.undo import undo_archive
from pa_new_shared.host import wsgi_file as wsgi_path
from pa_new_shared.text import listed, printable


def deploy(
    job: Job,
    local: files.Local,
    host: Host,
    report: Report,
    make: Maker,
    pause: unpacking.Pause,
) -> Plan:
    """Deploy a project. If you repeat it at once, it changes nothing.

    :param make: Makes the bundle of packages, if the app is to use one.
    :param pause: Prints a reason, and waits for some seconds.
    """
    for sentence in local.notes:
        report.note(sentence)
    plan = make_plan(job, local, host, make)
    report.left = left_here.told(local, job.source, plan.hosts_own)
    if job.env:
        report.left = [one for one in report.left if one.path != env_file.NAME]
    report.unchanged, report.only_there = plan.unchanged, plan.only_there
    report.had_app = not plan.creates
    report.edited = plan.edited
    if plan.edited:
        report.note(host_edits.sentence(plan.edited))
    if plan.half_undone:
        names = listed([printable(path) for path in plan.half_undone])
        report.note(
            f"As before the last deployment: {names}. An undo of it was probably interrupted; "
            "this deployment goes forward again."
        )
    _tell_lost(job, plan, report)
    report.to_upload = len(plan.new) + len(plan.changed)
    report.bytes_to_upload = sum(local.sizes[p] for p in plan.new + plan.changed)
    _tell_settings(plan, report)
    if plan.going_on and not plan.is_loaded:
        report.note(
            f"Already on PythonAnywhere: {plan.going_on} of {len(local.paths)} files. The "
            "deployment goes on from there."
        )
    _tell_sizes(plan, local, report)
    _upload_packages(plan.packages, host, report)
    _keep(job, plan, host, report)
    _keep_settings(plan, host, report)
    _back_up(job, plan, host, report)
    if plan.creates:
        host.create(job.domain, job.python)
        report.created = True
        report.step("create", f"the web app {job.domain}, Python {job.python}")
    _use_packages(plan.packages, host, report)
    _put_settings(plan, host, report)
    _upload(job, local, plan, host, report)
    _apply_settings(job, plan, host, report)
    _stop_using_packages(plan.packages, host, report)
    if plan.writes_wsgi:
        place = wsgi_path(job.domain)
        host.write(place, plan.wsgi, WSGI_CALL)
        report.wsgi_replaced = True
        report.step("replace", place)

    for sentence in plan.kept:
        report.note(sentence)
    if report.has_changed or not plan.is_loaded:
        bundle = plan.packages.bundle
        if not unpacking.reload(job.domain, bundle, host, RELOAD_CALL, pause):
            report.note(
                f"PythonAnywhere found no CNAME record for {job.domain}. Ignore this if the "
                "domain is behind another service, such as Cloudflare; otherwise it does "
                "not point to PythonAnywhere yet."
            )
        report.reloaded = True
        report.step("reload", job.domain)
    else:
        report.note(f"{job.domain} is up to date: {plan.unchanged} files unchanged.")
    _save_state(job, plan, host, report)
    if plan.takes_over and plan.state.replaced:
        for line in ownership.ways_back(plan.state.replaced):
            report.note(line)
    return plan


def _tell_sizes(plan: Plan, local: files.Local, report: Report) -> None:
    """Name what is large before it travels. The API tells neither limits nor the quota."""
    sizes = {path: local.sizes[path] for path in plan.new + plan.changed}
    for path, size in sizes.items():
        if size > api_problems.UPLOAD_LIMIT:
            report.note(
                f"Large: {path} ({megabytes(size)}). PythonAnywhere may refuse it: its "
                "Files page takes files of up to 100 MiB."
            )
        elif size > files.LARGE:
            report.note(f"Large: {path} ({megabytes(size)})")
    total = sum(sizes.values())
    if total > api_problems.FREE_QUOTA:
        report.note(
            f"The files to upload take up {megabytes(total)}; a free account has 512 MiB."
        )


def _tell_lost(job: Job, plan: Plan, report: Report) -> None:
    """Name the data that is replaced: an archive for an undo has no data and no secrets."""
    report.not_kept = [f"{job.source}/{path}" for path in plan.lost]
    if plan.lost:
        names = listed([printable(path) for path in plan.lost])
        it = "it" if len(plan.lost) == 1 else "them"
        report.note(
            f"Replaced, and no copy is kept: {names}. --undo cannot bring {it} back."
        )


def _tell_settings(plan: Plan, report: Report) -> None:
    """Say which settings are missing, and count the upload."""
    env = plan.env
    if env is None:
        return
    if env.file.lacking:
        report.note(env.file.warning())
    report.env = {
        "path": env.place,
        "settings": env.file.count,
        "lacking": env.file.lacking,
        "uploaded": False,
        "copy": None,
    }
    if env.writes:
        report.to_upload += 1
        report.bytes_to_upload += len(env.file.content)
    else:
        report.note("The .env on PythonAnywhere is up to date.")


def _keep_settings(plan: Plan, host: Host, report: Report) -> None:
    """Keep the settings that are replaced: an archive for an undo has no secrets."""
    env = plan.env
    if env is None or not env.copy:
        return
    env_file.keep(env, host)
    report.env = {**(report.env or {}), "copy": env.copy}
    report.step(
        "keep", f"the .env there, in {env.copy} (delete it if nothing needs it)"
    )


def _put_settings(plan: Plan, host: Host, report: Report) -> None:
    """Put the settings there before the code that may need them.

    If a worker starts in between, it runs the previous code with the new settings.
    """
    env = plan.env
    if env is None or not env.writes:
        return
    env_file.put(env, host)
    report.env = {**(report.env or {}), "uploaded": True}
    report.uploaded.append(env_file.NAME)
    report.step("upload", f"{env_file.NAME} ({env.file.summary})")


def _upload_packages(packages: Packages, host: Host, report: Report) -> None:
    """Upload the bundle before anything that the app can see: it may exceed the quota."""
    plan = packages.bundle
    if plan is None:
        return
    made = plan.bundle.archive
    if not plan.uploads:
        report.note("The bundle of packages on PythonAnywhere is up to date.")
        return
    report.to_upload += 2
    report.bytes_to_upload += made.size
    if made.size:
        report.note(
            f"The packages need {(made.size + made.unpacked) / 1e6:.0f} MB on PythonAnywhere; "
            "a free account has 512 MiB."
        )
    hosted.upload(plan, host)
    report.uploaded.append(f"{plan.folder}/{made.sha256}.zip")
    report.step("upload", f"the packages, {made.size / 1e6:.1f} MB")


def _use_packages(packages: Packages, host: Host, report: Report) -> None:
    """Name the bundle before the first file of the project changes.

    If a worker starts in between, it runs the previous code with the new packages.
    """
    plan = packages.bundle
    if plan is None or not plan.uploads:
        return
    hosted.use(plan, host)
    report.uploaded.append(f"{plan.folder}/current.json")
    report.step("set", "the packages that the app uses")


def _stop_using_packages(packages: Packages, host: Host, report: Report) -> None:
    if packages.unused_bundle is None:
        return
    host.remove(packages.unused_bundle, "let the app use the virtualenv, not a bundle")
    report.settings_changed = True
    report.step("remove", packages.unused_bundle)


def _keep(job: Job, plan: Plan, host: Host, report: Report) -> None:
    """Upload what is replaced, before the first change."""
    archive = plan.archive
    if archive is None:
        return
    place = undo_archive.path(job.home, job.domain, archive.number)
    host.write(place, archive.encoded(), "keep what is replaced, for --undo")
    report.archive = place
    report.not_kept += archive.dropped
    report.step("keep", f"what is replaced, in {place} (pa-new deploy --undo)")
    for path in archive.dropped:
        report.note(
            f"Too large to keep, --undo will not bring it back: {path} (the limit for all "
            f"old files is {undo_archive.MAX_KEPT // 1_000_000} MB)"
        )


def _back_up(job: Job, plan: Plan, host: Host, report: Report) -> None:
    """Copy a WSGI file that is not ours, before it is replaced."""
    if plan.backup is None:
        return
    place = wsgi_file.backup_path(job.home, job.domain, plan.backup)
    kept = host.read(place, "look for an earlier backup", len(plan.backup))
    if kept != plan.backup:
        host.write(place, plan.backup, "back up the WSGI file")
    report.backup = place
    report.step("back up", f"{wsgi_path(job.domain)} as {place}")


def _upload(
    job: Job, local: files.Local, plan: Plan, host: Host, report: Report
) -> None:
    # After an interruption, the copy of the WSGI file shows whose the WSGI file is: so
    # it is the last file to change before that one.
    paths, new = plan.new + plan.changed, set(plan.new)
    paths.sort(key=lambda path: path == local.entry)
    # A file that the host may refuse goes first, if nothing of the app is changed by it.
    limit = api_problems.UPLOAD_LIMIT
    paths.sort(key=lambda path: path not in new or local.sizes[path] <= limit)
    for path in paths:
        place, content = f"{job.source}/{path}", local.read(path)
        allows = job.overwrites_data
        if path in new or path in local.included:
            data_guard.upload(local, path, place, content, host, allows)
        else:
            allows = allows or local.is_static(path)
            host_edits.upload(job, path, content, plan.there[path], host, allows)
        report.uploaded.append(path)
        report.step("upload", path)


def _apply_settings(job: Job, plan: Plan, host: Host, report: Report) -> None:
    if plan.settings:
        host.change(job.domain, plan.settings)
        report.settings_changed = True
        for name, value in sorted(plan.settings.items()):
            report.step("set", f"{name} to {value}")
    for row in plan.mappings:
        if row.number < 0:
            host.map(job.domain, row.url, row.path)
        else:
            host.remap(job.domain, row.number, row.url, row.path)
        report.settings_changed = True
        report.step("map", f"{row.url} to {row.path}")


def _save_state(job: Job, plan: Plan, host: Host, report: Report) -> None:
    """Save what is loaded. If that fails, the next run only reloads once more."""
    if plan.is_loaded:
        return
    place = deploy_state.path(job.home, job.domain)
    try:
        host.write(place, plan.state.encoded(), "save the state of the deployment")
    except Problem:
        report.note(
            f"{place} could not be written: the next run will reload the app again."
        )
