"""Handlers by what they need of a request: arguments, a token, a login, a body."""

from __future__ import annotations

import asyncio

import tornado.web
import tornado.websocket
from tornado.web import RequestHandler


class Xsrf(RequestHandler):
    def get(self):
        self.write(self.xsrf_form_html()[:30])

    def post(self):
        self.write("accepted")


class Argument(RequestHandler):
    def get(self):
        self.write(self.get_argument("needed"))


class Authenticated(RequestHandler):
    @tornado.web.authenticated
    def get(self):
        self.write("never")

    def get_login_url(self):
        return "/login"


class Slashes(RequestHandler):
    @tornado.web.addslash
    def get(self):
        self.write("slash")


class Reverse(RequestHandler):
    def get(self):
        self.write(
            self.reverse_url("echo", "a b", "ü") + " " + self.static_url("a.txt")
        )


@tornado.web.stream_request_body
class Streamed(RequestHandler):
    async def prepare(self):
        self.total = 0
        if self.get_argument("limit", None):
            self.request.connection.set_max_body_size(int(self.get_argument("limit")))
        if self.get_argument("refuse", None):
            raise tornado.web.HTTPError(413, "refused")
        await asyncio.sleep(0)

    async def data_received(self, chunk):
        self.total += len(chunk)
        if self.get_argument("fail", None):
            raise ValueError("in data_received")
        if self.get_argument("early", None) and not self._finished:
            self.finish("early")
        await asyncio.sleep(0)

    def post(self):
        self.write(f"streamed {self.total}")

    put = post


UPGRADE = [
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
]


class Socket(tornado.websocket.WebSocketHandler):
    def open(self):
        pass
