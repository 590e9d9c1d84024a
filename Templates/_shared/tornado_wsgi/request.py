"""A request: made for Tornado from what the WSGI server tells."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Container, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import quote

from tornado import httputil
from tornado.iostream import StreamClosedError
from tornado.netutil import is_valid_ip
from tornado.util import GzipDecompressor

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .connection import Connection

# Header fields without HTTP_ in CGI.
_UNPREFIXED = {"CONTENT_TYPE": "Content-Type", "CONTENT_LENGTH": "Content-Length"}
_PATH_CHARACTERS = "/!$&'()*+,;=:@~"  # not escaped in a path (RFC 3986)
_SCHEMES = ("http", "https")
_PLAIN = bytes(range(32, 127))
_NO_HEADERS = httputil.HTTPHeaders()  # making a copy is faster than making a new one

# Visitors return, and checking an address is slow: it calls the system's resolver.
_is_valid_ip = lru_cache(maxsize=128)(is_valid_ip)


class Context:
    """Where a request comes from: Tornado reads ``connection.context``."""

    __slots__ = ("_direct", "_port", "protocol", "remote_ip")

    def __init__(self, environ: WSGIEnvironment, protocol: str | None) -> None:
        # Without an address, the server uses a Unix socket. Tornado reports 0.0.0.0.
        self.remote_ip: str = environ.get("REMOTE_ADDR") or "0.0.0.0"
        self.protocol: str = protocol or environ["wsgi.url_scheme"]
        self._direct = self.remote_ip, self.protocol
        self._port = environ.get("REMOTE_PORT")

    @property
    def address(self) -> tuple[str, str | None]:
        """The address of the client, or of the proxy, and its port."""
        return self._direct[0], self._port

    def __str__(self) -> str:
        return self.remote_ip

    def apply_xheaders(
        self, environ: WSGIEnvironment, trusted_downstream: Container[str]
    ) -> None:
        """Use the proxy's headers, in the same order of preference as Tornado."""
        address: str | None = environ.get("HTTP_X_REAL_IP")
        if address is None and "HTTP_X_FORWARDED_FOR" in environ:
            for address in reversed(environ["HTTP_X_FORWARDED_FOR"].split(",")):
                if address.strip() not in trusted_downstream:
                    break
        if address and _is_valid_ip(address := address.strip()):
            self.remote_ip = address
        scheme: str | None = environ.get("HTTP_X_SCHEME")
        if scheme is None:
            scheme = environ.get("HTTP_X_FORWARDED_PROTO")
        if scheme and (scheme := scheme.rpartition(",")[2].strip(" \t")) in _SCHEMES:
            self.protocol = scheme

    def unapply_xheaders(self) -> None:
        """Forget them: Tornado uses them only until the request is complete."""
        self.remote_ip, self.protocol = self._direct


def start_line_of(environ: WSGIEnvironment) -> httputil.RequestStartLine:
    """Return the request line, if possible with the path as the client sent it."""
    # The decoded path does not show the difference between "/" and "%2F".
    uri = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if not uri:
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        uri = _quote(path)
        if environ.get("QUERY_STRING"):
            uri += "?" + environ["QUERY_STRING"]
    version = environ.get("SERVER_PROTOCOL", "")
    if not version.startswith("HTTP/1."):
        version = "HTTP/1.1"  # a proxy in front may speak HTTP/2
    return _parse_request_line(f"{environ['REQUEST_METHOD']} {uri} {version}")


# Visitors ask for the same pages again and again.
_parse_request_line = lru_cache(maxsize=256)(httputil.parse_request_start_line)


@lru_cache(maxsize=256)
def _quote(path: str) -> str:
    """Return a path as it can be in a request line."""
    return quote(path.encode("latin-1"), safe=_PATH_CHARACTERS) or "/"


def headers_of(environ: WSGIEnvironment) -> httputil.HTTPHeaders:
    """Return the header fields of the request."""
    names, values_of = _fields(tuple(environ))
    values = values_of(environ)[2:]
    headers = httputil.HTTPHeaders(_NO_HEADERS)
    for name, value in zip(names, values):
        headers[name] = value.strip()
    for key, name in _UNPREFIXED.items():
        if environ.get(key):
            headers[name] = environ[key].strip()
            values += (environ[key],)
    # One look at all of them is enough, if there is nothing to correct.
    everything = "".join(values)
    if (
        "" not in names
        and everything.isascii()
        and not everything.encode().translate(None, _PLAIN)
    ):
        return headers
    # This looks closer, and raises an error that says what is wrong.
    headers = httputil.HTTPHeaders()
    for key, value in environ.items():
        if key in _UNPREFIXED and value:
            headers.add(_UNPREFIXED[key], value.strip(" \t"))
        elif _is_field(key):
            headers.add(_name(key) or key[5:], value.strip(" \t"))
    return headers


