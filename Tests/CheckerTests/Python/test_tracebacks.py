"""What is told of an exception in a request: its lines, and what to do."""

from __future__ import annotations

import unittest

from support import check_soon, project, run
from test_reasons import is_installed
from test_routes import handler_library

MISTAKES = """
import logging
from web import Application, HTTPError, RequestHandler


class Main(RequestHandler):
    def get(self):
        print("printed first")
        {}


application = Application([("/", Main)])
"""
FLASK_MISTAKE = """
from flask import Flask

application = Flask(__name__)


@application.route("/")
def main():
    print("printed first")
    {}
"""


class TracebackTest(unittest.TestCase):
    """One request of each."""

    def test_a_traceback_has_no_frame_of_the_checker(self) -> None:
        library = handler_library()
        cases = [
            (MISTAKES, "raise HTTPError('404')", "TypeError: HTTPError takes a number"),
            (MISTAKES, "1 / 0", "ZeroDivisionError"),
        ]
        if is_installed("flask"):
            cases += [
                (FLASK_MISTAKE, "1 / 0", "ZeroDivisionError"),
                (FLASK_MISTAKE, "return 5", "TypeError: The view function"),
            ]
        for code, line, words in cases:
            files = {"flask_app.py": code.format(line), **library}
            with self.subTest(code[:30], line=line), project(files) as folder:
                done = run("visit", folder, "/")
                errors = done.stderr.decode()
                self.assertIn("500", done.stdout.decode())
                self.assertIn(words, errors)
                self.assertNotIn("pa_new_check", errors)
                self.assertNotIn("sandbox_", errors)
                # What the app prints comes before the error that follows.
                printed = errors.index("printed first")
                self.assertLess(printed, errors.index(words), errors)

    def test_advice(self) -> None:
        """It is to correct a line if one is named, and no page about imports follows."""
        answer = "start_response('500 Oh', [('Content-Type', 'text/plain')])"
        for code, line, fix in (
            ("1 / 0", 2, "Correct this line."),
            (answer, 1, "See what the app prints: `pa-new visit . /` shows it."),
        ):
            source = f"def application(environ, start_response):\n    {code}\n    return []\n"
            with self.subTest(code), project({"wsgi.py": source}, "shop") as folder:
                [found] = check_soon(folder)["findings"]
            self.assertEqual(found["rule"], "error-response")
            self.assertEqual((found["line"], found["fix"]), (line, fix))
            self.assertIsNone(found["page"])


if __name__ == "__main__":
    unittest.main()
