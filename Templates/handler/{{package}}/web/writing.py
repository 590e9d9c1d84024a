"""What a handler can answer with: :class:`ResponseWriter`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote
from wsgiref.util import is_hop_by_hop

from .errors import REASONS
from .parsing import MALFORMED_ESCAPE
from .reading import RequestReader

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    Answer = tuple[str, list[tuple[str, str]], bytes]

_HEADER_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?")
_HEADER_VALUE = re.compile(r"[ -~\x80-\xff]*")
_COOKIE_TEXT = re.compile(r"[!#-+\--:<-\[\]-~]*")

_encode_json = json.JSONEncoder(allow_nan=False).encode


class ResponseWriter(RequestReader):
    """The part of a handler that writes the response."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        super().__init__(environ)
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
        if not url.isprintable() or MALFORMED_ESCAPE.search(url):
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
        return f"{status} {REASONS.get(status, 'Unknown')}", headers, body
