"""Conditional requests: a client that has the current version gets no copy of it."""

from __future__ import annotations

import hashlib
import re
import time
from functools import partial
from typing import TYPE_CHECKING

from .dates import format_seconds, parse_http_date

if TYPE_CHECKING:
    from .writing import ResponseWriter

_TAG = re.compile(r"[!#-~]{1,64}")


def set_etag(handler: ResponseWriter, text: str) -> None:
    """Set the ETag to a short text as it is, or to the digest of any other text."""
    if not _TAG.fullmatch(text):
        text = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
    handler.set_header("ETag", f'"{text}"')
    _compare_at_the_end(handler)


def set_last_modified(handler: ResponseWriter, seconds: int) -> None:
    """Set Last-Modified: not a moment of the future, which HTTP does not allow.

    :param seconds: how many seconds after 1970 the last change was.
    """
    moment = format_seconds(min(seconds, int(time.time())))
    handler.set_header("Last-Modified", moment)
    _compare_at_the_end(handler)


def _compare_at_the_end(handler: ResponseWriter) -> None:
    """Send a 304 in place of the response, if the client has it."""
    compare = partial(_send_not_modified, handler)
    handler._before_sending = (*handler._before_sending, compare)


def _send_not_modified(handler: ResponseWriter) -> None:
    if handler._status == 200 and is_not_modified(handler):
        handler.set_status(304)


def is_not_modified(handler: ResponseWriter) -> bool:
    """Whether the client has the version whose ETag or Last-Modified is set."""
    environ, headers = handler.environ, handler._headers
    if handler.method not in ("GET", "HEAD"):
        return False
    wanted = environ.get("HTTP_IF_NONE_MATCH", "")
    if wanted:
        # Weak comparison: W/ before a tag does not matter.
        _, etag = headers.get("etag", ("", ""))
        tags = re.findall('"[^"]*"', wanted)
        return bool(etag) and (wanted.strip(" \t") == "*" or etag in tags)
    since = parse_http_date(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
    changed = parse_http_date(headers.get("last-modified", ("", ""))[1])
    return since is not None and changed is not None and changed <= since
