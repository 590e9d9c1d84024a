"""`web/` reads the fields of queries and of forms."""

# Functions in loops are called before the loop goes on.
# ruff: noqa: B023

from __future__ import annotations

import tracemalloc
import unittest
from collections.abc import Callable
from typing import Any, ClassVar
from unittest import mock

from asking import FORM, JSON, TestCase, application, ask, call
from hello.web import RequestHandler

MAX_FIELDS = 1000  # of an application, unless it says otherwise


class FieldsTest(TestCase):
    GOOD: ClassVar[list[tuple[str, str, list[str]]]] = [
        ("plain", "a=1", ["1"]),
        ("several", "a=1&b=2&a=3", ["1", "3"]),
        ("blank", "a=", [""]),
        ("no equals sign", "a", [""]),
        ("plus", "a=x+y", ["x y"]),
        ("escaped", "a=%2B%26%3d", ["+&="]),
        ("escaped UTF-8", "a=%c3%A9", ["é"]),
        ("raw UTF-8", "a=\xc3\xa9", ["é"]),
        ("escaped line break", "a=%0d%0a", ["\r\n"]),
        ("semicolon is no separator", "a=1;a=2", ["1;a=2"]),
        ("missing", "b=1&&", []),
        ("escaped name", "%61=1", ["1"]),
    ]
    BAD: ClassVar[list[str]] = [
        "a=%zz",
        "a=%",
        "a=%4",
        "%",
        "a=%%41",
        "a=%u0041",
        "a=%ff",
        "%ff=1",
        "a=\xff",
    ]
    BAD += ["a=%c3", "a=\xc3%a9", "a=%ed%a0%80", "a=%+1", "a=% 1", "a=%\n12"]
    BAD += ["&" * MAX_FIELDS, "&".join("a=1" for _ in range(MAX_FIELDS + 1))]

    def test_the_preview_tells_which_fields_came(self) -> None:
        def post(self: RequestHandler) -> None:
            self.get_body_argument("nme")

        many = "&".join(f"{n}{'x' * 60}=1" for n in range(11))
        shown = ", ".join(f"{n}{'x' * 49}" for n in range(10))
        for form, came in (
            ("name=a&text=b&name=c&_csrf=d", "the fields that came are name, text ("),
            ("", "no field came ("),
            (many, f"the fields that came are {shown} and more ("),
            ("a%0a%1b=1", r"the fields that came are a\n\x1b ("),
        ):
            with self.subTest(form):
                more = {"body": form.encode(), "CONTENT_TYPE": FORM}
                public = ask(post, "POST", **more)
                self.assertEqual(public.body, b"400 missing argument: nme\n")
                self.assertEqual(public.errors, "")
                with mock.patch.dict("os.environ", PA_NEW_PREVIEW="1"):
                    response = ask(post, "POST", **more)
                said = f"missing argument: nme; {came}"
                self.assertIn(f"400 {said}", response.body.decode())
                self.assertRegex(
                    response.body.decode(), r"test_fields\.py:\d+ in \w+\.post\)\n$"
                )
                self.assertTrue(response.errors.startswith(f"POST /\n    {said}"))
                self.assertEqual(response.errors.count("\n"), 2)

    def test_a_file_that_comes_as_a_text_is_told(self) -> None:
        def post(self: RequestHandler) -> None:
            self.write(str(self.get_file("photo")))

        advice = (
            ' has a text and no file: the form needs enctype="multipart/form-data" ('
        )
        response = ask(post, "POST", body=b"photo=a.png", CONTENT_TYPE=FORM)
        self.assertEqual(response.body, b"None")
        self.assertRegex(response.errors, r"test_fields\.py:\d+ in \w+\.post\)\n$")
        self.assertIn(f"    the field photo{advice}", response.errors)
        self.assertEqual(ask(post, "POST", CONTENT_TYPE=FORM).errors, "")

    def test_query_arguments(self) -> None:
        for name, query, expected in self.GOOD:
            with self.subTest(name):
                seen: list[Any] = []

                def get(self: RequestHandler) -> None:
                    seen.append(self.get_query_arguments("a"))
                    seen.append(self.get_query_argument("a", None))

                ask(get, path="/?" + query)
                self.assertEqual(seen, [expected, expected[-1] if expected else None])

    def test_body_arguments(self) -> None:
        for name, form, expected in self.GOOD:
            for kind in (FORM, FORM.upper() + " ; charset=x"):
                with self.subTest(name, kind=kind):
                    seen: list[Any] = []

                    def post(self: RequestHandler) -> None:
                        seen.append(self.get_body_arguments("a"))
                        seen.append(self.get_body_argument("a", None))

                    body = form.encode("latin-1")
                    ask(post, "POST", body=body, CONTENT_TYPE=kind)
                    self.assertEqual(
                        seen, [expected, expected[-1] if expected else None]
                    )

    def test_malformed_fields_never_reach_a_handler(self) -> None:
        served: list[str] = []
        for text in self.BAD:
            with self.subTest(ascii(text[:20])):
                serve: Callable[[Any], None] = lambda self: served.append("x")
                self.assert_refused(ask(serve, path="/?" + text), 400)
                body = text.encode("latin-1")
                response = ask(serve, "POST", body=body, CONTENT_TYPE=FORM)
                self.assert_refused(response, 400)
        self.assertEqual(served, [])

    def test_as_many_fields_as_allowed(self) -> None:
        query = "&".join("a=1" for _ in range(MAX_FIELDS))
        get: Callable[[Any], None] = lambda self: self.write(
            str(len(self.get_query_arguments("a")))
        )
        self.assertEqual(ask(get, path="/?" + query).body, b"1000")

    def test_an_application_has_its_own_limit(self) -> None:
        app = application(lambda self: self.write("x"), max_fields=2)
        self.assertEqual(call(app, path="/?a&b").status, 200)
        self.assert_refused(call(app, path="/?a&b&c"), 400)
        app = application(lambda self: self.write("x"), method="post", max_fields=2)
        for body, status in ((b"a&b", 200), (b"a&b&c", 400)):
            self.assert_refused(call(app, "POST", body=body, CONTENT_TYPE=FORM), status)

    def test_a_form_has_limits_for_its_text(self) -> None:
        app = application(lambda self: self.write("x"), method="post", max_field_size=4)
        field = b"413 a text field of the form is larger than 4 bytes\n"
        for body, expected in (
            (b"a=1234&b=1234", b"x"),
            (b"a=%41%42%43+", b"x"),  # The size is that of the text, without escapes.
            (b"a=" + "é".encode() * 2, b"x"),
            (b"abcd", b"x"),
            (b"a=12345", field),
            (b"a=1&b=%41%41%41%41%41", field),
            (b"a=" + "é".encode() * 2 + b"+", field),
            (b"abcde", field),
            (b"%41%41%41%41%41=1", field),
        ):
            with self.subTest(body):
                response = call(app, "POST", body=body, CONTENT_TYPE=FORM)
                self.assertEqual(response.body, expected)
                self.assertEqual(response.errors, "")

    def test_all_text_of_a_form_together_has_a_limit(self) -> None:
        mega = 1024 * 1024
        ten = b"&".join([b"=" + b"x" * mega] * 10)
        for limits, body, status in (
            ({}, ten, 200),
            ({}, ten + b"&a", 413),
            ({"max_field_size": 11 * mega}, ten + b"&a", 200),
        ):
            more = {"max_body_size": 20 * mega, **limits}
            app = application(lambda self: self.write("x"), method="post", **more)
            response = call(app, "POST", body=body, CONTENT_TYPE=FORM)
            self.assertEqual(response.status, status)
            if status == 413:
                said = (
                    b"413 the text fields of the form are larger than 10485760 bytes\n"
                )
                self.assertEqual(response.body, said)

    def test_no_form_takes_much_more_memory_than_its_body(self) -> None:
        size = 3_000_000
        for name, body in (
            ("escapes", b"name=" + b"%41" * (size // 3)),
            ("spaces", b"+" * size),
            ("equals signs", b"=" * size),
            ("separators", b"&" * size),
            ("large fields", b"&".join([b"a=" + b"%C3%A9" * 500] * (size // 3003))),
        ):
            with self.subTest(name):
                post: Callable[[Any], None] = lambda self: self.write("x")
                app = application(post, method="post")
                call(app, "POST", CONTENT_TYPE=FORM)
                tracemalloc.start()
                try:
                    response = call(app, "POST", body=body, CONTENT_TYPE=FORM)
                    most = tracemalloc.get_traced_memory()[1]
                finally:
                    tracemalloc.stop()
                self.assertIn(response.status, (200, 400, 413))
                self.assertLess(most, 8 * size)

    def test_another_type_of_body_has_no_fields(self) -> None:
        for kind in (JSON, "text/plain", "", None, "multipart/mixed; boundary=x"):
            with self.subTest(kind):
                post: Callable[[Any], None] = lambda self: self.write(
                    self.get_body_argument("a", "none")
                )
                response = ask(post, "POST", body=b"a=%zz", CONTENT_TYPE=kind)
                self.assertEqual(response.body, b"none")

    def test_a_missing_argument_is_400_unless_there_is_a_default(self) -> None:
        table: list[tuple[str, Callable[[Any], Any], int]] = [
            ("query", lambda self: self.write(self.get_query_argument("a")), 400),
            ("body", lambda self: self.write(self.get_body_argument("a")), 400),
            ("default", lambda self: self.write(self.get_query_argument("a", "")), 200),
        ]
        for name, get, status in table:
            with self.subTest(name):
                self.assert_refused(ask(get), status)


if __name__ == "__main__":
    unittest.main()
