"""Tornado's own HTTP server and the adapter give the same answers and log lines."""

from __future__ import annotations

import contextlib
import io
import unittest
from wsgiref.validate import validator

import tornado.web
from asking import (
    FORM,
    MULTIPART,
    Answer,
    Case,
    ComparingApplications,
    Log,
    Server,
    ask_adapter,
    make_environ,
)
from handlers.application import SIMPLE, make_application
from handlers.delegates import HEADS, plain_callable, raw_callable
from handlers.errors import Initialize
from handlers.status_and_headers import SECRET
from hello.tornado_wsgi import WSGIAdapter
from tornado import httputil

PARTS = (
    b'--BB\r\nContent-Disposition: form-data; name="t"\r\n\r\ntext\r\n'
    b'--BB\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\n'
    b"Content-Type: application/x-thing\r\n\r\n\x00\xff\r\n\r\n--BB--\r\n"
)
SIGNED = tornado.web.create_signed_value(SECRET, "s", "signed!").decode()
HELLO_TAG = '"3f07b87282c7527b30a5256f8db49a6f7200806a"'

CASES = (
    [Case(h.__name__, f"/{h.__name__}", breaks=h is Initialize) for h in SIMPLE]
    + [Case(f"{h.__name__} HEAD", f"/{h.__name__}", "HEAD") for h in SIMPLE[1:]
       if h is not Initialize]
    + [Case(f"hello {m}", "/Hello", m) for m in ("POST", "DELETE", "OPTIONS", "BREW")]
    + [
        Case("root missing", "/"),
        Case("not found", "/no/such?x=1"),
        Case("default 404 in a host", "/x", host="special.example"),
        Case("host rule", "/", host="special.example"),
        Case("host rule with port", "/", host="special.example:8080"),
        Case("no host rule", "/", host="other.example"),
        Case("host without rules", "/x", host="norules.example"),
        Case("router without rules", "/hole/x"),
        Case("HTTP/1.0", "/echo", version="HTTP/1.0"),
        Case("HTTP/1.0 flush", "/Flushes", version="HTTP/1.0"),
        Case("HTTP/1.0 no host", "/echo", version="HTTP/1.0", host=None),
        Case("no host", "/echo", host=None),
        Case("bad host", "/echo", host="a b"),
        Case("two hosts", "/echo", host="a,b"),
        Case("bad header", "/echo", headers=[("X-A", "a\x01b")]),
        Case("latin header", "/echo", headers=[("X-A", "caf\xe9 \x80")]),
        Case("empty header", "/echo", headers=[("X-A", "")]),
        Case("bad latin header", "/echo", headers=[("X-A", "caf\xe9\x01")]),
        Case("space before a header", "/echo", headers=[("X-A", " a"), ("X-B", "b")]),
        Case("space after a header", "/echo", headers=[("X-A", "a "), ("X-B", "b")]),
        Case("space after all headers", "/echo", headers=[("X-A", "a"), ("X-B", "b ")]),
        Case("only spaces in header", "/echo", headers=[("X-A", "  ")]),
        Case("bars in header", "/echo", headers=[("X-A", "a | b |c| d|")]),
        Case("spaces in header", "/echo", headers=[("X-A", "  a  b\t")]),
        Case("query", "/echo?a=1&a=2&b=%C3%BC&c=&d+e=f%2Bg"),
        Case("odd query", "/echo?=&&a&%&?x#y"),
        Case("bad utf-8 in query", "/Argument?needed=%FF"),
        Case("argument missing", "/Argument"),
        Case("argument", "/Argument?needed=%20x%00y%20"),
        Case("path groups", "/echo/a%20b/c%2Fd/e", rebuilt=False),
        Case("path utf-8", "/echo/%C3%BC/~!$&'()*+,;=:@"),
        Case("path not utf-8", "/echo/%FF/x"),
        Case("named group", "/named/x%2By", rebuilt=False),
        Case("double slash", "/echo//a//b"),
        Case("dots", "/echo/../x"),
        Case("raw latin path", "/echo/caf\xe9/x", rebuilt=False),
        Case("absolute target", "http://testserver/echo", rebuilt=False),
        Case("star", "*", "OPTIONS", rebuilt=False),
        Case("method PROPFIND", "/echo", "PROPFIND"),
        Case("cookies", "/echo", headers=[("Cookie", 'a=1; b="x y"; a=2; bad')]),
        Case("urlencoded", "/echo?a=0", "POST", FORM, b"a=1&b=%C3%BC&a=2&c="),
        Case("urlencoded PUT", "/echo", "PUT", FORM, b"a=1"),
        Case("urlencoded bad", "/echo", "POST", FORM, b"\xff=%zz&&="),
        Case("too many fields", "/echo", "POST", FORM, b"a=1&" * 5000),
        Case("multipart", "/echo", "POST", MULTIPART, PARTS),
        Case("multipart broken", "/echo", "POST", MULTIPART, b"--BB\r\nnothing"),
        Case("multipart no boundary", "/echo", "POST",
             [("Content-Type", "multipart/form-data")], b"x"),
        Case("encoded form", "/echo", "POST", [*FORM, ("Content-Encoding", "gzip")], b"x"),
        Case("json", "/echo", "PATCH", [("Content-Type", "application/json")], b'{"a":1}'),
        Case("binary", "/echo", "POST", body=bytes(range(256))),
        Case("empty POST", "/echo", "POST", [("Content-Length", "0")]),
        Case("POST without length", "/echo", "POST"),
        Case("GET with body", "/echo", "GET", body=b"body"),
        Case("big body", "/Length", "POST", body=b"x" * 1_000_000),
        Case("bad length", "/echo", "POST", [("Content-Length", "+5")]),
        Case("bad length 2", "/echo", "POST", [("Content-Length", "5x")]),
        Case("huge length", "/echo", "POST", [("Content-Length", "999999999999")]),
        Case("stream", "/Streamed", "POST", body=b"x" * 300_000),
        Case("stream put", "/Streamed", "PUT", body=b"x"),
        Case("stream empty", "/Streamed", "POST", [("Content-Length", "0")]),
        Case("stream limit", "/Streamed?limit=10", "POST", body=b"x" * 20),
        Case("stream within limit", "/Streamed?limit=20", "POST", body=b"x" * 20),
        Case("stream refused", "/Streamed?refuse=1", "POST", body=b"x" * 20),
        Case("stream fails", "/Streamed?fail=1", "POST", body=b"x" * 20, breaks=True),
        Case("stream early", "/Streamed?early=1", "POST", body=b"x" * 200_000),
        Case("stopped in prepare", "/Prepared?stop=1"),
        Case("signed", "/Signed", headers=[("Cookie", f"s={SIGNED}")]),
        Case("signed badly", "/Signed", headers=[("Cookie", f"s={SIGNED}0")]),
        Case("etag", "/Hello", headers=[("If-None-Match", HELLO_TAG)]),
        Case("etag star", "/Hello", headers=[("If-None-Match", "*")]),
        Case("etag other", "/Hello", headers=[("If-None-Match", '"x", W/"y"')]),
        Case("etag HEAD", "/HelloHead", "HEAD", [("If-None-Match", HELLO_TAG)]),
        Case("status 204", "/Status?code=204"),
        Case("status 304", "/Status?code=304"),
        Case("status 299", "/Status?code=299"),
        Case("status 404", "/Status?code=404"),
        Case("status 500", "/Status?code=500"),
        Case("status reason", "/Status?code=200&reason=So+so"),
        Case("status reason latin", "/Status?code=200&reason=caf%C3%A9"),
        Case("status reason wide", "/Status?code=200&reason=%E2%82%AC"),
        Case("status reason lines", "/Status?code=200&reason=a%0D%0Ab"),
        Case("204 with body", "/StatusBody?code=204"),
        Case("304 with body", "/StatusBody?code=304"),
        Case("send_error 204", "/SendError?code=204"),
        Case("send_error 304", "/SendError?code=304"),
        Case("send_error 799", "/SendError?code=799"),
        Case("length exact", "/BadLength?length=5"),
        Case("length not a number", "/BadLength?length=x", breaks=True),
        Case("length short", "/BadLength?length=4", breaks=True),
        Case("length long", "/BadLength?length=6", breaks=True),
        Case("flush length exact", "/FlushLength?length=10"),
        Case("flush length short", "/FlushLength?length=7", breaks=True),
        Case("flush length long", "/FlushLength?length=20", breaks=True),
        Case("flushed whole", "/FlushedWhole"),
        Case("flushed whole, flushed more", "/FlushedWhole?flush=1"),
        Case("flushed whole HEAD", "/FlushedWhole?flush=1", "HEAD"),
        Case("header latin", "/HeaderValue?kind=latin"),
        Case("header wide", "/HeaderValue?kind=wide"),
        Case("header lines", "/HeaderValue?kind=lines"),
        Case("header number", "/HeaderValue?kind=number"),
        Case("header bytes", "/HeaderValue?kind=bytes"),
        Case("forced lines", "/HeaderForced?kind=lines", breaks=True),
        Case("forced wide", "/HeaderForced?kind=wide", breaks=True),
        Case("static", "/files/a.txt"),
        Case("static HEAD", "/files/a.txt", "HEAD"),
        Case("static big", "/files/big.bin"),
        Case("static url", "/static/a.txt?v=1"),
        Case("static missing", "/files/none"),
        Case("static outside", "/files/../../../etc/passwd"),
        Case("static outside 2", "/files/%2e%2e/%2e%2e/etc/passwd", rebuilt=False),
        Case("static folder", "/files/folder"),
        Case("static index", "/site/folder/"),
        Case("static index redirect", "/site/folder"),
        Case("static POST", "/files/a.txt", "POST", body=b"x"),
        Case("range", "/files/a.txt", headers=[("Range", "bytes=2-4")]),
        Case("range open", "/files/a.txt", headers=[("Range", "bytes=7-")]),
        Case("range last", "/files/a.txt", headers=[("Range", "bytes=-3")]),
        Case("range whole", "/files/a.txt", headers=[("Range", "bytes=0-9")]),
        Case("range beyond", "/files/a.txt", headers=[("Range", "bytes=20-30")]),
        Case("range odd", "/files/a.txt", headers=[("Range", "bytes=x")]),
        Case("range HEAD", "/files/big.bin", "HEAD", [("Range", "bytes=1-70000")]),
        Case("range big", "/files/big.bin", headers=[("Range", "bytes=1-170000")]),
        Case("not modified", "/files/a.txt",
             headers=[("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")]),
        Case("modified", "/files/a.txt",
             headers=[("If-Modified-Since", "Fri, 01 Jan 2000 00:00:00 GMT")]),
        Case("favicon", "/favicon.ico"),
        Case("redirect handler", "/redirected/x?y=1"),
        Case("error handler", "/error"),
        Case("error handler POST", "/error", "POST", FORM, b"a=1"),
        Case("fallback", "/fallback/x", "POST", body=b"abc"),
        Case("slash added", "/Slashes?x=1"),
        Case("xsrf POST without", "/strict/x", "POST", FORM, b"a=1"),
        Case("xsrf POST with", "/strict/x", "POST",
             [*FORM, ("Cookie", "_xsrf=abcd")], b"_xsrf=abcd"),
        Case("xsrf POST wrong", "/strict/x", "POST",
             [*FORM, ("Cookie", "_xsrf=abcd")], b"_xsrf=abce"),
        Case("gzip", "/zip/files/big.bin", headers=[("Accept-Encoding", "gzip")]),
        Case("gzip small", "/zip/hello", headers=[("Accept-Encoding", "gzip")]),
        Case("gzip flushes", "/zip/flushes", headers=[("Accept-Encoding", "gzip")]),
        Case("gzip unwanted", "/zip/json"),
        Case("log function", "/logged/a"),
        Case("default handler", "/logged/b"),
        Case("traceback", "/shown/a"),
        Case("delegate", "/delegate/plain", "POST", body=b"abc"),
        Case("delegate async", "/delegate/async", "POST", body=b"x" * 100_000),
        Case("delegate broken", "/delegate/broken", breaks=True),
        Case("nested callable", "/nested/deep/callable", "PUT", body=b"x"),
        Case("nested application", "/nested/deep/app"),
        Case("websocket bad upgrade", "/Socket", headers=[("Upgrade", "other")]),
    ]
)  # fmt: skip


