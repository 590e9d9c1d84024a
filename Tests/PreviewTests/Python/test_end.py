"""Whatever ends a preview, nothing of it stays; wrong options are told."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
import unittest
from pathlib import Path

from support import PLAIN, app, preview, running


class EndTest(unittest.TestCase):
    """Whatever ends the preview, nothing of it stays."""

    def expect_nothing(self, name: str, signals: list[int], code: str = "") -> None:
        with (
            self.subTest(name),
            tempfile.TemporaryDirectory() as temporary,
            preview({"wsgi.py": app(code)}, TMPDIR=temporary) as shown,
        ):
            shown.get()
            connection = shown.connection()
            connection.request("GET", "/slow")
            time.sleep(0.2)
            self.assertGreater(len(shown.processes()), 3)
            self.assertNotEqual(os.listdir(temporary), [])
            for number in signals:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(shown.process.pid, number)
            shown.process.wait(60)
            deadline = time.monotonic() + 20
            left: list[object] = [1]
            while left and time.monotonic() < deadline:
                time.sleep(0.05)
                left = [*shown.processes(), *os.listdir(temporary)]
            self.assertEqual(left, [])
            connection.close()

    def test_signals(self) -> None:
        busy = "if path == '/slow':\n    while True: pass"
        asleep = "if path == '/slow': time.sleep(1000)"
        self.expect_nothing("Ctrl-C", [signal.SIGINT], asleep)
        self.expect_nothing("Ctrl-C twice", [signal.SIGINT] * 3, busy)
        self.expect_nothing("kill", [signal.SIGTERM], busy)
        self.expect_nothing("kill -9", [signal.SIGKILL], busy)
        self.expect_nothing("kill -9 while it sleeps", [signal.SIGKILL], asleep)

    def test_port_is_taken(self) -> None:
        with preview({"wsgi.py": PLAIN}) as shown:
            with running(shown.folder, "--port", str(shown.port)) as second:
                self.assertEqual(second.process.wait(60), 2)
                assert second.process.stdout is not None
                self.assertIn(b"is taken", second.process.stdout.read())
            with running(shown.folder) as third:
                third.listen()
                self.assertNotEqual(third.port, shown.port)
                self.assertEqual(third.get().text, "hello")

    def test_wrong_options(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / "wsgi.py").write_text(PLAIN)
            for options in (
                ("--workers", "0"),
                ("--workers", "1000000"),
                ("--workers", "two"),
                ("--port", "70000"),
                ("--port", "-1"),
            ):
                with self.subTest(options), running(Path(place), *options) as shown:
                    self.assertEqual(shown.process.wait(60), 2)
                    assert shown.process.stdout is not None
                    self.assertIn(options[0].encode(), shown.process.stdout.read())


if __name__ == "__main__":
    unittest.main()
