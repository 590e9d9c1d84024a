"""Ask an ASGI app through the adapter: over a socket and the strict server, or directly."""

from __future__ import annotations

import contextlib
import http.client
import io
import logging
import socket
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from asgi_adapter import ASGIAdapter
from asgi_adapter.one_loop import this_worker

from strict_server import StrictServer

App = Callable[[Any, Any, Any], Awaitable[Any]]
Fields = Iterable[tuple[str, str]]


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    complete: bool = True

    def header(self, name: str) -> str | None:
        return {k.lower(): v for k, v in self.headers}.get(name)


class Log(logging.Handler):
    """Collects what the adapter and asyncio log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text.startswith("Executing <"):
            return  # asyncio's debug mode, on a busy machine
        if record.exc_info and record.exc_info[1]:
            text += f" [{record.exc_info[1]!r}]"
        self.lines.append(text)

    def __enter__(self) -> Log:  # noqa: PYI034 (Self is of Python 3.11)
        for name in ("asgi_adapter", "asyncio"):
            logging.getLogger(name).addHandler(self)
            logging.getLogger(name).propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("asgi_adapter", "asyncio"):
            logging.getLogger(name).removeHandler(self)


class Site:
    """An app on the strict server.

    Leaving it ends the worker, and fails if the adapter broke a rule of WSGI, or if
    something was logged that the test has not looked at with ``logged()``.
    """

    def __init__(
        self, app: App, *, mount: str = "", threads: int | None = 1, **options: Any
    ) -> None:
        given = isinstance(app, ASGIAdapter)
        self.adapter = app if given else ASGIAdapter(app, **options)
        self.log = Log()
        self.server = StrictServer(
            self.adapter,
            threads=threads,
            script_name=mount,
            leave=lambda: this_worker().close(),
        )

    def __enter__(self) -> Site:  # noqa: PYI034
        self.log.__enter__()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.stop()
        self.log.__exit__()
        if kind is None:
            unseen = self.log.lines, self.server.faults, self.server.errors.getvalue()
            assert unseen == ([], [], ""), unseen

    def stop(self) -> None:
        """End the worker."""
        self.server.stop()

    def logged(self) -> str:
        """Return what was logged since the last look, and raised to the server."""
        text = "\n".join(self.log.lines) + self.server.errors.getvalue()
        self.log.lines.clear()
        self.server.errors.seek(0)
        self.server.errors.truncate()
        return text

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.port), 20)

    def ask(
        self,
        target: str = "/",
        method: str = "GET",
        headers: Fields = (),
        body: bytes = b"",
    ) -> Answer:
        """Make a request on a connection of its own."""
        lines = [f"{method} {target} HTTP/1.1", "Host: site", "Connection: close"]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in headers]
        with self.connect() as client:
            client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
            return read(client, method)


def read(client: socket.socket, method: str = "GET") -> Answer:
    """Read a response."""
    complete = True
    with contextlib.closing(
        http.client.HTTPResponse(client, method=method)
    ) as response:
        response.begin()
        try:
            body = response.read()
        except http.client.IncompleteRead as error:
            body, complete = error.partial, False
    framing = ("transfer-encoding", "connection")
    headers = [(k, v) for k, v in response.getheaders() if k.lower() not in framing]
    return Answer(response.status, headers, body, complete)


def ask(app: App, target: str = "/", method: str = "GET", **options: Any) -> Answer:
    """Make one request to an app on a server of its own."""
    with Site(app) as site:
        return site.ask(target, method, **options)


def make_environ(path: str = "/", body: bytes = b"", **keys: object) -> dict[str, Any]:
    """Return an environment for a direct call of the adapter."""
    return {
        "REQUEST_METHOD": "POST" if body else "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "site",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "CONTENT_TYPE": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **keys,
    }


def call(adapter: ASGIAdapter, environ: dict[str, Any]) -> tuple[list[Any], Any]:
    """Call the adapter as a WSGI server does; return what it started, and the body."""
    started: list[Any] = []

    def start_response(status: str, headers: list[Any], exc_info: Any = None) -> Any:
        started.extend((status, headers))
        return lambda _: None

    return started, adapter(environ, start_response)


async def send_response(
    send: Any, body: bytes = b"", status: int = 200, headers: Any = ()
) -> None:
    """Send a whole response, in an app."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def http_only(app: App) -> App:
    """Return an app that knows no lifespan, and says so."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> Any:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return None
        return await app(scope, receive, send)

    return wrapped
