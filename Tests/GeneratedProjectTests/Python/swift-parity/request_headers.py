"""Requests by their header fields, and by those that they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from asking import JSON, Ask


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
            # U+037E is another spelling of ";", and a mark belongs to what it follows.
            "a=1\xcd\xbeb=2",
            "a=1;\xcc\x81b=2; b=3",
            "a=\xcc\x811; b=2",
            "a\xcc\x81=1; a=2",
            "\x0ba=1;a\x0b=2; a=3\x0b",
            "\xc2\xa0a=1; \xe3\x80\x80b=2",
            "a=1\x00;b=2",
        )
    )
    for method in ("POST", "DELETE"):
        for environ in (
            {},
            {"wsgi.url_scheme": "https"},
            {"SCRIPT_NAME": "/app"},
            {"SCRIPT_NAME": "/\xc3\xa4 b/"},
            {"SCRIPT_NAME": "/a;b"},
            {"SCRIPT_NAME": "/\xff//"},
            {"SCRIPT_NAME": "//"},
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
        "www.example.com",
        "WWW.example.com/a",
        "wwwx",
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
        "/%CC%81",
        "%CC%81/",
        "/%CC%81/x",
        "//%CC%81",
    ):
        for environ in (
            {},
            {"SCRIPT_NAME": "/app"},
            {"SCRIPT_NAME": "/a b/"},
            {"SCRIPT_NAME": "/\xff\xcc\x81"},
        ):
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
        "a.b:c",
        ".a:b",
        "a.:b",
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
        {"Accept": "\xff\xcc\x81"},
        JSON,
        {"X-Real-IP": "1.2.3.4"},
        {"X-Real-IP": ""},
    ):
        yield Ask("PUT", "/headers", headers=sent)


def pages() -> Iterator[Ask]:
    """Make requests for HTML."""
    for name in ("", "Ada", "%3Cscript%3E", "%22%27%26", "%C3%A4"):
        for mount in ("", "/app", "/<b>"):
            yield Ask("GET", f"/page?name={name}", environ={"SCRIPT_NAME": mount})
    yield Ask("GET", "/", environ={"REQUEST_URI": None})
    yield Ask("GET", "/", environ={"REQUEST_URI": "/%zz"})
    yield Ask("GET", "/", environ={"QUERY_STRING": None, "CONTENT_LENGTH": None})
