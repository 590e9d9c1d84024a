#!/usr/bin/env python3
"""The code that `tornado_adapter.py` measures, each part in a separate process.

    python3 Benchmarks/tornado_rounds.py adapter --project DIR

`adapter` is the adapter of a `tornado` project, `old` the one of Tornado 5.1.1, `alone` is
Tornado without an adapter, and `least` is a minimal adapter. For each line on stdin, `bare`
or `real`, they measure a round of such requests, and print the time of one request in
microseconds. `server` is Tornado's own HTTP server: it prints its port, and serves until it
is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import collections.abc
import concurrent.futures
import gc
import importlib
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from python_handler import call, make_environ

GREETING = b"Hello from Tornado"
REQUESTS = 500  # in each round

Round = Callable[[dict[str, Any]], float]

BARE = make_environ("/")
REAL = {
    **BARE,
    "REQUEST_URI": "/?page=2&sort=name",
    "QUERY_STRING": "page=2&sort=name",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox",
    "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "HTTP_ACCEPT_LANGUAGE": "de,en-US;q=0.7,en;q=0.3",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
    "HTTP_CONNECTION": "close",
    "HTTP_COOKIE": "session=2|1:0|10:1700000000|4:user|8:YWxpY2U=|0123456789abcdef; a=b",
    "HTTP_REFERER": "https://user.pythonanywhere.com/?page=1",
    "HTTP_X_FORWARDED_FOR": "203.0.113.7",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_SEC_FETCH_MODE": "navigate",
}
REQUESTS_BY_NAME = {"bare": BARE, "real": REAL}


def time_calls(application: Callable[..., Any], request: dict[str, Any]) -> float:
    """Return the time of a request in one round, in microseconds."""
    environs = [dict(request) for _ in range(REQUESTS)]
    gc.collect()
    start = time.process_time()
    for environ in environs:
        call(application, environ)
    return (time.process_time() - start) / REQUESTS * 1e6


def make_application() -> Any:
    """Return the measured application: one synchronous handler."""
    import tornado.web

    class MainHandler(tornado.web.RequestHandler):
        def get(self) -> None:
            self.write(GREETING)

    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    return tornado.web.Application([("/", MainHandler)])


def adapter_round(project: Path) -> Round:
    """Measure the project's adapter."""
    sys.path.insert(0, str(project))
    adapter = importlib.import_module(f"{project.name}.tornado_wsgi")
    application = adapter.WSGIAdapter(make_application(), xheaders=True)
    assert call(application, make_environ("/")) == ("200 OK", GREETING)
    return lambda request: time_calls(application, request)


def old_round(packages: Path) -> Round:
    """Measure the adapter of Tornado 5.1.1.

    :param packages: the folder in which pip has installed it, for any Python.
    """
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(packages))
    for name in collections.abc.__all__:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    wsgi = importlib.import_module("tornado.wsgi")
    application = wsgi.WSGIAdapter(make_application())
    assert call(application, make_environ("/")) == ("200 OK", GREETING)
    return lambda request: time_calls(application, request)


def alone_round() -> Round:
    """Measure Tornado alone, in one running loop, with a connection that does nothing."""
    from tornado import httputil

    application = make_application()
    context = type("Context", (), {"remote_ip": "10.0.0.1", "protocol": "http"})

    class Nothing(httputil.HTTPConnection):
        def __init__(self, answered: asyncio.Future[None]) -> None:
            self.context = context
            self.answered = answered

        def set_close_callback(self, callback: object) -> None:
            pass

        def write_headers(self, *_: Any, **__: Any) -> asyncio.Future[None]:
            return self.answered

        def finish(self) -> None:
            self.answered.set_result(None)

    async def requests(request: dict[str, Any]) -> float:
        fields = {
            key[5:].replace("_", "-").title(): value
            for key, value in request.items()
            if key.startswith("HTTP_")
        }
        uri = request["REQUEST_URI"]
        start_line = httputil.RequestStartLine("GET", uri, "HTTP/1.1")
        loop = asyncio.get_running_loop()
        gc.collect()
        start = time.process_time()
        for _ in range(REQUESTS):
            connection = Nothing(loop.create_future())
            delegate = application.start_request(None, connection)
            delegate.headers_received(start_line, httputil.HTTPHeaders(fields))
            delegate.finish()
            await connection.answered
        return (time.process_time() - start) / REQUESTS * 1e6

    loop = asyncio.new_event_loop()
    return lambda request: loop.run_until_complete(requests(request))


