"""Shows on a terminal what the checker waits for, on one line that disappears again."""

from __future__ import annotations

import contextlib
import os
import time

from pa_new_shared.text import printable, shortened

_ERROR = 2  # the descriptor of stderr
_ERASED = "\r\x1b[K"  # the line is empty, and the cursor at its start


class StatusLine:
    """The line; for a wait of less than a second, there is none."""

    def __init__(self, is_shown: bool) -> None:
        self.is_shown = is_shown
        self.began = time.monotonic()
        self._awaited = ""
        self._since = self.began
        self._seconds = 0

    def show(self, awaited: str) -> None:
        """Say what the checker waits for, and for how long already; call it often."""
        if not self.is_shown:
            return
        now = time.monotonic()
        if awaited != self._awaited:
            self._awaited, self._since, self._seconds = awaited, now, 0
        seconds = int(now - self._since)
        if seconds > self._seconds:
            self._seconds = seconds
            end = f" ({seconds} s)"
            text = shortened(printable(awaited), max(_columns() - 1 - len(end), 10))
            _write(_ERASED + text + end)

    def erase(self) -> None:
        """Take the line away, also if another process has shown it."""
        if self.is_shown and time.monotonic() - self.began >= 1:
            _write(_ERASED)


def _columns() -> int:
    """Return the width of the terminal."""
    with contextlib.suppress(OSError):
        return os.get_terminal_size(_ERROR).columns or 80
    return 80


def _write(text: str) -> None:
    with contextlib.suppress(OSError):  # the line is not essential
        os.write(_ERROR, text.encode("utf-8", "replace"))
