"""Rules about handlers that say something only if the code leaves no doubt."""

from __future__ import annotations

import ast
import sys
import unittest

from support import CHECKER, check_soon, project
from test_handler_findings import FIRST, GET, IMPORTS
from test_handler_mistakes import packaged

sys.path.insert(0, str(CHECKER))

from pa_new_check.source_rules import certain_routes

SHOW = f"{GET}self.render('page', field=1, fields=1, to=1)\n\n    def post(self):\n        "
READ = f"{SHOW}self.get_body_argument('name')\n"
PHOTO = f"{SHOW}self.get_file('photo')\n"
BASE = "class Base(RequestHandler):\n    def {}\n\n\n"
APP = "\n\napplication = Application([('/', Main)])\n"
OTHER = "\n\nclass Other(Main):\n    def post(self):\n        pass\n" + APP.replace(
    ")]", "), ('/b', Other)]"
)
TOKEN = "{{{csrf_field}}}"
FORM = f"<form method=post>{TOKEN}<input name=user></form>"
UP = FORM.replace("post", "post enctype=multipart/form-data")
FILE = UP.replace("<input name=user", "<input name=name type=file")

# Handlers, a template, where something is told, and what; "" if nothing is.
FIELDS = (
    (
        READ,
        FORM,
        "page.html:1",
        "in shop/pages.py:9, and this field has the name `user`",
    ),
    (READ, FORM.replace("name=", "id="), "page.html:1", "has no such field"),
    (READ, f"\n{FORM.replace('name=user', 'id=name')}", "page.html:2", "has no name"),
    (READ, FILE, "page.html:1", 'self.get_file("name")'),
    (READ, f"<form method=post>\n{TOKEN}</form>", "page.html:1", "no such field"),
    (READ + "\n        return\n", FORM, "page.html:1", "`user`"),
    (f"{READ}\n\nWORDS = ['page', 'other']\n", FORM, "page.html:1", "`user`"),
    (PHOTO, FILE, "page.html:1", "reads the file `photo` in shop/pages.py:9, and this"),
    (PHOTO, FILE.replace("<input", "\n<input"), "page.html:2", 'Write `name="photo"`'),
    (
        f"{SHOW}with lock:\n            self.get_body_argument('name')\n",
        FORM,
        "page.html:1",
        "`user`",
    ),
    # What follows is correct, or may be.
    (READ, FORM.replace("user", "name"), "", ""),
    (
        READ.replace("self.get", f"x = y{'.a()' * 3_000}\n        self.get", 1),
        FORM.replace("user", "name"),
        "",
        "",
    ),
    (READ, FORM.replace("name=user", "placeholder='a > b' name='name'"), "", ""),
    (READ, FORM.replace("</form>", "<select name='name'></select></form>"), "", ""),
    (READ, FORM.replace("</form>", "<input name='{{field}}'></form>"), "", ""),
    (READ, FORM.replace("</form>", "{{>part}}</form>"), "", ""),
    (READ, FORM.replace("</form>", "{{{fields}}}</form>"), "", ""),
    (READ, FORM.replace("<form", "<form id=f") + "<input form=f name=name>", "", ""),
    (READ, FORM + "<script>f.appendChild(b)</script>", "", ""),
    (READ, FORM + "<script " * 40_000, "page.html:1", "`user`"),
    (READ, FORM.replace("</form>", "<input '" * 40_000), "", ""),
    (READ, FORM.replace("<form", "<form hx-post='/'"), "", ""),
    (READ, FORM.replace("<form", "<form action='/other'"), "page.html:1", "no route"),
    (READ, FORM.replace("<form", "<form action='{{to}}'"), "", ""),
    (READ, FORM.replace("<form", "<form action='https://a.b/'"), "", ""),
    (READ.replace("'name')", "'name', '')"), FORM, "", ""),
    (READ.replace("'name')", "NAME)"), FORM, "", ""),
    (READ.replace("'name')", "'_csrf')"), FORM, "", ""),
    (
        (
            f"{SHOW}if self.get_query_argument('a', ''):\n            return\n"
            "        self.get_body_argument('name')\n"
        ),
        FORM,
        "",
        "",
    ),
    (
        f"{SHOW}if self.body:\n            self.get_body_argument('name')\n",
        FORM,
        "",
        "",
    ),
    (
        f"{SHOW}a = self.get_body_argument('name') if self.body else ''\n",
        FORM,
        "",
        "",
    ),
    (
        (
            f"{SHOW}try:\n            self.get_body_argument('name')\n"
            "        except ValueError:\n            pass\n"
        ),
        FORM,
        "",
        "",
    ),
    (
        (
            f"{SHOW}self.check()\n        self.get_body_argument('name')\n\n"
            "    def check(self):\n        pass\n"
        ),
        FORM,
        "",
        "",
    ),
    (
        BASE.format("prepare(self):\n        pass")
        + READ.replace("(RequestHandler)", "(Base)"),
        FORM,
        "",
        "",
    ),
    (
        BASE.format("get_body_argument(self, name):\n        return ''")
        + READ.replace("(RequestHandler)", "(Base)"),
        FORM,
        "",
        "",
    ),
    (READ.replace("    def post", "    @checked\n    def post"), FORM, "", ""),
    (f"{READ}{OTHER}", FORM, "", ""),
    (f"{READ}\n\nPAGES = ['page.html']\n", FORM, "", ""),
    (f"{READ}\n\nWORDS = ['page', getattr]\n", FORM, "", ""),
    (f"{READ}\n        show = self.render\n\n\nPAGES = ['page']\n", FORM, "", ""),
    (PHOTO, FILE.replace("name=name", "name=photo"), "", ""),
    (PHOTO, FILE.replace(" type=file", ""), "", ""),
    (PHOTO, FILE.replace("<input", "<input name='{{field}}'><input"), "", ""),
    (PHOTO, FILE.replace("<input", "<input name=b type=file><input"), "", ""),
    (PHOTO + "        self.get_file('name')\n", FILE, "", ""),
    (PHOTO + "        self.get_file(FIELD)\n", FILE, "", ""),
    (
        BASE.format("save(self):\n        self.get_files('name')")
        + PHOTO.replace("(RequestHandler)", "(Base)"),
        FILE,
        "",
        "",
    ),
    (
        PHOTO.replace("self.get_file(", "self.check()\n        self.get_file(")
        + "\n    def check(self):\n        pass\n",
        FILE,
        "",
        "",
    ),
    (f"{READ}\n\ndef show(h, n):\n    h.render(n)\n", FORM, "", ""),
    (READ.replace("RequestHandler", "Unknown"), FORM, "", ""),
)

