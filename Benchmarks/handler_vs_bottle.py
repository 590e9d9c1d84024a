#!/usr/bin/env python3
"""Measure a `handler` project against Bottle, in one process and one run.

    python3 Benchmarks/handler_vs_bottle.py [--project DIR | --pa-new PATH]

Without a project, `pa-new` generates one. Bottle is installed into a separate virtual
environment under `.build/benchmarks/`. Both applications have the same two routes and are
called as a server calls them: with a new environ for each request, and the response is
iterated and closed. They take turns in rounds, so that a slow moment of the machine
affects both.

The exit code is 1 if handler is slower than Bottle on the route `/`.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import io
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BOTTLE = "bottle==0.13.4"
ROUNDS = 60
REQUESTS = 1000  # in each round

Application = Callable[..., Any]


def make_environ(path: str) -> dict[str, Any]:
    """Return the environ of one GET request, as uWSGI behind nginx creates it."""
    return {
        "REQUEST_METHOD": "GET",
        "REQUEST_URI": path,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": "",
        "SERVER_NAME": "user.pythonanywhere.com",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.0.0.1",
        "HTTP_HOST": "user.pythonanywhere.com",
        "HTTP_X_REAL_IP": "203.0.113.7",
        "HTTP_USER_AGENT": "Mozilla/5.0",
        "HTTP_ACCEPT": "text/html,*/*;q=0.8",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def call(application: Application, environ: dict[str, Any]) -> tuple[str, bytes]:
    """Make one request as a server does, and return the status line and the body."""
    status_line = ""

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        nonlocal status_line
        status_line = status
        return lambda data: None

    chunks = application(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return status_line, body


def time_round(application: Application, path: str) -> float:
    """Return the time of a request in one round, in microseconds."""
    environs = [make_environ(path) for _ in range(REQUESTS)]
    gc.collect()
    start = time.perf_counter()
    for environ in environs:
        call(application, environ)
    return (time.perf_counter() - start) / REQUESTS * 1e6


def handler_application(project: Path) -> Application:
    """Return two routes: the project's own handler for `/`, and an item handler."""
    [routes_file] = project.glob("*/routes.py")
    package = routes_file.parent.name
    sys.path.insert(0, str(project))
    sys.dont_write_bytecode = True
    web = importlib.import_module(f"{package}.web")
    handlers = importlib.import_module(f"{package}.handlers")

    class ItemHandler(web.RequestHandler):  # type: ignore[misc, name-defined]
        def get(self, id: str) -> None:
            self.write({"id": id})

    routes = [(r"/", handlers.MainHandler), (r"/items/(?P<id>\d+)", ItemHandler)]
    application: Application = web.Application(routes)
    return application


def bottle_application(greeting: str) -> Application:
    """Return the same two routes on Bottle, as its documentation writes them."""
    bottle = importlib.import_module("bottle")
    application: Application = bottle.Bottle()

    @application.route("/")  # type: ignore[attr-defined, untyped-decorator]
    def main() -> str:
        return greeting

    @application.route(r"/items/<id:re:\d+>")  # type: ignore[attr-defined, untyped-decorator]
    def item(id: str) -> dict[str, str]:
        return {"id": id}

    return application


def measure(project: Path) -> int:
    """Print a table of both applications, and return the exit code."""
    handler = handler_application(project)
    greeting = call(handler, make_environ("/"))[1].decode()
    bottle = bottle_application(greeting)
    print(f"Python {sys.version.split()[0]}, {BOTTLE}, microseconds per request")
    print(f"median of {ROUNDS} rounds of {REQUESTS} requests, alternating\n")
    print(f"{'route':<12}{'handler':>9}{'bottle':>9}{'ratio':>8}")
    ratios = {}
    for path in ("/", "/items/42"):
        answers = [call(app, make_environ(path)) for app in (handler, bottle)]
        if answers[0] != answers[1] or answers[0][0] != "200 OK":
            sys.exit(f"the answers to {path} differ: {answers}")
        times: list[tuple[float, float]] = []
        for number in range(ROUNDS + 2):
            if number % 2:
                pair = time_round(handler, path), time_round(bottle, path)
            else:
                second = time_round(bottle, path)
                pair = time_round(handler, path), second
            times.append(pair)
        ours, theirs = (median(column) for column in zip(*times[2:]))
        ratios[path] = ours / theirs
        print(f"{path:<12}{ours:>9.2f}{theirs:>9.2f}{ratios[path]:>8.2f}")
    return int(ratios["/"] > 1)


def bottle_python() -> Path:
    """Return the interpreter of the environment with Bottle, which is created once."""
    version = "{}.{}".format(*sys.version_info)
    folder = ROOT / ".build" / "benchmarks" / f"venv-{version}"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", BOTTLE]
        + ["--disable-pip-version-check"],
        check=True,
    )
    return python


def generate(
    pa_new: Path | None,
    folder: Path,
    framework: str = "handler",
    language: str = "python",
) -> Path:
    """Return the folder of a project that `pa-new` generates.

    :param pa_new: the program; None for the one that `swift build` made.
    :param folder: the parent folder of the project.
    :param framework: the framework of the project.
    :param language: the language of its handlers.
    """
    built = [ROOT / ".build" / kind / "pa-new" for kind in ("release", "debug")]
    program = next((path for path in [pa_new, *built] if path and path.exists()), None)
    if program is None:
        sys.exit("no pa-new: run `swift build -c release`, or name a --project")
    subprocess.run(
        [program, "hello", "--framework", framework, "--language", language]
        + ["--output", folder],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    return folder / "hello"


def main() -> int:
    """Prepare both applications and measure them in the environment with Bottle."""
    parser = argparse.ArgumentParser(description="Measure handler against Bottle.")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--project", type=Path, help="a generated handler project")
    source.add_argument("--pa-new", type=Path, help="the pa-new to generate one with")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        return measure(arguments.project)
    with tempfile.TemporaryDirectory() as folder:
        project = arguments.project or generate(arguments.pa_new, Path(folder))
        command = [bottle_python(), __file__, "--measure", "--project", project]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
