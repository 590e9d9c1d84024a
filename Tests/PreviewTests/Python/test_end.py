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


def is_asleep(process: int) -> bool:
    """Tell whether a process is the program ``sleep``."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/comm").read_text() == "sleep\n"
    return False


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
            self.assertEqual(shown.left(temporary), [])
            connection.close()

    def test_signals(self) -> None:
        busy = "if path == '/slow':\n    while True: pass"
        asleep = "if path == '/slow': time.sleep(1000)"
        self.expect_nothing("Ctrl-C", [signal.SIGINT], asleep)
        self.expect_nothing("Ctrl-C twice", [signal.SIGINT] * 3, busy)
        self.expect_nothing("kill", [signal.SIGTERM], busy)
        self.expect_nothing("kill -9", [signal.SIGKILL], busy)
        self.expect_nothing("kill -9 while it sleeps", [signal.SIGKILL], asleep)

    def test_ctrl_c_on_a_terminal(self) -> None:
        """A terminal sends it to all processes; the app must not print what it means."""
        code = "if path == '/slow': time.sleep(1000)"
        with preview({"wsgi.py": app(code)}) as shown:
            connection = shown.connection()
            connection.request("GET", "/slow")
            time.sleep(1)
            os.killpg(shown.process.pid, signal.SIGINT)
            self.assertEqual(shown.process.wait(60), 0)
            self.assertEqual(shown.left(), [])
            self.assertNotIn("Traceback", shown.output)
            self.assertNotIn("KeyboardInterrupt", shown.output)
            connection.close()

    def test_what_the_app_has_started(self) -> None:
        """A program that a request starts ends with the preview, even in a session of its own."""
        code = (
            "import subprocess\n"
            "if path == '/start':\n"
            "    subprocess.Popen(['sleep', '1000'], start_new_session=True)"
        )
        for number in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(number=number), preview({"wsgi.py": app(code)}) as shown:
                self.assertEqual(shown.get("/start").text, "hello")
                # A new program has no environment for a moment, by which it is known.
                deadline = time.monotonic() + 60
                while not any(map(is_asleep, shown.processes())):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
                os.kill(shown.process.pid, number)
                shown.process.wait(60)
                self.assertEqual(shown.left(), [])

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
