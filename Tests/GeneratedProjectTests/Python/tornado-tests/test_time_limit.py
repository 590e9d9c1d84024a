"""The adapter stops a handler that makes no progress."""

from __future__ import annotations

import asyncio
import io
import time
import unittest
from typing import Any

import tornado.web
from asking import Case, adapt, ask_adapter, make_environ
from handlers.answers import Hello, Length
from hello.tornado_wsgi import WSGIAdapter
from tornado import httputil
from tornado.web import RequestHandler
from worker_loop import pending_tasks


class TimeLimit(unittest.TestCase):
    def test_a_handler_that_never_finishes(self) -> None:
        seen: list[str] = []

        class Hangs(RequestHandler):
            async def get(self):
                try:
                    await asyncio.Event().wait()
                finally:
                    seen.append("cleaned up")

            def on_finish(self):
                seen.append("on_finish")

        class HangsInPrepare(Hangs):
            prepare = Hangs.get

        @tornado.web.stream_request_body
        class HangsStreaming(Hangs):
            prepare = Hangs.get

        class NeverCalled(RequestHandler):
            _auto_finish = property(lambda self: False, lambda self, value: None)

            def get(self):
                seen.append("cleaned up")

            on_finish = Hangs.on_finish

        for handler in (Hangs, HangsInPrepare, HangsStreaming, NeverCalled):
            with self.subTest(handler.__name__):
                seen.clear()
                adapter = adapt(handler, Hello, time_limit=0.2)
                case = Case("", f"/{handler.__name__}?x=1")
                answer = ask_adapter(adapter, make_environ(case))
                self.assertEqual("503 Service Unavailable", answer.status)
                self.assertIn(b"503: Service Unavailable", answer.body)
                self.assertIn(
                    f"{handler.__module__}.{handler.__qualname__} made no progress on "
                    f"GET /{handler.__name__}?x=1 (127.0.0.1) for 0.2 seconds",
                    answer.log[0],
                )
                self.assertEqual(["cleaned up", "on_finish"], sorted(seen))
                self.assertEqual([], pending_tasks())
                answer = ask_adapter(adapter, make_environ(Case("", "/Hello")))
                self.assertEqual(b"Hello from Tornado", answer.body)
                self.assertEqual(1, len(answer.log))

    def test_after_the_first_chunk(self) -> None:
        class Stalls(RequestHandler):
            async def get(self):
                self.write("part")
                await self.flush()
                await asyncio.Event().wait()

        answer = ask_adapter(
            adapt(Stalls, time_limit=0.05), make_environ(Case("", "/Stalls"))
        )
        self.assertEqual(("200 OK", b"part"), (answer.status, answer.body))
        self.assertFalse(answer.complete)
        self.assertIn("Stalls made no progress", answer.log[0])
        self.assertEqual([], pending_tasks())

    def test_after_the_response(self) -> None:
        class Lingers(RequestHandler):
            async def get(self):
                self.finish("done")
                await asyncio.Event().wait()

        adapter = adapt(Lingers, Hello, time_limit=0.05)
        answer = ask_adapter(adapter, make_environ(Case("", "/Lingers")))
        self.assertEqual(b"done", answer.body)
        self.assertIn("Lingers made no progress", answer.log[1])
        ask_adapter(adapter, make_environ(Case("", "/Hello")))
        self.assertEqual([], pending_tasks())

    def test_progress_is_enough(self) -> None:
        class Steady(RequestHandler):
            async def get(self):
                for _ in range(3):
                    await asyncio.sleep(0.4)
                    self.write("x")
                    await self.flush()

        answer = ask_adapter(
            adapt(Steady, time_limit=1), make_environ(Case("", "/Steady"))
        )
        self.assertEqual((b"xxx", True), (answer.body, answer.complete))

    def test_a_slow_upload_is_not_the_handlers_fault(self) -> None:
        class Trickle(io.BytesIO):
            def read(self, size: int = -1) -> bytes:
                time.sleep(0.15)
                return super().read(1)

        case = Case("", "/Length", "POST", body=b"12345")
        environ = make_environ(case, **{"wsgi.input": Trickle(case.body)})
        answer = ask_adapter(adapt(Length, time_limit=0.5), environ)
        self.assertEqual(b"5", answer.body)

    def test_background_tasks_are_left_alone(self) -> None:
        tasks: list[Any] = []

        class Starts(RequestHandler):
            async def get(self):
                async def background():
                    await asyncio.sleep(0.5)

                tasks.append(asyncio.ensure_future(background()))
                await asyncio.Event().wait()

        class Waits(RequestHandler):
            async def get(self):
                await tasks[0]

        adapter = adapt(Starts, Waits, time_limit=0.05)
        answer = ask_adapter(adapter, make_environ(Case("", "/Starts")))
        self.assertEqual("503 Service Unavailable", answer.status)
        self.assertFalse(tasks[0].done())
        adapter = adapt(Starts, Waits)
        answer = ask_adapter(adapter, make_environ(Case("", "/Waits")))
        self.assertEqual("200 OK", answer.status)
        self.assertFalse(tasks[0].cancelled())

    def test_a_custom_error_page_that_fails(self) -> None:
        class Hangs(RequestHandler):
            async def get(self):
                await asyncio.Event().wait()

            def send_error(self, *args, **kwargs):
                raise ValueError("in send_error")

        answer = ask_adapter(
            adapt(Hangs, time_limit=0.05), make_environ(Case("", "/Hangs"))
        )
        self.assertEqual(("503 Service Unavailable", b""), (answer.status, answer.body))
        self.assertIn("in send_error", "\n".join(answer.log))

    def test_a_delegate_that_never_finishes(self) -> None:
        class Silent(httputil.HTTPServerConnectionDelegate):
            def start_request(self, server_conn, request_conn):
                request_conn.set_close_callback([].clear)  # bound, but to no handler
                return httputil.HTTPMessageDelegate()

        answer = ask_adapter(
            WSGIAdapter(Silent(), time_limit=0.05), make_environ(Case("", "/x"))
        )
        self.assertEqual("503 Service Unavailable", answer.status)
        self.assertIn("the application made no progress", answer.log[0])


if __name__ == "__main__":
    unittest.main()
