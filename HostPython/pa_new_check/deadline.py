"""Tells when the time of a process is up."""

from __future__ import annotations

import time

from pa_new_check.run_delay import run_delay

_MOST_TIMES = 6  # times the limit, for an app on a busy computer
_LEAST_DELAY = 0.05  # seconds for which no more time is given


class Deadline:
    """When the time of a process is up, of which its waiting for a processor is no part."""

    def __init__(self, process: int, limit: float) -> None:
        """Begin the time.

        :param limit: its seconds.
        """
        self.process = str(process)
        self.end = time.monotonic() + limit
        self.last = self.end + (_MOST_TIMES - 1) * limit
        self.delay = run_delay(self.process)

    def is_over(self) -> bool:
        """Tell whether the time is up."""
        while time.monotonic() >= self.end:
            delay = run_delay(self.process)
            end = min(self.end + delay - self.delay, self.last)
            if end - self.end < _LEAST_DELAY:
                return True
            self.end, self.delay = end, delay
        return False
