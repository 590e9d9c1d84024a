"""The life of workers on real servers: what they hold, and how they end.

Run as test_servers.py.
"""

from __future__ import annotations

import time
import unittest
from typing import Any

from starting import Server, gunicorn, uwsgi

NOISE = ("Traceback", "Task was destroyed", "never retrieved", "Exception ignored")
NOISE += ("unclosed event loop",)


class Life(unittest.TestCase):
    """Of workers: what they hold, and how they end."""

    def start(self, *command: str) -> Server:
        server = Server(*command, PYTHONWARNINGS="always::ResourceWarning")
        self.addCleanup(server.folder.cleanup)
        self.addCleanup(server.kill)
        return server

    def test_thousands_of_requests_leave_nothing(self) -> None:
        server = self.start(*uwsgi("--processes=1"))
        paths = ["/Hello", "/Async", "/Echo?x=%20", "/Raise?name=ValueError"]
        body = b"x" * 1000

        def ask(count: int) -> Any:
            for number in range(count):
                path = paths[number % 16] if number % 16 < len(paths) else "/Hello"
                server.get(path)
                if number % 16 == 5:
                    server.get("/Upload", "POST", body=body)
            return server.json("/Usage")

        before = ask(800)
        after = ask(3200)
        self.assertEqual(before["worker"], after["worker"])
        self.assertEqual(before["descriptors"], after["descriptors"])
        self.assertLessEqual(after["tasks"], before["tasks"])
        self.assertLess(after["kilobytes"] - before["kilobytes"], 1000)

    def test_a_thread_of_gunicorn_does_not_survive_any_application(self) -> None:
        # It leaves the client without an answer, whether the application is ours or not.
        for name in ("SystemExit", "KeyboardInterrupt"):
            for path in (f"/plain?{name}", f"/Raise?name={name}"):
                with self.subTest(path):
                    server = self.start(*gunicorn("--workers=1", "--threads=4"))
                    self.assertIn(server.outcome(path), ("no answer", "closed"))
                    server.kill()

    def test_a_loop_that_was_made_at_import(self) -> None:
        server = self.start(*uwsgi("--processes=2", file="import_loop.py"))
        for name in ("Callback", "Later", "Executor"):
            with self.subTest(name):
                self.assertEqual(500, server.get(f"/{name}")[0])
        self.assertEqual((200, b"fetched"), server.get("/Fetch"))
        log = server.log()
        for words in (
            "add_callback() was",
            "call_later() was",
            "run_in_executor() was",
        ):
            self.assertIn(words, log)
        self.assertIn("import_loop.tick will not be called", log)
        self.assertNotIn("made no progress", log)

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
                    workers.add(server.json("/Async")["worker"])
                    workers.add(server.json("/Hello")["worker"])
                    server.get("/Forever")
                self.assertGreaterEqual(len(workers), 4)
                self.assertEqual(0, server.terminate())
                for words in NOISE:
                    self.assertNotIn(words, server.log())

    def test_shutdown_is_quiet(self) -> None:
        for command in (
            uwsgi("--processes=2"),
            gunicorn("--workers=2"),
            gunicorn("--workers=2", "--threads=2"),
        ):
            with self.subTest(command):
                server = self.start(*command)
                for path in ("/Hello", "/Async", "/Background", "/Forever") * 4:
                    self.assertEqual(200, server.get(path)[0])
                self.assertEqual(0, server.terminate())
                for words in NOISE:
                    self.assertNotIn(words, server.log())


if __name__ == "__main__":
    unittest.main()
