"""The list of packages: the project's own, or what is made of the files of other tools."""

from __future__ import annotations

import json
import unittest
from typing import Any

from support import FACTORY, FLASK, AdoptTest, Files, adopt, project

APP: Files = {"app.py": FLASK}

POETRY = """\
[tool.poetry]
name = "shop"

[tool.poetry.dependencies]
python = "^3.9"
flask = "^3.0.1"
requests = { version = "~2.31", extras = ["socks"] }
click = { version = ">=8,<9", python = "<3.12" }
tool = { git = "https://example.com/tool.git", tag = "v1" }
mine = { path = "../mine" }
extra = { version = "^1", optional = true }
either = "^1 || ^2"
two = [
  { version = "1.*", markers = "sys_platform == 'win32'" },
  { version = "2.*", markers = "sys_platform != 'win32'" },
]

[tool.poetry.group.dev.dependencies]
pytest = "*"
"""

UV = """\
version = 1
requires-python = ">=3.9"

[[package]]
name = "flask"
version = "3.0.1"
source = { registry = "https://example.com/simple" }
dependencies = [
    { name = "click" },
    { name = "colorama", marker = "sys_platform == 'win32'" },
    { name = "importlib-metadata", marker = "python_full_version < '3.10'" },
]
[package.optional-dependencies]
async = [{ name = "asgiref" }]

[[package]]
name = "click"
version = "8.1.7"
source = { registry = "https://example.com/simple" }
dependencies = [{ name = "flask" }]

[[package]]
name = "colorama"
version = "0.4.6"
source = { registry = "https://example.com/simple" }

[[package]]
name = "asgiref"
version = "3.8.1"
source = { registry = "https://example.com/simple" }

[[package]]
name = "importlib-metadata"
version = "8.0.0"
source = { registry = "https://example.com/simple" }

[[package]]
name = "numpy"
version = "2.0.2"
source = { registry = "https://example.com/simple" }
resolution-markers = ["python_full_version < '3.10'"]

[[package]]
name = "numpy"
version = "2.2.0"
source = { registry = "https://example.com/simple" }
resolution-markers = ["python_full_version >= '3.10'"]

[[package]]
name = "tool"
version = "1.0"
source = { git = "https://example.com/tool?rev=v1#0123abc" }

[[package]]
name = "pytest"
version = "8.0.0"
source = { registry = "https://example.com/simple" }

[[package]]
name = "shop"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "flask", extra = ["async"] },
    { name = "numpy", version = "2.0.2", marker = "python_full_version < '3.10'" },
    { name = "numpy", version = "2.2.0", marker = "python_full_version >= '3.10'" },
    { name = "tool" },
]

[package.dev-dependencies]
dev = [{ name = "pytest" }]
"""

PIPFILE = """\
[packages]
flask = "*"
requests = {version = "~=2.31", extras = ["socks"]}
gone = {path = "."}
only = {version = "==1.0", sys_platform = "== 'linux'"}

[dev-packages]
pytest = "*"

[requires]
python_version = "3.11"
"""

CONDA = """\
name: shop
channels:
  - conda-forge
dependencies:
  - python=3.10
  - flask=3.0  # the framework
  - conda-forge::pytorch>=2
  - numpy=1.26.4=py310h1
  - libgcc-ng=12
  - _openmp_mutex
  - openssl
  - pip
  - pip:
      - requests==2.31.0
      - -e .
  - "click >=8,<9"
prefix: /opt/conda
"""

PEP_621 = """\
[project]
name = "shop"
requires-python = ">=3.9"
dependencies = [
  "flask>=3",  # the framework
  'tomli ; python_version < "3.11"',
  "tool @ git+https://example.com/tool",
  "mine @ file:///home/me/mine",
  "--index-url https://example.com",
]
[project.optional-dependencies]
test = ["pytest"]
"""


