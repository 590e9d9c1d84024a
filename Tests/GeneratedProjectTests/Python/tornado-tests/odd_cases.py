"""What the odd handlers are asked: requests as they should and should not be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import tornado
from asking import FORM, MULTIPART, Case
from odd_handlers.application import ODD
from tornado.httputil import url_concat

JSON = [("Content-Type", "application/json")]
GZIP = [("Accept-Encoding", "gzip")]


def part(name: str, text: str = "x", *more: str) -> bytes:
    lines = ["--BB", f'Content-Disposition: form-data; name="{name}"', *more, "", text]
    return "\r\n".join(lines).encode() + b"\r\n"


def upload(name: str) -> list[Case]:
    """An upload with an empty body, a short one, a long one, and one in chunks."""
    path = f"/Upload?{name}"
    return [
        Case(f"upload {name} empty", path, "POST", [("Content-Length", "0")]),
        Case(f"upload {name} short", path, "POST", body=b"x" * 10),
        Case(f"upload {name} long", path, "POST", body=b"x" * 200_000),
        Case(f"upload {name} chunked", path, "PUT", body=b"x" * 120_000, chunked=True),
    ]


def handler_cases() -> Iterator[Case]:
    """Ask each of the odd handlers, in four ways."""
    for name in [handler.__name__ for handler in ODD]:
        yield Case(name, f"/{name}", "GET")
        yield Case(f"{name} HEAD", f"/{name}", "HEAD")
        yield Case(f"{name} gzip", f"/zip/{name}", "GET", GZIP)
        yield Case(f"{name} over", f"/over/{name}")


def status_cases() -> Iterator[Case]:
    """Ask for statuses and reasons."""
    for code in ("99", "100", "102", "103", "199", "200", "204", "205", "206", "226"):
        for more in ("", "&body=1", "&body=1&flush=1", "&flush=1"):
            for method in ("GET", "HEAD"):
                target = f"/SetStatus?code={code}{more}"
                yield Case(f"status {code}{more} {method}", target, method)
    for code in ("304", "418", "451", "511", "600", "999", "1000", "0", "x"):
        for more in ("", "&body=1", "&body=1&flush=1" if code != "x" else "&body=2"):
            yield Case(f"status {code}{more}", f"/SetStatus?code={code}{more}")
    for reason in (
        "",
        "%20",
        "a%09b",
        "%00",
        "caf%C3%A9",
        "%E2%82%AC",
        "a%0Ab",
        "x" * 999,
    ):
        target = f"/SetStatus?code=200&body=1&reason={reason}"
        yield Case(f"reason {reason[:10]}", target)


def error_cases() -> Iterator[Case]:
    """Ask for every kind of exception."""
    for kind in (
        "args", "percent", "wrong args", "unknown", "unknown with reason",
        "success", "no content", "not modified", "latin reason", "wide reason",
        "lines in reason", "empty reason", "missing", "class", "informational",
    ):  # fmt: skip
        target = f"/RaiseHTTPError?kind={kind.replace(' ', '+')}"
        yield Case(f"HTTPError {kind}", target)
    for kind in (
        "stop", "stop async", "recursion", "memory", "stream", "timeout", "unprintable",
        "input", "output", "key", "lookup in asyncio",
    ):  # fmt: skip
        for place in ("/RaiseOther", "/RaiseOtherAsync", "/shown/RaiseOther"):
            target = f"{place}?kind={kind.replace(' ', '+')}"
            yield Case(f"{place} {kind}", target)


def header_cases() -> Iterator[Case]:
    """Ask for header fields of the answer, the length among them."""
    for kind in (
        "cleared", "clear", "own", "add", "replace", "types", "type error", "none",
        "spaces", "hop", "two lengths", "request",
    ):  # fmt: skip
        for method in ("GET", "HEAD"):
            target = f"/Headers?kind={kind.replace(' ', '+')}"
            yield Case(f"headers {kind} {method}", target, method)
    for name in ("x-lower", "X+Space", "", "X%C3%BC", "X%0AY", "X:Y", "Content-Length"):
        yield Case(f"header name {name}", f"/Headers?kind=name&name={name}")
    for value in (
        "",
        "+",
        "%09",
        "%C3%BC",
        "%E2%82%AC",
        "a%0D%0Ab",
        "%00",
        "%7F",
        "x" * 5000,
    ):
        target = f"/Headers?kind=value&value={value}"
        yield Case(f"header value {value[:9]}", target)
    for value in (
        "4",
        "04",
        "+4",
        "4+",
        "-4",
        "3",
        "5",
        "",
        "4.0",
        "1e1",
        "%D9%A4",
        "4,4",
    ):
        for method in ("GET", "HEAD"):
            target = f"/Headers?kind=length&value={value}"
            yield Case(f"header length {value} {method}", target, method)


def answer_cases() -> Iterator[Case]:
    """Ask for bodies of every type, and for redirects."""
    for kind in (
        "none", "list", "number", "dict", "set in dict", "surrogate", "bytes",
        "bytearray", "empty",
    ):  # fmt: skip
        target = f"/Writes?kind={kind.replace(' ', '+')}"
        yield Case(f"write {kind}", target)
    for to in ("/x", "../x", "", "?a=b", "%C3%BC", "a%0D%0Ab", "//evil", "http://x/y"):
        yield Case(f"redirect to {to}", f"/Redirects?to={to}")
    for more in ("permanent=1", "status=303", "status=307", "status=200", "status=404"):
        for method in ("GET", "HEAD", "POST"):
            target = f"/Redirects?to=/x&{more}"
            yield Case(f"redirect {more} {method}", target, method)


def cookie_cases() -> Iterator[Case]:
    """Ask for cookies to be set, and send some."""
    for name, value in (
        ("a", "b"), ("a b", "c"), ("a", "b c"), ("", "x"), ("\xfc", "x"), ("a", "\u20ac"),
        ("a", "x\ny"), ("a;b", "x"), ("a", ";"), ("expires", "x"), ("a=b", "c"),
    ):  # fmt: skip
        query = url_concat("/BadCookie", {"name": name, "value": value})
        yield Case(f"cookie {name!r} {value!r}", query)
    for value in (
        "a=1", "a=1; a=2", "a", "=", "a=", ";;;", 'a="1;2"', "a=1,b=2", "a=\xfc", "$x=1",
        "a b=c", "a=b c", "a={json:1}", "a=1; expires=x; path=/", "caf\xe9=1", "a" * 8000,
    ):  # fmt: skip
        yield Case(f"cookie sent {value[:20]}", "/Cookies", headers=[("Cookie", value)])


def condition_cases() -> Iterator[Case]:
    """Send fields that an answer depends on: tags, languages and ranges."""
    for value in (
        '"manual"',
        'W/"manual"',
        '"x"',
        "*",
        "",
        '"x", "manual"',
        "manual",
        "W/",
    ):
        for path in ("/ManualEtag", "/WeakEtag", "/NoEtag"):
            headers = [("If-None-Match", value)]
            yield Case(f"{path} if none match {value}", path, headers=headers)
    for language in ("de", "de-DE, en;q=0.5", "x;q=y", "", "*", "en;q=0, fr;q=1.5"):
        headers = [("Accept-Language", language)]
        for path in ("/Translated", "/RequestAttributes"):
            yield Case(f"{path} language {language}", path, headers=headers)
    for headers in (
        [("X-Real-Ip", "1.2.3.4")], [("Upgrade", "h2c")],
        [("Range", "bytes=0-1,3-4")], [("Range", "bytes=-0")], [("Range", "bytes=5-2")],
        [("Range", "bytes=0-")], [("Range", "chars=0-1")], [("Range", "bytes=1-1")],
        [("If-Range", '"x"'), ("Range", "bytes=0-1")], [("If-Modified-Since", "x")],
        [("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 -0000")], [("Range", "")],
        [("If-None-Match", "*"), ("Range", "bytes=0-1")], [("Range", "bytes=9999999-")],
    ):  # fmt: skip
        for path in ("/static/page.html", "/OnlyGet"):
            yield Case(f"{path} with {headers}", path, headers=headers)


def argument_cases() -> Iterator[Case]:
    """Send arguments: queries, forms and JSON."""
    for query in (
        "a=1", "a=+x+", "a=%FF", "a=%00", "a=%0A", "a[]=1", "a", "&&&", "=", "a=1;b=2",
        "a=%", "a=%zz", "%FF=1", "a=1&" * 1200, "\xfc=\xfc", "?", "a=?", "#", "a=+%2B",
    ):  # fmt: skip
        yield Case(f"query {query[:12]} {len(query)}", f"/Arguments?{query}")
        if query.isascii():
            body = query.encode()
            yield Case(
                f"form {query[:12]} {len(query)}", "/Arguments", "POST", FORM, body
            )
    for body in (b"", b"needed=%FF", b"needed=x", b"other=x", b"needed=", b"\xff=\xff"):
        yield Case(f"body argument {body!r}", "/BodyArgument", "POST", FORM, body)
    for body in (b"", b"{", b"\xff", b"[1]", b'"\\ud800"', b"nan"):
        yield Case(f"json {body!r}", "/JsonBody", "POST", JSON, body)


def multipart_cases() -> Iterator[Case]:
    """Send forms of several parts, and types that only look like them."""
    for name, body in (
        ("empty", b""), ("no end", part("a")), ("good", part("a") + b"--BB--\r\n"),
        ("many", part("a") * 150 + b"--BB--"), ("no name", b"--BB\r\n\r\nx\r\n--BB--"),
        ("long header", part("a", "x", "X: " + "y" * 20_000) + b"--BB--"),
        ("other disposition", b"--BB\r\nContent-Disposition: x; name=a\r\n\r\nx\r\n--BB--"),
        ("latin name", part("caf\xe9") + b"--BB--"), ("rubbish", b"\x00\xff" * 50),
        ("bad name", b'--BB\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--BB--'),
    ):  # fmt: skip
        yield Case(f"multipart {name}", "/Arguments", "POST", MULTIPART, body)
    for kind in (
        "multipart/form-data", "multipart/form-data; boundary=", "", "x", "text/plain; \xfc",
        'multipart/form-data; boundary="BB"', "MULTIPART/FORM-DATA; boundary=BB",
        "application/x-www-form-urlencoded; charset=latin-1", "multipart/form-data;;=;",
    ):  # fmt: skip
        headers = [("Content-Type", kind)]
        body = part("a") + b"--BB--\r\n"
        yield Case(f"type {kind}", "/Arguments", "POST", headers, body)


def framing_cases() -> Iterator[Case]:
    """Send lengths and encodings that say where a body ends."""
    for length in ("-1", "+1", "1_0", "0x1", "1.0", "x", "5,6", "5,5,6", "0, 0", "00"):
        headers = [("Content-Length", length)]
        yield Case(f"length {length!r}", "/Arguments", "POST", headers)
    for length in ("5", "05", "5,5", "5, 5"):
        headers = [("Content-Length", length), *FORM]
        yield Case(
            f"length {length!r} and body", "/Arguments", "POST", headers, b"a=123"
        )
    for encoding in ("gzip", "identity", "chunked, gzip", "", "Chunked"):
        headers = [("Transfer-Encoding", encoding)]
        if encoding != "Chunked":
            yield Case(f"encoding {encoding}", "/Arguments", "POST", headers)
    both = [("Transfer-Encoding", "chunked"), ("Content-Length", "5")]
    yield Case("chunked with length", "/Arguments", "POST", both, b"0\r\n\r\n")
    yield Case("chunked", "/Arguments", "POST", FORM, b"a=1", chunked=True)
    yield Case(
        "chunked big",
        "/Arguments",
        "POST",
        FORM,
        b"a=" + b"x" * 150_000,
        chunked=True,
    )
    yield Case("chunked empty", "/Arguments", "POST", FORM, chunked=True)
    yield Case("chunked GET", "/Arguments", "GET", FORM, b"a=1", chunked=True)
    for expect in ("100-continue", "100-Continue", "other"):
        headers = [*FORM, ("Expect", expect)]
        yield Case(f"expect {expect}", "/Arguments", "POST", headers, b"a=1")


def upload_cases() -> Iterator[Case]:
    """Send bodies that are taken as streams, or by delegates."""
    for target in (
        "/Upload?prepare=raise", "/Upload?prepare=redirect", "/Upload?prepare=finish",
        "/Upload?data=raise", "/Upload?data=finish", "/Upload?method=raise", "/Upload?",
    ):  # fmt: skip
        yield from upload(target[8:])
    for method in ("GET", "HEAD", "BREW"):
        yield Case(f"upload {method} without body", "/Upload", method)
    yield Case("upload GET finished", "/Upload?prepare=finish")
    yield Case("upload xsrf", "/strict/Upload", "POST", body=b"x" * 100)
    yield Case("upload over", "/over/Upload", "POST", body=b"x" * 100_000)
    yield Case("upload over failing", "/over/Upload?prepare=raise", "POST", body=b"x")
    for size in (0, 1, 100_000):
        body = b"x" * size
        path = "/UploadWithoutDataReceived"
        yield Case(f"upload without data_received {size}", path, "POST", body=body)
        yield Case(f"upload slowly {size}", "/UploadSlowly", "POST", body=body)
        yield Case(f"arguments over {size}", "/over/Arguments", "POST", FORM, body)
        yield Case(f"early {size}", "/early", "POST", body=body)
        yield Case(f"wsgi {size}", "/wsgi/x", "POST", body=body)
        for step in ("headers", "data", "finish", "close"):
            headers = [("X-Step", step)]
            if step != "close" and (size or step != "data"):
                yield Case(f"failing {step} {size}", "/failing", "POST", headers, body)


def target_cases() -> Iterator[Case]:
    """Ask by methods and targets of every kind."""
    for method in (
        "get", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "X-Y", "M!#$", "GET/", "G\xc4T",
    ):  # fmt: skip
        yield Case(f"method {method}", "/OnlyGet", method)
        yield Case(f"method {method} any", "/Arguments", method)
    for target in (
        "/WantsArguments/a/b", "/named/x", "/named/%FF", "/named/", "/named/%C3%BC",
        "/WantsArguments/%FF/b", "/module", "/wsgi", "/wsgi/%C3%BC",
        "/redirect/x?a=b", "/redirect/%0Ax", "/redirect/", "/wrong", "/nowhere", "/OnlyGet/",
        "/OnlyGet?", "/OnlyGet;x=1", "//OnlyGet", "/./OnlyGet", "/OnlyGet#x", "/only%47et",
        "/Only%47et", "/%00", "/" + "a" * 5000, "OnlyGet", "?", "//", "/\\", "/{}|^`<>\"",
        "http://other.example/OnlyGet", "HTTP://x/OnlyGet", "http://", "/host", "/a?b?c",
        "/RemoveSlash/", "/RemoveSlash/?a=1", "/RemoveSlash?", "/static/page.html",
        "/static/missing", "/static/../x", "/robots.txt", "/static/%2e%2e/x", "/static/",
        "/Page?f=1", "/Translated?locale=de", "/Translated?locale=",
    ):  # fmt: skip
        yield Case(f"target {target[:30]}", target)
        yield Case(f"target HEAD {target[:30]}", target, "HEAD")


def host_cases() -> Iterator[Case]:
    """Ask for hosts of every kind."""
    for host in (
        "TESTSERVER", "testserver:8080", "[::1]", "[::1]:80", "::1", "", "a.", "x:y", "x:",
        ":80", "default.example", "a_b", "a/b", "a@b", "\xfc", "a, b", "%41", "127.0.0.1",
    ):  # fmt: skip
        for path in ("/RequestAttributes", "/host", "/Login?a=b"):
            yield Case(f"host {host} {path}", path, host=host)


def version_cases() -> Iterator[Case]:
    """Ask in other versions of HTTP."""
    for version in ("HTTP/1.0", "HTTP/1.2", "HTTP/1.9"):
        for path in ("/OnlyGet", "/BigAnswer", "/HeadFlushes", "/RequestAttributes"):
            yield Case(f"{version} {path}", path, version=version)
    yield Case("HTTP/1.0 form", "/Arguments", "POST", FORM, b"a=1", "HTTP/1.0")


def xsrf_cases() -> Iterator[Case]:
    """Send forms with tokens against forgery."""
    for token in ("", "x", "2|a|b|c"):
        headers = [*FORM, ("X-Xsrftoken", token), ("Cookie", f"_xsrf={token}")]
        yield Case(f"xsrf {token}", "/strict/Arguments", "POST", headers, b"a=1")
    yield Case("xsrf PUT", "/strict/Arguments", "PUT", FORM, b"a=1")


if tornado.version_info < (6, 6):
    # What that version never answers, or what it tells of a failing delegate.
    LEFT_OUT = {
        "HTTPError no content",
        "HTTPError informational",
        "DefaultHeadersFail over",
    }
    LEFT_OUT |= {f"failing finish {size}" for size in (0, 1, 100_000)}
else:
    LEFT_OUT = set()
CASES = [
    case
    for case in chain(
        handler_cases(),
        status_cases(),
        error_cases(),
        header_cases(),
        answer_cases(),
        cookie_cases(),
        condition_cases(),
        argument_cases(),
        multipart_cases(),
        framing_cases(),
        upload_cases(),
        target_cases(),
        host_cases(),
        version_cases(),
        xsrf_cases(),
    )
    if case.name not in LEFT_OUT
]
