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
            "for tenth in range(60):\n"
            "    clock[0] = tenth / 10\n"
            "    status.show()\n"
            "    if tenth == 25:\n"
            '        status.follow(b\'T{"kind": "imported"}\\n\')\n'
            '        status.follow(b\'T{"kind": "requesting", "target": "/\\\\"a", "s": 0}\')\n'
            "    if tenth == 42:\n"
            '        status.follow(b\'T{"kind": "requesting", "target": "", "scheme": 0}\')\n'
            "status.erase()\n"
        )
        lines = ["loading the app (1 s)", "loading the app (2 s)"]
        lines += ['asking for /"a', 'asking for /"a (1 s)']
        lines += ["asking for the routes", "asking for the routes (1 s)", ""]
        self.assertEqual(text, "".join("\r\x1b[K" + line for line in lines))

    def test_many_short_waits(self) -> None:
        """Each takes no second, and all together do: one text in ten is shown."""
        text = _shown(
            "status = StatusLine(True)\n"
            "for hundredth in range(130):\n"
            "    clock[0] = hundredth / 100\n"
            "    target = b'/%d' % hundredth\n"
            '    status.follow(b\'{"kind": "requesting", "target": "%s"\' % target)\n'
            "    status.show()\n"
            "status.erase()\n"
        )
        shown = text.split("\r\x1b[K")
        self.assertEqual(shown[:2], ["", "asking for /100"])
        self.assertIn(len(shown), (4, 5))
        self.assertEqual(shown[-1], "")

    def test_short_run(self) -> None:
        steps = (
            "for tenth in range(10):\n    clock[0] = tenth / 10\n    status.show()\n"
        )
        text = _shown("status = StatusLine(True)\n" + steps + "status.erase()\n")
        self.assertEqual(text, "")

    def test_not_asked_for(self) -> None:
        text = _shown(
            "status = StatusLine(False)\nclock[0] = 5\nstatus.show()\nstatus.erase()\n"
        )
        self.assertEqual(text, "")

    def test_one_line(self) -> None:
        """A line that were longer than the terminal could not be erased."""
        text = _shown(
            "status = StatusLine(True)\n"
            "target = b'/\\\\u001b[2J' + b'path/' * 20\n"
            'status.follow(b\'{"kind": "requesting", "target": "%s"\' % target)\n'
            "clock[0] = 1\nstatus.show()\nstatus.erase()\n",
            columns=30,
        )
        first, shown, last = text.split("\r\x1b[K")
        self.assertEqual((first, last), ("", ""))
        self.assertEqual(shown, "asking for /\\x1b[2Jp... (1 s)")
        self.assertEqual(len(shown), 29)

    def test_shown_by_another_process(self) -> None:
        """The process that shows the line may be killed: its parent erases it."""
        text = _shown(
            "import os\nstatus = StatusLine(True)\nchild = os.fork()\nclock[0] = 1\n"
            "if child == 0:\n    status.show()\n    os.kill(os.getpid(), 9)\n"
            "os.waitpid(child, 0)\nstatus.erase()\n"
        )
        self.assertEqual(text, "\r\x1b[Kloading the app (1 s)\r\x1b[K")
