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

from pa_new_check.rules import RULES, Finding
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

WRITE = "self.write_html('<ul>' + html + '</ul>')"
LOOP = "html = ''\n        for {} in {}:\n            html += f'<li>{}'\n        "
LIST = "html = ['<p>']\n        {}\n        self.write_html('<ul>' + ''.join(html))"
TITLE = "self.write_html(f'<p>{self.title}')\n\n    title = "
# Texts, lists and numbers of the file itself.
TEXTS = """LINES = ["a", "b"]
COLOURS = {"a": "red"}
FILLED = []
GROWN = ["a"]
lines = ("a", "b")


def add(text):
    GROWN.append(text)


"""
# HTML of constants and numbers only, or the code does not tell.
SAFE = (
    "html = ''.join(f'<li>{i}</li>' for i in range(3))\n        " + WRITE,
    "html = '<br>'.join(LINES)\n        " + WRITE,
    "html = '<br>'.join(lines[:1])\n        " + WRITE,
    "html = '<br>'.join(IMPORTED)\n        " + WRITE,
    "html = '<br>'.join(self.NAMES)\n        " + WRITE,
    "html = '<br>'.join(map(escape, x))\n        " + WRITE,
    "html = '<br>'.join(map(lambda a: f'<b>{a}', lines))\n        " + WRITE,
    "html = '<br>'.join(rows(x))\n        " + WRITE,
    "html = '<br>'.join(['a', f'{len(x)}'])\n        " + WRITE,
    "html = '<br>'.join(sorted(COLOURS.values(), key=len))\n        " + WRITE,
    "html = '<br>'.join([f'{a}{b}' for a in 'ab' for b in (1, 2)])\n        " + WRITE,
    "html = COLOURS[x] + COLOURS.get(x, '') + lines[0]\n        " + WRITE,
    (
        "n = 0\n        for a in x:\n            n += a.size\n        "
        "self.write_html(f'{n}{-n}{n > 1}')"
    ),
    "a, b = 'a', 1\n        self.write_html(f'{a}{b}')",
    "a, *b = 'a', 1\n        self.write_html(f'{a}{b}')",
    "a, b = divmod(x, 60)\n        self.write_html(f'{a}:{b}')",
    "(a, b), c = sizes(x), 1\n        self.write_html(f'{a}{b}{c}')",
    LOOP.format("n", "(('a', 1), ('b', 2))", "{a}{b}").replace(
        "html +=", "a, b = n; html +="
    )
    + WRITE,
    "self.write_html('<ul>%s</ul>' % ''.join('<li>%d</li>' % n for n in (1, 2)))",
    "self.write_html('%d%% %5.1f' % (x, x))",
    f"{TITLE}'a'",
    f"{TITLE}'a'\n\n\nclass Other(Main):\n    title: str = 'b'",
    "self.write_html('<p>%(a)s</p>' % {'a': 1})",
    LOOP.format("colour", "('red', 'blue')", "{colour}") + WRITE,
    LOOP.format("colour", "LINES", "{colour}") + WRITE,
    LOOP.format("n, a", "enumerate(LINES, 1)", "{n}{a}") + WRITE,
    LOOP.format("n, a", "enumerate(x)", "{n}{escape(a)}") + WRITE,
    LOOP.format("a, b", "zip(LINES, range(2))", "{a}{b}") + WRITE,
    LOOP.format("a, b", "COLOURS.items()", "{a}{b}") + WRITE,
    LOOP.format("a, b", "(('a', 1), ('b', 2))", "{a}{b}") + WRITE,
    LOOP.format("a", "[*LINES, 'c']", "{a or 1}") + WRITE,
    LIST.format("html.append(f'<li>{len(x)}')"),
    LIST.format("html += ['a' if x else 'b']"),
    LIST.format("html = html + ['a']"),
    f"self.write_html('<p>'{' + x' * 1_200})",  # too many parts to say anything
    "a0 = str(1)\n        "
    + "".join(f"a{n + 1} = a{n} + a{n}\n        " for n in range(40))
    + "self.write_html(f'{a40}')",
)
ESCAPE = "html.escape(value)"
NAME = "Write `{{name}}`"
# Values that are told, with the line of each, and what is advised.
UNSAFE = (
    ("html = '<br>'.join(x)\n        " + WRITE, 3, ESCAPE),
    ("html = '<br>'.join(FILLED)\n        " + WRITE, 3, ESCAPE),
    ("html = '<br>'.join(GROWN)\n        " + WRITE, 3, ESCAPE),
    ("html = '<br>'.join(map(str, x))\n        " + WRITE, 3, ESCAPE),
    ("html = '<br>'.join(map(lambda a: f'<b>{a}', x))\n        " + WRITE, 3, ESCAPE),
    ("html = ''.join(f'<li>{a}' for a in x)\n        " + WRITE, 3, ESCAPE),
    ("html = ''.join(f'{a}' for x in 'ab' for a in GROWN)\n        " + WRITE, 3, NAME),
    ("html = {'a': x}['a']\n        " + WRITE, 3, NAME),
    ("n = 0\n        n = x\n        self.write_html(f'{n}')", 4, NAME),
    ("a, b = 'a', x\n        self.write_html(f'{a}{b}')", 3, NAME),
    ("a, *b = 'a', x\n        self.write_html(f'{a}')", 3, "html.escape(a)"),
    ("a, b = x\n        self.write_html(f'{a}')", 3, "html.escape(a)"),
    ("a, b = map(str, x)\n        self.write_html(f'{a}')", 3, NAME),
    ("a, b = x.split()\n        self.write_html(f'{a}')", 3, NAME),
    ("self.write_html('<p>%(a)s</p>' % {'a': x})", 2, NAME),
    ("self.write_html('%d %s' % (x, x))", 2, NAME),
    (f"{TITLE}pick()", 2, NAME),
    (f"{TITLE}'a'\n\n    def post(self):\n        self.title = x", 2, NAME),
    (f"{TITLE}'a'\n\n\nclass B(Main):\n    def title(self):\n        pass", 2, NAME),
    (f"{TITLE}'a'\n\n\nclass B(Main):\n    title, a = x", 2, NAME),
    (LOOP.format("a", "x", "{a}") + WRITE, 5, ESCAPE),
    (LOOP.format("n, a", "enumerate(x)", "{a}") + WRITE, 5, ESCAPE),
    (LOOP.format("a", "GROWN", "{a}") + WRITE, 5, ESCAPE),
    (LOOP.format("a", "x.fetchall()", "{a[0]}") + WRITE, 5, ESCAPE),
    (LIST.format("html.append(f'<li>{x}')"), 4, ESCAPE),
    (LIST.format("html += [x]"), 4, ESCAPE),
    ("self.write_html(f'<p>{x}')", 2, NAME),
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

    def test_values_in_html(self) -> None:
        for code, line, fix in (*((code, 0, "") for code in SAFE), *UNSAFE):
            with self.subTest(code):
                tree = ast.parse(f"{TEXTS}{ITEM}{code}")
                module: Any = types.SimpleNamespace(file="a.py", tree=tree)
                method = next(
                    node
                    for node in ast.walk(tree)
                    if isinstance(node, ast.FunctionDef) and node.name == "get"
                )
                found = list(html_values.judge(module, method))
                lines = [finding.line - TEXTS.count("\n") for finding in found]
                self.assertEqual(lines, [1 + line] if line else [], found)
                for finding in found:
                    self.assertIn(fix, finding.fix or RULES[finding.rule].fix)


if __name__ == "__main__":
    unittest.main()
