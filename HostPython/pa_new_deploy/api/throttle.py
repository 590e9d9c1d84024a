"""Limits requests to the rate that the host allows: 40 a minute per endpoint."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

LIMIT = 40
# A second more than the minute: a request may have taken longer to arrive than the next.
WINDOW = 61.0


class Clock:
    """The time; tests use a fake one."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Throttle:
    """Waits before a request that would exceed the limit."""

    def __init__(self, clock: Clock, waits: Callable[[float], None]) -> None:
        self._clock = clock
        self._waits = waits
        self._sent: dict[str, deque[float]] = {}

    def wait(self, endpoint: str) -> None:
        """Wait until the endpoint accepts another request, and count it."""
        sent = self._sent.setdefault(endpoint, deque())
        while True:
            now = self._clock.now()
            while sent and sent[0] <= now - WINDOW:
                sent.popleft()
            if len(sent) < LIMIT:
                sent.append(now)
                return
            rest = sent[0] + WINDOW - now
            self._waits(rest)
            self._clock.sleep(rest)
