"""Tells how long a process could have run while others had the processor.

A limit is for what an app does. On a busy computer, each import takes longer than that.
This also runs in the process that loads the app.
"""

from __future__ import annotations

import os

_open, _read, _close = os.open, os.read, os.close  # the app may replace them


def run_delay(process: str = "self") -> float:
    """Return the seconds that the first thread of a process has waited for a processor.

    It is the second number of Linux's ``schedstat``; on other systems it is 0.

    :param process: the number of the process.
    """
    try:
        file = _open(f"/proc/{process}/schedstat", os.O_RDONLY)
        try:
            return int(_read(file, 200).split()[1]) / 1e9
        finally:
            _close(file)
    except (OSError, ValueError, IndexError):
        return 0.0