ROW = "application = Application([('/', Main), ('/about', Main)])\n"
LINK = f"{GET}self.render('page', a=1)\n\n\n{ROW}"
GO = f"{GET}self.redirect('{{}}')\n\n\n{ROW}"
OTHERS = (
    "class Other(RequestHandler):\n    def get(self):\n        self.write('x')\n\n\n"
)
DEEP = f"{OTHERS}{GET}self.{{}}('{{}}')\n\n\n" + ROW.replace(
    "[('/', Main), ('/about', Main)]",
    "[('/about', Other), ('/deep/more', Other), ('/deep/go', Main)]",
)
SHOWN = DEEP.format("render", "page")
# The same of links, forms, redirects and methods.
LOST = (
    (LINK, "<a href='/ABOUT'>x</a>", "page.html:1", "Did you mean `/about`?"),
    (LINK, "<a href='/a/b/../../about'>x</a><a href='/b/../'>x</a>", "", ""),
    (LINK, "<a href='/about/./../gone'>x</a>", "page.html:1 note", "to `/gone`"),
    (
        LINK,
        f"<form method=post action='/x/..'>{TOKEN}</form>",
        "page.html:1",
        "no meth",
    ),
    (GO.format("/x/../about/."), "", "pages.py:6", "mean `/about`?"),
    (GO.format("/x/../about"), "", "", ""),
    (DEEP.format("redirect", "about"), "", "pages.py:11", "`/about`, with a slash in"),
    (DEEP.format("redirect", "abuot"), "", "pages.py:11", "Write `/about`, with"),
    (DEEP.format("redirect", "gone"), "", "pages.py:11 note", "to `/deep/gone`"),
    (DEEP.format("redirect", "../about"), "", "", ""),
    (DEEP.format("redirect", "more"), "", "", ""),
    (SHOWN, "\n<a href='about#a'>x</a>", "page.html:2", "Write `/about`, with a slash"),
    (SHOWN, "<a href='more'>x</a><a href='../about'>x</a><a href=''>x</a>", "", ""),
    (SHOWN, "<a href='gone'>x</a><a href='#a'>x</a><a href='x:about'>x</a>", "", ""),
    (SHOWN, "<base href='/'><a href='about'>x</a>", "", ""),
    (SHOWN.replace("/go'", "/go/?'"), "<a href='about'>x</a>", "", ""),
    (SHOWN.replace("Main)]", "Main), ('/b', Main)]"), "<a href='about'>x</a>", "", ""),
    (LINK, "\n<a href='/abuot'>x</a>", "page.html:2", "Did you mean `/about`?"),
    (LINK, "<a href='{{mount}}/about/?a#b'>x</a>", "page.html:1", "mean `/about`?"),
    (LINK, f"<form method=post action='/gone'>{TOKEN}</form>", "page.html:1", "404"),
    (LINK, "<a href='/other'>x</a>", "page.html:1 note", "unless a folder"),
    (LINK, "<form action='/other'></form>", "page.html:1 note", "no route answers"),
    (LINK, "{{a}}<p>{a}</p>", "", ""),
    (LINK, "\n<p>{a}</p>", "page.html:2", "Write `{{a}}`, with two braces."),
    (LINK, "<p>{a}</p><script>({a}) => 1</script><p>{{#a}}x{{/a}}</p>", "", ""),
    (GO.format("/abuot"), "", "pages.py:6", "`/about`?"),
    (GO.format("/other"), "", "pages.py:6 note", "leads to `/other`"),
    (
        GO.format("other").replace(", ('/about', Main)", ""),
        "",
        "pages.py:6 note",
        "leads to `/other`",
    ),
    (
        LINK.replace("\n\n\n", "\n\n    def pots(self):\n        pass\n\n\n", 1),
        "",
        "pages.py:8",
        "Did you mean `def post`?",
    ),
    # What follows is correct, or may be.
    (
        LINK,
        "<a href='/about'>x</a><a href='/'>x</a><a href='/about?a=1#b'>x</a>",
        "",
        "",
    ),
    (LINK, "<a href='//a.b/c'>x</a><a href='https://a.b/c'>x</a>", "", ""),
    (LINK, "<a href='mailto:a@b'>x</a><a href='#a'>x</a><a href='about'>x</a>", "", ""),
    (LINK, "<a href='{{a}}'>x</a><a href='/{{a}}'>x</a><a href='/{{{a}}}'>", "", ""),
    (
        LINK,
        "<a onclick='go()' href='/abuot'>x</a><a data-a=1 href='/abuot'>x</a>",
        "",
        "",
    ),
    (
        LINK,
        "<!-- <a href='/abuot'>x</a> --><script>'<a href=\"/abuot\">'</script>",
        "",
        "",
    ),
    (LINK.replace("'page'", "page"), "<a href='/abuot'>x</a>", "", ""),
    (LINK.replace("[(", "rows + [("), "<a href='/abuot'>x</a>", "", ""),
    (f"{LINK}application = Wrap(application)\n", "<a href='/abuot'>x</a>", "", ""),
    (f"{LINK}application.add('/abuot', Main)\n", "<a href='/abuot'>x</a>", "", ""),
    (LINK.replace("'/about'", "r'/a(.*)'"), "<a href='/abuot'>x</a>", "", ""),
    (LINK.replace("Application(", "Site("), "<a href='/abuot'>x</a>", "", ""),
    (
        f"class Site(Application):\n    pass\n\n\n{LINK}",
        "<a href='/abuot'>x</a>",
        "",
        "",
    ),
    (GO.format("/about"), "", "", ""),
    (GO.format("about"), "", "", ""),
    (GO.format("https://a.b/abuot"), "", "", ""),
    (GO.format("/static/abuot.pdf"), "", "", ""),
    (GO.format("abuot"), "", "", ""),  # on two pages
    (
        BASE.format("redirect(self, url):\n        super().redirect('/about')")
        + GO.replace("(RequestHandler)", "(Base)").format("/abuot"),
        "",
        "",
        "",
    ),
    (
        LINK.replace("\n\n\n", "\n\n    def pots(self):\n        self.pots()\n\n\n", 1),
        "",
        "",
        "",
    ),
    (
        LINK.replace(
            "\n\n\n", "\n\n    @property\n    def pots(self):\n        1\n\n\n", 1
        ),
        "",
        "",
        "",
    ),
    (
        LINK.replace(
            "\n\n\n",
            "\n\n    def pots(self):\n        1\n\n    def post(self):\n        1\n\n\n",
            1,
        ),
        "",
        "",
        "",
    ),
    (
        LINK.replace(
            "\n\n\n", "\n\n    def pots(self):\n        1\n\n\nPOTS = 'pots'\n\n", 1
        ),
        "",
        "",
        "",
    ),
    (
        LINK.replace(
            "\n\n\n", "\n\n    def pots(self):\n        getattr(self, a)()\n\n\n", 1
        ),
        "",
        "",
        "",
    ),
    (
        LINK.replace("\n\n\n", "\n\n    def stop(self):\n        1\n\n\n", 1),
        "",
        "",
        "",
    ),
)

