"""The rules about the code of a handler's methods: pages that nobody sees, and HTML."""

from __future__ import annotations

import ast
import sys
import types
import unittest
from typing import Any

from support import CHECKER
from test_handler_findings import ITEM

sys.path.insert(0, str(CHECKER))

from pa_new_check.rules import Finding
from pa_new_check.source_rules import handler_code, html_values

END = "\n        self.redirect('/')"
HTML = "self.set_header('Content-Type', 'text/html')\n        self.write"

# The code of a method, the line of it, and what is said; 0 if nothing is.
CODE = (
    (f"self.render('page'){END}", 2, "`self.redirect(...)` in line 4 sends"),
    (
        f"if x:\n            self.write_html('<p>'){END}",
        3,
        "self.write_html(...)` is for",
    ),
    (f"if x:\n            self.render('page')\n            return{END}", 0, ""),
    (f"if x:\n            self.render('page')\n        else:\n    {END[1:]}", 0, ""),
    (f"try:\n            self.render('page')\n        except E:\n    {END[1:]}", 0, ""),
    (f"with x:\n            self.render('page'){END}", 3, "in line 5 sends"),
    (f"for a in b:\n            self.render('page')\n            break{END}", 0, ""),
    (f"self.write('wait'){END}", 0, ""),
    (
        f"if x:\n            self.render('page')\n        if not x:\n    {END[1:]}",
        0,
        "",
    ),
    (f"self.render('page')\n        if x:\n    {END[1:]}", 0, ""),
    ("as_html(self)\n        self.write('<h1>Hello</h1>')", 0, ""),
    ("self.set_header(*HTML)\n        self.write('<h1>Hello</h1>')", 0, ""),
    ("figure.write_html(f'{x}/chart.html')", 0, ""),
    ("self.write('<h1>Hello</h1>')", 2, "sends text, and this is HTML"),
    ("self.write(f'<p class=a>{x}')", 2, "sends text, and this is HTML"),
    ("self.finish('<ul>' + x + '</ul>')", 2, "sends text, and this is HTML"),
    ("self.write('<%s>' % x)", 0, ""),
    ("self.write('a < b')", 0, ""),
    ("other.write('<p>')", 0, ""),
    (f"{HTML}('<p>')", 0, ""),
    (f"p = f'<p>{{x}}'\n        {HTML}(p)", 2, "`x` is put into the HTML"),
    (f"p = ''\n        p += '<p>' + x\n        {HTML}(p)", 3, "`x` is put into"),
    (f"{HTML}(f'<p>{{x}}')", 3, "`x` is put into"),
    ("p = f'<p>{x}'\n        self.write_html(p)", 2, "`x` is put into"),
    ("p = f'<p>{len(x)}'\n        self.write_html(p)", 0, ""),
    ("p = f'<p>{x}'\n        self.write(p)", 0, ""),
    ("n = escape(x)\n        self.write_html(f'<p>{n}')", 0, ""),
    ("n = x\n        self.write_html(f'<p>{n}')", 3, "`n` is put into"),
    ("n = escape(x)\n        n = x\n        self.write_html(f'<p>{n}')", 4, "`n` is"),
    (
        "n = ''.join(f'<li>{escape(a)}' for a in x)\n        self.write_html(f'{n}')",
        0,
        "",
    ),
    (
        "n = ''.join(f'<li>{a}' for a in x)\n        self.write_html(f'{n}')",
        3,
        "`n` is put into",
    ),
    ("self.write_html(f'{x:.2f} {x + 1} {x.year} {round(x)} {x:%d.%m.}')", 0, ""),
    ("self.write_html(f'{str(len(x))} {table(x)} {site} {x - x}')", 0, ""),
    ("self.write_html(f'{x.strip()}')", 2, "`x.strip()` is put into"),
    ("self.write_html(f'{x:>20}')", 2, "`x` is put into"),
    ("self.write_html('<p>' + self.get_query_argument('q'))", 2, "is put into"),
)


class HandlerCodeTest(unittest.TestCase):
    """Nothing is loaded, and no file is read."""

    def test_code(self) -> None:
        for code, line, words in CODE:
            with self.subTest(code):
                tree = ast.parse(f"{ITEM}{code}")
                module: Any = types.SimpleNamespace(file="a.py", tree=tree)
                found: list[Finding] = []
                for node in ast.walk(tree):
                    if isinstance(node, ast.FunctionDef):
                        found += handler_code.judge(module, node)
                        found += html_values.judge(module, node)
                    elif isinstance(node, ast.ClassDef):
                        found += handler_code.judge_class(module, node, {})
                lines = [finding.line for finding in found]
                self.assertEqual(lines, [1 + line] if line else [], found)
                for finding in found:
                    self.assertEqual(finding.level, "warning")
                    self.assertIn(words, finding.what)


if __name__ == "__main__":
    unittest.main()
