#!/usr/bin/env python3
"""Measure the adapter that serves ASGI apps on WSGI, each table in one run.

    python3 Benchmarks/asgi_adapter.py [--python VERSION]

1. In one process: the CPU time of a request through our adapter and through a2wsgi's
   `ASGIMiddleware`, with all threads: a2wsgi has one for its loop. a2wsgi's is made by the
   process that uses it: made before a fork, it answers no request.
2. On servers, with `wrk`: requests per second of uWSGI with one worker and our adapter, and
   of uvicorn with one worker. Each request has a connection of its own, as nginx makes it.

The packages are installed into `.build/benchmarks/`. `asgi_rounds.py` is the code that is
measured. The exit code is 1 if our adapter is slower than a2wsgi's with any request, and
2 if something needed is missing.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import figures

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "Benchmarks" / "asgi_rounds.py"
PACKAGES = [
    "fastapi==0.165.0; python_version >= '3.12'",
    "fastapi==0.128.8; python_version < '3.12'",
    "uvicorn==0.54.0; python_version >= '3.12'",
    "uvicorn==0.39.0; python_version < '3.12'",
    "httptools",
    "a2wsgi==1.10.10",
    "pyuwsgi==2.0.30",
]
WRK = ["-t1", "-c8", "-d3", "-HConnection: close"]
ROUNDS = 30
WRK_ROUNDS = 3


def environment(version: str) -> Path:
    """Return the interpreter of a virtual environment, which is made once."""
    pyenv = Path.home() / ".pyenv" / "versions"
    found = [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python3"))]
    python = next(filter(None, [*found, shutil.which(f"python{version}")]), None)
    if python is None:
        print(f"needs Python {version}: on PATH, or from pyenv", file=sys.stderr)
        sys.exit(2)
    folder = ROOT / ".build" / "benchmarks" / f"venv-{version}-asgi"
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != repr(PACKAGES):
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", *PACKAGES], check=True)
        stamp.write_text(repr(PACKAGES))
    return folder / "bin" / "python"


def compare_in_process(python: Path, rounds: int, results: figures.Figures) -> None:
    """Print the first table, and add its figures."""
    print(f"{'CPU us/request':<34}{'ours':>9}{'a2wsgi':>9}{'ratio':>8}")
    words = [str(python), str(MEASURED), str(rounds)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    for line in done.stdout.splitlines():
        name, pairs = json.loads(line)
        ours, theirs = (median(column) for column in zip(*pairs))
        ratio = median(a / b for a, b in pairs)
        results.add(
            f"ASGI on WSGI: {name}",
            ours,
            "µs",
            peer=("a2wsgi", theirs),
            at_most=1,
            ratio=ratio,
        )
        print(f"{name:<34}{ours:>9.1f}{theirs:>9.1f}{ratio:>8.2f}")


@contextmanager
def running(command: list[Any], port: int) -> Iterator[None]:
    """Run a server on a port."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=MEASURED.parent, **quiet) as server:
        try:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield
        finally:
            server.kill()


def requests_per_second(wrk: str, port: int, path: str) -> float:
    """Return the result of wrk, or stop if a response was wrong."""
    command = [wrk, *WRK, f"http://127.0.0.1:{port}{path}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(done.stdout)
    [number] = re.findall(r"Requests/sec:\s*([0-9.]+)", done.stdout)
    return float(number)


def compare_on_servers(python: Path) -> None:
    """Print the second table."""
    wrk = shutil.which("wrk")
    if wrk is None:
        print("needs wrk: apt-get install -y wrk", file=sys.stderr)
        sys.exit(2)
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    uwsgi = [python.parent / "uwsgi", "--master", "--processes=1", "--need-app"]
    uwsgi += ["--die-on-term", "--disable-logging", "--add-header", "Connection: close"]
    uwsgi += [f"--wsgi-file={MEASURED}", f"--http-socket=127.0.0.1:{ports[0]}"]
    uvicorn = [python, "-m", "uvicorn", "asgi_rounds:app", "--no-access-log"]
    uvicorn += ["--log-level=critical", f"--port={ports[1]}"]
    print(
        f"\n{'requests/s, wrk ' + ' '.join(WRK):<44}{'uWSGI':>8}{'uvicorn':>9}{'ratio':>7}"
    )
    with running(uwsgi, ports[0]), running(uvicorn, ports[1]):
        for path in ("/", "/def"):
            pairs = [
                [requests_per_second(wrk, port, path) for port in ports]
                for _ in range(WRK_ROUNDS)
            ]
            ours, theirs = (median(column) for column in zip(*pairs))
            ratio = median(a / b for a, b in pairs)
            print(f"FastAPI, {path:<35}{ours:>8.0f}{theirs:>9.0f}{ratio:>7.2f}")


def main() -> int:
    """Prepare the environment and compare."""
    parser = argparse.ArgumentParser(description="Measure the ASGI adapter.")
    parser.add_argument("--python", default="3.13", help="(default: 3.13)")
    figures.add_options(parser, ROUNDS)
    options = parser.parse_args()
    python = environment(options.python)
    results = figures.Figures()
    results.versions = {"a2wsgi": "1.10.10"}
    compare_in_process(python, options.rounds, results)
    results.write(options.json)
    compare_on_servers(python)
    if not results.are_met:
        print("\ntarget missed: slower than a2wsgi's adapter")
    return 0 if results.are_met else 1


if __name__ == "__main__":
    sys.exit(main())
