"""Zip and tar files that hold a secret or a database, and those that only look like it."""

from __future__ import annotations

import io
import tarfile
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

from support import write

# isort: split
from pa_new_shared import archives
from pa_new_shared.upload_files import select


def zipped(*names: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return output.getvalue()


def tarred(form: str, *names: str, size: int = 1) -> bytes:
    output = io.BytesIO()
    mode = f"w:{form}"
    with tarfile.open(None, mode, output) as file:  # type: ignore[call-overload]
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = size
            file.addfile(info, io.BytesIO(b"\0" * size))
    return output.getvalue()


HELD: list[tuple[str, bytes, str, str]] = [
    ("back.zip", zipped("app.db", ".env"), "secret", "variables in it: .env"),
    ("BACK.ZIP", zipped("a/b/App.DB"), "dump", "a database in it: a/b/App.DB"),
    ("b.zip", zipped("a/dump.sql.gz"), "dump", "data in it: a/dump.sql.gz"),
    ("backup.tgz", tarred("gz", "x/.env"), "secret", "variables in it: x/.env"),
    ("b.tar.gz", tarred("gz", "x/shop.sqlite3"), "dump", "in it: x/shop.sqlite3"),
    ("b.tar", tarred("", "home/id_rsa"), "secret", "a private key in it"),
    ("b.tar.bz2", tarred("bz2", "a", "x.db"), "dump", "a database in it: x.db"),
    ("b.txz", tarred("xz", "a", "x.db"), "dump", "a database in it: x.db"),
    # The second file's content is not read any more; its name is.
    ("c.tgz", tarred("gz", "a", ".env", size=15_000_000), "secret", "in it: .env"),
]
NOTHING: list[tuple[str, bytes]] = [
    ("photos.zip", zipped("a.jpg", "b.txt", ".env.example", "secrets.py")),
    ("mac.zip", zipped("__MACOSX/app.db")),
    ("folders.zip", zipped("app.db/")),
    ("book.xlsx", zipped("xl/app.db")),
    ("package-1.0-py3-none-any.whl", zipped("package/words.db")),
    ("photos.tar", tarred("", "a.jpg")),
    ("photos.tar.gz", tarred("gz", "a.jpg")),
    ("empty.zip", b""),
    ("empty.tgz", b""),
    ("only.zip", b"PK\3\4"),
    ("text.zip", b"app.db .env"),
    ("cut.zip", zipped("app.db")[:-30]),
    ("cut.tgz", tarred("gz", ".env")[:20]),
    ("wrong.tgz", b"\x1f\x8b" + b"\xff" * 100),
    ("wrong.tar.xz", b"\xfd7zXZ\0" + b"\xff" * 100),
    ("noise.tar", bytes(range(256)) * 100),
]


class ArchivesTest(unittest.TestCase):
    """Each file is alone in a project."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name).resolve() / "hello"
        self.folder.mkdir()

    def test_what_holds_a_secret_or_a_database_stays_here(self) -> None:
        for name, content, kind, reason in HELD:
            with self.subTest(name):
                write(self.folder, {name: content})
                found = select(str(self.folder))
                self.assertEqual(found.paths, [])
                self.assertEqual([left.kind for left in found.left], [kind])
                self.assertIn(reason, found.left[0].reason)
                self.assertEqual(select(str(self.folder), (name,)).paths, [name])
                (self.folder / name).unlink()

    def test_what_only_looks_like_it_is_uploaded(self) -> None:
        for name, content in NOTHING:
            with self.subTest(name):
                write(self.folder, {name: content})
                self.assertEqual(select(str(self.folder)).paths, [name])
                (self.folder / name).unlink()

    def test_little_is_read_of_a_small_file_that_unpacks_to_a_huge_one(self) -> None:
        content = tarred("gz", "a", ".env", size=archives.MAX_READ * 20)
        self.assertLess(len(content), 2_000_000)
        write(self.folder, {"bomb.tgz": content})
        begin = time.monotonic()
        self.assertEqual(select(str(self.folder)).paths, ["bomb.tgz"])
        self.assertLess(time.monotonic() - begin, 5)


if __name__ == "__main__":
    unittest.main()
