"""A Django project called hello with each database: its tables, a row, and a lost connection.

``DATABASE`` is the answer to the question of the project, whose folder is ``PROJECT``.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import database_servers

KIND = os.environ["DATABASE"]
PROJECT = Path(os.environ["PROJECT"])
TEXT = "Grüße 👋 'quoted' %s"
SHOWN = "Grüße 👋 &#x27;quoted&#x27; %s"

connected: list[str] = []
sys.addaudithook(
    lambda event, _: (
        connected.append(event)
        if event in ("socket.connect", "sqlite3.connect")
        else None
    )
)


class DatabaseTest(unittest.TestCase):
    """From the command that makes the tables to a page after an idle night."""

    server: database_servers.Server | None
    at_import: list[str]
    wsgi: Any
    visitor: Any
    database: Any

    @classmethod
    def setUpClass(cls) -> None:
        servers = {
            "mysql": database_servers.mariadb,
            "postgres": database_servers.postgres,
        }
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.server = None
        settings: dict[str, str] = {}
        if KIND in servers:
            cls.server = stack.enter_context(servers[KIND]())
            settings = cls.server.settings
        stack.enter_context(mock.patch.dict(os.environ, settings))
        connected.clear()
        cls.wsgi = importlib.import_module("wsgi")
        cls.at_import = connected[:]
        # The host of the requests that the project's own tests make.
        importlib.import_module("django.conf").settings.ALLOWED_HOSTS.append(
            "testserver"
        )
        # After the entry file: the tests of the project leave its database alone then.
        cls.visitor = importlib.import_module("tests.visitor").Visitor()
        cls.database = importlib.import_module("django.db").connection
        stack.callback(cls.database.close)

    def manage(self, *words: str, **settings: str) -> str:
        """Run a command of ``manage.py`` in the project's folder, as in a console."""
        done = self.run_command(*words, **settings)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def run_command(
        self, *words: str, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "manage.py", *words],
            cwd=PROJECT,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def sign(self, text: str) -> None:
        """Send the form of the guestbook."""
        self.assertEqual(self.visitor.get("/guestbook/").status, 200)
        response = self.visitor.send("/guestbook/", name="Ada", text=text)
        self.assertEqual(response.status, 302, response.text)

    def test_a_row_is_there_after_the_server_dropped_the_connection(self) -> None:
        """The tables, a row, a connection that the server drops, the row again."""
        self.assertEqual(self.at_import, [])
        # Without its tables, the page is an error page, and the log names the table.
        with self.assertLogs("django.request", "ERROR") as logs:
            self.assertEqual(self.visitor.get("/guestbook/").status, 500)
        self.assertIn("hello_entry", logs.output[0])

        self.assertIn("hello.0001_initial... OK", self.manage("migrate"))
        self.assertIn("No migrations to apply", self.manage("migrate"))
        checks = ["check", "--deploy", "--database", "default"]
        found = self.manage(*checks, "--fail-level", "WARNING")
        self.assertIn("no issues (2 silenced)", found)

        self.sign(TEXT)
        for _ in range(2):
            before = self.database.connection
            if self.server:
                self.assertIsNotNone(before, "no connection is kept")
                self.assertEqual(self.visitor.get("/guestbook/").status, 200)
                self.assertIs(self.database.connection, before)
                execute = self.database.cursor().execute
                database_servers.drop_connections(KIND, self.server, execute)
            with self.assertNoLogs("django", "WARNING"):
                page = self.visitor.get("/guestbook/")
            self.assertEqual(page.status, 200)
            self.assertIn(SHOWN, page.text)
            if self.server:
                self.assertIsNot(self.database.connection, before)
        self.sign("another")
        self.assertIn("another", self.visitor.get("/guestbook/").text)

    def test_accounts(self) -> None:
        """An account with any name can be made, and logs in to the admin."""
        self.manage("migrate")
        name = "ada.größe"
        account = ["--username", name, "--email", "ada@example.com", "--noinput"]
        self.manage("createsuperuser", *account, DJANGO_SUPERUSER_PASSWORD="engine")
        self.visitor.get("/admin/login/")
        sent = {"username": name, "password": "engine"}
        self.assertEqual(self.visitor.send("/admin/login/", **sent).status, 302)
        self.assertIn(name, self.visitor.get("/admin/hello/user/").text)

    def test_missing_setting(self) -> None:
        """Only what needs the database fails, and the error says where to set it."""
        for name in self.server.settings if self.server else []:
            if KIND == "mysql" and name != "MYSQL_PASSWORD":
                continue  # it has a default
            with self.subTest(name=name):
                error = (
                    f"{name} is not set: on your own computer, add a line "
                    "SQLITE_FILE=site.db to .env; "
                    f"on PythonAnywhere, add a line {name}=... to {PROJECT}/.env\n"
                )
                for words in (["migrate"], ["makemigrations"], ["createsuperuser"]):
                    done = self.run_command(*words, **{name: ""})
                    self.assertEqual(done.returncode, 1)
                    self.assertEqual(done.stdout, error)
                self.manage("check", **{name: ""})
                self.manage("collectstatic", "--noinput", "--dry-run", **{name: ""})

    def test_file(self) -> None:
        """On a computer without a server, a file does, and no setting is missing."""
        if self.server is None:
            self.manage("migrate")
            found = [file.name for file in (PROJECT / "data").iterdir()]
            self.assertEqual(found, ["site.db"])
            return
        settings = {**dict.fromkeys(self.server.settings, ""), "SQLITE_FILE": "try.db"}
        self.manage("migrate", **settings)
        self.addCleanup((PROJECT / "try.db").unlink)
        self.manage("makemigrations", "--check", **settings)


if __name__ == "__main__":
    unittest.main()
