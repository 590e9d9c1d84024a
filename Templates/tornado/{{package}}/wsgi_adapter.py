"""Run a Tornado application on a WSGI server.

Tornado removed its own ``WSGIAdapter`` in version 6.0. This one runs the handlers
of today's Tornado, ``async def`` included, on any WSGI server (PEP 3333)::

    application = WSGIAdapter(tornado.web.Application([("/", MainHandler)]))

It does for a WSGI request what Tornado's HTTP server does for a connection: it hands
the request to the application step by step and passes on what comes back. So status,
headers, cookies, body and log lines are those of Tornado's own server.

What works:

* handlers written as plain methods, as ``async def`` or with ``@gen.coroutine``;
  ``prepare``, ``on_finish``, templates, XSRF protection, signed cookies, ETags,
  ranges, ``StaticFileHandler``, ``@stream_request_body``;
* every kind of routing: host rules, nested routers, ``FallbackHandler`` and classes
  that implement :class:`tornado.httputil.HTTPServerConnectionDelegate`;
* ``flush()``: what is flushed leaves at once, and ``await self.flush()`` waits until
  the server asks for more;
* ``AsyncHTTPClient``, locks and tasks that several requests share. Each worker has one
  event loop, made by its first request and kept. Make such objects in a handler, not
  at import: the host loads the application first and forks the workers afterwards.

What cannot work, because WSGI lends an application no connection and no time between
two requests:

* WebSockets and ``detach()``: refused with 501 and an error in the log.
* Background tasks and ``PeriodicCallback`` stand still between requests. What a handler
  still does after ``finish()`` is completed before the worker takes another request.
* ``on_connection_close`` is called only while a flushed response is being sent; until
  then nobody tells that the client has gone.
* A request header that was sent twice arrives as one, joined by a comma. A request body
  of unknown length is refused with 400 if the server does not pass on where it ends.

What to know:

* A handler that makes no progress for ``time_limit`` seconds is cancelled and answered
  with 503. One that blocks without ``await`` cannot be stopped like this.
* A mounted application (``SCRIPT_NAME``) sees the whole path, as Tornado does behind a
  proxy: its routes begin with the mount point, and the links it makes are right.
* ``Application(debug=True)`` starts a reloader at import, which makes an event loop:
  add ``autoreload=False``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import selectors
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from http.client import responses
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from wsgiref.util import is_hop_by_hop

from tornado import httputil
from tornado.escape import native_str
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.log import app_log, gen_log
from tornado.netutil import is_valid_ip
from tornado.routing import AnyMatches, Rule, RuleRouter
from tornado.web import RequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PIECE = 64 * 1024  # bytes of a request body that are read at a time
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")  # header fields that CGI names so
_PATH_CHARACTERS = "/!$&'()*+,;=:@~"  # those a path may hold as they are (RFC 3986)
_NO_UPGRADE = "WSGI cannot switch protocols: WebSocket needs Tornado's own server.\n"


class WSGIAdapter:
    """A WSGI application made from a Tornado application.

    :param application: a :class:`tornado.web.Application`, or whatever else
        :class:`tornado.httpserver.HTTPServer` accepts.
    :param xheaders: take the client's address and scheme from ``X-Real-IP``,
        ``X-Forwarded-For``, ``X-Scheme`` and ``X-Forwarded-Proto``. Only for a server
        that always sits behind a proxy: anyone else can send these headers too.
    :param time_limit: seconds a handler may go without making progress.
    :param max_body_size: the longest request body, in bytes, before a 400.
    """

    def __init__(
        self,
        application: httputil.HTTPServerConnectionDelegate
        | Callable[[httputil.HTTPServerRequest], object],
        *,
        xheaders: bool = False,
        time_limit: float = 60.0,
        max_body_size: int = 100 * 1024 * 1024,
    ) -> None:
        if not isinstance(application, httputil.HTTPServerConnectionDelegate):
            application = RuleRouter([Rule(AnyMatches(), application)])
        self._application = application
        self._xheaders = xheaders
        self._time_limit = time_limit
        self._max_body_size = max_body_size

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request: the interface of WSGI."""
        connection = _Connection(environ, self._time_limit, self._max_body_size)
        connection.start(self._receive(connection, environ))
        connection.run_until(lambda: connection.status or connection.ended)
        if connection.failed or connection.status is None:
            # The handler gave up before anything was sent: an answer is still possible.
            connection.failed = False
            connection.status, connection.headers, connection.chunks = _plain(500)
        start_response(connection.status, connection.headers)
        if connection.is_done():
            return connection.chunks
        return _Body(connection)

    async def _receive(self, connection: _Connection, environ: WSGIEnvironment) -> None:
        """Hand the request to the application, as Tornado's HTTP1Connection does."""
        receiving = False
        try:
            delegate = self._application.start_request(self, connection)
            start_line = _start_line(environ)
            headers = _headers(environ)
            connection.method, connection.uri, _ = start_line
            if self._xheaders:
                connection.context.apply_xheaders(headers)
            receiving = True
            await _finished(delegate.headers_received(start_line, headers))
            for number, piece in enumerate(_body(environ, headers, connection)):
                if number:
                    await asyncio.sleep(0)  # let the handler work between the pieces
                connection.restart_timer()
                if connection.ended:
                    break
                await _finished(delegate.data_received(piece))
            if not connection.ended:
                delegate.finish()
                receiving = False
        except httputil.HTTPInputError as error:
            gen_log.info(
                "Malformed HTTP message from %s: %s", connection.context, error
            )
            connection.refuse(400)
        except Exception:  # noqa: BLE001 - whatever it is, it is logged and answered
            app_log.error("Uncaught exception", exc_info=True)
            connection.refuse(500)
        finally:
            if receiving:
                delegate.on_connection_close()


