"""The site as the browser finds it: the app that answers now, or why none does.

The threads of the server ask; the main thread changes it.
"""

from __future__ import annotations

import threading

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any


class Site:
    """What answers requests."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self._failure: dict[str, Any] | None = None
        self._is_ready = False
        self.version = 0
        """How often the site has changed, for browsers that wait for that."""

    def serve(self, number: int) -> None:
        """Let the workers of an app answer.

        :param number: which loading of the app it is.
        """
        self._set(number, None)

    def fail(self, document: dict[str, Any]) -> None:
        """Let nobody answer, since the app does not load.

        :param document: the report, as ``check`` prints it.
        """
        self._set(0, document)

    def _set(self, number: int, failure: dict[str, Any] | None) -> None:
        with self._changed:
            self._number, self._failure, self._is_ready = number, failure, True
            self.version += 1
            self._changed.notify_all()

    def state(self) -> tuple[int, dict[str, Any] | None, int]:
        """Wait for the first loading.

        Return its number, or the report of a failure, and the version of the site.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_ready)
            return self._number, self._failure, self.version

    def wait(self, version: int, seconds: float) -> int:
        """Wait until the site is another one than that version, and return which."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != version, seconds)
            return self.version


class Judgements:
    """The keeper's answers to the question what was wrong with a request."""

    _WAIT = 5.0  # seconds

    def __init__(self, ask: Any) -> None:
        """Take the function that sends an order to the keeper."""
        self._ask = ask
        self._changed = threading.Condition()
        self._documents: dict[int, dict[str, Any] | None] = {}
        """The answers to the questions that somebody waits for, None without one yet."""
        self._next = 0

    def of(self, number: int, events: list[dict[str, Any]]) -> dict[str, Any] | None:
        """Return the report on events of an app, None if it takes too long."""
        with self._changed:
            self._next += 1
            own = self._next
            self._documents[own] = None
        self._ask(order="judge", number=number, id=own, events=events)
        with self._changed:
            self._changed.wait_for(lambda: self._documents[own], self._WAIT)
            return self._documents.pop(own)

    def tell(self, number: int, document: dict[str, Any]) -> None:
        """Take the keeper's answer, unless nobody waits for it any more."""
        with self._changed:
            if number in self._documents:
                self._documents[number] = document
                self._changed.notify_all()
