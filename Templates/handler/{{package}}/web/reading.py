"""What a handler can ask about its request: :class:`RequestReader`.

The functions below it read the bytes of a request, which a client may have faked.
"""

from __future__ import annotations

import json
import re
from binascii import a2b_qp
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, quote

from .errors import HTTPError, explained, log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .application import Application
    from .uploads import UploadedFile

T = TypeVar("T")

FORM = "application/x-www-form-urlencoded"
FORM_WITH_FILES = "multipart/form-data"
MAX_TEXT = 10 * 1024 * 1024  # bytes of all text fields of a form together

MALFORMED_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTENT_LENGTH = re.compile(r"[0-9]{1,18}")

_INFINITY = float("inf")
_MAX_NAMES = 10  # of fields, in the log
_MAX_NAME = 50  # characters

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
        if not files and name in self._body_arguments:
            self._tell_text(name)
        return files[-1] if files else None

    def get_files(self, name: str) -> list[UploadedFile]:
        """Return every file that the visitor chose in a field of a form."""
        return self._files.get(name, [])

    def _last(self, fields: Mapping[str, list[str]], name: str, default: T) -> str | T:
        """Return the last value of a field, or the default."""
        if name in fields:
            return fields[name][-1]
        if default is _REQUIRED:
            reason = f"missing argument: {name}"
            raise explained(
                self.environ,
                400,
                reason,
                lambda: _came(list(fields)),
                lambda: f" ({_place(self)})",
            )
        return default

    def _tell_text(self, name: str) -> None:
        """Tell the log that a field for a file has only a text: the file's name."""
        what = f"the field {name[:_MAX_NAME]} has a text and no file"
        if media_type(self.environ) == FORM:
            what += ': the form needs enctype="multipart/form-data"'
        log(self.environ, f"{what} ({_place(self)})")

    def get_json_body(self) -> Any:
        """Return the value of a JSON body; malformed JSON is an error 400.

        Any ``Content-Type`` other than ``application/json`` is an error 415. This
        protects you from forms on other sites, which cannot send that type. If an
        object has the same name twice, its last value is used.
        """
        if media_type(self.environ) != "application/json":
            raise HTTPError(415, "expected Content-Type: application/json")
        try:
            text = self.body.decode("utf-8")
            return json.loads(text, parse_constant=_refuse, parse_float=_finite)
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
            limits = app.max_fields, app.max_field_size
            self._body_arguments = _parse_form(self.body, *limits)

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


def _came(fields: Sequence[str]) -> str:
    """Return which fields have come."""
    names = [name[:_MAX_NAME] for name in fields if name != "_csrf"]
    # A line break in one would begin a line of the log.
    names = [name if name.isprintable() else ascii(name)[1:-1] for name in names]
    shown = ", ".join(names[:_MAX_NAMES]) + " and more" * bool(names[_MAX_NAMES:])
    return f"the fields that came are {shown}" if names else "no field came"


def _place(handler: RequestReader) -> str:
    """Return the line of your code that asks for a field, for the log."""
    from .tracebacks import short, user_frame

    frame = user_frame()
    name = type(handler).__name__
    if frame is None:
        return name
    code = frame.f_code
    return f"{short(code.co_filename)}:{frame.f_lineno} in {name}.{code.co_name}"


def _refuse(constant: str) -> None:
    """Refuse NaN and Infinity: Python reads them, but they are not valid JSON."""
    raise ValueError(constant)


def _finite(number: str) -> float:
    """Return a number with a point or an exponent; infinity (1e999) is refused."""
    value = float(number)
    if value in (_INFINITY, -_INFINITY):
        raise ValueError(number)
    return value


def decode(text: str, errors: str = "strict") -> str:
    """Return the text of a WSGI string, in which each character is one byte."""
    if text.isascii():
        return text
    return text.encode("latin-1").decode("utf-8", errors)


def media_type(environ: WSGIEnvironment) -> str:
    """Return the media type of the body, such as "text/plain"."""
    return str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip(" \t").lower()


def check_escapes(text: str) -> None:
    """Raise ValueError if "%" is not followed by two hexadecimal digits."""
    if "%" in text and MALFORMED_ESCAPE.search(text):
        raise ValueError("a % that two hexadecimal digits do not follow")


def parse_fields(text: str, max_fields: int) -> dict[str, list[str]]:
    """Return the fields of a query string or a form, given as a WSGI string."""
    check_escapes(text)
    text = decode(text)
    return parse_qs(text, True, errors="strict", max_num_fields=max_fields)


