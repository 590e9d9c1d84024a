"""The engine for templates: what the specification and the comparison leave open.

``mustache-tests/`` has the specification, ``mustache-parity/`` the comparison with Swift.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import itertools
import sqlite3
import unittest
from collections import OrderedDict, namedtuple
from types import MappingProxyType
from typing import Any
from unittest import mock

from hello.web.mustache import Template, TemplateError, escape, nodes


def render(text: str, /, **values: Any) -> str:
    return Template(text).render(values)


class Level(enum.IntEnum):
    HIGH = 3


class Colour(str, enum.Enum):
    RED = "r<d"


@dataclasses.dataclass
class Item:
    name: str = "x"


class TemplateCase(unittest.TestCase):
    """Helpers of the tests below."""

    def assert_fails(self, message: str, text: str, /, **values: Any) -> None:
        with self.assertRaises(TemplateError) as caught:
            render(text, **values)
        self.assertEqual(str(caught.exception), message)


class ValueTest(TemplateCase):
    """What values show as."""

    def test_texts_of_values(self) -> None:
        day = datetime.date(2026, 11, 29)
        big = 10**4000
        for value, text in (
            *((None, ""), (True, "true"), (False, "false"), ("", ""), ("a", "a")),
            *((0, "0"), (-7, "-7"), (big, str(big)), (Level.HIGH, "3")),
            *((0.1, "0.1"), (2.0, "2.0"), (-0.0, "-0.0"), (1e16, "1e+16")),
            *((float("nan"), "nan"), (float("-inf"), "-inf")),
            *((decimal.Decimal("1.50"), "1.50"), (day, "2026-11-29")),
            *((Colour.RED, "r&lt;d"), ([], ""), ([1], ""), ({}, ""), ({"a": 1}, "")),
            *(((1, 2), ""), (range(3), ""), (OrderedDict(a=1), "")),
        ):
            with self.subTest(value=type(value)):
                self.assertEqual(render("{{a}}", a=value), text)

    def test_what_is_true(self) -> None:
        for value in (None, False, [], (), range(0)):
            self.assertEqual(render("{{#a}}x{{/a}}{{^a}}y{{/a}}", a=value), "y")
        for value in (True, 0, "", 0.0, {}, [None], "no", Level.HIGH):
            self.assertEqual(render("{{#a}}x{{/a}}{{^a}}y{{/a}}", a=value), "x")

    def test_lists_and_dicts_of_other_types(self) -> None:
        point = namedtuple("point", "x y")
        for value, text in (
            *(([1, "b", None, 2.5], "1,b,,2.5,"), ((1, 2), "1,2,"), (range(2), "0,1,")),
            *((point(3, 4), "3,4,"), ([[1, 2], []], ",,")),
        ):
            self.assertEqual(render("{{#a}}{{.}},{{/a}}", a=value), text)
        for names in ({"b": 1}, OrderedDict(b=1), MappingProxyType({"b": 1})):
            self.assertEqual(render("{{a.b}}{{#a}}{{b}}{{/a}}", a=names), "11")

    def test_rows_of_a_database(self) -> None:
        database = sqlite3.connect(":memory:")
        self.addCleanup(database.close)
        database.row_factory = sqlite3.Row
        rows = database.execute("SELECT '<a>' AS name UNION SELECT 'b'").fetchall()
        text = "{{#rows}}{{name}} {{nothing}}{{/rows}}{{^rows}}none{{/rows}}"
        self.assertEqual(render(text, rows=rows), "&lt;a&gt; b ")
        self.assertEqual(render("{{row.name}}{{row}}", row=rows[0]), "&lt;a&gt;")
        self.assertEqual(render(text, rows=[]), "none")

    def test_values_that_cannot_be_shown(self) -> None:
        row = {"a": (number for number in (1, 2))}
        for value, name in (
            *((Item(), "Item"), (b"a", "bytes"), (bytearray(b"a"), "bytearray")),
            *(({1}, "set"), (row["a"], "generator"), (object(), "object")),
            *((row.values(), "dict_values"), (itertools.count(), "count")),
        ):
            message = f"'a' has the type {name}: pass text, numbers, lists and dicts"
            with self.subTest(name):
                for tag in ("{{a}}", "{{{a}}}", "{{#a}}{{/a}}"):
                    column = 4 if "{{{" in tag or "#" in tag else 3
                    self.assert_fails(f"template:1:{column}: {message}", tag, a=value)
        message = "'a' has the type Item: pass text, numbers, lists and dicts"
        self.assert_fails(f"template:2:5: {message}", "\n {{ a.name }}", a=Item())
        message = "'a.b' has the type Item: pass text, numbers, lists and dicts"
        self.assert_fails(f"template:1:3: {message}", "{{a.b.c}}", a={"b": Item()})
        message = f"an item of {message.replace('a.b', 'items')}"
        text = "{{#items}}{{name}}{{/items}}"
        self.assert_fails(f"template:1:4: {message}", text, items=[Item()])

    def test_functions(self) -> None:
        def link(text: str = "none") -> str:
            return f"<a>{text}</a>{{{{b}}}}"

        self.assertEqual(render("{{#f}} {{x}}{{/f}}", f=link, b="<"), "<a> </a>&lt;")
        self.assertEqual(render("{{{f}}}", f=link), "<a>none</a>")
        self.assertEqual(render("{{f}}", f=link), "&lt;a&gt;none&lt;/a&gt;")
        message = "template:2:4: in the result of the lambda 'f': the tag is not closed"
        self.assert_fails(message, "\n{{#f}}{{/f}}", f=lambda text: "ab\n {{c")

    def test_later_values_hide_earlier_ones(self) -> None:
        text = "{{a}}{{b}}{{c}}{{#d}}{{a}}{{c}}{{/d}}"
        values = ({"a": 1, "b": 2, "c": 3}, {"a": 4}, {"b": 5, "d": {"c": 6}})
        self.assertEqual(Template(text).render(*values), "45346")
        self.assertEqual(Template("x{{a}}").render(), "x")
        # A value that is there hides others even if it is None.
        self.assertEqual(Template("{{a}}").render({"a": 1}, {"a": None}), "")


class MistakeTest(TemplateCase):
    """The words and the places of mistakes."""

    def test_mistakes(self) -> None:
        dotted = "it has white space or an empty part between dots"
        instead = "is not a valid name: write "
        other = ", for else {{^a.b}}...{{/a.b}}"
        none = ", for else {{^a}}...{{/a}}"
        equals = "write them between two equals signs, as {{=<% %>=}}"
        dynamic = "a page cannot have the dynamic name"
        for text, message in (
            ("a {{b", "1:3: the tag is not closed"),
            ("{{#a}}{{/a", "1:7: the tag is not closed"),
            ("{{a {{b}}", "1:1: the tag is not closed"),
            ("\r\n {{}}", "2:2: the tag has no name"),
            ("{{# }}", "1:1: the tag has no name"),
            ("{{a b}}", f"1:3: 'a b' is not a valid name: {dotted}"),
            ("{{ a. }}", f"1:4: 'a.' is not a valid name: {dotted}"),
            (
                "{{#if a.b}}",
                f"1:4: 'if a.b' {instead}{{{{#a.b}}}}...{{{{/a.b}}}}{other}",
            ),
            ("{{#each  a}}", f"1:4: 'each  a' {instead}{{{{#a}}}}...{{{{/a}}}}{none}"),
            (
                "{{for b in a}}",
                f"1:3: 'for b in a' {instead}{{{{#a}}}}...{{{{/a}}}}{none}",
            ),
            ("{{#unless\na}}", f"1:4: 'unless\na' {instead}{{{{^a}}}}...{{{{/a}}}}"),
            (
                "{{else if a}}",
                f"1:3: 'else if a' {instead}{{{{^name}}}}...{{{{/name}}}}",
            ),
            ("{{ifs a}}", f"1:3: 'ifs a' is not a valid name: {dotted}"),
            ("{{>a b}}", f"1:4: 'a b' is not a valid name: {dotted}"),
            ("{{=a=}}", f"1:1: 'a' does not set delimiters: {equals}"),
            ("\u20ac{{#a}}\n", "1:2: 'a' is not closed"),
            ("{{#a}}{{#b}}{{/a}}", "1:16: 'a' cannot be closed here: close 'b' first"),
            ("{{#a}}{{/ a b }}", "1:11: 'a b' cannot be closed here: close 'a' first"),
            ("e\u0301 {{/a}}", "1:7: 'a' cannot be closed here: nothing is open"),
            ("{{> * a}}", f"1:7: {dynamic} '*a': write the name of the template"),
            ("{{<*a}}{{/*a}}", f"1:5: {dynamic} '*a': write the name of the template"),
        ):
            with self.subTest(text):
                self.assert_fails(f"template:{message}", text)

    def test_a_mistake_in_a_partial_has_its_place(self) -> None:
        main, part = Template("{{>p}}", "main"), Template("\n {{a}}", "part")
        main.partials = {"p": part}
        with self.assertRaisesRegex(TemplateError, "^part:2:4: 'a' has the type set:"):
            main.render({"a": {1}})

    def test_depth(self) -> None:
        main, other = Template("a{{>b}}", "a"), Template("{{#x}}{{>a}}{{/x}}", "b")
        main.partials = other.partials = {"a": main, "b": other}
        with self.assertRaises(TemplateError) as caught:
            main.render({"x": True})
        message = "nested more than 256 levels deep: b > a > b"
        self.assertIn(str(caught.exception), (f"a:1:5: {message}", f"b:1:4: {message}"))
        self.assertEqual(main.render({"x": False}), "a")

    def test_depth_of_many_partials_shows_the_ends_of_the_chain(self) -> None:
        partials = {
            f"p{i}": Template(f"{{{{>p{i + 1}}}}}", f"p{i}") for i in range(300)
        }
        for partial in partials.values():
            partial.partials = partials
        with self.assertRaisesRegex(
            TemplateError, "deep: p1 > p2 > p3 > \\.\\.\\. > p256 > p257$"
        ):
            partials["p0"].render({})

    def test_many_tags_inside_each_other(self) -> None:
        # Neither parsing nor rendering nor freeing uses Python's stack for it.
        for count, tag in ((200, "#"), (20_000, "^"), (20_000, "$")):
            text = f"{{{{{tag}a}}}}" * count + "x" + "{{/a}}" * count
            self.assertEqual(render(text, a=True if tag == "#" else None), "x")
        self.assertEqual(render("{{#a}}" * 20_000 + "{{/a}}" * 20_000), "")
        with self.assertRaisesRegex(
            TemplateError, ":1540: nested more than 256 levels"
        ):
            render("{{#a}}" * 300 + "{{/a}}" * 300, a=True)

    def test_size_of_the_output(self) -> None:
        with mock.patch.object(nodes, "MAX_OUTPUT", 100):
            for text in ("{{a}}", "{{{a}}}", "{{#b}}{{a}}{{/b}}", "{{#f}}{{/f}}"):
                values = {"a": "\u20ac" * 33, "b": [1], "f": lambda text: "x" * 99}
                self.assertLessEqual(len(render(text, **values).encode()), 100)
                values |= {"a": "\u20ac" * 34, "f": lambda text: "x" * 101}
                with self.assertRaisesRegex(TemplateError, "has more than 100 bytes"):
                    render(text, **values)
            with self.assertRaisesRegex(TemplateError, r":1:4: the result has more"):
                render("{{#b}}{{.}}{{/b}}", b=range(100_000))

    def test_expansions(self) -> None:
        message = "expands more than 1000 sections"
        with (
            mock.patch.object(nodes, "MAX_EXPANSIONS", 1000),
            self.assertRaisesRegex(TemplateError, message),
        ):
            render("{{#b}}{{/b}}", b=range(100_000))


class HugeTest(unittest.TestCase):
    """Large values and templates."""

    def test_a_long_list(self) -> None:
        items = [
            {"name": f"<{number}>", "tags": ["a", "b"]} for number in range(10_000)
        ]
        text = "{{#items}}<li>{{name}}{{#tags}} {{.}}{{/tags}}</li>\n{{/items}}"
        expected = "".join(
            f"<li>&lt;{number}&gt; a b</li>\n" for number in range(10_000)
        )
        self.assertEqual(render(text, items=items), expected)

    def test_a_long_value(self) -> None:
        value = "<a href='x'>\u20ac&amp;</a>" * 50_000
        self.assertEqual(render("{{v}}", v=value), escape(value))
        self.assertEqual(render("{{{v}}}", v=value), value)

    def test_a_long_template(self) -> None:
        # All in one line: the time must not grow with the square of the length.
        self.assertEqual(render(" {{a}}" * 30_000, a=1), " 1" * 30_000)
        self.assertEqual(render("{{! x }}\n" * 30_000), "")
        self.assertEqual(render("{{#b}}{{/b}} " * 30_000), " " * 30_000)


if __name__ == "__main__":
    unittest.main()
