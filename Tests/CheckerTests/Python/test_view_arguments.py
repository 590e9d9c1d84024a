"""Views of Flask's whose parameters do not fit their routes."""

from __future__ import annotations

import importlib.util
import os
import unittest

from support import check_soon, project

START = """import functools
import flask
from flask.views import MethodView

app = application = flask.Flask(__name__)


def plain(view):
    @functools.wraps(view)
    def inner(*given, **named):
        return view()

    return inner


@app.get("/")
def start():
    return ""
"""
VIEW = "\n\n@app.get({!r})\n{}def view({}):\n    return ''\n"
CLASS = "\n\nclass Page(MethodView):\n    def get(self, number):\n        return ''\n"
PULLS = "\n\n@app.url_value_preprocessor\ndef pull(endpoint, values):\n    (values or {}).pop('a', None)\n"
OWN = (
    "\n\nclass Own(flask.Flask):\n    def dispatch_request(self):\n        return ''\n"
)

# Code, and what is said of it; "" if nothing is.
CASES = (
    (VIEW.format("/g/<number>", "", ""), "Write `def view(number)`."),
    (VIEW.format("/g/<int:a>/<b>", "", "a"), "Write `def view(b, a)`."),
    (VIEW.format("/g/<number>", "", "numbr"), "the view `view` takes `numbr`"),
    (VIEW.format("/g/<a>", "", "a, b"), "Write `<b>` into the route"),
    (VIEW.format("/g/<a>", "", "a"), ""),
    (VIEW.format("/g/<a>", "", "**given"), ""),
    (VIEW.format("/g/<a>", "", "a, b=1, *more"), ""),
    (VIEW.format("/g/<a>", "@plain\n", ""), ""),
    (VIEW.format("/g/<a>", "", "") + PULLS, ""),
    (f"{CLASS}app.add_url_rule('/g/<number>', view_func=Page.as_view('page'))\n", ""),
    ("app.add_url_rule('/g/<a>', 'g', lambda a: '')\n", ""),
    ("app.add_url_rule('/g/<a>', 'g', functools.partial(start))\n", ""),
    (f"{OWN}app.__class__ = Own\n" + VIEW.format("/g/<a>", "", ""), ""),
    (VIEW.format("/g", "", "a=1").replace("'/g'", "'/g', defaults={'a': 1}"), ""),
    ("app.add_url_rule('/g/<a>', 'start', build_only=True)\n", ""),
)


class ViewArgumentTest(unittest.TestCase):
    """Each app is loaded; only its first page is asked for."""

    def setUp(self) -> None:
        if not importlib.util.find_spec("flask"):
            self.assertNotEqual(os.environ.get("CI"), "true", "flask is not installed")
            self.skipTest("flask is not installed")

    def test_views(self) -> None:
        for code, words in CASES:
            with self.subTest(code), project({"wsgi.py": START + code}) as folder:
                report = check_soon(folder)
                places = [(f["rule"], f["line"]) for f in report["findings"]]
                line = START.count("\n") + 3
                wanted = [("error-response", line)] if words else []
                self.assertEqual(places, wanted, report)
                for finding in report["findings"]:
                    self.assertIn(words, f"{finding['message']} {finding['fix']}")


if __name__ == "__main__":
    unittest.main()
