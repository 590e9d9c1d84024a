"""The connection of one request: what Tornado writes to, and the server reads from."""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import Future as PlainFuture
from functools import lru_cache
from http.client import responses
from typing import TYPE_CHECKING, Any
from wsgiref.util import is_hop_by_hop

from tornado import httputil
from tornado.escape import native_str
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.log import app_log, gen_log
from tornado.web import RequestHandler

from .one_loop import Worker
from .request import Context, number

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .adapter import WSGIAdapter

_NO_UPGRADE = "WSGI cannot switch protocols: WebSocket needs Tornado's own server.\n"

_is_hop_by_hop = lru_cache(maxsize=256)(is_hop_by_hop)


class Connection(httputil.HTTPConnection):
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
    _handed_over = False  # to the application
    _waiting: Coroutine[Any, Any, None] | None = None  # the handler, before that
    _unsent: int | None = None  # bytes that Content-Length promises, not yet sent
    _close_callback: Callable[[], object] | None = None

    def __init__(
        self,
        environ: WSGIEnvironment,
        worker: Worker,
        adapter: WSGIAdapter,
    ) -> None:
        self.context = Context(environ, adapter.protocol)
        self.chunk_size = adapter.chunk_size
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
            self._unsent = number(headers["Content-Length"])
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
        receive: Callable[[Connection, WSGIEnvironment], None],
        environ: WSGIEnvironment,
    ) -> None:
        """Serve the request until there is something to send."""
        self._loop.step(self._hand_over, receive, environ)
        if self._interrupt is not None or not (self.status or self.ended):
            self._run_until(lambda: self.status or self.ended)

    def _hand_over(
        self,
        receive: Callable[[Connection, WSGIEnvironment], None],
        environ: WSGIEnvironment,
    ) -> None:
        """Pass the request on; then start the handler, as asyncio starts a new task."""
        try:
            receive(self, environ)
        except BaseException:
            if self._waiting is not None:
                self._loop.create_task(self._waiting)
            raise
        finally:
            waiting, self._waiting, self._handed_over = self._waiting, None, True
        if waiting is not None:
            self.start_task(waiting)

    def start_task(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Start a task for this request; it ends with the request."""
        task = self._loop.start_task(coroutine)
        self._own_tasks.append(task)
        self._tasks.append(task)

    def _execute(self, *arguments: bytes, **keywords: bytes) -> Unwatched:
        """Run the handler: Tornado calls this instead of the handler's _execute."""
        handler: Any = self._handler()
        del vars(handler)["_execute"]
        coroutine = self._run(handler, handler._execute(*arguments, **keywords))
        if self._handed_over:
            self.start_task(coroutine)
        else:
            self._waiting = coroutine
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
            self._worker.leftovers.append(self.complete)

    def refuse(self, code: int, text: str = "") -> None:
        """Send an error page of the adapter, if nothing has been sent yet."""
        if self.ended:
            return
        if self.status is None:
            self.status, self.headers, self.chunks = plain(code, text)
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


class Unwatched(PlainFuture[None]):
    """The future that Tornado gets for a started handler; it reports no failure."""

    def add_done_callback(self, callback: Callable[..., object]) -> None:
        pass


_UNWATCHED = Unwatched()


def plain(code: int, text: str = "") -> tuple[str, list[tuple[str, str]], list[bytes]]:
    """Return status, headers and body of a response made without Tornado."""
    body = text.encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    return f"{code} {responses[code]}", headers, [body] if body else []
