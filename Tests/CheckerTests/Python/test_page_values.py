"""What a handler gives to a template and a template to its layout, and the name of the app."""

from __future__ import annotations

import unittest

from support import check_soon, project
from test_all_routes import SWIFT_APP
from test_handler_mistakes import ENTRY, FIRST, SHOP, WSGI_FILE, packaged

LAYOUT = "<p>{{$title}}{{/title}}{{>part}}</p>"
PART = "{{#a}}{{$content}}x{{/content}}{{/a}}"

# A template, the line that is named, and what is said and advised; 0 if nothing is found.
BLOCKS = (
    ("{{<layout}}{{$content}}x{{/content}}{{$title}}y{{/title}}{{/layout}}", 0, ""),
    (
        "{{<layout}}\n{{$contnet}}x{{/contnet}}{{/layout}}",
        2,
        "Write `{{$content}}...{{/",
    ),
    ("{{<layout}}{{$nav}}x{{/nav}}{{/layout}}", 1, "blocks: `content` and `title`."),
    ("{{<layout}}{{#content}}x{{/content}}{{/layout}}", 0, ""),
    ("{{<plain}}{{$nav}}{{/nav}}{{/plain}}", 1, "`{{$nav}}{{/nav}}` into templates/pl"),
    ("{{#a}}\n{{<layout}}\n\n{{$b}}{{/b}}{{/layout}}{{/a}}", 4, "no block `b`"),
    ("{{<middle}}{{$title}}x{{/title}}{{$inner}}{{/inner}}{{/middle}}", 0, ""),
    ("{{<middle}}{{$titel}}x{{/titel}}{{/middle}}", 1, "Write `{{$title}}"),
    ("{{<loop}}{{$title}}x{{/title}}{{/loop}}", 1, "no block `title`"),
    ("{{<broken}}{{$title}}x{{/title}}{{/broken}}", 0, ""),
    ("{{<layout}}{{/layout}}", 0, ""),
    (
        "{{<layout}}" + "{{$b}}" * 5_000 + "{{/b}}" * 5_000 + "{{/layout}}",
        1,
        "block `b`",
    ),
)
OTHERS = {
    "layout.html": LAYOUT,
    "part.html": PART,
    "plain.html": "<p>",
    "middle.html": "{{<layout}}{{$content}}{{$inner}}{{/inner}}{{/content}}{{/layout}}",
    "loop.html": "{{>loop}}",
    "broken.html": "{{>broken_too}}",
    "broken_too.html": "{{#a}}",
}

# What a handler passes, its type, and the advice.
PASSED = (
    ("sqlite3.connect(':memory:').execute('SELECT 1')", "Cursor", "`.fetchall()`"),
    ("(n for n in 'ab')", "generator", "`rows=list(...)`"),
    ("{1: 2}.items()", "dict_items", "`rows=list(...)`"),
    ("wrapped", "function", ""),
    ("object()", "object", "Pass text, numbers, lists and dicts"),
)


class BlockTest(unittest.TestCase):
    """The blocks of layouts: no page is asked for."""

    def test_blocks(self) -> None:
        code = SHOP.format("        self.write('x')").replace("from web", "from .web")
        for text, line, words in BLOCKS:
            files = packaged(code, {**OTHERS, "page.html": text})
            with self.subTest(text[:60]), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
                found = [f for f in found if "broken" not in f["file"]]
                places = [(f["rule"], f["file"], f["line"]) for f in found]
                place = ("page-mistake", "templates/page.html", line)
                self.assertEqual(places, [place] if line else [])
                if found:
                    self.assertIn("has no block `", found[0]["message"])
                    self.assertIn(words, found[0]["message"] + found[0]["fix"])
                    self.assertEqual(found[0]["severity"], "warning")


BAD = "{{ name|upper }}{% if name %}<form method=post></form>"
JINJA = "from jinja2 import Environment"
FOLDER = "TEMPLATES = Path('shop') / 'templates'"

