#!/usr/bin/env python3
"""Measure handlers in Swift against handlers in Python, in one process and one run.

    python3 Benchmarks/swift_handler.py [--pa-new PATH]

`pa-new` generates a `handler` project in each language, and the one in Swift is built.
A bare WSGI function, Falcon, Bottle, Flask and both projects have the same three routes:
a greeting, a small object as JSON, and the sum of 10,000 numbers in the body of the
request. The frameworks are installed into a separate virtual environment under
`.build/benchmarks/`. All applications are called as a server calls them: with a new
environ for each request, and the response is iterated and closed. CPU time is measured.
The applications take turns in rounds, so that a slow moment of the machine affects all.

The column "empty" is the entry file of the project in Swift with an empty library in C
behind it, which gives the greeting to each request: what Python takes alone.

The exit code is 1 if Swift is not faster than Bottle on the greeting and on JSON, takes
more than 1.5 times as long as the empty library on the greeting, or is not ten times as
fast as Python's own expression for the sum.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import importlib
import importlib.util
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import figures
from python_handler import Application, benchmark_python, call, generate, make_environ

ROOT = Path(__file__).resolve().parent.parent
FRAMEWORKS = ["falcon==4.4.0", "bottle==0.13.4", "flask==3.1.2"]
ROUNDS = 60
REQUESTS = {"/": 500, "/json": 500, "/sum": 20}  # in each round
GREETING = "Hello from handler"
ITEM = {"id": 42, "name": "tea", "price": 2.5, "tags": ["green", "loose"]}
BODY = " ".join(
    str(n) for n in random.Random(1).choices(range(10**6), k=10_000)
).encode()

HANDLERS = """
struct MainHandler: RequestHandler {
  let request: Request

  func get() -> Response { Response("Hello from handler") }
}

struct Item: Encodable {
  let id: Int
  let name: String
  let price: Double
  let tags: [String]
}

struct ItemHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    try Response(json: Item(id: 42, name: "tea", price: 2.5, tags: ["green", "loose"]))
  }
}

struct SumHandler: RequestHandler {
  let request: Request

  func post() -> Response {
    var sum = 0
    var number = 0
    for byte in request.body {
      if (0x30...0x39).contains(byte) {
        number = 10 * number + Int(byte - 0x30)
      } else {
        sum += number
        number = 0
      }
    }
    return Response(String(sum + number))
  }
}
"""

ROUTES = """
let routes = [
  Route("/", get: MainHandler.get),
  Route("/json", get: ItemHandler.get),
  Route("/sum", post: SumHandler.post, checksCSRF: false),
]

let application = Application(routes)
"""


def total(body: bytes) -> int:
    """Return the sum of the numbers in a body, with Python's own expression."""
    return sum(map(int, body.split()))


