"""Odd handlers by what their methods are, and by what these return."""

from __future__ import annotations

import asyncio

from tornado.web import Finish, HTTPError, RequestHandler

from .common import log


class ReturnsText(RequestHandler):
    def get(self):
        return "text"


class ReturnsDict(RequestHandler):
    def get(self):
        self.write("written")
        return {"a": 1}


class ReturnsNumber(RequestHandler):
    async def get(self):
        return 5


class ReturnsFuture(RequestHandler):
    def get(self):
        future = asyncio.get_event_loop().create_future()
        asyncio.get_event_loop().call_later(0.005, future.set_result, "ignored")
        self.write("future")
        return future


class ReturnsFailedFuture(RequestHandler):
    def get(self):
        future = asyncio.get_event_loop().create_future()
        future.set_exception(ValueError("in the future"))
        return future


class ReturnsCoroutine(RequestHandler):
    def get(self):
        async def work():
            self.write("coroutine")

        return work()


class AsyncGenerator(RequestHandler):
    async def get(self):
        yield 1


class PlainGenerator(RequestHandler):
    def get(self):
        yield 1


class NotCallable(RequestHandler):
    get = None


class WantsArguments(RequestHandler):
    def get(self, needed):
        self.write(needed)


class StaticMethod(RequestHandler):
    @staticmethod
    def get():
        log.info("static")


class OnlyGet(RequestHandler):
    SUPPORTED_METHODS = ("GET",)

    def get(self):
        self.write("get")


class PrepareReturnsNumber(RequestHandler):
    def prepare(self):
        return 5

    def get(self):
        self.write("never")


class PrepareRaises(RequestHandler):
    async def prepare(self):
        await asyncio.sleep(0.002)
        raise HTTPError(402, "pay")

    def get(self):
        self.write("never")


class PrepareFinishException(RequestHandler):
    def prepare(self):
        self.set_status(401)
        self.set_header("WWW-Authenticate", 'Basic realm="x"')
        raise Finish


class PrepareRedirects(RequestHandler):
    def prepare(self):
        self.redirect("/login", status=303)

    def get(self):
        self.write("never")


class OverridesExecute(RequestHandler):
    async def _execute(self, transforms, *args, **kwargs):
        self.set_header("X-Executed", "1")
        await super()._execute(transforms, *args, **kwargs)

    def get(self):
        self.write("executed")
