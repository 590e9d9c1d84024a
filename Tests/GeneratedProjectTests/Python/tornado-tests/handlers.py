"""The handlers that both are asked for, sane and odd."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import tempfile

import tornado.httpserver
import tornado.locks
import tornado.netutil
import tornado.routing
import tornado.web
import tornado.websocket
from tornado import gen, httputil
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler

SECRET = "a secret for signing cookies"
UPGRADE = [
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
]


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


class Cookies(RequestHandler):
    def get(self):
        self.set_cookie("a", "1", path="/x", secure=True, httponly=True)
        self.set_cookie("b", "two words; and more")
        self.clear_cookie("c")
        self.add_header("X-Twice", "1")
        self.add_header("X-Twice", "2")
        self.write("cookies")


class Signed(RequestHandler):
    def get(self):
        value = self.get_signed_cookie("s")
        self.write(value or b"none")


class Status(RequestHandler):
    def get(self):
        reason = self.get_argument("reason", None)
        self.set_status(int(self.get_argument("code")), reason)


class StatusBody(Status):
    def get(self):
        super().get()
        self.write("body")


class Redirect(RequestHandler):
    def get(self):
        self.redirect("/elsewhere?x=ü", permanent=True)


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


class FlushLength(RequestHandler):
    async def get(self):
        self.set_header("Content-Length", self.get_argument("length"))
        self.write("12345")
        await self.flush()
        self.write("67890")


class BadLength(RequestHandler):
    def get(self):
        self.set_header("Content-Length", self.get_argument("length"))
        self.write("12345")


class FlushThenFail(RequestHandler):
    async def get(self):
        self.write("part")
        await self.flush()
        raise ValueError("after flush")


class HeaderValue(RequestHandler):
    def get(self):
        value = {
            "latin": "caf\xe9",
            "wide": "\u20ac",
            "lines": "a\r\nX-Evil: 1",
            "number": 7,
            "bytes": b"bytes",
        }[self.get_argument("kind")]
        self.set_header("X-Value", value)
        self.write("value")


class HeaderForced(RequestHandler):
    """A value that set_header would refuse, put in by force."""

    def get(self):
        self._headers._as_list["X-Value"] = [
            {"lines": "a\r\nX-Evil: 1", "wide": "\u20ac"}[self.get_argument("kind")]
        ]
        self.write("value")


class HopByHop(RequestHandler):
    def get(self):
        self.set_header("Connection", "close")
        self.set_header("Keep-Alive", "300")
        self.set_header("X-Kept", "1")
        self.write("hop")


class Xsrf(RequestHandler):
    def get(self):
        self.write(self.xsrf_form_html()[:30])

    def post(self):
        self.write("accepted")


class Argument(RequestHandler):
    def get(self):
        self.write(self.get_argument("needed"))


class Rendered(RequestHandler):
    def get(self):
        self.write(
            tornado.template.Template("{{ a }} {% raw b %}").generate(a="<", b="<")
        )


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


class Default(RequestHandler):
    def prepare(self):
        self.set_status(404)
        self.finish("default handler")


class Socket(tornado.websocket.WebSocketHandler):
    def open(self):
        pass


class PlainDelegate(httputil.HTTPServerConnectionDelegate):
    """Not a RequestHandler: the example of Tornado's documentation."""

    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            body = b""

            def headers_received(self, start_line, headers):
                self.start_line = start_line

            def data_received(self, chunk):
                self.body += chunk

            def finish(self):
                text = b"delegate " + self.start_line.method.encode() + self.body
                request_conn.write_headers(
                    httputil.ResponseStartLine("HTTP/1.1", 200, "Fine"),
                    httputil.HTTPHeaders({"Content-Length": str(len(text))}),
                    text,
                )
                request_conn.finish()

        return Message()


class AsyncDelegate(httputil.HTTPServerConnectionDelegate):
    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            async def headers_received(self, start_line, headers):
                await asyncio.sleep(0.001)

            async def data_received(self, chunk):
                await asyncio.sleep(0.001)

            def finish(self):
                asyncio.ensure_future(self.answer())

            async def answer(self):
                await request_conn.write_headers(
                    httputil.ResponseStartLine("HTTP/1.1", 201, "Made"),
                    httputil.HTTPHeaders(),
                )
                await request_conn.write(b"a")
                await request_conn.write(b"b")
                request_conn.finish()

        return Message()


