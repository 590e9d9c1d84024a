"""The application that test_servers.py runs on real WSGI servers.

It is loaded once, before the server forks its workers.
"""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any, ClassVar

import tornado.web
from hello import routes as project
from hello.tornado_wsgi import WSGIAdapter
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler

LOADED_IN = os.getpid()


class Hello(RequestHandler):
    """Tells which process answered, and which one had loaded this file."""

    def get(self):
        self.write({"worker": os.getpid(), "loaded": LOADED_IN})


class Async(RequestHandler):
    async def get(self):
        await asyncio.sleep(0.01)
        self.write(
            {
                "worker": os.getpid(),
                "loop": id(asyncio.get_running_loop()),
                "thread": threading.get_ident(),
            }
        )


class Stream(RequestHandler):
    """Sends a chunk, and the second one only after this file exists."""

    async def get(self):
        self.write("first\n")
        await self.flush()
        while not os.path.exists(self.get_argument("file")):
            await asyncio.sleep(0.01)
        self.write("second\n")


class Endless(RequestHandler):
    """Streams until the client has gone, and then makes a file."""

    async def get(self):
        self.closed = False
        while not self.closed:
            self.write("x" * 60000 + "\n")
            await self.flush()

    def on_connection_close(self):
        self.closed = True
        with open(self.get_argument("file"), "w"):
            pass


class Fetch(RequestHandler):
    async def get(self):
        answer = await AsyncHTTPClient().fetch(self.get_argument("url"))
        self.write({"worker": os.getpid(), "answer": answer.body.decode()})


class Upload(RequestHandler):
    def post(self):
        if self.get_argument("file", None):
            with open(self.get_argument("file"), "w"):
                pass
        self.write(str(len(self.request.body)))


@tornado.web.stream_request_body
class UploadStream(RequestHandler):
    def prepare(self):
        self.pieces = []

    def data_received(self, chunk):
        self.pieces.append(len(chunk))

    def post(self):
        self.write({"bytes": sum(self.pieces), "longest": max(self.pieces)})


@tornado.web.stream_request_body
class Refused(RequestHandler):
    """Answers before it has seen any of the body."""

    def prepare(self):
        raise tornado.web.HTTPError(401)


class Echo(RequestHandler):
    def get(self):
        self.write({"uri": self.request.uri, "remote_ip": self.request.remote_ip})


ERRORS = {
    "SystemExit": SystemExit,
    "KeyboardInterrupt": KeyboardInterrupt,
    "CancelledError": asyncio.CancelledError,
    "ValueError": ValueError,
}


class Raise(RequestHandler):
    async def get(self):
        if self.get_argument("late", None):
            await asyncio.sleep(0.001)
        raise ERRORS[self.get_argument("name")]


class Keep(RequestHandler):
    """Talks to another server through a connection that outlives the request."""

    connections: ClassVar[dict[int, Any]] = {}

    async def get(self):
        port = int(self.get_argument("port"))
        here = threading.get_ident()
        if here not in self.connections:
            self.connections[here] = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = self.connections[here]
        writer.write(b"line\n")
        line = await reader.readline()
        self.write({"worker": os.getpid(), "thread": here, "line": line.decode()})


class Hang(RequestHandler):
    async def get(self):
        await asyncio.Event().wait()


class Background(RequestHandler):
    """Leaves a callback behind, and tells how many of those before have run."""

    counts: ClassVar[dict[int, list[int]]] = {}

    def get(self):
        here = self.counts.setdefault(threading.get_ident(), [0, 0])

        async def work():
            await asyncio.sleep(0)
            here[1] += 1

        self.write({"worker": os.getpid(), "before": here[0], "done": here[1]})
        here[0] += 1
        IOLoop.current().spawn_callback(work)


class Forever(RequestHandler):
    """Leaves a task behind that never ends."""

    tasks: ClassVar[list[Any]] = []

    def get(self):
        self.tasks.append(asyncio.ensure_future(asyncio.Event().wait()))


class Usage(RequestHandler):
    """What a leak would make grow."""

    def get(self):
        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[1])
        self.write(
            {
                "worker": os.getpid(),
                "kilobytes": pages * os.sysconf("SC_PAGE_SIZE") // 1024,
                "descriptors": len(os.listdir("/proc/self/fd")),
                "tasks": len(asyncio.all_tasks()),
            }
        )


class Signed(RequestHandler):
    """Sets a signed cookie, and tells what the one that came says."""

    def get(self):
        value = self.get_signed_cookie("name")
        self.set_signed_cookie("name", "Ada")
        self.write({"worker": os.getpid(), "name": value and value.decode()})


class Socket(RequestHandler):
    def get(self):
        self.detach()


handlers = [Hello, Async, Stream, Endless, Fetch, Upload, UploadStream, Echo, Raise]
handlers += [Refused, Keep, Hang, Background, Forever, Usage, Signed, Socket]
routes = [(f"/{handler.__name__}(?:/.*)?", handler) for handler in handlers]
adapter = WSGIAdapter(
    tornado.web.Application(routes, **project.settings),
    xheaders=True,
    time_limit=float(os.environ.get("TIME_LIMIT", "5")),
)


def application(environ, start_response):
    """Raise an error as any WSGI application may, or leave it to Tornado's handlers."""
    if environ["PATH_INFO"] == "/plain":
        raise ERRORS[environ["QUERY_STRING"]]
    return adapter(environ, start_response)
