"""Make a request of the Python `handler` and of the Swift one."""

from __future__ import annotations

import importlib.util
import io
import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.validate import validator

import routes

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
NONE = object()
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


SWIFT_PROJECT = Path(os.environ["SWIFT_PROJECT"])


def swift_application(folder: Path) -> Any:
    """Return the application of a Swift project."""
    entry = folder / "wsgi.py"
    spec = importlib.util.spec_from_file_location("swift_wsgi", entry)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # The entry file knows where it lies by its own name, wsgi.py.
    spec.loader.exec_module(module)
    return module.application


# The same key, so that each reads the cookies of the other.
os.environ["SECRET_KEY"] = "a key that is only for the parity"
SWIFT = swift_application(SWIFT_PROJECT)
PYTHON = routes.application


@dataclass
class Ask:
    """One request."""

    method: str
    target: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    environ: dict[str, Any] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Whether the request keeps to PEP 3333, so that the validator lets it pass."""
        length = self.environ.get("CONTENT_LENGTH", "0") or "0"
        has_body = isinstance(self.environ.get("wsgi.input", Input()), io.BytesIO)
        has_query = self.environ.get("QUERY_STRING", "") is not None
        return length.isdecimal() and has_body and has_query

    def __str__(self) -> str:
        """Describe the request in one line."""
        parts = [self.method, self.target]
        if self.body:
            parts.append(f"{len(self.body)} bytes {self.body[:30]!r}")
        return " ".join([*parts, *map(str, (self.headers or "", self.environ or ""))])


@dataclass
class Reply:
    """What was answered."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    logged: bool
    log: str


class Input(io.BytesIO):
    """A body that comes in small pieces, as from a network."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most 7,000 bytes."""
        return super().read(7000 if size is None or size < 0 else min(size, 7000))


def sent(environ: dict[str, Any]) -> dict[str, Any]:
    """Leave out each variable that is None; ``NONE`` is one that is there and is None."""
    return {
        name: None if value is NONE else value
        for name, value in environ.items()
        if value is not None
    }


def ask(application: Any, asked: Ask) -> Reply:
    """Make a request of an application."""
    path, _, query = asked.target.partition("?")
    errors = io.StringIO()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": asked.target,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "CONTENT_LENGTH": str(len(asked.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": Input(asked.body),
        "wsgi.errors": errors,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in asked.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else "HTTP_" + key] = value
    environ.update(asked.environ)
    environ = sent(environ)
    started: list[Any] = []

    def start_response(status: str, headers: Any, exc_info: object = None) -> Any:
        started[:] = [status, headers]
        return lambda data: None

    with warnings.catch_warnings():
        # The validator knows six methods.
        warnings.filterwarnings("ignore", "Unknown REQUEST_METHOD")
        called = validator(application) if asked.is_valid else application
        chunks = called(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
    log = errors.getvalue()
    return Reply(started[0], list(started[1]), body, bool(log), log)
