"""What an app may send, and what the client gets."""

from __future__ import annotations

import asyncio
import gc
import threading
import unittest
from typing import Any

from asgi_adapter import ASGIAdapter

from asgi_asking import (
    App,
    Log,
    Site,
    ask,
    call,
    http_only,
    make_environ,
    send_response,
)

START = {"type": "http.response.start", "status": 200, "headers": []}
MORE = {"type": "http.response.body", "body": b"abc", "more_body": True}
END = {"type": "http.response.body"}


def sending(*messages: Any, error: BaseException | None = None) -> App:
    """Return an app that sends these messages, and then ends or raises."""

    @http_only
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
        if error is not None:
            raise error

    return app


class Responses(unittest.TestCase):
    """Responses as they should be."""

    def test_status_codes(self) -> None:
        for code in (200, 201, 299, 404, 451, 599, 999):
            self.assertEqual(code, ask(sending({**START, "status": code}, END)).status)

    def test_headers_are_as_sent(self) -> None:
        headers = [
            (b"X-Case", b"Value"),
            (b"set-cookie", b"a=1"),
            (b"x-latin", b"\xe4"),
            (b"set-cookie", b"b=2"),
            (b"x-empty", b""),
            (b"x-tab", b" a\tb "),
            (b"content-length", b"0"),
        ]
        answer = ask(sending({**START, "headers": iter(headers)}, END))
        expected = [(k.decode(), v.decode("latin-1")) for k, v in headers]
        expected[5] = ("x-tab", "a b")
        self.assertEqual(expected, answer.headers)

    def test_what_belongs_to_the_server_is_left_out(self) -> None:
        headers = [(b"Connection", b"close"), (b"transfer-encoding", b"chunked")]
        answer = ask(sending({**START, "headers": headers}, {**END, "body": b"abc"}))
        self.assertEqual(([], b"abc"), (answer.headers, answer.body))

    def test_bodies_of_all_kinds(self) -> None:
        for body in (b"", b"abc", bytearray(b"abc"), memoryview(b"abc"), b"x" * 10**6):
            answer = ask(sending(START, {**END, "body": body}))
            self.assertEqual(bytes(body), answer.body)

    def test_pieces(self) -> None:
        empty = {**MORE, "body": b""}
        answer = ask(sending(START, empty, MORE, empty, MORE, END))
        self.assertEqual(b"abcabc", answer.body)

    def test_no_body_where_there_is_none(self) -> None:
        length = {**START, "headers": [(b"content-length", b"3")]}
        answer = ask(sending(length, {**END, "body": b"abc"}), method="HEAD")
        self.assertEqual(("3", b""), (answer.header("content-length"), answer.body))
        self.assertEqual(b"", ask(sending(START, MORE, MORE, END), method="HEAD").body)
        for code in (204, 304):
            self.assertEqual(code, ask(sending({**START, "status": code}, END)).status)

    def test_a_piece_is_sent_before_the_next_one_is_made(self) -> None:
        seen: list[int] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send(START)
            for number in range(3):
                seen.append(number)
                await send(MORE)
            await send(END)
            seen.append(99)

        started, body = call(ASGIAdapter(app), make_environ())
        self.assertEqual("200 OK", started[0])
        self.assertEqual([0], seen)
        for expected in ([0], [0, 1], [0, 1, 2]):
            self.assertEqual(b"abc", next(body))
            self.assertEqual(expected, seen)
        self.assertEqual([], list(body))
        self.assertEqual([0, 1, 2], seen)
        body.close()
        self.assertEqual([0, 1, 2, 99], seen)

    def test_several_tasks_send(self) -> None:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send(START)
            await asyncio.gather(*(send(MORE) for _ in range(5)))
            await send(END)

        self.assertEqual(b"abc" * 5, ask(app).body)

    def test_an_app_that_stops_the_loop(self) -> None:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            asyncio.get_running_loop().stop()
            await asyncio.sleep(0.01)
            await send_response(send, b"still here")

        self.assertEqual(b"still here", ask(app).body)

    def test_a_thread_of_the_app(self) -> None:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            loop = asyncio.get_running_loop()
            name = await loop.run_in_executor(None, threading.current_thread)
            await send_response(send, name.name.encode())

        self.assertNotEqual(b"worker", ask(app).body)


