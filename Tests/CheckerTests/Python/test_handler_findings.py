"""Mistakes in handlers and templates that make no request fail, or the import: each is found."""

from __future__ import annotations

import unittest

from support import check_soon, project
from test_handler_mistakes import packaged

IMPORTS = "from .web import Application, RequestHandler\n\n\n"
FIRST = 4  # the line of the class
GET = "class Main(RequestHandler):\n    def get(self):\n        "
ITEM = "class Main(RequestHandler):\n    def get(self, x='a'):\n        "
WRITES = f"{GET}self.write('x')\n"
APP = "\napplication = Application([('/', Main)])\n"
ROWS = f"{WRITES}application = Application({{}})\n"
FORM = "'''\n<form method=post><p></form>'''"

# The code behind the imports, the line of it, the rule and severity, and what is said.
FOUND: tuple[tuple[str, int, str, str], ...] = (
    (
        ROWS.format("[('/', Main), ('a', Main)]"),
        3,
        "handler-mistake error",
        "The route 'a' has to begin with a slash: write '/a'",
    ),
    (
        ROWS.format("[('/', Main)\n    ('/b', Main)]"),
        3,
        "handler-mistake error",
        "A comma is missing behind `('/', Main)`",
    ),
    (
        ROWS.format("[('/', Main())]").replace("Main", "MainHandler"),
        3,
        "handler-mistake error",
        "The class `MainHandler` is called here: a route takes the class itself",
    ),
    (
        ROWS.format("[('/', Main), (r'/(a)', Main)]"),
        1,
        "handler-mistake error",
        "Main.get does not fit its route, which has 1 group: write def get(self, value)",
    ),
    (
        f"{GET}self.write{APP}",
        2,
        "handler-mistake warning",
        "self.write is not called: write self.write(...)",
    ),
    (
        f"{GET}pass{APP}",
        1,
        "handler-mistake warning",
        "The method get wrote nothing, so the page is empty",
    ),
    (
        f"{WRITES}    def GET(self): pass{APP}",
        3,
        "handler-mistake warning",
        "Main.GET is never called: write def get",
    ),
    (
        f"{GET}self.send_file('a.txt'){APP}",
        2,
        "handler-mistake warning",
        "send_file: there is no file a.txt",
    ),
    (
        ROWS.format("[('/', Main), ('/x\\.a', Main)]"),
        3,
        "handler-mistake warning",
        "The pattern '/x\\.a' has a backslash, and no r before it",
    ),
    (
        f"{ITEM}self.write_html(f'<p>{{x}}</p>'){APP}",
        2,
        "html-from-text warning",
        "`x` is put into the HTML as it is",
    ),
    (
        f"{ITEM}self.write_html('<p>' + x + '</p>'){APP}",
        2,
        "html-from-text warning",
        "`x` is put into the HTML as it is",
    ),
    (
        f"{ITEM}self.write_html('<p>%s</p>' % (x,)){APP}",
        2,
        "html-from-text warning",
        "`x` is put into the HTML as it is",
    ),
    (
        f"{ITEM}self.write_html('<p>{{}}</p>'.format(x)){APP}",
        2,
        "html-from-text warning",
        "`x` is put into the HTML as it is",
    ),
    (
        f"{GET}self.write_html({FORM}){APP}",
        3,
        "page-mistake warning",
        "This form has no token",
    ),
)
SAFE = (
    "f'<p>{escape(x)}</p>'",
    "f'{self.mount}{PAGE}'",
    "'<p>' + html.escape(x) + '</p>'",
    "'<p>{}</p>'.format(len(x))",
    "'<p>%s</p>' % len(x)",
    "page(x)",
    "'<p>{{x}}</p>', x=x",
)
NO_FILE_TYPE = "but not the type that sends files"
NO_TOKEN = "This form has no token"

