"""The adapter's event loop, for tests that look into it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import unittest.mock
from collections.abc import Callable
from typing import Any

from hello.tornado_wsgi.one_loop import this_worker
from tornado.ioloop import IOLoop


def run_in_a_thread(function: Callable[[], object]) -> None:
    """Run what would change the loop of the other tests on one of its own."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(function).result()


class Clock:
    """The time of this thread's loop, which passes only when the loop waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        loop = this_worker().loop
        select = loop.selector.select

        def wait(timeout: float | None = None) -> Any:
            self.now += timeout or 0
            return select(0)

        loop.time = lambda: self.now  # type: ignore[method-assign]
        loop.selector.select = wait  # type: ignore[method-assign]

    def __enter__(self) -> Clock:  # noqa: PYI034 (Self is of Python 3.11)
        self._patch = unittest.mock.patch.object(IOLoop, "time", lambda _: self.now)
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.stop()


def pending_tasks() -> list[Any]:
    return [t for t in asyncio.all_tasks(this_worker().loop) if not t.done()]
