"""Requests by their bodies: bytes and forms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from asking import FORM, METHODS, Ask


def octets(count: int) -> bytes:
    """Return bytes without a pattern, the same each time."""
    block = b"".join(
        hashlib.sha256(b"%d" % n).digest() for n in range(min(count, 1 << 20) // 32 + 1)
    )
    return (block * (count // len(block) + 1))[:count]


def bodies() -> Iterator[Ask]:
    """Make requests with every kind of body."""
    for count in (0, 1, 2, 6999, 7000, 7001, 65536, 262143, 262144, 262145):
        yield Ask("POST", "/echo", octets(count))
    yield Ask("POST", "/echo", bytes(range(256)) * 40)
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
    for flag in (True, False, "", 0, 1):
        for length in (None, "", "0", "3"):
            yield Ask(
                "POST",
                "/echo",
                b"0123456789",
                environ={"CONTENT_LENGTH": length, "wsgi.input_terminated": flag},
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
            {"Content-Type": ""},
            {},
        )
    )
    yield from (
        Ask(method, "/form", body, FORM)
        for method in (*METHODS, "TRACE")
        for body in (b"", b"name=Ada&colour=red", b"name=%", b"&" * 1000)
    )
    mega = 1024 * 1024
    yield from (
        Ask("POST", "/form", body, FORM)
        for body in (
            b"name=" + b"x" * mega,
            b"name=" + b"x" * mega + b"+",
            b"name=" + b"%41" * (mega + 1),
            b"name=" + b"%ff" * (mega + 1),
            b"name=" + b"x" * mega + b"y&name=%",
        )
    )
