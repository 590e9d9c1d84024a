"""The WSGI file that is suggested for a project: its text, and that it works."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from apps.sources import DJANGO, DJANGO_WSGI
from suggestion_apps import CASES as WSGI_CASES
from suggestion_apps import Case, flask
from suggestion_apps_asgi import ASGI_CASES, asgi_adapter
from suggestion_apps_without import WITHOUT_TEXT
from support import CHECKER, check, project, run

sys.path.insert(0, str(CHECKER))

from pa_new_check.app_search import MAX_FOLLOWED, find_apps
from pa_new_check.wsgi_suggestion import Suggestion, suggest
from pa_new_check.wsgi_text import with_path

# The linters of the project read these files, too.
EXPECTED = Path(__file__).resolve().parent / "suggestions"
HOME = "/home/alice/shop"
CASES = WSGI_CASES + ASGI_CASES

_REQUEST = """
import runpy, sys
from wsgiref.util import setup_testing_defaults

application = runpy.run_path(sys.argv[1])["application"]
environ = {"PATH_INFO": "/", "HTTP_HOST": "localhost"}
setup_testing_defaults(environ)
statuses = []
body = application(environ, lambda status, *more: statuses.append(status))
b"".join(body)
print(statuses[0])
"""

# The part of a package that the suggested files use.
_STAND_INS = {
    "dotenv.py": """
import os

def load_dotenv(path):
    for line in open(path):
        name, _, value = line.strip().partition("=")
        os.environ[name] = value
