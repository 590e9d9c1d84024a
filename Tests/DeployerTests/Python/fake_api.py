"""A fake of PythonAnywhere: its API, and the pages of the web apps on it.

What it does and where that is from (``API`` is the host's help page of that name,
``core`` the code or the tests of pythonanywhere-core, ``dsd`` those of
dsd-pythonanywhere; our notes name the versions):

- base ``/api/v0/user/USER/``, header ``Authorization: Token …`` (API); another token,
  or none, is answered 401 (core ``base.py`` raises for it)
- 40 requests a minute for each endpoint (API), then 429. What counts as one endpoint
  is not said: here all paths of ``files/path`` are one, whatever the method. The
  window slides, and the answer says in ``Retry-After`` when it is over: both are the
  habit of the framework that such answers come from, not documented by the host
- ``webapps/`` GET lists, POST ``domain_name``, ``python_version`` creates with manual
  configuration (API): 201 ``{"status": "OK"}``, or 200 with ``"status": "ERROR"``,
  ``error_type`` and ``error_message`` (core ``test_webapp.py``). Creating writes the
  host's own WSGI file over what is there (dsd ``platform_deployer.py``)
- ``webapps/DOMAIN/`` GET, 404 where there is none (core ``webapp.py``); PATCH
  ``source_directory``, ``virtualenv_path``; DELETE 204 (API, core). ``python_version``
  is told as ``3.13`` (the public client pyaww) and given as ``python313`` (core). In
  which form PATCH takes it nothing says: here it refuses to
- ``webapps/DOMAIN/static_files/`` GET lists, POST 201; ``static_files/ID/`` GET, PATCH,
  DELETE (API; 201: core). Nothing keeps two mappings from having one URL
- ``webapps/DOMAIN/reload/`` POST: 200, or 409 ``{"error": "cname_error"}``, and then it
  has reloaded all the same (core ``webapp.py``)
- ``files/path/ABSOLUTE``: GET of a file gives its bytes, of a folder a JSON object of
  names with ``type`` and ``url``, else 404 with ``detail``; POST of the multipart field
  ``content`` gives 201 for a new file and 200 for a replaced one, makes folders and
  never asks, or 400 with ``detail``; DELETE 204 (core ``files.py``, ``test_files.py``)
- ``files/tree/?path=``: at most 1000 absolute paths, folders with ``/`` at the end (API);
  400 with ``detail`` where there is no such folder (core ``test_files.py``)
- forms may be URL-encoded or JSON: core sends both kinds

Not documented, and so nothing may rest on it: that an account other than the token's is
answered 403, and a path outside of ``/home/USER`` and ``/var/www`` as well.

An app runs the files as they were at its last reload, as the host's workers do: what is
uploaded since shows only after the next one. A page is asked for by the domain as
``Host``; the WSGI file is then loaded by a Python process whose home is the copy.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LIMIT = 40
WINDOW = 60.0
TREE_LIMIT = 1000

DEFAULT_WSGI = '''\
# This file contains the WSGI configuration required to serve up your
# web application. (The fake API's own text, in the shape of PythonAnywhere's.)

HELLO_WORLD = """<html>
<head><title>PythonAnywhere hosted web application</title></head>
<body><h1>Hello, World!</h1><p>This is the default welcome page.</p></body>
</html>"""


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html")])
    return [HELLO_WORLD.encode()]
'''

_LOADER = """
import os, sys
file, site_packages = sys.argv[1:]
sys.path[0] = os.path.dirname(file)
sys.path.append(site_packages)
import importlib.util
spec = importlib.util.spec_from_file_location("app_wsgi", file)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from wsgiref.util import setup_testing_defaults
environ = {}
setup_testing_defaults(environ)
answer = []
body = b"".join(module.application(environ, lambda s, h, e=None: answer.append(s)))
sys.stdout.buffer.write(answer[0].split()[0].encode() + b" " + body)
"""


@dataclass
class Fault:
    """What goes wrong with a request."""

    at: int
    """The number of the request, from 1, of those to the API."""
    kind: str
    """"500", "503", "429", "429-bare", "cut", "timeout", "truncated", "html"; with
    "-after" the request is done before it goes wrong."""
    lasts: bool = False
    """Whether all later requests go wrong as well."""


@dataclass
class Call:
    """A request that was made of the API."""

    method: str
    path: str
    status: int
    time: float


@dataclass
class App:
    """A web app on the host."""

    domain: str
    python: str
    source: str = ""
    virtualenv: str = ""
    statics: dict[int, dict[str, Any]] = field(default_factory=dict)
    reloads: int = 0
    running: Path | None = None

    @property
    def version(self) -> str:
        """The Python as it is told: ``3.13``, where ``python313`` was asked for."""
        digits = self.python[len("python") :]
        return f"{digits[0]}.{digits[1:]}"

    def document(self) -> dict[str, Any]:
        return {
            "id": 1,
            "user": "",
            "domain_name": self.domain,
            "python_version": self.version,
            "source_directory": self.source,
            "virtualenv_path": self.virtualenv or None,
            "expiry": None,
            "force_https": False,
        }


Answer = tuple[int, str, bytes]
_pages: dict[str, tuple[int, bytes]] = {}


def _digest(folder: Path) -> str:
    """Return a digest of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for part in (str(path.relative_to(folder)).encode(), path.read_bytes()):
                digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def json_answer(status: int, value: object) -> Answer:
    return status, "application/json", json.dumps(value).encode()


