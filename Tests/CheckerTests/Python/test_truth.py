"""The truth of it: what the checker foretells is what a real uWSGI does.

The server is set up as the host's is: the app is loaded once, by a wrapper that imports
the entry file by name, and then split into two workers without threads; a request that
takes too long ends its worker. The apps are those of the table in ``apps.py``, and some
that tell by themselves what became of them.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from apps import BAD, GOOD, PLAIN, App, app
from support import check, check_soon, project

SERVER = Path(sys.executable).parent / "pyuwsgi"
PATIENCE = 3.0  # seconds after which an import that should hang is taken to hang
HARAKIRI = 10  # seconds that a request may take

# What the host's loader is known to do: the file's folder first on the path, the module
# by its name, every exception an error page, and anything else the end of the process.
WRAPPER = """
import importlib, os, sys, traceback

print("wrapper: importing", flush=True)
sys.path.insert(0, os.environ["PA_NEW_FOLDER"])
try:
    loaded = importlib.import_module(os.environ["PA_NEW_MODULE"]).application
except Exception:
    traceback.print_exc()
    loaded = None
print("wrapper: imported", flush=True)


def application(environ, start_response):
    try:
        answer = loaded(environ, start_response)
    except Exception:
        traceback.print_exc()
        start_response("500 Internal Server Error", [])
        yield b"Something went wrong"
        return
    yield from answer
"""

SILENCE = "no answer"
ERROR = "an error page"
ANSWER = "an answer"

# What follows from an error, for a visitor. Warnings leave the page as it is: what they
# mean is for ConsequenceTest.
FORETOLD = {
    "server-start": SILENCE,
    "exit-at-import": SILENCE,
    "slow-load": SILENCE,
    "missing-application": ERROR,
    "application-under-main": ERROR,
    "asgi-application": ERROR,
    "removed-api": ERROR,
    "syntax-error": ERROR,
    "import-error": ERROR,
    "error-response": ERROR,
    "not-built": ERROR,
    "library-format": ERROR,
    "library-machine": ERROR,
    "library-glibc": ERROR,
    "library-needs": ERROR,
    "thread-at-import": ANSWER,
    "process-at-import": ANSWER,
    "loop-at-import": ANSWER,
    "websocket": ANSWER,
    "push": ANSWER,
}

# What uWSGI alone does not mind: that a port which is only bound is in the way is what
# the host's page says of its own server. These hold a port and go on.
BINDS_ONLY = {
    "bind",
    "bind, out of reading's sight",
    "serve in another file",
    "gevent start",
    "gevent stream server",
}
# What comes of two servers that share their memory is left to chance, and so is whether a
# thread of CherryPy's holds a lock in the moment of the fork: then no worker ever gets it.
FORKS = {"fork", "fork, out of reading's sight", "cherrypy engine"}
# What is gone, or not installed, raises before it could serve.
RAISES = {"dash run_server", "eventlet, hypercorn and aiohttp, which are not installed"}

MORE = (
    app(
        "an import that does not end",
        "",
        PLAIN + "import time\ntime.sleep(1000)  # <~ slow-load\n",
    ),
)
"""Apps that take too long for the other tests."""

REPLY = """

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [reply(environ["PATH_INFO"]).encode()]
"""


class Server:
    """A uWSGI on the loopback interface, in a process group of its own."""

    def __init__(self, folder: Path, module: str, place: Path) -> None:
        wrapper = place / "wrapper.py"
        wrapper.write_text(WRAPPER)
        self.log_file = place / "log"
        self.mark = uuid.uuid4().hex
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = f"--http-socket 127.0.0.1:{self.port} --master --processes 2"
        words += f" --harakiri {HARAKIRI} --die-on-term --wsgi-file {wrapper}"
        environment = {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PA_NEW_FOLDER": str(folder),
            "PA_NEW_MODULE": module,
            "PA_NEW_MARK": self.mark,
        }
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [SERVER, *words.split()],
                cwd=place,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def stop(self) -> None:
        """End the server, and everything that its app has started."""
        if "wrapper: imported" in self.log():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        deadline = time.monotonic() + 10
        while left := self.left():
            if time.monotonic() > deadline:
                raise AssertionError(f"processes are left: {left}")
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.02)

    def left(self) -> list[int]:
        """Return the processes that have this server's mark in their environment."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
        return found

    def begin(self, path: str, patience: float) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=patience
        )
        connection.request("GET", path)
        return connection

    def visit(self, path: str, *, hangs: bool = False) -> tuple[str, bytes]:
        """Return what a visitor gets: the kind of answer, and its body."""
        while "wrapper: importing" not in self.log():
            if self.process.poll() is not None:
                raise AssertionError(self.log())
            time.sleep(0.02)
        patience = PATIENCE if hangs else 30
        try:
            connection = self.begin(path, patience)
            try:
                response = connection.getresponse()
                body = response.read()
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            return SILENCE, b""
        return (ERROR if response.status >= 500 else ANSWER), body


