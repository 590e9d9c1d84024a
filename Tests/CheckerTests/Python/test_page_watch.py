"""What the pages of handlers show in a request: names that have no value, and lost pages."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

from support import CHECKER, check_soon, project, run
from test_handler_mistakes import packaged

sys.path.insert(0, str(CHECKER))

from pa_new_check.sandbox_names import near, says

START = """import sqlite3
from collections import namedtuple

from .web import Application, RequestHandler

Point = namedtuple("Point", "x")
db = sqlite3.connect(":memory:")
POINTS = [Point(1)]
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
    (
        "rows=POINTS",
        "{{#rows}}{{x}}{{/rows}}",
        "in shop/pages.py:39: `rows=[row._asdict() for row in POINTS]`",
    ),
    ("words=['a', 'b']", "{{#words}}{{word}}{{/words}}", "Write `{{.}}`"),
    ("words=['a', 'b']", "{{#words}}{{.}}{{after}}{{/words}}", ""),
    ("stars=[1, 2]", "{{#stars}}<b class='{{look}}'>*</b>{{/stars}}", ""),
    ("stars=[1, 2]", "{{#stars}}{{star}}{{/stars}}", "Write `{{.}}`"),
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
    ("lang_xy=True", "{{#lang_xx}}x{{/lang_xx}}{{#lang_xy}}y{{/lang_xy}}", ""),
    ("lang_long=True", "{{#lang_lnog}}x{{/lang_lnog}}", "`lang_long`?"),
    ("authors=1", "{{#author}}x{{/author}}{{#authors}}y{{/authors}}", ""),
    ("by={'writers': 1}", "{{#by}}{{writer}}{{writers}}{{/by}}", ""),
    ("by={'writers': 1}", "{{#by}}{{writer}}{{/by}}", "`writers`?"),
    ("book={}, mounted=1", "{{#book}}{{mountde}}{{/book}}", ""),
    ("book={'a': 1}, mounted=1", "{{#book}}{{mountde}}{{/book}}", "`mounted`?"),
    ("subtitles=[]", "{{subtitle}}", ""),
    (
        "rows=[Point(1), *[Point(number) for number in range(2, 20) if number != 19]]",
        "{{#rows}}{{x}}{{/rows}}",
        "Pass dicts: call `_asdict()` of each item of `rows`.",
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


class NearNamesTest(unittest.TestCase):
    """Which name is meant, and whether the code may make a name."""

    def test_names_that_the_code_makes(self) -> None:
        for code, is_said in (
            *(("f'day_{day}'", True), ("'day_' + day", True), ("'day_%s' % day", True)),
            *(("f'{name}_mon'", True), ("f'da{rest}'", True), ("days = 1", False)),
            *(("day_mon = 1", True), ("day_month", False), ("f'week_{day}'", False)),
        ):
            with self.subTest(code), tempfile.TemporaryDirectory() as folder:
                Path(folder, "a.py").write_text(code)
                self.assertEqual(says(folder, "day_mon"), is_said)

    def test_near_names(self) -> None:
        known = ("name", "title", "user_name", "price1", "of", "day_sun", "mount")
        for name, meant in (
            *(("nmae", "name"), ("nam", "name"), ("titel", "title")),
            *(("username", "user_name"), ("Name", "name"), ("price2", "")),
            *(("user_nmae", "user_name"), ("day_mon", ""), ("amount", "")),
            *(("note", ""), ("fo", ""), ("name", ""), ("x" * 100_000, "")),
        ):
            with self.subTest(name[:20]):
                self.assertEqual(near(name, known), meant)


if __name__ == "__main__":
    unittest.main()
