"""Requests for files, streams, dates, URLs, and for what the client has already."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from asking import METHODS, Ask

FILES = {
    "static/site.css": b"body { color: green }\n",
    "static/odd name \xe4.txt": b"odd",
    "static/folder/deep.svg": b"<svg/>",
    "files/a.txt": bytes(range(256)) * 300,
    "files/empty.json": b"",
    "files/.hidden": b"hidden",
    "files/no-ending": b"x",
    "files/.dot/b.txt": b"hidden",
    "files/UPPER.JPG": b"\xff\xd8",
    "secret.txt": b"secret",
}
LINKS = {
    "files/inside.txt": "a.txt",
    "files/outside.txt": "../secret.txt",
    "files/loop": "loop",
    "static/outside.css": "../secret.txt",
}
MODIFIED = 1_700_000_000  # The time of each file: Tue, 14 Nov 2023 22:13:20 GMT.
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
ETAG = '"17979cfe362a0000-16"'  # Of static/site.css.


def sent_files() -> Iterator[Ask]:
    """Make requests for files, in folders and out of them."""
    paths = [
        *("files/a.txt", "files/empty.json", "files/no-ending", "files/UPPER.JPG"),
        *("files", "nowhere", "", "files/a.txt/x", "static/site.css"),
        *("x" * 300, "a\0b", "files/loop", "files/outside.txt", "files/.hidden"),
    ]
    inside = [
        *("a.txt", "inside.txt", "outside.txt", "../secret.txt", "./a.txt", "loop"),
        *(".hidden", ".dot/b.txt", "", "/", "//a.txt", "a.txt/", "a\\b", "a\0b", ".."),
        *("empty.json", "x/../a.txt", "nowhere", "%2e%2e/secret.txt", "\xe4" * 200),
    ]
    for method in ("GET", "HEAD", "POST"):
        for path in paths:
            yield Ask(method, "/site/file?" + urlencode({"path": path}))
    for path in inside:
        for folder in ("files", "nowhere"):
            query = urlencode({"path": path, "folder": folder})
            yield Ask("GET", "/site/file?" + query)
    names = ("a.txt", "\xe4.txt", 'a"b\\c/d', "a\r\nb", "\u202e\U0001f600 x", "a;b%41")
    for name in names:
        query = urlencode({"path": "files/a.txt", "name": name, "type": "x/y"})
        yield Ask("GET", "/site/file?" + query)


def ranges() -> Iterator[Ask]:
    """Make requests for parts of files."""
    wanted = [
        *("bytes=0-0", "bytes=0-9", "bytes=5-", "bytes=-5", "bytes=-0", "bytes=-"),
        *("bytes=0-999999", "bytes=76799-", "bytes=76800-", "bytes=76801-76805"),
        *("bytes=9-0", "bytes=0-1,3-4", "bytes= 0-1", "bytes=0 -1", "Bytes=0-1"),
        *("bytes=a-b", "bytes=0-1x", "items=0-1", "bytes", "bytes=+1-2", "bytes=0--1"),
        *("bytes=0-" + "9" * 18, "bytes=0-" + "9" * 19, "bytes=" + "9" * 18 + "-"),
        *("bytes=-" + "9" * 18, "bytes=00-09", "bytes=\xb2-\xb3", "bytes=65536-70000"),
    ]
    for path in ("files/a.txt", "files/empty.json"):
        target = "/site/file?path=" + path
        for value in wanted:
            yield Ask("GET", target, headers={"Range": value})
        for method in ("HEAD", "POST"):
            yield Ask(method, target, headers={"Range": "bytes=0-4"})
    target = "/site/file?path=static/site.css"
    for validator in (ETAG, "W/" + ETAG, DATE, '"x"', "Wed" + DATE[3:], " ", ""):
        headers = {"Range": "bytes=1-3", "If-Range": validator}
        yield Ask("GET", target, headers=headers)
    for tag in (ETAG, '"x"', "*"):
        headers = {"Range": "bytes=1-3", "If-None-Match": tag}
        yield Ask("GET", target, headers=headers)


def versions() -> Iterator[Ask]:
    """Make requests of clients that may have the current version."""
    tags = ("1", "a b", "", 'quo"te', "\xe4", "x" * 64, "x" * 65, "W/1", "*")
    lists = [
        *('"1"', 'W/"1"', '"2", "1"', '"2","1"', '"1', '1"', "1", "*", " * ", '"*"'),
        *('""', '"2""1"', '"2" "1"', ",", " ", '"a", W/"1"', '"\xc3\xa4"', '*, "1"'),
    ]
    for tag in tags:
        yield Ask("GET", "/site/version?" + urlencode({"tag": tag}))
        for wanted in (f'"{tag}"', "*", '"x"'):
            headers = {"If-None-Match": wanted.encode().decode("latin-1")}
            yield Ask("GET", "/site/version?" + urlencode({"tag": tag}), b"", headers)
    for wanted in lists:
        for method in ("GET", "HEAD", "POST"):
            for query in ("tag=1", "", f"tag=1&changed={MODIFIED}", "tag=1&status=404"):
                headers = {"If-None-Match": wanted, "If-Modified-Since": DATE}
                yield Ask(method, "/site/version?" + query, headers=headers)
    dates = [
        *(DATE, "Tue, 14 Nov 2023 22:13:19 GMT", "Tue, 14 Nov 2023 22:13:21 GMT"),
        *("Tuesday, 14-Nov-23 22:13:20 GMT", "Tue Nov 14 22:13:20 2023", " " + DATE),
        *("Tuesday, 14-Nov-99 22:13:20 GMT", "Sat Nov  4 22:13:20 2023", "1700000000"),
        *("Xyz, 14 Nov 2023 22:13:20 GMT", "tue, 14 Nov 2023 22:13:20 GMT", DATE + "x"),
        *("Tue, 31 Nov 2023 22:13:20 GMT", "Thu, 29 Feb 2024 22:13:20 GMT"),
        *("Wed, 29 Feb 2023 22:13:20 GMT", "Tue, 14 Nov 2023 24:13:20 GMT"),
        *("Tue, 14 Nov 2023 22:13:60 GMT", "Tue, 14 nov 2023 22:13:20 GMT"),
        *("Tue, 14 Nov 0000 22:13:20 GMT", "Tue, 14 Nov 9999 22:13:20 GMT"),
        *("Tuesda, 14-Nov-23 22:13:20 GMT", "Tues, 14-Nov-23 22:13:20 GMT"),
        *("Tue, 4 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:20 UTC", "\xb2"),
        *(
            "Tue Nov 4 22:13:20 2023",
            "Tue Nov 04 22:13:20 2023",
            "Tue Nov   4 22:13:20",
        ),
    ]
    for date in dates:
        for query in (f"changed={MODIFIED}", "changed=99999999999", "changed=0.75", ""):
            headers = {"If-Modified-Since": date}
            yield Ask("GET", "/site/version?" + query, headers=headers)
    for changed in ("-1.5", "951782400", "-62135596800", "1709164799.999999"):
        yield Ask("GET", "/site/version?changed=" + changed)


def dates() -> Iterator[Ask]:
    """Make requests for dates in JSON."""
    moments = [0, 1, -1, 999_999, 1_000_000, 1_709_164_800_000_000, 951_827_696_000_001]
    moments += [-62_135_596_800_000_000, 253_402_300_799_000_000, 4_107_542_400_000_000]
    moments += [day * 86_400_000_000 for day in range(-200_000, 200_000, 7_919)]
    for moment in moments:
        yield Ask("GET", f"/site/date?at={moment}")


def static_urls() -> Iterator[Ask]:
    """Make requests for the URLs of static files."""
    paths = [
        *("site.css", "folder/deep.svg", "odd name \xe4.txt", "nowhere.css", "folder"),
        *(
            "",
            "/site.css",
            "../secret.txt",
            "./site.css",
            "a//b",
            "outside.css",
            "a\\b",
        ),
        *("a\0b", "site.css/", "site.css?x#y", "x" * 300),
    ]
    for path in paths:
        yield Ask("GET", "/site/static?" + urlencode({"path": path}))


def urls() -> Iterator[Ask]:
    """Make requests for the paths of routes.

    What only one language takes for a number, and line breaks, are in ``DIFFERENCES``.
    """
    values = ["1", "", "a", "/", "..", ".", "a b", "\xe4%", "a/b", "//x"]
    for name in ("item", "pair", "rest", "page", "nobody", ""):
        yield Ask("GET", f"/site/url?name={name}")
        for value in values:
            query = urlencode({"name": name, "v": value})
            yield Ask("GET", "/site/url?" + query)
            yield Ask("GET", f"/site/url?{query}&v=b")
            yield Ask("GET", f"/site/url?{query}&v=b&v={quote(value)}")
    mount = {"SCRIPT_NAME": "/m\xc3\xa4"}
    yield Ask("GET", "/site/url?name=item&v=5", environ=mount)


def others() -> Iterator[Ask]:
    """Make requests for streams, redirects, and what runs before the methods."""
    for fails in range(5):
        yield Ask("HEAD", f"/site/stream?fails={fails}")
        if fails < 2:
            yield Ask("GET", f"/site/stream?fails={fails}")
    for method in METHODS:
        yield Ask(method, "/site/next")
        for action in ("", "redirect", "error", "fail", "finish"):
            yield Ask(method, f"/site/prepared?do={action}")


PIECES = (
    *("bytes=", "bytes", "=", "-", ",", " ", "0", "1", "5", "76799", "76800", "9" * 18),
    *(ETAG, '"1"', "W/", '"', "*", DATE, DATE[5:], "GMT", "Nov", "14", "22:13:20"),
    *("Tue, ", "Tuesday, ", "Tue ", "14-Nov-23 ", "2023", " GMT", "\t", "\xff", "\x00"),
)
VALUES = ("1", "..", ".", "/", "a", "\xe4", "%", "//", "?", "#", "{", "}", "\t", " ")
TARGETS = (
    *("/site/file?path=files/a.txt", "/site/file?path=static/site.css"),
    *("/site/file?folder=files&path=", "/site/version?tag=1", "/site/version?tag="),
    *(f"/site/version?changed={MODIFIED}", "/site/static?path=", "/site/url?name=pair"),
    *("/site/url?name=rest&v=", "/site/url?name=page&v=", "/site/file?name="),
)
FIELDS = ("Range", "If-Range", "If-None-Match", "If-Modified-Since")


def random_requests(count: int) -> Iterator[Ask]:
    """Make random requests, the same ones in each run."""
    chance = random.Random(22)

    def text(pieces: tuple[str, ...], most: int) -> str:
        return "".join(chance.choices(pieces, k=chance.randint(0, most)))

    for _ in range(count):
        target = chance.choice(TARGETS)
        if target.endswith("="):
            target += quote(text((*VALUES, *FILES, "a.txt"), 4))
        if "pair" in target:
            target += "".join(f"&v={quote(text(VALUES, 3))}" for _ in range(2))
        fields = chance.sample(FIELDS, chance.randint(0, 3))
        headers = {name: text(PIECES, 5) for name in fields}
        if chance.random() < 0.4:
            first, last = chance.randint(0, 77_000), chance.randint(0, 77_000)
            headers["Range"] = f"bytes={first}-{last}"
        path, _, query = target.partition("?")
        variables = {"PATH_INFO": path, "QUERY_STRING": query}
        method = chance.choice(("GET", "GET", "HEAD"))
        yield Ask(method, target, headers=headers, environ=variables)