class _Connection(httputil.HTTPConnection):
    """One request's connection, as Tornado sees it, and the loop that serves it.

    It takes what the application sends and keeps it until the server asks for it.
    """

    def __init__(
        self, environ: WSGIEnvironment, time_limit: float, max_body_size: int
    ) -> None:
        self.context = _Context(environ)
        self.method = self.uri = ""
        self.max_body_size = max_body_size
        self.status: str | None = None
        self.headers: list[tuple[str, str]] = []
        self.chunks: list[bytes] = []  # what the server has not taken yet
        self.ended = False  # nothing more will be sent ...
        self.failed = False  # ... although the response is not complete
        self._loop = _event_loop()
        self._time_limit = time_limit
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._flushes: list[asyncio.Future[None]] = []
        self._unsent: int | None = None  # bytes still due to Content-Length
        self._close_callback: Callable[[], object] | None = None
        self._handler: Callable[[], RequestHandler | None] = lambda: None

    # What the application calls, as on tornado.http1connection.HTTP1Connection.

    def write_headers(
        self,
        start_line: httputil.RequestStartLine | httputil.ResponseStartLine,
        headers: httputil.HTTPHeaders,
        chunk: bytes | None = None,
    ) -> asyncio.Future[None]:
        """Begin the response."""
        _, code, reason = start_line
        if code == 101:
            self.refuse(501, _NO_UPGRADE)
        if self.ended:
            return self._flush()
        if self.method == "HEAD" or code == 304:
            self._unsent = 0
        elif "Content-Length" in headers:
            self._unsent = _number(headers["Content-Length"])
        status = f"{code} {reason}".encode().decode("latin-1")
        fields = [
            (native_str(name), native_str(text)) for name, text in headers.get_all()
        ]
        for line in (status, *map(": ".join, fields)):
            sent = line.encode("latin-1")
            if b"\r" in sent or b"\n" in sent:
                raise ValueError(f"Illegal characters (CR or LF) in header: {sent!r}")
        self.status = status
        self.headers = [field for field in fields if not is_hop_by_hop(field[0])]
        return self.write(chunk or b"")

    def write(self, chunk: bytes) -> asyncio.Future[None]:
        """Send a piece of the body."""
        if not self.ended:
            if self._unsent is not None:
                self._unsent -= len(chunk)
                if self._unsent < 0:
                    self.close()
                    raise httputil.HTTPOutputError(
                        "Tried to write more data than Content-Length"
                    )
            if chunk:
                self.chunks.append(chunk)
        return self._flush()

    def finish(self) -> None:
        """End the response."""
        if self._unsent and not self.ended:
            self.close()
            raise httputil.HTTPOutputError(
                f"Tried to write {self._unsent} bytes less than Content-Length"
            )
        self._end(failed=self.status is None)

    def close(self) -> None:
        """Break the response off."""
        self._end(failed=True)

    def detach(self) -> None:
        """Refuse to hand over the connection."""
        self.refuse(501, _NO_UPGRADE)
        raise NotImplementedError(_NO_UPGRADE.strip())

    def set_close_callback(self, callback: Callable[[], object] | None) -> None:
        """Set what is called when the client goes before the response has ended."""
        self._close_callback = callback
        handler = getattr(callback, "__self__", None)
        if isinstance(handler, RequestHandler):
            self._handler = weakref.ref(handler)  # a reference would make a cycle

    def set_max_body_size(self, max_body_size: int) -> None:
        """Change the limit for this request, from ``prepare``."""
        self.max_body_size = max_body_size

    def set_body_timeout(self, timeout: float) -> None:
        """Do nothing: the WSGI server decides how long a body may take."""

    # What the adapter calls.

    def start(self, receiver: Coroutine[Any, Any, None]) -> None:
        """Begin to serve the request."""
        self._tasks.append(self._loop.create_task(receiver))

    def run_until(self, condition: Callable[[], object]) -> None:
        """Run the event loop until the condition holds or the time is up."""
        self.restart_timer()
        try:
            while not condition() and self._timer is not None:
                self._loop.run_forever()  # until _wake() stops it
        except (KeyboardInterrupt, SystemExit):
            # Tornado raises it a second time, which is not for the next request.
            self._loop.call_soon(self._loop.stop)
            with contextlib.suppress(KeyboardInterrupt, SystemExit):
                self._loop.run_forever()
            raise
        finally:
            if self._timer is not None:
                self._timer.cancel()

    def restart_timer(self) -> None:
        """Give the handler its full time again: it has made progress."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(self._time_limit, self._time_out)

    def next_chunks(self) -> bytes:
        """Return what is to be sent next, b"" when the response has ended."""
        if not self.chunks:
            self._release_flushes()
            self.run_until(lambda: self.chunks or self.ended)
        chunks, self.chunks = self.chunks, []
        return b"".join(chunks)

    def is_done(self) -> bool:
        """Tell whether the response has ended and the handler has returned."""
        return self.ended and all(task.done() for task in self._tasks)

    def complete(self) -> None:
        """Let the handler run to its end, now that the server has finished."""
        self.abandon()
        for task in self._tasks:
            if not task.done():
                task.add_done_callback(self._wake)
        self.run_until(self.is_done)

    def abandon(self) -> None:
        """Let the handler know, when the event loop runs next, that the client left."""
        if not self.ended and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._disconnect)

    def refuse(self, code: int, text: str = "") -> None:
        """Answer with an error of the adapter's own, if nothing has been sent yet."""
        if self.ended:
            return
        if self.status is None:
            self.status, self.headers, self.chunks = _plain(code, text)
            self._end()
        else:
            self.close()

    def _flush(self) -> asyncio.Future[None]:
        """Return a future that is done when the server wants more."""
        self._wake()
        future = self._loop.create_future()
        if self.failed:
            future.set_exception(StreamClosedError())
            future.exception()  # not logged when the handler ignores the future
        elif self.ended or not self.chunks:
            future.set_result(None)
        else:
            self._flushes.append(future)
        return future

    def _end(self, *, failed: bool = False) -> None:
        """Note that nothing more will be sent."""
        if not self.ended:
            self.ended = True
            self.failed = failed
            self._release_flushes()
            self._wake()

    def _release_flushes(self) -> None:
        """Let the handler go on after ``await self.flush()``."""
        flushes, self._flushes = self._flushes, []
        for future in flushes:
            if not future.done():
                future.set_result(None)

    def _wake(self, _: object = None) -> None:
        """Return from run_until after this step; note which task took it."""
        task = asyncio.current_task()
        if task is not None and task not in self._tasks:
            self._tasks.append(task)
        self._loop.stop()

    def _disconnect(self) -> None:
        """Break the response off because the client has gone."""
        callback = self._close_callback
        self.close()
        if callback is not None:
            IOLoop.current().add_callback(callback)

    def _time_out(self) -> None:
        """Give up a handler that makes no progress."""
        self._timer = None
        handler = self._handler()
        app_log.error(
            "Time limit: %s made no progress on %s %s (%s) for %g seconds",
            f"{type(handler).__module__}.{type(handler).__qualname__}"
            if handler is not None
            else "the application",
            self.method,
            self.uri,
            self.context,
            self._time_limit,
        )
        try:
            if self.status is None and handler is not None:
                handler.send_error(503)
        finally:
            self.refuse(503)
            # Tornado keeps the handler's task to itself. It is known by its coroutine,
            # which is a method of the handler. Other tasks, but the one that reads the
            # request, are left alone.
            for task in asyncio.all_tasks():
                frame = getattr(task.get_coro(), "cr_frame", None)
                owner = frame.f_locals.get("self") if frame is not None else None
                is_handlers = handler is not None and owner is handler
                if is_handlers or task is self._tasks[0]:
                    task.cancel()
                    self._tasks.append(task)
            self._loop.stop()


