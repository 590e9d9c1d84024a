"""Deployments of small projects to the stand-in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import standin
from support import (
    DEPLOYER,
    DOMAIN,
    FLASK,
    HANDLER,
    NOTE,
    SWIFT,
    WSGI,
    QuickClock,
    Run,
    changes,
    deploy,
    project,
    write,
)


class HostTest(unittest.TestCase):
    """Each test has a host and a clock of its own."""

    def setUp(self) -> None:
        self.clock = QuickClock()
        context = standin.running(now=self.clock.now)
        self.host = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def folder(self, files: dict[str, str]) -> Path:
        context = project(files)
        self.addCleanup(context.__exit__, None, None, None)
        return context.__enter__()

    def deploy(self, folder: Path, *options: str, code: int = 0, **more: str) -> Run:
        run = deploy(folder, self.host, self.clock, *options, **more)  # type: ignore[arg-type]
        self.assertEqual(run.code, code, run)
        return run

    def stops(self, folder: Path, *options: str, code: int, **more: str) -> Run:
        """Deploy, and expect that nothing is touched."""
        before = self.host.files()
        calls = len(self.host.calls)
        run = self.deploy(folder, *options, code=code, **more)
        self.assertEqual(self.host.files(), before)
        self.assertEqual(changes(self.host, calls), [])
        self.assertIn("Nothing on the host was changed.", run.err)
        return run

    def install(self, *packages: str, python: str = "3.13") -> None:
        """Put a virtualenv with packages onto the host."""
        place = f"/home/alice/.virtualenvs/hello/lib/python{python}/site-packages"
        folder = self.host.place(place)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "flask.py").write_text("NAME = b'of the virtualenv'\n")
        for package in packages:
            (folder / f"{package}.dist-info").mkdir()


class HandlerTest(HostTest):
    """A project that needs nothing."""

    def test_from_nothing_to_a_visited_page(self) -> None:
        run = self.deploy(self.folder(HANDLER))
        self.assertEqual(
            self.host.page(DOMAIN), (200, b"Hello from handler"), self.host.files()
        )
        self.assertIn(f"visit    https://{DOMAIN}/: 200, Hello from handler", run.out)
        app = self.host.apps[DOMAIN]
        self.assertEqual((app.version, app.source), ("3.13", "/home/alice/hello"))
        self.assertEqual(app.virtualenv, "")
        self.assertEqual(
            [(row["url"], row["path"]) for row in app.statics.values()],
            [("/static/", "/home/alice/hello/static")],
        )
        self.assertEqual(
            set(self.host.files()),
            {f"/home/alice/hello/{path}" for path in HANDLER if path[0] != "."}
            | {WSGI, NOTE},
        )
        done = changes(self.host)
        self.assertEqual(done[0], ("POST", "webapps/"))
        self.assertEqual(done[-3], ("POST", "files/path" + WSGI))
        self.assertEqual(done[-2], ("POST", f"webapps/{DOMAIN}/reload/"))
        self.assertEqual(done[-1], ("POST", "files/path" + NOTE))

    def test_the_second_run_changes_nothing(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        calls = len(self.host.calls)
        run = self.deploy(folder)
        self.assertEqual(changes(self.host, calls), [])
        self.assertIn("6 files unchanged", run.out)
        self.assertIn("200, Hello from handler", run.out)

    def test_only_what_changed_is_uploaded(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        calls = len(self.host.calls)
        write(folder, {"hello/handlers.py": 'TEXT = b"Edited"\n', "hello/new.py": ""})
        run = self.deploy(folder)
        self.assertEqual(
            changes(self.host, calls),
            [
                ("POST", "files/path/home/alice/hello/hello/new.py"),
                ("POST", "files/path/home/alice/hello/hello/handlers.py"),
                ("POST", f"webapps/{DOMAIN}/reload/"),
                ("POST", "files/path" + NOTE),
            ],
        )
        # The greeting is gone from the project: any page is as good.
        self.assertIn("200, Edited", run.out)

    def test_what_is_gone_here_stays_there_and_is_told(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        (folder / "README.md").unlink()
        run = self.deploy(folder)
        self.assertIn("left alone: README.md", run.out)
        self.assertIn("/home/alice/hello/README.md", self.host.files())

    def test_a_run_that_ended_before_the_reload(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        # All files are there, and no note that they are loaded.
        self.host.place(NOTE).unlink()
        calls = len(self.host.calls)
        self.deploy(folder)
        self.assertEqual(
            changes(self.host, calls),
            [
                ("POST", f"webapps/{DOMAIN}/reload/"),
                ("POST", "files/path" + NOTE),
            ],
        )

    def test_a_page_that_fails(self) -> None:
        folder = self.folder({**HANDLER, "hello/routes.py": "raise ValueError\n"})
        run = self.deploy(folder, code=1)
        self.assertIn(": 500, Something went wrong", run.out)
        # It was asked for as long as a start can take.
        self.assertGreaterEqual(sum(self.clock.pauses), 20)

    def test_a_custom_domain_without_cname(self) -> None:
        self.host.cname_error = True
        run = self.deploy(self.folder(HANDLER), domain="www.example.com")
        self.assertIn("finds no CNAME", run.out)
        self.assertIn("/var/www/www_example_com_wsgi.py", self.host.files())

    def test_domains_of_the_host(self) -> None:
        self.host.most_apps = 3
        for domain, name in (
            ("alice.eu.pythonanywhere.com", "alice_eu_pythonanywhere_com"),
            ("api-alice.pythonanywhere.com", "api-alice_pythonanywhere_com"),
            ("api-alice.eu.pythonanywhere.com", "api-alice_eu_pythonanywhere_com"),
        ):
            with self.subTest(domain=domain):
                self.clock.time += 60
                self.deploy(self.folder(HANDLER), domain=domain)
                self.assertIn(f"/var/www/{name}_wsgi.py", self.host.files())
                self.assertEqual(self.host.page(domain), (200, b"Hello from handler"))

    def test_a_mapping_to_another_folder_is_changed(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        app = self.host.apps[DOMAIN]
        app.statics[1]["path"] = "/home/alice/old/static"
        self.deploy(folder)
        self.assertEqual(
            [(row["url"], row["path"]) for row in app.statics.values()],
            [("/static/", "/home/alice/hello/static")],
        )

    def test_an_app_with_another_python(self) -> None:
        self.host.apps[DOMAIN] = standin.App(DOMAIN, "python310")
        run = self.stops(self.folder(HANDLER), code=73)
        self.assertIn("runs Python 3.10, and the project is for 3.13", run.err)

    def test_an_app_that_the_host_does_not_make(self) -> None:
        self.host.apps["other.example.com"] = standin.App("other", "python313")
        run = self.deploy(self.folder(HANDLER), code=73)
        self.assertIn("maximum number of web apps", run.err)
        self.assertEqual(self.host.files(), {})

    def test_a_domain_that_has_no_certificate_yet(self) -> None:
        from pa_new_deploy import page, system

        us = system.find("www.example.com", {})
        addresses = ["https://www.example.com/", "http://www.example.com/"]
        self.assertEqual(us.pages("www.example.com"), addresses)
        self.assertEqual(us.pages(DOMAIN), [f"https://{DOMAIN}/"])
        self.deploy(self.folder(HANDLER))
        here = system.System(self.host.url, is_loopback=True)
        addresses = ["http://127.0.0.1:9/", self.host.url + "/"]
        with mock.patch.object(system.System, "pages", return_value=addresses):
            visit = page.visit(here, DOMAIN, "Hello", self.clock)
        self.assertEqual((visit.status, visit.first_line), (200, "Hello from handler"))

    def test_no_token_goes_to_the_page(self) -> None:
        self.deploy(self.folder(HANDLER))
        self.assertEqual(self.host.foreign, [("/", None)])

    def test_the_document(self) -> None:
        run = self.deploy(self.folder(HANDLER), "--json")
        told = run.document
        self.assertEqual(told["created"], True)
        self.assertEqual(len(told["uploaded"]), 6)
        self.assertEqual(told["page"]["greets"], True)
        self.assertIsNone(told["error"])
        run = self.deploy(self.folder({}), "--json", code=66)
        self.assertIn("wsgi.py", run.document["error"]["what"])


class EntryTest(HostTest):
    """The WSGI file that is there already."""

    def test_the_hosts_own_is_replaced_and_kept(self) -> None:
        self.host.answer(
            "POST",
            "webapps/",
            {},
            {"domain_name": DOMAIN, "python_version": "python313"},
        )
        run = self.deploy(self.folder(HANDLER))
        self.assertEqual(self.kept(), [standin.DEFAULT_WSGI.encode()])
        self.assertIn("keep     ", run.out)

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
                    self.host.apps[DOMAIN] = standin.App(DOMAIN, "python313")
                else:
                    self.host.apps.clear()
                self.host.place(WSGI).write_bytes(foreign)
                self.host.place(NOTE).unlink(missing_ok=True)
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

    def test_our_own_is_replaced_without_a_word(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        write(folder, {"wsgi.py": HANDLER["wsgi.py"] + "# newer\n"})
        self.deploy(folder)
        self.assertEqual(self.kept(), [])
        self.assertTrue(self.host.files()[WSGI].endswith(b"# newer\n"))

    def test_one_that_was_copied_in_a_console(self) -> None:
        folder = self.folder(HANDLER)
        self.host.apps[DOMAIN] = standin.App(DOMAIN, "python313")
        for path in (WSGI, "/home/alice/hello/wsgi.py"):
            place = self.host.place(path)
            place.parent.mkdir(exist_ok=True)
            place.write_text(HANDLER["wsgi.py"] + "# older\n")
        self.deploy(folder)
        self.assertEqual(self.kept(), [])

    def test_what_only_looks_like_the_hosts_own(self) -> None:
        from pa_new_deploy.entry import is_default

        good = standin.DEFAULT_WSGI
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


class PackagesTest(HostTest):
    """What no API can do."""

    def test_no_virtualenv(self) -> None:
        run = self.stops(self.folder(FLASK), code=73)
        for words in (
            "its API cannot install any",
            "there is no virtualenv /home/alice/.virtualenvs/hello",
            "mkvirtualenv hello --python=python3.13",
            "pip install 'Flask==3.1.0'",
            "'handler'",
            "--assume-installed",
        ):
            self.assertIn(words, run.err)

    def test_one_for_another_python(self) -> None:
        self.install("flask-3.1.0", python="3.12")
        run = self.stops(self.folder(FLASK), code=73)
        self.assertIn("is for Python 3.12, not 3.13", run.err)

    def test_one_that_lacks_something(self) -> None:
        for there in ((), ("flask-3.0.0",)):
            with self.subTest(there=there):
                self.install(*there)
                run = self.stops(self.folder(FLASK), code=73)
                self.assertIn("lacks Flask==3.1.0", run.err)
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
                self.assertEqual(missing(text, names), expected)


class SwiftTest(HostTest):
    """A project that is not on the host as a whole."""

    def test_what_is_built_goes_up_and_no_sources(self) -> None:
        folder = self.folder(SWIFT)
        (folder / "libHello.so").write_bytes(b"\x7fELFHello from handler\xff\0")
        self.deploy(folder, "--upload", "libHello.so", "--build", "./build.sh")
        self.assertEqual(
            {
                path
                for path in self.host.files()
                if path.startswith("/home/alice/hello")
            },
            {
                f"/home/alice/hello/{path}"
                for path in ("libHello.so", "wsgi.py", "static/hello.txt")
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


class FilesTest(HostTest):
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
            "README.md~": "",
        }
        run = self.deploy(self.folder({**HANDLER, **extra}))
        self.assertEqual(len(self.host.files()), 8)
        self.assertIn("Not uploaded: .env, db.sqlite3", run.out)

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
        self.assertIn("no regular file", self.stops(folder, code=65).err)
        link.unlink()
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


class LimitTest(HostTest):
    """Forty requests a minute."""

    def test_a_hundred_files_never_hit_the_limit(self) -> None:
        many = {f"static/{number}.txt": str(number) for number in range(100)}
        folder = self.folder({**HANDLER, **many})
        for _ in range(2):
            self.clock.time += 60  # what the run before has used up is another test
            start = self.clock.now()
            self.deploy(folder)
            self.assertNotIn(429, [call.status for call in self.host.calls])
            self.assertGreater(self.clock.now() - start, 120)
            self.assertLess(self.clock.now() - start, 250)

    def test_the_limit_that_another_run_has_used_up(self) -> None:
        for _ in range(40):
            self.host.refused("files/path")
        run = self.deploy(self.folder(HANDLER))
        self.assertIn("too many requests", run.err)
        self.assertEqual([call.status for call in self.host.calls].count(429), 1)


class TokenTest(HostTest):
    """Who may do it, and where the token goes."""

    def test_no_token(self) -> None:
        for token in ("", "  "):
            run = self.stops(self.folder(HANDLER), code=78, token=token)
            self.assertIn("there is no API token", run.err)

    def test_what_is_no_token(self) -> None:
        for token in ("two words", "line\nend", "ümlaut"):
            run = self.stops(self.folder(HANDLER), code=78, token=token)
            self.assertIn("no API token", run.err)
        self.assertEqual(self.host.calls, [])

    def test_a_wrong_token(self) -> None:
        run = self.stops(self.folder(HANDLER), code=77, token="wrong-token-of-mine")
        self.assertIn("it answered 401", run.err)
        self.assertEqual(len(self.host.calls), 1)

    def test_another_account(self) -> None:
        run = self.stops(self.folder(HANDLER), "--user", "bob", code=77)
        self.assertIn("'bob'", run.err)

    def test_it_does_not_follow_to_another_host(self) -> None:
        with standin.running() as other:
            for target in (other.url.replace("127.0.0.1", "localhost"), other.url):
                self.host.redirect = f"{target}/api/v0/user/alice/webapps/"
                run = self.stops(self.folder(HANDLER), code=69)
                self.assertIn("another address", run.err)
            self.assertEqual((other.calls, other.foreign), ([], []))

    def test_it_goes_to_nobody_without_the_hosts_certificate(self) -> None:
        from pa_new_deploy.client import opener

        folder = self.folder(HANDLER)
        with tempfile.TemporaryDirectory() as place:
            tls = standin.certificate(Path(place))
            with standin.running(now=self.clock.now, tls=tls) as host:
                site = {"PYTHONANYWHERE_SITE": host.url.replace("http:", "https:")}
                run = deploy(folder, host, self.clock, variables=site)
                self.assertEqual(run.code, 69)
                self.assertIn("CERTIFICATE_VERIFY_FAILED", run.err)
                self.assertEqual(host.calls, [])
                opener.cache_clear()
                self.addCleanup(opener.cache_clear)
                with mock.patch.dict(os.environ, {"SSL_CERT_FILE": str(tls[0])}):
                    run = deploy(folder, host, self.clock, variables=site)
                self.assertEqual(run.code, 0, run)

    def test_a_host_that_repeats_it(self) -> None:
        self.host.apps["x"] = standin.App("x", "python313")
        words = f"the token {self.host.token} is fine"
        original = self.host.answer

        def answer(*arguments: object) -> standin.Answer:
            if arguments[0] == "POST":
                body = f'{{"status": "ERROR", "error_message": "{words}"}}'
                return 200, "application/json", body.encode()
            return original(*arguments)  # type: ignore[arg-type]

        self.host.answer = answer  # type: ignore[method-assign,assignment]
        for options in ((), ("--json",)):
            run = self.deploy(self.folder(HANDLER), *options, code=73)
            self.assertIn("the token [token] is fine", run.out + run.err)

    def test_a_fault_of_ours_shows_no_values(self) -> None:
        from pa_new_deploy import main

        error = ValueError(f"bad header: Token {self.host.token}")
        patch = mock.patch.object(main, "deploy", side_effect=error)
        fault = self.assertRaisesRegex(AssertionError, "a fault of ours")
        with patch, fault as caught:
            self.deploy(self.folder(HANDLER), code=70)
        told = str(caught.exception)
        self.assertIn("a fault in pa-new itself: ValueError", told)
        self.assertNotIn("Traceback", told)

    def test_which_system_a_domain_is_on(self) -> None:
        from pa_new_deploy import problems, system

        us, eu = "https://www.pythonanywhere.com", "https://eu.pythonanywhere.com"
        for domain, site, expected in (
            ("alice.pythonanywhere.com", "", us),
            ("alice.eu.pythonanywhere.com", "", eu),
            ("www.example.com", "", us),
            ("www.example.com", "eu.pythonanywhere.com", eu),
            ("www.example.com", "www.pythonanywhere.com", us),
            ("alice.eu.pythonanywhere.com", "eu.pythonanywhere.com", eu),
            ("www.example.com", "http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
            ("www.example.com", "127.0.0.1:8000", "https://127.0.0.1:8000"),
            ("www.example.com", "http://localhost:8000", "http://localhost:8000"),
        ):
            with self.subTest(domain=domain, site=site):
                found = system.find(domain, {"PYTHONANYWHERE_SITE": site})
                self.assertEqual(found.address, expected)
        for site in (
            "evil.example.com",
            "https://www.pythonanywhere.com.evil.example.com",
            "http://evil.example.com:80",
            "http://127.0.0.1:80@evil.example.com:80",
            "http://127.0.0.1",
            "http://127.0.0.1:80/path",
            "http://127.0.0.1:x",
            "ftp://127.0.0.1:80",
            "www.eu.pythonanywhere.com",
            "http://www.pythonanywhere.com",
        ):
            with self.subTest(site=site), self.assertRaises(problems.BadSite):
                system.find("www.example.com", {"PYTHONANYWHERE_SITE": site})
        with self.assertRaises(problems.OtherSite):
            system.find(DOMAIN, {"PYTHONANYWHERE_SITE": "eu.pythonanywhere.com"})


class DryRunTest(HostTest):
    """A list of what a run would do."""

    def test_it_lists_every_call_and_changes_nothing(self) -> None:
        for token in (None, ""):
            with self.subTest(token=token):
                folder = self.folder(HANDLER)
                options = ("--dry-run", "--json")
                run = deploy(folder, self.host, self.clock, *options, token=token)
                self.assertEqual(run.code, 0, run)
                self.assertEqual((changes(self.host), self.host.files()), ([], {}))
                if token == "":
                    self.assertEqual(self.host.calls, [])
                self.host.calls.clear()
                self.deploy(folder)
                base = "/api/v0/user/alice/"
                self.assertEqual(
                    [(row["method"], row["path"]) for row in run.document["calls"]][
                        :-1
                    ],
                    [
                        (call.method, call.path.replace(base, ""))
                        for call in self.host.calls
                    ],
                )
                self.host.apps.clear()
                for path in self.host.files():
                    self.host.place(path).unlink()
                self.host.calls.clear()

    def test_in_words(self) -> None:
        run = self.deploy(self.folder(HANDLER), "--dry-run", token="")
        self.assertIn("as if nothing were there", run.out)
        self.assertIn("POST   webapps/  (make the web app", run.out)
        self.assertIn("reload/  (reload the web app)\n", run.out)

    def test_it_stops_where_the_run_would(self) -> None:
        self.stops(self.folder(FLASK), "--dry-run", code=73)
        self.stops(self.folder(FLASK), "--dry-run", code=73, token="")

    def test_after_a_deployment_it_has_nothing_to_do(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        run = self.deploy(folder, "--dry-run")
        self.assertNotIn("POST", run.out)
        self.assertNotIn("PATCH", run.out)


class ProgramTest(HostTest):
    """The package as a program of its own."""

    def start(self, folder: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "pa_new_deploy", str(folder)]
            + ["--name", "hello", "--user", "alice", "--domain", DOMAIN]
            + ["--python", "3.13"],
            env={
                **os.environ,
                "PYTHONPATH": str(DEPLOYER),
                "PYTHONANYWHERE_SITE": self.host.url,
                "API_TOKEN": self.host.token,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def test_a_signal_ends_it_with_a_word_about_the_host(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                folder = self.folder(HANDLER)
                self.host.calls.clear()
                self.host.slow = 10
                self.host.faults = [standin.Fault(1, "timeout")]
                process = self.start(folder)
                while not self.host.calls:
                    time.sleep(0.02)
                process.send_signal(number)
                _, err = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 130, err)
                self.assertIn("broken off", err)
                self.assertIn("Nothing on the host was changed.", err)
                self.assertNotIn("Traceback", err)

    def test_a_reader_that_goes_away(self) -> None:
        process = self.start(self.folder(HANDLER))
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        with process.stderr as stderr:
            err = stderr.read()
        self.assertEqual(process.wait(timeout=30), 74, err)
        self.assertEqual(err, "")

    def test_nobody_listens(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            write(Path(place), HANDLER)
            run = deploy(
                Path(place),
                self.host,
                self.clock,
                variables={"PYTHONANYWHERE_SITE": "http://127.0.0.1:9"},
            )
        self.assertEqual(run.code, 69)
        self.assertIn("refused", run.err)


if __name__ == "__main__":
    unittest.main()
