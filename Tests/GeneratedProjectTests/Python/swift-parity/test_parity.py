"""The Python `handler` and the Swift one answer alike, byte for byte.

``handlers.py`` here and ``Swift/parity/Handlers.swift`` are the same handlers, written
twice. Every request of the table is made of both, in this process and under
:mod:`wsgiref.validate`; status line, header fields in their order, and body must be
the same, and so must be whether something was logged. ``DIFFERENCES`` in
``test_differences.py`` lists what may differ, and why; each is tested there.

Run it with the Python project and this folder on the path::

    SWIFT_PROJECT=FOLDER PYTHONPATH=PROJECT python -W error -m unittest
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Iterator

from asking import PYTHON, SWIFT, Ask, Reply, ask
from broken_inputs import INPUTS, Reads, broken_inputs
from request_bodies import bodies, forms
from request_forms import sessions, signed_cookies, tokens, uploads
from request_headers import cookies, headers, pages, redirects
from request_lines import failures, methods, paths, queries, statuses


class ParityTest(unittest.TestCase):
    """Python and Swift, request by request."""

    def check(self, asked: Ask) -> None:
        """Make a request of both, and compare."""
        with self.subTest(asked=str(asked)[:300]):
            python, swift = ask(PYTHON, asked), ask(SWIFT, asked)
            self.assertEqual(swift.status, newest(python.status))
            self.assertEqual(
                without_length(swift.headers), without_length(python.headers)
            )
            self.assertEqual(swift.logged, python.logged, swift.log + python.log)
            if swift.body != newest_body(python):
                # Not assertEqual: fifty megabytes are no message.
                self.fail(f"{swift.body[:200]!r} != {python.body[:200]!r}")

    def _all(self, asked: Iterator[Ask], at_least: int) -> None:
        count = 0
        for one in asked:
            self.check(one)
            count += 1
        self.assertGreaterEqual(count, at_least)

    def test_paths(self) -> None:
        self._all(paths(), 50)

    def test_methods(self) -> None:
        self._all(methods(), 90)

    def test_queries(self) -> None:
        self._all(queries(), 40)

    def test_bodies_up_to_50_megabytes(self) -> None:
        self._all(bodies(), 60)

    def test_forms(self) -> None:
        self._all(forms(), 120)

    def test_uploads(self) -> None:
        self._all(uploads(), 250)

    def test_tokens_of_forms(self) -> None:
        self._all(tokens(), 180)

    def test_signed_cookies(self) -> None:
        self._all(signed_cookies(), 60)

    def test_sessions(self) -> None:
        self._all(sessions(), 40)

    def test_bodies_of_faulty_servers(self) -> None:
        self._all(broken_inputs(), 10 * len(INPUTS))

    def test_a_part_of_a_body_is_never_taken_for_all_of_it(self) -> None:
        for name, stream in INPUTS.items():
            variables = {"CONTENT_LENGTH": "5", "wsgi.input": stream}
            asked = Ask("POST", "/echo", environ=variables)
            for reply in (ask(PYTHON, asked), ask(SWIFT, asked)):
                with self.subTest(input=name, log=reply.log):
                    self.assertEqual(reply.status, "400 Bad Request")
                    ends_early = b"shorter than its Content-Length" in reply.body
                    self.assertNotEqual(reply.logged, ends_early)
                    self.assertNotRegex(reply.log, "\nGET|Traceback")

    def test_what_ends_a_worker_while_a_body_is_read(self) -> None:
        def read(size: int) -> bytes:
            raise SystemExit(1)

        variables = {"CONTENT_LENGTH": "5", "wsgi.input": Reads(read)}
        for application in (PYTHON, SWIFT):
            with self.assertRaises(SystemExit):
                ask(application, Ask("POST", "/echo", environ=variables))

    def test_cookies(self) -> None:
        self._all(cookies(), 45)

    def test_redirects(self) -> None:
        self._all(redirects(), 65)

    def test_headers(self) -> None:
        self._all(headers(), 40)

    def test_statuses(self) -> None:
        self._all(statuses(), 510)

    def test_failures(self) -> None:
        self._all(failures(), 13)

    def test_pages(self) -> None:
        self._all(pages(), 18)


_REASONS = {
    "413 Request Entity Too Large": "413 Content Too Large",
    "414 Request-URI Too Long": "414 URI Too Long",
    "416 Requested Range Not Satisfiable": "416 Range Not Satisfiable",
    "422 Unprocessable Entity": "422 Unprocessable Content",
}


def newest(status: str) -> str:
    """Return a status line as the newest Python has it."""
    return _REASONS.get(status, status) if sys.version_info < (3, 13) else status


def newest_body(reply: Reply) -> bytes:
    """Return the body of an error as the newest Python has it."""
    old = (reply.status + "\n").encode()
    return (newest(reply.status) + "\n").encode() if reply.body == old else reply.body


def without_length(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return header fields, without the length where it follows from the reason."""
    if sys.version_info < (3, 13):
        return [(name, value) for name, value in headers if name != "Content-Length"]
    return headers


if __name__ == "__main__":
    unittest.main()
