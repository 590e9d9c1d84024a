"""Real WSGI servers on the loopback interface, for tests: uWSGI and gunicorn.

Each loads its application once and forks its workers afterwards, as PythonAnywhere does.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROGRAMS = Path(sys.executable).parent


class Server:
    """A WSGI server in a process group of its own, with its log in a file.

    :param command: the server's command, with ADDRESS for where it has to listen, or
        ``--port=PORT``.
    :param folder: the working directory.
    :param path: what to ask for to see whether it is there.
    :param environment: variables to set.
    """

    patience = 5.0  # seconds to wait for an answer

    def __init__(
        self, *command: str, folder: Path, path: str, **environment: str
    ) -> None:
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log_file = Path(self.folder.name, "log")
        address = f"127.0.0.1:{self.port}"
        words = [word.replace("ADDRESS", address) for word in command]
        words = [word.replace("--port=PORT", f"--port={self.port}") for word in words]
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / words[0], *words[1:]],
                cwd=folder,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                self.get(path)
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.kill()
                    log = self.log()
                    self.folder.cleanup()
                    raise AssertionError(f"no server:\n{log}") from None
                time.sleep(0.05)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def terminate(self) -> int:
        """Ask the server to stop, as the host does; return its exit code.

        A worker of uWSGI's misses the signal if it comes just before it waits for a
        request: seen in 7 of 120 stops on a busy machine, with an application of two
        lines. So workers that are still there are told again.
        """
        self.process.send_signal(signal.SIGTERM)
        for _ in range(5):
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.process.wait(4)
            tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            for worker in tasks.read_text().split():
                os.kill(int(worker), signal.SIGINT)
        return self.process.wait(4)

    def open(
        self, path: str, method: str = "GET", **options: Any
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=self.patience
        )
        try:
            connection.request(method, path, **options)
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise

    def get(self, path: str, method: str = "GET", **options: Any) -> tuple[int, bytes]:
        connection, response = self.open(path, method, **options)
        try:
            return response.status, response.read()
        finally:
            connection.close()

    def outcome(self, path: str) -> str:
        """Tell what becomes of a request that the server may not survive."""
        self.patience = 1.0
        try:
            status, _ = self.get(path)
            return str(status)
        except TimeoutError:
            return "no answer"
        except (OSError, http.client.HTTPException):
            return "closed"
        finally:
            self.patience = 5.0

    def json(self, path: str, method: str = "GET", **options: Any) -> Any:
        status, body = self.get(path, method, **options)
        if status != 200:
            raise AssertionError(f"{path}: {status} {body!r}\n{self.log()}")
        return json.loads(body)


def uwsgi(file: str, *options: str) -> list[str]:
    """uWSGI as the host runs it: prefork, a master, and no --enable-threads."""
    words = [
        "uwsgi",
        "--master",
        "--need-app",
        "--die-on-term",
        "--http-socket=ADDRESS",
    ]
    return [*words, f"--wsgi-file={file}", "--disable-logging", *options]


def gunicorn(module: str, *options: str) -> list[str]:
    words = ["gunicorn", "--preload", "--bind=ADDRESS", "--worker-tmp-dir=/dev/shm"]
    return [*words, "--log-level=warning", *options, f"{module}:application"]
