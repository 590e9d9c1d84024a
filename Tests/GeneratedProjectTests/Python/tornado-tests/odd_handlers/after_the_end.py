"""Odd handlers that go on after the answer is finished or partly sent."""

from __future__ import annotations

import asyncio

from tornado.ioloop import IOLoop
from tornado.web import Finish, HTTPError, RequestHandler

from .common import log


class WriteAfterFinish(RequestHandler):
    def get(self):
        self.finish("done")
        self.write("more")


class FlushAfterFinishSync(RequestHandler):
    def get(self):
        self.finish("done")
        self.flush()


class RaiseAfterFinish(RequestHandler):
    def get(self):
        self.finish("done")
        raise ValueError("after finish")


class HTTPErrorAfterFinish(RequestHandler):
    async def get(self):
        self.finish("done")
        await asyncio.sleep(0.005)
        raise HTTPError(404, "after finish")


class SendErrorAfterFinish(RequestHandler):
    def get(self):
        self.finish("done")
        self.send_error(500)


class ChangesAfterFlush(RequestHandler):
    async def get(self):
        self.write("a")
        await self.flush()
        self.set_status(404)
        self.set_header("X-Late", "1")
        self.set_cookie("late", "1")
        self.write("b")


class RedirectAfterFlush(RequestHandler):
    def get(self):
        self.write("a")
        self.flush()
        self.redirect("/elsewhere")


class SendErrorAfterFlush(RequestHandler):
    async def get(self):
        self.write("a")
        await self.flush()
        self.send_error(503)


class FinishExceptionAfterFlush(RequestHandler):
    async def get(self):
        self.write("a")
        await self.flush()
        raise Finish("b")


class OnFinishWrites(RequestHandler):
    def get(self):
        self.write("a")

    def on_finish(self):
        self.write("b")


class OnFinishFinishes(RequestHandler):
    def get(self):
        self.write("a")

    def on_finish(self):
        self.finish()


class OnFinishSchedules(RequestHandler):
    def get(self):
        self.write("a")

    def on_finish(self):
        IOLoop.current().add_callback(log.info, "scheduled by on_finish")


class LogRequestFails(RequestHandler):
    def get(self):
        self.write("a")

    def _log(self):
        raise ValueError("in _log")
