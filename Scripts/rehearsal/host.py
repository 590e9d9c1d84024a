"""The rehearsed host: the fake API's API, and behind it real servers.

Visitors reach a load balancer, that one a web server, which answers for static files
and asks uWSGI for the rest (:mod:`rehearsal.nginx`). A reload of a web app, which the
API is asked for, starts the web server and uWSGI anew: until then neither knows of a
new mapping, nor of new code.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from fake_api import App
from fake_server import FakeServer
from fake_worker import stamp
from pa_new_shared.host import Site
from pa_new_shared.host import environment as environment_of

from rehearsal import nginx
from rehearsal.job import TOKEN, Job
from rehearsal.problems import Failed

# What the host has: several processes for each web app, and no threads in them.
WORKERS = 2
UWSGI = [
    "--master",
    f"--processes={WORKERS}",
    f"--harakiri={nginx.TIME_LIMIT}",
    "--die-on-term",
]

_TIME = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(,\d\d\d:)? ")

# PythonAnywhere gives an app 20 seconds to respond after a reload; this computer may be busy.
MAX_START = 40.0


@dataclass(frozen=True)
class Response:
    """The response that a visitor gets."""

    status: int
    body: bytes


class Host(FakeServer):
    """The host of one account."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.root, job.user, TOKEN)
        # The limit is per minute, and a rehearsal does in a minute what takes a user a day.
        self.limit = 1000
        self._job = job
        self._front = job.folder / "balancer"
        self._web = job.folder / "web"
        self._socket = job.folder / "uwsgi.socket"
        # No folder of the user's: what is not found by its whole path is not found.
        self._empty = job.folder / "empty"
        for folder in (self._front, self._web, self._empty):
            folder.mkdir()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Let the API and the load balancer listen."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        certificate = self._certificate()
        text = nginx.balancer(self._front, self._job.domain, self.url, certificate)
        self._start_nginx(self._front, text, nginx.FRONT)

    def stop(self) -> None:
        """End all servers."""
        self.shutdown()
        for name in list(self._processes):
            self._end(name)
        self.server_close()

    # What the API calls.

    def load(self, app: App) -> None:
        """Let an app run the files as they are, and wait until it answers."""
        app.reloads += 1
        self._end("uwsgi")
        self._end(self._web.name)
        self._start_uwsgi(app)
        mappings = [(row["url"], row["path"]) for row in app.statics.values()]
        text = nginx.web(self._web, app.domain, self._socket, mappings)
        self._start_nginx(self._web, text, nginx.WEB)
        end = time.monotonic() + MAX_START
        while time.monotonic() < end and self._processes["uwsgi"].poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                limit = max(end - time.monotonic(), 0.1)
                answer = ask("/", app.domain, to=nginx.WEB, seconds=limit)
                if answer.status not in (502, 504):
                    return
            time.sleep(0.05)

    # What a user does on the host.

    def console(self, commands: list[str]) -> str:
        """Type commands into a Bash console, and return what they print."""
        text = "\n".join(commands)
        site = Site(self.user, self._job.domain, "option")
        # The Python without packages; a command can activate a virtualenv.
        path = f"{self._job.tools.python.parent}:/usr/local/bin:/usr/bin:/bin"
        done = subprocess.run(
            ["bash", "-e", "-c", text],
            cwd=site.home,
            env={**environment_of(site, {"PATH": path}), "API_TOKEN": TOKEN},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            output = done.stdout + done.stderr
            raise Failed(f"in the console: {text}: exit {done.returncode}\n{output}")
        return done.stdout

    # What a rehearsal looks at.

    def log_lines(self, domain: str, kind: str) -> list[str]:
        """Return the lines of one of an app's logs, without their times."""
        file = self.log(domain, kind)
        text = file.read_text(errors="replace") if file.exists() else ""
        return [_TIME.sub("", line) for line in text.splitlines()]

    def asked_app(self, path: str) -> bool:
        """Tell whether the app served what was just visited."""
        end = time.monotonic() + MAX_START
        while time.monotonic() < end:
            for line in reversed((self._web / "access.log").read_text().splitlines()):
                asked, _, upstream = line.split(" ", 2)
                if asked == path:
                    return upstream != "-"
            time.sleep(0.02)  # it is written after the answer
        raise Failed(f"the web server got no request for {path}")

    # How servers start and stop.

    def _certificate(self) -> Path:
        """Make a certificate for the domain, in one file with its key."""
        file = self._front / "certificate.pem"
        command = [str(self._job.tools.openssl), "req", "-x509", "-days", "1", "-nodes"]
        command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        command += ["-subj", f"/CN={self._job.domain}"]
        command += ["-keyout", str(file), "-out", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"openssl makes no certificate: {done.stderr}")
        return file

    def _start_uwsgi(self, app: App) -> None:
        python = self._job.tools.python
        if app.virtualenv:
            python = Path(app.virtualenv, "bin/python")
        here = Path(__file__).parent
        command = [str(python), str(here / "serve.py"), str(self._job.tools.uwsgi)]
        command += [*UWSGI, f"--socket={self._socket}", f"--chdir={self._empty}"]
        command += [f"--wsgi-file={here / 'wrapper.py'}"]
        site = Site(self.user, app.domain, "option")
        environment = {
            **environment_of(site, {"PATH": "/usr/local/bin:/usr/bin:/bin"}),
            "API_TOKEN": TOKEN,
            "REHEARSED_WSGI_FILE": "/"
            + str(self.wsgi(app.domain).relative_to(self.root)),
            "REHEARSED_ERROR_LOG": str(self.log(app.domain, "error")),
        }
        log = self.log(app.domain, "server")
        self._start("uwsgi", command, subprocess.PIPE, environment)
        output = self._processes["uwsgi"].stdout
        threading.Thread(target=_stamp_lines, args=(output, log), daemon=True).start()

    def _start_nginx(self, folder: Path, text: str, address: tuple[str, int]) -> None:
        file = folder / "nginx.conf"
        file.write_text(text)
        log = folder / "error.log"
        program = str(self._job.tools.nginx)
        command = [program, "-p", str(folder), "-e", str(log), "-c", str(file)]
        with log.open("ab") as output:
            self._start(folder.name, command, output, {"PATH": os.environ["PATH"]})
        end = time.monotonic() + MAX_START
        while True:
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection(*address, timeout=5)
                connection.connect()
                connection.close()
                return
            if self._processes[folder.name].poll() is not None:
                raise Failed(f"nginx does not start: {log.read_text()}")
            if time.monotonic() > end:
                raise Failed(f"nginx did not respond within {MAX_START:.0f} seconds")
            time.sleep(0.02)

    def _start(
        self,
        name: str,
        command: list[str],
        output: int | BinaryIO,
        environment: dict[str, str],
    ) -> None:
        self._processes[name] = subprocess.Popen(
            command,
            cwd=self._empty,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _end(self, name: str) -> None:
        """Stop a server: a worker of uWSGI can miss the signal."""
        process = self._processes.pop(name, None)
        if process is None:
            return
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(3)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _stamp_lines(output: BinaryIO, log: Path) -> None:
    """Write what a server prints into a log, each line with the time."""
    with output, log.open("ab", buffering=0) as file:
        for line in output:
            file.write(stamp(time.time()).encode() + b" " + line)


@contextlib.contextmanager
def visiting(
    path: str,
    domain: str,
    to: tuple[str, int] = nginx.FRONT,
    visitor: str = "127.0.0.1",
    seconds: float = 60.0,
    **headers: str,
) -> Iterator[http.client.HTTPResponse]:
    """Request a page as a visitor with the given address."""
    connection = http.client.HTTPConnection(
        *to, timeout=seconds, source_address=(visitor, 0)
    )
    try:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": domain, **fields})
        yield connection.getresponse()
    finally:
        connection.close()


def ask(path: str, domain: str, **options: Any) -> Response:
    """Request a page, and return the whole response."""
    with visiting(path, domain, **options) as response:
        return Response(response.status, response.read())
