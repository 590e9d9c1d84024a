"""Requests with forms, files, tokens, signed cookies and sessions, for both languages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterator

from asking import FORM, JSON, Ask

MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
END = b"--b--\r\n"
KEY = os.environ["SECRET_KEY"]
ZEROS, SECRET = "0" * 32, "0123456789abcdef" * 2
LATER = 9_999_999_999


def part(head: bytes, content: bytes = b"") -> bytes:
    """Return a part; the head is the rest of the first line, and more lines."""
    head = b"Content-Disposition: form-data" + head
    return b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def field(name: bytes, content: bytes = b"") -> bytes:
    """Return a text field."""
    return part(b'; name="%s"' % name, content)


def file(filename: bytes, content: bytes = b"") -> bytes:
    """Return a file in the field a."""
    return part(b'; name="a"; filename="%s"' % filename, content)


FORMS = (
    b"",
    END,
    b"--b--",
    b"--b",
    b"--b-",
    b"--b\r\n",
    b"a=1",
    field(b"a", b"1") + END,
    field(b"a", b"1") + field(b"a", b"2") + file(b"x", b"3") + END,
    field(b"a", b"1"),
    field(b"a", b"1") + b"--b-",
    field(b"a", b"1") + END + field(b"b", b"2"),
    b"before\r\n--B\r\n" + field(b"a", b"1") + END,
    b"\r\n" + field(b"a", b"1") + END,
    field(b"", b"1") + END,
    field("ä€".encode(), "ü😀".encode()) + END,
    field(b"a", b"--b\n--b--\r\n-\r\n--\r--b\r\n--c\r\n--B") + END,
    field(b"a", b"\r\n\r\n\r\n") + END,
    field(b"%22%0d%0A%41%5C", b"1") + END,
    field(b'\\"a\\\\b\\c', b"1") + END,
    part(b";name=a;x=y ;", b"1") + END,
    part(b'\t; \tNAME = "a"', b"1") + END,
    part(b"; name=a; name*=b; x=1", b"1") + END,
    part(b"; name=a\r\nX-A: b\r\nContent-Transfer-Encoding: BINARY", b"1") + END,
    part(b"; name=a; filename=x\r\nCONTENT-TYPE: \timage/png ", b"\xff\0") + END,
    part("; name=a; filename=x\r\nContent-Type: ä".encode(), b"1") + END,
    part(b"; name=a; filename=x; filename*=UTF-8''b", b"1") + END,
    part(b"; name=a; filename=x\r\nContent-Type: multipart/related", b"--b x") + END,
    field(b"a", b"1").replace(b"\r", b"") + b"--b--",
    b"--b \r\n" + END,
    b"--bc\r\n" + END,
    b"--b\r\n\r\n\r\n" + END,
    b"--b\r\nX: y\r\n\r\n\r\n" + END,
    field(b"a").replace(b"form-data", b"file") + END,
    part(b"") + END,
    part(b"; filename=x") + END,
    part(b"; name=a; name=b") + END,
    part(b"; name=a\r\ncontent-disposition: form-data; name=b") + END,
    part(b"; name=a\r\nX: 1\r\nx: 2") + END,
    part(b"; name=a\r\nX") + END,
    part(b";\r\n name=a") + END,
    part(b'; name="a\nb"') + END,
    part(b"; name=a\r\nX: 1\r2") + END,
    part(b"; name=a\r\nX : y") + END,
    part(b'; name="a') + END,
    part(b'; name="a"b') + END,
    field(b"\xff") + END,
    field(b"a", b"\xc3") + END,
    part(b"; name=a\r\nContent-Transfer-Encoding: base64") + END,
    part(b"; name=a\r\nContent-Type: Multipart/mixed; boundary=c") + END,
    field(b"a" * 900, b"1") + END,
    field(b"a" * 8192) + END,
    b"--b\r\n" + b"a" * 9000,
    field(b"b", b"1") * 1000 + END,
    field(b"b", b"1") * 1001 + END,
    field(b"a", b"x" * 2**20) + END,
    field(b"a", b"x" * (2**20 + 1)) + END,
    field(b"a", b"x" * 2**20) * 11 + END,
    file(b"x", b"\r\n" * 300_000) + file(b"y", b"z") + END,
)

FILENAMES = (
    *("x.png", "", ".", " . .", "..\\..\\etc/passwd", "/", "a/", ".htaccess", "a. ."),
    *("a  \u00a0\u3000b", "a\x00b", "a\x7f\x9f", "\u202egnp.exe", "zero\u200bwidth"),
    *("\u115f\u3164\u2800\ufeff", "\U000e0041", 'a<b>c:d"e|f?g*h', "x\\", "con"),
    *("CON.txt", "Nul .tar.gz", "com1", "LPT\xb2.x", "conin$", "console", "com10"),
    *("\u200bcon", ".con.", "x" * 150, "x" * 150 + ".png", "x" * 150 + "." + "y" * 15),
    *("x" * 150 + "." + "y" * 16, "x." + "y" * 150, "€" * 90, "€" * 90 + ".png"),
    *("😀" * 90 + ".€€€", "a." * 80 + "png", "x" * 95 + " . y.png", "\u0301" * 20),
    *("CON" + "." * 200 + "x", "\u00e9.\u00e8", "\u0130.txt", "aux\u0301", "%22%0D%0a"),
)


def uploads() -> Iterator[Ask]:
    """Make forms with files, good and bad."""
    for body in FORMS:
        yield Ask("POST", "/upload", body, MULTIPART)
    for name in FILENAMES:
        body = file(name.encode().replace(b'"', b"%22"), b"1") + END
        yield Ask("POST", "/upload", body, MULTIPART)
    whole = field(b"a", b"1") + file(b"x", b"2\r\n--b") + END
    for end in range(1, len(whole)):
        yield Ask("POST", "/upload", whole[:end], MULTIPART)
    for boundary in ("b", "'()+_,-./:=?a", "a b", "b" * 70, "b" * 71, "b ", "\xe4", ""):
        body = whole.replace(b"--b", b"--" + boundary.encode("latin-1"))
        for text in (boundary, f'"{boundary}"', f"{boundary}; boundary=b"):
            kind = {"Content-Type": f"multipart/form-data; boundary={text}"}
            yield Ask("POST", "/upload", body, kind)
    for kind in (
        "multipart/form-data",
        "Multipart/Form-Data ;BOUNDARY=b;",
        "multipart/x",
    ):
        yield Ask("POST", "/upload", whole, {"Content-Type": kind})
    for length in ("0", "", "5", str(len(whole) + 1), "+9", "99999999999", None):
        environ = {"CONTENT_LENGTH": length}
        yield Ask("POST", "/upload", whole, MULTIPART, environ)
        environ["wsgi.input_terminated"] = "yes"
        yield Ask("PUT", "/upload", whole, MULTIPART, environ)


def tokens() -> Iterator[Ask]:
    """Make forms with tokens, right and wrong."""
    mask = f"{int('f' * 32, 16) ^ int(SECRET, 16):032x}"
    right = (ZEROS + SECRET, SECRET + ZEROS, "f" * 32 + mask)
    wrong = ("", "x", ZEROS * 2, right[0][:-1], right[0] + "0", right[0].upper())
    wrong += (" " + right[0], "0x" + right[0][2:], "g" * 64, "\xe9" * 64, SECRET)
    for token in (*right, *wrong):
        cookie = {"Cookie": f"_csrf={SECRET}"}
        for kind in (
            {**FORM},
            {**MULTIPART},
            {"Content-Type": "text/plain"},
            {},
            {**JSON},
        ):
            body = f"name=x&_csrf={token}".encode()
            if kind == MULTIPART:
                body = field(b"_csrf", token.encode()) + END
            yield Ask("POST", "/token", body, {**cookie, **kind})
            header = {"X-CSRF-Token": token}
            yield Ask("POST", "/token", b"", {**cookie, **kind, **header})
        yield Ask("POST", "/token", body, {**cookie, **FORM, "X-CSRF-Token": right[0]})
        body = f"_csrf={token}&_csrf={right[1]}".encode()
        yield Ask("POST", "/token", body, {**cookie, **FORM})
    for secret in (
        "",
        "x",
        SECRET[:-1],
        SECRET + "0",
        SECRET.upper(),
        ZEROS,
        "\xe9" * 32,
    ):
        fields = {**FORM, "Cookie": f"_csrf={secret}", "X-CSRF-Token": right[0]}
        yield Ask("POST", "/token", b"", fields)
    for method in ("PUT", "DELETE", "PATCH"):
        yield Ask(method, "/token", b"a=1", FORM)
    for kind in ("text/plain; charset=x", "TEXT/PLAIN", "", "x", "text/html"):
        yield Ask("POST", "/token", b"a=1", {"Content-Type": kind})


def signed(
    name: str, payload: bytes, expires: int | str = LATER, key: str = KEY
) -> str:
    """Return a signed cookie of any contents."""
    text = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    message = f"pa-new signed cookie\0{name}\0{expires}\0{text}"
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return f"{text}.{expires}.{signature}"


def signed_cookies() -> Iterator[Ask]:
    """Make requests with signed cookies, right and wrong."""
    good = signed("signed", b'["a","\xc3\xa9"]')
    texts = [
        good,
        f'"{good}"',
        good + "=",
        good[:-1],
        good + "A",
        good.replace(".", ","),
    ]
    texts += [
        good[0].lower() + good[1:],
        good.replace("99", "98", 1),
        "",
        ".",
        "..",
        "x.1.y",
    ]
    texts += [signed("other", b'["a"]'), signed("signed", b'["a"]', key="other")]
    texts += [
        signed("signed", b'["a"]', expires) for expires in (0, 1, "01", 10**17, 10**18)
    ]
    for payload in (
        b"",
        b"null",
        b'"a"',
        b"[1]",
        b"[",
        b"\xff",
        b"{}",
        b'[""]',
        b"[NaN]",
    ):
        texts.append(signed("signed", payload))
    texts += [
        signed("signed", b'["' + b"x" * size + b'"]') for size in (3000, 3020, 3040)
    ]
    for text in texts:
        yield Ask("GET", "/signed", headers={"Cookie": f"signed={text}"})
        yield Ask(
            "GET", "/signed", headers={"Cookie": f"a=b; signed={text}; signed={good}"}
        )
    yield Ask("GET", "/signed")


def sessions() -> Iterator[Ask]:
    """Make requests with sessions that change nothing that depends on the time."""
    for payload in (
        b'{"user":"ann"}',
        '{"user":"é😀"}'.encode(),
        b"{}",
        b"[]",
        b"null",
        b'{"user":"ann","_flash":["one","two"]}',
        b'{"_flash":["one"]}',
        b"x",
    ):
        cookie = {"Cookie": f"session={signed('session', payload)}"}
        yield Ask("GET", "/session", headers=cookie)
        yield Ask("DELETE", "/session", headers=cookie)
        yield Ask("PUT", "/session?user=bob&fail=x", headers=cookie)
        yield Ask("HEAD", "/session", headers=cookie)
        mounted = {"SCRIPT_NAME": "/app", "wsgi.url_scheme": "https"}
        yield Ask("DELETE", "/session", headers=cookie, environ=mounted)
    yield Ask("GET", "/session?flash=1")
    yield Ask("DELETE", "/session")
    flash = {"Cookie": "session=" + signed("session", b'{"_flash":["one"]}')}
    yield Ask("GET", "/session?flash=1", headers=flash)
    large = f"/session?user={'x' * 3000}"
    yield Ask("PUT", large, environ={"QUERY_STRING": large.partition("?")[2]})
