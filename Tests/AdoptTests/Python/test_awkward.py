"""Projects that are laid out, written or named in an awkward way."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from support import FACTORY, FLASK, MAIN, AdoptTest, Files, adopt, project

STAND_IN = """
import sys


class Flask:
    def __init__(self, name, **options):
        self.name, self.file = name, sys.modules[name].__file__

    def route(self, path):
        return lambda function: function

    def add_url_rule(self, *arguments):
        pass
"""


class AwkwardTest(AdoptTest):
    """Each is adopted, or refused with the line and what to do."""

    def loads(self, files: Files, *options: str) -> str:
        """Import the app as the entry file will, and return the file that made it."""
        with project(files) as folder, tempfile.TemporaryDirectory() as place:
            (app,) = adopt(folder, *options)["apps"]
            Path(place, "flask.py").write_text(STAND_IN)
            entry = folder / "pythonanywhere_wsgi.py"
            entry.write_text(
                f"import sys\nsys.path[:0] = [{str(folder / app['root'])!r}, {place!r}]\n"
                f"{app['import']}\napplication = {app['application']}\n"
            )
            code = f"import sys; sys.path.insert(0, {str(folder)!r}); "
            code += "import pythonanywhere_wsgi as w; print(w.application.file)"
            done = subprocess.run(
                [sys.executable, "-B", "-W", "error", "-c", code],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            self.assertEqual(done.stderr, "", app)
            return os.path.relpath(done.stdout.strip(), folder)

    def test_layouts(self) -> None:
        split = FLASK + "\nfrom shop import views\n"
        views = (
            "from shop import app\n\n\n@app.route('/')\ndef home():\n    return 'a'\n"
        )
        for name, files, file in (
            (
                "a folder",
                {"web/app.py": FLASK + "import names\n", "web/names.py": ""},
                "web/app.py",
            ),
            (
                "src",
                {"src/shop/__init__.py": split, "src/shop/views.py": views},
                "src/shop/__init__.py",
            ),
            ("its own name", {"mysite/__init__.py": FACTORY}, "mysite/__init__.py"),
            (
                "a package without __init__",
                {"shop/app.py": FLASK + "import shop.x\n", "shop/x.py": ""},
                "shop/app.py",
            ),
            (
                "a side effect",
                {
                    "main.py": "from shop import site\nimport shop.pages\n"
                    + MAIN
                    + "    site.run()\n",
                    "shop/__init__.py": FLASK.replace("app", "site"),
                    "shop/pages.py": "from shop import site\n\n\n@site.route('/')\ndef home():\n    return 'a'\n",
                },
                "shop/__init__.py",
            ),
            (
                "an app that another module builds",
                {
                    "main.py": "import build\n\napp = build.app\n",
                    "build.py": FLASK,
                },
                "build.py",
            ),
            ("a minus", {"my-app.py": FLASK}, "my-app.py"),
            (
                "a space in a folder",
                {"my site/app.py": FLASK + "import names\n", "my site/names.py": ""},
                "my site/app.py",
            ),
            ("CRLF", {"app.py": FLASK.replace("\n", "\r\n")}, "app.py"),
            ("old Mac lines", {"app.py": FLASK.replace("\n", "\r")}, "app.py"),
            ("a mark", {"app.py": "\ufeff" + FLASK}, "app.py"),
            (
                "Latin-1 with a coding line",
                {
                    "app.py": ("# coding: latin-1\nNAME = 'é'\n" + FLASK).encode(
                        "latin-1"
                    )
                },
                "app.py",
            ),
            (
                "a module beside a package",
                {"app.py": FLASK, "app/__init__.py": "", "app/x.py": ""},
                "app.py",
            ),
            (
                "a module that imports the package beside it",
                {
                    "app.py": "from app import create_app\n\napp = create_app()\n",
                    "app/__init__.py": FACTORY,
                },
                "app/__init__.py",
            ),
        ):
            with self.subTest(name):
                self.assertEqual(self.loads(files), file)

    def test_hidden_file(self) -> None:
        """A file that a package hides is loaded by its path, and no option names it."""
        files: Files = {"app.py": FLASK, "app/__init__.py": "", "app/x.py": ""}
        app = self.app(files)
        self.assertEqual((app["names"], app["application"]), ({}, "module.app"))

    def test_no_requirements(self) -> None:
        document = self.read({"app.py": FLASK}, "--environment=/nothing")
        self.assertEqual(document["requirements"]["lines"], ["Flask"])
        self.assertIn("is a guess", document["notes"][0])

    def broken(self, files: Files, *parts: str) -> dict[str, Any]:
        """Return the error of a project, which names some things."""
        error = self.error(files)
        self.assertEqual(error["kind"], "broken")
        for part in parts:
            self.assertIn(part, error["message"])
        self.assertTrue(error["reason"] and error["hint"], error)
        return error

    def test_latin_1(self) -> None:
        text = (FLASK + "NAME = 'é'\n").encode("latin-1")
        error = self.broken({"app.py": text}, "line 9 of app.py")
        self.assertIn("0xe9", error["reason"])
        self.assertIn("coding: latin-1", error["hint"])

    def test_python_2(self) -> None:
        for line in (
            "print 'hello'",
            "print x",
            "print",
            "try:\n    pass\nexcept ValueError, e:\n    pass",
            "raise ValueError, 'x'",
            "exec 'x = 1'",
            "x = 1 <> 2",
            "x = `1`",
            "x = 0777",
            "x = ur'a'",
        ):
            with self.subTest(line):
                code = FLASK + line + "\n"
                if line == "print":
                    code = "def f():\n    print >>f, 1\n    x = 1 <> 2\n" + FLASK
                error = self.error({"app.py": code})
                self.assertIn("written for Python 2", error["message"], error)
                self.assertRegex(error["message"], r"line \d+ of app\.py")
                self.assertIn("Python 3", error["hint"])

    def test_syntax_error(self) -> None:
        error = self.broken({"app.py": FLASK + "def f(:\n"}, "line 9 of app.py")
        self.assertIn("py_compile app.py", error["hint"])
        # A test's app does not stand in for the one that is broken.
        self.broken({"app.py": FLASK + "def f(:\n", "tests/test_a.py": FLASK}, "app.py")
        # A broken script beside the app is none of adopt's business.
        self.app({"app.py": FLASK, "flask_old.py": "def f(:\n"})

    def test_only_as_a_program(self) -> None:
        code = (
            "from flask import Flask\n"
            + MAIN
            + "    app = Flask(__name__)\n    app.run()\n"
        )
        error = self.broken({"app.py": code}, "line 5 of app.py")
        self.assertIn("__main__", error["reason"])
        self.assertIn("move line 5", error["hint"])

    def test_inside_of_a_function(self) -> None:
        code = (
            "import asyncio\nimport tornado.web\n\n\nasync def main():\n"
            "    app = tornado.web.Application([])\n    app.listen(8888)\n"
            "    await asyncio.Event().wait()\n\n\nasyncio.run(main())\n"
        )
        error = self.broken({"app.py": code}, "line 6 of app.py", "main()")
        self.assertIn("make_app()", error["hint"])

    def test_folder_is_a_package(self) -> None:
        files = {
            "__init__.py": "from flask import Flask\n\napp = Flask(__name__)\n\nfrom . import views\n",
            "views.py": "from . import app\n\n\n@app.route('/')\ndef home():\n    return 'a'\n",
        }
        error = self.broken(files, "__init__.py")
        self.assertIn("the folder above", error["hint"])


if __name__ == "__main__":
    unittest.main()
