"""Background tasks, the time limit, and what several requests share."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import threading
import time
import unittest
from typing import Any

from asgi_adapter import ASGIAdapter

from asgi_asking import App, Site, ask, call, http_only, make_environ, send_response

LIMIT = 0.2  # seconds


class Background(unittest.TestCase):
    """What an app does after its response."""

    def test_it_runs_after_the_client_has_the_response(self) -> None:
        may_end = threading.Event()
        ended: list[int] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send_response(send, b"abc", headers=[(b"content-length", b"3")])
            if scope["path"] == "/background":
                may_end.wait(20)
                await asyncio.sleep(0)
                ended.append(1)

        with Site(app) as site:
            with site.connect() as client:
                client.sendall(b"GET /background HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = b""
                while not answer.endswith(b"abc"):
                    answer += client.recv(1000)
                self.assertEqual([], ended)
                may_end.set()
            # The worker takes the next request when it has ended.
            site.ask()
            self.assertEqual([1], ended)

    def test_a_task_goes_on_during_later_requests(self) -> None:
        seen: list[int] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            async def work() -> None:
                for number in range(3):
                    seen.append(number)
                    await asyncio.sleep(0)
                await asyncio.sleep(0.01)
                seen.append(99)

            if scope["path"] == "/start":
                held.append(asyncio.ensure_future(work()))
            if scope["path"] == "/wait":
                await asyncio.sleep(0.05)
            await send_response(send)

        held: list[Any] = []
        adapter = ASGIAdapter(app)
        _, body = call(adapter, make_environ("/start"))
        list(body)
        self.assertEqual([], seen)
        body.close()
        self.assertEqual([0, 1, 2], seen)
        time.sleep(0.02)
        self.assertEqual([0, 1, 2], seen)
        _, body = call(adapter, make_environ("/wait"))
        self.assertEqual([0, 1, 2, 99], seen)
        body.close()

    def test_it_may_fail(self) -> None:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send_response(send)
            await asyncio.sleep(0)
            raise LookupError("oops")

        with Site(app) as site:
            self.assertEqual(200, site.ask().status)
            site.stop()
            self.assertIn("exception in the app [LookupError('oops')]", site.logged())


class TimeLimit(unittest.TestCase):
    """Apps that make no progress."""

    def log(self, app: App, status: int, body: bytes, *, complete: bool = True) -> str:
        with Site(app, time_limit=LIMIT) as site:
            started = time.monotonic()
            answer = site.ask()
            self.assertEqual((status, complete), (answer.status, answer.complete))
            self.assertIn(body, answer.body)
            self.assertEqual(b"next", site.ask("/next").body)
            self.assertLess(time.monotonic() - started, 10)
            return site.logged()

    def stalling(self, where: str, *, stubborn: bool = False) -> App:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            async def stall(here: str) -> None:
                if here == where:
                    try:
                        await asyncio.sleep(1000)
                    finally:
                        self.cancelled.append(here)
                        if stubborn:
                            await asyncio.sleep(1000)

            if scope["path"] == "/next":
                return await send_response(send, b"next")
            await stall("begin")
            await send({"type": "http.response.start", "status": 200})
            await stall("started")
            message = {"type": "http.response.body", "body": b"abc", "more_body": True}
            await send(message)
            await stall("middle")
            await send({"type": "http.response.body"})
            await stall("end")

        self.cancelled: list[str] = []
        return app

    def test_before_anything_is_sent(self) -> None:
        for where in ("begin", "started"):
            log = self.log(self.stalling(where), 503, b"took too long")
            self.assertEqual(
                "GET '/': the app made no progress for 0.2 seconds, so it is cancelled",
                log,
            )
            self.assertEqual([where], self.cancelled)

    def test_in_the_middle(self) -> None:
        log = self.log(self.stalling("middle"), 200, b"abc", complete=False)
        self.assertIn("no progress for 0.2 seconds", log)
        self.assertEqual(["middle"], self.cancelled)

    def test_in_the_background(self) -> None:
        log = self.log(self.stalling("end"), 200, b"abc")
        self.assertIn("no progress for 0.2 seconds", log)
        self.assertEqual(["end"], self.cancelled)

    def test_an_app_that_does_not_let_itself_be_cancelled(self) -> None:
        log = self.log(self.stalling("begin", stubborn=True), 503, b"took too long")
        self.assertEqual(2, log.count("no progress"))

    def test_each_piece_is_progress(self) -> None:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            while (await receive())["more_body"]:
                await asyncio.sleep(0.4)
            await send({"type": "http.response.start", "status": 200})
            for number in range(4):
                await asyncio.sleep(0.4)
                more = number < 3
                message = {"type": "http.response.body", "body": b"abc"}
                await send({**message, "more_body": more})

        with Site(app, time_limit=1.2) as site:
            answer = site.ask(method="POST", body=b"x" * 65536 * 4)
        self.assertEqual((b"abc" * 4, True), (answer.body, answer.complete))


class Sharing(unittest.TestCase):
    """What requests of a worker share, and what they do not."""

    def test_one_loop_for_all_requests(self) -> None:
        loops: list[Any] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            loops.append(asyncio.get_running_loop())
            await asyncio.sleep(0.001)
            await send_response(send)

        with Site(app) as site:
            for _ in range(3):
                site.ask()
        self.assertEqual(1, len(set(loops)))
        self.assertTrue(loops[0].is_closed())

    def test_each_request_has_its_own_context(self) -> None:
        variable: contextvars.ContextVar[str] = contextvars.ContextVar("v", default="")
        seen: list[str] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            seen.append(variable.get())
            variable.set(scope["path"])
            await asyncio.sleep(0)
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": b"a", "more_body": True})
            await send({"type": "http.response.body"})
            seen.append(variable.get())

        with Site(app) as site:
            site.ask("/a")
            site.ask("/b")
        self.assertEqual(["", "/a", "", "/b"], seen)
        self.assertEqual("", variable.get())

    def test_a_new_thread_for_each_request(self) -> None:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            asyncio.ensure_future(asyncio.sleep(1000))
            await asyncio.sleep(0.001)
            gc.collect()
            await send_response(send, b"abc")

        with Site(app, threads=None) as site:
            answers = [site.ask() for _ in range(5)]
            before = len(os.listdir("/proc/self/fd"))
            answers += [site.ask() for _ in range(20)]
            self.assertLess(len(os.listdir("/proc/self/fd")) - before, 10)
        self.assertEqual({(200, b"abc")}, {(a.status, a.body) for a in answers})

    def test_threads_of_anyio(self) -> None:
        import anyio.to_thread

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            names = [
                await anyio.to_thread.run_sync(lambda: threading.current_thread().name)
                for _ in range(2)
            ]
            await send_response(send, " ".join(names).encode())

        threads = threading.active_count()
        self.assertIn(b"AnyIO worker thread", ask(app).body)
        deadline = time.monotonic() + 10
        while threading.active_count() > threads and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(threads, threading.active_count())

    def test_memory(self) -> None:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await receive()
            if scope["path"] == "/wait":
                await asyncio.sleep(0)
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": b"a", "more_body": True})
            await send({"type": "http.response.body"})

        adapter = ASGIAdapter(app)

        def ask_often() -> int:
            for path in ("/", "/wait") * 100:
                _, body = call(adapter, make_environ(path, b"abc"))
                self.assertEqual([b"a"], list(body))
                body.close()
            return len(gc.get_objects())

        gc.disable()
        self.addCleanup(gc.enable)
        ask_often()
        before = ask_often()
        self.assertLess(ask_often() - before, 100)  # not even garbage


if __name__ == "__main__":
    unittest.main()