# HTML, the line that is named, and what is said; 0 if nothing is.
PAGES: tuple[tuple[str, int, str], ...] = (
    ("\n<form action='/a'\n  method='POST'><p></form>", 2, NO_TOKEN),
    ('<form method="post"><p>', 1, NO_TOKEN),
    ('<form method="post">{{{csrf_token}}}<p>', 1, NO_TOKEN),
    ('\n<form method="post">\n  <p>\n  {{ csrf_token }}</form>', 2, NO_TOKEN),
    ('<form method="post">{{>fields}}{{csrf_token}}</form>', 0, ""),
    ("<form method=post>{{{csrf_field}}}<input type='file'></form>", 1, NO_FILE_TYPE),
    ('<form><input type="file"></form><form>', 1, NO_FILE_TYPE),
    ("x\n{% for a in b %}{{a}}{% endfor %}", 2, "is of another language of templates"),
    ('<form method="post">{{{csrf_field}}}</form>', 0, ""),
    ("<form method=post " * 20_000, 0, ""),
    ("<form {{ method=post " * 20_000, 1, "column 7: the tag is not closed"),
    ('<form action="{{{a}}}" method="post"><p></form>', 0, ""),
    ('<form action="/{{a}}" method="post"><p></form>', 1, NO_TOKEN),
    ('<form method="post">{{&csrf_field}}</form>', 0, ""),
    ('<form method="post"><input name="_csrf" value="{{csrf_token}}"></form>', 0, ""),
    ('<form method="post">{{>fields}}</form>', 0, ""),
    ('<form method="get"><p></form>', 0, ""),
    ('<form method="post" action="https://example.com/a"></form>', 0, ""),
    ('<form action="{{a}}" method="post">{{{csrf_field}}}</form>', 0, ""),
    (
        "<form enctype='multipart/form-data'>{{{csrf_field}}}<input type=file></form>",
        0,
        "",
    ),
)

URL = "<a href='{{{{#static_url}}}}{}{{{{/static_url}}}}'>".format
# The code of a handler, a template, and what is said and advised; "" if nothing is.
NAMED: tuple[tuple[str, str, str, str], ...] = (
    ("self.render('page.html')", "", "", ""),
    ("self.render('page')", "", "", ""),
    ("self.render('deep/a.txt')", "", "", ""),
    ("self.render('pag.html')", "", "template `pag.html`", "mean 'page.html'? (temp"),
    ("self.render('pag')", "", "`pag.html`, which is", "Did you mean 'page.html'?"),
    ("self.render('Page.html')", "", "`Page.html`, which", "Did you mean 'page.html'?"),
    ("self.render('templates/page.html')", "", "is not found", "mean 'page.html'?"),
    ("self.render('other.html')", "", "`other.html`", "has deep/a.txt, page.html)."),
    ("self.render(x)", "", "", ""),
    ("other.render('other.html')", "", "", ""),
    ("self.static_url('site.css')", "", "", ""),
    (
        "self.static_url('main.js')",
        "",
        "`static/main.js`",
        "Add the file to static",
    ),
    ("self.static_url('static/site.css')", "", "static/static/", "Write `site.css`"),
    ('self.write_html("""' + URL("sit.css") + '""")', "", "sit.css", "`site.css`"),
    ("self.finish()", URL("site.css"), "", ""),
    ("self.finish()", URL("{{name}}"), "'static_url' cannot have tags inside", ""),
    ("self.finish()", URL("sites.css"), "`static/sites.css`", "Write `site.css`"),
    (
        "self.finish()",
        "\n" + URL(" /site.css "),
        "with a slash: `/site.css`",
        "`site.css`",
    ),
)

# A template, the line that is named, and what is said of it; 0 if nothing is.
TEMPLATES: tuple[tuple[str | bytes, int, str], ...] = (
    ("<p>{{name}}</p>\n{{#a}}{{.}}{{/a}}", 0, ""),
    ("{{=<% %>=}}\n<% name %> {{", 0, ""),
    ("", 0, ""),
    ("a\n {{#b}}\n{{/c}}", 3, "column 4: 'c' cannot be closed here: close 'b' first"),
    ("a\n {{#b}}\n", 2, "in column 2: 'b' is not closed"),
    ("{{/b}}", 1, "in column 4: 'b' cannot be closed here: nothing is open"),
    ("é {{name", 1, "in column 3: the tag is not closed"),
    ("{{" * 100_000, 1, "in column 1: the tag is not closed"),
    ("{{#a}}" * 50_000, 1, "'a' is not closed"),
    ("\n{{ name|upper }}", 2, "templates have no filters and no code"),
    ("{{#a}}{{else}}{{/a}}", 1, "for else, write {{^name}}"),
    ("\n{{static_url}}/a.css", 2, "'static_url' needs a path"),
    ("\n{{ csrf_field }}", 2, "'csrf_field' is HTML: write {{{csrf_field}}}"),
    ("{{name}}\n{{>*part}}", 2, "a page cannot have the dynamic name '*part'"),
    ("\n{{>pag}}", 2, "needs the template `pag.html`, which is not found"),
    ("\n{{<lay}}{{/lay}}", 2, "needs the template `lay.html`, which is not found"),
    ("{{>page}}{{>deep/a.txt}}", 0, ""),
    (b"\xef\xbb\xbf{{#a}}", 1, "in column 1: 'a' is not closed"),
    (b"a\n\xff", 2, "in column 1: the file is not UTF-8"),
    (b"\x89PNG\0{{#a}}", 0, ""),
)
HANDLER = "class Other(RequestHandler):\n    def get(self, a, b=''): self.write(a)\n"
# Code with a handler, and the row that is advised; "" if a route leads to it.
UNUSED = (
    (f"{HANDLER}{APP}", '(r"/other/([^/]+)", Other)'),
    (f"{HANDLER.replace('RequestH', 'Main').replace('andler', '', 1)}{APP}", "Other"),
    (f"{HANDLER}{APP.replace('Main', 'Other')}", "Main"),
    (f"{HANDLER}\nrows = [('/', Main)]\nrows.append(('/a', Other)){APP}", ""),
    (f"{HANDLER}\nclass Last(Other): pass\n{APP.replace('Main', 'Last')}", "Main"),
    (f"{HANDLER.replace('get', 'helper')}{APP}", ""),
    (f"{HANDLER.replace('RequestHandler', 'dict')}{APP}", ""),
    (f"def route(kind): return kind\n\n@route\n{HANDLER}{APP}", ""),
    (f"{HANDLER}\nx = getattr(Main, 'x' + '', None){APP}", ""),
    (f"{HANDLER}\nx = RequestHandler.__subclasses__(){APP}", ""),
    (f"{HANDLER}\nx = p.__dict__.values(){APP}", ""),
    (f"{HANDLER}\nx = dir(p){APP}", ""),
    (
        f"class Base:\n    def __init_subclass__(cls): ROWS.append(cls)\n\n{HANDLER}{APP}",
        "",
    ),
    (f"{HANDLER.replace('):', ', path=1):', 1)}{APP}", ""),
)


