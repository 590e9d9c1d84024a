"""What a handler can answer with: :class:`ResponseWriter`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote
from wsgiref.util import is_hop_by_hop

from .errors import REASONS, wrong_status
from .reading import MALFORMED_ESCAPE, RequestReader

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    Answer = tuple[str, list[tuple[str, str]], Iterable[bytes]]

PLAIN_TEXT = ("Content-Type", "text/plain; charset=utf-8")
# The fields that each response has, by their names in lower case.
HEADERS = {
    "content-type": PLAIN_TEXT,
    "x-content-type-options": ("X-Content-Type-Options", "nosniff"),
}
_JSON = ("Content-Type", "application/json")
_STATUS_LINES = {status: f"{status} {reason}" for status, reason in REASONS.items()}

_HEADER_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?")
_HEADER_VALUE = re.compile(r"[ -~\x80-\xff]*")
# A redirect to the site www.example.com has to begin with its scheme.
_OTHER_SITE = re.compile(r"\Z|www\.", re.IGNORECASE)
_COOKIE_TEXT = re.compile(r"[!#-+\--:<-\[\]-~]*")


class ResponseWriter(RequestReader):
    """The part of a handler that writes the response."""

    # A response starts with these values. A request that changes one gets its own.
    _status = 200
    # After JSON, a page, a stream or a file, and after the end, nothing can follow.
    _is_complete = False
    _repeated_headers: Mapping[str, Sequence[tuple[str, str]]] = {}
    _cookies: Mapping[tuple[str, str, str], str] = {}
    _stream: Iterable[bytes] | None = None
    _stream_length: int | None = None
    _is_finished = False
    # Called before the header fields are sent; an error discards these functions.
    _before_sending: Sequence[Callable[[], object]] = ()
    _session: dict[str, Any] | None = None
    _csrf_secret = ""

    def __init__(self, environ: WSGIEnvironment) -> None:
        super().__init__(environ)
        self._headers = HEADERS.copy()
        self._chunks: list[bytes] = []

    def _clear(self) -> None:
        """Start the response again."""
        self._status = 200
        self._is_complete = False
        self._headers = HEADERS.copy()
        self._repeated_headers = {}
        self._cookies = {}
        self._chunks = []
        self._stream = self._stream_length = None
        self._is_finished = False
        self._before_sending = ()
        self._session, self._csrf_secret = None, ""

    def write(self, chunk: str | bytes | dict[str, Any] | list[Any]) -> None:
        """Add to the body of the response.

        By default, the body is plain text, so that a visitor's input cannot run as a
        script. For HTML, set ``Content-Type`` to ``text/html; charset=utf-8`` and pass
        each value that you put into the page through :func:`html.escape`.

        :param chunk: text, bytes, a dict or a list. A dict or a list is sent as JSON,
            and must be the only chunk. Dates and times in it are sent as ISO 8601.
        """
        if self._is_complete:
            raise self._too_late("write")
        if isinstance(chunk, str):
            # A text from JSON can have half of a surrogate pair, which is no character.
            self._chunks.append(chunk.encode("utf-8", "replace"))
        elif isinstance(chunk, bytes):
            self._chunks.append(chunk)
        elif isinstance(chunk, (dict, list)):
            self._expect_nothing_written("JSON")
            self._chunks.append(_json(chunk).encode())
            self._replace_header("content-type", _JSON)
            self._is_complete = True
        else:
            from .hints import wrong_chunk

            raise wrong_chunk(chunk)

    def _expect_nothing_written(self, what: str) -> None:
        """Raise RuntimeError if a chunk of the body has been written."""
        if self._is_complete:
            raise self._too_late(what)
        if self._chunks:
            raise RuntimeError(
                f"{what} is the whole body, and something was written before: leave that"
                " out, or put return behind it"
            )

    def _too_late(self, what: str) -> RuntimeError:
        """Return the exception for a body that goes on after its end."""
        ended = "a page of self.render(...)"
        if self._is_finished:
            ended = "self.finish(...) or self.redirect(...)"
        elif self._stream is not None:
            ended = "a stream or a file"
        elif self._headers["content-type"] == _JSON:
            ended = "JSON"
        return RuntimeError(
            f"{what}: nothing can follow {ended}: put return behind that"
        )

    def finish(self, chunk: str | bytes | dict[str, Any] | list[Any] = "") -> None:
        """Write the last chunk of the response. In ``prepare``, it ends the request.

        :param chunk: see :meth:`write`.
        """
        if chunk != "":
            self.write(chunk)
        self._is_finished = self._is_complete = True

    def set_status(self, status: int) -> None:
        """Set the status code (default: 200).

        :param status: from 200 to 599. A response with 204, 205 or 304 has no body.
        """
        if not isinstance(status, int) or not 200 <= status <= 599:
            raise wrong_status("self.set_status", status)
        self._status = int(status)

    def set_header(self, name: str, value: str) -> None:
        """Set a header field, and remove other fields with the same name.

        :param name: any name except ``Content-Length`` and connection headers.
        :param value: Latin-1 text without control characters.
        """
        self._replace_header(_check_header(name, value), (name, value))

    def _replace_header(self, key: str, field: tuple[str, str]) -> None:
        """Set a header field that is known to be valid, in place of those before."""
        self._headers[key] = field
        if key in self._repeated_headers:
            self._repeated_headers = {**self._repeated_headers, key: ()}

    def add_header(self, name: str, value: str) -> None:
        """Add a header field, and keep other fields with the same name."""
        key = _check_header(name, value)
        if key in self._headers:
            fields = (*self._repeated_headers.get(key, ()), (name, value))
            self._repeated_headers = {**self._repeated_headers, key: fields}
        else:
            self._headers[key] = (name, value)

    def redirect(
        self, url: str, permanent: bool = False, status: int = 0, *, flash: str = ""
    ) -> None:
        """Send the client to another URL. In ``prepare``, this ends the request.

        Do not redirect to a URL from the request: it can lead to another site.

        :param url: a URL. If it starts with "/", it is a path of this application, and
            the mount is added, unless it begins with it as :meth:`reverse_url` does.
            Spaces and non-ASCII text are percent-encoded.
        :param permanent: whether browsers may remember the redirect: status 301.
        :param status: another status code (default: 302, or after a form 303, so that
            the browser requests the page with GET).
        :param flash: a message for the next page, as in :meth:`RequestHandler.flash`.
        """
        if self._is_finished:
            raise self._too_late("redirect")
        if not isinstance(url, str) or _OTHER_SITE.match(url):
            from .hints import wrong_url

            raise wrong_url(url)
        if not url.isprintable() or MALFORMED_ESCAPE.search(url):
            raise ValueError(f"not a URL: {url!r}")
        if url.startswith("/") and not url.startswith("//"):
            mount, rest = self.mount, url[len(self.mount) :]
            is_mounted = url.startswith(mount) and rest[:1] in ("", "/", "?", "#")
            url = url if is_mounted else mount + url
        default = 302 if self.method in ("GET", "HEAD") else 303
        self.set_status(status or (301 if permanent else default))
        self.set_header("Location", quote(url, safe="!#$%&'()*+,/:;=?@[]~"))
        self._is_finished = self._is_complete = True
        if flash:
            from .sessions import flash as keep

            keep(self, flash)

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
            is_text = isinstance(text, str) and _COOKIE_TEXT.fullmatch(text)
            if not is_text or not name or "=" in name:
                from .hints import wrong_cookie

                raise wrong_cookie(name, text)
        cookie = f"{name}={value}; Path={path}; SameSite={samesite}"
        cookie += f"; Domain={domain}" if domain else ""
        cookie += f"; Max-Age={max_age:d}" if max_age is not None else ""
        cookie += "; Secure" if secure else ""
        cookie += "; HttpOnly" if httponly else ""
        self._cookies = {**self._cookies, (name, path, domain): cookie}

    def clear_cookie(self, name: str, *, path: str = "", domain: str = "") -> None:
        """Delete a cookie; use the path and domain that you set it with."""
        self.set_cookie(name, "", max_age=0, path=path, domain=domain)

    def _answer(self) -> Answer:
        """Return the status line, the header fields and the body to send."""
        for step in self._before_sending:
            step()
        status, length = self._status, None
        whole = b"".join(self._chunks)
        body: Iterable[bytes] = ()
        if status in (204, 304):
            del self._headers["content-type"]
        elif self._stream is not None and status != 205:
            body, length = self._stream, self._stream_length
        elif whole and status != 205:
            body, length = [whole], len(whole)
        # If `head` wrote nothing, the length of the body for `get` is not known.
        elif self.method != "HEAD":
            length = 0
        fields = list(self._headers.values())
        if self._repeated_headers:
            fields = self._all_headers()
        if length is not None:
            fields.append(("Content-Length", str(length)))
        for cookie in self._cookies.values():
            fields.append(("Set-Cookie", cookie))
        if self.method == "HEAD":
            body = ()
        return _STATUS_LINES.get(status) or f"{status} Unknown", fields, body

    def _all_headers(self) -> list[tuple[str, str]]:
        """Return the header fields, those with the same name together."""
        fields = []
        for key, field in self._headers.items():
            fields += [field, *self._repeated_headers.get(key, ())]
        return fields


def _date_as_text(value: object) -> str:
    """Return a date or a time as JSON has it, in ISO 8601."""
    import datetime  # JSON without dates does not need it.

    if not isinstance(value, (datetime.date, datetime.time)):
        raise TypeError(type(value))  # `_json` says more
    text = value.isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


_encode_json = json.JSONEncoder(allow_nan=False, default=_date_as_text).encode


def _json(value: object) -> str:
    """Return a value as JSON."""
    try:
        return _encode_json(value)
    except (TypeError, ValueError) as error:
        from .json_hints import wrong_json

        raise wrong_json(value, error) from None


def _check_header(name: str, value: str) -> str:
    """Return the name of a header field in lower case; a wrong field is an error."""
    if not (isinstance(name, str) and isinstance(value, str)):
        from .hints import wrong_header

        raise wrong_header(name, value)
    key = name.lower()
    if is_hop_by_hop(key) or key in ("content-length", "status"):
        raise ValueError(f"{name} is for the server to set")
    if not (_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)):
        advice = "a value is Latin-1 text without line breaks, a name has letters and -"
        raise ValueError(f"not a header field: {name!r}: {value!r}: {advice}")
    return key
