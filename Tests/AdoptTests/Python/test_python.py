"""Which Python: by the files that name one, and by ``--python``."""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from typing import Any

from pa_new_shared.host import PYTHONS

from support import FLASK, AdoptTest, Files

_SWIFT = (
    Path(__file__).resolve().parents[3] / "Sources/Scaffold/Host/PythonVersion.swift"
)


def requires(text: str) -> Files:
    return {"pyproject.toml": f'[project]\nname = "shop"\nrequires-python = "{text}"\n'}


def poetry(text: str) -> Files:
    return {"pyproject.toml": f'[tool.poetry.dependencies]\npython = "{text}"\n'}


class PythonTest(AdoptTest):
    """What each file says."""

    def python(self, files: Files, *options: str) -> dict[str, Any]:
        found: dict[str, Any] = self.read({"app.py": FLASK, **files}, *options)[
            "python"
        ]
        return found

    def test_offered(self) -> None:
        """The versions are those that the rest of pa-new offers."""
        found = re.search(r"offered = \((\d+)\.\.\.(\d+)\)", _SWIFT.read_text())
        assert found is not None
        self.assertEqual(
            (PYTHONS[0], PYTHONS[-1]), ((3, int(found[1])), (3, int(found[2])))
        )

    def test_files(self) -> None:
        for files, version, place, line in (
            ({}, "", "", 0),
            ({"runtime.txt": "python-3.11.4\n"}, "3.11", "runtime.txt", 1),
            ({"runtime.txt": "python-3.11\r\n"}, "3.11", "runtime.txt", 1),
            ({".python-version": "# mine\n3.12.1\n"}, "3.12", ".python-version", 2),
            ({".python-version": "my-env\n"}, "", "", 0),
            ({".python-version": ""}, "", "", 0),
            (
                {".tool-versions": "nodejs 20\npython 3.10.13\n"},
                "3.10",
                ".tool-versions",
                2,
            ),
            ({"Pipfile": '[requires]\npython_version = "3.9"\n'}, "3.9", "Pipfile", 2),
            (
                {"environment.yml": "dependencies:\n  - python=3.10.4\n"},
                "3.10",
                "environment.yml",
                2,
            ),
            (requires(">=3.9"), "3.13", "pyproject.toml", 3),
            (requires(">=3.9,<3.12"), "3.11", "pyproject.toml", 3),
            (requires("==3.10.*"), "3.10", "pyproject.toml", 3),
            (requires("~=3.9"), "3.13", "pyproject.toml", 3),
            (poetry("^3.9"), "3.13", "pyproject.toml", 2),
            (poetry("~3.10"), "3.10", "pyproject.toml", 2),
            (poetry("~3.10 || ~3.11"), "3.11", "pyproject.toml", 2),
            (
                {"setup.cfg": "[options]\npython_requires = >=3.8, <3.11\n"},
                "3.10",
                "setup.cfg",
                2,
            ),
            (
                {**requires(">=3.9"), "runtime.txt": "python-3.11.4"},
                "3.11",
                "runtime.txt",
                1,
            ),
        ):
            with self.subTest(files):
                found = self.python(files)
                expected = {"version": version, "file": place, "line": line, "note": ""}
                self.assertEqual(found, expected)

    def test_not_offered(self) -> None:
        for text, version in (("3.7.2", "3.9"), ("2.7.18", "3.9"), ("3.14.0", "3.13")):
            found = self.python({"runtime.txt": f"python-{text}"})
            self.assertEqual(found["version"], version)
            self.assertIn("runtime.txt:1 names Python", found["note"])
            self.assertIn("PythonAnywhere has 3.9 to 3.13", found["note"])
        found = self.python({"runtime.txt": "python-3.8.1", **requires(">=3.8,<3.11")})
        self.assertEqual(found["version"], "3.9")

    def test_contradiction(self) -> None:
        found = self.python({"runtime.txt": "python-3.9.1", **requires(">=3.11")})
        self.assertEqual(found["version"], "3.9")
        self.assertIn("pyproject.toml:3 asks for >=3.11", found["note"])

    def test_no_version_fits(self) -> None:
        for text in (">=3.14", "<3.9", "==2.7.*"):
            error = self.error({"app.py": FLASK, **requires(text)})
            self.assertEqual(error["kind"], "broken")
            self.assertIn(f"pyproject.toml:3 asks for Python {text}", error["message"])
            self.assertIn("--python", error["hint"])
        found = self.python(requires(">=3.14"), "--python=3.13")
        self.assertEqual((found["version"], found["file"]), ("3.13", "--python"))
        self.assertIn("pyproject.toml:3 names Python >=3.14", found["note"])

    def test_option(self) -> None:
        self.assertEqual(self.python({}, "--python=3.10")["version"], "3.10")
        for text in (
            "",
            "3",
            "3.8",
            "3.14",
            "2.7",
            "3.x",
            "python3.9",
            "3.9.1",
            "3." + "9" * 9_999,
        ):
            error = self.error({"app.py": FLASK}, f"--python={text}")
            self.assertEqual(error["kind"], "usage")
            self.assertLess(len(error["message"]), 250)

    def test_hostile(self) -> None:
        for name in (
            "runtime.txt",
            ".python-version",
            ".tool-versions",
            "Pipfile",
            "setup.cfg",
            "environment.yml",
            "pyproject.toml",
        ):
            for content in (
                "\0" * 1_000,
                "python " * 100_000,
                "\xff\xfe",
                "9" * 50_000,
                "\x1b[31m3.9",
            ):
                found = self.python(
                    {name: content.encode("latin-1"), "requirements.txt": ""}
                )
                self.assertEqual(found["version"], "", (name, content[:20]))


if __name__ == "__main__":
    unittest.main()
