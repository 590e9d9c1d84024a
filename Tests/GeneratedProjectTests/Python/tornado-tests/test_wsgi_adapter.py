"""Tests of `wsgi_adapter.py`, run with a project called hello on PYTHONPATH.

The first half asks one set of handlers the same questions under Tornado's own HTTP
server and under the adapter, and compares the answers and the log. The second half
tests what has no counterpart there.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import io
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from wsgiref.util import is_hop_by_hop
from wsgiref.validate import validator

import tornado.httpserver
import tornado.locks
import tornado.netutil
import tornado.routing
import tornado.web
import tornado.websocket
from hello.wsgi_adapter import WSGIAdapter
from tornado import gen, httputil
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

SECRET = "a secret for signing cookies"
PROJECT = os.environ.get("PYTHONPATH", "/work/dev/tornado")


# --- handlers ---------------------------------------------------------------------


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
unittest.addModuleCleanup(STATIC.cleanup)

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


# --- asking both ------------------------------------------------------------------


@dataclass
class Case:
    name: str
    target: str
    method: str = "GET"
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    version: str = "HTTP/1.1"
    host: str | None = "testserver"
    breaks: bool = False
    """Tornado drops the connection instead of a complete answer."""
    rebuilt: bool = True
    """The path can be told from PATH_INFO alone."""


@dataclass
class Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    log: list[str] = field(default_factory=list)
    complete: bool = True
    chunks: list[bytes] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        return {k.lower(): v for k, v in self.headers}.get(name.lower())


class Log(logging.Handler):
    """Collects log lines in a form that two runs share."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            text += f" [{record.exc_info[0].__name__}: {record.exc_info[1]}]"
        text = re.sub(r"[0-9.]+ms", "N ms", text)
        text = re.sub(r"0x[0-9a-f]+|coro=.*", "0x", text)
        self.lines.append(f"{record.name} {record.levelname} {text}")

    def __enter__(self) -> Log:  # noqa: PYI034 (Self is of Python 3.11)
        for name in ("tornado", "asyncio"):
            logger = logging.getLogger(name)
            logger.addHandler(self)
            logger.setLevel(logging.INFO)
            logger.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("tornado", "asyncio"):
            logging.getLogger(name).removeHandler(self)


class Input(io.BytesIO):
    """A body that comes in small pieces, as from a network."""

    def read(self, size: int = -1) -> bytes:
        return super().read(min(size, 40000))


def make_environ(case: Case, *, raw: bool = True, **extra: Any) -> dict[str, Any]:
    path, _, query = case.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": case.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": re.sub(
            "%([0-9a-fA-F]{2})", lambda m: chr(int(m.group(1), 16)), path
        ),
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": case.version,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": Input(case.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if raw:
        environ["REQUEST_URI"] = case.target
    if case.host is not None:
        environ["HTTP_HOST"] = case.host
    if case.body:
        environ["CONTENT_LENGTH"] = str(len(case.body))
    for name, value in case.headers:
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    environ.update(extra)
    return environ


def ask_adapter(adapter: Any, environ: dict[str, Any]) -> Answer:
    answer = Answer("", [], b"")

    def start_response(status, headers, exc_info=None):
        assert not answer.status, "start_response called twice"
        assert type(status) is str and type(headers) is list
        for name, value in headers:
            assert type(name) is str and type(value) is str
            assert not is_hop_by_hop(name), name
            (name + value).encode("latin-1")
        answer.status, answer.headers = status, headers
        return lambda data: None

    with Log() as log:
        chunks = adapter(environ, start_response)
        try:
            for chunk in chunks:
                assert answer.status
                assert type(chunk) is bytes
                answer.chunks.append(chunk)
        except httputil.HTTPOutputError:
            answer.complete = False
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        answer.body = b"".join(answer.chunks)
    answer.log = log.lines
    return answer


class Server:
    """Tornado's own HTTP server, in a thread, on the loopback interface."""

    def __init__(self, application: Any, **options: Any) -> None:
        self.loop = asyncio.new_event_loop()
        started = threading.Event()

        async def start() -> None:
            sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
            self.port = sockets[0].getsockname()[1]
            self.server = tornado.httpserver.HTTPServer(application, **options)
            self.server.add_sockets(sockets)
            started.set()

        def run() -> None:
            self.loop.create_task(start())
            self.loop.run_forever()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        started.wait(10)

    def stop(self) -> None:
        async def stop() -> None:
            self.server.stop()
            await self.server.close_all_connections()

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    def ask(self, case: Case) -> Answer:
        lines = [f"{case.method} {case.target} {case.version}", "Connection: close"]
        if case.host is not None:
            lines.append(f"Host: {case.host}")
        if case.body and not any(k == "Content-Length" for k, _ in case.headers):
            lines.append(f"Content-Length: {len(case.body)}")
        lines += [f"{name}: {value}" for name, value in case.headers]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        data = b""
        with Log() as log, socket.create_connection(("127.0.0.1", self.port)) as sock:
            sock.settimeout(5)
            with contextlib.suppress(ConnectionError):
                sock.sendall(head + case.body)
            with contextlib.suppress(ConnectionError):
                while piece := sock.recv(65536):
                    data += piece
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0.03), self.loop).result(5)
        answer = self.parse(data, case)
        answer.log = log.lines
        return answer

    @staticmethod
    def parse(data: bytes, case: Case) -> Answer:
        if not data:
            return Answer("", [], b"", complete=False)
        head, _, body = data.partition(b"\r\n\r\n")
        start, *lines = head.decode("latin-1").split("\r\n")
        headers = [tuple(line.split(": ", 1)) for line in lines]
        answer = Answer(start.split(" ", 1)[1], headers, body)  # type: ignore[arg-type]
        if answer.header("Transfer-Encoding") == "chunked":
            answer.body, answer.complete = unchunk(body)
        elif answer.header("Content-Length") is not None and case.method != "HEAD":
            answer.complete = len(body) == int(
                answer.header("Content-Length") or 0
            ) or answer.status.startswith("304")
        return answer


def unchunk(data: bytes) -> tuple[bytes, bool]:
    body = b""
    while True:
        size, found, data = data.partition(b"\r\n")
        if not found:
            return body, False
        if size == b"0":
            return body, True
        body, data = body + data[: int(size, 16)], data[int(size, 16) + 2 :]


FORM = [("Content-Type", "application/x-www-form-urlencoded")]
MULTIPART = [("Content-Type", "multipart/form-data; boundary=BB")]
PARTS = (
    b'--BB\r\nContent-Disposition: form-data; name="t"\r\n\r\ntext\r\n'
    b'--BB\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\n'
    b"Content-Type: application/x-thing\r\n\r\n\x00\xff\r\n\r\n--BB--\r\n"
)
UPGRADE = [
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
]
SIGNED = tornado.web.create_signed_value(SECRET, "s", "signed!").decode()
HELLO_TAG = '"3f07b87282c7527b30a5256f8db49a6f7200806a"'

