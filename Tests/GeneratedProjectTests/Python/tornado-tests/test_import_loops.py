"""What is bound to an event loop of the import is told at once, not after the time limit."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import unittest
from typing import Any

from asking import Case, Log, adapt, ask_adapter, make_environ
from hello.tornado_wsgi.import_loops import import_loops, watch_import_loops
from tornado.httpclient import HTTPClient
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.web import RequestHandler
from worker_loop import run_in_a_thread


def periodic() -> None:
    raise AssertionError("called")


def due(*_: object) -> None:
    """Do nothing, at once."""


class ImportLoops(unittest.TestCase):
    def setUp(self) -> None:
        """Make a loop, as a module does that is imported."""
        self.loop = asyncio.new_event_loop()
        self.io_loop: Any = IOLoop(asyncio_loop=self.loop, make_current=False)
        self.addCleanup(self.io_loop.close)

    def lines(self) -> list[str]:
        with Log() as log:
            watch_import_loops(import_loops())
        return [line for line in log.lines if "will not be called" in line]

    def test_what_is_scheduled_at_import(self) -> None:
        self.assertEqual([], self.lines())
        partial = functools.partial(due)
        self.io_loop.add_callback(partial, 1)
        self.io_loop.call_later(5, periodic)
        self.io_loop.remove_timeout(self.io_loop.call_later(5, self.setUp))

        async def task() -> None:
            pass

        pending = self.loop.create_task(task())
        self.loop.call_soon(due, "x")

        async def starts() -> None:
            PeriodicCallback(periodic, 5000).start()

        self.io_loop.run_sync(starts)  # it runs what is due, and the task
        self.assertTrue(pending.done())
        self.io_loop.add_callback(partial, 1)
        pending = self.loop.create_task(task())
        self.loop.call_soon(due, "x")
        lines = self.lines()
        self.assertEqual(5, len(lines), lines)
        for name, count in (
            (f"ERROR {__name__}.periodic will", 2),
            (f"ERROR {__name__}.due will", 2),
            ("task will", 1),
        ):
            self.assertEqual(count, "\n".join(lines).count(name), lines)
        self.assertIn("on an event loop that was made at import", lines[0])
        self.loop.run_until_complete(pending)

    def test_calls_of_a_handler(self) -> None:
        loop = self.io_loop

        class Calls(RequestHandler):
            async def get(self):
                event = asyncio.Event()
                kind = self.get_argument("kind")
                if kind == "add_callback":
                    loop.add_callback(event.set)
                elif kind == "spawn_callback":
                    loop.spawn_callback(event.set)
                elif kind == "call_later":
                    loop.call_later(0.01, event.set)
                elif kind == "run_in_executor":
                    await loop.run_in_executor(None, event.set)
                elif kind == "add_future":
                    future = asyncio.get_running_loop().create_future()
                    loop.add_future(future, lambda _: event.set())
                    future.set_result(None)
                await event.wait()

        adapter = adapt(Calls)
        adapt(Calls)  # another one, which watches the same loop
        for kind in (
            "add_callback", "spawn_callback", "call_later", "run_in_executor", "add_future"
        ):  # fmt: skip
            with self.subTest(kind):
                case = Case("", f"/Calls?kind={kind}")
                answer = ask_adapter(adapter, make_environ(case))
                self.assertEqual("500 Internal Server Error", answer.status)
                self.assertIn("no WSGI server runs", answer.log[0])

    def test_timers_are_logged_once(self) -> None:
        loop = self.io_loop

        class Sets(RequestHandler):
            def get(self):
                for _ in range(2):
                    loop.remove_timeout(loop.add_timeout(loop.time() + 5, periodic))

        answer = ask_adapter(adapt(Sets), make_environ(Case("", "/Sets")))
        self.assertEqual("200 OK", answer.status)
        lines = [line for line in answer.log if "A timer will not fire" in line]
        self.assertEqual(1, len(lines), answer.log)

    def test_other_workers_are_left_alone(self) -> None:
        class Leaves(RequestHandler):
            def get(self):
                Leaves.timer = IOLoop.current().call_later(1000, periodic)

        class Removes(RequestHandler):
            def get(self):
                IOLoop.current().remove_timeout(Leaves.timer)

        adapter = adapt(Leaves, Removes)
        case = Case("", "/Leaves")
        self.assertEqual(1, len(ask_adapter(adapter, make_environ(case)).log))
        answers: list[Any] = []
        run_in_a_thread(
            lambda: answers.append(ask_adapter(adapter, make_environ(case)))
        )
        self.assertEqual(1, len(answers[0].log), answers[0].log)
        ask_adapter(adapter, make_environ(Case("", "/Removes")))

    def test_loops_that_run_are_left_alone(self) -> None:
        seen: list[int] = []

        class Runs(RequestHandler):
            async def get(self):
                def run() -> None:
                    self.client = HTTPClient()
                    with contextlib.suppress(OSError):
                        self.client.fetch("http://127.0.0.1:1/")
                    self.client.close()
                    loop.add_callback(loop.stop)
                    loop.start()
                    seen.append(1)

                await asyncio.get_running_loop().run_in_executor(None, run)

        loop = self.io_loop
        run_in_a_thread(
            lambda: ask_adapter(adapt(Runs), make_environ(Case("", "/Runs")))
        )
        self.assertEqual([1], seen)


if __name__ == "__main__":
    unittest.main()
