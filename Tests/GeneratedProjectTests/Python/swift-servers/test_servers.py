"""Tests of handlers in Swift on real WSGI servers: uWSGI and gunicorn.

Run with the folder of servers.py and elf.py on PYTHONPATH, and in PROJECT the folder of
a built project that has the handlers of Swift/servers/, by a Python that has pyuwsgi and
gunicorn. Each project is a copy of the two files that the host gets: wsgi.py and the
library.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import os
import random
import re
import signal
import socket
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

from library_server import LIBRARY, Server, maps, sleeps, uwsgi


class Uwsgi(unittest.TestCase):
    """What holds as long as the server runs, with two workers."""

    server: Server

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server(*uwsgi("--processes=2"))

    @classmethod
    def tearDownClass(cls) -> None:
        code = cls.server.terminate()
        log = cls.server.log()
        cls.server.remove()
        if code != 0:
            raise AssertionError(f"exit code {code} after SIGTERM\n{log}")

    @contextlib.contextmanager
    def same_workers(self) -> Any:
        """Fail where a worker ends in the block."""
        before = self.server.workers(2)
        yield
        self.assertEqual(before, self.server.workers(2), self.server.log())

    def test_every_worker_loads_the_library_after_the_fork(self) -> None:
        workers = self.server.workers(2)
        self.assertEqual(2, len(workers))
        self.assertNotIn(LIBRARY, maps(self.server.process.pid))
        for worker in workers:
            self.assertIn(LIBRARY, maps(worker))

    def test_a_streamed_body_arrives_in_pieces(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "go")
            connection, response = self.server.open(f"/gate?file={file}")
            self.assertEqual(b"first\n", response.readline())
            file.touch()  # only now may the handler go on
            self.assertEqual(b"second\n", response.read())
            connection.close()

    def test_bodies_pass_byte_for_byte(self) -> None:
        chance = random.Random(1)
        for size in (0, 1, 2**20, 50 * 2**20):
            body = chance.randbytes(size)
            with self.subTest(size):
                status, echo = self.server.get("/echo", "POST", body=body)
                self.assertEqual(200, status)
                self.assertEqual(
                    hashlib.sha256(body).digest(), hashlib.sha256(echo).digest()
                )

    def test_a_chunked_body_is_refused(self) -> None:
        # uWSGI hands it on as it came, and leaves it to applications to decode it.
        headers = {"Transfer-Encoding": "chunked"}
        with self.same_workers():
            status, _ = self.server.get("/length", "POST", headers=headers)
            self.assertEqual(411, status)

    def test_an_error_is_answered_and_logged_and_the_worker_lives_on(self) -> None:
        with self.same_workers():
            status, body = self.server.get("/failing")
            self.assertEqual((500, b"500 Internal Server Error\n"), (status, body))
            lines = (
                "about to fail\nGET /failing\n    FailingHandler.get failed: Failure: "
            )
            self.assertIn(lines, self.server.log())

    def test_an_error_in_a_stream_ends_the_connection(self) -> None:
        with self.same_workers():
            _, response = self.server.open("/broken")
            self.assertEqual(b"first\n", response.read())
            self.assertIn("StreamHandler.get failed: Failure", self.server.log())

    def test_a_trap_ends_the_worker_and_the_next_one_serves(self) -> None:
        for kind in ("fatal", "bounds", "nil", "recursion", "division"):
            with self.subTest(kind):
                before = self.server.workers(2)
                logged = len(self.server.log())
                self.assertEqual("closed", self.server.outcome(f"/items/{kind}"))
                self.assertEqual(200, self.server.get("/capture/a/1")[0])
                after = self.server.workers(2)
                self.assertEqual(1, len(after - before), (before, after))
                log = self.server.log()[logged:]
                line = (
                    r"Swift trap in ItemHandler\.get \(the route is in \w+/\w+\.swift:\d+\),"
                    rf" which ends this worker: GET /items/{kind}\n"
                )
                self.assertEqual(1, len(re.findall(line, log)), log)

    def test_every_trap_has_a_name(self) -> None:
        for path, name in (
            ("/nowhere?trap", "the error page"),
            ("/careless/x", "a value in the path of the route /careless/{value}"),
        ):
            with self.subTest(path):
                logged = len(self.server.log())
                self.assertEqual("closed", self.server.outcome(path))
                self.assertEqual(200, self.server.get("/capture/a/1")[0])
                log = self.server.log()[logged:]
                line = f"Swift trap in {name}, which ends this worker: GET {path.partition('?')[0]}\n"
                self.assertEqual(1, log.count(line), log)

    def test_a_signal_from_outside_is_no_trap(self) -> None:
        # Some servers end a worker with SIGABRT that takes too long.
        logged = len(self.server.log())
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            workers = self.server.workers(2)
            waiting = pool.submit(self.server.outcome, "/wait")
            deadline = time.monotonic() + 20
            while not (busy := [w for w in workers if sleeps(w)]):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            os.kill(busy[0], signal.SIGABRT)
            self.assertEqual("closed", waiting.result())
        self.assertEqual(200, self.server.get("/capture/a/1")[0])
        log = self.server.log()[logged:]
        self.assertNotIn("Swift trap", log)
        line = (
            r"a signal from outside in WaitHandler\.get \(the route is in [^)]+\),"
            r" which ends this worker: GET /wait\n"
        )
        self.assertEqual(1, len(re.findall(line, log)), log)

    def test_a_letter_of_two_letters_is_not_found(self) -> None:
        with self.same_workers():
            self.assertEqual(404, self.server.get("/letters/ab")[0])

    def test_clients_hang_up(self) -> None:
        with self.same_workers():
            for _ in range(4):
                self.server.stream_until_gone("/endless", 200_000)
                self.server.stream_until_gone("/bytes/20000000", 200_000)
                with socket.create_connection(
                    ("127.0.0.1", self.server.port)
                ) as client:
                    client.sendall(
                        b"POST /length HTTP/1.0\r\nContent-Length: 2000000\r\n\r\n"
                        + b"x" * 300_000
                    )
            answer = self.server.get("/length", "POST", body=b"abc")
            self.assertEqual((200, b"3"), answer)


if __name__ == "__main__":
    unittest.main()
