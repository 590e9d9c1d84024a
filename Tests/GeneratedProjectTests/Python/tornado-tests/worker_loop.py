"""The adapter's event loop, for tests that look into it."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from typing import Any

from hello.tornado_wsgi.one_loop import this_worker


def run_in_a_thread(function: Callable[[], object]) -> None:
    """Run what would change the loop of the other tests on one of its own."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(function).result()


def pending_tasks() -> list[Any]:
    return [t for t in asyncio.all_tasks(this_worker().loop) if not t.done()]
