"""Handlers by the status, the header fields and the cookies that they send."""

from __future__ import annotations

from tornado.web import RequestHandler

SECRET = "a secret for signing cookies"


class Cookies(RequestHandler):
    def get(self):
        self.set_cookie("a", "1", path="/x", secure=True, httponly=True)
        self.set_cookie("b", "two words; and more")
        self.clear_cookie("c")
        self.add_header("X-Twice", "1")
        self.add_header("X-Twice", "2")
        self.write("cookies")


class Signed(RequestHandler):
    def get(self):
        value = self.get_signed_cookie("s")
        self.write(value or b"none")


class Status(RequestHandler):
    def get(self):
        reason = self.get_argument("reason", None)
        self.set_status(int(self.get_argument("code")), reason)


class StatusBody(Status):
    def get(self):
        super().get()
        self.write("body")


class Redirect(RequestHandler):
    def get(self):
        self.redirect("/elsewhere?x=ü", permanent=True)


class FlushedWhole(RequestHandler):
    """Sends all that Content-Length promises, and then more."""

    def get(self):
        self.set_header("Content-Length", "2")
        self.write("ok")
        self.flush()
        self.write("more")
        if self.get_argument("flush", None):
            self.flush()


class FlushLength(RequestHandler):
    async def get(self):
        self.set_header("Content-Length", self.get_argument("length"))
        self.write("12345")
        await self.flush()
        self.write("67890")


class BadLength(RequestHandler):
    def get(self):
        self.set_header("Content-Length", self.get_argument("length"))
        self.write("12345")


class HeaderValue(RequestHandler):
    def get(self):
        value = {
            "latin": "caf\xe9",
            "wide": "\u20ac",
            "lines": "a\r\nX-Evil: 1",
            "number": 7,
            "bytes": b"bytes",
        }[self.get_argument("kind")]
        self.set_header("X-Value", value)
        self.write("value")


class HeaderForced(RequestHandler):
    """A value that set_header would refuse, put in by force."""

    def get(self):
        self._headers._as_list["X-Value"] = [
            {"lines": "a\r\nX-Evil: 1", "wide": "\u20ac"}[self.get_argument("kind")]
        ]
        self.write("value")


class HopByHop(RequestHandler):
    def get(self):
        self.set_header("Connection", "close")
        self.set_header("Keep-Alive", "300")
        self.set_header("X-Kept", "1")
        self.write("hop")
