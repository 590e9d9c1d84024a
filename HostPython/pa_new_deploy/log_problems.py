"""The problems of logs, with their messages."""

from __future__ import annotations

from dataclasses import dataclass

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import UNAVAILABLE, Problem
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
