"""Requirements that pip cannot install on Linux, or not for the chosen Python."""

from __future__ import annotations

import re
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check import build_table, builds, distributions
from pa_new_check.installed import Installation
from pa_new_check.project_requirements import read_requirements
from pa_new_check.rules import Finding

# A line, and parts of the finding's severity, message and fix for Python 3.13.
BAD: list[tuple[str, str, str, str]] = [
    (
        "pywin32==306",
        "error",
        "pywin32 is only for Windows",
        '`pywin32==306; sys_platform == "win32"`',
    ),
    ("PyWinPTY==2.0.13", "error", "only for Windows", "Remove the line"),
    ("pypiwin32", "error", "only for Windows", "Remove the line"),
    ("windows_curses", "error", "only for Windows", "Remove the line"),
    ("pywin32; python_version > '3'", "error", "only for Windows", "`pywin32; sys_pl"),
    ("pyobjc", "error", "only for macOS", '"darwin"'),
    ("pyobjc-framework-Cocoa==9.0", "error", "only for macOS", '"darwin"'),
    ("comtypes==1.2", "warning", "comtypes works only on Windows", "Remove the line"),
    ("numpy==1.21", "error", "no build for Python 3.13", "`numpy>=2.1.0`"),
    ("numpy == 1.26.4", "error", "no build for Python 3.13", "2.1.0 is the first"),
    ("numpy<2", "error", "no build for Python 3.13", "`numpy>=2.1.0`"),
    ("numpy<=2.0.9", "error", "no build for Python 3.13", "`numpy>=2.1.0`"),
    ("numpy<2.1", "error", "no build for Python 3.13", "`numpy>=2.1.0`"),
    ("numpy~=1.26.0", "error", "no build for Python 3.13", "`numpy>=2.1.0`"),
    ("numpy~=1.26", "error", "no build for Python 3.13", "`numpy>=2.1.0`"),
    ("numpy==1.*", "error", "no build for Python 3.13", "`numpy>=2.1.0`"),
    ("numpy>=1,!=1.5,<2", "error", "no build for Python 3.13", "`numpy>=2.1.0`"),
    ("pandas[excel]==1.3.0", "error", "no build for Python 3.13", "`pandas>=2.2.3`"),
    ("Pillow==9.5.0", "error", "no build for Python 3.13", "`Pillow>=10.4.0`"),
    ("tensorflow==2.10", "error", "no build for Python 3.13", "`tensorflow>=2.20.0`"),
    ("psycopg2-binary==2.9.1", "warning", "no build", "`psycopg2-binary>=2.9.10`"),
    ("dataclasses==0.8", "error", "is not for Python 3.13", "dataclasses==0.6"),
    ("sqlite3", "error", "sqlite3 is a module of Python's", "Remove the line"),
    ("json", "error", "json is a module of Python's", "Remove the line"),
    ("secrets==1.0.2", "error", "secrets is a module of Python's", "Remove the line"),
    ("asyncore", "error", "asyncore is a module of Python's", "Write `pyasyncore`"),
    ("distutils", "error", "distutils is a module of Python's", "Write `setuptools`"),
    ("imp", "error", "imp is a module of Python's", "it was removed in Python 3.12"),
    ("pkg_resources==0.0.0", "error", "pkg_resources is a part of Ubuntu", "Remove"),
    ("flask=3.0.0", "error", "does not understand", "Write `flask==3.0.0`"),
    ("numpy=1.26.4=py312hc5e2394_0", "error", "does not understand", "`numpy==1.26.4`"),
    ("python=3.9", "error", "does not understand", "pip does not install Python"),
    ("Flask   3.0.0", "error", "does not understand", "Write `Flask==3.0.0`"),
    ("<<<<<<< HEAD", "error", "does not understand", "Resolve the merge conflict"),
    (
        "numpy @ file:///home/conda/feedstock_root/build_artifacts/numpy_17/work",
        "error",
        "a folder of another computer",
        "Write `numpy`",
    ),
    ("six @ file:///tmp/build/80754af9/six/work", "error", "another computer", "`six`"),
    ("a @ file:///C:/Users/me/a", "error", "another computer", "Write `a`"),
    ("a @ file:///Users/me/a", "error", "another computer", "Write `a`"),
]

# Lines that pip can install for Python 3.13, or of which that is not known.
GOOD = [
    'pywin32==306; sys_platform == "win32"',
    "pywin32; platform_system == 'Windows'",
    "pywinpty; os_name == 'nt'",
    "pywin32-ctypes",
    "colorama==0.4.6",
    "numpy",
    "numpy>=1.21",
    "numpy>=1.21,<3",
    "numpy==2.1",
    "numpy==2.1.0",
    "numpy<2.2",
    "numpy<=2.1",
    "numpy~=2.1",
    "numpy==2.*",
    "numpy!=1.21",
    "numpy==99.0",
    "numpy==1!1.0",
    "numpy==1.21; python_version < '3.10'",
    "numpy==1.21; platform_release == 'x'",
    "Django==5.2",
    "Flask==0.1",
    "mysqlclient==2.0",
    "psutil==5.8.0",
    "asyncio",
    "typing",
    "pathlib",
    "dataclasses==0.6",
    "configparser==5.0",
    "a @ file:///home/alice/mysite/a.whl",
    "a @ https://example.com/a.whl",
    "-e .",
    "please install flask",
    "-r nowhere.txt",
    "${PACKAGE}",
    "numpy==" + "9" * 5000,
]


