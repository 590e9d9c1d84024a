"""Run an ASGI app (FastAPI, Starlette, Litestar, Quart, Django, ...) on a WSGI server.

::

    application = ASGIAdapter(app)

The app runs in an event loop that each worker makes for its first request and keeps
(``one_loop.py``). There is no thread for the loop, so that it works on servers that load
the app first and fork their workers afterwards, as PythonAnywhere does.

What works:

* HTTP as in ASGI 3: requests and responses in pieces, also at the same time; an app that
  sends a piece waits until the server asks for the next one; paths and headers as sent;
* ``lifespan``, with state: the first request of a worker starts it, and the end of the
  worker shuts it down, unless the server kills the worker or ends it during a request. If
  the start fails, the log has the reason, and each request gets a 500 until you reload;
* ``def`` routes of FastAPI and Starlette, and all else that waits for a thread: threads
  work during a request. Start none that goes on after it: PythonAnywhere does not promise
  that threads run between two requests;
* connections, locks and tasks that requests share, if you make them in ``lifespan`` or in
  a route, not at import.

What cannot work, because WSGI gives an app no connection, and no time between requests:

* WebSockets: the response is a 501, and the log has an error. An app that sends a server
  push, trailers or early hints gets a RuntimeError; ``scope["extensions"]`` offers none.
* Background tasks of a response run after the client has received it, but the worker takes
  the next request only when they have ended. Tasks of ``asyncio.create_task`` run until
  they have to wait, and go on during later requests of the worker.
* ``http.disconnect`` comes after the response, or when the server cannot send a piece. A
  client that goes while the app computes is not noticed earlier.
* Headers go out with the first piece of the body, not earlier.
* A request header that was sent twice arrives as one, joined with a comma, and a ``_`` in
  its name arrives as ``-``.

What you should know:

* An app that makes no progress for ``time_limit`` seconds is cancelled, and the response is
  a 503. This cannot stop code that blocks without ``await``.
* On a server with threads, each thread is a worker: it has a loop and a lifespan.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes, unquote_to_bytes
from wsgiref.util import is_hop_by_hop

from one_loop import Worker, this_worker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_PIECE = 64 * 1024  # bytes of a request body that are read at a time
_SHUTDOWN_SECONDS = 10.0  # for lifespan, when a worker ends
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")  # header fields without HTTP_ in CGI
_BODILESS = (204, 205, 304)  # status codes of responses that have no body
_PATH_CHARACTERS = "/!$&'()*+,;=:@~"  # not escaped in a path (RFC 3986)
_TOKEN = re.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_SLASHES = re.compile(b"/{2,}")
_ORIGIN = re.compile("https?://[^/?#]*")  # before the path, if the client sends it
_LIFESPAN = re.compile(r"lifespan\.(startup|shutdown)\.(complete|failed)")
_LIFESPAN_EVENTS = ("lifespan.startup", "lifespan.shutdown")
_SLOW = "the app's %s takes more than %g seconds, so it is cancelled"

logger = logging.getLogger("asgi_adapter")


class ASGIAdapter:
    """A WSGI application made from an ASGI 3 app.

    :param app: the ASGI app.
    :param time_limit: how many seconds the app may make no progress: until it has started,
        reads or sends the next piece, or has ended its background tasks.
    :param real_ip: take the client's address from ``X-Real-IP``, which PythonAnywhere sets,
        and clients cannot fake there. Give False on a server that does not set it.
    """

    def __init__(
        self, app: ASGIApp, *, time_limit: float = 60.0, real_ip: bool = True
    ) -> None:
        if not callable(app):
            raise TypeError(f"ASGIAdapter needs an ASGI app, not {app!r}")
        self.app = app
        self.time_limit = time_limit
        self.real_ip = real_ip

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request: the interface of WSGI."""
        worker = this_worker()
        worker.finish_leftovers()
        lifespan: _Lifespan | None = worker.kept.get(self)
        if lifespan is None:
            lifespan = worker.kept[self] = _Lifespan(self.app, worker)
            lifespan.start(self.time_limit)
        exchange = _Exchange(self.app, worker, self.time_limit, environ)
        body = _Body(exchange)
        refusal = lifespan.refusal or _refusal(environ)
        if refusal is None:
            exchange.begin(_scope(environ, lifespan.state, self.real_ip))
        else:
            logger.error("%s: %d. %s", exchange, *refusal)
            exchange.refuse(*refusal)
        start_response(exchange.status, exchange.headers)
        return body


class _ClientGoneError(ConnectionResetError):
    """The app sends something, but the client has gone."""


