"""Mistakes in handlers of a project that pa-new made: the check names their line."""

from __future__ import annotations

import unittest

from support import check_soon, project
from test_routes import handler_library

WSGI_FILE = "alice_pythonanywhere_com_wsgi.py"
ENTRY = """import sys

sys.path.insert(0, '/home/alice/mysite')
from shop import application
"""
SHOP = """import sqlite3

from web import Application, RequestHandler


def wrapped(method):
    return method


class MainHandler(RequestHandler):
    @wrapped
    def get(self):
{}


application = Application([("/", MainHandler)])
"""
FIRST = 13  # the line of the method's first statement

# Their code, the number of the line in it, and what is said of it.
MISTAKES = (
    ("return 'tea'", 0, "TypeError: MainHandler.get returned a value of the type str"),
    ("yield 'tea'", -2, "TypeError: MainHandler.get has a yield"),
    ("1 / 0", 0, "because of ZeroDivisionError: division by zero"),
    ("self.set_status(99)", 0, "because of ValueError: a status is from 200 to 599"),
    (
        "self.write(\n    1\n)",
        0,
        "because of TypeError: self.write takes text, bytes, a dict or a list, not the",
    ),
)

DELETE = "def delete(self, number): NOTES.pop(number)"
# The methods of a handler, more code, the line of the method in it, and what is said.
HELPERS = (
    (f"def post(self): self.delete(1)\n    {DELETE}", "", 2, True),
    (
        DELETE,
        (
            "class Between(MainHandler): pass\nclass Other(Between):\n"
            "    def post(self): self.delete(1)"
        ),
        1,
        True,
    ),
    (DELETE, "", 1, False),
    (f"def post(self): other.delete(1)\n    {DELETE}", "", 2, False),
    (DELETE, "class Other:\n    def post(self): self.delete(1)", 1, False),
    # A form sends this one.
    (
        "def post(self, number): self.put()\n    def put(self): self.post(1)",
        "",
        1,
        False,
    ),
)


def shop(code: str) -> dict[str, str]:
    """Return the files of a project, with code for the method of its handler."""
    body = "\n".join("        " + text for text in code.split("\n"))
    return {WSGI_FILE: ENTRY, "shop.py": SHOP.format(body), **handler_library()}


def packaged(code: str, templates: dict[str, str]) -> dict[str, str]:
    """Return the files of a project as pa-new makes one, with its templates."""
    return {
        WSGI_FILE: ENTRY.replace("from shop", "from shop.pages"),
        "shop/__init__.py": "",
        "shop/pages.py": code,
        **{f"shop/{path}": text for path, text in handler_library().items()},
        **{f"templates/{path}": text for path, text in templates.items()},
    }


def with_words(files: dict[str, str], words: str) -> dict[str, str]:
    """Return a project whose library says this of a class without a method, as before."""
    [name] = [name for name in files if name.endswith("web/mistakes.py")]
    now = 'problem = f"{node.name} has {name}, and no {verb}: write def {verb}"'
    then = f'problem = f"{{node.name}} {words}"'
    assert now in files[name]
    text = files[name].replace(now, then)
    return {**files, name: text.replace("return part.lineno", "return node.lineno")}


class HandlerMistakeTest(unittest.TestCase):
    """One request of each."""

    def test_the_line_is_named(self) -> None:
        for code, line, words in MISTAKES:
            with self.subTest(code), project(shop(code)) as folder:
                report = check_soon(folder)
                [finding] = report["findings"]
                self.assertEqual(finding["rule"], "error-response")
                place = (finding["file"], finding["line"])
                self.assertEqual(place, ("shop.py", FIRST + line))
                self.assertIn(words, finding["message"])
                self.assertIn("The response to `/` is 500", finding["message"])

    def test_a_helper_with_the_name_of_a_method(self) -> None:
        begin = SHOP.format("        self.write('x')\n\n    {}\n\n\n{}")
        for methods, more, line, is_helper in HELPERS:
            files = {**shop("pass"), "shop.py": begin.format(methods, more)}
            with self.subTest(methods, more=more), project(files) as folder:
                found = check_soon(folder)["findings"]
                [finding] = [f for f in found if f["line"] == FIRST + 1 + line]
                self.assertEqual(
                    (finding["rule"], finding["severity"]),
                    ("handler-mistake", "warning" if is_helper else "error"),
                )
                words = "MainHandler.delete` is a helper, but a DELETE request calls it"
                if not is_helper:
                    words = "does not fit its route"
                self.assertIn(words, finding["message"])
                self.assertEqual("`delete_item`" in finding["fix"], is_helper)

    def test_a_name_near_to_a_method_of_http(self) -> None:
        code = SHOP.format("        self.write('x')").replace("from web", "from .web")
        code = code.replace("    @wrapped\n    def get", "    def gte")
        old = "has no method: write def get(self), indented below the class"
        for files in (packaged(code, {}), with_words(packaged(code, {}), old)):
            with project(files) as folder:
                [finding] = check_soon(folder)["findings"]
            place = ("shop/pages.py", FIRST - 2)
            self.assertEqual((finding["file"], finding["line"]), place)
            self.assertEqual(finding["fix"], "Did you mean `def get`?")

    def test_a_cause_that_is_known_is_told(self) -> None:
        code = "sqlite3.connect(':memory:').execute('SELECT 1 FROM tea')"
        with project(shop(code)) as folder:
            [finding] = check_soon(folder)["findings"]
            self.assertEqual(finding["rule"], "missing-table")
            self.assertEqual((finding["file"], finding["line"]), ("shop.py", FIRST))


