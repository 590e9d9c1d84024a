"""Odd handlers by the body of what they answer, error pages among them."""

from __future__ import annotations

import asyncio

from tornado.web import HTTPError, RequestHandler

from .common import log


class Writes(RequestHandler):
    def get(self):
        self.write("before ")
        self.write(
            {
                "none": None,
                "list": [1],
                "number": 5,
                "dict": {"a": "</script>", "\xfc": float("inf")},
                "set in dict": {"a": {1}},
                "surrogate": "\ud800",
                "bytes": b"\xff\x00",
                "bytearray": bytearray(b"x"),
                "empty": "",
            }[self.get_argument("kind")]
        )


class FinishDict(RequestHandler):
    def get(self):
        self.finish({"a": 1})


class BigAnswer(RequestHandler):
    async def get(self):
        for number in range(20):
            self.write(bytes([number]) * 50_000)
            await self.flush()

    head = get


class BigAnswerSync(RequestHandler):
    def get(self):
        for number in range(20):
            self.write(bytes([number]) * 50_000)
            self.flush()

    head = get


class HugeAnswer(RequestHandler):
    def get(self):
        self.write(b"x" * 3_000_000)


class HeadFlushes(RequestHandler):
    async def head(self):
        self.set_header("Content-Length", "100")
        await self.flush()

    async def get(self):
        self.set_header("Content-Length", "3")
        await self.flush()
        self.write("abc")


class HeadWithBody(RequestHandler):
    def head(self):
        self.write("body of HEAD")


class HeadFlushesBody(RequestHandler):
    async def head(self):
        self.write("body of HEAD")
        await self.flush()
        self.write("more")

    get = head


class EventStream(RequestHandler):
    async def get(self):
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        for number in range(3):
            self.write(f"id: {number}\ndata: x\n\n")
            await self.flush()
            await asyncio.sleep(0.002)


class ErrorPageWrites(RequestHandler):
    """Its write_error does not finish: send_error does."""

    def get(self):
        raise HTTPError(409, "conflict")

    def write_error(self, status_code, **kwargs):
        self.write(f"page {status_code}")
        self.flush()


class ErrorPageRaisesHTTPError(RequestHandler):
    def get(self):
        raise HTTPError(409)

    def write_error(self, status_code, **kwargs):
        raise HTTPError(410)


class ErrorPageRedirects(RequestHandler):
    def get(self):
        raise HTTPError(404)

    def write_error(self, status_code, **kwargs):
        self.redirect("/sorry")


class LogExceptionFails(RequestHandler):
    def get(self):
        raise ValueError("x")

    def log_exception(self, typ, value, tb):
        raise ValueError("in log_exception")


class LogExceptionQuiet(RequestHandler):
    def get(self):
        raise ValueError("x")

    def log_exception(self, typ, value, tb):
        log.info("quiet %s", typ.__name__)
