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
  ``source_directory``, ``virtualenv_path``, ``force_https``; DELETE 204 (API, core).
  ``python_version`` is told as ``3.13`` (the public client pyaww) and given as
  ``python313`` (core). In which form PATCH takes it nothing says: here it refuses to
- ``webapps/DOMAIN/static_files/`` GET lists, POST 201; ``static_files/ID/`` GET, PATCH,
  DELETE (API; 201: core). Nothing keeps two mappings from having one URL. A mapping
  needs a reload (help page ``StaticFiles``); that the longest URL wins is nginx's rule,
  and not documented by the host
- ``webapps/DOMAIN/reload/`` POST: 200, or 409 ``{"error": "cname_error"}``, and then it
  has reloaded all the same (core ``webapp.py``)
- ``system_image/`` GET ``{"system_image": "…", "available_system_images": […]}`` (API).
  The names are those of the help page ``PythonVersions``; nobody has shown an answer
- ``files/path`` and ``files/tree``: ``fake_files.py``
- ``/var/log/DOMAIN.{access,error,server}.log`` are files for the API, and older ones end
  in ``.1`` or ``.N.gz`` (core ``webapp.py``). What is in them: ``fake_worker.py``; a line
  of the access log is as in the help page ``ASGICommandLine``
- a reload ends with a visit of the host's own, which has 20 seconds (help page
  ``ErrorReloadingWebApp``)
- forms may be URL-encoded or JSON: core sends both kinds

Not documented, and so nothing may rest on it: that an account other than the token's is
answered 403; how a reload is answered whose first visit took too long (``slow_reload``),
and what becomes of an app that is still being loaded then (``FakeAPI.loading``).

