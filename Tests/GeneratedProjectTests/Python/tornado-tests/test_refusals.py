"""The adapter refuses what WSGI cannot do, and answers every exception at once."""

from __future__ import annotations

import asyncio
import contextlib
import time
import unittest

from asking import Case, Log, adapt, ask_adapter, make_environ, start
from handlers.answers import Hello
from handlers.errors import Cancelled
from handlers.requests import UPGRADE, Socket
from hello.tornado_wsgi import WSGIAdapter
from tornado import httputil
from tornado.web import RequestHandler


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

    def test_the_stream_tells_whether_it_is_closed(self) -> None:
        seen: list[bool] = []

        class Poll(RequestHandler):
            async def get(self):
                seen.append(self.request.connection.stream.closed())
                self.write("x")
                await self.flush()
                await asyncio.sleep(0)
                seen.append(self.request.connection.stream.closed())

        ask_adapter(adapt(Poll), make_environ(Case("", "/Poll")))
        self.assertEqual([False, False], seen)
        seen.clear()
        with Log():
            _, body = start(adapt(Poll), Case("", "/Poll"))
            body.close()
        self.assertEqual([False, True], seen)

    def test_no_certificate(self) -> None:
        class Certificate(RequestHandler):
            def get(self):
                for binary_form in (False, True):
                    self.write(str(self.request.get_ssl_certificate(binary_form)))

        environ = make_environ(Case("", "/Certificate"), **{"wsgi.url_scheme": "https"})
        self.assertEqual(b"NoneNone", ask_adapter(adapt(Certificate), environ).body)

    def test_the_rest_of_the_stream(self) -> None:
        class Writes(RequestHandler):
            def get(self):
                stream = self.request.connection.stream
                assert not hasattr(stream.socket, "getpeername")
                stream.write(b"x")

        answer = ask_adapter(adapt(Writes), make_environ(Case("", "/Writes")))
        self.assertEqual("500 Internal Server Error", answer.status)
        self.assertIn(
            "stream has no 'write': WSGI gives an app no connection",
            "\n".join(answer.log),
        )

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

    def test_raw_responses_that_wsgi_cannot_send(self) -> None:
        for written, words in (
            (b"", "POST /x was finished without a response"),
            (b"HTTP/1.1 200 OK\r\n", "POST /x was finished without a response"),
            (b"hello\r\n\r\n", "no head of a response: b'hello'"),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "WSGI does not allow a response to set Transfer-Encoding",
            ),
        ):
            with self.subTest(written):

                def raw(request: httputil.HTTPServerRequest) -> None:
                    request.connection.write(written)  # noqa: B023
                    request.connection.finish()

                case = Case("", "/x", "POST")
                answer = ask_adapter(WSGIAdapter(raw), make_environ(case))
                self.assertEqual("500 Internal Server Error", answer.status)
                self.assertIn(words, "\n".join(answer.log))

    def test_line_breaks_in_a_header_that_comes_twice(self) -> None:
        for values in (["a\r\nB: c", "d"], ["d", "a\r\nB: c"], ["a\nB: c", b"d"]):
            with self.subTest(values):

                def forced(request: httputil.HTTPServerRequest) -> None:
                    headers = httputil.HTTPHeaders({"Content-Length": "0"})
                    headers._as_list["X"] = values  # noqa: B023
                    start_line = httputil.ResponseStartLine("HTTP/1.1", 200, "OK")
                    request.connection.write_headers(start_line, headers)
                    request.connection.finish()

                answer = ask_adapter(WSGIAdapter(forced), make_environ(Case("", "/x")))
                self.assertEqual("500 Internal Server Error", answer.status)
                self.assertIn("Illegal characters (CR or LF)", "\n".join(answer.log))

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


if __name__ == "__main__":
    unittest.main()