CASES = (
    [Case(h.__name__, f"/{h.__name__}", breaks=h is Initialize) for h in SIMPLE]
    + [Case(f"{h.__name__} HEAD", f"/{h.__name__}", "HEAD") for h in SIMPLE[1:]
       if h is not Initialize]
    + [Case(f"hello {m}", "/Hello", m) for m in ("POST", "DELETE", "OPTIONS", "BREW")]
    + [
        Case("root missing", "/"),
        Case("not found", "/no/such?x=1"),
        Case("default 404 in a host", "/x", host="special.example"),
        Case("host rule", "/", host="special.example"),
        Case("host rule with port", "/", host="special.example:8080"),
        Case("no host rule", "/", host="other.example"),
        Case("host without rules", "/x", host="norules.example"),
        Case("router without rules", "/hole/x"),
        Case("HTTP/1.0", "/echo", version="HTTP/1.0"),
        Case("HTTP/1.0 flush", "/Flushes", version="HTTP/1.0"),
        Case("HTTP/1.0 no host", "/echo", version="HTTP/1.0", host=None),
        Case("no host", "/echo", host=None),
        Case("bad host", "/echo", host="a b"),
        Case("two hosts", "/echo", host="a,b"),
        Case("bad header", "/echo", headers=[("X-A", "a\x01b")]),
        Case("latin header", "/echo", headers=[("X-A", "caf\xe9 \x80")]),
        Case("empty header", "/echo", headers=[("X-A", "")]),
        Case("spaces in header", "/echo", headers=[("X-A", "  a  b\t")]),
        Case("query", "/echo?a=1&a=2&b=%C3%BC&c=&d+e=f%2Bg"),
        Case("odd query", "/echo?=&&a&%&?x#y"),
        Case("bad utf-8 in query", "/Argument?needed=%FF"),
        Case("argument missing", "/Argument"),
        Case("argument", "/Argument?needed=%20x%00y%20"),
        Case("path groups", "/echo/a%20b/c%2Fd/e", rebuilt=False),
        Case("path utf-8", "/echo/%C3%BC/~!$&'()*+,;=:@"),
        Case("path not utf-8", "/echo/%FF/x"),
        Case("named group", "/named/x%2By", rebuilt=False),
        Case("double slash", "/echo//a//b"),
        Case("dots", "/echo/../x"),
        Case("raw latin path", "/echo/caf\xe9/x", rebuilt=False),
        Case("absolute target", "http://testserver/echo", rebuilt=False),
        Case("star", "*", "OPTIONS", rebuilt=False),
        Case("method PROPFIND", "/echo", "PROPFIND"),
        Case("cookies", "/echo", headers=[("Cookie", 'a=1; b="x y"; a=2; bad')]),
        Case("urlencoded", "/echo?a=0", "POST", FORM, b"a=1&b=%C3%BC&a=2&c="),
        Case("urlencoded PUT", "/echo", "PUT", FORM, b"a=1"),
        Case("urlencoded bad", "/echo", "POST", FORM, b"\xff=%zz&&="),
        Case("too many fields", "/echo", "POST", FORM, b"a=1&" * 5000),
        Case("multipart", "/echo", "POST", MULTIPART, PARTS),
        Case("multipart broken", "/echo", "POST", MULTIPART, b"--BB\r\nnothing"),
        Case("multipart no boundary", "/echo", "POST",
             [("Content-Type", "multipart/form-data")], b"x"),
        Case("encoded form", "/echo", "POST", [*FORM, ("Content-Encoding", "gzip")], b"x"),
        Case("json", "/echo", "PATCH", [("Content-Type", "application/json")], b'{"a":1}'),
        Case("binary", "/echo", "POST", body=bytes(range(256))),
        Case("empty POST", "/echo", "POST", [("Content-Length", "0")]),
        Case("POST without length", "/echo", "POST"),
        Case("GET with body", "/echo", "GET", body=b"body"),
        Case("big body", "/Length", "POST", body=b"x" * 1_000_000),
        Case("bad length", "/echo", "POST", [("Content-Length", "+5")]),
        Case("bad length 2", "/echo", "POST", [("Content-Length", "5x")]),
        Case("huge length", "/echo", "POST", [("Content-Length", "999999999999")]),
        Case("stream", "/Streamed", "POST", body=b"x" * 300_000),
        Case("stream put", "/Streamed", "PUT", body=b"x"),
        Case("stream empty", "/Streamed", "POST", [("Content-Length", "0")]),
        Case("stream limit", "/Streamed?limit=10", "POST", body=b"x" * 20),
        Case("stream within limit", "/Streamed?limit=20", "POST", body=b"x" * 20),
        Case("stream refused", "/Streamed?refuse=1", "POST", body=b"x" * 20),
        Case("stream fails", "/Streamed?fail=1", "POST", body=b"x" * 20, breaks=True),
        Case("stream early", "/Streamed?early=1", "POST", body=b"x" * 200_000),
        Case("stopped in prepare", "/Prepared?stop=1"),
        Case("signed", "/Signed", headers=[("Cookie", f"s={SIGNED}")]),
        Case("signed badly", "/Signed", headers=[("Cookie", f"s={SIGNED}0")]),
        Case("etag", "/Hello", headers=[("If-None-Match", HELLO_TAG)]),
        Case("etag star", "/Hello", headers=[("If-None-Match", "*")]),
        Case("etag other", "/Hello", headers=[("If-None-Match", '"x", W/"y"')]),
        Case("etag HEAD", "/HelloHead", "HEAD", [("If-None-Match", HELLO_TAG)]),
        Case("status 204", "/Status?code=204"),
        Case("status 304", "/Status?code=304"),
        Case("status 299", "/Status?code=299"),
        Case("status 404", "/Status?code=404"),
        Case("status 500", "/Status?code=500"),
        Case("status reason", "/Status?code=200&reason=So+so"),
        Case("status reason latin", "/Status?code=200&reason=caf%C3%A9"),
        Case("status reason wide", "/Status?code=200&reason=%E2%82%AC"),
        Case("status reason lines", "/Status?code=200&reason=a%0D%0Ab"),
        Case("204 with body", "/StatusBody?code=204"),
        Case("304 with body", "/StatusBody?code=304"),
        Case("send_error 204", "/SendError?code=204"),
        Case("send_error 304", "/SendError?code=304"),
        Case("send_error 799", "/SendError?code=799"),
        Case("length exact", "/BadLength?length=5"),
        Case("length not a number", "/BadLength?length=x", breaks=True),
        Case("length short", "/BadLength?length=4", breaks=True),
        Case("length long", "/BadLength?length=6", breaks=True),
        Case("flush length exact", "/FlushLength?length=10"),
        Case("flush length short", "/FlushLength?length=7", breaks=True),
        Case("flush length long", "/FlushLength?length=20", breaks=True),
        Case("header latin", "/HeaderValue?kind=latin"),
        Case("header wide", "/HeaderValue?kind=wide"),
        Case("header lines", "/HeaderValue?kind=lines"),
        Case("header number", "/HeaderValue?kind=number"),
        Case("header bytes", "/HeaderValue?kind=bytes"),
        Case("forced lines", "/HeaderForced?kind=lines", breaks=True),
        Case("forced wide", "/HeaderForced?kind=wide", breaks=True),
        Case("static", "/files/a.txt"),
        Case("static HEAD", "/files/a.txt", "HEAD"),
        Case("static big", "/files/big.bin"),
        Case("static url", "/static/a.txt?v=1"),
        Case("static missing", "/files/none"),
        Case("static outside", "/files/../../../etc/passwd"),
        Case("static outside 2", "/files/%2e%2e/%2e%2e/etc/passwd", rebuilt=False),
        Case("static folder", "/files/folder"),
        Case("static index", "/site/folder/"),
        Case("static index redirect", "/site/folder"),
        Case("static POST", "/files/a.txt", "POST", body=b"x"),
        Case("range", "/files/a.txt", headers=[("Range", "bytes=2-4")]),
        Case("range open", "/files/a.txt", headers=[("Range", "bytes=7-")]),
        Case("range last", "/files/a.txt", headers=[("Range", "bytes=-3")]),
        Case("range whole", "/files/a.txt", headers=[("Range", "bytes=0-9")]),
        Case("range beyond", "/files/a.txt", headers=[("Range", "bytes=20-30")]),
        Case("range odd", "/files/a.txt", headers=[("Range", "bytes=x")]),
        Case("range HEAD", "/files/big.bin", "HEAD", [("Range", "bytes=1-70000")]),
        Case("range big", "/files/big.bin", headers=[("Range", "bytes=1-170000")]),
        Case("not modified", "/files/a.txt",
             headers=[("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")]),
        Case("modified", "/files/a.txt",
             headers=[("If-Modified-Since", "Fri, 01 Jan 2000 00:00:00 GMT")]),
        Case("favicon", "/favicon.ico"),
        Case("redirect handler", "/redirected/x?y=1"),
        Case("error handler", "/error"),
        Case("error handler POST", "/error", "POST", FORM, b"a=1"),
        Case("fallback", "/fallback/x", "POST", body=b"abc"),
        Case("slash added", "/Slashes?x=1"),
        Case("xsrf POST without", "/strict/x", "POST", FORM, b"a=1"),
        Case("xsrf POST with", "/strict/x", "POST",
             [*FORM, ("Cookie", "_xsrf=abcd")], b"_xsrf=abcd"),
        Case("xsrf POST wrong", "/strict/x", "POST",
             [*FORM, ("Cookie", "_xsrf=abcd")], b"_xsrf=abce"),
        Case("gzip", "/zip/files/big.bin", headers=[("Accept-Encoding", "gzip")]),
        Case("gzip small", "/zip/hello", headers=[("Accept-Encoding", "gzip")]),
        Case("gzip flushes", "/zip/flushes", headers=[("Accept-Encoding", "gzip")]),
        Case("gzip unwanted", "/zip/json"),
        Case("log function", "/logged/a"),
        Case("default handler", "/logged/b"),
        Case("traceback", "/shown/a"),
        Case("delegate", "/delegate/plain", "POST", body=b"abc"),
        Case("delegate async", "/delegate/async", "POST", body=b"x" * 100_000),
        Case("delegate broken", "/delegate/broken", breaks=True),
        Case("nested callable", "/nested/deep/callable", "PUT", body=b"x"),
        Case("nested application", "/nested/deep/app"),
        Case("websocket bad upgrade", "/Socket", headers=[("Upgrade", "other")]),
    ]
)  # fmt: skip