class Mistakes(unittest.TestCase):
    """Apps that do not keep to ASGI, or fail."""

    def failure(self, app: App, *, method: str = "GET", started: bool = False) -> str:
        """Return the log of a failing app; the client gets a 500, or a broken response."""
        with Site(app) as site:
            answer = site.ask(method=method)
            if started:
                self.assertEqual((200, b"abc"), (answer.status, answer.body))
                self.assertFalse(answer.complete)
            else:
                self.assertEqual(500, answer.status)
            log = site.logged()
            self.assertEqual(500 if not started else 200, site.ask().status)
            site.logged()
        return log

    def test_exceptions(self) -> None:
        for error in (LookupError("oops"), asyncio.CancelledError("oops")):
            for messages in ((), (START,)):
                log = self.failure(sending(*messages, error=error))
                self.assertIn("GET '/': exception in the app", log)
                self.assertIn("oops", log)
            log = self.failure(sending(START, MORE, error=error), started=True)
            self.assertIn("the app did not complete its response", log)
            with Site(sending(START, END, error=error)) as site:
                self.assertEqual(200, site.ask().status)
                site.stop()
                log = (
                    site.logged()
                )  # what is cancelled after the response is no failure
                self.assertEqual(isinstance(error, LookupError), "oops" in log)

    def test_wrong_messages(self) -> None:
        def header(name: Any, value: Any) -> dict[str, Any]:
            return {**START, "headers": [(b"x-ok", b"1"), (name, value)]}

        table: dict[str, tuple[Any, ...]] = {
            "without a complete response": (),
            "needs 'http.response.start'": (END,),
            "needs 'http.response.body'": (START, START),
            "not the status of a response: 99": ({**START, "status": 99},),
            "not the status of a response: 101": ({**START, "status": 101},),
            "not the status of a response: 1000": ({**START, "status": 1000},),
            "not the status of a response: '200'": ({**START, "status": "200"},),
            "illegal characters in x": (header(b"x", b"a\r\nb: c"),),
            "illegal characters in the name": (header(b"x y", b""),),
            "'str' object has no attribute 'decode'": (header("x", b""),),
            "'int' object has no attribute 'decode'": (header(b"x", 5),),
            "content-length is not a number": (header(b"Content-Length", b"-1"),),
            "longer than Content-Length": (header(b"content-length", b"2"), MORE),
            "shorter than Content-Length": (
                header(b"content-length", b"4"),
                {**MORE, "more_body": False},
            ),
            "204 No Content has no body": ({**START, "status": 204}, MORE),
            "memoryview: a bytes-like object": (START, {**END, "body": "text"}),
            "'http.response.push' was sent": ({"type": "http.response.push"},),
            "'websocket.accept' was sent": ({"type": "websocket.accept"},),
        }
        for text, messages in table.items():
            self.assertIn(text, self.failure(sending(*messages)))
        for text, messages in {
            "longer than Content-Length": (header(b"content-length", b"4"), MORE, MORE),
            "shorter than Content-Length": (header(b"content-length", b"4"), MORE, END),
            "without a complete response": (START, MORE),
            "needs 'http.response.body'": (START, MORE, START),
        }.items():
            self.assertIn(text, self.failure(sending(*messages), started=True))
        with Site(sending(START, END, END)) as site:
            self.assertEqual(200, site.ask().status)
            site.stop()
            self.assertIn("sent after the end of the response", site.logged())

    def test_what_is_no_app(self) -> None:
        for wrong in (None, "main:app", 5):
            with self.assertRaisesRegex(TypeError, "ASGIAdapter needs an ASGI app"):
                ASGIAdapter(wrong)  # type: ignore[arg-type]

        def wsgi(environ: Any, start_response: Any) -> Any:
            return []

        self.assertIn("positional argument", self.failure(wsgi))  # type: ignore[arg-type]

    def test_an_app_that_exits(self) -> None:
        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/late":
                await asyncio.sleep(0)
            elif scope["path"] == "/after":
                await send_response(send)
            elif scope["path"] == "/":
                return await send_response(send, b"still here")
            raise SystemExit(3)

        adapter = ASGIAdapter(app)
        for path in ("/now", "/late"):
            with self.assertRaises(SystemExit):
                call(adapter, make_environ(path))
        _, body = call(adapter, make_environ("/after"))
        with self.assertRaises(SystemExit):
            body.close()
        _, body = call(adapter, make_environ())
        self.assertEqual([b"still here"], list(body))
        body.close()

    def test_inside_a_running_loop(self) -> None:
        async def inside() -> None:
            call(ASGIAdapter(sending(START, END)), make_environ())

        with self.assertRaisesRegex(RuntimeError, "that loop's own server"):
            asyncio.run(inside())

    def test_websockets(self) -> None:
        fields = [("Upgrade", "websocket"), ("Sec-WebSocket-Key", "x")]
        with Site(sending(START, END)) as site:
            answer = site.ask(headers=fields)
            self.assertEqual(501, answer.status)
            self.assertIn(b"WSGI cannot serve WebSockets", answer.body)
            self.assertIn("GET '/': 501. WSGI cannot serve", site.logged())
            self.assertEqual(b"", site.ask(method="HEAD", headers=fields).body)
            site.logged()
            self.assertEqual(200, site.ask(headers=[("Upgrade", "h2c")]).status)


