"""Which answers a browser loads anew after an edit, and what programs get instead."""

from __future__ import annotations

import base64
import contextlib
import unittest

from pa_new_preview import content_policy, live

from support import START, Answer, Preview, preview

TAB = {"Sec-Fetch-Dest": "document"}
OLD_TAB = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FETCH = {"Sec-Fetch-Dest": "empty", "Accept": "*/*"}
FRAME = {"Sec-Fetch-Dest": "iframe", "Accept": "text/html,*/*"}
CURL = {"Accept": "*/*"}
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)
SCRIPT = "new EventSource('/.pa-new/live?"
UTF_8 = "; charset=utf-8"

SHOWN: dict[str, tuple[str, str, bytes, str]] = {
    "/text": ("200 OK", "text/plain", b"a < b & c", "a &lt; b &amp; c"),
    "/umlaut": ("200 OK", "text/plain; charset=latin-1", b"\xe4", "\xe4"),
    "/json": ("200 OK", "application/json", b'{"a": "<b>"}', '{"a": "&lt;b&gt;"}'),
    "/problem": ("400 Bad Request", "application/problem+json", b"{}", "{}"),
    "/css": ("200 OK", "text/css" + UTF_8, b"a > b {}", "a &gt; b {}"),
    "/picture": ("200 OK", "image/png", PICTURE, "data:image/png;base64,iVBORw0"),
    "/feed": (
        "200 OK",
        "application/atom+xml",
        b"<feed/>",
        "data:application/atom+xml",
    ),
    "/paper": (
        "200 OK",
        "application/pdf",
        b"%PDF-1.4",
        "data:application/pdf;base64,",
    ),
    "/missing": (
        "404 Not Found",
        "text/plain" + UTF_8,
        b"no <page>",
        "no &lt;page&gt;",
    ),
    "/empty": (
        "500 Internal Server Error",
        "text/html",
        b"",
        "500 Internal Server Error",
    ),
    "/page": ("200 OK", "text/html", b"<body>a</body>", "<body>a<script>("),
    "/broken": ("500 Oh", "text/html" + UTF_8, b"<h1>Oh", "<h1>Oh<script>("),
    "/bare": ("200 OK", "", b"bare & plain", "bare &amp; plain"),
    "/markup": ("200 OK", "", b" <p>a", " <p>a<script>("),
}
"""Status, type and body of an answer, and what the browser's page has."""

KEPT = {
    "/file.csv": ("200 OK", "text/csv", b"a,b"),
    "/file.zip": ("200 OK", "application/zip", b"PK\0\0"),
    "/wide": ("200 OK", "text/plain; charset=utf-16", "a".encode("utf-16")),
    "/guess": ("200 OK", "", b"a\0b"),
    "/part": ("206 Partial Content", "text/plain", b"part"),
    "/moved": ("302 Found", "text/plain", b"elsewhere"),
    "/packed": ("200 OK", "text/html", b"\x1f\x8b"),
    "/large": ("200 OK", "image/png", b"x" * 9_000_000),
}
"""What a browser saves or follows, or what nothing can be added to."""

ROWS: dict[str, tuple[str, str, bytes]] = {
    **{path: (row[0], row[1], row[2]) for path, row in SHOWN.items()},
    **KEPT,
}

MORE = {
    "/moved": [("Location", "/text")],
    "/packed": [("Content-Encoding", "gzip")],
    "/json": [("ETag", '"1"'), ("Cache-Control", "max-age=60")],
    "/css": [("Content-Security-Policy", "default-src 'none'")],
    "/file.csv": [("Content-Disposition", "attachment")],
}

