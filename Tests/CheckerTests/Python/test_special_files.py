"""Pipes, devices, huge files and loops of links where check and visit read: they end, and tell."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from apps import PLAIN
from support import CHECKER, project

_NAMES = [
    *(".env", ".env.example", ".gitignore", ".pa-new.json", ".pa-new.base.json"),
    *(".python-version", "requirements.txt", "requirements-dev.txt"),
    *("pyproject.toml", "setup.cfg", "setup.py", "manage.py", "settings.py"),
    *("passenger_wsgi.py", "broken.py", "below/__init__.py", "below/app.py"),
    *("templates/page.html", "below/templates/page.html", "static/style.css"),
    *("static/index.html", "data.sqlite3", "data.sqlite3-journal", "schema.sql"),
    *("libown.so", "backup.zip", "backup.tar.gz", "venv/pyvenv.cfg"),
    *("venv/bin/python", "notes.txt", "old.dist-info/METADATA"),
    "__pycache__/settings.cpython-313.pyc",
]
"""What the checker looks for in a project."""

_ENTRY = """\
import ctypes, os, sqlite3
from below import app
HERE = os.path.dirname(os.path.abspath(__file__))


def load():
    ctypes.CDLL(os.path.join(HERE, "libown.so"))
    sqlite3.connect(os.path.join(HERE, "data.sqlite3"))
    open(os.path.join(HERE, "static/style.css"))
    return os.environ["SHOP_KEY"]


"""


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 42)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


_KINDS = (_pipe, _device, _huge, _loop)


@contextmanager
def special(make: Callable[[Path], None], entry: str) -> Iterator[Path]:
    """Make a project whose other files are all of one kind."""
    with project({"wsgi.py": entry, "static/real.css": "p {}"}) as folder:
        for name in _NAMES:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            make(path)
        yield folder


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))


def run(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the checker with limited memory and time, and with no output to wait for."""
    return subprocess.run(
        [sys.executable, "-B", "-m", "pa_new_check", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(CHECKER)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=100,
        check=False,
        preexec_fn=_limit,
    )


class SpecialFilesTest(unittest.TestCase):
    """Whatever lies where a file is read, a check ends with a report."""

    def test_check(self) -> None:
        """Reading waits for nothing, and takes no more memory than a file may have."""
        for make in _KINDS:
            for entry in (_ENTRY + PLAIN, PLAIN):
                options = ["--no-load"] if entry != PLAIN else []
                subtest = self.subTest(make.__name__, load=not options)
                with subtest, special(make, entry) as folder:
                    done = run("check", folder, *options)
                    self.assertEqual(
                        (done.returncode, done.stderr), (0, b""), done.stdout
                    )
                    self.assertIn("findings", json.loads(done.stdout))

    def test_visit(self) -> None:
        """A request to the app, and one to a static file, end."""
        for make in _KINDS:
            with self.subTest(make.__name__), special(make, PLAIN) as folder:
                done = run("visit", folder, "/")
                self.assertIn(b"200 OK", done.stdout, done.stderr)
                if make is _huge:
                    continue  # all of it would be printed
                options = ("--static", "/static/=static")
                done = run("visit", folder, "/static/index.html", *options)
                self.assertIn(b"404", done.stdout, done.stderr)


if __name__ == "__main__":
    unittest.main()
