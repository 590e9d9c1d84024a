"""What the error log says on a real uWSGI if a setting is missing that the app needs."""

from __future__ import annotations

import re
import shutil
import tempfile
import unittest
from pathlib import Path

import pa_env

import servers

PROJECT = Path(pa_env.__file__).resolve().parent
SECRET = "hunter2-Zq8xW"
REQUIRES = 'import pa_env\n\nKEY = pa_env.required("SHOP_KEY")\n'
# The page is the project's: the framework itself need not be installed.
PAGE = """

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(len(KEY)).encode()]
"""


class Required(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = Path(folder.name).resolve() / "hello"
        ignored = shutil.ignore_patterns(".secret_key", "__pycache__", ".git")
        shutil.copytree(PROJECT, self.project, ignore=ignored)
        entry = (self.project / "wsgi.py").read_text()
        found = re.search(r"^from hello import (\w+)$", entry, re.MULTILINE)
        assert found
        (self.project / f"hello/{found[1]}.py").write_text(REQUIRES + PAGE)

    def start(self) -> servers.Server:
        command = servers.uwsgi("wsgi.py", "--processes=2")
        return servers.Server(*command, folder=self.project, path="/")

    def log(self) -> str:
        """Return the log of a server that cannot load the app."""
        with self.assertRaises(AssertionError) as caught:
            self.start()
        return str(caught.exception)

    def test_it_is_named_and_where_to_set_it(self) -> None:
        where = f"{self.project}/.env"
        wanted = (
            "\npa_env.MissingSetting: SHOP_KEY is not set: "
            f"add a line SHOP_KEY=... to {where}, on your own computer to .env beside "
            "pa_env.py\n"
        )
        self.assertIn(wanted, self.log())
        for text in (f"OTHER={SECRET}\n", "SHOP_KEY=\n", "# SHOP_KEY=1\n"):
            (self.project / ".env").write_text(text)
            log = self.log()
            self.assertIn(wanted, log)
            self.assertNotIn(SECRET, log)

    def test_a_broken_line_is_named_and_not_shown(self) -> None:
        (self.project / ".env").write_text(f"SHOP_KEY=1\n{SECRET}\n")
        log = self.log()
        where = f"{self.project}/.env"
        self.assertIn(f"\nValueError: {where}, line 2: this is not NAME=value\n", log)
        self.assertNotIn(SECRET, log)

    def test_once_it_is_set_the_app_starts(self) -> None:
        (self.project / ".env").write_text(f"SHOP_KEY={SECRET}\n")
        server = self.start()
        self.addCleanup(server.folder.cleanup)
        self.addCleanup(server.kill)
        self.assertEqual(server.get("/"), (200, str(len(SECRET)).encode()))


if __name__ == "__main__":
    unittest.main()