class SameAnswers(unittest.TestCase):
    """Every case has the same answer from Tornado's server and from the adapter."""

    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server(make_application())
        cls.adapter = WSGIAdapter(make_application(), time_limit=5)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.stop()

    def compare(self, case: Case, theirs: Answer, ours: Answer) -> None:
        if case.breaks:
            self.assertFalse(theirs.complete, "Tornado's server did not break off")
            self.assertEqual(comparable_log(theirs), comparable_log(ours))
            if ours.complete:
                self.assertEqual("500 Internal Server Error", ours.status)
                self.assertEqual(b"", ours.body)
            else:
                self.assertEqual(theirs.status, ours.status)
                self.assertEqual(theirs.body, ours.body)
            return
        self.assertTrue(theirs.complete)
        self.assertTrue(ours.complete)
        self.assertEqual(theirs.status, ours.status)
        self.assertEqual(comparable_headers(theirs), comparable_headers(ours))
        self.assertEqual(comparable_body(theirs), comparable_body(ours))
        self.assertEqual(comparable_log(theirs), comparable_log(ours))

    def test_same(self) -> None:
        names = [case.name for case in CASES]
        self.assertEqual(len(names), len(set(names)), "names are not unique")
        for case in CASES:
            theirs = self.server.ask(case)
            for raw in (True, False) if case.rebuilt else (True,):
                with self.subTest(case.name, raw=raw):
                    ours = ask_adapter(self.adapter, make_environ(case, raw=raw))
                    self.compare(case, theirs, ours)

    def test_xheaders(self) -> None:
        server = Server(make_application(), xheaders=True)
        self.addCleanup(server.stop)
        adapter = WSGIAdapter(make_application(), xheaders=True)
        for headers in (
            [],
            [("X-Real-IP", "203.0.113.9")],
            [("X-Real-IP", "2001:db8::1")],
            [("X-Real-IP", "nonsense")],
            [("X-Real-IP", "")],
            [("X-Forwarded-For", "203.0.113.1, 203.0.113.2")],
            [("X-Forwarded-For", "203.0.113.1,nonsense")],
            [("X-Forwarded-For", "")],
            [("X-Forwarded-For", "203.0.113.1"), ("X-Real-IP", "203.0.113.2")],
            [("X-Forwarded-For", "203.0.113.1"), ("X-Real-IP", "nonsense")],
            [("X-Scheme", "https")],
            [("X-Scheme", "HTTPS")],
            [("X-Scheme", "ftp"), ("X-Forwarded-Proto", "https")],
            [("X-Scheme", ""), ("X-Forwarded-Proto", "https")],
            [("X-Forwarded-Proto", "https")],
            [("X-Forwarded-Proto", "https, http")],
            [("X-Forwarded-Proto", "http, https")],
        ):
            with self.subTest(headers=headers):
                case = Case("", "/echo", headers=headers)
                ours = ask_adapter(adapter, make_environ(case))
                self.compare(case, server.ask(case), ours)
                case = Case("", "/no", headers=headers)
                ours = ask_adapter(adapter, make_environ(case))
                self.compare(case, server.ask(case), ours)

    def test_max_body_size(self) -> None:
        server = Server(make_application(), max_body_size=10)
        self.addCleanup(server.stop)
        adapter = WSGIAdapter(make_application(), max_body_size=10)
        for size in (0, 9, 10, 11, 100_000):
            for path in ("/Length", "/Streamed", "/delegate/plain"):
                with self.subTest(size=size, path=path):
                    case = Case("", path, "POST", body=b"x" * size)
                    ours = ask_adapter(adapter, make_environ(case))
                    self.compare(case, server.ask(case), ours)

    def test_plain_callable(self) -> None:
        server = Server(plain_callable)
        self.addCleanup(server.stop)
        case = Case("", "/a%20b", "POST", body=b"x")
        ours = ask_adapter(WSGIAdapter(plain_callable), make_environ(case))
        self.compare(case, server.ask(case), ours)


def comparable_headers(answer: Answer) -> list[tuple[str, str]]:
    headers = []
    for name, value in answer.headers:
        if is_hop_by_hop(name) or name in ("Date", "Server", "Expires"):
            continue
        if name == "Set-Cookie" and "_xsrf=" in value:
            value = re.sub(r"_xsrf=[^;]*", "_xsrf=", value)
        headers.append((name, value))
    if answer.status.startswith("400") and not answer.body:
        # Tornado's answer to what is not HTTP is a bare status line.
        return [h for h in headers if h[0] not in ("Content-Length", "Content-Type")]
    return headers


