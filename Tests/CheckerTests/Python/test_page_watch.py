"""What the pages of handlers show in a request: names that have no value, and lost pages."""

from __future__ import annotations

import unittest

from support import check_soon, project, run
from test_handler_mistakes import packaged

START = """import sqlite3
from collections import namedtuple

from .web import Application, RequestHandler

Point = namedtuple("Point", "x")
db = sqlite3.connect(":memory:")
passed = {}
routes = []
"""
HANDLER = """

class H{0}(RequestHandler):
    def get(self):
        {1}


routes.append((r"/{0:03}", H{0}))
"""
ROWS = "db.execute('SELECT 1 AS n, 2 AS m').fetchall()"
NAMED = "[dict(zip('nm', row)) for row in db.execute('SELECT 1, 2')]"

# What is passed, a template, and what is said of its first line; "" if nothing is.
SHOWN = (
    (f"rows={ROWS}", "{{#rows}}{{n}}{{/rows}}", "each of `rows` is a tuple"),
    (f"rows={ROWS}", "{{#rows}}{{#.}}{{.}}{{label}}{{/.}}{{/rows}}", ""),
    (f"rows={NAMED}", "{{#rows}}{{n}}{{note}}{{/rows}}", ""),
    ("rows=[Point(1)]", "{{#rows}}{{x}}{{/rows}}", "row._asdict() for row in rows"),
    ("words=['a', 'b']", "{{#words}}{{word}}{{/words}}", "Write `{{.}}`"),
    ("words=['a', 'b']", "{{#words}}{{.}}{{after}}{{/words}}", ""),
    ("count=1", "{{#count}}{{unit}}{{/count}}", ""),
    ("prices={'tea': 1}", "{{#prices.items}}x{{/prices.items}}", "calls no method"),
    ("prices={'items': 1}", "{{prices.items}}", ""),
    ("many=[1]", "{{many.length}}", "is a list, which has no `length`"),
    ("tea={'title': 1}", "{{tea.titel}}", "Did you mean `tea.title`?"),
    ("tea={'title': 1}", "{{#tea}}{{titel}}{{/tea}}", "Did you mean `title`?"),
    ("tea={'title': 1}", "{{#tea}}{{passed}}{{subtitle}}{{/tea}}", ""),
    ("tea={'passes': 1}", "{{#tea}}{{passed}}{{/tea}}", ""),
    (
        "tea=[{'title': 1}]",
        "{{#tae}}x{{/tae}}{{#error}}{{error}}{{/error}}",
        "`tea`?",
    ),
    ("tea=None, user=False", "{{tea}}{{tea.name}}{{#user.name}}{{/user.name}}", ""),
)
LOST = "self.render('t000')\n        self.redirect('/')"


class PageWatchTest(unittest.TestCase):
    """One project, with a page of each."""

    def files(self) -> dict[str, str]:
        code, templates = START, {}
        for number, (passed, html, _) in enumerate(SHOWN):
            # So that what is passed is not known without a request.
            call = f"self.render('t{number:03}', **dict(passed, {passed}))"
            code += HANDLER.format(number, call)
            templates[f"t{number:03}.html"] = html
        code += HANDLER.format(900, "page = '<h1>x'\n        self.write(page)")
        code += HANDLER.format(
            901, "self.write_html('{{nam}}', **dict(passed, name=1))"
        )
        code += HANDLER.format(902, "self.leave()").replace(
            "    def get", f"    def leave(self):\n        {LOST}\n\n    def get"
        )
        code += "\napplication = Application(routes)\n"
        return packaged(code, templates)

    def test_pages(self) -> None:
        with project(self.files()) as folder:
            found = check_soon(folder, "--all-routes")["findings"]
        told = {f["file"]: f for f in found if f["file"].startswith("templates/")}
        for number, (passed, html, words) in enumerate(SHOWN):
            with self.subTest(passed, html=html):
                finding = told.get(f"templates/t{number:03}.html")
                self.assertEqual(finding is not None, bool(words), finding)
                if finding is not None:
                    self.assertEqual(finding["severity"], "warning")
                    self.assertIn("shows nothing", finding["message"])
                    self.assertIn(words, f"{finding['message']} {finding['fix']}")
        others = [
            (f["rule"], f["source"].strip())
            for f in found
            if f["file"] not in told and f["rule"] != "status"
        ]
        self.assertEqual(
            others,
            [
                ("html-as-text", "self.write(page)"),
                ("page-mistake", "self.write_html('{{nam}}', **dict(passed, name=1))"),
                ("handler-mistake", "self.render('t000')"),
            ],
        )

    def test_a_visit_tells_it_in_the_log(self) -> None:
        with project(self.files()) as folder:
            for path, line in (
                ("/000", b"templates/t000.html:1: `{{n}}` shows nothing: each of"),
                ("/900", b": `self.write(...)` sends text, and this is HTML: write"),
                ("/004", b"templates/t004.html:1: `{{word}}` shows nothing"),
                ("/002", b""),
            ):
                with self.subTest(path):
                    done = run("visit", folder, path)
                    self.assertEqual(done.returncode, 0, done)
                    told = [
                        e
                        for e in done.stderr.splitlines()
                        if b"shows" in e or b"HTML" in e
                    ]
                    self.assertEqual(len(told), 1 if line else 0, done.stderr)
                    self.assertIn(line, done.stderr)


if __name__ == "__main__":
    unittest.main()