class SourcesTest(AdoptTest):
    """Each file that lists packages."""

    def packages(self, files: Files, *options: str) -> tuple[dict[str, Any], list[str]]:
        """Return what is said of the packages of an app, and the notes."""
        document = self.read({**APP, **files}, *options)
        return document["requirements"], document["notes"]

    def check(
        self, files: Files, place: str, *lines: str, python: str = "3.11"
    ) -> list[str]:
        """Compare the list of packages, and return the notes."""
        found, notes = self.packages(files, f"--python={python}")
        self.assertEqual((found["from"], found["lines"]), (place, list(lines)))
        self.assertEqual((found["file"], found["exists"]), ("requirements.txt", False))
        return notes

    def test_own_list(self) -> None:
        for text in ("flask\n", "", "flask\r\n# more\n"):
            found, notes = self.packages({"requirements.txt": text, "uv.lock": UV})
            expected = {"file": "requirements.txt", "from": "requirements.txt"}
            self.assertEqual(found, {**expected, "lines": [], "exists": True})
            self.assertEqual(notes, [])

    def test_pep_621(self) -> None:
        notes = self.check(
            {"pyproject.toml": PEP_621},
            "pyproject.toml:4",
            "flask>=3",
            'tomli ; python_version < "3.11"',
            "tool @ git+https://example.com/tool",
        )
        self.assertEqual(len(notes), 2, notes)
        self.assertIn("mine of pyproject.toml is not in the list", notes[0])

    def test_poetry(self) -> None:
        notes = self.check(
            {"pyproject.toml": POETRY},
            "pyproject.toml:4",
            "flask>=3.0.1,<4.0.0",
            "requests[socks]>=2.31,<2.32",
            'click>=8,<9 ; python_version < "3.12"',
            "tool @ git+https://example.com/tool.git@v1",
            "either",
            "two==1.* ; sys_platform == 'win32'",
            "two==2.* ; sys_platform != 'win32'",
        )
        self.assertTrue(any("mine of pyproject.toml is not" in note for note in notes))
        self.assertTrue(any("`either ^1 || ^2`" in note for note in notes))

    def test_uv_lock(self) -> None:
        common = ("asgiref==3.8.1", "click==8.1.7", "flask==3.0.1")
        tool = "tool @ git+https://example.com/tool@0123abc"
        files = {"uv.lock": UV, "pyproject.toml": PEP_621}
        line = UV[: UV.index('[[package]]\nname = "shop"')].count("\n") + 1
        self.check(files, f"uv.lock:{line}", *common, "numpy==2.2.0", tool)
        older = (*common, "importlib-metadata==8.0.0", "numpy==2.0.2", tool)
        self.check(files, f"uv.lock:{line}", *older, python="3.9")

    def test_pipfile(self) -> None:
        notes = self.check(
            {"Pipfile": PIPFILE},
            "Pipfile:1",
            "flask",
            "requests[socks]~=2.31",
            "only==1.0 ; sys_platform == 'linux'",
        )
        self.assertIn("gone of Pipfile is not in the list", notes[0])

    def test_pipfile_lock(self) -> None:
        lock = {
            "_meta": {},
            "default": {
                "flask": {
                    "version": "==3.0.1",
                    "hashes": ["sha256:1"],
                    "index": "pypi",
                },
                "click": {"version": "==8.1.7", "markers": "python_version >= '3.7'"},
            },
            "develop": {"pytest": {"version": "==8.0.0"}},
        }
        self.check(
            {"Pipfile": PIPFILE, "Pipfile.lock": json.dumps(lock, indent=4)},
            "Pipfile.lock:3",
            "flask==3.0.1",
            "click==8.1.7 ; python_version >= '3.7'",
        )

    def test_conda(self) -> None:
        notes = self.check(
            {"environment.yml": CONDA},
            "environment.yml:4",
            "flask==3.0.*",
            "torch>=2",
            "numpy==1.26.4",
            "requests==2.31.0",
            "click>=8,<9",
        )
        self.assertTrue(any("-e ." in note for note in notes), notes)

    def test_other_names(self) -> None:
        for files, line in (
            (
                {"requirements/prod.txt": "flask", "requirements/base.txt": ""},
                "requirements/prod.txt",
            ),
            (
                {"requirements/base.txt": "", "requirements/test.txt": ""},
                "requirements/base.txt",
            ),
            (
                {"requirements-dev.txt": "", "requirements-web.txt": ""},
                "requirements-web.txt",
            ),
            ({"reqs.txt": "flask"}, "reqs.txt"),
        ):
            self.check(files, line, f"-r {line}")

    def test_list_beside_the_app(self) -> None:
        document = self.read(
            {
                "backend/app.py": FLASK + "import names\n",
                "backend/names.py": "",
                "backend/requirements.txt": "flask",
            }
        )
        self.assertEqual(document["apps"][0]["root"], "backend")
        self.assertEqual(
            document["requirements"]["lines"], ["-r backend/requirements.txt"]
        )

    def test_dynamic(self) -> None:
        text = (
            '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\n'
            'dependencies = { file = ["deps/site.in"] }\n'
        )
        files = {"pyproject.toml": text, "deps/site.in": "flask"}
        self.check(files, "pyproject.toml:4", "-r deps/site.in")
        for place in ("../site.in", "site in", "/site.in"):
            other = {**APP, "pyproject.toml": text.replace("deps/site.in", place)}
            with project({**other, "site in": ""}) as folder:
                (folder.parent / "site.in").touch()
                document = adopt(folder, "--environment=/nothing")
            self.assertEqual(document["requirements"]["lines"], ["Flask"], place)