class Clients(unittest.TestCase):
    """Clients that go."""

    def setUp(self) -> None:
        self.seen: list[str] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/next":
                return await send_response(send, b"next")

            async def listen() -> None:
                self.seen.append((await receive())["type"])
                self.seen.append((await receive())["type"])

            listener = asyncio.ensure_future(listen())
            await asyncio.sleep(0)
            await send(START)
            try:
                while True:
                    await send({**MORE, "body": b"x" * 100_000})
            except OSError as error:
                self.seen.append(str(error))
                raise
            finally:
                await listener

        self.app = app
        self.expected = ["http.disconnect", "http.request", "the client has gone"]

    def test_over_a_socket(self) -> None:
        with Site(self.app) as site:
            with site.connect() as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                client.recv(1000)
            self.assertEqual(b"next", site.ask("/next").body)
            self.assertEqual("", site.logged())
        self.assertEqual(self.expected, sorted(self.seen))

    def test_a_server_that_closes_the_response(self) -> None:
        _, body = call(ASGIAdapter(self.app), make_environ())
        next(body)
        body.close()
        self.assertEqual(self.expected, sorted(self.seen))
        body.close()

    def test_it_may_come_in_a_group(self) -> None:
        class Group(Exception):
            def __init__(self, *exceptions: BaseException) -> None:
                super().__init__(*exceptions)
                self.exceptions = exceptions

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            try:
                await self.app(scope, receive, send)
            except OSError as error:
                gone = [Group(error)] if scope["path"] == "/" else []
            raise Group(LookupError("oops"), *gone)

        for path, expected in (("/", ""), ("/other", "oops")):
            self.seen.clear()
            with Log() as log:
                _, body = call(ASGIAdapter(app), make_environ(path))
                next(body)
                body.close()
            self.assertIn(expected, "".join(log.lines))
            self.assertEqual(bool(expected), bool(log.lines))

    def test_a_server_that_forgets_the_response(self) -> None:
        # PythonAnywhere's does, and another thread may collect it.
        adapter = ASGIAdapter(self.app)
        _, body = call(adapter, make_environ())
        held = [body]
        next(body)
        del body

        def collect() -> None:
            held.clear()
            gc.collect()

        collects = threading.Thread(target=collect)
        collects.start()
        collects.join()
        self.assertEqual(["http.request"], self.seen)
        _, body = call(adapter, make_environ("/next"))
        self.assertEqual(self.expected, sorted(self.seen))
        body.close()


if __name__ == "__main__":
    unittest.main()
