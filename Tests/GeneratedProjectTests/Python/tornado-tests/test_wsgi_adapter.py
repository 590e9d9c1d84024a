"""Tests of `wsgi_adapter.py`, run with a project called hello on PYTHONPATH.

They ask what has no counterpart under Tornado's own server.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import io
import os
import re
import subprocess
import sys
import textwrap
import threading
import time
import unittest
from collections.abc import Callable
from typing import Any

import tornado.httpserver
import tornado.locks
import tornado.netutil
import tornado.routing
import tornado.web
import tornado.websocket
from asking import (
    Case,
    Log,
    Server,
    adapt,
    ask_adapter,
    make_environ,
    start,
)
from handlers import (
    STATIC,
    UPGRADE,
    Async,
    Cancelled,
    Echo,
    Flushes,
    Hello,
    Length,
    Socket,
    Streamed,
)
from hello.wsgi_adapter import WSGIAdapter
from tornado import httputil
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

PROJECT = os.environ["PYTHONPATH"]


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


def run_in_a_thread(function: Callable[[], object]) -> None:
    """Run what would change the loop of the other tests on one of its own."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(function).result()


def pending_tasks() -> list[Any]:
    from hello import wsgi_adapter

    return [
        t for t in asyncio.all_tasks(wsgi_adapter._this_worker().loop) if not t.done()
    ]


class Refusals(unittest.TestCase):
    def test_websocket(self) -> None:
        headers = [*UPGRADE, ("Connection", "Upgrade")]
        answer = ask_adapter(
            adapt(Socket), make_environ(Case("", "/Socket", headers=headers))
        )
        self.assertEqual("501 Not Implemented", answer.status)
        self.assertIn(b"WebSocket", answer.body)
        self.assertIn("NotImplementedError: WSGI cannot", "\n".join(answer.log))

    def test_detach(self) -> None:
        class Detaches(RequestHandler):
            def get(self):
                self.detach()

        answer = ask_adapter(adapt(Detaches), make_environ(Case("", "/Detaches")))
        self.assertEqual("501 Not Implemented", answer.status)
        self.assertIn("NotImplementedError: WSGI cannot", "\n".join(answer.log))

    def test_inside_a_running_loop(self) -> None:
        async def call() -> None:
            start(adapt(Hello), Case("", "/Hello"))

        with self.assertRaisesRegex(RuntimeError, "inside a running event loop"):
            asyncio.run(call())

    def test_a_handler_that_calls_the_adapter(self) -> None:
        class Nested(RequestHandler):
            def get(self):
                start(adapt(Hello), Case("", "/Hello"))

        answer = ask_adapter(adapt(Nested), make_environ(Case("", "/Nested")))
        self.assertEqual("500 Internal Server Error", answer.status)
        self.assertIn("inside a running event loop", "\n".join(answer.log))

    def test_what_ends_the_process_passes(self) -> None:
        for error in (SystemExit, KeyboardInterrupt):

            class Exits(RequestHandler):
                def get(self):
                    raise error("stop")  # noqa: B023

            class ExitsLater(RequestHandler):
                async def get(self):
                    await asyncio.sleep(0.001)
                    raise error("stop")  # noqa: B023

            class ExitsStreaming(RequestHandler):
                async def get(self):
                    self.write("part")
                    await self.flush()
                    raise error("stop")  # noqa: B023

            adapter = adapt(Exits, ExitsLater, ExitsStreaming, Hello)
            for name in ("Exits", "ExitsLater", "ExitsStreaming"):
                with self.subTest(name, error=error.__name__):
                    with self.assertRaises(error), Log() as log:
                        _, body = start(adapter, Case("", f"/{name}"))
                        list(body)
                    with contextlib.suppress(NameError):
                        del body
                    self.assertEqual([], log.lines)
                    # Not raised a second time, in the requests of others.
                    for _ in range(3):
                        answer = ask_adapter(adapter, make_environ(Case("", "/Hello")))
                        self.assertEqual("200 OK", answer.status)
                        lines = [line for line in answer.log if "/Exits" not in line]
                        self.assertEqual(1, len(lines), answer.log)

    def test_cancelled_error_is_answered_at_once(self) -> None:
        class CancelledLater(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.001)
                raise asyncio.CancelledError

        begin = time.monotonic()
        for handler in (Cancelled, CancelledLater):
            with self.subTest(handler.__name__):
                case = Case("", f"/{handler.__name__}")
                answer = ask_adapter(adapt(handler), make_environ(case))
                self.assertEqual("500 Internal Server Error", answer.status)
                self.assertIn(b"500: Internal Server Error", answer.body)
                self.assertIn("Uncaught exception GET /Cancelled", answer.log[0])
                self.assertEqual(2, len(answer.log), answer.log)
        self.assertLess(time.monotonic() - begin, 10)

    def test_any_other_error_is_answered_at_once(self) -> None:
        class Odd(BaseException):
            pass

        class Raises(RequestHandler):
            async def get(self):
                await asyncio.sleep(0)
                raise Odd("odd")

        for error in (Odd, GeneratorExit):

            class RaisesAtOnce(RequestHandler):
                def get(self):
                    raise error("odd")  # noqa: B023

            for handler in (Raises, RaisesAtOnce):
                with self.subTest(handler.__name__, error=error.__name__):
                    case = Case("", f"/{handler.__name__}")
                    answer = ask_adapter(adapt(handler), make_environ(case))
                    self.assertEqual("500 Internal Server Error", answer.status)
                    self.assertIn("Uncaught exception GET /Raises", answer.log[0])

    def test_cancelled_error_while_the_request_is_handed_over(self) -> None:
        class Cancels(httputil.HTTPServerConnectionDelegate):
            def start_request(self, server_conn, request_conn):
                raise asyncio.CancelledError

        answer = ask_adapter(WSGIAdapter(Cancels()), make_environ(Case("", "/")))
        self.assertEqual("500 Internal Server Error", answer.status)


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
        from hello import wsgi_adapter

        polls: list[Any] = []

        def ask(path: str, body: bytes = b"") -> int:
            """Count how often the loop asks the system for events."""
            polls.clear()
            method = "POST" if body else "GET"
            case = Case("", path, method, body=body)
            self.assertEqual("200 OK", ask_adapter(adapter, make_environ(case)).status)
            return len(polls)

        def run() -> None:
            selector = wsgi_adapter._this_worker().loop.selector
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