class BrokenDelegate(httputil.HTTPServerConnectionDelegate):
    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            def headers_received(self, start_line, headers):
                raise ValueError("in headers_received")

            def on_connection_close(self):
                logging.getLogger("tornado.test").info("delegate closed")

        return Message()


def plain_callable(request):
    text = f"callable {request.method} {request.path}".encode()
    request.connection.write_headers(
        httputil.ResponseStartLine("HTTP/1.1", 200, "OK"),
        httputil.HTTPHeaders({"Content-Length": str(len(text))}),
        text,
    )
    request.connection.finish()


def log_function(handler):
    logging.getLogger("tornado.test").info(
        "log_function %s %s", handler.get_status(), handler.request.uri
    )


STATIC = tempfile.TemporaryDirectory()
for _name, _data in (("a.txt", b"0123456789"), ("big.bin", bytes(range(256)) * 1024)):
    with open(os.path.join(STATIC.name, _name), "wb") as _file:
        _file.write(_data)
os.mkdir(os.path.join(STATIC.name, "folder"))
with open(os.path.join(STATIC.name, "folder", "index.html"), "wb") as _file:
    _file.write(b"<p>index")
atexit.register(STATIC.cleanup)

SIMPLE = (
    [Hello, HelloHead, Nothing, Json, Async, Coroutine, Gather, Callback, Executor]
    + [LateCallback, Prepared, Length, Cookies, Signed, Status, StatusBody, Redirect]
    + [SendError, WriteError, WriteErrorFails, Uncaught, AsyncUncaught, Cancelled]
    + [FinishException, FinishTwice, WorkAfterFinish, Initialize, OnFinishFails]
    + [Flushes, FlushSync, FlushLength, BadLength, FlushThenFail, HeaderValue]
    + [HeaderForced, HopByHop, Argument, Rendered, Authenticated, Slashes, Reverse]
    + [Streamed, Socket]
)
if tornado.version_info < (6, 6):
    SIMPLE.remove(Cancelled)  # never answered by the old version


def make_application() -> tornado.routing.Router:
    application = tornado.web.Application(
        [(f"/{h.__name__}", h) for h in SIMPLE]
        + [
            (r"/echo", Echo),
            tornado.web.url(r"/echo/([^/]+)/(.*)", Echo, name="echo"),
            (r"/named/(?P<first>[^/]+)", Echo),
            (r"/files/(.*)", tornado.web.StaticFileHandler, {"path": STATIC.name}),
            (
                r"/site/(.*)",
                tornado.web.StaticFileHandler,
                {"path": STATIC.name, "default_filename": "index.html"},
            ),
            (r"/redirected/(.*)", tornado.web.RedirectHandler, {"url": "/echo/{0}"}),
            (r"/error", tornado.web.ErrorHandler, {"status_code": 409}),
            (r"/fallback.*", tornado.web.FallbackHandler, {"fallback": plain_callable}),
        ],
        cookie_secret=SECRET,
        static_path=STATIC.name,
    )
    application.add_handlers(r"special\.example", [(r"/", Echo)])
    strict = tornado.web.Application([("/strict/x", Xsrf)], xsrf_cookies=True)
    zipped = tornado.web.Application(
        [("/zip/json", Json), ("/zip/hello", Hello), ("/zip/flushes", Flushes)]
        + [("/zip/files/(.*)", tornado.web.StaticFileHandler, {"path": STATIC.name})],
        compress_response=True,
    )
    logged = tornado.web.Application(
        [("/logged/a", Hello)],
        log_function=log_function,
        default_handler_class=Default,
    )
    shown = tornado.web.Application([("/shown/a", Uncaught)], serve_traceback=False)
    nested = tornado.routing.RuleRouter(
        [("/nested/deep/callable", plain_callable), ("/nested/deep/app", logged)]
    )
    return tornado.routing.RuleRouter(
        [
            (r"/strict/.*", strict),
            (r"/zip/.*", zipped),
            (r"/logged/.*", logged),
            (r"/shown/.*", shown),
            (r"/delegate/plain", PlainDelegate()),
            (r"/delegate/async", AsyncDelegate()),
            (r"/delegate/broken", BrokenDelegate()),
            (r"/nested/.*", nested),
            (tornado.routing.PathMatches(r"/hole.*"), tornado.routing.RuleRouter([])),
            (tornado.routing.HostMatches(r"norules\.example"), nested),
            (r".*", application),
        ]
    )
