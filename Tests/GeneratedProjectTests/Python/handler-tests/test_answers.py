"""`web/` sends what handlers write: bodies, statuses, header fields and redirects."""

# Functions in loops are called before the loop goes on.
# ruff: noqa: B023

from __future__ import annotations

import contextlib
import unittest
from datetime import datetime, timedelta, timezone
from typing import Any

from asking import JSON, TestCase, application, ask, call
from hello.web import RequestHandler


def write_all(handler: RequestHandler, chunks: list[Any]) -> None:
    """Write one chunk after the other."""
    for chunk in chunks:
        handler.write(chunk)


class AnswerTest(TestCase):
    def test_what_can_be_written(self) -> None:
        table: list[tuple[str, list[Any], bytes, str]] = [
            ("nothing", [], b"", "text/plain; charset=utf-8"),
            ("text", ["é", "x"], b"\xc3\xa9x", "text/plain; charset=utf-8"),
            ("bytes", [b"\xff", "é"], b"\xff\xc3\xa9", "text/plain; charset=utf-8"),
            ("dict", [{"é": 1}], b'{"\\u00e9": 1}', JSON),
            ("empty dict", [{}], b"{}", JSON),
            ("list", [[1, {"a": []}]], b'[1, {"a": []}]', JSON),
            ("empty list", [[]], b"[]", JSON),
        ]
        for name, chunks, body, kind in table:
            with self.subTest(name):
                response = ask(lambda self: write_all(self, chunks))
                self.assertEqual(response.body, body)
                self.assertEqual(response.header("Content-Type"), kind)
                self.assertEqual(response.header("Content-Length"), str(len(body)))
                self.assertEqual(response.header("X-Content-Type-Options"), "nosniff")

    def test_dates_in_json(self) -> None:
        moment = datetime(2026, 11, 29, 18, 54, 22, tzinfo=timezone.utc)  # noqa: UP017
        table: list[tuple[Any, str]] = [
            (moment, "2026-11-29T18:54:22Z"),
            (moment.replace(microsecond=500_000), "2026-11-29T18:54:22.500000Z"),
            (moment.replace(tzinfo=None), "2026-11-29T18:54:22"),
            (
                moment.astimezone(timezone(timedelta(hours=-5))),
                "2026-11-29T13:54:22-05:00",
            ),
            (moment.date(), "2026-11-29"),
            (moment.timetz(), "18:54:22Z"),
            (moment.time(), "18:54:22"),
        ]
        for value, text in table:
            with self.subTest(text):
                response = ask(lambda self: self.write([{"at": value}]))
                self.assertEqual(response.body.decode(), f'[{{"at": "{text}"}}]')
        for value in (timedelta(1), {moment: 1}, b"x", {1}):
            with self.subTest(value):
                response = ask(lambda self: self.write([value]))
                self.assert_server_error(response, "TypeError")

    def test_fields_that_are_set_again(self) -> None:
        def get(self: RequestHandler) -> None:
            for value in "123":
                self.add_header("X-A", value)
                self.add_header("Content-Type", "x/y")
            self.set_header("x-a", "4")
            self.add_header("X-B", "1")
            self.add_header("x-a", "5")
            self.write([])

        response = ask(get)
        self.assertEqual(
            response.headers,
            [
                ("Content-Type", JSON),
                ("X-Content-Type-Options", "nosniff"),
                ("x-a", "4"),
                ("x-a", "5"),
                ("X-B", "1"),
                ("Content-Length", "2"),
            ],
        )

    def test_what_cannot_be_written(self) -> None:
        table: list[tuple[str, list[Any], str]] = [
            ("None", [None], "TypeError"),
            ("number", [1], "TypeError"),
            ("tuple", [("x",)], "TypeError"),
            ("bytearray", [bytearray(b"x")], "TypeError"),
            ("NaN", [{"x": float("nan")}], "ValueError"),
            ("dict of objects", [{"x": object()}], "TypeError"),
            ("dict after text", ["x", {}], "RuntimeError"),
            ("text after dict", [{}, "x"], "RuntimeError"),
            ("dict after dict", [{}, {}], "RuntimeError"),
            ("list after text", ["x", []], "RuntimeError"),
            ("text after list", [[], "x"], "RuntimeError"),
        ]
        for name, chunks, error in table:
            with self.subTest(name):
                response = ask(lambda self: write_all(self, chunks))
                self.assert_server_error(response, error)
                kind = response.header("Content-Type")
                self.assertEqual(kind, "text/plain; charset=utf-8")

    def test_status(self) -> None:
        table = [
            (200, "200 OK"),
            (201, "201 Created"),
            (299, "299 Unknown"),
            (404, "404 Not Found"),
            (599, "599 Unknown"),
        ]
        for status, line in table:
            with self.subTest(line):
                response = ask(lambda self: self.set_status(status))
                self.assertEqual(response.status_line, line)
        for bad in (0, 99, 100, 101, 199, 600, -200, 1000, "200", None):
            with self.subTest(bad=bad):
                response = ask(lambda self: self.set_status(bad))
                self.assertEqual(response.status, 500)

    def test_a_status_without_a_body(self) -> None:
        for status, length in ((204, None), (304, None), (205, "0")):
            for method in ("GET", "HEAD"):
                with self.subTest(status=status, method=method):

                    def action(self: RequestHandler) -> None:
                        self.set_status(status)
                        self.write("dropped")

                    response = call(application(action), method)
                    self.assertEqual(response.body, b"")
                    if method == "GET":
                        self.assertEqual(response.header("Content-Length"), length)
                    if status != 205:
                        self.assertIsNone(response.header("Content-Length"))
                        self.assertIsNone(response.header("Content-Type"))

    def test_set_and_add_header(self) -> None:
        def get(self: RequestHandler) -> None:
            self.add_header("X-A", "1")
            self.add_header("x-a", "2")
            self.set_header("X-B", "1")
            self.set_header("x-b", "2")
            self.set_header("CONTENT-TYPE", "text/html; charset=utf-8")
            self.set_header("X-Latin", "\xe9 \xff")
            self.set_header("X-Empty", "")

        response = ask(get)
        self.assertEqual(response.all("X-A"), ["1", "2"])
        self.assertEqual(response.all("X-B"), ["2"])
        self.assertEqual(response.header("Content-Type"), "text/html; charset=utf-8")
        self.assertEqual(response.header("X-Latin"), "\xe9 \xff")
        self.assertEqual(response.header("X-Empty"), "")

    def test_a_refused_header_field_leaves_the_one_before(self) -> None:
        def get(self: RequestHandler) -> None:
            with contextlib.suppress(ValueError):
                self.set_header("Content-Type", "x\r\ny")

        self.assertEqual(ask(get).header("Content-Type"), "text/plain; charset=utf-8")

    def test_header_fields_that_are_refused(self) -> None:
        values = [
            "a\nb",
            "a\rb",
            "a\r\nX: y",
            "\x00",
            "\t",
            "\x1f",
            "\x7f",
            "\u0100",
            "€",
        ]
        values += ["x\n", "\ud800", "\u2028"]
        names = [
            "",
            " ",
            "X Y",
            "X:",
            "X\n",
            "X\r\nY",
            "é",
            "X-",
            "X_",
            "-X",
            "1X",
            "(X)",
        ]
        names += [
            "Content-Length",
            "Connection",
            "TRANSFER-ENCODING",
            "Upgrade",
            "Status",
        ]
        table = [("X-Value", value) for value in values]
        table += [(name, "value") for name in names]
        for name, value in table:
            for setter in ("set_header", "add_header"):
                with self.subTest(setter, name=ascii(name), value=ascii(value)):
                    response = ask(lambda self: getattr(self, setter)(name, value))
                    self.assert_server_error(response, "ValueError")

    def test_redirect(self) -> None:
        table: list[tuple[str, str, dict[str, Any], str, int]] = [
            ("root", "/", {}, "/app/", 302),
            ("path", "/items?a=1&b=%20#x", {}, "/app/items?a=1&b=%20#x", 302),
            ("with the mount", "/app/items", {}, "/app/items", 302),
            ("the mount", "/app", {}, "/app", 302),
            ("the mount and a query", "/app?a=1", {}, "/app?a=1", 302),
            ("the mount and a fragment", "/app#a", {}, "/app#a", 302),
            ("like the mount", "/apple", {}, "/app/apple", 302),
            ("relative", "items", {}, "items", 302),
            ("query", "?page=2", {}, "?page=2", 302),
            ("absolute", "https://example.com/a", {}, "https://example.com/a", 302),
            ("another host", "//example.com/a", {}, "//example.com/a", 302),
            ("not ASCII", "/é x", {}, "/app/%C3%A9%20x", 302),
            ("backslash", "/\\evil.example", {}, "/app/%5Cevil.example", 302),
            ("IPv6", "http://[::1]/", {}, "http://[::1]/", 302),
            ("permanent", "/", {"permanent": True}, "/app/", 301),
            ("see other", "/", {"status": 303}, "/app/", 303),
        ]
        for name, url, options, location, status in table:
            with self.subTest(name):
                response = ask(
                    lambda self: self.redirect(url, **options), SCRIPT_NAME="/app"
                )
                self.assertEqual(response.status, status, response.errors)
                self.assertEqual(response.header("Location"), location)
        for bad in ("/\r\nX: y", "/\n", "/\t/x", "/\x00", "/%zz", "/100%", "/\ud800"):
            with self.subTest(ascii(bad)):
                response = ask(lambda self: self.redirect(bad))
                self.assert_server_error(response, "ValueError")

    def test_the_mount(self) -> None:
        table: list[tuple[str | None, str]] = [
            ("", ""),
            (None, ""),
            ("/app", "/app"),
            ("/app/", "/app"),
            ("/\xc3\xa9;x y", "/%C3%A9%3Bx%20y"),
        ]
        for script_name, mount in table:
            with self.subTest(script_name):
                response = ask(
                    lambda self: self.write(self.mount), SCRIPT_NAME=script_name
                )
                self.assertEqual(response.body.decode(), mount)

    def test_remote_ip(self) -> None:
        table: list[tuple[dict[str, Any], str]] = [
            ({}, "10.0.0.1"),
            ({"HTTP_X_REAL_IP": "203.0.113.7"}, "203.0.113.7"),
            ({"HTTP_X_REAL_IP": ""}, "10.0.0.1"),
            ({"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, "10.0.0.1"),
            ({"REMOTE_ADDR": None}, ""),
        ]
        for environ, ip in table:
            with self.subTest(str(environ)):
                response = ask(lambda self: self.write(self.remote_ip), **environ)
                self.assertEqual(response.body.decode(), ip)


class VisitorsTextTest(TestCase):
    """Text of visitors causes no error 500."""

    def test_half_of_a_surrogate_pair(self) -> None:
        def post(self: Any) -> None:
            self.write("hi " + self.get_json_body()["name"])

        body = b'{"name": "\\ud800"}'
        response = ask(post, "POST", body=body, CONTENT_TYPE=JSON)
        self.assertEqual((response.body, response.errors), (b"hi ?", ""))
        response = ask(lambda self: self.stream(["hi ", "\ud800"]))
        self.assertEqual((response.body, response.errors), (b"hi ?", ""))


class AdviceTest(TestCase):
    """Errors of values that cannot be sent say what to write."""

    def test_a_type_that_json_does_not_have(self) -> None:
        for value, advice in (
            ({1, 2}, "set (a[1].b): write list(...)"),
            (iter([1]), "list_iterator (a[1].b): write list(...)"),
            (b"a", "bytes (a[1].b): write value.decode()"),
            (self, "AdviceTest (a[1].b): make text, numbers, lists and dicts of it"),
        ):
            with self.subTest(advice):
                response = ask(lambda self: self.write({"a": [0, {"b": value}]}))
                said = f"TypeError: JSON cannot have a value of the type {advice}"
                self.assert_server_error(response, said)
                self.assertNotIn("encoder.py", response.errors)

    def test_what_else_json_does_not_have(self) -> None:
        loop: list[Any] = []
        loop.append(loop)
        for value, said in (
            ([1, {2}], "JSON cannot have a value of the type set ([1]): write list("),
            ({"a": {(1, 2): 3}}, "JSON cannot have the key (1, 2) (a): write a text"),
            ({"a": float("nan")}, "JSON cannot have the number nan (a): write None"),
            ([float("inf")], "JSON cannot have the number inf ([0]): write None"),
            (loop, "ValueError: Circular reference detected"),
        ):
            with self.subTest(said):
                self.assert_server_error(ask(lambda self: self.write(value)), said)

    def test_a_header_field_with_a_line_break(self) -> None:
        response = ask(lambda self: self.set_header("X-A", "a\nb"))
        self.assert_server_error(
            response, "a value is Latin-1 text without line breaks"
        )


if __name__ == "__main__":
    unittest.main()
