"""Random forms with files, tokens and cookies, the same ones in each run, to both languages.

The forms are made of pieces that break parsers: half a boundary, parameters in quotes that
do not end, names for Windows, bytes that are no text. The cookies are right ones, and right
ones with a change. Python and Swift must answer alike, but for the limits of Swift's texts,
and for what is random or depends on the time. FUZZ and FUZZ_SEED are as in test_fuzz.py.
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
import time
import unittest
from typing import Any

from asking import FORM, METHODS, PYTHON, SWIFT, Ask, Reply, ask
from test_fuzz import SEED, reply
from test_parity import newest, newest_body, without_length

COUNT = int(os.environ.get("FUZZ", "20000")) // 4

BOUNDARIES = (
    b"B",
    b"--",
    b"b" * 70,
    b"a'()+_,-./:=?b",
    b"-----------------------------7",
)
LINES = (
    *(
        b'Content-Disposition: form-data; name="%s"',
        b"Content-Disposition: form-data; name=%s",
        b'Content-Disposition: form-data; name="%s"; filename="%s"',
        b"content-disposition:form-data ;filename=%s ; NAME=%s",
        b'Content-Disposition: form-data; filename*=UTF-8\'\'%s; name="a"; filename="%s"',
        b'Content-Disposition: Form-Data; name="%s;\\"',
        b'Content-Disposition: form-data; name="a"; %s',
        b"Content-Disposition: form-data; name=a; name=%s",
        b"Content-Disposition: attachment; name=%s",
        b"Content-Disposition: %s",
    ),
    *(
        b"Content-Type: %s",
        b"Content-Type: text/plain",
        b"Content-Type: multipart/mixed",
    ),
    *(b"Content-Transfer-Encoding: %s", b"Content-Transfer-Encoding: 8bit"),
    *(b"X-%s: 1", b"%s", b"X: %s"),
)
PIECES = (
    *(b"a b name filename photo.jpg con NUL.txt lpt1 com\xc2\xb9 .htaccess ..".split()),
    *(
        b'" \\ \\" \\\\ ; = : % %22 %0d %0A %41 * < > | ? / ../ C:\\dir\\ \' , .'.split()
    ),
    *(
        b"\xc3\xa4 \xcc\x81 \xe2\x80\xae \xe3\x80\x80 \xc2\xa0 \xff \xf0\x9f\x98\x80".split()
    ),
    *(b"\xe2\x80\x8b \xef\xbb\xbf \xed\xa0\x80 \xe2\x80\xa8 \xc2\x85 \xc4\xb0".split()),
    *(b" ", b"  ", b"\t", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\0", b"\x7f", b"\x1c"),
    *(
        b"--",
        b"\r\n--",
        b"x" * 120,
        b"y" * 230,
        b"",
        b"base64",
        b"7BIT",
        b"text/html; q=1",
    ),
)
NAMES = (
    b"a",
    b"b",
    b"",
    b"a b",
    b"photo.jpg",
    b"\xc3\xa4",
    b"con",
    b"x.",
    b"c",
    b"C:\\dir\\photo.jpg",
    b"\xcc\x81" * 31,
    b"n" * 1001,
)
TYPES = (
    *(
        "boundary=%s",
        'boundary="%s"',
        " boundary = %s ",
        "a=b; Boundary=%s",
        "boundary=%s; a",
    ),
    *(
        "boundary",
        "boundary=",
        "",
        "boundary=%s; boundary=%s",
        'boundary="%s',
        "\xa0boundary=%s",
    ),
    *(
        "a\\b; boundary=%s",
        'a="\\"; boundary=%s"',
        'a="\\"; boundary=%s',
        ";;boundary=%s;;",
    ),
)
TOKENS = ("0" * 64, "f" * 64, "0" * 63, "0" * 65, "F" * 64, "", "%00", "\xff" * 64)
SECRETS = ("0" * 32, "f" * 32, "0" * 31, "F" * 32, "", "0" * 64)


class Fuzzer:
    """Makes requests by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.cookies = [b"x"]

    def text(self, most: int = 4) -> bytes:
        """Return a text of some pieces."""
        return b"".join(self.chance.choices(PIECES, k=self.chance.randint(0, most)))

    def part(self, boundary: bytes) -> bytes:
        """Return one part of a form."""
        chance = self.chance
        count = chance.choices((1, 2, 3, 0), (8, 2, 0.5, 0.05))[0]
        weights = [12, 4, 12, 4, 2, 1, 2, 0.3, 0.3, 0.3, *[0.4] * (len(LINES) - 10)]
        first = chance.choices(LINES, weights)[0]
        later = chance.choices(LINES[10:], k=max(count - 1, 0))
        lines = [first, *later][:count]
        filled = [re.sub(rb"%s", lambda match: self.line(), line) for line in lines]
        head = b"".join(line + b"\r\n" for line in filled)
        content = self.text()
        if chance.random() < 0.2:
            content += b"\r\n--" + boundary[: chance.randint(0, len(boundary) - 1)]
        if chance.random() < 0.02:
            content += b"z" * chance.choice((65_000, 65_400, 65_536, 262_144, 1 << 20))
        return b"--" + boundary + b"\r\n" + head + b"\r\n" + content + b"\r\n"

    def line(self) -> bytes:
        """Return a text for the header of a part, which seldom ends the line or a quote."""
        chance = self.chance
        if chance.random() < 0.3:
            return chance.choice(NAMES)
        text = self.text()
        if chance.random() < 0.97:
            text = text.replace(b"\r", b"").replace(b"\n", b"")
        if chance.random() < 0.9:
            text = text.replace(b'"', b"").replace(b"\\", b"/")
        return text if chance.random() < 0.1 else text.replace(b"\xff", b"")

    def upload(self) -> Ask:
        """Return a form with files."""
        chance = self.chance
        boundary = chance.choice(BOUNDARIES)
        body = b"".join(
            self.part(boundary) for _ in range(chance.choice((0, 1, 1, 2, 3, 9)))
        )
        if chance.random() < 0.002:
            body *= 400
        body += b"--" + boundary + b"--"
        if chance.random() < 0.1:
            body = self.text() + b"\r\n" + body + self.text()
        if chance.random() < 0.1:
            body = self.broken(body)
        template = TYPES[0] if chance.random() < 0.85 else chance.choice(TYPES)
        kind = template.replace("%s", boundary.decode())
        if " " in kind or "=" in boundary.decode() or chance.random() < 0.2:
            kind = kind.replace(boundary.decode(), f'"{boundary.decode()}"')
        method = "POST" if chance.random() < 0.9 else chance.choice(METHODS[2:])
        headers = {"Content-Type": f"multipart/form-data; {kind}"}
        environ: dict[str, Any] = {}
        if chance.random() < 0.05:
            length = str(max(len(body) + chance.randint(-3, 3), 0))
            environ["CONTENT_LENGTH"] = chance.choice(("", None, "x", length))
            environ["wsgi.input_terminated"] = chance.choice((True, None))
        path = chance.choice(("/upload", "/upload", "/upload", "/form", "/echo"))
        return Ask(method, path, body, headers, {**environ, "PATH_INFO": path})

    def broken(self, data: bytes) -> bytes:
        """Return bytes with a change."""
        place = self.chance.randint(0, len(data))
        end = place + self.chance.choice((0, 1, 2, 9, len(data)))
        return data[:place] + self.text(1) + data[end:]

    def token(self) -> Ask:
        """Return a form with a token."""
        chance = self.chance
        headers = {}
        if chance.random() < 0.8:
            headers["Cookie"] = f"_csrf={chance.choice(SECRETS)}"
        if chance.random() < 0.5:
            headers["X-CSRF-Token"] = chance.choice(TOKENS)
        kinds = ({}, FORM, {"Content-Type": "text/plain"}, {"Content-Type": "a/json"})
        headers.update(chance.choice(kinds))
        body = f"name=x&_csrf={chance.choice(TOKENS)}".encode("latin-1")
        method = chance.choice(("POST", "POST", "GET"))
        if method == "GET":  # Swift does not read a form that no handler asks for.
            body = b""
        return Ask(method, "/token", body, headers, {"PATH_INFO": "/token"})

    def visit(self) -> Ask:
        """Return a request with a signed cookie, which can be a changed one."""
        chance = self.chance
        path, name = chance.choice((("/signed", "signed"), ("/session", "session")))
        cookie = chance.choice(self.cookies[-20:])
        if chance.random() < 0.3:
            cookie = self.broken(cookie)
        if chance.random() < 0.05:
            name = chance.choice(("session", "signed"))
        query = chance.choice(
            ("", "v=a&v=\u00e4", "user=ann", "user=b&flash=1", "flash=&v=")
        )
        if chance.random() < 0.1:
            query += "&fail=no"
        method = chance.choice(("GET", "PUT", "PUT", "DELETE"))
        headers = {"Cookie": f"{name}={cookie.decode('latin-1')}"}
        if chance.random() < 0.1:
            headers["Cookie"] += "; " + headers["Cookie"]
        environ = {"PATH_INFO": path, "QUERY_STRING": query.encode().decode("latin-1")}
        return Ask(method, path, b"", headers, environ)

    def ask(self) -> Ask:
        """Return a request."""
        kinds = (self.upload, self.token, self.visit)
        asked: Ask = self.chance.choices(kinds, (6, 1, 3))[0]()
        return asked