class Async0(RequestHandler):
    async def get(self):
        await asyncio.sleep(0)
        self.write("x")


class Bodies(unittest.TestCase):
    def test_table(self) -> None:
        def broken(size: int) -> bytes:
            raise OSError("client gone")

        class Broken:
            read = staticmethod(broken)

        body = io.BytesIO
        chunked = {"wsgi.input_terminated": True}
        for name, extra, size in (
            ("exact", {"CONTENT_LENGTH": "3", "wsgi.input": body(b"abc")}, 3),
            ("long", {"CONTENT_LENGTH": "3", "wsgi.input": body(b"abcdef")}, 3),
            ("short", {"CONTENT_LENGTH": "9", "wsgi.input": body(b"abc")}, None),
            ("broken", {"CONTENT_LENGTH": "9", "wsgi.input": Broken()}, None),
            ("no length", {"wsgi.input": body(b"abc")}, 0),
            ("hidden", {"HTTP_TRANSFER_ENCODING": "chunked"}, None),
            ("empty length", {"CONTENT_LENGTH": "", "wsgi.input": body(b"abc")}, 0),
            ("terminated", {**chunked, "wsgi.input": body(b"abc")}, 3),
            ("terminated empty", {**chunked, "wsgi.input": body(b"")}, 0),
            ("terminated big", {**chunked, "wsgi.input": body(b"x" * 200000)}, None),
            (
                "terminated with length",
                {**chunked, "CONTENT_LENGTH": "2", "wsgi.input": body(b"abc")},
                2,
            ),
        ):
            with self.subTest(name):
                adapter = adapt(Length, Streamed, max_body_size=100_000)
                for path in ("/Length", "/Streamed"):
                    extra.setdefault("wsgi.input", body())
                    extra["wsgi.input"] = (
                        body(extra["wsgi.input"].getvalue())
                        if isinstance(extra["wsgi.input"], io.BytesIO)
                        else extra["wsgi.input"]
                    )
                    environ = make_environ(Case("", path, "POST"), **extra)
                    answer = ask_adapter(adapter, environ)
                    if size is None:
                        self.assertEqual("400 Bad Request", answer.status)
                        self.assertIn("Malformed HTTP message", answer.log[-1])
                    else:
                        self.assertIn(str(size), answer.body.decode())

    def test_streamed_piece_by_piece(self) -> None:
        pieces: list[int] = []

        @tornado.web.stream_request_body
        class Pieces(RequestHandler):
            def data_received(self, chunk):
                pieces.append(len(chunk))

            def post(self):
                self.write("ok")

        case = Case("", "/Pieces", "POST", body=b"x" * 200_000)
        ask_adapter(adapt(Pieces), make_environ(case))
        self.assertEqual(200_000, sum(pieces))
        self.assertLessEqual(max(pieces), 65536)

    def test_a_short_streamed_body_tells_the_handler(self) -> None:
        seen: list[str] = []

        @tornado.web.stream_request_body
        class Upload(RequestHandler):
            def data_received(self, chunk):
                seen.append(f"{len(chunk)} bytes")

            def on_connection_close(self):
                super().on_connection_close()
                seen.append("closed")

            def post(self):
                seen.append("never")

        case = Case("", "/Upload", "POST", headers=[("Content-Length", "9")])
        answer = ask_adapter(
            adapt(Upload), make_environ(case, **{"wsgi.input": io.BytesIO(b"abc")})
        )
        self.assertEqual("400 Bad Request", answer.status)
        self.assertEqual(["3 bytes", "closed"], seen)


