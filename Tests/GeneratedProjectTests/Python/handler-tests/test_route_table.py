"""Wrong rows of the route table: the error names the row, and says what to write."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any

from asking import TestCase
from hello.web import Application
from test_mistakes import NAMES, module

# What is in the list of routes, and what is said of it. The row is in line 3.
ROUTES = {
    "Main": "Application takes a list of routes, not the class Main",
    "5": "Application takes a list of routes, not the number 5",
    "{'/': Main}": "Application takes a list of routes, not a dict",
    "('/', Main)": 'each route is a pair in brackets, in a list: write [(r"/"',
    "['/', Main]": "each route is a pair in brackets, in a list",
    "'/'": "each route is a pair in brackets",
    "[5]": "a route is a pair (pattern, handler), not the number 5",
    "[Main]": "a route is a pair (pattern, handler), not the class Main",
    "[()]": "a route has 2 or 3 parts, and this one 0",
    "[('/',)]": "a route has 2 or 3 parts, and this one 1",
    "[('/', Main, 'a', 'b')]": "a route has 2 or 3 parts, and this one 4",
    "[(Main, '/')]": "the first part of a route is its pattern, a text, not the class",
    "[(b'/', Main)]": "the first part of a route is its pattern, a text, not a bytes",
    "[('/', 'Main')]": "needs a handler: write the class Main without quotes",
    "[('/', Main.get)]": "needs a handler: write only the class, Main",
    "[('/', index)]": "write the name of a class that extends RequestHandler, not the",
    "[('/', Plain)]": "needs a handler: write class Plain(RequestHandler)",
    "[('/', None)]": "extends RequestHandler, not None",
    "[('/', Main, 5)]": "the name of the route '/' is a text, not the number 5",
    "[('/(', Main)]": "is not a regular expression: missing )",
    "[('about', Main)]": "the route 'about' has to begin with a slash: write '/about'",
    "[('/a<id>', Main)]": "is a regular expression: write (?P<id>[^/]+) instead of <id>",
    "[('/<int:id>', Main)]": "write (?P<id>[^/]+) instead of <int:id>",
    "[('/(?P<a>b)/<id>', Main)]": "write (?P<id>[^/]+) instead of <id>",
    "[('/a/{id}', Main)]": "write (?P<id>[^/]+) instead of {id}",
    "[('/a/:id', Main)]": "write (?P<id>[^/]+) instead of :id",
    "[('/a\\b', Main)]": "has a control character: put an r before the text",
}
RIGHT = (
    "[]",
    "[('/', Main)]",
    "[['/', Main, 'main']]",
    "[(r'/a\\d{2}', Main), (r'/(?P<a>\\w{1,3})', Main), (r'(?s:.*)', Main)]",
    "[('a|/b', Main), ('.*', Main), ('(/x)?', Main), ('', Main), ('/é', Main)]",
    "[(__import__('re').compile('/'), Main)]",
    "((p, Main) for p in ('/a', '/b'))",
    "[('/(?<!a)b', Main), (r'/\\{x\\}', Main), ('/a:b', Main)]",
)
TABLE = """class Main(RequestHandler):
    def get(self): pass
routes = {}
application = Application(routes)
"""


class RouteTableTest(TestCase):
    def test_the_row_is_named(self) -> None:
        for table, words in ROUTES.items():
            with self.subTest(table):
                with tempfile.TemporaryDirectory() as folder:
                    file = Path(folder, "routes.py")
                    code = TABLE.replace("{}", table)
                    file.write_text(code)
                    with self.assertRaises((TypeError, ValueError)) as raised:
                        exec(compile(code, file, "exec"), dict(NAMES))  # noqa: S102
                self.assertTrue(str(raised.exception).startswith(f"{file}:3: "))
                self.assertIn(words, str(raised.exception))
                self.assertTrue(raised.exception.__suppress_context__)

    def test_of_several_rows_it_is_the_wrong_one(self) -> None:
        rows = "[\n    ('/', Main),\n    # one\n    ('/a', Main),\n    ('/', Main),\n]"
        for code, line in (
            (TABLE.replace("{}", rows), 7),
            (TABLE.replace("{}", rows).replace("routes =", "routes: list ="), 7),
            (TABLE.replace("{}", "0").replace("(routes)", f"(\n{rows}\n)"), 9),
            (TABLE.replace("{}", f"{rows} + []"), 3),
        ):
            with (
                self.subTest(code),
                self.assertRaisesRegex(ValueError, "twice") as told,
                module(code),
            ):
                """The application is made there."""
            self.assertIn(f"site.py:{line}: ", str(told.exception))

    def test_what_is_right(self) -> None:
        for table in RIGHT:
            with self.subTest(table), module(TABLE.replace("{}", table)):
                """No exception."""

    def test_what_is_unknown_stays_as_it_is(self) -> None:
        class Strange:
            def __iter__(self) -> Any:
                raise KeyError("own")

        with self.assertRaisesRegex(KeyError, "own"):
            Application(Strange())  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main()
