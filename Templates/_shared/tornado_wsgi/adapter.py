"""The WSGI application: it hands requests to Tornado, and returns the responses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from tornado import httputil
from tornado.routing import AnyMatches, Rule, RuleRouter

from .connection import Connection
from .import_loops import import_loops, watch_import_loops
from .one_loop import this_worker
from .request import (
    decompressed,
    headers_of,
    may_have_body,
    read_body,
    rename_encoding,
    start_line_of,
)
from .response import plain

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class WSGIAdapter:
    """A WSGI application made from a Tornado application.

    :param application: a :class:`tornado.web.Application`, or anything else that
        :class:`tornado.httpserver.HTTPServer` accepts.
    :param time_limit: how many seconds a handler may make no progress.

    The other parameters are the same as for ``HTTPServer``:

    :param xheaders: take the client's address and scheme from ``X-Real-IP``,
        ``X-Forwarded-For``, ``X-Scheme`` and ``X-Forwarded-Proto``. Use this only
        behind a proxy that sets these headers: clients can send them, too.
    :param trusted_downstream: addresses to skip in ``X-Forwarded-For``.
    :param protocol: the visitor's scheme, if the WSGI server does not know it.
    :param decompress_request: decompress request bodies that come with gzip.
    :param chunk_size: how many bytes of a request body to read at a time.
    :param max_body_size: the maximum size of a body in bytes; a larger one gets a 400.
    """

    def __init__(
        self,
        application: httputil.HTTPServerConnectionDelegate
        | Callable[[httputil.HTTPServerRequest], object],
        *,
        time_limit: float = 60.0,
        xheaders: bool = False,
        trusted_downstream: Iterable[str] = (),
        protocol: str | None = None,
        decompress_request: bool = False,
        chunk_size: int = 64 * 1024,
        max_body_size: int = 100 * 1024 * 1024,
    ) -> None:
        if not isinstance(application, httputil.HTTPServerConnectionDelegate):
            application = RuleRouter([Rule(AnyMatches(), application)])
        self.application = application
        self.time_limit = time_limit
        self.xheaders = xheaders
        self.trusted_downstream = frozenset(trusted_downstream)
        self.protocol = protocol
        self.decompress_request = decompress_request
        self.chunk_size = chunk_size
        self.max_body_size = max_body_size
        self._import_loops = import_loops()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request: the interface of WSGI."""
        worker = this_worker()
        if worker.leftovers:
            worker.finish_leftovers()
        if self not in worker.kept:
            worker.kept[self] = True
            watch_import_loops(self._import_loops)
        connection = Connection(environ, worker, self)
        connection.start(self._receive, environ)
        if connection.failed or connection.status is None:
            # The handler failed before it sent anything: a response is still possible.
            connection.failed = False
            connection.status, connection.headers, connection.chunks = plain(500)
        start_response(connection.status, connection.headers)
        if connection.is_done() and worker.loop.is_idle():
            return connection.chunks
        return Body(connection)

    def _receive(self, connection: Connection, environ: WSGIEnvironment) -> None:
        """Hand the request to the application, as Tornado's HTTP1Connection does."""
        delegate: httputil.HTTPMessageDelegate | None = None
        try:
            message = self.application.start_request(self, connection)
            start_line = start_line_of(environ)
            headers = headers_of(environ)
            connection.method, connection.uri, _ = start_line
            if self.xheaders:
                connection.context.apply_xheaders(environ, self.trusted_downstream)
            compressed = self.decompress_request and rename_encoding(headers)
            delegate = message
            waiting = delegate.headers_received(start_line, headers)
            if waiting is None and not connection.ended and not may_have_body(environ):
                delegate.finish()
                connection.context.unapply_xheaders()
            else:
                body = read_body(environ, headers, connection)
                if compressed:
                    body = decompressed(body, connection)
                connection.start_task(
                    _receive_rest(connection, delegate, waiting, body)
                )
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001
            connection.give_up_request(error, delegate)


async def _receive_rest(
    connection: Connection,
    delegate: httputil.HTTPMessageDelegate,
    waiting: Awaitable[None] | None,
    body: Iterable[bytes],
) -> None:
    """Pass the body of a request on, after the handler has dealt with the headers."""
    try:
        if waiting is not None:
            await waiting
        for number, piece in enumerate(body):
            if number:
                await asyncio.sleep(0)  # let the handler work between the pieces
            connection.restart_timer()
            if connection.ended:
                break
            waiting = delegate.data_received(piece)
            if waiting is not None:
                await waiting
        if connection.ended:
            delegate.on_connection_close()
        else:
            delegate.finish()
        connection.context.unapply_xheaders()
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001
        connection.give_up_request(error, delegate)


class Body:
    """The response body, which the WSGI server iterates over and closes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunks = self._connection.next_chunks()
        if chunks:
            return chunks
        if self._connection.failed:
            # The client must see a broken response, not a short one.
            raise httputil.HTTPOutputError("The handler did not complete its response")
        raise StopIteration

    def close(self) -> None:
        self._connection.complete()

    def __del__(self) -> None:
        # PythonAnywhere's server does not call close() when the client has left.
        self._connection.abandon()
