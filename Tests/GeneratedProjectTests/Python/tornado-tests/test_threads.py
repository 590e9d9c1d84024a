"""Of a thread that has ended nothing is kept, and other threads feel nothing of its end."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import unittest
import weakref
from typing import Any, ClassVar

from asking import Case, Log, adapt, ask_adapter, make_environ, start
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler


class Leaves(RequestHandler):
    """Leaves behind what refers to everything, in ``?kind``."""

    loops: ClassVar[list[Any]] = []
    ended: ClassVar[list[str]] = []

    async def get(self):
        Leaves.loops.append(weakref.ref(asyncio.get_running_loop()))
        kind = self.get_argument("kind")
        if kind == "cycle":
            self.cycle = self
        elif kind == "task":
            self.task = asyncio.ensure_future(self.wait())
        elif kind == "timer":
            IOLoop.current().call_later(1000, lambda: self)
        elif kind == "stream":
            self.cycle = self
            self.write("x")
            await self.flush()
            await self.flush()
        elif kind == "generator":
            self.generator = self.generate()
            await self.generator.__anext__()

    async def wait(self):
        try:
            await asyncio.Event().wait()
        finally:
            Leaves.ended.append("task")

    async def generate(self):
        try:
            yield self
        finally:
            Leaves.ended.append("generator")


class Collects(RequestHandler):
    """Collects the garbage of others, and needs its loop afterwards."""

    async def get(self):
        loop = asyncio.get_running_loop()
        gc.collect()
        self.write(str(asyncio._get_running_loop() is loop))
        await asyncio.sleep(0)


class Threads(unittest.TestCase):
    kinds = ("cycle", "task", "timer", "stream", "generator")

    def setUp(self) -> None:
        Leaves.loops.clear()
        Leaves.ended.clear()
        self.adapter = adapt(Leaves, Collects)

    def in_a_thread(self, kind: str) -> None:
        """Ask in a thread that ends."""

        def ask() -> None:
            with Log():
                _, body = start(self.adapter, Case("", f"/Leaves?kind={kind}"))
                iterator = iter(body)
                next(iterator, None)
                if kind == "stream":
                    body.cycle = body  # neither ended nor closed

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    def test_garbage_of_another_thread_leaves_a_running_loop_alone(self) -> None:
        gc.disable()
        self.addCleanup(gc.enable)
        for kind in self.kinds:
            with self.subTest(kind):
                self.in_a_thread(kind)
                case = Case("", "/Collects")
                answer = ask_adapter(self.adapter, make_environ(case))
                self.assertEqual(b"True", answer.body, answer.log)

    def test_nothing_of_a_thread_is_kept(self) -> None:
        self.in_a_thread("cycle")
        gc.collect()
        before = os.listdir("/proc/self/fd")
        for kind in (*self.kinds * 5, "cycle"):
            self.in_a_thread(kind)
        self.assertEqual(len(before), len(os.listdir("/proc/self/fd")))
        gc.collect()
        kept = [loop() for loop in Leaves.loops if loop() is not None]
        # Tornado's own table has the last loop until the next one is made.
        self.assertLessEqual(len(kept), 1)

    def test_what_is_left_ends_before_the_next_request(self) -> None:
        for kind in ("task", "generator"):
            with self.subTest(kind):
                self.in_a_thread(kind)
                self.assertEqual([], Leaves.ended)
                self.in_a_thread("cycle")
                self.assertEqual([kind], Leaves.ended)
                Leaves.ended.clear()


if __name__ == "__main__":
    unittest.main()