class _Body:
    """The response body: what the WSGI server iterates over and closes."""

    def __init__(self, connection: _Connection) -> None:
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


class _Context:
    """Where a request comes from: Tornado reads ``connection.context``."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        # Without an address the server listens on a Unix socket: Tornado's own says so.
        self.remote_ip: str = environ.get("REMOTE_ADDR") or "0.0.0.0"
        self.protocol: str = environ["wsgi.url_scheme"]

    def __str__(self) -> str:
        return self.remote_ip

    def apply_xheaders(self, headers: httputil.HTTPHeaders) -> None:
        """Believe the proxy's headers, in the order of preference Tornado has."""
        forwarded = headers.get("X-Forwarded-For", self.remote_ip)
        address = headers.get("X-Real-Ip", forwarded.rpartition(",")[2].strip())
        if address != self.remote_ip and is_valid_ip(address):
            self.remote_ip = address
        scheme = headers.get("X-Scheme", headers.get("X-Forwarded-Proto", ""))
        scheme = scheme.rpartition(",")[2].strip()
        if scheme in ("http", "https"):
            self.protocol = scheme


class _Worker:
    """The event loop of one thread of one process."""

    def __init__(self) -> None:
        self.process = os.getpid()
        selector = selectors.DefaultSelector()
        self.loop = asyncio.SelectorEventLoop(selector)
        # Runs when the thread ends or the interpreter exits, or in a forked process
        # as soon as that makes a loop of its own.
        weakref.finalize(self, _close_loop, self.loop, selector, self.process)


