"""A line on a terminal that disappears again: it says what a long run waits for.

It goes to stderr. Nothing is shown in the first second, and each text long enough to be
read.
"""

from __future__ import annotations

import os

from pa_new_shared.later import contextlib
from pa_new_shared.text import printable, shortened

SILENCE = 1.0  # seconds at the start of a run
PAUSE = 0.1  # seconds between two texts, so that each can be read
_ERROR = 2  # the descriptor of stderr
_ERASED = "\r\x1b[K"  # the line is empty, and the cursor at its start


def text_of(awaited: str, seconds: float) -> str:
    """Return what a wait looks like, in the width of the terminal.

    :param seconds: How long it lasts already.
    """
    end = f" ({int(seconds)} s)" if seconds >= 1 else ""
    room = max(_columns() - 1 - len(end), 10)
    return shortened(printable(awaited), room) + end


def show(text: str) -> None:
    """Show a text in place of the last one."""
    _write(_ERASED + text)


def erase() -> None:
    """Take the line away."""
    _write(_ERASED)


def _columns() -> int:
    """Return the width of the terminal."""
    with contextlib.suppress(OSError):
        return os.get_terminal_size(_ERROR).columns or 80
    return 80


def _write(text: str) -> None:
    with contextlib.suppress(OSError):  # the line is not essential
        os.write(_ERROR, text.encode("utf-8", "replace"))
