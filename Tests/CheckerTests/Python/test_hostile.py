"""Hostile projects: the check ends in time, gives a report, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apps import PATH, PLAIN
from support import CHECKER, check, project, run

MARK = f"pa_new_checkile_{os.getpid()}"
LIMIT = "5"  # seconds for the import: more than a busy computer needs


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def left_behind() -> list[str]:
    """Return the processes that carry the mark of these tests."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,args="], capture_output=True, text=True, check=True
    )
    return [line for line in listing.stdout.splitlines() if MARK in line]


class HostileTest(unittest.TestCase):
    """Each project is checked by a process of its own."""

    def check_safely(
        self, files: dict[str, Any], *options: str, within: float = 10
    ) -> dict[str, Any]:
        """Check a project in limited time and memory, and see that no process is left.

        :param within: seconds of processor time; other time is for busy computers.
        """
        with project(files) as folder:
            start, used = time.monotonic(), _processor_time()
            report = check(folder, "--time-limit", LIMIT, *options)
            self.assertLess(_processor_time() - used, within)
            self.assertLess(time.monotonic() - start, 170)
        self.assertEqual(_wait_for_end(left_behind), [])
        return report

    def found(self, source: str, *options: str) -> list[tuple[str, int]]:
        """Return rule and line of what is found in an entry file."""
        report = self.check_safely({"wsgi.py": source}, *options)
        return [(f["rule"], f["line"]) for f in report["findings"]]

    def test_ten_megabytes(self) -> None:
        """A huge file is not read, and the report says so."""
        report = self.check_safely(
            {
                "wsgi.py": PATH + "from data import *\n" + PLAIN,
                "data.py": "x = 1\n" * 1_700_000,
            },
            "--no-load",
            within=3,
        )
        self.assertEqual(report["findings"], [])
        self.assertEqual([u["file"] for u in report["unread"]], ["data.py"])

    def test_many_megabytes(self) -> None:
        """Files that are large together are not all read."""
        part = "x = [" + "1," * 20_000 + "]\n" + "# more\n" * 100_000
        names = [f"part{number}" for number in range(40)]
        entry = PATH + "".join(f"import {name}\n" for name in names) + PLAIN
        parts = {f"{name}.py": part for name in names}
        report = self.check_safely({"wsgi.py": entry, **parts}, "--no-load", within=20)
        self.assertEqual(report["findings"], [])
        unread = [u["file"] for u in report["unread"]]
        self.assertIn("part39.py", unread)
        self.assertNotIn("part0.py", unread)
        # The entry file is looked for among them.
        parts = {name: text + PLAIN for name, text in parts.items()}
        report = self.check_safely(parts, "--no-load", within=20)
        self.assertEqual((report["entry"], report["findings"]), ("part0.py", []))

    def test_huge_entry_file(self) -> None:
        report = self.check_safely({"wsgi.py": "x = 1\n" * 1_700_000}, within=20)
        self.assertEqual([u["file"] for u in report["unread"]], ["wsgi.py"])

    def test_deep_nesting(self) -> None:
        """Deep nesting does not crash the interpreter that reads."""
        for text in (
            "x = " + "(" * 50_000 + ")" * 50_000,
            "x = " + "-" * 100_000 + "1",
            "x = " + "+".join(["1"] * 50_000),
            "x = " + "[" * 150 + "]" * 150,
            "x" + ".a" * 50_000,
            "f" + "()" * 20_000,
            "x = " + "lambda: " * 20_000 + "1",
            "".join(" " * n + "if x:\n" for n in range(99)) + " " * 99 + "pass",
            "if x: pass\n" + "elif x: pass\n" * 5_000,
        ):
            with self.subTest(text[:12] + "..." + text[-8:]):
                report = self.check_safely(
                    {"wsgi.py": text + "\n" + PLAIN}, "--no-load"
                )
                rules = {f["rule"] for f in report["findings"]}
                self.assertLessEqual(rules, {"syntax-error"})

    def test_encodings(self) -> None:
        for content, rules in (
            (b"# coding: latin-1\nx = '\xe9'\n" + PLAIN.encode(), set()),
            (b"\xef\xbb\xbf" + PLAIN.encode(), set()),
            (b"x = '\xe9'\n" + PLAIN.encode(), {"syntax-error"}),
            (b"# coding: nonsense\n" + PLAIN.encode(), {"syntax-error"}),
            (b"x = 1\x00\n" + PLAIN.encode(), {"syntax-error"}),
            (PLAIN.encode("utf-16"), {"syntax-error"}),
        ):
            with self.subTest(content[:20]):
                report = self.check_safely({"wsgi.py": content})
                self.assertEqual({f["rule"] for f in report["findings"]}, rules)

    def test_symlink_loops(self) -> None:
        with project({"app.py": PLAIN}) as folder:
            (folder / "below").symlink_to(folder)
            (folder / "self.py").symlink_to(folder / "self.py")
            report = check(folder)
            self.assertEqual((report["entry"], report["findings"]), ("app.py", []))

    def test_entry_is_a_symlink_loop(self) -> None:
        with project({}) as folder:
            (folder / "wsgi.py").symlink_to(folder / "wsgi.py")
            done = run("check", folder)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(json.loads(done.stdout)["error"]["kind"], "no-entry")

    def test_prints(self) -> None:
        """What the app prints is not taken for the report."""
        forged = json.dumps({"kind": "answered", "status": "200 OK", "errors": ""})
        source = (
            "import os\n"
            f"text = {forged!r}\n"
            "print(text)\n"
            "for fd in range(3, 64):\n"
            "    try:\n        os.write(fd, (text + '\\n').encode())\n"
            "    except OSError:\n        pass\n"
            "print('x' * 5_000_000)\n" + PLAIN + "1 / 0\n"
        )
        self.assertEqual([r for r, _ in self.found(source)], ["import-error"])

    def test_terminal_escapes(self) -> None:
        """No control character of the app's reaches the report."""
        source = PLAIN + "raise ValueError('\\x1b[31mred\\x07\\u202e\\x9b')\n"
        report = self.check_safely({"wsgi.py": source})
        message = report["findings"][0]["message"]
        self.assertIn("red", message)
        self.assertTrue(message.isprintable(), message)

    def test_sleeps(self) -> None:
        source = "import time\n" + PLAIN + "time.sleep(1000)\n"
        self.assertEqual(self.found(source), [("slow-load", 6)])

    def test_never_ends(self) -> None:
        source = PLAIN + "while True:\n    pass\n"
        self.assertEqual([r for r, _ in self.found(source)], ["slow-load"])

    def test_request_never_ends(self) -> None:
        source = "import time\ndef application(environ, start_response):\n    time.sleep(99)\n"
        self.assertEqual(self.found(source), [("error-response", 3)])

    def test_endless_answer(self) -> None:
        source = (
            "import itertools\ndef application(environ, start_response):\n"
            "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
            "    return itertools.repeat(b'x' * 1000)\n"
        )
        self.assertEqual(self.found(source), [])

    def test_signals(self) -> None:
        """It sends signals to itself, its group, its parent and its parent's group."""
        for call in (
            "os.kill(os.getpid(), 9)",
            "os.killpg(0, 9)",
            "os.killpg(os.getpgrp(), 9)",
            "os.kill(os.getppid(), 9)",
            "os.killpg(os.getpgid(os.getppid()), 9)",
            "os.kill(-1, 9)" if os.getuid() else "os.kill(0, 9)",
            "os.abort()",
        ):
            with self.subTest(call):
                found = self.found("import os\n" + PLAIN + call + "\n")
                self.assertEqual(found, [("exit-at-import", 6)])

    def test_crash(self) -> None:
        source = "import ctypes\n" + PLAIN + "ctypes.string_at(0)\n"
        self.assertEqual([r for r, _ in self.found(source)], ["exit-at-import"])

    def test_memory(self) -> None:
        """The memory limit is that of PythonAnywhere."""
        for gigabytes, rules in ((2, []), (5, ["import-error"])):
            source = f"x = [bytes(10**9) for _ in range({gigabytes})]\n" + PLAIN
            with self.subTest(gigabytes):
                self.assertEqual([r for r, _ in self.found(source)], rules)

    def test_memory_that_is_used(self) -> None:
        """An import that takes all memory is ended before the computer has none left."""
        source = PLAIN + "x = []\nwhile True:\n    x.append(bytearray(b'x' * 10**8))\n"
        found = self.found(source)
        self.assertIn([r for r, _ in found], (["import-error"], ["slow-load"]))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(peak, 3.5 * 1024**2)  # kilobytes

    def test_daemon(self) -> None:
        """A process that leaves its group ends too."""
        sleep = f"import time; time.sleep(60) # {MARK}"
        source = (
            "import subprocess, sys\n"
            + PLAIN
            + f"subprocess.Popen([{sys.executable!r}, '-c', {sleep!r}],"
            + " start_new_session=True)\n"
        )
        self.assertEqual(self.found(source), [("process-at-import", 6)])
        middle = (
            f"import subprocess; subprocess.Popen([{sys.executable!r}, '-c', "
            f"{sleep!r}], start_new_session=True)"
        )
        source = (
            "import subprocess, sys\n"
            + PLAIN
            + f"subprocess.run([{sys.executable!r}, '-c', {middle!r}])\n"
        )
        if sys.platform.startswith("linux"):
            self.found(source)

    def test_fork_without_python(self) -> None:
        """A fork that no hook sees ends with the others."""
        source = (
            "import ctypes, time\n"
            + PLAIN
            + "if ctypes.CDLL(None).fork() == 0:\n    time.sleep(60)\n"
        )
        self.found(source)

    def test_many_forks(self) -> None:
        """Processes that no hook sees, each in a session of its own, end as well."""
        sleep = f"import time; time.sleep(60) # {MARK}"
        source = (
            "import ctypes, os, sys\n"
            + PLAIN
            + "library = ctypes.CDLL(None)\n"
            + "for _ in range(30):\n"
            + "    if library.fork() == 0:\n"
            + "        library.setsid()\n"
            + f"        arguments = [{sys.executable!r}, '-c', {sleep!r}]\n"
            + "        texts = [w.encode() for w in arguments]\n"
            + "        library.execv(texts[0], (ctypes.c_char_p * 4)(*texts, None))\n"
            + "        library._exit(1)\n"
            + "import time\ntime.sleep(1)\n"
        )
        if sys.platform.startswith("linux"):
            self.found(source)

    def test_kills_its_parents_group_unseen(self) -> None:
        """A signal that no hook sees does not reach the checker, which ends all the rest."""
        sleep = f"import time; time.sleep(60) # {MARK}"
        source = (
            "import os, subprocess, sys\n"
            + PLAIN
            + f"subprocess.Popen([{sys.executable!r}, '-c', {sleep!r}],"
            + " start_new_session=True)\n"
            + "os.system('kill -9 -%d' % os.getpgid(os.getppid()))\n"
            + "import time\ntime.sleep(60)\n"
        )
        rules = [rule for rule, _ in self.found(source)]
        self.assertEqual(rules, ["exit-at-import", "process-at-import"])

    def test_terminated(self) -> None:
        """When the checker is terminated, the app ends with it."""
        sleep = f"import time; time.sleep(60) # {MARK}"
        for number in (signal.SIGTERM, signal.SIGKILL):
            source = PLAIN + "import subprocess, sys, time\n"
            if number == signal.SIGTERM:
                arguments = f"[{sys.executable!r}, '-c', {sleep!r}]"
                source += f"subprocess.Popen({arguments}, start_new_session=True)\n"
            source += "time.sleep(60)\n"
            with self.subTest(number), project({"wsgi.py": source}) as folder:
                process = subprocess.Popen(
                    [sys.executable, "-m", "pa_new_check", "check", folder],
                    env={**os.environ, "PYTHONPATH": str(CHECKER)},
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                deadline = time.monotonic() + 30
                # The process between, the app, and what the app has started.
                count = 3 if number == signal.SIGTERM else 2
                while len(children := _descendants(process.pid)) < count:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
                time.sleep(0.5)
                process.send_signal(number)
                process.wait(30)
                still = _wait_for_end(lambda: [c for c in children if _runs(c)])
                self.assertEqual(still, [])


def _wait_for_end(running: Callable[[], list[Any]]) -> list[Any]:
    """Return the processes that still run after some time."""
    for _ in range(100):
        if not running():
            break
        time.sleep(0.1)
    return running()


def _descendants(process: int) -> list[int]:
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [line.split() for line in listing.stdout.splitlines()]
    found = [process]
    for known in found:
        found += [int(pid) for pid, parent in pairs if int(parent) == known]
    return found[1:]


def _runs(process: int) -> bool:
    path = Path(f"/proc/{process}/stat")
    if path.parent.parent.is_dir() and Path("/proc/self").exists():
        try:
            return path.read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    unittest.main()
