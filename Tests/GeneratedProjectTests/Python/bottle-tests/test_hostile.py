"""Requests that no browser sends, and sessions that this app has not made.

Run with a project called hello on PYTHONPATH, and the folder of its tests.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import random
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from hello import handlers, routes, session

SEED = 20261129


def ask(method: str, path: str, body: bytes = b"", **fields: Any) -> tuple[int, str]:
    """Make a request; return the status and what was written to the error log."""
    errors = io.StringIO()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": errors,
        "wsgi.url_scheme": "http",
        **fields,
    }
    statuses: list[str] = []

    def start(status: str, headers: Any, error: Any = None) -> None:
        statuses.append(status)

    chunks = routes.application(environ, start)
    b"".join(chunks)
    getattr(chunks, "close", lambda: None)()
    return int(statuses[0].split()[0]), errors.getvalue()


class Hostile(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.uploads = Path(folder.name, "uploads")
        for patch in (
            mock.patch.dict(os.environ, {"SECRET_KEY": "only for tests" * 3}),
            mock.patch.object(handlers, "UPLOADS", self.uploads),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        self.cookie = f"session={session.sign({'token': 'T', 'name': 'Ada'})}"

    def test_no_change_of_a_cookie_is_accepted(self) -> None:
        source = random.Random(SEED)
        good = session.sign({"name": "Ada"})
        for _ in range(3000):
            text = list(good)
            for _ in range(source.randint(1, 3)):
                place = source.randrange(len(text))
                text[place : place + source.randint(0, 2)] = chr(source.randrange(256))
            if (bad := "".join(text)) != good:
                self.assertEqual(session.unsign(bad), {}, bad)

    def test_other_uses_of_the_key_are_no_sessions(self) -> None:
        contents = json.dumps([9e9, {"name": "Eve"}]).encode()
        text = base64.urlsafe_b64encode(contents)
        signature = hmac.new(b"only for tests" * 3, text, hashlib.sha256).hexdigest()
        self.assertEqual(session.unsign(f"{text.decode()}.{signature}"), {})

    def test_the_comparison_takes_the_same_time(self) -> None:
        with mock.patch("hmac.compare_digest", return_value=False) as compare:
            session.unsign(session.sign({}))
            self.assertEqual(compare.call_count, 1)

    def test_a_name_of_every_kind_comes_back(self) -> None:
        for name in ("é", "😀" * handlers.MAX_NAME, "a\0b", '";\n', "</script>"):
            self.assertEqual(session.unsign(session.sign({"name": name}))["name"], name)
            # Bottle refuses a cookie that is too long: no name makes one.
            self.assertLess(len(session.sign({"name": name, "file": "f" * 97})), 3000)

    def test_cookies_of_every_kind_are_no_failure(self) -> None:
        for cookie in (
            "", ";", "=", "session", "session=", "session=.", "session=\xe9.\xff",
            'session="!a?gASVAAAA"', "a=b; session", "expires=1; session=x", "x" * 9000,
            "session=" + "x" * 9000, "$Version=1; session=x", "session=a; session=b",
        ):  # fmt: skip
            status, errors = ask("GET", "/profile", HTTP_COOKIE=cookie)
            self.assertEqual((status, errors), (200, ""), cookie)

    def test_bodies_of_every_kind_are_refused(self) -> None:
        multipart = "multipart/form-data; boundary=b"
        part = b"--b\r\nContent-Disposition: form-data; name=token\r\n\r\nT\r\n"
        for kind, body in (
            ("", b""), ("", b"\xff\xfe\0"), ("text/plain", b"token"),
            ("application/json", b'{"token": "T"}'), ("multipart/form-data", b"--b"),
            (multipart, b""), (multipart, b"--b--"), (multipart, b"--b\r\n\r\n--b--"),
            (multipart, part), (multipart, part + b"--b--\r\n"),
            (multipart, part + b"--b\r\nContent-Disposition: x\r\n\r\n\r\n--b--\r\n"),
            (multipart, b"\r\n" * 5000), (multipart, b"--b\r\n" + b"A" * 90000),
            ("application/x-www-form-urlencoded", b"&" * 90000 + b"=%&token=%zz"),
        ):  # fmt: skip
            for path in ("/profile", "/file"):
                status, errors = ask(
                    "POST", path, body, CONTENT_TYPE=kind, HTTP_COOKIE=self.cookie
                )
                self.assertIn(status, (400, 403), (path, kind, body[:80], errors))
                self.assertEqual(errors, "")
        self.assertFalse(self.uploads.exists())

    def test_nothing_of_a_large_request_is_kept(self) -> None:
        length = handlers.MAX_BODY + 1
        for fields in (
            {"CONTENT_LENGTH": str(length)},
            {"CONTENT_LENGTH": "9" * 40},  # more than comes
            {"HTTP_TRANSFER_ENCODING": "chunked"},
            {"HTTP_TRANSFER_ENCODING": "gzip, Chunked", "CONTENT_LENGTH": ""},
        ):
            body = io.BytesIO(bytes(length + 5))
            fields["CONTENT_TYPE"] = "multipart/form-data; boundary=b"
            with mock.patch("bottle.NamedTemporaryFile", side_effect=AssertionError):
                status, errors = ask("POST", "/file", **fields, **{"wsgi.input": body})
            self.assertIn(status, (411, 413), fields)
            self.assertEqual(errors, "")
            # The next request of the same connection is not touched.
            self.assertIn(body.tell(), (0, length, length + 5))

    def test_no_request_needs_a_file_of_its_own(self) -> None:
        kind = "multipart/form-data; boundary=b"
        with mock.patch("bottle.NamedTemporaryFile", side_effect=AssertionError):
            body = b"--b" + b"\r\n" + bytes(handlers.MAX_BODY - 100)
            status, errors = ask("POST", "/file", body, CONTENT_TYPE=kind)
        self.assertIn(status, (400, 403))
        self.assertEqual(errors, "")

    def test_static_files_in_folders_are_sent(self) -> None:
        (self.uploads / "css").mkdir(parents=True)
        (self.uploads / "css" / "a.css").write_text("a {}")
        with mock.patch.object(handlers, "STATIC", self.uploads):
            self.assertEqual(ask("GET", "/static/css/a.css"), (200, ""))

    def test_paths_do_not_leave_the_static_folder(self) -> None:
        for path in (
            "../wsgi.py", "/../wsgi.py", "..\\wsgi.py", "x/../../.env", "//etc/passwd",
            "%2e%2e/wsgi.py", "\0", "", ".", "..", "a" * 5000,
        ):  # fmt: skip
            status, _ = ask("GET", "/static/" + path)
            self.assertIn(status, (403, 404), path)

    def test_a_download_is_only_the_file_of_the_session(self) -> None:
        self.uploads.mkdir()
        (self.uploads / "other").write_text("secret")
        for query in ("file=other", "name=other"):
            status, _ = ask("GET", "/file", HTTP_COOKIE=self.cookie, QUERY_STRING=query)
            self.assertEqual(status, 404)


if __name__ == "__main__":
    unittest.main()
