"""`ETag`, `Last-Modified` and 304: what a client has is not sent again."""

from __future__ import annotations

import hashlib
import time
import unittest
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from asking import Response, TestCase, application, ask, call
from hello.web import RequestHandler
from hello.web.conditional import http_date, parse_http_date

UTC = timezone.utc  # noqa: UP017 (the name that is newer is not in Python 3.9)
WHEN = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


def tagged(wanted: str, tag: str = "v1", method: str = "GET", **more: str) -> Response:
    """Return the response to a request for the version of a tag, with an ETag."""

    def get(self: RequestHandler) -> None:
        self.set_cookie("seen", "1")
        self.write("page")
        self.set_etag(tag)

    return ask(get, HTTP_IF_NONE_MATCH=wanted, **more)


class ETagTest(TestCase):
    def test_short_texts_are_tags_and_others_are_digested(self) -> None:
        for text in ("v1", "!", "~" * 64, "W/x", "a'b"):
            self.assertEqual(tagged("", text).header("ETag"), f'"{text}"')
        for text in ("", " ", "a b", 'a"b', "é", "~" * 65, "<p>page</p>\n", "\r\nX: y"):
            with self.subTest(text):
                digest = hashlib.sha256(text.encode()).hexdigest()[:32]
                self.assertEqual(tagged("", text).header("ETag"), f'"{digest}"')
        self.assertEqual(len(str(tagged("", "\ud800").header("ETag"))), 34)

    def test_the_version_of_the_client(self) -> None:
        for wanted in (
            '"v1"',
            'W/"v1"',
            '"v0", "v1"',
            '"v0","v1","v2"',
            'W/"v0" ,\tW/"v1"',
            "*",
            " * ",
            '"a, b", "v1"',
        ):
            with self.subTest(wanted):
                response = tagged(wanted)
                self.assertEqual((response.status, response.body), (304, b""))
                self.assertEqual(response.header("ETag"), '"v1"')
                self.assertIsNone(response.header("Content-Type"))
                self.assertIsNone(response.header("Content-Length"))
                self.assertTrue(response.header("Set-Cookie"))

    def test_other_versions(self) -> None:
        for wanted in (
            "",
            '"v2"',
            "v1",
            '"v1',
            'v1"',
            '"V1"',
            '" v1"',
            '""',
            '"',
            '"x"v1"y"',
            "**",
            '"*"',
            "\xff",
            '"' * 9999,
        ):
            with self.subTest(wanted[:20]):
                response = tagged(wanted)
                self.assertEqual((response.status, response.body), (200, b"page"))
                self.assertEqual(response.header("ETag"), '"v1"')

    def test_only_what_was_200_becomes_304(self) -> None:
        for status in (201, 204, 404, 206):

            def get(self: RequestHandler, status: int = status) -> None:
                self.set_etag("v1")
                self.set_status(status)

            self.assertEqual(ask(get, HTTP_IF_NONE_MATCH='"v1"').status, status)

    def test_only_get_and_head(self) -> None:
        def page(self: RequestHandler) -> None:
            self.set_etag("v1")
            self.set_etag("v1")

        for method, status in (
            ("GET", 304),
            ("HEAD", 304),
            ("POST", 200),
            ("PUT", 200),
        ):
            with self.subTest(method):
                response = ask(page, method, HTTP_IF_NONE_MATCH="*")
                self.assertEqual(response.status, status)

    def test_an_error_has_no_tag(self) -> None:
        def get(self: RequestHandler) -> None:
            self.set_etag("v1")
            raise KeyError

        response = ask(get, HTTP_IF_NONE_MATCH="*")
        self.assert_server_error(response, "KeyError")
        self.assertIsNone(response.header("ETag"))

    def test_streams(self) -> None:
        closed: list[int] = []

        class Pieces(list[str]):
            def close(self) -> None:
                closed.append(1)

        def get(self: RequestHandler) -> None:
            self.stream(Pieces(["a"]))
            self.set_etag("v1")

        self.assertEqual(ask(get, HTTP_IF_NONE_MATCH='"v1"').body, b"")
        self.assertEqual(ask(get, HTTP_IF_NONE_MATCH='"v2"').body, b"a")
        self.assertEqual(closed, [1, 1])

    def test_work_can_be_left_out(self) -> None:
        def get(self: RequestHandler) -> None:
            self.write(str(self.is_not_modified()))
            self.set_etag("v1")
            self.write(str(self.is_not_modified()))
            self.set_header("X-Known", str(self.is_not_modified()))

        response = ask(get, HTTP_IF_NONE_MATCH='"v1"')
        self.assertEqual((response.status, response.header("X-Known")), (304, "True"))
        self.assertEqual(ask(get).body, b"FalseFalse")