class FindingTest(unittest.TestCase):
    """One check of each."""

    def check(
        self, code: str, templates: dict[str, str], *options: str
    ) -> list[dict[str, object]]:
        with project(packaged(code, templates)) as folder:
            findings: list[dict[str, object]] = check_soon(folder, *options)["findings"]
        return findings

    def test_code(self) -> None:
        for code, line, rule, words in FOUND:
            with self.subTest(words, code=code):
                [found] = self.check(IMPORTS + code, {})
                self.assertEqual(f"{found['rule']} {found['severity']}", rule)
                self.assertEqual(
                    (found["file"], found["line"]), ("shop/pages.py", FIRST + line)
                )
                self.assertIn(words, str(found["message"]))

    def test_templates(self) -> None:
        code = IMPORTS + WRITES + APP
        for html, line, words in PAGES:
            with self.subTest(html):
                found = self.check(code, {"page.html": html, "fields.html": ""})
                places = [(f["rule"], f["file"], f["line"]) for f in found]
                place = ("page-mistake", "templates/page.html", line)
                self.assertEqual(places, [place] if line else [])
                self.assertIn(words, str(found[0]["message"]) if found else "")

    def test_the_files_that_are_named(self) -> None:
        for code, html, words, advice in NAMED:
            files = packaged(
                f"{IMPORTS}{ITEM}{code}{APP}", {"page.html": html, "deep/a.txt": ""}
            )
            files["static/site.css"] = ""
            with self.subTest(code, html=html), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
                self.assertEqual(len(found), 1 if words else 0, found)
                if found:
                    place = ("shop/pages.py", FIRST + 2)
                    if html:
                        place = ("templates/page.html", 1 + html.count("\n"))
                    self.assertEqual((found[0]["file"], found[0]["line"]), place)
                    self.assertIn(words, found[0]["message"])
                    self.assertIn(advice, found[0]["fix"])

    def test_every_template_is_parsed(self) -> None:
        code = IMPORTS + WRITES + APP
        for text, line, words in TEMPLATES:
            files: dict[str, str | bytes] = {**packaged(code, {"page.html": ""})}
            files |= {"templates/new.html": text, "templates/deep/a.txt": ""}
            with self.subTest(text[:40]), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
                places = [(f["file"], f["line"], f["severity"]) for f in found]
                place = ("templates/new.html", line, "error")
                self.assertEqual(places, [place] if line else [])
                self.assertIn(words, found[0]["message"] if found else "")

    def test_what_an_editor_leaves_is_no_template(self) -> None:
        names = (".page.html.swp", "page.html~")
        code = IMPORTS + WRITES + APP
        self.assertEqual(self.check(code, dict.fromkeys(names, "{{#a}}")), [])

    def test_a_mistake_is_told_once(self) -> None:
        code = f"{IMPORTS}{GET}self.render('page.html'){APP}"
        [found] = self.check(code, {"page.html": "{{#a}}"})
        self.assertEqual((found["rule"], found["paths"]), ("error-response", ["/"]))

    def test_handlers_without_a_route(self) -> None:
        for code, row in UNUSED:
            with self.subTest(code):
                found = self.check(f"{IMPORTS}{WRITES}\n\n{code}", {}, "--no-load")
                self.assertEqual(len(found), 1 if row else 0, found)
                if row:
                    self.assertEqual(found[0]["rule"], "handler-mistake")
                    self.assertIn("No route uses the handler", str(found[0]["message"]))
                    self.assertIn(row, str(found[0]["fix"]))

    def test_a_handler_in_a_file_that_nothing_imports(self) -> None:
        handler = f"from .web import RequestHandler\n\n\n{HANDLER}"
        files = packaged(IMPORTS + WRITES + APP, {})
        files |= {"shop/more.py": handler, "tests/test_a.py": handler}
        with project(files) as folder:
            [found] = check_soon(folder, "--no-load")["findings"]
        self.assertEqual((found["file"], found["line"]), ("shop/more.py", 4))
        self.assertIn("`shop/pages.py`", found["fix"])

    def test_a_template_that_is_not_there_is_told_once(self) -> None:
        code = f"{IMPORTS}{GET}self.render('pag.html'){APP}"
        [found] = self.check(code, {"page.html": ""})
        self.assertEqual(
            (found["rule"], found["line"]), ("missing-template", FIRST + 2)
        )

    def test_the_token_of_another_language(self) -> None:
        html = '<form method="post">\n{% csrf_token %}</form>'
        found = self.check(IMPORTS + WRITES + APP, {"page.html": html})
        self.assertEqual(
            [(f["rule"], f["line"]) for f in found],
            [("page-mistake", 1), ("page-mistake", 2)],
        )
        for finding in found:
            self.assertIn("{{{csrf_field}}}", str(finding["fix"]))

    def test_what_is_safe(self) -> None:
        begin = "import html\nfrom html import escape\n" + IMPORTS
        begin += "PAGE = ''\n\n\ndef page(x):\n    return x\n\n\n"
        for html in SAFE:
            with self.subTest(html):
                code = f"{begin}{ITEM}self.write_html({html}){APP}"
                self.assertEqual(self.check(code, {}), [])

    def test_other_projects_have_other_templates(self) -> None:
        app = "def application(environ, start_response):\n"
        app += "    start_response('200 OK', [])\n    return []\n"
        files = {"wsgi.py": app, "templates/a.html": "<form method=post>{% if a %}"}
        with project(files) as folder:
            self.assertEqual(check_soon(folder)["findings"], [])


