#!/usr/bin/env python3
"""The code that `tornado_adapter.py` measures, each part in a separate process.

    python3 Benchmarks/tornado_rounds.py adapter --project DIR

`adapter` is the adapter of a `tornado` project, `old` the one of Tornado 5.1.1, `alone` is
Tornado without an adapter, and `bare` is a minimal adapter. For each line on stdin they
measure a round of requests, and print the time of one request in microseconds. `server` is
Tornado's own HTTP server: it prints its port, and serves until it is killed.
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

from handler_vs_bottle import call, make_environ

GREETING = b"Hello from Tornado"
REQUESTS = 500  # in each round

Round = Callable[[], float]


def time_calls(application: Callable[..., Any]) -> float:
    """Return the time of a request in one round, in microseconds."""
    environs = [make_environ("/") for _ in range(REQUESTS)]
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
    return lambda: time_calls(application)


def old_round() -> Round:
    """Measure the adapter of Tornado 5.1.1."""
    warnings.simplefilter("ignore")
    for name in collections.abc.__all__:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    wsgi = importlib.import_module("tornado.wsgi")
    application = wsgi.WSGIAdapter(make_application())
    assert call(application, make_environ("/")) == ("200 OK", GREETING)
    return lambda: time_calls(application)


def alone_round() -> Round:
    """Measure Tornado alone, in one running loop, with a connection that does nothing."""
    from tornado import httputil

    application = make_application()
    context = type("Context", (), {"remote_ip": "10.0.0.1", "protocol": "http"})
    environ = make_environ("/")
    fields = {
        key[5:].replace("_", "-").title(): value
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    start_line = httputil.RequestStartLine("GET", "/", "HTTP/1.1")

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

    async def requests() -> float:
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
    return lambda: loop.run_until_complete(requests())


def bare_round() -> Round:
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
    return lambda: time_calls(application)


def serve_rounds(kind: str, project: Path) -> None:
    """Measure a round for each line on stdin, and print its time."""
    rounds = {"old": old_round, "alone": alone_round, "bare": bare_round}
    measure = rounds[kind]() if kind in rounds else adapter_round(project)
    for _ in sys.stdin:
        print(measure(), flush=True)


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
    kinds = ["adapter", "old", "alone", "bare", "server"]
    parser.add_argument("kind", choices=kinds, help="what to measure, or to serve")
    parser.add_argument("--project", type=Path, help="a generated tornado project")
    arguments = parser.parse_args()
    if arguments.kind == "adapter" and arguments.project is None:
        parser.error("adapter needs --project")
    if arguments.kind == "server":
        asyncio.run(serve_http())
    else:
        serve_rounds(arguments.kind, arguments.project)


if __name__ == "__main__":
    main()
