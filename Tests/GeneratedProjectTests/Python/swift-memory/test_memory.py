"""A worker that answers for days must not grow: requests of every kind, in this process.

Run with the folder of a built project on PYTHONPATH that has the handlers of Swift/servers/.
"""

from __future__ import annotations

import io
import json
import os
import unittest
from collections.abc import Iterable
from typing import Any

import wsgi

WARM_UP = 10_000
REQUESTS = 100_000
LARGE = b"x" * 100_000
ORDER = json.dumps({"name": "tea", "count": 1, "tags": ["a", "b"]}).encode()
JSON = {"CONTENT_TYPE": "application/json"}
COOKIE = {"HTTP_COOKIE": "other=1; visits=3"}

# Method, path, variables, body, and the status of the answer.
KINDS: list[tuple[str, str, dict[str, str], bytes, int]] = [
    ("GET", "/", {}, b"", 200),
    ("GET", "/capture/name/42", {"QUERY_STRING": "x=%C3%BC"}, b"", 200),
    ("POST", "/json", JSON, ORDER, 200),
    ("POST", "/json", JSON, b'{"name":', 400),
    ("GET", "/cookie", COOKIE, b"", 200),
    ("GET", "/nowhere", {}, b"", 404),
    ("POST", "/", {}, b"a=b", 405),
    ("GET", "/", {"QUERY_STRING": "a=%zz"}, b"", 400),
    ("GET", "/failing", {}, b"", 500),
    ("POST", "/length", {}, LARGE, 200),
    ("GET", "/bytes/100000", {}, b"", 200),
    ("GET", "/stream", {}, b"", 200),
    ("GET", "/broken", {}, b"", 200),
]


def kilobytes() -> int:
    """Return how much memory this process has."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


class MemoryTest(unittest.TestCase):
    def ask(self, number: int) -> None:
        """Make a request, of each kind in turn."""
        method, path, variables, body, expected = KINDS[number % len(KINDS)]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_REQUEST": str(number),  # no two are the same
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            **variables,
        }
        statuses = []

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            statuses.append(status)

        answer: Iterable[bytes] = wsgi.application(environ, start_response)
        # Of the streams, every other one is left in the middle, as by a client that goes.
        is_left = path == "/stream" and number % 2 == 0
        try:
            for _ in answer:
                if is_left:
                    break
        except RuntimeError:
            self.assertEqual("/broken", path)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        self.assertEqual([expected], [int(status[:3]) for status in statuses], path)

    def test_memory_does_not_grow(self) -> None:
        for number in range(WARM_UP):
            self.ask(number)
        before = kilobytes()
        for number in range(REQUESTS):
            self.ask(number)
        grown = kilobytes() - before
        print(f"grown by {grown} KB in {REQUESTS} requests")
        self.assertLess(grown, 1024)


if __name__ == "__main__":
    unittest.main()
