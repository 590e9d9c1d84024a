"""What the checker and the deployer make of the lines of requirements."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path

from pa_new_check.distributions import missing as missing_here
from pa_new_check.project_requirements import read_requirements
from pa_new_deploy import packages
from pa_new_deploy.bundle.bundle_problems import BadRequirement
from pa_new_deploy.bundle.requirement_files import copy

GIT = "git+https://github.com/pallets/flask"
WHEEL = "https://example.com/w/my_app-1.0%2Bcpu-py3-none-any.whl"
HASH = "--hash=sha256:" + "0" * 64


class UseTest(unittest.TestCase):
    """What the checker and the deployer make of it."""

    def test_checker(self) -> None:
        for text, listed, is_complete in (
            ("Flask[async]==3.1\n", {"flask": "==3.1"}, True),
            (f"{GIT}\n", {}, False),
            (f"{GIT}#egg=Flask\n", {"flask": ""}, True),
            (f"flask @ {GIT}\nb", {"flask": "", "b": ""}, True),
            ("a==1; python_version < '3'\n", {"a": ""}, True),
            (f"--index-url https://x\na==1 \\\n  {HASH}\n", {"a": "==1"}, True),
            ("a\n-c limits.txt\n", {"a": "==2"}, True),
            ("-r more.txt\n", {"m": ""}, True),
            ("-r nowhere.txt\n", {}, False),
            ("please install flask\n", {}, False),
            ("-e .\n", {}, False),
            ("\ufeffa\n".encode("utf-16-le").decode("latin-1"), {"a": ""}, True),
        ):
            with self.subTest(text), tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                (folder / "requirements.txt").write_bytes(text.encode("latin-1"))
                (folder / "limits.txt").write_text("a==2\nnot-listed==1\n", "utf-8")
                (folder / "more.txt").write_text("m\n-r requirements.txt\n", "utf-8")
                found = read_requirements(folder)
                versions = {key: item.versions for key, item in found.listed.items()}
                self.assertEqual(versions, listed)
                self.assertEqual(found.is_complete, is_complete)

    def test_only_files_of_the_project_are_read(self) -> None:
        """Others can hold anything, and the report would show it. No pipe is waited for."""
        with tempfile.TemporaryDirectory() as place:
            outside, folder = Path(place, "outside.txt"), Path(place, "project")
            outside.write_text("secret=1234\nflask==1\n")
            folder.mkdir()
            (folder / "link.txt").symlink_to(outside)
            (folder / "zero.txt").symlink_to("/dev/zero")
            (folder / "loop.txt").symlink_to("loop.txt")
            (folder / "folder.txt").mkdir()
            os.mkfifo(folder / "pipe.txt")
            with open(folder / "huge.txt", "wb") as file:
                file.truncate(1 << 40)
            names = ["../outside.txt", str(outside), "link.txt", "/proc/self/environ"]
            names += [
                "zero.txt",
                "/dev/zero",
                "pipe.txt",
                "loop.txt",
                "folder.txt",
                "huge.txt",
            ]
            names += [f"../project/{name}" for name in names]
            for option in ("-r", "-c"):
                for name in names:
                    with self.subTest(name, option=option):
                        (folder / "requirements.txt").write_text(
                            f"a\n{option} {name}\n"
                        )
                        found = read_requirements(folder)
                        self.assertEqual(
                            (list(found.listed), found.is_complete), (["a"], False)
                        )
                        problems = [line.text for _, line in found.lines[1:]]
                        self.assertEqual(problems, [f"{option} {name}"])
                        with self.assertRaises(BadRequirement):
                            copy(folder, Path(place, "copies"))
            (folder / "requirements.txt").unlink()
            for name in ("link.txt", "zero.txt", "pipe.txt", "loop.txt", "huge.txt"):
                with self.subTest(name):
                    (folder / "requirements.txt").symlink_to(name)
                    found = read_requirements(folder)
                    self.assertEqual((found.listed, found.is_complete), ({}, False))
                    (folder / "requirements.txt").unlink()

    def test_lines_for_the_host(self) -> None:
        """Lines for other systems and Pythons are left out, if the Python is known."""
        text = (
            "pywin32==306; sys_platform == 'win32'\n"
            "numpy==1.21; python_version < '3.10'\n"
            "numpy==2.1; python_version >= '3.10'\n"
            "odd==1; platform_release == '5'\n"
        )
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / "requirements.txt").write_text(text, "utf-8")
            project = '[project]\ndependencies = ["w; os_name == \'nt\'", "x[y]"]\n'
            (folder / "pyproject.toml").write_text(project, "utf-8")
            for python, numpy in (((3, 9), "==1.21"), ((3, 13), "==2.1")):
                with self.subTest(python):
                    found = read_requirements(folder, python)
                    versions = {key: one.versions for key, one in found.listed.items()}
                    self.assertEqual(versions, {"numpy": numpy, "odd": "", "x": ""})
                    self.assertEqual(found.listed["x"].extras, {"y"})

    def test_checker_does_not_know_what_a_url_brings(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            Path(place, "requirements.txt").write_text(f"{GIT}\n-e .\n", "utf-8")
            self.assertEqual(
                missing_here(read_requirements(Path(place))), [GIT, "-e ."]
            )

    def test_pyproject(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            text = f'[project]\ndependencies = ["a[x]>=1", "b @ {GIT}", "{GIT}"]\n'
            Path(place, "pyproject.toml").write_text(text, "utf-8")
            found = read_requirements(Path(place))
            self.assertEqual(list(found.listed), ["a", "b"])

    def test_deployer(self) -> None:
        installed = ["flask-3.1.0.dist-info", "Web.py-0.62-py3.12.egg-info", "x.py"]
        for text, missing in (
            ("Flask==3.1.0\nweb-py\n", []),
            ("Flask===3.1.0\n", []),
            ("Flask==3.0.0\n", ["Flask==3.0.0"]),
            ("Flask>=9\n", []),
            ("bottle # small\n", ["bottle"]),
            (f"bottle==1 \\\n {HASH}\n", ["bottle==1"]),
            ("bottle; python_version < '3'\n", []),
            (f"bottle @ {GIT}\n{GIT}\n{WHEEL}\n-e .\n--pre\n", []),
            ("\ufeffFlask==3.1.0\n", []),
        ):
            with self.subTest(text):
                self.assertEqual(packages.missing(text, installed, "3.13"), missing)

    def test_deployer_needs_the_file(self) -> None:
        for text, required, needs_file in (
            ("# none\n", [], False),
            ("a==1 # x\nb\n", ["a==1", "b"], False),
            (f"a==1 {HASH}\n", ["a==1"], False),
            ("--index-url https://x\na\n", ["a"], True),
            ("--index-url https://x\n", [], True),
            ("-r b.txt\n", ["-r b.txt"], True),
            ("-c b.txt\na", ["a"], True),
            ("-e .\n", ["-e ."], True),
            (f"{GIT}\n", [GIT], False),
        ):
            with self.subTest(text):
                self.assertEqual(packages.required(text, "3.13"), required)
                self.assertEqual(packages.needs_file(text), needs_file)


if __name__ == "__main__":
    unittest.main()
