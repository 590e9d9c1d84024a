"""How servers with handlers in Swift start, what they survive, and how they end.

Run as test_servers.py is run.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import resource
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

from library_server import (
    BUILT,
    INTERRUPTED,
    NOISE,
    Server,
    compiled,
    gunicorn,
    signed,
    unsigned,
    uwsgi,
)

import elf


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
            "half": (whole[: len(whole) // 2], "is not complete, or build.sh did not"),
            "almost whole": (whole[:-1], "is not complete, or build.sh did not"),
            "one byte changed": (
                whole[: len(whole) // 2] + b"?" + whole[len(whole) // 2 + 1 :],
                "is damaged: upload it again",
            ),
            "a page of zeros": (
                whole[:65536] + bytes(65536) + whole[131072:],
                "is damaged: upload it again",
            ),
            "a text": (b"print('hello')\n" * 9, "is not a library for Linux: build it"),
            "another machine": (
                elf.for_another_machine(BUILT),
                "is for another kind of machine: build it for this machine (Linux on ",
            ),
            "newer glibc": (
                signed(unsigned(elf.for_newer_glibc(BUILT, "GLIBC_2.99"))),
                "needs GLIBC_2.99, which is newer than this machine's C library: build it",
            ),
            "another interface": (
                signed(compiled("unsigned web_version(void) { return 1; }")),
                "has version 1 of the interface, but ",
            ),
            "another library": (
                signed(compiled("int answer = 42;")),
                "is not a library of this project: run ./build.sh",
            ),
            "a library of somebody else": (
                compiled("int answer = 42;"),
                "is not complete, or build.sh did not make it: run ./build.sh",
            ),
        }
        for name, (library, words) in bad.items():
            with self.subTest(name):
                server = self.start(*uwsgi("--processes=1"), library=library)
                logged = len(server.log())
                page = (500, b"500 Internal Server Error\n")
                self.assertEqual(page, server.get("/"), server.log())
                lines = [
                    line
                    for line in server.log()[logged:].splitlines()
                    if not line.startswith("spawned")  # a slow start
                ]
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
