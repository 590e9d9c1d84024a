"""The stand-in for the host's disk: what is there, and what is not."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import unittest
from contextlib import closing
from pathlib import Path

from apps import PATH, PLAIN
from apps.sources import WSGI_FILE
from support import check_soon, listing, project, run

WAYS = ((), ("--no-namespaces",))
DATABASE = """import sqlite3


def application(environ, start_response):
    database = sqlite3.connect('/home/alice/mysite/{}')
    {}
    if environ['REQUEST_METHOD'] == 'POST':
        database.execute('insert into tea values (1)')
        database.commit()
    count = database.execute('select count(*) from tea').fetchone()[0]
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'%d' % count]
"""


class FilesTest(unittest.TestCase):
    """What deploy leaves on this computer is not there."""

    def test_what_is_there(self) -> None:
        files = {
            "static/a.css": "",
            "data.txt": "",
            ".env": "A=1\n",
            "sub/.env.local": "",
            "shop.db": "x",
            "env.example": "B=\n",
        }
        left = {
            ".env.example": "A=\n",
            ".hidden": "",
            ".config/x": "",
            "secret.txt": "",
            "__pycache__/shop.cpython-313.pyc": "",
            "old.pyc": "",
            "venv/pyvenv.cfg": "",
            "venv/lib/x.py": "",
            "node_modules/x.js": "",
            "x.py~": "",
            "shop.egg-info/PKG-INFO": "",
            "shop.db-wal": "",
        }
        expected = sorted([*files, "inside", "shop.py", WSGI_FILE])
        source = (
            "import os\n\nfound = []\n"
            "for folder, _, names in os.walk('/home/alice/mysite'):\n"
            "    found += [os.path.relpath(os.path.join(folder, n), '/home/alice/mysite')"
            " for n in names]\n"
            f"assert sorted(found) == {expected!r}, found\n"
        )
        ignored = {".gitignore": "secret.txt\n"}
        every: dict[str, str | bytes] = {
            **files,
            **left,
            **ignored,
            "shop.py": source + PLAIN,
        }
        every[WSGI_FILE] = PATH + "from shop import application\n"
        with project(every) as folder:
            subprocess.run(["git", "init", "-q", str(folder)], check=True)
            (folder / "inside").symlink_to("static/a.css")
            (folder / "outside").symlink_to("/etc/passwd")
            (folder / "above").symlink_to("../..")
            os.mkfifo(folder / "fifo")
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(folder / "socket"))
            before = listing(folder)
            for way in WAYS:
                with self.subTest(way):
                    report = check_soon(folder, *way)
                    self.assertEqual(report["findings"], [])
                    self.assertEqual(listing(folder), before)

    def test_included_files(self) -> None:
        """What ``--include`` names is there, whatever would leave it here."""
        source = (
            "for name in ('dist/deep/page.html', '.well-known/x', 'shop.db'):\n"
            "    assert open('/home/alice/mysite/' + name).read() == '1', name\n"
        )
        files = {
            "dist/deep/page.html": "1",
            "dist/other": "",
            ".well-known/x": "1",
            "shop.db": "1",
            ".gitignore": "dist\n",
            "shop.py": source + PLAIN,
            WSGI_FILE: PATH + "from shop import application\n",
        }
        taken = ["--include=dist/", "--include=.well-known", "--include=shop.db"]
        for includes, is_there in (
            (taken, True),
            (["--include=./dist/deep/page.html", *taken[1:]], True),
            # These the deployer refuses: here they bring nothing.
            ([*taken, "--include=../..", "--include=", "--include=/etc"], True),
            (taken[:2], False),
            (taken[1:], False),
            (["--include=.", "--include=dis", "--include=dist/other"], False),
        ):
            with self.subTest(includes), project(files) as folder:
                report = check_soon(folder, *includes)
                rules = [f["rule"] for f in report["findings"]]
                self.assertEqual(not rules, is_there, rules)

    def test_odd_files(self) -> None:
        """Such files do not stop the check, and what has no room is named."""
        with project({WSGI_FILE: PLAIN}) as folder:
            with open(os.fsencode(folder) + b"/caf\xe9.txt", "wb") as file:
                file.write(b"x")
            with open(folder / "sparse.bin", "wb") as file:
                file.truncate(1024**4)
            (folder / "self").symlink_to("self")
            (folder / "unreadable.txt").touch(0)
            (folder / "unreadable").mkdir(0)
            for way in WAYS:
                with self.subTest(way):
                    report = check_soon(folder, *way)
                    self.assertEqual(report["findings"], [])
                    (note,) = (n for n in report["notes"] if "no room" in n)
                    self.assertTrue(note.endswith(": sparse.bin"), note)
            (folder / "unreadable").chmod(0o700)

    def test_a_folder_that_is_much_too_deep(self) -> None:
        with project({WSGI_FILE: PLAIN}) as folder:
            place = os.path.join("d", *["d"] * 1800)
            subprocess.run(["mkdir", "-p", place], cwd=folder, check=True)
            for way in WAYS:
                with self.subTest(way):
                    report = check_soon(folder, *way)
                    self.assertEqual(report["findings"], [])
                    (note,) = (n for n in report["notes"] if "300 folders" in n)
                    self.assertIn("refused by `pa-new deploy`: d/d/d/", note)
            subprocess.run(["rm", "-r", "d"], cwd=folder, check=True)

    def test_entry_file_that_is_not_utf_8(self) -> None:
        with project({"shop.py": PLAIN}) as folder:
            path = os.fsencode(folder) + b"/caf\xe9_wsgi.py"
            with open(path, "wb") as file:
                file.write(PLAIN.encode())
            report = check_soon(folder)
            self.assertTrue(report["loaded"])
            json.dumps(report).encode()

    def test_lent(self) -> None:
        source = (
            "import os\nassert os.environ['A_KEY']\nassert os.environ['B'] == 'x'\n"
        )
        source += "assert open('/home/alice/mysite/.env').read() == 'C=1\\n'\n"
        files = {WSGI_FILE: source + PLAIN, ".env": "C=1\n", "shop.sqlite3": "data"}
        for name in (".env.example", ".env.sample", ".env.template", "example.env"):
            more = {name: "# what it needs\nA_KEY=\nexport B='x'\n"}
            for way in WAYS:
                with self.subTest(name, way=way), project({**files, **more}) as folder:
                    report = check_soon(folder, *way)
                    if name == "example.env":  # is no name that settings have
                        name_is_told = any(name in note for note in report["notes"])
                        self.assertFalse(name_is_told)
                        continue
                    self.assertEqual(report["findings"], [])
                    (note,) = (
                        n for n in report["notes"] if n.startswith("the app was")
                    )
                    self.assertIn(".env", note)
                    self.assertIn(f"values for the names in {name}", note)
                    self.assertIn("empty databases for shop.sqlite3", note)


class DatabasesTest(unittest.TestCase):
    """Databases are empty for check, and the user's own for visit."""

    def visit(self, folder: Path, *options: str) -> bytes:
        done = run("visit", folder, "/", "--body", *options)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout

    def test_visit_writes(self) -> None:
        """What one visit has written, the next one reads."""
        post = ("--method", "POST", "--data", "x")
        for name in ("shop.db", "instance/shop.sqlite3"):
            for mode in ("delete", "wal"):
                for way in WAYS:
                    source = DATABASE.format(name, "")
                    with (
                        self.subTest(name, mode=mode, way=way),
                        project({WSGI_FILE: source, name: b""}) as folder,
                    ):
                        with closing(sqlite3.connect(folder / name)) as database:
                            database.execute(f"pragma journal_mode={mode}")
                            database.execute("create table tea (number)")
                        found = [self.visit(folder, *way)]
                        found.append(self.visit(folder, *post, *way))
                        found.append(self.visit(folder, *way))
                        self.assertEqual(found, [b"0", b"1", b"1"])
                        with closing(sqlite3.connect(folder / name)) as database:
                            rows = database.execute("select * from tea").fetchall()
                        self.assertEqual(rows, [(1,)])

    def test_visit_makes_a_database(self) -> None:
        make = "database.execute('create table if not exists tea (number)')"
        for name in ("shop.db", "data/shop.db"):
            folder_too = (
                "__import__('os').makedirs('/home/alice/mysite/data', exist_ok=True)"
            )
            source = DATABASE.format(name, make)
            source = source.replace("database = ", f"{folder_too}; database = ")
            for way in WAYS:
                with (
                    self.subTest(name, way=way),
                    project({WSGI_FILE: source}) as folder,
                ):
                    self.visit(folder, "--method", "POST", "--data", "x", *way)
                    found = self.visit(folder, "--method", "POST", "--data", "x", *way)
                    self.assertEqual(found, b"2")
                    names = [p for p in listing(folder) if not p.endswith("data")]
                    self.assertEqual(names, sorted([WSGI_FILE, name]))

    def test_a_failed_visit_is_made_once(self) -> None:
        """The data does not change what a visit is: one request."""
        source = DATABASE.format("shop.db", "print('asked'); 1 / 0")
        for way in WAYS:
            with (
                self.subTest(way),
                project({WSGI_FILE: source, "shop.db": b"x"}) as folder,
            ):
                done = run("visit", folder, "/", *way)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stderr.count(b"asked\n"), 1, done.stderr)

    def test_check_changes_none(self) -> None:
        """A failure for want of data is a warning; another failure is an error."""
        at_import = (
            "import sqlite3\nD = sqlite3.connect('/home/alice/mysite/shop.db')\n"
        )
        at_import += "D.execute('select * from tea')\n"
        item = "rows = database.execute('select * from tea').fetchall(); rows[0]"
        make = "database.execute('create table if not exists tea (number)'); "
        for name, source, outcome, found in (
            ("no table", DATABASE.format("shop.db", ""), "works", ("missing-table", "note")),
            ("no table at import", at_import + PLAIN, "works", ("missing-table", "warning")),
            ("no row", DATABASE.format("shop.db", make + item), "works", ("missing-table", "warning")),
            ("with data, too", DATABASE.format("shop.db", make + "1 / 0"), "broken", ("error-response", "error")),
        ):  # fmt: skip
            for way in WAYS:
                with (
                    self.subTest(name, way=way),
                    project({WSGI_FILE: source, "shop.db": b""}) as folder,
                ):
                    with closing(sqlite3.connect(folder / "shop.db")) as database:
                        database.execute("create table tea (number)")
                        database.execute("insert into tea values (7)")
                        database.commit()
                    before = (folder / "shop.db").read_bytes()
                    report = check_soon(folder, *way)
                    (finding,) = report["findings"]
                    told = (finding["rule"], finding["severity"])
                    self.assertEqual((told, report["outcome"]), (found, outcome))
                    self.assertEqual((folder / "shop.db").read_bytes(), before)
                    self.assertEqual(listing(folder), sorted([WSGI_FILE, "shop.db"]))


if __name__ == "__main__":
    unittest.main()
