"""Run Tornado's own tests so that every request crosses a socket and WSGI.

Tornado's releases have their tests with them. Here ``AsyncHTTPTestCase`` starts the strict
server with ``WSGIAdapter(app)`` in place of Tornado's ``HTTPServer``; the client, and the
rest of each test, are as they are.
"""

from __future__ import annotations

import importlib
import logging
import os
import socket
import unittest
from typing import Any, ClassVar

os.environ.setdefault("ASYNC_TEST_TIMEOUT", "5")

import hello.tornado_wsgi.adapter
import tornado.testing
from hello.tornado_wsgi import WSGIAdapter
from tornado.netutil import ssl_options_to_context

from strict_server import StrictServer

MODULES = ("web", "routing", "gen", "auth", "httpclient", "simple_httpclient")
TIME_LIMIT = 2.0  # of a handler that does not finish
OPTIONS = ("xheaders", "decompress_request", "chunk_size", "max_body_size", "protocol")


# As Tornado's own runtests.py has it: tests expect no lines in the log.
logging.getLogger("tornado.access").setLevel(logging.CRITICAL)
# The loop of a test was made before the first request, and runs now and then.
hello.tornado_wsgi.adapter.watch_import_loops = lambda _: None  # type: ignore[assignment]


class Server:
    """What the tests use of ``HTTPServer``."""

    served: ClassVar[int] = 0
    faults: ClassVar[list[str]] = []

    def __init__(self, application: Any, **options: Any) -> None:
        self.trusted = options.pop("trusted_downstream", None) or ()
        self.tls = options.pop("ssl_options", None)
        unknown = set(options) - set(OPTIONS)
        if unknown:
            raise NotImplementedError(f"WSGIAdapter has no options {sorted(unknown)}")
        adapter = WSGIAdapter(
            application,
            time_limit=TIME_LIMIT,
            trusted_downstream=self.trusted,
            **options,
        )

        def counting(environ: Any, start_response: Any) -> Any:
            Server.served += 1
            return adapter(environ, start_response)

        self.application = counting
        self.servers: list[StrictServer] = []

    def add_sockets(self, sockets: list[socket.socket]) -> None:
        environ = {}
        if self.tls is not None:
            environ["wsgi.url_scheme"] = "https"
            context = ssl_options_to_context(self.tls, server_side=True)
            sockets = [
                context.wrap_socket(s, server_side=True, do_handshake_on_connect=False)
                for s in sockets
            ]
        # A handler may ask its own server: so there has to be more than one thread.
        self.servers += [
            StrictServer(self.application, threads=4, listener=s, environ=environ)
            for s in sockets
        ]

    def add_socket(self, listener: socket.socket) -> None:
        self.add_sockets([listener])

    def stop(self) -> None:
        pass

    async def close_all_connections(self) -> None:
        for server in self.servers:
            server.stop()
            Server.faults += server.faults


def flat(suite: unittest.TestSuite) -> list[unittest.TestCase]:
    """Return the tests of a suite."""
    found: list[unittest.TestCase] = []
    for test in suite:
        found += flat(test) if isinstance(test, unittest.TestSuite) else [test]
    return found


def name(test: unittest.TestCase) -> str:
    """Return the name of a test, without the package's."""
    prefix = "tornado.test."
    return test.id().removeprefix(prefix)


class Result(unittest.TestResult):
    """Which tests failed, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: dict[str, str] = {}

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self.reasons[name(test)] = self.errors[-1][1]

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self.reasons[name(test)] = self.failures[-1][1]

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.reasons[name(test)] = "".join(map(str, err[:2]))


def load(module: str) -> unittest.TestSuite:
    """Return the tests of one of Tornado's modules, with WSGI below them."""
    loaded = importlib.import_module(f"tornado.test.{module}_test")
    for server in (tornado.testing, loaded):
        if hasattr(server, "HTTPServer"):
            server.HTTPServer = Server  # type: ignore[attr-defined]
    return unittest.defaultTestLoader.loadTestsFromModule(loaded)


def run(suite: unittest.TestSuite) -> Result:
    result = Result()
    suite.run(result)
    return result