def least_round() -> Round:
    """Measure the minimal adapter, which does only what every handler needs."""
    from tornado import httputil

    tornado_application = make_application()
    loop = asyncio.new_event_loop()
    written = loop.create_future()
    written.set_result(None)
    context_type = type("Context", (), {"__slots__": ("remote_ip", "protocol")})
    names: dict[str, str] = {}

    class Unwatched(concurrent.futures.Future[None]):
        def add_done_callback(self, fn: object) -> None:
            pass

    unwatched = Unwatched()

    class Connection(httputil.HTTPConnection):
        def set_close_callback(self, callback: Any) -> None:
            if callback is not None:
                self.handler = callback.__self__
                vars(self.handler)["_execute"] = self.execute

        def execute(self, *arguments: Any, **keywords: Any) -> Any:
            del vars(self.handler)["_execute"]
            try:
                self.handler._execute(*arguments, **keywords).send(None)
            except StopIteration:
                return unwatched
            raise AssertionError("the handler waits")

        def write_headers(self, start_line: Any, headers: Any, chunk: Any = b"") -> Any:
            self.status = f"{start_line.code} {start_line.reason}"
            self.headers = list(headers.get_all())
            self.chunks = [chunk]
            return written

        def finish(self) -> None:
            pass

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        connection: Any = Connection()
        connection.context = context = context_type()
        context.remote_ip = environ["REMOTE_ADDR"]
        context.protocol = environ["wsgi.url_scheme"]
        headers = httputil.HTTPHeaders()
        for key, value in environ.items():
            if key[:5] == "HTTP_":
                if key not in names:
                    names[key] = key[5:].replace("_", "-").title()
                headers[names[key]] = value
        start_line = httputil.RequestStartLine(
            environ["REQUEST_METHOD"],
            environ["REQUEST_URI"],
            environ["SERVER_PROTOCOL"],
        )
        asyncio._set_running_loop(loop)
        delegate = tornado_application.start_request(None, connection)
        delegate.headers_received(start_line, headers)
        delegate.finish()
        asyncio._set_running_loop(None)
        start_response(connection.status, connection.headers)
        chunks: list[bytes] = connection.chunks
        return chunks

    assert call(application, make_environ("/")) == ("200 OK", GREETING)
    return lambda request: time_calls(application, request)


def serve_rounds(kind: str, place: Path) -> None:
    """Measure a round for each line on stdin, and print its time."""
    if kind in ("adapter", "old"):
        measure = (adapter_round if kind == "adapter" else old_round)(place)
    else:
        measure = (alone_round if kind == "alone" else least_round)()
    for line in sys.stdin:
        print(measure(REQUESTS_BY_NAME[line.strip()]), flush=True)


async def serve_http() -> None:
    """Run the application on Tornado's own HTTP server, and print the port."""
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(make_application(), xheaders=True)
    server.add_sockets(sockets)
    print(sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Measure or serve what is asked for."""
    parser = argparse.ArgumentParser(description="Measure one way to run Tornado.")
    kinds = ["adapter", "old", "alone", "least", "server"]
    parser.add_argument("kind", choices=kinds, help="what to measure, or to serve")
    parser.add_argument("--project", type=Path, help="a generated tornado project")
    parser.add_argument(
        "--packages", type=Path, help="where Tornado 5.1.1 is installed"
    )
    arguments = parser.parse_args()
    places = {"adapter": arguments.project, "old": arguments.packages}
    if arguments.kind in places and places[arguments.kind] is None:
        parser.error("adapter needs --project, old needs --packages")
    if arguments.kind == "server":
        asyncio.run(serve_http())
    else:
        serve_rounds(arguments.kind, places.get(arguments.kind) or Path())


if __name__ == "__main__":
    main()
