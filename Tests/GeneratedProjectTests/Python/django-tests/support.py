"""Runs a copy of the Django project as its user and as the host do."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

# Loads an entry file by its name, as the host does, and makes requests of the application.
LOADER = """
import importlib, io, json, sys
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

folder, name, requests = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
sys.path.insert(0, folder)
connections = []
sys.addaudithook(
    lambda event, _: connections.append(event)
    if event in ("sqlite3.connect", "socket.connect")
    else None
)
application = importlib.import_module(name).application
at_import = connections[:]
cookies, token, answers = {}, "", []
for wanted in requests:
    body = b""
    if "form" in wanted:
        body = urlencode({"csrfmiddlewaretoken": token, **wanted["form"]}).encode()
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": wanted["path"],
        "QUERY_STRING": "",
        "HTTP_HOST": wanted["host"],
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
        "wsgi.url_scheme": wanted["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "HTTP_COOKIE": "; ".join(f"{k}={v}" for k, v in cookies.items()),
        **wanted["environ"],
    }
    setup_testing_defaults(environ)
    started = []
    chunks = validator(application)(environ, lambda *given: started.append(given) or print)
    text = b"".join(chunks).decode()
    chunks.close()
    for key, value in started[0][1]:
        if key == "Set-Cookie":
            name, _, rest = value.partition("=")
            cookies[name.strip()] = rest.partition(";")[0]
    if 'name="csrfmiddlewaretoken" value="' in text:
        token = text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answers.append([int(started[0][0].split()[0]), started[0][1], text])
print(json.dumps([at_import, answers]))
"""

DOMAIN = "alice.pythonanywhere.com"


class ProjectCase(unittest.TestCase):
    """A test with a project of its own, in a home folder of its own."""

    def setUp(self) -> None:
        """Copy the project that is on the path."""
        found = importlib.util.find_spec("hello")
        assert found is not None
        assert found.origin is not None
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name) / "home"
        self.www = Path(folder.name) / "www"
        self.www.mkdir()
        self.project = self.home / "hello"
        skipped = shutil.ignore_patterns("data", ".secret_key", "__pycache__")
        shutil.copytree(Path(found.origin).parent.parent, self.project, ignore=skipped)

    def run_python(
        self, *arguments: str, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Python in the project, with nothing of this process's environment."""
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            cwd=self.project,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), **more},
            capture_output=True,
            text=True,
            check=False,
        )

    def manage(self, *arguments: str, **more: str) -> str:
        """Run a command of ``manage.py``, and return what it prints."""
        done = self.run_python("manage.py", *arguments, **more)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def serve(
        self, *requests: dict[str, Any], domain: str = DOMAIN, **more: str
    ) -> tuple[list[str], list[tuple[int, list[list[str]], str]], str]:
        """Load the entry file as the host does, and make requests of it.

        :return: the connections at import, the answers, and what is in the error log.
        """
        name = domain.replace(".", "_") + "_wsgi"
        shutil.copy(self.project / "wsgi.py", self.www / f"{name}.py")
        defaults = {"path": "/", "host": domain, "scheme": "http", "environ": {}}
        wanted = json.dumps([{**defaults, **request} for request in requests])
        done = self.run_python("-c", LOADER, str(self.www), name, wanted, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        at_import, answers = json.loads(done.stdout)
        return at_import, [tuple(answer) for answer in answers], done.stderr

    def edit_settings(self, text: str) -> None:
        """Add lines to the settings, as a user would."""
        with (self.project / "hello/settings.py").open("a") as file:
            file.write(text)
