"""`web/` answers errors, and logs those that nobody meant."""

# Functions in loops are called before the loop goes on.
# ruff: noqa: B023

from __future__ import annotations

import io
import unittest
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from asking import TestCase, application, ask, call
from hello.web import Application, HTTPError, RequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def fail(error: BaseException) -> Callable[[Any], None]:
    """Return a method that answers half, then raises."""

    def get(self: RequestHandler) -> None:
        self.set_status(201)
        self.set_header("X-Half", "written")
        self.set_cookie("a", "b")
        self.write({"half": "written"})
        raise error

    return get


class ErrorTest(TestCase):
    def test_an_http_error_replaces_what_was_written(self) -> None:
        table: list[tuple[HTTPError, int, str]] = [
            (HTTPError(404), 404, "404 Not Found\n"),
            (HTTPError(400, "é no"), 400, "400 é no\n"),
            (HTTPError(499), 499, "499 Error\n"),
            (HTTPError(503, headers={"Retry-After": "5"}), 503, "503 Service Unavai"),
        ]
        for error, status, body in table:
            with self.subTest(status):
                response = ask(fail(error))
                self.assert_refused(response, status)
                self.assertTrue(response.body.decode().startswith(body))
                for name in ("X-Half", "Set-Cookie"):
                    self.assertIsNone(response.header(name))
                kind = response.header("Content-Type")
                self.assertEqual(kind, "text/plain; charset=utf-8")
        self.assertEqual(response.header("Retry-After"), "5")

    def test_an_exception_is_a_logged_traceback_and_a_plain_500(self) -> None:
        errors: list[Exception] = [ValueError("secret"), RecursionError(), OSError(5)]
        errors += [KeyError("x"), StopIteration(), MemoryError(), AssertionError()]
        for error in errors:
            with self.subTest(repr(error)):
                response = ask(fail(error), path="/x?password=1")
                self.assert_server_error(response, type(error).__name__)
                lines = response.errors.split("\n    ")
                self.assertEqual(lines[0], "GET /x")
                self.assertTrue(lines[1].startswith(f"{__file__}:"), lines[1])
                self.assertIn(f": {type(error).__name__}", lines[1])
                self.assertEqual(lines[2], "Traceback (most recent call last):")
                self.assertNotIn("password", response.errors)
                self.assertEqual(response.errors[-1], "\n")
                self.assertIsNone(response.header("X-Half"))

    def test_exits_are_not_caught(self) -> None:
        for error in (KeyboardInterrupt(), SystemExit(1)):
            with self.subTest(repr(error)), self.assertRaises(type(error)):
                ask(fail(error))

    def test_nobody_can_forge_a_line_of_the_log(self) -> None:
        def get(self: RequestHandler) -> None:
            raise ValueError("é\nGET /forged\r\x1b[31m\x85\u2028\ud800\x00")

        response = ask(get, path="/a\r\nGET /forged\x1b")
        self.assert_server_error(response, "ValueError")
        lines = response.errors.split("\n")
        self.assertEqual(lines[0], "GET /a\\r\\nGET /forged\\x1b")
        self.assertIn("ValueError: é\n", response.errors)
        self.assertIn(
            "GET /forged\\r\\x1b[31m\\x85\\u2028\\ud800\\x00", response.errors
        )
        for line in lines[1:-1]:
            self.assertTrue(line.startswith("    "), line)
        self.assertTrue(response.errors.replace("\n", "").isprintable())

    def test_the_log_shows_letters_as_they_are(self) -> None:
        def get(self: RequestHandler) -> None:
            raise ValueError("Jürgen's \\ is no 字")

        response = ask(get, path="/\u00c3\u00a9")  # as WSGI has /é
        self.assertTrue(response.errors.startswith("GET /é\n"))
        self.assertIn("ValueError: Jürgen's \\ is no 字\n", response.errors)
        log = io.TextIOWrapper(io.BytesIO(), "ascii")
        ask(get, path="/\u00c3\u00a9", wsgi_errors=log)
        log.seek(0)
        said = log.read()
        self.assertTrue(said.startswith("GET /\\xe9\n"))
        self.assertIn("ValueError: J\\xfcrgen's \\ is no \\u5b57\n", said)

    def test_the_log_is_flushed(self) -> None:
        class Log(io.StringIO):
            flushed = ""

            def flush(self) -> None:
                self.flushed = self.getvalue()

        log = Log()
        ask(fail(ValueError()), wsgi_errors=log)
        self.assertIn("ValueError", log.flushed)

    def test_a_broken_log_does_not_cost_the_answer(self) -> None:
        class Broken(io.StringIO):
            def write(self, text: str) -> int:
                raise OSError("full")

        response = ask(fail(ValueError()), wsgi_errors=Broken())
        self.assertEqual(response.status, 500)

    def test_write_error_can_be_overridden(self) -> None:
        class Page(RequestHandler):
            def get(self) -> None:
                raise ValueError("secret")

            def write_error(self, status: int, message: str) -> None:
                self.set_header("Content-Type", "text/html; charset=utf-8")
                self.write(f"<h1>{status}: {message}</h1>")

        app = Application([("/", Page)])
        response = call(app)
        self.assertEqual(response.body, b"<h1>500: Internal Server Error</h1>")
        self.assertEqual(call(app, "PUT").body, b"<h1>405: Method Not Allowed</h1>")

    def test_what_fails_in_write_error_is_a_plain_500(self) -> None:
        for error in (ValueError("again"), HTTPError(404)):
            with self.subTest(repr(error)):

                def write_error(
                    self: RequestHandler, status: int, message: str
                ) -> None:
                    self.write("half")
                    raise error

                members = {"get": fail(KeyError("first")), "write_error": write_error}
                handler = type("H", (RequestHandler,), members)
                response = call(Application([("/", handler)]))
                self.assert_server_error(response, type(error).__name__)
                self.assertIn("KeyError: 'first'", response.errors)

    def test_what_fails_in_init_is_a_plain_500(self) -> None:
        def init(self: RequestHandler, environ: WSGIEnvironment) -> None:
            raise ValueError("init")

        handler = type("H", (RequestHandler,), {"__init__": init})
        self.assert_server_error(call(Application([("/", handler)])), "init")

    def test_an_error_header_cannot_inject(self) -> None:
        response = ask(fail(HTTPError(401, headers={"X-A": "b\r\nX: y"})))
        self.assert_server_error(response, "ValueError")

    def test_a_failing_start_response_is_the_servers(self) -> None:
        def start_response(*args: Any) -> Any:
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            Application([])({"REQUEST_METHOD": "GET"}, start_response)

    def test_requests_share_nothing(self) -> None:
        app = application(lambda self: self.add_header("X-A", "1"))
        self.assertEqual(call(app).headers, call(app).headers)
        first = call(Application([]))
        first.headers.append(("X-Added", "by a server"))
        self.assertNotIn(first.headers[-1], call(Application([])).headers)


if __name__ == "__main__":
    unittest.main()
