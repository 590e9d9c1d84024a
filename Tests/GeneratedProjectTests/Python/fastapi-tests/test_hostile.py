"""Requests that no browser sends, and what the project answers.

Run with a project called hello on PYTHONPATH, and with the folder above this one.
"""

from __future__ import annotations

import json
import logging
import re
import unittest
from typing import Any
from unittest import mock

from fastapi import Response
from hello import main

from asgi_asking import Answer, Site

JSON = [("Content-Type", "application/json")]
LIMIT = main.application.max_body_size or 0


def item(pieces: str = "1", name: str = '"apple"') -> bytes:
    """Return an order of one thing, as a client sends it."""
    return f'{{"items": [{{"name": {name}, "pieces": {pieces}}}]}}'.encode()


class Asked(unittest.TestCase):
    """A project that is asked over a socket."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.site = Site(main.application)
        cls.site.__enter__()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.site.__exit__(None)  # fails if something is in the log

    def order(self, body: bytes, headers: Any = JSON) -> Answer:
        return self.site.ask("/orders/", "POST", headers, body)


class Bodies(Asked):
    def test_one_that_is_no_order_is_refused_with_the_reason(self) -> None:
        surrogate = '"\\ud800"'
        for body, statuses in (
            (b"", {422}), (b"{", {422}), (b"null", {422}), (b"[]", {422}),
            (b'"apple"', {422}), (b'{"items": []}', {422}), (b"\xef\xbb\xbf{}", {422}),
            (b"[" * 200_000, {400}), (b'{"items":' + b"[" * 900 + b"]" * 900 + b"}", {422}),
            (b'{"a":' * 100_000, {400}), (item("9" * 5000), {400}),
            (item(name='"\xff"').decode().encode("latin-1"), {400}),
            (item("NaN"), {422}), (item("Infinity"), {422}), (item("1e400"), {422}),
            (item("-1"), {422}), (item("0.5"), {422}), (item("true"), {200, 422}),
            (item(surrogate), {422}), (item(name=surrogate), {422}),
            (f'{{"items": {surrogate}}}'.encode(), {422}),
            (f"{{{surrogate}: NaN}}".encode(), {422}),
            (item(name='"' + "a" * 101 + '"'), {422}),
            (item(name='"a\\r\\nX-Bad: 1\\u0000"'), {404}),
            (b'{"items": [' + b"{}," * 1000 + b"{}]}", {422}),
        ):  # fmt: skip
            with self.subTest(body[:60]):
                answer = self.order(body)
                self.assertIn(answer.status, statuses, answer)
                if answer.status != 200:
                    self.assertTrue(json.loads(answer.body)["detail"])

    def test_what_was_sent_is_not_repeated(self) -> None:
        answer = self.order(item('"hunter2"', '["hunter2"]'))
        self.assertEqual(422, answer.status)
        self.assertNotIn(b"hunter2", answer.body)
        places = [problem["loc"] for problem in json.loads(answer.body)["detail"]]
        wanted = ["body", "items", 0, "name"], ["body", "items", 0, "pieces"]
        self.assertCountEqual(wanted, places)

    def test_one_that_is_too_large_is_not_read(self) -> None:
        order = item()
        self.assertGreater(LIMIT, 100_000)
        fits = order + b" " * (LIMIT - len(order))
        self.assertEqual(200, self.order(fits).status)
        for body, headers in (
            (fits + b" ", JSON),
            (b"", [*JSON, ("Content-Length", "9" * 15)]),
        ):
            answer = self.order(body, headers)
            self.assertEqual(413, answer.status)
            self.assertIn(b"too large", answer.body)
            self.assertIn("413", self.site.logged())

    def test_another_media_type_is_no_json(self) -> None:
        for kind in (
            "text/plain", "application/x-www-form-urlencoded", "a" * 5000, "\xff",
            "multipart/form-data; boundary=x", "application/jsonp", ";", "json/application",
        ):  # fmt: skip
            with self.subTest(kind[:20]):
                answer = self.order(item(), [("Content-Type", kind)])
                self.assertEqual(422, answer.status)


class Targets(Asked):
    def test_paths_that_nothing_serves(self) -> None:
        for target in (
            "//", "//orders/prices", "/orders//prices", "/%ff%fe", "/%00", "/%0d%0aX:1",
            "/../wsgi.py", "/%2e%2e/.env", "/.env", "/static/../wsgi.py",
            "//evil.example/%2f..", "/" + "a" * 8000, "*", "/hello/main.py",
        ):  # fmt: skip
            with self.subTest(target[:40]):
                answer = self.site.ask(target)
                self.assertEqual(404, answer.status)
                self.assertIsNone(answer.header("location"))

    def test_a_redirect_stays_on_the_site(self) -> None:
        for target in ("/orders", "/docs/", "/orders/prices/", "/orders?next=//x"):
            for host in ("alice.pythonanywhere.com", "x\\@evil.example"):
                with self.subTest(target, host=host):
                    answer = self.site.ask(target, headers=[("X-Forwarded-Host", host)])
                    where = answer.header("location")
                    self.assertEqual(307, answer.status)
                    self.assertRegex(where or "", "^http://site/[a-z]+")

    def test_queries_of_every_kind_are_no_failure(self) -> None:
        for query in ("%ff", "&" * 5000, "a=%", "=", "a=1;b=2", "%00", "a[]=1&a[]=2"):
            self.assertEqual(200, self.site.ask(f"/orders/prices?{query}").status)

    def test_methods(self) -> None:
        head = self.site.ask("/", "HEAD")
        get = self.site.ask("/")
        self.assertEqual(
            (200, get.headers, b""), (head.status, head.headers, head.body)
        )
        for method in ("OPTIONS", "BREW", "TRACE", "DELETE", "get", "CONNECT"):
            with self.subTest(method):
                answer = self.site.ask("/orders/prices", method)
                self.assertEqual((405, "GET"), (answer.status, answer.header("allow")))


class Headers(Asked):
    def test_a_value_cannot_add_a_header(self) -> None:
        @main.app.get("/greet")
        async def greet(name: str, response: Response) -> None:
            response.headers["X-Name"] = name

        self.addCleanup(main.app.router.routes.pop)
        self.assertEqual("Ada", self.site.ask("/greet?name=Ada").header("x-name"))
        for text in ("a%0d%0aSet-Cookie:%20b=1", "a%0aX-Bad:1", "a%00", "a%0d"):
            with self.subTest(text):
                answer = self.site.ask(f"/greet?name={text}")
                self.assertEqual(500, answer.status)
                self.assertNotRegex(str(answer.headers).lower(), "set-cookie|x-bad")
                self.assertIn("illegal characters in x-name", self.site.logged())

    def test_fields_of_every_kind_are_no_failure(self) -> None:
        for field in (
            ("Cookie", "=;" * 2000), ("Cookie", "\xff=\xfe"), ("Accept", "\xe9" * 1000),
            ("Range", "bytes=-1"), ("If-None-Match", "*"), ("X-Real-IP", "999.1.1.1"),
            ("X-Real-IP", "::1, 1.2.3.4"), ("Authorization", "Basic ????"),
            ("Proxy", "http://evil.example"), ("Origin", "null"), ("Upgrade", "h2c"),
        ):  # fmt: skip
            with self.subTest(field):
                self.assertEqual(200, self.site.ask("/", headers=[field]).status)


class Documentation(unittest.TestCase):
    """The pages that FastAPI makes."""

    def test_they_describe_the_api_and_not_the_pages(self) -> None:
        with Site(main.application) as site:
            described = json.loads(site.ask("/openapi.json").body)
            self.assertEqual({"/orders/", "/orders/prices"}, set(described["paths"]))
            self.assertIn("Order", described["components"]["schemas"])
            for page in ("/docs", "/redoc"):
                answer = site.ask(page)
                self.assertEqual(200, answer.status)
                self.assertIn(b"/openapi.json", answer.body)
                # The table in the guide says so.
                self.assertRegex(answer.body.decode(), r'src="https://[^"]+\.js"')

    def test_they_know_where_the_app_is_mounted(self) -> None:
        with Site(main.application, mount="/shop") as site:
            self.assertIn(b"/shop/openapi.json", site.ask("/shop/docs").body)
            self.assertEqual(200, site.ask("/shop/openapi.json").status)
            self.assertEqual(404, site.ask("/openapi.json").status)


class Start(unittest.TestCase):
    def test_a_start_that_fails_is_told(self) -> None:
        broken = mock.patch.object(main, "read_prices", side_effect=OSError("no disk"))
        with broken, Site(main.app) as site:
            for target in ("/", "/docs", "/orders/prices"):
                answer = site.ask(target)
                self.assertEqual(500, answer.status)
                self.assertEqual(b"The app could not start.", answer.body)
            log = site.logged()
            self.assertEqual(1, len(re.findall("the app's startup failed", log)), log)
            self.assertIn("OSError: no disk", log)
            self.assertEqual(3, log.count("500. The app could not start."))


def setUpModule() -> None:
    """Keep what the project reports out of the test's output."""
    logging.getLogger("hello").setLevel(logging.CRITICAL)


if __name__ == "__main__":
    unittest.main()
