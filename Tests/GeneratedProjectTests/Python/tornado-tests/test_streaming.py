"""The adapter sends what a handler flushes, and tells it when the client is gone."""

from __future__ import annotations

import asyncio
import unittest

import tornado.web
from asking import Case, Log, adapt, ask_adapter, make_environ, start
from handlers.answers import Hello
from handlers.application import STATIC
from hello.tornado_wsgi import WSGIAdapter
from tornado import httputil
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler
from worker_loop import pending_tasks


class Streaming(unittest.TestCase):
    def test_a_chunk_leaves_before_the_handler_goes_on(self) -> None:
        steps: list[str] = []

        class Slow(RequestHandler):
            async def get(self):
                for number in range(3):
                    steps.append(f"write {number}")
                    self.write(f"{number}\n")
                    await self.flush()
                steps.append("end")

        started, body = start(adapt(Slow), Case("", "/Slow"))
        self.assertEqual((["200 OK"], ["write 0"]), (started, steps))
        iterator = iter(body)
        self.assertEqual(b"0\n", next(iterator))
        self.assertEqual(["write 0"], steps)
        self.assertEqual(b"1\n", next(iterator))
        self.assertEqual(["write 0", "write 1"], steps)
        self.assertEqual([b"2\n"], list(iterator))
        self.assertEqual(["write 0", "write 1", "write 2", "end"], steps)
        body.close()

    def test_a_flush_without_data_sends_the_headers(self) -> None:
        class Headers(RequestHandler):
            async def get(self):
                await self.flush()
                await asyncio.sleep(0.01)
                self.write("x")

        started, body = start(adapt(Headers), Case("", "/Headers"))
        self.assertEqual(["200 OK"], started)
        self.assertEqual([b"x"], list(body))
        body.close()

    def test_failure_after_the_first_chunk_breaks_the_response_off(self) -> None:
        class Fails(RequestHandler):
            async def get(self):
                self.set_header("Content-Length", "100")
                self.write("part")
                await self.flush()
                raise ValueError("after flush")

        with Log() as log:
            started, body = start(adapt(Fails), Case("", "/Fails"))
            iterator = iter(body)
            self.assertEqual(b"part", next(iterator))
            with self.assertRaises(httputil.HTTPOutputError):
                next(iterator)
            body.close()
        self.assertEqual(["200 OK"], started)
        self.assertIn("after flush", log.lines[0])

    def test_close_tells_the_handler(self) -> None:
        seen: list[str] = []

        class Endless(RequestHandler):
            async def get(self):
                try:
                    while True:
                        self.write("x")
                        await self.flush()
                except StreamClosedError:
                    seen.append("flush failed")
                await asyncio.sleep(0.01)
                seen.append("handler ended")

            def on_connection_close(self):
                asyncio.get_running_loop()
                seen.append("closed")

        with Log():
            _, body = start(adapt(Endless), Case("", "/Endless"))
            self.assertEqual(b"x", next(iter(body)))
            body.close()
        self.assertEqual(["closed", "flush failed", "handler ended"], sorted(seen))
        self.assertEqual("handler ended", seen[-1])

    def test_close_before_the_first_chunk(self) -> None:
        seen: list[str] = []

        class Waits(RequestHandler):
            async def get(self):
                self.write("x")
                await self.flush()
                seen.append("went on")

            def on_connection_close(self):
                seen.append("closed")

        with Log():
            _, body = start(adapt(Waits), Case("", "/Waits"))
            body.close()
            body.close()
        self.assertEqual(["closed", "went on"], sorted(seen))

    def test_a_server_that_does_not_call_close(self) -> None:
        seen: list[str] = []

        class Forgotten(RequestHandler):
            async def get(self):
                self.write("x")
                await self.flush()
                seen.append("went on")

            def on_connection_close(self):
                seen.append("closed")

        with Log() as log:
            adapter = adapt(Forgotten, Hello)
            _, body = start(adapter, Case("", "/Forgotten"))
            self.assertEqual(b"x", next(iter(body)))
            del body
            self.assertEqual([], seen)
            ask_adapter(adapter, make_environ(Case("", "/Hello")))
        self.assertEqual(["closed", "went on"], sorted(seen))
        self.assertEqual([], [line for line in log.lines if "destroyed" in line])
        self.assertEqual([], pending_tasks())

    def test_close_after_the_end_tells_nobody(self) -> None:
        seen: list[str] = []

        class Ends(RequestHandler):
            async def get(self):
                self.write("x")
                await self.flush()

            def on_connection_close(self):
                seen.append("closed")

        with Log():
            _, body = start(adapt(Ends), Case("", "/Ends"))
            self.assertEqual(b"x", b"".join(body))
            body.close()
        self.assertEqual([], seen)

    def test_an_error_in_on_connection_close_is_logged(self) -> None:
        class Bad(RequestHandler):
            async def get(self):
                self.write("x")
                await self.flush()

            def on_connection_close(self):
                raise ValueError("in on_connection_close")

        with Log() as log:
            _, body = start(adapt(Bad), Case("", "/Bad"))
            body.close()
            ask_adapter(adapt(Hello), make_environ(Case("", "/Hello")))
        self.assertIn("in on_connection_close", "\n".join(log.lines))

    def test_two_responses_at_once(self) -> None:
        class Two(RequestHandler):
            async def get(self):
                for number in range(3):
                    self.write(self.get_argument("name"))
                    await self.flush()
                    await asyncio.sleep(0.001)

        with Log():
            adapter = adapt(Two)
            _, first = start(adapter, Case("", "/Two?name=a"))
            _, second = start(adapter, Case("", "/Two?name=b"))
            pairs = list(zip(first, second))
            self.assertEqual([(b"a", b"b")] * 3, pairs)
            self.assertEqual([], list(first) + list(second))
            first.close()
            second.close()

    def test_static_file_comes_in_pieces(self) -> None:
        routes = [("/(.*)", tornado.web.StaticFileHandler, {"path": STATIC.name})]
        adapter = WSGIAdapter(tornado.web.Application(routes))
        answer = ask_adapter(adapter, make_environ(Case("", "/big.bin")))
        self.assertEqual(256 * 1024, len(answer.body))
        self.assertGreater(len(answer.chunks), 2)


if __name__ == "__main__":
    unittest.main()
