"""`web/` finds the handler of a path, and gives it what the path captures."""

# Functions in loops are called before the loop goes on.
# ruff: noqa: B023

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

from asking import TestCase, application, ask, call
from hello.web import Application, RequestHandler


class RoutingTest(TestCase):
    def test_groups_become_arguments(self) -> None:
        table: list[tuple[str, str, str, list[Any]]] = [
            ("no groups", r"/", "/", [(), {}]),
            ("named", r"/items/(?P<id>\d+)", "/items/42", [(), {"id": "42"}]),
            ("in order", r"/(\w+)/(\w+)", "/a/b", [("a", "b"), {}]),
            ("optional, named", r"/x(?:/(?P<y>.*))?", "/x", [(), {"y": None}]),
            ("optional, in order", r"/x(/y)?", "/x", [(None,), {}]),
            ("named wins over unnamed", r"/(a)(?P<b>b)", "/ab", [(), {"b": "b"}]),
            ("UTF-8", r"/(.+)", "/\xc3\xa9", [("é",), {}]),
            ("a decoded slash", r"/(.+)", "/a/b", [("a/b",), {}]),
            ("empty path is /", r"(/)", "", [("/",), {}]),
        ]
        for name, pattern, path, expected in table:
            with self.subTest(name):
                seen: list[Any] = []

                def get(self: RequestHandler, *args: Any, **kwargs: Any) -> None:
                    seen.extend([args, kwargs])

                response = call(application(get, pattern), path=path)
                self.assertEqual(response.status, 200, response.errors)
                self.assertEqual(seen, expected)

    def test_a_pattern_matches_the_whole_path(self) -> None:
        for path in ("/itemss", "/items/", "/x/items", "/items\n", "/ITEMS", "//items"):
            with self.subTest(path):
                response = call(application(lambda self: None, "/items"), path=path)
                self.assert_refused(response, 404)

    def test_the_preview_tells_the_routes_near_to_a_path(self) -> None:
        patterns = (
            r"/",
            r"/items/(?P<id>[0-9]+)",
            r"/items",
            r"/(a|b)/deep/(.*)",
            r"/x?",
        )
        routes = [(pattern, RequestHandler) for pattern in patterns]
        for path, near in (
            ("/itms/3", "/items/<id>"),
            ("/items/three", "/items/<id>"),
            ("/items/", "/items or /items/<id>"),
            ("/item", "/items or /items/<id>"),
            ("/Items", "/items or /items/<id>"),
            ("/a/dep/c", "/<value>/deep/<value>"),
            ("/favicon.ico", ""),
            ("/<script>", ""),
            ("//", ""),
            ("/" + "a/" * 10_000, ""),
        ):
            with self.subTest(path[:20]):
                self.assert_refused(call(Application(routes), path=path), 404)
                with mock.patch.dict("os.environ", PA_NEW_PREVIEW="1"):
                    response = call(Application(routes), path=path)
                said = f"Not Found; did you mean {near}?" if near else "Not Found"
                self.assertEqual(response.body.decode(), f"404 {said}\n")
                told = f"GET {path}\n    {said}\n" if near else ""
                self.assertEqual(response.errors, told)

    def test_the_first_match_serves(self) -> None:
        first = type("A", (RequestHandler,), {"get": lambda self: self.write("first")})
        second = type(
            "B", (RequestHandler,), {"get": lambda self: self.write("second")}
        )
        self.assertEqual(
            call(Application([("/", first), (".*", second)])).body, b"first"
        )

    def test_a_path_that_is_absent_is_the_root(self) -> None:
        app = application(lambda self: self.write("root"), "/")
        response = call(app, PATH_INFO=None, SCRIPT_NAME="/app", QUERY_STRING=None)
        self.assertEqual(response.body, b"root")

    def test_an_undecodable_path_never_reaches_a_handler(self) -> None:
        served: list[str] = []
        for path in ("/\xff", "/\xc3", "/a\x80b", "/\xed\xa0\x80", "/\xc0\xaf"):
            with self.subTest(ascii(path)):
                app = application(lambda self: served.append("bad"))
                response = call(app, path=path)
                self.assert_refused(response, 400)
                # Nothing of Python's own words for it.
                expected = b"400 malformed request: text that is not UTF-8\n"
                self.assertEqual(response.body, expected)
        self.assertEqual(served, [])

    def test_a_malformed_escape_in_the_raw_path_is_refused(self) -> None:
        for uri in ("/%zz", "/%", "/a%4", "/?q=%g0"):
            with self.subTest(uri):
                self.assert_refused(ask(lambda self: None, REQUEST_URI=uri), 400)
        self.assertEqual(ask(lambda self: None, REQUEST_URI="/%41?%20").status, 200)

    def test_the_default_handler_writes_the_404(self) -> None:
        class Page(RequestHandler):
            def write_error(self, status: int, message: str) -> None:
                self.write(f"my {status} {message}")

        app = Application([("/", RequestHandler)], default_handler=Page)
        self.assertEqual(call(app, path="/x").body, b"my 404 Not Found")
        self.assertEqual(call(app, path="/").status, 405)


if __name__ == "__main__":
    unittest.main()
