"""Finds what the logs have since the web app was last loaded.

uWSGI begins with a line of its own, also after a reload, before it loads the app: the
server log has it as ``2023-08-16 09:57:06 *** Starting uWSGI 2.0.20 (64bit) on [Wed Aug 16
09:57:05 2023] ***`` (a public excerpt; uWSGI 2.0.31 does so on this computer). A worker
that is started again for another reason does not write it. The time at its start is UTC.
The access log has times with their zone. Those of the error log are by the app's own
clock (:mod:`pa_new_deploy.logs.error_log`). Logs are renamed to ``.1`` from time to time
(pythonanywhere-core, ``webapp.py``), so a start may be in that one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pa_new_deploy.api.client import Caller
from pa_new_deploy.logs.error_log import time_of
from pa_new_deploy.logs.log_files import LogFile, Part, path_of
from pa_new_deploy.logs.log_problems import NoReload
from pa_new_deploy.problems import NoLog
from pa_new_shared.patterns import pattern

AHEAD = timedelta(minutes=1)

_START = pattern(
    r"[0-9-]{10} [0-9:]{8} \*\*\* Starting uWSGI \S+ \(\d+bit\) on \[[^\]]*\] \*\*\*\s*"
)
_ACCESS = pattern(
    r"[^\[]{1,200}\[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\]"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
_MONTHS += ["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Reload:
    """When the web app was last loaded."""

    time: datetime
    """In UTC."""
    is_archived: bool
    """Whether the logs were renamed since then."""


def find(caller: Caller, domain: str, size: int) -> Reload:
    """Return the time of the last reload, which the server log tells.

    :param size: The most bytes to read of a log.
    """
    path = path_of(domain, "server")
    first = None
    for is_archived in (False, True):
        part = LogFile(caller, path + ".1" * is_archived).end(size)
        if part is None and not is_archived:
            raise NoLog(path)
        lines = lines_of(part.text("") if part else "")
        start = start_of(lines)
        time = time_of(lines[start]) if start is not None else None
        if time:
            return Reload(time, is_archived)
        first = next(filter(None, map(time_of, lines)), first)
        if part and part.is_cut:
            break
    raise NoReload(path, first)


def start_of(lines: list[str]) -> int | None:
    """Return the index of the line with which the last start begins."""
    for index in reversed(range(len(lines))):
        line = lines[index]
        if _START.fullmatch(line) and time_of(line):
            return index
    return None


def since(kind: str, lines: list[str], reload: Reload) -> list[str]:
    """Return the lines of a log since a reload."""
    if kind == "server":
        start = start_of(lines)
        return lines if start is None else lines[start:]
    read_time = access_time if kind == "access" else time_of
    for index, line in enumerate(lines):
        time = read_time(line)
        if time is not None and time >= reload.time:
            return lines[index:]
    return []


def doubt(part: Part, lines: list[str], reload: Reload, found: list[str]) -> str:
    """Return what the times of an error log leave open; empty if they do not.

    :param lines: All of its lines.
    :param found: Those since the reload.
    """
    times = list(filter(None, map(time_of, lines)))
    if not times:
        return ""
    if part.date is not None and times[-1] > part.date + AHEAD:
        return (
            "The app's clock is ahead of UTC: some of these lines may be from before the "
            "reload."
        )
    if not found:
        return (
            f"The error log has no line since the reload at {reload.time} UTC. Its last "
            f"line is from {times[-1]}, by the app's own clock."
        )
    return ""


def access_time(line: str) -> datetime | None:
    """Return the time of a line of the access log, in UTC."""
    match = _ACCESS.match(line)
    if match is None or match[2] not in _MONTHS:
        return None
    day, hour, minute, second = (int(match[n]) for n in (1, 4, 5, 6))
    offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
    month = _MONTHS.index(match[2]) + 1
    try:
        local = datetime(int(match[3]), month, day, hour, minute, second)
        return local + offset if match[7] == "-" else local - offset
    except (ValueError, OverflowError):
        return None


def lines_of(text: str) -> list[str]:
    """Return the lines of a log."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.rstrip("\r") for line in lines]
