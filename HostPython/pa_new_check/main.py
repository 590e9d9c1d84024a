"""Turns command line arguments into one report.

``check DIR [--entry FILE] [--python X.Y] [--account USER] [--no-load]
[--time-limit S] [--upload PATH]... [--build COMMAND]...`` prints one JSON document on
stdout::

    {"version": 1, "entry": "wsgi.py", "candidates": [], "python": "3.13",
     "interpreter": {"path": "/usr/bin/python3", "version": "3.13.0"},
     "loaded": true, "allowed": 0, "unread": [], "findings": [...]}

A finding has ``rule``, ``severity`` ("error" or "warning"), ``file``, ``line``,
``message``, ``fix`` and ``page`` (a help page's name, or null); findings are sorted by
file, line and rule. ``unread`` lists files that were too large or too deeply nested to
be read, each with ``file`` and ``why``. The exit code is 0 when the project could be
checked, with or without findings. It is 2 when it could not, and the document is then
``{"version": 1, "error": {"kind": ..., "message": ...}}``; the kinds are "usage",
"no-folder", "no-entry" and "internal". If there is no entry file, but an app was found,
``found`` says where, ``others`` lists further apps, and ``wsgi_file`` is the text of a
WSGI file for it, unless no WSGI file can serve it.

``--upload`` names a file that must be in the project's folder, and ``--build`` a
command that makes it. If such a file is missing, ``visit`` makes no request.

``visit DIR PATH [--entry FILE] [--method M] [--data BODY]... [--json BODY]...
[--form FIELD]... [--header 'K: V']... [--output FILE] [--body] [--follow]
[--cookie-jar FILE] [--static URL=FOLDER]... [--time-limit S] [--upload PATH]...
[--build COMMAND]...`` prints the answer on stdout as ``curl -i`` would: status line,
header fields, an empty line, and the body as it comes. ``--output`` names a file for the
body, ``--body`` leaves out what is above it, and ``--follow`` makes the requests that
redirects ask for. For paths below the URL of ``--static``, the app is not asked.
The output and the log of the app go to stderr. The exit code is 0 for a status under
400, else 1. If there is no answer, stdout has only the part that was sent, the last
line of stderr is the document that ``check`` would have printed, on one line, and the
exit code is 1; or it is 2 with the document of an error, as for ``check``. ``--report
FILE`` puts that document into a file instead.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from pathlib import Path
from typing import NoReturn

from pa_new_check import project_rules
from pa_new_check.project import CannotCheck, Project, allowed_rules, find
from pa_new_check.rules import RANK, RELOAD_LIMIT, SAME_CAUSE, Finding
from pa_new_check.source_rules.judge import judge
from pa_new_check.static_analysis.analysis import Analysis, analyze

VERSION = 1
VISIT_LIMIT = 300.0  # seconds after which PythonAnywhere ends a request

# Each of these is about the one application: the finding from reading the source says
# more than the one from loading it.
_ONE_EACH = {
    "missing-application",
    "asgi-application",
    "application-under-main",
    "application-factory",
    "not-wsgi",
}


class _Arguments(argparse.ArgumentParser):
    """A parser whose errors become part of the report."""

    def error(self, message: str) -> NoReturn:
        raise CannotCheck("usage", message)


def main(arguments: list[str]) -> int:
    """Run the command, print its result, and return the exit code."""
    options = None
    try:
        options = _parse(arguments)
        python = _python(options.python)
        exit_code: int = options.run(options, python, arguments)
        return exit_code
    except CannotCheck as problem:
        error = {"kind": problem.kind, "message": str(problem)}
        content: dict[str, object] = {"version": VERSION, "error": error}
        if problem.kind == "no-entry" and options and options.entry is None:
            from pa_new_check import wsgi_suggestion  # most projects have an entry file

            content.update(wsgi_suggestion.facts(options, error))
        write_document(content, arguments)
        return 2
    except (RecursionError, MemoryError) as problem:
        error = {"kind": "internal", "message": f"{type(problem).__name__}: {problem}"}
        write_document({"version": VERSION, "error": error}, arguments)
        return 2


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = _Arguments(prog="pa_new_check", add_help=False, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", add_help=False, allow_abbrev=False)
    visit = commands.add_parser("visit", add_help=False, allow_abbrev=False)
    for command, limit in ((check, RELOAD_LIMIT), (visit, VISIT_LIMIT)):
        command.add_argument("folder")
        command.add_argument("--entry")
        command.add_argument("--python")
        command.add_argument("--account")
        command.add_argument("--domain")
        command.add_argument("--record-domain")
        command.add_argument("--project-name")
        command.add_argument("--env", action="append", default=[])
        command.add_argument("--env-file")
        command.add_argument("--no-namespaces", action="store_true")
        command.add_argument("--time-limit", type=float, default=limit)
        command.add_argument("--upload", action="append", default=[])
        command.add_argument("--build", action="append", default=[])
    check.set_defaults(run=_check)
    check.add_argument("--no-load", action="store_true")
    check.add_argument("--path", action="append", default=[])
    check.add_argument("--all-routes", action="store_true")
    check.add_argument("--progress", action="store_true")
    visit.set_defaults(run=_visit)
    visit.add_argument("path")
    for name in ("--method", "--output", "--cookie-jar", "--report"):
        visit.add_argument(name)
    for name in ("--data", "--json", "--form", "--header", "--static"):
        visit.add_argument(name, action="append", default=[])
    for name in ("--body", "--follow"):
        visit.add_argument(name, action="store_true")
    options = parser.parse_args(arguments)
    if not 0 < options.time_limit <= 86_400:
        raise CannotCheck(
            "usage", "--time-limit takes a number of seconds above 0, at most 86400"
        )
    return options


def _python(asked: str | None) -> tuple[int, int]:
    """Return the version of Python to check for (default: the one that runs this)."""
    if asked is None:
        return sys.version_info[0], sys.version_info[1]
    major, _, minor = asked.partition(".")
    if major != "3" or not minor.isdecimal() or not minor.isascii():
        raise CannotCheck(
            "usage", f"--python takes a version such as 3.13, not {asked!r}"
        )
    return 3, int(minor)


def _check(
    options: argparse.Namespace, python: tuple[int, int], arguments: list[str]
) -> int:
    gc.disable()  # syntax trees are many objects, and all of them are kept
    sys.setrecursionlimit(5_000)  # a chain of imports is followed by recursion
    project = find(Path(options.folder), options.entry)
    domain = options.domain or options.record_domain
    analysis = analyze(project, python, domain)
    findings = read_findings(project, analysis, python, options.account)
    loaded = False
    if not options.no_load:
        from pa_new_check import runtime_rules, sandbox

        task = sandbox.Task(project, analysis.requirements, python, options.time_limit)
        with sandbox.guarded():
            outcome = runtime_rules.load(task)
        loaded = outcome.loaded
        if outcome.has_application:
            # The code sets it in a way that the analysis does not see.
            findings = [f for f in findings if f.rule != "missing-application"]
        if outcome.status not in (0, 400):
            # The request shows that Django accepts the domain.
            findings = [f for f in findings if f.rule != "allowed-hosts"]
        findings = merged(findings, outcome.findings)
    unread = analysis.unread
    if options.upload or any(module.library_loads for module in analysis.modules):
        from pa_new_check import libraries  # most projects have none

        native = libraries.judge_libraries(
            project, options.upload, options.build, analysis
        )
        findings = native.joined(findings)
        unread = unread + native.unread
    write_document(document(project, python, loaded, findings, unread), arguments)
    return 0


def _visit(
    options: argparse.Namespace, python: tuple[int, int], arguments: list[str]
) -> int:
    from pa_new_check import visit  # it imports this module

    return visit.run(options, python, arguments)


def read_findings(
    project: Project,
    analysis: Analysis,
    python: tuple[int, int],
    account: str | None,
) -> list[Finding]:
    """Return all findings that do not need to run the project's code."""
    findings = list(analysis.findings)
    account = account or project.account
    findings += judge(project, analysis, account)
    findings += project_rules.shadowed(
        project, analysis.roots, analysis.modules, analysis.requirements
    )
    findings += project_rules.python_versions(analysis.requirements, python)
    if analysis.requirements.lines:
        from pa_new_check import builds  # only for a list of packages

        findings += builds.judge(analysis.requirements, python)
    return merged(findings, [])


