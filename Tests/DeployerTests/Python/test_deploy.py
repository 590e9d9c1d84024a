"""Deployments of small projects to the fake API: what changes, and the list of a dry run."""

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

import fake_api
from support import (
    DEPLOYER,
    DOMAIN,
    FLASK,
    HANDLER,
    STATE_FILE,
    WSGI,
    DeployTest,
    archive,
    changes,
    deploy,
    write,
)

API = """\
def application(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"not here"]
"""


class HandlerTest(DeployTest):
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
            | {WSGI, STATE_FILE, archive(1)},
        )
        done = changes(self.host)
        self.assertEqual(done[0], ("POST", "files/path" + archive(1)))
        self.assertEqual(done[1], ("POST", "webapps/"))
        self.assertEqual(done[-3], ("POST", "files/path" + WSGI))
        self.assertEqual(done[-2], ("POST", f"webapps/{DOMAIN}/reload/"))
        self.assertEqual(done[-1], ("POST", "files/path" + STATE_FILE))

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
                ("POST", "files/path" + archive(2)),
                ("POST", "files/path/home/alice/hello/hello/new.py"),
                ("POST", "files/path/home/alice/hello/hello/handlers.py"),
                ("POST", f"webapps/{DOMAIN}/reload/"),
                ("POST", "files/path" + STATE_FILE),
            ],
        )
        # The greeting is gone from the project: any page is as good.
        self.assertIn("200, Edited", run.out)

    def test_what_is_deleted_here_stays_there_and_is_listed(self) -> None:
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
        self.host.place(STATE_FILE).unlink()
        calls = len(self.host.calls)
        self.deploy(folder)
        self.assertEqual(
            changes(self.host, calls),
            [
                ("POST", f"webapps/{DOMAIN}/reload/"),
                ("POST", "files/path" + STATE_FILE),
            ],
        )

    def test_a_page_that_fails(self) -> None:
        folder = self.folder({**HANDLER, "hello/routes.py": "raise ValueError\n"})
        run = self.deploy(folder, code=1)
        self.assertIn(": 500, Something went wrong", run.out)
        # It was asked for as long as a start can take.
        self.assertGreaterEqual(sum(self.clock.pauses), 20)

    def test_an_app_without_a_page_at_the_root(self) -> None:
        """An adopted app, of which no greeting is known, may be an API."""
        files = {**HANDLER, "hello/routes.py": API}
        folder = self.folder(files)
        run = self.deploy(folder, greeting="")
        self.assertIn(f"https://{DOMAIN}/: 404, not here", run.out)
        self.assertIn("The app runs and answers 404 at /", run.out)
        self.assertLess(sum(self.clock.pauses), 20)
        self.assertIsNone(self.deploy(folder, "--json", greeting="").document["error"])
        write(folder, {"hello/more.txt": "x"})
        self.deploy(folder, greeting="")
        self.undo()
        # A project of a template has a first page, and PythonAnywhere has a 404 of its own.
        self.deploy(folder, code=1)
        for status, text in (
            ("404 Not Found", "Coming Soon: PythonAnywhere"),
            ("400 Bad Request", "no such host"),
            ("500 Internal Server Error", "not here"),
        ):
            with self.subTest(status):
                code = API.replace("404 Not Found", status).replace("not here", text)
                write(folder, {"hello/routes.py": code})
                self.deploy(folder, code=1, greeting="")

    def test_a_custom_domain_without_cname(self) -> None:
        self.host.cname_error = True
        run = self.deploy(self.folder(HANDLER), domain="www.example.com")
        self.assertIn("found no CNAME record", run.out)
        self.assertIn("/var/www/www_example_com_wsgi.py", self.host.files())

    def test_domains_of_the_host(self) -> None:
        self.host.max_apps = 3
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

    def test_a_mapping_of_the_users_own_is_changed_only_on_request(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        app = self.host.apps[DOMAIN]
        app.statics[1]["path"] = "/home/alice/old/static"
        run = self.deploy(folder)
        self.assertIn("/static/ shows the files in /home/alice/old/static", run.out)
        self.assertEqual(app.statics[1]["path"], "/home/alice/old/static")
        self.deploy(folder, "--replace-wsgi")
        self.assertEqual(
            [(row["url"], row["path"]) for row in app.statics.values()],
            [("/static/", "/home/alice/hello/static")],
        )

    def test_an_app_with_another_python(self) -> None:
        self.host.apps[DOMAIN] = fake_api.App(DOMAIN, "python310")
        run = self.stops(self.folder(HANDLER), code=73)
        self.assertIn("runs Python 3.10, but the project is for Python 3.13", run.err)
        for control in ("Web tab", '"Code:"', '"Python version:"', "--set python=3.10"):
            self.assertIn(control, run.err)
        self.assertNotIn("pencil", run.err)

    def test_each_way_to_write_a_python(self) -> None:
        folder = self.folder(HANDLER)
        for text, is_same in (
            *(("3.13", True), ("python3.13", True), ("python313", True)),
            *(("313", True), ("3.13.1", True), ("", True)),
            *(("3.1", False), ("3.12.13", False), ("2.7", False), ("default", False)),
        ):
            self.host.apps[DOMAIN] = app = fake_api.App(DOMAIN, "python313")
            document = {**app.document(), "python_version": text}
            with mock.patch.object(app, "document", lambda d=document: d):
                run = deploy(folder, self.host, self.clock, "--dry-run")
            self.assertEqual(run.code, 0 if is_same else 73, (text, run))

    def test_an_app_that_the_host_does_not_make(self) -> None:
        self.host.apps["other.example.com"] = fake_api.App("other", "python313")
        run = self.deploy(self.folder(HANDLER), code=73)
        self.assertIn("maximum number of web apps", run.err)
        self.assertEqual(list(self.host.files()), [archive(1)])

    def test_a_domain_that_has_no_certificate_yet(self) -> None:
        from pa_new_deploy import smoke_test
        from pa_new_deploy.api import region

        us = region.find("www.example.com", {})
        addresses = ["https://www.example.com/", "http://www.example.com/"]
        self.assertEqual(us.pages("www.example.com"), addresses)
        self.assertEqual(us.pages(DOMAIN), [f"https://{DOMAIN}/"])
        self.deploy(self.folder(HANDLER))
        here = region.Region(self.host.url, is_loopback=True)
        addresses = ["http://127.0.0.1:9/", self.host.url + "/"]
        with mock.patch.object(region.Region, "pages", return_value=addresses):
            visit = smoke_test.visit(here, DOMAIN, "Hello", self.clock)
        self.assertEqual((visit.status, visit.first_line), (200, "Hello from handler"))

    def test_no_token_goes_to_the_page(self) -> None:
        self.deploy(self.folder(HANDLER))
        self.assertEqual(self.host.foreign, [("/", None)])

    def test_the_document(self) -> None:
        run = self.deploy(self.folder(HANDLER), "--json")
        report = run.document
        self.assertEqual(report["created"], True)
        self.assertEqual(len(report["uploaded"]), 6)
        self.assertEqual(report["page"]["greets"], True)
        self.assertIsNone(report["error"])
        run = self.deploy(self.folder({}), "--json", code=66)
        self.assertIn("wsgi.py", run.document["error"]["what"])


class DryRunTest(DeployTest):
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
        self.assertIn("assumes that the account is empty", run.out)
        self.assertIn("POST   webapps/  (create the web app", run.out)
        self.assertIn("reload/  (reload the web app)\n", run.out)

    def test_it_stops_where_the_run_would(self) -> None:
        self.stops(self.folder(FLASK), "--dry-run", code=73)

    def test_after_a_deployment_it_has_nothing_to_do(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        run = self.deploy(folder, "--dry-run")
        self.assertNotIn("POST", run.out)
        self.assertNotIn("PATCH", run.out)


class ProgramTest(DeployTest):
    """The package as a program of its own."""

    def start(self, folder: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "pa_new_deploy", "deploy"]
            + [str(folder), "--name", "hello", "--user", "alice", "--domain", DOMAIN]
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
                self.host.faults = [fake_api.Fault(1, "timeout")]
                process = self.start(folder)
                while not self.host.calls:
                    time.sleep(0.02)
                process.send_signal(number)
                _, err = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 130, err)
                self.assertIn("interrupted", err)
                self.assertIn("Nothing on PythonAnywhere was changed.", err)
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

    def test_no_server(self) -> None:
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