APP = (
    f"""{START}
    status, kind, body = (
        (part.decode("latin-1") if number < 2 else part)
        for number, part in enumerate(open_answer(path))
    )
    headers = [("Content-Length", str(len(body)))] + MORE.get(path, [])
    headers += [("Content-Type", kind)] if kind else []
    headers += [("X-Coding", environ.get("HTTP_ACCEPT_ENCODING", "none"))]
    start_response(status, headers)
    return [body]


MORE = {MORE!r}


def open_answer(path):
    if path == "/large":
        return b"200 OK", b"image/png", b"x" * 9_000_000
    return ANSWERS[path]


ANSWERS = {{
"""
    + "".join(
        f"    {path!r}: ({row[0].encode()!r}, {row[1].encode()!r}, {row[2]!r}),\n"
        for path, row in ROWS.items()
        if path != "/large"
    )
    + """}
"""
)
FILES: dict[str, str | bytes] = {
    "wsgi.py": APP,
    "static/note.txt": "1 < 2",
    "static/page.html": "<h1>Static</h1>",
    "static/dot.png": PICTURE,
}
STATIC = {
    "/static/note.txt": "1 &lt; 2",
    "/static/page.html": "<h1>Static</h1><script>",
    "/static/dot.png": "data:image/png;base64,",
    "/static/none.txt": "There is no such file in the folder of this path.",
}


class AnswersTest(unittest.TestCase):
    """One app with all kinds of answers."""

    shown: Preview

    @classmethod
    def setUpClass(cls) -> None:
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        options = ("--live", "--static", "/static/=static")
        cls.shown = stack.enter_context(preview(FILES, *options))

    def assert_live(self, answer: Answer, content: str) -> None:
        charset = answer.headers["content-type"].partition("charset=")[2] or "utf-8"
        text = answer.body.decode(charset)
        self.assertIn(SCRIPT, text)
        self.assertIn(content, text)
        self.assertTrue(answer.headers["content-type"].startswith("text/html"))

    def test_tab(self) -> None:
        """A browser's tab is loaded anew, whatever it shows, also in an old browser."""
        for path, (status, kind, _, content) in SHOWN.items():
            for fields in (TAB, OLD_TAB):
                with self.subTest(path=path, fields=fields):
                    answer = self.shown.get(path, headers=fields)
                    self.assertEqual(answer.status, int(status[:3]))
                    if kind:
                        self.assert_live(answer, content)
                    else:
                        self.assertIn(content, answer.text)
                        self.assertIn(SCRIPT, answer.text)

    def test_programs(self) -> None:
        """Programs, scripts and frames get the bytes of the app."""
        for path, row in ROWS.items():
            for fields in (FETCH, FRAME, CURL, {}):
                with self.subTest(path=path, fields=fields):
                    answer = self.shown.get(path, headers=fields)
                    self.assertEqual(answer.body, row[2])
                    self.assertEqual(answer.headers.get("content-type", ""), row[1])

    def test_kept(self) -> None:
        """What a browser does not show stays as it is."""
        for path, row in KEPT.items():
            with self.subTest(path=path):
                answer = self.shown.get(path, headers=TAB)
                self.assertEqual(answer.body, row[2])
                self.assertEqual(answer.headers.get("content-type", ""), row[1])

    def test_fields(self) -> None:
        """The page around other contents is never taken for them, nor held up by policies."""
        answer = self.shown.get("/json", headers=TAB)
        self.assertEqual(answer.headers["cache-control"], "no-store")
        self.assertNotIn("etag", answer.headers)
        self.assertEqual(answer.headers["vary"], "Sec-Fetch-Dest")
        self.assertEqual(answer.headers["x-coding"], "none")
        answer = self.shown.get("/css", headers=TAB)
        self.assertNotIn("content-security-policy", answer.headers)
        asked = {**FETCH, "Accept-Encoding": "gzip"}
        answer = self.shown.get("/json", headers=asked)
        self.assertEqual(answer.headers["cache-control"], "max-age=60")
        self.assertEqual(answer.headers["vary"], "Sec-Fetch-Dest")
        self.assertEqual(answer.headers["x-coding"], "gzip")
        self.assertNotIn("vary", self.shown.get("/json", headers=CURL).headers)

    def test_static(self) -> None:
        """Files that PythonAnywhere serves, and those that it misses."""
        for path, content in STATIC.items():
            with self.subTest(path=path):
                self.assert_live(self.shown.get(path, headers=TAB), content)
                answer = self.shown.get(path, headers=FETCH)
                expected = FILES.get(path[1:], f"{content}\n")
                data = expected if isinstance(expected, bytes) else expected.encode()
                self.assertEqual(answer.body, data)

    def test_own_pages(self) -> None:
        """The page about an exception is loaded anew, too; a program gets no script."""
        self.assert_live(self.shown.get("/none", headers=TAB), "KeyError")
        answer = self.shown.get("/none", headers=CURL)
        self.assertIn("KeyError", answer.text)
        self.assertNotIn("EventSource", answer.text)

    def test_missed_edit(self) -> None:
        """A browser that asks with the version of a former page is told at once."""
        for version in ("0", "999999"):
            answer = None
            connection = self.shown.connection()
            with contextlib.closing(connection):
                connection.request("GET", f"/.pa-new/live?{version}")
                answer = connection.getresponse().readline()
            self.assertEqual(answer, b"data: edited\n")


