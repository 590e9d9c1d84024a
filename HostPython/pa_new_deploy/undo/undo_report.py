"""Prints an undo, step by step or as one JSON document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pa_new_deploy.report import RELOAD_CALL, WSGI_CALL, Report
from pa_new_deploy.undo.undo_plan import UndoPlan
from pa_new_shared.text import printable


@dataclass
class UndoReport(Report):
    """The report of an undo."""

    number: int = 0
    """The number of the deployment that is undone."""
    made: str = ""
    """When that deployment was made."""
    empties_site: bool = False
    """Whether the site shows nothing afterwards."""
    restored: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    to_restore: int = 0
    to_remove: int = 0
    kept: list[str] = field(default_factory=list)
    """Sentences about what stays as it is."""
    saved: str | None = None
    """Where on PythonAnywhere is what was changed after the deployment."""

    def begin(self, plan: UndoPlan) -> None:
        """Take over what the undo will do."""
        self.number = plan.archive.number
        self.made = plan.archive.made
        self.empties_site = plan.empties_site
        self.note(plan.sentence)
        self.had_app = plan.app is not None
        self.to_restore = len(plan.write) + (plan.pointer is not None)
        self.to_remove = len(plan.remove) + plan.removes_pointer
        self.kept = plan.kept
        self.not_kept = plan.archive.dropped

    @property
    def has_changed(self) -> bool:
        """Whether anything on the host has changed."""
        own = self.restored or self.removed or self.saved or self.reloaded
        return bool(own or self.wsgi_replaced or self.settings_changed)

    @property
    def state(self) -> str:
        """The changes that a failed run has made on PythonAnywhere."""
        if self.is_dry or not (self.has_changed or self.under_way):
            return "Nothing on PythonAnywhere was changed."
        parts = []
        call = self.under_way or ""
        if call:
            parts.append(
                f"one request may or may not have taken effect ({printable(call)})"
            )
        done = (self.restored, self.to_restore, "files were brought back")
        for paths, count, what in (
            done,
            (self.removed, self.to_remove, "new files were removed"),
        ):
            if count:
                parts.append(f"{len(paths)} of {count} {what}")
        if self.settings_changed:
            parts.append("settings were changed")
        if self.wsgi_replaced:
            parts.append("the WSGI file was replaced")
        elif self.had_app and call != WSGI_CALL:
            parts.append("the WSGI file is unchanged")
        if self.reloaded:
            parts.append("the app was reloaded")
        elif self.had_app and call != RELOAD_CALL:
            parts.append("the app was not reloaded and still runs the previous code")
        return "On PythonAnywhere: " + "; ".join(parts) + "."

    def _document(self, error: dict[str, str] | None) -> dict[str, Any]:
        return {
            **super()._document(error),
            "undo": {
                "number": self.number,
                "made": self.made,
                "emptiesSite": self.empties_site,
                "restored": self.restored,
                "removed": self.removed,
                "saved": self.saved,
                "kept": self.kept,
            },
        }
