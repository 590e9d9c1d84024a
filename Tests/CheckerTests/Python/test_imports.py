"""Tests that a check takes no time for modules and patterns that it does not need."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unittest

from pa_new_shared.patterns import pattern

from support import CHECKER, project

# They take 1 to 5 ms each, as long as a check of a small app takes to do its work.
SLOW = (
    *(
        "dataclasses",
        "html",
        "inspect",
        "selectors",
        "shutil",
        "subprocess",
        "tokenize",
    ),
    *("traceback", "typing"),
)
# What only an app with mistakes needs.
WITH_MISTAKES = ("causes", "import_causes", "refused_hosts")
APP = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
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
        for options in [], ["--no-load"]:
            with self.subTest(options), project({"wsgi.py": APP}) as folder:
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
