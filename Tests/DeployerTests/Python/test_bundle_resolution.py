"""The packages that uv chooses, against those that the real Python and pip choose.

These tests need the network. They compare with the Python that runs them, and let uv
start with others: the result must not depend on the Python or the system of this computer.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
import venv
import zipfile
from pathlib import Path

from pa_new_deploy.bundle import bundling, resolution, tool
from pa_new_deploy.bundle.bundle_problems import Unresolved
from pa_new_deploy.packages import _INSTALLED
from pa_new_shared.requirements import normalized

import support

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
REQUIREMENTS = """\
click>=8.1
fastapi>=0.110
tzdata; sys_platform == "win32"
exceptiongroup; python_version < "3.11"
"""
# A Python that says that it runs on another system. uv starts it as `python -I -c CODE`.
STAND_IN = """\
import os, platform, sys, sysconfig
sysconfig.get_config_vars()
system, name = {system!r}, {name!r}
sys.platform = name
platform.system = lambda: system
platform.machine = lambda: "arm64"
platform.mac_ver = lambda *_: ("14.0", ("", "", ""), "arm64")
os.name = "nt" if system == "Windows" else "posix"
arguments = sys.argv[1:]
sys.argv = [""]
exec(compile(arguments[arguments.index("-c") + 1], "<string>", "exec"))
"""


def installed(folder: Path) -> dict[str, str]:
    found = {}
    for path in folder.iterdir():
        match = _INSTALLED.fullmatch(path.name)
        if match:
            found[normalized(match[1])] = match[2]
    return found


class ResolutionTest(unittest.TestCase):
    root: Path
    file: Path
    uv: tool.Uv
    expected: dict[str, str]

    @classmethod
    def setUpClass(cls) -> None:
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.root = Path(place.name).resolve()
        cls.file = cls.root / "requirements.txt"
        cls.file.write_text(REQUIREMENTS)
        cls.uv = tool.find(os.environ, cls.root / "project")
        venv.create(cls.root / "venv", with_pip=True)
        command = [f"{cls.root}/venv/bin/python", "-m", "pip", "install", "-q"]
        command += ["--only-binary", ":all:", "-r", str(cls.file)]
        subprocess.run(command, check=True, capture_output=True)
        site = cls.root / "venv" / "lib" / f"python{PYTHON}" / "site-packages"
        cls.expected = installed(site)
        for name in ("pip", "setuptools"):
            cls.expected.pop(name, None)

    def fetch(self, name: str, interpreter: str = "") -> dict[str, str]:
        target = self.root / name
        target.mkdir()
        told = resolution.fetch(
            self.uv, self.file, target, PYTHON, "2.31", os.environ, interpreter
        )
        found = installed(target)
        self.assertEqual({normalized(key): told[key] for key in told}, found)
        return found

    def test_it_chooses_what_a_real_one_installs(self) -> None:
        self.assertIn("click", self.expected)
        self.assertEqual(self.fetch("same"), self.expected)

    def test_another_python_and_system_choose_the_same(self) -> None:
        others = _others()
        for system, name in [("Darwin", "darwin"), ("Windows", "win32")]:
            script, program = self.root / f"{name}.py", self.root / f"python-{name}"
            script.write_text(STAND_IN.format(system=system, name=name))
            program.write_text(f'#!/bin/sh\nexec "{others[-1]}" {script} "$@"\n')
            program.chmod(0o755)
            with self.subTest(system):
                self.assertEqual(self.fetch(name, str(program)), self.expected)
        for other in {others[0], others[-1]}:
            with self.subTest(other):
                found = self.fetch(other.replace("/", "_"), other)
                self.assertEqual(found, self.expected)

    def test_a_bundle_works_and_is_the_same_twice(self) -> None:
        project = self.root / "shop"
        files: dict[str, str | bytes] = {
            "requirements.txt": "Flask==3.1.0\n",
            # Neither of these may steer uv.
            "uv.toml": 'index-url = "http://127.0.0.1:9/simple"\n',
            "pyproject.toml": "[tool.uv]\noffline = true\n",
            ".python-version": "2.7\n",
        }
        support.write(project, files)
        made = []
        for name in ("one", "two"):
            out = self.root / f"out-{name}"
            out.mkdir()
            made.append(bundling.make(project, PYTHON, "2.31", os.environ, out))
        self.assertEqual(made[0].archive.sha256, made[1].archive.sha256)
        self.assertEqual(made[0].versions["flask"], "3.1.0")
        unpacked = self.root / "unpacked"
        with zipfile.ZipFile(made[0].archive.path) as archive:
            archive.extractall(unpacked)
        code = "import sys; sys.path.insert(0, sys.argv[1]); import flask; "
        code += "import importlib.metadata as m; print(m.version('flask'))"
        done = subprocess.run(
            [sys.executable, "-I", "-c", code, str(unpacked)],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((done.stdout, done.stderr), ("3.1.0\n", ""))

    def test_lines_that_only_choose(self) -> None:
        """A constraint, and a marker that does not hold."""
        limits = self.root / "limits.txt"
        limits.write_text("itsdangerous<2.2\n")
        file = self.root / "choosing.txt"
        file.write_text(
            "-c limits.txt\nitsdangerous\npywin32; sys_platform == 'win32'\n"
        )
        target = self.root / "choosing"
        found = resolution.fetch(self.uv, file, target, PYTHON, "2.31", os.environ)
        self.assertEqual({"itsdangerous": "2.1.2"}, found)

    def test_nothing_to_install(self) -> None:
        for text in ("", "pywin32; sys_platform == 'win32'\n"):
            with tempfile.TemporaryDirectory(dir=self.root) as place:
                file = Path(place, "requirements.txt")
                file.write_text(text)
                target = Path(place, "target")
                found = resolution.fetch(
                    self.uv, file, target, PYTHON, "2.31", os.environ
                )
                self.assertEqual({}, found)

    def test_what_has_no_wheel_is_named(self) -> None:
        for text, kind, package in [
            ("mysqlclient\n", "no-wheel", "mysqlclient"),
            ("psycopg2==2.9.10\n", "no-wheel", "psycopg2"),
            ("uWSGI\n", "no-wheel", "uwsgi"),
            (f"itsdangerous==2.2.0 --hash=sha256:{'0' * 64}\n", "hash", "itsdangerous"),
            ("Flask==99\n", "no-version", "flask"),
            ("Flask==3.1.0\nwerkzeug<2\n", "conflict", ""),
        ]:
            folder = Path(tempfile.mkdtemp(dir=self.root))
            file = folder / "requirements.txt"
            file.write_text(text)
            with self.subTest(text), self.assertRaises(Unresolved) as caught:
                resolution.fetch(
                    self.uv, file, folder / "target", PYTHON, "2.31", os.environ
                )
            problem = caught.exception
            self.assertEqual((problem.kind, problem.package), (kind, package))


def _others() -> list[str]:
    """Return the Pythons on this computer, from old to new; at least the running one."""
    found = {(sys.version_info[0], sys.version_info[1]): sys.executable}
    for path in Path.home().glob(".pyenv/versions/3.*/bin/python3"):
        parts = path.parents[1].name.split(".")
        found[int(parts[0]), int(parts[1])] = str(path)
    return [found[version] for version in sorted(found)]


if __name__ == "__main__":
    unittest.main()