# A server has the same keys in most requests.
@lru_cache(maxsize=256)
def _fields(
    keys: tuple[str, ...],
) -> tuple[list[str], Callable[[WSGIEnvironment], tuple[str, ...]]]:
    """Return the names of the header fields, and what gets their values after two."""
    found = [key for key in keys if _is_field(key)]
    # With a single key, itemgetter would not return a tuple.
    values_of = itemgetter("REQUEST_METHOD", "REQUEST_METHOD", *found)
    return list(map(_name, found)), values_of


def _is_field(key: str) -> bool:
    """Tell whether a key is a header field that does not fake one of the server's."""
    return key[:5] == "HTTP_" and key[5:] not in _UNPREFIXED


def _name(key: str) -> str:
    """Return the name of a header field, or "" if it is not allowed."""
    name = key[5:].replace("_", "-").title()
    return name if re.fullmatch("[A-Za-z0-9-]+", name) else ""


def may_have_body(environ: WSGIEnvironment) -> bool:
    """Tell whether there may be a body to read or to refuse."""
    return bool(
        environ.get("CONTENT_LENGTH")
        or environ.get("wsgi.input_terminated")
        or "HTTP_TRANSFER_ENCODING" in environ
    )


def read_body(
    environ: WSGIEnvironment, headers: httputil.HTTPHeaders, connection: Connection
) -> Iterator[bytes]:
    """Yield the body of the request in pieces."""
    terminated = environ.get("wsgi.input_terminated")
    length: int | None = None
    if "Content-Length" in headers:
        length = _length(headers)
    if "Transfer-Encoding" in headers:
        if length is not None:
            raise httputil.HTTPInputError(
                "Message with both Transfer-Encoding and Content-Length"
            )
        if headers["Transfer-Encoding"].lower() != "chunked":
            raise httputil.HTTPInputError(
                f"Unsupported Transfer-Encoding {headers['Transfer-Encoding']}"
            )
        if not terminated:
            raise httputil.HTTPInputError("The WSGI server hides the chunked body")
    elif length is None and not terminated:
        return
    if length is not None and length > connection.max_body_size:
        raise httputil.HTTPInputError("Content-Length too long")
    received = 0
    # Nothing is read that the application does not wait for: the client may not send it.
    while received != length and not connection.ended:
        wanted = connection.chunk_size
        if length is not None:
            wanted = min(wanted, length - received)
        try:
            piece = environ["wsgi.input"].read(wanted)
        except OSError as error:
            raise StreamClosedError(error) from error
        if not piece and length is not None:
            raise StreamClosedError
        if not piece:
            return
        received += len(piece)
        if length is None and received > connection.max_body_size:
            raise httputil.HTTPInputError("chunked body too large")
        yield piece


def _length(headers: httputil.HTTPHeaders) -> int:
    """Return the length of the body according to the request."""
    texts = re.split(r",[ \t]*", headers["Content-Length"])
    if len(set(texts)) > 1:
        raise httputil.HTTPInputError(
            f"Multiple unequal Content-Lengths: {headers['Content-Length']!r}"
        )
    headers["Content-Length"] = texts[0]
    try:
        return number(texts[0])
    except ValueError as error:
        raise httputil.HTTPInputError(
            f"Only integer Content-Length is allowed: {texts[0]}"
        ) from error


def rename_encoding(headers: httputil.HTTPHeaders) -> bool:
    """Tell whether the body is compressed, and hide that from the application."""
    if headers.get("Content-Encoding", "").lower() != "gzip":
        return False
    headers.add("X-Consumed-Content-Encoding", headers["Content-Encoding"])
    del headers["Content-Encoding"]
    return True


def decompressed(pieces: Iterator[bytes], connection: Connection) -> Iterator[bytes]:
    """Yield a compressed body in decompressed pieces."""
    decompressor = GzipDecompressor()
    limit = connection.max_body_size
    try:
        for piece in pieces:
            while piece:
                data = decompressor.decompress(piece, connection.chunk_size)
                limit -= len(data)
                if limit < 0:
                    raise httputil.HTTPInputError("decompressed body too large")
                rest = decompressor.unconsumed_tail
                if data:
                    yield data
                elif len(rest) >= len(piece):
                    raise httputil.HTTPInputError(
                        "encountered unconsumed gzip data without making progress"
                    )
                piece = rest
        decompressor.flush()
    except zlib.error as error:
        raise httputil.HTTPInputError(f"invalid gzip data: {error}") from error


def number(text: str) -> int:
    """Return the value of a Content-Length header, which may have digits only."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"not an integer: {text!r}")
    return int(text)
