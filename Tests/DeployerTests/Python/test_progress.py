"""The line on a terminal that says what a deployment does, and what is told without one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
import unittest
from collections.abc import Callable, Mapping
from pathlib import Path
from unittest import mock

import fake_files
from fake_api import Fault
from support import DEPLOYER, DOMAIN, HANDLER, DeployTest, write

# isort: split
from pa_new_deploy import progress
from pa_new_deploy.api.client import Request, Response
from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.files import collect
from pa_new_deploy.report import Report
from pa_new_deploy.target import Target
from pa_new_deploy.watched import WatchedClient
from pa_new_shared import terminal_line

ERASED = "\r\x1b[K"


class TerminalTest(DeployTest):
    """Runs of the deployer with a terminal as stderr."""

    def setUp(self) -> None:
        super().setUp()
        self.host.now = time.monotonic
        self.host.limit = 10_000
        real = self.host.answer

        def answer(*request: object) -> fake_files.Answer:
            time.sleep(0.2)
            return real(*request)  # type: ignore[arg-type]

        self.host.answer = answer  # type: ignore[method-assign,assignment]

    def shown(
        self,
        folder: Path,
        *options: str,
        columns: int = 90,
        mixes: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> tuple[str, str]:
        """Deploy; return what the terminal got, and stdout."""
        terminal, stderr = pty.openpty()
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(stderr, termios.TIOCSWINSZ, size)
        command = [sys.executable, "-m", "pa_new_deploy", "--token-stdin", "deploy"]
        command += [str(folder), "--name", "hello", "--user", "alice"]
        command += ["--domain", DOMAIN, "--python", "3.13", *options]
        environment = {
            "TERM": "xterm",
            "PYTHONPATH": str(DEPLOYER),
            **(variables or {}),
        }
        environment["PYTHONANYWHERE_SITE"] = self.host.url
        got = bytearray()

        def read() -> None:
            with contextlib.suppress(OSError):  # the end of a terminal is an error
                while data := os.read(terminal, 4096):
                    got.extend(data)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            run = subprocess.run(
                command,
                env=environment,
                input=self.host.token.encode(),
                stdout=stderr if mixes else subprocess.PIPE,
                stderr=stderr,
                check=False,
                timeout=60,
            )
        finally:
            os.close(stderr)
        reader.join()
        os.close(terminal)
        return got.decode(), (run.stdout or b"").decode()

    def test_a_deployment(self) -> None:
        folder = self.folder({**HANDLER, "static/big.bin": "x" * 3_000_000})
        text, out = self.shown(folder)
        for part in (
            r"uploading hello/handlers\.py \(3 of 7 files, \d+\.\d of 3\.0 MB\)",
            r"uploading static/big\.bin \(5 of 7 files, \d\.\d of 3\.0 MB\)",
            r"waiting for PythonAnywhere: reload the web app",
        ):
            self.assertRegex(text, part)
        self.assertTrue(text.endswith(ERASED), text[-200:])
        self.assertNotIn("\n", text)
        self.assertNotIn("\x1b", out)
        self.assertIn("upload   static/big.bin\n", out)
        self.assertTrue(out.endswith("200, Hello from handler\n"), out)
        write(folder, {"README.md": "another"})
        text, out = self.shown(folder)
        self.assertRegex(text, r"comparing hello/handlers\.py \(3 of 7 files\)")

    def test_steps_are_not_mixed_with_it(self) -> None:
        text, _ = self.shown(self.folder(dict(HANDLER)), mixes=True)
        steps = [step.rstrip("\r").split(ERASED)[-1] for step in text.split("\n")]
        self.assertGreater(len(steps), 10)
        for step in steps:
            self.assertRegex(step, r"^$|^[a-z]{3,7} +\S")
            self.assertNotIn("uploading", step)

    def test_a_line_is_never_wider_than_the_terminal(self) -> None:
        text, _ = self.shown(self.folder(dict(HANDLER)), columns=30)
        lines = text.split(ERASED)
        self.assertTrue(any(line.endswith("...") for line in lines), lines)
        self.assertLessEqual(max(map(len, lines)), 29)

    def test_a_pause_is_shown_with_its_reason(self) -> None:
        self.host.faults = [Fault(7, "429"), Fault(8, "429")]
        text, _ = self.shown(self.folder(dict(HANDLER)))
        self.assertIn("waiting 7 s: too many requests", text)
        self.assertIn("waiting 3 s: too many requests", text)
        self.assertTrue(text.endswith(ERASED), text[-200:])

    def test_there_is_no_line(self) -> None:
        folder = self.folder(dict(HANDLER))
        for options, variables in (
            (["--json"], {}),
            (["--dry-run"], {}),
            ([], {"TERM": "dumb"}),
            ([], {"TERM": ""}),
        ):
            text, out = self.shown(folder, *options, variables=variables)
            self.assertEqual(text, "")
            self.assertNotIn("\x1b", out)
            self.host.place(f"/home/alice/hello/{'README.md'}").unlink(missing_ok=True)

    def test_an_error_stays(self) -> None:
        self.host.token = "other"
        text, _ = self.shown(self.folder({}))
        self.assertIn("there is no wsgi.py", text)


class PipeTest(DeployTest):
    """What is told without a terminal."""

    def test_no_codes(self) -> None:
        run = self.deploy(self.folder(dict(HANDLER)))
        self.assertEqual(run.err, "")
        self.assertNotIn("\x1b", run.out)

    def test_where_it_goes_on_after_a_break(self) -> None:
        folder = self.folder(dict(HANDLER))
        self.host.faults = [Fault(15, "cut", lasts=True)]
        self.deploy(folder, code=69)
        self.host.faults = []
        number = len(list(self.host.place("/home/alice/hello").rglob("*.*")))
        self.assertGreater(number, 1)
        run = self.deploy(folder)
        self.assertIn(
            "Already on PythonAnywhere: 6 of 6 files. The deployment goes on", run.out
        )
        self.assertNotIn("goes on", self.deploy(folder).out)
        write(
            folder, {"README.md": "1", "hello/__init__.py": "2", "wsgi.py": "3 # " * 9}
        )
        self.assertNotIn("goes on", self.deploy(folder, "--dry-run").out)
        self.host.faults = [Fault(len(self.host.calls) + 16, "cut", lasts=True)]
        self.deploy(folder, code=69)
        self.host.faults = []
        run = self.deploy(folder, code=1)
        self.assertRegex(run.out, r"Already on PythonAnywhere: [12] of 6 files\.")


class LineTest(unittest.TestCase):
    """The line by itself."""

    def test_it_is_taken_away(self) -> None:
        did: list[str] = []
        line = progress.Progress()
        with (
            mock.patch.object(terminal_line, "SILENCE", 0.0),
            mock.patch.object(terminal_line, "PAUSE", 0.001),
            mock.patch.object(terminal_line, "show", did.append),
            mock.patch.object(terminal_line, "erase", lambda: did.append("")),
        ):
            endings: list[Callable[[], None]] = [lambda: line.say(""), line.stop]
            for ends in endings:
                line.start()
                line.say("one")
                end = time.monotonic() + 10
                while did[-1:] != ["one"] and time.monotonic() < end:
                    time.sleep(0.001)
                ends()
                while did[-1:] != [""] and time.monotonic() < end:
                    time.sleep(0.001)
                line.stop()
                self.assertEqual(did, ["one", ""])
                did.clear()


class TextTest(unittest.TestCase):
    """The texts of the line."""

    def test_sizes(self) -> None:
        for done, total, text in (
            (0, 0, "0 of 0 kB"),
            (400, 999_999, "0 of 1000 kB"),
            (1_250_000, 8_600_000, "1.2 of 8.6 MB"),
        ):
            self.assertEqual(progress.size(done, total), text)

    def test_hostile_names(self) -> None:
        text = terminal_line.text_of("uploading \x1b[2J\n" + "x" * 500, 3.2)
        self.assertTrue(text.isprintable())
        self.assertTrue(text.endswith("... (3 s)"), text)

    def test_uploads(self) -> None:
        with mock.patch("sys.stderr"), contextlib.ExitStack() as stack:
            place = DeployTest()
            stack.callback(place.doCleanups)
            folder = place.folder(dict(HANDLER))
            local = collect(folder, [], [], [])
            report = Report("d")
            report.to_upload, report.bytes_to_upload = 2, 300_000
            said: list[str] = []
            report.progress = mock.Mock(is_shown=True)
            report.progress.say = lambda text, is_same=False: said.append(text)

            class Sender:
                moved = staticmethod(lambda sent: None)

                def call(self, request: Request) -> Response:
                    self.moved(request.size // 2)
                    self.moved(request.size + 200)
                    return Response(200)

            target = Target("hello", "alice", DOMAIN)
            client = WatchedClient(Sender(), report, Clock(), target, local)  # type: ignore[arg-type]
            base = "files/path/home/alice"
            bundle = f"{base}/.pa-new/bundles/hello/{'0' * 64}.zip"
            for path, content in (
                (bundle, b"x" * 200_000),
                (f"{base}/hello/wsgi.py", b"y" * 100_000),
                (f"{base}/.pa-new/undo/x.zip", b"z" * 100_000),
                (f"{base}/.pa-new/x.json", b"{}"),
            ):
                client.call(Request("POST", path, "keep it", content=content))
            report.to_upload = 0  # an undo
            client.call(
                Request("POST", f"{base}/hello/wsgi.py", "keep it", content=b"")
            )
        self.assertEqual(
            [re.sub("waiting for PythonAnywhere", "w", text) for text in said if text],
            [
                "uploading the packages (1 of 2 files, 0 of 300 kB)",
                "uploading the packages (1 of 2 files, 100 of 300 kB)",
                "uploading the packages (1 of 2 files, 200 of 300 kB)",
                "uploading wsgi.py (1 of 2 files, 200 of 300 kB)",
                "uploading wsgi.py (1 of 2 files, 250 of 300 kB)",
                "uploading wsgi.py (1 of 2 files, 300 of 300 kB)",
                "w: keep it (0 of 100 kB)",
                "w: keep it (50 of 100 kB)",
                "w: keep it (100 of 100 kB)",
                *["w: keep it"] * 6,
            ],
        )


if __name__ == "__main__":
    unittest.main()
