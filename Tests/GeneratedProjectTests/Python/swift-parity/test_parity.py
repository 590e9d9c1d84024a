"""The Python `handler` and the Swift one answer alike, byte for byte.

``handlers.py`` here and ``Swift/parity/Handlers.swift`` are the same handlers, written
twice. Every request of the table is made of both, in this process and under
:mod:`wsgiref.validate`; status line, header fields in their order, and body must be
the same, and so must be whether something was logged. ``DIFFERENCES`` lists what may
differ, and why; each of these is tested for what it is.

Run it with the Python project and this folder on the path::

    SWIFT_PROJECT=FOLDER PYTHONPATH=PROJECT python -W error -m unittest
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import sys
import unittest
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.validate import validator

import routes

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

DIFFERENCES = {
    "JSON": "Python puts a space behind ',' and ':' and escapes what is not ASCII; Swift"
    " sends UTF-8 without spaces. The values are the same, and so is everything else.",
    "numbers in paths": "a pattern of Python's decides by itself what a number is (\\d+:"
    " digits of any script, no sign), Swift's Int does (ASCII digits, a sign, 64 bits).",
    "reasons": "a Python before 3.13 has the older words for 413, 414, 416 and 422.",
    "lax JSON": "Foundation's decoder takes a byte order mark, and a comma behind the last"
    " value; Python's refuses both.",
    "bodies that cannot be read": "Python quotes the server's words in the answer, Swift"
    " says that it could not be read, and logs them.",
}


def swift_application() -> Any:
    """Return the application of the Swift project."""
    entry = Path(os.environ["SWIFT_PROJECT"]) / "wsgi.py"
    spec = importlib.util.spec_from_file_location("swift_wsgi", entry)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # The entry file knows where it lies by its own name, wsgi.py.
    spec.loader.exec_module(module)
    return module.application


SWIFT = swift_application()
PYTHON = routes.application


@dataclass
class Ask:
    """One request."""

    method: str
    target: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    environ: dict[str, Any] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Whether the request keeps to PEP 3333, so that the validator lets it pass."""
        length = self.environ.get("CONTENT_LENGTH", "0") or "0"
        return length.isdecimal() and self.environ.get("QUERY_STRING", "") is not None

    def __str__(self) -> str:
        """Describe the request in one line."""
        parts = [self.method, self.target]
        if self.body:
            parts.append(f"{len(self.body)} bytes {self.body[:30]!r}")
        return " ".join([*parts, *map(str, (self.headers or "", self.environ or ""))])


@dataclass
class Reply:
    """What was answered."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    logged: bool
    log: str


class Input(io.BytesIO):
    """A body that comes in small pieces, as from a network."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most 7,000 bytes."""
        return super().read(7000 if size is None or size < 0 else min(size, 7000))


class Broken(io.BytesIO):
    """A body whose connection breaks."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Fail."""
        raise OSError("connection reset")


