"""Says why a page does not answer as it should: the last exception of the error log.

The time in the log is that of the worker's own clock, which an app may have moved: Django
does. So first the page is requested once more, since the host's wrapper logs the exception
at each request, and only what the log has then more is looked at. Only if that has no
exception do the times of the log decide, and only if they can be those of the host.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.logs.error_log import Frame, LoggedError, last_error, read_lines
from pa_new_deploy.logs.log_files import LogFile, Part
from pa_new_deploy.smoke_test import Visit
from pa_new_shared import project_record
from pa_new_shared.host import wsgi_file
from pa_new_shared.patterns import pattern
from pa_new_shared.text import printable, shortened

MAX_LOG = 2_000_000
"""The end of the log that is looked at, in bytes."""
TOLERANCE = 2.0  # seconds: the header Date has no parts of a second
LAG = 2.0  # seconds after which a log that has nothing new is read again
MAX_PLACES = 10
MAX_LINE = 300

# A folder of packages: that of a virtualenv, or a bundle.
_PACKAGES = pattern(r".*/(?:site-packages|\.pa-new/bundles/[^/]+/[0-9a-f]{64})/")


@dataclass(frozen=True)
class Deployed:
    """Where the files of a project are, here and there."""

    folder: Path | None
    """The folder as the user gave it; None if the files here are not those there."""
    source: str
    """The folder on the host."""
    domain: str

    def here(self, path: str) -> Path | None:
        """Return the file on this computer that a file on the host came from."""
        if self.folder is None:
            return None
        if path == wsgi_file(self.domain):
            parts = [project_record.entry(self.folder)]
        elif path.startswith(self.source + "/"):
            parts = path[len(self.source) + 1 :].split("/")
        else:
            return None
        if not parts or any(part in ("", ".", "..") for part in parts):
            return None
        file = self.folder.joinpath(*parts)
        try:
            return file if file.is_file() else None
        except (OSError, ValueError):  # no name that a file can have
            return None


@dataclass(frozen=True)
class Failure:
    """A page that does not answer as it should, and what the error log says."""

    visit: Visit
    log: str
    """The path of the log on the host."""
    page: str
    """The page of PythonAnywhere that shows the log."""
    deployed: Deployed
    error: LoggedError | None = None
    problem: Diagnostic | None = None
    """Why the log could not be read."""

    def diagnostic(self) -> Diagnostic:
        """Return the message: the exception, and its places from the inside out."""
        if self.problem:
            reason = f"the error log could not be read: {self.problem.message}"
            advice = "look at the log in the browser"
        elif self.error:
            reason = "\n".join(self._exception(self.error))
            advice = (
                "correct the error and deploy again, or bring the last version back with\n"
                "'pa-new deploy --undo'; the whole log"
            )
        else:
            status = self.visit.status
            reason = "the error log has no exception since the reload"
            if status is not None and status >= 400:
                reason = f"it answers with status {status}, and {reason}"
            advice = "see 'pa-new logs --server', or the error log"
        return Diagnostic(
            f"{printable(self.visit.address)} does not answer as it should",
            reason,
            f"{advice}:\n{self.page}",
        )

    def _exception(self, error: LoggedError) -> list[str]:
        lines = ["the last exception in the error log since the reload:"]
        lines += _cleaned(error.text)
        for frame in _chosen(error.frames, self.deployed):
            if frame is None:
                lines.append("  ...")
                continue
            function = f", in {frame.function}" if frame.function else ""
            lines.append(
                _line(f"  at {_shown(frame, self.deployed)}:{frame.line}{function}")
            )
            if frame.source:
                lines.append(_line(f"       {frame.source.strip()}"))
        for text in error.earlier[-3:]:
            lines.append(f"together with: {_cleaned(text)[0]}")
        return lines

    @property
    def document(self) -> dict[str, Any]:
        """The failure as a JSON document has it."""
        error = self.error
        return {
            "path": self.log,
            "url": self.page,
            "exception": error and self._document(error),
            "problem": self.problem.message if self.problem else None,
        }

    def _document(self, error: LoggedError) -> dict[str, Any]:
        return {
            "text": "\n".join(_cleaned(error.text)),
            "places": [
                {
                    "path": _line(frame.path),
                    "file": None if here is None else _line(here.as_posix()),
                    "line": frame.line,
                    "function": _line(frame.function),
                    "source": _line(frame.source.strip()),
                }
                for frame in error.frames
                for here in [self.deployed.here(frame.path)]
            ],
            "earlier": ["\n".join(_cleaned(text)) for text in error.earlier],
        }


def last_exception(
    log: LogFile,
    request: Callable[[], object],
    elapsed: Callable[[], float],
    clock: Clock,
    secret: str,
) -> LoggedError | None:
    """Return the last exception that the log has since the reload; None if it has none.

    :param request: Requests the page.
    :param elapsed: The seconds since the reload.
    """
    before = log.end(MAX_LOG)
    seconds = elapsed()
    request()
    texts = [before.text(secret) if before else ""]
    for pause in (0.0, LAG):
        if pause:
            clock.sleep(pause)
        part = log.added(MAX_LOG)
        texts.append(part.text(secret) if part else "")
        error = last_error(read_lines("".join(texts[1:])))
        if error:
            return error
    return _by_time(before, "".join(texts), seconds)


def _by_time(before: Part | None, text: str, seconds: float) -> LoggedError | None:
    """Return the last exception if its time is one since the reload."""
    if before is None or before.date is None:
        return None
    since = _earlier(before.date, seconds + TOLERANCE)
    error = last_error(read_lines(text), since)
    if error is None or error.time is None:
        return None
    latest = before.date + timedelta(seconds=TOLERANCE + LAG)
    return error if error.time <= latest else None


def _earlier(date: datetime, seconds: float) -> datetime:
    try:
        return date - timedelta(seconds=seconds)
    except OverflowError:
        return datetime.min


def _chosen(frames: tuple[Frame, ...], deployed: Deployed) -> list[Frame | None]:
    """Return the places to show, the innermost first; None where some are left out.

    Those in the project are what the user can change.
    """
    if len(frames) > MAX_PLACES:
        own = [i for i, f in enumerate(frames) if deployed.here(f.path)]
        kept = {*range(len(frames) - 3, len(frames)), *own[-(MAX_PLACES - 3) :]}
    else:
        kept = set(range(len(frames)))
    found: list[Frame | None] = []
    for index in reversed(range(len(frames))):
        if index in kept:
            found.append(frames[index])
        elif not found or found[-1] is not None:
            found.append(None)
    return found


def _shown(frame: Frame, deployed: Deployed) -> str:
    """Return a file's path as the user would type it, or as the host has it."""
    here = deployed.here(frame.path)
    if here is not None:
        return here.as_posix()
    match = _PACKAGES.match(frame.path)
    return frame.path[match.end() :] if match else frame.path


def _cleaned(text: str) -> list[str]:
    return [_line(line) for line in text.splitlines()] or [""]


def _line(text: str) -> str:
    return shortened(printable(text), MAX_LINE)
