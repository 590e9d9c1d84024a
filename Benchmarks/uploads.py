#!/usr/bin/env python3
"""Measure the upload of a large file to a `handler` project: its memory and its time.

    python3 Benchmarks/uploads.py [--project DIR | --pa-new PATH] [--megabytes N]

Without a project, `pa-new` generates one. The project, Bottle, Falcon and Flask get the
same form, with a text field and one file, and read the file from its start to its end.
They are installed into a separate virtual environment under `.build/benchmarks/`. Each
request is made in a process of its own, by a call as a server makes it; the body is made
while it is read, so that it takes no memory itself. The memory is what the process needs
at most beyond what it needs for the same form with a file of one byte. The applications
take turns in rounds, so that a slow moment of the machine affects all.

Then the project gets bodies that are made to take a parser's time, of 10 megabytes each.

The exit code is 1 if the project needs more than 20 megabytes, or for a hostile body ten
times as long as Flask for an ordinary one.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import figures
from python_handler import Application, benchmark_python, call, generate, make_environ

ROOT = Path(__file__).resolve().parent.parent
FRAMEWORKS = ["bottle==0.13.4", "falcon==4.4.0", "flask==3.1.2"]
APPLICATIONS = ("handler", "bottle", "falcon", "flask")
ROUNDS = 5
MOST_MEGABYTES = 20
MOST_TIMES = 10
BOUNDARY = "b" * 70
PIECE = 64 * 1024

_HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nCat\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="cat.png"'
    "\r\nContent-Type: image/png\r\n\r\n"
).encode()
_END = f"\r\n--{BOUNDARY}--\r\n".encode()

#: What a file consists of: the first is an ordinary one, and the others are hostile.
HOSTILE = {
    "random bytes": os.urandom(PIECE),
    "nearly boundaries": b"\r\n--" + b"b" * 69,
    "starts of boundaries": b"\r\n--b",
    "returns": b"\r",
    "line breaks": b"\r\n",
    "dashes": b"-",
    "letters of the boundary": b"b",
}


class Body:
    """A stream with a form, whose file consists of repeated pieces."""

    def __init__(self, size: int, unit: bytes) -> None:
        self._piece = unit * max(PIECE // len(unit), 1)
        self._left = size
        self._buffer = _HEAD
        self.size = len(_HEAD) + size + len(_END)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, as a server does."""
        size = sys.maxsize if size < 0 else size
        while len(self._buffer) < size and self._left:
            piece = self._piece[: self._left]
            self._left -= len(piece)
            self._buffer += piece if self._left else piece + _END
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data


def drain(file: Any) -> int:
    """Read a file from its start to its end, and return its size."""
    size = 0
    while piece := file.read(PIECE):
        size += len(piece)
    return size


def handler_application(project: Path) -> Application:
    """Return the route on a project of `pa-new`."""
    [routes_file] = project.glob("*/routes.py")
    sys.path.insert(0, str(project))
    web = importlib.import_module(f"{routes_file.parent.name}.web")

    class UploadHandler(web.RequestHandler):  # type: ignore[misc, name-defined]
        check_csrf = False  # The other applications check no token, either.

        def post(self) -> None:
            size = drain(self.get_file("photo").file)
            self.write(f"{self.get_body_argument('title')} {size}")

    application: Application = web.Application(
        [("/", UploadHandler)], max_body_size=10**9
    )
    return application


def bottle_application() -> Application:
    """Return the route on Bottle."""
    bottle = importlib.import_module("bottle")
    application: Application = bottle.Bottle()

    @application.post("/")  # type: ignore[attr-defined, untyped-decorator]
    def upload() -> str:
        size = drain(bottle.request.files.get("photo").file)
        return f"{bottle.request.forms.get('title')} {size}"

    return application


def falcon_application() -> Application:
    """Return the route on Falcon, which leaves it to the app to keep the file."""
    falcon = importlib.import_module("falcon")

    class Upload:
        def on_post(self, req: Any, resp: Any) -> None:
            title, size = "", 0
            for part in req.get_media():
                if part.filename is None:
                    title = part.text
                    continue
                with tempfile.TemporaryFile() as copy:
                    shutil.copyfileobj(part.stream, copy, PIECE)
                    copy.seek(0)
                    size = drain(copy)
            resp.text = f"{title} {size}"

    app = falcon.App()
    app.add_route("/", Upload())
    application: Application = app
    return application


