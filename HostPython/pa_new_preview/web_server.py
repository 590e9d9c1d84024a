"""The web server for the browser: it stands for PythonAnywhere's nginx.

It answers for static files, collects the body of a request before the app gets it, and
collects what the app answers. The app sees the site's own domain and https; in its
answers, the domain becomes the address of the preview again.
"""

from __future__ import annotations

import contextlib
import http.server
import os
import tempfile
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from pa_new_check.visit_body import guessed_type
from pa_new_check.visit_static import StaticFiles
from pa_new_preview import caught, live, log, pages, relay, rewriting
from pa_new_preview.site import Judgements, Site
from pa_new_shared import host

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any, BinaryIO

_BUFFER = 32_768  # bytes of an answer that wait for more
_CHUNK = 1 << 16
_LIVE_WAIT = 15.0  # seconds
_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Bad(Exception):
    """A request that a web server answers itself."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Server(http.server.ThreadingHTTPServer):
    """Serves one site on loopback."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        site: Site,
        place: host.Site,
        static: StaticFiles,
        sockets: str,
        judgements: Judgements,
        limit: float,
        is_live: bool,
    ) -> None:
        """Take the port.

        :param place: the site on PythonAnywhere that is shown.
        :param sockets: the folder with the workers' sockets.
        :param limit: seconds that a request may take.
        :raises OSError: if the port is taken.
        """
        self.site = site
        self.place = place
        self.static = static
        self.sockets = sockets
        self.judgements = judgements
        self.limit = limit
        self.is_live = is_live
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing if a browser has gone away."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "pa-new-preview"
    sys_version = ""
    server: Server

    def __getattr__(self, name: str) -> Any:
        """Take requests with any method: the app decides about them."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing of the library's own: each request has its line already."""

    def _answer(self) -> None:
        self.begin = time.monotonic()
        self.sent = 0
        self.status = 0
        self.is_open = False
        """Whether the head of an answer was sent."""
        self.is_live = False
        """Whether a browser opens the answer as a page, and loads it anew."""
        self.target = self._target()
        try:
            self._check_host()
            path, _, version = self.target.partition("?")
            if self.server.is_live and path == live.PATH:
                self._tell_of_edits(version)
                return
            self.is_live = self.server.is_live and live.opens_page(
                self.command, self.headers
            )
            with self._body() as body:
                self._ask(body)
        except Bad as problem:
            self.close_connection = True
            self._send_bad(problem)
        except OSError:
            self.close_connection = True
            self.status = self.status or 499  # nginx's number: the visitor went away
        seconds = time.monotonic() - self.begin
        log.request(self.command, self.target, self.status, seconds, self.sent)

    # The request.

    def _fields(self) -> list[tuple[str, str]]:
        """Return the header fields for the app: a page that gets a script is not packed."""
        unwanted = "accept-encoding" if self.is_live else ""
        return [row for row in self.headers.items() if row[0].lower() != unwanted]

    def _target(self) -> str:
        """Return path and query as they were sent: the library shortens ``//``."""
        target = self.requestline.split(" ")[1]
        if not target.startswith("/"):
            parts = urlsplit(target)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return target.partition("#")[0]

    def _check_host(self) -> None:
        """Refuse a request that another site's page sends to this computer's port."""
        given = self.headers.get("Host", "")
        name = given.rpartition(":")[0] if not given.endswith("]") else given
        if (name or given).lower() not in _OWN_NAMES:
            raise Bad(421, "pa-new preview answers for localhost only.")
        self.address = given

    def _body(self) -> BinaryIO:
        """Return a file with the whole body of the request, at its end."""
        coding = self.headers.get("Transfer-Encoding", "")
        length = self.headers.get("Content-Length")
        file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            if coding:
                if coding.lower() != "chunked" or length is not None:
                    raise Bad(400, "The request has an unknown Transfer-Encoding.")
                self._copy_chunks(file)
            elif length is not None:
                if not (length.isascii() and length.isdecimal()) or len(length) > 15:
                    raise Bad(400, "The request has no number as Content-Length.")
                self._copy(file, int(length))
        except BaseException:
            file.close()
            raise
        return file

    def _copy(self, file: BinaryIO, size: int) -> None:
        while size:
            data = self.rfile.read(min(size, _CHUNK))
            if not data:
                raise Bad(400, "The request ends in the middle of its body.")
            file.write(data)
            size -= len(data)

    def _copy_chunks(self, file: BinaryIO) -> None:
        while True:
            text = self.rfile.readline(1000).partition(b";")[0].strip()
            try:
                size = int(text, 16) if text.isalnum() else -1
            except ValueError:
                size = -1
            if size < 0:
                raise Bad(400, "The request has a damaged chunk.")
            self._copy(file, size)
            line = self.rfile.readline(1000)
            while size == 0 and line.strip():  # trailers
                line = self.rfile.readline(1000)
            if line.strip():
                raise Bad(400, "The request has a damaged chunk.")
            if size == 0:
                return

    def _ask(self, body: BinaryIO) -> None:
        """Let the app answer, or PythonAnywhere's web server."""
        server = self.server
        if server.static.has(self.target):
            self._send_file()
            return
        size = body.tell()
        body.flush()
        texts = rewriting.texts(
            server.place, self.command, self.target, self._fields(), self.address
        )
        if size or "Content-Length" in self.headers:
            texts["CONTENT_LENGTH"] = str(size)
        asked = -1
        while True:
            number, failure, self.version = server.site.state()
            if failure is not None:
                self._send_page(500, pages.not_loaded(failure, self._script()))
                return
            if number == asked:
                self._send_plain(502, "No worker takes the request", pages.NO_WORKER)
                return
            asked = number
            # An edit may replace the app while the request waits: the next one gets it.
            with contextlib.suppress(relay.NoWorker):
                self._ask_app(number, texts, body, size)
                return

    def _ask_app(
        self, number: int, texts: dict[str, str], body: BinaryIO, size: int
    ) -> None:
        """Let an app answer.

        :raises relay.NoWorker: if it has ended, and has not seen the request.
        """
        server = self.server
        exchange = relay.Exchange(f"{server.sockets}/{number}", server.limit)
        try:
            exchange.send(texts, body, size)
            self._relay(number, exchange)
        except relay.Raised as problem:
            self._send_exception(number, problem.facts)
        except relay.WorkerEnded as problem:
            if problem.words:  # which are in the terminal, too
                self._send_page(502, pages.trapped(problem.words, self._script()))
            else:
                self._send_plain(502, pages.ENDED_TITLE, pages.ENDED)
        except relay.TookTooLong:
            why = pages.TOO_LONG.format(seconds=f"{server.limit:g}")
            self._send_plain(502, "The request took too long", why)
        finally:
            exchange.close()

    # The response.

    def _relay(self, number: int, exchange: relay.Exchange) -> None:
        status, headers = exchange.head()
        headers = rewriting.headers(headers, self.server.place.domain, self.address)
        parts = exchange.parts()
        if exchange.cause and live.opens_page(self.command, self.headers):
            document = self._judged(number, exchange.cause)
            headers, parts = caught.explained(headers, parts, exchange.cause, document)
        self._pass_on(status, headers, parts)

    def _pass_on(
        self, status: str, headers: list[tuple[str, str]], parts: Iterator[bytes]
    ) -> None:
        """Send an answer."""
        code, _, reason = status.partition(" ")
        has_body = self.command != "HEAD" and code not in ("204", "304")
        is_held = ("x-accel-buffering", "no") not in [
            (name.lower(), value.lower()) for name, value in headers
        ]
        if self.is_live:
            version = self.version
            headers, parts = live.answer(status, headers, parts, version, is_held)
        if self.server.is_live and live.PURPOSE in self.headers:
            headers = [*headers, ("Vary", live.PURPOSE)]  # scripts get other contents
        names = {name.lower(): value for name, value in headers}
        buffer = _BUFFER if is_held else 0
        collected = relay.collected(parts, buffer)
        first = next(collected, b"")
        self.status = int(code)
        self.send_response_only(self.status, reason)
        for name, value in headers:
            self.send_header(name, value)
        is_chunked = False
        if has_body and "content-length" not in names:
            is_chunked = self.request_version != "HTTP/1.0"
            if is_chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.close_connection = True
        self.end_headers()
        self.is_open = True
        if not has_body:
            return
        if first:
            self._send(first, is_chunked)
        for data in collected:
            self._send(data, is_chunked)
        if is_chunked:
            self.wfile.write(b"0\r\n\r\n")
        elif "content-length" in names and self.sent != int(names["content-length"]):
            self.close_connection = True  # the browser sees that something is missing

    def _send(self, data: bytes, is_chunked: bool) -> None:
        if is_chunked:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        else:
            self.wfile.write(data)
        self.sent += len(data)

    def _judged(self, number: int, facts: dict[str, Any]) -> dict[str, Any] | None:
        """Return the report on an exception, and print it."""
        events = [
            {"kind": "imported", "seconds": 0},
            {"kind": "requesting", "target": self.target, "scheme": 0},
            {"kind": "failed", **facts},
        ]
        document = self.server.judgements.of(number, events)
        if document is not None:
            log.findings(document)
        return document

    def _send_exception(self, number: int, facts: dict[str, Any]) -> None:
        document = self._judged(number, facts)
        self._send_page(500, pages.raised(facts, document, self._script()))

    def _send_plain(self, status: int, title: str, why: str) -> None:
        log.say(f"{title}: {why}", is_bad=True)
        self._send_page(status, pages.plain(title, why, self._script()))

    def _send_bad(self, problem: Bad) -> None:
        if self.is_live:
            title = f"{problem.status} {HTTPStatus(problem.status).phrase}"
            self._send_page(
                problem.status, pages.plain(title, f"{problem}", self._script())
            )
            return
        text = f"{problem}\n".encode()
        self._send_page(problem.status, text, "text/plain; charset=utf-8")

    def _script(self) -> bytes:
        """Return the script for a page of the preview's own, if it has one."""
        return live.script(self.server.site.version) if self.is_live else b""

    def _send_page(
        self, status: int, content: bytes, kind: str = "text/html; charset=utf-8"
    ) -> None:
        if self.is_open:
            # Part of an answer is sent: all that is left is to break it off.
            self.close_connection = True
            return
        self.status = status
        phrase = HTTPStatus(status).phrase
        self.send_response_only(status, phrase)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
            self.sent = len(content)

    def _send_file(self) -> None:
        """Send a static file, as nginx does: without asking the app."""
        place: Path | None = self.server.static.place(self.target)
        if self.command not in ("GET", "HEAD"):
            raise Bad(405, "PythonAnywhere serves this path from a folder.")
        if place is None:
            raise Bad(404, "There is no such file in the folder of this path.")
        self.version = self.server.site.version
        with place.open("rb") as file:
            headers = [
                ("Content-Type", guessed_type(place.name)),
                ("Content-Length", str(os.fstat(file.fileno()).st_size)),
                ("Cache-Control", "no-cache"),
            ]
            self._pass_on("200 OK", headers, iter(lambda: file.read(_CHUNK), b""))

    def _tell_of_edits(self, known: str) -> None:
        """Keep the connection, and say when the site is another one.

        :param known: the version that made the page, if the browser tells it.
        """
        site = self.server.site
        version = int(known) if known.isdecimal() and len(known) < 10 else site.version
        self.close_connection = True
        self.status = 200
        self.send_response_only(200, "OK")
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        while site.wait(version, _LIVE_WAIT) == version:
            self.wfile.write(b":\n\n")  # finds out whether the browser is still there
        self.wfile.write(b"data: edited\n\n")
