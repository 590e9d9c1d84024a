"""The zip file of a project: what is in it, and that the same files give the same bytes."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import unittest
import zipfile
from pathlib import Path

from support import HANDLER, DeployTest, write

# isort: split
from pa_new_deploy.main import main


class PackTest(DeployTest):
    """``pa-new pack``."""

    def pack(self, folder: Path, *options: str, code: int = 0) -> str:
        """Pack a project, expect an exit code, and return what was printed."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            found = main(["pack", str(folder), "--name", "hello", *options], {})
        self.assertEqual(found, code, out.getvalue() + err.getvalue())
        self.assertNotIn("Traceback", err.getvalue())
        return out.getvalue() + err.getvalue()

    def names(self, archive: Path) -> list[str]:
        with zipfile.ZipFile(archive) as zipped:
            self.assertIsNone(zipped.testzip())
            return zipped.namelist()

    def test_it_holds_what_a_deployment_uploads(self) -> None:
        folder = self.folder(HANDLER)
        write(folder, {".env": "A=1\n", "app.DB": "x", "prod.env": "A=1\n"})
        write(folder, {"venv/pyvenv.cfg": "", "venv/x.py": "", "id_rsa": "x"})
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

    def test_what_it_cannot_do(self) -> None:
        folder = self.folder(HANDLER)
        nowhere = str(folder.parent / "no" / "x.zip")
        self.assertIn("cannot write", self.pack(folder, "--output", nowhere, code=74))
        self.pack(folder, "--output", str(folder / "hello"), code=74)
        self.pack(folder, "--upload", "libHello.so", code=65)
        (folder / "wsgi.py").unlink()
        self.pack(folder, code=66)


if __name__ == "__main__":
    unittest.main()