# More code, a file in templates/ with mistakes, another one, and whether they are told.
USES = (
    ("", "README.md", "", False),
    ("", "notes", "", False),
    ("", "new.html", "", True),
    ("", "mail.txt", "", False),
    ("", "mail.txt", "{{>mail.txt}}", True),
    ("def show(self): self.render('mail.txt')", "mail.txt", "", True),
    ("def show(self): self.write_html('{{>a.txt}}', b=1)", "a.txt", "", True),
    (JINJA, "new.html", "", False),
    ("import jinja2.sandbox", "new.html", "{{>new}}", False),
    (FOLDER, "new.html", "", False),
    (FOLDER, "new.html", "{{$a}}{{<new}}{{/new}}{{/a}}", True),
)


class UseTest(unittest.TestCase):
    """Which files in templates/ are templates of handlers."""

    def test_files(self) -> None:
        for more, name, other, is_told in USES:
            code = SHOP.format("        self.render('page')")
            code = code.replace("from web", "from .web") + f"\n\n{more}\n"
            files = packaged(code, {"page.html": other, name: BAD})
            with self.subTest(more, name=name), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
                files_told = {f["file"] for f in found}
                told = {f"templates/{name}"} if is_told else set()
                self.assertEqual(files_told, told, found)


RUNS = 'let page = try read("templates/new.html")\nlet folder = "templates/"'
# Code in Swift, and whether its project's templates are of handlers for certain.
SWIFT_USES = (
    ("", True),
    ("import Foundation\nimport Mustache", True),
    ("// import Leaf", True),
    ('let text = "import Leaf"', True),
    ("import Leaf", False),
    ("@preconcurrency import Stencil", False),
    ("import Vapor", False),
    (RUNS, False),
    ('let file = "\\(folder)/templates/\\(name)"', False),
)


class SwiftUseTest(unittest.TestCase):
    """The same of handlers in Swift."""

    def test_files(self) -> None:
        for more, is_told in SWIFT_USES:
            files = {"wsgi.py": SWIFT_APP, "Sources/Shop/Web/CSRF.swift": ""}
            files["Sources/Shop/Routes.swift"] = f"{more}\n"
            files["templates/new.html"] = BAD
            with self.subTest(more), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
                told = {f["file"] for f in found if f["file"].startswith("templates")}
                self.assertEqual(told, {"templates/new.html"} if is_told else set())


class PassedTest(unittest.TestCase):
    """The line of the handler is named, and not the template."""

    def test_types(self) -> None:
        for value, kind, advice in PASSED:
            code = SHOP.format(f"        self.render('page', rows={value})")
            files = packaged(
                code.replace("from web", "from .web"),
                {"page.html": "\n{{#rows}}x{{/rows}}"},
            )
            with self.subTest(value), project(files) as folder:
                found = check_soon(folder)["findings"]
                if not advice:
                    continue
                [finding] = found
                self.assertEqual(
                    (finding["file"], finding["line"]), ("shop/pages.py", FIRST)
                )
                self.assertIn(f"`rows` with the type {kind}", finding["message"])
                self.assertIn("templates/page.html:2", finding["message"])
                self.assertIn(advice, finding["fix"])


class NameTest(unittest.TestCase):
    """The entry file asks for ``application``, and another file does not have it."""

    def test_names(self) -> None:
        code = SHOP.format("        self.write('x')").replace("from web", "from .web")
        last = code.count("\n")
        row = 'Application([("/", MainHandler)])'
        entry = ENTRY.replace("from shop import application", "from shop import pages")
        entry += "application = pages.application\n"
        for line, place, fix in (
            (f"app = {row}", last, "Write `application` in place of `app`."),
            ("", 1, "Write at its end: `application = Application(routes)`."),
            (
                "application = Application()",
                last,
                "`application = Application(routes)`",
            ),
            ("application = Application", last, "`application = Application(routes)`"),
            ("application = MainHandler", last, "`application = MainHandler()`"),
        ):
            text = code.replace(f"application = {row}", line)
            self.assertNotEqual(text, code)
            files = {**packaged(text, {}), WSGI_FILE: entry}
            with self.subTest(line), project(files) as folder:
                found = check_soon(folder)["findings"]
                found = [f for f in found if f["severity"] == "error"]
                places = [(f["file"], f["line"]) for f in found]
                self.assertEqual(places, [("shop/pages.py", place)], found)
                self.assertIn(fix, found[0]["fix"])


if __name__ == "__main__":
    unittest.main()
