"""The message of an error: what happened, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """The message of an error."""

    message: str
    reason: str = ""
    """Why it happened; several lines for a place in the code, one below the other."""
    hint: str = ""

    @property
    def text(self) -> str:
        lines = [f"pa-new: {self.message}"]
        for head, text in (("   why: ", self.reason), ("  help: ", self.hint)):
            for line in text.splitlines():
                lines.append(head + line)
                head = " " * len(head)
        return "\n".join(lines) + "\n"
