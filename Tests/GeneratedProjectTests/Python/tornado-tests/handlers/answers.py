"""Handlers that answer as they should: at once, later, in pieces, or by echoing."""

from __future__ import annotations

import asyncio
import logging

import tornado.locks
import tornado.template
from tornado import gen
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler


class Hello(RequestHandler):
    def get(self):
        self.write("Hello from Tornado")


class HelloHead(Hello):
    head = Hello.get


class Nothing(RequestHandler):
    def get(self):
        pass


class Json(RequestHandler):
    def get(self):
        self.write({"a": [1, "ü"]})


class Async(RequestHandler):
    async def get(self):
        self.write("before ")
        await asyncio.sleep(0.01)
        self.write("after")

    post = get


class Coroutine(RequestHandler):
    @gen.coroutine
    def get(self):
        yield gen.sleep(0.01)
        self.write("coroutine")


class Gather(RequestHandler):
    async def get(self):
        async def part(name):
            await asyncio.sleep(0.005)
            return name

        task = asyncio.ensure_future(part("task"))
        parts = await asyncio.gather(part("a"), part("b"))
        self.write(",".join(parts + [await task]))


class Callback(RequestHandler):
    async def get(self):
        event = tornado.locks.Event()
        IOLoop.current().add_callback(event.set)
        await event.wait()
        later = tornado.locks.Event()
        IOLoop.current().call_later(0.01, later.set)
        await later.wait()
        self.write("called")


class Executor(RequestHandler):
    async def get(self):
        self.write(await IOLoop.current().run_in_executor(None, lambda: "thread"))


class LateCallback(RequestHandler):
    """finish() from a timer, after the method has returned."""

    @property
    def _auto_finish(self):
        return False

    @_auto_finish.setter
    def _auto_finish(self, value):
        pass

    def get(self):
        IOLoop.current().call_later(0.01, lambda: self.finish("late"))


class Prepared(RequestHandler):
    async def prepare(self):
        await asyncio.sleep(0)
        self.prepared = "prepared"
        if self.get_argument("stop", None):
            self.set_status(403)
            self.finish("stopped in prepare")

    def get(self):
        self.write(self.prepared)

    def on_finish(self):
        logging.getLogger("tornado.test").info("on_finish %s", self.get_status())


class Echo(RequestHandler):
    SUPPORTED_METHODS = (*RequestHandler.SUPPORTED_METHODS, "PROPFIND")

    def get(self, *args, **kwargs):
        r = self.request
        headers = sorted(
            (k, v)
            for k, v in r.headers.get_all()
            if k not in ("Connection", "Content-Length", "Transfer-Encoding")
        )
        self.write(
            {
                "method": r.method,
                "uri": r.uri,
                "path": r.path,
                "query": r.query,
                "version": r.version,
                "remote_ip": r.remote_ip,
                "protocol": r.protocol,
                "host": r.host,
                "host_name": r.host_name,
                "full_url": r.full_url(),
                "headers": headers,
                "arguments": {
                    k: [v.decode("latin-1") for v in vs]
                    for k, vs in sorted(r.arguments.items())
                },
                "body_arguments": {
                    k: [v.decode("latin-1") for v in vs]
                    for k, vs in sorted(r.body_arguments.items())
                },
                "files": {
                    k: [
                        (f.filename, f.content_type, f.body.decode("latin-1"))
                        for f in fs
                    ]
                    for k, fs in r.files.items()
                },
                "body": r.body.decode("latin-1"),
                "args": args,
                "kwargs": kwargs,
                "cookies": {k: m.value for k, m in r.cookies.items()},
            }
        )

    post = put = patch = delete = options = propfind = get


class Length(RequestHandler):
    def post(self):
        self.write(str(len(self.request.body)))


class Rendered(RequestHandler):
    def get(self):
        self.write(
            tornado.template.Template("{{ a }} {% raw b %}").generate(a="<", b="<")
        )


class Flushes(RequestHandler):
    async def get(self):
        for part in ("one ", "", "two ", "three"):
            self.write(part)
            await self.flush()
        self.write(" four")


class FlushSync(RequestHandler):
    def get(self):
        self.write("one ")
        self.flush()
        self.write("two ")
        self.flush()
        self.write("three")
