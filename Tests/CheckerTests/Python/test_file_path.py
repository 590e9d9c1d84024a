"""The paths of a check are as those of pathlib, which it does not import."""

from __future__ import annotations

import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Callable
from functools import partial
from typing import Any

from pa_new_shared.file_path import Path

from support import CHECKER

PIECES = ("", ".", "..", "/", "//", "///", "a", "a.b", ".a", "a.", "a.b.c", "ä b")
TEXTS = sorted(
    {"".join(pieces) for pieces in itertools.product(PIECES, "/", PIECES)}
    | {"/".join(pieces) for pieces in itertools.product(PIECES, repeat=2)}
)
READS = ("name", "stem", "suffix", "parts", "parent", "as_posix", "__fspath__")
PATTERNS = (
    "*.py",
    "*",
    "*/*",
    "*/x.py",
    "in/*",
    "no/*",
    "*.txt",
    "a.py",
    "a?.py",
    "**/*",
)


def told(path: pathlib.Path, name: str) -> object:
    """Return an attribute, or what the method returns, as text."""
    value = getattr(path, name)
    return str(value() if callable(value) else value)


def below(other: str, path: pathlib.Path) -> pathlib.Path:
    """Return the path relative to another."""
    return path.relative_to(other)


def named(name: str, path: pathlib.Path) -> pathlib.Path:
    """Return the path with another name."""
    return path.with_name(name)


def ending(suffix: str, path: pathlib.Path) -> pathlib.Path:
    """Return the path with another suffix."""
    return path.with_suffix(suffix)


class TextTest(unittest.TestCase):
    """What a path says without a look at the disk."""

    def test_parts(self) -> None:
        for text in TEXTS:
            own, theirs = Path(text), pathlib.Path(text)
            self.assertEqual(str(own), str(theirs), text)
            for name in READS:
                # From 3.14 on, a name that ends with a dot has a suffix.
                if name in ("stem", "suffix") and theirs.name.endswith("."):
                    continue
                self.assertEqual(told(own, name), told(theirs, name), (text, name))
            self.assertEqual(
                [str(path) for path in own.parents],
                [str(path) for path in theirs.parents],
                text,
            )

    def test_joined(self) -> None:
        for first, second in itertools.product(TEXTS[::7], TEXTS[::11]):
            wanted = str(pathlib.Path(first) / second)
            self.assertEqual(str(Path(first) / second), wanted)
            self.assertEqual(str(Path(first).joinpath(second)), wanted)
            self.assertEqual(str(first / Path(second)), wanted)

    def test_compared(self) -> None:
        sample = TEXTS[::9]
        for first, second in itertools.product(sample, sample):
            for kind in (Path, pathlib.Path):
                is_equal = pathlib.Path(first) == pathlib.Path(second)
                self.assertEqual(Path(first) == kind(second), is_equal, (first, second))
                self.assertEqual(kind(second) == Path(first), is_equal, (first, second))
        for text in TEXTS:
            self.assertEqual(hash(Path(text)), hash(pathlib.Path(text)), text)
            self.assertFalse(Path(text) == text)
        names = ["a/b", "a-b", "a", "b/a", "/a", "a/b.c", "/", "A"]
        self.assertEqual(
            [str(path) for path in sorted(map(Path, names))],
            [str(path) for path in sorted(map(pathlib.Path, names))],
        )

    def test_changed(self) -> None:
        changes = [partial(below, other) for other in ("/", "/a", "a", ".", "//")]
        changes += [partial(named, "n"), partial(ending, ".x")]
        for text, change in itertools.product(TEXTS[::5], changes):
            if pathlib.Path(text).name.endswith(".") and change.func is ending:
                continue  # from 3.14 on, such a name has a suffix
            wanted = self.result(pathlib.Path, text, change)
            self.assertEqual(self.result(Path, text, change), wanted, (text, change))

    @staticmethod
    def result(kind: type, text: str, change: Callable[[Any], object]) -> str:
        try:
            return str(change(kind(text)))
        except ValueError:
            return "ValueError"


class DiskTest(unittest.TestCase):
    """What a path says of the disk."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)
        for name in ("a.py", ".b.py", "in/x.py", "in/deep/y.txt", "ab.py"):
            place = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w", encoding="utf-8"):
                pass
        os.symlink("in", os.path.join(self.folder, "link"))
        os.symlink("nothing", os.path.join(self.folder, "broken"))
        os.symlink("loop", os.path.join(self.folder, "loop"))

    def test_kinds(self) -> None:
        for name in ("a.py", "in", "link", "broken", "loop", "none", "a.py/x", "\0"):
            own, theirs = Path(self.folder, name), pathlib.Path(self.folder, name)
            for method in ("exists", "is_file", "is_dir", "is_symlink"):
                self.assertEqual(
                    told(own, method), told(theirs, method), (name, method)
                )
        self.assertEqual(
            str(Path(self.folder, "link/x.py").resolve(strict=True)),
            os.path.join(self.folder, "in/x.py"),
        )
        for name in ("broken", "loop", "none"):
            with self.assertRaises(OSError):
                Path(self.folder, name).resolve(strict=True)

    def test_found(self) -> None:
        for base in ("", "in", "none", "a.py"):
            own, theirs = Path(self.folder, base), pathlib.Path(self.folder, base)
            for pattern in PATTERNS:
                for method in ("glob", "rglob"):
                    self.assertEqual(
                        sorted(map(str, getattr(own, method)(pattern))),
                        sorted(map(str, getattr(theirs, method)(pattern))),
                        (base, method, pattern),
                    )
        self.assertEqual(
            sorted(map(str, Path(self.folder).iterdir())),
            sorted(map(str, pathlib.Path(self.folder).iterdir())),
        )

    def test_rest_is_of_pathlib(self) -> None:
        path = Path(self.folder, "a.py")
        path.write_text("x", encoding="utf-8")
        self.assertEqual(path.read_bytes(), b"x")
        self.assertFalse(hasattr(path, "no_such_method"))


class ImportTest(unittest.TestCase):
    """The module takes nothing along."""

    def test_import(self) -> None:
        code = (
            "import sys; sys.path[0] = sys.argv[1]; "
            "from pa_new_shared.file_path import Path; "
            "assert Path('a') / 'b' == Path('a/b') and list(Path('.').glob('*.x')) == []; "
            "print(*sys.modules)"
        )
        program = [sys.executable, "-E", "-S", "-c", code, str(CHECKER)]
        done = subprocess.run(program, capture_output=True, text=True, check=True)
        self.assertNotIn("pathlib", done.stdout.split())


if __name__ == "__main__":
    unittest.main()
