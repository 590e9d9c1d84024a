"""A zip file of ``pa-new pack --packages bundle``, on a uWSGI that has no packages.

The variable PACKED names the zip file of the project hello, and GREETING its first page.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import tempfile
import unittest
import zipfile
from pathlib import Path

import servers

ARCHIVE = Path(os.environ["PACKED"])
GREETING = os.environ["GREETING"].encode()
# What docs/deploy.md says for the WSGI file of a user without a console.
WITHOUT_CONSOLE = """\
from pathlib import Path
from zipfile import ZipFile

ZipFile(Path.home() / "hello.zip").extractall(Path.home())
"""


class Packed(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name).resolve()
        (self.home / "www").mkdir()
        self.entry = self.home / "www/alice_pythonanywhere_com_wsgi.py"

    def page(self) -> bytes:
        command = servers.uwsgi(str(self.entry), "--processes=2")
        server = servers.Server(
            *command, folder=self.home, path="/", HOME=str(self.home)
        )
        self.addCleanup(server.folder.cleanup)
        self.addCleanup(server.kill)
        status, body = server.get("/")
        self.assertEqual(200, status, server.log())
        return body

    def bundle(self) -> Path:
        place = self.home / ".pa-new/bundles/hello"
        record = json.loads((place / "current.json").read_bytes())
        return place / str(record["sha256"])

    def test_this_python_has_no_packages(self) -> None:
        for name in ("flask", "tornado"):
            self.assertIsNone(importlib.util.find_spec(name))

    def test_unpacked_in_a_console(self) -> None:
        with zipfile.ZipFile(ARCHIVE) as archive:
            archive.extractall(self.home)
        shutil.copy(self.home / "hello/wsgi.py", self.entry)
        self.assertFalse(self.bundle().exists())
        self.assertEqual(GREETING, self.page())
        self.assertTrue(self.bundle().is_dir())

    def test_unpacked_by_the_wsgi_file(self) -> None:
        shutil.copy(ARCHIVE, self.home / "hello.zip")
        with zipfile.ZipFile(ARCHIVE) as archive:
            text = archive.read("hello/wsgi.py").decode()
        self.entry.write_text(WITHOUT_CONSOLE + text)
        self.assertEqual(GREETING, self.page())
        self.assertTrue(self.bundle().is_dir())

    def test_without_its_bundle_there_is_no_page(self) -> None:
        with zipfile.ZipFile(ARCHIVE) as archive:
            archive.extractall(self.home)
        shutil.copy(self.home / "hello/wsgi.py", self.entry)
        shutil.rmtree(self.home / ".pa-new")
        with self.assertRaises(AssertionError) as caught:
            self.page()
        self.assertIn("No module named", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