class _Exchange:
    """One request and its response, between the WSGI server and the app."""

    status = ""  # set when the app has begun its response
    complete = False  # the app has sent its whole response ...
    failed = False  # ... or will never do that
    gone = False  # the client has gone
    _over = False  # the server has sent all, or has given up
    _more_body = True  # of the request, to give to the app
    _unread: int | None = None  # bytes of it, or None if only its end tells
    _reading = False  # the app has begun to read it
    _has_body = True  # the response may have one
    _promised: int | None = None  # bytes of it, by Content-Length, not yet sent
    _task: asyncio.Task[None] | None = None
    _timer: asyncio.TimerHandle | None = None
    _timed_out = False
    _cancelled = False
    _interrupt: BaseException | None = None

    def __init__(
        self, app: ASGIApp, worker: Worker, time_limit: float, environ: WSGIEnvironment
    ) -> None:
        self.headers: list[tuple[str, str]] = []
        self.chunks: list[bytes] = []  # not yet taken by the server
        self._app = app
        self._worker = worker
        self._loop = worker.loop
        self._time_limit = time_limit
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
        if "HTTP_TRANSFER_ENCODING" not in self._environ:
            self._unread = int(self._environ.get("CONTENT_LENGTH") or 0)
        self._loop.step(self._start_app, scope)
        self._run_until(self._is_ready)
        if self._timed_out:  # nothing has been sent: another response is still possible
            self.refuse(503, "The app took too long.")
        elif self.failed and self.gone:
            self.refuse(400, "The request broke off.")
        elif self.failed:
            self.refuse(500, "Internal Server Error")

    def refuse(self, code: int, text: str) -> None:
        """Respond in place of the app."""
        body = text.encode()
        self.status = _status(code)
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
            raise _ClientGoneError("the client has gone")
        if self.complete or self.failed:
            raise RuntimeError(f"{kind!r} was sent after the end of the response")
        expected = "http.response.body" if self.status else "http.response.start"
        if kind != expected:
            raise RuntimeError(f"{kind!r} was sent, but WSGI needs {expected!r} here")
        if not self.status:
            self._start_response(message)
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
            raise _ClientGoneError("the client has gone")

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
            if not (cancelled or _is_client_gone(error)):
                logger.error("%s: exception in the app", self, exc_info=error)
        finally:
            self.failed = not self.complete
            self._stop()

    def _start_response(self, message: Message) -> None:
        """Take the status and the headers of the response."""
        code, headers = message["status"], []
        self._has_body = not self._head and code not in _BODILESS
        for raw_name, raw_value in message.get("headers", ()):
            name, is_length = _response_name(raw_name)
            value = raw_value.decode("latin-1")
            if not (value.isascii() and value.isprintable()):
                value = value.strip(" \t").replace("\t", " ")
                if _CONTROLS.search(value):
                    raise ValueError(f"illegal characters in {name}: {value!r}")
            if is_length:
                if not (value.isascii() and value.isdecimal()):
                    raise ValueError(f"content-length is not a number: {value!r}")
                self._promised = int(value) if self._has_body else None
            if name:
                headers.append((name, value))
        self.status, self.headers = _status(code), headers

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
            _set(future)
        waiting.clear()


class _Body:
    """The response body, which the WSGI server iterates over and closes."""

    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if chunks := self._exchange.next_chunks():
            return chunks
        raise StopIteration

    def close(self) -> None:
        self._exchange.finish()

    def __del__(self) -> None:
        # PythonAnywhere's server does not call close() when the client has left.
        self._exchange.abandon()


class _Lifespan:
    """The app's lifespan in one worker.

    :ivar state: what the app keeps there; each request gets a copy.
    :ivar refusal: the status and text for each request, unless the app has started.
    """

    def __init__(self, app: ASGIApp, worker: Worker) -> None:
        self.state: dict[str, Any] = {}
        self.refusal: tuple[int, str] | None = 500, "The app could not start."
        self._app = app
        self._worker = worker
        self._received = 0  # messages that the app has received
        self._started: asyncio.Future[None] = worker.loop.create_future()
        self._leaving: asyncio.Future[None] = worker.loop.create_future()
        self._ended: asyncio.Future[None] = worker.loop.create_future()
        self._task = worker.loop.create_task(self._run())
        worker.closing.append(self._shut_down)

    def start(self, seconds: float) -> None:
        """Wait until the app has started, or has failed to do so."""
        self._worker.complete(asyncio.wait({self._started}, timeout=seconds))
        if not self._started.done():
            logger.error(_SLOW, "startup", seconds)
            self._task.cancel()

    def _shut_down(self) -> None:
        """Tell the app that the worker ends, and wait until it has dealt with that."""
        self._leaving.set_result(None)
        self._worker.complete(asyncio.wait({self._ended}, timeout=_SHUTDOWN_SECONDS))
        if not self._ended.done():
            logger.error(_SLOW, "shutdown", _SHUTDOWN_SECONDS)

    async def _run(self) -> None:
        scope: Scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await self._app(scope, self._receive, self._send)
            if not self._started.done():
                self.refusal = None  # as below
        except Exception as error:
            if self._started.done():
                logger.error("exception in the app's lifespan", exc_info=error)
            else:
                # ASGI says that such an app knows no lifespan, and serves requests.
                self.refusal = None
                level = logging.WARNING if self._received else logging.INFO
                logger.log(level, "the app ignores lifespan", exc_info=error)
        except (KeyboardInterrupt, SystemExit) as error:
            logger.error("the app's lifespan raised %r", error)
        finally:
            _set(self._started)
            _set(self._ended)

    async def _receive(self) -> Message:
        if self._received:
            await asyncio.shield(self._leaving)
        if self._received > 1:
            await self._worker.loop.create_future()  # nothing more will come
        self._received += 1
        return {"type": _LIFESPAN_EVENTS[self._received - 1]}

    async def _send(self, message: Message) -> None:
        match = _LIFESPAN.fullmatch(message["type"])
        if match is None:
            raise RuntimeError(f"{message['type']!r} was sent to lifespan")
        phase, outcome = match.groups()
        if outcome == "failed":
            reason = message.get("message") or "the app does not say why"
            logger.error("the app's %s failed: %s", phase, reason)
        elif phase == "startup":
            self.refusal = None
        _set(self._started if phase == "startup" else self._ended)