@contextlib.contextmanager
def served(folder: Path, entry: str) -> Iterator[Server]:
    """Serve an app, for as long as the block runs."""
    module = entry.removesuffix(".py")
    with tempfile.TemporaryDirectory() as place:
        server = Server(folder, module.replace("/", "."), Path(place))
        try:
            yield server
        finally:
            server.stop()


def fate(folder: Path, entry: str, *, hangs: bool) -> tuple[str, str]:
    """Return what becomes of a visit, and the server's log."""
    for _ in range(10):
        with served(folder, entry) as server:
            result, _ = server.visit("/", hangs=hangs)
            log = server.log()
        if "Address already in use" not in log:
            break
        time.sleep(1)  # another app of these has the port
    return result, log


def foretold(report: dict[str, Any]) -> str:
    """Return what becomes of a visit, by what the checker found.

    A warning leaves the page as it is.
    """
    errors = [f for f in report["findings"] if f["severity"] == "error"]
    fates = {FORETOLD[finding["rule"]] for finding in errors}
    return next((kind for kind in (SILENCE, ERROR) if kind in fates), ANSWER)


def look(app: App) -> tuple[str, str, str]:
    """Return what was foretold of an app, what became of it, and the facts."""
    # A port of its own, so that no two apps are in each other's way.
    with socket.socket() as free:
        free.bind(("", 0))
        port = str(free.getsockname()[1])
    files = {
        name: (
            re.sub(r"\b(8731|8000|8888)\b", port, text)
            if isinstance(text, str)
            else text
        )
        for name, text in app.files.items()
    }
    with project(files) as folder:
        # The host's own limit, where nothing else is expected: computers may be busy.
        limit = "3" if app in MORE else "20"
        report = check_soon(folder, "--time-limit", limit, *app.options)
        expected = foretold(report)
        result, log = fate(folder, report["entry"], hangs=expected == SILENCE)
    return expected, result, f"{report}\n{log}"


class ServerTest(unittest.TestCase):
    """What needs a server."""

    def setUp(self) -> None:
        if not SERVER.exists() or not Path("/proc/self/environ").exists():
            self.miss("these tests need pyuwsgi, and Linux")

    def miss(self, reason: str) -> None:
        if os.environ.get("CI") == "true":
            self.fail(reason)
        self.skipTest(reason)


class TableTest(ServerTest):
    """Each app of the table on the server; the tests of single apps are added below."""

    apps: ClassVar[dict[str, App]] = {}

    def judge(self) -> None:
        app = self.apps[self._testMethodName]
        if not _is_installed(app):
            self.miss(f"{app.framework} is not installed")
        expected, result, facts = look(app)
        self.assertEqual(result, expected, facts)

    def test_rules(self) -> None:
        """Every rule about serving, forking and loading was put to the proof."""
        proved = {
            rule
            for app in self.apps.values()
            for rule, _, _ in app.expected(loaded=True)
        }
        self.assertEqual(proved, set(FORETOLD))


def _is_installed(app: App) -> bool:
    return not app.framework or importlib.util.find_spec(app.framework) is not None


def _add(app: App) -> None:
    name = "test_app_" + "".join(c if c.isalnum() else "_" for c in app.name)
    TableTest.apps[name] = app
    setattr(TableTest, name, TableTest.judge)


for _app in (*GOOD, *BAD, *MORE):
    _rules = {rule for rule, _, _ in _app.expected(loaded=True)}
    _is_here = not any("/home/" in str(text) for text in _app.files.values())
    _is_apart = _app.name in BINDS_ONLY | FORKS | RAISES
    if _is_here and _rules <= set(FORETOLD) and not _is_apart:
        _add(_app)


