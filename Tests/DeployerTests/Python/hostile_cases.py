"""What a hostile server sends to the first request, and what the error says of it."""

from __future__ import annotations

import gzip

from hostile_server import JSON, OK, Script, drips, floods, says

DEEP = b"[" * 100_000
HUGE = b"1" * 100_000


def as_json(body: bytes) -> bytes:
    return JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body


WIRE: dict[str, tuple[Script, str]] = {
    "lists 100,000 deep": (says(as_json(DEEP)), "nested too deeply"),
    "objects 100,000 deep": (says(as_json(b'{"a":' * 100_000)), "nested too deeply"),
    "closed, 100 deep": (
        says(as_json(b"[" * 100 + b"]" * 100)),
        "nested too deeply",
    ),
    "a huge integer": (
        says(as_json(b'{"id": ' + HUGE + b"}")),
        "number that is too long",
    ),
    "a huge float": (says(as_json(b'{"id": 1e999}')), "number that is too large"),
    "NaN": (says(as_json(b'{"id": NaN}')), "NaN"),
    "-Infinity": (says(as_json(b"[-Infinity]")), "-Infinity"),
    "one key twice": (
        says(as_json(b'{"domain_name": "a", "domain_name": "b"}')),
        "one key twice",
    ),
    "no JSON": (says(as_json(b"<html>")), "not valid JSON"),
    "nothing": (says(as_json(b"")), "not valid JSON"),
    "not UTF-8": (says(as_json(b'{"a": "\xff"}')), "not valid JSON"),
    "5 MB of JSON": (
        says(as_json(b"[" + b"1," * 2_500_000 + b"1]")),
        "longer than 4 MB",
    ),
    "a list": (says(as_json(b"[]")), "not an object"),
    "a text": (says(as_json(b'"text"')), "not an object"),
    "null": (says(as_json(b"null")), "not an object"),
    "an empty object": (says(as_json(b"{}")), "not about the web app"),
    "another app": (
        says(as_json(b'{"domain_name": "bob.pythonanywhere.com"}')),
        "not about the web app",
    ),
    "nothing at all": (says(), "closed connection without response"),
    "no HTTP": (says(b"SSH-2.0-OpenSSH_9.9\r\n"), "SSH-2.0"),
    "an endless first line": (floods(b"HTTP/1.1 200 ", b"x"), "more than 65536 bytes"),
    "a dripping first line": (drips(b"HTTP/1.1 200 ", b"x"), "timed out"),
    "a dripping header": (drips(JSON + b"X-A: ", b"x"), "timed out"),
    "endless headers": (floods(JSON, b"X-A: b\r\n"), "more than 100 headers"),
    "dripping headers": (drips(JSON, b"X-A: b\r\n"), "timed out"),
    "a long header": (floods(JSON + b"X-A: ", b"x"), "more than 65536 bytes"),
    "a dripping body": (drips(JSON + b"\r\n{", b" "), "timed out"),
    "a dripping body of known length": (
        drips(JSON + b"Content-Length: 1000\r\n\r\n{", b" "),
        "timed out",
    ),
    "an endless body": (floods(JSON + b"\r\n{", b" "), "longer than 4 MB"),
    "an endless body in pieces": (
        floods(JSON + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        "it does not end",
    ),
    "endless trailers": (
        floods(
            JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X-A: b\r\n"
        ),
        "it does not end",
    ),
    "a piece without a size": (
        says(JSON + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        "IncompleteRead",
    ),
    "a body that is cut off": (
        says(JSON + b"Content-Length: 1000\r\n\r\n{}"),
        "cut off",
    ),
    "a length of 5000 digits": (
        says(JSON + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n[]"),
        "not an object",
    ),
    "a negative length": (
        says(JSON + b"Content-Length: -5\r\n\r\n[]"),
        "not an object",
    ),
    "a length that is no number": (
        says(JSON + b"Content-Length: \xb2x\r\n\r\n[]"),
        "not an object",
    ),
    "endless interim responses": (
        floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "it does not end",
    ),
    "dripping interim responses": (
        drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        "timed out",
    ),
    "another protocol": (
        says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        "status 101",
    ),
    "status 0": (says(b"HTTP/1.1 000 What\r\n\r\n"), "HTTP/1.1 000"),
    "status 999": (
        says(b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n"),
        "status 999",
    ),
    "status 204": (says(b"HTTP/1.1 204 No Content\r\n\r\n"), "status 204"),
    "status 206": (
        says(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 0\r\n\r\n"),
        "status 206",
    ),
    "status 300": (
        says(b"HTTP/1.1 300 Choices\r\nContent-Length: 0\r\n\r\n"),
        "redirect",
    ),
    "status 304": (says(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "redirect"),
    "a redirect to itself": (
        says(b"HTTP/1.1 302 Found\r\nLocation: /api/\r\nContent-Length: 0\r\n\r\n"),
        "a redirect",
    ),
    "a redirect to a file": (
        says(
            b"HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\n"
            b"Content-Length: 0\r\n\r\n"
        ),
        "a redirect",
    ),
    "gzip that was not asked for": (
        says(
            OK
            + b"Content-Encoding: gzip\r\n\r\n"
            + gzip.compress(b'{"domain_name":""}')
        ),
        "compressed (gzip)",
    ),
    "an encoding with control characters": (
        says(OK + b"Content-Encoding: \x1b[2Jbr\r\n\r\n"),
        "compressed (\\x1b[2Jbr)",
    ),
    "too many requests, for years": (
        says(
            b"HTTP/1.1 429 Slow\r\nRetry-After: "
            + b"9" * 5000
            + b"\r\nContent-Length: 0\r\n\r\n"
        ),
        "too many requests",
    ),
    "an error with an endless body": (
        floods(b"HTTP/1.1 500 Oops\r\n\r\n", b"x"),
        "status 500",
    ),
    "an error with a dripping body": (
        drips(b"HTTP/1.1 418 Teapot\r\n\r\n", b"x"),
        "status 418",
    ),
    "an error that is 100,000 deep": (
        says(b"HTTP/1.1 418 Teapot\r\n\r\n" + b'{"detail": ' + DEEP),
        "status 418",
    ),
    "an error with a list for a text": (
        says(b'HTTP/1.1 418 Teapot\r\n\r\n{"detail": [{"a": "\x1b[2J"}, 1]}'),
        "status 418",
    ),
}
