"""Ask Tornado's own HTTP server and the adapter the same, and compare the answers."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import re
import socket
import sys
import threading
import unittest
from dataclasses import dataclass, field
from typing import Any
from wsgiref.util import is_hop_by_hop

import tornado.httpserver
import tornado.netutil
import tornado.web
from hello.tornado_wsgi import WSGIAdapter
from tornado import httputil

FORM = [("Content-Type", "application/x-www-form-urlencoded")]
MULTIPART = [("Content-Type", "multipart/form-data; boundary=BB")]


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
    chunked: bool = False
    """The body comes in chunks, which the WSGI server has put together."""


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
        text = re.sub(r"Task-[0-9]+", "Task-N", text)
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
    if case.chunked:
        environ["HTTP_TRANSFER_ENCODING"] = "chunked"
        environ["wsgi.input_terminated"] = True
    elif case.body and not any(k == "Content-Length" for k, _ in case.headers):
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

    @staticmethod
    async def settle() -> None:
        """Wait until nothing is going on, so that every log line is there."""
        for _ in range(50):
            await asyncio.sleep(0.001)
            if len(asyncio.all_tasks()) == 1:
                break
        await asyncio.sleep(0)

    def ask(self, case: Case) -> Answer:
        lines = [f"{case.method} {case.target} {case.version}", "Connection: close"]
        if case.host is not None:
            lines.append(f"Host: {case.host}")
        body = case.body
        if case.chunked:
            lines.append("Transfer-Encoding: chunked")
            pieces = [body[i : i + 50_000] for i in range(0, len(body), 50_000)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in [*pieces, b""])
        elif body and not any(k == "Content-Length" for k, _ in case.headers):
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in case.headers]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        data = b""
        with Log() as log, socket.create_connection(("127.0.0.1", self.port)) as sock:
            sock.settimeout(5)
            with contextlib.suppress(ConnectionError):
                sock.sendall(head + body)
            with contextlib.suppress(ConnectionError):
                while piece := sock.recv(65536):
                    data += piece
            asyncio.run_coroutine_threadsafe(self.settle(), self.loop).result(5)
        answer = self.parse(data, case)
        answer.log = log.lines
        return answer

    @staticmethod
    def parse(data: bytes, case: Case) -> Answer:
        if not data:
            return Answer("", [], b"", complete=False)
        while data.startswith(b"HTTP/1.1 100 (Continue)"):
            _, _, data = data.partition(b"\r\n\r\n")  # which the WSGI server sends
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


class Comparing(unittest.TestCase):
    """What compares the answers of both."""

    maxDiff = None

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


class ComparingApplications(Comparing):
    """What compares the answers of one application, made for each of both."""

    server: Server
    adapter: WSGIAdapter

    @staticmethod
    def make() -> Any:
        raise NotImplementedError

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server(cls.make())
        cls.adapter = WSGIAdapter(cls.make(), time_limit=5)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.stop()