class SameAnswers(ComparingApplications):
    """Every case has the same answer from Tornado's server and from the adapter."""

    make = staticmethod(make_application)

    def test_same(self) -> None:
        names = [case.name for case in CASES]
        self.assertEqual(len(names), len(set(names)), "names are not unique")
        for case in CASES:
            theirs = self.server.ask(case)
            for raw in (True, False) if case.rebuilt else (True,):
                with self.subTest(case.name, raw=raw):
                    ours = ask_adapter(self.adapter, make_environ(case, raw=raw))
                    self.compare(case, theirs, ours)

    def test_xheaders(self) -> None:
        server = Server(make_application(), xheaders=True)
        self.addCleanup(server.stop)
        adapter = WSGIAdapter(make_application(), xheaders=True)
        for headers in (
            [],
            [("X-Real-IP", "203.0.113.9")],
            [("X-Real-IP", "2001:db8::1")],
            [("X-Real-IP", "nonsense")],
            [("X-Real-IP", "")],
            [("X-Forwarded-For", "203.0.113.1, 203.0.113.2")],
            [("X-Forwarded-For", "203.0.113.1,nonsense")],
            [("X-Forwarded-For", "")],
            [("X-Forwarded-For", "203.0.113.1"), ("X-Real-IP", "203.0.113.2")],
            [("X-Forwarded-For", "203.0.113.1"), ("X-Real-IP", "nonsense")],
            [("X-Scheme", "https")],
            [("X-Scheme", "HTTPS")],
            [("X-Scheme", "ftp"), ("X-Forwarded-Proto", "https")],
            [("X-Scheme", ""), ("X-Forwarded-Proto", "https")],
            [("X-Forwarded-Proto", "https")],
            [("X-Forwarded-Proto", "https, http")],
            [("X-Forwarded-Proto", "http, https")],
        ):
            with self.subTest(headers=headers):
                case = Case("", "/echo", headers=headers)
                ours = ask_adapter(adapter, make_environ(case))
                self.compare(case, server.ask(case), ours)
                case = Case("", "/no", headers=headers)
                ours = ask_adapter(adapter, make_environ(case))
                self.compare(case, server.ask(case), ours)

    def test_max_body_size(self) -> None:
        server = Server(make_application(), max_body_size=10)
        self.addCleanup(server.stop)
        adapter = WSGIAdapter(make_application(), max_body_size=10)

        def ask(case: Case) -> Answer:
            return ask_adapter(adapter, make_environ(case))

        for size in (0, 9, 10, 11, 100_000):
            for path in ("/Length", "/Streamed", "/delegate/plain"):
                for chunked in (False, True):
                    case = Case("", path, "POST", body=b"x" * size, chunked=chunked)
                    with self.subTest(size=size, path=path, chunked=chunked):
                        self.compare(case, server.ask(case), ask(case))

    def test_plain_callable(self) -> None:
        server = Server(plain_callable)
        self.addCleanup(server.stop)
        case = Case("", "/a%20b", "POST", body=b"x")
        ours = ask_adapter(WSGIAdapter(plain_callable), make_environ(case))
        self.compare(case, server.ask(case), ours)

    def test_raw_callable(self) -> None:
        server = Server(raw_callable)
        self.addCleanup(server.stop)
        adapter = WSGIAdapter(raw_callable)
        for name in HEADS:
            with self.subTest(name):
                target, body = (f"/{name}", b"")
                if name == "pieces":
                    target, body = "/pieces?more", b"abc"
                case = Case("", target, "POST", body=body)
                ours = ask_adapter(adapter, make_environ(case))
                self.compare(case, server.ask(case), ours)


