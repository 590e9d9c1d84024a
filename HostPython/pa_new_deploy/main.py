"""From arguments to an exit code.

``DIR --name NAME --user USER [--domain D] --python X.Y [--upload PATH]...
[--build COMMAND]... [--greeting TEXT] [--replace-wsgi] [--assume-installed] [--dry-run]
[--json] [--check-errors N]``. The token and the host's system come from the environment
(:mod:`pa_new_deploy.system`), and the exit codes from :mod:`pa_new_deploy.problems`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from pa_new_deploy import files, page, problems, system
from pa_new_deploy.api import Host
from pa_new_deploy.client import TIMEOUT, Answer, Caller, Client, DryClient, Request
from pa_new_deploy.deploy import deploy
from pa_new_deploy.report import Report
from pa_new_deploy.survey import Job
from pa_new_deploy.throttle import Clock
from pa_new_deploy.words import explain


class _Arguments(argparse.ArgumentParser):
    """A parser whose errors are problems like any other."""

    def error(self, message: str) -> NoReturn:
        raise problems.BadUsage(message)


def main(
    arguments: list[str],
    environment: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    timeout: float = TIMEOUT,
) -> int:
    """Deploy what the arguments name, tell of it, and return the exit code."""
    environment = os.environ if environment is None else environment
    report = Report("", "--dry-run" in arguments, "--json" in arguments)
    # Whatever an error quotes, it is not this.
    report.secret = environment.get(system.TOKEN_VARIABLE, "").strip()
    try:
        options = _parse(arguments)
        return _run(options, environment, clock or Clock(), timeout, report)
    except problems.Problem as problem:
        report.ends(explain(problem))
        return problem.exit_code
    except KeyboardInterrupt:
        report.ends(explain(problems.Interrupted()))
        return problems.INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 74
    except Exception as error:  # noqa: BLE001
        # No traceback: it shows lines with values.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        report.ends(explain(problems.Internal(type(error).__name__, place)))
        return problems.SOFTWARE


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = _Arguments(prog="pa_new_deploy", add_help=False, allow_abbrev=False)
    parser.add_argument("folder")
    parser.add_argument("--name", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--domain", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--upload", action="append", default=[])
    parser.add_argument("--build", action="append", default=[])
    parser.add_argument("--greeting", default="")
    parser.add_argument("--replace-wsgi", action="store_true")
    parser.add_argument("--assume-installed", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check-errors", type=int, default=0)
    return parser.parse_args(arguments)


def _run(
    options: argparse.Namespace,
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
    report: Report,
) -> int:
    report.domain = options.domain
    if options.check_errors:
        raise problems.CheckFailed(options.check_errors)
    folder = Path(options.folder)
    local = files.collect(folder, options.upload, options.build)
    job = Job(
        folder=folder,
        name=options.name,
        user=options.user,
        domain=options.domain,
        python=options.python,
        uploads=options.upload,
        commands=options.build,
        greeting=_expected(options.greeting, local),
        overwrites=options.replace_wsgi,
        assumes_installed=options.assume_installed,
    )
    where = system.find(job.domain, environment)
    caller = _caller(options, where, environment, clock, timeout, report)
    with _Interruptible():
        deploy(job, local, Host(caller), report)
        _tell_of_files(report)
        if options.dry_run:
            report.lists(
                "GET", f"https://{job.domain}/", "visit the page, without token"
            )
            report.ends(None)
            return 0
        visit = page.visit(where, job.domain, job.greeting, clock)
    report.visited(visit, job.greeting)
    report.ends(None)
    return 0 if visit.is_good else problems.PAGE_FAILS


def _caller(
    options: argparse.Namespace,
    where: system.System,
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
    report: Report,
) -> Caller:
    """Return what makes the calls: a dry run needs no token, and can tell less then."""
    client = None
    try:
        token = system.token(environment)
        client = Client(where, options.user, token, clock, report.waits, timeout)
    except problems.NoToken:
        if not options.dry_run:
            raise
    if not options.dry_run and client is not None:
        return _Watched(client, report)
    seen = "" if client else ", as if nothing were there, since there is no token"
    report.note(f"Below {where.address}/api/v0/user/{options.user}/{seen}:")
    return DryClient(client, report.lists)


def _expected(greeting: str, local: files.Local) -> str:
    """Return the greeting, if the project still has it anywhere: pages get edited."""
    words = (".md", ".txt", ".json")  # they tell of it, and do not say it
    has = any(
        greeting.encode() in local.read(path)
        for path in local.paths
        if not path.startswith("tests/") and not path.endswith(words)
    )
    return greeting if has else ""


def _tell_of_files(report: Report) -> None:
    if report.left:
        report.note(
            f"Not uploaded: {', '.join(report.left)}. Secrets and data are the host's "
            "own; put them there by hand where the app needs them."
        )
    if report.extra:
        some = ", ".join(report.extra[:5]) + (", …" if len(report.extra) > 5 else "")
        report.note(f"On the host and not here, left alone: {some}")


class _Watched:
    """Keeps in mind which change was under way when something failed."""

    def __init__(self, client: Client, report: Report) -> None:
        self._client = client
        self._report = report

    def call(self, request: Request) -> Answer:
        if request.method == "GET":
            return self._client.call(request)
        self._report.under_way = request.what
        try:
            answer = self._client.call(request)
        except (problems.Refused, problems.Unexpected, problems.Elsewhere):
            self._report.under_way = None  # the host said no
            raise
        self._report.under_way = None
        return answer


class _Interruptible:
    """Lets SIGTERM and SIGHUP end a run as Ctrl-C does, once: the end is told."""

    def __enter__(self) -> None:
        self._before = {
            number: signal.signal(number, self._stop)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> NoReturn:
        for other in self._before:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt
