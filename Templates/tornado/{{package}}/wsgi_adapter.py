"""Run a Tornado application on a WSGI server.

Tornado 6.0 removed its own ``WSGIAdapter``. This one runs the handlers of current
Tornado versions, also ``async def`` handlers, on any WSGI server (PEP 3333)::

    application = WSGIAdapter(tornado.web.Application([("/", MainHandler)]))

It does for a WSGI request what Tornado's HTTP server does for a connection: it gives
the request to the application step by step, and returns what the application sends.
So status, headers, cookies, body and log lines are the same as on Tornado's own server.

What works:

* handlers written as plain methods, as ``async def`` or with ``@gen.coroutine``;
  ``prepare``, ``on_finish``, templates, XSRF protection, signed cookies, ETags,
  ranges, ``StaticFileHandler``, ``@stream_request_body``;
* every kind of routing: host rules, nested routers, ``FallbackHandler`` and classes
  that implement :class:`tornado.httputil.HTTPServerConnectionDelegate`;
* ``flush()``: the flushed data is sent at once, and ``await self.flush()`` waits until
  the server asks for more;
* ``AsyncHTTPClient``, connections, locks and tasks that several requests share. The
  first request of a worker makes an event loop, and the worker keeps it. Make such
  objects in a handler, not at import: the host loads the application first and forks
  the workers afterwards. You can open a stream in one request and use it in the next.
  Tornado's default HTTP client closes its connection after each response, as always.

What cannot work, because WSGI gives an application no connection, and no time between
two requests:

* WebSockets and ``detach()``: the response is a 501, and the log has an error.
* Background tasks and ``PeriodicCallback`` stop between requests, and continue during
  later requests. Work that a handler starts, for example with ``spawn_callback``, runs
  after the response until it has to wait. Work that the handler itself does after
  ``finish()`` is completed before the next request.
* ``on_connection_close`` is called only while a flushed response is being sent. Before
  that, WSGI does not report that the client has gone.
* A request header that was sent twice arrives as one header, joined with a comma. A
  request body of unknown length gets a 400 if the server does not report its end.

What you should know:

* A handler that makes no progress for ``time_limit`` seconds is cancelled, and the
  response is a 503. This cannot stop a handler that blocks without ``await``.
* A mounted application (``SCRIPT_NAME``) sees the whole path, as Tornado does behind a
  proxy. Its routes start with the mount point, so its links are correct.
* ``Application(debug=True)`` starts a reloader at import, which makes an event loop:
  add ``autoreload=False``.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import re
import selectors
import sys
import threading
import weakref
import zlib
from collections import deque
from collections.abc import (
    Awaitable,
    Callable,
    Container,
    Coroutine,
    Iterable,
    Iterator,
)
from concurrent.futures import Future as PlainFuture
from functools import lru_cache, partial
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
from tornado.util import GzipDecompressor
from tornado.web import RequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PIECE = 64 * 1024  # bytes of a request body that are read at a time
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")  # header fields without HTTP_ in CGI
_PATH_CHARACTERS = "/!$&'()*+,;=:@~"  # not escaped in a path (RFC 3986)
_DIGITS = re.compile("[0-9]+")
_MOST_ROUNDS = 100  # of the loop, for what a handler leaves behind
_NO_UPGRADE = "WSGI cannot switch protocols: WebSocket needs Tornado's own server.\n"

_is_hop_by_hop = lru_cache(maxsize=256)(is_hop_by_hop)
# Visitors return, and checking an address is slow: it calls the system's resolver.
_is_valid_ip = lru_cache(maxsize=128)(is_valid_ip)


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
        self.max_body_size = max_body_size

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request: the interface of WSGI."""
        worker = _this_worker()
        while worker.abandoned:
            worker.abandoned.popleft().complete()
        connection = _Connection(environ, worker, self)
        connection.start(self._receive, environ)
        if connection.failed or connection.status is None:
            # The handler failed before it sent anything: a response is still possible.
            connection.failed = False
            connection.status, connection.headers, connection.chunks = _plain(500)
        start_response(connection.status, connection.headers)
        if connection.is_done() and worker.loop.is_idle():
            return connection.chunks
        return _Body(connection)

    def _receive(self, connection: _Connection, environ: WSGIEnvironment) -> None:
        """Hand the request to the application, as Tornado's HTTP1Connection does."""
        delegate: httputil.HTTPMessageDelegate | None = None
        try:
            message = self.application.start_request(self, connection)
            start_line = _start_line(environ)
            headers = _headers(environ)
            connection.method, connection.uri, _ = start_line
            if self.xheaders:
                connection.context.apply_xheaders(environ, self.trusted_downstream)
            compressed = self.decompress_request and _rename_encoding(headers)
            delegate = message
            waiting = delegate.headers_received(start_line, headers)
            if waiting is None and not connection.ended and not _may_have_body(environ):
                delegate.finish()
                connection.context.unapply_xheaders()
            else:
                body = _body(environ, headers, connection)
                if compressed:
                    body = _decompressed(body, connection)
                connection.start_task(
                    _receive_rest(connection, delegate, waiting, body)
                )
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001
            connection.give_up_request(error, delegate)


async def _receive_rest(
    connection: _Connection,
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


class _Connection(httputil.HTTPConnection):
    """The connection of one request, as Tornado sees it.

    It keeps the data that the application sends, until the server asks for it.
    """

    status: str | None = None
    ended = False  # nothing more will be sent ...
    failed = False  # ... although the response is not complete
    method = uri = ""
    _timer: asyncio.TimerHandle | None = None
    _timed_out = False
    _interrupt: BaseException | None = None
    _unsent: int | None = None  # bytes that Content-Length promises, not yet sent
    _close_callback: Callable[[], object] | None = None

    def __init__(
        self,
        environ: WSGIEnvironment,
        worker: _Worker,
        adapter: WSGIAdapter,
    ) -> None:
        self.context = _Context(environ, adapter.protocol)
        self.max_body_size = adapter.max_body_size
        self.headers: list[tuple[str, str]] = []
        self.chunks: list[bytes] = []  # not yet taken by the server
        self._worker = worker
        self._loop = worker.loop
        self._time_limit = adapter.time_limit
        self._own_tasks: list[asyncio.Task[Any]] = []  # which the time limit cancels
        self._tasks: list[asyncio.Task[Any]] = []  # which may have more to do
        self._flushes: list[asyncio.Future[None]] = []
        self._handler: Callable[[], RequestHandler | None] = lambda: None

    # The application calls these, as on tornado.http1connection.HTTP1Connection.

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
        status = f"{code:d} {reason}"
        fields = [(name, native_str(text)) for name, text in headers.get_all()]
        everything = status + "".join(map("".join, fields))
        if not everything.isascii() or "\r" in everything or "\n" in everything:
            status = status.encode().decode("latin-1")
            for line in (status, *map(": ".join, fields)):
                raw = line.encode("latin-1")
                if b"\r" in raw or b"\n" in raw:
                    raise ValueError(
                        f"Illegal characters (CR or LF) in header: {raw!r}"
                    )
        self.status = status
        self.headers = [field for field in fields if not _is_hop_by_hop(field[0])]
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
                self.chunks.append(bytes(chunk))
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
        """Break off the response."""
        self._end(failed=True)

    def detach(self) -> None:
        """Refuse to hand over the connection."""
        self.refuse(501, _NO_UPGRADE)
        raise NotImplementedError(_NO_UPGRADE.strip())

    def set_close_callback(self, callback: Callable[[], object] | None) -> None:
        """Set the function to call if the client goes before the response has ended."""
        self._close_callback = callback
        handler = getattr(callback, "__self__", None)
        if isinstance(handler, RequestHandler) and self._handler() is not handler:
            self._handler = weakref.ref(handler)  # a reference would make a cycle
            # Here the connection gets to know its handler. Next, Tornado calls the
            # handler's _execute, and ignores the result.
            vars(handler)["_execute"] = self._execute

    def set_max_body_size(self, max_body_size: int) -> None:
        """Change the limit for this request, from ``prepare``."""
        self.max_body_size = max_body_size

    def set_body_timeout(self, timeout: float) -> None:
        """Do nothing: the WSGI server decides how long a body may take."""

    # The adapter calls these.

    def start(
        self,
        receive: Callable[[_Connection, WSGIEnvironment], None],
        environ: WSGIEnvironment,
    ) -> None:
        """Serve the request until there is something to send."""
        self._loop.step(receive, self, environ)
        if self._interrupt is not None or not (self.status or self.ended):
            self._run_until(lambda: self.status or self.ended)

    def start_task(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Start a task for this request; it ends with the request."""
        task = self._loop.start_task(coroutine)
        self._own_tasks.append(task)
        self._tasks.append(task)

    def _execute(self, *arguments: bytes, **keywords: bytes) -> _Unwatched:
        """Run the handler: Tornado calls this instead of the handler's _execute."""
        handler: Any = self._handler()
        del vars(handler)["_execute"]
        self.start_task(self._run(handler, handler._execute(*arguments, **keywords)))
        return _UNWATCHED

    async def _run(
        self, handler: RequestHandler, coroutine: Coroutine[Any, Any, None]
    ) -> None:
        """Run a handler, and catch the exceptions that Tornado does not catch."""
        try:
            await coroutine
        except (KeyboardInterrupt, SystemExit) as error:
            self._interrupt = error
            self.close()
            self._loop.stop()
        except BaseException:
            if self.ended:
                raise
            # The handler itself raised it: Tornado would never send a response.
            handler.log_exception(*sys.exc_info())
            handler.send_error(500)

    def give_up_request(
        self, error: BaseException, delegate: httputil.HTTPMessageDelegate | None
    ) -> None:
        """Send an error for a request that could not be passed on."""
        if isinstance(error, httputil.HTTPInputError):
            gen_log.info("Malformed HTTP message from %s: %s", self.context, error)
            self.refuse(400)
        elif not (self.ended and isinstance(error, asyncio.CancelledError)):
            app_log.error("Uncaught exception", exc_info=error)
            self.refuse(500)
        if delegate is not None:
            try:
                delegate.on_connection_close()
            except Exception:  # noqa: BLE001
                app_log.error("Uncaught exception", exc_info=True)

    def _run_until(self, condition: Callable[[], object]) -> None:
        """Run the event loop until the condition holds or the time is up."""
        self._timed_out = False
        if not condition():
            self._timer = self._loop.call_later(self._time_limit, self._time_out)
            try:
                while not (condition() or self._interrupt or self._timed_out):
                    self._loop.run_forever()  # until _wake() stops it
            finally:
                self._timer.cancel()
                self._timer = None
        interrupt, self._interrupt = self._interrupt, None
        if interrupt is not None:
            raise interrupt

    def restart_timer(self) -> None:
        """Give the handler its full time again, because it has made progress."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._loop.call_later(self._time_limit, self._time_out)

    def next_chunks(self) -> bytes:
        """Return the data to send next, or b"" if the response has ended."""
        if not self.chunks:
            self._release_flushes()
            self._run_until(lambda: self.chunks or self.ended)
        chunks, self.chunks = self.chunks, []
        return b"".join(chunks)

    def is_done(self) -> bool:
        """Tell whether the response has ended and the handler has returned."""
        return self.ended and all(task.done() for task in self._tasks)

    def complete(self) -> None:
        """Let the handler run to its end, now that the server has finished."""
        if not self.ended:
            self._loop.call_soon(self._disconnect)
        for task in self._tasks:
            if not task.done():
                task.add_done_callback(self._wake)
        self._run_until(self.is_done)
        self._loop.settle()

    def abandon(self) -> None:
        """Note, from any thread, that the client has gone; see complete()."""
        if not self.ended:
            self._worker.abandoned.append(self)

    def refuse(self, code: int, text: str = "") -> None:
        """Send an error page of the adapter, if nothing has been sent yet."""
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
        """Let the handler continue after ``await self.flush()``."""
        flushes, self._flushes = self._flushes, []
        for future in flushes:
            if not future.done():
                future.set_result(None)

    def _wake(self, _: object = None) -> None:
        """Return from run_until after this step; note which task took it."""
        if self._loop.stepping:
            return
        task = asyncio.current_task(self._loop)
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
        self._timed_out = True
        handler = self._handler()
        app_log.error(
            "Time limit: %s made no progress on %s %s (%s) for %g seconds",
            f"{type(handler).__module__}.{type(handler).__qualname__}"
            if handler is not None
            else "the application",
            self.method,
            self.uri,
            self.context if handler is None else handler.request.remote_ip,
            self._time_limit,
        )
        try:
            if self.status is None and handler is not None:
                handler.send_error(503)
        finally:
            self.refuse(503)
            for task in self._own_tasks:
                task.cancel()
            self._loop.stop()


class _Unwatched(PlainFuture[None]):
    """The future that Tornado gets for a started handler; it reports no failure."""

    def add_done_callback(self, callback: Callable[..., object]) -> None:
        pass


_UNWATCHED = _Unwatched()


class _Body:
    """The response body, which the WSGI server iterates over and closes."""

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

    def __init__(self, environ: WSGIEnvironment, protocol: str | None) -> None:
        # Without an address, the server uses a Unix socket. Tornado reports 0.0.0.0.
        self.remote_ip: str = environ.get("REMOTE_ADDR") or "0.0.0.0"
        self.protocol: str = protocol or environ["wsgi.url_scheme"]
        self._direct = self.remote_ip, self.protocol
        self.address = self.remote_ip, environ.get("REMOTE_PORT")

    def __str__(self) -> str:
        return self.remote_ip

    def apply_xheaders(
        self, environ: WSGIEnvironment, trusted_downstream: Container[str]
    ) -> None:
        """Use the proxy's headers, in the same order of preference as Tornado."""
        address: str = environ.get("HTTP_X_REAL_IP", "")
        if "HTTP_X_REAL_IP" not in environ and "HTTP_X_FORWARDED_FOR" in environ:
            for address in reversed(environ["HTTP_X_FORWARDED_FOR"].split(",")):
                if address.strip() not in trusted_downstream:
                    break
        address = address.strip()
        if address != self.remote_ip and _is_valid_ip(address):
            self.remote_ip = address
        scheme: str = environ.get("HTTP_X_FORWARDED_PROTO", "")
        scheme = environ.get("HTTP_X_SCHEME", scheme)
        scheme = scheme.rpartition(",")[2].strip(" \t")
        if scheme in ("http", "https"):
            self.protocol = scheme

    def unapply_xheaders(self) -> None:
        """Forget them: Tornado uses them only until the request is complete."""
        self.remote_ip, self.protocol = self._direct


class _Loop(asyncio.SelectorEventLoop):
    """The event loop of a worker, which can run a handler without a full round.

    A round asks the operating system for events and checks timers. A handler that waits
    for nothing does not need a round: step() runs it at once, and saves a lot of time.
    As in a round, this loop is the running loop, and tasks take their first steps in
    the order in which they were made.
    """

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.due = False  # there is something to run now
        self.pending = False  # there may be something to run later
        self.stepping = False
        self.taking = False
        self.first_step: Callable[[], object] | None = None
        super().__init__(self.selector)

        async def hooks() -> Any:
            return sys.get_asyncgen_hooks()

        self.hooks = self.run_until_complete(hooks())
        self.due = self.pending = False

    def step(self, callback: Callable[..., object], *arguments: object) -> None:
        """Call a function, and take the first step of the task that it starts."""
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(*self.hooks)
        asyncio._set_running_loop(self)
        self.stepping = True
        try:
            contextvars.copy_context().run(callback, *arguments)
            while self.first_step is not None:
                first_step, self.first_step = self.first_step, None
                first_step()
        finally:
            self.stepping = False
            if self.first_step is not None:  # the function has failed
                self.call_soon(self.first_step)
                self.first_step = None
            asyncio._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)

    def start_task(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Make a task, and take its first step in the current step, if possible."""
        self.taking = (
            self.stepping
            and not self.due  # earlier callbacks come first
            and self.first_step is None
            and self.get_task_factory() is None
        )
        try:
            if self.taking:
                return asyncio.Task(coroutine, loop=self)
            return self.create_task(coroutine)
        finally:
            self.taking = False

    # The next three methods note that there is work to do. asyncio has their types.
    if not TYPE_CHECKING:

        def call_soon(self, callback, *args, context=None):
            """Call a function in the next round; a new task asks for this."""
            if self.taking:
                self.taking = False
                self.first_step = partial(context.run, callback, *args)
                return asyncio.Handle(callback, args, self, context)
            self.due = True
            return super().call_soon(callback, *args, context=context)

        def call_soon_threadsafe(self, callback, *args, context=None):
            """Call a function in the next round; any thread may ask for this."""
            self.due = True
            return super().call_soon_threadsafe(callback, *args, context=context)

        def call_at(self, when, callback, *args, context=None):
            """Call a function at a given time."""
            self.pending = True
            return super().call_at(when, callback, *args, context=context)

    def is_running(self) -> bool:
        """Tell whether the loop runs, if only for a step."""
        return self.stepping or super().is_running()

    def is_idle(self) -> bool:
        """Tell whether there is nothing to run, and nothing to wait for."""
        return not (self.due or self.pending) and len(self.selector.get_map()) < 2

    def run_round(self) -> None:
        """Run all callbacks that are due now."""
        self.due = False
        self.stop()
        self.run_forever()

    def settle(self) -> None:
        """Run all due callbacks, and those that they add, but not without limit."""
        for _ in range(_MOST_ROUNDS):
            self.run_round()
            if not self.due:
                break


class _Worker:
    """The event loop of one thread of one process."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.loop = _Loop()
        self.abandoned: deque[_Connection] = deque()  # completed by the next request
        # This runs when the thread ends or the interpreter exits; in a forked process,
        # when that process makes its own loop.
        weakref.finalize(self, _close_loop, self.loop, self.process)


_local = threading.local()


def _this_worker() -> _Worker:
    """Return the worker of this thread; the first call makes it."""
    if asyncio._get_running_loop() is not None:
        raise RuntimeError(
            "WSGIAdapter was called inside a running event loop: "
            "give Tornado's application to that loop's own HTTP server instead"
        )
    worker: _Worker | None = getattr(_local, "worker", None)
    if worker is None or worker.process != os.getpid():
        worker = _local.worker = _Worker()
    return worker


def _close_loop(loop: _Loop, process: int) -> None:
    """Close an event loop that is no longer needed."""
    if loop.is_running():
        return  # in a thread that the interpreter does not wait for when it exits
    if process == os.getpid():
        loop.run_round()
        for task in (tasks := asyncio.all_tasks(loop)):
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=1))
        loop.run_until_complete(loop.shutdown_asyncgens())
    else:
        # The loop came with a fork. Closing it would also unregister descriptors from
        # the parent's selector, so this process first drops that selector.
        if hasattr(loop.selector, "fileno"):
            with open(os.devnull) as nothing:
                os.dup2(nothing.fileno(), loop.selector.fileno())
        loop.set_exception_handler(lambda *_: None)  # no messages about parent's tasks
    loop.close()


