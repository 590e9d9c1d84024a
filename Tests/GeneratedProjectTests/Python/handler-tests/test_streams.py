"""`stream` sends a body piece by piece, and closes what it was given, always."""

from __future__ import annotations

import io
import unittest
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

from asking import TestCase, application, ask, call
from hello.web import Application, HTTPError, RequestHandler


class Pieces:
    """Pieces that tell whether they were closed; an exception among them is raised."""

    def __init__(self, *pieces: Any, close: Callable[[], None] = lambda: None) -> None:
        self.pieces = list(pieces)
        self.closed = 0
        self._close = close

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if not self.pieces:
            raise StopIteration
        piece = self.pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self) -> None:
        self.closed += 1
        self._close()


def start(main: Application, **more: Any) -> tuple[Any, list[Any], io.StringIO]:
    """Return the body that a server gets, what it was told before, and its log."""
    told: list[Any] = []
    errors = io.StringIO()
    environ: dict[str, Any] = {"wsgi.errors": errors, **more}
    setup_testing_defaults(environ)
    environ["wsgi.errors"] = errors
    body = main(environ, lambda *now: told.append(now))  # type: ignore[arg-type]
    return body, told, errors


class StreamTest(TestCase):
    def test_texts_and_bytes_are_sent_as_they_come(self) -> None:
        pieces = Pieces("é", b"\xff", "", b"", "end\n")
        body, told, _ = start(application(lambda self: self.stream(pieces)))
        self.assertEqual(told[0][0], "200 OK")
        headers = dict(told[0][1])
        self.assertEqual(headers["X-Accel-Buffering"], "no")
        self.assertNotIn("Content-Length", headers)
        self.assertEqual(next(body), b"\xc3\xa9")
        self.assertEqual(pieces.pieces, [b"\xff", "", b"", "end\n"])
        self.assertEqual(list(body), [b"\xff", b"end\n"])
        self.assertEqual(pieces.closed, 0)
        body.close()
        body.close()
        self.assertEqual(pieces.closed, 1)

    def test_under_the_validator(self) -> None:
        for method, body in (("GET", b"123"), ("HEAD", b"")):
            with self.subTest(method):
                pieces = Pieces("1", "2", "3")
                response = ask(lambda self: self.stream(pieces))  # noqa: B023
                main = application(lambda self: self.stream(pieces))  # noqa: B023
                pieces = Pieces("1", "2", "3")
                response = call(main, method)
                self.assertEqual((response.status, response.body), (200, body))
                self.assertEqual(pieces.closed, 1)

    def test_every_iterable(self) -> None:
        table: list[tuple[Any, bytes]] = [
            ([], b""),
            (["a", b"b"], b"ab"),
            (("a" for _ in range(3)), b"aaa"),
            (iter("ab"), b"ab"),
            ({"a": 1}, b"a"),
            (io.StringIO("one\ntwo"), b"one\ntwo"),
            (map(str, range(1000)), "".join(map(str, range(1000))).encode()),
        ]
        for pieces, body in table:
            with self.subTest(pieces):
                response = ask(lambda self: self.stream(pieces))  # noqa: B023
                self.assertEqual((response.status, response.body), (200, body))

    def test_what_is_no_stream(self) -> None:
        table: list[tuple[Any, str]] = [
            ("text", "self.stream takes several texts: for one, call self.write"),
            (b"bytes", "for one, call self.write"),
            (5, "TypeError: 'int' object is not iterable"),
            (None, "TypeError"),
            ([5], "self.stream takes pieces that are text or bytes, not the number 5"),
            ([None], "TypeError"),
        ]
        for pieces, error in table:
            with self.subTest(pieces):
                response = ask(lambda self: self.stream(pieces))  # noqa: B023
                self.assert_server_error(response, error)

    def test_an_error_before_the_first_piece_is_an_error_page(self) -> None:
        pieces = Pieces(HTTPError(404, "no rows"), "never")
        response = ask(lambda self: self.stream(pieces))
        self.assert_refused(response, 404)
        self.assertIsNone(response.header("X-Accel-Buffering"))
        self.assertEqual(pieces.closed, 1)
        pieces = Pieces("", ZeroDivisionError("early"))
        self.assert_server_error(ask(lambda self: self.stream(pieces)), "early")
        self.assertEqual(pieces.closed, 1)

    def test_a_later_error_is_logged_and_breaks_the_connection(self) -> None:
        for error in (ZeroDivisionError("late"), HTTPError(404)):
            with self.subTest(repr(error)):
                pieces = Pieces("first", error, "never")
                body, told, errors = start(
                    application(lambda self: self.stream(pieces))  # noqa: B023
                )
                self.assertEqual(next(body), b"first")
                with self.assertRaises(type(error)):
                    next(body)
                body.close()
                self.assertEqual((pieces.closed, len(told)), (1, 1))
                self.assertIn(type(error).__name__, errors.getvalue())
                self.assertTrue(errors.getvalue().startswith("GET /\n    "))

    def test_a_later_piece_that_is_none_is_logged(self) -> None:
        body, _, errors = start(application(lambda self: self.stream(["a", 5])))
        with self.assertRaises(TypeError):
            list(body)
        body.close()
        self.assertIn(
            "self.stream takes pieces that are text or bytes, not", errors.getvalue()
        )

    def test_a_client_that_goes_away(self) -> None:
        ended: list[str] = []

        def numbers() -> Iterator[str]:
            try:
                yield "1"
                yield "2"
            finally:
                ended.append("numbers")

        class Main(RequestHandler):
            def get(self) -> None:
                self.stream(numbers())

            def on_finish(self) -> None:
                ended.append("on_finish")

        body, _, _ = start(Application([("/", Main)]))
        next(body)
        body.close()
        self.assertEqual(ended, ["on_finish", "numbers"])

    def test_a_close_that_fails_is_logged(self) -> None:
        def fail() -> None:
            raise KeyError("close")

        main = application(lambda self: self.stream(Pieces("a", close=fail)))
        body, _, errors = start(main)
        self.assertEqual(list(body), [b"a"])
        body.close()
        self.assertIn("KeyError: 'close'", errors.getvalue())

    def test_the_log_names_the_line_of_the_generator(self) -> None:
        def numbers() -> Iterator[str]:
            yield "1"
            raise KeyError("later")

        body, _, errors = start(application(lambda self: self.stream(numbers())))
        with self.assertRaises(KeyError):
            list(body)
        body.close()
        first = errors.getvalue().split("\n")[1]
        self.assertRegex(first, rf"^    {__file__}:[0-9]+ in .*numbers: KeyError")

    def test_nothing_else_can_be_written(self) -> None:
        def after(self: RequestHandler) -> None:
            self.stream(["a"])
            self.write("b")

        def before(self: RequestHandler) -> None:
            self.write("b")
            self.stream(["a"])

        def twice(self: RequestHandler) -> None:
            self.stream(["a"])
            self.stream(["a"])

        for action in (after, before, twice):
            with self.subTest(action.__name__):
                self.assert_server_error(ask(action), "RuntimeError")

    def test_statuses_without_a_body(self) -> None:
        for status in (204, 205, 304):
            with self.subTest(status):
                pieces = Pieces("a")

                def get(self: RequestHandler, status: int = status) -> None:
                    self.stream(pieces)  # noqa: B023
                    self.set_status(status)

                response = ask(get)
                self.assertEqual((response.status, response.body), (status, b""))
                self.assertEqual(pieces.closed, 1)

    def test_an_error_after_it_began_discards_it(self) -> None:
        pieces = Pieces("a", "b")

        def get(self: RequestHandler) -> None:
            self.stream(pieces)
            raise HTTPError(400)

        response = ask(get)
        self.assert_refused(response, 400)
        self.assertEqual(response.body, b"400 Bad Request\n")
        self.assertEqual(pieces.closed, 1)

    def test_buffering_can_be_wanted(self) -> None:
        def get(self: RequestHandler) -> None:
            self.set_header("X-Accel-Buffering", "yes")
            self.stream(["a"])

        self.assertEqual(ask(get).header("X-Accel-Buffering"), "yes")


if __name__ == "__main__":
    unittest.main()
