"""Odd handlers that take the body of a request as a stream."""

from __future__ import annotations

import asyncio

import tornado.web
from tornado import gen
from tornado.web import HTTPError, RequestHandler

from .common import log


@tornado.web.stream_request_body
class Upload(RequestHandler):
    def prepare(self):
        self.total = 0
        kind = self.get_argument("prepare", "")
        if kind == "raise":
            raise ValueError("in prepare")
        if kind == "redirect":
            self.redirect("/elsewhere")
        if kind == "finish":
            self.finish("finished in prepare")

    def data_received(self, chunk):
        self.total += len(chunk)
        kind = self.get_argument("data", "")
        if kind == "raise":
            raise HTTPError(413, "in data_received")
        if kind == "finish" and not self._finished:
            self.finish("finished in data_received")

    def get(self):
        kind = self.get_argument("method", "")
        if kind == "raise":
            raise ValueError("in the method")
        self.write(f"{self.total} bytes, {self.request.body!r}")

    post = put = patch = delete = head = get

    def on_connection_close(self):
        super().on_connection_close()
        log.info("connection closed")

    def on_finish(self):
        log.info("on_finish")


@tornado.web.stream_request_body
class UploadWithoutDataReceived(RequestHandler):
    def post(self):
        self.write("x")


@tornado.web.stream_request_body
class UploadSlowly(RequestHandler):
    async def prepare(self):
        self.parts = 0
        await asyncio.sleep(0.002)

    @gen.coroutine
    def data_received(self, chunk):
        yield gen.sleep(0.001)
        self.parts += len(chunk)

    async def post(self):
        await asyncio.sleep(0.001)
        self.write(str(self.parts))