class PageMistakeTest(unittest.TestCase):
    """Templates of pages, in a project as pa-new makes one."""

    def find(self, templates: dict[str, str]) -> tuple[str, str, int, str]:
        """Return the rule, the place and the message of the only finding."""
        code = SHOP.format("        self.render('page.html', name='x')")
        code = code.replace("from web", "from .web")
        with project(packaged(code, templates)) as folder:
            report = check_soon(folder)
        [finding] = report["findings"]
        message = f"{finding['message']} {finding['fix']}"
        return finding["rule"], finding["file"], finding["line"], message

    def test_a_mistake_in_a_template(self) -> None:
        found = self.find({"page.html": "<p>\n {{name</p>\n"})
        self.assertEqual(found[:3], ("error-response", "templates/page.html", 2))
        self.assertIn("in column 2: the tag is not closed", found[3])

    def test_missing_templates(self) -> None:
        for templates, place, words in (
            (
                {},
                ("shop/pages.py", FIRST),
                f"Make the folder templates/ beside {WSGI_FILE}",
            ),
            (
                {"page.html": "\n{{#x}}{{>item}}{{/x}}"},
                ("templates/page.html", 2),
                "correct the name (templates/ has page.html).",
            ),
            (
                {"pgae.html": ""},
                ("shop/pages.py", FIRST),
                "Did you mean 'pgae.html'? (templates/ has pgae.html).",
            ),
        ):
            with self.subTest(templates):
                found = self.find(templates)
                self.assertEqual(found[:3], ("missing-template", *place))
                self.assertIn(".html`, which is not found", found[3])
                self.assertIn(words, found[3])
                self.assertNotIn("engine", found[3])

    def test_folders_elsewhere(self) -> None:
        code = SHOP.format("        self.render('page.html', name='x')")
        for page in ("page.html", "{{#static_url}}page.html{{/static_url}}"):
            kind = "templates" if page == "page.html" else "static"
            for place, others, words in (
                (
                    f"shop/{kind}/page.html",
                    {},
                    f"the folder shop/{kind}/ beside {WSGI_FILE}",
                ),
                (
                    f"shop/{kind.title()}/page.html",
                    {},
                    f"beside {WSGI_FILE}, as {kind}/",
                ),
                (
                    f"shop/{kind}/page.html",
                    {f"{kind}/other.html": ""},
                    f"the file shop/{kind}/page.html to {kind}/ beside {WSGI_FILE}",
                ),
                (f"{kind[:-1]}/page.html", {}, f"Rename the folder {kind[:-1]}/ to"),
                (
                    "other/page.html",
                    {},
                    "Make the folder" if kind == "templates" else "Add the file",
                ),
            ):
                files = packaged(code.replace("from web", "from .web"), {})
                if kind == "static":
                    files["templates/page.html"] = page
                files |= {place: "", **others}
                with self.subTest(place, others=others), project(files) as folder:
                    found = check_soon(folder, "--no-load")["findings"]
                    [fix] = [f["fix"] for f in found if f["rule"] != "wrong-case"]
                    self.assertIn(words, fix)

    def test_capital_letters_of_folders(self) -> None:
        code = SHOP.format("        self.render('page.html', name='x')")
        for place, fix in (
            ("Templates/page.html", "Rename the folder Templates/ to templates/."),
            ("shop/Templates/page.html", "Move the folder shop/Templates/ beside"),
            (
                "Templates/Page.html",
                "to templates/; rename the file to `page.html`, or",
            ),
            ("templates/Page.html", "Rename the file to `page.html`, or write"),
        ):
            files = packaged(code.replace("from web", "from .web"), {})
            with self.subTest(place), project({**files, place: ""}) as folder:
                found = check_soon(folder)["findings"]
                [finding] = [f for f in found if f["rule"] == "wrong-case"]
                self.assertIn(fix, finding["fix"])

    def test_capital_letters(self) -> None:
        found = self.find({"Page.html": "x"})
        self.assertEqual(found[:2], ("wrong-case", "shop/pages.py"))
        self.assertIn("but the file is `templates/Page.html`", found[3])


if __name__ == "__main__":
    unittest.main()
