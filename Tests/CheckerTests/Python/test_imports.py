"""Tests that a check takes no time for modules and patterns that it does not need."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import unittest

from pa_new_shared.patterns import pattern

from support import CHECKER, project, run

# They take up to 5 ms each, as long as a check of a small app takes to do its work:
# pa_new_shared.later and file_path have what it needs of them.
SLOW = (
    *("ast", "collections", "contextlib", "ctypes", "dataclasses", "encodings.ascii"),
    *("enum", "functools", "html", "importlib", "inspect", "json", "math", "pathlib"),
    *("re", "selectors", "shutil", "signal", "subprocess", "tokenize", "traceback"),
    *("types", "typing"),
)
# What only an app with mistakes needs.
WITH_MISTAKES = ("causes", "import_causes", "refused_hosts")
APPS = [
    """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
""",
    """
from wsgiref.util import setup_testing_defaults


class Application:
    def __init__(self):
        self.pages = {}

    def page(self, path):
        return lambda function: self.pages.setdefault(path, function)

    def __call__(self, environ, start_response):
        setup_testing_defaults(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [self.pages[environ["PATH_INFO"]]()]


application = Application()


@application.page("/")
def index():
    return b"hello"
""",
]
# Routes that no other one can hide.
WITH_ROUTES = """
from flask import Flask

app = application = Flask(__name__)


@application.route("/")
def index():
    return "hello"


@app.get("/items/<int:item>")
def item(item):
    limit = 10
    return "item: <b>no more than ten of these</b>"
"""
# Fails if one of some modules is imported, before the app or for a request.
APP_ALONE = """
import sys

SLOW = set({slow!r})
assert not SLOW & set(sys.modules)


def application(environ, start_response):
    assert not SLOW & set(sys.modules)
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Size", "1 MB")])
    return [b"hello"]
"""
CHECK = """
import sys
sys.path[0] = sys.argv.pop(1)
from pa_new_check.main import main
main(sys.argv[1:])
print(*sys.modules, sep="\\n", file=sys.stderr)
"""


class ImportTest(unittest.TestCase):
    """What is imported for a small app."""

    def test_modules(self) -> None:
        program = [sys.executable, "-E", "-S", "-c", CHECK, str(CHECKER)]
        cases = [*itertools.product(APPS, ([], ["--no-load"]))]
        cases += [(WITH_ROUTES, ["--no-load"])]
        for app, options in cases:
            with (
                self.subTest(app, options=options),
                project({"wsgi.py": app}) as folder,
            ):
                done = subprocess.run(
                    [*program, "check", str(folder), *options],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                imported = done.stderr.split()
                self.assertIn("pa_new_check.check", imported)
                needless = [*SLOW, *(f"pa_new_check.{name}" for name in WITH_MISTAKES)]
                self.assertEqual([name for name in needless if name in imported], [])
                self.assertEqual(json.loads(done.stdout)["findings"], [])

    def test_modules_beside_the_app(self) -> None:
        program = [sys.executable, "-c", "import sys; print(*sys.modules)"]
        own = subprocess.run(program, capture_output=True, text=True, check=True)
        names = {"collections", "enum", "functools", "re", "signal"}
        slow = names - set(own.stdout.split())
        app = APP_ALONE.format(slow=sorted(slow))
        with project({"wsgi.py": app}) as folder:
            report = json.loads(run("check", folder).stdout)
        self.assertEqual((report["findings"], report["outcome"]), ([], "works"))


class PatternTest(unittest.TestCase):
    """Regular expressions that are compiled when they are used."""

    def test_use(self) -> None:
        form = pattern(r"(?P<word>[a-z]+)\d", re.IGNORECASE)
        for _ in range(2):
            match = form.search("- AB1")
            assert match is not None
            self.assertEqual(match["word"], "AB")
        self.assertEqual(form.sub("x", "a1 b2"), "x x")

    def test_first_use(self) -> None:
        broken = pattern("(")
        with self.assertRaises(re.error):
            broken.search("")
