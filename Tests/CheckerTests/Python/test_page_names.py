"""What handlers pass and templates show: nothing is loaded."""

from __future__ import annotations

import ast
import sys
import tempfile
import unittest
import unittest.mock
from collections.abc import Iterable
from pathlib import Path

from support import CHECKER
from test_handler_findings import GET

sys.path.insert(0, str(CHECKER))

from pa_new_check.rules import Finding
from pa_new_check.source_rules import page_names, passed_values
from pa_new_check.source_rules.page_templates import Layouts

BOTH = "class Base(RequestHandler):\n    def get_template_namespace(self):\n        "
OVER = "class Base(RequestHandler):\n    def render(self, name, **values):\n        "
SUPER = "{**super().get_template_namespace(), 'extra': 1}"
VISITOR = "n = self.get_query_argument('n')\n        "

MORE = BOTH.replace("    def", "    @more\n    def")
SHOW = "def show(self, v):\n        self.render('page', **v)"
NESTED = "def add():\n            v['c'] = 1\n        add()"
GIVEN = "super().render(name, **values)"
MERGED = "v = {'b': 1}\n        v = {**v, 'd': 1}\n        "
CIRCLE = "v = {'b': 1}\n        w = {**v}\n        v = {**w, 'd': 1}\n        "
# Each mapping has the next one twice.
DOUBLED = "".join(f"v{n} = {{**v{n + 1}, **v{n + 1}}}\n        " for n in range(40))
DOUBLED += "v40 = {}\n        "
CHAIN = "".join(f"v{n} = {{**v{n + 1}}}; " for n in range(2000))
CHAIN += "v2000 = {}\n        "
LONG = "v = {'b': 1}\n        " + "pass\n        " * 500
NO_METHOD = "class Base(RequestHandler):\n    get_template_namespace ="

