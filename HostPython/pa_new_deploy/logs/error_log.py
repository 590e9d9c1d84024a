"""Finds the last exception in the error log of a web app.

What the log looks like, and where that is known from:

- The host loads the WSGI file in a wrapper of its own. It logs an exception of the app
  as ``Error running WSGI application``, then the exception, then its frames with an
  empty line between two of them and without a ``Traceback`` line. If the app could not
  be imported, five lines about import errors follow, at each request (a public copy of
  the wrapper, 2011-2020, which our notes name). A ``SyntaxError`` begins with the line
  that Python cannot parse, since the wrapper prints an exception as Python does.
- The wrapper adds the time to each line that is written to ``sys.stderr``, as
  ``2026-03-17 03:18:36,141: ``; in 2017 as ``2017-01-11 10:21:56,482 :``. A record of
  the app's logging has the time only in its first line. Lines that do not come from the
  wrapper begin with ``2017-02-16 13:09:32 `` (help page ``GeneratorExit``), so an app
  that sends its logging to ``sys.stderr`` has two times and its own words in a line.
  Public excerpts of 2017, 2020, 2023, 2025 and 2026 agree with all of this.
- A file name with ``importlib`` in it is left out by the wrapper.
- The time is that of the worker's own clock. It is UTC, unless the app changes the time
  zone of its process. Django does, to ``TIME_ZONE``.
- A framework that answers an exception itself (Flask, Django) logs a usual traceback.
- A line of the server log has ``#012`` for a line break (help page ``502BadGateway``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from pa_new_shared.patterns import pattern

MAX_TEXT_LINES = 12
"""The most lines of an exception's own message that are kept."""
MAX_FRAMES = 200
SAME_RECORD = 1.0  # seconds between two lines that the wrapper wrote at once

_TIME = pattern(
    r"\[?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[,.]\d{1,6})?\]?(?: ?: ?| |$)"
)
_LEVEL = pattern(
    r"(?:\[(?:CRITICAL|ERROR|WARNING|INFO|DEBUG)\] [\w.]+: ?"
    r"|(?:CRITICAL|ERROR|WARNING|INFO|DEBUG):[\w.]+:)"
)
_FRAME = pattern(r'\s*File "([^"\n]{1,4096})", line (\d{1,9})(?:, in (.*))?\s*')
_MARGIN = pattern(r"\s*(?:\+-)?(?:[|+](?: |$)|\+-{3,}.*)")
_EXCEPTION = pattern(r"[A-Za-z_][\w.]*(?:: .*|:)?")
# The first words of a record of Flask's, and of Django's.
_REQUEST = pattern(r"Exception on \S+ \[\w+\]|Internal Server Error: ")
_CARETS = pattern(r"\s*[~^ ]+\s*")
_HOST = "Error running WSGI application"
_TRACEBACK = "Traceback (most recent call last):"
_STARS = "*" * 20
_CHAINS = (
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
)
# A visitor who goes away leaves one of these: help page GeneratorExit.
_HARMLESS = ("GeneratorExit", "OSError: write error", "IOError: write error")


@dataclass(frozen=True)
class Line:
    """A line of a log without what the host puts before it."""

    text: str
    time: datetime | None = None
    """When it was written, as the log tells it; that of the line before if it does not."""
    is_timed: bool = False
    """Whether the line itself begins with a time."""


@dataclass(frozen=True)
class Frame:
    """A place in a traceback."""

    path: str
    line: int
    function: str = ""
    source: str = ""
    """The line of code, if the log has it."""


@dataclass(frozen=True)
class LoggedError:
    """An exception that the log has."""

    text: str
    """Its type and message; a message may have several lines."""
    frames: tuple[Frame, ...] = ()
    """Its places, the innermost last."""
    time: datetime | None = None
    earlier: tuple[str, ...] = ()
    """The exceptions that led to it, or that an exception group has."""
    is_whole: bool = True
    """False if the log that was read begins in the middle of it."""

    @property
    def kind(self) -> str:
        """The name of its type, without the module."""
        return self.text.partition(":")[0].strip().rpartition(".")[2]


def read_lines(text: str) -> list[Line]:
    """Return the lines of a log, with their times taken off."""
    found: list[Line] = []
    time: datetime | None = None
    for raw in text.split("\n"):
        for part in raw.rstrip("\r").split("#012") if 'File "' in raw else [raw]:
            rest, own = _without_time(part.rstrip("\r"))
            time = own or time
            found.append(Line(rest, time, own is not None))
    if found and not found[-1].text and not found[-1].is_timed:
        found.pop()  # what follows the last line break
    return found


def time_of(raw: str) -> datetime | None:
    """Return the time that a line of the error log or the server log begins with."""
    match = _TIME.match(raw)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(f"{match[1]} {match[2]}")
    except ValueError:
        return None


def _without_time(raw: str) -> tuple[str, datetime | None]:
    """Return a line without times and a logger's name at its start, and the last time."""
    time = None
    for _ in range(3):
        own = time_of(raw)
        if own is None:
            break
        match = _TIME.match(raw)
        raw, time = raw[match.end() if match else 0 :], own
    if time is not None:
        match = _LEVEL.match(raw)
        if match:
            raw = raw[match.end() :]
    return raw, time


def last_error(lines: list[Line], since: datetime | None = None) -> LoggedError | None:
    """Return the last exception in a log, and no earlier one than of a time."""
    found = None
    for error in _errors(lines):
        is_late = since is None or (error.time is not None and error.time >= since)
        if is_late and error.text.strip() not in _HARMLESS:
            found = error
    return found