_SIGNED = re.compile(r"(session|signed)=([\w-]+)\.(\d+)\.[\w-]{43};")
_LIMITS = (b"combining marks in a row", b"a name that is too long")


def without_chance(reply: Reply) -> tuple[list[tuple[str, str]], bytes]:
    """Return header fields and body, without what is random, and without the time."""
    headers = [
        (name, re.sub(r"_csrf=\w{32};", "_csrf=X;", _SIGNED.sub(value_of, text)))
        for name, text in without_length(reply.headers)
    ]
    body = newest_body(reply)
    return headers, re.sub(rb'value="[0-9a-f]{64}"', b'value="X"', body)


def value_of(cookie: re.Match[str]) -> str:
    """Return a signed cookie as JSON, with sorted keys: the order differs."""
    payload = base64.urlsafe_b64decode(cookie[2] + "=" * (-len(cookie[2]) % 4))
    return f"{cookie[1]}={json.dumps(json.loads(payload), sort_keys=True)};"


def signed_cookie(reply: Reply) -> str:
    """Return the text of the signed cookie that a response sets, or ""."""
    for name, value in reply.headers:
        if name == "Set-Cookie" and _SIGNED.match(value):
            return value.partition(";")[0].partition("=")[2]
    return ""


class FormFuzzTest(unittest.TestCase):
    """Random forms and cookies."""

    def test_both_answer_alike(self) -> None:
        fuzzer = Fuzzer(SEED + 1)
        seen = {
            "limits": 0,
            "200": 0,
            "400": 0,
            "403": 0,
            "303": 0,
            "file": 0,
            "exchanged": 0,
        }
        for number in range(COUNT):
            asked = fuzzer.ask()
            python, swift = reply(PYTHON, asked), reply(SWIFT, asked)
            if any(words in swift.body for words in _LIMITS):
                seen["limits"] += 1
                continue
            same = (
                swift.status == newest(python.status)
                and without_chance(swift) == without_chance(python)
                and swift.logged == python.logged
            )
            if not same:
                self.fail(
                    f"request {number}: {asked}\n{asked.body[:2000]!r}\n{python}\n{swift}"
                )
            seen[swift.status[:3]] = seen.get(swift.status[:3], 0) + 1
            seen["file"] += b"application/octet-stream " in swift.body
            # In turn, the next requests have a cookie of either language.
            cookie = signed_cookie(swift if number % 2 else python)
            if cookie:
                seen["exchanged"] += 1
                fuzzer.cookies.append(cookie.encode())
        self.assertNotIn("500", seen)
        self.assertTrue(all(seen.values()), seen)
        self.assertLess(seen["limits"], COUNT * 0.1, seen)
        self.assertGreater(seen["200"], COUNT * 0.3, seen)

    def test_each_reads_the_cookies_of_the_other(self) -> None:
        for maker, reader in ((PYTHON, SWIFT), (SWIFT, PYTHON)):
            made = ask(maker, Ask("PUT", "/signed?v=%C3%A4&v=%22%0A"))
            cookie = {"Cookie": f"signed={signed_cookie(made)}"}
            read = ask(reader, Ask("GET", "/signed", headers=cookie))
            self.assertEqual(read.body.decode(), 'ä|"\n')
            made = ask(maker, Ask("PUT", "/session?user=ann&flash=%3Cb%3E"))
            cookie = {"Cookie": f"session={signed_cookie(made)}"}
            read = ask(reader, Ask("GET", "/session?flash=1", headers=cookie))
            self.assertEqual(read.body.decode(), "ann <b>|Saved")
            age = int(signed_cookie(made).split(".")[1]) - time.time()
            self.assertAlmostEqual(age, 14 * 24 * 60 * 60, delta=3)

    def test_each_takes_the_tokens_of_the_other(self) -> None:
        for maker, reader in ((PYTHON, SWIFT), (SWIFT, PYTHON)):
            page = ask(maker, Ask("GET", "/token"))
            token = page.body.decode().split('"')[5]
            cookie = dict(page.headers)["Set-Cookie"].partition(";")[0]
            headers = {"Cookie": cookie, **FORM}
            for text, status in ((token, "200 OK"), (token[::-1], "403 Forbidden")):
                body = f"name=a&_csrf={text}".encode()
                sent = ask(reader, Ask("POST", "/token", body, headers))
                self.assertEqual(sent.status, status)


if __name__ == "__main__":
    unittest.main()
