"""Random requests with forms, uploads and cookies, the same ones in each run.

Each is made of pieces that break parsers, and of cookies and tokens that the app gave
before. No request may raise an exception at the server or be an error of the app, and
only a form with the right token may change anything. The variable FUZZ is their number.
"""

from __future__ import annotations

import os
import random
import unittest
from collections import Counter
from typing import Any
from unittest import mock

from asking import FORM, JSON, Response, call
from hello.web import Application, RequestHandler, uploads

COUNT = int(os.environ.get("FUZZ", "3000"))

PIECES = (
    *(b"a b f = & ; % + , / \\ \" ' - -- \r \n \r\n \0 \xff \xc3 : . _ *".split(b" ")),
    *(b"%22 %0D%0A %zz %C3%A4 %00 \xc3\xa4 \xe2\x80\xae _csrf session _flash".split()),
    *(b"name= filename= form-data multipart/mixed base64 eyJhIjoxfQ boundary=".split()),
    b'\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
    b'; filename="x.txt"',
    b"\r\n\r\n",
    b"--b",
    b"\r\n--b",
    b"\r\n--b\r\n",
    b"\r\n--b--",
    b"\r\n--b--\r\n",
    b"x" * 400,
    b"",
)
HEADS = (
    b'form-data; name="a"',
    b'form-data; name="f"; filename="x.txt"',
    b'form-data; name="f"; filename="..\\..\\con.png"\r\nContent-Type: image/png',
    b'form-data; name="f"; filename=""',
    b'form-data; name="\xc3\xa4"; filename="%22\xe2\x80\xae"\r\nContent-Type: \xc3\xa4',
    b"form-data; name=_csrf",
    b'form-data; name="a"\r\nContent-Transfer-Encoding: base64',
    b"form-data",
)
TYPES = (
    *(FORM, JSON, "text/plain", "", "multipart/form-data; boundary=b", None),
    *("multipart/form-data", "multipart/form-data; boundary=" + "b" * 71),
    'MULTIPART/form-data ;x="\\"";boundary="b";',
)

# How often each of these has to be seen, in 3,000 requests.
LEAST = {
    "files": 10,
    "large files": 10,
    "JSON": 10,
    "with token": 50,
    "POST 303": 100,
    "POST 400": 100,
    "POST 403": 50,
    "POST 413": 10,
    "GET 200": 50,
    "PUT 405": 50,
}


class Page(RequestHandler):
    """Shows what it remembers of the visitor."""

    def get(self) -> None:
        signed = self.get_signed_cookie("signed", "")
        self.write(f"{self.csrf_field}{self.take_flash()}{dict(self.session)}{signed}")
        self.session["visits"] = self.session.get("visits", 0) + 1

    def post(self) -> None:
        for name in ("a", "f", "_csrf", "\xe4", ""):
            for upload in self.get_files(name):
                content = upload.file.read()
                assert len(content) == upload.size
                assert upload.filename == uploads.safe_name(upload.filename)
                self.session["file"] = upload.filename
        text = self.get_body_argument("a", "")[:100]
        if text == "b":
            self.session.clear()
        self.set_signed_cookie("signed", [text, self.session.get("visits")])
        self.redirect("/", flash=text)


class Hook(Page):
    """Needs no token."""

    check_csrf = False
    max_body_size = 1200


APP = Application(
    [("/", Page), ("/hook", Hook)],
    max_body_size=2500,
    max_fields=20,
    max_field_size=500,
    max_upload_size=1000,
)


