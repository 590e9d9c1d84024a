"""`web/` reads the body of a request, up to its length and its limit."""

from __future__ import annotations

import io
import json
import unittest
from collections.abc import Callable
from typing import Any
from unittest import mock

from asking import FORM, JSON, Response, TestCase, application, ask, call
from hello.web import RequestHandler


class BodyTest(TestCase):
    def read(self, limit: int = 10, **more: Any) -> Response:
        def post(self: RequestHandler) -> None:
            self.write(b"<" + self.body + b">")

        return call(
            application(post, method="post", max_body_size=limit), "POST", **more
        )

    def test_the_preview_tells_the_limit(self) -> None:
        body = b"0123456789A"
        chunked = {"CONTENT_LENGTH": None, "wsgi_input_terminated": True}
        for more, size in (({}, "11 bytes"), (chunked, "more than 10 bytes")):
            with mock.patch.dict("os.environ", PA_NEW_PREVIEW="1"):
                response = self.read(body=body, **more)
            said = f"the body has {size}, and max_body_size allows 10\n"
            self.assertEqual(response.body.decode(), f"413 {said}")
            self.assertEqual(response.errors, f"POST /\n    {said}")

    def test_content_length(self) -> None:
        table: list[tuple[str, str | None, bytes, int, bytes]] = [
            ("absent", None, b"data", 200, b"<>"),
            ("empty", "", b"data", 200, b"<>"),
            ("zero", "0", b"data", 200, b"<>"),
            ("exact", "4", b"data", 200, b"<data>"),
            ("leading zeros", "0004", b"data", 200, b"<data>"),
            ("less than there is", "2", b"data", 200, b"<da>"),
            ("at the limit", "10", b"0123456789", 200, b"<0123456789>"),
            ("body too short", "5", b"data", 400, b""),
            ("above the limit", "11", b"0123456789A", 413, b""),
            ("huge", "9" * 18, b"", 413, b""),
            ("huger", "9" * 19, b"", 400, b""),
            ("hugest", "9" * 5000, b"", 400, b""),
        ]
        for bad in [
            "+4",
            "-1",
            "-0",
            "4.0",
            "0x4",
            "1_0",
            "4,",
            "4,4",
            "four",
            "٣",
            "４",
            "²",
        ]:
            table.append((f"malformed {bad}", bad, b"data", 400, b""))
        for bad in (" 4", "4 ", "4\n", "\x004", " "):
            table.append((f"malformed {bad!r}", bad, b"data", 400, b""))
        for name, length, body, status, expected in table:
            with self.subTest(name):
                response = self.read(body=body, CONTENT_LENGTH=length)
                self.assert_refused(response, status)
                if status == 200:
                    self.assertEqual(response.body, expected)

    def test_never_more_is_read_than_there_is(self) -> None:
        stream = io.BytesIO(b"datamore")
        response = self.read(body=b"", wsgi_input=stream, CONTENT_LENGTH="4")
        self.assertEqual((response.body, stream.read()), (b"<data>", b"more"))

    def test_a_length_counts_in_a_terminated_body_too(self) -> None:
        stream = io.BytesIO(b"datamore")
        response = self.read(
            wsgi_input=stream, CONTENT_LENGTH="4", wsgi_input_terminated=True
        )
        self.assertEqual((response.body, stream.read()), (b"<data>", b"more"))

    def test_a_refused_body_is_not_read(self) -> None:
        stream = io.BytesIO(b"x" * 11)
        self.assert_refused(self.read(wsgi_input=stream, CONTENT_LENGTH="11"), 413)
        self.assertEqual(stream.tell(), 0)

    def test_a_stream_that_gives_little_at_a_time(self) -> None:
        class Trickle(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                return super().read(min(size or 0, 1))

        stream = Trickle(b"0123456789")
        response = self.read(wsgi_input=stream, CONTENT_LENGTH="10")
        self.assertEqual(response.body, b"<0123456789>")

    def test_a_client_that_is_gone(self) -> None:
        class Broken(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise OSError("gone")

        response = self.read(wsgi_input=Broken(), CONTENT_LENGTH="4")
        self.assertEqual(response.status, 400)
        self.assertNotIn(b"gone", response.body)
        log = "POST /\n    the body could not be read: OSError: gone\n"
        self.assertEqual(response.errors, log)

    def test_a_chunked_body(self) -> None:
        for length in (None, "", "0"):
            for body, status in ((b"", 200), (b"x" * 10, 200), (b"x" * 11, 413)):
                with self.subTest(length=length, size=len(body)):
                    response = self.read(
                        body=body, CONTENT_LENGTH=length, wsgi_input_terminated=True
                    )
                    self.assert_refused(response, status)
                    if status == 200:
                        self.assertEqual(response.body, b"<" + body + b">")

    def test_a_chunked_body_that_the_server_does_not_end_is_411(self) -> None:
        chunked: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked"}
        self.assert_refused(self.read(CONTENT_LENGTH=None, **chunked), 411)
        response = self.read(body=b"data", CONTENT_LENGTH="4", **chunked)
        self.assertEqual(response.body, b"<data>")

    def test_json(self) -> None:
        table: list[tuple[str, bytes, str | None, int]] = [
            ("object", b'{"a": [1, 2.5, null, "\\u00e9"]}', JSON, 200),
            ("with a charset", b'"\xc3\xa9"', JSON + "; charset=utf-8", 200),
            ("upper case", b"1", JSON.upper(), 200),
            ("empty", b"", JSON, 400),
            ("cut off", b'{"a":', JSON, 400),
            ("not UTF-8", b'"\xff"', JSON, 400),
            ("UTF-16", '"a"'.encode("utf-16"), JSON, 400),
            ("byte order mark", b"\xef\xbb\xbf1", JSON, 400),
            ("NaN", b"NaN", JSON, 400),
            ("infinity", b"[-Infinity]", JSON, 400),
            ("too large a number", b"[1e999]", JSON, 400),
            ("the same below zero", b'{"a": -1E+400}', JSON, 400),
            ("large and small numbers", b"[1e308, -1.5e-400, 10000000000]", JSON, 200),
            ("deep", b"[" * 100_000, JSON, 400),
            ("form", b"{}", FORM, 415),
            ("text", b"{}", "text/plain", 415),
            ("no type", b"{}", None, 415),
        ]
        for name, body, kind, status in table:
            with self.subTest(name):
                post: Callable[[Any], None] = lambda self: self.write(
                    {"got": self.get_json_body()}
                )
                response = ask(post, "POST", body=body, CONTENT_TYPE=kind)
                self.assert_refused(response, status)
                if status == 200:
                    self.assertEqual(
                        json.loads(response.body), {"got": json.loads(body)}
                    )


if __name__ == "__main__":
    unittest.main()
