"""What ``.gitignore`` names stays here without git, too: the reader is compared with git."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from pa_new_shared import upload_files
from pa_new_shared.ignore_file import IgnoreFiles

FILES = (
    "a", "b.txt", "ab", "data/a", "data/b.txt", "data/x/a", "x/data/a", "x/b.txt",
    "x/y/a", "x/y/b.txt", "x/y/z/ab", "a b/c", "#c", "!d", "[e]", "ä/ö", "log.1/a",
)  # fmt: skip
PIECES = (
    "a", "b", "ab", "data", "x", "y", "z", "*", "**", "/", "/", "/", "?", ".txt", "[ab]",
    "[!a]", "[a-c]", "\\", "!", " ", "#", "[", "]", "b.txt", "ö", "log.", "[^b-y]",
)  # fmt: skip


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files into a folder."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


def of_git(folder: Path) -> list[str]:
    """Return what git would track."""
    command = [
        "git",
        "ls-files",
        "-z",
        "--others",
        "--exclude-per-directory=.gitignore",
    ]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    names = (os.fsdecode(name) for name in done.stdout.split(b"\0") if name)
    return sorted(name for name in names if not name.endswith(".gitignore"))


def of_reader(folder: Path) -> list[str]:
    """Return what the reader does not ignore."""
    found = []
    rules = IgnoreFiles(str(folder))

    def enter(below: str) -> None:
        rules.read(below)
        for name in sorted(os.listdir(folder / below)):
            path = f"{below}/{name}" if below else name
            if name in (".git", ".gitignore"):
                continue
            is_folder = (folder / path).is_dir()
            if rules.ignores(path, is_folder):
                continue
            if is_folder:
                enter(path)
            else:
                found.append(path)

    enter("")
    return sorted(found)


class IgnoreFileTest(unittest.TestCase):
    """The reader of the files."""

    def expect_same(self, folder: Path, files: dict[str, str]) -> None:
        write(folder, files)
        self.assertEqual(of_reader(folder), of_git(folder), files)

    def test_as_git(self) -> None:
        """The reader and git agree: on the forms of the manual page, and on random lines."""
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            subprocess.run(["git", "init", "-q", folder], check=True)
            write(folder, dict.fromkeys(FILES, ""))
            for text in (
                "", "data/", "/data/", "data", "/data", "data/*", "data/**", "**/data",
                "**/data/a", "x/**/a", "x/**/", "*", "*\n!b.txt", "*\n!x/\n!x/b.txt",
                "x/*\n!x/y/", "x/\n!x/b.txt", "*.txt", "/*.txt", "\\#c", "\\!d", "\\[e]",
                "a b/", "a   ", "a\\ b/", "a\r\nb.txt\r\n", "?", "[a-z]b", "ä/", "*/ö",
                "log.[0-9]/", "# a\n\na", "\\", "a\\", "[", "x/y", "y", "y/a", "!", "/", "//",
                "\ufeffa", "**", "***", "x/***/a", "[]a]", "[!]a]", "[\\]a]",
            ):  # fmt: skip
                with self.subTest(text):
                    self.expect_same(folder, {".gitignore": text})
            numbers = random.Random(2026)
            for _ in range(400):
                lines = [
                    "".join(numbers.choices(PIECES, k=numbers.randint(1, 5)))
                    for _ in range(numbers.randint(1, 4))
                ]
                inner = "".join(numbers.choices(PIECES, k=numbers.randint(0, 3)))
                files = {".gitignore": "\n".join(lines), "x/.gitignore": inner}
                with self.subTest(files):
                    self.expect_same(folder, files)

    def test_files_that_are_none(self) -> None:
        """A folder, a huge file and one of other bytes are no lists; nothing fails."""
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            write(
                folder, {"a": "", "b/.gitignore/c": "", "c/.gitignore": "a\n" * 600_000}
            )
            (folder / ".gitignore").write_bytes(b"\xff\xfe\n/a\n\0\n")
            write(folder, {"c/a": ""})
            self.assertEqual(of_reader(folder), ["c/a"])

    def test_hostile_patterns(self) -> None:
        """A pattern of many wildcards takes no time."""
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            lines = ["*a" * 5000 + "b", "**/a/" * 2000 + "b", "[" * 5000, "[!" * 5000]
            write(
                folder,
                {".gitignore": "\n".join(lines), "a" * 250: "", "a/" * 50 + "c": ""},
            )
            begin = time.process_time()
            self.assertEqual(len(of_reader(folder)), 2)
            self.assertLess(time.process_time() - begin, 20)


class SelectionTest(unittest.TestCase):
    """What is uploaded of a project without git."""

    def test_data_stays_here(self) -> None:
        files = {
            ".gitignore": "data/\n*.tmp\n!keep.tmp\n",
            "wsgi.py": "",
            "data/uploads/passport.jpg": "x",
            "a.tmp": "x",
            "keep.tmp": "x",
        }
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            write(folder, files)
            found = upload_files.select(place)
            self.assertEqual(found.paths, ["keep.tmp", "wsgi.py"])
            left = [(each.path, each.reason) for each in found.left]
            named = ".gitignore names it"
            expected = [(".gitignore", "its name begins with a dot")]
            self.assertEqual(left, [*expected, ("a.tmp", named), ("data/", named)])
            taken = upload_files.select(place, ("data/uploads/passport.jpg",))
            self.assertIn("data/uploads/passport.jpg", taken.paths)


if __name__ == "__main__":
    unittest.main()
