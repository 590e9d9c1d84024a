"""The command ``logs``: prints the last lines of a web app's logs on PythonAnywhere.

``--user USER --domain D [--kind error|server|access]... [--lines N] [--since-reload]
[--follow]``. The token and the region come from the environment
(:mod:`pa_new_deploy.api.region`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pa_new_deploy import command_line
from pa_new_deploy.api import region
from pa_new_deploy.api.client import Client
from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.logs import reload_time
from pa_new_deploy.logs.log_files import KINDS, OVERLAP, LogFile, Part, path_of, without
from pa_new_deploy.logs.reload_time import Reload, lines_of
from pa_new_deploy.problems import INTERRUPTED, NoLog
from pa_new_shared.text import printable

LINES = 50
MAX_LOG = 20_000_000
"""The end of a log that is read, in bytes."""
MAX_LINE = 1_000_000
"""The bytes of a line that is not whole, from which on its start is printed."""
PAUSE = 3.0
"""Seconds between two requests: half of the 40 in a minute that the API allows."""
PATIENCE = 4
"""A pause is as many times as long as the request before it."""


def run(
    arguments: list[str],
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
) -> int:
    """Print the lines and return the exit code."""
    return command_line.guarded(
        lambda: _run(_parse(arguments), environment, clock, timeout),
        lambda diagnostic: command_line.fail(diagnostic, environment),
    )


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = command_line.Arguments()
    parser.add_argument("--user", required=True)
    parser.add_argument("--domain", required=True)
    parser.add_argument("--kind", action="append", default=[], choices=KINDS)
    parser.add_argument("--lines", type=int)
    parser.add_argument("--since-reload", action="store_true")
    parser.add_argument("--follow", action="store_true")
    return parser.parse_args(arguments)


def _run(
    options: argparse.Namespace,
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
) -> int:
    found = region.find(options.domain, environment)
    token = region.token(environment)
    client = Client(found, options.user, token, clock, _wait, timeout)
    with command_line.Interruptible():
        reload = None
        if options.since_reload:
            reload = reload_time.find(client, options.domain, MAX_LOG)
        kinds = options.kind or ["error"]
        logs = [_Log(client, options.domain, kind, token) for kind in kinds]
        printer = _Printer(has_titles=len(logs) > 1)
        missing = [log for log in logs if not log.show(options, reload, printer)]
        if not options.follow:
            if missing:
                raise NoLog(missing[0].file.path)
            return 0
        try:
            _follow(logs, printer, clock)
        except KeyboardInterrupt:
            for log in logs:
                printer.show(log.file.path, log.rest())
            return INTERRUPTED


def _follow(logs: list[_Log], printer: _Printer, clock: Clock) -> NoReturn:
    """Print what is added to the logs, until the user interrupts it."""
    took = 0.0
    while True:
        for log in logs:
            clock.sleep(max(PAUSE, took * PATIENCE))
            began = clock.now()
            log.show_added(printer)
            took = clock.now() - began


@dataclass
class _Printer:
    """Prints lines; with several logs, their paths as ``tail -f`` does."""

    has_titles: bool
    last: str = ""

    def show(self, path: str, lines: list[str]) -> None:
        if not lines:
            return
        if self.has_titles and self.last != path:
            sys.stdout.write(f"{self.last and chr(10)}==> {printable(path)} <==\n")
            self.last = path
        sys.stdout.writelines(printable(line) + "\n" for line in lines)
        sys.stdout.flush()


class _Log:
    """One of the logs to print."""

    def __init__(self, client: Client, domain: str, kind: str, secret: str) -> None:
        self._client = client
        self._kind = kind
        self._secret = secret
        self._rest = b""
        """The start of a line that is not whole."""
        self._is_missing = False
        self.file = LogFile(client, path_of(domain, kind))

    def show(
        self, options: argparse.Namespace, reload: Reload | None, printer: _Printer
    ) -> bool:
        """Print the last lines, and tell whether there is such a log."""
        part = self.file.end(MAX_LOG)
        self._is_missing = part is None
        if part is None:
            if options.follow:
                _tell(f"There is no {self.file.path} yet: waiting for it.")
            return False
        text = part.text(self._secret)
        if options.follow:
            self._rest = part.content[part.content.rfind(b"\n") + 1 :]
            if part.is_cut and len(self._rest) == len(part.content):
                self._rest = self._rest[OVERLAP:]  # a token may be cut at its start
            text = text[: text.rfind("\n") + 1]
        lines = lines_of(text)
        if reload:
            lines = self._since(part, lines, reload)
        count = options.lines or (None if reload else LINES)
        printer.show(self.file.path, lines[-count:] if count else lines)
        return True

    def _since(self, part: Part, lines: list[str], reload: Reload) -> list[str]:
        if reload.is_archived:
            older = LogFile(self._client, self.file.path + ".1").end(MAX_LOG)
            lines = (lines_of(older.text(self._secret)) if older else []) + lines
            part = Part(part.content, bool(older and older.is_cut), date=part.date)
        found = reload_time.since(self._kind, lines, reload)
        if self._kind == "error":
            doubt = reload_time.doubt(part, lines, reload, found)
            if doubt:
                _tell(doubt)
        if part.is_cut and len(found) == len(lines):
            size = f"{MAX_LOG // 10**6} MB"
            _tell(f"{self.file.path} is long: these are the lines of its last {size}.")
        return found

    def show_added(self, printer: _Printer) -> None:
        """Print what was added to the log."""
        part = self.file.added(MAX_LOG)
        if part is None:
            if not self._is_missing:
                _tell(f"{self.file.path} is gone: waiting for a new one.")
            self._is_missing = True
            return
        self._is_missing = False
        if part.has_restarted:
            printer.show(self.file.path, self.rest())
            _tell(f"{self.file.path} was emptied or replaced: its lines follow.")
        content = self._rest + part.content
        if part.is_cut:  # so is its first line
            content = part.content.partition(b"\n")[2]
        whole, line_break, self._rest = content.rpartition(b"\n")
        lines = lines_of(self._text(whole + line_break))
        if len(self._rest) > MAX_LINE:
            # A token at its end may not be whole yet.
            cleaned = without(self._secret, self._rest)
            lines.append(cleaned[:-OVERLAP].decode("utf-8", "replace"))
            self._rest = cleaned[-OVERLAP:]
        printer.show(self.file.path, lines)

    def rest(self) -> list[str]:
        """Return the line that is not whole, if there is one."""
        rest, self._rest = self._rest, b""
        return lines_of(self._text(rest))

    def _text(self, content: bytes) -> str:
        return without(self._secret, content).decode("utf-8", "replace")


def _tell(text: str) -> None:
    sys.stderr.write(printable(text) + "\n")
    sys.stderr.flush()


def _wait(reason: str, seconds: float) -> None:
    _tell(f"waiting {seconds:.0f} s: {reason}")
