"""What ASGI tells an app about a request."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .interface import Scope

_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")  # header fields without HTTP_ in CGI
_PATH_CHARACTERS = "/!$&'()*+,;=:@~"  # not escaped in a path (RFC 3986)
_SLASHES = re.compile(b"/{2,}")
_ORIGIN = re.compile("https?://[^/?#]*")  # before the path, if the client sends it


def make_scope(environ: WSGIEnvironment, state: dict[str, Any], real_ip: bool) -> Scope:
    """Return what ASGI tells an app about a request."""
    root_path, path, raw_path = _paths(environ)
    address, port = environ.get("REMOTE_ADDR", ""), environ.get("REMOTE_PORT", "")
    headers = []
    for key, value in environ.items():
        name = _request_name(key)
        if name and (value or key not in _UNPREFIXED):
            headers.append((name, value.encode("latin-1")))
    real = environ.get("HTTP_X_REAL_IP", "").strip()
    if real_ip and _is_address(real):
        address, port = real, ""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": environ.get("SERVER_PROTOCOL", "HTTP/1.1").partition("/")[2],
        "method": environ["REQUEST_METHOD"],
        "scheme": environ["wsgi.url_scheme"],
        "path": path,
        "raw_path": raw_path,
        "query_string": environ.get("QUERY_STRING", "").encode("latin-1"),
        "root_path": root_path,
        "headers": headers,
        "client": (address, int(port or 0)) if address else None,
        "server": (environ["SERVER_NAME"], int(environ["SERVER_PORT"])),
        "state": state.copy(),
        "extensions": {},
    }


def _paths(environ: WSGIEnvironment) -> tuple[str, str, bytes]:
    """Return root_path, path and raw_path, if possible as the client sent them."""
    root = environ.get("SCRIPT_NAME", "").encode("latin-1")
    path = root + environ.get("PATH_INFO", "").encode("latin-1")
    target = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
    raw = _ORIGIN.sub("", target.partition("?")[0], 1).encode("latin-1")
    sent = unquote_to_bytes(raw) if b"%" in raw else raw
    if sent != path:
        if _SLASHES.sub(b"/", sent) == path:
            path = sent  # the server makes one "/" of several
        else:
            # The server tells nothing, or something in front has changed the path.
            raw = quote_from_bytes(path, safe=_PATH_CHARACTERS).encode()
    return root.decode("utf-8", "replace"), path.decode("utf-8", "replace"), raw


@lru_cache(maxsize=128)  # visitors return
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=512)
def _request_name(key: str) -> bytes | None:
    """Return the header's name for a key of the environment, if it is a header."""
    if key[:5] == "HTTP_" and key[5:] not in _UNPREFIXED:
        key = key[5:]
    elif key not in _UNPREFIXED:
        return None  # a client must not fake the server's own key
    return key.replace("_", "-").lower().encode("latin-1")
