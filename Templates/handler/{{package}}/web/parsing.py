"""Reads a request: its texts, its fields and its body, all as a client may fake them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from .errors import HTTPError, log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
FORM_WITH_FILES = "multipart/form-data"

MALFORMED_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTENT_LENGTH = re.compile(r"[0-9]{1,18}")


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
        raise HTTPError(413)
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
            raise HTTPError(413)
        if piece:
            yield piece
        if len(piece) < room:
            break
    if total < size:
        raise ValueError("its body is shorter than its Content-Length")


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
