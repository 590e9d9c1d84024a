"""One request and its response, while the app works on them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from .response import read_headers, status_line

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .adapter import ASGIAdapter
    from .interface import Message, Scope
    from .one_loop import Worker

_PIECE = 64 * 1024  # bytes of a request body that are read at a time
TOO_LARGE = "The body of the request is too large."
_BODILESS = (204, 205, 304)  # status codes of responses that have no body

logger = logging.getLogger(__package__)


class ClientGoneError(ConnectionResetError):
    """The app sends something, but the client has gone."""


class Exchange:
    """One request and its response, between the WSGI server and the app."""

    status = ""  # set when the app has begun its response
    complete = False  # the app has sent its whole response ...
    failed = False  # ... or will never do that
    gone = False  # the client has gone
    _over = False  # the server has sent all, or has given up
    _more_body = True  # of the request, to give to the app
    _unread: int | None = None  # bytes of it, or None if only its end tells
    _reading = False  # the app has begun to read it
    _is_too_large = False
    _has_body = True  # the response may have one
    _promised: int | None = None  # bytes of it, by Content-Length, not yet sent
    _task: asyncio.Task[None] | None = None
    _timer: asyncio.TimerHandle | None = None
    _timed_out = False
    _cancelled = False
    _interrupt: BaseException | None = None

    def __init__(
        self, adapter: ASGIAdapter, worker: Worker, environ: WSGIEnvironment
    ) -> None:
        self.headers: list[tuple[str, str]] = []
        self.chunks: list[bytes] = []  # not yet taken by the server
        self._app = adapter.app
        self._worker = worker
        self._loop = worker.loop
        self._time_limit = adapter.time_limit
        self._space = adapter.max_body_size  # bytes that may still come
        self._environ = environ
        self._head = environ["REQUEST_METHOD"] == "HEAD"
        self._senders: list[asyncio.Future[None]] = []  # wait until more is wanted
        self._receivers: list[asyncio.Future[None]] = []  # wait until all is over

    def __str__(self) -> str:
        environ = self._environ
        return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')!r}"

    # The adapter and the body of the response call these.

    def begin(self, scope: Scope) -> None:
        """Start the app, and run it until there is something to send."""
        if has_length(self._environ):
            self._unread = int(self._environ.get("CONTENT_LENGTH") or 0)
        self._loop.step(self._start_app, scope)
        self._run_until(self._is_ready)
        if self._timed_out:  # nothing has been sent: another response is still possible
            self.refuse(503, "The app took too long.")
        elif self.failed and self._is_too_large:
            self.refuse(413, TOO_LARGE)
        elif self.failed and self.gone:
            self.refuse(400, "The request broke off.")
        elif self.failed:
            self.refuse(500, "Internal Server Error")

    def refuse(self, code: int, text: str) -> None:
        """Respond in place of the app."""
        body = text.encode()
        self.status = status_line(code)
        length = "content-length", str(len(body))
        self.headers = [("content-type", "text/plain; charset=utf-8"), length]
        self.chunks = [] if self._head else [body]
        self.complete = True

    def next_chunks(self) -> bytes:
        """Return what to send next, or b"" at the end of the response."""
        if not self._is_ready():
            self._wake(self._senders)
            self._run_until(self._is_ready)
        chunks, self.chunks = self.chunks, []
        if not chunks and not self.complete:
            # The client must see a broken response, not a short one.
            raise RuntimeError(f"{self}: the app did not complete its response")
        return b"".join(chunks)

    def finish(self) -> None:
        """Let the app come to its end: the server has sent all, or has given up."""
        if self._over or self._loop.is_closed():
            return
        self._over = True
        if self.chunks or not self.complete:
            self.gone = True
        self._wake(self._senders)
        self._wake(self._receivers)
        if self._loop.due:
            self._loop.run_round()
        if self._task is not None and not self._task.done():
            self._task.add_done_callback(self._stop)
        self._run_until(self._is_done)
        if self._loop.due:
            self._loop.settle()

    def abandon(self) -> None:
        """Note, from any thread, that the server has forgotten this exchange."""
        if not self._over:
            self._worker.leftovers.append(self.finish)

    # The app calls these.

    async def receive(self) -> Message:
        """Return the next piece of the request, or wait for the end of the exchange."""
        if self._more_body and not (self.complete or self.gone):
            if self._reading:
                await asyncio.sleep(0)  # let other tasks work between two pieces
            self._reading = True
            piece = self._read()
            if piece is not None:
                more = self._more_body
                return {"type": "http.request", "body": piece, "more_body": more}
        if not (self._over or self.gone):
            await self._wait(self._receivers)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a part of the response, and wait until the server wants more."""
        kind = message["type"]
        if self.gone:
            raise ClientGoneError("the client has gone")
        if self.complete or self.failed:
            raise RuntimeError(f"{kind!r} was sent after the end of the response")
        expected = "http.response.body" if self.status else "http.response.start"
        if kind != expected:
            raise RuntimeError(f"{kind!r} was sent, but WSGI needs {expected!r} here")
        if not self.status:
            self._begin_response(message)
            return
        more = message.get("more_body", False)
        self._add_body(message.get("body", b""), more)
        if more and not self.chunks:
            await asyncio.sleep(0)  # a WSGI server sends no empty pieces
            return
        self.complete = not more
        self._stop()
        await self._wait(self._senders)
        if self.gone:
            raise ClientGoneError("the client has gone")

    def _start_app(self, scope: Scope) -> None:
        self._task = self._loop.start_task(self._run_app(scope))

    async def _run_app(self, scope: Scope) -> None:
        """Run the app, and note how it ends."""
        try:
            await self._app(scope, self.receive, self.send)
            if not self.complete:
                logger.error("%s: the app ended without a complete response", self)
        except (KeyboardInterrupt, SystemExit) as error:
            self._interrupt = error
        except BaseException as error:
            expected = self._cancelled or self.complete
            cancelled = isinstance(error, asyncio.CancelledError) and expected
            if not (cancelled or is_client_gone(error)):
                logger.error("%s: exception in the app", self, exc_info=error)
        finally:
            self.failed = not self.complete
            self._stop()

    def _begin_response(self, message: Message) -> None:
        """Take the status and the headers of the response."""
        code = message["status"]
        headers, length = read_headers(message.get("headers", ()))
        self._has_body = not self._head and code not in _BODILESS
        self._promised = length if self._has_body else None
        self.status, self.headers = status_line(code), headers

    def _add_body(self, body: bytes | bytearray | memoryview, more: bool) -> None:
        """Take a piece of the body of the response."""
        if type(body) is not bytes:
            body = bytes(memoryview(body))
        if self._promised is not None:
            self._promised -= len(body)
            if self._promised < 0:
                raise RuntimeError("the body is longer than Content-Length")
            if self._promised and not more:
                raise RuntimeError("the body is shorter than Content-Length")
        if body and self._has_body:
            self.chunks.append(body)
        elif body and not self._head:
            raise RuntimeError(f"a response with status {self.status} has no body")

    def _read(self) -> bytes | None:
        """Read the next piece of the request, or return None if the client has gone."""
        size = _PIECE if self._unread is None else min(_PIECE, self._unread)
        try:
            piece: bytes = self._environ["wsgi.input"].read(size) if size else b""
        except OSError:  # uWSGI raises it, other servers return b""
            self.gone = True
        else:
            if self._unread is None:
                self._more_body = bool(piece)
                if self._space is not None:
                    self._space -= len(piece)
                    self.gone = self._is_too_large = self._space < 0
                if self._is_too_large:
                    logger.error("%s: 413. %s", self, TOO_LARGE)
            else:
                self.gone = size > 0 and not piece
                self._unread -= len(piece)
                self._more_body = self._unread > 0
        if self.gone:
            self._wake(self._receivers)
            return None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._loop.call_later(self._time_limit, self._time_out)
        return piece

    def _is_ready(self) -> bool:
        return bool(self.chunks) or self.complete or self.failed

    def _is_done(self) -> bool:
        return self._task is None or self._task.done()

    def _run_until(self, condition: Callable[[], bool]) -> None:
        """Run the event loop until the condition holds or the time is up."""
        self._timed_out = False
        if not condition():
            self._timer = self._loop.call_later(self._time_limit, self._time_out)
            try:
                while not (condition() or self._timed_out):
                    self._loop.run_forever()  # until _stop() is called
            finally:
                self._timer.cancel()
                self._timer = None
        interrupt, self._interrupt = self._interrupt, None
        if interrupt is not None:
            raise interrupt

    def _time_out(self) -> None:
        """Cancel an app that makes no progress."""
        text = "%s: the app made no progress for %g seconds, so it is cancelled"
        logger.error(text, self, self._time_limit)
        self._timed_out = self._cancelled = True
        if self._task is not None:
            self._task.cancel()
        self._stop()

    def _stop(self, _: object = None) -> None:
        """Return from _run_until() after this step."""
        if not self._loop.stepping:
            self._loop.stop()

    async def _wait(self, waiting: list[asyncio.Future[None]]) -> None:
        future = self._loop.create_future()
        waiting.append(future)
        await future

    def _wake(self, waiting: list[asyncio.Future[None]]) -> None:
        for future in waiting:
            if not future.done():
                future.set_result(None)
        waiting.clear()


def has_length(environ: WSGIEnvironment) -> bool:
    """Tell whether the length of a request's body is known, if it has one.

    nginx reads a body in chunks, tells the server its length, and leaves the header.
    """
    if "HTTP_TRANSFER_ENCODING" not in environ:
        return True
    return bool(environ.get("CONTENT_LENGTH")) and not environ.get(
        "wsgi.input_terminated"
    )


def is_client_gone(error: BaseException | None) -> bool:
    """Tell whether an exception comes from a client that has gone."""
    while error is not None:
        if isinstance(error, ClientGoneError):
            return True
        if any(is_client_gone(part) for part in getattr(error, "exceptions", ())):
            return True
        error = error.__cause__ or error.__context__
    return False
