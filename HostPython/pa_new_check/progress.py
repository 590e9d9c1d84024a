"""Shows on a terminal what the checker waits for, on one line that disappears again."""

from __future__ import annotations

import time

from pa_new_check.json_text import from_json
from pa_new_shared.later import re

_REQUESTING = rb'{"kind": "requesting", "target": ("(?:[^"\\]|\\.)*")'


class StatusLine:
    """The line; there is none in the first second."""

    def __init__(self, is_shown: bool) -> None:
        self.is_shown = is_shown
        self._began = time.monotonic()
        self._awaited = "loading the app"
        self._since = self._began
        self._shown, self._shown_at = "", self._began

    def follow(self, report: bytes) -> None:
        """Learn from a part of the sandbox's report what the app is asked for."""
        for match in re.finditer(_REQUESTING, report) if self.is_shown else ():
            target = str(from_json(match[1]))
            self._awaited = (
                f"asking for {target}" if target else "asking for the routes"
            )
            self._since = time.monotonic()

    def show(self) -> None:
        """Say what the checker waits for, and for how long already; call it often."""
        if not self.is_shown:
            return
        from pa_new_shared import terminal_line  # most have none

        now = time.monotonic()
        is_silent = now - self._began < terminal_line.SILENCE
        if is_silent or now - self._shown_at < terminal_line.PAUSE:
            return
        text = terminal_line.text_of(self._awaited, now - self._since)
        if text != self._shown:
            self._shown, self._shown_at = text, now
            terminal_line.show(text)

    def erase(self) -> None:
        """Take the line away, also if another process has shown it."""
        if not self.is_shown:
            return
        from pa_new_shared import terminal_line

        if time.monotonic() - self._began >= terminal_line.SILENCE:
            terminal_line.erase()
