"""The WSGI application that calls an ASGI app."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .exchange import TOO_LARGE, Exchange, has_length
from .lifespan import Lifespan
from .one_loop import this_worker
from .scope import make_scope

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .interface import ASGIApp

logger = logging.getLogger(__package__)


class ASGIAdapter:
    """A WSGI application made from an ASGI 3 app.

    :param app: the ASGI app.
    :param max_body_size: how many bytes a request may send; one with more gets a 413.
        Without it, only the server limits them.
    :param time_limit: how many seconds the app may make no progress: until it has started,
        reads or sends the next piece, or has ended its background tasks.
    :param real_ip: take the client's address from ``X-Real-IP``, which PythonAnywhere sets,
        and clients cannot fake there. Give False on a server that does not set it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body_size: int | None = None,
        time_limit: float = 60.0,
        real_ip: bool = True,
    ) -> None:
        if not callable(app):
            raise TypeError(f"ASGIAdapter needs an ASGI app, not {app!r}")
        self.app = app
        self.max_body_size = max_body_size
        self.time_limit = time_limit
        self.real_ip = real_ip

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request: the interface of WSGI."""
        worker = this_worker()
        worker.finish_leftovers()
        lifespan: Lifespan | None = worker.kept.get(self)
        if lifespan is None:
            lifespan = worker.kept[self] = Lifespan(self.app, worker)
            lifespan.start(self.time_limit)
        exchange = Exchange(self, worker, environ)
        body = _Body(exchange)
        refusal = lifespan.refusal or _refusal(environ, self.max_body_size)
        if refusal is None:
            exchange.begin(make_scope(environ, lifespan.state, self.real_ip))
        else:
            logger.error("%s: %d. %s", exchange, *refusal)
            exchange.refuse(*refusal)
        start_response(exchange.status, exchange.headers)
        return body


class _Body:
    """The response body, which the WSGI server iterates over and closes."""

    def __init__(self, exchange: Exchange) -> None:
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


def _refusal(environ: WSGIEnvironment, limit: int | None) -> tuple[int, str] | None:
    """Return the status and text for a request that cannot be served."""
    if "HTTP_SEC_WEBSOCKET_KEY" in environ:
        return 501, "WSGI cannot serve WebSockets: they need an ASGI server."
    length = environ.get("CONTENT_LENGTH", "")
    if not re.fullmatch("[0-9]{0,18}", length):
        return 400, "Content-Length is not a number."
    if limit is not None and int(length or 0) > limit:
        return 413, TOO_LARGE
    if not (has_length(environ) or environ.get("wsgi.input_terminated")):
        return 411, "This WSGI server needs a body with Content-Length."
    return None
