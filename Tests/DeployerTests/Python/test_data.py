"""No deployment changes the host's data: databases here in every state and under any name."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import unittest
from pathlib import Path

from data_support import MODES, DataTest, make, rows
from support import HANDLER, SWIFT, write

NAMES = (
    *("shop.db", "SHOP.DB", "shop.sqlite", "Shop.SQLite3", "data", "db", "shop.txt"),
    *("static/words.db", "instance/app.sqlite", "data/shop", "photo.png", "shop.bak"),
)


class JournalsTest(DataTest):
    """A program here was killed, in each journal mode; so was the one on the host."""

    def test_each_pair_of_journal_modes(self) -> None:
        folder = self.folder(HANDLER)
        self.begin(folder)
        for here in MODES:
            make(folder / "shop.db", here, 5000, "half")
            for there in MODES:
                with self.subTest(here=here, there=there):
                    make(self.there(), there, 500, "killed")
                    before = self.data()
                    write(folder, {"static/hello.txt": f"{here} {there}"})
                    run = self.deploy(folder)
                    self.assertEqual(self.data(), before)
                    self.assertEqual(rows(self.there()), 500)
                    self.assertIn("PythonAnywhere has its own: shop.db", run.out)
                    self.remove(self.there())
            self.remove(folder / "shop.db")

    def remove(self, path: Path) -> None:
        for name in path.parent.glob(path.name + "*"):
            name.unlink()

    def test_each_name_and_way_to_end(self) -> None:
        for name in NAMES:
            for mode, end in (
                ("wal", "killed"),
                ("delete", "half"),
                ("persist", "closed"),
            ):
                with self.subTest(name=name, mode=mode):
                    folder = self.folder(HANDLER)
                    self.begin(folder)
                    make(self.there(name), "wal", 500, "killed")
                    before = self.data()
                    make(folder / name, mode, 5000, end)
                    run = self.deploy(folder)
                    self.assertEqual(self.data(), before)
                    self.assertEqual(rows(self.there(name)), 500)
                    self.assertIn(name, run.out)
                    shutil.rmtree(self.host.place("/home/alice/hello"))

    def test_side_files_of_a_database_that_was_renamed(self) -> None:
        folder = self.folder(HANDLER)
        self.begin(folder)
        make(self.there(), "delete", 500, "closed")
        before = self.data()
        make(folder / "other.db", "wal", 5000, "killed")
        for suffix in ("-wal", "-shm"):
            os.rename(folder / f"other.db{suffix}", folder / f"shop.db{suffix}")
        os.rename(folder / "other.db", folder / "kept.copy")
        self.deploy(folder)
        self.assertEqual(self.data(), before)
        self.assertEqual(rows(self.there()), 500)

    def test_side_files_under_names_of_their_own(self) -> None:
        folder = self.folder(HANDLER)
        self.begin(folder)
        make(folder / "shop.db", "wal", 5000, "killed")
        shutil.move(folder / "shop.db-wal", folder / "backup")
        shutil.move(folder / "shop.db-shm", folder / "index.bin")
        self.killed_journal(folder / "b.db")
        shutil.move(folder / "b.db-journal", folder / "undo.txt")
        write(
            folder,
            {"shop.db-mj0A1B2C901": "/x/a.db-journal\0", "etilqs_0123456789": ""},
        )
        self.deploy(folder)
        self.assertEqual(self.data(), {})


class PlacesTest(DataTest):
    """Where a database can be, and what can be in its place here."""

    def setUp(self) -> None:
        super().setUp()
        self.here = self.folder(HANDLER)
        self.begin(self.here)
        make(self.there(), "wal", 500, "killed")
        self.before = self.data()

    def assert_kept(self, count: int = 500) -> None:
        self.assertEqual(self.data(), self.before)
        self.assertEqual(rows(self.there()), count)

    def test_none_here(self) -> None:
        run = self.deploy(self.here)
        self.assert_kept()
        self.assertIn("Only on PythonAnywhere, left alone: shop.db", run.out)

    def test_an_empty_file(self) -> None:
        write(self.here, {"shop.db": "", "shop.db-wal": "", "shop.db-journal": ""})
        self.deploy(self.here)
        self.assert_kept()

    def test_a_pointer_of_git_lfs(self) -> None:
        text = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 8192\n"
        write(self.here, {"shop.db": text})
        self.deploy(self.here)
        self.assert_kept()

    def test_a_link(self) -> None:
        make(self.here.parent / "elsewhere.db", "delete", 5, "closed")
        for name in ("shop.db", "linked"):
            (self.here / name).symlink_to("../elsewhere.db")
        self.deploy(self.here)
        self.assert_kept()

    def test_a_folder(self) -> None:
        write(self.here, {"shop.db/readme.txt": "x"})
        run = self.stops(self.here, code=73)
        self.assertIn("'/home/alice/hello/shop.db' is a file", run.err)
        self.assert_kept()

    def test_a_folder_there(self) -> None:
        self.there("words").mkdir()
        make(self.there("words") / "x.db", "wal", 500, "killed")
        self.before = self.data()
        write(self.here, {"words": "here it is a text"})
        self.stops(self.here, code=73)
        self.assert_kept()
        self.assertEqual(rows(self.there("words/x.db")), 500)

    def test_a_text_of_the_same_name(self) -> None:
        make(self.there("orders"), "wal", 500, "killed")
        self.before = self.data()
        for text in ("", "x", "a longer text\n" * 1000):
            with self.subTest(text=text[:5]):
                write(self.here, {"orders": text})
                run = self.stops(self.here, code=73)
                self.assertIn(
                    "'/home/alice/hello/orders' on PythonAnywhere holds", run.err
                )
                self.assertIn("--overwrite-data", run.err)
                self.assert_kept()
        self.deploy(self.here, "--overwrite-data")
        self.assertEqual(self.there("orders").read_text(), "a longer text\n" * 1000)

    def test_texts_with_the_names_of_side_files(self) -> None:
        make(self.there("orders"), "wal", 500, "killed")
        self.before = self.data()
        write(self.here, {"orders-wal": "a text about something else"})
        self.stops(self.here, code=73)
        self.assert_kept()
        self.assertEqual(rows(self.there("orders")), 500)

    def test_secrets_and_dumps_of_the_same_name(self) -> None:
        secrets = {
            "server.pem": "-----BEGIN PRIVATE KEY-----\nMIIE\n",
            "config.json": '{"client_secret": "0123456789abc"}',
            "all.sql": "-- MySQL dump 10.13\nINSERT INTO a VALUES (1);\n",
        }
        for name, content in secrets.items():
            with self.subTest(name):
                self.there(name).write_text(content)
                self.before = self.data()
                write(self.here, {name: "harmless\n"})
                self.stops(self.here, code=73)
                self.assert_kept()
                (self.here / name).unlink()

    def test_more_files_than_the_host_lists(self) -> None:
        for number in range(1100):
            self.there(f"a{number}").touch()
        make(self.there("orders"), "delete", 500, "closed")
        self.before = self.data()
        write(self.here, {"orders": "a text"})
        make(self.here / "shop.db", "wal", 5000, "killed")
        self.stops(self.here, code=73)
        self.assert_kept()

    def test_what_holds_data_but_is_no_sqlite(self) -> None:
        import shelve

        files = {
            "dump.rdb": b"REDIS0011\xfa",
            "all.sql": b"-- MySQL dump 10.13\nINSERT INTO a VALUES (1);\n",
            "tiny.json": b'{"_default": {"1": {}}}',
            "level/CURRENT": b"MANIFEST-000001\n",
            "level/MANIFEST-000001": b"x",
        }
        for name, content in files.items():
            self.there(name).parent.mkdir(exist_ok=True)
            self.there(name).write_bytes(content)
        with shelve.open(str(self.there("shelf"))) as shelf:
            shelf["a"] = "there"
        with shelve.open(str(self.here / "shelf")) as shelf:
            shelf["b"] = "here"
        self.before = self.data()
        write(self.here, {name: content + b"here" for name, content in files.items()})
        self.deploy(self.here)
        self.assert_kept()

    def test_a_file_that_becomes_a_database_in_between(self) -> None:
        from unittest import mock

        from pa_new_deploy.files import Local

        write(self.here, {"orders": "a text"})
        make(self.here / "real.db", "delete", 5, "closed")
        content = (self.here / "real.db").read_bytes()
        read = Local.read

        def changed(local: Local, path: str) -> bytes:
            return content if path == "orders" else read(local, path)

        with mock.patch.object(Local, "read", changed):
            run = self.stops(self.here, code=65)
        self.assertIn("'orders' was changed while pa-new read the project", run.err)
        self.assert_kept()


class GitTest(DataTest):
    """A database that git tracks, or ignores."""

    def test_tracked_and_ignored(self) -> None:
        folder = self.folder({**HANDLER, ".gitignore": "instance/\n*.log\n"})
        self.begin(folder)
        for name in ("shop.db", "instance/app.db"):
            make(self.there(name), "wal", 500, "killed")
            make(folder / name, "wal", 5000, "killed")
        before = self.data()
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        subprocess.run(["git", "-C", str(folder), "add", "-A"], check=True)
        run = self.deploy(folder, "--json")
        self.assertEqual(self.data(), before)
        for name in ("shop.db", "instance/app.db"):
            self.assertEqual(rows(self.there(name)), 500)
        reasons = {one["path"]: one["reason"] for one in run.document["leftFiles"]}
        self.assertEqual(reasons["shop.db"], "a database; git tracks it")
        self.assertIn("git tracks it", reasons["shop.db-wal"])
        self.assertEqual(reasons["instance/app.db"], "a database")


class UploadsTest(DataTest):
    """The files that a manifest names are uploaded, but not if they are data."""

    def test_a_database_in_the_list(self) -> None:
        folder = self.folder(SWIFT)
        (folder / "libHello.so").write_bytes(b"\x7fELFHello from handler")
        options: tuple[str, ...] = ("--upload", "libHello.so")
        self.deploy(folder, *options)
        self.own = frozenset(self.host.files())
        make(self.there(), "wal", 500, "killed")
        before = self.data()
        make(folder / "shop.db", "wal", 5000, "killed")
        for name in ("shop.db", "shop.db-wal", "shop.db-shm"):
            options = (*options, "--upload", name)
        run = self.deploy(folder, *options)
        self.assertEqual(self.data(), before)
        self.assertEqual(rows(self.there()), 500)
        self.assertIn("has its own: shop.db", run.out)


class PackTest(DataTest):
    """The zip file has the same files as a deployment."""

    def test_no_data(self) -> None:
        import zipfile

        from pa_new_deploy.main import main

        folder = self.folder(HANDLER)
        for mode, name in zip(
            MODES, ("a.db", "b.DB", "c", "d.sqlite", "e.db", "f.txt")
        ):
            make(folder / name, mode, 500, "half")
        output = folder.parent / "hello.zip"
        arguments = ["pack", str(folder), "--name", "hello", "--output", str(output)]
        self.assertEqual(main(arguments, {}), 0)
        with zipfile.ZipFile(output) as packed:
            names = {name.partition("/")[2] for name in packed.namelist()}
        self.assertEqual(names, {name for name in HANDLER if name[0] != "."})


class SQLiteTest(unittest.TestCase):
    """The tests' own tools."""

    def test_a_lost_database_is_noticed(self) -> None:
        import tempfile

        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "a.db"
            make(path, "wal", 500, "killed")
            self.assertEqual(rows(path), 500)
            os.unlink(f"{path}-wal")
            with self.assertRaises(sqlite3.OperationalError):
                rows(path)


if __name__ == "__main__":
    unittest.main()
