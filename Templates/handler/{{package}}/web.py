r"""A small web framework on WSGI, with handlers like Tornado's.

A :class:`RequestHandler` responds to the requests for one kind of page. An
:class:`Application` is the WSGI callable that finds the handler for each request::

    class ItemHandler(RequestHandler):
        def get(self, id: str) -> None:
            self.write({"id": id})

    application = Application([(r"/items/(?P<id>\d+)", ItemHandler)])

Streaming responses and file uploads are not supported.
"""

from __future__ import annotations

import contextlib
import json
import re
import traceback
from collections.abc import Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import parse_qs, quote
from wsgiref.util import is_hop_by_hop

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    Answer = tuple[str, list[tuple[str, str]], bytes]

T = TypeVar("T")

# The supported HTTP methods. A request with any other method never calls a handler.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MAX_FIELDS = 1000  # of a query string or a form

_REASONS = {int(status): status.phrase for status in HTTPStatus}
_REQUIRED: Any = object()

_MALFORMED_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTENT_LENGTH = re.compile(r"[0-9]{1,18}")
_HEADER_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?")
_HEADER_VALUE = re.compile(r"[ -~\x80-\xff]*")
_COOKIE_TEXT = re.compile(r"[!#-+\--:<-\[\]-~]*")

_encode_json = json.JSONEncoder(allow_nan=False).encode