class Environ(unittest.TestCase):
    def echo(self, case: Case, **extra: Any) -> dict[str, Any]:
        raw = extra.pop("raw", True)
        options = extra.pop("options", {})
        adapter = WSGIAdapter(
            tornado.web.Application([("/echo.*|/mounted/.*", Echo)]), **options
        )
        answer = ask_adapter(adapter, make_environ(case, raw=raw, **extra))
        self.assertEqual("200 OK", answer.status)
        return tornado.escape.json_decode(answer.body)

    def test_script_name(self) -> None:
        extra = {"SCRIPT_NAME": "/mounted", "PATH_INFO": "/a b/\xc3\xbc"}
        got = self.echo(Case("", "/unused?x=1"), raw=False, **extra)
        self.assertEqual("/mounted/a%20b/%C3%BC?x=1", got["uri"])
        self.assertEqual("http://testserver/mounted/a%20b/%C3%BC?x=1", got["full_url"])

    def test_request_uri(self) -> None:
        for name in ("REQUEST_URI", "RAW_URI"):
            extra = {name: "/echo/a%2Fb?q", "PATH_INFO": "/echo/a/b"}
            got = self.echo(Case("", "/unused"), raw=False, **extra)
            self.assertEqual("/echo/a%2Fb?q", got["uri"])

    def test_empty_path(self) -> None:
        environ = make_environ(Case("", ""), raw=False)
        del environ["PATH_INFO"], environ["SCRIPT_NAME"]
        answer = ask_adapter(
            WSGIAdapter(tornado.web.Application([("/", Hello)])), environ
        )
        self.assertEqual("200 OK", answer.status)

    def test_protocol_versions(self) -> None:
        for given, seen in (
            ("HTTP/1.0", "HTTP/1.0"),
            ("HTTP/1.1", "HTTP/1.1"),
            ("HTTP/2.0", "HTTP/1.1"),
            ("INCLUDED", "HTTP/1.1"),
            ("", "HTTP/1.1"),
        ):
            with self.subTest(given):
                got = self.echo(Case("", "/echo", version=given))
                self.assertEqual(seen, got["version"])

    def test_remote_address(self) -> None:
        for address in ("", "203.0.113.9", "2001:db8::1"):
            got = self.echo(Case("", "/echo"), REMOTE_ADDR=address)
            self.assertEqual(address or "0.0.0.0", got["remote_ip"])

    def test_scheme(self) -> None:
        got = self.echo(Case("", "/echo"), **{"wsgi.url_scheme": "https"})
        self.assertEqual("https", got["protocol"])

    def test_xheaders_are_ignored_by_default(self) -> None:
        headers = [("X-Real-IP", "203.0.113.9"), ("X-Scheme", "https")]
        got = self.echo(Case("", "/echo", headers=headers))
        self.assertEqual(("127.0.0.1", "http"), (got["remote_ip"], got["protocol"]))
        got = self.echo(Case("", "/echo", headers=headers), options={"xheaders": True})
        self.assertEqual(("203.0.113.9", "https"), (got["remote_ip"], got["protocol"]))

    def test_a_header_cannot_pass_for_the_length(self) -> None:
        extra = {"HTTP_CONTENT_LENGTH": "3", "HTTP_CONTENT_TYPE": "x/y"}
        case = Case("", "/echo", "POST", body=b"ab")
        got = self.echo(case, **extra)
        self.assertEqual("ab", got["body"])
        self.assertNotIn("Content-Type", dict(got["headers"]))

    def test_odd_requests_are_400(self) -> None:
        for name, extra in (
            ("method", {"REQUEST_METHOD": "G ET"}),
            ("uri", {"REQUEST_URI": "/a b"}),
            ("header name", {"HTTP_X A": "1"}),
            ("header value", {"HTTP_X": "a\nb"}),
        ):
            with self.subTest(name):
                answer = ask_adapter(
                    adapt(Hello), make_environ(Case("", "/Hello"), **extra)
                )
                self.assertEqual("400 Bad Request", answer.status)
                self.assertIn("Malformed HTTP message from 127.0.0.1", answer.log[0])


