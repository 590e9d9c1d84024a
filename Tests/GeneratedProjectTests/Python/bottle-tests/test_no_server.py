"""Bottle can start servers and reloaders; nothing in the project makes it do so.

Run with a project called hello on PYTHONPATH.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import unittest
from pathlib import Path

import bottle
from hello import routes

PROJECT = Path(bottle.__file__).resolve().parent

# This reports everything that reaches out of the process, at import and in requests.
PROBE = """
import io
import sys

started = []


def watch(event, arguments):
    if event.startswith((
        "socket.", "_thread.start", "subprocess.", "os.fork", "os.posix_spawn",
        "os.system", "os.exec", "os.spawn", "pickle.",
    )):
        started.append(event)


sys.addaudithook(watch)

import bottle
EXTRA
from hello import routes

bottle.run = bottle.Bottle.run = None
for method, path in ("GET", "/"), ("GET", "/profile"), ("POST", "/file"):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.url_scheme": "http"}
    environ["wsgi.errors"] = sys.stdout
    environ["wsgi.input"] = io.BytesIO()
    routes.application(environ, lambda status, headers, error=None: None)
print(started, bottle.DEBUG, bottle.default_app())
"""


def probe(extra: str = "") -> str:
    program = PROBE.replace("EXTRA", extra)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def runs(code: str) -> list[int]:
    """Return the lines in which something is run, or named run and called later."""
    lines = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and node.attr in ("run", "debug"):
            lines.append(node.lineno)
        if isinstance(node, ast.Name) and node.id == "run":
            lines.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module == "bottle":
            names = {alias.name for alias in node.names}
            if names & {"run", "debug", "*"}:
                lines.append(node.lineno)
    return lines


class NoServer(unittest.TestCase):
    def test_import_and_requests_reach_nothing_outside(self) -> None:
        app = "<bottle.Bottle object at 0x"
        printed = probe()
        self.assertTrue(printed.startswith(f"[] False {app}"), printed)

    def test_the_probe_notices(self) -> None:
        for extra, event in (
            ("import socket; socket.socket().close()", "socket.__new__"),
            ("bottle.debug()", "True"),
            ("import pickle; pickle.loads(pickle.dumps(print))", "pickle.find_class"),
        ):
            self.assertIn(event, probe(extra))

    def test_no_file_runs_a_server(self) -> None:
        files = [*PROJECT.glob("*.py"), *PROJECT.glob("hello/**/*.py")]
        files.remove(PROJECT / "bottle.py")
        self.assertGreater(len(files), 5)
        for file in files:
            self.assertEqual(runs(file.read_text("utf-8")), [], file)

    def test_a_server_would_be_found(self) -> None:
        for code in (
            "import bottle\nbottle.run(reloader=True)",
            "from bottle import Bottle\nBottle().run()",
            "from bottle import run",
            "from bottle import *",
            "import bottle\nstart = bottle.run",
            "import bottle\nbottle.debug(True)",
        ):
            self.assertNotEqual(runs(code), [], code)

    def test_exceptions_are_caught_and_the_default_app_is_empty(self) -> None:
        self.assertTrue(routes.application.catchall)
        self.assertIsNot(bottle.default_app(), routes.application)
        self.assertEqual(bottle.default_app().routes, [])


if __name__ == "__main__":
    unittest.main()
