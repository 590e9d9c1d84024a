"""`prepare` and `on_finish`: what each method of a handler begins and ends with."""

from __future__ import annotations

import io
import unittest
from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults

from asking import FORM, TestCase, ask, call
from hello.web import Application, HTTPError, RequestHandler


def app(
    prepare: Callable[[Any], None], on_finish: Callable[[Any], None] = lambda self: None
) -> Application:
    """Return an application whose method `get` writes "get", and `post` a field."""
    members = {
        "check_csrf": False,
        "prepare": prepare,
        "on_finish": on_finish,
        "get": lambda self: self.write("get"),
        "post": lambda self: self.write(self.get_body_argument("a")),
    }
    return Application([("/", type("Main", (RequestHandler,), members))])


class PrepareTest(TestCase):
    def test_it_comes_before_the_method(self) -> None:
        response = call(app(lambda self: self.write(f"{self.method} ")))
        self.assertEqual(response.body, b"GET get")

    def test_it_knows_the_request(self) -> None:
        main = app(lambda self: self.write(self.get_body_argument("a")))
        response = call(main, "POST", body=b"a=1", CONTENT_TYPE=FORM)
        self.assertEqual(response.body, b"11")

    def test_it_can_end_the_request(self) -> None:
        response = call(app(lambda self: self.finish("enough")))
        self.assertEqual((response.status, response.body), (200, b"enough"))
        response = call(app(lambda self: self.finish({"a": []})))
        self.assertEqual(response.body, b'{"a": []}')
        response = call(app(lambda self: self.finish()))
        self.assertEqual((response.status, response.body), (200, b""))
        response = call(app(lambda self: self.redirect("/login")))
        self.assertEqual((response.status, response.body), (302, b""))
        self.assertEqual(response.header("Location"), "/login")

    def test_it_can_raise(self) -> None:
        def refuse(self: RequestHandler) -> None:
            raise HTTPError(401)

        self.assert_refused(call(app(refuse)), 401)
        response = call(app(lambda self: self.nothing))
        self.assert_server_error(response, "AttributeError")

    def test_it_is_called_only_for_what_a_method_can_answer(self) -> None:
        calls: list[str] = []
        main = app(lambda self: calls.append(self.method))
        for method, path, more in (
            ("PUT", "/", {}),
            ("BREW", "/", {}),
            ("GET", "/x", {}),
            ("GET", "/?a=%zz", {}),
            ("POST", "/", {"body": b"a=%zz", "CONTENT_TYPE": FORM}),
        ):
            with self.subTest(method=method, path=path):
                self.assertGreaterEqual(call(main, method, path, **more).status, 400)
        self.assertEqual(calls, [])
        call(main, "HEAD")
        call(main, "OPTIONS")
        self.assertEqual(calls, ["HEAD", "OPTIONS"])

    def test_nothing_follows_a_redirect_or_finish(self) -> None:
        """A method goes on behind them: without return, that is a mistake."""
        ends: dict[str, Callable[[RequestHandler], object]] = {
            "redirect": lambda self: self.redirect("/other"),
            "finish": lambda self: self.finish("a"),
        }
        more: dict[str, Callable[[RequestHandler], object]] = {
            "write": lambda self: self.write("b"),
            "write_html": lambda self: self.write_html("b"),
            "JSON": lambda self: self.write([]),
            "a stream": lambda self: self.stream(["b"]),
            "redirect": lambda self: self.redirect("/b"),
        }
        for end, begun in ends.items():
            for name, write in more.items():
                with self.subTest(end=end, then=name):
                    methods = begun, write
                    response = ask(lambda self: [do(self) for do in methods] and None)  # noqa: B023
                    words = f"{'write' if name == 'JSON' else name}: nothing can follow"
                    self.assert_server_error(
                        response, f"RuntimeError: {words} self.fin"
                    )
        response = ask(lambda self: self.redirect("/a") or self.set_header("A", "b"))
        self.assertEqual((response.status, response.header("A")), (302, "b"))