class FakeAPI:
    """One account: its files, its web apps, and what the API does with them."""

    def __init__(
        self,
        root: Path,
        user: str = "alice",
        token: str = "0123456789abcdef",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = root
        self.user = user
        self.token = token
        self.now = now
        self.apps: dict[str, App] = {}
        self.calls: list[Call] = []
        self.foreign: list[tuple[str, str | None]] = []
        """Requests for other names than ours: the path, and the token that came along."""
        self.faults: list[Fault] = []
        self.limit = LIMIT
        self.max_apps = 1
        self.cname_error = False
        self.slow = 5.0
        self.redirect: str | None = None
        self.next_id = 1
        self.loads = 0
        self.remembers_pages = False
        """Whether an app of the same files answers the same: for tests of many runs."""
        self._seen: dict[str, deque[float]] = {}
        for folder in (f"home/{user}", "var/www"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    # For tests.

    def place(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def wsgi(self, domain: str) -> Path:
        name = domain.lower().replace(".", "_")
        return self.place(f"/var/www/{name}_wsgi.py")

    def files(self) -> dict[str, bytes]:
        """Every file on the host."""
        return {
            "/" + path.relative_to(self.root).as_posix(): path.read_bytes()
            for top in ("home", "var")
            for path in sorted((self.root / top).rglob("*"))
            if path.is_file()
        }

    def page(self, domain: str) -> tuple[int, bytes]:
        """What a visitor of the domain gets."""
        app = self.apps.get(domain)
        if app is None or app.running is None:
            return 404, b"there is no app here"
        key = _digest(app.running) + app.virtualenv if self.remembers_pages else ""
        if key in _pages:
            return _pages[key]
        wsgi = self.wsgi(domain).relative_to(self.root)
        virtualenv = app.running / app.virtualenv.lstrip("/")
        packages = virtualenv / "lib" / f"python{app.version}"
        done = subprocess.run(
            [
                sys.executable,
                "-B",
                "-c",
                _LOADER,
                str(app.running / wsgi),
                str(packages / "site-packages"),
            ],
            env={"HOME": str(app.running / "home" / self.user)},
            capture_output=True,
            timeout=60,
            check=False,
        )
        status, _, body = done.stdout.partition(b" ")
        answer = int(status or 500), body
        if done.returncode:
            answer = 500, b"Something went wrong\n" + done.stderr
        if key:
            _pages[key] = answer
        return answer

    # The API.

    def refused(self, endpoint: str) -> Answer | None:
        """Count a request, and refuse it where there are too many."""
        seen = self._seen.setdefault(endpoint, deque())
        now = self.now()
        while seen and seen[0] <= now - WINDOW:
            seen.popleft()
        if len(seen) >= self.limit:
            wait = int(seen[0] + WINDOW - now) + 1
            return 429, f"retry-after={wait}", b'{"detail": "Request was throttled."}'
        seen.append(now)
        return None

    def answer(
        self, method: str, path: str, query: dict[str, str], form: dict[str, Any]
    ) -> Answer:
        """Do what a request asks for; the path is below that of the account."""
        parts = path.split("/")
        if parts[0] == "webapps":
            if parts[1:] == [""]:
                return self._webapps(method, form)
            app = self.apps.get(parts[1])
            if app is None:
                return json_answer(404, {"detail": "Not found."})
            if parts[2:] == [""]:
                return self._webapp(method, app, form)
            if parts[2:] == ["reload", ""] and method == "POST":
                return self._reload(app)
            if parts[2] == "static_files":
                return self._statics(method, app, parts[3], form)
        if path.startswith("files/path/"):
            return self._file(method, path[len("files/path") :], form)
        if path == "files/tree/" and method == "GET":
            return self._tree(query.get("path", ""))
        return json_answer(404, {"detail": "Not found."})

    def _webapps(self, method: str, form: dict[str, Any]) -> Answer:
        if method == "GET":
            return json_answer(200, [app.document() for app in self.apps.values()])
        domain, python = form.get("domain_name", ""), form.get("python_version", "")
        problem = None
        if domain in self.apps:
            problem = ("domain_name", "This domain is already in use.")
        elif len(self.apps) >= self.max_apps:
            problem = ("limit", "You have reached your maximum number of web apps.")
        elif python not in {f"python3{minor}" for minor in range(7, 15)}:
            problem = ("python_version", "This version of Python is not there.")
        if problem:
            return json_answer(
                200,
                {
                    "status": "ERROR",
                    "error_type": problem[0],
                    "error_message": problem[1],
                },
            )
        self.apps[domain] = app = App(domain, python)
        self.wsgi(domain).write_text(DEFAULT_WSGI)
        self.load(app)
        return json_answer(201, {"status": "OK"})

    def _webapp(self, method: str, app: App, form: dict[str, Any]) -> Answer:
        if method == "DELETE":
            del self.apps[app.domain]
            return 204, "", b""
        if method in ("PATCH", "PUT"):
            app.source = form.get("source_directory", app.source)
            app.virtualenv = form.get("virtualenv_path", app.virtualenv)
            if "python_version" in form:
                return json_answer(400, {"detail": "The fake API does not know this."})
        return json_answer(200, app.document())

    def load(self, app: App) -> None:
        """Let an app run the files as they are."""
        app.reloads += 1
        self.loads += 1
        copy = self.root / "running" / str(self.loads)
        for top in ("home", "var"):
            shutil.copytree(self.root / top, copy / top, symlinks=True)
        app.running = copy

    def _reload(self, app: App) -> Answer:
        self.load(app)
        if self.cname_error:
            return json_answer(409, {"status": "error", "error": "cname_error"})
        return json_answer(200, {"status": "OK"})

    def _statics(
        self, method: str, app: App, number: str, form: dict[str, Any]
    ) -> Answer:
        if number == "":
            if method == "GET":
                return json_answer(200, list(app.statics.values()))
            row = {"id": self.next_id, "url": form["url"], "path": form["path"]}
            app.statics[self.next_id] = row
            self.next_id += 1
            return json_answer(201, row)
        row = app.statics.get(int(number), {})
        if not row:
            return json_answer(404, {"detail": "Not found."})
        if method == "DELETE":
            del app.statics[int(number)]
            return 204, "", b""
        if method in ("PATCH", "PUT"):
            row.update({key: form[key] for key in ("url", "path") if key in form})
        return json_answer(200, row)

    def _file(self, method: str, path: str, form: dict[str, Any]) -> Answer:
        allowed = (f"/home/{self.user}/", "/var/www/")
        if ".." in path.split("/") or not (path.rstrip("/") + "/").startswith(allowed):
            return json_answer(403, {"detail": "You do not have permission."})
        place = self.place(path)
        if method == "GET":
            if place.is_file():
                return 200, "application/octet-stream", place.read_bytes()
            if place.is_dir():
                kinds = {True: "directory", False: "file"}
                names = {
                    child.name: {"type": kinds[child.is_dir()], "url": child.name}
                    for child in sorted(place.iterdir())
                }
                return json_answer(200, names)
            return json_answer(404, {"detail": f"No such file or directory: {path}"})
        if method == "DELETE":
            place.unlink()
            return 204, "", b""
        content = form.get("content")
        if not isinstance(content, bytes):
            detail = "You must provide a file with the name 'content'."
            return json_answer(400, {"detail": detail})
        is_new = not place.exists()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return (201 if is_new else 200), "", b""

    def _tree(self, path: str) -> Answer:
        place = self.place(path)
        if not place.exists():
            return json_answer(400, {"detail": f"{path} does not exist"})
        if not place.is_dir():
            return json_answer(400, {"detail": f"{path} is not a directory"})
        found = [
            "/" + child.relative_to(self.root).as_posix() + "/" * child.is_dir()
            for child in sorted(place.rglob("*"))
        ]
        return json_answer(200, found[:TREE_LIMIT])
