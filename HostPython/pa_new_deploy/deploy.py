"""The story of one deployment: look, stop or go on, change, reload, visit.

The order is what keeps the running app as it was when something fails: first all that
only looks, then what the app does not see before a reload, new files before changed
ones, the WSGI file last, and a reload only where everything else is done. The host has
no way to move a set of files into place at once; a worker that it starts anew by
itself, between the first changed file and the reload, loads a mixture.
"""

from __future__ import annotations

from pa_new_deploy import entry, files, note
from pa_new_deploy.api import Host
from pa_new_deploy.problems import Problem
from pa_new_deploy.report import ENTRY_CALL, RELOAD_CALL, Report
from pa_new_deploy.survey import Job, Plan, survey


def deploy(job: Job, local: files.Local, host: Host, report: Report) -> None:
    """Bring a project onto the host. Done twice it changes nothing the second time."""
    report.left = local.left
    plan = survey(job, local, host)
    report.unchanged, report.extra = plan.unchanged, plan.extra
    report.had_app = not plan.creates
    report.to_upload = len(plan.new) + len(plan.changed)

    _keep(job, plan, host, report)
    if plan.creates:
        host.create(job.domain, job.python)
        report.created = True
        report.did("make", f"the web app {job.domain}, Python {job.python}")
    _upload(job, local, plan, host, report)
    _set(job, plan, host, report)
    if plan.replaces_entry:
        place = entry.place(job.domain)
        host.write(place, plan.entry, ENTRY_CALL)
        report.entry_replaced = True
        report.did("replace", place)

    if report.has_changed or not plan.is_noted:
        if not host.reload(job.domain, RELOAD_CALL):
            report.note(
                f"The host finds no CNAME for {job.domain}: that is well if it is behind "
                "another service, and else the domain does not lead to the host yet."
            )
        report.reloaded = True
        report.did("reload", job.domain)
    else:
        report.note(
            f"{job.domain} is as it should be: {plan.unchanged} files unchanged."
        )
    _leave_note(job, plan, host, report)


def _keep(job: Job, plan: Plan, host: Host, report: Report) -> None:
    """Keep a WSGI file that is not ours, before anything can replace it."""
    if plan.backup is None:
        return
    place = entry.backup(job.home, job.domain, plan.backup)
    kept = host.read(place, "whether it is kept already", len(plan.backup))
    if kept != plan.backup:
        host.write(place, plan.backup, "keep the WSGI file that was there")
    report.backup = place
    report.did("keep", f"{entry.place(job.domain)} as {place}")


def _upload(
    job: Job, local: files.Local, plan: Plan, host: Host, report: Report
) -> None:
    # The copy of the entry file tells, after a cut, whose the WSGI file is: so it is
    # the last to change before that one.
    paths = plan.new + plan.changed
    paths.sort(key=lambda path: path == files.ENTRY)
    for path in paths:
        host.write(f"{job.source}/{path}", local.read(path), f"upload {path}")
        report.uploaded.append(path)
        report.did("upload", path)


def _set(job: Job, plan: Plan, host: Host, report: Report) -> None:
    if plan.settings:
        host.change(job.domain, plan.settings)
        report.settings_changed = True
        for name, value in sorted(plan.settings.items()):
            report.did("set", f"{name} to {value}")
    if plan.mapping:
        row = plan.mapping
        if row.number < 0:
            host.map(job.domain, row.url, row.path)
        else:
            host.remap(job.domain, row.number, row.url, row.path)
        report.settings_changed = True
        report.did("map", f"{row.url} to {row.path}")


def _leave_note(job: Job, plan: Plan, host: Host, report: Report) -> None:
    """Write down what is loaded. Without it the next run reloads once more, no worse."""
    if plan.is_noted:
        return
    place = note.place(job.home, job.domain)
    try:
        host.write(place, plan.note.text(), "note what is loaded")
    except Problem:
        report.note(f"{place} could not be written: the next run will reload again.")
