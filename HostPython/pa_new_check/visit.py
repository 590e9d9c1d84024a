"""The command ``visit``: makes a request to the app, and prints the response."""

from __future__ import annotations

import argparse
from pathlib import Path

from pa_new_check import runtime_rules, sandbox
from pa_new_check.main import document, read_findings, write_document
from pa_new_check.project import CannotCheck, find, read_requirements
from pa_new_check.static_analysis.analysis import analyze


def run(
    options: argparse.Namespace, python: tuple[int, int], arguments: list[str]
) -> int:
    """Make the request, print its response or report, and return the exit code."""
    project = find(Path(options.folder), options.entry)
    if options.upload:
        from pa_new_check import libraries  # most projects have none

        if libraries.missing(project, options.upload):
            # Report what to build, instead of the app's error page.
            analysis = analyze(project, python)
            read_findings(project, analysis, python, options.account)
            native = libraries.judge_libraries(
                project, options.upload, options.build, analysis
            )
            findings = [f for f in native.findings if f.rule == "not-built"]
            report = document(project, python, False, findings, [])
            if report["findings"]:  # else the code allows it
                write_document(report, arguments)
                return 1
    data = options.data or ""
    method = options.method or ("GET" if options.data is None else "POST")
    headers = [_header(line) for line in options.header]
    task = sandbox.Task(
        project,
        read_requirements(project.folder),
        python,
        options.time_limit,
        True,
        method,
        options.path,
        data,
        headers,
    )
    with sandbox.guarded():
        outcome = runtime_rules.load(task)
    if outcome.status:
        return 0 if outcome.status < 400 else 1
    findings = outcome.findings
    write_document(document(project, python, outcome.loaded, findings, []), arguments)
    return 1


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise CannotCheck("usage", f"--header takes 'Name: value', not {line!r}")
    return name.strip(), value.strip()
