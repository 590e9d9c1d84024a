#!/usr/bin/env python3
"""Measure the WSGI adapter of a `tornado` project, each table in one run.

    python3 Benchmarks/tornado_adapter.py [--project DIR | --pa-new PATH]

1. In-process, on Python 3.13 and 3.11: the CPU time of a request to a synchronous handler,
   in microseconds, for a bare request and for a real one (13 headers, a cookie, a query).
   `adapter` is the project's adapter with the pinned Tornado, and `old` the adapter that
   was part of Tornado 5.1.1. They run in two processes, which take turns in rounds. `alone`
   is the pinned Tornado alone, as its own server uses it: its delegates are called inside a
   running event loop, with a connection that discards everything. `least` is a minimal
   WSGI adapter for the pinned Tornado, which does less than a real one must: it runs the
   one step of the handler directly, without a task, and does not check, stream or wait.
2. On servers: requests per second, measured by `wrk`, for uWSGI with one worker and for
   Tornado's own HTTP server with one process, with the same application.

Python 3.11 is the newest one whose pip installs Tornado 5.1.1. The files run on 3.13, too,
with the aliases that `collections` lost in 3.10; no compiled part of them is used. Packages
are installed into `.build/benchmarks/`.
`tornado_rounds.py` is the code that runs in the measured processes.

The exit code is 1 if the adapter takes more than 1.30 times the time of Tornado 5.1.1's for a
bare request, or 1.20 times for a real one, or if uWSGI answers fewer than 1.4 times the
requests of Tornado's server; 2 if something needed is missing.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import figures
from python_handler import generate

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "Benchmarks" / "tornado_rounds.py"
OLD_PYTHON = "3.11"
PYTHONS = ("3.13", "3.11")
OLD = ["tornado==5.1.1", "setuptools==80.9.0"]
UWSGI = "pyuwsgi==2.0.30"
ROUNDS = 30
TARGETS = {"bare": 1.30, "real": 1.20}  # times the time of Tornado 5.1.1's adapter
SERVER_TARGET = 1.4  # times the requests of Tornado's own server
WRK = ["-t1", "-c8", "-HConnection: close"]
WRK_ROUNDS = 3
WRK_SECONDS = 3


def find_python(version: str) -> str:
    """Return an interpreter for the measurements."""
    pyenv = Path.home() / ".pyenv" / "versions"
    found = [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python3"))]
    # pyenv's shims are on PATH for versions, too, that are not the chosen one.
    for program in [*found, shutil.which(f"python{version}")]:
        if program is not None:
            return program
    print(f"needs Python {version}: on PATH, or in pyenv", file=sys.stderr)
    sys.exit(2)


def environment(python: str, name: str, *installs: list[str]) -> Path:
    """Return the interpreter of a virtual environment, which is created once.

    :param installs: the packages that pip installs, one command after the other.
    """
    folder = ROOT / ".build" / "benchmarks" / f"venv-{name}"
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != repr(installs):
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        for words in installs:
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            options = ["--disable-pip-version-check"]
            subprocess.run([*pip, *options, *words], check=True)
        stamp.write_text(repr(installs))
    return folder / "bin" / "python"


def compare_in_process(
    version: str,
    environments: tuple[str, Path, Path],
    project: Path,
    rounds: int,
    results: figures.Figures,
) -> None:
    """Print the first table for one Python, and add its figures.

    :param environments: an interpreter without packages, for Tornado 5.1.1, that of an
        environment with the pinned Tornado, and the folder with Tornado 5.1.1.
    """
    python, new, old = environments
    commands: dict[str, list[Any]] = {
        "old": [python, MEASURED, "old", "--packages", old],
        "adapter": [new, MEASURED, "adapter", "--project", project],
        "alone": [new, MEASURED, "alone"],
        "least": [new, MEASURED, "least"],
    }
    workers = {
        kind: subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for kind, command in commands.items()
    }
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds + 2):
        for request in TARGETS:
            for kind, worker in workers.items():
                assert worker.stdin is not None
                assert worker.stdout is not None
                worker.stdin.write(request + "\n")
                worker.stdin.flush()
                time_of_round = float(worker.stdout.readline())
                times.setdefault((kind, request), []).append(time_of_round)
    for worker in workers.values():
        worker.communicate()
    print(f"\n{f'Python {version}, in process':<22}", end="")
    print("".join(f"{f'{request} us':>10}{'ratio':>8}" for request in TARGETS))
    ratios: dict[tuple[str, str], float] = {}
    for kind in commands:
        line = f"{kind:<22}"
        for request in TARGETS:
            # The first two rounds are the warm-up. Ratios are computed for each round.
            ours, theirs = times[kind, request][2:], times["old", request][2:]
            ratios[kind, request] = median(a / b for a, b in zip(ours, theirs))
            line += f"{median(ours):>10.1f}{ratios[kind, request]:>8.2f}"
        print(line)
    for request, target in TARGETS.items():
        met = results.add(
            f"a {request} request through Tornado's adapter, Python {version}",
            median(times["adapter", request][2:]),
            "µs",
            peer=("tornado 5.1.1", median(times["old", request][2:])),
            at_most=target,
            ratio=ratios["adapter", request],
        )
        if not met:
            print(
                f"target missed for the {request} request: at most {target:.2f} wanted"
            )


@contextmanager
def running(command: list[Any], port: int | None) -> Iterator[int]:
    """Run a server, wait until it answers, and yield its port."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = port or int(server.stdout.readline())
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield port
        finally:
            server.kill()


