"""The class that every handler extends: :class:`RequestHandler`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import HTTPError, explained
from .features import Features
from .reading import check_escapes, decode, has_body, parse_fields
from .writing import HEADERS

if TYPE_CHECKING:
    from .writing import Answer

    # What a pattern captured from the path: its groups in order, or those with names.
    Groups = tuple[tuple[Any, ...], dict[str, Any]]

# The supported HTTP methods. A request with any other method never calls a handler.
METHODS = {
    name.upper(): name
    for name in ("get", "head", "post", "put", "patch", "delete", "options")
}


class RequestHandler(Features):
    """Responds to one request: subclass it and define a method for each HTTP method.

    ``get``, ``head``, ``post``, ``put``, ``patch``, ``delete`` and ``options`` get the
    groups of the route's pattern as arguments: by name if the groups have names, else
    in order. A group that matched nothing is None. The methods call :meth:`write` and
    return None. If you do not define ``head``, the class uses ``get`` instead.

    The request is in ``method``, in ``body`` (its bytes) and in ``environ`` (the WSGI
    variables: for example, ``environ["HTTP_ACCEPT"]`` is the Accept header). A form with
    files is not in ``body``: it can be large, so it is read in pieces.

    ``post`` is called for a form only if it has the token of this visitor: put
    ``{{{csrf_field}}}`` into your forms. JSON needs no token.
    """

    check_csrf = True
    """Whether forms need a token. Set it to False for a handler that programs call."""

    def prepare(self) -> None:
        """Do what each method of this class begins with. Override this method.

        It is called before ``get``, ``post`` and so on, if the request is one that they
        can answer. After :meth:`redirect` or :meth:`finish` in here, they are not
        called. An :class:`HTTPError` ends the request, as everywhere.
        """

    def on_finish(self) -> None:
        """Do what remains after the response. Override this method.

        It is called for each request, also after an error, when the server has sent the
        response or the client has gone. An exception in here is only logged.
        """

    def write_error(self, status: int, message: str) -> None:
        """Write the page for an error. Override this method for your own error pages.

        :param status: the status code, which is already set.
        :param message: the message for the client. It can contain text from the
            request, so escape it in HTML. It never describes unexpected exceptions.
        """
        self.write(f"{status} {message}\n")

    def options(self, *args: Any, **kwargs: Any) -> None:
        """Send the list of allowed methods. Override this method to send more."""
        self.set_status(204)
        self.set_header("Allow", self._allow())

    def _serve(self, groups: Groups | None) -> Answer:
        """Check the request, and call the method for it.

        :param groups: what the pattern of the route captured; None without a route.
        """
        environ = self.environ
        try:
            # PATH_INFO is decoded. Some servers also tell what the client sent.
            check_escapes(environ.get("REQUEST_URI", ""))
            decode(environ.get("PATH_INFO", ""))
            if groups is None:
                raise _unknown_path(self)
            if self.method not in METHODS:
                raise HTTPError(501)
            action = self._action(self.method)
            if action is None:
                from .mistakes import tell_misspelt

                tell_misspelt(self)
                raise HTTPError(405, headers={"Allow": self._allow()})
            query = environ.get("QUERY_STRING", "")
            if query:
                self._query_arguments = parse_fields(query, self.application.max_fields)
            if has_body(environ):
                self._read_body()
        except UnicodeError as error:
            raise HTTPError(400, "malformed request: text that is not UTF-8") from error
        except ValueError as error:
            raise HTTPError(400, f"malformed request: {error}") from error
        if self.method == "POST" and self.check_csrf:
            from .csrf import check

            check(self)
        _call(self.prepare)
        if not self._is_finished:
            arguments, named = groups
            _call(action, *arguments, **named)
            if not self._chunks and self._says_nothing():
                from .mistakes import tell_silent

                tell_silent(self, action)
        return self._answer()

    def _says_nothing(self) -> bool:
        """Whether a method that wrote no text did nothing else for the response."""
        return not (
            self._is_finished
            or self._is_complete
            or self._before_sending
            or self._cookies
            or "_status" in vars(self)
            or self.method == "HEAD"
            or self._headers != HEADERS
        )

    def _has_more_to_do(self) -> bool:
        """Whether something is to be done after the response."""
        is_overridden = type(self).on_finish is not RequestHandler.on_finish
        return is_overridden or bool(self._at_end) or self._stream is not None

    def _fail(self, error: HTTPError) -> Answer:
        """Return an error response, without anything written before."""
        self._clear()
        self.set_status(error.status)
        for name, value in error.headers.items():
            self.set_header(name, value)
        _call(self.write_error, error.status, error.message)
        return self._answer()

    def _finish(self) -> None:
        """Call ``on_finish``: the response is sent, or will never be."""
        _call(self.on_finish)

    def _action(self, method: str) -> Any:
        """Return the Python method for an HTTP method, or None."""
        action = getattr(self, METHODS.get(method, ""), None)
        return self._action("GET") if method == "HEAD" and action is None else action

    def _allow(self) -> str:
        """Return the allowed methods, as the value of the Allow header."""
        return ", ".join(method for method in METHODS if self._action(method))


def _unknown_path(handler: RequestHandler) -> HTTPError:
    """Return the error for a path without a route; the preview tells those near to it."""
    from .project import is_preview

    def advice() -> str:
        from .urls import near_routes

        patterns = [pattern for pattern, _ in handler.application._routes]
        near = near_routes(handler.environ.get("PATH_INFO", ""), patterns)
        return f"did you mean {' or '.join(near)}?" if near else ""

    if is_preview() and advice():
        return explained(handler.environ, 404, "Not Found", advice)
    error = HTTPError(404)
    error.details = advice
    return error


def _call(method: Any, *arguments: Any, **named: Any) -> None:
    """Call a method of the user's, with errors that name it.

    What it returned would be lost, so that is an error, too.
    """
    try:
        result = method(*arguments, **named)
    except TypeError as error:
        # If the call itself fails, no line of the method has run.
        if error.__traceback__ is None or error.__traceback__.tb_next is None:
            from .mistakes import wrong_signature

            wrong = wrong_signature(method, arguments, named)
            if wrong:
                raise wrong from None
        raise
    if result is not None:
        from .tracebacks import wrong_result

        raise wrong_result(method, result)
