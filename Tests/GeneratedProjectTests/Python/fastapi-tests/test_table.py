"""Each row of the guide's table of what FastAPI can do on PythonAnywhere, in a project.

Run with a project called hello on PYTHONPATH, and with the folder above this one.
"""

from __future__ import annotations

import importlib
import json
import re
import socket
import socketserver
import threading
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import rows
from hello import main

from asgi_asking import Site

GUIDE = Path(__file__).resolve().parents[4] / "docs/frameworks/fastapi.md"
GET = b"GET %b HTTP/1.1\r\nHost: site\r\nConnection: close\r\n\r\n"


def table() -> list[str]:
    """Return the first cell of each row."""
    text = GUIDE.read_text("utf-8").partition("\n## What FastAPI can do on the host\n")[
        2
    ]
    lines = text.partition("\n## ")[0].splitlines()
    cells = [line.split("|")[1].strip() for line in lines if line.startswith("|")]
    return cells[2:]


def row(feature: str) -> Any:
    """Mark the test of a row."""

    def mark(test: Any) -> Any:
        test.row = feature
        return test

    return mark


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        importlib.reload(main)  # an app that has not started yet
        rows.add_to(main.app)
        cls.addClassCleanup(importlib.reload, main)

    def setUp(self) -> None:
        rows.begin_again()
        limit = mock.patch.object(main.application, "time_limit", 5)
        limit.start()
        self.addCleanup(limit.stop)
        self.site = Site(main.application)
        self.site.__enter__()
        # The end of a worker; it fails if something is in the log.
        self.addCleanup(self.site.__exit__, None)

    def json(self, target: str, *options: Any) -> Any:
        answer = self.site.ask(target, *options)
        self.assertEqual(200, answer.status, answer)
        return json.loads(answer.body)

    def open(self, target: str) -> socket.socket:
        """Make a request without reading its response."""
        client = self.site.connect()
        self.addCleanup(client.close)
        client.sendall(GET % target.encode())
        return client

    def wait(self, what: Any) -> None:
        deadline = time.monotonic() + 10
        while not what():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def receive_until(self, client: socket.socket, end: bytes) -> bytes:
        received = b""
        while end not in received:
            piece = client.recv(65536)
            self.assertTrue(piece, received)
            received += piece
        return received

    def test_every_row_has_a_test(self) -> None:
        tests = [getattr(type(self), n) for n in dir(self) if n.startswith("test_")]
        self.assertCountEqual(
            table(), [test.row for test in tests if hasattr(test, "row")]
        )

    @row("routes, models, dependencies, middleware, errors, mounted apps")
    def test_routes(self) -> None:
        self.assertEqual(3, self.json("/rows/dependency?name=Ada"))
        self.assertEqual(422, self.site.ask("/rows/dependency").status)
        answer = self.site.ask("/rows/error")
        self.assertEqual((409, b"no pears"), (answer.status, answer.body))
        answer = self.site.ask("/inner/")
        self.assertEqual(b'"/inner/"', answer.body)
        self.assertEqual("/inner/", answer.header("x-middleware"))

    @row("`/docs`, `/redoc`, `/openapi.json`")
    def test_documentation(self) -> None:
        for page in ("/docs", "/redoc"):
            answer = self.site.ask(page)
            self.assertRegex(answer.body.decode(), r'src="https://[^"]+\.js"')
        self.assertIn("/orders/prices", self.json("/openapi.json")["paths"])

    @row("`lifespan`, with state")
    def test_lifespan(self) -> None:
        with mock.patch.object(main, "read_prices", return_value={"pear": 1}) as read:
            self.assertEqual({"pear": "1"}, self.json("/orders/prices"))
            self.assertEqual({"pear": "1"}, self.json("/orders/prices"))
        self.assertEqual(1, read.call_count)
        error = OSError("no disk")
        broken = mock.patch.object(main, "read_prices", side_effect=error)
        with broken, Site(main.app) as site:
            self.assertEqual([500] * 3, [site.ask("/").status for _ in range(3)])
            self.assertIn("OSError: no disk", site.logged())
            self.site.logged()  # the same

    @row("a pool of connections, `httpx.AsyncClient`, locks")
    def test_pool(self) -> None:
        class Lines(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for number, _ in enumerate(self.rfile, 1):
                    self.wfile.write(b"%d\n" % number)

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Lines) as other:
            other.daemon_threads = True
            thread = threading.Thread(target=other.serve_forever)
            thread.start()
            try:
                target = f"/rows/pool?port={other.server_address[1]}"
                answers = [self.json(target) for _ in range(5)]
                self.json("/rows/pool/close")
            finally:
                other.shutdown()
                thread.join()
        self.assertEqual(["1\n", "2\n", "3\n", "4\n", "5\n"], answers)

    @row("routes with `def`")
    def test_threads(self) -> None:
        before = threading.active_count()
        for _ in range(3):
            self.assertIn("AnyIO worker thread", self.json("/rows/thread"))
            self.wait(lambda: threading.active_count() <= before)

    @row("`StreamingResponse`, `FileResponse`, large uploads")
    def test_pieces(self) -> None:
        client = self.open("/rows/stream")
        received = self.receive_until(client, b"first")
        self.assertNotIn(b"second", received)
        rows.may_end.set()
        self.receive_until(client, b"second")
        file = self.site.ask("/rows/file")
        self.assertEqual(Path(rows.__file__).read_bytes(), file.body)
        limit = main.application.max_body_size or 0
        sizes = self.json("/rows/upload", "POST", [], bytes(limit))
        self.assertEqual(limit, sum(sizes))
        self.assertLessEqual(max(sizes), 64 * 1024)
        self.assertEqual(
            413, self.site.ask("/rows/upload", "POST", [], bytes(limit + 1)).status
        )
        self.assertIn("413", self.site.logged())

    @row("forms and uploaded files")
    def test_forms(self) -> None:
        body = (
            b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nAda\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
            + bytes(300_000)
            + b"\r\n--b--\r\n"
        )
        kind = [("Content-Type", "multipart/form-data; boundary=b")]
        self.assertEqual("Ada: 300000", self.json("/rows/form", "POST", kind, body))

    @row("`BackgroundTasks`")
    def test_background(self) -> None:
        self.receive_until(self.open("/rows/background"), b"answered")
        later = self.open("/rows/wait")
        later.settimeout(0.3)
        with self.assertRaises(socket.timeout):
            later.recv(1)
        self.assertEqual([], rows.done)
        rows.may_end.set()
        later.settimeout(10)
        self.receive_until(later, b"200 OK")
        self.assertEqual(["background"], rows.done)

    @row("`asyncio.create_task`")
    def test_task(self) -> None:
        self.json("/rows/task")
        self.wait(lambda: rows.done == ["begun"])
        time.sleep(0.1)
        self.assertEqual(["begun"], rows.done)
        self.json("/rows/wait?seconds=0.1")
        self.assertEqual(["begun", "ended"], rows.done)

    @row("many requests at the same time")
    def test_one_at_a_time(self) -> None:
        clients = [self.open("/rows/wait?seconds=0.05") for _ in range(4)]
        begun = time.monotonic()
        for client in clients:
            self.assertIn(b"\r\n\r\n1", self.receive_until(client, b"\r\n\r\n1"))
        self.assertGreater(time.monotonic() - begun, 0.1)

    @row("server-sent events")
    def test_events(self) -> None:
        events = self.open("/rows/stream")
        self.receive_until(events, b"first")
        other = self.open("/")
        other.settimeout(0.3)
        with self.assertRaises(socket.timeout):
            other.recv(1)
        rows.may_end.set()
        other.settimeout(10)
        self.receive_until(other, b"Hello")

    @row("`await request.is_disconnected()`")
    def test_disconnected(self) -> None:
        client = self.open("/rows/connected")
        time.sleep(0.1)
        client.close()
        time.sleep(0.1)
        rows.may_end.set()
        self.json("/rows/wait?seconds=0.1")  # when the other one is over
        self.assertEqual([False, True], rows.done)

    @row("a route that never ends")
    def test_never(self) -> None:
        with mock.patch.object(main.application, "time_limit", 0.2):
            self.assertEqual(503, self.site.ask("/rows/never").status)
        self.assertIn("made no progress for 0.2 seconds", self.site.logged())
        default = type(main.application)(main.app).time_limit
        [cell] = re.findall(r"\| a route that never ends \|(.*)\|", GUIDE.read_text())
        self.assertIn(f"default: {default:g} seconds", cell)

    @row("WebSockets")
    def test_websocket(self) -> None:
        fields = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        answer = self.site.ask("/rows/socket", headers=fields)
        sentence = "WSGI cannot serve WebSockets: they need an ASGI server."
        self.assertEqual((501, sentence.encode()), (answer.status, answer.body))
        self.assertIn(f"GET '/rows/socket': 501. {sentence}", self.site.logged())


if __name__ == "__main__":
    unittest.main()