def requests_per_second(wrk: str, port: int) -> float:
    """Return the result of wrk, or stop if a response was wrong."""
    command = [wrk, *WRK, f"-d{WRK_SECONDS}", f"http://127.0.0.1:{port}/"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(done.stdout)
    [number] = re.findall(r"Requests/sec:\s*([0-9.]+)", done.stdout)
    return float(number)


def compare_on_servers(python: Path, project: Path, results: figures.Figures) -> None:
    """Print the second table, and add its figure."""
    wrk = shutil.which("wrk")
    if wrk is None:
        print("needs wrk: apt-get install -y wrk", file=sys.stderr)
        sys.exit(2)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        entry = Path(folder, "entry.py")
        here = str(Path(__file__).resolve().parent)
        entry.write_text(
            f"import sys; sys.path[:0] = [{here!r}, {str(project)!r}]\n"
            "from tornado_rounds import make_application\n"
            f"from {project.name}.tornado_wsgi import WSGIAdapter\n"
            "application = WSGIAdapter(make_application(), xheaders=True)\n"
        )
        free.close()
        options = ["--master", "--processes=1", "--need-app", "--die-on-term"]
        options += [f"--wsgi-file={entry}", f"--http-socket=127.0.0.1:{port}"]
        # uWSGI's worker closes each connection after the response, because nginx opens a
        # new one for each request. wrk requests this from both servers, as nginx does.
        options += ["--disable-logging", "--add-header", "Connection: close"]
        options += [f"--logto2={Path(folder, 'uwsgi.log')}"]
        uwsgi = [python.parent / "uwsgi", *options]
        tornado = [python, MEASURED, "server"]
        with running(uwsgi, port), running(tornado, None) as other:
            pairs = [
                (requests_per_second(wrk, port), requests_per_second(wrk, other))
                for _ in range(WRK_ROUNDS)
            ]
    ours, theirs = (median(column) for column in zip(*pairs))
    ratio = median(a / b for a, b in pairs)
    print(f"\n{'wrk ' + ' '.join(WRK):<38}{'requests/s':>10}{'ratio':>10}")
    print(f"{'Tornado HTTPServer, one process':<38}{theirs:>10.0f}{1:>10.2f}")
    print(f"{'uWSGI, one worker, tornado_wsgi':<38}{ours:>10.0f}{ratio:>10.2f}")
    if ratio < SERVER_TARGET:
        print(f"target missed: at least {SERVER_TARGET} wanted")
    results.add(
        "a request to uWSGI with Tornado's adapter",
        1e6 / ours,
        "µs",
        peer=("Tornado's own server", 1e6 / theirs),
        at_least=SERVER_TARGET,
        ratio=ratio,
    )


def main() -> int:
    """Prepare the environments and compare."""
    parser = argparse.ArgumentParser(description="Measure the tornado adapter.")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--project", type=Path, help="a generated tornado project")
    source.add_argument("--pa-new", type=Path, help="the pa-new to generate one with")
    figures.add_options(parser, ROUNDS)
    arguments = parser.parse_args()
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    old_python = find_python(OLD_PYTHON)
    old = environment(old_python, "old", OLD[1:], ["--no-build-isolation", OLD[0]])
    [packages] = old.parent.parent.glob("lib/python*/site-packages")
    results = figures.Figures()
    with tempfile.TemporaryDirectory() as folder:
        project = arguments.project or generate(
            arguments.pa_new, Path(folder), "tornado"
        )
        project = project.resolve()
        lines = (project / "requirements.txt").read_text().split("\n")
        for version in PYTHONS:
            python = find_python(version)
            new = environment(python, f"{version}-new", [*filter(None, lines), UWSGI])
            places = (python, new, packages)
            compare_in_process(version, places, project, arguments.rounds, results)
        results.write(arguments.json)
        compare_on_servers(new, project, results)
    results.write(arguments.json)
    return 0 if results.are_met else 1


if __name__ == "__main__":
    sys.exit(main())
