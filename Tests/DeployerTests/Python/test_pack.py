"""The zip file of a project: what is in it, and that the same files give the same bytes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import subprocess
import sys
import unittest
import zipfile
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from data_support import make
from support import HANDLER, DeployTest, write
from test_bundle_deploy import TEMPLATE, UV

# isort: split
from pa_new_deploy import pack_command
from pa_new_deploy.bundle import hosted
from pa_new_deploy.main import main


class Packing(DeployTest):
    """A test that packs."""

    variables: Mapping[str, str] = {}

    def pack(self, folder: Path, *options: str, code: int = 0) -> str:
        """Pack a project, expect an exit code, and return what was printed."""
        out, err = io.StringIO(), io.StringIO()
        arguments = ["pack", str(folder), "--name", "hello", *options]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            found = main(arguments, self.variables)
        self.assertEqual(found, code, out.getvalue() + err.getvalue())
        self.assertNotIn("Traceback", err.getvalue())
        return out.getvalue() + err.getvalue()

    def names(self, archive: Path) -> list[str]:
        with zipfile.ZipFile(archive) as zipped:
            self.assertIsNone(zipped.testzip())
            return zipped.namelist()


class PackTest(Packing):
    """``pa-new pack``."""

    def test_it_holds_what_a_deployment_uploads(self) -> None:
        folder = self.folder(HANDLER)
        write(folder, {".env": "A=1\n", "app.DB": "x", "prod.env": "A=1\n"})
        write(folder, {"venv/pyvenv.cfg": "", "venv/x.py": "", "id_rsa": "x"})
        write(folder, {"templates/page.html": "x", "templates/parts/item.html": "x"})
        archive = folder.parent / "one.zip"
        self.pack(folder, "--output", str(archive))
        self.deploy(folder)
        home = "/home/alice/"
        uploaded = [
            path[len(home) :]
            for path in self.host.files()
            if path.startswith(home + "hello/") and "__pycache__" not in path
        ]
        self.assertEqual(self.names(archive), sorted(uploaded))
        self.assertIn("hello/templates/parts/item.html", uploaded)

    def test_the_same_files_give_the_same_bytes(self) -> None:
        folder = self.folder(HANDLER)
        copy = folder.parent / "copy"
        shutil.copytree(folder, copy)
        for path in copy.rglob("*"):
            os.utime(path, (1, 1))
        one, two = folder.parent / "1.zip", folder.parent / "2.zip"
        self.pack(folder, "--output", str(one))
        self.pack(copy, "--output", str(two))
        self.assertEqual(one.read_bytes(), two.read_bytes())

    def test_its_own_zip_file_is_not_packed_again(self) -> None:
        folder = self.folder(HANDLER)
        archive = folder / "hello.zip"
        self.pack(folder, "--output", str(archive))
        first = archive.read_bytes()
        self.pack(folder, "--output", str(archive))
        self.assertEqual(archive.read_bytes(), first)

    def test_a_file_of_the_project_is_not_replaced(self) -> None:
        folder = self.folder(HANDLER)
        said = self.pack(folder, "--output", str(folder / "wsgi.py"), code=64)
        self.assertIn("is a file of the project", said)
        self.assertEqual((folder / "wsgi.py").read_text(), HANDLER["wsgi.py"])

    def test_it_says_what_is_left_as_a_deployment_does(self) -> None:
        folder = self.folder(HANDLER)
        self.assertNotIn("Left", self.pack(folder, "--output", str(folder / "h.zip")))
        write(folder, {".env": "A=1\n", "app.db": "x", ".env ": "A=1\n"})
        reads = 'open("data/rates.txt")\nconnect("app.db")\n'
        write(folder, {"hello/models.py": reads, ".gitignore": "data/\n"})
        write(folder, {"data/rates.txt": "1", "keys/id_rsa": "x"})
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        said = self.pack(folder, "--output", str(folder / "h.zip"))
        deployed = self.deploy(folder).out.replace("/home/alice/hello", "~/hello")
        advice = "create it on PythonAnywhere, or take this one along once with"
        for line in (
            "Left on this computer, but the app reads it:",
            f"  app.db (a database): {advice} --include app.db",
            "  '.env ' (a file of environment variables)",
            "  keys/id_rsa (a private key)",
        ):
            self.assertIn(line + "\n", said)
            self.assertIn(line + "\n", deployed)
        for number in range(30):
            write(folder, {f"more/{number}.db": "x"})
        said = self.pack(folder, "--output", str(folder / "h.zip"))
        self.assertEqual(said.count("  more/"), 30)

    def test_a_database_that_is_not_whole(self) -> None:
        """Its last rows are only in the file beside it, which no zip file has."""
        folder = self.folder(HANDLER)
        output = folder.parent / "one.zip"
        options = ("--include", "app.db", "--output", str(output))
        for mode, ending in (("wal", "killed"), ("delete", "half")):
            with self.subTest(mode):
                make(folder / "app.db", mode, 5000, ending)
                said = self.pack(folder, *options, code=65)
                self.assertIn("the database 'app.db' cannot be packed as it is", said)
                self.assertFalse(output.exists())
                for path in folder.glob("app.db*"):
                    path.unlink()
        make(folder / "app.db", "wal", 50, "closed")
        self.pack(folder, *options)
        self.assertIn("hello/app.db", self.names(output))

    def test_what_is_taken_along_can_replace_data(self) -> None:
        folder = self.folder(HANDLER)
        output = str(folder.parent / "one.zip")
        self.assertNotIn("Warning", self.pack(folder, "--output", output))
        make(folder / "instance/my app.db", "delete", 5, "closed")
        said = self.pack(folder, "--include", "instance", "--output", output)
        self.assertIn(
            "Warning: if PythonAnywhere has these files already, unpacking one.zip there "
            "replaces them, and their data is lost:\n  'hello/instance/my app.db'\n",
            said,
        )
        said = self.pack(folder, "--include", "wsgi.py", "--output", output)
        self.assertIn("--include wsgi.py changes nothing", said)

    @unittest.skipUnless(sys.platform == "linux", "names of macOS are UTF-8")
    def test_a_name_that_is_no_text(self) -> None:
        folder = self.folder(HANDLER)
        (folder / os.fsdecode(b"a\xff")).write_text("")
        said = self.pack(folder, code=65)
        self.assertIn("'a\\xff' cannot be packed", said)

    def test_files_that_are_too_large_together(self) -> None:
        folder = self.folder(HANDLER)
        for name, size in (("a.bin", 1 << 20), ("b.bin", 1 << 42)):
            (folder / name).touch()
            os.truncate(folder / name, size)
        said = self.pack(folder, code=65)
        self.assertIn("'b.bin' cannot be packed", said)
        self.assertIn("more than 1 GiB", said)

    def test_what_it_cannot_do(self) -> None:
        folder = self.folder(HANDLER)
        nowhere = str(folder.parent / "no" / "x.zip")
        self.assertIn("cannot write", self.pack(folder, "--output", nowhere, code=74))
        self.pack(folder, "--output", str(folder / "hello"), code=74)
        self.pack(folder, "--upload", "libHello.so", code=65)
        (folder / "wsgi.py").unlink()
        self.pack(folder, code=66)


BUNDLE = {
    **HANDLER,
    "wsgi.py": HANDLER["wsgi.py"] + "import pa_bundle\n",
    "pa_bundle.py": (TEMPLATE / "pa_bundle.py.mustache").read_text(),
    "requirements.txt": "Flask==3.1.0\n",
}


class PackWithPackagesTest(Packing):
    """``pa-new pack --packages bundle``, with a stand-in for uv."""

    def setUp(self) -> None:
        super().setUp()
        self.project = self.folder(BUNDLE)
        self.root = self.project.parent
        self.archive = self.root / "out.zip"
        (self.root / "flask.py").write_text("NAME = b'of the bundle'\n")
        uv = self.root / "bin" / "uv"
        uv.parent.mkdir()
        uv.write_text(UV.format(log=self.root / "log", source=self.root / "flask.py"))
        uv.chmod(0o755)
        self.variables = {"HOME": str(self.root), "PATH": f"{uv.parent}:/usr/bin:/bin"}
        self.variables["API_TOKEN"] = "the-secret-token"

    def bundle(self, *options: str, code: int = 0) -> str:
        options = ("--output", str(self.archive), "--python", "3.13", *options)
        return self.pack(self.project, "--packages", "bundle", *options, code=code)

    def test_the_zip_file_has_the_bundle_where_the_entry_file_looks(self) -> None:
        said = self.bundle()
        names = self.names(self.archive)
        home = self.root / "home"
        with zipfile.ZipFile(self.archive) as zipped:
            zipped.extractall(home)
            kinds = {info.compress_type for info in zipped.infolist()[:1]}
        self.assertEqual(kinds, {zipfile.ZIP_STORED})
        place = home / ".pa-new" / "bundles" / "hello"
        named = hosted.decode((place / "current.json").read_bytes())
        assert named
        data = (place / f"{named.sha256}.zip").read_bytes()
        self.assertEqual(hashlib.sha256(data).hexdigest(), named.sha256)
        self.assertEqual(
            (len(data), named.python, named.glibc), (named.size, "3.13", "2.31")
        )
        # A worker that starts while it is unpacked finds the bundle that is named.
        self.assertEqual(
            names[:2],
            [f".pa-new/bundles/hello/{named.sha256}.zip"]
            + [".pa-new/bundles/hello/current.json"],
        )
        self.assertIn("hello/wsgi.py", names[2:])
        self.assertIn("--python-version 3.13.0 ", (self.root / "log").read_text())
        self.assertIn("manylinux_2_31", (self.root / "log").read_text())
        self.assertNotIn("the-secret-token", (self.root / "log").read_text())
        for part in (
            "packed 1 package (",
            "flask 3.1.0",
            "Python 3.13 and no other",
            "unzip -q out.zip. If unzip asks to replace a file",
        ):
            self.assertIn(part, said)
        self.assertNotIn("100 MiB", said)

    def test_the_same_contents_give_the_same_bytes(self) -> None:
        self.bundle()
        first = self.archive.read_bytes()
        shutil.copytree(self.project, self.root / "copy")
        self.project = self.root / "copy"
        self.bundle()
        self.assertEqual(first, self.archive.read_bytes())
        (self.root / "flask.py").write_text("NAME = b'of today'\n")
        self.bundle()
        self.assertNotEqual(first, self.archive.read_bytes())

    def test_without_the_option_it_has_no_packages(self) -> None:
        for options in ((), ("--packages", "virtualenv")):
            self.pack(self.project, "--output", str(self.archive), *options)
            names = self.names(self.archive)
            self.assertFalse([name for name in names if name.startswith(".pa-new")])
        self.assertFalse((self.root / "log").exists())

    def test_what_needs_no_packages(self) -> None:
        for text in ("", "# none\n", "x; sys_platform == 'win32'\n"):
            (self.project / "requirements.txt").write_text(text)
            self.assertIn("needs no packages", self.bundle())
        (self.project / "requirements.txt").unlink()
        self.assertIn("needs no packages", self.bundle())
        self.assertFalse((self.root / "log").exists())

    def test_an_error_writes_nothing(self) -> None:
        (self.project / "requirements.txt").write_text("flask\n-e .\n")
        said = self.bundle(code=65)
        self.assertIn("line 2 of requirements.txt cannot be bundled: -e .", said)
        (self.project / "requirements.txt").write_text("flask\n")
        (self.project / "wsgi.py").write_text(HANDLER["wsgi.py"])
        self.assertIn("let wsgi.py call pa_bundle.use('hello')", self.bundle(code=73))
        (self.project / "pa_bundle.py").unlink()
        self.assertIn("restore that file", self.bundle(code=73))
        option = "--bundle-command=pa-new update --set packages=yes"
        said = self.bundle(option, code=73)
        self.assertIn("run 'pa-new update --set packages=yes', which adds it", said)
        (self.project / "pa_bundle.py").write_text(BUNDLE["pa_bundle.py"])
        (self.project / "wsgi.py").write_text(BUNDLE["wsgi.py"])
        self.variables = {"PATH": "/nowhere"}
        self.assertIn("no usable uv", self.bundle(code=69))
        self.assertFalse(self.archive.exists())

    def test_a_file_that_is_too_large_for_the_files_tab(self) -> None:
        with mock.patch.object(pack_command, "MAX_UPLOAD", 1000):
            said = self.bundle()
        self.assertIn("at most 100 MiB", said)
        self.assertIn("split -b 50m out.zip out.zip-", said)


if __name__ == "__main__":
    unittest.main()
