"""Real SQLite databases on both sides of a deployment, left as killed programs leave them."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from support import DeployTest

MODES = ("delete", "truncate", "persist", "memory", "wal", "off")
HOME = "/home/alice/hello"

# A cache of five pages makes SQLite write pages before the transaction ends.
_SCRIPT = """\
import os, sqlite3, sys
path, mode, rows, end = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
c = sqlite3.connect(path, isolation_level=None)
c.execute("pragma journal_mode=" + mode)
c.execute("create table customers (name)")
c.execute("pragma cache_size=5")
c.execute("begin")
c.executemany("insert into customers values (?)", [(f"{mode} {n}" * 20,) for n in range(rows)])
c.execute("commit")
if end == "closed":
    c.close()
if end == "half":
    c.execute("begin")
    c.execute("update customers set name = name || 'x'")
os._exit(0)
"""


def make(path: Path, mode: str, rows: int, end: str) -> None:
    """Make a database with a program that ends in some way.

    :param end: "closed", "killed" after its transaction, or "half" through the next one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(path), mode, str(rows), end],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done


def rows(path: Path) -> int:
    """Return the number of rows, read from a copy of a database and what is beside it."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / path.name
        for suffix in ("", "-wal", "-journal"):
            there = Path(str(path) + suffix)
            if there.exists():
                shutil.copyfile(there, str(copy) + suffix)
        connection = sqlite3.connect(copy)
        try:
            checked = connection.execute("pragma integrity_check").fetchall()
            assert checked == [("ok",)], checked
            count: int = connection.execute(
                "select count(*) from customers"
            ).fetchone()[0]
            return count
        finally:
            connection.close()


class DataTest(DeployTest):
    """The host's data: rows and bytes, before and after."""

    def there(self, name: str = "shop.db") -> Path:
        return self.host.place(f"{HOME}/{name}")

    def data(self) -> dict[str, str]:
        """The digests of the files in the project's folder that are not the project's own.

        If whole databases differ, unittest takes minutes to show how.
        """
        return {
            path: hashlib.sha256(content).hexdigest()
            for path, content in self.host.files().items()
            if path.startswith(HOME + "/") and path not in self.own
        }

    own: frozenset[str] = frozenset()

    def begin(self, folder: Path) -> None:
        """Deploy the project before there is any data."""
        self.deploy(folder)
        self.own = frozenset(self.host.files())

    def killed_journal(self, path: Path) -> None:
        """Leave a database with a hot journal, as a killed program does."""
        make(path, "delete", 5000, "half")
        assert os.path.getsize(str(path) + "-journal") > 0
