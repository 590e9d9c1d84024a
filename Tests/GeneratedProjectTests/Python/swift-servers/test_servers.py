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
import http.client
import json
import os
import random
import re
import resource
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

import elf
import servers

PROJECT = Path(os.environ["PROJECT"])
LIBRARY = "libHello.so"
BUILT = PROJECT / LIBRARY
NOISE = ("Traceback", "Swift trap", "Segmentation", "segfault", "DAMN", "Exception")
NOISE += ("Fatal error", "died", "signal 11", "double free", "corrupted")

# A worker that is told to stop while it imports something, on a busy machine, says so.
INTERRUPTED = re.compile(
    r"Traceback \(most recent call last\):\n(?: .*\n)*KeyboardInterrupt\n"
)


class Server(servers.Server):
    """A server of a project in a folder of its own.

    :param command: the server's command.
    :param library: what the project has for its library; None for nothing.
    :param environment: variables to set.
    """

    patience = 30.0

    def __init__(
        self,
        *command: str,
        library: bytes | Path | None = BUILT,
        **environment: str,
    ) -> None:
        self.project = tempfile.TemporaryDirectory()
        self.library = Path(self.project.name, LIBRARY)
        shutil.copy(PROJECT / "wsgi.py", self.project.name)
        if library is not None:
            self.put(library)
        folder = Path(self.project.name)
        super().__init__(*command, folder=folder, path="/", **environment)

    def put(self, library: bytes | Path) -> None:
        """Write the library into its file, as an upload does: in place."""
        contents = library if isinstance(library, bytes) else library.read_bytes()
        self.library.write_bytes(contents)

    def remove(self) -> None:
        self.kill()
        self.folder.cleanup()
        self.project.cleanup()

    def workers(self, count: int) -> set[int]:
        """Ask at the same time, until so many workers have answered."""
        found: set[int] = set()
        deadline = time.monotonic() + 20
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            while len(found) < count and time.monotonic() < deadline:
                # Large answers keep a worker busy, so that the other one has its turn.
                list(pool.map(lambda _: self.get("/bytes/3000000"), range(8)))
                answers = list(pool.map(lambda _: self.json("/"), range(16)))
                found |= {answer["worker"] for answer in answers}
        return found

    def stream_until_gone(self, path: str, size: int) -> None:
        """Read some of an answer, and hang up."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as client:
            client.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            received = 0
            while received < size:
                received += len(client.recv(65536))


def uwsgi(*options: str) -> list[str]:
    return servers.uwsgi("wsgi.py", *options)


def gunicorn(*options: str) -> list[str]:
    return servers.gunicorn("wsgi", *options)


def maps(process: int) -> str:
    """Return which files a process has mapped into its memory."""
    return Path(f"/proc/{process}/maps").read_text()


def compiled(source: str) -> bytes:
    """Return a library, compiled from C."""
    compiler = next(filter(shutil.which, ("cc", "clang", "gcc")))
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "library.so")
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-x", "c", "-o", library, "-"],
            input=source.encode(),
            check=True,
        )
        return library.read_bytes()


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
                    "Swift trap in ItemHandler.get, which ends this worker:"
                    f" GET /items/{kind}\n"
                )
                self.assertEqual(1, log.count(line), log)

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


class Life(unittest.TestCase):
    """Of servers: how they start, what they survive, and how they end."""

    def start(self, *command: str, **options: Any) -> Server:
        server = Server(*command, **options)
        self.addCleanup(server.remove)
        return server

    def test_a_library_that_cannot_be_used(self) -> None:
        whole = BUILT.read_bytes()
        bad: dict[str, tuple[bytes | None, str]] = {
            "missing": (None, "does not exist: run ./build.sh"),
            "empty": (b"", "is not a library for Linux: build it"),
            "half": (whole[: len(whole) // 2], "is not complete: upload it again"),
            "almost whole": (whole[:-1], "is not complete: upload it again"),
            "a text": (b"print('hello')\n" * 9, "is not a library for Linux: build it"),
            "another machine": (
                elf.for_another_machine(BUILT),
                "is for another kind of machine: build it for this machine (Linux on ",
            ),
            "newer glibc": (
                elf.for_newer_glibc(BUILT, "GLIBC_2.99"),
                "needs GLIBC_2.99, which is newer than this machine's C library: build it",
            ),
            "another interface": (
                compiled("unsigned web_version(void) { return 2; }"),
                "has version 2 of the interface, but ",
            ),
            "another library": (
                compiled("int answer = 42;"),
                "is not a library of this project: run ./build.sh",
            ),
        }
        for name, (library, words) in bad.items():
            with self.subTest(name):
                server = self.start(*uwsgi("--processes=1"), library=library)
                logged = len(server.log())
                page = (500, b"500 Internal Server Error\n")
                self.assertEqual(page, server.get("/"), server.log())
                lines = server.log()[logged:].splitlines()
                self.assertEqual(1, len(lines), lines)
                self.assertIn(f"{server.library} {words}", lines[0])
                self.assertIn("upload", lines[0])
                server.put(BUILT)
                self.assertEqual(200, server.get("/")[0], server.log())
                self.assertEqual(0, server.terminate(), server.log())
                for word in NOISE:
                    self.assertNotIn(word, INTERRUPTED.sub("", server.log()))

    def test_an_upload_does_not_disturb_who_runs(self) -> None:
        server = self.start(*uwsgi("--processes=2"))
        before = server.workers(2)
        for contents in (b"x" * BUILT.stat().st_size, b"x", BUILT.read_bytes()):
            server.put(contents)
            # Code that no worker has touched yet, too.
            order = {"name": "a", "count": 1, "tags": ["b"]}
            for _ in range(8):
                answer = server.json(
                    "/json",
                    "POST",
                    body=json.dumps(order),
                    headers={"Content-Type": "application/json"},
                )
                self.assertEqual({**order, "count": 2}, answer)
                self.assertEqual((200, b"1"), server.get("/cookie"))
                self.assertEqual(500, server.get("/failing")[0])
            self.assertEqual(before, server.workers(2))
        self.assertEqual(0, server.terminate())

    def test_what_others_put_beside_temporary_files_is_not_loaded(self) -> None:
        trap = compiled(
            "#include <unistd.h>\n"
            "__attribute__((constructor)) static void run(void) {"
            ' write(2, "taken\\n", 6); }'
        )
        with tempfile.TemporaryDirectory() as folder:
            for name in ("libstdc++.so.6", "libgcc_s.so.1", "libm.so.6"):
                Path(folder, name).write_bytes(trap)
            server = self.start(*uwsgi("--processes=1"), TMPDIR=folder)
            self.assertNotIn("taken", server.log())
            self.assertEqual(200, server.get("/")[0], server.log())

    def test_chunked_bodies(self) -> None:
        server = self.start(*gunicorn("--workers=1"))
        for size in (0, 5, 2**20):
            body = random.Random(size).randbytes(size)
            pieces = (body[place : place + 50_000] for place in range(0, size, 50_000))
            with self.subTest(size):
                answer = server.get("/echo", "POST", body=pieces, encode_chunked=True)
                self.assertEqual((200, body), answer, server.log())

    def test_a_thousand_requests_at_once(self) -> None:
        server = self.start(*gunicorn("--workers=1", "--threads=8"))
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        clients = []
        with contextlib.ExitStack() as stack:
            for number in range(1000):
                client = http.client.HTTPConnection(
                    "127.0.0.1", server.port, timeout=30
                )
                stack.callback(client.close)
                body = f"number {number} ".encode() * (1 + number % 7 * 100)
                client.request("POST", "/echo", body=body)
                clients.append((client, body))
            for client, body in clients:
                response = client.getresponse()
                self.assertEqual((200, body), (response.status, response.read()))
        self.assertEqual(0, server.terminate(), server.log())
        for word in NOISE:
            self.assertNotIn(word, INTERRUPTED.sub("", server.log()))

    def test_workers_end_quietly(self) -> None:
        for command in (
            uwsgi("--processes=2"),
            gunicorn("--workers=2"),
            gunicorn("--workers=2", "--threads=4"),
        ):
            with self.subTest(command):
                server = self.start(*command)
                for path in ("/", "/stream", "/capture/a/1", "/nowhere", "/cookie") * 4:
                    self.assertIn(server.get(path)[0], (200, 404))
                self.assertEqual(0, server.terminate(), server.log())
                for word in NOISE:
                    self.assertNotIn(word, INTERRUPTED.sub("", server.log()))

    def test_recycled_workers(self) -> None:
        # uWSGI lets a worker live for at least a minute, unless told otherwise.
        recycling = ["--max-requests=20", "--min-worker-lifetime=0"]
        server = self.start(*uwsgi("--processes=2", *recycling))
        workers = set()
        deadline = time.monotonic() + 20
        while len(workers) < 4 and time.monotonic() < deadline:
            workers.add(server.json("/")["worker"])
        self.assertGreaterEqual(len(workers), 4)
        self.assertEqual(0, server.terminate(), server.log())
        for word in NOISE:
            self.assertNotIn(word, INTERRUPTED.sub("", server.log()))


if __name__ == "__main__":
    unittest.main()
