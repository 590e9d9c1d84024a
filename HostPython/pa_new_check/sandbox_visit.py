"""Makes the requests of ``visit`` in the sandboxed process, and prints the responses.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. The
requests come one by one, as lines of JSON through a pipe: the head of each response goes
back through another one, so that :mod:`pa_new_check.visit` can follow redirects.
Bodies never pass through these pipes: they are read from a file, and printed as they come.
"""

from __future__ import annotations

import errno
import html
import io
import os
import re
import sys
from stat import S_ISREG

from pa_new_check.json_text import from_json, to_json
from pa_new_check.sandbox_inspection import described, end_process, finish
from pa_new_check.sandbox_pages import Pages
from pa_new_check.sandbox_reasons import Reasons
from pa_new_check.sandbox_request import environment
from pa_new_check.sandbox_response import Response, is_logged, without_server
from pa_new_check.sandbox_views import View

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CONTROLS = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"
_CHUNK = 1 << 20  # bytes of a body that are read at a time
_MAX_BEGIN = 100_000  # bytes of a response in which its reason is looked for


def _for_terminal(head: bytes) -> bytes:
    """Return a head without what controls a terminal; it is UTF-8, or else Latin-1."""
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    kept = (
        character
        for character in text
        if character.isprintable() or character in "\n\t"
    )
    return "".join(kept).encode()


class Body(io.RawIOBase):
    """A part of a file that is read from its start, however the descriptor is used."""

    def __init__(self, descriptor: int, size: int) -> None:
        self.descriptor = descriptor
        self.size = size
        self.position = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, and return how many bytes there were."""
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Return what is left, in one piece."""
        first = self._next(self.size)
        more = self._next(self.size)
        return first if not more else first + more + super().readall()

    def _next(self, size: int) -> bytes:
        size = min(size, self.size - self.position)
        data = os.pread(self.descriptor, size, self.position)
        self.position += len(data)
        return data


class CannotPrint(Exception):
    """The response cannot be written to the place for it."""


