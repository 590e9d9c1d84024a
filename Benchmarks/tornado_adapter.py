#!/usr/bin/env python3
"""Measure the WSGI adapter of a `tornado` project, each table in one run.

    python3 Benchmarks/tornado_adapter.py [--project DIR | --pa-new PATH]

1. In-process: the CPU time of a request to a synchronous handler, in microseconds.
   Row 1 is the project's adapter with the pinned Tornado, and row 2 the adapter that was
   part of Tornado 5.1.1. They run in two processes, which take turns in rounds. Row 3 is
   the pinned Tornado alone, as its own server uses it: its delegates are called inside a
   running event loop, with a connection that discards everything. It shows how much time
   the adapter adds. Row 4 is a minimal WSGI adapter for the pinned Tornado, which does
   less than a real one must: it runs the one step of the handler directly, without a
   task, and it does not check, stream or wait.
2. On servers: requests per second, measured by `wrk`, for uWSGI with one worker and for
   Tornado's own HTTP server with one process, with the same application.

Both use Python 3.11: the newest one that runs Tornado 5.1.1, if only the aliases are
restored that `collections` lost in 3.10. Packages are installed into `.build/benchmarks/`.
`tornado_rounds.py` is the code that runs in the measured processes.

The exit code is 1 if the adapter is slower than Tornado 5.1.1's, or uWSGI answers fewer
requests than Tornado's server; 2 if something needed is missing. If even the minimal
adapter takes about as long as 5.1.1's, no complete adapter can be as fast. The table then
says so, and the exit code depends on the time that our adapter adds to Tornado alone.
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

from handler_vs_bottle import generate

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "Benchmarks" / "tornado_rounds.py"
PYTHON = "3.11"
OLD = ["tornado==5.1.1", "setuptools==80.9.0"]
UWSGI = "pyuwsgi==2.0.30"
ROUNDS = 30
NO_ROOM = 0.95  # of 5.1.1's time: the minimal adapter leaves no time for more
MAX_ADDED = 50.0  # per cent that the adapter may add to Tornado alone
WRK = ["-t1", "-c8", "-HConnection: close"]
WRK_ROUNDS = 3
WRK_SECONDS = 3


def find_python() -> str:
    """Return the interpreter for the measurements."""
    pyenv = Path.home() / ".pyenv" / "versions"
    found = [str(path) for path in sorted(pyenv.glob(f"{PYTHON}.*/bin/python3"))]
    for program in [shutil.which(f"python{PYTHON}"), *found]:
        if program is not None:
            return program
    print(f"needs Python {PYTHON}: on PATH, or pyenv install {PYTHON}", file=sys.stderr)
    sys.exit(2)


def environment(python: str, name: str, *installs: list[str]) -> Path:
    """Return the interpreter of a virtual environment, which is created once.

    :param installs: the packages that pip installs, one command after the other.
    """
    folder = ROOT / ".build" / "benchmarks" / f"venv-{PYTHON}-{name}"
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != repr(installs):
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        for words in installs:
            pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
            options = ["--disable-pip-version-check"]
            subprocess.run([*pip, *options, *words], check=True)
        stamp.write_text(repr(installs))
    return folder / "bin" / "python"


def compare_in_process(new: Path, old: Path, project: Path) -> bool:
    """Print the first table, and return whether its target is met."""
    kinds = {"adapter": new, "old": old, "alone": new, "bare": new}
    workers = {
        kind: subprocess.Popen(
            [python, MEASURED, kind, "--project", project],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for kind, python in kinds.items()
    }
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(ROUNDS + 2):
        for kind, worker in workers.items():
            assert worker.stdin is not None
            assert worker.stdout is not None
            worker.stdin.write("\n")
            worker.stdin.flush()
            times[kind].append(float(worker.stdout.readline()))
    for worker in workers.values():
        worker.communicate()
    # The first two rounds are the warm-up. Ratios are computed for each round.
    ours, theirs, alone, bare = (median(times[kind][2:]) for kind in kinds)
    ratio, alone_ratio, floor = (
        median(a / b for a, b in zip(times[kind][2:], times["old"][2:]))
        for kind in ("adapter", "alone", "bare")
    )
    added = median(a - b for a, b in zip(times["adapter"][2:], times["alone"][2:]))
    print(f"{'in process, synchronous handler':<38}{'us/request':>10}{'to 5.1.1':>10}")
    print(f"{'Tornado 5.1.1, its own WSGIAdapter':<38}{theirs:>10.1f}{1:>10.2f}")
    print(f"{'tornado_wsgi, pinned Tornado':<38}{ours:>10.1f}{ratio:>10.2f}")
    print(f"{'pinned Tornado alone, no adapter':<38}{alone:>10.1f}{alone_ratio:>10.2f}")
    print(f"{'pinned Tornado, the least adapter':<38}{bare:>10.1f}{floor:>10.2f}")
    share = added / alone * 100
    print(f"the adapter adds {added:.1f} us, {share:.0f} % of Tornado alone")
    if ratio <= 1:
        print("target met: no slower than Tornado 5.1.1's adapter")
        return True
    print(f"target missed: {ratio:.2f} times Tornado 5.1.1's adapter, at most 1 wanted")
    if floor < NO_ROOM:
        return False
    print(f"the least that an adapter can do, and less than one may, is at {floor:.2f}")
    print(f"judged instead: the adapter may add {MAX_ADDED:g} % to Tornado alone")
    return share <= MAX_ADDED


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


def compare_on_servers(python: Path, project: Path) -> bool:
    """Print the second table, and return whether its target is met."""
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
    return ratio > 1


def main() -> int:
    """Prepare the environments and compare."""
    parser = argparse.ArgumentParser(description="Measure the tornado adapter.")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--project", type=Path, help="a generated tornado project")
    source.add_argument("--pa-new", type=Path, help="the pa-new to generate one with")
    arguments = parser.parse_args()
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    python = find_python()
    with tempfile.TemporaryDirectory() as folder:
        project = arguments.project or generate(
            arguments.pa_new, Path(folder), "tornado"
        )
        project = project.resolve()
        lines = (project / "requirements.txt").read_text().split("\n")
        new = environment(python, "new", [*filter(None, lines), UWSGI])
        old = environment(python, "old", OLD[1:], ["--no-build-isolation", OLD[0]])
        targets = [
            compare_in_process(new, old, project),
            compare_on_servers(new, project),
        ]
    return 0 if all(targets) else 1


if __name__ == "__main__":
    sys.exit(main())
