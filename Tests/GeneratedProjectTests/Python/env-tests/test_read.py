"""What ``.env`` may look like: as python-dotenv reads it, and a broken line is an error."""

from __future__ import annotations

import io
import os
import random
import re
import unittest
from unittest import mock

import dotenv
import dotenv.parser
import pa_env

READ = [
    ("nothing", "", {}),
    ("empty lines and comments", "\n  \n# A=1\n\t#\n", {}),
    ("a value", "A=1", {"A": "1"}),
    ("spaces around", " A = 1 \n", {"A": "1"}),
    ("export", "export A=1\n", {"A": "1"}),
    ("no value", "A=\n", {"A": ""}),
    ("an = in the value", "A=b=c==\n", {"A": "b=c=="}),
    ("a comment behind", "A=1 # one\n", {"A": "1"}),
    ("a comment instead", "A= # none\n", {"A": ""}),
    ("a # in the value", "A=a#b\n", {"A": "a#b"}),
    ("a URL", "A=mysql://u:p@h/d?x=1#y\n", {"A": "mysql://u:p@h/d?x=1#y"}),
    ("double quotes", 'A="a # b" # c\n', {"A": "a # b"}),
    ("single quotes", "A='a # \"b\"'\n", {"A": 'a # "b"'}),
    ("escapes in double quotes", r'A="a\n\"\\b\q"', {"A": 'a\n"\\b\\q'}),
    ("escapes in single quotes", r"A='a\n\'\\b'", {"A": "a\\n'\\b"}),
    ("a backslash without quotes", r"A=C:\new", {"A": r"C:\new"}),
    ("more than one line", 'A="a\nb"\nB=1', {"A": "a\nb", "B": "1"}),
    ("the last one counts", "A=1\nA=2\n", {"A": "2"}),
    ("an earlier setting", "A=1\nB=${A}2\n", {"A": "1", "B": "12"}),
    ("an unknown setting", "A=x${NONE}y\n", {"A": "xy"}),
    ("a default", "A=${NONE:-z}\n", {"A": "z"}),
    ("a dollar sign", "A=p$ss$\n", {"A": "p$ss$"}),
    ("letters of other languages", "A=Grüße, 世界\n", {"A": "Grüße, 世界"}),
    ("a dot and a dash", "A.b-c=1\n", {"A.b-c": "1"}),
]

BROKEN = [
    ("no =", "A=1\nB\n", 2),
    ("a shell command", "A=1\n\nsource x\n", 3),
    ("no name", "=1\n", 1),
    ("two names", "A B=1\n", 1),
    ("open double quotes", 'A=1\nB="a\n\nC=1\n', 2),
    ("open single quotes", "B='\n", 1),
    ("more behind the quotes", 'A="a" b\n', 1),
    ("a colon", "A: 1\n", 1),
    ("NUL in a value", "A=a\0b\n", 1),
    ("NUL in a name", "A=1\nA\0=b\n", 2),
    ("only export", "export =1\n", 1),
    ("a quoted name", "'A'=1\n", 1),
    ("a pasted list", "- A=1\n", 1),
    ("binary", "\x7fELF\x02\x01\x01\0\0", 1),
]


class Read(unittest.TestCase):
    def test_settings(self) -> None:
        for name, text, settings in READ:
            with self.subTest(name):
                self.assertEqual(pa_env.read(text), settings)

    def test_broken_lines(self) -> None:
        for name, text, number in BROKEN:
            with self.subTest(name), self.assertRaises(ValueError) as caught:
                pa_env.read(text)
            self.assertEqual(
                str(caught.exception), f"line {number}: this is not NAME=value", name
            )

    def test_the_environment_is_before_the_file(self) -> None:
        with mock.patch.dict(os.environ, {"A": "here"}):
            self.assertEqual(pa_env.read("A=1\nB=${A}"), {"A": "1", "B": "here"})

    def test_large_files_take_little_time(self) -> None:
        # A pattern that goes back would need minutes for each of these.
        for text in (
            "A=" + "x " * 250_000,
            "A='" + "\\'" * 500_000,
            'A="' + "\\" * 1_000_001,
            "A=" + "#" * 1_000_000,
            " " * 1_000_000 + "A",
            "export " * 200_000,
            "A" * 1_000_000,
            "A=1\n" * 200_000,
            "A=" + "${" * 250_000,
            "A=" + "${A:-" * 100_000,
            "A=1" + " " * 500_000 + "x",
            "A=1" + "\t" * 500_000 + "#",
        ):
            with self.subTest(text[:10]):
                try:
                    pa_env.read(text)
                except ValueError as error:
                    self.assertLess(len(str(error)), 100)

    def test_it_reads_what_python_dotenv_reads(self) -> None:
        pieces = ["A", "B", "=", "=", " ", "\n", "\n", "#", '"', "'", "\\", "x", "é"]
        pieces += ["export ", "${A}", "${B:-d}", "\t", "n", ":", "1", ".", "-", "$"]
        source = random.Random(1)
        both = 0
        for _ in range(20_000):
            text = "".join(source.choices(pieces, k=source.randint(1, 14)))
            text = text if source.random() < 0.3 else f"A={text}"
            if re.search(r"=\s+#", text):
                continue  # Its versions differ.
            with self.subTest(repr(text)):
                try:
                    found = pa_env.read(text)
                except ValueError:
                    continue
                bindings = list(dotenv.parser.parse_stream(io.StringIO(text)))
                self.assertFalse([b for b in bindings if b.error])
                values = dotenv.dotenv_values(stream=io.StringIO(text))
                self.assertEqual(found, values)
                both += bool(found)
        self.assertGreater(both, 5_000)


if __name__ == "__main__":
    unittest.main()
