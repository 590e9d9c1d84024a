"""What the Swift project's entry file makes of servers that break the rules."""

from __future__ import annotations

import io
import unittest
from typing import Any

from asking import SWIFT


class EntryFileTest(unittest.TestCase):
    """What the Swift project's entry file makes of servers that break the rules."""

    def test_a_variable_that_is_a_number(self) -> None:
        environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
        environ.update({"REMOTE_PORT": 49152, "wsgi.errors": io.StringIO()})
        started: list[Any] = []
        chunks = SWIFT(environ, lambda *given: started.extend(given))
        self.assertEqual(
            (started[0], b"".join(chunks)), ("200 OK", b"Hello from handler")
        )

    def test_a_body_that_gives_more_than_it_is_asked_for(self) -> None:
        class Generous(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                return super().read((size or 0) + 10)

        class Texts(io.BytesIO):
            def read(self, size: int | None = -1, /) -> Any:
                return "text"

        for body in (Generous(b"x" * 1000), Texts()):
            with self.subTest(body=type(body).__name__):
                environ: dict[str, Any] = {
                    "REQUEST_METHOD": "POST",
                    "PATH_INFO": "/echo",
                }
                errors = io.StringIO()
                environ.update({"CONTENT_LENGTH": "100", "wsgi.errors": errors})
                environ["wsgi.input"] = body
                started: list[Any] = []
                chunks = SWIFT(environ, lambda *given, kept=started: kept.extend(given))
                self.assertIn(b"could not be read", b"".join(chunks))
                self.assertEqual(started[0], "400 Bad Request")
                self.assertIn(
                    "returned the wrong type or too many bytes", errors.getvalue()
                )


if __name__ == "__main__":
    unittest.main()