def comparable_body(answer: Answer) -> bytes:
    """The body without the time of day that gzip puts in."""
    body = answer.body
    return body[:4] + body[8:] if answer.header("Content-Encoding") == "gzip" else body


def comparable_log(answer: Answer) -> list[str]:
    return [re.sub(r"HTTPServerRequest\(.*\)", "", line) for line in answer.log]


# --- what has no counterpart under Tornado's own server -----------------------------


def adapt(*handlers: Any, **options: Any) -> WSGIAdapter:
    routes = [(f"/{h.__name__}", h) for h in handlers]
    return WSGIAdapter(tornado.web.Application(routes), **options)


def start(adapter: Any, case: Case, **extra: Any) -> tuple[list[str], Any]:
    """Call the adapter; return what it passed to start_response, and its iterable."""
    started: list[str] = []
    body = adapter(
        make_environ(case, **extra),
        lambda status, headers, exc=None: started.append(status),
    )
    return started, body


class Streaming(unittest.TestCase):
    def test_a_chunk_leaves_before_the_handler_goes_on(self) -> None:
        steps: list[str] = []

        class Slow(RequestHandler):
            async def get(self):
                for number in range(3):
                    steps.append(f"write {number}")
                    self.write(f"{number}\n")
                    await self.flush()
                steps.append("end")

        started, body = start(adapt(Slow), Case("", "/Slow"))
        self.assertEqual((["200 OK"], ["write 0"]), (started, steps))
        iterator = iter(body)
        self.assertEqual(b"0\n", next(iterator))
        self.assertEqual(["write 0"], steps)
        self.assertEqual(b"1\n", next(iterator))
        self.assertEqual(["write 0", "write 1"], steps)
        self.assertEqual([b"2\n"], list(iterator))
        self.assertEqual(["write 0", "write 1", "write 2", "end"], steps)
        body.close()

    def test_a_flush_without_data_sends_the_headers(self) -> None:
        class Headers(RequestHandler):
            async def get(self):
                await self.flush()
                await asyncio.sleep(0.01)
                self.write("x")

        started, body = start(adapt(Headers), Case("", "/Headers"))
        self.assertEqual(["200 OK"], started)
        self.assertEqual([b"x"], list(body))
        body.close()

    def test_failure_after_the_first_chunk_breaks_the_response_off(self) -> None:
        class Fails(RequestHandler):
            async def get(self):
                self.set_header("Content-Length", "100")
                self.write("part")
                await self.flush()
                raise ValueError("after flush")

        with Log() as log:
            started, body = start(adapt(Fails), Case("", "/Fails"))
            iterator = iter(body)
            self.assertEqual(b"part", next(iterator))
            with self.assertRaises(httputil.HTTPOutputError):
                next(iterator)
            body.close()
        self.assertEqual(["200 OK"], started)
        self.assertIn("after flush", log.lines[0])

    def test_close_tells_the_handler(self) -> None:
        seen: list[str] = []

        class Endless(RequestHandler):
            async def get(self):
                try:
                    while True:
                        self.write("x")
                        await self.flush()
                except StreamClosedError:
                    seen.append("flush failed")
                await asyncio.sleep(0.01)
                seen.append("handler ended")

            def on_connection_close(self):
                asyncio.get_running_loop()
                seen.append("closed")

        with Log():
            _, body = start(adapt(Endless), Case("", "/Endless"))
            self.assertEqual(b"x", next(iter(body)))
            body.close()
        self.assertEqual(["closed", "flush failed", "handler ended"], sorted(seen))
        self.assertEqual("handler ended", seen[-1])

    def test_close_before_the_first_chunk(self) -> None:
        seen: list[str] = []

        class Waits(RequestHandler):
            async def get(self):
                self.write("x")
                await self.flush()
                seen.append("went on")

            def on_connection_close(self):
                seen.append("closed")

        with Log():
            _, body = start(adapt(Waits), Case("", "/Waits"))
            body.close()
            body.close()
        self.assertEqual(["closed", "went on"], sorted(seen))

    def test_a_server_that_does_not_call_close(self) -> None:
        seen: list[str] = []

        class Forgotten(RequestHandler):
            async def get(self):
                self.write("x")
                await self.flush()
                seen.append("went on")

            def on_connection_close(self):
                seen.append("closed")

        with Log() as log:
            adapter = adapt(Forgotten, Hello)
            _, body = start(adapter, Case("", "/Forgotten"))
            self.assertEqual(b"x", next(iter(body)))
            del body
            self.assertEqual([], seen)
            ask_adapter(adapter, make_environ(Case("", "/Hello")))
        self.assertEqual(["closed", "went on"], sorted(seen))
        self.assertEqual([], [line for line in log.lines if "destroyed" in line])
        self.assertEqual([], pending_tasks())

    def test_close_after_the_end_tells_nobody(self) -> None:
        seen: list[str] = []

        class Ends(RequestHandler):
            async def get(self):
                self.write("x")
                await self.flush()

            def on_connection_close(self):
                seen.append("closed")

        with Log():
            _, body = start(adapt(Ends), Case("", "/Ends"))
            self.assertEqual(b"x", b"".join(body))
            body.close()
        self.assertEqual([], seen)

    def test_an_error_in_on_connection_close_is_logged(self) -> None:
        class Bad(RequestHandler):
            async def get(self):
                self.write("x")
                await self.flush()

            def on_connection_close(self):
                raise ValueError("in on_connection_close")

        with Log() as log:
            _, body = start(adapt(Bad), Case("", "/Bad"))
            body.close()
            ask_adapter(adapt(Hello), make_environ(Case("", "/Hello")))
        self.assertIn("in on_connection_close", "\n".join(log.lines))

    def test_two_responses_at_once(self) -> None:
        class Two(RequestHandler):
            async def get(self):
                for number in range(3):
                    self.write(self.get_argument("name"))
                    await self.flush()
                    await asyncio.sleep(0.001)

        with Log():
            adapter = adapt(Two)
            _, first = start(adapter, Case("", "/Two?name=a"))
            _, second = start(adapter, Case("", "/Two?name=b"))
            pairs = list(zip(first, second))
            self.assertEqual([(b"a", b"b")] * 3, pairs)
            self.assertEqual([], list(first) + list(second))
            first.close()
            second.close()

    def test_static_file_comes_in_pieces(self) -> None:
        routes = [("/(.*)", tornado.web.StaticFileHandler, {"path": STATIC.name})]
        adapter = WSGIAdapter(tornado.web.Application(routes))
        answer = ask_adapter(adapter, make_environ(Case("", "/big.bin")))
        self.assertEqual(256 * 1024, len(answer.body))
        self.assertGreater(len(answer.chunks), 2)


