"""Where the forms and files of pages lead: nothing is loaded."""

from __future__ import annotations

import ast
import sys
import unittest

from support import CHECKER, check_soon, project
from test_handler_findings import FIRST, GET, IMPORTS
from test_handler_mistakes import packaged
from test_page_names import OTHERS, PageTest

sys.path.insert(0, str(CHECKER))

from pa_new_check.project import Project
from pa_new_check.source_rules import (
    form_targets,
    handler_routes,
    page_links,
)
from pa_new_check.source_rules.form_tokens import without_comments, without_scripts
from pa_new_check.source_rules.handler_routes import Routes
from pa_new_check.source_rules.page_files import Folders

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
    ("<link href='/sites.css'>", "the file site.css is in", "{{#static_url}}site.css"),
    ("<link href='/made.css'><link href='/sites.png'>", "", ""),
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
# The same of styles, `srcset` and links.
STYLES = (
    ("<b style='background: url(/static/b.png)'>", "static/b.png`", ""),
    ("\n<style>\nb { background: url('/static/b.png') }</style>", "b.png`", ""),
    ("\n<img srcset='/static/a.png 1x, /static/b.png 2x'>", "static/b.png`", "`a.png`"),
    ("<b style='background: url(/static/a.png)'>", "", ""),
    ("<b style='background: url(b.png)'><b style='background: url(#a)'>", "", ""),
    ("<style>b { background: url({{b}}) }</style><script>'url(/static/b.png)'", "", ""),
    ("<img srcset='{{mount}}/static/a.png?v=1 2x, x.png'>", "", ""),
    ("<img srcset=' ,, '><img srcset>", "", ""),
    ("<a href='/static/sit.css'>x</a>", "static/sit.css`", "Write `site.css`"),
    ("<a href='/static/made.svg'>x</a>", "", ""),
    ("<link href='/styte.css'>", "", ""),
    ("<i " * 40_000, "", ""),
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


class PageRuleTest(PageTest):
    """The rules by themselves; the last test checks a project as a whole."""

    def routes(self) -> Routes:
        tree = ast.parse(f"{GET}self.render('page'){TABLE}")
        classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
        return handler_routes.of_python({"a.py": tree}, classes)

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

    def test_styles(self) -> None:
        self.write({"static/a.png": "", "static/site.css": ""})
        folders = Folders(Project(self.folder, self.folder / "wsgi.py", []))
        folders.note_code([ast.parse("write('static/made.svg')")])
        for text, words, advice in STYLES:
            with self.subTest(text[:60]):
                html = without_scripts(text)
                found = page_links.judge_styles(text, html, "a.html", 1, folders)
                line = 1 + text.count("\n") if text[:1] == "\n" else 1
                self.expect(found, line, words, advice)

    def test_a_download_may_be_made_later(self) -> None:
        folders = Folders(Project(self.folder, self.folder / "wsgi.py", []))
        link = "<a href='/static/report.pdf'>x</a>"
        [found] = page_links.judge_styles(link, link, "a.html", 1, folders)
        self.assertEqual(found.level, "note")

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


if __name__ == "__main__":
    unittest.main()
