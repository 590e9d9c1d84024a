"""Projects on the disk, and what the reader of adopt says of them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
import unittest
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Imported once, for all the processes.
from pa_new_adopt import adopt as _adopt  # noqa: F401
from pa_new_check.main import main

CHECKER = Path(__file__).resolve().parents[3] / "HostPython"
Files = Mapping[str, "str | bytes"]

FLASK = (
    "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
    '@app.route("/")\ndef home():\n    return "hello"\n'
)
FACTORY = (
    "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n"
    '    app.add_url_rule("/", "home", lambda: "hello")\n    return app\n'
)
MAIN = '\n\nif __name__ == "__main__":\n'


@contextlib.contextmanager
def project(files: Files, name: str = "mysite") -> Iterator[Path]:
    """Write files into a folder of their own, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / name
        folder.mkdir()
        for file, content in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                content = content.encode()
            path.write_bytes(content)
        yield folder


def adopt(folder: Path, *options: str, timeout: int = 300) -> dict[str, Any]:
    """Return the document for a folder, from a process of its own."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:  # it takes a tenth of the time that a new Python takes
            status = 99
            try:
                signal.alarm(timeout)
                os.dup2(output.fileno(), 1)
                os.dup2(errors.fileno(), 2)
                status = main(["adopt", str(folder), *options])
                sys.stdout.flush()
            except BaseException:  # noqa: BLE001 - nothing of the test's may run here
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        output.seek(0)
        errors.seek(0)
        return _document(status, output.read(), errors.read())


def adopt_as_program(folder: Path, *options: str) -> dict[str, Any]:
    """Return the document for a folder as pa-new gets it."""
    start = (
        "import sys; sys.path[0] = sys.argv.pop(1); import os; "
        "from pa_new_check.main import main; status = main(sys.argv[1:]); "
        "sys.stdout.flush(); sys.stderr.flush(); os._exit(status)"
    )
    python = [sys.executable, "-B", "-W", "error", "-E", "-S", "-c", start]
    done = subprocess.run(
        [*python, str(CHECKER), "adopt", str(folder), *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return _document(done.returncode, done.stdout, done.stderr)


def _document(status: int, output: bytes, errors: bytes) -> dict[str, Any]:
    if errors or status not in (0, 2):
        raise AssertionError(f"exit code {status}: {errors.decode()}")
    document: dict[str, Any] = json.loads(output)
    output.decode("ascii")  # also names of files that are no text
    assert ("error" in document) == (status == 2)
    return document


class AdoptTest(unittest.TestCase):
    """Asks the reader about projects."""

    maxDiff = None

    def read(self, files: Files, *options: str, name: str = "mysite") -> dict[str, Any]:
        """Return the document of a project that can be read."""
        with project(files, name) as folder:
            document = adopt(folder, *options)
        self.assertNotIn("error", document)
        return document

    def app(self, files: Files, *options: str) -> dict[str, Any]:
        """Return the only app of a project."""
        apps = self.read(files, *options)["apps"]
        self.assertEqual(len(apps), 1, apps)
        found: dict[str, Any] = apps[0]
        return found

    def error(self, files: Files, *options: str) -> dict[str, Any]:
        """Return the error of a project."""
        with project(files) as folder:
            document = adopt(folder, *options)
            self.assertEqual(
                sorted(
                    p.relative_to(folder).as_posix()
                    for p in folder.rglob("*")
                    if p.is_file()
                ),
                sorted(files),
            )
        self.assertIn("error", document)
        found: dict[str, Any] = document["error"]
        return found