def judged(text: str, python: tuple[int, int] = (3, 13)) -> list[Finding]:
    """Return the findings about a ``requirements.txt``, as if nothing were installed."""
    nothing = Installation([])
    with (
        tempfile.TemporaryDirectory() as place,
        mock.patch.object(distributions, "installation", lambda: nothing),
    ):
        Path(place, "requirements.txt").write_text(text, "utf-8")
        return builds.judge(read_requirements(Path(place), python), python)


class BuildsTest(unittest.TestCase):
    """Lines that cannot be installed, and similar ones that can."""

    def test_bad(self) -> None:
        for line, severity, message, fix in BAD:
            with self.subTest(line):
                (found,) = judged(f"Flask\n{line}\n")
                document = found.document()
                self.assertEqual(document["rule"], "no-build")
                self.assertEqual(document["severity"], severity)
                self.assertEqual(document["line"], 2)
                self.assertIn(message, str(document["message"]))
                self.assertIn(fix, str(document["fix"]))

    def test_good(self) -> None:
        for line in GOOD:
            with self.subTest(line[:60]):
                self.assertEqual([one.what for one in judged(line)], [])

    def test_other_pythons(self) -> None:
        for line, python, is_bad in (
            ("numpy==1.21.2", (3, 10), False),
            ("numpy==1.20", (3, 9), False),
            ("numpy==1.21.2", (3, 11), True),
            ("numpy==2.3.0", (3, 10), True),
            ("numpy>=2.3", (3, 10), True),
            ("numpy>=2.2,<2.3", (3, 10), False),
            ("Django==5.2", (3, 9), True),
            ("Django==5.2", (3, 10), False),
            ("Django~=6.0", (3, 11), True),
            ("numpy==1.21", (3, 14), False),
            ("numpy==1.21", (3, 8), False),
        ):
            with self.subTest(line, python=python):
                self.assertEqual(len(judged(line, python)), int(is_bad))

    def test_compiling_is_certain_to_fail_only_where_it_was_tried(self) -> None:
        for python, severity in (((3, 11), "warning"), ((3, 12), "error")):
            (found,) = judged("numpy==1.20", python)
            self.assertEqual(found.document()["severity"], severity)

    def test_what_is_installed_here_is_proved(self) -> None:
        running = sys.version_info[:2]
        with tempfile.TemporaryDirectory() as place:
            Path(place, "numpy-1.1.0.dist-info").mkdir()
            found = Installation([place])
            Path(place, "requirements.txt").write_text("numpy==1.1.0\n", "utf-8")
            for python, count in ((running, int(sys.platform != "linux")), ((3, 1), 0)):
                listed = read_requirements(Path(place), python)
                with mock.patch.object(distributions, "installation", lambda: found):
                    self.assertEqual(len(builds.judge(listed, python)), count)
        self.assertEqual(len(judged("numpy==1.1.0", running)), 1)

    def test_a_whole_list_of_one_kind_is_one_finding(self) -> None:
        lines = [f"p{n}=1.{n}=py39_0" for n in range(100)]
        (found,) = judged("# platform: win-64\n" + "\n".join(lines))
        self.assertEqual(found.line, 2)
        self.assertIn("99 other lines", found.what)

    def test_powershell(self) -> None:
        """PowerShell's ``>`` writes UTF-16 with a mark, which pip reads, too."""
        wsgi = "def application(e, s):\n    s('200 OK', [])\n    return [b'']\n"
        text = "Flask==3.1.3\r\npywin32==306\r\n"
        files: dict[str, str | bytes] = {
            "wsgi.py": wsgi,
            "requirements.txt": text.encode("utf-16"),
        }
        with project(files) as folder:
            report = check_soon(folder, "--no-load", "--python", "3.13")
        found = [(one["rule"], one["file"], one["line"]) for one in report["findings"]]
        self.assertEqual(found, [("no-build", "requirements.txt", 2)])

    def test_time(self) -> None:
        """Of hostile lines, eight times as much takes about eight times as long."""
        for unit in (
            "a ",
            "a=",
            "numpy==1,",
            "a 1 b c d ",
            "pywin32;(",
            "1.",
            "a\t",
            "\n",
            "a=b\n",
        ):
            with self.subTest(unit):
                short, long = (
                    min(_seconds(unit * (size // len(unit))) for _ in range(3))
                    for size in (10_000, 80_000)
                )
                self.assertLess(long, short * 24 + 0.01)
        start = time.process_time()
        judged("numpy==1.21\n" * 5_000 + "a=b\n" * 5_000)
        self.assertLess(time.process_time() - start, 5)


def _seconds(text: str) -> float:
    start = time.process_time()
    judged(text)
    return time.process_time() - start


class TableTest(unittest.TestCase):
    """The table of builds itself."""

    def test_rows(self) -> None:
        for name in build_table._ROWS:
            for python in build_table.PYTHONS:
                with self.subTest(name, python=python):
                    row = build_table.build(name, python)
                    assert row is not None
                    first, last, newest = (
                        builds._release(text)
                        for text in (row.first, row.last, row.newest)
                    )
                    self.assertLessEqual(first, last)
                    self.assertLessEqual(last, newest)
                    self.assertIn(row.before, ("none", "fails", "slow", "pure"))
                    self.assertRegex(name, re.compile("^[a-z0-9-]+$"))


if __name__ == "__main__":
    unittest.main()
