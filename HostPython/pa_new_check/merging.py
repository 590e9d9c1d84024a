"""Joins the findings of reading and of loading: each mistake is told once."""

from __future__ import annotations

from pa_new_check.rules import LEVELS, RANK, RULES, SAME_CAUSE, Finding
from pa_new_shared.later import re
from pa_new_shared.patterns import pattern

# Each of these is about the one application: the finding from reading the source says
# more than the one from loading it.
_ONE_EACH = {
    "missing-application",
    "asgi-application",
    "application-under-main",
    "application-factory",
    "not-wsgi",
}

_REFUSED = pattern(r"^The response to `[^`]*` is 400\b")
# What the library of handlers says of a class, and reading of a method that has no call.
_NO_METHOD = pattern(r"^(\w+) has no method: ")
_NO_CALL = pattern(r"^`(\w+)\.\w+` is never called")
_MISTAKES = {"relative-path", "windows-path", "wrong-case", "missing-template"}
_CALLS = {"network-at-import", "connection-at-import"}
# Findings about an import that never comes to its end.
_ENDS = {"server-start", "exit-at-import", "import-error", "removed-api", "slow-load"}


def merged(read: list[Finding], loaded: list[Finding]) -> list[Finding]:
    """Join the findings of reading and of loading, each mistake once."""
    kept: list[Finding] = []
    hosts = next((f for f in read if f.rule == "allowed-hosts"), None)
    refused = [f for f in loaded if hosts and _REFUSED.search(f.what)]
    if hosts is not None and refused:
        # Without its debug mode, Django does not say why it answers 400.
        hosts.severity = ""
        hosts.what = f"{refused[0].what}: {hosts.what}"
    misspelt = {(f.file, _class_in(_NO_CALL, f)) for f in read}
    for finding in read + [f for f in loaded if f not in refused]:
        if (finding.file, _class_in(_NO_METHOD, finding) or None) in misspelt:
            continue  # it has one, whose name is wrong
        twin = next((known for known in kept if _is_same(known, finding)), None)
        if twin is None:
            kept.append(finding)
        elif twin.rule == finding.rule and twin.claim[0] == "missing":
            continue  # reading knows the name in full: `google.cloud.storage`
        elif twin.rule == finding.rule and twin.rule in _CALLS:
            finding.fix = finding.fix or twin.fix
            finding.paths = finding.paths or twin.paths
            kept[kept.index(twin)] = finding
        elif twin.rule not in _ONE_EACH and _rank(finding) < _rank(twin):
            finding.severity = _worse(finding, twin)
            finding.paths = finding.paths or twin.paths
            kept[kept.index(twin)] = finding
        else:
            if twin.rule in _MISTAKES and twin.rule != finding.rule:
                consequence = twin.consequence or RULES[twin.rule].consequence
                twin.consequence = f"{consequence} {finding.what.rstrip('.')}."
            twin.severity = _worse(finding, twin)
            twin.paths = twin.paths or finding.paths
    first = next((f for f in kept if f.rule in _ONE_EACH), None)
    kept = [f for f in kept if f is first or f.rule not in _ONE_EACH]
    hidden = {f.file for f in kept if f.rule == "shadowed-module"}
    has_own_server = any(f.rule == "not-wsgi" for f in kept)
    names = {f.rpartition("/")[2].removesuffix(".py") for f in hidden}
    return [
        finding
        for finding in kept
        if not (
            finding.rule == "import-error"
            and (
                any(f"'{name}'" in finding.what for name in names)
                # The module of such an app has no application to import.
                or (has_own_server and "cannot import name" in finding.what)
            )
        )
    ]


def _class_in(words: re.Pattern[str], finding: Finding) -> str:
    """Return the class that a finding about handlers names, "" without one."""
    said = words.match(finding.what) if finding.rule == "handler-mistake" else None
    return said[1] if said is not None else ""


def _rank(finding: Finding) -> tuple[int, int]:
    """Return the rank of a finding: an error comes before a warning at its line.

    What names the mistake comes before what only names its effect.
    """
    is_mistake = finding.rule in _MISTAKES and finding.level != "note"
    level = -1 if is_mistake else LEVELS.index(finding.level)
    return level, RANK[finding.rule]


def _worse(finding: Finding, twin: Finding) -> str:
    """Return the severity of one mistake that was found twice."""
    return min(finding.level, twin.level, key=LEVELS.index)


def without_disproved_ends(read: list[Finding]) -> list[Finding]:
    """Return the findings of reading for an import that came to its end.

    What would have ended it, or would not have let it end, did not happen.
    """
    return [f for f in read if f.level != "error" or f.rule not in _ENDS]


def _is_same(known: Finding, other: Finding) -> bool:
    """Tell whether two findings are about one mistake."""
    if known.rule in _ONE_EACH and other.rule in _ONE_EACH:
        return True
    if known.file != other.file:
        return False
    if known.paths and other.paths:
        return False  # the requests have shown two mistakes
    rules = {known.rule, other.rule}
    if rules & _MISTAKES and rules & _CALLS:
        return False  # the path in a call, and the call itself
    last = max(known.line, known.last_line)
    if not known.line <= other.line <= last:
        return False
    if known.rule == other.rule:
        spans = known.rule in SAME_CAUSE or known.rule == "thread-in-request"
        return spans or known.line == other.line
    return known.rule in SAME_CAUSE and other.rule in SAME_CAUSE
