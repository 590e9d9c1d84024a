"""The entry file loads as it does on the host, and starts nothing."""

import subprocess
import sys
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = "hello"

# Imports the entry file and tells what that started, such as a server's socket. What
# is started here is lost, or in the way, once the host forks its workers.
PROBE = """
import sys

started = []


def watch(event, arguments):
    if event.startswith((
        "socket.__new__", "_thread.start", "subprocess.Popen", "os.fork",
        "os.posix_spawn", "os.system", "os.exec",
    )):
        started.append(event)


sys.addaudithook(watch)

import wsgi

if not callable(wsgi.application):
    sys.exit("wsgi.py has no callable named application")
if started:
    sys.exit("importing wsgi.py started something: " + ", ".join(started))
"""


class EntryFileTest(unittest.TestCase):
    """What the host does with ``wsgi.py`` on Reload."""

    def test_import_starts_nothing(self) -> None:
        """A fresh interpreter imports it: no socket, no thread, no process."""
        done = subprocess.run(
            [sys.executable, "-c", PROBE],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_every_file_compiles(self) -> None:
        """No file has a syntax error, not even one that no test imports."""
        files = [PROJECT / "wsgi.py"]
        for folder in (PACKAGE, "tests"):
            files.extend(sorted((PROJECT / folder).rglob("*.py")))
        for file in files:
            with self.subTest(file=str(file.relative_to(PROJECT))):
                compile(file.read_bytes(), str(file), "exec")


if __name__ == "__main__":
    unittest.main()
