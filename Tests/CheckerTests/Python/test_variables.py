"""Files of variables: what python-dotenv reads, and what is lent to an app."""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import os
import socket
import sys
import unittest
from pathlib import Path
from typing import Any

from apps import PATH, PLAIN
from apps.sources import WSGI_FILE
from support import CHECKER, check_soon, project, refusal

sys.path.insert(0, str(CHECKER))

from pa_new_shared import dotenv

WAYS = ((), ("--no-namespaces",))
FILES: tuple[tuple[str, str, dict[str, str | None]], ...] = (
    ("plain", "A=1\nB = two words \n", {"A": "1", "B": "two words"}),
    ("export, comments, empty", "export A=1\n\n# c\nB=\n", {"A": "1", "B": ""}),
    ("a comment after it", "A=x#y\nB=x #y\nC='x #y' # z\n", {"A": "x#y", "B": "x", "C": "x #y"}),
    ("equals signs", "A=postgres://u:p@h/d?x=y==\n", {"A": "postgres://u:p@h/d?x=y=="}),
    ("quotes", "A=\"a\\n\\\"b\\\"\"\nB='a\\n\\'b'\n", {"A": 'a\n"b"', "B": "a\\n'b"}),
    ("several lines", 'A="a\nb"\nC=1\n', {"A": "a\nb", "C": "1"}),
    ("a line's end in quotes", 'A="a\\\nb"\n', {"A": "a\\\nb"}),
    ("Windows", "\ufeffA=1\r\nB=\"x\"\r\n", {"A": "1", "B": "x"}),
    ("a name alone", "A\nB=1\n", {"A": None, "B": "1"}),
    ("an earlier one", "A=1\nB=x${A}y${C:-z}${D}\n", {"A": "1", "B": "x1yz"}),
    ("twice", "A=1\nA=2\n", {"A": "2"}),
    ("nothing", "", {}),
    ("no new line", "A=1", {"A": "1"}),
    ("odd names", "a.b-c=1\n'x y'=2\n", {"a.b-c": "1", "x y": "2"}),
)  # fmt: skip
BROKEN = (
    ("two words", "A=1\nSHOP KEY=1\n", 2),
    ("a quote that does not end", "A=1\n\nB=\"x\nC=1\n", 3),
    ("text after a quote", "A='a'b\n", 1),
    ("no name", "=1\n", 1),
    ("a null byte", "A=\0\n", 1),
)  # fmt: skip

_SETTINGS = Path(__file__).parents[3] / "Templates/_shared/pa_env.py.mustache"
GENERATED = {
    "pa_env.py": _SETTINGS.read_text("utf-8"),
    WSGI_FILE: PATH
    + "from pathlib import Path\nimport pa_env\n"
    + "pa_env.load(Path('/home/alice/mysite'))\n"
    + PLAIN,
}


