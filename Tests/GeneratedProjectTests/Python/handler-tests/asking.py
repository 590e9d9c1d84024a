"""Make requests of applications of `web/`, and look at the answers.

The tests beside this run with a generated project called hello on the path::

    PYTHONPATH=PROJECT python -W error -m unittest discover -s THIS_FOLDER
"""

from __future__ import annotations

import io
import unittest
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from wsgiref.validate import validator

from hello.web import Application, RequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Response:
    """What an application answered."""

    def __init__(self) -> None:
        self.starts = 0
        self.status_line = ""
        self.headers: list[tuple[str, str]] = []
        self.body = b""
        self.errors = ""

    @property
    def status(self) -> int:
        return int(self.status_line[:3])

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        values = self.all(name)
        if len(values) > 1:
            raise AssertionError(f"{name} was sent more than once: {values}")
        return values[0] if values else None


def call(
    application: Any, method: str = "GET", path: str = "/", **more: Any
) -> Response:
    """Make one request under the validator, which sees a tame environ only.

    :param more: keys of the environ, with `wsgi_` for `wsgi.`; `body` for its body.
    """
    body = more.pop("body", b"")
    path, _, query = path.partition("?")
    errors = io.StringIO()
    hostile: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body) if isinstance(body, bytes) else body,
    }
    for key, value in more.items():
        hostile[key.replace("wsgi_", "wsgi.")] = value

    def shim(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        environ.update(hostile)
        for key in [key for key, value in environ.items() if value is None]:
            del environ[key]
        return application(environ, start_response)

    tame: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": errors,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    response = Response()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        response.starts += 1
        response.status_line = status
        response.headers = list(headers)
        return lambda data: None

    chunks: Any = validator(shim)(tame, start_response)
    try:
        response.body = b"".join(chunks)
    finally:
        chunks.close()
    response.errors = errors.getvalue()
    if response.starts != 1:
        raise AssertionError(f"start_response was called {response.starts} times")
    return response


def application(
    action: Callable[..., Any],
    pattern: str = "(?s:.*)",
    method: str = "get",
    **more: Any,
) -> Application:
    """Return an application of one handler with one method, whose forms need no token."""
    members: dict[str, Any] = {method: action, "check_csrf": False}
    handler = type("Handler", (RequestHandler,), members)
    return Application([(pattern, handler)], **more)


def ask(action: Callable[[Any], Any], method: str = "GET", **more: Any) -> Response:
    """Make one request to a handler whose method is a function."""
    path = more.pop("path", "/")
    return call(application(action, method=method.lower()), method, path, **more)


class TestCase(unittest.TestCase):
    """Helpers that several test cases use."""

    def assert_refused(self, response: Response, status: int) -> None:
        self.assertEqual(response.status, status, response.body)
        self.assertEqual(response.errors, "")

    def assert_told(self, errors: str, words: str) -> None:
        """Expect a mistake in the log: the place in a file, and some words, once."""
        self.assertRegex(errors, r"\A\w+ \S+\n    \S+\.py:\d+: .*\n\Z")
        self.assertIn(words, errors)

    def assert_server_error(self, response: Response, error: str) -> None:
        self.assertEqual(response.status, 500)
        self.assertEqual(response.body, b"500 Internal Server Error\n")
        self.assertIn(error, response.errors)
