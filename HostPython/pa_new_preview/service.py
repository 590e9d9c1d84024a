"""The descriptors between a loaded app and those who want its answers."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any


class Service:
    """Workers that serve the app until the pipe that stops them is closed."""

    modules: tuple[str, ...] = ("sandbox_visit", "sandbox_serve")
    is_endless = True

    def __init__(self, listener: int, events: int, stop: int, workers: int) -> None:
        """Take over the descriptors.

        :param listener: the socket on which requests come.
        :param events: the pipe into which the workers' parent writes what happens.
        :param stop: the pipe whose end ends the workers.
        :param workers: how many there are.
        """
        self._given = {"socket": listener, "events": events, "stop": stop}
        self._workers = workers
        self._alive: tuple[int, int] = (-1, -1)

    def open(self) -> None:
        """Make a pipe that only the processes with the app have at one end."""
        self._alive = os.pipe()

    def close_child_ends(self) -> None:
        """Close what only the process with the app needs."""
        for descriptor in self.descriptors():
            os.close(descriptor)

    def close_parent_ends(self) -> None:
        """Close what only this process needs."""
        os.close(self._alive[0])

    def talk(self) -> None:
        """Wait until the app has ended."""
        with open(self._alive[0], "rb") as alive:
            alive.read()

    def ways(self) -> dict[str, Any]:
        """Return what the process with the app has to know."""
        return {**self._given, "alive": self._alive[1], "workers": self._workers}

    def descriptors(self) -> list[int]:
        """Return the descriptors that the process with the app needs."""
        return [*self._given.values(), self._alive[1]]
