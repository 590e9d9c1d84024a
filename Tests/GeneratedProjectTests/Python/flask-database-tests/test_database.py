"""A Flask project called hello with each database: its tables, a row, and a lost connection.

``DATABASE`` is the answer to the question of the project, whose folder is ``PROJECT``.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import database_servers

KIND = os.environ["DATABASE"]
PROJECT = Path(os.environ["PROJECT"])
TEXT = "Grüße 👋 'quoted' %s"


class DatabaseTest(unittest.TestCase):
    """From the command that makes the tables to a page after an idle night."""

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
        # No host has this: the import connects to nothing.
        broken = {"MYSQL_PORT": "1", "POSTGRES_PORT": "1"}
        with mock.patch.dict(os.environ, broken):
            cls.wsgi: Any = importlib.import_module("wsgi")
        cls.database: Any = importlib.import_module("hello.database")
        cls.client: Any = importlib.import_module("tests.client")
        stack.callback(lambda: cls.database.engine().dispose())

    def command(self, *words: str) -> str:
        """Run a command in the project's folder, as in a console."""
        done = subprocess.run(
            [sys.executable, "-W", "error", *words],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def visit(self, method: str, **more: Any) -> Any:
        return self.client.request(self.wsgi.application, method, "/guestbook", **more)

    def write(self, text: str) -> None:
        """Send the form of the page."""
        page = self.visit("GET")
        self.assertEqual(page.status, 200, page.errors)
        match = re.search('name="csrf_token" value="([^"]+)"', page.text)
        assert match
        cookie = page.header("Set-Cookie").partition(";")[0]
        response = self.visit(
            "POST",
            body=urlencode({"csrf_token": match[1], "text": text}).encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": cookie,
            },
        )
        self.assertEqual(response.status, 303, response.errors)

    def test_a_row_is_there_after_the_server_dropped_the_connection(self) -> None:
        """The tables, a row, a connection that the server drops, the row again."""
        # Without its tables, the page is an error page, and the log names the table.
        lost = self.visit("GET")
        self.assertEqual(lost.status, 500)
        self.assertIn("messages", lost.errors)

        answer = "The database has all tables.\n"
        self.assertEqual(self.command("-m", "hello", "init-db"), answer)
        # In a virtualenv; it finds wsgi.py by itself. Once more, it changes nothing.
        self.assertEqual(self.command("-m", "flask", "init-db"), answer)
        self.assertIn("handlers.guestbook", self.command("-m", "flask", "routes"))

        self.write(TEXT)
        pool = self.database.engine().pool
        self.assertEqual((pool.checkedout(), pool.checkedin()), (0, 1))
        for _ in range(2):
            before = self.connection()
            if self.server:
                database_servers.drop_connections(KIND, self.server, self.execute)
            page = self.visit("GET")
            self.assertEqual(page.status, 200, page.errors)
            self.assertIn("Grüße 👋 &#39;quoted&#39; %s", page.text)
            self.assertEqual(page.errors, "")
            self.assertEqual(self.connection() == before, self.server is None)
        self.write("another")
        self.assertIn("<li>another</li>", self.visit("GET").text)

    def execute(self, sql: str) -> None:
        """Execute SQL on the connection in the pool."""
        with self.database.engine().connect() as connection:
            connection.exec_driver_sql(sql)

    def connection(self) -> object:
        """Return what tells the connection in the pool from others."""
        with self.database.engine().connect() as connection:
            return id(connection.connection.dbapi_connection)


if __name__ == "__main__":
    unittest.main()
