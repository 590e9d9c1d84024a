"""Mistakes in handlers of a project that pa-new made: the check names their line."""

from __future__ import annotations

import unittest

from support import check_soon, project
from test_routes import handler_library

WSGI_FILE = "alice_pythonanywhere_com_wsgi.py"
ENTRY = """import sys

sys.path.insert(0, '/home/alice/mysite')
from shop import application
"""
SHOP = """import sqlite3

from web import Application, RequestHandler


def wrapped(method):
    return method


class MainHandler(RequestHandler):
    @wrapped
    def get(self):
{}


application = Application([("/", MainHandler)])
"""
FIRST = 13  # the line of the method's first statement

# Their code, the number of the line in it, and what is said of it.
MISTAKES = (
    ("return 'tea'", 0, "TypeError: MainHandler.get returned a value of the type str"),
    ("yield 'tea'", -2, "TypeError: MainHandler.get has a yield"),
    ("1 / 0", 0, "because of ZeroDivisionError: division by zero"),
    ("self.set_status(99)", 0, "because of ValueError: a status is from 200 to 599"),
    ("self.write(\n    1\n)", 0, "because of TypeError: write takes str, bytes, dict or"),
)


def shop(code: str) -> dict[str, str]:
    """Return the files of a project, with code for the method of its handler."""
    body = "\n".join("        " + text for text in code.split("\n"))
    return {WSGI_FILE: ENTRY, "shop.py": SHOP.format(body), **handler_library()}


class HandlerMistakeTest(unittest.TestCase):
    """One request of each."""

    def test_the_line_is_named(self) -> None:
        for code, line, words in MISTAKES:
            with self.subTest(code), project(shop(code)) as folder:
                report = check_soon(folder)
                [finding] = report["findings"]
                self.assertEqual(finding["rule"], "error-response")
                place = (finding["file"], finding["line"])
                self.assertEqual(place, ("shop.py", FIRST + line))
                self.assertIn(words, finding["message"])
                self.assertIn("The response to `/` is 500", finding["message"])

    def test_a_cause_that_is_known_is_told(self) -> None:
        code = "sqlite3.connect(':memory:').execute('SELECT 1 FROM tea')"
        with project(shop(code)) as folder:
            [finding] = check_soon(folder)["findings"]
            self.assertEqual(finding["rule"], "missing-table")
            self.assertEqual((finding["file"], finding["line"]), ("shop.py", FIRST))


if __name__ == "__main__":
    unittest.main()
