"""What is told of a deployment, as it goes or as one document: all output is here."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import Any

from pa_new_deploy.page import Visit
from pa_new_deploy.words import Explanation, plain

VERSION = 1

# What two calls are for: where one of them may be done or not, less is certain.
ENTRY_CALL = "replace the WSGI file"
RELOAD_CALL = "reload the web app"


@dataclass
class Report:
    """What was done; and, where that is wanted, a line for each thing at once."""

    domain: str
    is_dry: bool = False
    as_json: bool = False
    secret: str = ""
    """The token, which stays out of all that is written, wherever it comes from."""

    had_app: bool = False
    """Whether the web app was there before."""
    created: bool = False
    uploaded: list[str] = field(default_factory=list)
    to_upload: int = 0
    unchanged: int = 0
    left: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    backup: str | None = None
    entry_replaced: bool = False
    settings_changed: bool = False
    reloaded: bool = False
    under_way: str | None = None
    """The change whose answer never came."""
    calls: list[dict[str, str]] = field(default_factory=list)
    page: dict[str, Any] | None = None

    @property
    def has_changed(self) -> bool:
        """Whether anything on the host is not as it was."""
        return bool(
            self.created
            or self.uploaded
            or self.backup
            or self.entry_replaced
            or self.settings_changed
        )

    def did(self, verb: str, what: str) -> None:
        """Tell what was done."""
        if not self.as_json and not self.is_dry:
            self._write(f"{verb:<8} {plain(what)}\n")

    def lists(self, method: str, target: str, what: str) -> None:
        """Tell of a call that a dry run makes, or would make."""
        self.calls.append({"method": method, "path": target, "what": what})
        if not self.as_json:
            self._write(f"{method:<6} {plain(target)}  ({plain(what)})\n")

    def note(self, text: str) -> None:
        """Tell something that is no step."""
        if not self.as_json:
            self._write(plain(text) + "\n")

    def waits(self, why: str, seconds: float) -> None:
        """Tell of a pause, so that nobody takes it for the end."""
        self._write(f"waiting {seconds:.0f} s: {plain(why)}\n", sys.stderr)

    def visited(self, visit: Visit, greeting: str) -> None:
        """Tell what the page answered."""
        greets = visit.greets(greeting) if greeting else None
        self.page = {
            "url": visit.address,
            "status": visit.status,
            "firstLine": visit.first_line,
            "greets": greets,
        }
        if visit.status is None:
            self.did("visit", f"{visit.address}: no answer, {visit.why}")
        elif visit.location:
            self.did("visit", f"{visit.address}: {visit.status}, to {visit.location}")
        else:
            self.did("visit", f"{visit.address}: {visit.status}, {visit.first_line}")

    @property
    def state(self) -> str:
        """In what state the host is after a run that did not get through."""
        if self.is_dry or not (self.has_changed or self.under_way):
            return "Nothing on the host was changed."
        parts = []
        call = self.under_way or ""
        if self.under_way:
            parts.append(f"one call may be done or not ({plain(self.under_way)})")
        if self.created:
            parts.append("the web app was made")
        if self.to_upload:
            parts.append(f"{len(self.uploaded)} of {self.to_upload} files are uploaded")
        if self.entry_replaced:
            parts.append("the WSGI file is the project's")
        elif self.had_app and call != ENTRY_CALL:
            parts.append("the WSGI file is as it was")
        if self.reloaded:
            parts.append("the app is reloaded")
        elif self.created:
            if call != RELOAD_CALL:
                parts.append("it shows the host's own page until a reload")
        elif self.had_app and call != RELOAD_CALL:
            parts.append("the app was not reloaded and runs what it ran before")
        return "On the host: " + "; ".join(parts) + "."

    def ends(self, explanation: Explanation | None) -> None:
        """Tell how it ended."""
        if explanation and not self.as_json:
            self._write(explanation.text, sys.stderr)
            self._write(f"        {self.state}\n", sys.stderr)
        if self.as_json:
            error = None
            if explanation:
                error = {
                    "what": explanation.what,
                    "why": explanation.why,
                    "help": explanation.help,
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
            "left": self.left,
            "extra": self.extra,
            "backup": self.backup,
            "entryReplaced": self.entry_replaced,
            "reloaded": self.reloaded,
            "calls": self.calls,
            "page": self.page,
            "error": error,
        }

    def _write(self, text: str, stream: Any = None) -> None:
        if self.secret:
            text = text.replace(self.secret, "[token]")
        stream = stream or sys.stdout
        stream.write(text)
        stream.flush()