class TimeLimit(unittest.TestCase):
    def test_a_handler_that_never_finishes(self) -> None:
        seen: list[str] = []

        class Hangs(RequestHandler):
            async def get(self):
                try:
                    await asyncio.Event().wait()
                finally:
                    seen.append("cleaned up")

            def on_finish(self):
                seen.append("on_finish")

        class HangsInPrepare(Hangs):
            prepare = Hangs.get

        @tornado.web.stream_request_body
        class HangsStreaming(Hangs):
            prepare = Hangs.get

        class NeverCalled(RequestHandler):
            _auto_finish = property(lambda self: False, lambda self, value: None)

            def get(self):
                seen.append("cleaned up")

            on_finish = Hangs.on_finish

        for handler in (Hangs, HangsInPrepare, HangsStreaming, NeverCalled):
            with self.subTest(handler.__name__):
                seen.clear()
                adapter = adapt(handler, Hello, time_limit=0.05)
                case = Case("", f"/{handler.__name__}?x=1")
                answer = ask_adapter(adapter, make_environ(case))
                self.assertEqual("503 Service Unavailable", answer.status)
                self.assertIn(b"503: Service Unavailable", answer.body)
                self.assertIn(
                    f"{handler.__module__}.{handler.__qualname__} made no progress on "
                    f"GET /{handler.__name__}?x=1 (127.0.0.1) for 0.05 seconds",
                    answer.log[0],
                )
                self.assertEqual(["cleaned up", "on_finish"], sorted(seen))
                self.assertEqual([], pending_tasks())
                answer = ask_adapter(adapter, make_environ(Case("", "/Hello")))
                self.assertEqual(b"Hello from Tornado", answer.body)
                self.assertEqual(1, len(answer.log))

    def test_after_the_first_chunk(self) -> None:
        class Stalls(RequestHandler):
            async def get(self):
                self.write("part")
                await self.flush()
                await asyncio.Event().wait()

        answer = ask_adapter(
            adapt(Stalls, time_limit=0.05), make_environ(Case("", "/Stalls"))
        )
        self.assertEqual(("200 OK", b"part"), (answer.status, answer.body))
        self.assertFalse(answer.complete)
        self.assertIn("Stalls made no progress", answer.log[0])
        self.assertEqual([], pending_tasks())

    def test_after_the_response(self) -> None:
        class Lingers(RequestHandler):
            async def get(self):
                self.finish("done")
                await asyncio.Event().wait()

        adapter = adapt(Lingers, Hello, time_limit=0.05)
        answer = ask_adapter(adapter, make_environ(Case("", "/Lingers")))
        self.assertEqual(b"done", answer.body)
        self.assertIn("Lingers made no progress", answer.log[1])
        ask_adapter(adapter, make_environ(Case("", "/Hello")))
        self.assertEqual([], pending_tasks())

    def test_progress_is_enough(self) -> None:
        class Steady(RequestHandler):
            async def get(self):
                for _ in range(5):
                    await asyncio.sleep(0.04)
                    self.write("x")
                    await self.flush()

        answer = ask_adapter(
            adapt(Steady, time_limit=0.1), make_environ(Case("", "/Steady"))
        )
        self.assertEqual((b"xxxxx", True), (answer.body, answer.complete))

    def test_a_slow_upload_is_not_the_handlers_fault(self) -> None:
        class Trickle(io.BytesIO):
            def read(self, size: int = -1) -> bytes:
                time.sleep(0.03)
                return super().read(1)

        case = Case("", "/Length", "POST", body=b"12345")
        environ = make_environ(case, **{"wsgi.input": Trickle(case.body)})
        answer = ask_adapter(adapt(Length, time_limit=0.1), environ)
        self.assertEqual(b"5", answer.body)

    def test_background_tasks_are_left_alone(self) -> None:
        tasks: list[Any] = []

        class Starts(RequestHandler):
            async def get(self):
                async def background():
                    await asyncio.sleep(0.1)

                tasks.append(asyncio.ensure_future(background()))
                await asyncio.Event().wait()

        class Waits(RequestHandler):
            async def get(self):
                await tasks[0]

        adapter = adapt(Starts, Waits, time_limit=0.05)
        answer = ask_adapter(adapter, make_environ(Case("", "/Starts")))
        self.assertEqual("503 Service Unavailable", answer.status)
        self.assertFalse(tasks[0].done())
        adapter = adapt(Starts, Waits)
        answer = ask_adapter(adapter, make_environ(Case("", "/Waits")))
        self.assertEqual("200 OK", answer.status)
        self.assertFalse(tasks[0].cancelled())

    def test_a_custom_error_page_that_fails(self) -> None:
        class Hangs(RequestHandler):
            async def get(self):
                await asyncio.Event().wait()

            def send_error(self, *args, **kwargs):
                raise ValueError("in send_error")

        answer = ask_adapter(
            adapt(Hangs, time_limit=0.05), make_environ(Case("", "/Hangs"))
        )
        self.assertEqual(("503 Service Unavailable", b""), (answer.status, answer.body))
        self.assertIn("in send_error", "\n".join(answer.log))

    def test_a_delegate_that_never_finishes(self) -> None:
        class Silent(httputil.HTTPServerConnectionDelegate):
            def start_request(self, server_conn, request_conn):
                request_conn.set_close_callback([].clear)  # bound, but to no handler
                return httputil.HTTPMessageDelegate()

        answer = ask_adapter(
            WSGIAdapter(Silent(), time_limit=0.05), make_environ(Case("", "/x"))
        )
        self.assertEqual("503 Service Unavailable", answer.status)
        self.assertIn("the application made no progress", answer.log[0])


