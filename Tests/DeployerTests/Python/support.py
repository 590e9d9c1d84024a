"""Projects on the disk, a clock that nobody has to wait for, and runs of the deployer."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import standin

DEPLOYER = Path(__file__).resolve().parents[3] / "HostPython"
sys.path.insert(0, str(DEPLOYER))

from pa_new_deploy.main import main
from pa_new_deploy.throttle import Clock

DOMAIN = "alice.pythonanywhere.com"
WSGI = "/var/www/alice_pythonanywhere_com_wsgi.py"
NOTE = f"/home/alice/.pa-new/{DOMAIN}.json"

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
    host: standin.StandIn,
    clock: Clock,
    *options: str,
    token: str | None = None,
    timeout: float = 20.0,
    domain: str = DOMAIN,
    greeting: str = "Hello from handler",
    variables: Mapping[str, str] | None = None,
) -> Run:
    """Run the deployer in this process; whatever it says, the token is not in it."""
    out, err = io.StringIO(), io.StringIO()
    environment = {
        "PYTHONANYWHERE_SITE": host.url,
        "API_TOKEN": host.token if token is None else token,
        **(variables or {}),
    }
    words = [str(folder), "--name", "hello", "--user", "alice", "--domain", domain]
    words += ["--python", "3.13", "--greeting", greeting, *options]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words, environment, clock, timeout)
    run = Run(code, out.getvalue(), err.getvalue())
    for secret in (host.token, token or host.token):
        if secret.strip() and secret in run.out + run.err:
            raise AssertionError(f"the token is told: {run}")
    if "Traceback" in run.err or code == 70:
        raise AssertionError(f"a fault of ours: {run}")
    return run


def changes(host: standin.StandIn, since: int = 0) -> list[tuple[str, str]]:
    """Return the calls that could change something, below the account's address."""
    base = f"/api/v0/user/{host.user}/"
    return [
        (call.method, call.path.replace(base, ""))
        for call in host.calls[since:]
        if call.method != "GET"
    ]