# The code of a handler, a template, and what is said of its last line; "" if nothing is.
NAMES = (
    (f"{GET}self.render('page', name=1)", "{{name}}", ""),
    (
        f"{GET}self.render('page', name=1)",
        "\n{{nmae}}",
        "`{{name}}`? a.py:3 passes `name`",
    ),
    (f"{GET}self.render('page', name=1)", "{{price}}", "no handler passes `price`"),
    (f"{GET}self.render('page', name=1)", "{{{nmae.a}}}", "`{{{name.a}}}`?"),
    (f"{GET}self.render('page', a=1)", "{{#b}}{{b}}{{c}}{{/b}}{{^d}}{{/d}}", ""),
    (f"{GET}self.render('page', a=1)", "{{^a}}{{b}}{{/a}}", "no handler passes `b`"),
    (f"{GET}self.render('page')", "{{mount}}{{{csrf_field}}}{{csrf_token}}{{.}}", ""),
    (f"{GET}self.render('page')\n        self.render('page.html', b=1)", "{{b}}", ""),
    (f"{GET}self.render('page', **self.values())", "{{b}}", ""),
    (f"{GET}v = {{'b': 1}}\n        self.render('page', **v)", "{{b}}", ""),
    (f"{GET}v = {{'b': 1}}\n        self.render('page', **v)", "{{c}}", "passes `c`"),
    (
        f"{GET}v = {{}}\n        v['c'] = 1\n        self.render('page', **v)",
        "{{c}}",
        "",
    ),
    (
        f"{GET}v = {{}}\n        v.update(c=1)\n        self.render('page', **v)",
        "{{c}}",
        "",
    ),
    (f"{GET}v = dict(b=1)\n        self.render('page', **v)", "{{c}}", "passes `c`"),
    (f"{GET}{MERGED}self.render('page', **v)", "{{b}}{{d}}", ""),
    (f"{GET}{MERGED}self.render('page', **v)", "{{c}}", "passes `c`"),
    (
        f"{GET}{MERGED}w = {{**v}}\n        v = w\n        self.render('p', **v)",
        "{{c}}",
        "",
    ),
    (f"{GET}{CIRCLE}self.render('page', **v)", "{{b}}{{d}}", ""),
    (f"{GET}{CIRCLE}self.render('page', **v)", "{{c}}", "passes `c`"),
    (f"{GET}{DOUBLED}self.render('page', **v0)", "{{c}}", "passes `c`"),
    (f"{GET}{CHAIN}self.render('page', **v0)", "{{c}}", ""),
    (f"{GET}{LONG}self.render('page', **v)", "{{c}}", ""),
    (f"{GET}v = dict(self.x, b=1)\n        self.render('page', **v)", "{{c}}", ""),
    (f"{GET}self.render('page')\n        self.render(x, b=1)", "{{b}}", ""),
    (f"{GET}self.render('page')\n        self.render(x, **self.y)", "{{b}}", ""),
    (f"{GET}self.render('page')\n        mail('page.html')", "{{b}}", ""),
    (f"{GET}self.render('page')\n        TEMPLATES.from_file(x)", "{{b}}", ""),
    (f"{BOTH}return {{'b': 1}}\n\n{GET}self.render('page')", "{{b}}", ""),
    (f"{BOTH}return {{'b': 1}}\n\n{GET}self.render('page')", "{{c}}", "passes `c`"),
    (f"{BOTH}return {SUPER}\n\n{GET}self.render('page')", "{{c}}", "passes `c`"),
    (f"{BOTH}return self.x\n\n{GET}self.render('page')", "{{c}}", ""),
    (
        f"{OVER}super().render(name, b=1, **values)\n\n{GET}self.render('page')",
        "{{b}}",
        "",
    ),
    (
        f"{OVER}super().render(name, b=1, **values)\n\n{GET}self.render('page')",
        "{{c}}",
        "passes `c`",
    ),
    (f"{GET}self.show({{'b': 1}})\n\n    {SHOW}", "{{b}}", ""),
    (f"V = {{'b': 1}}\n\n{GET}self.render('page', **V)", "{{b}}", ""),
    (
        f"{GET}v = {{'b': 1}}\n\n        def show(): self.render('page', **v)",
        "{{b}}",
        "",
    ),
    (f"{GET}v = {{}}\n        {NESTED}\n        self.render('page', **v)", "{{c}}", ""),
    (
        f"{GET}v = w = {{}}\n        w['c'] = 1\n        self.render('page', **v)",
        "{{c}}",
        "",
    ),
    (
        f"{OVER}values['b'] = 1\n        {GIVEN}\n\n{GET}self.render('page')",
        "{{b}}",
        "",
    ),
    (
        f"{OVER}values['b'] = 1\n        {GIVEN}\n\n{GET}self.render('page')",
        "{{c}}",
        "passes `c`",
    ),
    (
        f"{OVER}values.setdefault('b', 1)\n        {GIVEN}\n\n{GET}self.render('page')",
        "{{b}}",
        "",
    ),
    (f"{NO_METHOD} lambda self: {{'b': 1}}\n\n{GET}self.render('page')", "{{b}}", ""),
    (f"{NO_METHOD} shared\n\n{GET}self.render('page')", "{{b}}", ""),
    (
        f"{MORE}return {{}}\n\n{GET}self.render('page')",
        "{{b}}",
        "",
    ),
    (
        f"{GET}show = self.render\n        show('page', b=1)\n        self.render('page')",
        "{{b}}",
        "",
    ),
    (
        f"{GET}getattr(self, 'render')('page', b=1)\n        self.render('page')",
        "{{b}}",
        "",
    ),
    (f"{GET}self.render('page', b=1)", "{{b}}<body class='a {{c}}'>", ""),
    (f"{GET}self.render('page', b=1)", "<body class='a'>{{c}}", "passes `c`"),
    (f"{GET}self.render('page', title=1, words=[])", "{{<slots}}{{/slots}}", ""),
    (
        f"{GET}self.render('page', b=1)",
        "{{<lay}}{{$block}}{{b}}{{c}}{{/block}}{{/lay}}",
        "",
    ),
    (
        f"{GET}self.render('page', b=1)",
        "{{<flat}}{{$block}}\n{{b}}{{c}}{{/block}}{{/flat}}",
        "passes `c`",
    ),
    (f"{GET}self.render('page', b=1)", "{{#b}}{{>part}}{{/b}}", ""),
    (f"{GET}self.render('page', b=1)", "{{>page}}{{b}}", ""),
    (
        f"{GET}self.render('page')\n        self.write_html('{{{{>page}}}}', c=1)",
        "{{c}}",
        "",
    ),
    (f"{VISITOR.join((GET, ''))}self.render('page', n=n)", "{{n}}", ""),
    (
        f"{VISITOR.join((GET, ''))}self.render('page', n=n)",
        "{{{n}}}",
        "`{{n}}`, with two",
    ),
    (
        f"{VISITOR.join((GET, ''))}self.render('page', n=n)",
        "{{&n}}",
        "`{{n}}`, with two",
    ),
    (
        f"{VISITOR.join((GET, ''))}self.render('page', n=f'a{{n}}')",
        "{{{n}}}",
        "with two",
    ),
    (f"{VISITOR.join((GET, ''))}self.render('page', n=clean(n))", "{{{n}}}", ""),
    (f"{GET}self.render('page', n=self.session.get('n'))", "{{{n}}}", ""),
)
ROW = "self.render('page', rows=[{'title': 1}"
ROWS = "{{#rows}}{{heading}}{{/rows}}"
SAME = f"{GET}{ROW}])\n\n    def post(self):\n        "
# The same, of names in rows and of what is meant as a call.
NAMES += (
    (f"{GET}{ROW}])", ROWS, "no item of `rows` has this name"),
    (
        f"{GET}self.render('page', rows=[{{'a': r, 'b': r}} for r in x])",
        ROWS,
        "Write the name that the items have: `a` and `b`.",
    ),
    (f"{GET}{ROW}], heading=1)", ROWS, ""),
    (f"{GET}{ROW}])", ROWS.replace("{{h", "{{title}}{{h"), ""),
    (f"{GET}{ROW}])", ROWS.replace("{{h", "{{>part}}{{h"), ""),
    (f"{GET}{ROW}])", ROWS.replace("{{h", "{{.}}{{h"), ""),
    (f"{GET}{ROW}])", "{{#rows}}{{#heading}}{{heading}}{{/heading}}{{/rows}}", ""),
    (f"{GET}{ROW}, {{**more}}])", ROWS, ""),
    (f"{GET}{ROW}, row])", ROWS, ""),
    (f"{GET}{ROW}] + rows)", ROWS, ""),
    (f"{SAME}self.render('page', rows=self.rows())", ROWS, ""),
    (f"{SAME}v = {{'rows': 1}}\n        self.render('page', **v)", ROWS, ""),
    (f"{BOTH}return {{'rows': rows}}\n\n{GET}{ROW}])", ROWS, ""),
    (f"{GET}self.render(name, rows=rows)\n        {ROW}])", ROWS, ""),
    (f"{GET}self.render('page')", "{{#reverse_url}}x{{/reverse_url}}", "no such call"),
    (
        f"{GET}self.render('page', reverse_url=f)",
        "{{#reverse_url}}x{{/reverse_url}}",
        "",
    ),
    (
        f"{GET}self.render('page', **self.more())",
        "{{#reverse_url}}x{{/reverse_url}}",
        "",
    ),
    (f"{GET}self.render('page', a=1)", "{{#a}}{{#url_for}}x{{/url_for}}{{/a}}", ""),
)
OTHERS = {
    "lay.html": "{{#b}}{{$block}}{{/block}}{{/b}}",
    "flat.html": "{{$block}}{{/block}}",
    "part.html": "{{anything}}",
    "slots.html": "{{title}}{{subtitle}}{{word}}",
}


