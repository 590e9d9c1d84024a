#!/usr/bin/env python3
"""Measure a `handler` project against Falcon and Bottle, in one process and one run.

    python3 Benchmarks/python_handler.py [--project DIR | --pa-new PATH]

Without a project, `pa-new` generates one. The frameworks are installed into a separate
virtual environment under `.build/benchmarks/`, Falcon with its compiled parts. All
applications have the same two routes and are called as a server calls them: with a new
environ for each request, and the response is iterated and closed. CPU time is measured.
The applications take turns in rounds, so that a slow moment of the machine affects all.

The exit code is 1 if handler takes longer than Bottle, or more than 1.5 times as long as
Falcon, on the route `/`.
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

import figures

ROOT = Path(__file__).resolve().parent.parent
FRAMEWORKS = ["falcon==4.4.0", "bottle==0.13.4"]
ROUNDS = 60
TARGETS = {"falcon": 1.5, "bottle": 1.0}
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
    start = time.process_time()
    for environ in environs:
        call(application, environ)
    return (time.process_time() - start) / REQUESTS * 1e6


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


def falcon_application(greeting: str) -> Application:
    """Return the same two routes on Falcon, as its documentation writes them."""
    falcon = importlib.import_module("falcon")

    class Main:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.text = greeting

    class Item:
        def on_get(self, req: Any, resp: Any, id: int) -> None:
            resp.media = {"id": str(id)}

    application: Application = falcon.App()
    application.add_route("/", Main())  # type: ignore[attr-defined]
    application.add_route("/items/{id:int}", Item())  # type: ignore[attr-defined]
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


def measure(project: Path, count: int, path_of_figures: Path | None) -> int:
    """Print a table of all applications, and return the exit code."""
    handler = handler_application(project)
    greeting = call(handler, make_environ("/"))[1].decode()
    applications = {
        "handler": handler,
        "falcon": falcon_application(greeting),
        "bottle": bottle_application(greeting),
    }
    names = list(applications)
    print(f"Python {sys.version.split()[0]}, {', '.join(FRAMEWORKS)}")
    print(f"microseconds of CPU time per request, median of {count} rounds\n")
    print(f"{'route':<12}" + "".join(f"{name:>9}" for name in names))
    results = figures.Figures()
    results.versions = dict(framework.split("==") for framework in FRAMEWORKS)
    for path in ("/", "/items/42"):
        answers = [call(app, make_environ(path)) for app in applications.values()]
        if any(answer != ("200 OK", answers[0][1]) for answer in answers):
            sys.exit(f"the answers to {path} differ: {answers}")
        rounds: dict[str, list[float]] = {name: [] for name in names}
        for number in range(count + 2):
            # Each round starts with a different application.
            first = number % len(names)
            for name in names[first:] + names[:first]:
                rounds[name].append(time_round(applications[name], path))
        times = {name: median(values[2:]) for name, values in rounds.items()}
        cells = "".join(f"{value:>9.2f}" for value in times.values())
        print(f"{path:<12}{cells}", flush=True)
        if path == "/":
            for name, limit in TARGETS.items():
                rival = (name, times[name])
                title = "a request to a handler in Python"
                results.add(title, times["handler"], "µs", peer=rival, at_most=limit)
    results.write(path_of_figures)
    print()
    for figure in results.figures:
        print(
            f"/ takes {figure.ratio:.2f} of the time of {figure.peer}"
            f" (target: at most {figure.target:g})"
        )
    return int(not results.are_met)


def benchmark_python(name: str, packages: list[str]) -> Path:
    """Return the interpreter of an environment with packages, made once.

    :param name: what tells the environment from those of other benchmarks.
    """
    version = "{}.{}".format(*sys.version_info)
    folder = ROOT / ".build" / "benchmarks" / f"venv-{version}-{name}"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", *packages]
    subprocess.run([*pip, "--disable-pip-version-check"], check=True)
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
        [str(program), "hello", "--framework", framework, "--language", language]
        + ["--output", str(folder)],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    return folder / "hello"


def main() -> int:
    """Prepare all applications and measure them in the environment with the frameworks."""
    parser = argparse.ArgumentParser(description="Measure handlers in Python.")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--project", type=Path, help="a generated handler project")
    source.add_argument("--pa-new", type=Path, help="the pa-new to generate one with")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    figures.add_options(parser, ROUNDS)
    arguments = parser.parse_args()
    if arguments.measure:
        return measure(arguments.project, arguments.rounds, arguments.json)
    with tempfile.TemporaryDirectory() as folder:
        project = arguments.project or generate(arguments.pa_new, Path(folder))
        python = benchmark_python("python", FRAMEWORKS)
        command = [str(python), __file__, "--measure", "--project", str(project)]
        command += figures.forwarded(arguments)
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