_local = threading.local()


def _event_loop() -> asyncio.AbstractEventLoop:
    """Return this worker's event loop, made when it is first needed."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        raise RuntimeError(
            "WSGIAdapter was called inside a running event loop: "
            "give Tornado's application to that loop's own HTTP server instead"
        )
    worker: _Worker | None = getattr(_local, "worker", None)
    if worker is None or worker.process != os.getpid():
        worker = _local.worker = _Worker()
    return worker.loop


def _close_loop(
    loop: asyncio.AbstractEventLoop, selector: selectors.BaseSelector, process: int
) -> None:
    """Close an event loop that is no longer needed."""
    if loop.is_running():
        return  # in a thread that the exit of the interpreter does not wait for
    if process == os.getpid():
        for task in (tasks := asyncio.all_tasks(loop)):
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=1))
        loop.run_until_complete(loop.shutdown_asyncgens())
    else:
        # The loop came with a fork. Closing it would unregister descriptors from the
        # parent's selector too, so this process first lets go of that one.
        if hasattr(selector, "fileno"):
            with open(os.devnull) as nothing:
                os.dup2(nothing.fileno(), selector.fileno())
        loop.set_exception_handler(lambda *_: None)  # the parent's tasks go silently
    loop.close()


async def _finished(awaitable: Awaitable[None] | None) -> None:
    """Wait for what a delegate's method returned, if it is something to wait for."""
    if awaitable is not None:
        await awaitable