def merged(read: list[Finding], loaded: list[Finding]) -> list[Finding]:
    """Join the findings of reading and of loading, each mistake once."""
    kept: list[Finding] = []
    for finding in read + loaded:
        twin = next((known for known in kept if _is_same(known, finding)), None)
        if twin is None:
            kept.append(finding)
        elif twin.rule not in _ONE_EACH and RANK[finding.rule] < RANK[twin.rule]:
            kept[kept.index(twin)] = finding
    hidden = {f.file for f in kept if f.rule == "shadowed-module"}
    names = {f.rpartition("/")[2].removesuffix(".py") for f in hidden}
    return [
        finding
        for finding in kept
        if not (
            finding.rule == "import-error"
            and any(f"'{name}'" in finding.what for name in names)
        )
    ]


def _is_same(known: Finding, other: Finding) -> bool:
    """Tell whether two findings are about one mistake."""
    if known.rule in _ONE_EACH and other.rule in _ONE_EACH:
        return True
    if known.file != other.file:
        return False
    last = max(known.line, known.last_line)
    if not known.line <= other.line <= last:
        return False
    if known.rule == other.rule:
        return known.line == other.line or known.rule in SAME_CAUSE
    return known.rule in SAME_CAUSE and other.rule in SAME_CAUSE


def document(
    project: Project,
    python: tuple[int, int],
    loaded: bool,
    findings: list[Finding],
    unread: list[tuple[str, str]],
) -> dict[str, object]:
    """Return the report, without the findings that the code itself allows."""
    allowed = 0
    shown: list[Finding] = []
    comments: dict[str, dict[int, set[str]]] = {}
    for finding in findings:
        if finding.file not in comments:
            path = project.folder / finding.file
            comments[finding.file] = allowed_rules(path)
        if finding.rule in comments[finding.file].get(finding.line, set()):
            allowed += 1
        else:
            shown.append(finding)
    shown.sort(key=lambda finding: (finding.file, finding.line, finding.rule))
    return {
        "version": VERSION,
        "entry": project.name(project.entry),
        "candidates": project.candidates,
        "python": "{}.{}".format(*python),
        "interpreter": {"path": sys.executable, "version": sys.version.split()[0]},
        "loaded": loaded,
        "allowed": allowed,
        "unread": [{"file": file, "why": why} for file, why in unread],
        "findings": [finding.document() for finding in shown],
    }


def write_document(content: dict[str, object], arguments: list[str]) -> None:
    """Write a document to the place that the arguments name, even if they are invalid."""
    text = json.dumps(content) + "\n"
    if "--report" in arguments[:-1]:
        file = Path(arguments[arguments.index("--report") + 1])
        file.write_text(text, encoding="utf-8")
    else:
        output = sys.stderr if arguments[:1] == ["visit"] else sys.stdout
        output.write(text)
        output.flush()