class GuessTest(AdoptTest):
    """Without a list: the packages of the imported modules."""

    def guess(self, files: Files) -> tuple[list[str], list[str]]:
        document = self.read(files, "--environment=/nothing")
        self.assertEqual(document["requirements"]["from"], "")
        return document["requirements"]["lines"], document["notes"]

    def test_imports(self) -> None:
        lines, notes = self.guess(
            {
                "shop/__init__.py": FACTORY
                + "from . import models\nfrom shop import pages\n",
                "shop/models.py": "import os, yaml\nfrom sqlalchemy.orm import Session\n",
                "shop/pages.py": "def f():\n    from google.cloud import storage\n",
                "shop/maybe.py": "try:\n    import redis\nexcept ImportError:\n    redis = None\n",
                "shop/old.py": "import my_secret_company_lib\nimport winreg\n",
                "tests/test_shop.py": "import pytest\n",
            }
        )
        self.assertEqual(
            lines, ["Flask", "google-cloud-storage", "PyYAML", "SQLAlchemy"]
        )
        self.assertIn("is a guess", notes[0])
        self.assertIn("my_secret_company_lib (shop/old.py:1)", notes[1])

    def test_django(self) -> None:
        settings = (
            "INSTALLED_APPS = ['django.contrib.admin', 'rest_framework', 'shop']\n"
            "ROOT_URLCONF = 'mysite.urls'\n"
        )
        lines, _ = self.guess({"mysite/settings.py": settings, "shop/models.py": ""})
        self.assertEqual(lines, ["Django", "djangorestframework"])

    def test_installed_versions(self) -> None:
        info = "venv/lib/python3.11/site-packages/flask-3.0.1.dist-info/METADATA"
        files = {
            **APP,
            "venv/pyvenv.cfg": "version = 3.11.7\n",
            info: "Name: Flask\nVersion: 3.0.1\n",
        }
        with project(files) as folder:
            document = adopt(folder, f"--environment={folder}/venv")
        self.assertEqual(document["requirements"]["lines"], ["Flask==3.0.1"])

    def test_adopted_before(self) -> None:
        """Check that pa-new's own files need nothing, and that known versions stay."""
        record = {
            "framework": "adopted",
            "entry": "pythonanywhere_wsgi.py",
            "static": [],
            "answers": {"requirements": ["Flask==3.0.1", "gone==1", "-r x", 5]},
        }
        files = {
            "shop.py": FLASK + "import requests\n",
            "pythonanywhere_wsgi.py": "from app import app\n",  # it had another name
            "asgi_adapter/__init__.py": "import old_module\n",
        }
        lines, notes = self.guess({**files, ".pa-new.json": json.dumps(record)})
        self.assertEqual(lines, ["Flask==3.0.1", "requests"])
        self.assertEqual(len(notes), 1, notes)
        self.assertIn("is a guess", notes[0])
        for answers in (5, {"requirements": "Flask==3.0.1"}, {"requirements": None}):
            other = {
                **files,
                ".pa-new.json": json.dumps({**record, "answers": answers}),
            }
            self.assertEqual(self.guess(other)[0], ["Flask", "requests"], answers)

    def test_nothing_to_install(self) -> None:
        code = "def application(environ, start_response):\n    return []\n"
        lines, notes = self.guess({"app.py": code})
        self.assertEqual((lines, notes), ([], []))


if __name__ == "__main__":
    unittest.main()
