"""The compiled modules of a command, kept in one file."""

from __future__ import annotations

import json
import marshal
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pa_new_shared

PACKAGES = Path(pa_new_shared.__file__).parents[1]
PROGRAM = """
import json, marshal, os, sys
sys.path[0] = sys.argv[1]
os.umask(0)
from pa_new_shared.compiled import use
kept = use(sys.path[0], "try")
from pa_new_shared import ignore_file, text
from pa_new_check.static_analysis import calls
code = marshal.loads(kept.code("pa_new_check.sandbox_reasons"))
modules = [ignore_file, text, calls, sys.modules["pa_new_check.static_analysis"]]
print(json.dumps({
    "loaders": [type(module.__spec__.loader).__name__ for module in modules],
    "files": [module.__file__ for module in modules],
    "path": list(modules[-1].__path__),
    "text": text.listed(["a", "b"]),
    "code": code.co_filename,
}))
kept.keep()
"""


class CompiledTests(unittest.TestCase):
    """What is kept, and when it is used."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        for name in ("pa_new_shared", "pa_new_check"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(PACKAGES / name, self.folder / name, ignore=ignored)
        tag = sys.implementation.cache_tag
        self.file = self.folder / f"pa_new_shared/__pycache__/try.{tag}.modules"

    def run_once(self) -> dict[str, object]:
        """Run the program, and return what it tells of its modules."""
        done = subprocess.run(
            [sys.executable, "-E", "-S", "-c", PROGRAM, self.folder],
            check=False,
            capture_output=True,
            text=True,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        told: dict[str, object] = json.loads(done.stdout)
        base = str(self.folder)
        self.assertEqual(
            told["files"],
            [
                f"{base}/pa_new_shared/ignore_file.py",
                f"{base}/pa_new_shared/text.py",
                f"{base}/pa_new_check/static_analysis/calls.py",
                f"{base}/pa_new_check/static_analysis/__init__.py",
            ],
        )
        self.assertEqual(told["path"], [f"{base}/pa_new_check/static_analysis"])
        self.assertEqual(told["text"], "a and b")
        self.assertEqual(told["code"], f"{base}/pa_new_check/sandbox_reasons.py")
        return told

    def test_second_run_takes_all_from_the_file(self) -> None:
        self.assertEqual(self.run_once()["loaders"], ["_Noted"] * 4)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        before = self.file.stat()
        # Only what is read before that file is still there by itself.
        tag = sys.implementation.cache_tag
        self.assertEqual(
            sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*.pyc")),
            [
                f"pa_new_shared/__pycache__/{n}.{tag}.pyc"
                for n in ("__init__", "compiled")
            ],
        )
        self.assertEqual(self.run_once()["loaders"], ["Compiled"] * 4)
        after = self.file.stat()
        self.assertEqual(
            (before.st_ino, before.st_mtime_ns), (after.st_ino, after.st_mtime_ns)
        )
        left = sorted(path.name for path in self.file.parent.glob("*.modules*"))
        self.assertEqual(left, [self.file.name])

    def test_file_that_does_not_fit_is_replaced(self) -> None:
        self.run_once()
        good = self.file.read_bytes()
        magic, usual, modules = marshal.loads(good)
        for bad in [
            b"",
            b"text",
            good[: len(good) // 2],
            marshal.dumps((b"1234", usual, modules)),
            marshal.dumps(7),
            marshal.dumps((magic, modules)),
            marshal.dumps((magic, usual, 1)),
            marshal.dumps((magic, usual, modules, 1)),
        ]:
            with self.subTest(bad=bad[:20]):
                self.file.write_bytes(bad)
                self.assertEqual(self.run_once()["loaders"], ["_Noted"] * 4)
                self.assertEqual(self.run_once()["loaders"], ["Compiled"] * 4)

    def read(self) -> tuple[dict[str, object], dict[str, object]]:
        """Return the modules that are made at once, and the others."""
        _, usual, others = marshal.loads(self.file.read_bytes())
        return usual, others

    def run_program(self, program: str) -> str:
        """Run another program, and return what it prints."""
        start = PROGRAM.partition("from pa_new_shared import")[0]
        done = subprocess.run(
            [sys.executable, "-E", "-S", "-c", start + program, self.folder],
            check=False,
            capture_output=True,
            text=True,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_modules_of_the_first_run_are_made_at_once(self) -> None:
        self.run_once()
        first, others = self.read()
        self.assertEqual([*others], ["pa_new_check.sandbox_reasons"])
        names = [*first]
        # Each comes after those that it imports.
        self.assertLess(
            names.index("pa_new_check.static_analysis.values"),
            names.index("pa_new_check.static_analysis.calls"),
        )
        told = self.run_program(
            "print(*[name for name in sys.modules if name.startswith('pa_new')])"
        )
        before = ["pa_new_shared", "pa_new_shared.compiled"]
        self.assertEqual(told.split(), [*before, *names])

    def test_later_modules_are_added_one_by_one(self) -> None:
        self.run_once()
        first, _ = self.read()
        more = "from pa_new_shared import includes\nkept.keep()\n"
        for _ in range(2):
            self.run_program(more)
            usual, later = self.read()
            self.assertEqual([*usual], [*first])
            self.assertIn("pa_new_shared.includes", later)
        self.assertEqual(self.run_once()["loaders"], ["Compiled"] * 4)

    def test_run_that_ends_early_says_little(self) -> None:
        self.run_program("from pa_new_shared import text\nkept.keep()\n")
        self.assertEqual([*self.read()[0]][-1], "pa_new_shared.text")
        self.run_once()
        usual, others = self.read()
        self.assertIn("pa_new_check.static_analysis.calls", usual)
        self.assertEqual([*others], ["pa_new_check.sandbox_reasons"])

    def test_modules_that_import_each_other(self) -> None:
        package = self.folder / "pa_new_shared"
        (package / "one.py").write_text(
            "ONE = 1\nfrom pa_new_shared import two\nTHREE = two.TWO + ONE\n"
        )
        (package / "two.py").write_text(
            "from pa_new_shared.one import ONE\nTWO = ONE + 1\n"
        )
        program = "from pa_new_shared import one\nprint(one.THREE)\nkept.keep()\n"
        for turn in range(3):
            with self.subTest(turn=turn):
                self.assertEqual(self.run_program(program), "3\n")

    def test_package_that_imports_what_it_holds(self) -> None:
        package = self.folder / "pa_new_tree"
        package.mkdir()
        (package / "__init__.py").write_text("from pa_new_tree.leaf import LEAF\n")
        (package / "leaf.py").write_text("LEAF = 1\n")
        program = "import pa_new_tree\nprint(pa_new_tree.leaf.LEAF)\nkept.keep()\n"
        for turn in range(3):
            with self.subTest(turn=turn):
                self.assertEqual(self.run_program(program), "1\n")
        self.assertEqual([*self.read()[0]], ["pa_new_tree.leaf", "pa_new_tree"])
        self.assertEqual(self.run_program("print('other')\n"), "other\n")

    def test_module_that_fails(self) -> None:
        module = self.folder / "pa_new_shared/one.py"
        module.write_text("import os\nif os.path.exists(__file__ + 'x'):\n    1 / 0\n")
        self.run_program("from pa_new_shared import one, text\nkept.keep()\n")
        self.assertIn("pa_new_shared.one", self.read()[0])
        Path(f"{module}x").write_text("")
        # It counts only if the module is imported.
        self.assertEqual(
            self.run_program(
                "from pa_new_shared import text\n"
                "print(text.listed(['a']))\n"
                "try:\n    from pa_new_shared import one\n"
                "except ZeroDivisionError:\n    print('failed')\n"
            ),
            "a\nfailed\n",
        )

    def test_nothing_is_kept_where_nothing_can_be_written(self) -> None:
        if os.geteuid() == 0:
            self.file.parent.write_text("")  # a file in the place of the folder
        else:
            self.file.parent.mkdir(mode=0o500)
        self.assertEqual(self.run_once()["loaders"], ["_Noted"] * 4)
        self.assertEqual(self.run_once()["loaders"], ["_Noted"] * 4)


if __name__ == "__main__":
    unittest.main()
