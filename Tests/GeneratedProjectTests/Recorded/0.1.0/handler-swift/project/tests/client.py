"""Call a WSGI application in this process: no server, no socket.

Every call goes through :mod:`wsgiref.validate`, so a test also fails when the
application breaks a rule of WSGI (PEP 3333).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes
from wsgiref.validate import validator

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True)
class Response:
    """What the application answered."""

    status: int
    """The status code, such as 404."""

    reason: str
    """The words after the status code, such as "Not Found"."""

    headers: list[tuple[str, str]]
    """The header fields in the order they were sent."""

    body: bytes
    """The whole body."""

    errors: str
    """What was written to ``wsgi.errors``, the host's error log."""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    def header(self, name: str) -> str | None:
        """Return the first header field of that name, or None."""
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None


def request(
    application: WSGIApplication,
    method: str = "GET",
    target: str = "/",
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    script_name: str = "",
) -> Response:
    """Make one request and return what the application answered.

    :param application: the WSGI callable.
    :param method: the HTTP method.
    :param target: path and query as a browser sends them, percent-encoded.
    :param headers: header fields of the request.
    :param body: the request body; ``Content-Length`` is set from it.
    :param script_name: where the application is mounted, "" for the root.
    """
    path, _, query = target.partition("?")
    errors = io.StringIO()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": script_name,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": errors,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        environ[key] = value

    status_line = ""
    response_headers: list[tuple[str, str]] = []
    written: list[bytes] = []

    def start_response(
        status: str,
        headers: list[tuple[str, str]],
        exc_info: object = None,
    ) -> Any:
        nonlocal status_line
        status_line = status
        response_headers[:] = headers
        return written.append

    chunks = validator(application)(environ, start_response)
    try:
        written.extend(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()

    code, _, reason = status_line.partition(" ")
    return Response(
        int(code), reason, response_headers, b"".join(written), errors.getvalue()
    )
