"""The class that every handler extends: :class:`RequestHandler`."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from .errors import HTTPError
from .parsing import check_escapes, decode, media_type, parse_fields, read_body
from .writing import ResponseWriter

if TYPE_CHECKING:
    import re

    from .writing import Answer

# The supported HTTP methods. A request with any other method never calls a handler.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class RequestHandler(ResponseWriter):
    """Responds to one request: subclass it and define a method for each HTTP method.

    ``get``, ``head``, ``post``, ``put``, ``patch``, ``delete`` and ``options`` get the
    groups of the route's pattern as arguments: by name if the groups have names, else
    in order. A group that matched nothing is None. The methods call :meth:`write` and
    return None. If you do not define ``head``, the class uses ``get`` instead.

    The request is in ``method``, in ``body`` (its bytes) and in ``environ`` (the WSGI
    variables: for example, ``environ["HTTP_ACCEPT"]`` is the Accept header).
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

    def _serve(self, match: re.Match[str] | None, max_body_size: int) -> Answer:
        """Check the request, and call the method for it."""
        environ = self.environ
        try:
            # PATH_INFO is decoded. Some servers also tell what the client sent.
            check_escapes(environ.get("REQUEST_URI", ""))
            decode(environ.get("PATH_INFO", ""))
            if match is None:
                raise HTTPError(404)
            if self.method not in METHODS:
                raise HTTPError(501)
            action = self._action(self.method)
            if action is None:
                raise HTTPError(405, headers={"Allow": self._allow()})
            self._query_arguments = parse_fields(environ.get("QUERY_STRING", ""))
            self.body = read_body(environ, max_body_size)
            if media_type(environ) == "application/x-www-form-urlencoded":
                self._body_arguments = parse_fields(self.body.decode("latin-1"))
        except UnicodeError as error:
            raise HTTPError(400, "malformed request: text that is not UTF-8") from error
        except ValueError as error:
            raise HTTPError(400, f"malformed request: {error}") from error
        named = match.groupdict()
        result = action(**named) if named else action(*match.groups())
        if isinstance(result, Coroutine):
            result.close()
            raise TypeError(f"{action.__qualname__} is async, which needs Tornado")
        if result is not None:  # A habit from other frameworks.
            raise TypeError(f"{action.__qualname__} must call write and return None")
        return self._answer()

    def _fail(self, error: HTTPError) -> Answer:
        """Return an error response, without anything written before."""
        self._clear()
        self.set_status(error.status)
        for name, value in error.headers.items():
            self.set_header(name, value)
        self.write_error(error.status, error.message)
        return self._answer()

    def _action(self, method: str) -> Any:
        """Return the Python method for an HTTP method, or None."""
        action = getattr(self, method.lower(), None)
        return self._action("GET") if method == "HEAD" and action is None else action

    def _allow(self) -> str:
        """Return the allowed methods, as the value of the Allow header."""
        return ", ".join(method for method in METHODS if self._action(method))
