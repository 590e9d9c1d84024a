"""Odd handlers that leave callbacks and tasks behind, or finish from one of them."""

from __future__ import annotations

import asyncio
import threading

import tornado.queues
from tornado import httputil
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.web import RequestHandler

from .common import NoAutoFinish, log


class AddCallback(RequestHandler):
    def get(self):
        IOLoop.current().add_callback(log.info, "called back")
        self.write("a")


class AddCallbackFails(RequestHandler):
    def get(self):
        IOLoop.current().add_callback(self.fail)
        self.write("a")

    def fail(self):
        raise ValueError("in a callback")


class SpawnCallback(RequestHandler):
    async def get(self):
        IOLoop.current().spawn_callback(self.work)
        self.write("a")

    async def work(self):
        for number in range(3):
            await asyncio.sleep(0)
            log.info("spawned %d", number)


class SpawnCallbackFails(RequestHandler):
    def get(self):
        IOLoop.current().spawn_callback(self.work)
        self.write("a")

    async def work(self):
        await asyncio.sleep(0)
        raise ValueError("in a spawned callback")


class ForgottenTaskFails(RequestHandler):
    def get(self):
        asyncio.ensure_future(self.work())
        self.write("a")

    async def work(self):
        raise ValueError("forgotten")


class CallSoonFails(RequestHandler):
    def get(self):
        asyncio.get_event_loop().call_soon(int, "x")
        self.write("a")


class Periodic(RequestHandler):
    async def get(self):
        ticks = tornado.queues.Queue()
        periodic = PeriodicCallback(lambda: ticks.put_nowait(1), 2)
        periodic.start()
        for _ in range(3):
            await ticks.get()
        periodic.stop()
        self.write("3 ticks")


class FinishFromThread(NoAutoFinish):
    def get(self):
        loop = IOLoop.current()
        thread = threading.Timer(
            0.005, loop.add_callback, (self.finish, "from a thread")
        )
        thread.start()


class FinishFromTask(NoAutoFinish):
    def get(self):
        self.task = asyncio.ensure_future(self.work())

    async def work(self):
        self.write("from a task")
        self.flush()
        await asyncio.sleep(0.002)
        await self.finish()
        await asyncio.sleep(0.002)
        log.info("the task goes on")


class FinishFromCallback(NoAutoFinish):
    def get(self):
        IOLoop.current().add_callback(self.finish, "from a callback")


class RawConnection(NoAutoFinish):
    """Goes round Tornado's own ways of answering."""

    def get(self):
        connection = self.request.connection
        headers = httputil.HTTPHeaders({"X-Raw": "1", "Content-Length": "6"})
        connection.write_headers(
            httputil.ResponseStartLine("HTTP/1.1", 203, "Raw"),
            headers,
            bytearray(b"abc"),
        )
        connection.write(memoryview(b"def"))
        connection.finish()


class RawConnectionAsync(NoAutoFinish):
    async def get(self):
        connection = self.request.connection
        await connection.write_headers(
            httputil.ResponseStartLine("HTTP/1.1", 200, "OK"), httputil.HTTPHeaders()
        )
        await connection.write(b"one ")
        await asyncio.sleep(0.002)
        await connection.write(b"two")
        connection.finish()
        connection.finish()
