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
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fake_api import App
from fake_server import FakeServer
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
        self._server_log = job.folder / "server.log"
        for folder in (self._front, self._web, self._empty):
            folder.mkdir()
        self._server_log.touch()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Let the API and the load balancer listen."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        text = nginx.balancer(self._front, self._job.domain, self.url)
        self._start_nginx(self._front, text, nginx.FRONT)

    def stop(self) -> None:
        """End all servers."""
        self.shutdown()
        for name in list(self._processes):
            self._stop(name)
        self.server_close()

    # What the API calls.

    def load(self, app: App) -> None:
        """Let an app run the files as they are, and wait until it answers."""
        app.reloads += 1
        self._stop("uwsgi")
        self._stop(self._web.name)
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

    # What a rehearsal looks at.

    @property
    def server_log(self) -> str:
        return self._server_log.read_text(errors="replace")

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
        }
        self._start("uwsgi", command, self._server_log, environment)

    def _start_nginx(self, folder: Path, text: str, address: tuple[str, int]) -> None:
        file = folder / "nginx.conf"
        file.write_text(text)
        log = folder / "error.log"
        program = str(self._job.tools.nginx)
        command = [program, "-p", str(folder), "-e", str(log), "-c", str(file)]
        self._start(folder.name, command, log, {"PATH": os.environ["PATH"]})
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
        self, name: str, command: list[str], log: Path, environment: dict[str, str]
    ) -> None:
        with log.open("ab") as output:
            self._processes[name] = subprocess.Popen(
                command,
                cwd=self._empty,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _stop(self, name: str) -> None:
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
