"""The reader of TOML, compared with Python's own one where there is one."""

from __future__ import annotations

import datetime
import importlib.util
import random
import time
import unittest
from typing import Any

from pa_new_shared import toml

TRIPLE, SINGLE = '"' * 3, "'" * 3  # the ends of texts of several lines

GOOD = """\
# a comment
title = "T\\u00e9st \\"quoted\\""
"quoted key" = 'literal \\n'
a.b.c = 1_000
hex = 0xDEAD_beef
float = -3.5e-2
special = [inf, -inf, +1.0]
yes = true
day = 1979-05-27
time = 07:32:00.5
moment = 1979-05-27T07:32:00Z
long = \"\"\"
one \\
   two\"\"\"\"\"
raw = '''
it's'''
[table] # more
list = [
  "x", # comment
  { name = "y", version.min = 2 },
]
[[many.things]]
n = 1
[many.things.below]
m = 2
[[many.things]]
"""

BAD = (
    *(
        "a",
        "a =",
        "= 1",
        "a = 1 b = 2",
        "a = 1\na = 2",
        "a = [1",
        "a = {b = 1",
        "[a",
        "[a]]",
    ),
    *(
        "[a]\n[a]",
        "a = 1\n[a]",
        "[[a]]\n[a]",
        "[a]\n[[a]]",
        "a = []\n[[a]]",
        "a.b = 1\n[a]",
    ),
    *(
        "a = {b = 1}\na.c = 2",
        "a = 'x",
        'a = "x',
        'a = "\\q"',
        'a = "\\ud800"',
        "a = 01",
    ),
    *(
        "a = 1__0",
        "a = \x01",
        "a = 1\r",
        "a = {b = 1,}",
        "a = 1979-13-01",
        "a = tru",
        "[]",
    ),
    *(f"a = {TRIPLE}x", "a = nan1", "a.b = 1\na = 2", "[a.b]\n[a]\nb.c = 1", "ä = 1"),
)


def plain(value: Any) -> Any:
    """Return a value as both readers give it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, (toml.Date, datetime.date, datetime.time)):
        return "a date"
    return repr(value)


def ours(text: str) -> Any:
    """Return what our reader says, None if it refuses."""
    try:
        return plain(toml.read(text))
    except toml.TomlError:
        return None


class TomlTest(unittest.TestCase):
    """What is read, and what is refused."""

    def test_values(self) -> None:
        table = toml.read(GOOD)
        self.assertEqual(table["title"], 'Tést "quoted"')
        self.assertEqual(table["quoted key"], "literal \\n")
        self.assertEqual(table.table("a", "b"), {"c": 1000})
        self.assertEqual((table["hex"], table["float"]), (0xDEADBEEF, -0.035))
        self.assertEqual((table["long"], table["raw"]), ('one two""', "it's"))
        self.assertEqual(
            table["table"]["list"][1], {"name": "y", "version": {"min": 2}}
        )
        self.assertEqual(table["many"]["things"], [{"n": 1, "below": {"m": 2}}, {}])
        self.assertEqual(table.table("nothing", "there"), {})

    def test_lines(self) -> None:
        for text in (GOOD, GOOD.replace("\n", "\r\n")):
            table = toml.read(text)
            lines = GOOD.splitlines()
            for key in ("title", "hex", "moment", "long"):
                self.assertTrue(lines[table.lines[key] - 1].startswith(key), key)
            self.assertEqual(lines[table.lines["table"] - 1], "[table] # more")
            items = table["table"]["list"]
            self.assertIn('"x"', lines[items.lines[0] - 1])
            self.assertIn('"y"', lines[items.lines[1] - 1])

    def test_errors(self) -> None:
        for text in BAD:
            with self.subTest(text):
                with self.assertRaises(toml.TomlError) as caught:
                    toml.read(text)
                self.assertTrue(str(caught.exception).isprintable())
        with self.assertRaises(toml.TomlError) as caught:
            toml.read("a = 1\n\nb = \n")
        self.assertEqual(caught.exception.line, 3)

    def test_hostile(self) -> None:
        """Nothing takes long, or more than an error."""
        for text in (
            "a = " + "[" * 100_000,
            "a = " + "{b = " * 100_000,
            "[" + "a." * 100_000 + "a]",
            "a." * 100_000 + "a = 1",
            "a = " + "9" * 100_000,
            "a = " + "'" * 100_003,
            'a = "' + "\\" * 100_000,
            "[a]\n" * 100_000,
            "\0" * 100_000,
        ):
            start = time.process_time()
            with self.assertRaises(toml.TomlError):
                toml.read(text)
            self.assertLess(time.process_time() - start, 5, text[:20])
        start = time.process_time()
        many = "".join(f"[[package]]\nname = 'p{n}'\n" for n in range(20_000))
        self.assertEqual(len(toml.read(many)["package"]), 20_000)
        self.assertLess(time.process_time() - start, 20)


PARTS = (
    *(
        "a",
        "b",
        '"c d"',
        "'e'",
        ".",
        "=",
        " = ",
        "[",
        "]",
        "[[",
        "]]",
        "\n",
        "\n",
        "\n",
    ),
    *(
        "{",
        "}",
        ",",
        ", ",
        '"x"',
        "'y'",
        f"{TRIPLE}m\n{TRIPLE}",
        f"{SINGLE}l\n{SINGLE}",
        "1",
        "1_0",
        "0x1F",
    ),
    *("1.5", "-3", "+inf", "1e5", "true", "1979-05-27", "07:32:00", "# c", "\\n"),
    *(
        '"\\u00e9"',
        '"\\x"',
        f"{TRIPLE}a\\\n  b{TRIPLE}",
        "[a]",
        "[a.b]",
        "[[a]]",
        "[b]\n",
        "é",
        " ",
    ),
    *("a.b = 1\n", "a = {b = 1}\n", "x = [1, 2]\n", "b.c = 2\n", "[a.b.c]\n", "\r\n"),
)


if importlib.util.find_spec("tomllib"):  # since Python 3.11

    class ComparisonTest(unittest.TestCase):
        """The same as Python's own reader, for good texts and for bad ones."""

        def test_same_as_tomllib(self) -> None:
            tomllib = importlib.import_module("tomllib")

            def theirs(text: str) -> Any:
                try:
                    return plain(tomllib.loads(text))
                except ValueError:
                    return None

            generator = random.Random(19)
            texts = [GOOD, *BAD]
            texts += [
                "".join(
                    generator.choice(PARTS) for _ in range(generator.randint(1, 12))
                )
                for _ in range(40_000)
            ]
            good = 0
            for text in texts:
                expected = theirs(text)
                good += expected is not None
                self.assertEqual(ours(text), expected, repr(text))
            self.assertGreater(good, 1_000)


if __name__ == "__main__":
    unittest.main()
