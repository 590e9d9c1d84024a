"""What handlers pass and templates show, where forms and files lead: nothing is loaded."""

from __future__ import annotations

import ast
import sys
import tempfile
import unittest
from collections.abc import Iterable
from pathlib import Path

from support import CHECKER, check_soon, project
from test_handler_findings import FIRST, GET, IMPORTS
from test_handler_mistakes import packaged

sys.path.insert(0, str(CHECKER))

from pa_new_check.project import Project
from pa_new_check.rules import Finding
from pa_new_check.source_rules import (
    form_targets,
    handler_routes,
    page_links,
    page_names,
    passed_values,
)
from pa_new_check.source_rules.form_tokens import without_comments, without_scripts
from pa_new_check.source_rules.handler_routes import Routes
from pa_new_check.source_rules.page_files import Folders
from pa_new_check.source_rules.page_templates import Layouts

BOTH = "class Base(RequestHandler):\n    def get_template_namespace(self):\n        "
OVER = "class Base(RequestHandler):\n    def render(self, name, **values):\n        "
SUPER = "{**super().get_template_namespace(), 'extra': 1}"
VISITOR = "n = self.get_query_argument('n')\n        "

MORE = BOTH.replace("    def", "    @more\n    def")
SHOW = "def show(self, v):\n        self.render('page', **v)"
NESTED = "def add():\n            v['c'] = 1\n        add()"
GIVEN = "super().render(name, **values)"
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
OTHERS = {
    "lay.html": "{{#b}}{{$block}}{{/block}}{{/b}}",
    "flat.html": "{{$block}}{{/block}}",
    "part.html": "{{anything}}",
    "slots.html": "{{title}}{{subtitle}}{{word}}",
}

# A template, and what is said and advised of its last line; "" if nothing is.
LINKS = (
    ("<img src='/static/a.png'>", "", ""),
    ("\n<img alt=x src='/static/b.png'>", "no static file `static/b.png`", "`a.png`"),
    ("<img src='{{mount}}/static/c/d.png?v=1'>", "static/c/d.png`", "Add the file"),
    ("<img src='static/a.png'><img src='../static/a.png'>", "", ""),
    (
        "<link\n href=site.css>",
        "`site.css`: the file is in static/",
        "{{#static_url}}site",
    ),
    ("<script src='main.js'></script>", "leads to `main.js`", "Put the file into"),
    (
        "<script src='./lost.js'>",
        "the file is in templates/",
        "Move the file to static/",
    ),
    ("<img src='/site.css'>", "leads to `/site.css`: the file is in static/", ""),
    ("<img src='/media/a.png'><link href='/favicon.ico'>", "", ""),
    ("<img src='/pictures/a.png'><img src='pictures/b.png'>", "", ""),
    ("<img src='b.png'><img src='../b.png'>", "", ""),  # on the page /pictures/
    ("<script>a = `<img src='b.svg'>`</script><textarea><img src='b.svg'>", "", ""),
    ("<img alt=\"src='q.svg'\" src='data:x'><img data-src='b.svg'>", "", ""),
    ("<img src='/static/${u}.png'><img src='[[a]].svg'>", "", ""),
    ("<img src='/static/made.svg'>", "", ""),
    ("<img src='x.svg' onerror='this.remove()'>", "", ""),
    ("<base href='/x/'><img src='b.png'>", "", ""),
    (
        "<img src='https://x.y/b.png'><img src='//x.y/b.png'><img src='data:x.png'>",
        "",
        "",
    ),
    ("<a href='other.png'>x</a><img src='{{a}}.png'><img src='a%20b.png'>", "", ""),
    ("<!-- <img src='b.png'> -->", "", ""),
    ("<img src='page'><link href=''><img src>", "", ""),
    ("<img " * 40_000, "", ""),
    ("<img src='" * 20_000, "", ""),
)
TOKEN = "{{{csrf_field}}}"
FORMS = (
    (
        f"<form method=post>{TOKEN}</form>",
        "its own page, and `Main` has no",
        "def post",
    ),
    (f"<form method=post action=/save>{TOKEN}</form>", "", ""),
    (
        f"<form method=post action='/pictures/a.png'>{TOKEN}</form>",
        "`Picture` has no",
        "",
    ),
    (
        f"<form method=post action='{{{{mount}}}}/?a=1'>{TOKEN}</form>",
        "to `/`, and",
        "",
    ),
    (f"<form method=post action='{{{{to}}}}'>{TOKEN}</form>", "", ""),
    (f"<form method=post action='/none'>{TOKEN}</form>", "", ""),
    (f"<form method=post action='https://x.y/'>{TOKEN}</form>", "", ""),
    (f"<form method=post action='/open'>{TOKEN}</form>", "", ""),
    (f"<form method=post onsubmit='send()'>{TOKEN}</form>", "", ""),
    (f"<form method=post>{TOKEN}<button formaction='/save'></form>", "", ""),
    ("<form><input></form><form action='/'></form>", "", ""),
    (f"{{{{#edit}}}}<form method=post>{TOKEN}</form>{{{{/edit}}}}", "", ""),
    (
        f"{{{{<a}}}}{{{{$b}}}}{{{{#c}}}}{{{{/c}}}}<form method=post>{TOKEN}</form>",
        "own page",
        "",
    ),
    (f"<form method=post action='mailto:a@b.c'>{TOKEN}</form>", "", ""),
    ("\n<form action='/save'></form>", "sends GET to `/save`", 'method="post"'),
)
TABLE = """

class Save(RequestHandler):
    def post(self):
        self.write("x")


class Picture(RequestHandler):
    def get(self, name):
        self.write(name)


class Open(Unknown):
    pass


application = Application(
    [("/", Main), ("/save", Save), (r"/pictures/(\\w+\\.png)", Picture), ("/open", Open)]
)
"""


