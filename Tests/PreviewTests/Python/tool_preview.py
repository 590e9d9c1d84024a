"""The tool ``pa-new preview`` itself, with a project that it has made; ``PA_NEW`` names it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from support import running


class ToolTest(unittest.TestCase):
    """What the tool passes on, and what is left when it ends."""

    def setUp(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        home = Path(self.temporary.name).resolve()
        words = [os.environ["PA_NEW"], "shop", "--user", "alice", "--quiet"]
        subprocess.run(words, cwd=home, check=True)
        self.folder = home / "shop"

    def test_project(self) -> None:
        """Its first page, its static file and an edit are there, and Ctrl-C is no error."""
        with running(self.folder, "--workers", "1") as shown:
            shown.listen()
            self.assertEqual(shown.get().text, "Hello from handler")
            self.assertEqual(shown.get("/static/hello.txt").status, 200)
            self.assertEqual(shown.get("/none").status, 404)
            handlers = (self.folder / "shop/handlers.py").read_text()
            shown.write("shop/handlers.py", handlers.replace("Hello from", "Edited in"))
            shown.until("/", "Edited in handler")
            shown.process.send_signal(signal.SIGINT)
            self.assertEqual(shown.process.wait(60), 0, shown.output)
            self.assertEqual(shown.processes(), [])

    def test_nothing_is_left(self) -> None:
        """Nothing outlives the tool, even if it is killed."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number), running(self.folder) as shown:
                shown.listen()
                shown.get()
                self.assertGreater(len(shown.processes()), 4)
                shown.process.send_signal(number)
                shown.process.wait(60)
                deadline = time.monotonic() + 20
                while shown.processes() and time.monotonic() < deadline:
                    time.sleep(0.05)
                self.assertEqual(shown.processes(), [])

    def test_nothing_to_show(self) -> None:
        """Without an app there is an error of the tool's, and no traceback."""
        with tempfile.TemporaryDirectory() as empty:
            for folder in (empty, f"{empty}/none"):
                with self.subTest(folder), running(Path(folder)) as shown:
                    self.assertEqual(shown.process.wait(60), 2, shown.output)
                    shown.wait_for("pa-new: ")
                    self.assertNotIn("Traceback", shown.output)


if __name__ == "__main__":
    unittest.main()
