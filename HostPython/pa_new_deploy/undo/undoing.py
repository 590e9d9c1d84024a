"""Undoes the last deployment: brings back what it replaced, and removes what it added.

The order is that of a deployment: what somebody changed since is kept first, then files,
packages, settings, the WSGI file; new files go last, when nothing uses them any more; then
the reload and the note. A run that is interrupted can be repeated: what is as it was
before the deployment is not touched again.
"""

from __future__ import annotations

from collections.abc import Callable

from pa_new_deploy import deploy_state, ownership
from pa_new_deploy.api.host import Host
from pa_new_deploy.bundle import hosted, unpacking
from pa_new_deploy.problems import Problem, Unexpected
from pa_new_deploy.report import RELOAD_CALL, WSGI_CALL
from pa_new_deploy.target import Target
from pa_new_deploy.undo import undo_archive
from pa_new_deploy.undo.undo_plan import UndoPlan, make_plan
from pa_new_deploy.undo.undo_problems import WouldEmpty
from pa_new_deploy.undo.undo_report import UndoReport
from pa_new_shared.host import wsgi_file as wsgi_path


def undo(
    target: Target,
    host: Host,
    report: UndoReport,
    pause: unpacking.Pause,
    may_empty: Callable[[], bool],
    entry: str,
) -> UndoPlan:
    """Undo the last deployment. After an interruption, a further run completes it.

    :param pause: Prints a reason, and waits for some seconds.
    :param may_empty: Tells whether the site may be empty afterwards.
    :param entry: The name of the entry file: its copy is the last file to come back.
    """
    plan = make_plan(target, host)
    report.begin(plan)
    if plan.empties_site and not report.is_dry and not may_empty():
        raise WouldEmpty(target.domain, plan.archive.number)
    _save(target, plan, host, report)
    _restore(target, plan, host, report, entry)
    _switch_packages(target, plan, host, report)
    _apply_settings(target, plan, host, report)
    _restore_wsgi(target, plan, host, report)
    for place in plan.remove:
        host.remove(place, f"remove {_short(target, place)}, which was new")
        report.removed.append(place)
        report.step("remove", place)
    for sentence in plan.kept:
        report.note(sentence)
    if plan.app is None:
        report.note(f"There is no web app {target.domain} any more: nothing to reload.")
    else:
        unpacking.reload(target.domain, plan.bundle, host, RELOAD_CALL, pause)
        report.reloaded = True
        report.step("reload", target.domain)
    place = deploy_state.path(target.home, target.domain)
    try:
        host.write(place, plan.note.encoded(), "save the state before the deployment")
    except Problem:
        # Not an error: to repeat the undo could undo the deployment before, too.
        report.note(
            f"The undo is complete, but {place} could not be written. That does no harm: "
            "the next deployment writes it."
        )
    return plan


def _save(target: Target, plan: UndoPlan, host: Host, report: UndoReport) -> None:
    """Keep what no deployment wrote, before it is replaced."""
    if not plan.saved:
        return
    content = undo_archive.zipped(
        {place.lstrip("/"): text for place, text in plan.saved.items()}
    )
    place = undo_archive.redo_path(target.home, target.domain, content)
    host.write(place, content, "keep what was changed after the deployment")
    report.saved = place
    report.step("keep", f"what was changed after the deployment, in {place}")
    for name in sorted(plan.saved):
        report.note(f"  {name}")


def _restore(
    target: Target, plan: UndoPlan, host: Host, report: UndoReport, entry_name: str
) -> None:
    entry = f"{target.source}/{entry_name}"
    for place in sorted(plan.write, key=lambda place: (place == entry, place)):
        _write(place, plan.write[place], host, report, _short(target, place))


def _write(
    place: str, content: bytes, host: Host, report: UndoReport, name: str
) -> None:
    host.write(place, content, f"bring back {name}")
    report.restored.append(place)
    report.step("restore", name)


def _switch_packages(
    target: Target, plan: UndoPlan, host: Host, report: UndoReport
) -> None:
    place = hosted.current_path(target.home, target.name)
    if plan.pointer is not None:
        _write(place, plan.pointer, host, report, "the packages that the app uses")
    elif plan.removes_pointer:
        host.remove(place, "let the app use no bundle of packages")
        report.removed.append(place)
        report.step("remove", place)


def _apply_settings(
    target: Target, plan: UndoPlan, host: Host, report: UndoReport
) -> None:
    if plan.settings:
        host.change(target.domain, plan.settings)
        report.settings_changed = True
        for name, value in sorted(plan.settings.items()):
            report.step("set", f"{name} to {value}")
    for name in plan.emptied:
        # Whether the API takes an empty value is not documented: it does no harm.
        try:
            host.change(target.domain, {name: ""})
        except Unexpected:
            report.note(ownership.not_emptied(name))
            continue
        report.settings_changed = True
        report.step("set", f"{name} to nothing")
    for row in plan.remap:
        host.remap(target.domain, row.number, row.url, row.path)
        report.settings_changed = True
        report.step("map", f"{row.url} to {row.path}")
    for row in plan.unmap:
        host.unmap(target.domain, row.number, row.url)
        report.settings_changed = True
        report.step("unmap", row.url)


def _restore_wsgi(
    target: Target, plan: UndoPlan, host: Host, report: UndoReport
) -> None:
    place = wsgi_path(target.domain)
    if plan.wsgi is not None:
        host.write(place, plan.wsgi, WSGI_CALL)
        report.wsgi_replaced = True
        report.step("replace", place)


def _short(target: Target, place: str) -> str:
    return place[len(target.source) + 1 :]
