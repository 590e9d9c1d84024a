"""An application under its framework's own development server: what is to be expected."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from public_apps.asking import Answer, Visitor
from public_apps.model import PublicApp

MAX_START = 60.0


class NotServed(Exception):
    """The development server does not run the application."""


def answers(app: PublicApp, folder: Path, environment: Path) -> list[Answer]:
    """Return what the development server answers, from a copy that it may write to.

    :param environment: The virtual environment with the application's packages.
    """
    variables = _variables(app, folder, environment)
    for command in app.prepare:
        _run(command, folder, variables)
    with _served(app, folder, variables) as port:
        visitor = Visitor(("127.0.0.1", port), f"127.0.0.1:{port}")
        return [visitor.ask(ask) for ask in app.asks]


def _variables(app: PublicApp, folder: Path, environment: Path) -> dict[str, str]:
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    path = f"{environment / 'bin'}:{os.environ['PATH']}"
    return {"HOME": str(home), "PATH": path, "PYTHONUNBUFFERED": "1", **app.environment}


def _run(command: str, folder: Path, variables: dict[str, str]) -> None:
    done = subprocess.run(
        ["sh", "-ec", command],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise NotServed(
            f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        )


@contextlib.contextmanager
def _served(app: PublicApp, folder: Path, variables: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            ["sh", "-c", app.serve.replace("{port}", str(port))],
            cwd=folder / app.serves_in,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(process, port)
            yield port
        except Exception as problem:
            log.seek(0)
            text = log.read().decode(errors="replace")
            raise NotServed(f"{app.serve}: {problem!r}\n{text[-4000:]}") from problem
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server listens."""
    end = time.monotonic() + MAX_START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NotServed(f"it ended with exit code {process.returncode}")
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), 5),
        ):
            return
        time.sleep(0.05)
    raise NotServed(f"it did not listen within {MAX_START:.0f} seconds")
