"""The ASGI adapter with a FastAPI app on real WSGI servers: uWSGI and gunicorn.

Run with servers.py and asgi_adapter on PYTHONPATH, by a Python that has
fastapi, pyuwsgi and gunicorn. uWSGI runs without ``--enable-threads``, if not said.
"""

from __future__ import annotations

import concurrent.futures
import os
import signal
import socket
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path
from typing import Any

import servers
from on_server import OnServer

HERE = Path(__file__).resolve().parent
NOISE = ("Traceback", "Task was destroyed", "never retrieved", "Exception ignored")
NOISE += ("unclosed event loop",)


class Server(servers.Server):
    def __init__(self, *command: str, **environment: str) -> None:
        super().__init__(*command, folder=HERE, path="/hello", **environment)

    def wait_for_log(self, text: str) -> None:
        """Wait until the log has a text: some comes after the response."""
        deadline = time.monotonic() + 10
        while text not in self.log():
            if time.monotonic() > deadline:
                raise AssertionError(f"{text!r} is not in the log:\n{self.log()}")
            time.sleep(0.02)


def uwsgi(*options: str, file: str = "application.py") -> list[str]:
    return servers.uwsgi(file, *options)


def gunicorn(*options: str) -> list[str]:
    return servers.gunicorn("application", *options)


