"""What only development needs stays here, and a first deployment fits into one minute."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from support import HANDLER, DeployTest

# isort: split
from pa_new_shared.upload_files import Selection, select

TESTS = {
    "tests/__init__.py": "",
    "tests/client.py": "CLIENT = 1\n",
    "tests/test_pages.py": "from .client import CLIENT\n",
}
SOURCE = "/home/alice/hello"
PROJECT = {"wsgi.py": "import shop\n", "shop.py": "", "AGENTS.md": "Run the tests.\n"}


class SelectionTest(unittest.TestCase):
    """Which files of a project these are."""

    def select(self, files: dict[str, str], *taken: str) -> Selection:
        with tempfile.TemporaryDirectory() as place:
            for path, text in files.items():
                file = Path(place, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return select(place, taken)

    def test_tests_and_the_page_for_agents(self) -> None:
        found = self.select({**PROJECT, **TESTS, "README.md": "", "pyproject.toml": ""})
        self.assertEqual(
            found.paths, ["README.md", "pyproject.toml", "shop.py", "wsgi.py"]
        )
        self.assertEqual(
            found.of_kind("development"), ["AGENTS.md", *sorted(TESTS)], found.left
        )

    def test_what_an_app_may_need(self) -> None:
        for name, more in (
            (
                "an import",
                {"shop.py": "if True:\n    from tests.client import CLIENT\n"},
            ),
            ("a module", {"shop.py": "import tests\n"}),
            ("an app of Django's", {"settings.py": "INSTALLED_APPS = ['tests']\n"}),
            ("its settings", {"settings.py": 'APPS = ["tests.apps.TestsConfig"]\n'}),
            ("a path", {"shop.py": "open('tests/data.json')\n"}),
        ):
            with self.subTest(name):
                paths = self.select({**PROJECT, **TESTS, **more}).paths
                self.assertNotIn("AGENTS.md", paths)
                self.assertLessEqual(set(TESTS), set(paths))

    def test_what_is_no_test(self) -> None:
        for name, files in (
            ("data", {"tests/maths.json": "[]", **TESTS}),
            ("below a package", {"shop/tests/test_a.py": "", "shop/__init__.py": ""}),
            ("another name", {"testing/test_a.py": "", "contests/test_a.py": ""}),
            ("a package without tests", {"tests/__init__.py": "", "tests/quiz.py": ""}),
            ("a page below", {"docs/AGENTS.md": ""}),
        ):
            with self.subTest(name):
                paths = self.select({**PROJECT, **files}).paths
                wanted = {path for path in files if path not in TESTS}
                self.assertLessEqual(wanted, set(paths))

    def test_they_can_be_taken_along(self) -> None:
        for taken, expected in (
            (["tests"], sorted(TESTS)),
            (["tests/client.py"], ["tests/client.py"]),
            (["AGENTS.md"], ["AGENTS.md"]),
        ):
            with self.subTest(taken=taken):
                found = self.select({**PROJECT, **TESTS}, *taken)
                kept = [path for path in found.paths if path not in PROJECT]
                kept += [path for path in found.paths if path == "AGENTS.md"]
                self.assertEqual(kept, expected)
                # It is no data, which would never replace what is on PythonAnywhere.
                self.assertEqual(found.included, {})
                self.assertEqual(
                    (found.needless_includes, found.wrong_includes), ([], [])
                )


class DeploymentTest(DeployTest):
    """What comes to the host."""

    def test_deployment(self) -> None:
        folder = self.folder({**HANDLER, **TESTS, "AGENTS.md": ""})
        self.deploy(folder)
        there = {path for path in self.host.files() if path.startswith(SOURCE)}
        self.assertIn(f"{SOURCE}/hello/routes.py", there)
        self.assertFalse([p for p in there if "/tests/" in p or "AGENTS" in p], there)
        self.deploy(folder, "--include", "tests")
        self.assertIn(f"{SOURCE}/tests/test_pages.py", self.host.files())
        # A later deployment leaves alone what an earlier one has uploaded.
        run = self.deploy(folder)
        self.assertIn(f"{SOURCE}/tests/test_pages.py", self.host.files())
        self.assertNotIn("tests", run.out + run.err)


if __name__ == "__main__":
    unittest.main()
