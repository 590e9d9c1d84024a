"""The adapter reads bodies of requests: by length, to their end, or in pieces."""

from __future__ import annotations

import io
import unittest

import tornado.web
from asking import Case, adapt, ask_adapter, make_environ
from handlers.answers import Length
from handlers.requests import Streamed
from tornado.web import RequestHandler


class Bodies(unittest.TestCase):
    def test_table(self) -> None:
        def broken(size: int) -> bytes:
            raise OSError("client gone")

        class Broken:
            read = staticmethod(broken)

        body = io.BytesIO
        chunked = {"wsgi.input_terminated": True}
        for name, extra, size in (
            ("exact", {"CONTENT_LENGTH": "3", "wsgi.input": body(b"abc")}, 3),
            ("long", {"CONTENT_LENGTH": "3", "wsgi.input": body(b"abcdef")}, 3),
            ("short", {"CONTENT_LENGTH": "9", "wsgi.input": body(b"abc")}, None),
            ("broken", {"CONTENT_LENGTH": "9", "wsgi.input": Broken()}, None),
            ("no length", {"wsgi.input": body(b"abc")}, 0),
            ("hidden", {"HTTP_TRANSFER_ENCODING": "chunked"}, None),
            ("empty length", {"CONTENT_LENGTH": "", "wsgi.input": body(b"abc")}, 0),
            ("terminated", {**chunked, "wsgi.input": body(b"abc")}, 3),
            ("terminated empty", {**chunked, "wsgi.input": body(b"")}, 0),
            ("terminated big", {**chunked, "wsgi.input": body(b"x" * 200000)}, None),
            (
                "terminated with length",
                {**chunked, "CONTENT_LENGTH": "2", "wsgi.input": body(b"abc")},
                2,
            ),
        ):
            with self.subTest(name):
                adapter = adapt(Length, Streamed, max_body_size=100_000)
                for path in ("/Length", "/Streamed"):
                    extra.setdefault("wsgi.input", body())
                    extra["wsgi.input"] = (
                        body(extra["wsgi.input"].getvalue())
                        if isinstance(extra["wsgi.input"], io.BytesIO)
                        else extra["wsgi.input"]
                    )
                    environ = make_environ(Case("", path, "POST"), **extra)
                    answer = ask_adapter(adapter, environ)
                    if size is None:
                        self.assertEqual("400 Bad Request", answer.status)
                        self.assertIn("Malformed HTTP message", answer.log[-1])
                    else:
                        self.assertIn(str(size), answer.body.decode())

    def test_streamed_piece_by_piece(self) -> None:
        pieces: list[int] = []

        @tornado.web.stream_request_body
        class Pieces(RequestHandler):
            def data_received(self, chunk):
                pieces.append(len(chunk))

            def post(self):
                self.write("ok")

        case = Case("", "/Pieces", "POST", body=b"x" * 200_000)
        ask_adapter(adapt(Pieces), make_environ(case))
        self.assertEqual(200_000, sum(pieces))
        self.assertLessEqual(max(pieces), 65536)

    def test_a_short_streamed_body_tells_the_handler(self) -> None:
        seen: list[str] = []

        @tornado.web.stream_request_body
        class Upload(RequestHandler):
            def data_received(self, chunk):
                seen.append(f"{len(chunk)} bytes")

            def on_connection_close(self):
                super().on_connection_close()
                seen.append("closed")

            def post(self):
                seen.append("never")

        case = Case("", "/Upload", "POST", headers=[("Content-Length", "9")])
        answer = ask_adapter(
            adapt(Upload), make_environ(case, **{"wsgi.input": io.BytesIO(b"abc")})
        )
        self.assertEqual("400 Bad Request", answer.status)
        self.assertEqual(["3 bytes", "closed"], seen)


if __name__ == "__main__":
    unittest.main()