A page is asked for by the domain as ``Host``. As a program it does what ``fake_server.py``
does.
"""

from __future__ import annotations

import math
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fake_files import AccountFiles, Answer, json_answer
from fake_worker import BAD_GATEWAY, Worker, stamp

LIMIT = 40
WINDOW = 60.0
PING = 20.0
IMAGES = ["glastonbury", "haggis", "innit"]

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


@dataclass
class Fault:
    """What goes wrong with a request."""

    at: int
    """The number of the request, from 1, of those to the API."""
    kind: str
    """"500", "503", "429", "429-bare", "cut", "timeout", "truncated", "html"; with
    "-after" the request is done before it goes wrong. "half": the connection ends while
    a file is on its way, and the first half of it lands."""
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
    served: dict[str, str] = field(default_factory=dict)
    """The static mappings as they were at the last reload: URL and folder."""
    reloads: int = 0
    force_https: bool = False
    running: Worker | None = None
    ready: float = 0.0
    """When its loading ends, by the host's clock; 0 if it is not being loaded."""

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
            "force_https": self.force_https,
        }


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
        self.disk = AccountFiles(root, user)
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
        self.python = sys.executable
        """The interpreter that runs the apps."""
        self.image = "innit"
        """The account's system image; empty: the API does not know of any."""
        self.loading = 0.0
        """Seconds that the host takes to load an app the next time."""
        self.goes_on = True
        """Whether an app that is still being loaded after the visit is let go on; if not,
        the next reload begins with what is left."""
        self.slow_reload = json_answer(500, {"detail": "The web app did not respond."})
        self.begins_loading: Callable[[], None] = lambda: None
        """What such an app has done of its loading by the end of the visit."""
        self.passes: Callable[[float], None] = lambda seconds: None
        """How the clock goes on while somebody waits for the host."""
        self._workers: list[Worker] = []
        self._epoch = time.time() - now()
        self.throttle: dict[str, deque[float]] = {}
        """The times of the latest requests, by endpoint."""

    # For tests.

    def place(self, path: str) -> Path:
        return self.disk.place(path)

    def wsgi(self, domain: str) -> Path:
        name = domain.lower().replace(".", "_")
        return self.place(f"/var/www/{name}_wsgi.py")

    def log(self, domain: str, kind: str) -> Path:
        """One of a web app's logs: "access", "error", "server"."""
        return self.place(f"/var/log/{domain}.{kind}.log")

    def files(self) -> dict[str, bytes]:
        """Every file on the host that is not a log."""
        return self.disk.all()

    def wall(self) -> float:
        """The time of day, in seconds since 1970, by the host's clock."""
        return self._epoch + self.now()

    def close(self) -> None:
        """End the processes of all apps."""
        while self._workers:
            self._workers.pop().stop()

    def page(self, domain: str, path: str = "/") -> tuple[int, bytes]:
        """What a visitor of the domain gets."""
        app = self.apps.get(domain)
        if app is None or not app.reloads:
            return 404, b"there is no app here"
        if app.ready and app.ready <= self.now():
            self.load(app)
        static = self.disk.served(app.served, path)
        if static:
            answer = static
        elif app.running is None:
            answer = 502, BAD_GATEWAY
        else:
            answer = app.running.answer(path, self.wall())
        when = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.wall()))
        with self.log(domain, "access").open("a") as file:
            file.write(
                f'192.0.2.7 - - [{when}] "GET {path} HTTP/1.1" {answer[0]} '
                f'{len(answer[1])} "-" "test" "192.0.2.7" response-time=0.003\n'
            )
        return answer

    # The API.

    def refused(self, endpoint: str) -> Answer | None:
        """Count a request, and refuse it where there are too many."""
        seen = self.throttle.setdefault(endpoint, deque())
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
            return self.disk.answer(method, path[len("files/path") :], form)
        if path == "files/tree/" and method == "GET":
            return self.disk.tree(query.get("path", ""))
        if path == "system_image/" and method == "GET" and self.image:
            names = {"system_image": self.image, "available_system_images": IMAGES}
            return json_answer(200, names)
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
            self._stop(app)
            return 204, "", b""
        if method in ("PATCH", "PUT"):
            app.source = form.get("source_directory", app.source)
            app.virtualenv = form.get("virtualenv_path", app.virtualenv)
            forced = str(form.get("force_https", app.force_https)).lower()
            if forced not in ("true", "false"):
                return json_answer(400, {"force_https": ["Must be a valid boolean."]})
            app.force_https = forced == "true"
            if "python_version" in form:
                return json_answer(400, {"detail": "The fake API does not know this."})
        return json_answer(200, app.document())

    def load(self, app: App) -> None:
        """Let an app run the files as they are."""
        app.reloads += 1
        self.loads += 1
        app.ready = 0.0
        app.served = {row["url"]: row["path"] for row in app.statics.values()}
        self._stop(app)
        virtualenv = self.place(app.virtualenv) if app.virtualenv else None
        packages = f"lib/python{app.version}/site-packages"
        with self.log(app.domain, "server").open("a") as file:
            now = stamp(self.wall())
            day = time.asctime(time.gmtime(self.wall()))
            file.write(f"{now} *** Starting uWSGI 2.0.28 (64bit) on [{day}] ***\n")
            file.write(f"{now} spawned uWSGI worker 1 (cores: 1)\n")
        app.running = Worker(
            self.python,
            {
                "wsgi": str(self.wsgi(app.domain)),
                "site_packages": str(virtualenv / packages) if virtualenv else "",
                "environment": {
                    "HOME": str(self.place(f"/home/{self.user}")),
                    "PATH": "/usr/bin:/bin",
                },
                "error_log": str(self.log(app.domain, "error")),
                "server_log": str(self.log(app.domain, "server")),
                "time": self.wall(),
                "root": str(self.root),
            },
        )
        self._workers.append(app.running)

    def _stop(self, app: App) -> None:
        if app.running:
            app.running.stop()
            self._workers.remove(app.running)
            app.running = None

    def _reload(self, app: App) -> Answer:
        left = self.loading
        if app.ready and self.goes_on:
            left = app.ready - self.now()
        if left > PING:
            self._stop(app)
            app.ready = self.now() + left if self.goes_on else math.inf
            if not self.goes_on:
                self.loading -= PING
            self.begins_loading()
            self.passes(PING)
            return self.slow_reload
        self.passes(left)
        self.loading = 0.0
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


if __name__ == "__main__":
    import fake_server

    fake_server.main()
