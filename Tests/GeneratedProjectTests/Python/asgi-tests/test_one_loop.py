"""The loop of a worker: its tasks, its end, and forks."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import subprocess
import sys
import textwrap
import threading
import unittest
from collections.abc import Callable
from typing import Any

from asgi_adapter.one_loop import Worker, this_worker


def in_thread(call: Callable[[], Any]) -> Any:
    """Call a function in a thread of its own, and return its result."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()
    thread.join()
    return results[0]


def count_workers() -> int:
    return sum(isinstance(o, Worker) for o in gc.get_objects())


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


class Steps(unittest.TestCase):
    """What a step of the loop does."""

    def test_a_task_that_waits_for_nothing_is_done_at_once(self) -> None:
        loop = this_worker().loop
        seen: list[Any] = []
        variable: contextvars.ContextVar[int] = contextvars.ContextVar("v", default=0)

        async def work() -> None:
            assert asyncio.current_task() is not None
            seen.append(asyncio.get_running_loop())
            variable.set(5)

        tasks: list[Any] = []

        def begin() -> None:
            variable.set(3)
            tasks.append(loop.start_task(work()))

        loop.step(begin)
        self.assertEqual([loop], seen)
        self.assertTrue(tasks[0].done())
        self.assertEqual(0, variable.get())
        self.assertIsNone(asyncio._get_running_loop())

    def test_earlier_callbacks_come_first(self) -> None:
        loop = this_worker().loop
        seen: list[int] = []

        async def work(number: int) -> None:
            seen.append(number)

        loop.call_soon(seen.append, 1)
        loop.step(lambda: [loop.start_task(work(2)), loop.start_task(work(3))])
        self.assertEqual([], seen)
        loop.run_round()
        self.assertEqual([1, 2, 3], seen)

    def test_a_step_that_fails(self) -> None:
        loop = this_worker().loop
        seen: list[int] = []

        async def work() -> None:
            seen.append(1)

        def fails() -> None:
            loop.start_task(work())
            raise LookupError

        with self.assertRaises(LookupError):
            loop.step(fails)
        loop.run_round()
        self.assertEqual([1], seen)
        self.assertFalse(loop.is_running())

    def test_what_is_left_is_run_but_not_for_ever(self) -> None:
        loop = this_worker().loop
        rounds: list[int] = []

        async def spin() -> None:
            while True:
                rounds.append(1)
                await asyncio.sleep(0)

        task = loop.create_task(spin())
        loop.settle()
        self.assertEqual(100, len(rounds))
        task.cancel()
        loop.settle()
        self.assertLess(len(rounds), 105)
        self.assertTrue(task.done())

    def test_generators_are_known_to_the_loop(self) -> None:
        ended: list[int] = []

        async def generator() -> Any:
            try:
                yield 1
            finally:
                await asyncio.sleep(0)
                ended.append(1)

        def work() -> None:
            worker = this_worker()

            async def begin() -> None:
                worker.kept["generator"] = generator()
                await worker.kept["generator"].__anext__()

            worker.loop.step(lambda: worker.loop.start_task(begin()))

        in_thread(work)
        this_worker()
        self.assertEqual([1], ended)

    def test_inside_a_running_loop(self) -> None:
        async def inside() -> None:
            this_worker()

        with self.assertRaisesRegex(RuntimeError, "that loop's own server"):
            asyncio.run(inside())

    def test_a_thread_wakes_the_loop(self) -> None:
        worker = this_worker()

        async def work() -> int:
            return await worker.loop.run_in_executor(None, lambda: 5)

        results: list[int] = []

        async def note() -> None:
            results.append(await work())

        worker.complete(note())
        self.assertEqual([5], results)


