"""The status line and the headers of a response, from ASGI's form to WSGI's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from wsgiref.util import is_hop_by_hop

_TOKEN = re.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


@lru_cache(maxsize=64)
def status_line(code: int) -> str:
    """Return a status line for a status code."""
    if not isinstance(code, int) or not 200 <= code <= 999:
        raise ValueError(f"not the status of a response: {code!r}")
    known = code in HTTPStatus._value2member_map_
    return f"{code:d} {HTTPStatus(code).phrase if known else 'Unknown'}"


def read_headers(
    raw: Iterable[tuple[bytes, bytes]],
) -> tuple[list[tuple[str, str]], int | None]:
    """Return the headers for the server, and the length that they promise."""
    headers, length = [], None
    for raw_name, raw_value in raw:
        name, is_length = _name(raw_name)
        value = raw_value.decode("latin-1")
        if not (value.isascii() and value.isprintable()):
            value = value.strip(" \t").replace("\t", " ")
            if _CONTROLS.search(value):
                raise ValueError(f"illegal characters in {name}: {value!r}")
        if is_length:
            if not (value.isascii() and value.isdecimal()):
                raise ValueError(f"content-length is not a number: {value!r}")
            length = int(value)
        if name:
            headers.append((name, value))
    return headers, length


@lru_cache(maxsize=512)
def _name(raw: bytes) -> tuple[str, bool]:
    """Return a header's name, "" if it is the server's, and whether it is the length."""
    name = raw.decode("latin-1")
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"illegal characters in the name of a header: {name!r}")
    return "" if is_hop_by_hop(name) else name, name.lower() == "content-length"