def run_in_a_thread(function: Callable[[], object]) -> None:
    """Run what would change the loop of the other tests on one of its own."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(function).result()


def pending_tasks() -> list[Any]:
    from hello import wsgi_adapter

    return [
        t for t in asyncio.all_tasks(wsgi_adapter._this_worker().loop) if not t.done()
    ]


class Refusals(unittest.TestCase):
    def test_websocket(self) -> None:
        headers = [*UPGRADE, ("Connection", "Upgrade")]
        answer = ask_adapter(
            adapt(Socket), make_environ(Case("", "/Socket", headers=headers))
        )
        self.assertEqual("501 Not Implemented", answer.status)
        self.assertIn(b"WebSocket", answer.body)
        self.assertIn("NotImplementedError: WSGI cannot", "\n".join(answer.log))

    def test_detach(self) -> None:
        class Detaches(RequestHandler):
            def get(self):
                self.detach()

        answer = ask_adapter(adapt(Detaches), make_environ(Case("", "/Detaches")))
        self.assertEqual("501 Not Implemented", answer.status)
        self.assertIn("NotImplementedError: WSGI cannot", "\n".join(answer.log))

    def test_inside_a_running_loop(self) -> None:
        async def call() -> None:
            start(adapt(Hello), Case("", "/Hello"))

        with self.assertRaisesRegex(RuntimeError, "inside a running event loop"):
            asyncio.run(call())

    def test_a_handler_that_calls_the_adapter(self) -> None:
        class Nested(RequestHandler):
            def get(self):
                start(adapt(Hello), Case("", "/Hello"))

        answer = ask_adapter(adapt(Nested), make_environ(Case("", "/Nested")))
        self.assertEqual("500 Internal Server Error", answer.status)
        self.assertIn("inside a running event loop", "\n".join(answer.log))

    def test_what_ends_the_process_passes(self) -> None:
        for error in (SystemExit, KeyboardInterrupt):

            class Exits(RequestHandler):
                def get(self):
                    raise error("stop")  # noqa: B023

            class ExitsLater(RequestHandler):
                async def get(self):
                    await asyncio.sleep(0.001)
                    raise error("stop")  # noqa: B023

            class ExitsStreaming(RequestHandler):
                async def get(self):
                    self.write("part")
                    await self.flush()
                    raise error("stop")  # noqa: B023

            adapter = adapt(Exits, ExitsLater, ExitsStreaming, Hello)
            for name in ("Exits", "ExitsLater", "ExitsStreaming"):
                with self.subTest(name, error=error.__name__):
                    with self.assertRaises(error), Log() as log:
                        _, body = start(adapter, Case("", f"/{name}"))
                        list(body)
                    with contextlib.suppress(NameError):
                        del body
                    self.assertEqual([], log.lines)
                    # Not raised a second time, in the requests of others.
                    for _ in range(3):
                        answer = ask_adapter(adapter, make_environ(Case("", "/Hello")))
                        self.assertEqual("200 OK", answer.status)
                        lines = [line for line in answer.log if "/Exits" not in line]
                        self.assertEqual(1, len(lines), answer.log)

    def test_cancelled_error_is_answered_at_once(self) -> None:
        class CancelledLater(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.001)
                raise asyncio.CancelledError

        begin = time.monotonic()
        for handler in (Cancelled, CancelledLater):
            with self.subTest(handler.__name__):
                case = Case("", f"/{handler.__name__}")
                answer = ask_adapter(adapt(handler), make_environ(case))
                self.assertEqual("500 Internal Server Error", answer.status)
                self.assertIn(b"500: Internal Server Error", answer.body)
                self.assertIn("Uncaught exception GET /Cancelled", answer.log[0])
                self.assertEqual(2, len(answer.log), answer.log)
        self.assertLess(time.monotonic() - begin, 10)

    def test_cancelled_error_while_the_request_is_handed_over(self) -> None:
        class Cancels(httputil.HTTPServerConnectionDelegate):
            def start_request(self, server_conn, request_conn):
                raise asyncio.CancelledError

        answer = ask_adapter(WSGIAdapter(Cancels()), make_environ(Case("", "/")))
        self.assertEqual("500 Internal Server Error", answer.status)


class Tasks(unittest.TestCase):
    """The loop makes the handler's tasks as it would under Tornado's own server."""

    def test_tasks_of_a_handler_start_after_its_step(self) -> None:
        order: list[str] = []

        class Spawns(RequestHandler):
            def initialize(self):
                self.tasks = [asyncio.ensure_future(self.work("initialize"))]

            async def work(self, name):
                order.append(name)

            async def get(self):
                self.tasks.append(asyncio.ensure_future(self.work("get")))
                order.append("step")
                assert asyncio.get_running_loop().get_task_factory() is None
                await asyncio.gather(*self.tasks)

        answer = ask_adapter(adapt(Spawns), make_environ(Case("", "/Spawns")))
        self.assertEqual("200 OK", answer.status, answer.log)
        self.assertEqual(["initialize", "step", "get"], order)

    def test_a_task_factory_of_the_users(self) -> None:
        made: list[str] = []

        class Sets(RequestHandler):
            def get(self):
                def factory(loop, coroutine, **options):
                    made.append(str(IOLoop.current() is not None))
                    return asyncio.Task(coroutine, loop=loop, **options)

                IOLoop.current().asyncio_loop.set_task_factory(factory)

        class Resets(RequestHandler):
            def get(self):
                IOLoop.current().asyncio_loop.set_task_factory(None)

        adapter = adapt(Sets, Async, Resets)
        run_in_a_thread(
            lambda: [
                ask_adapter(adapter, make_environ(Case("", path)))
                for path in ("/Sets", "/Async", "/Resets", "/Async")
            ]
        )
        self.assertEqual(["True"] * 2, made)  # Async and Resets

    def test_a_handler_that_does_not_wait_takes_no_round_of_the_loop(self) -> None:
        from hello import wsgi_adapter

        polls: list[Any] = []

        def ask(path: str, body: bytes = b"") -> int:
            """Count how often the loop asks the system for events."""
            polls.clear()
            method = "POST" if body else "GET"
            case = Case("", path, method, body=body)
            self.assertEqual("200 OK", ask_adapter(adapter, make_environ(case)).status)
            return len(polls)

        def run() -> None:
            selector = wsgi_adapter._this_worker().loop.selector
            select = selector.select
            selector.select = lambda *a: polls.append(a) or select(*a)
            self.assertEqual(0, ask("/Hello"))
            self.assertEqual(0, ask("/Finished"))
            self.assertEqual(0, ask("/Length", b"x" * 1000))
            self.assertGreater(ask("/Async0"), 0)
            # From now on each request moves on what may still be waiting.
            self.assertGreater(ask("/Hello"), 0)

        class Finished(RequestHandler):
            async def get(self):
                await self.finish("done")

        adapter = adapt(Hello, Finished, Length, Async0)
        run_in_a_thread(run)

    def test_thousands_of_requests(self) -> None:
        import gc

        class Raises(RequestHandler):
            async def get(self):
                await asyncio.sleep(0)
                raise tornado.web.HTTPError(404)

        adapter = adapt(Hello, Flushes, Async0, Raises, Length)
        cases = [Case("", f"/{n}") for n in ("Hello", "Flushes", "Async0", "Raises")]
        cases.append(Case("", "/Length", "POST", body=b"x" * 100))

        def ask() -> tuple[int, int, list[Any]]:
            for case in cases * 200:
                ask_adapter(adapter, make_environ(case))
            gc.collect()
            descriptors = len(os.listdir("/proc/self/fd"))
            return len(gc.get_objects()), descriptors, pending_tasks()

        objects, descriptors, tasks = ask()
        for _ in range(2):
            more, same, tasks = ask()
        self.assertLess(more - objects, 200)
        self.assertEqual(descriptors, same)
        self.assertEqual([], tasks)


class Async0(RequestHandler):
    async def get(self):
        await asyncio.sleep(0)
        self.write("x")


class Bodies(unittest.TestCase):
    def test_table(self) -> None:
        def broken(size: int) -> bytes:
            raise OSError("client gone")

        class Broken:
            read = staticmethod(broken)

        body = io.BytesIO
        chunked = {"wsgi.input_terminated": True}
        for name, extra, size in (
            ("exact", {"CONTENT_LENGTH": "3", "wsgi.input": body(b"abc")}, 3),
            ("long", {"CONTENT_LENGTH": "3", "wsgi.input": body(b"abcdef")}, 3),
            ("short", {"CONTENT_LENGTH": "9", "wsgi.input": body(b"abc")}, None),
            ("broken", {"CONTENT_LENGTH": "9", "wsgi.input": Broken()}, None),
            ("no length", {"wsgi.input": body(b"abc")}, 0),
            ("hidden", {"HTTP_TRANSFER_ENCODING": "chunked"}, None),
            ("empty length", {"CONTENT_LENGTH": "", "wsgi.input": body(b"abc")}, 0),
            ("terminated", {**chunked, "wsgi.input": body(b"abc")}, 3),
            ("terminated empty", {**chunked, "wsgi.input": body(b"")}, 0),
            ("terminated big", {**chunked, "wsgi.input": body(b"x" * 200000)}, None),
            (
                "terminated with length",
                {**chunked, "CONTENT_LENGTH": "2", "wsgi.input": body(b"abc")},
                2,
            ),
        ):
            with self.subTest(name):
                adapter = adapt(Length, Streamed, max_body_size=100_000)
                for path in ("/Length", "/Streamed"):
                    extra.setdefault("wsgi.input", body())
                    extra["wsgi.input"] = (
                        body(extra["wsgi.input"].getvalue())
                        if isinstance(extra["wsgi.input"], io.BytesIO)
                        else extra["wsgi.input"]
                    )
                    environ = make_environ(Case("", path, "POST"), **extra)
                    answer = ask_adapter(adapter, environ)
                    if size is None:
                        self.assertEqual("400 Bad Request", answer.status)
                        self.assertIn("Malformed HTTP message", answer.log[-1])
                    else:
                        self.assertIn(str(size), answer.body.decode())

    def test_streamed_piece_by_piece(self) -> None:
        pieces: list[int] = []

        @tornado.web.stream_request_body
        class Pieces(RequestHandler):
            def data_received(self, chunk):
                pieces.append(len(chunk))

            def post(self):
                self.write("ok")

        case = Case("", "/Pieces", "POST", body=b"x" * 200_000)
        ask_adapter(adapt(Pieces), make_environ(case))
        self.assertEqual(200_000, sum(pieces))
        self.assertLessEqual(max(pieces), 65536)

    def test_a_short_streamed_body_tells_the_handler(self) -> None:
        seen: list[str] = []

        @tornado.web.stream_request_body
        class Upload(RequestHandler):
            def data_received(self, chunk):
                seen.append(f"{len(chunk)} bytes")

            def on_connection_close(self):
                super().on_connection_close()
                seen.append("closed")

            def post(self):
                seen.append("never")

        case = Case("", "/Upload", "POST", headers=[("Content-Length", "9")])
        answer = ask_adapter(
            adapt(Upload), make_environ(case, **{"wsgi.input": io.BytesIO(b"abc")})
        )
        self.assertEqual("400 Bad Request", answer.status)
        self.assertEqual(["3 bytes", "closed"], seen)


class Environ(unittest.TestCase):
    def echo(self, case: Case, **extra: Any) -> dict[str, Any]:
        raw = extra.pop("raw", True)
        options = extra.pop("options", {})
        adapter = WSGIAdapter(
            tornado.web.Application([("/echo.*|/mounted/.*", Echo)]), **options
        )
        answer = ask_adapter(adapter, make_environ(case, raw=raw, **extra))
        self.assertEqual("200 OK", answer.status)
        return tornado.escape.json_decode(answer.body)

    def test_script_name(self) -> None:
        extra = {"SCRIPT_NAME": "/mounted", "PATH_INFO": "/a b/\xc3\xbc"}
        got = self.echo(Case("", "/unused?x=1"), raw=False, **extra)
        self.assertEqual("/mounted/a%20b/%C3%BC?x=1", got["uri"])
        self.assertEqual("http://testserver/mounted/a%20b/%C3%BC?x=1", got["full_url"])

    def test_request_uri(self) -> None:
        for name in ("REQUEST_URI", "RAW_URI"):
            extra = {name: "/echo/a%2Fb?q", "PATH_INFO": "/echo/a/b"}
            got = self.echo(Case("", "/unused"), raw=False, **extra)
            self.assertEqual("/echo/a%2Fb?q", got["uri"])

    def test_empty_path(self) -> None:
        environ = make_environ(Case("", ""), raw=False)
        del environ["PATH_INFO"], environ["SCRIPT_NAME"]
        answer = ask_adapter(
            WSGIAdapter(tornado.web.Application([("/", Hello)])), environ
        )
        self.assertEqual("200 OK", answer.status)

    def test_protocol_versions(self) -> None:
        for given, seen in (
            ("HTTP/1.0", "HTTP/1.0"),
            ("HTTP/1.1", "HTTP/1.1"),
            ("HTTP/2.0", "HTTP/1.1"),
            ("INCLUDED", "HTTP/1.1"),
            ("", "HTTP/1.1"),
        ):
            with self.subTest(given):
                got = self.echo(Case("", "/echo", version=given))
                self.assertEqual(seen, got["version"])

    def test_remote_address(self) -> None:
        for address in ("", "203.0.113.9", "2001:db8::1"):
            got = self.echo(Case("", "/echo"), REMOTE_ADDR=address)
            self.assertEqual(address or "0.0.0.0", got["remote_ip"])

    def test_scheme(self) -> None:
        got = self.echo(Case("", "/echo"), **{"wsgi.url_scheme": "https"})
        self.assertEqual("https", got["protocol"])

    def test_xheaders_are_ignored_by_default(self) -> None:
        headers = [("X-Real-IP", "203.0.113.9"), ("X-Scheme", "https")]
        got = self.echo(Case("", "/echo", headers=headers))
        self.assertEqual(("127.0.0.1", "http"), (got["remote_ip"], got["protocol"]))
        got = self.echo(Case("", "/echo", headers=headers), options={"xheaders": True})
        self.assertEqual(("203.0.113.9", "https"), (got["remote_ip"], got["protocol"]))

    def test_a_header_cannot_pass_for_the_length(self) -> None:
        extra = {"HTTP_CONTENT_LENGTH": "3", "HTTP_CONTENT_TYPE": "x/y"}
        case = Case("", "/echo", "POST", body=b"ab")
        got = self.echo(case, **extra)
        self.assertEqual("ab", got["body"])
        self.assertNotIn("Content-Type", dict(got["headers"]))

    def test_odd_requests_are_400(self) -> None:
        for name, extra in (
            ("method", {"REQUEST_METHOD": "G ET"}),
            ("uri", {"REQUEST_URI": "/a b"}),
            ("header name", {"HTTP_X A": "1"}),
            ("header value", {"HTTP_X": "a\nb"}),
        ):
            with self.subTest(name):
                answer = ask_adapter(
                    adapt(Hello), make_environ(Case("", "/Hello"), **extra)
                )
                self.assertEqual("400 Bad Request", answer.status)
                self.assertIn("Malformed HTTP message from 127.0.0.1", answer.log[0])


class Loop(unittest.TestCase):
    def test_one_loop_for_all_requests(self) -> None:
        loops: list[Any] = []

        class Looks(RequestHandler):
            async def get(self):
                await asyncio.sleep(0)
                loops.append((asyncio.get_running_loop(), IOLoop.current()))

        for _ in range(3):
            ask_adapter(adapt(Looks), make_environ(Case("", "/Looks")))
        self.assertEqual(1, len(set(loops)))

    def test_shared_between_requests(self) -> None:
        shared: dict[str, Any] = {}

        class Shares(RequestHandler):
            async def get(self):
                lock = shared.setdefault("lock", asyncio.Lock())
                client = shared.setdefault("client", AsyncHTTPClient())
                async with lock:
                    answer = await client.fetch(self.get_argument("url"))
                self.write(answer.body)

        server = Server(tornado.web.Application([("/Hello", Hello)]))
        self.addCleanup(server.stop)
        adapter = adapt(Shares)
        for host in ("127.0.0.1", "localhost", "127.0.0.1"):
            url = f"http://{host}:{server.port}/Hello"
            case = Case("", f"/Shares?url={url}")
            answer = ask_adapter(adapter, make_environ(case))
            self.assertEqual(b"Hello from Tornado", answer.body, answer.log)
        self.assertIs(shared["client"], AsyncHTTPClient) if not shared else None

    def test_background_task_goes_on_with_the_next_request(self) -> None:
        seen: list[int] = []

        class Spawns(RequestHandler):
            def get(self):
                async def background():
                    for number in range(3):
                        seen.append(number)
                        await asyncio.sleep(0.005)

                shared.append(asyncio.ensure_future(background()))

        class Waits(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.05)

        shared: list[Any] = []
        adapter = adapt(Spawns, Waits)
        ask_adapter(adapter, make_environ(Case("", "/Spawns")))
        ask_adapter(adapter, make_environ(Case("", "/Waits")))
        self.assertEqual([0, 1, 2], seen)

    def test_the_user_stops_the_loop(self) -> None:
        class Stops(RequestHandler):
            async def get(self):
                IOLoop.current().stop()
                asyncio.get_running_loop().stop()
                await asyncio.sleep(0.01)
                self.write("still here")

        answer = ask_adapter(adapt(Stops), make_environ(Case("", "/Stops")))
        self.assertEqual(b"still here", answer.body)

    def test_threads_have_loops_of_their_own(self) -> None:
        loops: list[Any] = []
        failures: list[Any] = []

        class Looks(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.01)
                loops.append(asyncio.get_running_loop())

        adapter = adapt(Looks)

        def call() -> None:
            started, body = start(adapter, Case("", "/Looks"))
            if started != ["200 OK"]:
                failures.append(started)
            list(body)

        with Log():
            threads = [threading.Thread(target=call) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual([], failures)
        self.assertEqual(8, len(set(loops)))
        self.assertTrue(all(loop.is_closed() for loop in loops))

    def test_memory(self) -> None:
        import gc

        adapter = adapt(Hello, Flushes, Async)
        cases = [Case("", "/Hello"), Case("", "/Flushes"), Case("", "/Async")]

        def ask() -> None:
            for case in cases * 30:
                ask_adapter(adapter, make_environ(case))
            gc.collect()

        ask()
        before = len(gc.get_objects())
        ask()
        ask()
        self.assertLess(len(gc.get_objects()) - before, 1000)


class Processes(unittest.TestCase):
    """In an interpreter of its own: what must hold at import, fork and exit."""

    def run_code(self, code: str) -> str:
        setup = """
            import sys, os, asyncio, time, warnings
            import tornado.web
            from tests.client import request
            from hello.wsgi_adapter import WSGIAdapter

            class Hello(tornado.web.RequestHandler):
                def get(self):
                    self.write(str(id(asyncio.get_running_loop())))

            class Async(tornado.web.RequestHandler):
                async def get(self):
                    await asyncio.sleep(0.001)
                    loop = asyncio.get_running_loop()
                    # A thread wakes the loop through its self-pipe.
                    wait = lambda: time.sleep(0.05) or "thread"
                    self.write(await loop.run_in_executor(None, wait))

            class Background(tornado.web.RequestHandler):
                def get(self):
                    async def forever():
                        try:
                            await asyncio.Event().wait()
                        except asyncio.CancelledError:
                            print("background cancelled", flush=True)
                            raise
                    Background.task = asyncio.ensure_future(forever())

            routes = [("/", Hello), ("/async", Async), ("/background", Background)]
            application = WSGIAdapter(tornado.web.Application(routes))
        """
        done = subprocess.run(
            [sys.executable, "-W", "error", "-X", "dev", "-c"]
            + [textwrap.dedent(setup) + textwrap.dedent(code)],
            check=False,
            env={**os.environ, "PYTHONPATH": PROJECT},
            capture_output=True,
            text=True,
            timeout=60,
        )
        # On a busy machine any step can be slow, which asyncio's debug mode reports.
        stderr = re.sub(r"Executing <.* took [0-9.]+ seconds\n", "", done.stderr)
        self.assertEqual(("", 0), (stderr, done.returncode))
        return done.stdout

    def test_nothing_before_the_first_request(self) -> None:
        out = self.run_code("""
            import hello.routes, gc, threading
            loops = [o for o in gc.get_objects() if isinstance(o, asyncio.BaseEventLoop)]
            print(len(loops), threading.active_count(), len(os.listdir("/proc/self/fd")))
        """)
        self.assertEqual("0 1", out[:3])
        self.assertLessEqual(int(out.split()[2]), 5)

    def test_exit_is_quiet(self) -> None:
        for target in ("/", "/async"):
            with self.subTest(target):
                self.run_code(f"""
                    assert request(application, target={target!r}).status == 200
                """)

    def test_exit_cancels_what_is_left(self) -> None:
        out = self.run_code("""
            assert request(application, target="/background").status == 200
            assert request(application, target="/async").status == 200
        """)
        self.assertEqual("background cancelled\n", out)

    def test_exit_in_a_handler(self) -> None:
        self.run_code("""
            class Exits(tornado.web.RequestHandler):
                async def get(self):
                    await asyncio.sleep(0)
                    sys.exit(0)
            request(WSGIAdapter(tornado.web.Application([("/", Exits)])))
        """)

    def test_fork_before_the_first_request(self) -> None:
        out = self.run_code("""
            for _ in range(2):
                if not os.fork():
                    print(request(application, target="/async").text, flush=True)
                    sys.exit()
                os.wait()
        """)
        self.assertEqual("thread\nthread\n", out)

    def test_fork_after_a_request(self) -> None:
        out = self.run_code("""
            warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads
            assert request(application, target="/background").status == 200
            mine = request(application).text
            child = os.fork()
            if not child:
                assert request(application, target="/async").text == "thread"
                theirs = request(application).text
                assert theirs != mine
                print("child", theirs == request(application).text, flush=True)
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            # The parent's selector still knows its self-pipe.
            assert request(application, target="/async").text == "thread"
            assert request(application).text == mine
            print("parent", flush=True)
        """)
        self.assertEqual("child True\nparent\nbackground cancelled\n", out)

    def test_fork_and_exit_without_a_request(self) -> None:
        out = self.run_code("""
            assert request(application).status == 200
            child = os.fork()
            if not child:
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            print(request(application, target="/async").text)
        """)
        self.assertEqual("thread\n", out)


class Validated(unittest.TestCase):
    """wsgiref.validate has no complaint."""

    def test_cases(self) -> None:
        plain = WSGIAdapter(make_application())
        adapter = validator(plain)
        for case in CASES:
            status = ask_adapter(plain, make_environ(case))
            if status.header("Content-Type") is None and status.status[:3] not in (
                "204",
                "304",
            ):
                continue  # the validator wants a Content-Type that Tornado does not send
            if case.method in ("BREW", "PROPFIND") or not case.host or " " in case.host:
                continue
            with self.subTest(case.name):
                environ = make_environ(case)
                environ["PATH_INFO"] = environ["PATH_INFO"] or "/"
                if not environ["PATH_INFO"].startswith("/"):
                    continue
                environ["QUERY_STRING"] = environ["QUERY_STRING"] or ""
                environ["SERVER_NAME"] = "testserver"
                environ["wsgi.input"] = LineInput(case.body)
                if (
                    "CONTENT_LENGTH" in environ
                    and not environ["CONTENT_LENGTH"].isdigit()
                ):
                    continue
                with Log():
                    chunks = adapter(
                        environ, lambda status, headers, exc=None: lambda data: None
                    )
                    with contextlib.suppress(httputil.HTTPOutputError):
                        list(chunks)
                    chunks.close()


class LineInput(io.BytesIO):
    pass


if __name__ == "__main__":
    unittest.main()
