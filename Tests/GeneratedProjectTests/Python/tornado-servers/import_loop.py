"""An application that is bound to the event loop of the process that imports it."""

from __future__ import annotations

import asyncio
import warnings

import tornado.web
from hello.tornado_wsgi import WSGIAdapter
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.web import RequestHandler

warnings.simplefilter("ignore", DeprecationWarning)  # there is no current loop
LOOP = IOLoop.current()
CLIENT = AsyncHTTPClient()


def tick():
    raise AssertionError("called")


PeriodicCallback(tick, 10).start()


class Hello(RequestHandler):
    def get(self):
        self.write("hello")


class Callback(RequestHandler):
    async def get(self):
        event = asyncio.Event()
        LOOP.add_callback(event.set)
        await event.wait()


class Later(RequestHandler):
    async def get(self):
        event = asyncio.Event()
        LOOP.call_later(0.01, event.set)
        await event.wait()


class Executor(RequestHandler):
    async def get(self):
        await LOOP.run_in_executor(None, lambda: 1)


class Fetch(RequestHandler):
    """A client that was made at import works nevertheless."""

    async def get(self):
        async def answer(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nfetched")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        self.write((await CLIENT.fetch(f"http://127.0.0.1:{port}/")).body)
        server.close()


handlers = [Hello, Callback, Later, Executor, Fetch]
application = WSGIAdapter(
    tornado.web.Application([(f"/{handler.__name__}", handler) for handler in handlers])
)
