"""An undo never touches data: real SQLite databases, and other secrets and data."""

from __future__ import annotations

import shutil
import unittest
from pathlib import Path

from data_support import HOME, MODES, DataTest, make, rows
from support import HANDLER, archive, write

# isort: split
from pa_new_deploy.target import Target
from pa_new_deploy.undo import undo_archive, undo_record

TARGET = Target("hello", "alice", "alice.pythonanywhere.com")
NEWER = {"hello/handlers.py": 'TEXT = b"Hello from handler, newer"\n'}


class UndoDataTest(DataTest):
    """The host's databases are the same after an undo as before it."""

    def setUp(self) -> None:
        super().setUp()
        self.here = self.folder(HANDLER)

    def kept(self, number: int) -> undo_archive.Archive:
        content = self.host.files()[archive(number)]
        others = undo_record.other_files(TARGET)
        return undo_archive.decode(content, TARGET.domain, TARGET.source, others)

    def beside(self, name: str = "shop.db") -> dict[str, bytes]:
        """The database and the files beside it, as they are on the host."""
        folder = self.there(name).parent
        return {path.name: path.read_bytes() for path in folder.glob(name + "*")}

    def test_migrations_stay_in_the_database(self) -> None:
        """An undo says so, if the deployment had migrations of Django's or Alembic's."""
        self.deploy(self.here)
        for path, is_told in (
            ("shop/migrations/0002_price.py", True),
            ("alembic/versions/1975ea83b712_price.py", True),
            ("shop/migrations/__init__.py", False),
            ("shop/versions.py", False),
        ):
            with self.subTest(path):
                write(self.here, {**NEWER, path: ""})
                self.deploy(self.here)
                (self.here / path).unlink()
                run = self.undo()
                said = run.out + run.err
                self.assertEqual("Left as it is: the database" in said, is_told, said)
                self.assertEqual(path.rpartition("/")[2] in said and is_told, is_told)

    def test_databases_of_the_app(self) -> None:
        for mode in MODES:
            for end in ("closed", "killed", "half"):
                with self.subTest(mode=mode, end=end):
                    shutil.rmtree(self.host.place("/home/alice"))
                    self.clock.time += 120
                    self.deploy(self.here)
                    make(self.there(), mode, 50, end)
                    before = self.beside()
                    write(self.here, NEWER)
                    self.deploy(self.here)
                    self.undo()
                    self.assertEqual(self.beside(), before)
                    self.undo()  # the first deployment, too
                    self.assertEqual(self.beside(), before)
                    write(self.here, HANDLER)

    def test_a_database_that_was_uploaded(self) -> None:
        self.deploy(self.here)
        make(self.here / "shop.db", "delete", 20, "closed")
        self.deploy(self.here, "--include", "shop.db")
        self.assertEqual(self.kept(2).data, [f"{HOME}/shop.db"])
        make(self.there("more.db"), "wal", 5, "killed")
        run = self.undo()
        self.assertIn(f"data or a secret: {HOME}/shop.db", run.out)
        self.assertEqual(rows(self.there()), 20)
        self.assertEqual(rows(self.there("more.db")), 5)

    def test_a_database_that_was_replaced(self) -> None:
        self.deploy(self.here)
        make(self.there(), "delete", 500, "closed")
        make(self.here / "shop.db", "delete", 20, "closed")
        options = ("--include", "shop.db", "--overwrite-data")
        self.deploy(self.here, *options)
        kept = self.kept(2)
        self.assertEqual((kept.files, kept.contents), ({}, {}))
        self.undo()
        self.assertEqual(rows(self.there()), 20)

    def test_what_is_replaced_without_a_copy_is_named(self) -> None:
        self.deploy(self.here)
        write(self.there(".env").parent, {".env": "SECRET_KEY=there-1234567890\n"})
        make(self.there(), "delete", 500, "closed")
        make(self.here / "shop.db", "delete", 20, "closed")
        make(self.here / "new.db", "delete", 20, "closed")
        write(self.here, {".env": "SECRET_KEY=here-1234567890\n", **NEWER})
        options = [f"--include={name}" for name in ("shop.db", "new.db", ".env")]
        options.append("--overwrite-data")
        line = "Replaced, and no copy is kept: .env and shop.db. --undo cannot bring them back."
        places = [f"{HOME}/.env", f"{HOME}/shop.db"]
        run = self.deploy(self.here, *options, "--dry-run")
        self.assertLess(run.out.index(line), run.out.index("upload shop.db"))
        run = self.deploy(self.here, *options, "--dry-run", "--json")
        self.assertEqual(run.document["notKept"], places)
        self.clock.time += 120
        self.assertEqual(rows(self.there()), 500)
        run = self.deploy(self.here, *options)
        self.assertLess(run.out.index(line), run.out.index("upload   shop.db"))
        self.clock.time += 120
        run = self.deploy(self.here, *options)
        self.assertNotIn("no copy is kept", run.out)
        (self.here / "shop.db").unlink()
        make(self.here / "shop.db", "delete", 30, "closed")
        run = self.deploy(self.here, *options, "--json")
        self.assertEqual(run.document["notKept"], places[1:])

    def test_a_file_in_whose_place_the_app_made_a_database(self) -> None:
        write(self.here, {"new.bin": "new", "old.bin": "old"})
        self.deploy(self.here)
        write(self.here, {"newer.bin": "new", "old.bin": "changed"})
        self.deploy(self.here)
        for name in ("newer.bin", "old.bin"):
            self.there(name).unlink()
            make(self.there(name), "delete", 30, "closed")
        run = self.undo()
        for name in ("newer.bin", "old.bin"):
            self.assertIn(f"it has data now: {HOME}/{name}", run.out)
            self.assertEqual(rows(self.there(name)), 30)

    def test_secrets_are_in_no_archive(self) -> None:
        self.deploy(self.here)
        write(self.here, {".env": "SECRET_KEY=here-1234567890\n"})
        self.deploy(self.here, "--include", ".env")
        write(self.here, {".env": "SECRET_KEY=here-0987654321\n"})
        options = ("--include", ".env", "--overwrite-data")
        self.deploy(self.here, *options)
        for number in (2, 3):
            self.assertEqual(self.kept(number).contents, {})
        self.undo()
        self.assertIn("here-0987654321", self.there(".env").read_text())
        self.undo()
        self.assertIn("here-0987654321", self.there(".env").read_text())

    def test_a_folder_of_data_beside_the_project(self) -> None:
        self.deploy(self.here)
        write(Path(self.there("media")), {"photo.jpg": "photo", "a/b.txt": "text"})
        before = self.host.files()
        write(self.here, NEWER)
        self.deploy(self.here)
        self.undo()
        self.undo()
        after = self.host.files()
        for path, content in before.items():
            if "/media/" in path:
                self.assertEqual(after[path], content)


if __name__ == "__main__":
    unittest.main()
