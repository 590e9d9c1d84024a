"""Tests of hello/tornado_wsgi on real WSGI servers: uWSGI and gunicorn.

Run with a project called hello and the folder of servers.py on PYTHONPATH, by a Python
that has pyuwsgi and gunicorn.
Each class starts a server on the loopback interface and stops it; the server loads
application.py once and forks its workers afterwards, as PythonAnywhere does.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.server
import socket
import socketserver
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any

from starting import Server, gunicorn, uwsgi

from on_server import OnServer


class TornadoOnServer(OnServer):
    """What holds on every server."""

    stream, endless, hello = "/Stream", "/Endless", "/Hello"
    command: list[str]
    workers = 2
    chunked = True
    """Whether the server passes on a chunked request body."""
    continues = True
    """Whether the server sends 100 Continue without being asked for the body."""
    raised: tuple[str, ...] = (
        "ValueError",
        "CancelledError",
        "SystemExit",
        "KeyboardInterrupt",
    )

    @classmethod
    def start(cls) -> Server:
        return Server(*cls.command, TIME_LIMIT="1")

    def each_worker(self, path: str) -> dict[int, Any]:
        """Ask at the same time, until every worker has answered."""
        answers: dict[int, Any] = {}
        deadline = time.monotonic() + 20
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            while len(answers) < self.workers and time.monotonic() < deadline:
                list(pool.map(lambda _: self.server.get("/Async"), range(8)))
                for answer in pool.map(lambda _: self.server.json(path), range(16)):
                    answers[answer["worker"]] = answer
        self.assertEqual(self.workers, len(answers))
        return answers

    def test_loaded_once_and_every_worker_answers(self) -> None:
        answers = self.each_worker("/Hello")
        loaded = {answer["loaded"] for answer in answers.values()}
        self.assertEqual(1, len(loaded))
        self.assertFalse(
            loaded & set(answers), "loaded by a worker, not before the fork"
        )

    def test_all_workers_agree_on_a_signed_cookie(self) -> None:
        connection, response = self.server.open("/Signed")
        response.read()
        connection.close()
        cookie = (response.headers["Set-Cookie"] or "").partition(";")[0]
        seen: dict[int, set[str]] = {}
        deadline = time.monotonic() + 20

        def ask(_: int) -> Any:
            return self.server.json("/Signed", headers={"Cookie": cookie})

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            while len(seen) < self.workers and time.monotonic() < deadline:
                list(pool.map(lambda _: self.server.get("/Async"), range(8)))
                for answer in pool.map(ask, range(8)):
                    seen.setdefault(answer["worker"], set()).add(answer["name"])
        self.assertEqual(list(seen.values()), [{"Ada"}] * self.workers)

    def test_async(self) -> None:
        answers = [self.server.json("/Async") for _ in range(20)]
        places = {(a["worker"], a["thread"]) for a in answers}
        loops = {(a["worker"], a["thread"], a["loop"]) for a in answers}
        self.assertEqual(len(places), len(loops), "more than one loop for a thread")

    def test_fetch_from_another_server(self) -> None:
        class Other(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"other")

            def log_message(self, *_: Any) -> None:
                pass

        other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        try:
            for host in ("127.0.0.1", "localhost") * 5:
                url = f"http://{host}:{other.server_port}/"
                self.assertEqual(
                    "other", self.server.json(f"/Fetch?url={url}")["answer"]
                )
        finally:
            other.shutdown()
            thread.join()
            other.server_close()

    def test_a_connection_that_is_kept_between_requests(self) -> None:
        accepted: list[Any] = []

        class Lines(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                accepted.append(self.client_address)
                for number, _ in enumerate(self.rfile, 1):
                    self.wfile.write(b"%d\n" % number)

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Lines) as other:
            other.daemon_threads = True
            thread = threading.Thread(target=other.serve_forever)
            thread.start()
            try:
                path = f"/Keep?port={other.server_address[1]}"
                answers = [self.server.json(path) for _ in range(20)]
            finally:
                other.shutdown()
                thread.join()
        counts: dict[tuple[int, int], int] = {}
        for answer in answers:
            place = answer["worker"], answer["thread"]
            counts[place] = counts.get(place, 0) + 1
            self.assertEqual(counts[place], int(answer["line"]))
        self.assertEqual(len(counts), len(accepted))

    def test_bodies(self) -> None:
        body = b"x" * 300_000
        self.assertEqual(
            (200, b"300000"), self.server.get("/Upload", "POST", body=body)
        )
        answer = self.server.json("/UploadStream", "POST", body=body)
        self.assertEqual(300_000, answer["bytes"])
        self.assertLessEqual(answer["longest"], 65536)

    def test_chunked_body(self) -> None:
        # In one piece, since a server that refuses it does not read to the end.
        request = (
            b"POST /Upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        answer = b""
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as client:
            client.sendall(request)
            with contextlib.suppress(ConnectionError):
                while piece := client.recv(65536):
                    answer += piece
        status = answer.split(b" ", 2)[1]
        if self.chunked:
            self.assertEqual((b"200", b"5"), (status, answer[-1:]))
        else:
            self.assertEqual(b"400", status)

    def test_a_body_that_breaks_off(self) -> None:
        for framing in (b"Transfer-Encoding: chunked", b"Content-Length: 100"):
            with self.subTest(framing), tempfile.TemporaryDirectory() as folder:
                file = Path(folder, "called")
                head = f"POST /Upload?file={file} HTTP/1.1\r\nHost: x\r\n".encode()
                with socket.create_connection(
                    ("127.0.0.1", self.server.port), 5
                ) as client:
                    client.sendall(head + framing + b"\r\n\r\n5\r\nhello\r\n")
                    client.shutdown(socket.SHUT_WR)
                    with contextlib.suppress(ConnectionError):
                        self.assertNotIn(b"200", client.recv(65536)[:20])
                self.server.json("/Hello")
                self.assertFalse(file.exists(), "the handler was called")

    def test_an_early_answer(self) -> None:
        request = (
            b"PUT /Refused HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
            b"Expect: 100-continue\r\n\r\n"
        )
        with contextlib.ExitStack() as stack:
            # More clients than workers, which send no body and keep their connections.
            for _ in range(6):
                client = socket.create_connection(("127.0.0.1", self.server.port), 5)
                stack.enter_context(client)
                client.sendall(request)
                stream = stack.enter_context(client.makefile("rb"))
                line = stream.readline()
                if line == b"HTTP/1.1 100 Continue\r\n" and self.continues:
                    stream.readline()
                    line = stream.readline()
                self.assertEqual(b"HTTP/1.1 401 Unauthorized\r\n", line)
            self.server.json("/Hello")

    def test_path_and_address(self) -> None:
        target = "/Echo//a%2Fb/%C3%BC%20?x=%20"
        answer = self.server.json(target, headers={"X-Real-IP": "203.0.113.7"})
        self.assertEqual({"uri": target, "remote_ip": "203.0.113.7"}, answer)

    def test_handlers_that_raise(self) -> None:
        for name in self.raised:
            for late in ("", "&late=1"):
                with self.subTest(name, late=late):
                    outcome = self.server.outcome(f"/Raise?name={name}{late}")
                    if name in ("ValueError", "CancelledError"):
                        self.assertEqual("500", outcome, self.server.log())
                    else:
                        # As with any other WSGI application, whatever the server does.
                        plain = self.server.outcome(f"/plain?{name}")
                        self.assertEqual(plain, outcome, self.server.log())
                    for _ in range(4):
                        self.server.json("/Hello")
                        self.server.json("/Async")

    def test_time_limit(self) -> None:
        start = time.monotonic()
        status, body = self.server.get("/Hang?x=1")
        self.assertEqual(503, status)
        self.assertIn(b"503: Service Unavailable", body)
        self.assertLess(time.monotonic() - start, 5)
        self.assertIn(
            "application.Hang made no progress on GET /Hang?x=1", self.server.log()
        )
        self.server.json("/Hello")

    def test_detach(self) -> None:
        status, body = self.server.get("/Socket")
        self.assertEqual(501, status)
        self.assertIn(b"WebSocket", body)

    def test_what_a_handler_leaves_runs_before_the_next_request(self) -> None:
        answers = [self.server.json("/Background") for _ in range(40)]
        for answer in answers:
            self.assertEqual(answer["before"], answer["done"], answers)
        self.assertGreater(max(answer["done"] for answer in answers), 3)


class Uwsgi(TornadoOnServer):
    # A worker that waits for a body would wait for longer than the tests.
    command = uwsgi("--processes=2", "--socket-timeout=20")
    chunked = False  # it wants an option and a function of its own for that
    continues = False


class GunicornSync(TornadoOnServer):
    command = gunicorn("--workers=2")


class GunicornThreads(TornadoOnServer):
    command = gunicorn("--workers=1", "--threads=4")
    workers = 1
    raised = ("ValueError", "CancelledError")  # the others: see Life

    def test_a_loop_for_each_thread(self) -> None:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.server.json("/Async"), range(64)))
        threads = {answer["thread"] for answer in answers}
        loops = {(answer["thread"], answer["loop"]) for answer in answers}
        self.assertGreater(len(threads), 1)
        self.assertEqual(len(threads), len(loops))


del OnServer, TornadoOnServer  # they are no tests by themselves

if __name__ == "__main__":
    unittest.main()