def _plain(code: int, text: str = "") -> tuple[str, list[tuple[str, str]], list[bytes]]:
    """Return status, headers and body of a response made without Tornado."""
    body = text.encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    return f"{code} {responses[code]}", headers, [body] if body else []


def _start_line(environ: WSGIEnvironment) -> httputil.RequestStartLine:
    """Return the request line, if possible with the path as the client sent it."""
    # The decoded path does not show the difference between "/" and "%2F".
    uri = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if not uri:
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        uri = quote(path.encode("latin-1"), safe=_PATH_CHARACTERS) or "/"
        if environ.get("QUERY_STRING"):
            uri += "?" + environ["QUERY_STRING"]
    version = environ.get("SERVER_PROTOCOL", "")
    if not version.startswith("HTTP/1."):
        version = "HTTP/1.1"  # a proxy in front may speak HTTP/2
    return httputil.parse_request_start_line(
        f"{environ['REQUEST_METHOD']} {uri} {version}"
    )


def _headers(environ: WSGIEnvironment) -> httputil.HTTPHeaders:
    """Return the header fields of the request."""
    headers = httputil.HTTPHeaders()
    for key, value in environ.items():
        if key[:5] != "HTTP_" and (key not in _UNPREFIXED or value == ""):
            continue
        name = _field_name(key)
        value = value.strip(" \t")
        if name and value.isascii() and value.isprintable():
            headers[name] = value
        elif name is not None:
            # This looks closer, and raises an error that says what is wrong.
            headers.add(name or key[5:], value)
    return headers


