"""Paths of routes by their names, and URLs of static files."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import unquote

from asking import TestCase, ask, call
from hello.web import Application, RequestHandler, urls
from hello.web.urls import reverse


class Main(RequestHandler):
    """Writes the path of the route `item`."""

    def get(self, *args: str) -> None:
        self.write(self.reverse_url("item", *args))


def url(pattern: str, *args: object) -> str:
    return reverse({"item": re.compile(pattern)}, "item", args)


class ReverseTest(TestCase):
    def test_paths(self) -> None:
        table: list[tuple[str, tuple[object, ...], str]] = [
            ("/", (), "/"),
            (r"/items", (), "/items"),
            (r"/items/(\d+)", (5,), "/items/5"),
            (r"/items/(?P<id>\d+)/edit", ("05",), "/items/05/edit"),
            (r"/(\w+)-(\w+)\.html", ("a", "b"), "/a-b.html"),
            (r"/([^/]+)", ("é ☺?#%",), "/%C3%A9%20%E2%98%BA%3F%23%25"),
            (r"/([^/]+)", ("a&b=c+d~e",), "/a%26b%3Dc%2Bd~e"),
            (r"/files/(.+)", ("a/b c.txt",), "/files/a/b%20c.txt"),
            (r"/(.*)", ("",), "/"),
            (r"/(.*)", ("/evil.example",), "/%2Fevil.example"),
            (r"/(.*)", ("//evil.example",), "/%2F/evil.example"),
            (r"/(.*)", ("\\evil.example",), "/%5Cevil.example"),
            (r"/a(/b)?", ("/b",), "/a/b"),
            (r"/a(/b)?", (None,), "/a"),
            (r"/([]a]+)", ("]a",), "/%5Da"),
            (r"/([^]a]+)", ("b",), "/b"),
            (r"/([\])]+)", (")]",), "/%29%5D"),
            (r"/([])]+)", ("]",), "/%5D"),
            (r"/([^])]+)", ("b",), "/b"),
            (r"/(\(\))x", ("()",), "/%28%29x"),
            (r"/a b%", (), "/a%20b%25"),
            ("/(True|1)", (True,), "/True"),
        ]
        for pattern, args, path in table:
            with self.subTest(pattern=pattern, args=args):
                self.assertEqual(url(pattern, *args), path)
                match = re.fullmatch(pattern, unquote(path))
                assert match
                expected = [None if value is None else str(value) for value in args]
                self.assertEqual(list(match.groups()), expected)

    def test_values_that_do_not_fit(self) -> None:
        table: list[tuple[str, tuple[object, ...], str]] = [
            (r"/items/(\d+)", ("x",), "the route 'item' does not match '/items/x'"),
            (r"/items/(\d+)", ("",), "does not match"),
            (r"/items/(\d+)", (-1,), "does not match"),
            (r"/items/(\d+)", ("5\n",), "does not match"),
            (r"/items/(\d+)", (None,), "does not match"),
            (r"/(.*)/(.*)", ("a", "b/c"), "does not match"),
            (r"/(.*)", (None,), "does not match"),
            (r"/(.*)", ("a\nb",), "does not match"),
            (r"/(.*)/x", ("..",), "browsers shorten the path '/../x'"),
            (r"/(.*)", ("a/.",), "browsers shorten"),
        ]
        for pattern, args, words in table:
            with self.subTest(pattern=pattern, args=args):
                with self.assertRaises(ValueError) as caught:
                    url(pattern, *args)
                self.assertIn(words, str(caught.exception))

    def test_the_number_of_values(self) -> None:
        for pattern, args in ((r"/(\d+)", ()), (r"/", (1,)), (r"/(a)(b)", ("a",))):
            with self.assertRaisesRegex(TypeError, "has . groups, and got . values"):
                url(pattern, *args)

    def test_patterns_that_have_no_path(self) -> None:
        for pattern in (
            r"/\d+",
            "/a?",
            "/a|/b",
            "/[ab]",
            "/.",
            "/(?:a|b)",
            "/a{2}",
            "/^a",
            "/(?i:a)",
            r"/\Z",
        ):
            words = "needs a group around"
            with self.subTest(pattern), self.assertRaisesRegex(ValueError, words):
                url(pattern)
        for pattern, args in (("/((a)b)", ("ab", "a")), ("/(a)+", ("a",))):
            with self.assertRaises(ValueError):
                url(pattern, *args)

    def test_hostile_values_lead_back_or_are_refused(self) -> None:
        values = [
            "a",
            "/",
            "..",
            "%2e",
            "?",
            "#",
            "\\",
            "\r\n",
            "é",
            "\udcff",
            "\0",
            ":",
        ]
        count = 0
        for first in values:
            for second in values:
                try:
                    path = url(r"/(.*)/(?P<rest>[^|]*)x", first, second)
                except ValueError:
                    continue
                count += 1
                self.assertTrue(path.isascii() and path.isprintable())
                self.assertFalse(path.startswith("//"))
        self.assertGreater(count, 50)


class NamedRouteTest(TestCase):
    def test_links(self) -> None:
        rows = [(r"/", Main), (r"/items/(\w+)", Main, "item")]
        response = call(
            Application(rows),
            path="/items/a",
            SCRIPT_NAME="/app é".encode().decode("latin-1"),
        )
        self.assertEqual(response.body, b"/app%20%C3%A9/items/a")
        self.assertEqual(call(Application(rows), path="/items/a").body, b"/items/a")

    def test_redirects(self) -> None:
        class Away(RequestHandler):
            def get(self) -> None:
                self.redirect(self.reverse_url("item", "a b") + "?page=2")

        rows = [(r"/", Away), (r"/items/([\w ]+)", Main, "item")]
        for mount, path in (("", ""), ("/app x", "/app%20x")):
            response = call(Application(rows), SCRIPT_NAME=mount)
            location = f"{path}/items/a%20b?page=2"
            self.assertEqual(response.header("Location"), location)

    def test_unknown_names(self) -> None:
        for name in ("other", ""):
            response = ask(lambda self: self.reverse_url(name))  # noqa: B023
            self.assert_server_error(response, f"no route has the name {name!r}")

    def test_a_name_is_given_once(self) -> None:
        with self.assertRaisesRegex(ValueError, "two routes have the name 'item'"):
            Application([("/a", Main, "item"), ("/b", Main, "item")])
        Application([("/a", Main, ""), ("/b", Main, "")])

    def test_rows_that_are_none(self) -> None:
        for row in (
            ("/",),
            ("/", Main, "a", "b"),
            (Main, "/"),
            ("/", Main, 5),
            ("/", 5),
            (),
            5,
            "/",
        ):
            with self.subTest(row), self.assertRaises(TypeError):
                Application([row])  # type: ignore[list-item]

    def test_patterns_of_every_script(self) -> None:
        rows = [("/\u20ac", Main, "item"), ("/é", Main), ("/ä", Main)]
        response = call(Application(rows), path="/\u20ac".encode().decode("latin-1"))
        self.assertEqual(response.body, b"/%E2%82%AC")

    def test_the_first_row_that_matches_is_used(self) -> None:
        def writes(text: str) -> type[RequestHandler]:
            return type(
                "Main", (RequestHandler,), {"get": lambda self, *_: self.write(text)}
            )

        rows = [(r"/(a*)", writes("1")), ("/a", writes("2")), ("/b", writes("3"))]
        main = Application([*rows, ("/b.?", writes("4"))])
        for path, body in (("/", b"1"), ("/a", b"1"), ("/b", b"3"), ("/aaa", b"1")):
            self.assertEqual(call(main, path=path).body, body)


class StaticURLTest(TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name, "static")
        (self.folder / "css").mkdir(parents=True)
        self.file = self.folder / "css" / "site é.css"
        self.file.write_bytes(b"a")
        patch = mock.patch.object(urls, "STATIC", self.folder)
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(urls._digest.cache_clear)

    def url(self, path: str = "css/site é.css", **more: Any) -> tuple[str, str]:
        """Return the URL, and what is logged."""
        response = ask(lambda self: self.write(self.static_url(path)), **more)
        return response.body.decode(), response.errors

    def expected(self, contents: bytes) -> tuple[str, str]:
        digest = hashlib.sha256(contents).hexdigest()[:12]
        return f"/static/css/site%20%C3%A9.css?v={digest}", ""

    def test_the_digest_is_read_once(self) -> None:
        self.assertEqual(self.url(), self.expected(b"a"))
        self.file.write_bytes(b"b")
        self.assertEqual(self.url(), self.expected(b"a"))
        self.assertEqual(self.url(SCRIPT_NAME="/app"), self.expected(b"a"))

    def test_in_the_preview_it_is_read_when_the_file_has_changed(self) -> None:
        with mock.patch.dict(os.environ, {"PA_NEW_PREVIEW": "1"}):
            for number, contents in enumerate((b"a", b"b" * 100_000, b"")):
                self.file.write_bytes(contents)
                os.utime(self.file, (number, number))
                self.assertEqual(self.url(), self.expected(contents))

    def test_a_missing_file_is_logged(self) -> None:
        url, errors = self.url("no.css")
        self.assertEqual(url, "/static/no.css")
        line = "    static_url: static/no.css cannot be read: No such file or directory"
        # What asks for it is told, too: a template has its own test.
        self.assertRegex(errors, rf"^GET /\n{line} \(\S*test_urls\.py:\d+\)\n$")
        url, errors = self.url("css")
        self.assertEqual(url, "/static/css")
        self.assertIn("Is a directory", errors)

    def test_what_is_not_below_static(self) -> None:
        (self.folder / "out").symlink_to("..")
        for path in ("", "/a.css", "../a", "css/../a", "a\\b", "a\0", "//x", "out/x"):
            with self.subTest(path):
                response = ask(lambda self: self.static_url(path))  # noqa: B023
                self.assert_server_error(response, "not a path below static/")

    def test_the_projects_own_file(self) -> None:
        script = (
            "from hello.web.urls import static_url\n"
            "assert static_url({}, 'hello.txt').startswith('/static/hello.txt?v=')\n"
        )
        subprocess.run([sys.executable, "-c", script], check=True)


if __name__ == "__main__":
    unittest.main()