class Validated(unittest.TestCase):
    """wsgiref.validate has no complaint."""

    def test_cases(self) -> None:
        plain = WSGIAdapter(make_application())
        adapter = validator(plain)
        for case in CASES:
            status = ask_adapter(plain, make_environ(case))
            if status.header("Content-Type") is None and status.status[:3] not in (
                "204",
                "304",
            ):
                continue  # the validator wants a Content-Type that Tornado does not send
            if case.method in ("BREW", "PROPFIND") or not case.host or " " in case.host:
                continue
            with self.subTest(case.name):
                environ = make_environ(case)
                environ["PATH_INFO"] = environ["PATH_INFO"] or "/"
                if not environ["PATH_INFO"].startswith("/"):
                    continue
                environ["QUERY_STRING"] = environ["QUERY_STRING"] or ""
                environ["SERVER_NAME"] = "testserver"
                environ["wsgi.input"] = LineInput(case.body)
                if (
                    "CONTENT_LENGTH" in environ
                    and not environ["CONTENT_LENGTH"].isdigit()
                ):
                    continue
                with Log():
                    chunks = adapter(
                        environ, lambda status, headers, exc=None: lambda data: None
                    )
                    with contextlib.suppress(httputil.HTTPOutputError):
                        list(chunks)
                    chunks.close()


class LineInput(io.BytesIO):
    pass


if __name__ == "__main__":
    unittest.main()