def bare_application() -> Application:
    """Return the routes on a bare WSGI function."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path = environ["PATH_INFO"]
        kind = "text/plain; charset=utf-8"
        if path == "/":
            body = GREETING.encode()
        elif path == "/json":
            body, kind = json.dumps(ITEM).encode(), "application/json"
        else:
            size = int(environ["CONTENT_LENGTH"])
            body = str(total(environ["wsgi.input"].read(size))).encode()
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [body]

    return application


def falcon_application() -> Application:
    """Return the routes on Falcon, as its documentation writes them."""
    falcon = importlib.import_module("falcon")

    class Main:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.text = GREETING

    class Item:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.media = ITEM

    class Sum:
        def on_post(self, req: Any, resp: Any) -> None:
            resp.text = str(total(req.bounded_stream.read()))

    application: Application = falcon.App()
    for path, resource in (("/", Main()), ("/json", Item()), ("/sum", Sum())):
        application.add_route(path, resource)  # type: ignore[attr-defined]
    return application


def bottle_application() -> Application:
    """Return the routes on Bottle, as its documentation writes them."""
    bottle = importlib.import_module("bottle")
    application: Application = bottle.Bottle()
    route = application.route  # type: ignore[attr-defined]
    route("/")(lambda: GREETING)
    route("/json")(lambda: ITEM)
    route("/sum", "POST")(lambda: str(total(bottle.request.body.read())))
    return application


def flask_application() -> Application:
    """Return the routes on Flask, as its documentation writes them."""
    flask = importlib.import_module("flask")
    application: Application = flask.Flask("benchmark")
    route = application.route  # type: ignore[attr-defined]
    route("/", endpoint="main")(lambda: GREETING)
    route("/json", endpoint="json")(lambda: ITEM)
    total_of_body = route("/sum", endpoint="sum", methods=["POST"])
    total_of_body(lambda: str(total(flask.request.get_data())))
    return application


def python_application(project: Path) -> Application:
    """Return the routes on the project with handlers in Python."""
    sys.path.insert(0, str(project))
    web = importlib.import_module("hello.web")

    class MainHandler(web.RequestHandler):  # type: ignore[misc, name-defined]
        def get(self) -> None:
            self.write(GREETING)

    class ItemHandler(web.RequestHandler):  # type: ignore[misc, name-defined]
        def get(self) -> None:
            self.write(ITEM)

    class SumHandler(web.RequestHandler):  # type: ignore[misc, name-defined]
        check_csrf = False  # The other applications check no token, either.

        def post(self) -> None:
            self.write(str(total(self.body)))

    routes = [("/", MainHandler), ("/json", ItemHandler), ("/sum", SumHandler)]
    application: Application = web.Application(routes)
    return application


def swift_application(project: Path) -> Application:
    """Return the routes on the project with handlers in Swift."""
    entry = project / "wsgi.py"
    spec = importlib.util.spec_from_file_location(f"wsgi_{project.parent.name}", entry)
    if spec is None or spec.loader is None:
        sys.exit(f"no wsgi.py in {project}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    application: Application = module.application
    return application


def request(path: str) -> dict[str, Any]:
    """Return the environ of the request for a route."""
    environ = make_environ(path)
    if path == "/sum":
        environ["REQUEST_METHOD"] = "POST"
        environ["CONTENT_TYPE"] = "text/plain"
        environ["CONTENT_LENGTH"] = str(len(BODY))
        environ["wsgi.input"] = io.BytesIO(BODY)
    return environ


def time_round(application: Application, path: str) -> float:
    """Return the CPU time of a request in one round, in microseconds."""
    environs = [request(path) for _ in range(REQUESTS[path])]
    gc.collect()
    start = time.process_time()
    for environ in environs:
        call(application, environ)
    return (time.process_time() - start) / len(environs) * 1e6


def time_expression() -> float:
    """Return the CPU time of Python's own expression, in microseconds."""
    start = time.process_time()
    for _ in range(REQUESTS["/sum"]):
        total(BODY)
    return (time.process_time() - start) / REQUESTS["/sum"] * 1e6


def check(applications: dict[str, Application]) -> None:
    """Stop the program if two applications give different responses."""
    expected = {"/": GREETING, "/json": ITEM, "/sum": str(total(BODY))}
    for name, application in applications.items():
        for path, value in expected.items():
            if name == "empty" and path != "/":
                continue
            status, body = call(application, request(path))
            answer = json.loads(body) if path == "/json" else body.decode()
            if (status, answer) != ("200 OK", value):
                sys.exit(f"{name} answers {path} with {status} and {body!r}")


