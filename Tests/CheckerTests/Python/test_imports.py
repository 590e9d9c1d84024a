"""Tests that a check takes no time for modules and patterns that it does not need."""

from __future__ import annotations

import re
import subprocess
import sys
import unittest

from pa_new_shared.patterns import pattern

from support import CHECKER, project

# They take 1 to 5 ms each, as long as a check of a small app takes to do its work.
SLOW = ("dataclasses", "inspect", "tokenize", "traceback", "typing")
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
        app = "def application(environ, start_response): ...\n"
        program = [sys.executable, "-E", "-S", "-c", CHECK, str(CHECKER)]
        for options, more in ([], ()), (["--no-load"], ("shutil", "subprocess")):
            with self.subTest(options), project({"wsgi.py": app}) as folder:
                done = subprocess.run(
                    [*program, "check", str(folder), *options],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                imported = done.stderr.split()
                self.assertIn("pa_new_check.check", imported)
                slow = [name for name in (*SLOW, *more) if name in imported]
                self.assertEqual(slow, [])


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
