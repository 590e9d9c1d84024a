"""The adapter runs the tasks of handlers as Tornado's own server does."""

from __future__ import annotations

import asyncio
import os
import unittest
from typing import Any

import tornado.web
from asking import Case, adapt, ask_adapter, make_environ
from handlers.answers import Async, Flushes, Hello, Length
from hello.tornado_wsgi.one_loop import this_worker
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler
from worker_loop import pending_tasks, run_in_a_thread


class Async0(RequestHandler):
    async def get(self):
        await asyncio.sleep(0)
        self.write("x")


class Tasks(unittest.TestCase):
    """The loop makes the handler's tasks as it would under Tornado's own server."""

    def test_tasks_of_a_handler_start_after_its_step(self) -> None:
        order: list[str] = []

        class Spawns(RequestHandler):
            def initialize(self):
                self.tasks = [asyncio.ensure_future(self.work("initialize"))]

            async def work(self, name):
                order.append(name)

            async def get(self):
                self.tasks.append(asyncio.ensure_future(self.work("get")))
                order.append("step")
                assert asyncio.get_running_loop().get_task_factory() is None
                await asyncio.gather(*self.tasks)

        answer = ask_adapter(adapt(Spawns), make_environ(Case("", "/Spawns")))
        self.assertEqual("200 OK", answer.status, answer.log)
        self.assertEqual(["initialize", "step", "get"], order)

    def test_a_task_factory_of_the_users(self) -> None:
        made: list[str] = []

        class Sets(RequestHandler):
            def get(self):
                def factory(loop, coroutine, **options):
                    made.append(str(IOLoop.current() is not None))
                    return asyncio.Task(coroutine, loop=loop, **options)

                IOLoop.current().asyncio_loop.set_task_factory(factory)

        class Resets(RequestHandler):
            def get(self):
                IOLoop.current().asyncio_loop.set_task_factory(None)

        adapter = adapt(Sets, Async, Resets)
        run_in_a_thread(
            lambda: [
                ask_adapter(adapter, make_environ(Case("", path)))
                for path in ("/Sets", "/Async", "/Resets", "/Async")
            ]
        )
        self.assertEqual(["True"] * 2, made)  # Async and Resets

    def test_a_handler_that_does_not_wait_takes_no_round_of_the_loop(self) -> None:
        polls: list[Any] = []

        def ask(path: str, body: bytes = b"") -> int:
            """Count how often the loop asks the system for events."""
            polls.clear()
            method = "POST" if body else "GET"
            case = Case("", path, method, body=body)
            self.assertEqual("200 OK", ask_adapter(adapter, make_environ(case)).status)
            return len(polls)

        def run() -> None:
            selector = this_worker().loop.selector
            select = selector.select
            selector.select = lambda *a: polls.append(a) or select(*a)
            self.assertEqual(0, ask("/Hello"))
            self.assertEqual(0, ask("/Finished"))
            self.assertEqual(0, ask("/Length", b"x" * 1000))
            self.assertGreater(ask("/Async0"), 0)
            # From now on each request moves on what may still be waiting.
            self.assertIn(ask("/Hello"), range(1, 4))

        class Finished(RequestHandler):
            async def get(self):
                await self.finish("done")

        adapter = adapt(Hello, Finished, Length, Async0)
        run_in_a_thread(run)

    def test_thousands_of_requests(self) -> None:
        import gc

        class Raises(RequestHandler):
            async def get(self):
                await asyncio.sleep(0)
                raise tornado.web.HTTPError(404)

        adapter = adapt(Hello, Flushes, Async0, Raises, Length)
        cases = [Case("", f"/{n}") for n in ("Hello", "Flushes", "Async0", "Raises")]
        cases.append(Case("", "/Length", "POST", body=b"x" * 100))

        def ask() -> tuple[int, int, list[Any]]:
            for case in cases * 200:
                ask_adapter(adapter, make_environ(case))
            gc.collect()
            descriptors = len(os.listdir("/proc/self/fd"))
            return len(gc.get_objects()), descriptors, pending_tasks()

        objects, descriptors, tasks = ask()
        for _ in range(2):
            more, same, tasks = ask()
        self.assertLess(more - objects, 200)
        self.assertEqual(descriptors, same)
        self.assertEqual([], tasks)


if __name__ == "__main__":
    unittest.main()