def measure(projects: Path, count: int, path_of_figures: Path | None) -> int:
    """Print a table of all applications, and return the exit code."""
    applications = {
        "bare": bare_application(),
        "falcon": falcon_application(),
        "bottle": bottle_application(),
        "flask": flask_application(),
        "python": python_application(projects / "python" / "hello"),
        "swift": swift_application(projects / "swift" / "hello"),
        "empty": swift_application(projects / "empty" / "hello"),
    }
    check(applications)
    print(f"Python {sys.version.split()[0]}, {', '.join(FRAMEWORKS)}")
    print(f"microseconds of CPU time per request, median of {count} rounds\n")
    print(f"{'route':<12}" + "".join(f"{name:>9}" for name in applications))
    times: dict[str, dict[str, float]] = {}
    expression: list[float] = []
    for path in REQUESTS:
        rounds: dict[str, list[float]] = {name: [] for name in applications}
        for number in range(count + 2):
            # Each round starts with a different application.
            names = [name for name in applications if name != "empty" or path == "/"]
            first = number % len(names)
            for name in names[first:] + names[:first]:
                rounds[name].append(time_round(applications[name], path))
            if path == "/sum":
                expression.append(time_expression())
        times[path] = {name: median(rest[2:]) for name, rest in rounds.items() if rest}
        cells = "".join(f"{value:>9.2f}" for value in times[path].values())
        print(f"{path:<12}{cells}", flush=True)
    own = median(expression[2:])
    print(f"\nsum(map(int, body.split())) alone: {own:.2f}\n")
    results = figures.Figures()
    results.versions = dict(framework.split("==") for framework in FRAMEWORKS)
    for path, title in (("/", "a greeting"), ("/json", "an object as JSON")):
        rival = ("bottle", times[path]["bottle"])
        title = f"{title} by a handler in Swift"
        results.add(title, times[path]["swift"], "µs", peer=rival, at_most=1)
        print(f"{path:<6} {results.figures[-1].ratio:.2f} of Bottle's time (target: 1)")
    rival = ("an empty library in C", times["/"]["empty"])
    title = "a greeting by a handler in Swift"
    results.add(title, times["/"]["swift"], "µs", peer=rival, at_most=1.5)
    print(
        f"/      {results.figures[-1].ratio:.2f} of the empty library's (target: 1.5)"
    )
    rival = ("the expression in Python", own)
    title = "the sum of 10,000 numbers in Swift"
    results.add(title, times["/sum"]["swift"], "µs", peer=rival, at_least=10)
    print(
        f"/sum   {results.figures[-1].ratio:.1f} times as fast as Python (target: 10)"
    )
    results.write(path_of_figures)
    return int(not results.are_met)


def build(project: Path, handlers: str = HANDLERS, routes: str = ROUTES) -> None:
    """Put the handlers of a benchmark into a project in Swift, and build it."""
    sources = project / "Sources" / "Hello"
    (sources / "Handlers.swift").write_text(handlers)
    (sources / "Routes.swift").write_text(routes)
    print("building the library", file=sys.stderr)
    done = subprocess.run(
        [project / "build.sh"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def build_empty(swift: Path, place: Path) -> None:
    """Make a project with the entry file of another one, and an empty library.

    :param swift: the project in Swift.
    :param place: the folder of the new project.
    """
    place.mkdir(parents=True)
    shutil.copy(swift / "wsgi.py", place)
    library = place / "libHello.so"
    source = Path(__file__).with_name("empty_library.c")
    include = swift / "Sources" / "CInterface"
    command = ["clang", "-O2", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([*command, "-I", include, "-o", library, source], check=True)
    # The last line of a library is the digest of all before it.
    contents = library.read_bytes() + b"\n"
    digest = hashlib.sha256(contents).hexdigest()
    library.write_bytes(contents + f"{digest}  libHello.so\n".encode())


def main() -> int:
    """Prepare all applications and measure them in the environment with the frameworks."""
    parser = argparse.ArgumentParser(description="Measure handlers in Swift.")
    parser.add_argument("--pa-new", type=Path, help="the pa-new to generate with")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    figures.add_options(parser, ROUNDS)
    arguments = parser.parse_args()
    if arguments.measure:
        return measure(arguments.measure, arguments.rounds, arguments.json)
    with tempfile.TemporaryDirectory() as folder:
        for language in ("python", "swift"):
            place = Path(folder, language)
            place.mkdir()
            project = generate(arguments.pa_new, place, "handler", language)
            if language == "swift":
                build(project)
                build_empty(project, Path(folder, "empty", "hello"))
        python = benchmark_python("swift", FRAMEWORKS)
        command = [str(python), __file__, "--measure", folder]
        command += figures.forwarded(arguments)
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
