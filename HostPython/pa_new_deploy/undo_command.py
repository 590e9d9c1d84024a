"""The command ``undo``: what ``pa-new deploy --undo`` runs.

``--name NAME --user USER --domain D [--entry FILE] [--allow-empty] [--ask] [--dry-run]
[--json]``. It needs no files of the
project: what it brings back is on PythonAnywhere.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from pa_new_deploy import command_line, deploy_command, files, problems, smoke_test
from pa_new_deploy.api import region
from pa_new_deploy.api.host import Host
from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.bundle import unpacking
from pa_new_deploy.progress import can_show
from pa_new_deploy.target import Target
from pa_new_deploy.undo.undo_problems import NoTokenForUndo
from pa_new_deploy.undo.undo_report import UndoReport
from pa_new_deploy.undo.undoing import undo
from pa_new_shared import project_record


def run(
    arguments: list[str],
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
) -> int:
    """Undo the last deployment, print the report, and return the exit code."""
    report = UndoReport(
        command_line.domain(arguments), "--dry-run" in arguments, "--json" in arguments
    )
    report.secret = region.token_or_empty(environment)
    if not (report.is_dry or report.as_json) and can_show(environment):
        report.progress.start()
    try:
        return command_line.guarded(
            lambda: _run(_parse(arguments), environment, clock, timeout, report),
            report.finish,
        )
    finally:
        report.progress.stop()


def agrees(question: str, terminal: str = "/dev/tty") -> bool:
    """Ask the user at the terminal: stdin has the token."""
    try:
        with open(terminal, encoding="utf-8", errors="replace") as answers:
            sys.stderr.write(question)
            sys.stderr.flush()
            return answers.readline().strip().lower() in ("y", "yes")
    except OSError:
        return False


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = command_line.Arguments()
    parser.add_argument("--name", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--domain", required=True)
    parser.add_argument("--entry", default=project_record.ENTRY)
    parser.add_argument("--allow-empty", action="store_true")
    parser.add_argument("--ask", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _run(
    options: argparse.Namespace,
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
    report: UndoReport,
) -> int:
    report.domain = options.domain
    target = Target(options.name, options.user, options.domain)
    if options.dry_run and not region.token_or_empty(environment):
        raise NoTokenForUndo
    found = region.find(target.domain, environment)
    caller = deploy_command.make_caller(
        options, target, files.Local(Path()), found, environment, clock, timeout, report
    )
    host = Host(caller)

    def pause(reason: str, seconds: float) -> None:
        report.waits(reason, seconds)
        clock.sleep(seconds)

    def may_empty() -> bool:
        if options.allow_empty or not options.ask:
            return bool(options.allow_empty)
        with report.progress.without_line():
            return agrees(f"Empty {target.domain}? [no]: ")

    def visits() -> smoke_test.Visit:
        report.progress.say(f"visiting https://{target.domain}/")
        try:
            # What was there before may have no page at /, as an API.
            return smoke_test.visit(
                found, target.domain, "", clock, default, accepts_refusal=True
            )
        finally:
            report.progress.say("")

    with command_line.Interruptible():
        plan = undo(target, host, report, pause, may_empty, options.entry)
        if plan.app is None:
            report.finish(None)
            return 0
        if options.dry_run:
            report.request(
                "GET", f"https://{target.domain}/", "visit the page, without the token"
            )
            report.finish(None)
            return 0
        default = plan.shows_default_page
        visit = unpacking.visit(
            target.domain,
            plan.bundle,
            host,
            pause,
            visits,
        )
        report.visited(visit, "")
        is_good = visit.is_good or visit.is_refusal
        is_good |= default and visit.is_default
        if not is_good:
            report.failure = deploy_command.failure_of(
                visit, target, None, caller, found, clock, report
            )
    report.finish(None)
    return 0 if is_good else problems.PAGE_FAILS
