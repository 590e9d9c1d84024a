"""The command ``check``: reads the project, loads the app, and prints the report."""

from __future__ import annotations

import sys

from pa_new_check import merging, placement, project_rules, route_notes
from pa_new_check.disproved import disproved
from pa_new_check.placement import Known, Placement
from pa_new_check.project import find
from pa_new_check.report import Report, write_document
from pa_new_check.rules import Finding
from pa_new_check.source_rules.judge import judge
from pa_new_check.static_analysis.analysis import Analysis, analyze
from pa_new_shared.file_path import Path
from pa_new_shared.text import printable

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from types import SimpleNamespace

    from pa_new_check.runtime_rules import Outcome


def run(options: SimpleNamespace, python: tuple[int, int], arguments: list[str]) -> int:
    """Check the project, print the report, and return the exit code."""
    sys.setrecursionlimit(5_000)  # a chain of imports is followed by recursion
    project = find(Path(options.folder), options.entry)
    place = placement.place(project, known(options))
    analysis = analyze(place, python)
    findings = read_findings(place, analysis, python, options.account)
    if options.bundle_command and analysis.requirements.lines:
        from pa_new_check import bundle_rules  # only for a list of packages

        command = options.bundle_command
        findings += bundle_rules.not_ready(
            project, analysis.requirements, python, command
        )
    outcome = None
    if options.same_python and sys.version_info[:2] != python:
        outcome = _misfit(python)
    elif not options.no_load:
        outcome, place = _load(options, place, analysis, python)
        entry = project.name(project.entry)
        if outcome.has_application:
            # The code sets it in a way that the analysis does not see.
            findings = [f for f in findings if f.rule != "missing-application"]
            findings = merging.without_disproved_ends(findings)
        if outcome.status not in (0, 400):
            # The request shows that Django accepts the domain.
            findings = [f for f in findings if f.rule != "allowed-hosts"]
        findings = merging.merged(findings, outcome.findings)
        findings = disproved(findings, outcome.modules)
        if outcome.has_application and not outcome.fails:
            for finding in findings:
                # The app answers, whatever another file has in that place.
                if finding.rule == "placeholder" and finding.file != entry:
                    finding.severity = "warning"
    unread = analysis.unread
    if options.upload or any(module.library_loads for module in analysis.modules):
        from pa_new_check import libraries  # most projects have none

        native = libraries.judge_libraries(
            project, options.upload, options.build, analysis
        )
        findings = native.joined(findings)
        unread = unread + native.unread
    report = Report(place, python, findings, unread, outcome)
    report.notes += _packages_note(options.environment)
    if outcome is not None and outcome.has_application:
        report.notes += _python_note(python)
    write_document(report.document(), arguments)
    return 0


def _packages_note(folder: str | None) -> list[str]:
    """Say whose packages were read, if a virtual environment was named."""
    if folder is None:
        return []
    from pa_new_check.installed import environment  # for an option

    version = environment().version
    named = f"{printable(folder)} (Python {version})" if version else printable(folder)
    return [f"its packages are those of {named}, which was read and not run"]


def _python_note(python: tuple[int, int]) -> list[str]:
    """Say that the app was loaded with another Python than it is for."""
    if sys.version_info[:2] == python:
        return []
    own = "{}.{}".format(*sys.version_info)
    return ["loaded with Python {2}; the web app has {0}.{1}".format(*python, own)]


def _misfit(python: tuple[int, int]) -> Outcome:
    """Return the outcome for an app that this Python must not load."""
    from pa_new_check import runtime_rules  # it takes a while to import

    outcome = runtime_rules.Outcome()
    own = "{}.{}".format(*sys.version_info)
    outcome.unloaded = (
        "the web app has Python {}.{}, and the Python on this computer is {}".format(
            *python, own
        )
    )
    return outcome


def known(options: SimpleNamespace) -> Known:
    """Return what the options tell of the web app."""
    return Known(
        options.domain, options.record_domain, options.account, options.project_name
    )


def _load(
    options: SimpleNamespace,
    place: Placement,
    analysis: Analysis,
    python: tuple[int, int],
) -> tuple[Outcome, Placement]:
    from pa_new_check import loading  # it takes a while to import

    request = loading.Loading(
        analysis.requirements,
        python,
        options.time_limit,
        list(dict.fromkeys(["/", *options.path])) if options.path else ["/"],
    )
    request.asks_routes = options.all_routes
    request.has_progress = options.progress
    request.uploads = options.upload
    request.includes = options.include
    request.uses_namespaces = not options.no_namespaces
    request.lent = loading.lent_variables(options.env, options.env_file)
    notes = route_notes.read_routes(options, request, place.project)
    outcome, place = loading.load(place, request)
    outcome.notes += notes
    return outcome, place


def read_findings(
    place: Placement,
    analysis: Analysis,
    python: tuple[int, int],
    account: str | None,
) -> list[Finding]:
    """Return all findings that do not need to run the project's code."""
    findings = list(analysis.findings)
    project = place.project
    findings += judge(project, analysis, account or project.account)
    findings += project_rules.shadowed(
        project, analysis.roots, analysis.modules, analysis.requirements
    )
    findings += project_rules.python_versions(analysis.requirements, python)
    if analysis.requirements.lines:
        from pa_new_check import builds, bundle_rules  # only for a list of packages

        findings += builds.judge(analysis.requirements, python)
        findings += bundle_rules.judge(project, analysis.requirements, python)
    return merging.merged(findings, [])
