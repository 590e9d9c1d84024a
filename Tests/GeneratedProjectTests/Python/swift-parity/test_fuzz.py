"""Random requests, the same ones in each run, to both languages.

Each request is made of pieces that break parsers: half an escape, marks, separators in
other scripts, bytes that are no text. Python and Swift must answer alike, but for what
``DIFFERENCES`` in ``test_differences.py`` lists; ``expected`` here says when that is.
The variable FUZZ is the number of requests, and FUZZ_SEED makes other ones.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import unittest
from typing import Any

from asking import FORM, JSON, METHODS, PYTHON, SWIFT, Ask, Reply, sent
from broken_inputs import INPUTS
from test_differences import DIFFERENCES
from test_parity import newest, newest_body, without_length

COUNT = int(os.environ.get("FUZZ", "20000"))
SEED = int(os.environ.get("FUZZ_SEED", "20"))

PATHS = (
    "/",
    "/items/1",
    "/items/",
    "/pairs/a/to/b",
    "/pairs/",
    "/pages/x.html",
    "/rest/",
    "/echo",
    "/query",
    "/form",
    "/json",
    "/cookies",
    "/redirect",
    "/headers",
    "/failures/http",
    "/verbs",
    "/page",
    "/empty",
    "/gr\u00fc\u00dfe",
    "/slash/",
    "/nowhere",
)
PIECES = (
    *(b"a b n 1 5 name colour to q v x".split()),
    *(b"= & ; % + , / // . .. : \" ' \\ < > { } [ ] # ? - _ @ ! ~ ^ ` |".split()),
    *(
        b"%C3 %A4 %C3%A4 %CC%81 %0A %0D%0A %00 %7F %FF %zz %4 %2F %3B %CD%BE %2B %25".split()
    ),
    *(
        b"\xc3\xa4 \xcc\x81 \xcd\xbe \xff \xc3 \xe2\x82\xac \xf0\x9f\x98\x80 \xed\xa0\x80".split()
    ),
    *(
        b"\xe2\x80\xa8 \xef\xbb\xbf \xc2\xa0 \xe3\x80\x80 \xd9\xa5 \xcd\x84 \xc2\x85".split()
    ),
    *(
        b" ",
        b"\t",
        b"\0",
        b"\x0b",
        b"\x0c",
        b"\x1c",
        b"\x7f",
        b"\x85",
        b"",
        b"a=1",
        b"b=2",
        b"\n",
    ),
    *(
        b"name=Ada&",
        b'"name"',
        b'"n"',
        b": 21",
        b'{"name": "x", "n": 1}',
        b"1e5",
        b"-1",
    ),
    *(
        b"null",
        b"true",
        b"[[[[",
        b"]]]]",
        b"\\u0041",
        b"\\ud800",
        b"text/html",
        b"https",
    ),
)
TYPES = (
    *("", "text/plain", "application/json; charset=utf-8", "APPLICATION/JSON"),
    *(
        "application/x-www-form-urlencoded",
        "application/json",
        "application/json\xcc\x81",
    ),
    *(
        "\x0bapplication/json",
        "application/json\xa0",
        " application/json\t;",
        ";",
        "\xcd\xbe",
    ),
)


QUERIES = {b"/redirect": b"to=/", b"/query": b"a=1&b=", b"/cookies": b"n=a&v="}


class Fuzzer:
    """Makes requests by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def text(self, most: int = 6) -> bytes:
        """Return a text of some pieces."""
        return b"".join(self.chance.choices(PIECES, k=self.chance.randint(0, most)))

    def order(self) -> bytes:
        """Return JSON that an order can be, or nearly."""
        chance = self.chance
        name = chance.choice((b"name", b"n\\u0061me", b"na", self.text(2)))
        words = (
            b'"%s"' % self.text(),
            b"null",
            b"1",
            b'"\xcc\x81"',
            b"[[1]]",
            self.text(),
        )
        numbers = (
            b"21",
            b"1.0",
            b"1.5",
            b"1e2",
            b"-0",
            b"01",
            b"9" * 25,
            b"true",
            self.text(),
        )
        members = [
            b'"%s":%s' % (name, chance.choice(words)),
            b'"n": %s' % chance.choice(numbers),
            *([b'"n":2'] if chance.random() < 0.1 else []),
        ]
        chance.shuffle(members)
        return b"{%s}%s" % (b", ".join(members), self.text(1))

    def ask(self) -> Ask:
        """Return a request."""
        chance = self.chance
        method = chance.choice(
            (*METHODS, "GET", "POST")
            if chance.random() < 0.98
            else ("get", "G\xcc\x81", "")
        )
        path = chance.choice(PATHS).encode()
        if chance.random() < 0.3:
            path += self.text(3)
        body = self.text(10) if chance.random() < 0.5 else b""
        query = self.text() if chance.random() < 0.4 else b""
        if chance.random() < 0.7:
            query = QUERIES.get(path, b"b=1&name=") + query
        environ: dict[str, Any] = {"QUERY_STRING": query.decode("latin-1")}
        headers: dict[str, str] = {}
        if chance.random() < 0.3:
            headers["Cookie"] = self.text().decode("latin-1")
        if chance.random() < 0.3:
            headers.update(chance.choice((FORM, JSON)))
        elif chance.random() < 0.3:
            headers["Content-Type"] = chance.choice(TYPES)
        if chance.random() < 0.1:
            headers["Accept"] = self.text().decode("latin-1")
        if chance.random() < 0.1:
            environ["SCRIPT_NAME"] = "/" + self.text(3).decode("latin-1")
        if chance.random() < 0.1:
            length = str(max(len(body) + chance.randint(-2, 2), 0))
            environ["CONTENT_LENGTH"] = chance.choice(("", None, "+1", "1.0", length))
        if chance.random() < 0.1:
            environ["wsgi.input_terminated"] = chance.choice((True, False))
        if chance.random() < 0.05:
            environ["HTTP_TRANSFER_ENCODING"] = "chunked"
            if chance.random() < 0.5:
                environ["CONTENT_LENGTH"] = None
        if chance.random() < 0.05:
            environ["wsgi.input"] = chance.choice(tuple(INPUTS.values()))
        if chance.random() < 0.05:
            method, path, body, headers = (
                "POST",
                b"/json",
                self.order(),
                {**headers, **JSON},
            )
            environ.pop("CONTENT_LENGTH", None)
        target = path.decode("latin-1")
        environ["REQUEST_URI"] = chance.choice((None, None, "/%zz", "/x?%4", "/a"))
        environ["PATH_INFO"] = target
        return Ask(method, "/", body, headers, environ)


