"""The output of a visit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest
from typing import Any

from apps import PLAIN
from support import CHECKER, project, run


class VisitTest(unittest.TestCase):
    """The output of a visit."""

    def visit(
        self, source: str, path: str = "/", *options: str
    ) -> tuple[int, bytes, bytes]:
        with project({"wsgi.py": source}) as folder:
            done = run("visit", folder, path, *options)
        return done.returncode, done.stdout, done.stderr

    def test_prints_what_curl_would(self) -> None:
        code, output, errors = self.visit(
            PLAIN + "print('from the app')\n",
        )
        self.assertEqual(
            output, b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello"
        )
        self.assertEqual((code, errors), (0, b"from the app\n"))

    def test_request(self) -> None:
        source = """
def application(environ, start_response):
    names = ("REQUEST_METHOD PATH_INFO QUERY_STRING CONTENT_TYPE HTTP_X_NAME "
             "HTTP_HOST CONTENT_LENGTH").split()
    body = environ["wsgi.input"].read()
    environ["wsgi.errors"].write("logged\\n")
    start_response("404 Not Found", [])
    return [repr([environ.get(name) for name in names] + [body]).encode()]
"""
        code, output, errors = self.visit(
            source,
            "/caf%C3%A9?a=%20b",
            *(
                "--data",
                "x=\u00e9",
                "--header",
                "X-Name: \u00fc",
                "--header",
                "Host: h",
            ),
        )
        self.assertEqual((code, errors), (1, b"logged\n"))
        head, _, body = output.partition(b"\r\n\r\n")
        self.assertEqual(head, b"HTTP/1.1 404 Not Found")
        facts: list[Any] = eval(body)
        self.assertEqual(facts[0], "POST")
        self.assertEqual(facts[1], "/caf\u00c3\u00a9")
        self.assertEqual(facts[2], "a=%20b")
        self.assertEqual(facts[3], "application/x-www-form-urlencoded")
        self.assertEqual(facts[5:], ["h", "4", b"x=\xc3\xa9"])

    def test_binary_and_large(self) -> None:
        source = (
            "def application(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    return (bytes(range(256)) * 256 for _ in range(200))\n"
        )
        code, output, _ = self.visit(source)
        body = output.partition(b"\r\n\r\n")[2]
        self.assertEqual((code, len(body)), (0, 200 * 65536))
        self.assertEqual(body[:256], bytes(range(256)))

    def test_refused_form(self) -> None:
        source = (
            "def application(environ, start_response):\n"
            "    start_response('403 Forbidden', [('Content-Type', 'text/plain')])\n"
            "    return [environ['QUERY_STRING'].encode()]\n"
        )
        advice = (
            b"pa-new: forms can have hidden fields, such as a token: visit the page"
        )
        for options, is_form in (
            (["--data", "a=1"], True),
            (["--json", "{}"], False),
            (["--method", "PUT", "--form", "a=1"], False),
        ):
            with self.subTest(options):
                code, _, errors = self.visit(source, "/", *options)
                self.assertEqual((code, advice in errors), (1, is_form), errors)
        for reason, is_token in (("log+in", False), ("the+token+is+old", True)):
            with self.subTest(reason):
                _, _, errors = self.visit(source, f"/?{reason}", "--data", "a=1")
                self.assertEqual(advice in errors, is_token, errors)

    def test_refused_stand_in(self) -> None:
        source = (
            "def application(environ, start_response):\n"
            "    known = environ['HTTP_HOST'] == 'alice.pythonanywhere.com'\n"
            "    kind = [('Content-Type', 'text/plain')]\n"
            "    start_response('200 OK' if known else '400 Bad Request', kind)\n"
            "    return [environ['QUERY_STRING'].encode()]\n"
        )
        for reason in ("the+form+has+no+token", "q+is+missing"):
            code, _, errors = self.visit(source, f"/?{reason}")
            self.assertEqual((code, errors), (1, b""))
        code, _, errors = self.visit(source)
        self.assertEqual(code, 1)
        self.assertIn(b"for the domain standin.pythonanywhere.com, a stand-in", errors)
        for options, status in (
            (("--domain", "alice.pythonanywhere.com"), 0),
            (("--domain", "bob.pythonanywhere.com"), 1),
            (("--header", "Host: bob.pythonanywhere.com"), 1),
        ):
            with self.subTest(options):
                code, _, errors = self.visit(source, "/", *options)
                self.assertEqual((code, errors), (status, b""))

    def test_written_files(self) -> None:
        """A file that the app writes is not kept, which the visit tells."""
        source = (
            "import os\nfrom pathlib import Path\n"
            "PLACE = Path('/home/alice/mysite')\n"
            "def application(environ, start_response):\n"
            "    for name in environ['QUERY_STRING'].split('&'):\n"
            "        with (PLACE / name).open('a') as file:\n"
            "            file.write('x')\n"
            "    start_response('200 OK', [])\n"
            "    return []\n"
        )
        for names, said in (
            ("new.txt", b"the app wrote new.txt."),
            ("b&a&e&d&wsgi.py", b"the app wrote a, b, d and 2 more."),
            ("../sessions.json", b"the app wrote ~/sessions.json."),
            ("kept.db", b""),
            ("app.log", b""),
        ):
            for options in ([], ["--no-namespaces"]):
                with (
                    self.subTest(names, options=options),
                    project({"wsgi.py": source}) as folder,
                ):
                    done = run("visit", folder, f"/?{names}", *options)
                    self.assertEqual(done.returncode, 0)
                    self.assertEqual(b"the app wrote" in done.stderr, bool(said))
                    self.assertIn(said, done.stderr)
                    is_there = {path.name for path in folder.iterdir()}
                    self.assertEqual(is_there, {"wsgi.py"} | {"kept.db"} & {names})

    def test_the_key_of_cookies_is_kept(self) -> None:
        """The app of a generated project makes it once, and the next visit has it, too."""
        source = (
            "from pathlib import Path\n"
            "KEY = Path('/home/alice/mysite/.secret_key')\n"
            "def application(environ, start_response):\n"
            "    if not KEY.exists():\n"
            "        KEY.touch(0o600)\n"
            "        KEY.write_text(environ['QUERY_STRING'])\n"
            "    start_response('200 OK', [])\n"
            "    return [KEY.read_bytes()]\n"
        )
        for options in ([], ["--no-namespaces"]):
            with self.subTest(options), project({"wsgi.py": source}) as folder:
                for query in ("first", "second"):
                    done = run("visit", folder, f"/?{query}", *options)
                    self.assertEqual(done.returncode, 0)
                    self.assertTrue(done.stdout.endswith(b"first"), done)
                    self.assertNotIn(b"the app wrote", done.stderr)
                    key = folder / ".secret_key"
                    self.assertEqual(key.read_text(), "first")
                    self.assertEqual(key.stat().st_mode & 0o777, 0o600)

    def test_no_path(self) -> None:
        for path, meant in (
            ("about", "/about"),
            ("?a=b", "/?a=b"),
            ("https://alice.pythonanywhere.com/about?a=b", "/about?a=b"),
            ("https://alice.pythonanywhere.com", "/"),
            ("", "/"),
        ):
            with self.subTest(path):
                code, output, errors = self.visit(PLAIN, path)
                self.assertEqual((code, output), (2, b""))
                message = json.loads(errors)["error"]["message"]
                self.assertTrue(message.endswith(f": write '{meant}'"), message)

    def test_failures(self) -> None:
        for source, rule in (
            ("x = 1\n", "missing-application"),
            ("1 / 0\n", "import-error"),
            ("import sys\nsys.exit()\n", "exit-at-import"),
            ("def application(e, s):\n    raise KeyError\n", "error-response"),
            ("import socket\nsocket.socket().bind(('', 8731))\n", "server-start"),
        ):
            with self.subTest(rule):
                code, output, errors = self.visit(source)
                self.assertEqual((code, output), (1, b""))
                document = json.loads(errors.splitlines()[-1])
                self.assertEqual([f["rule"] for f in document["findings"]], [rule])

    def test_tables_that_the_database_here_does_not_have(self) -> None:
        """The command is for this computer, since a visit uses the data that is here."""
        app = (
            "import sqlite3\n\n\n"
            "def application(environ, start_response):\n"
            "    sqlite3.connect(':memory:').execute('SELECT 1 FROM tea')\n"
        )
        command = (
            "import click\n\n\n"
            "def create(database):\n"
            "    database.execute('CREATE TABLE tea (name TEXT)')\n\n\n"
            "@click.command('init-db')\n"
            "def init_db():\n"
            "    create(None)\n"
        )
        files = {"wsgi.py": app, "shop/__init__.py": "", "shop/database.py": command}
        for more, words in (
            ({}, "`python3 -m flask --app shop init-db`"),
            (
                {"shop/__main__.py": "# a server"},
                "`python3 -m flask --app shop init-db`",
            ),
            ({"shop/__main__.py": "FlaskGroup()"}, "`python3 -m shop init-db`"),
        ):
            with self.subTest(words), project({**files, **more}) as folder:
                errors = run("visit", folder, "/").stderr
                (finding,) = json.loads(errors.splitlines()[-1])["findings"]
                self.assertEqual(finding["rule"], "missing-table")
                self.assertIn("on this computer has no tables", finding["message"])
                self.assertEqual(
                    finding["fix"],
                    "Make it once. In a terminal on this computer, go to the project's "
                    f"folder, and write {words}.",
                )

    def test_cannot_check(self) -> None:
        with project({}) as folder:
            done = run("visit", folder, "/")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(json.loads(done.stderr)["error"]["kind"], "no-entry")

    def test_time_limit(self) -> None:
        source = "import time\ndef application(e, s):\n    time.sleep(60)\n"
        code, output, errors = self.visit(source, "/", "--time-limit", "5")
        self.assertEqual((code, output), (1, b""))
        document = json.loads(errors.splitlines()[-1])
        self.assertEqual(document["findings"][0]["rule"], "error-response")

    def test_streams(self) -> None:
        """Each part of the response is printed before the app yields the next."""
        source = (
            "import time\ndef application(e, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    yield b'first'\n    time.sleep(30)\n    yield b'second'\n"
        )
        with project({"wsgi.py": source}) as folder:
            process = subprocess.Popen(
                [sys.executable, "-m", "pa_new_check", "visit", folder, "/"],
                env={**os.environ, "PYTHONPATH": str(CHECKER)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            assert process.stdout is not None
            begun = process.stdout.read(24)
            process.terminate()
            _, errors = process.communicate(timeout=60)
        self.assertEqual(begun, b"HTTP/1.1 200 OK\r\n\r\nfirst", errors)
        self.assertEqual(errors, b"")


if __name__ == "__main__":
    unittest.main()