def _errors(lines: list[Line]) -> Iterator[LoggedError]:
    """Yield the exceptions of a log in their order; a chain is one exception."""
    reader = _Reader(lines)
    before: LoggedError | None = None
    while not reader.is_at_end:
        line = reader.peek()
        error = None
        is_chained = line.text.strip().lstrip("| ") in _CHAINS
        if line.text.strip() == _HOST:
            error = reader.of_the_host()
        elif line.text.strip().endswith(_TRACEBACK):
            error = reader.traceback()
        elif before is None and _FRAME.fullmatch(line.text):
            error = reader.traceback(is_whole=False)
        else:
            reader.skip()
        if is_chained and before:
            reader.earlier.append(before.text)
        if error:
            yield error
            before = error


@dataclass
class _Reader:
    """Goes through the lines of a log."""

    lines: list[Line]
    at: int = 0
    earlier: list[str] = field(default_factory=list)
    """The exceptions of the chain that the next traceback belongs to."""

    @property
    def is_at_end(self) -> bool:
        return self.at >= len(self.lines)

    def peek(self) -> Line:
        return self.lines[self.at]

    def skip(self) -> None:
        self.at += 1

    def of_the_host(self) -> LoggedError | None:
        """Read what the host's wrapper logs: the exception first, then its frames."""
        begin = self.peek()
        self.skip()
        text = self._message(begin, is_first=True)
        frames = self._frames()
        if not text:  # a syntax error: first the place, then the exception
            text = self._message(begin, is_first=True)
            frames = self._frames() + frames
        if not text:
            return None
        return LoggedError("\n".join(text), tuple(frames), begin.time, self._chain())

    def traceback(self, is_whole: bool = True) -> LoggedError | None:
        """Read a traceback as Python prints it: the frames, then the exception."""
        begin = self.peek()
        is_group = _margin(begin.text) > 0 or "Exception Group" in begin.text
        if is_whole:
            self.skip()
        if is_group:
            return self._group(begin)
        frames = self._frames()
        text = self._message(begin, is_first=False)
        if not text:
            return None
        return LoggedError(
            "\n".join(text), tuple(frames), begin.time, self._chain(), is_whole
        )

    def _group(self, begin: Line) -> LoggedError | None:
        """Read an exception group: its parts are printed with a margin."""
        inner: list[Line] = []
        while not self.is_at_end and _margin(self.peek().text) > 0:
            line = self.peek()
            inner.append(replace(line, text=line.text[_margin(line.text) :]))
            while (cut := _margin(inner[-1].text)) > 0:
                inner[-1] = replace(inner[-1], text=inner[-1].text[cut:])
            self.skip()
        reader = _Reader(inner)
        frames, text = reader._frames(), reader._message(begin, is_first=False)
        if not text:
            return None
        parts = list(_errors(inner[reader.at :]))
        innermost = parts[0].frames if parts else ()
        earlier = tuple(part.text for part in parts) + self._chain()
        return LoggedError("\n".join(text), (*frames, *innermost), begin.time, earlier)

    def _chain(self) -> tuple[str, ...]:
        chain, self.earlier = tuple(self.earlier), []
        return chain

    def _frames(self) -> list[Frame]:
        """Read frames with their lines of code, and the empty lines between them."""
        found: list[Frame] = []
        is_new, indent = False, ""
        while not self.is_at_end:
            text = self.peek().text
            match = _FRAME.fullmatch(text)
            if match:
                found.append(Frame(match[1], int(match[2]), (match[3] or "").strip()))
                is_new = True
                # A log that was copied by the app's own logging has no indentation.
                own = text[: len(text) - len(text.lstrip())]
                indent = own + " " if own else ""
            elif is_new and _is_code(text, indent):
                found[-1] = replace(found[-1], source=text.strip())
                is_new = False
            elif (
                not found
                or _starts(text)
                or (
                    text.strip()
                    and not (indent and text.startswith(indent))
                    and not _CARETS.fullmatch(text)
                    and not text.strip().startswith("[Previous line repeated")
                )
            ):
                break
            self.skip()
        return found[-MAX_FRAMES:]

    def _message(self, begin: Line, is_first: bool) -> list[str]:
        """Read an exception and the further lines of its message.

        :param is_first: Whether frames follow, so that they end the message.
        """
        found: list[str] = []
        while not self.is_at_end and (is_first or len(found) < MAX_TEXT_LINES):
            line = self.peek()
            text = line.text
            if _starts(text) or _FRAME.fullmatch(text):
                break
            if found and line.is_timed and _seconds(begin, line) > SAME_RECORD:
                break
            if not found and text.strip() and not _EXCEPTION.fullmatch(text.strip()):
                break
            if found and not is_first and not text.strip():
                break
            if text.strip():
                found.append(text.rstrip())
            self.skip()
        return found[:MAX_TEXT_LINES]


def _is_code(text: str, indent: str) -> bool:
    return bool(text.strip()) and text.startswith(indent) and not _starts(text)


def _starts(text: str) -> bool:
    """Tell whether a line begins something else than what is being read."""
    text = text.strip().lstrip("| ")
    return (
        text == _HOST
        or text.endswith(_TRACEBACK)
        or text in _CHAINS
        or text.startswith(_STARS)
        or _REQUEST.match(text) is not None
    )


def _margin(text: str) -> int:
    """Return the length of the margin that an exception group puts before a line."""
    match = _MARGIN.match(text)
    return match.end() if match else 0


def _seconds(first: Line, second: Line) -> float:
    if first.time is None or second.time is None:
        return 0.0
    return abs((second.time - first.time).total_seconds())