ROWS = "class Main:\n    pass\nrows = [('/', Main)]\n"


class CertainPageTest(unittest.TestCase):
    """Each row is a project."""

    def judge(self, code: str, html: str, place: str, words: str) -> None:
        templates = {"part.html": ""}
        if html:
            templates["page.html"] = html
        with self.subTest(code, html=html):
            with project(packaged(IMPORTS + code, templates)) as folder:
                found = check_soon(folder, "--no-load")["findings"]
            found = [f for f in found if f["rule"] != "missing-template"]
            said = [f"{f['message']} {f['fix']}" for f in found]
            places = [
                f"{f['file'].rpartition('/')[2]}:{f['line']} {f['severity']}"
                for f in found
            ]
            wanted = (
                place if place.endswith("note") or not place else f"{place} warning"
            )
            self.assertEqual(places, [wanted] if place else [], said)
            self.assertIn(words, "".join(said))

    def test_fields(self) -> None:
        for code, html, place, words in FIELDS:
            self.judge(
                code if "Application(" in code else code + APP, html, place, words
            )

    def test_lost_addresses(self) -> None:
        for code, html, place, words in LOST:
            self.judge(code, html, place, words)

    def test_a_line_of_code_has_one_number(self) -> None:
        code = f"{GET}self.write_html('<p>\\n\\n{{name}}</p>', name=1)\n{APP}"
        self.judge(code, "", f"pages.py:{FIRST + 2}", "two braces")

    def test_tables(self) -> None:
        main = "class Main:\n    pass\n"
        for code, is_known in (
            (f"{main}app = Application([('/', Main)])", True),
            (f"{main}rows = [('/', Main)]\napp = Application(rows)", True),
            (
                f"{main}rows = [('/', Main)]\napp = Application([*rows, ('/a', Main)])",
                True,
            ),
            (f"{main}app = Application(routes=[('/', Main, 'name')])", True),
            (f"{main}app = Application([('/', Main)] + rows)", False),
            (f"{main}rows = [('/', Main)]\nadd(rows)\napp = Application(rows)", False),
            (f"{main}rows = [('/', Main)]\nrows += x\napp = Application(rows)", False),
            (f"{ROWS}add(to=rows)\napp = Application(rows)", False),
            (f"{ROWS}a = rows\na.pop()\napp = Application(rows)", False),
            (f"{ROWS}def f():\n    return rows\napp = Application(rows)", False),
            (f"{ROWS}for row in rows:\n    print(row)\napp = Application(rows)", True),
            (f"{main}rows = [('/', Main)]\nrows.pop()\napp = Application(rows)", False),
            (f"{main}rows = [(p, Main) for p in x]\napp = Application(rows)", False),
            (f"{main}app = Application([(p, Main)])", False),
            (f"{main}app = Application([('/', pick())])", False),
            (f"{main}app = Application([('/', Unknown)])", False),
            (f"{main}app = Application([('(', Main)])", False),
            (f"{main}{main}app = Application([('/', Main)])", False),
            (f"{main}app = Application([('/', Main)])\nb = Application([])", False),
            (f"{main}def make():\n    return Application([('/', Main)])", False),
            (f"{main}app = Application([])", False),
            (f"{main}app = Application(" + "[*[" * 50 + "]]" * 50 + ")", False),
        ):
            with self.subTest(code[:80]):
                tree = ast.parse(code)
                classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
                found = certain_routes.of_python([tree], classes)
                self.assertEqual(found is not None, is_known)


if __name__ == "__main__":
    unittest.main()
