"""The adapter reads bodies of requests: by length, to their end, or in pieces."""

from __future__ import annotations

import io
import unittest

import tornado.web
from asking import Case, adapt, ask_adapter, make_environ
from handlers.answers import Length
from handlers.requests import Streamed
from tornado.web import RequestHandler


class Counting(io.BytesIO):
    """A body that notes how many bytes were asked for."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.sizes: list[int | None] = []

    def read(self, size: int | None = -1) -> bytes:
        self.sizes.append(size)
        return super().read(size)


class Bodies(unittest.TestCase):
    def test_table(self) -> None:
        def broken(size: int) -> bytes:
            raise OSError("client gone")

        class Broken:
            read = staticmethod(broken)

        class BrokenLater(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                return super().read(size) or broken(0)

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
            ("terminated broken", {**chunked, "wsgi.input": Broken()}, None),
            ("terminated later", {**chunked, "wsgi.input": BrokenLater(b"a")}, None),
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
                    source = extra["wsgi.input"]
                    if isinstance(source, io.BytesIO):
                        extra["wsgi.input"] = type(source)(source.getvalue())
                    environ = make_environ(Case("", path, "POST"), **extra)
                    answer = ask_adapter(adapter, environ)
                    if size is None:
                        self.assertEqual("400 Bad Request", answer.status)
                        # As with Tornado's own server, the log tells of wrong requests
                        # alone, not of clients that have gone.
                        lines = [line for line in answer.log if "Malformed" in line]
                        is_wrong = name in ("hidden", "terminated big")
                        self.assertEqual(is_wrong, bool(lines), answer.log)
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

    def test_pieces_of_the_wanted_size(self) -> None:
        case = Case("", "/Streamed", "POST", body=b"x" * 100)
        source = Counting(case.body)
        environ = make_environ(case, **{"wsgi.input": source})
        answer = ask_adapter(adapt(Streamed, chunk_size=7), environ)
        self.assertEqual(b"streamed 100", answer.body)
        self.assertEqual([7] * 14 + [2], source.sizes)

    def test_nothing_is_read_after_the_answer(self) -> None:
        @tornado.web.stream_request_body
        class Answers(RequestHandler):
            def prepare(self):
                if self.get_argument("in") == "prepare":
                    raise tornado.web.HTTPError(401)

            def data_received(self, chunk):
                if self.get_argument("in") == "data":
                    raise tornado.web.HTTPError(401)
                if self.get_argument("in") == "finish":
                    self.finish("enough")

        for place, reads in (("prepare", 0), ("finish", 1), ("data", 1)):
            for chunked in (False, True):
                with self.subTest(place, chunked=chunked):
                    target = f"/Answers?in={place}"
                    case = Case(
                        "", target, "POST", body=b"x" * 200_000, chunked=chunked
                    )
                    source = Counting(case.body)
                    environ = make_environ(case, **{"wsgi.input": source})
                    ask_adapter(adapt(Answers), environ)
                    self.assertEqual([65536] * reads, source.sizes)

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
