"""Requests by their first line: paths, methods, queries and statuses."""

from __future__ import annotations

from collections.abc import Iterator

from asking import METHODS, Ask


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
            "b=1%CD%BEa=2",
            "b=1&%CC%81a=2",
            "b%CC%81=1&b=2",
            "b=%CC%81",
            "b=1" + "%CC%81" * 30,
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
