"""Shows on a terminal what the checker waits for, on one line that disappears again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time

from pa_new_shared.text import printable, shortened

_ERROR = 2  # the descriptor of stderr
_ERASED = "\r\x1b[K"  # the line is empty, and the cursor at its start
_PAUSE = 0.1  # seconds between two texts, so that each can be read
_REQUESTING = re.compile(rb'{"kind": "requesting", "target": ("(?:[^"\\]|\\.)*")')


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
        for match in _REQUESTING.finditer(report) if self.is_shown else ():
            target = str(json.loads(match[1]))
            self._awaited = (
                f"asking for {target}" if target else "asking for the routes"
            )
            self._since = time.monotonic()

    def show(self) -> None:
        """Say what the checker waits for, and for how long already; call it often."""
        now = time.monotonic()
        is_early = now - self._began < 1 or now - self._shown_at < _PAUSE
        if not self.is_shown or is_early:
            return
        seconds = int(now - self._since)
        end = f" ({seconds} s)" if seconds else ""
        room = max(_columns() - 1 - len(end), 10)
        text = shortened(printable(self._awaited), room) + end
        if text != self._shown:
            self._shown, self._shown_at = text, now
            _write(_ERASED + text)

    def erase(self) -> None:
        """Take the line away, also if another process has shown it."""
        if self.is_shown and time.monotonic() - self._began >= 1:
            _write(_ERASED)


def _columns() -> int:
    """Return the width of the terminal."""
    with contextlib.suppress(OSError):
        return os.get_terminal_size(_ERROR).columns or 80
    return 80


def _write(text: str) -> None:
    with contextlib.suppress(OSError):  # the line is not essential
        os.write(_ERROR, text.encode("utf-8", "replace"))
