"""Lines of Python requirements: read rightly, in linear time, whatever they hold.

The parser is in ``pa_new_shared``. ``test_requirements_in_use.py`` has what uses it.
"""

from __future__ import annotations

import os
import tempfile
import time
import unittest
from pathlib import Path

from pa_new_shared import requirements
from pa_new_shared.requirements import (
    Include,
    Invalid,
    Line,
    Option,
    Requirement,
    decode,
    parse,
    read_files,
)

GIT = "git+https://github.com/pallets/flask"
WHEEL = "https://example.com/w/my_app-1.0%2Bcpu-py3-none-any.whl"
HASH = "--hash=sha256:" + "0" * 64


def row(line: str, text: str = "", **values: object) -> tuple[str, Line]:
    """Return a file of one line and its requirement, whose text is the line (default)."""
    return line, Requirement(text or line, 1, **values)  # type: ignore[arg-type]


# A file of one line, and what it says.
LINES: list[tuple[str, Line]] = [
    # PEP 508: a name, extras, versions, a marker.
    row("flask", name="flask"),
    row("Flask-WTF", name="Flask-WTF"),
    row("web.py==0.62", name="web.py", specifier="==0.62"),
    row("a>=1, <2", name="a", specifier=">=1,<2"),
    row("a >= 1.0", name="a", specifier=">=1.0"),
    row("a (>=1)", name="a", specifier=">=1"),
    row("a==1.*", name="a", specifier="==1.*"),
    row("a===1!2.0+x", name="a", specifier="===1!2.0+x"),
    row("a~=1.4.2", name="a", specifier="~=1.4.2"),
    row("a==${VERSION}", name="a", specifier="==${VERSION}"),
    row("a[x]", name="a", extras=("x",)),
    row("a [x , y] == 1", name="a", extras=("x", "y"), specifier="==1"),
    row("a[]", name="a"),
    row(
        "a==1; python_version < '3.11'",
        name="a",
        specifier="==1",
        marker="python_version < '3.11'",
    ),
    # A name and where it comes from.
    row(f"flask @ {GIT}", name="flask", url=GIT),
    row(f"flask@{GIT}@main", name="flask", url=GIT + "@main"),
    row(
        f"f[async] @ {WHEEL} ; os_name == 'x'",
        name="f",
        extras=("async",),
        marker="os_name == 'x'",
        url=WHEEL,
    ),
    # URLs and paths. A file named for what is in it tells the name.
    row(GIT, url=GIT),
    row(f"{GIT}#egg=Flask", name="Flask", url=f"{GIT}#egg=Flask"),
    row(
        f"{GIT}@v3#subdirectory=a&egg=f[x] ; os_name == 'x'",
        name="f",
        extras=("x",),
        marker="os_name == 'x'",
        url=f"{GIT}@v3#subdirectory=a&egg=f[x]",
    ),
    row("hg+http://x/y", url="hg+http://x/y"),
    row("https://x/a-1.zip", url="https://x/a-1.zip"),
    row("file:a/b", url="file:a/b"),
    row(WHEEL, name="my_app", specifier="==1.0+cpu", url=WHEEL),
    row(
        "./w/a-1-2-py3-none-any.whl",
        name="a",
        specifier="==1",
        url="./w/a-1-2-py3-none-any.whl",
    ),
    row("a-1.tar.gz", url="a-1.tar.gz"),
    row("w/a.whl", url="w/a.whl"),
    row("./a b[x]", extras=("x",), url="./a b[x]"),
    row("..", url=".."),
    # Editable.
    row("-e .", url="."),
    row("-e.[dev]", extras=("dev",), url=".[dev]"),
    row("-e plugin", url="plugin"),
    row(f"--editable={GIT}#egg=flask", name="flask", url=f"{GIT}#egg=flask"),
    # Comments, and a line's own options.
    row("  a==1  # all\t", text="a==1", name="a", specifier="==1"),
    row("a\t#b", text="a", name="a"),
    row(f"a==1 {HASH} {HASH}", text="a==1", name="a", specifier="==1"),
    row(f"a @ {GIT} {HASH}", text=f"a @ {GIT}", name="a", url=GIT),
    # Other files.
    ("-r b.txt", Include("-r b.txt", 1, "b.txt", False)),
    ("-rb.txt", Include("-rb.txt", 1, "b.txt", False)),
    ("--requirement=b.txt", Include("--requirement=b.txt", 1, "b.txt", False)),
    (
        "--requirement 'a b.txt'",
        Include("--requirement 'a b.txt'", 1, "a b.txt", False),
    ),
    ("-c ../b.txt # x", Include("-c ../b.txt", 1, "../b.txt", True)),
    ("--constraint c.txt", Include("--constraint c.txt", 1, "c.txt", True)),
    # Options of the file.
    ("--index-url https://x", Option("--index-url https://x", 1)),
    ("-i https://x", Option("-i https://x", 1)),
    ("--extra-index-url=https://x", Option("--extra-index-url=https://x", 1)),
    ("--no-binary :all:", Option("--no-binary :all:", 1)),
    ("--pre", Option("--pre", 1)),
    # What pip refuses.
    ("please install flask", Invalid("please install flask", 1)),
    ("flask 1.0", Invalid("flask 1.0", 1)),
    ("flask=1.0", Invalid("flask=1.0", 1)),
    ("flask==", Invalid("flask==", 1)),
    ("flask[x", Invalid("flask[x", 1)),
    ("flask @", Invalid("flask @", 1)),
    ("[flask]", Invalid("[flask]", 1)),
    ("==1.0", Invalid("==1.0", 1)),
    ("fl\0ask", Invalid("fl\0ask", 1)),
    ("a==1\x1b[31m", Invalid("a==1\x1b[31m", 1)),
    ("./a\x1b[31m", Invalid("./a\x1b[31m", 1)),
    ("-r", Invalid("-r", 1)),
    ("-e", Invalid("-e", 1)),
    ("-", Invalid("-", 1)),
    ("--unknown x", Invalid("--unknown x", 1)),
]