def _set(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _scope(environ: WSGIEnvironment, state: dict[str, Any], real_ip: bool) -> Scope:
    """Return what ASGI tells an app about a request."""
    root_path, path, raw_path = _paths(environ)
    address, port = environ.get("REMOTE_ADDR", ""), environ.get("REMOTE_PORT", "")
    headers = []
    for key, value in environ.items():
        name = _request_name(key)
        if name and (value or key not in _UNPREFIXED):
            headers.append((name, value.encode("latin-1")))
    real = environ.get("HTTP_X_REAL_IP", "").strip()
    if real_ip and _is_address(real):
        address, port = real, ""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": environ.get("SERVER_PROTOCOL", "HTTP/1.1").partition("/")[2],
        "method": environ["REQUEST_METHOD"],
        "scheme": environ["wsgi.url_scheme"],
        "path": path,
        "raw_path": raw_path,
        "query_string": environ.get("QUERY_STRING", "").encode("latin-1"),
        "root_path": root_path,
        "headers": headers,
        "client": (address, int(port or 0)) if address else None,
        "server": (environ["SERVER_NAME"], int(environ["SERVER_PORT"])),
        "state": state.copy(),
        "extensions": {},
    }


def _paths(environ: WSGIEnvironment) -> tuple[str, str, bytes]:
    """Return root_path, path and raw_path, if possible as the client sent them."""
    root = environ.get("SCRIPT_NAME", "").encode("latin-1")
    path = root + environ.get("PATH_INFO", "").encode("latin-1")
    target = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
    raw = _ORIGIN.sub("", target.partition("?")[0], 1).encode("latin-1")
    sent = unquote_to_bytes(raw) if b"%" in raw else raw
    if sent != path:
        if _SLASHES.sub(b"/", sent) == path:
            path = sent  # the server makes one "/" of several
        else:
            # The server tells nothing, or something in front has changed the path.
            raw = quote_from_bytes(path, safe=_PATH_CHARACTERS).encode()
    return root.decode("utf-8", "replace"), path.decode("utf-8", "replace"), raw


def _refusal(environ: WSGIEnvironment) -> tuple[int, str] | None:
    """Return the status and text for a request that cannot be served."""
    if "HTTP_SEC_WEBSOCKET_KEY" in environ:
        return 501, "WSGI cannot serve WebSockets: they need an ASGI server."
    if not re.fullmatch("[0-9]*", environ.get("CONTENT_LENGTH", "")):
        return 400, "Content-Length is not a number."
    if "HTTP_TRANSFER_ENCODING" in environ and not environ.get("wsgi.input_terminated"):
        return 411, "This WSGI server needs a body with Content-Length."
    return None


def _is_client_gone(error: BaseException | None) -> bool:
    """Tell whether an exception comes from a client that has gone."""
    while error is not None:
        if isinstance(error, _ClientGoneError):
            return True
        if any(_is_client_gone(part) for part in getattr(error, "exceptions", ())):
            return True
        error = error.__cause__ or error.__context__
    return False


@lru_cache(maxsize=128)  # visitors return
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=64)
def _status(code: int) -> str:
    """Return a status line for a status code."""
    if not isinstance(code, int) or not 200 <= code <= 999:
        raise ValueError(f"not the status of a response: {code!r}")
    known = code in HTTPStatus._value2member_map_
    return f"{code:d} {HTTPStatus(code).phrase if known else 'Unknown'}"


@lru_cache(maxsize=512)
def _request_name(key: str) -> bytes | None:
    """Return the header's name for a key of the environment, if it is a header."""
    if key[:5] == "HTTP_" and key[5:] not in _UNPREFIXED:
        key = key[5:]
    elif key not in _UNPREFIXED:
        return None  # a client must not fake the server's own key
    return key.replace("_", "-").lower().encode("latin-1")


@lru_cache(maxsize=512)
def _response_name(raw: bytes) -> tuple[str, bool]:
    """Return a header's name, "" if it is the server's, and whether it is the length."""
    name = raw.decode("latin-1")
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"illegal characters in the name of a header: {name!r}")
    return "" if is_hop_by_hop(name) else name, name.lower() == "content-length"