class PageTest(unittest.TestCase):
    """Has a folder for templates, and takes findings."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name)
        self.write({f"templates/{name}": text for name, text in OTHERS.items()})

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def expect(self, found: Iterable[Finding], line: int, *words: str) -> None:
        """Expect one finding with some words at a line, or none without words."""
        findings = list(found)
        lines = [finding.line for finding in findings]
        self.assertEqual(lines, [line] if words[0] else [], findings)
        for finding in findings:
            self.assertEqual(finding.level, "warning")
            for word in words:
                self.assertIn(word, f"{finding.what} {finding.fix}")


class PageNameTest(PageTest):
    """The rule by itself."""

    def test_names(self) -> None:
        for code, html, words in NAMES:
            self.write({"templates/page.html": html})
            with self.subTest(code, html=html):
                passed = passed_values.of_python({"a.py": ast.parse(code)})
                found = page_names.judge(passed, Layouts(self.folder / "templates"))
                self.expect(found, 1 + html.count("\n"), words)

    def test_a_name_is_read_once(self) -> None:
        """Each of these values has the next one several times, and the last the first."""
        names = "".join(
            f"n{n} = f'{f'{{n{(n + 1) % 4}}}' * 8}'\n        " for n in range(4)
        )
        tree = ast.parse(f"{GET}{names}self.render('page', n=n0)")
        reads = unittest.mock.Mock(wraps=passed_values.own_nodes)
        with unittest.mock.patch.object(passed_values, "own_nodes", reads):
            passed = passed_values.of_python({"a.py": tree})
        self.assertEqual(passed.files["page.html"].visitors, set())
        self.assertEqual(reads.call_count, 5)

    def test_a_layout_shows_what_is_mistyped(self) -> None:
        self.write(
            {"templates/page.html": "{{>lost}}", "templates/lost.html": "{{titel}}"}
        )
        tree = ast.parse(f"{GET}self.render('page', title=1)")
        passed = passed_values.of_python({"a.py": tree})
        found = list(page_names.judge(passed, Layouts(self.folder / "templates")))
        self.expect(found, 1, "Did you mean `{{title}}`?")
        self.assertEqual(found[0].file, "templates/lost.html")


if __name__ == "__main__":
    unittest.main()