def _plain(code: int, text: str = "") -> tuple[str, list[tuple[str, str]], list[bytes]]:
    """Return status, headers and body of an answer that Tornado has no part in."""
    body = text.encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    return f"{code} {responses[code]}", headers, [body] if body else []


def _start_line(environ: WSGIEnvironment) -> httputil.RequestStartLine:
    """Return the request line, with the path as the client sent it if it is known."""
    # A path put together again has lost the difference between "/" and "%2F".
    uri = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if not uri:
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        uri = quote(path.encode("latin-1"), safe=_PATH_CHARACTERS) or "/"
        if environ.get("QUERY_STRING"):
            uri += "?" + environ["QUERY_STRING"]
    version = environ.get("SERVER_PROTOCOL", "")
    if version != "HTTP/1.0":
        version = "HTTP/1.1"  # a proxy in front may speak HTTP/2
    return httputil.parse_request_start_line(
        f"{environ['REQUEST_METHOD']} {uri} {version}"
    )


def _headers(environ: WSGIEnvironment) -> httputil.HTTPHeaders:
    """Return the header fields of the request."""
    headers = httputil.HTTPHeaders()
    for key, value in environ.items():
        if key.startswith("HTTP_") and key[5:] not in _UNPREFIXED:
            headers.add(key[5:].replace("_", "-"), value.strip(" \t"))
        elif key in _UNPREFIXED and value:
            headers.add(key.replace("_", "-"), value)
    return headers


def _body(
    environ: WSGIEnvironment, headers: httputil.HTTPHeaders, connection: _Connection
) -> Iterator[bytes]:
    """Yield the body of the request in pieces."""
    length: int | None = None
    if "Content-Length" in headers:
        try:
            length = _number(headers["Content-Length"])
        except ValueError as error:
            raise httputil.HTTPInputError(
                f"Only integer Content-Length is allowed: {headers['Content-Length']}"
            ) from error
    elif not environ.get("wsgi.input_terminated"):
        if "Transfer-Encoding" in headers:
            raise httputil.HTTPInputError("The WSGI server hides the chunked body")
        return
    received = 0
    while received != length:
        if (length or received) > connection.max_body_size:
            raise httputil.HTTPInputError("Content-Length too long")
        wanted = _PIECE if length is None else min(_PIECE, length - received)
        try:
            piece = environ["wsgi.input"].read(wanted)
        except OSError:
            piece = b""  # the client is gone: uWSGI raises where others return nothing
        if piece:
            received += len(piece)
            yield piece
        elif length is None:
            return
        else:
            raise httputil.HTTPInputError("Body shorter than Content-Length")


def _number(text: str) -> int:
    """Return the value of a Content-Length header, which may have digits only."""
    if not re.fullmatch("[0-9]+", text):
        raise ValueError(f"not an integer: {text!r}")
    return int(text)