def ask(application: Any, asked: Ask) -> Reply:
    """Make a request of an application."""
    path, _, query = asked.target.partition("?")
    errors = io.StringIO()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": asked.target,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "CONTENT_LENGTH": str(len(asked.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": Input(asked.body),
        "wsgi.errors": errors,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in asked.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else "HTTP_" + key] = value
    environ.update(asked.environ)
    for name in [name for name, value in environ.items() if value is None]:
        del environ[name]
    started: list[Any] = []

    def start_response(status: str, headers: Any, exc_info: object = None) -> Any:
        started[:] = [status, headers]
        return lambda data: None

    with warnings.catch_warnings():
        # The validator knows six methods.
        warnings.filterwarnings("ignore", "Unknown REQUEST_METHOD")
        called = validator(application) if asked.is_valid else application
        chunks = called(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
    log = errors.getvalue()
    return Reply(started[0], list(started[1]), body, bool(log), log)


def octets(count: int) -> bytes:
    """Return bytes without a pattern, the same each time."""
    block = b"".join(
        hashlib.sha256(b"%d" % n).digest() for n in range(min(count, 1 << 20) // 32 + 1)
    )
    return (block * (count // len(block) + 1))[:count]


def paths() -> Iterator[Ask]:
    """Make requests for every kind of path."""
    yield from (
        Ask("GET", target)
        for target in (
            "/",
            "",
            "/nowhere",
            "//",
            "/items/1",
            "/items/",
            "/items/007",
            "/items/1/",
            "/items/x",
            "/items/1x",
            "/items/9223372036854775807",
            "/pairs/a/to/b",
            "/pairs/a/to/",
            "/pairs//to/b",
            "/pairs/%C3%A4/to/%F0%9F%98%80",
            "/pairs/a%2Fb/to/c",
            "/pairs/a b/to/c",
            "/pairs/a%20b/to/%2B",
            "/pages/a.html",
            "/pages/.html",
            "/pages/a.b.html",
            "/pages/a.htm",
            "/pages/a.html/",
            "/pages/a.html.html",
            "/rest/",
            "/rest/a/b/c",
            "/rest//",
            "/rest",
            "/rest/%00%01%7F",
            "/rest/%E2%82%AC",
            "/gr%C3%BC%C3%9Fe",
            "/grusse",
            "/gru%CC%88%C3%9Fe",
            "/slash/",
            "/slash",
            "/GRÜSSE",
            "/query?b=1",
            "/empty",
            "/%",
            "/%4",
            "/%zz",
            "/%4g",
            "/rest/%ff",
            "/rest/%c3",
            "/rest/%ed%a0%80",
            "/rest/%c0%80",
            "/rest/%f5%80%80%80",
            "/rest/" + "x" * 10000,
            "/rest/" + "/" * 1000,
            "/nowhere/%ff",
            "/nowhere%zz",
        )
    )


def methods() -> Iterator[Ask]:
    """Make every method of many paths, and methods that nobody has."""
    targets = ("/", "/items/1", "/verbs", "/echo", "/nowhere", "/status/404", "/empty")
    for method in (*METHODS, "TRACE", "CONNECT", "FOO", "get", "LINK", "__INIT__"):
        for target in targets:
            yield Ask(method, target)


def queries() -> Iterator[Ask]:
    """Make requests with every kind of query string."""
    yield from (
        Ask("GET", "/query?" + query)
        for query in (
            "",
            "b",
            "b=",
            "b=1",
            "b=1&b=2",
            "a=1&a=2&b=3",
            "b=a+b",
            "b=a%20b",
            "b=%2B",
            "a=%C3%A4&b=%E2%82%AC",
            "b=1&&",
            "&&&b=1",
            "=1&b=2",
            "b==",
            "b=1=2",
            "b=%",
            "b=%4",
            "b=%zz",
            "%62=1",
            "b=%ff",
            "b=%c3",
            "%ff=1&b=1",
            "b=%00",
            "b=1;a=2",
            "a[]=1&b=1",
            "b=" + "x" * 20000,
            "b=1#x",
            "b=1?x",
            "%=1&b=1",
            "&".join(["b=1"] * 1000),
            "&".join(["b=1"] * 1001),
            "&" * 999,
            "&" * 1000,
        )
    )
    for query in ("b=\xe4", "b=\xc3\xa4", "\xff=1", "b=\x00", "b=\x7f"):
        yield Ask("GET", "/query", environ={"QUERY_STRING": query})
    yield Ask("GET", "/?x=%zz")
    yield Ask("GET", "/nowhere?x=%zz")
    yield Ask("DELETE", "/?x=%zz")


def bodies() -> Iterator[Ask]:
    """Make requests with every kind of body."""
    for count in (0, 1, 2, 6999, 7000, 7001, 65536, 262143, 262144, 262145):
        yield Ask("POST", "/echo", octets(count))
    yield Ask("POST", "/echo", bytes(range(256)) * 40)
    yield Ask("POST", "/echo", b"%zz", FORM)
    for count in (1 << 20, (1 << 20) + 1, 10 << 20, 50 << 20):
        yield Ask("POST", "/echo", octets(count))
    yield Ask("PUT", "/echo", octets(61 << 20))
    for length in (
        "",
        "0",
        "5",
        "10",
        "11",
        "-1",
        "+5",
        "5 ",
        " 5",
        "x",
        "1e3",
        "0x5",
        "9" * 18,
        "9" * 19,
        "\u0665",
        "00005",
        None,
    ):
        yield Ask("POST", "/echo", b"0123456789", environ={"CONTENT_LENGTH": length})
        yield Ask(
            "POST",
            "/echo",
            b"0123456789",
            environ={"CONTENT_LENGTH": length, "HTTP_TRANSFER_ENCODING": "chunked"},
        )
        yield Ask(
            "POST",
            "/echo",
            b"0123456789",
            environ={
                "CONTENT_LENGTH": length,
                "HTTP_TRANSFER_ENCODING": "chunked",
                "wsgi.input_terminated": True,
            },
        )
    yield Ask("POST", "/nowhere", octets(100_000))
    yield Ask("POST", "/", octets(100_000))
    yield Ask(
        "PUT",
        "/echo",
        octets(100_000),
        environ={"wsgi.input_terminated": True, "CONTENT_LENGTH": None},
    )


def forms() -> Iterator[Ask]:
    """Make requests with every kind of form."""
    yield from (
        Ask("POST", "/form?q=%C3%A4", body, headers)
        for body in (
            b"",
            b"name=Ada",
            b"name=Ada&colour=red&colour=blue",
            b"colour=red",
            b"name=a+b%20c",
            b"name=%C3%A4\xc3\xa4",
            b"name=%ff",
            b"name=\xff",
            b"name=%",
            b"name=" + b"x" * 100_000,
            b"&".join([b"name=1"] * 1000),
            b"&".join([b"name=1"] * 1001),
            b"name",
            b"name=&name=2",
            b'{"name": 1}',
        )
        for headers in (
            FORM,
            {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
            {"Content-Type": "Application/X-WWW-Form-URLencoded"},
            {"Content-Type": " application/x-www-form-urlencoded ;"},
            {"Content-Type": "multipart/form-data; boundary=x"},
            {"Content-Type": ""},
            {},
        )
    )


def cookies() -> Iterator[Ask]:
    """Make requests with every kind of cookie."""
    yield from (
        Ask("GET", "/cookies", headers={"Cookie": cookie})
        for cookie in (
            "",
            "a=1",
            "a=1; b=2",
            "b=2;a=1",
            "a=1; a=2",
            'a="x y"',
            "a",
            "=1",
            "a=",
            "A=1",
            "xa=1",
            "a=b=c",
            "a =1",
            "a= 1 ",
            "a=\xc3\xa4",
            "a=\xff",
            ";;;a=1;",
            "a=%41",
            "a=1, b=2",
            'a="',
            'a="1;2"',
            "a=1;\tb=2",
        )
    )
    for method in ("POST", "DELETE"):
        for environ in (
            {},
            {"wsgi.url_scheme": "https"},
            {"SCRIPT_NAME": "/app"},
            {"SCRIPT_NAME": "/\xc3\xa4 b/"},
            {"SCRIPT_NAME": "/a;b"},
        ):
            yield Ask(method, "/cookies", environ=environ)
    for name, value in (
        ("n", "v"),
        ("n", ""),
        ("n", "a=b"),
        ("", "v"),
        ("n=", "v"),
        ("n", "a%20b"),
        ("n", "a;b"),
        ("n", "%22"),
        ("n", "a,b"),
        ("n", "%5C"),
        ("n", "%C3%A4"),
        ("n;", "v"),
        ("%0D%0A", "v"),
        ("n", "%0D%0Ax:y"),
        ("n", "%7F"),
        ("!#$%25%26'*", "v"),
    ):
        yield Ask("PUT", f"/cookies?n={name}&v={value}")


def redirects() -> Iterator[Ask]:
    """Make requests for every kind of redirect."""
    for url in (
        "/",
        "/a b",
        "/%C3%A4",
        "//evil.example/",
        "http://x.example/?a=1%26b=2",
        "relative",
        "/a%2520b",
        "/a%25zz",
        "/a%25",
        "",
        "%0D%0Ax:y",
        "%09",
        "/%22%3C%3E",
        "/%7B%7C%7D%5C%5E%60",
        "/[1]",
        "/%C2%A0",
        "/%E2%80%A8",
        "/%C2%AD",
        "/%F0%9F%98%80",
        "/%EE%80%80",
        "/a?b=c#d",
        "/!$&'()*,;=@~",
    ):
        for environ in ({}, {"SCRIPT_NAME": "/app"}, {"SCRIPT_NAME": "/a b/"}):
            yield Ask("GET", f"/redirect?to={url}", environ=environ)
    for method in ("POST", "PUT", "HEAD"):
        yield Ask(method, "/redirect?to=/x", environ={"SCRIPT_NAME": "/app"})


def headers() -> Iterator[Ask]:
    """Make requests for every kind of header field."""
    yield Ask("GET", "/headers")
    yield Ask("HEAD", "/headers")
    for line in (
        "X-A:b",
        "x:",
        "X-A: b",
        "a_b:c",
        "1a:b",
        "-a:b",
        "a-:b",
        "a b:c",
        ":x",
        "X-A:b\r\nc: d",
        "X-A:\x00",
        "X-A:\x7f",
        "X-A:\tb",
        "X-A:\xe4",
        "X-A:\u0100",
        "X-\xc4:b",
        "Content-Length:3",
        "content-length:3",
        "Connection:close",
        "transfer-encoding:chunked",
        "Status:200",
        "Keep-Alive:1",
        "TE:x",
        "Upgrade:x",
        "Trailers:x",
        "Location:/x",
        "Content-Type:text/x",
        "CONTENT-TYPE:text/x",
        "Set-Cookie:a=b",
        "X-Content-Type-Options:x",
        "Proxy-Authenticate:x",
        "a" * 300 + ":b",
        "X-A:" + "b" * 9000,
        "X-e\u0301:b",
        "X-A:b\u0301",
    ):
        yield Ask("POST", "/headers", line.encode())
    for sent in (
        {},
        {"Accept": "text/html"},
        {"Accept": ""},
        JSON,
        {"X-Real-IP": "1.2.3.4"},
        {"X-Real-IP": ""},
    ):
        yield Ask("PUT", "/headers", headers=sent)


def statuses() -> Iterator[Ask]:
    """Make requests for every status."""
    for status in (*range(95, 605), 0, 999, 1000):
        yield Ask("GET", f"/status/{status}")
    for status in (200, 204, 205, 304, 404, 500):
        yield Ask("HEAD", f"/status/{status}")


def failures() -> Iterator[Ask]:
    """Make requests that fail."""
    for kind in ("http", "message", "unknown", "header", "error", "other"):
        for method in ("GET", "HEAD"):
            yield Ask(method, f"/failures/{kind}")
    yield Ask("GET", "/failures/error?%0AX=1")


def pages() -> Iterator[Ask]:
    """Make requests for HTML."""
    for name in ("", "Ada", "%3Cscript%3E", "%22%27%26", "%C3%A4"):
        for mount in ("", "/app", "/<b>"):
            yield Ask("GET", f"/page?name={name}", environ={"SCRIPT_NAME": mount})
    yield Ask("GET", "/", environ={"REQUEST_URI": None})
    yield Ask("GET", "/", environ={"REQUEST_URI": "/%zz"})
    yield Ask("GET", "/", environ={"QUERY_STRING": None, "CONTENT_LENGTH": None})


JSON_BODIES = (
    b'{"name": "Ada", "n": 21}',
    b'{"n": 1, "name": "\xc3\xa4\\u00e4"}',
)

NO_JSON = (
    b"",
    b"{",
    b"nul",
    b'{"name": "x", "n": NaN}',
    b'{"name": "\xff", "n": 1}',
    b"[" * 100_000,
    b'{"name": "x", "n": 1} x',
    "{}".encode("utf-16"),
    b"{'name': 'x', 'n': 1}",
)

# JSON, but not what the handler asks for: where it was, and what is wrong with it.
OTHER_JSON = {
    b'{"name": "x"}': "n is missing",
    b'{"name": 1, "n": 1}': "name is of another type",
    b'{"name": "x", "n": 1.5}': "malformed JSON",
    b'{"name": "x", "n": null}': "n is of another type",
    b"[]": "the value is of another type",
    b"null": "the value is of another type",
}


class ParityTest(unittest.TestCase):
    """Python and Swift, request by request."""

    def check(self, asked: Ask) -> None:
        """Make a request of both, and compare."""
        with self.subTest(asked=str(asked)[:300]):
            python, swift = ask(PYTHON, asked), ask(SWIFT, asked)
            self.assertEqual(swift.status, _newest(python.status))
            self.assertEqual(_length(swift.headers), _length(python.headers))
            self.assertEqual(swift.logged, python.logged, swift.log + python.log)
            if swift.body != _newest_body(python):
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
        self._all(forms(), 100)

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


class DifferenceTest(unittest.TestCase):
    """What differs, and in nothing else than is said."""

    def test_each_difference_has_its_reason(self) -> None:
        self.assertEqual(len(DIFFERENCES), 5)
        self.assertTrue(all(len(why) > 40 for why in DIFFERENCES.values()))

    def _same_json(self, asked: Ask) -> None:
        with self.subTest(asked=str(asked)):
            python, swift = ask(PYTHON, asked), ask(SWIFT, asked)
            self.assertEqual(swift.status, python.status)
            names = [name for name, _ in python.headers]
            self.assertEqual([name for name, _ in swift.headers], names)
            types = (
                dict(swift.headers)["Content-Type"],
                dict(python.headers)["Content-Type"],
            )
            self.assertEqual(types[0], types[1])
            if swift.status[0] == "2":
                self.assertEqual(json.loads(swift.body), json.loads(python.body))

    def test_json_has_the_same_values(self) -> None:
        self._same_json(Ask("GET", "/json"))
        for body in JSON_BODIES:
            self._same_json(Ask("POST", "/json", body, JSON))

    def test_malformed_json_is_refused_by_both_alike(self) -> None:
        for body in NO_JSON:
            with self.subTest(body=body[:40]):
                swift = ask(SWIFT, Ask("POST", "/json", body, JSON))
                python = ask(PYTHON, Ask("POST", "/json", body, JSON))
                self.assertEqual(swift.status, "400 Bad Request")
                self.assertEqual((swift.body, swift.log), (python.body, ""))

    def test_json_that_does_not_fit_is_refused_by_swift(self) -> None:
        # A handler in Python has to look for itself.
        for body, words in OTHER_JSON.items():
            with self.subTest(body=body):
                swift = ask(SWIFT, Ask("POST", "/json", body, JSON))
                self.assertEqual((swift.status, swift.log), ("400 Bad Request", ""))
                self.assertIn(words, swift.body.decode())

    def test_lax_json(self) -> None:
        for body in (b'{"name": "x", "n": 1,}', b'\xef\xbb\xbf{"name": "x", "n": 1}'):
            asked = Ask("POST", "/json", body, JSON)
            self.assertEqual(ask(SWIFT, asked).status, "200 OK")
            self.assertEqual(ask(PYTHON, asked).status, "400 Bad Request")

    def test_another_type_is_refused_by_both_alike(self) -> None:
        for kind in ({}, FORM, {"Content-Type": "text/json"}):
            asked = Ask("POST", "/json", JSON_BODIES[0], kind)
            self.assertEqual(ask(SWIFT, asked).body, ask(PYTHON, asked).body)
            self.assertEqual(ask(SWIFT, asked).status, "415 Unsupported Media Type")

    def test_numbers_in_paths(self) -> None:
        for target, swift, python in (
            ("/items/+5", "200", "404"),
            ("/items/-5", "200", "404"),
            ("/items/%D9%A5", "404", "200"),
            ("/items/9223372036854775808", "404", "200"),
        ):
            with self.subTest(target=target):
                self.assertEqual(ask(SWIFT, Ask("GET", target)).status[:3], swift)
                self.assertEqual(ask(PYTHON, Ask("GET", target)).status[:3], python)

    def test_a_body_that_cannot_be_read(self) -> None:
        asked = Ask("POST", "/echo", b"x", environ={"wsgi.input": Broken()})
        swift, python = ask(SWIFT, asked), ask(PYTHON, asked)
        self.assertEqual(swift.status, python.status)
        self.assertEqual(
            swift.body, b"400 malformed request: its body could not be read\n"
        )
        self.assertIn("connection reset", swift.log)


_REASONS = {
    "413 Request Entity Too Large": "413 Content Too Large",
    "414 Request-URI Too Long": "414 URI Too Long",
    "416 Requested Range Not Satisfiable": "416 Range Not Satisfiable",
    "422 Unprocessable Entity": "422 Unprocessable Content",
}


def _newest(status: str) -> str:
    """Return a status line as the newest Python has it."""
    return _REASONS.get(status, status) if sys.version_info < (3, 13) else status


def _newest_body(reply: Reply) -> bytes:
    """Return the body of an error as the newest Python has it."""
    old = (reply.status + "\n").encode()
    return (_newest(reply.status) + "\n").encode() if reply.body == old else reply.body


def _length(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return header fields, without the length where it follows from the reason."""
    if sys.version_info < (3, 13):
        return [(name, value) for name, value in headers if name != "Content-Length"]
    return headers


if __name__ == "__main__":
    unittest.main()
