"""What a warning predicts does happen: these apps report it themselves."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import os
import sys
import time
import unittest
import unittest.mock
from collections.abc import Iterator

from apps import PLAIN, app
from server import ANSWER, SILENCE, Server, ServerTest, served
from support import check, project

FACTS = """import json
import os
import socket
import sys


def reply(path):
    if path.startswith("/exists/"):
        return str(os.path.exists(path[len("/exists/") :]))
    names = ("HOME", "USER", "PWD", "SECRET")
    facts = {
        "version": sys.version,
        "prefix": sys.prefix,
        "program": os.path.basename(sys.executable),
        "main": hasattr(sys.modules["__main__"], "__file__"),
        "name": __name__,
        "folder": os.getcwd(),
        "project": "mysite" in os.listdir("/home/alice"),
        "network": [name for _, name in socket.if_nameindex()],
        "variables": [os.environ.get(name) for name in names],
    }
    return json.dumps(facts)
"""
REPLY = """

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [reply(environ["PATH_INFO"]).encode()]
"""


class ConsequenceTest(ServerTest):
    """What a warning predicts does happen: these apps report it themselves."""

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

    def test_host(self) -> None:
        """uWSGI is a program with this Python, and everything is where the host has it."""
        with (
            unittest.mock.patch.dict(os.environ, SECRET="of this computer"),
            project({"alice_pythonanywhere_com_wsgi.py": FACTS + REPLY}) as folder,
            served(folder, "alice_pythonanywhere_com_wsgi.py") as server,
        ):
            facts = json.loads(server.visit("/").body)
            self.assertEqual(
                facts,
                {
                    "version": sys.version,
                    "prefix": sys.prefix,
                    "program": "uwsgi",
                    "main": False,
                    "name": "alice_pythonanywhere_com_wsgi",
                    "folder": "/home/alice",
                    "project": True,
                    "network": ["lo"],
                    "variables": ["/home/alice", "alice", None, None],
                },
            )
            # This computer's copy of the project is not there.
            self.assertEqual(server.visit(f"/exists/{folder}").body, b"False")
            self.assertEqual(server.visit("/exists//home/alice/mysite").body, b"True")

    def test_good(self) -> None:
        """A good app is loaded once, and answers in both workers."""
        source = "import os\nimport time\n\nloaded = os.getpid()\n\n"
        source += "\ndef reply(path):\n    time.sleep(0.2)\n"
        source += "    return f'{loaded} {os.getpid()}'\n"
        with self.serving(source + REPLY, "") as server:
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(server.visit, ["/"] * 8))
            pids = [answer.body.split() for answer in answers]
            self.assertEqual({loaded for loaded, _ in pids}, {pids[0][0]}, server.log())
            self.assertEqual(len({worker for _, worker in pids}), 2, server.log())
            self.assertNotIn(pids[0][0], {worker for _, worker in pids})
            self.assertEqual(server.log().count("wrapper: imported"), 1)

    def test_thread(self) -> None:
        """No worker has the thread, so its work is never done."""
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
                self.assertEqual(
                    server.visit("/"), (ANSWER, 200, b"True 0"), server.log()
                )

    def test_process(self) -> None:
        """The process exists, but it is no child of a worker: none can wait for it."""
        source = """import os
import subprocess

process = subprocess.Popen(["sleep", "60"])  # <- process-at-import


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
                self.assertEqual(
                    server.visit("/"), (ANSWER, 200, b"not mine"), server.log()
                )

    def test_fork(self) -> None:
        """Both processes go on with the import, and there are two servers."""
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
                self.assertEqual(server.visit("/wake"), (ANSWER, 200, b"done"))
                self.assertEqual(waiting.getresponse().read(), b"woken", server.log())

    def test_push(self) -> None:
        """Each visitor that listens keeps one worker busy."""
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
            self.assertEqual(server.visit("/").kind, ANSWER)
            with contextlib.ExitStack() as stack:
                for _ in range(2):
                    listening = server.begin("/events", 30)
                    stack.callback(listening.close)
                    stack.enter_context(listening.getresponse())
                self.assertEqual(server.visit("/", hangs=True).kind, SILENCE)

    def test_request_that_does_not_end(self) -> None:
        """The worker is ended: the visitor gets no response, and the next one gets one."""
        source = """import time


def application(environ, start_response):
    if environ["PATH_INFO"] == "/":
        time.sleep(1000)  # <~ error-response
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
        with self.serving(source, "error-response") as server:
            self.assertEqual(server.visit("/"), (SILENCE, 0, b""))
            self.assertIn("HARAKIRI", server.log())
            self.assertEqual(server.visit("/more"), (ANSWER, 200, b"hello"))


if __name__ == "__main__":
    unittest.main()
