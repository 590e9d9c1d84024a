"""Random requests for files and parts of files, the same ones in each run.

None may raise an exception at the server, be an error of the app, or send a byte of
another file. The variable FUZZ is their number.
"""

from __future__ import annotations

import os
import random
import re
import unittest
from collections import Counter

from asking import Response, TestCase, call
from hello.web import Application, RequestHandler
from hello.web.conditional import format_seconds
from test_files import DATE, TAG, TEXT, WHEN, FileCase

COUNT = int(os.environ.get("FUZZ", "3000"))

PATHS = (
    *("a.bin", "empty", "big", "sub", "b.txt", "page.HTML", "inside", "outside", "up"),
    *("sibling", "loop", "pipe", ".hidden", "..", ".", "/", "//", "\\", "\0", "%"),
    *("%2e%2e", "secret", "files", "a", "é", "☺", "*", "~", ":", "/etc/passwd"),
    *("../secret", "../files-secret/a", "sub/b.txt", " ", "\n"),
)
RANGES = (
    *("bytes", "=", "bytes=", "-", ",", " ", "0", "1", "4", "9", "10", "99999999"),
    *("9" * 18, "9" * 19, "a", "\xb2", "bytes=2-", "bytes=-3", "bytes=1-4", "\n"),
    *("bytes=10-", "bytes=9-9", "bytes=-0", "bytes=0-", "bytes=5-99", "bytes=-99"),
)
TAGS = (
    *(TAG, TAG, "W/", '"', "*", ",", " ", '"x"', "\xff", DATE, DATE),
    *(format_seconds(WHEN - 1), "Sun", ", 06 Nov ", "1994", "08:49:37", " GMT", "-"),
)

# How often each status has to be seen, in 3,000 requests.
LEAST = {200: 100, 206: 50, 304: 50, 404: 100, 416: 10}


class Files(RequestHandler):
    """Sends what a visitor asks for."""

    folder = ""

    def get(self) -> None:
        self.send_file(self.get_query_argument("path"), folder=self.folder)


class FileFuzzTest(FileCase, TestCase):
    def test_no_request_leads_out_or_is_an_error_of_the_app(self) -> None:
        (self.root / "secret").write_bytes(b"SECRET")
        (self.root / "files-secret" / "a").write_bytes(b"SECRET")
        Files.folder = str(self.folder)
        main = Application([("/", Files)])
        seen: Counter[int] = Counter()
        draw = random.Random(7)
        for number in range(COUNT):
            path = "a.bin"
            if draw.random() < 0.4:
                path = "".join(draw.choices(PATHS, k=draw.randint(1, 3)))
            made = {
                "HTTP_RANGE": self.text(draw, RANGES),
                "HTTP_IF_RANGE": self.text(draw, TAGS),
                "HTTP_IF_NONE_MATCH": self.text(draw, TAGS),
                "HTTP_IF_MODIFIED_SINCE": self.text(draw, TAGS),
            }
            method = draw.choice(("GET", "GET", "GET", "HEAD"))
            query = "".join(f"%{byte:02x}" for byte in path.encode("utf-8", "replace"))
            some = {name: text for name, text in made.items() if draw.random() < 0.4}
            with self.subTest(number, path=path, **some):
                response = call(main, method, f"/?path={query}", **some)
                self.check(response, method)
                seen[response.status] += 1
        for status, count in LEAST.items():
            self.assertGreater(seen[status], count * COUNT // 3000, f"{seen}")

    def text(self, draw: random.Random, parts: tuple[str, ...]) -> str:
        """Return a value that is right, or made of parts of right ones."""
        if draw.random() < 0.8:
            return draw.choice(parts)
        return "".join(draw.choices(parts, k=draw.randint(0, 5)))

    def check(self, response: Response, method: str) -> None:
        """Check what holds for every response."""
        self.assertEqual(response.errors, "")
        self.assertIn(response.status, LEAST)
        self.assertNotIn(b"SECRET", response.body)
        length = response.header("Content-Length")
        if method == "HEAD" or response.status == 304:
            self.assertEqual(response.body, b"")
            self.assertEqual(length is None, response.status == 304)
        else:
            self.assertEqual(length, str(len(response.body)))
        part = re.fullmatch(
            r"bytes (\d+)-(\d+)/10", response.header("Content-Range") or ""
        )
        if part:
            self.assertEqual(response.status, 206)
            self.assertEqual(response.body, TEXT[int(part[1]) : int(part[2]) + 1])


if __name__ == "__main__":
    unittest.main()