class PageRuleTest(unittest.TestCase):
    """The rules by themselves; the last test checks a project as a whole."""

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

    def routes(self) -> Routes:
        tree = ast.parse(f"{GET}self.render('page'){TABLE}")
        classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
        return handler_routes.of_python({"a.py": tree}, classes)

    def test_names(self) -> None:
        for code, html, words in NAMES:
            self.write({"templates/page.html": html})
            with self.subTest(code, html=html):
                passed = passed_values.of_python({"a.py": ast.parse(code)})
                found = page_names.judge(passed, Layouts(self.folder / "templates"))
                self.expect(found, 1 + html.count("\n"), words)

    def test_links(self) -> None:
        self.write({"static/a.png": "", "static/site.css": "", "templates/lost.js": ""})
        folders = Folders(Project(self.folder, self.folder / "wsgi.py", []))
        folders.note_code([ast.parse("write('static/made.svg')")])
        regexes = self.routes().regexes
        for html, words, advice in LINKS:
            with self.subTest(html[:60]):
                text = without_scripts(without_comments(html, is_mustache=True))
                found = page_links.judge(text, "a.html", 1, folders, regexes)
                self.expect(found, 2 if html[:1] == "\n" else 1, words, advice)

    def test_forms(self) -> None:
        routes = self.routes()
        for html, words, advice in FORMS:
            with self.subTest(html[:60]):
                found = form_targets.judge(html, "a.html", 1, "page.html", routes)
                self.expect(found, 1 + html.count("\n"), words, advice)

    def test_a_project(self) -> None:
        code = f"{GET}self.write('<p>'){TABLE}".replace("Save(", "Base(")
        code = code.replace('write("x")', "render('page', a=1)").replace("Save", "Base")
        html = "{{b}}\n<img src='b.svg'>\n<form action='/save'></form>"
        files = packaged(IMPORTS + code, {"page.html": html, **OTHERS})
        with project(files) as folder:
            found = check_soon(folder, "--no-load")["findings"]
        self.assertEqual(
            [(f["file"], f["line"]) for f in found],
            [
                ("shop/pages.py", FIRST + 2),
                *(("templates/page.html", line) for line in (1, 2, 3)),
            ],
        )

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
