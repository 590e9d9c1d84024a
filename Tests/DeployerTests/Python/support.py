"""Projects on the disk, a clock on which waiting takes no time, and runs of the deployer."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import unittest
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import deployment_schema
import fake_server

DEPLOYER = Path(__file__).resolve().parents[3] / "HostPython"
sys.path.insert(0, str(DEPLOYER))

from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.main import main

DOMAIN = "alice.pythonanywhere.com"
WSGI = "/var/www/alice_pythonanywhere_com_wsgi.py"
STATE_FILE = f"/home/alice/.pa-new/{DOMAIN}.json"


def archive(number: int, domain: str = DOMAIN) -> str:
    """Return the place of what a deployment replaced, for an undo."""
    return f"/home/alice/.pa-new/undo/{domain}-{number % 5}.zip"


_ENTRY = """\
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
PROJECT = HERE.parent if HERE.name == "wsgi.py" else Path.home() / "hello"
sys.path.insert(0, str(PROJECT))

"""

HANDLER = {
    ".pa-new.json": "{}",
    "README.md": "It answers Hello from handler.",
    "wsgi.py": _ENTRY + "from hello.routes import application\n",
    "hello/__init__.py": "",
    "hello/handlers.py": 'TEXT = b"Hello from handler"\n',
    "hello/routes.py": """\
from .handlers import TEXT


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [TEXT]
""",
    "static/hello.txt": "static\n",
}

FLASK = {
    "wsgi.py": _ENTRY
    + """\
import flask


def application(environ, start_response):
    start_response("200 OK", [])
    return [b"Hello from Flask " + flask.NAME]
""",
    "requirements.txt": "# what it needs\nFlask==3.1.0\nasgiref; python_version < '3'\n",
}

# In Swift: the library is what the host needs, the sources are not.
SWIFT = {
    "wsgi.py": _ENTRY
    + """\
LIBRARY = (PROJECT / "libHello.so").read_bytes()


def application(environ, start_response):
    start_response("200 OK", [])
    return [LIBRARY[4:]]
""",
    "Package.swift": "// swift",
    "Sources/Hello/Hello.swift": "// swift",
    "static/hello.txt": "static\n",
}


class QuickClock(Clock):
    """A clock on which a pause takes no time."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


@contextlib.contextmanager
def project(files: Mapping[str, str | bytes]) -> Iterator[Path]:
    """Write files into a folder of their own, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "hello"
        write(folder, files)
        yield folder


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@dataclass
class Run:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


def deploy(
    folder: Path,
    host: fake_server.FakeServer,
    clock: Clock,
    *options: str,
    token: str | None = None,
    timeout: float = 20.0,
    domain: str = DOMAIN,
    greeting: str = "Hello from handler",
    variables: Mapping[str, str] | None = None,
) -> Run:
    """Run a deployment in this process."""
    arguments = ["deploy", str(folder), "--name", "hello", "--user", "alice"]
    arguments += ["--domain", domain]
    arguments += ["--python", "3.13", "--greeting", greeting, *options]
    return _run(arguments, host, clock, token, timeout, variables)


def undo(
    host: fake_server.FakeServer,
    clock: Clock,
    *options: str,
    token: str | None = None,
    timeout: float = 20.0,
    domain: str = DOMAIN,
    name: str = "hello",
    may_empty: bool = True,
) -> Run:
    """Undo a deployment in this process.

    :param may_empty: Whether the site may be empty afterwards.
    """
    arguments = ["undo", "--name", name, "--user", "alice", "--domain", domain]
    arguments += ["--allow-empty"] if may_empty else []
    return _run([*arguments, *options], host, clock, token, timeout, None)


def _run(
    arguments: list[str],
    host: fake_server.FakeServer,
    clock: Clock,
    token: str | None,
    timeout: float,
    variables: Mapping[str, str] | None,
) -> Run:
    """Run the deployer; whatever it says, the token is not in it."""
    out, err = io.StringIO(), io.StringIO()
    environment = {
        "PYTHONANYWHERE_SITE": host.url,
        "API_TOKEN": host.token if token is None else token,
        **(variables or {}),
    }
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments, environment, clock, timeout)
    run = Run(code, out.getvalue(), err.getvalue())
    for secret in (host.token, token or host.token):
        if secret.strip() and secret in run.out + run.err:
            raise AssertionError(f"the output contains the token: {run}")
    if "Traceback" in run.err or code == 70:
        raise AssertionError(f"an internal error: {run}")
    if "--json" in arguments:
        deployment_schema.check(run.document)
    return run


def changes(host: fake_server.FakeServer, since: int = 0) -> list[tuple[str, str]]:
    """Return the calls that could change something, below the account's address."""
    base = f"/api/v0/user/{host.user}/"
    return [
        (call.method, call.path.replace(base, ""))
        for call in host.calls[since:]
        if call.method != "GET"
    ]


class DeployTest(unittest.TestCase):
    """Each test has an account and a clock of its own."""

    def setUp(self) -> None:
        self.clock = QuickClock()
        context = fake_server.running(now=self.clock.now)
        self.host = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def folder(self, files: dict[str, str]) -> Path:
        context = project(files)
        self.addCleanup(context.__exit__, None, None, None)
        return context.__enter__()

    def deploy(self, folder: Path, *options: str, code: int = 0, **more: str) -> Run:
        run = deploy(folder, self.host, self.clock, *options, **more)  # type: ignore[arg-type]
        self.assertEqual(run.code, code, run)
        return run

    def undo(self, *options: str, code: int = 0, **more: Any) -> Run:
        run = undo(self.host, self.clock, *options, **more)
        self.assertEqual(run.code, code, run)
        return run

    def stops(self, folder: Path, *options: str, code: int, **more: str) -> Run:
        """Deploy, and expect that nothing is touched."""
        before = self.host.files()
        calls = len(self.host.calls)
        run = self.deploy(folder, *options, code=code, **more)
        self.assertEqual(self.host.files(), before)
        self.assertEqual(changes(self.host, calls), [])
        self.assertIn("Nothing on PythonAnywhere was changed.", run.err)
        return run

    def install(self, *packages: str, python: str = "3.13") -> None:
        """Put a virtualenv with packages onto the host."""
        place = f"/home/alice/.virtualenvs/hello/lib/python{python}/site-packages"
        folder = self.host.place(place)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "flask.py").write_text("NAME = b'of the virtualenv'\n")
        for package in packages:
            (folder / f"{package}.dist-info").mkdir()
