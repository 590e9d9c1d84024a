"""Which files are uploaded, the WSGI file, and the packages that have to be there."""

from __future__ import annotations

import os
import subprocess
import unittest
from pathlib import Path

import fake_api
from support import (
    DOMAIN,
    FLASK,
    HANDLER,
    STATE_FILE,
    SWIFT,
    WSGI,
    DeployTest,
    changes,
    write,
)


class WSGIFileTest(DeployTest):
    """The WSGI file that is there already."""

    def test_the_hosts_own_is_replaced_and_kept(self) -> None:
        self.host.answer(
            "POST",
            "webapps/",
            {},
            {"domain_name": DOMAIN, "python_version": "python313"},
        )
        run = self.deploy(self.folder(HANDLER))
        self.assertEqual(self.kept(), [fake_api.DEFAULT_WSGI.encode()])
        self.assertIn("back up  ", run.out)

    def kept(self) -> list[bytes]:
        return [
            content
            for path, content in self.host.files().items()
            if "/.pa-new/" in path and path.endswith(".py")
        ]

    def test_a_foreign_one_stays_but_for_overwrite(self) -> None:
        foreign = b"import mine\nPASSWORD = 'x'\n"
        for has_app in (True, False):
            with self.subTest(has_app=has_app):
                if has_app:
                    self.host.apps[DOMAIN] = fake_api.App(DOMAIN, "python313")
                else:
                    self.host.apps.clear()
                self.host.place(WSGI).write_bytes(foreign)
                self.host.place(STATE_FILE).unlink(missing_ok=True)
                folder = self.folder(HANDLER)
                run = self.stops(folder, code=73)
                self.assertIn("--replace-wsgi", run.err)
                self.deploy(folder, "--replace-wsgi")
                self.assertEqual(self.kept(), [foreign])
                self.assertEqual(self.host.page(DOMAIN)[0], 200)

    def test_one_that_was_edited_on_the_host(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        edited = self.host.files()[WSGI] + b"# a note\n"
        self.host.place(WSGI).write_bytes(edited)
        self.stops(folder, code=73)
        self.deploy(folder, "--replace-wsgi")
        self.assertEqual(self.kept(), [edited])

    def test_one_that_is_too_large_to_keep(self) -> None:
        self.host.apps[DOMAIN] = fake_api.App(DOMAIN, "python313")
        folder = self.folder(HANDLER)
        for size, code in ((1_000_001, 73), (1_000_000, 0)):
            foreign = b"# mine\n".ljust(size, b"#")
            self.host.place(WSGI).write_bytes(foreign)
            run = self.deploy(folder, "--replace-wsgi", code=code)
            if code:
                self.assertIn("is larger than 1 MB", run.err)
                self.assertIn("Nothing on PythonAnywhere was changed.", run.err)
                self.assertEqual(self.host.files()[WSGI], foreign)
        self.assertEqual(self.kept(), [foreign])

    def test_our_own_is_replaced_without_a_word(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        write(folder, {"wsgi.py": HANDLER["wsgi.py"] + "# newer\n"})
        self.deploy(folder)
        self.assertEqual(self.kept(), [])
        self.assertTrue(self.host.files()[WSGI].endswith(b"# newer\n"))

    def test_one_that_was_copied_in_a_console(self) -> None:
        folder = self.folder(HANDLER)
        self.host.apps[DOMAIN] = fake_api.App(DOMAIN, "python313")
        for path in (WSGI, "/home/alice/hello/wsgi.py"):
            place = self.host.place(path)
            place.parent.mkdir(exist_ok=True)
            place.write_text(HANDLER["wsgi.py"] + "# older\n")
        self.deploy(folder)
        self.assertEqual(self.kept(), [])

    def test_what_only_looks_like_the_hosts_own(self) -> None:
        from pa_new_deploy.wsgi_file import is_default

        good = fake_api.DEFAULT_WSGI
        self.assertTrue(is_default(good.encode()))
        for bad in (
            "import os\n" + good,
            good.replace("start_response(", "import os; start_response(", 1),
            good.replace("PythonAnywhere hosted web application", "Mine"),
            good + "SECRET = 1\n",
            good.split("HELLO")[0] + "from flask_app import app as application\n",
            "def (",
            "",
            "\0",
        ):
            with self.subTest(bad=bad):
                self.assertFalse(is_default(bad.encode()))


class PackagesTest(DeployTest):
    """What no API can do."""

    def test_no_virtualenv(self) -> None:
        run = self.stops(self.folder(FLASK), code=73)
        for text in (
            "its API cannot install them",
            "there is no virtualenv /home/alice/.virtualenvs/hello",
            "mkvirtualenv hello --python=python3.13",
            "pip install 'Flask==3.1.0'",
            "Without a console: there is no way",
            "--assume-installed",
        ):
            self.assertIn(text, run.err)

    def test_one_for_another_python(self) -> None:
        self.install("flask-3.1.0", python="3.12")
        run = self.stops(self.folder(FLASK), code=73)
        self.assertIn("is for Python 3.12, not 3.13", run.err)

    def test_one_that_lacks_something(self) -> None:
        for there in ((), ("flask-3.0.0",)):
            with self.subTest(there=there):
                self.install(*there)
                run = self.stops(self.folder(FLASK), code=73)
                self.assertIn("does not have Flask==3.1.0", run.err)
                self.assertIn("workon hello", run.err)

    def test_one_that_has_all(self) -> None:
        self.install("flask-3.1.0")
        self.deploy(self.folder(FLASK), greeting="Hello from Flask")
        self.assertEqual(
            self.host.page(DOMAIN), (200, b"Hello from Flask of the virtualenv")
        )
        app = self.host.apps[DOMAIN]
        self.assertEqual(app.virtualenv, "/home/alice/.virtualenvs/hello")

    def test_packages_that_are_there_by_other_means(self) -> None:
        vendored = {**FLASK, "flask.py": "NAME = b'vendored'\n"}
        self.deploy(self.folder(vendored), "--assume-installed", greeting="")
        self.assertEqual(self.host.page(DOMAIN), (200, b"Hello from Flask vendored"))
        self.assertEqual(self.host.apps[DOMAIN].virtualenv, "")

    def test_what_is_known_of_requirements(self) -> None:
        from pa_new_deploy.packages import missing

        names = ["Flask-3.1.0.dist-info", "zope.interface-7.0-py3.13.egg-info", "pip"]
        for text, expected in (
            ("flask", []),
            ("FLASK==3.1.0", []),
            ("flask>=9", []),
            ("flask==3.*", []),
            ("flask[async]==3.1.0  # why", []),
            ("zope-interface==7.0", []),
            ("flask==3.0", ["flask==3.0"]),
            ("other", ["other"]),
            ("other; python_version < '3'", []),
            ("other @ https://example.com/other.whl", []),
            ("-r more.txt\n# other\n\n", []),
        ):
            with self.subTest(text=text):
                self.assertEqual(missing(text, names, "3.13"), expected)


class SwiftTest(DeployTest):
    """A project that is not on the host as a whole."""

    def test_what_is_built_goes_up_and_no_sources(self) -> None:
        folder = self.folder(SWIFT)
        (folder / "libHello.so").write_bytes(b"\x7fELFHello from handler\xff\0")
        write(folder, {"templates/page.html": "x", "templates/parts/item.html": "x"})
        self.deploy(folder, "--upload", "libHello.so", "--build", "./build.sh")
        self.assertEqual(
            {
                path
                for path in self.host.files()
                if path.startswith("/home/alice/hello")
            },
            {
                f"/home/alice/hello/{path}"
                for path in (
                    *("libHello.so", "wsgi.py", "static/hello.txt"),
                    *("templates/page.html", "templates/parts/item.html"),
                )
            },
        )
        self.assertEqual(self.host.page(DOMAIN)[0], 200)

    def test_what_is_not_built(self) -> None:
        folder = self.folder(SWIFT)
        run = self.stops(
            folder, "--upload", "libHello.so", "--build", "./build.sh", code=65
        )
        self.assertIn("'libHello.so' is not built", run.err)
        self.assertIn("./build.sh", run.err)


class FilesTest(DeployTest):
    """Which files go up."""

    def test_what_stays_here(self) -> None:
        extra = {
            ".env": "PASSWORD=1",
            ".git/config": "",
            ".venv/bin/python": "",
            "env/pyvenv.cfg": "",
            "env/lib/x.py": "",
            "hello/__pycache__/handlers.cpython-313.pyc": "",
            "node_modules/x/index.js": "",
            "db.sqlite3": "data",
            "db.sqlite3-wal": "what SQLite keeps beside it",
            "db.sqlite3-shm": "",
            "db.sqlite3-journal": "",
            "README.md~": "",
        }
        folder = self.folder({**HANDLER, **extra})
        run = self.deploy(folder)
        self.assertEqual(len(self.host.files()), 9)
        self.assertIn(
            "Left on this computer (--include PATH takes a file along):\n"
            f"  .env (a file of environment variables): --env-file {folder}/.env puts it "
            "there\n"
            "  db.sqlite3 (a database)\n",
            run.out,
        )
        self.assertNotIn("db.sqlite3-wal", run.out)

    def test_what_git_ignores_stays_here(self) -> None:
        folder = self.folder(
            {**HANDLER, ".gitignore": "local.py\n", "local.py": "", "new.py": ""}
        )
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        self.deploy(folder)
        files = self.host.files()
        self.assertNotIn("/home/alice/hello/local.py", files)
        self.assertIn("/home/alice/hello/new.py", files)

    def test_names_that_addresses_have_to_encode(self) -> None:
        names = ["a b.txt", "50%.txt", "a%20b.txt", "q?x=#1.txt", "é.txt", "a+b&c;.txt"]
        names += ["'quoted\".txt", "$(touch x).txt", "-rf.txt", "a\\b.txt"]
        files = {**HANDLER, **{f"static/{name}": name for name in names}}
        folder = self.folder(files)
        self.deploy(folder)
        there = self.host.files()
        for name in names:
            with self.subTest(name=name):
                self.assertEqual(
                    there[f"/home/alice/hello/static/{name}"], name.encode()
                )
        calls = len(self.host.calls)
        self.deploy(folder)
        self.assertEqual(changes(self.host, calls), [])

    def test_names_that_no_address_keeps(self) -> None:
        for name in (b"a\nb.txt", b"\x1b[2J.txt", b"\xff.txt"):
            with self.subTest(name=name):
                folder = self.folder(HANDLER)
                with open(os.fsencode(folder) + b"/static/" + name, "wb"):
                    pass
                run = self.stops(folder, code=65)
                self.assertNotIn("\x1b", run.err)

    def test_links_and_what_is_no_file(self) -> None:
        folder = self.folder(HANDLER)
        link = folder / "static/key"
        link.symlink_to("/etc/passwd")
        self.assertIn("symbolic link", self.stops(folder, code=65).err)
        link.unlink()
        os.mkfifo(link)
        self.assertIn("not a regular file", self.stops(folder, code=65).err)
        link.unlink()
        # Nothing waits for what is read to choose the files.
        (folder / "tests").mkdir(exist_ok=True)
        (folder / "tests/test_more.py").touch()
        os.mkfifo(folder / "pipe.py")
        self.assertIn("not a regular file", self.stops(folder, code=65).err)
        (folder / "pipe.py").unlink()
        # A folder that is a link is one, too.
        link.symlink_to("/etc")
        self.stops(folder, code=65)

    def test_no_project(self) -> None:
        for folder in (self.folder({"app.py": ""}), Path("/nowhere")):
            run = self.stops(folder, code=66)
            self.assertIn("there is no wsgi.py", run.err)

    def test_a_folder_or_file_in_the_way(self) -> None:
        self.host.place("/home/alice/hello/README.md").mkdir(parents=True)
        run = self.stops(self.folder(HANDLER), code=73)
        self.assertIn("'/home/alice/hello/README.md' is a folder", run.err)
        self.host.place("/home/alice/hello/README.md").rmdir()
        self.host.place("/home/alice/hello/static").touch()
        run = self.stops(self.folder(HANDLER), code=73)
        self.assertIn("'/home/alice/hello/static' is a file", run.err)

    def test_more_files_than_the_host_lists(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        for number in range(1100):
            self.host.place(f"/home/alice/hello/a{number}").touch()
        calls = len(self.host.calls)
        self.deploy(folder)
        self.assertEqual(changes(self.host, calls), [])


if __name__ == "__main__":
    unittest.main()
