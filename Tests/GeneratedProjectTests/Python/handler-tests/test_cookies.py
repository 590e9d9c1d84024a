"""`web/` sets and reads cookies."""

# Functions in loops are called before the loop goes on.
# ruff: noqa: B023

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any

from asking import TestCase, ask
from hello.web import RequestHandler


class CookieTest(TestCase):
    def test_set_cookie(self) -> None:
        plain = "a=b; Path=/; SameSite=Lax"
        table: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
            ("default", {}, {}, plain + "; HttpOnly"),
            ("HTTPS", {}, {"wsgi_url_scheme": "https"}, plain + "; Secure; HttpOnly"),
            ("secure", {"secure": True}, {}, plain + "; Secure; HttpOnly"),
            (
                "not secure",
                {"secure": False},
                {"wsgi_url_scheme": "https"},
                plain + "; HttpOnly",
            ),
            ("readable", {"httponly": False}, {}, plain),
            ("max age", {"max_age": 60}, {}, plain + "; Max-Age=60; HttpOnly"),
            (
                "mounted",
                {},
                {"SCRIPT_NAME": "/app"},
                "a=b; Path=/app; SameSite=Lax; HttpOnly",
            ),
            (
                "elsewhere",
                {"path": "/x", "domain": "example.com", "samesite": "Strict"},
                {},
                "a=b; Path=/x; SameSite=Strict; Domain=example.com; HttpOnly",
            ),
        ]
        for name, options, environ, expected in table:
            with self.subTest(name):
                response = ask(
                    lambda self: self.set_cookie("a", "b", **options), **environ
                )
                self.assertEqual(response.header("Set-Cookie"), expected)

    def test_a_cookie_cannot_inject(self) -> None:
        evil = ["x;y", "x; Domain=evil", "x\r\nY: z", "x y", 'x"', "x,y", "x\\y", "é"]
        evil += ["\x00", "x\n", "\x7f", "\ud800"]
        table: list[tuple[tuple[str, str], dict[str, Any]]] = []
        for text in evil:
            table += [
                (("a", text), {}),
                ((text, "b"), {}),
                (("a", "b"), {"path": text}),
            ]
            table += [(("a", "b"), {"domain": text}), (("a", "b"), {"samesite": text})]
        table += [
            (("", "b"), {}),
            (("a=b", "c"), {}),
            (("a", "b"), {"max_age": "1; x"}),
        ]
        for arguments, options in table:
            with self.subTest(ascii((arguments, options))):
                response = ask(lambda self: self.set_cookie(*arguments, **options))
                self.assert_server_error(response, "ValueError")
                self.assertEqual(response.all("Set-Cookie"), [])

    def test_the_last_cookie_of_a_name_is_sent(self) -> None:
        def get(self: RequestHandler) -> None:
            self.set_cookie("a", "1")
            self.set_cookie("b", "2")
            self.set_cookie("b", "3", path="/x")
            self.clear_cookie("a")

        cookies = [cookie.split(";")[0] for cookie in ask(get).all("Set-Cookie")]
        self.assertEqual(cookies, ["a=", "b=2", "b=3"])
        self.assertIn("Max-Age=0", ask(get).all("Set-Cookie")[0])

    def test_get_cookie(self) -> None:
        table: list[tuple[str | None, str]] = [
            (None, "None"),
            ("", "None"),
            ("a=1", "1"),
            ("b=2; a=1", "1"),
            ("b=2;a=1", "1"),
            ('a="1"', "1"),
            ("a=", ""),
            ("a=1=2", "1=2"),
            ("a=1; a=2", "1"),
            ("A=1", "None"),
            ("a", "None"),
            (";;= ;=x; ; a = 1 ;", "1"),
            ("a=\xc3\xa9", "é"),
            ("a=\xff", "\ufffd"),
            ("{bad json}; \x01\x02=; a=1", "1"),
        ]
        for header, expected in table:
            with self.subTest(ascii(header)):
                get: Callable[[Any], None] = lambda self: self.write(
                    str(self.get_cookie("a"))
                )
                response = ask(get, HTTP_COOKIE=header)
                self.assertEqual(response.body.decode(), expected)

    def test_what_is_set_can_be_read(self) -> None:
        value = "".join(chr(c) for c in range(33, 127) if chr(c) not in '",;\\')
        sent = ask(lambda self: self.set_cookie("a", value)).header("Set-Cookie")
        assert sent is not None
        header = sent.partition("; ")[0]
        response = ask(
            lambda self: self.write(self.get_cookie("a")), HTTP_COOKIE=header
        )
        self.assertEqual(response.body.decode(), value)


if __name__ == "__main__":
    unittest.main()
