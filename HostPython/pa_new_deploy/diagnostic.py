"""The message of an error: what happened, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """The message of an error."""

    message: str
    reason: str = ""
    hint: str = ""

    @property
    def text(self) -> str:
        lines = [f"pa-new: {self.message}"]
        if self.reason:
            lines.append(f"   why: {self.reason}")
        head = "  help: "
        for line in self.hint.splitlines():
            lines.append(head + line)
            head = "        "
        return "\n".join(lines) + "\n"
