"""Make requests of a library of Swift, in this process, as no server makes them."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import Any

import wsgi

FORM = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
JSON = {"CONTENT_TYPE": "application/json"}


@dataclass
class Reply:
    """What was answered, and the processor time that it took."""

    status: str
    headers: dict[str, str]
    body: bytes
    log: str
    seconds: float


def environ(method: str, path: str, body: bytes = b"", **variables: Any) -> Any:
    """Return the environ of a request; a variable that is None is left out."""
    given = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        **variables,
    }
    return {name: value for name, value in given.items() if value is not None}


def ask(method: str, path: str, body: bytes = b"", **variables: Any) -> Reply:
    """Make a request."""
    asked = environ(method, path, body, **variables)
    started: list[Any] = []
    begin = time.thread_time()
    chunks = wsgi.application(asked, lambda *given: started.extend(given))
    try:
        sent = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    seconds = time.thread_time() - begin
    errors = asked.get("wsgi.errors")
    log = errors.getvalue() if isinstance(errors, io.StringIO) else ""
    return Reply(started[0], dict(started[1]), sent, log, seconds)
