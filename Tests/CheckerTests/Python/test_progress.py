"""The line on a terminal that says what the checker waits for."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import unittest

from support import CHECKER

# The clock is one that the steps move, so that the test waits for nothing.
_START = """import sys, time
sys.path.insert(0, sys.argv[1])
from pa_new_check.progress import StatusLine
clock = [0.0]
time.monotonic = lambda: clock[0]
"""


def _shown(steps: str, columns: int = 40) -> str:
    """Run steps with a terminal as stderr; return what the terminal got."""
    terminal, stderr = pty.openpty()
    fcntl.ioctl(stderr, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-c", _START + steps, str(CHECKER)]
    try:
        subprocess.run(command, stderr=stderr, check=True, timeout=30)
    finally:
        os.close(stderr)
    text = b""
    with contextlib.suppress(OSError):  # the end of a terminal is an error
        while data := os.read(terminal, 4096):
            text += data
    os.close(terminal)
    return text.decode()


class StatusLineTest(unittest.TestCase):
    """What the terminal shows, and what it is left with."""

    def test_long_wait(self) -> None:
        text = _shown(
            "status = StatusLine(True)\n"
            "for tenth in range(25):\n"
            "    clock[0] = tenth / 10\n"
            "    status.show('loading the app')\n"
            "for tenth in range(25, 40):\n"
            "    clock[0] = tenth / 10\n"
            "    status.show('asking for /')\n"
            "status.erase()\n"
        )
        lines = [
            "loading the app (1 s)",
            "loading the app (2 s)",
            "asking for / (1 s)",
            "",
        ]
        self.assertEqual(text, "".join("\r\x1b[K" + line for line in lines))

    def test_short_wait(self) -> None:
        steps = (
            "for tenth in range(9):\n    clock[0] = tenth / 10\n    status.show('a')\n"
        )
        text = _shown("status = StatusLine(True)\n" + steps + "status.erase()\n")
        self.assertEqual(text, "")

    def test_not_asked_for(self) -> None:
        text = _shown(
            "status = StatusLine(False)\n"
            "status.show('a')\nclock[0] = 5\nstatus.show('a')\nstatus.erase()\n"
        )
        self.assertEqual(text, "")

    def test_one_line(self) -> None:
        """A line that were longer than the terminal could not be erased."""
        text = _shown(
            "status = StatusLine(True)\n"
            "awaited = 'asking for /' + chr(27) + '[2J' + 'path/' * 20\n"
            "status.show(awaited)\nclock[0] = 1\nstatus.show(awaited)\nstatus.erase()\n",
            columns=30,
        )
        first, shown, last = text.split("\r\x1b[K")
        self.assertEqual((first, last), ("", ""))
        self.assertEqual(shown, "asking for /\\x1b[2Jp... (1 s)")
        self.assertEqual(len(shown), 29)

    def test_shown_by_another_process(self) -> None:
        """The process that shows the line may be killed: its parent erases it."""
        text = _shown(
            "import os\nstatus = StatusLine(True)\nchild = os.fork()\n"
            "if child == 0:\n"
            "    status.show('a')\n    clock[0] = 1\n    status.show('a')\n"
            "    os.kill(os.getpid(), 9)\n"
            "os.waitpid(child, 0)\nclock[0] = 1\nstatus.erase()\n"
        )
        self.assertEqual(text, "\r\x1b[Ka (1 s)\r\x1b[K")