def reply(application: Any, asked: Ask) -> Reply:
    """Make a request without the validator, which takes longer than both applications."""
    errors = io.StringIO()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "CONTENT_LENGTH": str(len(asked.body)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(asked.body),
        "wsgi.errors": errors,
    }
    for name, value in asked.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else "HTTP_" + key] = value
    environ.update(asked.environ)
    environ = sent(environ)
    started: list[Any] = []
    chunks = application(environ, lambda *given: started.extend(given))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    log = errors.getvalue()
    return Reply(started[0], list(started[1]), body, bool(log), log)


# What only one of both takes for a number.
_NUMBER = re.compile(r"/(items|status)/(?=.*[^0-9])[^/]*|/items/\d{19,}")


def expected(asked: Ask, python: Reply, swift: Reply) -> str:
    """Return the key of ``DIFFERENCES`` that explains a difference, or ""."""
    path = asked.environ["PATH_INFO"]
    kind = asked.headers.get("Content-Type", "").lower().strip(" \t")
    asks = path == "/form"
    if (
        kind.startswith(FORM["Content-Type"])
        and not asks
        and python.status[:3] == "400"
    ):
        return "forms"
    if path == "/json":
        return _expected_json(asked, python, swift)
    if _NUMBER.fullmatch(path):
        return "numbers in paths"
    if "\n" in path and python.status[:3] == "404":
        return "line breaks in paths"
    return ""


def _expected_json(asked: Ask, python: Reply, swift: Reply) -> str:
    statuses = (python.status[:3], swift.status[:3])
    if statuses == ("200", "200"):
        if asked.method == "HEAD" or json.loads(python.body) == json.loads(swift.body):
            return "JSON"
        return "duplicate keys"
    if statuses[0] in ("200", "400", "500") and b" JSON" in swift.body:
        return "types in JSON" if statuses[1] == "400" else ""
    return "lax JSON" if statuses == ("400", "200") else ""


class FuzzTest(unittest.TestCase):
    """Random requests."""

    def test_both_answer_alike(self) -> None:
        fuzzer = Fuzzer(SEED)
        explained = dict.fromkeys(("", *DIFFERENCES), 0)
        statuses: set[str] = set()
        for number in range(COUNT):
            asked = fuzzer.ask()
            python, swift = reply(PYTHON, asked), reply(SWIFT, asked)
            statuses.add(swift.status[:3])
            same = (
                swift.status == newest(python.status)
                and without_length(swift.headers) == without_length(python.headers)
                and swift.logged == python.logged
                and swift.body == newest_body(python)
            )
            key = "" if same else expected(asked, python, swift)
            explained[key] += 1
            if not same and not key:
                self.fail(f"request {number}: {asked}\n{python}\n{swift}")
        # The requests reach what they are for.
        self.assertLessEqual(
            {"200", "204", "302", "400", "404", "405", "411", "415", "500", "501"},
            statuses,
        )
        self.assertGreater(explained[""], COUNT * 0.9, explained)


if __name__ == "__main__":
    unittest.main()
