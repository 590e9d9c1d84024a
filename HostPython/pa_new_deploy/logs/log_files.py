"""Reads a web app's logs over the API: the end of one, and what is added to it later.

No page says that the API heeds ``Range``. So it is asked for, and an answer with all of
the log is taken as well. A log can be emptied or replaced between two reads: then the
last bytes that were read are no longer where they were.
"""

from __future__ import annotations

import email.utils
import re
import time
from dataclasses import dataclass
from datetime import datetime

from pa_new_deploy.api.cleaning import hidden_in
from pa_new_deploy.api.client import Caller, Request, Response
from pa_new_deploy.logs.log_problems import LogTooLarge

KINDS = ("error", "server", "access")
MAX_READ = 64_000_000
"""The longest log that is read if the API sends all of it."""
OVERLAP = 1024

_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)")


def path_of(domain: str, kind: str) -> str:
    """Return the path of a log on the host; the names of logs are in lower case."""
    return f"/var/log/{domain.lower()}.{kind}.log"


def page_of(address: str, user: str, path: str) -> str:
    """Return the page of PythonAnywhere that shows a log.

    :param address: The address of the region's API, which is that of its pages.
    """
    return f"{address}/user/{user}/files{path}"


@dataclass(frozen=True)
class Part:
    """A part of a log."""

    content: bytes
    is_cut: bool = False
    """Whether the log has more before it, so that its first line may be cut."""
    has_restarted: bool = False
    """Whether the log was emptied or replaced since the last time it was read."""
    date: datetime | None = None
    """The host's time when it sent this, in UTC."""

    def text(self, secret: str) -> str:
        """Return its whole lines, without the token.

        :param secret: The token; empty if there is none.
        """
        content = self.content
        if self.is_cut:
            start, line_break, rest = content.partition(b"\n")
            # One endless line: a token at the cut would not be recognized.
            content = rest if line_break else start[OVERLAP:]
        return without(secret, content).decode("utf-8", "replace")


def without(secret: str, content: bytes) -> bytes:
    """Return a text without the token."""
    return hidden_in(content, secret)


@dataclass(frozen=True)
class _Answer:
    """What the API sent: the bytes of the log from ``start`` to its end."""

    start: int
    content: bytes
    date: datetime | None


class LogFile:
    """A log, and how far it was read."""

    def __init__(self, caller: Caller, path: str) -> None:
        self._call = caller.call
        self.path = path
        self._position = 0
        self._known = b""
        """The last bytes before the position."""

    def end(self, size: int) -> Part | None:
        """Return the last bytes of the log, at most ``size``; None if there is no log."""
        answer = self._get(f"-{size}")
        if answer is None:
            self._position, self._known = 0, b""
            return None
        self._remember(answer)
        content = answer.content[-size:]
        is_cut = answer.start > 0 or len(content) < len(answer.content)
        return Part(content, is_cut, date=answer.date)

    def added(self, size: int) -> Part | None:
        """Return what was added since the last read; None if there is no log now.

        :param size: The most bytes to return: the last ones.
        """
        first = self._position - len(self._known)
        answer = self._get(f"{first}-")
        if answer is None:
            self._position, self._known = 0, b""
            return None
        old = self._known
        at = first - answer.start
        if at < 0 or answer.content[at : at + len(old)] != old:
            part = self.end(size)
            return part and Part(part.content, part.is_cut, True, part.date)
        self._remember(answer)
        new = answer.content[at + len(old) :]
        return Part(new[-size:], len(new) > size, date=answer.date)

    def _remember(self, answer: _Answer) -> None:
        self._position = answer.start + len(answer.content)
        self._known = answer.content[-OVERLAP:]

    def _get(self, byte_range: str) -> _Answer | None:
        response = self._request(byte_range)
        date = _date(response)
        if response.status == 404:
            return None
        if response.status in (206, 416):
            start, length, total = _range(response)
            if response.status == 206 and length == len(response.body):
                return _Answer(start, response.body, date)
            if response.status == 416 and total is not None:
                return _Answer(total, b"", date)
            response = self._request("")  # the answer does not say what it is a part of
            if response.status == 404:
                return None
        if len(response.body) > MAX_READ:
            raise LogTooLarge(self.path, MAX_READ)
        return _Answer(0, response.body, date)

    def _request(self, byte_range: str) -> Response:
        name = self.path.rpartition("/")[2]
        accepted = (200, 206, 404, 416) if byte_range else (200, 404)
        return self._call(
            Request(
                "GET",
                f"files/path{self.path}",
                f"read {name}",
                accepted=accepted,
                byte_range=byte_range,
                max_bytes=MAX_READ,
            )
        )


def _range(response: Response) -> tuple[int, int, int | None]:
    """Return the start and the length of a part, and the size of the whole if known."""
    match = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if match is None:
        return 0, -1, None
    total = None if match[3] == "*" else int(match[3])
    if match[1] is None:
        return 0, -1, total
    return int(match[1]), int(match[2]) - int(match[1]) + 1, total


def _date(response: Response) -> datetime | None:
    """Return the host's time, in UTC and without a time zone, as its logs have it."""
    try:
        parts = email.utils.parsedate_tz(response.headers.get("date", ""))
        if parts is None:
            return None
        return datetime(*time.gmtime(email.utils.mktime_tz(parts))[:6])
    except (TypeError, ValueError, OverflowError, IndexError, OSError):
        return None
