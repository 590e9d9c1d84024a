"""What is sent: no request carries a secret or data, and what looks like it goes up.

The rows and bytes on the host are compared in other tests. A file that is uploaded and
removed again, or replaced by its own contents, is seen only in the requests.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
from pathlib import Path
from unittest import mock

from support import HANDLER, DeployTest, changes, write

# isort: split
from pa_new_shared.upload_files import select

HOME = "/home/alice/hello"
MODES = ("delete", "truncate", "persist", "memory", "wal", "off")
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"

# Names and contents that only look like a secret or data.
LOOK_ALIKES: dict[str, str | bytes] = {
    "credentials.example.json": '{"client_id": "", "client_secret": "change-me-please"}',
    "secrets.sample.toml": "token = 'change-me'\n",
    "docs/README.md": f"Put a key like this one into the folder:\n\n{KEY}",
    "hello/secrets.py": f'KEY = """{KEY}"""\n',
    "hello/env.py": "A = 1\n",
    "static/app.js": "const token = '0123456789abcdef';\n",
    "static/id.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "static/site.pem": "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkq\n",
    "sql/schema.sql": "CREATE TABLE a (b);\n",
    "sql/seed.sql": "INSERT INTO a (b) VALUES (1);\nINSERT INTO a (b) VALUES (2);\n",
    "fixtures/shop.json": '[{"model": "shop.item", "pk": 1, "fields": {}}]',
    "sqlite.txt": "SQLite format 3 is the first line of a database.\n",
    "empty": "",
    "large.bin": b"\xff" * 10_000_000,
}

# A change is in the cache, on the disk, or half done when the program is killed.
_SCRIPT = """\
import os, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("pragma journal_mode=" + sys.argv[2])
c.execute("pragma cache_size=5")
c.execute("create table a (b)")
c.execute("begin")
c.executemany("insert into a values (?)", [("x" * 200,)] * 3000)
c.execute("commit")
if sys.argv[3] == "half":
    c.execute("begin")
    c.execute("update a set b = b || 'y'")
os._exit(0)
"""


def killed(path: Path, mode: str, end: str) -> None:
    """Make a database with a program that is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", _SCRIPT, str(path), mode, end]
    subprocess.run(command, check=True)


class SentTest(DeployTest):
    """The requests of whole deployments."""

    def sent(self, since: int = 0) -> set[str]:
        """Return the paths of the project's files that requests would write."""
        begin = "files/path" + HOME + "/"
        return {
            urllib.parse.unquote(path)[len(begin) :]
            for _, path in changes(self.host, since)
            if urllib.parse.unquote(path).startswith(begin)
        }

    def test_look_alikes_are_sent(self) -> None:
        self.deploy(self.folder({**HANDLER, **LOOK_ALIKES}))  # type: ignore[dict-item]
        there = self.host.files()
        for name, content in LOOK_ALIKES.items():
            with self.subTest(name):
                content = content.encode() if isinstance(content, str) else content
                self.assertEqual(there.get(f"{HOME}/{name}"), content)

    def test_a_private_key_in_an_example_stays_here(self) -> None:
        account = '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIE"}'
        examples = {"key.example.pem": KEY, "account.example.json": account}
        self.deploy(self.folder({**HANDLER, **examples}))
        self.assertEqual(self.sent(), set(HANDLER) - {".pa-new.json"})

    def test_no_database_in_any_journal_mode(self) -> None:
        folder = self.folder(HANDLER)
        beside = set()
        for mode in MODES:
            for end in ("whole", "half"):
                for name in ("a.db", "B.DB", "data", "static/c.txt", "deep/er/d"):
                    path = folder / f"{mode}-{end}" / name
                    killed(path, mode, end)
                    beside |= {
                        other.name[len(path.name) :]
                        for other in path.parent.glob(path.name + "-*")
                    }
        # The programs left what this test is about.
        self.assertEqual(beside, {"-wal", "-shm", "-journal"})
        self.deploy(folder)
        self.assertEqual(self.sent(), set(HANDLER) - {".pa-new.json"})

    def test_side_files_without_their_database(self) -> None:
        folder = self.folder(HANDLER)
        for mode in ("wal", "delete"):
            killed(folder / f"{mode}.db", mode, "half")
            (folder / f"{mode}.db").unlink()
        # Only the name says what these are.
        write(folder, {"gone.db-wal": "", "GONE.DB-journal": b"\0" * 512})
        killed(folder / "orders", "wal", "whole")
        os.rename(folder / "orders-shm", folder / "static/index")
        os.rename(folder / "orders-wal", folder / "static/log.txt")
        os.rename(folder / "orders", folder / "static/x.sqlite3.bak")
        self.deploy(folder)
        self.assertEqual(self.sent(), set(HANDLER) - {".pa-new.json"})

    def test_no_side_file_there_is_replaced(self) -> None:
        """The app's log or journal there, and a text of that name here."""
        folder = self.folder(HANDLER)
        self.deploy(folder)
        for mode, ending in (("wal", "-wal"), ("wal", "-shm"), ("delete", "-journal")):
            with self.subTest(ending):
                killed(self.host.place(f"{HOME}/orders"), mode, "half")
                write(folder, {f"orders{ending}": "a text"})
                self.stops(folder, code=73)
                (folder / f"orders{ending}").unlink()
                for path in self.host.place(HOME).glob("orders*"):
                    path.unlink()

    def test_a_dry_run_says_it_too(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        killed(self.host.place(f"{HOME}/orders"), "wal", "whole")
        write(folder, {"orders": "a text"})
        calls = len(self.host.calls)
        run = self.deploy(folder, "--dry-run", code=73)
        self.assertIn(f"'{HOME}/orders' on PythonAnywhere holds data", run.err)
        self.assertEqual(changes(self.host, calls), [])


class UnreadableTest(unittest.TestCase):
    """A file that cannot be opened is judged by its name, and read by nothing else."""

    def test_it_is_no_crash(self) -> None:
        opened = os.open

        def refuse(path: str, *more: int) -> int:
            if os.path.basename(path) in ("notes", "shop.db"):
                raise PermissionError(13, "Permission denied", path)
            return opened(path, *more)

        with tempfile.TemporaryDirectory() as place:
            write(Path(place), {"notes": "x", "shop.db": "x", "a.txt": "x"})
            connection = sqlite3.connect(Path(place) / "b")
            connection.execute("create table a (b)")
            connection.close()
            with mock.patch.object(os, "open", refuse):
                found = select(place)
        # The deployment stops at this one: it cannot be read, so it is not uploaded.
        self.assertEqual(found.paths, ["a.txt", "notes"])
        self.assertEqual(found.databases, ["b", "shop.db"])


if __name__ == "__main__":
    unittest.main()
