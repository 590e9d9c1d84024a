"""Shows on a terminal what a deployment does and waits for, on one line.

A thread draws the line, since the deployment itself waits for the network. Everything that
is printed takes the line away first: :meth:`Progress.without_line`.
"""

from __future__ import annotations

import contextlib
import math
import sys
import threading
import time
from collections.abc import Iterator, Mapping

from pa_new_shared import terminal_line


def can_show(environment: Mapping[str, str]) -> bool:
    """Tell whether stderr is a terminal on which a line can be erased."""
    return sys.stderr.isatty() and environment.get("TERM", "") not in ("", "dumb")


class Progress:
    """The line; until it is started, there is none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._began = self._since = time.monotonic()
        self._awaited = self._shown = ""
        self._reason, self._pause_ends = "", self._began

    @property
    def is_shown(self) -> bool:
        return self._thread is not None

    def start(self) -> None:
        """Show the line from now on."""
        self._began = time.monotonic()
        self._end.clear()
        self._thread = threading.Thread(target=self._draw, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the line away for good."""
        if self._thread:
            self._end.set()
            self._thread.join()
            self._thread = None
            self._erase()

    def say(self, text: str, is_same: bool = False) -> None:
        """Say what the deployment waits for; nothing if the text is empty.

        :param is_same: Whether it is the same wait, with another text.
        """
        with self._lock:
            self._awaited = text
            if not is_same:
                self._since = time.monotonic()

    def pause(self, reason: str, seconds: float) -> None:
        """Say why there is a pause, until it is over."""
        with self._lock:
            self._reason, self._pause_ends = reason, time.monotonic() + seconds

    @contextlib.contextmanager
    def without_line(self) -> Iterator[None]:
        """Print something in this block: the line is not there, and does not come."""
        with self._lock:
            self._erase()
            yield

    def _erase(self) -> None:
        if self._shown:
            self._shown = ""
            terminal_line.erase()

    def _draw(self) -> None:
        while not self._end.wait(terminal_line.PAUSE):
            with self._lock:
                now = time.monotonic()
                if now - self._began < terminal_line.SILENCE:
                    continue
                text = self._text(now)
                if not text:
                    self._erase()
                elif text != self._shown:
                    self._shown = text
                    terminal_line.show(text)

    def _text(self, now: float) -> str:
        rest = self._pause_ends - now
        if rest > 0:
            reason = f"waiting {math.ceil(rest)} s: {self._reason}"
            return terminal_line.text_of(reason, 0)
        if not self._awaited:
            return ""
        return terminal_line.text_of(self._awaited, now - self._since)


def size(done: int, total: int) -> str:
    """Return how many bytes of all are done."""
    if total < 1_000_000:
        return f"{done / 1e3:.0f} of {total / 1e3:.0f} kB"
    return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"