@lru_cache(maxsize=256)
def _field_name(key: str) -> str | None:
    """Return the header field's name for a key, or "" if it is not allowed."""
    if key not in _UNPREFIXED:
        key = key[5:]
        if key in _UNPREFIXED:
            return None  # a client must not fake the server's own key
    name = key.replace("_", "-").title()
    return name if re.fullmatch("[A-Za-z0-9-]+", name) else ""


def _may_have_body(environ: WSGIEnvironment) -> bool:
    """Tell whether there may be a body to read or to refuse."""
    return bool(
        environ.get("CONTENT_LENGTH")
        or environ.get("wsgi.input_terminated")
        or "HTTP_TRANSFER_ENCODING" in environ
    )


def _body(
    environ: WSGIEnvironment, headers: httputil.HTTPHeaders, connection: _Connection
) -> Iterator[bytes]:
    """Yield the body of the request in pieces."""
    terminated = environ.get("wsgi.input_terminated")
    length: int | None = None
    if "Content-Length" in headers:
        length = _length(headers)
    if "Transfer-Encoding" in headers:
        if length is not None:
            raise httputil.HTTPInputError(
                "Message with both Transfer-Encoding and Content-Length"
            )
        if headers["Transfer-Encoding"].lower() != "chunked":
            raise httputil.HTTPInputError(
                f"Unsupported Transfer-Encoding {headers['Transfer-Encoding']}"
            )
        if not terminated:
            raise httputil.HTTPInputError("The WSGI server hides the chunked body")
    elif length is None and not terminated:
        return
    received = 0
    while received != length:
        if (length or received) > connection.max_body_size:
            raise httputil.HTTPInputError("Content-Length too long")
        wanted = _PIECE if length is None else min(_PIECE, length - received)
        try:
            piece = environ["wsgi.input"].read(wanted)
        except OSError:
            piece = b""  # the client is gone: uWSGI raises, other servers return b""
        if piece:
            received += len(piece)
            yield piece
        elif length is None:
            return
        else:
            raise httputil.HTTPInputError("Body shorter than Content-Length")


