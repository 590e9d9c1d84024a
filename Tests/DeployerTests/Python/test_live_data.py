"""Databases of a running site: its app writes while a deployment, or an unpacking, goes on."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import fake_api
from data_support import MODES, DataTest, make, rows
from fault_cases import OLD
from support import DOMAIN, FLASK, HANDLER, changes, write

# It has a change in the middle while it waits, and commits that afterwards.
_OPEN = """\
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("pragma journal_mode=" + sys.argv[2])
c.execute("create table customers (name)")
c.execute("pragma cache_size=5")
c.executemany("insert into customers values (?)", [("x" * 100,)] * 500)
c.execute("begin")
c.executemany("insert into customers values (?)", [("y" * 100,)] * 1000)
print("open", flush=True)
sys.stdin.readline()
c.execute("commit")
c.close()
"""

# It commits one row after the other, and says in the end how many.
_BUSY = """\
import select, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("pragma journal_mode=" + sys.argv[2])
c.execute("create table customers (name)")
c.execute("insert into customers values ('x')")
count = 1
print("open", flush=True)
while not select.select([sys.stdin], [], [], 0.001)[0]:
    c.execute("insert into customers values ('x')")
    count += 1
print(count, flush=True)
c.close()
"""


@contextlib.contextmanager
def app(code: str, path: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program with a database open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout and process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


def end(process: subprocess.Popen[str]) -> str:
    """Let a program finish its work, and return what it says."""
    out, _ = process.communicate("end\n", timeout=60)
    assert process.returncode == 0
    return out


def remove(path: Path) -> None:
    for beside in path.parent.glob(path.name + "*"):
        beside.unlink()


class RunningTest(DataTest):
    """An app on the host that has its database open, in each journal mode."""

    def setUp(self) -> None:
        super().setUp()
        self.here = self.folder(HANDLER)
        self.begin(self.here)

    def test_a_change_that_is_not_committed_yet(self) -> None:
        for mode in MODES:
            with self.subTest(mode), app(_OPEN, self.there(), mode) as process:
                make(self.here / "shop.db", mode, 5000, "half")
                before = self.data()
                write(self.here, {"static/hello.txt": mode})
                self.deploy(self.here)
                self.assertEqual(self.data(), before)
                end(process)
                self.assertEqual(rows(self.there()), 1500)
            remove(self.there())
            remove(self.here / "shop.db")

    def test_an_app_that_writes_all_the_time(self) -> None:
        for mode in MODES:
            with self.subTest(mode), app(_BUSY, self.there(), mode) as process:
                make(self.here / "shop.db", "wal", 50, "killed")
                for text in ("one", "two"):
                    write(self.here, {"static/hello.txt": f"{mode} {text}"})
                    self.deploy(self.here)
                count = int(end(process))
                self.assertEqual(rows(self.there()), count)
            remove(self.there())
            remove(self.here / "shop.db")

    def test_a_hot_journal_there_is_still_rolled_back(self) -> None:
        for mode in ("delete", "truncate", "persist"):
            with self.subTest(mode):
                make(self.there(), mode, 5000, "half")
                self.assertGreater(Path(f"{self.there()}-journal").stat().st_size, 0)
                before = self.data()
                write(self.here, {"static/hello.txt": mode, "shop.db-journal": ""})
                self.deploy(self.here)
                self.assertEqual(self.data(), before)
                self.assertEqual(rows(self.there()), 5000)
            remove(self.there())

    def test_rows_that_are_only_in_the_log_there(self) -> None:
        make(self.there(), "wal", 500, "killed")
        with_log = rows(self.there())
        log = Path(f"{self.there()}-wal")
        moved = log.with_name("moved")
        log.rename(moved)
        with self.assertRaises(Exception):  # noqa: B017
            rows(self.there())
        moved.rename(log)
        write(self.here, {"shop.db-wal": "", "SHOP.DB-WAL": "", "static/a.txt": "a"})
        self.deploy(self.here)
        self.assertEqual(rows(self.there()), with_log)

    def test_names_that_differ_in_case(self) -> None:
        make(self.there(), "wal", 500, "killed")
        make(self.there("Orders"), "delete", 500, "half")
        before = self.data()
        make(self.here / "SHOP.DB", "wal", 5000, "killed")
        write(self.here, {"orders": "a text", "ORDERS-JOURNAL": "another"})
        self.deploy(self.here)
        after = self.data()
        for path, content in before.items():
            self.assertEqual(after[path], content)
        self.assertEqual(rows(self.there()), 500)
        self.assertEqual(rows(self.there("Orders")), 500)


class ReplacedTest(DataTest):
    """The whole site changes: another project, name, domain or way of packages."""

    def setUp(self) -> None:
        super().setUp()
        self.here = self.folder(HANDLER)
        self.begin(self.here)
        make(self.there(), "wal", 500, "killed")
        self.there(".env").write_text("SECRET_KEY=there\n")
        self.before = self.data()

    def assert_kept(self) -> None:
        after = self.data()
        self.assertEqual({path: after.get(path) for path in self.before}, self.before)
        self.assertEqual(rows(self.there()), 500)

    def test_a_project_under_another_name(self) -> None:
        """The folder was renamed here, so the app gets another folder there."""
        make(self.here / "shop.db", "delete", 5, "closed")
        other = ("--name", "shop")
        run = self.stops(self.here, *other, code=73)
        self.assertIn("/home/alice/hello", run.err)
        write(self.here, {"wsgi.py": HANDLER["wsgi.py"].replace('"hello"', '"shop"')})
        run = self.deploy(self.here, *other, "--replace-wsgi")
        self.assert_kept()
        self.assertIn("/home/alice/hello", run.out)
        self.assertFalse(self.host.place("/home/alice/shop/shop.db").exists())
        write(self.here, {"wsgi.py": HANDLER["wsgi.py"]})
        self.deploy(self.here, "--replace-wsgi")
        self.assert_kept()

    def test_another_project_takes_over_and_is_taken_over(self) -> None:
        other = self.folder({**OLD, "shop.db": "x"})
        for folder, name in ((other, "other"), (self.here, "hello")):
            place = ("--name", name, "--replace-wsgi")
            make(folder / "shop.db", "wal", 5, "half")
            self.deploy(folder, *place, greeting="")
            self.assert_kept()

    def test_two_domains_on_one_folder(self) -> None:
        self.host.max_apps = 2
        make(self.here / "shop.db", "wal", 5000, "half")
        for domain in ("www.example.com", DOMAIN):
            write(self.here, {"static/hello.txt": domain})
            self.deploy(self.here, domain=domain, greeting="")
            self.assert_kept()

    def test_a_web_app_that_is_deleted_and_made_anew(self) -> None:
        del self.host.apps[DOMAIN]
        make(self.here / "shop.db", "persist", 5000, "half")
        self.deploy(self.here)
        self.assert_kept()

    def test_variables_and_other_secrets_of_both_sides(self) -> None:
        for name in (".env", "prod.env", "id_rsa", "credentials.json"):
            self.there(name).write_text("SECRET_KEY=there\n")
            write(self.here, {name: "SECRET_KEY=here\n"})
        self.before = self.data()
        run = self.deploy(self.here)
        self.assert_kept()
        self.assertNotIn("SECRET_KEY", run.out + run.err)
        run = self.stops(self.here, "--include", ".env", code=73)
        self.assertIn("'/home/alice/hello/.env' on PythonAnywhere", run.err)

    def test_from_one_way_of_packages_to_the_other(self) -> None:
        packages = self.folder({**FLASK, "shop.db": ""})
        self.install("Flask-3.1")
        make(packages / "shop.db", "wal", 5000, "half")
        wanted = ("--packages", "virtualenv", "--replace-wsgi")
        self.deploy(packages, *wanted, greeting="Hello from Flask")
        self.assert_kept()

    def test_only_the_name_of_the_packages_is_ever_removed(self) -> None:
        removed = [path for method, path in changes(self.host) if method == "DELETE"]
        self.assertEqual(removed, [])

    def test_unpacking_by_hand_over_the_running_site(self) -> None:
        """``pa-new pack``, then ``unzip``, with the answer "all" to its question."""
        from pa_new_deploy.main import main

        make(self.there("data"), "wal", 500, "killed")
        self.before = self.data()
        for mode in MODES:
            with self.subTest(mode):
                write(
                    self.here, {"static/hello.txt": mode, ".env": "SECRET_KEY=here\n"}
                )
                remove(self.here / "shop.db")
                remove(self.here / "data")
                make(self.here / "shop.db", mode, 5000, "half")
                make(self.here / "data", mode, 5000, "half")
                output = self.here.parent / "hello.zip"
                output.unlink(missing_ok=True)
                pack = ["pack", str(self.here), "--name", "hello"]
                self.assertEqual(main([*pack, "--output", str(output)], {}), 0)
                home = self.host.place("/home/alice")
                shutil.unpack_archive(output, home)  # replaces files
                self.assertEqual(self.there("static/hello.txt").read_text(), mode)
                self.assert_kept()


class IncludeTest(DataTest):
    """A database that the user takes along, in each journal mode on both sides."""

    def setUp(self) -> None:
        super().setUp()
        self.here = self.folder(HANDLER)
        self.begin(self.here)

    def test_there_is_none_yet(self) -> None:
        for mode in MODES:
            with self.subTest(mode):
                make(self.here / "shop.db", mode, 50, "closed")
                self.deploy(self.here, "--include", "shop.db")
                self.assertEqual(rows(self.there()), 50)
                remove(self.here / "shop.db")
                remove(self.there())

    def test_there_is_one(self) -> None:
        for here in MODES:
            make(self.here / "shop.db", here, 50, "closed")
            for there in MODES:
                with self.subTest(here=here, there=there):
                    make(self.there(), there, 500, "half")
                    before = self.data()
                    self.stops(self.here, "--include", "shop.db", code=73)
                    self.assertEqual(self.data(), before)
                    remove(self.there())
            remove(self.here / "shop.db")

    def test_on_request_it_is_replaced_only_if_nothing_lies_beside_it(self) -> None:
        make(self.here / "shop.db", "delete", 50, "closed")
        wanted = ("--include", "shop.db", "--overwrite-data")
        for there, ending in (("wal", "killed"), ("delete", "half")):
            with self.subTest(there):
                make(self.there(), there, 5000, ending)
                before = self.data()
                self.stops(self.here, *wanted, code=73)
                self.assertEqual(self.data(), before)
                remove(self.there())
        make(self.there(), "delete", 500, "closed")
        self.deploy(self.here, *wanted)
        self.assertEqual(rows(self.there()), 50)

    def test_one_here_that_is_not_whole(self) -> None:
        for mode, ending in (
            ("wal", "killed"),
            ("delete", "half"),
            ("persist", "half"),
        ):
            with self.subTest(mode):
                make(self.here / "shop.db", mode, 5000, ending)
                self.stops(self.here, "--include", "shop.db", code=65)
                remove(self.here / "shop.db")

    def test_an_empty_or_damaged_one(self) -> None:
        make(self.there(), "delete", 500, "closed")
        before = self.data()
        for content in (b"", b"SQLite format 3\0" + b"\0" * 5000, b"a text"):
            with self.subTest(content[:10]):
                (self.here / "shop.db").write_bytes(content)
                run = self.deploy(
                    self.here, "--include", "shop.db", code=self.refused(content)
                )
                self.assertIn("Nothing on PythonAnywhere was changed.", run.err)
                self.assertEqual(self.data(), before)

    def refused(self, content: bytes) -> int:
        return 65 if content.startswith(b"SQLite") else 73

    def test_a_dump_over_a_database(self) -> None:
        make(self.there("orders"), "wal", 500, "killed")
        before = self.data()
        write(self.here, {"orders": "-- MySQL dump 10.13\nINSERT INTO a VALUES (1);\n"})
        run = self.deploy(self.here)
        self.assertIn("orders", run.out)
        self.stops(self.here, "--include", "orders", code=73)
        self.assertEqual(self.data(), before)

    def test_an_upload_that_breaks_in_the_middle(self) -> None:
        make(self.here / "shop.db", "delete", 500, "closed")
        wanted = ("--include", "shop.db")
        at = self.upload_of("shop.db", *wanted)
        self.host.faults = [fake_api.Fault(len(self.host.calls) + at, "half", True)]
        self.deploy(self.here, *wanted, code=69)
        half = self.there().read_bytes()
        self.assertLess(0, len(half))
        self.assertLess(len(half), (self.here / "shop.db").stat().st_size)
        self.host.faults = []
        self.clock.time += 120
        self.deploy(self.here, *wanted)
        self.assertEqual(rows(self.there()), 500)

    def test_an_app_that_makes_its_own_after_a_break(self) -> None:
        make(self.here / "shop.db", "delete", 500, "closed")
        wanted = ("--include", "shop.db")
        at = self.upload_of("shop.db", *wanted)
        self.host.faults = [fake_api.Fault(len(self.host.calls) + at, "half", True)]
        self.deploy(self.here, *wanted, code=69)
        self.host.faults = []
        self.clock.time += 120
        remove(self.there())
        make(self.there(), "wal", 20, "killed")
        before = self.data()
        self.stops(self.here, *wanted, code=73)
        self.assertEqual(self.data(), before)
        self.assertEqual(rows(self.there()), 20)

    def test_an_app_that_makes_its_own_while_the_upload_is_retried(self) -> None:
        make(self.here / "shop.db", "delete", 500, "closed")
        wanted = ("--include", "shop.db")
        at = self.upload_of("shop.db", *wanted)
        self.host.faults = [fake_api.Fault(len(self.host.calls) + at, "500")]
        sleep = self.clock.sleep

        def later(seconds: float) -> None:
            sleep(seconds)
            if not self.there().exists():
                make(self.there(), "wal", 20, "killed")

        with mock.patch.object(self.clock, "sleep", later):
            self.deploy(self.here, *wanted, code=73)
        self.assertEqual(rows(self.there()), 20)

    def upload_of(self, path: str, *options: str) -> int:
        """Return the number of the request that uploads a file."""
        plan = self.deploy(self.here, *options, "--dry-run", "--json").document
        uploads = [(c["method"], c["path"].endswith(path)) for c in plan["calls"]]
        return uploads.index(("POST", True)) + 1


if __name__ == "__main__":
    unittest.main()
