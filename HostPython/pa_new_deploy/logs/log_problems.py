"""The problems of logs, with their messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import NO_INPUT, UNAVAILABLE, Problem
from pa_new_shared.text import printable


@dataclass
class LogTooLarge(Problem):
    """The API sends all of a log, and it is too long to be read."""

    exit_code = UNAVAILABLE
    path: str
    limit: int

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"{printable(self.path)} is larger than {self.limit // 10**6} MB",
            "PythonAnywhere sends the whole log, so that its end cannot be read alone",
            "open the log on the Web tab of PythonAnywhere, or delete it there: a new one "
            "begins with the next line",
        )


@dataclass
class NoReload(Problem):
    """The server log does not tell when the web app was last loaded."""

    exit_code = NO_INPUT
    path: str
    first: datetime | None
    """The time of the first line that was read."""

    def diagnostic(self) -> Diagnostic:
        before = f", so it was before {self.first} UTC" if self.first else ""
        return Diagnostic(
            "cannot tell when the web app was last reloaded",
            f"neither {printable(self.path)} nor the older {printable(self.path)}.1 has a "
            f"line about a start of uWSGI{before}",
            "pass the number of lines with -n, without --since-reload",
        )