def _length(headers: httputil.HTTPHeaders) -> int:
    """Return the length of the body according to the request."""
    texts = re.split(r",[ \t]*", headers["Content-Length"])
    if len(set(texts)) > 1:
        raise httputil.HTTPInputError(
            f"Multiple unequal Content-Lengths: {headers['Content-Length']!r}"
        )
    headers["Content-Length"] = texts[0]
    try:
        return _number(texts[0])
    except ValueError as error:
        raise httputil.HTTPInputError(
            f"Only integer Content-Length is allowed: {texts[0]}"
        ) from error


def _rename_encoding(headers: httputil.HTTPHeaders) -> bool:
    """Tell whether the body is compressed, and hide that from the application."""
    if headers.get("Content-Encoding", "").lower() != "gzip":
        return False
    headers.add("X-Consumed-Content-Encoding", headers["Content-Encoding"])
    del headers["Content-Encoding"]
    return True


def _decompressed(pieces: Iterator[bytes], connection: _Connection) -> Iterator[bytes]:
    """Yield a compressed body in decompressed pieces."""
    decompressor = GzipDecompressor()
    limit = connection.max_body_size
    try:
        for piece in pieces:
            while piece:
                data = decompressor.decompress(piece, _PIECE)
                limit -= len(data)
                if limit < 0:
                    raise httputil.HTTPInputError("decompressed body too large")
                rest = decompressor.unconsumed_tail
                if data:
                    yield data
                elif len(rest) >= len(piece):
                    raise httputil.HTTPInputError(
                        "encountered unconsumed gzip data without making progress"
                    )
                piece = rest
        decompressor.flush()
    except zlib.error as error:
        raise httputil.HTTPInputError(f"invalid gzip data: {error}") from error


def _number(text: str) -> int:
    """Return the value of a Content-Length header, which may have digits only."""
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"not an integer: {text!r}")
    return int(text)
