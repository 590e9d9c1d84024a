"""The packages of an environment are found by reading: nothing in it is run."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from pathlib import Path

from pa_new_check.environments import Environment, file_text, own
from pa_new_check.installed import Installation
from pa_new_shared import programs


def make(files: dict[str, str], folder: str) -> None:
    """Write files below a folder."""
    for path, text in files.items():
        place = Path(folder, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", errors="surrogateescape")


_FLASK = "lib/python3.11/site-packages/flask-3.0.0.dist-info/METADATA"


class EnvironmentTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = os.path.realpath(temporary.name)

    def test_version(self) -> None:
        here = sys.version_info[:2]
        for settings, expected, python in (
            ("version = 3.11.4\n", "3.11.4", (3, 11)),
            ("VERSION=3.9\n", "3.9", (3, 9)),
            ("version_info = 3.12.1.final.0\nhome = /x\n", "3.12.1", (3, 12)),
            ("home = /x\nversion = 3.13.0rc1\n", "3.13.0rc1", (3, 13)),
            ("", "3.8", (3, 8)),
            ("version = 2.7\n", "3.8", (3, 8)),
            ("version = 3." + "9" * 5000 + "\n", None, None),
            ("version = \x1b[31m\n", "3.8", (3, 8)),
            ("version\n= \n\x00\udcff", "3.8", (3, 8)),
            ("version = 3.11+\n", "3.11", (3, 11)),
            ("version = 3.11.\n", "3.11", (3, 11)),
            ("version = 3.x\n", "3.8", (3, 8)),
            ("version = 3.12345\n", "3.123", (3, 123)),
        ):
            with self.subTest(settings[:30]), tempfile.TemporaryDirectory() as folder:
                others = {f"lib/python3.{end}/x": "" for end in ("", "t", "1x", "1111")}
                make({"pyvenv.cfg": settings, "lib/python3.8/x": "", **others}, folder)
                found = Environment(folder)
                if expected is not None:
                    self.assertEqual((found.version, found.python), (expected, python))
                self.assertLess(found.python[1], 1000)
        self.assertEqual(Environment(self.folder).version, "")
        self.assertEqual(Environment(self.folder).python, here)
        self.assertEqual(Environment("/dev/null").folders, [])

    def test_folders(self) -> None:
        """Folders that .pth files name count; code in them does not run."""
        base = f"{self.folder}/base"
        make(
            {
                "env/pyvenv.cfg": f"home = {base}/bin\nversion = 3.11.4\n",
                f"env/{_FLASK}": "Name: Flask\n",
                "env/lib/python3.11/site-packages/a.pth": (
                    f"# no\n{self.folder}/src\nmissing\n\n../other\n"
                    f"import os; open('{self.folder}/ran', 'w')\n\0\n"
                ),
                "env/lib/python3.11/site-packages/.hidden.pth": f"{base}\n",
                "env/lib/python3.11/other/x": "",
                "env/lib/python3.9/site-packages/x": "",
                "src/x.py": "",
                "base/lib/python3.11/site-packages/x": "",
            },
            self.folder,
        )
        os.symlink("lib", f"{self.folder}/env/lib64")
        library = f"{self.folder}/env/lib/python3.11"
        wanted = [f"{library}/site-packages", f"{self.folder}/src", f"{library}/other"]
        found = Environment(f"{self.folder}/env")
        self.assertEqual(found.folders, wanted)
        self.assertFalse(found.has_editable_finder)
        self.assertIsNotNone(Installation(found.folders).get("Flask"))
        self.assertFalse(os.path.exists(f"{self.folder}/ran"))
        make(
            {
                "env/pyvenv.cfg": f"home = {base}/bin\nversion = 3.11.4\n"
                "include-system-site-packages = true\n",
                "env/lib/python3.11/site-packages/__editable__.x.pth": (
                    "import __editable___x_finder; __editable___x_finder.install()\n"
                ),
            },
            self.folder,
        )
        found = Environment(f"{self.folder}/env")
        self.assertTrue(found.has_editable_finder)
        self.assertEqual(
            found.folders, [*wanted, f"{base}/lib/python3.11/site-packages"]
        )

    def test_own(self) -> None:
        """Its folders are those that Python itself puts on the path."""
        expected = [path for path in sys.path if path.endswith("-packages")]
        self.assertTrue(set(expected) <= set(own().folders), (expected, own().folders))
        self.assertEqual(own().python, sys.version_info[:2])

    def test_what_blocks(self) -> None:
        """A pipe, a folder and a device are no text; a huge file is cut."""
        pipe = f"{self.folder}/pyvenv.cfg"
        os.mkfifo(pipe)
        self.assertEqual(file_text(pipe, 10), "")
        self.assertEqual(Environment(self.folder).version, "")
        self.assertEqual(file_text(self.folder, 10), "")
        self.assertEqual(file_text("/dev/zero", 10), "")
        self.assertEqual(file_text("a\0b", 10), "")
        make({"large": "x" * 100}, self.folder)
        self.assertEqual(file_text(f"{self.folder}/large", 10), "x" * 10)


class ProgramsTest(unittest.TestCase):
    def test_inside(self) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            root = os.path.realpath(temporary)
            make({"p/git": "", "q/git": "", "pp/git": ""}, root)
            for link, target in (
                ("in", "p"),
                ("p/out", "../q"),
                ("through", "p/out"),
                ("loop", "loop"),
            ):
                os.symlink(target, f"{root}/{link}")
            for path in ("p/git", "p", "in/git", "p/out/git", "through/git", "loop"):
                self.assertTrue(programs.is_inside(f"{root}/{path}", f"{root}/p"), path)
            for path in ("q/git", "pp/git", "p/../q/git", "missing"):
                inside = programs.is_inside(f"{root}/{path}", f"{root}/in")
                self.assertFalse(inside, path)
            for name in ("p", "q"):
                os.chmod(f"{root}/{name}/git", 0o755)
            for path, expected in (
                (f"{root}/p:{root}/q", f"{root}/q/git"),
                (f"{root}/in:{root}/through:{root}/q", f"{root}/q/git"),
                (f".::{root}/p", None),
                (f"{root}/pp", None),
                ("", None),
            ):
                found = programs.find("git", {"PATH": path}, outside=f"{root}/p")
                self.assertEqual(found, expected, path)
            here = os.getcwd()
            try:
                os.chdir(f"{root}/q")
                self.assertIsNone(programs.find("git", {"PATH": ".:"}, f"{root}/p"))
            finally:
                os.chdir(here)


if __name__ == "__main__":
    unittest.main()