""",
}


def suggested(files: dict[str, str]) -> Suggestion | None:
    """Return what is suggested for a project."""
    with project(files) as folder:
        return suggest(folder, HOME, "alice.pythonanywhere.com")


def status(text: str, files: dict[str, str]) -> str:
    """Return the status of ``/`` with a WSGI file that is not in the project's folder."""
    with project(files) as folder, tempfile.TemporaryDirectory() as place:
        for name, content in _STAND_INS.items():
            Path(place, name).write_text(content)
        file = Path(place, "alice_pythonanywhere_com_wsgi.py")
        shop = Path(place, "alice", "shop")
        shutil.copytree(folder, shop)
        for name, content in asgi_adapter().items():  # which the advice says to copy
            (shop / name).parent.mkdir(exist_ok=True)
            (shop / name).write_text(content)
        file.write_text(text.replace("/home/alice", f"{place}/alice"))
        done = subprocess.run(
            [sys.executable, "-B", "-W", "ignore", "-c", _REQUEST, file],
            env={**os.environ, "PYTHONPATH": place},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    return done.stdout.strip() or done.stderr


class TextTest(unittest.TestCase):
    """The suggested files."""

    def test_texts(self) -> None:
        for case in CASES:
            with self.subTest(case.name):
                found = suggested(case.files)
                assert found is not None
                self.assertEqual(found.what, case.what)
                self.assertIn(case.advice, found.advice)
                self.assertEqual(bool(found.advice), bool(case.advice), found.advice)
                expected = EXPECTED / f"{case.name}.py"
                if os.environ.get("REWRITE_SUGGESTIONS"):
                    expected.write_text(found.text)
                self.assertEqual(found.text, expected.read_text())

    def test_every_text_has_a_project(self) -> None:
        names = sorted(case.name for case in CASES)
        self.assertEqual(names, sorted(path.stem for path in EXPECTED.glob("*.py")))

    def test_without_text(self) -> None:
        for case in WITHOUT_TEXT:
            with self.subTest(case.name):
                found = suggested(case.files)
                assert found is not None
                self.assertEqual((found.what, found.text), (case.what, ""))
                self.assertIn(case.advice, found.advice)

    def test_two_apps(self) -> None:
        """The one with pages is suggested, and the other is told."""
        app = "from flask import Flask\n\napp = Flask(__name__)\n"
        for files, what, other in (
            (
                {"blank.py": app, "shop.py": flask()},
                "shop.py:3 has the Flask app `app`",
                "blank.py:3 has the Flask app `app`",
            ),
            (
                {"alpha.py": flask(), "main.py": flask()},
                "main.py:3 has the Flask app `app`",
                "alpha.py:3 has the Flask app `app`",
            ),
            (
                {"tests/app.py": flask(), "deep/down/zebra.py": flask()},
                "deep/down/zebra.py:3 has the Flask app `app`",
                "tests/app.py:3 has the Flask app `app`",
            ),
            (
                {"app.py": flask() + "app.run()\n", "shop.py": flask()},
                "shop.py:3 has the Flask app `app`",
                "app.py:3 has the Flask app `app`",
            ),
            (
                {
                    "api.py": "import fastapi\napp = fastapi.FastAPI()\n",
                    "z.py": flask(),
                },
                "z.py:3 has the Flask app `app`",
                "api.py:2 has the FastAPI app `app`",
            ),
            (
                {
                    "main.py": "import fastapi\n\n\ndef get_application():\n"
                    "    return fastapi.FastAPI()\n\n\napp = get_application()\n"
                },
                "main.py:8 has the FastAPI app `app`",
                "main.py:4 has the function `get_application`, which makes a FastAPI app",
            ),
        ):
            with self.subTest(what):
                found = suggested(files)
                assert found is not None
                self.assertEqual((found.what, found.others), (what, [other]))

    def test_the_other_files_of_django(self) -> None:
        """The ASGI and the WSGI file of a Django project are no apps of their own."""
        found = suggested(
            {
                **DJANGO,
                "mysite/wsgi.py": "from django.core.wsgi import *\n" + DJANGO_WSGI,
            }
        )
        assert found is not None
        self.assertIn("the Django settings `mysite.settings`", found.what)
        self.assertEqual(found.others, [])

    def test_quotes(self) -> None:
        """Any name of a folder is written as Python reads it."""
        for name in ("my shop", 'a"b', "a'b", "a\\b", "ü", "a\nb"):
            with self.subTest(name), project({"app.py": flask()}) as folder:
                found = suggest(folder, f"/home/alice/{name}", "example.com")
                assert found is not None
                lines = found.text.splitlines()
                line = next(line for line in lines if line.startswith("sys.path"))
                call = ast.parse(line, mode="eval").body
                assert isinstance(call, ast.Call)
                path = ast.literal_eval(call.args[1])
                self.assertEqual(path, f"/home/alice/{name}")


class WithPathTest(unittest.TestCase):
    """A WSGI file that is complete but for its path."""

    def test_with_path(self) -> None:
        path = 'sys.path.insert(0, "/home/alice/shop")\n\n'
        future = '"""A shop."""\n\nfrom __future__ import annotations\n'
        app = "from app import app as application\n"
        set_up = "os.environ['A'] = 'b'\n" + app
        for start, new_start, rest in (
            ("", "import sys\n\n", app),
            (
                f"{future}\nimport os\n\n",
                f"{future}\nimport os\nimport sys\n\n",
                set_up,
            ),
            ("import os, sys\n", "import os, sys\n\n", app),
            ('"""A shop."""\n', '"""A shop."""\n\nimport sys\n\n', app),
        ):
            with self.subTest(start):
                found = with_path(start + rest, HOME)
                self.assertEqual(found, new_start + path + rest)
        self.assertIsNone(with_path("app = (\n", HOME))


class RunTest(unittest.TestCase):
    """The suggested files, each loaded from a folder like ``/var/www``."""


def _add(case: Case) -> None:
    def test(self: unittest.TestCase) -> None:
        is_missing = case.framework and not importlib.util.find_spec(case.framework)
        if is_missing and os.environ.get("CI") != "true":
            raise unittest.SkipTest(f"{case.framework} is not installed")
        text = (EXPECTED / f"{case.name}.py").read_text()
        self.assertEqual(status(text, case.files), "200 OK")

    test.__name__ = f"test_{case.name}"
    setattr(RunTest, test.__name__, test)


for _case in CASES:
    if _case.is_run:
        _add(_case)


class BadTest(unittest.TestCase):
    """Folders without an app, and with what cannot be read."""

    def test_no_app(self) -> None:
        for files in (
            {},
            {"notes.txt": "flask"},
            {"tool.py": "def main():\n    print(1)\n\n\nmain()\n"},
            {"app.py": "app = Flask(\n"},
            {"app.py": "from nowhere import app\n"},
            {
                "app.py": "import flask\n\n\nasync def create_app():\n"
                "    return flask.Flask('x')\n"
            },
            {"alice_pythonanywhere_com_wsgi.py": flask("application")},
            {"venv/pyvenv.cfg": "", "venv/app.py": flask()},
            {"names.py": "import flask\n\n\nclass App(flask.Flask):\n    pass\n"},
        ):
            with self.subTest(files):
                self.assertIsNone(suggested(files))

    def test_broken_files_beside_the_app(self) -> None:
        files = {
            "app.py": "app = (\n",
            "b.py": "x" * 1_100_000,
            "deep.py": "(" * 99_999,
        }
        files["z.py"] = flask()
        with project(files) as folder:
            (folder / "loop.py").symlink_to(folder / "loop.py")
            (folder / "below").symlink_to(folder)
            (folder / "c.py").mkdir()
            found = suggest(folder, HOME, "example.com")
        assert found is not None
        self.assertEqual(found.what, "z.py:3 has the Flask app `app`")

    def test_imports_in_a_circle(self) -> None:
        files = {
            "a.py": "from b import app\nfrom flask import Flask\napp = Flask('a')\n",
            "b.py": "from a import app\napp = app\n",
        }
        self.assertIsNotNone(suggested(files))

    def test_many_files(self) -> None:
        files = {f"part{n}/m{n}.py": flask() for n in range(1000)}
        with project({**files, "zebra.py": flask()}) as folder:
            self.assertEqual(len(find_apps(folder, (3, 13)).apps), MAX_FOLLOWED)
            found = suggest(folder, HOME, "example.com")
        assert found is not None
        self.assertEqual(found.what, "zebra.py:3 has the Flask app `app`")
        self.assertEqual(len(found.others), 5)


class ReportTest(unittest.TestCase):
    """The report of a project without an entry file."""

    def report(self, files: dict[str, str], *options: str) -> dict[str, object]:
        with project(files) as folder:
            done = run("check", folder, *options)
        self.assertEqual((done.returncode, done.stderr), (2, b""))
        document: dict[str, object] = json.loads(done.stdout)
        return document

    def test_no_entry(self) -> None:
        document = self.report({"flask_app.py": flask()}, "--account", "bob")
        self.assertEqual(document["found"], "flask_app.py:3 has the Flask app `app`")
        self.assertIn("/home/bob/mysite", str(document["wsgi_file"]))
        error = document["error"]
        assert isinstance(error, dict)
        self.assertEqual(error["kind"], "no-entry")
        self.assertTrue(error["message"].endswith("; " + str(document["found"])))

    def test_without_an_account(self) -> None:
        document = self.report({"flask_app.py": flask()}, "--no-load")
        self.assertIn("/home/yourusername/mysite", str(document["wsgi_file"]))
        self.assertIn("replace yourusername with your username", str(document["error"]))

    def test_domain(self) -> None:
        """A domain of PythonAnywhere's names the account, and another one does not."""
        files = {"flask_app.py": flask()}
        domain = "bob.eu.pythonanywhere.com"
        text = str(self.report(files, "--domain", domain)["wsgi_file"])
        self.assertIn(f"# The WSGI file of {domain}:", text)
        self.assertIn("/home/bob/mysite", text)
        text = str(self.report(files, "--domain", "www.example.com")["wsgi_file"])
        self.assertIn("# The WSGI file of www.example.com:", text)
        self.assertIn("/home/yourusername/mysite", text)

    def test_no_wsgi_file(self) -> None:
        document = self.report({"page.py": "import streamlit\n"})
        self.assertNotIn("wsgi_file", document)
        self.assertIn("page.py:1 is a Streamlit app", str(document["error"]))
        self.assertIn("pa website create", str(document["error"]))

    def test_app_that_cannot_be_parsed(self) -> None:
        app = "from flask import Flask\n\napp = Flask(__name__)\n"
        files = {"old.py": "print 'old'\n", "my app.py": f"{app}print 'hello'\n"}
        error = str(self.report(files)["error"])
        self.assertIn("cannot parse line 4 of my app.py, which may", error)
        self.assertIn("add --entry 'my app.py'", error)
        for content in ("print 'old'\n", "def f(app): ...\n"):
            with self.subTest(content):
                error = str(self.report({"old.py": content})["error"])
                self.assertNotIn("cannot parse", error)
                self.assertIn("name the entry file with --entry", error)

    def test_a_wrong_entry_file(self) -> None:
        """The user has named a file, and nothing else is suggested."""
        document = self.report({"flask_app.py": flask()}, "--entry", "nowhere.py")
        self.assertNotIn("wsgi_file", document)

    def test_nothing_to_find(self) -> None:
        document = self.report({"x.py": "x = 1\n"})
        self.assertNotIn("found", document)
        self.assertNotIn("wsgi_file", document)

    def test_the_file_is_an_entry_file(self) -> None:
        """The file that is suggested passes the check."""
        with project({"flask_app.py": flask()}) as folder:
            found = suggest(folder, "/home/alice/mysite", "alice.pythonanywhere.com")
            assert found is not None
            (folder / "alice_pythonanywhere_com_wsgi.py").write_text(found.text)
            self.assertEqual(check(folder, "--no-load")["findings"], [])


if __name__ == "__main__":
    unittest.main()
