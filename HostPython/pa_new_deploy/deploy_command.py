"""The command ``deploy``: turns its arguments into a deployment and an exit code.

``DIR --name NAME --user USER --domain D --python X.Y [--upload PATH]...
[--build COMMAND]... [--greeting TEXT] [--include PATH]... [--overwrite-data]
[--packages bundle|virtualenv] [--bundle-command COMMAND] [--assume-installed]
[--replace-wsgi] [--no-force-https]
[--step JSON]... [--package-static URL=PATH]... [--env-file FILE [--replace-env]]
[--dry-run] [--json] [--check-errors N]``. The token and the region
come from the environment (:mod:`pa_new_deploy.api.region`).
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pa_new_deploy import (
    command_line,
    env_file,
    files,
    host_steps,
    left_here,
    problems,
    smoke_test,
)
from pa_new_deploy.api import region
from pa_new_deploy.api.client import Caller, Client, DryClient
from pa_new_deploy.api.host import Host
from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.bundle import bundling, unpacking
from pa_new_deploy.bundle.bundle_problems import NoUv, Unresolved
from pa_new_deploy.deploy import deploy
from pa_new_deploy.job import Job
from pa_new_deploy.logs import log_files, page_failure
from pa_new_deploy.messages import diagnose
from pa_new_deploy.planner import Plan
from pa_new_deploy.progress import can_show
from pa_new_deploy.report import Report
from pa_new_deploy.target import Target
from pa_new_deploy.watched import WatchedClient
from pa_new_shared import static_folders


def run(
    arguments: list[str],
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
) -> int:
    """Deploy the project, print the report, and return the exit code."""
    # The report of a mistake in the arguments names the domain, too.
    domain = command_line.domain(arguments)
    report = Report(domain, "--dry-run" in arguments, "--json" in arguments)
    # No output may contain the token, even if an error quotes it.
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


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = command_line.Arguments()
    parser.add_argument("folder")
    parser.add_argument("--name", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--domain", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--upload", action="append", default=[])
    parser.add_argument("--build", action="append", default=[])
    parser.add_argument("--greeting", default="")
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("--overwrite-data", action="store_true")
    parser.add_argument("--packages", choices=["bundle", "virtualenv"])
    parser.add_argument("--bundle-command", default="")
    parser.add_argument("--assume-installed", action="store_true")
    parser.add_argument("--replace-wsgi", action="store_true")
    parser.add_argument("--env-file")
    parser.add_argument("--replace-env", action="store_true")
    parser.add_argument("--no-force-https", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", action="append", default=[])
    parser.add_argument("--package-static", action="append", default=[])
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
    local = files.collect(folder, options.upload, options.build, options.include)
    job = _job(options, folder, local, environment, report)
    found = region.find(job.domain, environment)
    caller = make_caller(
        options, job, local, found, environment, clock, timeout, report
    )
    host = Host(caller)

    # A project of a template has a first page; of an adopted app nobody knows.
    is_adopted = not options.greeting

    def pause(reason: str, seconds: float) -> None:
        report.waits(reason, seconds)
        clock.sleep(seconds)

    def visits() -> smoke_test.Visit:
        report.progress.say(f"visiting https://{job.domain}/")
        try:
            return smoke_test.visit(
                found, job.domain, job.greeting, clock, accepts_refusal=is_adopted
            )
        finally:
            report.progress.say("")

    with command_line.Interruptible():
        plan = _deploy(job, local, host, report, environment, pause)
        _report_files(report)
        if report.has_changed:
            report.steps = host_steps.parse(options.step, job.source, plan.packages)
        if options.dry_run:
            report.request(
                "GET", f"https://{job.domain}/", "visit the page, without the token"
            )
            lacking = plan.packages.assumed
            if lacking:
                hint = diagnose(lacking).hint
                report.needs(lacking, plan.packages.bundle is not None, hint)
            report.finish(None)
            return 0
        if report.loading_since is None:
            report.loading_since = clock.now()
        visit = unpacking.visit(
            job.domain,
            plan.packages.bundle,
            host,
            pause,
            visits,
        )
        report.visited(visit, job.greeting)
        is_good = visit.is_good or (is_adopted and visit.is_refusal)
        if is_good and not visit.is_good:
            report.note(
                f"The app runs and answers {visit.status} at /: it may have no page there, "
                "or not for everybody. Look at a page that it has."
            )
        if not is_good:
            report.failure = failure_of(
                visit, job, folder, caller, found, clock, report
            )
    for line in host_steps.sentences(report.steps):
        report.note(line)
    report.finish(None)
    return 0 if is_good else problems.PAGE_FAILS


def _job(
    options: argparse.Namespace,
    folder: Path,
    local: files.Local,
    environment: Mapping[str, str],
    report: Report,
) -> Job:
    """Return what the user wants; a file of settings is read, and hidden in the report."""
    env = None
    if options.env_file is not None:
        env = env_file.read(options.env_file, folder, local)
        public = f"https://{options.domain}/ /home/{options.user}/{options.name}/"
        report.private = [one for one in env.values if one not in public]
    return Job(
        folder=folder,
        name=options.name,
        user=options.user,
        domain=options.domain,
        python=options.python,
        uploads=options.upload,
        commands=options.build,
        greeting=_expected(options.greeting, local),
        overwrites_data=options.overwrite_data,
        packages=options.packages,
        bundle_command=options.bundle_command,
        assumes_installed=options.assume_installed,
        is_account_known=bool(region.token_or_empty(environment)),
        replaces_wsgi=options.replace_wsgi,
        static_folders=[static_folders.parse(text) for text in options.package_static],
        forces_https=not options.no_force_https,
        env=env,
        replaces_env=options.replace_env,
    )


def failure_of(
    visit: smoke_test.Visit,
    target: Target,
    folder: Path | None,
    caller: Caller,
    found: region.Region,
    clock: Clock,
    report: Report,
) -> page_failure.Failure:
    """Return what the error log says about a page that fails.

    :param folder: The folder with the files that the app runs, if they are here.
    """
    since = clock.now() if report.loading_since is None else report.loading_since
    path = log_files.path_of(target.domain, "error")
    failure = page_failure.Failure(
        visit,
        path,
        log_files.page_of(found.address, target.user, path),
        page_failure.Deployed(folder, target.source, target.domain),
    )
    try:
        error = page_failure.last_exception(
            log_files.LogFile(caller, path),
            lambda: smoke_test.request(found, target.domain),
            lambda: clock.now() - since,
            clock,
            report.secret,
        )
    except problems.Problem as problem:
        return dataclasses.replace(failure, problem=diagnose(problem))
    return dataclasses.replace(failure, error=error)


def _deploy(
    job: Job,
    local: files.Local,
    host: Host,
    report: Report,
    environment: Mapping[str, str],
    pause: unpacking.Pause,
) -> Plan:
    """Deploy; a bundle of packages lies in a temporary folder meanwhile."""
    with tempfile.TemporaryDirectory(prefix="pa-new-deploy-") as place:

        def make(glibc: str) -> bundling.Bundle:
            report.progress.say("fetching the packages of requirements.txt")
            try:
                return bundling.make(
                    job.folder, job.python, glibc, environment, Path(place)
                )
            except (NoUv, Unresolved) as problem:
                if not (report.is_dry and problem.may_pass):
                    raise
                message = problem.diagnostic().message
                report.note(f"(The digest is shown as SHA256, because {message}.)")
                return bundling.unmade(job.python, glibc)

        return deploy(job, local, host, report, make, pause)


def make_caller(
    options: argparse.Namespace,
    target: Target,
    local: files.Local,
    found: region.Region,
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
    report: Report,
) -> Caller:
    """Return the client. A dry run needs no token, but then sees an empty account."""
    client = None
    try:
        token = region.token(environment)
        client = Client(found, options.user, token, clock, report.waits, timeout)
    except problems.NoToken:
        if not options.dry_run:
            raise
    if not options.dry_run and client is not None:
        return WatchedClient(client, report, clock, target, local)
    report.note(f"Requests to {found.address}/api/v0/user/{options.user}/:")
    if client is None:
        report.note("(There is no token: the list assumes that the account is empty.)")
    return DryClient(client, report.request)


def _expected(greeting: str, local: files.Local) -> str:
    """Return the greeting if it is still in the project: users edit their pages."""
    texts = (".md", ".txt", ".json")  # they only mention it
    has = any(
        greeting.encode() in local.read(path)
        for path in local.paths
        if not path.startswith("tests/") and not path.endswith(texts)
    )
    return greeting if has else ""


def _report_files(report: Report) -> None:
    for line in left_here.sentences(report.left):
        report.note(line)
    if report.only_there:
        some = ", ".join(report.only_there[:5]) + (
            ", …" if len(report.only_there) > 5 else ""
        )
        report.note(f"Only on PythonAnywhere, left alone: {some}")