class FastAPIOnServer(OnServer):
    """What holds on every server."""

    stream, endless, hello = "/stream", "/endless", "/hello"
    command: list[str]
    workers = 2
    chunked = True
    """Whether the server passes on a chunked request body."""

    @classmethod
    def start(cls) -> Server:
        return Server(*cls.command)

    def ask_at_once(self, path: str, count: int) -> list[Any]:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda _: self.server.json(path), range(count)))

    def test_loaded_once_and_every_worker_answers(self) -> None:
        seen: set[int] = set()
        deadline = time.monotonic() + 20
        while len(seen) < self.workers and time.monotonic() < deadline:
            seen |= {answer["worker"] for answer in self.ask_at_once("/hello", 16)}
        self.assertEqual(self.workers, len(seen))
        loaded = {answer["loaded"] for answer in self.ask_at_once("/hello", 8)}
        self.assertEqual(1, len(loaded))
        self.assertFalse(loaded & seen, "loaded by a worker, not before the fork")

    def test_one_loop_and_one_lifespan_for_each_worker(self) -> None:
        answers = self.ask_at_once("/hello", 32)
        places = {(a["worker"], a["thread"]) for a in answers}
        loops = {(a["worker"], a["thread"], a["loop"]) for a in answers}
        self.assertEqual(len(places), len(loops))
        for answer in answers:
            self.assertEqual(f"{answer['worker']} {answer['thread']}", answer["answer"])

    def test_def_routes_run_in_threads(self) -> None:
        for answer in self.ask_at_once("/sync", 32):
            self.assertIn("AnyIO worker thread", answer["thread"])

    def test_background(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            go, ended = Path(folder, "go"), Path(folder, "ended")
            connection, response = self.server.open(
                f"/background?file={go}&ended={ended}"
            )
            self.assertEqual(b'"answered"', response.read(10))
            self.assertFalse(ended.exists())
            go.touch()
            deadline = time.monotonic() + 10
            while not ended.exists():
                self.assertLess(time.monotonic(), deadline, self.server.log())
                time.sleep(0.02)
            connection.close()

    def test_bodies(self) -> None:
        answer = self.server.json("/upload", "POST", body=b"x" * 300_000)
        self.assertEqual(300_000, answer["bytes"])
        self.assertLessEqual(answer["longest"], 65536)

    def test_chunked_body(self) -> None:
        # In one piece, since a server that refuses it does not read to the end.
        request = (
            b"POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        answer = b""
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as client:
            client.sendall(request)
            try:
                while piece := client.recv(65536):
                    answer += piece
            except ConnectionError:
                pass
        status = answer.split(b" ", 2)[1]
        self.assertEqual(b"200" if self.chunked else b"411", status)
        if self.chunked:
            self.assertIn(b'"bytes":5', answer)

    def test_path_and_address(self) -> None:
        answer = self.server.json(
            "/echo//a%2Fb/%C3%BC%20?x=%20", headers={"X-Real-IP": "203.0.113.7"}
        )
        self.assertEqual(
            {
                "path": "/echo//a/b/\xfc ",
                "raw_path": "/echo//a%2Fb/%C3%BC%20",
                "query": "x=%20",
                "client": "203.0.113.7",
            },
            answer,
        )

    def test_failures(self) -> None:
        self.assertEqual(500, self.server.get("/fail")[0])
        self.server.wait_for_log("LookupError: oops")
        self.assertEqual(404, self.server.get("/nothing")[0])
        self.assertEqual(405, self.server.get("/hello", "PUT")[0])
        self.server.json("/hello")

    def test_time_limit(self) -> None:
        start = time.monotonic()
        self.assertEqual(503, self.server.get("/stall")[0])
        self.assertLess(time.monotonic() - start, 8)
        self.assertIn("GET '/stall': the app made no progress", self.server.log())
        self.server.json("/hello")

    def test_websocket(self) -> None:
        fields = {"Upgrade": "websocket", "Sec-WebSocket-Key": "x"}
        status, body = self.server.get("/socket", headers=fields)
        self.assertEqual(501, status)
        self.assertIn(b"WebSockets", body)


class Uwsgi(FastAPIOnServer):
    command = uwsgi("--processes=2")
    chunked = False  # it wants an option and a function of its own for that


class UwsgiThreads(FastAPIOnServer):
    command = uwsgi("--processes=1", "--threads=3")
    workers = 1
    chunked = False


class GunicornSync(FastAPIOnServer):
    command = gunicorn("--workers=2")


class GunicornThreads(FastAPIOnServer):
    command = gunicorn("--workers=1", "--threads=4")
    workers = 1


class Life(unittest.TestCase):
    """Of workers: what they hold, and how they end."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.life = Path(folder.name, "life")

    def start(self, *command: str) -> Server:
        server = Server(
            *command, LIFE=str(self.life), PYTHONWARNINGS="always::ResourceWarning"
        )
        self.addCleanup(server.folder.cleanup)
        self.addCleanup(server.kill)
        return server

    def check_life(self, server: Server) -> Counter[str]:
        """End the server; return how many lifespans began, and ended, in each process."""
        # uWSGI runs no exit hooks in a worker that is told to end during a request, and the
        # client has its response a little before the request is over.
        time.sleep(0.5)
        self.assertEqual(0, server.terminate())
        self.assertNotRegex(server.log(), "|".join(NOISE))
        lines = [line.split() for line in self.life.read_text().splitlines()]
        started = Counter(process for what, process in lines if what == "start")
        stopped = Counter(process for what, process in lines if what == "stop")
        self.assertEqual(started, stopped)
        return started

    def test_thousands_of_requests_leave_nothing(self) -> None:
        server = self.start(*uwsgi("--processes=1"))
        paths = ["/hello", "/sync", "/echo/x?x=%20", "/nothing", "/hello", "/usage"]

        def ask(count: int) -> Any:
            for number in range(count):
                server.get(paths[number % len(paths)])
                if number % 16 == 5:
                    server.get("/upload", "POST", body=b"x" * 1000)
            # The thread of a `def` route is told to end with its request, and ends a little later.
            deadline = time.monotonic() + 20
            while (usage := server.json("/usage"))["threads"] > 1:
                self.assertLess(time.monotonic(), deadline, "a thread stays")
                time.sleep(0.05)
            return usage

        before = ask(600)
        after = ask(2400)
        for what in ("worker", "descriptors", "tasks"):
            self.assertEqual(before[what], after[what], what)
        self.assertLess(after["kilobytes"] - before["kilobytes"], 1000)
        self.check_life(server)

    def test_recycled_workers(self) -> None:
        # uWSGI lets a worker live for at least a minute, unless told otherwise.
        recycling = ["--max-requests=20", "--min-worker-lifetime=0"]
        for command in (
            uwsgi("--processes=2", *recycling),
            gunicorn("--workers=2", "--max-requests=20"),
        ):
            with self.subTest(command[0]):
                server = self.start(*command)
                workers = set()
                deadline = time.monotonic() + 20
                while len(workers) < 4 and time.monotonic() < deadline:
                    workers.add(server.json("/hello")["worker"])
                    workers.add(server.json("/sync")["worker"])
                self.assertGreaterEqual(len(workers), 4)
                self.check_life(server)
                self.life.unlink()

    def test_shutdown(self) -> None:
        for command in (
            uwsgi("--processes=2"),
            uwsgi("--processes=2", "--lazy-apps"),
            gunicorn("--workers=2"),
            gunicorn("--workers=2", "--threads=2"),
        ):
            with self.subTest(command):
                server = self.start(*command)
                for path in ("/hello", "/sync", "/usage") * 4:
                    self.assertEqual(200, server.get(path)[0])
                lives = self.check_life(server)
                # Each thread is a worker.
                threads = 2 if "--threads=2" in command else 1
                self.assertLessEqual(max(lives.values()), threads)
                self.life.unlink()

    def test_a_worker_that_is_killed_is_replaced(self) -> None:
        server = self.start(*uwsgi("--processes=1"))
        worker = server.json("/hello")["worker"]
        os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while True:
            try:
                self.assertNotEqual(worker, server.json("/hello")["worker"])
                break
            except OSError:
                self.assertLess(time.monotonic(), deadline)
        self.assertEqual(2, self.life.read_text().count("start"))

    def test_a_route_that_exits(self) -> None:
        server = self.start(*uwsgi("--processes=1"))
        server.outcome("/exit")
        self.assertEqual(200, server.get("/hello")[0])

    def test_a_start_that_fails_is_told_at_each_request(self) -> None:
        server = self.start(*uwsgi("--processes=1", file="failing.py"))
        for _ in range(3):
            self.assertEqual((500, b"The app could not start."), server.get("/docs"))
        log = server.log()
        self.assertEqual(1, log.count("the app's startup failed: "))
        self.assertIn("ConnectionRefusedError: no database here", log)
        self.assertIn("GET '/docs': 500. The app could not start.", log)


del OnServer, FastAPIOnServer  # they are no tests by themselves

if __name__ == "__main__":
    unittest.main()