class OnFinishTest(TestCase):
    def test_it_comes_when_the_response_is_closed_and_once(self) -> None:
        calls: list[int] = []
        main = app(lambda self: None, lambda self: calls.append(self._status))
        environ: dict[str, Any] = {}
        setup_testing_defaults(environ)
        body: Any = main(environ, lambda status, headers, info=None: print)
        self.assertEqual((list(body), calls), ([b"get"], []))
        body.close()
        body.close()
        self.assertEqual(calls, [200])

    def test_it_comes_after_errors_and_after_every_end(self) -> None:
        calls: list[int] = []

        def prepare(self: RequestHandler) -> None:
            if self.get_query_argument("http", ""):
                raise HTTPError(409)
            if self.get_query_argument("fail", ""):
                raise KeyError

        main = app(prepare, lambda self: calls.append(self._status))
        for method, path in (
            ("GET", "/?http=1"),
            ("GET", "/?fail=1"),
            ("PUT", "/"),
            ("HEAD", "/"),
            ("GET", "/?a=%"),
        ):
            call(main, method, path)
        self.assertEqual(calls, [409, 500, 405, 200, 400])

    def test_it_comes_if_write_error_fails(self) -> None:
        calls: list[str] = []

        class Main(RequestHandler):
            def on_finish(self) -> None:
                calls.append("finish")

            def write_error(self, status: int, message: str) -> None:
                raise KeyError

        self.assert_server_error(call(Application([("/", Main)])), "KeyError")
        self.assertEqual(calls, ["finish"])

    def test_its_exception_is_logged_and_nothing_else(self) -> None:
        errors = io.StringIO()
        main = app(lambda self: None, lambda self: self.nothing)
        response = call(main, wsgi_errors=errors)
        self.assertEqual((response.status, response.body), (200, b"get"))
        self.assertIn("AttributeError", errors.getvalue())

    def test_it_comes_if_the_server_refuses_the_header_fields(self) -> None:
        calls: list[int] = []

        def start_response(*args: Any) -> Any:
            raise ZeroDivisionError

        main = app(lambda self: None, lambda self: calls.append(1))
        environ: dict[str, Any] = {}
        setup_testing_defaults(environ)
        with self.assertRaises(ZeroDivisionError):
            main(environ, start_response)
        self.assertEqual(calls, [1])

    def test_without_it_the_body_is_a_plain_list(self) -> None:
        environ: dict[str, Any] = {}
        setup_testing_defaults(environ)
        body = Application([])(environ, lambda status, headers, info=None: print)
        self.assertEqual(body, [b"404 Not Found\n"])


class APIHandler(RequestHandler):
    """What pages of another site may call: scripts there read errors, too."""

    origins = ("https://app.example",)

    def prepare(self) -> None:
        self.add_header("Vary", "Origin")
        if self.environ.get("HTTP_ORIGIN") in self.origins:
            origin = self.environ["HTTP_ORIGIN"]
            self.set_header("Access-Control-Allow-Origin", origin)
            self.set_header("Access-Control-Allow-Methods", "GET, PUT")
            self.set_header("Access-Control-Allow-Headers", "Content-Type")

    def write_error(self, status: int, message: str) -> None:
        APIHandler.prepare(self)
        self.write({"error": message})


class OtherSiteTest(TestCase):
    """CORS, which is ten lines and no part of the library."""

    def test_a_site_that_is_allowed(self) -> None:
        class Items(APIHandler):
            def get(self) -> None:
                self.write([1])

            def put(self) -> None:
                self.write(self.get_json_body()["name"])

        main = Application([("/", Items)])
        allowed = {"HTTP_ORIGIN": "https://app.example"}
        for method, status in (
            ("GET", 200),
            ("OPTIONS", 204),
            ("PUT", 415),
            ("POST", 405),
        ):
            with self.subTest(method):
                response = call(main, method, **allowed)
                self.assertEqual(response.status, status)
                origin = response.header("Access-Control-Allow-Origin")
                self.assertEqual(origin, "https://app.example")
                self.assertEqual(response.header("Vary"), "Origin")
                response = call(main, method, HTTP_ORIGIN="https://evil.example")
                self.assertIsNone(response.header("Access-Control-Allow-Origin"))


class RedirectTest(TestCase):
    def test_the_browser_requests_the_next_page_with_get(self) -> None:
        class Main(RequestHandler):
            check_csrf = False

            def get(self) -> None:
                self.redirect("/a")

            post = put = patch = delete = get

            def options(self) -> None:
                self.redirect("/a", permanent=True)

        main = Application([("/", Main)])
        methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
        found = [call(main, method).status for method in methods]
        self.assertEqual(found, [302, 302, 303, 303, 303, 303, 301])


if __name__ == "__main__":
    unittest.main()
