"""What a handler can ask about its request: :class:`RequestReader`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from .errors import HTTPError
from .parsing import (
    FORM,
    FORM_WITH_FILES,
    decode,
    media_type,
    parse_fields,
    read_body,
    read_pieces,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .application import Application
    from .uploads import UploadedFile

T = TypeVar("T")

_REQUIRED: Any = object()


class RequestReader:
    """The part of a handler that reads the request."""

    application: Application
    body = b""
    _query_arguments: Mapping[str, list[str]] = {}
    _body_arguments: Mapping[str, list[str]] = {}
    _files: Mapping[str, list[UploadedFile]] = {}
    # Called when the response is sent or broken off, whatever happened before.
    _at_end: Sequence[Callable[[], object]] = ()

    max_body_size: int | None = None
    """The maximum size of a body for this handler; None: that of the application."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]

    @property
    def mount(self) -> str:
        """The path that the app is mounted at, percent-encoded; "" is the root."""
        return quote(self.environ.get("SCRIPT_NAME", "").encode("latin-1")).rstrip("/")

    @property
    def remote_ip(self) -> str:
        """The address of the client.

        It comes from ``X-Real-IP``. PythonAnywhere's load balancer always sets this
        header, so you can trust it there. On other servers, a client can fake it.
        """
        address = self.environ.get("REMOTE_ADDR", "")
        return str(self.environ.get("HTTP_X_REAL_IP") or address)

    def get_query_argument(self, name: str, default: T = _REQUIRED) -> str | T:
        """Return the last value of an argument in the query string.

        :param name: the name of the argument.
        :param default: the value for a missing argument; without a default, a missing
            argument is an error 400.
        """
        return self._last(self._query_arguments, name, default)

    def get_query_arguments(self, name: str) -> list[str]:
        """Return every value of an argument in the query string."""
        return self._query_arguments.get(name, [])

    def get_body_argument(self, name: str, default: T = _REQUIRED) -> str | T:
        """Return the last value of a text field in a form, or the default."""
        return self._last(self._body_arguments, name, default)

    def get_body_arguments(self, name: str) -> list[str]:
        """Return every value of a text field in a form."""
        return self._body_arguments.get(name, [])

    def get_file(self, name: str) -> UploadedFile | None:
        """Return the file that the visitor chose in a field of a form, or None.

        The form needs ``method="post" enctype="multipart/form-data"``.

        :param name: the name of the field. Of several files, this is the last one.
        """
        files = self.get_files(name)
        return files[-1] if files else None

    def get_files(self, name: str) -> list[UploadedFile]:
        """Return every file that the visitor chose in a field of a form."""
        return self._files.get(name, [])

    def _last(self, fields: Mapping[str, list[str]], name: str, default: T) -> str | T:
        """Return the last value of a field, or the default."""
        if name in fields:
            return fields[name][-1]
        if default is _REQUIRED:
            raise HTTPError(400, f"missing argument: {name}")
        return default

    def get_json_body(self) -> Any:
        """Return the value of a JSON body; malformed JSON is an error 400.

        Any ``Content-Type`` other than ``application/json`` is an error 415. This
        protects you from forms on other sites, which cannot send that type. If an
        object has the same name twice, its last value is used.
        """
        if media_type(self.environ) != "application/json":
            raise HTTPError(415, "expected Content-Type: application/json")
        try:
            return json.loads(self.body.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise HTTPError(400, "malformed JSON") from error

    def get_cookie(self, name: str, default: str | None = None) -> str | None:
        """Return the value of a cookie. Do not trust it: the client can fake it.

        :param name: the name of the cookie.
        :param default: the value for a missing cookie.
        """
        # If cookies have the same name, browsers send the most specific path first.
        cookies = decode(self.environ.get("HTTP_COOKIE", ""), "replace")
        for cookie in cookies.split(";"):
            key, equals, value = cookie.partition("=")
            if equals and key.strip(" \t") == name:
                return value.strip(' \t"')
        return default

    def _read_body(self) -> None:
        """Read the body, and the fields of a form."""
        app, kind = self.application, media_type(self.environ)
        limit = app.max_body_size if self.max_body_size is None else self.max_body_size
        if kind == FORM_WITH_FILES:
            self._read_form(limit)
            return
        self.body = read_body(self.environ, limit)
        if kind == FORM:
            form = self.body.decode("latin-1")
            self._body_arguments = parse_fields(form, app.max_fields)

    def _read_form(self, limit: int) -> None:
        """Read a form with files."""
        from .multipart import Limits, read_form

        app = self.application
        upload = limit if app.max_upload_size is None else app.max_upload_size
        limits = Limits(app.max_fields, app.max_field_size, upload)
        kind, pieces = self.environ["CONTENT_TYPE"], read_pieces(self.environ, limit)
        form = read_form(kind, pieces, limits)
        self._body_arguments, self._files = form.fields, form.files
        if form.files:
            self._at_end = (*self._at_end, form.close)


def _refuse(constant: str) -> None:
    """Refuse NaN and Infinity: Python reads them, but they are not valid JSON."""
    raise ValueError(constant)