class StreamTest(unittest.TestCase):
    """What is shown while it comes has the script at its start."""

    def test_stream(self) -> None:
        cases = {
            "text/plain": (["one <", "two"], "<pre", "one &lt;two"),
            "text/html": (
                ["<!doctype html><p>", "b"],
                "<!doctype html><script>",
                "</script><p>b",
            ),
            "text/event-stream": (["data: 1\n\n"], "<pre", "data: 1\n\n"),
        }
        for kind, (pieces, start, end) in cases.items():
            with self.subTest(kind=kind):
                came: list[str] = []

                def parts(pieces: list[str] = pieces, came: list[str] = came):  # type: ignore[no-untyped-def]
                    for piece in pieces:
                        came.append(piece)
                        yield piece.encode()

                fields, body = live.answer(
                    "200 OK", [("Content-Type", kind)], parts(), 3, False
                )
                first = next(body)
                self.assertLessEqual(len(came), 1)
                text = (first + b"".join(body)).decode()
                self.assertIn(SCRIPT + "3'", text)
                self.assertIn(start, text)
                self.assertTrue(text.endswith(end), text)
                self.assertIn("text/html", dict(fields)["Content-Type"])

    def test_policy_in_the_page(self) -> None:
        """A policy in the page itself holds for what follows it."""
        page = (
            b'<html><head><meta http-equiv="Content-Security-Policy" content=""></head>'
        )
        found = live.with_script(page, b"<script>")
        self.assertTrue(found.startswith(b"<html><head><script><meta"), found)


POLICIES = {
    "default-src 'self'": "default-src 'self'; script-src 'self' HASH",
    "default-src 'none'": "default-src 'none'; script-src HASH; connect-src 'self'",
    "script-src 'self'; script-src *": "script-src 'self' HASH",
    "script-src 'unsafe-inline'": "script-src 'unsafe-inline'",
    "Script-Src 'nonce-a' 'unsafe-inline'": "script-src 'nonce-a' 'unsafe-inline' HASH",
    "script-src-elem x; script-src y": "script-src-elem x HASH; script-src y",
    "connect-src https://a.b": "connect-src https://a.b 'self'",
    "img-src *": "img-src *",
    "": "",
    " ; ;": "",
    "img-src *, default-src *": "img-src *, default-src *; script-src * HASH",
}
"""What a policy says, and what it says once the script may run."""


class PolicyTest(unittest.TestCase):
    """The app's own policies."""

    def test_policies(self) -> None:
        for given, expected in POLICIES.items():
            with self.subTest(policy=given):
                self.assertEqual(content_policy.allowing(given, "HASH"), expected)


if __name__ == "__main__":
    unittest.main()
