"""Hostile folders: nothing hangs, crashes, or runs; and what is read stays below limits."""

from __future__ import annotations

import json
import os
import resource
import sys
import unittest
from pathlib import Path

from support import FLASK, AdoptTest, Files, adopt, project

NAMES = (
    *(
        "requirements.txt",
        "pyproject.toml",
        "Pipfile",
        "Pipfile.lock",
        "uv.lock",
        "setup.cfg",
    ),
    *(
        "environment.yml",
        "runtime.txt",
        ".python-version",
        ".tool-versions",
        ".pa-new.json",
    ),
)
RUNS = "import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n"


def _processor_seconds() -> float:
    """Return the time of the processes that ended: clocks also count what others do."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class HostileTest(AdoptTest):
    """Folders that are made to harm."""

    def quick(self, folder: Path, *options: str) -> None:
        """Read a folder, and expect a document soon."""
        start = _processor_seconds()
        document = adopt(folder, *options, timeout=300)
        self.assertLess(_processor_seconds() - start, 30)
        self.assertTrue(document)

    def test_nothing_runs(self) -> None:
        files = {
            name: RUNS
            for name in (
                "setup.py",
                "conftest.py",
                "sitecustomize.py",
                "flask.py",
                "json.py",
            )
        }
        with project({**files, "app.py": RUNS + FLASK}) as folder:
            for options in ((), ("--app=app:app",), ("--app=setup:app",)):
                adopt(folder, *options)
            self.assertFalse((folder / "ran").exists())
            self.assertFalse(list(folder.rglob("__pycache__")))

    def test_special_files(self) -> None:
        """Pipes and devices in the place of files are not read."""
        for name in (
            *NAMES,
            "app.py",
            "static",
            "templates/index.html",
            "manage.py",
            "index.html",
        ):
            with project({"main.py": FLASK}) as folder:
                path = folder / name
                path.parent.mkdir(exist_ok=True)
                os.mkfifo(path)
                self.quick(folder)
                path.unlink()
                path.symlink_to("/dev/zero")
                self.quick(folder)
                path.unlink()
                path.symlink_to(path)
                self.quick(folder)
                path.unlink()
                path.mkdir()
                self.quick(folder)

    def test_huge_sparse_files(self) -> None:
        for name in (*NAMES, "app.py", "static/a.css", "requirements/base.txt"):
            with project({"main.py": FLASK}) as folder:
                path = folder / name
                path.parent.mkdir(exist_ok=True)
                with path.open("wb") as file:
                    file.truncate(1 << 40)
                self.quick(folder)

    def test_bombs(self) -> None:
        deep = "[" * 200_000
        for name in NAMES:
            for content in (
                deep,
                f"a = {deep}",
                '{"default": ' * 100_000,
                json.dumps({"default": {"x": deep, "y": 1, "z": {"version": [1]}}}),
                "[[package]]\n" * 50_000,
                "[project]\ndependencies = [" + '"a",' * 100_000 + "]\n",
                "[tool.poetry.dependencies]\n"
                + "".join(f"a{n} = '^{n}'\n" for n in range(20_000)),
                "[tool.poetry.dependencies]\na = '" + ">=1," * 100_000 + "'\n",
                "dependencies:\n" + "  - a=1\n" * 100_000,
                "\n" * 900_000,
                "-r requirements.txt\n" * 10_000,
                "\0\xff\xfe",
            ):
                with project({"app.py": FLASK, name: content}) as folder:
                    self.quick(folder)

    def test_odd_values(self) -> None:
        """TOML of the right form with values of the wrong kind."""
        for value in (
            "1",
            "true",
            "[]",
            "{}",
            "[[1]]",
            '""',
            "{x = [1]}",
            "1979-05-27",
        ):
            text = "".join(
                f"[{table}]\n{key} = {value}\n"
                for table, key in (
                    ("project", "dependencies"),
                    ("tool.poetry.dependencies", "flask"),
                    ("tool.setuptools.dynamic.dependencies", "file"),
                )
            )
            more = (
                f"[packages]\nflask = {value}\n[requires]\npython_version = {value}\n"
            )
            lock = f'[[package]]\nname = "x"\nsource = {value}\n[[package]]\nname = {value}\n'
            lock += f'[[package]]\nname = "me"\nsource = {{virtual = "."}}\ndependencies = {value}\n'
            files: Files = {
                "app.py": FLASK,
                "pyproject.toml": text,
                "Pipfile": more,
                "uv.lock": lock,
            }
            self.read(files)
            for name in ("uv.lock", "pyproject.toml"):
                self.read({key: files[key] for key in files if key != name})
            self.read(
                {
                    "app.py": FLASK,
                    "pyproject.toml": f"project = {value}\ntool = {value}\n",
                }
            )

    def test_many_files(self) -> None:
        with project({"app.py": FLASK, "static/a.css": ""}) as folder:
            for n in range(10_000):
                (folder / "static" / f"{n}.png").touch()
            for n in range(3_000):
                (folder / f"module_{n}.py").write_text("app = 1\n")
            start = _processor_seconds()
            (app,) = adopt(folder)["apps"]
            self.assertLess(_processor_seconds() - start, 30)
            self.assertEqual(len(app["static"]), 1)

    def test_many_apps(self) -> None:
        """A choice has an end, and each further app does not take longer."""
        mount = (
            "from flask import Flask\n\napp = Flask(__name__)\napp.mount('/a', x)\n"
            * 50
        )
        with project({f"site_{n}/app.py": mount for n in range(150)}) as folder:
            start = _processor_seconds()
            document = adopt(folder)
            self.assertEqual(len(document["apps"]), 20)
            self.assertIn("more apps are left out", document["notes"][0])
            end = _processor_seconds()
            self.assertLess(end - start, 20)

    def test_deep_folders_and_loops(self) -> None:
        with project({"app.py": FLASK, "static/a.css": ""}) as folder:
            place = folder
            for _ in range(150):
                place = place / "deep"
                place.mkdir()
            (folder / "loop").symlink_to(folder)
            (folder / "static" / "loop").symlink_to(folder / "static")
            self.quick(folder)

    def test_names_that_are_no_text(self) -> None:
        for name in (b"caf\xe9", b"a\nb", b"\x1b[31m", "ünï".encode()):
            with project({"index.txt": ""}) as folder:
                place = os.fsencode(folder) + b"/" + name
                os.mkdir(place)
                for file in (b"app.py", b"names.py"):
                    with open(place + b"/" + file, "wb") as stream:
                        stream.write(
                            (FLASK + "import names\n").encode()
                            if file == b"app.py"
                            else b""
                        )
                document = adopt(folder)
                texts = json.dumps(document, ensure_ascii=False)
                texts.encode()  # no halves of characters
                self.assertTrue(texts.isprintable(), texts)

    def test_unreadable(self) -> None:
        for name in (*NAMES, "app.py", "lib/x.py"):
            with project({"main.py": FLASK, name: ""}) as folder:
                (folder / name).chmod(0)
                self.quick(folder)

    def test_endless_code(self) -> None:
        for code in (
            "x = " + "(" * 5_000 + ")" * 5_000,
            "x = 1" + " + 1" * 50_000,
            "app" + ".a" * 20_000 + "()\n",
            "def f():\n    return f()\n\n\napp = f()\n",
            "from app import *\n",
            "import main, app\nfrom main import app\n",
            "class A(A):\n    pass\n\n\napp = A()\n",
        ):
            for name in ("app.py", "main.py", "settings.py", "bot.py"):
                with project(
                    {name: "# flask django celery telegram\n" + code, "wsgi.py": FLASK}
                ) as folder:
                    self.quick(folder)
                    module = name.partition(".")[0]
                    self.quick(folder, f"--app={module}:app")


if __name__ == "__main__":
    assert sys.platform != "win32"
    unittest.main()