class Loop(unittest.TestCase):
    def test_one_loop_for_all_requests(self) -> None:
        loops: list[Any] = []

        class Looks(RequestHandler):
            async def get(self):
                await asyncio.sleep(0)
                loops.append((asyncio.get_running_loop(), IOLoop.current()))

        for _ in range(3):
            ask_adapter(adapt(Looks), make_environ(Case("", "/Looks")))
        self.assertEqual(1, len(set(loops)))

    def test_shared_between_requests(self) -> None:
        shared: dict[str, Any] = {}
        clients: list[Any] = []

        class Shares(RequestHandler):
            async def get(self):
                lock = shared.setdefault("lock", asyncio.Lock())
                clients.append(AsyncHTTPClient())
                async with lock:
                    answer = await clients[-1].fetch(self.get_argument("url"))
                self.write(answer.body)

        server = Server(tornado.web.Application([("/Hello", Hello)]))
        self.addCleanup(server.stop)
        adapter = adapt(Shares)
        for host in ("127.0.0.1", "localhost", "127.0.0.1"):
            url = f"http://{host}:{server.port}/Hello"
            case = Case("", f"/Shares?url={url}")
            answer = ask_adapter(adapter, make_environ(case))
            self.assertEqual(b"Hello from Tornado", answer.body, answer.log)
        self.assertEqual(3, len(clients))
        self.assertEqual(1, len({id(client) for client in clients}))

    def test_the_client_of_tornado_closes_its_connections_itself(self) -> None:
        # The default one asks for that: tornado/simple_httpclient.py, in run(). It is
        # so under Tornado's own server too.
        connections: list[str | None] = []

        class Seen(RequestHandler):
            def get(self):
                connections.append(self.request.headers.get("Connection"))

        class Fetches(RequestHandler):
            async def get(self):
                await AsyncHTTPClient().fetch(self.get_argument("url"))

        server = Server(tornado.web.Application([("/Seen", Seen)]))
        self.addCleanup(server.stop)
        case = Case("", f"/Fetches?url=http://127.0.0.1:{server.port}/Seen")
        adapter = adapt(Fetches)
        for _ in range(2):
            ask_adapter(adapter, make_environ(case))
        self.assertEqual(["close", "close"], connections)

    def test_a_connection_is_kept_between_requests(self) -> None:
        from tornado.tcpclient import TCPClient
        from tornado.tcpserver import TCPServer

        accepted: list[Any] = []

        class Counts(TCPServer):
            async def handle_stream(self, stream, address):
                accepted.append(address)
                with contextlib.suppress(StreamClosedError):
                    while True:
                        line = await stream.read_until(b"\n")
                        await stream.write(b"%d %s" % (len(accepted), line))

        class Lines(RequestHandler):
            stream: Any = None

            async def get(self):
                if Lines.stream is None:
                    Lines.stream = await TCPClient().connect("127.0.0.1", port)
                await Lines.stream.write(self.get_argument("line").encode() + b"\n")
                self.write(await Lines.stream.read_until(b"\n"))

        class Closes(RequestHandler):
            def get(self):
                Lines.stream.close()

        async def listen() -> int:
            sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
            other = Counts()
            other.add_sockets(sockets)
            stops.append(other.stop)
            return sockets[0].getsockname()[1]

        stops: list[Any] = []
        server = Server(tornado.web.Application([]))
        self.addCleanup(server.stop)
        port = asyncio.run_coroutine_threadsafe(listen(), server.loop).result(10)
        adapter = adapt(Lines, Closes, Hello)
        for line in ("a", "b", "c"):
            answer = ask_adapter(adapter, make_environ(Case("", f"/Lines?line={line}")))
            self.assertEqual(f"1 {line}\n".encode(), answer.body, answer.log)
            ask_adapter(adapter, make_environ(Case("", "/Hello")))
        ask_adapter(adapter, make_environ(Case("", "/Closes")))
        server.loop.call_soon_threadsafe(stops[0])
        self.assertEqual(1, len(accepted))

    def test_background_task_goes_on_with_the_next_request(self) -> None:
        seen: list[int] = []

        class Spawns(RequestHandler):
            def get(self):
                async def background():
                    for number in range(3):
                        seen.append(number)
                        await asyncio.sleep(0.005)

                shared.append(asyncio.ensure_future(background()))

        class Waits(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.05)

        shared: list[Any] = []
        adapter = adapt(Spawns, Waits)
        ask_adapter(adapter, make_environ(Case("", "/Spawns")))
        ask_adapter(adapter, make_environ(Case("", "/Waits")))
        self.assertEqual([0, 1, 2], seen)

    def test_what_is_left_to_be_run_at_once_runs_after_the_response(self) -> None:
        seen: list[int] = []

        class Leaves(RequestHandler):
            def get(self):
                IOLoop.current().spawn_callback(self.work)
                self.write("x")

            async def work(self):
                for number in range(3):
                    seen.append(number)
                    await asyncio.sleep(0)
                await asyncio.sleep(0.001)
                seen.append(99)

        def run() -> None:
            adapter = adapt(Leaves, Hello)
            _, body = start(adapter, Case("", "/Leaves"))
            self.assertEqual([b"x"], list(body))
            self.assertEqual([], seen)
            body.close()
            self.assertEqual([0, 1, 2], seen)
            time.sleep(0.01)
            self.assertEqual([0, 1, 2], seen)
            # Any later request moves it on, be it one that does not wait.
            ask_adapter(adapter, make_environ(Case("", "/Hello")))
            self.assertEqual([0, 1, 2, 99], seen)

        run_in_a_thread(run)

    def test_a_periodic_callback_stands_still_between_requests(self) -> None:
        ticks: list[float] = []

        class Begins(RequestHandler):
            def get(self):
                Begins.periodic = PeriodicCallback(lambda: ticks.append(1), 5)
                Begins.periodic.start()

        class Waits(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.05)
                Begins.periodic.stop()

        adapter = adapt(Begins, Waits, Hello)
        ask_adapter(adapter, make_environ(Case("", "/Begins")))
        time.sleep(0.05)
        self.assertEqual([], ticks)
        ask_adapter(adapter, make_environ(Case("", "/Hello")))
        self.assertEqual([1], ticks)
        ask_adapter(adapter, make_environ(Case("", "/Waits")))
        self.assertGreater(len(ticks), 3)

    def test_a_task_that_never_waits_does_not_hold_the_worker(self) -> None:
        rounds: list[int] = []

        class Spins(RequestHandler):
            def get(self):
                Spins.task = asyncio.ensure_future(self.spin())

            async def spin(self):
                while True:
                    rounds.append(1)
                    await asyncio.sleep(0)

        class Stops(RequestHandler):
            def get(self):
                Spins.task.cancel()

        adapter = adapt(Spins, Stops, Hello)
        for name in ("Spins", "Hello", "Stops"):
            answer = ask_adapter(adapter, make_environ(Case("", f"/{name}")))
            self.assertEqual("200 OK", answer.status)
        self.assertIn(len(rounds), range(100, 400))
        self.assertEqual([], pending_tasks())

    def test_a_delegate_that_exits_after_it_has_started_a_handler(self) -> None:
        seen: list[str] = []

        class Handler(RequestHandler):
            def get(self):
                seen.append(self.request.path)

        application = tornado.web.Application([("/.*", Handler)])

        class Exits(httputil.HTTPServerConnectionDelegate):
            def start_request(self, server_conn, request_conn):
                inner = application.start_request(server_conn, request_conn)

                class Message(httputil.HTTPMessageDelegate):
                    def headers_received(self, start_line, headers):
                        self.exits = start_line.path == "/exits"
                        return inner.headers_received(start_line, headers)

                    def finish(self):
                        inner.finish()
                        if self.exits:
                            raise SystemExit

                return Message()

        adapter = WSGIAdapter(Exits())
        with self.assertRaises(SystemExit):
            start(adapter, Case("", "/exits"))
        self.assertEqual([], seen)
        answer = ask_adapter(adapter, make_environ(Case("", "/next")))
        self.assertEqual("200 OK", answer.status)
        self.assertEqual({"/exits", "/next"}, set(seen))
        self.assertEqual([], pending_tasks())

    def test_the_user_stops_the_loop(self) -> None:
        class Stops(RequestHandler):
            async def get(self):
                IOLoop.current().stop()
                asyncio.get_running_loop().stop()
                await asyncio.sleep(0.01)
                self.write("still here")

        answer = ask_adapter(adapt(Stops), make_environ(Case("", "/Stops")))
        self.assertEqual(b"still here", answer.body)

    def test_threads_have_loops_of_their_own(self) -> None:
        loops: list[Any] = []
        failures: list[Any] = []

        class Looks(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.01)
                loops.append(asyncio.get_running_loop())

        adapter = adapt(Looks)

        def call() -> None:
            started, body = start(adapter, Case("", "/Looks"))
            if started != ["200 OK"]:
                failures.append(started)
            list(body)

        with Log():
            threads = [threading.Thread(target=call) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual([], failures)
        self.assertEqual(8, len(set(loops)))
        self.assertTrue(all(loop.is_closed() for loop in loops))

    def test_memory(self) -> None:
        import gc

        adapter = adapt(Hello, Flushes, Async)
        cases = [Case("", "/Hello"), Case("", "/Flushes"), Case("", "/Async")]

        def ask() -> None:
            for case in cases * 30:
                ask_adapter(adapter, make_environ(case))
            gc.collect()

        ask()
        before = len(gc.get_objects())
        ask()
        ask()
        self.assertLess(len(gc.get_objects()) - before, 1000)


class Processes(unittest.TestCase):
    """In an interpreter of its own: what must hold at import, fork and exit."""

    def run_code(self, code: str) -> str:
        setup = """
            import sys, os, asyncio, time, warnings
            import tornado.web
            from tests.client import request
            from hello.wsgi_adapter import WSGIAdapter

            class Hello(tornado.web.RequestHandler):
                def get(self):
                    self.write(str(id(asyncio.get_running_loop())))

            class Async(tornado.web.RequestHandler):
                async def get(self):
                    await asyncio.sleep(0.001)
                    loop = asyncio.get_running_loop()
                    # A thread wakes the loop through its self-pipe.
                    wait = lambda: time.sleep(0.05) or "thread"
                    self.write(await loop.run_in_executor(None, wait))

            class Background(tornado.web.RequestHandler):
                def get(self):
                    async def forever():
                        try:
                            await asyncio.Event().wait()
                        except asyncio.CancelledError:
                            print("background cancelled", flush=True)
                            raise
                    Background.task = asyncio.ensure_future(forever())

            routes = [("/", Hello), ("/async", Async), ("/background", Background)]
            application = WSGIAdapter(tornado.web.Application(routes))
        """
        done = subprocess.run(
            [sys.executable, "-W", "error", "-X", "dev", "-c"]
            + [textwrap.dedent(setup) + textwrap.dedent(code)],
            check=False,
            env={**os.environ, "PYTHONPATH": PROJECT},
            capture_output=True,
            text=True,
            timeout=60,
        )
        # On a busy machine any step can be slow, which asyncio's debug mode reports.
        stderr = re.sub(r"Executing <.* took [0-9.]+ seconds\n", "", done.stderr)
        self.assertEqual(("", 0), (stderr, done.returncode))
        return done.stdout

    def test_nothing_before_the_first_request(self) -> None:
        out = self.run_code("""
            import hello.routes, gc, threading
            loops = [o for o in gc.get_objects() if isinstance(o, asyncio.BaseEventLoop)]
            print(len(loops), threading.active_count(), len(os.listdir("/proc/self/fd")))
        """)
        self.assertEqual("0 1", out[:3])
        self.assertLessEqual(int(out.split()[2]), 5)

    def test_exit_is_quiet(self) -> None:
        for target in ("/", "/async"):
            with self.subTest(target):
                self.run_code(f"""
                    assert request(application, target={target!r}).status == 200
                """)

    def test_exit_cancels_what_is_left(self) -> None:
        out = self.run_code("""
            assert request(application, target="/background").status == 200
            assert request(application, target="/async").status == 200
        """)
        self.assertEqual("background cancelled\n", out)

    def test_exit_in_a_handler(self) -> None:
        self.run_code("""
            class Exits(tornado.web.RequestHandler):
                async def get(self):
                    await asyncio.sleep(0)
                    sys.exit(0)
            request(WSGIAdapter(tornado.web.Application([("/", Exits)])))
        """)

    def test_fork_before_the_first_request(self) -> None:
        out = self.run_code("""
            for _ in range(2):
                if not os.fork():
                    print(request(application, target="/async").text, flush=True)
                    sys.exit()
                os.wait()
        """)
        self.assertEqual("thread\nthread\n", out)

    def test_fork_after_a_request(self) -> None:
        out = self.run_code("""
            warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads
            assert request(application, target="/background").status == 200
            mine = request(application).text
            child = os.fork()
            if not child:
                assert request(application, target="/async").text == "thread"
                theirs = request(application).text
                assert theirs != mine
                print("child", theirs == request(application).text, flush=True)
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            # The parent's selector still knows its self-pipe.
            assert request(application, target="/async").text == "thread"
            assert request(application).text == mine
            print("parent", flush=True)
        """)
        self.assertEqual("child True\nparent\nbackground cancelled\n", out)

    def test_fork_and_exit_without_a_request(self) -> None:
        out = self.run_code("""
            assert request(application).status == 200
            child = os.fork()
            if not child:
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            print(request(application, target="/async").text)
        """)
        self.assertEqual("thread\n", out)


if __name__ == "__main__":
    unittest.main()