class LastModifiedTest(TestCase):
    def asked(
        self, since: str, moment: datetime = WHEN, tag: str = "", **more: Any
    ) -> Response:
        def get(self: RequestHandler) -> None:
            self.write("page")
            self.set_last_modified(moment)
            if tag:
                self.set_etag(tag)

        return ask(get, HTTP_IF_MODIFIED_SINCE=since, **more)

    def test_the_field(self) -> None:
        for moment in (
            WHEN,
            WHEN.replace(microsecond=999_999),
            WHEN.astimezone(timezone(timedelta(hours=-9, minutes=-30))),
            WHEN.replace(tzinfo=None),
        ):
            with self.subTest(moment):
                self.assertEqual(self.asked("", moment).header("Last-Modified"), DATE)
        future = datetime.now(UTC) + timedelta(days=1)
        told = parsedate_to_datetime(
            str(self.asked("", future).header("Last-Modified"))
        )
        self.assertLessEqual(told.timestamp(), time.time())

    def test_clients_that_have_it(self) -> None:
        for since in (
            DATE,
            "Sun, 06 Nov 1994 08:49:38 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sat, 01 Jan 9999 00:00:00 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",  # The day of the week is not compared.
        ):
            with self.subTest(since):
                response = self.asked(since)
                self.assertEqual((response.status, response.body), (304, b""))
                self.assertEqual(response.header("Last-Modified"), DATE)

    def test_clients_that_do_not(self) -> None:
        for since in (
            "Sun, 06 Nov 1994 08:49:36 GMT",
            "Sat, 01 Jan 0001 00:00:00 GMT",
            "Sat, 01 Jan 0000 00:00:00 GMT",
            "",
            "1994-11-06T08:49:37Z",
            "Sun, 6 Nov 2094 08:49:37 GMT",
            "Sun, 31 Feb 2094 08:49:37 GMT",
            "Sun, 06 Now 2094 08:49:37 GMT",
            "Sun, 06 Nov 2094 24:49:37 GMT",
            "Sun, 06 Nov 2094 08:49:60 GMT",
            "Sun, 06 Nov 2094 08:49:37 UTC",
            "sun, 06 nov 2094 08:49:37 gmt",
            " " + DATE,
            DATE + "; length=4",
            "Sun, \u0661\u0666 Nov 2094 08:49:37 GMT".encode().decode("latin-1"),
            "9" * 9999,
        ):
            with self.subTest(since[:40]):
                self.assertEqual(self.asked(since).status, 200)

    def test_a_tag_of_the_client_counts_more(self) -> None:
        response = self.asked(DATE, tag="v1", HTTP_IF_NONE_MATCH='"v2"')
        self.assertEqual(response.status, 200)
        response = self.asked("", tag="v1", HTTP_IF_NONE_MATCH='"v1"')
        self.assertEqual(response.status, 304)
        self.assertEqual(self.asked(DATE, HTTP_IF_NONE_MATCH='"v1"').status, 200)
        self.assertEqual(self.asked(DATE, HTTP_IF_NONE_MATCH="").status, 304)
        self.assertEqual(self.asked(DATE, tag="v1").status, 304)
        # Without a tag, none is the client's.
        self.assertEqual(self.asked("", HTTP_IF_NONE_MATCH="*").status, 200)

    def test_a_page_without_a_date_is_always_sent(self) -> None:
        main = application(lambda self: self.write("x"))
        for since in (DATE, "Sat, 01 Jan 9999 00:00:00 GMT"):
            response = call(main, HTTP_IF_MODIFIED_SINCE=since, HTTP_IF_NONE_MATCH="*")
            self.assertEqual(response.status, 200)


class DateTest(unittest.TestCase):
    def test_every_day_is_as_pythons_own(self) -> None:
        moment = datetime(1969, 12, 1, 23, 59, 58, tzinfo=UTC)
        for _ in range(800):
            moment += timedelta(days=53, hours=5, seconds=61)
            text = http_date(moment)
            self.assertEqual(text, format_datetime(moment, usegmt=True))
            self.assertEqual(parse_http_date(text), int(moment.timestamp()))
            text = f"{moment:%a %b} {moment.day:2} {moment:%H:%M:%S %Y}"
            self.assertEqual(parse_http_date(text), int(moment.timestamp()))

    def test_years_of_two_digits(self) -> None:
        now = time.gmtime().tm_year
        for year in range(now - 49, now + 51):
            text = f"Friday, 15-Jun-{year % 100:02} 00:00:00 GMT"
            expected = int(datetime(year, 6, 15, tzinfo=UTC).timestamp())
            with self.subTest(text):
                if year // 100 * 100 > now // 100 * 100:
                    continue  # A year of the next century is one of this.
                self.assertEqual(parse_http_date(text), expected)

    def test_the_years_at_the_ends(self) -> None:
        for year in (1, 9999):
            text = http_date(datetime(year, 1, 1))
            self.assertEqual(text[4:], f", 01 Jan {year:04} 00:00:00 GMT"[1:])


if __name__ == "__main__":
    unittest.main()
