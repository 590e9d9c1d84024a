"""The WSGI callable, which finds the handler for a request: :class:`Application`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .errors import HTTPError, log_exception
from .handler import RequestHandler
from .parsing import decode

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .writing import Answer


class Application:
    """The WSGI callable: finds the handler for a request, and sends its response.

    :param routes: pairs of a regular expression, which must match the whole path, and
        a handler. The first match is used.
    :param max_body_size: the maximum size of a body in bytes; a larger one gets a 413.
    :param default_handler: its ``write_error`` is called if no route matches.
    """

    def __init__(
        self,
        routes: Sequence[tuple[str, type[RequestHandler]]],
        *,
        max_body_size: int = 10 * 1024 * 1024,
        default_handler: type[RequestHandler] = RequestHandler,
    ) -> None:
        self._routes = [(re.compile(pattern), handler) for pattern, handler in routes]
        self._max_body_size = max_body_size
        self._default_handler = default_handler

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> list[bytes]:
        """Respond to one request (see PEP 3333)."""
        try:
            status, headers, body = self._answer(environ)
        except Exception:  # noqa: BLE001 (a `write_error` of your own can fail, too)
            log_exception(environ)
            status, headers, body = RequestHandler(environ)._fail(HTTPError(500))
        # This is the only call, and nothing was sent before, so `exc_info` is not used.
        start_response(status, headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        """Return the response of the first handler whose pattern matches the path."""
        path = decode(environ.get("PATH_INFO", ""), "replace") or "/"
        for pattern, handler_class in self._routes:
            match = pattern.fullmatch(path)
            if match:
                break
        else:
            handler_class, match = self._default_handler, None
        handler = handler_class(environ)
        try:
            return handler._serve(match, self._max_body_size)
        except HTTPError as error:
            return handler._fail(error)
        except Exception:  # noqa: BLE001 (the worker must survive every error)
            log_exception(environ)
            return handler._fail(HTTPError(500))