class Threads(unittest.TestCase):
    """A worker ends with its thread."""

    def test_one_loop_for_a_thread(self) -> None:
        self.assertIs(this_worker(), this_worker())
        other = in_thread(lambda: [this_worker() for _ in range(2)])
        self.assertIs(other[0], other[1])
        self.assertIsNot(this_worker(), other[0])
        self.assertTrue(other[0].loop.is_closed())

    def test_an_empty_loop_is_closed_at_the_end_of_its_thread(self) -> None:
        self.assertTrue(in_thread(this_worker).loop.is_closed())

    def test_nothing_is_kept_of_a_thread_that_ends(self) -> None:
        # A pending task refers to the worker, and so does a cycle.
        def work() -> int:
            worker = this_worker()
            worker.kept["cycle"] = worker

            async def wait() -> None:
                await worker.loop.create_future()

            worker.kept["task"] = worker.loop.create_task(wait())
            worker.loop.call_later(1000, print)
            worker.loop.run_round()
            return id(worker)

        gc.disable()
        self.addCleanup(gc.enable)
        in_thread(work)
        before = descriptors()
        gc.collect()
        workers = count_workers()
        for _ in range(20):
            in_thread(work)  # ends what the one before has left
        self.assertEqual(before, descriptors())
        gc.collect()
        self.assertLessEqual(count_workers(), workers)

    def test_what_is_left_of_a_thread_ends_before_the_next_request(self) -> None:
        seen: list[str] = []

        def work() -> None:
            worker = this_worker()
            worker.closing.append(lambda: seen.append("closing"))

            async def wait() -> None:
                try:
                    await worker.loop.create_future()
                finally:
                    seen.append("cancelled")

            worker.kept["task"] = worker.loop.create_task(wait())
            worker.loop.run_round()

        in_thread(work)
        self.assertEqual([], seen)
        this_worker()
        self.assertEqual(["closing", "cancelled"], seen)

    def test_a_loop_is_not_closed_during_a_request_of_another(self) -> None:
        # The last reference to a thread's worker can go anywhere, at any time.
        from asgi_adapter.one_loop import _Owner

        worker = in_thread(Worker)
        worker.closing.append(lambda: None)
        held = [_Owner(worker)]
        loop = this_worker().loop

        async def drop() -> None:
            held.clear()
            await asyncio.sleep(0)
            assert asyncio.get_running_loop() is loop
            assert not worker.loop.is_closed()

        loop.run_until_complete(drop())
        self.assertFalse(worker.loop.is_closed())
        this_worker()
        self.assertTrue(worker.loop.is_closed())

    def test_a_task_that_stops_the_loop_at_its_end(self) -> None:
        def work() -> Any:
            worker = this_worker()

            async def wait() -> None:
                try:
                    await worker.loop.create_future()
                finally:
                    worker.loop.stop()

            worker.kept["task"] = worker.loop.create_task(wait())
            worker.loop.run_round()
            return worker.loop

        loop = in_thread(work)
        this_worker()
        self.assertTrue(loop.is_closed())


class Processes(unittest.TestCase):
    """What holds at exit and after a fork, in an interpreter of its own."""

    def run_code(self, code: str) -> str:
        setup = """
            import asyncio, os, sys, threading
            from asgi_adapter.one_loop import this_worker

            def leave():
                worker = this_worker()
                async def wait():
                    try:
                        await worker.loop.create_future()
                    finally:
                        print("cancelled", os.getpid() == me, flush=True)
                worker.kept["task"] = worker.loop.create_task(wait())
                worker.closing.append(lambda: print("closing", flush=True))
                worker.loop.run_round()

            def in_a_thread(value):
                loop = this_worker().loop
                answer = loop.run_in_executor(None, lambda: value)
                return loop.run_until_complete(answer)

            me = os.getpid()
        """
        done = subprocess.run(
            [sys.executable, "-W", "error", "-X", "dev", "-c"]
            + [textwrap.dedent(setup) + textwrap.dedent(code)],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(("", 0), (done.stderr, done.returncode))
        return done.stdout

    def test_nothing_at_import(self) -> None:
        out = self.run_code("""
            import gc
            loops = [o for o in gc.get_objects() if isinstance(o, asyncio.BaseEventLoop)]
            print(len(loops), threading.active_count())
        """)
        self.assertEqual("0 1\n", out)

    def test_exit(self) -> None:
        self.assertEqual("closing\ncancelled True\n", self.run_code("leave()"))

    def test_exit_in_a_thread_that_goes_on(self) -> None:
        out = self.run_code("""
            def work():
                begun.set()
                asyncio.set_event_loop(None)
                this_worker().loop.run_forever()
            begun = threading.Event()
            threading.Thread(target=work, daemon=True).start()
            begun.wait()
            print("exit", flush=True)
        """)
        self.assertEqual("exit\n", out)

    def test_fork(self) -> None:
        out = self.run_code("""
            import gc, warnings
            warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads
            leave()
            in_a_thread(0)
            loop = this_worker().loop
            child = os.fork()
            if not child:
                assert this_worker().loop is not loop
                del loop
                print(in_a_thread("child"), flush=True)
                gc.collect()  # nothing of the parent's may end here
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            # The parent's selector still knows how threads wake the loop.
            assert this_worker().loop is loop
            print(in_a_thread("parent"), flush=True)
        """)
        self.assertEqual("child\nparent\nclosing\ncancelled True\n", out)

    def test_fork_and_exit_without_a_worker(self) -> None:
        out = self.run_code("""
            leave()
            child = os.fork()
            if not child:
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            print(in_a_thread("parent"), flush=True)
        """)
        self.assertTrue(out.endswith("parent\nclosing\ncancelled True\n"), out)


if __name__ == "__main__":
    unittest.main()