class ConsequenceTest(ServerTest):
    """What a warning means is what happens: these apps tell by themselves."""

    @contextlib.contextmanager
    def serving(self, source: str, rule: str) -> Iterator[Server]:
        """Serve an app of which the checker finds only this, at the marked line."""
        marked = app("", "", source)
        with project(marked.files) as folder:
            limit = "3" if rule == "error-response" else "20"
            report = check(folder, "--time-limit", limit)
            found = [(f["rule"], f["file"], f["line"]) for f in report["findings"]]
            self.assertEqual(found, marked.expected(loaded=True), report)
            self.assertEqual({name for name, _, _ in found}, {rule} - {""})
            with served(folder, "wsgi.py") as server:
                yield server

    def test_good(self) -> None:
        """A good app is loaded once, and answers in both workers."""
        source = "import os\nimport time\n\nloaded = os.getpid()\n\n"
        source += "\ndef reply(path):\n    time.sleep(0.2)\n"
        source += "    return f'{loaded} {os.getpid()}'\n"
        with self.serving(source + REPLY, "") as server:
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(server.visit, ["/"] * 8))
            pids = [body.split() for _, body in answers]
            self.assertEqual({loaded for loaded, _ in pids}, {pids[0][0]}, server.log())
            self.assertEqual(len({worker for _, worker in pids}), 2, server.log())
            self.assertNotIn(pids[0][0], {worker for _, worker in pids})
            self.assertEqual(server.log().count("wrapper: imported"), 1)

    def test_thread(self) -> None:
        """No worker has the thread, and what it should do is never done."""
        source = """import threading
import time

ticks = [0]


def tick():
    while True:
        ticks[0] += 1
        time.sleep(0.01)


threading.Thread(target=tick, daemon=True).start()  # <- thread-at-import
while not ticks[0]:
    time.sleep(0.01)


def reply(path):
    before = ticks[0]
    time.sleep(0.5)
    return f"{before > 0} {ticks[0] - before}"
"""
        with self.serving(source + REPLY, "thread-at-import") as server:
            for _ in range(2):
                self.assertEqual(server.visit("/"), (ANSWER, b"True 0"), server.log())

    def test_process(self) -> None:
        """The process is there, but no worker's own: none can wait for it."""
        source = """import os
import subprocess
import sys

process = subprocess.Popen(  # <- process-at-import
    [sys.executable, "-c", "import time; time.sleep(60)"]
)


def reply(path):
    os.kill(process.pid, 0)
    try:
        os.waitpid(process.pid, os.WNOHANG)
    except ChildProcessError:
        return "not mine"
    return "mine"
"""
        with self.serving(source + REPLY, "process-at-import") as server:
            for _ in range(2):
                self.assertEqual(server.visit("/"), (ANSWER, b"not mine"), server.log())

    def test_fork(self) -> None:
        """Both processes go on with the import, and there are two servers in one."""
        source = PLAIN + "import os\nos.fork()  # <- process-at-import\n"
        with self.serving(source, "process-at-import") as server:
            deadline = time.monotonic() + 30
            while server.log().count("wrapper: imported") < 2:
                self.assertLess(time.monotonic(), deadline, server.log())
                time.sleep(0.05)
            self.assertEqual(server.log().count("wrapper: importing"), 1)

    def test_loop(self) -> None:
        """The workers share the loop: one of them wakes the other up."""
        source = """import asyncio

loop = asyncio.new_event_loop()  # <- loop-at-import


def reply(path):
    if path == "/wait":
        return "woken" if loop._selector.select(8) else "left alone"
    if path == "/wake":
        loop._write_to_self()
    return "done"
"""
        with self.serving(source + REPLY, "loop-at-import") as server:
            server.visit("/")
            with contextlib.closing(server.begin("/wait", 30)) as waiting:
                time.sleep(0.5)
                self.assertEqual(server.visit("/wake"), (ANSWER, b"done"))
                self.assertEqual(waiting.getresponse().read(), b"woken", server.log())

    def test_push(self) -> None:
        """Each visitor that listens takes one worker away."""
        source = """import time


def application(environ, start_response):
    is_stream = environ["PATH_INFO"] == "/events"
    start_response(
        "200 OK",
        [("Content-Type", "text/event-stream")],  # <- push
    )
    yield b"data: 1\\n\\n"
    while is_stream:
        time.sleep(0.1)
        yield b"data: 2\\n\\n"
"""
        with self.serving(source, "push") as server:
            self.assertEqual(server.visit("/")[0], ANSWER)
            with contextlib.ExitStack() as stack:
                for _ in range(2):
                    listening = server.begin("/events", 30)
                    stack.callback(listening.close)
                    stack.enter_context(listening.getresponse())
                self.assertEqual(server.visit("/", hangs=True)[0], SILENCE)

    def test_request_that_does_not_end(self) -> None:
        """The worker is ended, the visitor gets nothing, and the next one an answer."""
        source = """import time


def application(environ, start_response):
    if environ["PATH_INFO"] == "/":
        time.sleep(1000)  # <~ error-response
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
        with self.serving(source, "error-response") as server:
            self.assertEqual(server.visit("/"), (SILENCE, b""))
            self.assertIn("HARAKIRI", server.log())
            self.assertEqual(server.visit("/more"), (ANSWER, b"hello"))

    def test_bound(self) -> None:
        """A port that is only bound is no matter to uWSGI itself."""
        names = {app.name for app in GOOD + BAD}
        self.assertLessEqual(BINDS_ONLY | FORKS | RAISES, names)
        for bound in BAD:
            if bound.name in BINDS_ONLY:
                with self.subTest(bound.name):
                    if not _is_installed(bound):
                        self.miss(f"{bound.framework} is not installed")
                    with project(bound.files) as folder:
                        result, log = fate(folder, "wsgi.py", hangs=False)
                    self.assertEqual(result, ANSWER, log)


if __name__ == "__main__":
    unittest.main()