def flask_application() -> Application:
    """Return the route on Flask."""
    flask = importlib.import_module("flask")
    application: Application = flask.Flask("app")

    @application.post("/")  # type: ignore[attr-defined, untyped-decorator]
    def upload() -> str:
        size = drain(flask.request.files["photo"].stream)
        return f"{flask.request.form['title']} {size}"

    return application


def upload(application: Application, size: int, unit: bytes) -> float:
    """Make one request, and return its processor time in seconds."""
    body = Body(size, unit)
    environ = make_environ("/")
    environ["REQUEST_METHOD"] = "POST"
    environ["CONTENT_TYPE"] = f'multipart/form-data; boundary="{BOUNDARY}"'
    environ["CONTENT_LENGTH"] = str(body.size)
    environ["wsgi.input"] = body
    start = time.process_time()
    status, answer = call(application, environ)
    seconds = time.process_time() - start
    if (status, answer) != ("200 OK", f"Cat {size}".encode()):
        sys.exit(f"the upload failed: {status} {answer[:200]!r}")
    return seconds


def peak() -> float:
    """Return the most memory that this process has used, in megabytes."""
    unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure_one(name: str, project: Path, size: int, unit: bytes) -> None:
    """Print the megabytes and seconds of one upload, as JSON."""
    makers: dict[str, Callable[[], Application]] = {
        "handler": lambda: handler_application(project),
        "bottle": bottle_application,
        "falcon": falcon_application,
        "flask": flask_application,
    }
    application = makers[name]()
    upload(application, 1, b"x")
    before = peak()
    seconds = upload(application, size, unit)
    print(json.dumps([peak() - before, seconds]))


def measured(python: Path, *arguments: object) -> tuple[float, float]:
    """Return what `measure_one` finds in a process of its own."""
    command = [str(python), __file__, "--measure", *map(str, arguments)]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    megabytes, seconds = json.loads(finished.stdout)
    return megabytes, seconds


def compare(
    python: Path, project: Path, megabytes: int, rounds: int, results: figures.Figures
) -> None:
    """Print a table of all applications, and add the memory of the project."""
    print(f"{megabytes} megabytes, in each of {rounds} rounds: the median\n")
    print(f"{'':<26}{'megabytes':>10}{'seconds':>9}")
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in APPLICATIONS}
    for _ in range(rounds):
        for name in APPLICATIONS:
            one = measured(python, name, project, megabytes * 10**6, "random bytes")
            found[name].append(one)
    for name, pairs in found.items():
        memory, seconds = (median(column) for column in zip(*pairs))
        print(f"{name:<26}{memory:>10.1f}{seconds:>9.3f}")
    most = max(memory for memory, _ in found["handler"])
    title = f"memory for an upload of {megabytes} MB in Python"
    results.add(title, most, "MB", at_most=MOST_MEGABYTES)


def attack(python: Path, project: Path, results: figures.Figures) -> None:
    """Print a table of hostile bodies, and add the time of the slowest one."""
    print(f"\n{'10 megabytes of':<26}{'megabytes':>10}{'seconds':>9}")
    _, usual = measured(python, "flask", project, 10**7, "random bytes")
    slowest = 0.0
    for unit in HOSTILE:
        memory, seconds = measured(python, "handler", project, 10**7, unit)
        print(f"{unit:<26}{memory:>10.1f}{seconds:>9.3f}")
        slowest = max(slowest, seconds)
    rival = ("flask, an ordinary body", usual)
    title = "the slowest hostile body of 10 MB in Python"
    results.add(title, slowest, "s", peer=rival, at_most=MOST_TIMES)


def main() -> int:
    """Measure the uploads in the environment with all frameworks."""
    if sys.argv[1:2] == ["--measure"]:
        name, folder, size, unit = sys.argv[2:]
        measure_one(name, Path(folder), int(size), HOSTILE[unit])
        return 0
    parser = argparse.ArgumentParser(description="Measure uploads to handler.")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--project", type=Path, help="a generated handler project")
    source.add_argument("--pa-new", type=Path, help="the pa-new to generate one with")
    parser.add_argument("--megabytes", type=int, default=50, help="of the large file")
    figures.add_options(parser, ROUNDS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        project = arguments.project or generate(arguments.pa_new, Path(root))
        python = benchmark_python("uploads", FRAMEWORKS)
        results = figures.Figures()
        results.versions = dict(framework.split("==") for framework in FRAMEWORKS)
        compare(python, project, arguments.megabytes, arguments.rounds, results)
        attack(python, project, results)
    results.write(arguments.json)
    return int(not results.are_met)


if __name__ == "__main__":
    sys.exit(main())
