"""`web/` calls the function of a method, and refuses other methods."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any

from asking import TestCase, application, ask, call
from hello.web import Application, RequestHandler
from hello.web.handler import METHODS


class MethodTest(TestCase):
    def test_each_method_has_its_function(self) -> None:
        for method in METHODS:
            with self.subTest(method):
                response = ask(lambda self: self.set_header("X-Me", "yes"), method)
                self.assertEqual(response.header("X-Me"), "yes")

    def test_a_method_without_a_function_is_405_with_allow(self) -> None:
        nothing: Callable[[Any], None] = lambda self: None
        table = [
            (["get"], "GET, HEAD, OPTIONS"),
            (["head"], "HEAD, OPTIONS"),
            (["post", "delete"], "POST, DELETE, OPTIONS"),
            ([], "OPTIONS"),
        ]
        for names, allow in table:
            with self.subTest(allow):
                handler = type("H", (RequestHandler,), dict.fromkeys(names, nothing))
                response = call(Application([("/", handler)]), "PUT")
                self.assert_refused(response, 405)
                self.assertEqual(response.header("Allow"), allow)
                response = call(Application([("/", handler)]), "OPTIONS")
                self.assertEqual(response.status, 204)
                self.assertEqual(response.header("Allow"), allow)
                self.assertIsNone(response.header("Content-Type"))

    def test_an_unknown_method_is_501_and_calls_no_attribute(self) -> None:
        served: list[str] = []
        names = "get Get TRACE CONNECT WRITE write __init__ GET\n PROPFIND _CLEAR ſ"
        for method in [*names.split(" "), ""]:
            with self.subTest(ascii(method)):
                app = application(lambda self: served.append("called"))
                self.assert_refused(call(app, method), 501)
        self.assertEqual(served, [])

    def test_head_is_get_without_the_body(self) -> None:
        def get(self: RequestHandler) -> None:
            self.write("four")
            self.set_header("X-Me", "yes")

        app = application(get)
        got, head = call(app, "GET"), call(app, "HEAD")
        self.assertEqual(head.body, b"")
        self.assertEqual(head.headers, got.headers)
        self.assertEqual(head.header("Content-Length"), "4")

    def test_a_head_of_its_own(self) -> None:
        response = ask(lambda self: self.write("123"), "HEAD")
        self.assertEqual((response.body, response.header("Content-Length")), (b"", "3"))
        for chunks in ([], [""], [b""]):
            response = ask(lambda self: self.finish(*chunks), "HEAD")  # noqa: B023
            self.assertIsNone(response.header("Content-Length"))

    def test_head_of_an_error_has_no_body(self) -> None:
        response = call(Application([]), "HEAD")
        self.assertEqual((response.status, response.body), (404, b""))
        self.assertEqual(response.header("Content-Length"), "14")

    def test_a_method_must_return_none(self) -> None:
        async def get(self: RequestHandler) -> None:
            """Do nothing, ever."""

        self.assert_server_error(ask(lambda self: "Hello"), "call self.write(...)")
        # Nobody is told that it was never awaited: warnings are errors here.
        self.assert_server_error(ask(get), "is async: write def instead of async def")


if __name__ == "__main__":
    unittest.main()
