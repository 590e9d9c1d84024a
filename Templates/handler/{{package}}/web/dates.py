"""Dates as HTTP has them, such as "Sun, 06 Nov 1994 08:49:37 GMT"."""

from __future__ import annotations

import re
import time
from calendar import timegm
from datetime import datetime

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


def http_date(moment: datetime) -> str:
    """Return a moment as header fields have it.

    :param moment: the moment; without a time zone, it is UTC.
    """
    return format_seconds(seconds(moment))


def seconds(moment: datetime) -> int:
    """Return how many seconds after 1970 a moment is; without a time zone, it is UTC."""
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
        return seconds(datetime(year, month, day, hour, minute, second))
    except ValueError:
        return None
