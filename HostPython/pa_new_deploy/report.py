"""Prints a deployment, step by step or as one JSON document. Only logs are printed elsewhere."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import Any

from pa_new_deploy.api import cleaning
from pa_new_deploy.api.cleaning import cleaned
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.host_steps import Step
from pa_new_deploy.left_here import Told
from pa_new_deploy.logs.page_failure import Failure
from pa_new_deploy.problems import NotInstalled
from pa_new_deploy.progress import Progress
from pa_new_deploy.smoke_test import Visit
from pa_new_shared.text import listed, printable

VERSION = 1
MAX_FIRST_LINE = 100

# The purposes of two requests: if one of them fails, less is certain afterwards.
WSGI_CALL = "replace the WSGI file"
RELOAD_CALL = "reload the web app"


@dataclass
class Report:
    """The report of a deployment. Each step is printed at once, except in JSON."""

    domain: str
    is_dry: bool = False
    as_json: bool = False
    secret: str = ""
    """The token: it is removed from all output."""
    private: list[str] = field(default_factory=list)
    """Values of settings: they are removed from what comes from outside."""

    had_app: bool = False
    """Whether the web app was there before."""
    created: bool = False
    uploaded: list[str] = field(default_factory=list)
    to_upload: int = 0
    bytes_to_upload: int = 0
    unchanged: int = 0
    left: list[Told] = field(default_factory=list)
    """What is left on this computer."""
    only_there: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    """Files that were changed on the host after the last deployment, and are replaced."""
    archive: str | None = None
    """Where on PythonAnywhere the old contents are, for an undo."""
    not_kept: list[str] = field(default_factory=list)
    """Replaced files of which no copy is kept: they are too large, or data, or secrets."""
    env: dict[str, Any] | None = None
    """What became of the settings that the user gave."""
    backup: str | None = None
    wsgi_replaced: bool = False
    settings_changed: bool = False
    reloaded: bool = False
    under_way: str | None = None
    """The change that got no response."""
    calls: list[dict[str, str]] = field(default_factory=list)
    needed: dict[str, Any] | None = None
    """What a dry run without a token assumes to be on PythonAnywhere."""
    page: dict[str, Any] | None = None
    loading_since: float | None = None
    """When the last reload began, or else the visit."""
    progress: Progress = field(default_factory=Progress)
    steps: list[Step] = field(default_factory=list)
    """What to do on PythonAnywhere afterwards."""
    failure: Failure | None = None
    """What is wrong with the page."""

    @property
    def has_changed(self) -> bool:
        """Whether anything on the host has changed."""
        return bool(
            self.created
            or self.archive
            or self.uploaded
            or (self.env and self.env["copy"])
            or self.backup
            or self.wsgi_replaced
            or self.settings_changed
        )

    def step(self, verb: str, what: str) -> None:
        """Print a step that was done."""
        if not self.as_json and not self.is_dry:
            self._write(f"{verb:<8} {printable(what)}\n")

    def request(self, method: str, target: str, purpose: str) -> None:
        """Print a request that a dry run makes, or would make."""
        self.calls.append({"method": method, "path": target, "what": purpose})
        if not self.as_json:
            self._write(f"{method:<6} {printable(target)}  ({printable(purpose)})\n")

    def note(self, text: str) -> None:
        """Print something that is not a step."""
        if not self.as_json:
            self._write(printable(text) + "\n")

    def needs(self, lacking: NotInstalled, is_bundled: bool, hint: str) -> None:
        """Print what has to be on PythonAnywhere: a dry run without a token cannot look.

        :param is_bundled: Whether a bundle is uploaded if it is not there.
        :param hint: How to put it there.
        """
        place = f"the virtualenv {lacking.virtualenv} for Python {lacking.python}"
        packages = listed(lacking.packages)
        if is_bundled:
            self.note(
                f"(The packages are uploaded as a bundle, unless {place} has {packages}.)"
            )
            return
        self.needed = {
            "virtualenv": lacking.virtualenv,
            "python": lacking.python,
            "packages": lacking.packages,
        }
        self.note(f"This has to be on PythonAnywhere first: {place}, with {packages}.")
        for line in f"If it is not there, {hint}".splitlines():
            self.note(line)

    def waits(self, reason: str, seconds: float) -> None:
        """Print that there is a pause, and why; on a terminal, it disappears again."""
        reason = cleaning.without(reason, self.private)
        if self.progress.is_shown:
            self.progress.pause(cleaning.hidden(reason, self.secret), seconds)
            return
        if seconds >= 1:
            self._write(f"waiting {seconds:.0f} s: {printable(reason)}\n", sys.stderr)

    def visited(self, visit: Visit, greeting: str) -> None:
        """Print the response of the page."""
        greets = visit.greets(greeting) if greeting else None
        first_line = self._outside(visit.first_line, MAX_FIRST_LINE)
        self.page = {
            "url": visit.address,
            "status": visit.status,
            "firstLine": first_line,
            "greets": greets,
        }
        if visit.status is None:
            error = self._outside(visit.error)
            self.step("visit", f"{visit.address}: no response, {error}")
        elif visit.location:
            place = self._outside(visit.location)
            self.step("visit", f"{visit.address}: {visit.status}, redirects to {place}")
        else:
            self.step("visit", f"{visit.address}: {visit.status}, {first_line}")

    def _outside(self, text: str, limit: int = cleaning.LIMIT) -> str:
        """Return a text from outside as it can be printed."""
        return cleaned(cleaning.without(text, self.private), self.secret, limit)

    @property
    def state(self) -> str:
        """The changes that a failed run has made on PythonAnywhere."""
        if self.is_dry or not (self.has_changed or self.under_way):
            return "Nothing on PythonAnywhere was changed."
        parts = []
        call = self.under_way or ""
        if self.under_way:
            parts.append(
                f"one request may or may not have taken effect ({printable(call)})"
            )
        if self.created:
            parts.append("the web app was created")
        if self.to_upload:
            parts.append(
                f"{len(self.uploaded)} of {self.to_upload} files were uploaded"
            )
        if self.wsgi_replaced:
            parts.append("the WSGI file was replaced")
        elif self.had_app and call != WSGI_CALL:
            parts.append("the WSGI file is unchanged")
        if self.reloaded:
            parts.append("the app was reloaded")
        elif self.created:
            if call != RELOAD_CALL:
                parts.append("it shows the default page until it is reloaded")
        elif self.had_app and call != RELOAD_CALL:
            parts.append("the app was not reloaded and still runs the previous code")
        if not parts:
            return "Nothing on PythonAnywhere was changed: there is only a copy for --undo."
        return "On PythonAnywhere: " + "; ".join(parts) + "."

    def finish(self, diagnostic: Diagnostic | None) -> None:
        """Print the end of the report."""
        self.progress.stop()
        if diagnostic:
            diagnostic = cleaning.diagnostic(diagnostic, self.secret, self.private)
        if diagnostic and not self.as_json:
            self._write(diagnostic.text, sys.stderr)
            self._write(f"        {self.state}\n", sys.stderr)
        if self.failure and not self.as_json:
            failure = self.failure.diagnostic()
            failure = cleaning.diagnostic(failure, self.secret, self.private)
            self._write(failure.text, sys.stderr)
        if self.as_json:
            error = None
            if diagnostic:
                error = {
                    "what": diagnostic.message,
                    "why": diagnostic.reason,
                    "help": diagnostic.hint,
                    "state": self.state,
                }
            self._write(json.dumps(self._document(error), indent=2) + "\n")

    def _document(self, error: dict[str, str] | None) -> dict[str, Any]:
        return {
            "version": VERSION,
            "dryRun": self.is_dry,
            "domain": self.domain,
            "created": self.created,
            "uploaded": self.uploaded,
            "unchanged": self.unchanged,
            "left": [told.path for told in self.left],
            "leftFiles": [told.document for told in self.left],
            "extra": self.only_there,
            "changedThere": self.edited,
            "settings": self.env,
            "backup": self.backup,
            "archive": self.archive,
            "notKept": self.not_kept,
            "entryReplaced": self.wsgi_replaced,
            "reloaded": self.reloaded,
            "calls": self.calls,
            "needed": self.needed,
            "page": self.page,
            "steps": [step.document for step in self.steps],
            "log": self.failure
            and cleaning.without(self.failure.document, self.private),
            "error": error,
        }

    def _write(self, text: str, stream: Any = None) -> None:
        stream = stream or sys.stdout
        with self.progress.without_line():
            stream.write(cleaning.hidden(text, self.secret))
            stream.flush()
