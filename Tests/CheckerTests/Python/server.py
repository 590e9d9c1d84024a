"""A uWSGI that is set up as PythonAnywhere's is, on the host's own folders.

uWSGI is a program that embeds Python, as on the host. In namespaces of its own the project
lies at ``/home/alice/NAME``, the WSGI file in ``/var/www``, and this computer's copy of the
project is not there. The app is loaded once, by a wrapper that imports the WSGI file by
name, and then split into two workers without threads; a request that takes too long ends
its worker. Requests come as from the host's web server: for the domain, from a visitor.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import importlib.util
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from apps import App

SCRIPTS = Path(__file__).resolve().parents[3] / "Scripts"
sys.path.append(str(SCRIPTS))

from rehearsal import namespaces
from rehearsal.problems import Problem

# A program that embeds this Python: pip builds it from PyPI's uwsgi.
SERVER = Path(os.environ.get("PA_NEW_UWSGI") or Path(sys.executable).with_name("uwsgi"))
PATIENCE = 3.0  # seconds after which an import that should hang is taken to hang
HARAKIRI = 10  # seconds that a request may take

HOME = "/home/alice"
DOMAIN = "alice.pythonanywhere.com"
WSGI_FILE = "/var/www/alice_pythonanywhere_com_wsgi.py"
# What the host sets of the locale is not known; without it, uWSGI's Python reads ASCII.
ENVIRONMENT = {
    "HOME": HOME,
    "USER": "alice",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONANYWHERE_DOMAIN": "pythonanywhere.com",
    "PYTHONANYWHERE_SITE": "www.pythonanywhere.com",
}
# What the host's web server tells uWSGI of each request.
REQUEST = {
    "REQUEST_METHOD": "GET",
    "QUERY_STRING": "",
    "CONTENT_TYPE": "",
    "CONTENT_LENGTH": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SERVER_NAME": DOMAIN,
    "SERVER_PORT": "80",
    "REMOTE_ADDR": "10.0.0.1",
    "HTTP_HOST": DOMAIN,
    "HTTP_X_REAL_IP": "203.0.113.7",
    "HTTP_X_FORWARDED_FOR": "203.0.113.7",
}

SILENCE = "no answer"
ERROR = "an error page"
ANSWER = "an answer"


class Response(NamedTuple):
    """What a visitor gets."""

    kind: str
    status: int
    """0 for silence."""
    body: bytes


class Observation(NamedTuple):
    """What became of an app, and of one visit."""

    kind: str
    status: int
    log: str


class Request:
    """A request that waits for its response."""

    def __init__(self, place: Path, path: str, patience: float) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(patience)
        facts = {**REQUEST, "REQUEST_URI": path, "PATH_INFO": path}
        data = b"".join(_sized(text) for item in facts.items() for text in item)
        try:
            self._socket.connect(str(place))
            self._socket.sendall(struct.pack("<BHB", 0, len(data), 0) + data)
        except OSError:
            self.close()
            raise

    def getresponse(self) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(self._socket)
        response.begin()
        return response

    def close(self) -> None:
        self._socket.close()


def _sized(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode()


class Server:
    """A running uWSGI."""

    def __init__(self, place: Path, job: Mapping[str, object]) -> None:
        self.socket = place / "socket"
        self.log_file = place / "log"
        options = f"--socket {self.socket} --master --processes 2"
        options += f" --harakiri {HARAKIRI} --die-on-term"
        options += f" --wsgi-file {SCRIPTS / 'rehearsal/wrapper.py'}"
        if sys.prefix != sys.base_prefix:
            options += f" --virtualenv {sys.prefix}"
        facts = {**job, "command": [str(SERVER), *options.split()]}
        first = [sys.executable, "-I", "-S", "-B"]
        first += [str(Path(__file__).with_name("host_process.py")), json.dumps(facts)]
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                namespaces.command(first),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def stop(self) -> None:
        """End the server, and everything that its app has started."""
        try:
            self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise

    def begin(self, path: str, patience: float) -> Request:
        return Request(self.socket, path, patience)

    def visit(self, path: str, *, hangs: bool = False) -> Response:
        """Return the response to a visitor."""
        while "wrapper: importing" not in self.log():
            if self.process.poll() is not None:
                raise AssertionError(self.log())
            time.sleep(0.02)
        patience = PATIENCE if hangs else 30
        try:
            with contextlib.closing(self.begin(path, patience)) as request:
                response = request.getresponse()
                body = response.read()
        except (OSError, http.client.HTTPException):
            return Response(SILENCE, 0, b"")
        kind = ERROR if response.status >= 500 else ANSWER
        return Response(kind, response.status, body)


def place_entry(folder: Path, entry: str) -> str:
    """Return the text of the WSGI file for an entry file.

    A WSGI file is that file itself. If it looks for its own place it is loaded there. Any
    other module is imported from the folder that it can be found in.
    """
    file = folder / entry
    home = f"{HOME}/{folder.name}"
    is_in_package = file.with_name("__init__.py").exists()
    if entry.endswith("_wsgi.py"):
        return file.read_text()
    if file.name == "wsgi.py" and not is_in_package:
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
        if "__file__" not in text:
            return text
        place = f"{home}/{entry}"
        return (
            "import importlib.util\n\n"
            f"spec = importlib.util.spec_from_file_location('wsgi', {place!r})\n"
            "module = importlib.util.module_from_spec(spec)\n"
            "spec.loader.exec_module(module)\n"
            "application = module.application\n"
        )
    module = entry.removesuffix(".py").replace("/", ".")
    return f"import sys\n\nsys.path.insert(0, {home!r})\n\nfrom {module} import application\n"


@contextlib.contextmanager
def served(
    folder: Path,
    entry: str,
    *,
    environment: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
) -> Iterator[Server]:
    """Serve a copy of a project, for as long as the block runs.

    :param environment: variables that the user has set on the host.
    :param without: files that are on this computer only.
    """
    with tempfile.TemporaryDirectory() as name:
        place = Path(name).resolve()
        disk = place / "disk"
        home = disk / "home"
        www = disk / "www"
        www.mkdir(parents=True)
        shutil.copytree(folder, home / folder.name, symlinks=True)
        for path in without:
            (home / folder.name / path).unlink()
        text = place_entry(home / folder.name, entry)
        (www / Path(WSGI_FILE).name).write_text(text, errors="surrogateescape")
        job = {
            "shown": [(str(home), HOME), (str(www), str(Path(WSGI_FILE).parent))],
            "hidden": [str(disk), str(folder.parent)],
            "folder": HOME,
            "environment": {
                **ENVIRONMENT,
                **(environment or {}),
                "REHEARSED_WSGI_FILE": WSGI_FILE,
            },
        }
        server = Server(place, job)
        try:
            yield server
        finally:
            server.stop()


def observe(
    folder: Path,
    entry: str,
    *,
    hangs: bool,
    path: str = "/",
    environment: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
) -> Observation:
    """Return what becomes of a visit to an app, and the server's log."""
    with served(folder, entry, environment=environment, without=without) as server:
        response = server.visit(path, hangs=hangs)
        return Observation(response.kind, response.status, server.log())


@functools.cache
def missing() -> str:
    """Tell why this computer cannot run the host's server: "" if it can."""
    if sys.platform != "linux":
        return "the host's server needs Linux"
    if not SERVER.exists():
        return f"{SERVER} is not installed: pip install uwsgi"
    if not shutil.which("unshare"):
        return "the host's folders need the program unshare (Debian: util-linux)"
    for needed in (SCRIPTS, SERVER, Path(sys.prefix), Path(sys.base_prefix)):
        if Path(HOME) in needed.resolve().parents:
            return f"{needed} would be hidden by {HOME}"
    try:
        namespaces.check()
    except Problem as problem:
        return str(problem)
    return ""


class ServerTest(unittest.TestCase):
    """A test that needs a server."""

    def setUp(self) -> None:
        reason = missing()
        if reason:
            self.miss(reason)

    def miss(self, reason: str) -> None:
        if os.environ.get("CI") == "true":
            self.fail(reason)
        self.skipTest(reason)


def is_installed(app: App) -> bool:
    """Tell whether the framework of an app is installed."""
    return not app.framework or importlib.util.find_spec(app.framework) is not None
