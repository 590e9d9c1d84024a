"""Odd handlers by the status and the header fields of what they answer."""

from __future__ import annotations

import asyncio
import datetime

import tornado.web
from tornado import httputil
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler


class SetStatus(RequestHandler):
    def get(self):
        code = self.get_argument("code")
        self.set_status(
            int(code) if code.isdigit() else code, self.get_argument("reason", None)
        )
        if self.get_argument("body", None):
            self.write("body")
        if self.get_argument("flush", None):
            self.flush()
            self.write("more")

    head = get


class RaiseHTTPError(RequestHandler):
    def get(self):
        raise {
            "args": HTTPError(500, "x %d %s", 3, "y"),
            "percent": HTTPError(404, "100%"),
            "wrong args": HTTPError(404, "%d", "x"),
            "unknown": HTTPError(777),
            "unknown with reason": HTTPError(777, reason="Odd"),
            "text": HTTPError("404"),
            "success": HTTPError(200, "fine"),
            "no content": HTTPError(204),
            "not modified": HTTPError(304),
            "latin reason": HTTPError(403, reason="\xdcn\xefcode"),
            "wide reason": HTTPError(403, reason="\u20ac"),
            "lines in reason": HTTPError(403, reason="a\r\nX-Evil: 1"),
            "empty reason": HTTPError(403, reason=""),
            "missing": tornado.web.MissingArgumentError("m\xfc"),
            "class": HTTPError,
            "informational": HTTPError(102),
        }[self.get_argument("kind")]


class Unprintable(Exception):
    def __str__(self):
        raise ValueError("in __str__")


class RaiseOther(RequestHandler):
    def get(self):
        raise {
            "stop": StopIteration("x"),
            "stop async": StopAsyncIteration("x"),
            "recursion": RecursionError("x"),
            "memory": MemoryError(),
            "stream": StreamClosedError(),
            "timeout": TimeoutError(),
            "unprintable": Unprintable(),
            "input": httputil.HTTPInputError("x"),
            "output": httputil.HTTPOutputError("x"),
            "key": KeyError("x"),
            "lookup in asyncio": asyncio.InvalidStateError("x"),
        }[self.get_argument("kind")]


class RaiseOtherAsync(RaiseOther):
    async def get(self):
        await asyncio.sleep(0)
        super().get()


class Headers(RequestHandler):
    def get(self):
        kind = self.get_argument("kind")
        if kind == "cleared":
            for name in ("Server", "Content-Type", "Date", "Nothing"):
                self.clear_header(name)
        elif kind == "clear":
            self.set_header("X-Gone", "1")
            self.set_cookie("gone", "1")
            self.set_status(404)
            self.clear()
        elif kind == "own":
            self.set_header("Server", "mine")
            self.set_header("Date", "today")
            self.set_header("Etag", "bare")
            self.set_header("Content-Type", "x/y")
        elif kind == "add":
            self.set_header("X-Many", "1")
            self.add_header("x-many", "2")
            self.add_header("X-MANY", "3")
            self.add_header("Set-Cookie", "raw=1")
            self.set_cookie("a", "1")
            self.add_header("Vary", "Cookie")
            self.add_header("Vary", "Accept")
        elif kind == "replace":
            self.add_header("X-Many", "1")
            self.add_header("X-Many", "2")
            self.set_header("X-Many", "3")
        elif kind == "types":
            self.set_header("X-Number", 12)
            self.set_header("X-Date", datetime.datetime(2024, 1, 2, 3, 4, 5))
            self.set_header("X-Bytes", b"caf\xe9"[:3])
        elif kind == "type error":
            self.set_header("X-Bad", 1.5)
        elif kind == "none":
            self.set_header("X-Bad", None)
        elif kind == "spaces":
            self.set_header("X-Spaces", "  a  b  ")
            self.set_header("X-Tab", "a\tb")
            self.set_header("X-Empty", "")
        elif kind == "hop":
            for name in ("Connection", "Keep-Alive", "TE", "Trailers", "Upgrade"):
                self.set_header(name, "x")
            self.set_header("Proxy-Authenticate", "Basic")
            self.set_header("X-Kept", "1")
        elif kind == "name":
            self.set_header(self.get_argument("name"), "1")
        elif kind == "value":
            self.set_header("X-Value", self.get_argument("value", strip=False))
        elif kind == "length":
            self.set_header("Content-Length", self.get_argument("value", strip=False))
        elif kind == "two lengths":
            self.add_header("Content-Length", "4")
            self.add_header("Content-Length", "4")
        elif kind == "encoding":
            self.set_header("Transfer-Encoding", "chunked")
        elif kind == "request":
            self.request.headers["X-Added"] = "1"
            self.write(self.request.headers["x-added"])
        self.write("body")

    head = get


class Cookies(RequestHandler):
    def get(self):
        when = datetime.datetime(2030, 1, 2, 3, 4, 5)
        self.set_cookie("twice", "1")
        self.set_cookie("twice", "2")
        self.set_cookie("a", "x=y; z", domain="example.com", expires=when, path=None)
        self.set_cookie("b", "", max_age=5, samesite="Strict", secure=True)
        self.set_cookie("c", 'quo"te,\\')
        self.set_cookie("d", "\xfc")
        self.clear_cookie("e", path="/x", domain="example.com")
        self.clear_all_cookies()
        self.write(repr(sorted((k, m.value) for k, m in self.cookies.items())))
        self.write(repr(self.get_cookie("none", "default")))


class BadCookie(RequestHandler):
    def get(self):
        self.set_cookie(self.get_argument("name"), self.get_argument("value"))
        self.write("set")


class DefaultHeadersFail(RequestHandler):
    def set_default_headers(self):
        raise ValueError("in set_default_headers")


class DefaultHeaders(RequestHandler):
    def set_default_headers(self):
        self.set_header("X-Default", "1")
        self.set_header("Server", "mine")

    def get(self):
        self.set_header("X-Other", "1")
        raise HTTPError(400)


class Redirects(RequestHandler):
    def get(self):
        status = self.get_argument("status", None)
        self.redirect(
            self.get_argument("to", strip=False),
            permanent=bool(self.get_argument("permanent", None)),
            status=int(status) if status else None,
        )

    head = post = get


class NoEtag(RequestHandler):
    def compute_etag(self):
        return None

    def get(self):
        self.write("no etag")


class WeakEtag(RequestHandler):
    def compute_etag(self):
        return 'W/"weak"'

    def get(self):
        self.write("weak")

    head = get


class ManualEtag(RequestHandler):
    def get(self):
        self.set_header("Etag", '"manual"')
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        self.write("new")