class HTTPError(Exception):
    """Ends a request with an error, and discards what the handler wrote and set.

    :param status: the status code of the response.
    :param message: the message for the client (default: the standard reason).
    :param headers: header fields for the response, such as ``Retry-After``.
    """

    def __init__(
        self, status: int, message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.message = message or _REASONS.get(status, "Error")
        self.headers = headers or {}
        super().__init__(status, self.message)


class RequestHandler:
    """Responds to one request: subclass it and define a method for each HTTP method.

    ``get``, ``head``, ``post``, ``put``, ``patch``, ``delete`` and ``options`` get the
    groups of the route's pattern as arguments: by name if the groups have names, else
    in order. A group that matched nothing is None. The methods call :meth:`write` and
    return None. If you do not define ``head``, the class uses ``get`` instead.

    The request is in ``method``, in ``body`` (its bytes) and in ``environ`` (the WSGI
    variables: for example, ``environ["HTTP_ACCEPT"]`` is the Accept header).
    """

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.body = b""
        self._query_arguments: dict[str, list[str]] = {}
        self._body_arguments: dict[str, list[str]] = {}
        self._clear()

    def _clear(self) -> None:
        """Start the response, or start it again."""
        self._status = 200
        self._headers = {
            "content-type": [("Content-Type", "text/plain; charset=utf-8")],
            "x-content-type-options": [("X-Content-Type-Options", "nosniff")],
        }
        self._cookies: dict[tuple[str, str, str], str] = {}
        self._chunks: list[bytes] = []
        self._is_json = False

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
        """Return the last value of a field in an urlencoded form, or the default."""
        return self._last(self._body_arguments, name, default)

    def get_body_arguments(self, name: str) -> list[str]:
        """Return every value of a field in an urlencoded form."""
        return self._body_arguments.get(name, [])

    def _last(self, fields: dict[str, list[str]], name: str, default: T) -> str | T:
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
        if _media_type(self.environ) != "application/json":
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
        cookies = _decode(self.environ.get("HTTP_COOKIE", ""), "replace")
        for cookie in cookies.split(";"):
            key, equals, value = cookie.partition("=")
            if equals and key.strip(" \t") == name:
                return value.strip(' \t"')
        return default

    def write(self, chunk: str | bytes | dict[str, Any]) -> None:
        """Add to the body of the response.

        By default, the body is plain text, so that a visitor's input cannot run as a
        script. For HTML, set ``Content-Type`` to ``text/html; charset=utf-8`` and pass
        each value that you put into the page through :func:`html.escape`.

        :param chunk: text, bytes, or a dict. A dict is sent as JSON and must be the
            only chunk.
        """
        if self._is_json or (self._chunks and isinstance(chunk, dict)):
            raise RuntimeError("a dict must be the only thing that is written")
        if isinstance(chunk, dict):
            self._is_json = True
            self.set_header("Content-Type", "application/json")
            chunk = _encode_json(chunk)
        if isinstance(chunk, str):
            chunk = chunk.encode("utf-8")
        if not isinstance(chunk, bytes):
            raise TypeError(f"write takes str, bytes or dict, not {type(chunk)}")
        self._chunks.append(chunk)

    def set_status(self, status: int) -> None:
        """Set the status code (default: 200).

        :param status: from 200 to 599. A response with 204, 205 or 304 has no body.
        """
        if not 200 <= status <= 599:
            raise ValueError(f"a status is from 200 to 599, not {status}")
        self._status = int(status)

    def set_header(self, name: str, value: str) -> None:
        """Set a header field, and remove other fields with the same name.

        :param name: any name except ``Content-Length`` and connection headers.
        :param value: Latin-1 text without control characters.
        """
        self.add_header(name, value)
        self._headers[name.lower()] = self._headers[name.lower()][-1:]

    def add_header(self, name: str, value: str) -> None:
        """Add a header field, and keep other fields with the same name."""
        key = name.lower()
        if is_hop_by_hop(key) or key in ("content-length", "status"):
            raise ValueError(f"{name} is for the server to set")
        if not (_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)):
            raise ValueError(f"not a header field: {name!r}: {value!r}")
        self._headers.setdefault(key, []).append((name, value))

    def redirect(self, url: str, permanent: bool = False, status: int = 0) -> None:
        """Send the client to another URL.

        Do not redirect to a URL from the request: it can lead to another site.

        :param url: a URL. If it starts with "/", it is a path of this application, and
            the mount is added. Spaces and non-ASCII text are percent-encoded.
        :param permanent: whether browsers may remember the redirect: 301, not 302.
        :param status: another status code, such as 303.
        """
        if not url.isprintable() or _MALFORMED_ESCAPE.search(url):
            raise ValueError(f"not a URL: {url!r}")
        if url.startswith("/") and not url.startswith("//"):
            url = self.mount + url
        self.set_status(status or (301 if permanent else 302))
        self.set_header("Location", quote(url, safe="!#$%&'()*+,/:;=?@[]~"))

    def set_cookie(
        self,
        name: str,
        value: str,
        *,
        max_age: int | None = None,
        path: str = "",
        domain: str = "",
        secure: bool | None = None,
        httponly: bool = True,
        samesite: Literal["Lax", "Strict", "None"] = "Lax",
    ) -> None:
        """Set a cookie. It is not signed and not secret: visitors can change it.

        :param name: ASCII without spaces or any of ``= " , ; \\``.
        :param value: as the name, but "=" is allowed; for other text, use
            :func:`urllib.parse.quote`.
        :param max_age: how many seconds the browser keeps the cookie; with None, until
            the browser is closed.
        :param path: browsers send the cookie only below this path; "" is the app.
        :param domain: browsers send the cookie to this domain and its subdomains; ""
            is only the domain of this request.
        :param secure: send the cookie only over HTTPS; None: if this request is HTTPS.
        :param httponly: hide the cookie from scripts.
        :param samesite: send the cookie with requests from other sites; "Lax": only
            when the visitor follows a link; "None": always, and only over HTTPS.
        """
        path = path or self.mount or "/"
        if secure is None:
            secure = self.environ["wsgi.url_scheme"] == "https"
        secure = secure or samesite == "None"  # Browsers refuse it without Secure.
        for text in (name, value, path, domain, samesite):
            if not _COOKIE_TEXT.fullmatch(text) or not name or "=" in name:
                raise ValueError(f"cookie {name!r} has text that a cookie cannot have")
        cookie = f"{name}={value}; Path={path}; SameSite={samesite}"
        cookie += f"; Domain={domain}" if domain else ""
        cookie += f"; Max-Age={max_age:d}" if max_age is not None else ""
        cookie += "; Secure" if secure else ""
        cookie += "; HttpOnly" if httponly else ""
        self._cookies[name, path, domain] = cookie

    def clear_cookie(self, name: str, *, path: str = "", domain: str = "") -> None:
        """Delete a cookie; use the path and domain that you set it with."""
        self.set_cookie(name, "", max_age=0, path=path, domain=domain)

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
            _check_escapes(environ.get("REQUEST_URI", ""))
            _decode(environ.get("PATH_INFO", ""))
            if match is None:
                raise HTTPError(404)
            if self.method not in METHODS:
                raise HTTPError(501)
            action = self._action(self.method)
            if action is None:
                raise HTTPError(405, headers={"Allow": self._allow()})
            self._query_arguments = _parse_fields(environ.get("QUERY_STRING", ""))
            self.body = _read_body(environ, max_body_size)
            if _media_type(environ) == "application/x-www-form-urlencoded":
                self._body_arguments = _parse_fields(self.body.decode("latin-1"))
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

    def _answer(self) -> Answer:
        """Return the status line, the header fields and the body to send."""
        status = self._status
        body = b"" if status in (204, 205, 304) else b"".join(self._chunks)
        if status in (204, 304):
            del self._headers["content-type"]
        # If `head` wrote nothing, the length of the body for `get` is not known.
        elif body or self.method != "HEAD":
            self._headers["content-length"] = [("Content-Length", str(len(body)))]
        headers = [field for fields in self._headers.values() for field in fields]
        headers += [("Set-Cookie", cookie) for cookie in self._cookies.values()]
        if self.method == "HEAD":
            body = b""
        return f"{status} {_REASONS.get(status, 'Unknown')}", headers, body


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
            _log_exception(environ)
            status, headers, body = RequestHandler(environ)._fail(HTTPError(500))
        # This is the only call, and nothing was sent before, so `exc_info` is not used.
        start_response(status, headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        """Return the response of the first handler whose pattern matches the path."""
        path = _decode(environ.get("PATH_INFO", ""), "replace") or "/"
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
            _log_exception(environ)
            return handler._fail(HTTPError(500))


def _decode(text: str, errors: str = "strict") -> str:
    """Return the text of a WSGI string, in which each character is one byte."""
    return text.encode("latin-1").decode("utf-8", errors)


def _media_type(environ: WSGIEnvironment) -> str:
    """Return the media type of the body, such as "text/plain"."""
    return str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip(" \t").lower()


def _check_escapes(text: str) -> None:
    """Raise ValueError if "%" is not followed by two hexadecimal digits."""
    if _MALFORMED_ESCAPE.search(text):
        raise ValueError("a % that two hexadecimal digits do not follow")


def _parse_fields(text: str) -> dict[str, list[str]]:
    """Return the fields of a query string or a form, given as a WSGI string."""
    _check_escapes(text)
    text = _decode(text)
    return parse_qs(text, True, errors="strict", max_num_fields=MAX_FIELDS)


def _read_body(environ: WSGIEnvironment, limit: int) -> bytes:
    """Return the whole body of a request; a body above the limit is an error."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not _CONTENT_LENGTH.fullmatch(length):
        raise ValueError("its Content-Length is not a number")
    size = wanted = int(length)
    if size > limit:
        raise HTTPError(413)
    if size == 0 and environ.get("wsgi.input_terminated"):
        wanted = limit + 1  # A chunked body: its length is not known before its end.
    elif "HTTP_TRANSFER_ENCODING" in environ and not environ.get("CONTENT_LENGTH"):
        raise HTTPError(411)
    body = bytearray()
    while len(body) < wanted and (chunk := _read(environ, wanted - len(body))):
        body += chunk
    if len(body) < size:
        raise ValueError("its body is shorter than its Content-Length")
    if len(body) > limit:
        raise HTTPError(413)
    return bytes(body)


def _read(environ: WSGIEnvironment, size: int) -> bytes:
    """Return the next bytes of the body, at most as many as asked for; b"" is the end.

    If the connection broke or the server is faulty, that is an error 400, and the error
    log tells why.
    """
    try:
        chunk: Any = environ["wsgi.input"].read(size)
        if not isinstance(chunk, bytes) or len(chunk) > size:
            raise ValueError("wsgi.input returned the wrong type or too many bytes")
    except Exception as error:
        reason = "".join(traceback.format_exception_only(type(error), error)).strip()
        _log(environ, f"the body could not be read: {reason}")
        raise HTTPError(400, "malformed request: its body could not be read") from error
    return chunk


def _refuse(constant: str) -> None:
    """Refuse NaN and Infinity: Python reads them, but they are not valid JSON."""
    raise ValueError(constant)


def _log_exception(environ: WSGIEnvironment) -> None:
    """Write the exception to the server's error log."""
    _log(environ, traceback.format_exc().rstrip())


def _log(environ: WSGIEnvironment, message: str) -> None:
    """Write the request and a message to the server's error log.

    Control characters are escaped and the message is indented, so that a client cannot
    fake a line of the log.
    """
    request = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
    lines = [request, *message.split("\n")]
    text = "\n    ".join(line.encode("unicode_escape").decode() for line in lines)
    with contextlib.suppress(Exception):  # The client gets a response in any case.
        environ["wsgi.errors"].write(text + "\n")
        environ["wsgi.errors"].flush()