# A file of several lines, and its lines' numbers, types and texts.
FILES: list[tuple[str, list[tuple[int, type, str]]]] = [
    ("", []),
    ("\n  \n# only a comment\n", []),
    ("a\r\n\r\nb\r\n", [(1, Requirement, "a"), (3, Requirement, "b")]),
    ("a\\\n==1\nb", [(1, Requirement, "a==1"), (3, Requirement, "b")]),
    (
        f"a==1 \\\n    {HASH} \\\n    {HASH}\nb",
        [(1, Requirement, "a==1"), (4, Requirement, "b")],
    ),
    ("a\\", [(1, Requirement, "a")]),
    ("a \\\n# ends it \\\nb", [(1, Requirement, "a"), (3, Requirement, "b")]),
    ("# no end \\\nb", [(2, Requirement, "b")]),
    ("\ufeffa", [(1, Requirement, "a")]),
]


class ParserTest(unittest.TestCase):
    """What a text says."""

    def test_lines(self) -> None:
        for text, line in LINES:
            with self.subTest(text):
                (found,) = parse(text + "\n")
                self.assertEqual(found, line)

    def test_files(self) -> None:
        for text, lines in FILES:
            with self.subTest(text):
                found = [(line.line, type(line), line.text) for line in parse(text)]
                self.assertEqual(found, lines)

    def test_encodings(self) -> None:
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
            with self.subTest(encoding):
                self.assertEqual(decode("é==1\n".encode(encoding)), "é==1\n")
        for content in (b"\xff\xfe\x00", b"\xff", b"a\xc3"):
            with self.subTest(content):
                self.assertIsInstance(decode(content), str)

    def test_pins(self) -> None:
        for text, version in (
            ("a==1.0", "1.0"),
            ("a === 1.0", "1.0"),
            ("a==1.*", None),
            ("a>=1", None),
            ("a==1,!=2", None),
            ("a", None),
        ):
            with self.subTest(text):
                (found,) = parse(text)
                assert isinstance(found, Requirement)
                self.assertEqual(found.pinned, version)

    def test_time_grows_with_the_text(self) -> None:
        """Of each hostile text, eight times as much takes about eight times as long."""
        units = (
            *("a", "a\n", "a.", " ", "[", "a[x]", "a==1,", "-r '\"", "\\", "a\\\n"),
            *("\\\n", " #\n", "./a; ", "git+https://x#egg=", "\0", "a/", "a@"),
        )
        for unit in units:
            for start, end in (("", ""), ("a ", "z")):
                with self.subTest(unit, start=start):
                    short, long = (
                        min(
                            _seconds(start + unit * (size // len(unit)) + end)
                            for _ in range(3)
                        )
                        for size in (10_000, 80_000)
                    )
                    # Squares would take 64 times as long.
                    self.assertLess(long, short * 24 + 0.001)

    def test_limits(self) -> None:
        long = list(parse("a" * (requirements.MAX_LINE + 1) + "\nb"))
        self.assertEqual([type(line) for line in long], [Invalid, Requirement])
        self.assertLess(len(long[0].text), 1000)
        joined = list(parse("a\\\n" * (requirements.MAX_LINE + 1)))
        self.assertEqual([type(line) for line in joined], [Invalid])
        many = list(parse("a\n" * (requirements.MAX_LINES + 5)))
        self.assertEqual(len(many), requirements.MAX_LINES + 1)
        self.assertIsInstance(many[-1], Invalid)


def _seconds(text: str) -> float:
    """Return the processor's time that it takes to read a text."""
    start = time.process_time()
    for _ in parse(text):
        pass
    return time.process_time() - start


class IncludeTest(unittest.TestCase):
    """Files that include others."""

    def read(self, files: dict[str, str]) -> list[tuple[str, str, bool]]:
        """Return for each line its file's name, its text, and if it only limits."""
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place).resolve()
            for name, text in files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            self.reads: list[str] = []

            def read(name: str) -> bytes | None:
                self.reads.append(name)
                try:
                    return Path(name).read_bytes()
                except OSError:
                    return None

            found = read_files(str(folder / "requirements.txt"), read)
            return [
                (
                    Path(path).resolve().relative_to(folder).as_posix(),
                    ("invalid " if isinstance(line, Invalid) else "") + line.text,
                    is_constraint,
                )
                for path, line, is_constraint in found
            ]

    def test_files_relative_to_their_own(self) -> None:
        self.assertEqual(
            self.read(
                {
                    "requirements.txt": "a\n-r sub/b.txt\nc",
                    "sub/b.txt": "b\n-r ../d.txt\n-c limits.txt",
                    "d.txt": "d",
                    "sub/limits.txt": "e==1\n-r more.txt",
                    "sub/more.txt": "f",
                }
            ),
            [
                ("requirements.txt", "a", False),
                ("sub/b.txt", "b", False),
                ("d.txt", "d", False),
                ("sub/limits.txt", "e==1", True),
                ("sub/more.txt", "f", True),
                ("requirements.txt", "c", False),
            ],
        )

    def test_each_file_once(self) -> None:
        """However its path is written: ``a/../`` and ``b/../`` would double for ever."""
        found = self.read(
            {
                "requirements.txt": "x\n-r a/../requirements.txt\n-r b/../other.txt\n",
                "other.txt": "y\n-r b/../a/../requirements.txt\n-r ./a/../other.txt",
                "a/keep": "",
                "b/keep": "",
            }
        )
        self.assertEqual(
            found, [("requirements.txt", "x", False), ("other.txt", "y", False)]
        )
        self.assertEqual(len(self.reads), 2)

    def test_one_file_under_several_names(self) -> None:
        """By links of both kinds, by an absolute path, and as a list of limits, too."""
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            start = folder / "requirements.txt"
            names = ["hard.txt", "soft.txt", "folder/requirements.txt", str(start)]
            names += [f"folder/{name}" for name in names[:3]]
            lines = [f"{option} {name}" for option in ("-r", "-c") for name in names]
            start.write_text("\n".join(["x", *lines, *reversed(lines)]))
            os.link(start, folder / "hard.txt")
            (folder / "soft.txt").symlink_to("hard.txt")
            (folder / "folder").symlink_to(".")
            reads: list[str] = []

            def read(path: str) -> bytes:
                reads.append(path)
                return Path(path).read_bytes()

            found = list(read_files(str(start), read))
        self.assertEqual(
            [(line.text, is_c) for _, line, is_c in found], [("x", False), ("x", True)]
        )
        self.assertEqual(len(reads), 2)

    def test_what_cannot_be_read(self) -> None:
        for line in (
            "-r nowhere.txt",
            "-r a\0b",
            "-r https://x/r.txt",
            "-r " + "a/" * 9000,
        ):
            with self.subTest(line[:20]):
                found = self.read({"requirements.txt": line})
                self.assertEqual(
                    found, [("requirements.txt", "invalid " + line, False)]
                )
        self.assertEqual(self.read({}), [])

    def test_limits(self) -> None:
        files = {f"{n}.txt": f"a{n}\n-r {n + 1}.txt" for n in range(200)}
        found = self.read({"requirements.txt": "-r 0.txt", **files})
        self.assertEqual(len(self.reads), requirements.MAX_DEPTH)
        self.assertTrue(found[-1][1].startswith("invalid -r "))
        wide = "".join(f"-r {n}.txt\n" for n in range(200))
        found = self.read(
            {"requirements.txt": wide, **{f"{n}.txt": f"a{n}" for n in range(200)}}
        )
        self.assertEqual(len(self.reads), requirements.MAX_FILES)
        self.assertIn(("requirements.txt", "invalid -r 99.txt", False), found)
        many = "a\n" * (requirements.MAX_LINES - 10)
        found = self.read({"requirements.txt": many + "-r b.txt", "b.txt": many})
        self.assertEqual(len(found), requirements.MAX_LINES)
        large = {f"{n}.txt": "#" * 1_000_000 + "\n" for n in range(9)}
        text = "".join(f"-r {name}\n" for name in large)
        found = self.read({"requirements.txt": text, **large})
        self.assertIn(("requirements.txt", "invalid -r 8.txt", False), found)


if __name__ == "__main__":
    unittest.main()
