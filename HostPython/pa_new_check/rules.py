"""Findings, and how those of reading and of loading are joined.

The table of rules is in :mod:`.rules_table` and :mod:`.rules_table_requests`.
"""

from __future__ import annotations

from pa_new_check.rules_table import LOADING
from pa_new_check.rules_table_requests import REQUESTS
from pa_new_shared.text import listed, plain


class Finding:
    """One mistake at one place."""

    def __init__(
        self,
        rule: str,
        file: str,
        line: int,
        what: str,
        fix: str = "",
        severity: str = "",
        consequence: str = "",
        last_line: int = 0,
        also: list[str] | None = None,
        claim: tuple[str, str] = ("", ""),
        page: str = "",
    ) -> None:
        self.rule = rule
        self.file = file
        """Relative to the project's folder, with ``/`` between its parts."""
        self.line = line
        self.what = what
        """The mistake, as the beginning of a sentence."""
        self.fix = fix
        self.severity = severity
        self.consequence = consequence
        self.last_line = last_line
        """The last line of the statement: loading may name any of its lines."""
        self.also: list[str] = [] if also is None else also
        """Other rules by which loading may see the same mistake at another line."""
        self.claim = claim
        """What it says of a module, and the module: "missing", "unlisted", "hidden",
        "removed" (from the standard library)."""
        self.page = page
        """The name of a help page that says more than that of the rule."""
        self.paths: list[str] = []
        """The requests that showed it: empty for what the import or the code shows."""

    @property
    def level(self) -> str:
        """The severity: that of the rule, unless this finding has its own."""
        return self.severity or RULES[self.rule].severity

    def document(self) -> dict[str, object]:
        """Return the finding as the report has it, with the texts of its rule."""
        rule = RULES[self.rule]
        what = self.what.rstrip(".")  # an exception's text may end with one
        message = f"{what}. {self.consequence or rule.consequence}"
        found: dict[str, object] = {"paths": self.paths} if self.paths else {}
        return {
            "rule": self.rule,
            "severity": self.level,
            "file": self.file,
            "line": self.line,
            "message": message + self._paths_beside(message),
            "fix": self.fix or rule.fix,
            "page": self.page or rule.page,
            **found,
        }

    def _paths_beside(self, message: str) -> str:
        """Return the sentence about the paths that a message does not name, or ""."""
        names = [f"`{plain(path)}`" for path in self.paths]
        others = [name for name in names if name not in message]
        if not others or others == ["`/`"]:
            return ""
        is_first = len(others) == len(names)
        if len(others) > MAX_NAMED:
            others[MAX_NAMED - 1 :] = [f"{len(others) - MAX_NAMED + 1} more paths"]
        start = "It was seen at" if is_first else "The same is true for"
        return f" {start} {listed(others)}."


MAX_NAMED = 8
"""How many paths with one mistake a message names, besides the first."""

_TABLE = (*LOADING, *REQUESTS)
LEVELS = ("error", "warning", "note")
RULES = {rule.name: rule for rule in _TABLE}

# Of two findings at one line, the one that comes first here is reported.
RANK = {rule.name: place for place, rule in enumerate(_TABLE)}
SAME_CAUSE = frozenset(
    (
        "asgi-application",
        "missing-variable",
        "missing-table",
        "missing-template",
        "handler-mistake",
        "page-mistake",
        "hidden-route",
        "wrong-case",
        "polling-bot",
        "not-wsgi",
        "application-factory",
        "connection-at-import",
        "network-at-import",
        "windows-path",
        "shadowed-module",
        "server-start",
        "import-error",
        "removed-api",
        "exit-at-import",
        "thread-at-import",
        "process-at-import",
        "loop-at-import",
        "slow-load",
        "python-version",
        "relative-path",
        "syntax-error",
        "error-response",
    )
)

# How long PythonAnywhere waits after Reload, in seconds, and the part of that time which
# an import may take here before it is called slow.
RELOAD_LIMIT = 20.0
SLOW_SHARE = 0.5