class VariablesFileTest(unittest.TestCase):
    """Files of variables: python-dotenv's form."""

    def test_files(self) -> None:
        for name, text, expected in FILES:
            with self.subTest(name):
                self.assertEqual(dotenv.variables(text), expected)

    def test_broken_lines(self) -> None:
        for name, text, number in BROKEN:
            with self.subTest(name), self.assertRaises(dotenv.BadLine) as caught:
                dotenv.variables(text)
            self.assertEqual(caught.exception.number, number)

    def test_as_python_dotenv(self) -> None:
        is_missing = importlib.util.find_spec("dotenv") is None
        if is_missing and os.environ.get("CI") != "true":
            raise unittest.SkipTest("dotenv is not installed")
        parse: Any = importlib.import_module("dotenv").dotenv_values
        for name, text, expected in FILES:
            with self.subTest(name):
                stream = io.StringIO(text.removeprefix("\ufeff"))
                self.assertEqual(dict(parse(stream=stream)), expected)

    def test_lent(self) -> None:
        source = PATH + "import os\nassert os.environ['A'] == 'b c'\n"
        source += "assert 'NONE' not in os.environ\n" + PLAIN
        with project({WSGI_FILE: source, "../lent.env": "A='b c'\nNONE\n"}) as folder:
            for way in WAYS:
                with self.subTest(way):
                    file = str(folder.parent / "lent.env")
                    report = check_soon(folder, "--env-file", file, *way)
                    self.assertEqual(report["findings"], [])
                    self.assertIn(" A", "".join(report["notes"]))
                    self.assertNotIn("b c", json.dumps(report["notes"]))

    def test_files_that_the_project_does_not_read(self) -> None:
        example = {".env.example": "A=1\n"}
        for files, note in (
            ({".env.txt": "A=1\n"}, "does not read .env.txt: rename it to .env"),
            ({"tea/.env.txt": "", "tea/__init__.py": ""}, ".env and move it beside"),
            ({"tea/.env": "A=1\n", "tea/__init__.py": ""}, "tea/.env: move it beside"),
            (
                {"tea/.env": "", "tea/__init__.py": "", ".env": ""},
                "move its lines into",
            ),
            ({"docker/.env": "A=1\n"}, ""),
            ({".env.local": "A=1\n"}, ""),
            ({".env": "A=1\n"}, ""),
            ({".env.txt": "A=1\n", WSGI_FILE: PATH + PLAIN}, ""),
        ):
            all_files = {**GENERATED, **example, **files}
            with self.subTest(files), project(all_files) as folder:
                notes = check_soon(folder)["notes"]
                said = [one for one in notes if "does not read" in one]
                self.assertEqual(len(said), int(bool(note)), notes)
                self.assertIn(note, "".join(said))
                if note:
                    given = "".join(one for one in notes if "was given" in one)
                    self.assertNotIn(".env.txt", given)
                    self.assertNotIn("tea/.env", given)

    def test_file_that_the_project_cannot_read(self) -> None:
        """The place is the line in the file, which may be a secret: it is not shown."""
        line = ("import-error", 3, "Write it as NAME=value.")
        for content, expected in (
            (b"A=1\n\nhunter2 secret\nB=2\n", line),
            (b"A=1\r\nB='x'\r\nhunter2\r\n", line),
            (b"A=1\nB=2\nC='hunter2\n", line),
            (b"A=hunter2\xff\n", ("import-error", 1, "Save it as UTF-8.")),
        ):
            with self.subTest(content), project(GENERATED) as folder:
                Path(folder, ".env").write_bytes(content)
                (found,) = check_soon(folder)["findings"]
                self.assertEqual((found["rule"], found["line"], found["fix"]), expected)
                self.assertEqual((found["file"], found["source"]), (".env", ""))
                self.assertNotIn("hunter2", json.dumps(found))
                self.assertEqual(found["severity"], "error")

    def test_message_that_only_looks_like_that_of_such_a_file(self) -> None:
        text = "/home/alice/other/.env, line 3: this is not NAME=value"
        for raises in (f"raise ValueError('{text}')\n", "raise ValueError('.env')\n"):
            files = {**GENERATED, "pa_env.py": f"def load(folder):\n    {raises}"}
            with self.subTest(raises), project(files) as folder:
                (found,) = check_soon(folder)["findings"]
                self.assertEqual((found["file"], found["line"]), ("pa_env.py", 2))

    def test_cannot_be_lent(self) -> None:
        with project({WSGI_FILE: PLAIN, "bad.env": "A=1\nB C\n"}) as folder:
            Path(folder, "binary.env").write_bytes(b"A=\xff\xfe\n")
            Path(folder, "large.env").write_bytes(b"A=1\n" * 2_500_000)
            Path(folder, "long.env").write_text("LONG=" + "x" * 200_000)
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(folder / "socket.env"))
            for arguments, words in (
                (("--env-file", "bad.env"), "bad.env: line 2 is not NAME=value"),
                (("--env-file", "missing.env"), "missing.env: No such file"),
                (("--env-file", "."), "Is a directory"),
                (("--env-file", "binary.env"), "it is not UTF-8"),
                (("--env-file", "large.env"), "it is larger than 1 MB"),
                (("--env-file", "long.env"), "the value of LONG is too long"),
                (("--env-file", "socket.env"), "cannot read"),
                (("--env-file", "/dev/zero"), "it is larger than 1 MB"),
                (
                    ("--env", "NO_SUCH_VARIABLE"),
                    "no variable 'NO_SUCH_VARIABLE' is set",
                ),
                (("--env", ""), "no variable '' is set"),
                (("--env", "A=1"), "no variable 'A=1' is set"),
            ):
                option, value = arguments
                place = value
                if option == "--env-file" and not value.startswith("/"):
                    place = str(folder / value)
                with self.subTest(arguments):
                    done = refusal("check", str(folder), f"{option}={place}")
                    self.assertEqual(done["kind"], "usage")
                    self.assertIn(words, done["message"])


if __name__ == "__main__":
    unittest.main()