def _parse_form(body: bytes, max_fields: int, max_size: int) -> dict[str, list[str]]:
    """Return the fields of a form; text above a limit is an error 413.

    Anybody can send one, so it takes little more memory than the body itself.
    """
    check_escapes(body.decode("latin-1"))
    body.decode("utf-8")
    if body.count(b"&") >= max_fields:
        raise ValueError("Max number of fields exceeded")
    fields: dict[str, list[str]] = {}
    total, most = 0, max(MAX_TEXT, max_size)
    for field in body.split(b"&"):
        name, _, value = map(_unescape, field.partition(b"="))
        if max(len(name), len(value)) > max_size:
            raise form_too_large("a text field of the form is", max_size)
        total += len(name) + len(value)
        if total > most:
            raise form_too_large("the text fields of the form are", most)
        if field:
            fields.setdefault(name.decode(), []).append(value.decode())
    return fields


def _unescape(text: bytes) -> bytes:
    """Decode the escapes of a form, all of which are complete.

    ``unquote`` makes an object for each escape: 700 MB for a body of 10 MB.
    """
    text = text.replace(b"+", b" ")
    if b"%" not in text:
        return text
    # Quoted-printable is the same, but for the character of an escape.
    return a2b_qp(text.replace(b"=", b"%3D").replace(b"%", b"="))


def form_too_large(what: str, limit: int) -> HTTPError:
    """Return the error for a part of a form that is larger than a limit in bytes."""
    return HTTPError(413, f"{what} larger than {limit} bytes")


def has_body(environ: WSGIEnvironment) -> bool:
    """Whether a request can have a body."""
    return (
        environ.get("CONTENT_LENGTH", "") not in ("", "0")
        or "HTTP_TRANSFER_ENCODING" in environ
        or bool(environ.get("wsgi.input_terminated"))
    )


def read_body(environ: WSGIEnvironment, limit: int) -> bytes:
    """Return the whole body of a request; a body above the limit is an error."""
    return b"".join(read_pieces(environ, limit, limit + 1))


def read_pieces(
    environ: WSGIEnvironment, limit: int, most: int = 64 * 1024
) -> Iterator[bytes]:
    """Yield the body of a request in pieces; a body above the limit is an error.

    :param most: the size of each piece but the last.
    """
    length = environ.get("CONTENT_LENGTH") or "0"
    if not _CONTENT_LENGTH.fullmatch(length):
        raise ValueError("its Content-Length is not a number")
    size = wanted = int(length)
    if size > limit:
        raise _too_large(environ, f"{size} bytes", limit)
    if size == 0 and environ.get("wsgi.input_terminated"):
        wanted = limit + 1  # A chunked body: its length is not known before its end.
    elif "HTTP_TRANSFER_ENCODING" in environ and not environ.get("CONTENT_LENGTH"):
        raise HTTPError(411)
    total = 0
    while total < wanted:
        room = min(most, wanted - total)
        piece = _read_whole(environ, room)
        total += len(piece)
        if total > limit:
            raise _too_large(environ, f"more than {limit} bytes", limit)
        if piece:
            yield piece
        if len(piece) < room:
            break
    if total < size:
        raise ValueError("its body is shorter than its Content-Length")


def _too_large(environ: WSGIEnvironment, size: str, limit: int) -> HTTPError:
    more = f"the body has {size}, and max_body_size allows {limit}"
    return explained(environ, 413, "", lambda: more)


def _read_whole(environ: WSGIEnvironment, size: int) -> bytes:
    """Return as many bytes as asked for, unless the body has fewer."""
    piece = read(environ, size)
    if len(piece) in (0, size):
        return piece
    whole = bytearray(piece)  # A server may return less at once.
    while len(whole) < size and (piece := read(environ, size - len(whole))):
        whole += piece
    return bytes(whole)


def read(environ: WSGIEnvironment, size: int) -> bytes:
    """Return the next bytes of the body, at most as many as asked for; b"" is the end.

    If the connection broke or the server is faulty, that is an error 400, and the error
    log tells why.
    """
    try:
        chunk: Any = environ["wsgi.input"].read(size)
        if not isinstance(chunk, bytes) or len(chunk) > size:
            raise ValueError("wsgi.input returned the wrong type or too many bytes")
    except Exception as error:
        import traceback  # It is large, and seldom needed.

        reason = "".join(traceback.format_exception_only(type(error), error)).strip()
        log(environ, f"the body could not be read: {reason}")
        raise HTTPError(400, "malformed request: its body could not be read") from error
    return chunk