SWIFT = """// The handlers: RequestHandler
struct Main: RequestHandler {{
  func get() -> Response {{ {} }} // https://example.com
}}
"""
SWIFT_ROUTES = 'let application = Application([Route("/http://x", get: Main.get)])\n'
# More code in Swift, a template, and the line and words of what is found.
SWIFT_CODE: tuple[tuple[str, str, str, int, str], ...] = (
    ('try request.render("page")', "", "", 0, ""),
    ('try request.render("page.html")', "", "", 0, ""),
    ('try request.render("pag")', "", "", 3, "template `pag.html`, which is not found"),
    ('try request.render("\\(name).html")', "", "", 0, ""),
    ('// try request.render("pag")', "", "", 0, ""),
    ('try request.staticURL("a.css")', "", "", 3, "no static file `static/a.css`"),
    ("x", "class Other: Sendable, RequestHandler {\n", "", 0, ""),
    (
        "x",
        "struct Tea: RequestHandler {\n  func post(id: Int, of b: Int) {\n",
        "",
        5,
        'Route("/tea/{id}/{b}", post: Tea.post)',
    ),
    ("x", "/* struct Tea: RequestHandler {\n  func get() { */\n", "", 0, ""),
    ("x", "", "<form method=post>", 1, "This form has no token"),
    ("x", "", "\n{{#a}}", 2, "in column 1: 'a' is not closed"),
)


class SwiftTest(unittest.TestCase):
    """The code and the templates of a project with handlers in Swift."""

    def test_what_is_read(self) -> None:
        app = "def application(environ, start_response):\n"
        app += "    start_response('200 OK', [])\n    return []\n"
        for code, more, html, line, words in SWIFT_CODE:
            files = {
                "wsgi.py": app,
                "Sources/Shop/Web/CSRF.swift": "struct X: RequestHandler {\n func get() {",
                "Sources/Shop/Handlers.swift": SWIFT.format(code) + more,
                "Sources/Shop/Routes.swift": SWIFT_ROUTES,
                "templates/page.html": html,
            }
            with self.subTest(code, more=more, html=html), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
            self.assertEqual(len(found), 1 if line else 0, found)
            if line:
                file = "templates/page.html" if html else "Sources/Shop/Handlers.swift"
                self.assertEqual((found[0]["file"], found[0]["line"]), (file, line))
                self.assertIn(words, f"{found[0]['message']} {found[0]['fix']}")


if __name__ == "__main__":
    unittest.main()