class Fuzzer:
    """Makes requests by chance, and remembers cookies and tokens."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.cookies = {"_csrf": "0" * 32, "session": "", "signed": "a.1.b"}
        self.token = "0" * 64

    def text(self, most: int) -> bytes:
        """Return a text of some pieces."""
        return b"".join(self.chance.choices(PIECES, k=self.chance.randint(0, most)))

    def mutated(self, text: bytes, share: float) -> bytes:
        """Return a text, often with some bytes changed."""
        chance, changed = self.chance, bytearray(text)
        while chance.random() < share:
            at = chance.randint(0, len(changed))
            changed[at : at + chance.choice((0, 0, 1, 5))] = self.text(1)
        return bytes(changed)

    def form(self, kind: str) -> bytes:
        """Return the body of a form, or nearly."""
        chance, token = self.chance, self.token.encode()
        if kind == FORM:
            fields = [
                b"a=" + self.text(2),
                b"_csrf=" + token,
                b"f=%C3%A4",
                self.text(3),
            ]
            return self.mutated(b"&".join(chance.sample(fields, k=3)), 0.3)
        parts = [(b"form-data; name=_csrf", token)] * (chance.random() < 0.8)
        for _ in range(chance.randint(0, 4)):
            content = self.text(6) * chance.choice((1, 1, 1, 9))
            parts.append((chance.choice(HEADS), content))
        lines = [
            b"--b\r\nContent-Disposition: " + head + b"\r\n\r\n" + content + b"\r\n"
            for head, content in parts
        ]
        return self.mutated(b"".join(lines) + b"--b--\r\n", 0.3)

    def request(self) -> tuple[str, str, dict[str, Any]]:
        """Return a method, a path, and the variables of a request."""
        chance = self.chance
        kind = chance.choice(TYPES)
        body = self.form(str(kind)) if chance.random() < 0.9 else self.text(9)
        more: dict[str, Any] = {"CONTENT_TYPE": kind, "body": body}
        cookies = "; ".join(
            f"{name}={self.mutated(value.encode(), 0.1).decode('latin-1')}"
            for name, value in self.cookies.items()
        )
        if chance.random() < 0.9:
            more["HTTP_COOKIE"] = self.mutated(cookies.encode(), 0.1).decode("latin-1")
        if chance.random() < 0.1:
            token = self.mutated(self.token.encode(), 0.5)
            more["HTTP_X_CSRF_TOKEN"] = token.decode("latin-1")
        if chance.random() < 0.05:
            length = max(len(body) + chance.randint(-5, 5), 0)
            more["CONTENT_LENGTH"] = chance.choice((str(length), "", None, "+1"))
        if chance.random() < 0.1:
            more.update(CONTENT_LENGTH=None, wsgi_input_terminated=True)
        if chance.random() < 0.05:
            more["SCRIPT_NAME"] = "/" + self.text(2).decode("latin-1")
        if chance.random() < 0.2:
            more["wsgi_url_scheme"] = "https"
        method = chance.choice(("GET", "POST", "POST", "POST", "POST", "HEAD", "PUT"))
        return method, chance.choice(("/", "/", "/", "/hook")), more

    def keep(self, response: Response) -> None:
        """Remember the cookies and the token of a response."""
        for cookie in response.all("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if b"value=" in response.body:
            self.token = response.body.partition(b'value="')[2][:64].decode()


class FuzzTest(unittest.TestCase):
    """Random requests."""

    def test_no_request_is_an_error_of_the_app(self) -> None:
        fuzzer, seen = Fuzzer(21), Counter[str]()
        made: list[Any] = []

        class Spool(uploads.Spool):
            def __init__(self) -> None:
                super().__init__()
                made.append(self)

        settings = {
            "SECRET_KEY": "a key that is only for the tests",
            "SECRET_KEY_FALLBACKS": f"{'a' * 32},{'b' * 32}",
        }
        patches = (
            mock.patch.dict(os.environ, settings),
            mock.patch("hello.web.multipart.Spool", Spool),
            mock.patch.object(uploads, "IN_MEMORY", 200),
        )
        with patches[0], patches[1], patches[2]:
            for number in range(COUNT):
                method, path, more = fuzzer.request()
                response = call(APP, method, path, **more)
                message = f"request {number}: {method} {path} {more} {response.errors}"
                self.assertEqual(response.errors, "", message)
                self.assertLess(response.status, 500, message)
                seen[f"{method} {response.status}"] += 1
                seen["files"] += sum(spool.size > 0 for spool in made)
                seen["large files"] += sum(spool.size > 200 for spool in made)
                if response.status == 303 and path == "/":
                    seen["JSON" if more["CONTENT_TYPE"] == JSON else "with token"] += 1
                if path == "/" or fuzzer.chance.random() < 0.1:
                    fuzzer.keep(response)
                for spool in made:
                    self.assertTrue(spool.file.closed or not spool.size, message)
                made.clear()
        # The requests reach what they are for.
        for name, count in LEAST.items():
            self.assertGreaterEqual(seen[name], count * COUNT // 3000, seen)


if __name__ == "__main__":
    unittest.main()
