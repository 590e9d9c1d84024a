"""The WSGI callable, which finds the handler for a request: :class:`Application`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .errors import HTTPError, log_exception
from .handler import RequestHandler
from .reading import decode

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .handler import Groups

# Patterns that match no other path than themselves.
_LITERAL = re.compile(r"[A-Za-z0-9_/-]*")


class Application:
    """The WSGI callable: finds the handler for a request, and sends its response.

    :param routes: pairs of a regular expression, which must match the whole path, and
        a handler. The first match is used. A name can follow as a third item, for
        :meth:`RequestHandler.reverse_url`.
    :param max_body_size: the maximum size of a body in bytes; a larger one gets a 413.
    :param max_fields: the maximum number of fields of a query or a form.
    :param max_field_size: the maximum size of a text field of a form, in bytes.
    :param max_upload_size: the maximum size of a file (default: that of the body).
    :param default_handler: its ``write_error`` is called if no route matches.
    """

    def __init__(
        self,
        routes: Sequence[tuple[Any, ...]],
        *,
        max_body_size: int = 10 * 1024 * 1024,
        max_fields: int = 1000,
        max_field_size: int = 1024 * 1024,
        max_upload_size: int | None = None,
        default_handler: type[RequestHandler] = RequestHandler,
    ) -> None:
        self.max_body_size = max_body_size
        self.max_fields = max_fields
        self.max_field_size = max_field_size
        self.max_upload_size = max_upload_size
        self._default_handler = default_handler
        self._routes: list[tuple[re.Pattern[str], type[RequestHandler]]] = []
        self.named_patterns: dict[str, re.Pattern[str]] = {}
        try:
            for route in routes:
                self._add(*route)
        except Exception:  # (what is wrong with it is found out only now)
            from .mistakes import wrong_routes

            problem = wrong_routes(routes)
            if problem is None:
                raise
            raise problem from None
        # What is found for these paths is always the same, so look it up once.
        self._found = {
            pattern.pattern: self._find(pattern.pattern)
            for pattern, _ in self._routes
            if _LITERAL.fullmatch(pattern.pattern)
        }

    def _add(self, pattern: str, handler: type[RequestHandler], name: str = "") -> None:
        """Add a route; a pattern that no path can match is an error."""
        if not issubclass(handler, RequestHandler):
            raise TypeError(handler)
        compiled = re.compile(pattern)
        text = compiled.pattern
        if not _LITERAL.fullmatch(text) or text[:1] != "/":
            # Most groups have names, or none has.
            is_odd = text[:1].isalnum() or not text.isprintable() or "{" in text
            if is_odd or text.count("<") > text.count("(?") or "/:" in text:
                from .mistakes import problem_of_pattern

                if problem_of_pattern(text):
                    raise ValueError(text)
        if any(other.pattern == text for other, _ in self._routes):
            raise ValueError(text)
        if name != "":
            if name in self.named_patterns or not isinstance(name, str):
                raise ValueError(name)
            self.named_patterns[name] = compiled
        self._routes.append((compiled, handler))

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Respond to one request (see PEP 3333)."""
        handler = handler_class = None
        try:
            path = environ.get("PATH_INFO") or "/"
            handler_class, groups = self._found.get(path) or self._find(path)
            handler = handler_class(environ)
            handler.application = self
            try:
                answer = handler._serve(groups)
            except HTTPError as error:
                answer = handler._fail(error)
            except Exception as error:  # noqa: BLE001 (the worker must survive it)
                # In the preview, what goes wrong is on the page, too.
                told = log_exception(environ, handler._action(handler.method))
                message = getattr(error, "page_message", told)
                answer = handler._fail(HTTPError(500, message))
        except Exception:  # noqa: BLE001 (a `write_error` of your own can fail, too)
            log_exception(environ, getattr(handler_class, "__init__", None))
            answer = RequestHandler(environ)._fail(HTTPError(500))
        except BaseException:  # The worker ends, and so does the request.
            if handler is not None:
                from .streaming import Body

                Body((), handler).close()
            raise
        status, headers, body = answer
        # This is the only call, and nothing was sent before, so `exc_info` is not used.
        if handler is None or not handler._has_more_to_do():
            start_response(status, headers)
            return body
        from .streaming import Body

        whole = Body(body, handler)
        try:
            start_response(status, headers)
        except BaseException:
            whole.close()
            raise
        return whole

    def _find(self, path: str) -> tuple[type[RequestHandler], Groups | None]:
        """Return the first handler whose pattern matches a path, and the groups."""
        path = decode(path, "replace")
        for pattern, handler_class in self._routes:
            match = pattern.fullmatch(path)
            if match:
                named = match.groupdict()
                return handler_class, (() if named else match.groups(), named)
        return self._default_handler, None
