"""The fake API as an HTTP server: requests, faults, and how it is started.

``python fake_server.py ROOT [USER]`` keeps the account's files in ROOT, takes the token
from ``API_TOKEN``, prints its URL and serves until it is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from fake_api import Call, FakeAPI
from fake_files import Answer, json_answer


def multipart(kind: str, body: bytes) -> dict[str, bytes]:
    """Return the fields of a form with files (RFC 7578), by name.

    :param kind: its ``Content-Type``.
    :raises ValueError: if it is no such form.
    """
    boundary = re.search(r'boundary=("?)([^";]+)\1', kind)
    if not boundary:
        raise ValueError(f"no boundary: {kind}")
    _, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[2].encode())
    if not pieces or not pieces[-1].startswith(b"--"):
        raise ValueError(f"a form without an end: {body[-100:]!r}")
    fields: dict[str, bytes] = {}
    for part in pieces[:-1]:
        head, separator, content = part.partition(b"\r\n\r\n")
        name = re.search(
            rb'(?i)^\r\ncontent-disposition: *form-data;.*?\bname="([^"]*)"',
            head,
            re.MULTILINE,
        )
        if not separator or not name:
            raise ValueError(f"a part without a name: {head!r}")
        fields[name[1].decode()] = content
    return fields


class FakeServer(FakeAPI, ThreadingHTTPServer):
    """The account, and a server on this computer for it."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        root: Path,
        user: str = "alice",
        token: str = "0123456789abcdef",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        FakeAPI.__init__(self, root, user, token, now)
        ThreadingHTTPServer.__init__(self, ("127.0.0.1", 0), _Handler)
        self.lock = threading.RLock()
        self.heeds_range = False
        """Whether a part of a file can be asked for; nothing says that the host can."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    """Between the socket and the host."""

    protocol_version = "HTTP/1.1"
    server: FakeServer

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The ``Date`` of an answer is the host's time, like that in its logs."""
        return super().date_time_string(int(self.server.wall()))

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        name = self.headers.get("Host", "").rpartition(":")[0]
        name = name or self.headers.get("Host", "")
        if name == "127.0.0.1":
            self._api()
            return
        self.server.foreign.append((self.path, self.headers.get("Authorization")))
        with self.server.lock:
            status, body = self.server.page(name, urllib.parse.urlsplit(self.path).path)
        self._send(status, "text/plain", body)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def _api(self) -> None:
        host = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with host.lock:
            number = len(host.calls) + 1
            call = Call(self.command, self.path, 0, host.now())
            host.calls.append(call)
            fault = next(
                (
                    f
                    for f in host.faults
                    if f.at == number or (f.lasts and f.at < number)
                ),
                None,
            )
            kind = fault.kind if fault else ""
            is_lost = kind and not kind.endswith(("-after", "truncated", "html"))
            if kind == "half":
                self._store_half(body)
            answer = (500, "", b"") if is_lost else self._answer(body)
            call.status = 0 if is_lost else answer[0]
        if kind:
            self._fail(kind.replace("-after", ""), answer)
        elif host.heeds_range and answer[0] == 200 and self.headers.get("Range"):
            self._send_part(self.headers["Range"], answer[2])
        else:
            self._send(*answer)

    def _send_part(self, wanted: str, body: bytes) -> None:
        """Send a part of a file, as servers do that heed ``Range`` (RFC 9110)."""
        first, _, last = wanted.partition("=")[2].partition("-")
        start = int(first) if first else max(len(body) - int(last), 0)
        if start >= len(body):
            self._send(416, f"content-range=bytes */{len(body)}", b"")
            return
        span = f"bytes {start}-{len(body) - 1}/{len(body)}"
        self._send(206, f"content-range={span}", body[start:])

    def _answer(self, body: bytes) -> Answer:
        host = self.server
        if host.redirect:
            return 302, f"location={host.redirect}", b""
        if self.headers.get("Authorization") != f"Token {host.token}":
            return json_answer(401, {"detail": "Invalid token."})
        url = urllib.parse.urlsplit(self.path)
        base = f"/api/v0/user/{host.user}/"
        if not url.path.startswith(base):
            return json_answer(403, {"detail": "You do not have permission."})
        path = urllib.parse.unquote(url.path[len(base) :])
        parts = path.split("/")
        endpoint = "/".join(
            parts[:2] if parts[0] == "files" else parts[:1] + parts[2:3]
        )
        throttled = host.refused(endpoint)
        if throttled:
            return throttled
        query = dict(urllib.parse.parse_qsl(url.query))
        return host.answer(self.command, path, query, self._form(body))

    def _form(self, body: bytes) -> dict[str, Any]:
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            value: dict[str, Any] = json.loads(body)
            return value
        if kind.startswith("multipart/form-data"):
            return multipart(kind, body)
        return dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))

    def _store_half(self, body: bytes) -> None:
        """Let the first half of an upload land, which is all that arrived of it."""
        url = urllib.parse.urlsplit(self.path)
        place = self.server.place(
            urllib.parse.unquote(url.path.partition("/files/path")[2])
        )
        content = self._form(body).get("content") if self.command == "POST" else None
        if isinstance(content, bytes):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content[: len(content) // 2])

    def _fail(self, kind: str, answer: Answer) -> None:
        if kind in ("500", "503"):
            self._send(int(kind), "text/html", b"<h1>Something went wrong :-(</h1>")
        elif kind == "429":
            self._send(429, "retry-after=7", b"{}")
        elif kind == "429-bare":
            self._send(429, "", b"{}")
        elif kind == "truncated":
            body = answer[2] or b'{"status": "OK"}'
            self._send(answer[0], answer[1], body[: len(body) // 2], len(body))
            self._cut()
        elif kind == "html":
            self._send(200, "text/html", b"<html>Down for maintenance</html>")
        elif kind == "timeout":
            time.sleep(self.server.slow)
            self._cut()
        else:
            self._cut()

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(
        self, status: int, kind: str, body: bytes, length: int | None = None
    ) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            name, equals, value = kind.partition("=")
            if equals and name in ("retry-after", "location", "content-range"):
                self.send_header(name.title(), value)
            elif kind:
                self.send_header("Content-Type", kind)
            self.send_header(
                "Content-Length", str(len(body) if length is None else length)
            )
            self.end_headers()
            self.wfile.write(body)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for the loopback address, and its key."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        + ["-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    return cert, key


@contextlib.contextmanager
def running(
    now: Callable[[], float] = time.monotonic,
    user: str = "alice",
    tls: tuple[Path, Path] | None = None,
) -> Iterator[FakeServer]:
    """Run a fake API for as long as the block does."""
    with tempfile.TemporaryDirectory() as root:
        host = FakeServer(Path(root).resolve(), user, now=now)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            host.socket = context.wrap_socket(host.socket, server_side=True)
        thread = threading.Thread(
            target=host.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            host.server_close()
            thread.join()
            host.close()


def main() -> None:
    """Serve one account until the process is killed."""
    user = sys.argv[2] if len(sys.argv) > 2 else "alice"
    host = FakeServer(Path(sys.argv[1]), user, os.environ["API_TOKEN"])
    host.max_apps = 3
    print(host.url, flush=True)
    host.serve_forever()


if __name__ == "__main__":
    main()
