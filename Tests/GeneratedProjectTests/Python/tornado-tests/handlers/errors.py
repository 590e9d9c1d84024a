"""Handlers that fail, or finish in an odd place."""

from __future__ import annotations

import asyncio
import logging

import tornado.web
from tornado.web import RequestHandler


class SendError(RequestHandler):
    def get(self):
        self.write("thrown away")
        self.set_header("X-Gone", "1")
        self.send_error(int(self.get_argument("code", "503")), reason="Very Bad")


class WriteError(RequestHandler):
    def get(self):
        raise tornado.web.HTTPError(418, "logged %s", "text", reason="Kettle")

    def write_error(self, status_code, **kwargs):
        self.set_header("Content-Type", "text/plain")
        self.finish(f"custom {status_code} {kwargs['exc_info'][0].__name__}")


class WriteErrorFails(RequestHandler):
    def get(self):
        raise ValueError("first")

    def write_error(self, status_code, **kwargs):
        raise ValueError("second")


class Uncaught(RequestHandler):
    def get(self):
        raise ValueError("uncaught")


class AsyncUncaught(RequestHandler):
    async def get(self):
        await asyncio.sleep(0)
        raise ValueError("uncaught later")


class Cancelled(RequestHandler):
    async def get(self):
        raise asyncio.CancelledError


class FinishException(RequestHandler):
    def get(self):
        self.set_status(202)
        raise tornado.web.Finish("finished")


class FinishTwice(RequestHandler):
    def get(self):
        self.finish("once")
        self.finish("twice")


class WorkAfterFinish(RequestHandler):
    async def get(self):
        await self.finish("done")
        await asyncio.sleep(0.02)
        logging.getLogger("tornado.test").info("after finish")


class Initialize(RequestHandler):
    def initialize(self):
        raise ValueError("initialize")


class OnFinishFails(RequestHandler):
    def get(self):
        self.write("fine")

    def on_finish(self):
        raise ValueError("on_finish")


class FlushThenFail(RequestHandler):
    async def get(self):
        self.write("part")
        await self.flush()
        raise ValueError("after flush")
