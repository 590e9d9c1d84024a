"""The connection of one request: runs its handler until the server has the response."""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import Future as PlainFuture
from typing import TYPE_CHECKING, Any

from tornado import httputil
from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.log import app_log, gen_log
from tornado.web import RequestHandler

from .one_loop import Worker
from .request import Context
from .response import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .adapter import WSGIAdapter


class Connection(Response):
    """What Tornado sees as the connection, and the adapter runs."""

    _timer: asyncio.TimerHandle | None = None
    _timed_out = False
    _interrupt: BaseException | None = None
    _handed_over = False  # to the application
    _waiting: Coroutine[Any, Any, None] | None = None  # the handler, before that
    _close_callback: Callable[[], object] | None = None

    def __init__(
        self, environ: WSGIEnvironment, worker: Worker, adapter: WSGIAdapter
    ) -> None:
        super().__init__(worker.loop)
        self.context = Context(environ, adapter.protocol)
        self.chunk_size = adapter.chunk_size
        self.max_body_size = adapter.max_body_size
        self._worker = worker
        self._time_limit = adapter.time_limit
        self._own_tasks: list[asyncio.Task[Any]] = []  # which the time limit cancels

    # Tornado calls these.

    def set_close_callback(self, callback: Callable[[], object] | None) -> None:
        """Set the function to call if the client goes before the response has ended."""
        self._close_callback = callback
        if callback is None:
            return
        handler = getattr(callback, "__self__", None)
        if isinstance(handler, RequestHandler) and handler is not self._handler():
            self._handler = weakref.ref(handler)  # a reference would make a cycle
            # Here the connection gets to know its handler. Next, Tornado calls the
            # handler's _execute, and ignores the result.
            handler._execute = self._execute  # type: ignore[method-assign,assignment]

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

    def _execute(self, *arguments: bytes, **keywords: bytes) -> Unwatched:
        """Run the handler: Tornado calls this instead of the handler's _execute."""
        handler: Any = self._handler()
        del handler._execute
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
        elif isinstance(error, StreamClosedError):
            self.refuse(400)  # the client has gone, before its request was complete
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
        if self.ended:
            for tasks in self._own_tasks, self._tasks:
                for task in tasks:
                    if not task.done():
                        return False
        return self.ended

    def complete(self) -> None:
        """Let the handler run to its end, now that the server has finished."""
        if not self.ended:
            self._loop.call_soon(self._disconnect)
        for task in self._own_tasks + self._tasks:
            if not task.done():
                task.add_done_callback(self._wake)
        self._run_until(self.is_done)
        self._loop.settle()

    def abandon(self) -> None:
        """Note, from any thread, that the client has gone; see complete()."""
        if not self.ended:
            self._worker.leftovers.append(self.complete)

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
