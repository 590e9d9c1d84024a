"""Conditional requests: a client that has the current version gets no copy of it.

The dates of HTTP are here, too, such as "Sun, 06 Nov 1994 08:49:37 GMT".
"""

from __future__ import annotations

import hashlib
import re
import time
from calendar import timegm
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .writing import ResponseWriter

_TAG = re.compile(r"[!#-~]{1,64}")

_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
_MONTHS += ["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

_MONTH = "(?P<month>[A-Z][a-z]{2})"
_TIME = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
# Today's form, and the two old ones that HTTP demands to be read.
_TODAYS = (
    f"[A-Z][a-z]{{2}}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT"
)
_OLD = (
    f"[A-Z][a-z]{{5,8}}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT"
)
_OLDEST = f"[A-Z][a-z]{{2}} {_MONTH} (?P<day>[ 0-9][0-9]) {_TIME} (?P<year>[0-9]{{4}})"
_FORMS = [re.compile(form) for form in (_TODAYS, _OLD, _OLDEST)]


def set_etag(handler: ResponseWriter, text: str) -> None:
    """Set the ETag to a short text as it is, or to the digest of any other text."""
    if not isinstance(text, str):
        from .hints import as_text, wrong_type

        advice = f"write {as_text('value', text)}"
        raise wrong_type("self.set_etag", "text", text, advice)
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


def http_date(moment: datetime) -> str:
    """Return a moment as header fields have it.

    :param moment: the moment; without a time zone, it is UTC.
    """
    return format_seconds(to_seconds(moment))


def to_seconds(moment: datetime) -> int:
    """Return how many seconds after 1970 a moment is; without a time zone, it is UTC."""
    if not isinstance(moment, datetime):
        from .hints import wrong_type

        raise wrong_type("a time", "a datetime of Python's module datetime", moment)
    return timegm(moment.utctimetuple())


def format_seconds(number: int) -> str:
    """Return the moment that is some seconds after 1970, as header fields have it."""
    moment = time.gmtime(number)
    day, month = _DAYS[moment.tm_wday], _MONTHS[moment.tm_mon - 1]
    clock = f"{moment.tm_hour:02}:{moment.tm_min:02}:{moment.tm_sec:02}"
    return f"{day}, {moment.tm_mday:02} {month} {moment.tm_year:04} {clock} GMT"


def parse_http_date(text: str) -> int | None:
    """Return how many seconds after 1970 a date is; None if it is not a date."""
    match = next((found for form in _FORMS if (found := form.fullmatch(text))), None)
    if match is None or match["month"] not in _MONTHS:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        # A year that would be more than 50 years ahead is one of the last century.
        now = time.gmtime().tm_year
        year += now // 100 * 100
        year -= 100 if year > now + 50 else 0
    month, day = _MONTHS.index(match["month"]) + 1, int(match["day"])
    hour, minute, second = (int(match[part]) for part in ("hour", "minute", "second"))
    try:
        return to_seconds(datetime(year, month, day, hour, minute, second))
    except ValueError:
        return None
