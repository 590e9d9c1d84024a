"""Programs that look like a mistake, and are none: nothing is said of them."""

from __future__ import annotations

import ast
import sys
import types
import unittest
from pathlib import Path
from typing import Any

from support import CHECKER, check_soon, project
from test_handler_findings import APP, IMPORTS, WRITES
from test_handler_mistakes import packaged

sys.path.insert(0, str(CHECKER))

from pa_new_check.source_rules import hidden_routes

# Classes that are no handlers, or have methods of their own.
CLASSES = (
    "class Report:\n    def write(self, x):\n        self.write('<p>')\n",
    "class Report:\n    def show(self, x):\n        self.write_html(f'<p>{x}')\n",
    "class Chart(Unknown):\n    def get(self):\n        self.render('png')\n",
    "class Log:\n    def a(self):\n        self.render('a')\n        self.redirect('x')\n",
    (
        "class Base(Main):\n    def render(self, name):\n        super().render(f'a/{name}')\n"
        "    def show(self):\n        self.render('start')\n"
    ),
    (
        "class Base(Main):\n    def static_url(self, name):\n        return name\n"
        "    def show(self):\n        self.static_url('a.png')\n"
    ),
)

# Two patterns, and whether the first takes all that the second does.
PATTERNS = (
    (r"/u/([\w.-]+)", r"/u/([\w.@-]+)", False),
    (r"/n/(\d+)", r"/n/(-?\d+)", False),
    (r"/tag/([^/+]+)", r"/tag/([^/]+)", False),
    (r"/l/([a-z]{1,20})", r"/l/([a-z]+)", False),
    (r"/year/(\d{1,4})", r"/year/(\d+)", False),
    (r"/d/(\d{1,2})/(\d{1,2})", r"/d/(\d{1,2})/(\d+)", False),
    (r"/(?!new)(.*)", r"/(n?\w*)", False),
    (r"/a/([^/]+)", r"/a/((?:a|aa)+)", False),  # not sure
    (r"/(.*)", r"/about", True),
    (r"/i/([^/]+)", r"/i/(\d+)", True),
    (r"/i/(\w+)", r"/i/(new|old)", True),
    (r"/a/(.*)", r"/a/(\d+)/(\w+)", True),
)
ROWS = "[('/(.*)', A), ('/x', B)]"
# Code with a list of pairs, and whether a row of it is hidden.
LISTS = (
    (f"a = Application({ROWS})", True),
    (f"a = Application(handlers={ROWS})", True),
    (f"rows = {ROWS}\na = Application([('/', C)] + rows)", True),
    (f"rows = {ROWS}\na = Application([('/', C), *rows])", True),
    (f"def main():\n    return Application({ROWS})", True),
    (f"rows = {ROWS}\na = Application(list(reversed(rows)))", False),
    (f"rows = {ROWS}\nrows.reverse()\na = Application(rows)", False),
    (f"menu = {ROWS}", False),
)
# Templates.
TEMPLATES = (
    '<form action="mailto:a@b.c" method="post"><p></form>',
    '<form method="post">{{{token_field}}}</form>',
    '<form method="post" onsubmit="send(event)"></form>',
    '<form method="post"></form><script>e.preventDefault()</script>',
    "<form><input type=file><b formenctype='multipart/form-data'></form>",
    '<script>a = `<form method="post">`</script>',
    "<code>{% if x %}</code><pre>{% a %}</pre>",
    "{{=[[ ]]=}}<form method=post>[[>fields]]</form>",
)


class CorrectTest(unittest.TestCase):
    """Each row by itself."""

    def hidden(self, code: str) -> bool:
        module: Any = types.SimpleNamespace(path=Path("a.py"), file="a.py")
        module.tree = ast.parse(code)
        return bool(list(hidden_routes.judge([module], has_handlers=True)))

    def test_patterns(self) -> None:
        for first, second, is_hidden in PATTERNS:
            with self.subTest(first, second=second):
                code = f"Application([({first!r}, A), ({second!r}, B)])"
                self.assertEqual(self.hidden(code), is_hidden)

    def test_lists_of_pairs(self) -> None:
        for code, is_hidden in LISTS:
            with self.subTest(code):
                self.assertEqual(self.hidden(code), is_hidden)

    def test_classes(self) -> None:
        for code in CLASSES:
            files = packaged(f"{IMPORTS}{WRITES}\n\n{code}{APP}", {})
            with self.subTest(code), project(files) as folder:
                self.assertEqual(check_soon(folder, "--no-load")["findings"], [])

    def test_parts_of_pages(self) -> None:
        code = IMPORTS + WRITES.replace("'x'", "'<p>'") + APP
        for script, severity in (("a.innerHTML = b", "note"), ("a = b", "warning")):
            files = packaged(code, {})
            files["static/a.js"] = script
            with self.subTest(script), project(files) as folder:
                found = check_soon(folder)["findings"]
                rules = [(f["rule"], f["severity"]) for f in found]
                self.assertEqual(rules, [("html-as-text", severity)])

    def test_templates(self) -> None:
        for html in TEMPLATES:
            files = packaged(f"{IMPORTS}{WRITES}{APP}", {"page.html": html})
            files["templates/fields.html"] = ""
            with self.subTest(html), project(files) as folder:
                self.assertEqual(check_soon(folder, "--no-load")["findings"], [])


if __name__ == "__main__":
    unittest.main()