class Printer:
    """Prints responses: heads to stdout, and bodies there or into a file."""

    def __init__(self, output: int, file: int = -1, has_heads: bool = True) -> None:
        self.output = output
        self.body = output if file < 0 else file
        self.has_heads = has_heads
        self.is_truncated = file < 0
        self.last = b"\n"

    def head(self, status: str, headers: list[tuple[str, str]]) -> None:
        """Print a status line and header fields, and the empty line below."""
        if self.has_heads:
            lines = [f"HTTP/1.1 {status}"]
            lines += [f"{name}: {value}" for name, value in headers]
            content = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
            if os.isatty(self.output):
                content = _for_terminal(content)
            self._write(self.output, content)

    def data(self, data: bytes) -> bool:
        """Print a part of a body; return False if it is not for this terminal."""
        if not self.is_truncated:
            self.is_truncated = True
            if S_ISREG(os.fstat(self.body).st_mode):
                os.ftruncate(self.body, 0)
        if os.isatty(self.body) and len(data.translate(None, CONTROLS)) != len(data):
            self.end()
            note = b"pa-new: the body is not text: save it with --output FILE\n"
            write_all(2, note)
            return False
        self._write(self.body, data)
        self.last = data[-1:] or self.last
        return True

    def end(self) -> None:
        """Leave the prompt of a terminal on a line of its own."""
        if os.isatty(self.body):
            self._end_line()

    def begin_log(self) -> None:
        """Let a message begin on a line of its own, if it goes where the body goes."""
        try:
            is_shared = self.last != b"\n" and os.path.sameopenfile(self.body, 2)
        except OSError:
            return  # one of them is closed
        if is_shared:
            self._end_line()

    def _end_line(self) -> None:
        if self.last != b"\n":
            self._write(self.body, b"\n")
            self.last = b"\n"

    def _write(self, place: int, data: bytes) -> None:
        try:
            write_all(place, data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CannotPrint(os.strerror(error.errno or errno.EIO)) from error


class Log(io.TextIOBase):
    """The error log of a request: it does not continue a line of the body."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def write(self, text: str) -> int:
        """Write a text."""
        if text:
            self._printer.begin_log()
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Write what waits."""
        sys.stderr.flush()

    def fileno(self) -> int:
        """Return the descriptor."""
        return sys.stderr.fileno()


def visit(
    ways: dict[str, Any],
    application: Any,
    output: int,
    send: Callable[..., None],
) -> None:
    """Make the requests, one after the other, and print the responses as they come.

    :param ways: the descriptors of the pipes and files.
    """
    for number in (ways["requests"], ways["answers"], ways["body"], ways["file"]):
        if number >= 0:
            os.set_inheritable(number, False)  # nothing that the app starts needs them
    requests = open(ways["requests"], "rb")  # noqa: SIM115 - until the process ends
    printer = Printer(output, ways["file"], ways["heads"])
    reasons, view, pages = Reasons(has_details=True), View(), Pages()
    try:
        for line in requests:
            request = _Request(from_json(line), ways, printer, send)
            request.reasons, request.view, request.pages = reasons, view, pages
            request.make(application, requests)
            for watching in (reasons, view, pages):
                watching.clear()
    except OSError:  # the app has closed descriptors that are not its own
        end_process(1)


class _Request(Response):
    """One request to the app, and its response."""

    def __init__(
        self,
        request: dict[str, Any],
        ways: dict[str, Any],
        printer: Printer,
        send: Callable[..., None],
    ) -> None:
        super().__init__()
        self.request = request
        self.ways = ways
        self.printer = printer
        self.send = send
        self.is_shown = True
        self.requests: Any = None
        self.view: View | None = None
        self.pages: Pages | None = None
        self.begin = b""
        """The beginning of the body."""

    def make(self, application: Any, requests: Any) -> None:
        """Ask the app, print what it answers, and report how that ended."""
        self.requests = requests
        texts = self.request["texts"]
        self.send("requesting", target=texts["REQUEST_URI"], scheme=0)
        try:
            self._ask(application)
            self.printer.end()
        except BrokenPipeError:
            self._end()  # nobody reads the rest
        except CannotPrint as problem:
            self.send("unprinted", what=str(problem))
            finish()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
            self._fail(error)
        self._tell_reason()
        if self.pages is not None:
            self.pages.log()
        self.send(
            "answered", status=self.head[0] if self.head else "", errors="", location=""
        )
        os.write(self.ways["answers"], b"{}\n")

    def _ask(self, application: Any) -> None:
        size = self.request["size"]
        body: Any = io.BytesIO()
        if size:
            body = io.BufferedReader(Body(self.ways["body"], size), _CHUNK)
        self.ask(
            application, environment(self.request["texts"], body, Log(self.printer))
        )

    def send_head(self, status: str, headers: list[tuple[str, str]]) -> None:
        """Tell the head, and print it if the response is to be shown."""
        answer = to_json({"status": status, "headers": headers})
        write_all(self.ways["answers"], answer.encode("ascii") + b"\n")
        self.is_shown = from_json(self.requests.readline() or b"true")
        self.printer.head(status, headers)

    def _tell_reason(self) -> None:
        """Tell why the app answers with an error, and whether the visitor reads it."""
        status = self.head[0] if self.head else ""
        if self.reasons is None or status[:1] not in ("4", "5"):
            return
        reason = self.reasons.of(status)
        said = html.unescape(self.begin.decode("utf-8", "replace"))
        kind, _, text = reason["text"].partition(": ")
        if reason["text"]:
            is_read = (text if kind.isidentifier() else kind) in said
            caught = None if is_read else self.reasons.caught
            facts = None if caught is None else self._added_to(described(caught))
            given = self._added_to(reason)
            self.send("reason", **given, caught=facts, is_read=is_read)
            return
        kinds = [v for n, v in self.head[1] if str(n).lower() == "content-type"]
        read = self.reasons.of(status, str((kinds or [""])[0]), self.begin)
        words = set(re.findall(r"\w+", str(read["text"]).lower()))
        if words - set(re.findall(r"\w+", status.lower())):
            self.send("reason", **read, caught=None, is_read=True)

    def _added_to(self, facts: dict[str, Any]) -> dict[str, Any]:
        return facts if self.view is None else self.view.added_to(facts)

    def send_data(self, data: bytes) -> None:
        """Print a part of the body."""
        self.begin += data[: _MAX_BEGIN - len(self.begin)]
        if self.is_shown and not self.printer.data(data):
            self._end()

    def _end(self) -> None:
        """End the process, although the app has more to send."""
        self.send("answered", status=self.head[0] if self.head else "", errors="")
        finish()

    def _fail(self, error: BaseException) -> None:
        try:
            self.printer.begin_log()
            self.printer.end()
        except (OSError, CannotPrint):
            pass
        without_server(error, [globals()])
        if not is_logged(error):
            sys.__excepthook__(type(error), error, error.__traceback__)
        self.send("failed", **self._added_to(described(error)))
        finish()


def write_all(output: int, data: bytes) -> None:
    """Write everything, however little the descriptor takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(output, view) :]
