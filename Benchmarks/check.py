"""Measure `pa-new check` on a large project, and its overhead on small ones.

One run measures both, in CPU time and wall time. The commands take turns in rounds, and
the medians count:

- `check --no-load` of a project of 200 files that import each other, 30000 lines.
- `check` of a small app, compared with one process that only imports the entry file and
  makes one request for `/`. The apps are plain WSGI and Flask.
- `check --no-load` of a project of 4000 files, and the list of what is installed in an
  environment of 300 packages with 360000 files.

Usage, after a release build::

    swift build -c release -Xswiftc -static-executable
    python3 Benchmarks/check.py [--pa-new PATH] [--rounds N] [--python PATH]

Flask is installed into `.build/benchmarks/`. The exit code is 1 if a target is missed: at
most one second of CPU time for the large project, 0.2 for the one of many files and for
the environment, and at most 50 ms (plain) and 40 ms (Flask) of CPU time more than the
plain process for the small ones. The fastest rounds count for these: other programs can
only make a round slower.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import figures

ROOT = Path(__file__).resolve().parent.parent
HOST_PYTHON = ROOT / "HostPython"
FLASK = "flask==3.1.3"
FILES = 200
MAX_CPU = 1.0  # seconds, for the large project
MAX_ADDED = {"plain WSGI": 0.05, "Flask": 0.04}  # seconds of CPU time, for a small one
MAX_MANY = 0.2  # seconds of CPU time, for many files
MANY = {
    "check --no-load, many": "check --no-load, 4,000 files",
    "packages": "the list of 300 installed packages",
}

# The comparison: the interpreter and the app without `check`.
LOAD = """
import sys
sys.path.insert(0, sys.argv[1])
import wsgi
environ = {
    "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/", "QUERY_STRING": "",
    "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.url_scheme": "http", "wsgi.input": None, "wsgi.errors": sys.stderr,
}
answer = wsgi.application(environ, lambda status, headers, exc_info=None: print)
assert b"".join(answer) == b"hello"
"""
# Which packages have a module, as an import in the project asks for it.
PACKAGES = """
import sys
sys.path.insert(0, sys.argv[1])
from pa_new_check.installed import Installation
found = Installation([sys.argv[2]])
assert [one.key for one in found.providers("package_7.part1.module_1")] == ["package-7"]
"""
PLAIN = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
SMALL = {
    "plain WSGI": PLAIN,
    "Flask": """from flask import Flask

application = Flask(__name__)


@application.route("/")
def hello():
    return "hello"
""",
}
# PythonAnywhere does not put the project's folder on the path.
WSGI = """import sys

sys.path.insert(0, "/home/alice/large")

from app import part0
"""
# A typical file: imports, a class, functions, tables, texts.
MODULE = '''"""Number {number} of many."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

{imports}
HERE = Path(__file__).resolve().parent
LIMITS = {{"small": 10, "large": {number}, "names": ["a", "b", "c"]}}


@dataclasses.dataclass
class Record{number}:
    """One record."""

    name: str
    size: int = 0
    tags: list[str] = dataclasses.field(default_factory=list)

    def path(self) -> Path:
        return HERE / "data" / self.name

    def to_json(self) -> str:
        return json.dumps({{"name": self.name, "size": self.size, "tags": self.tags}})


'''
FUNCTION = '''def step_{number}(items: list[int], limit: int = 10) -> dict[str, int]:
    """Count what is in a list, up to a limit."""
    found: dict[str, int] = {{}}
    for place, item in enumerate(items):
        if item > limit or not item:
            continue
        key = f"{{place}}-{{item % 7}}"
        found[key] = found.get(key, 0) + item
    if os.environ.get("TRACE"):
        print("step {number}", sorted(found.items()), sep=": ")
    return {{name: count for name, count in found.items() if count < LIMITS["large"]}}


'''


@dataclass
class Times:
    """The times of one command, one for each round, in seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def install_flask(python: str) -> Path:
    """Return the interpreter of an environment with Flask, which is created once."""
    folder = ROOT / ".build" / "benchmarks" / "check"
    stamp = folder / "installed.txt"
    wanted = f"{python}\n{FLASK}"
    program = folder / "bin" / "python"
    if not stamp.is_file() or stamp.read_text() != wanted:
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        pip: list[str | Path] = [program, "-m", "pip", "install", "--quiet", FLASK]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted)
    return program


def make_large(folder: Path) -> int:
    """Write the large project and return its number of lines."""
    package = folder / "app"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    lines = 0
    count = FILES - 2
    for number in range(count):
        # The imports form a tree: each file imports two others.
        below = [n for n in (2 * number + 1, 2 * number + 2) if n < count]
        imports = "".join(
            f"from app.part{n} import Record{n}, step_{n}_0\n" for n in below
        )
        text = MODULE.format(number=number, imports=imports)
        for place in range(9):
            text += FUNCTION.format(number=f"{number}_{place}")
        (package / f"part{number}.py").write_text(text)
        lines += text.count("\n")
    (folder / "wsgi.py").write_text(WSGI + PLAIN)
    return lines


def make_many(folder: Path) -> None:
    """Write the project of many files, most of them static."""
    folder.mkdir()
    (folder / "wsgi.py").write_text(PLAIN)
    for number in range(4000):
        place = folder / "static" / f"part{number // 100}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"file{number}.js").write_text("1\n")


def make_environment(folder: Path) -> None:
    """Write the metadata of 300 packages with 1200 files each."""
    for number in range(300):
        place = folder / f"package_{number}-1.0.dist-info"
        place.mkdir(parents=True)
        lines = (
            f"package_{number}/part{n % 30}/module_{n}.py,sha256={n:043},1000\n"
            for n in range(1200)
        )
        (place / "RECORD").write_text("".join(lines))
        (place / "METADATA").write_text(f"Name: package-{number}\nVersion: 1.0\n")


def measure(
    commands: Mapping[str, list[str | Path]], rounds: int, environment: dict[str, str]
) -> dict[str, Times]:
    """Run the commands in turns, and measure each including its child processes."""
    times = {name: Times() for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.perf_counter()
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            wall = time.perf_counter() - start
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode != 0 or done.stderr:
                raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
            if turn == 0:  # the warm-up
                if "check" in name and "no problems found" not in done.stdout:
                    raise SystemExit(f"{command}: {done.stdout}")
                continue
            times[name].wall.append(wall)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            times[name].cpu.append(cpu)
    return times


def show(name: str, times: Times) -> None:
    """Print the times of one command."""
    wall, cpu = median(times.wall) * 1000, median(times.cpu) * 1000
    print(
        f"{name:34}{wall:8.1f} ms wall (fastest {min(times.wall) * 1000:.1f})"
        f"{cpu:8.1f} ms CPU"
    )


def main() -> int:
    """Measure, print the figures, and compare them with the targets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = ROOT / ".build" / "release" / "pa-new"
    parser.add_argument("--pa-new", type=Path, default=default)
    parser.add_argument("--python", default=sys.executable)
    figures.add_options(parser, 40)
    options = parser.parse_args()
    tool = options.pa_new.resolve()
    if not tool.is_file():
        parser.error(f"there is no {tool}: make it with swift build -c release")
    python = install_flask(options.python)

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve()
        check = [tool, "check", "--interpreter", python]
        lines = make_large(folder / "large")
        make_many(folder / "many")
        make_environment(folder / "packages")
        commands: dict[str, list[str | Path]] = {
            "check --no-load, large": [*check, "--no-load", folder / "large"],
            "check --no-load, many": [*check, "--no-load", folder / "many"],
            "packages": [
                python,
                "-S",
                "-c",
                PACKAGES,
                HOST_PYTHON,
                folder / "packages",
            ],
        }
        for name, source in SMALL.items():
            place = folder / name
            place.mkdir()
            (place / "wsgi.py").write_text(source)
            commands[name] = [python, "-B", "-c", LOAD, place]
            commands[f"check, {name}"] = [*check, place]
        # The home folder is new, so the warm-up fills the cache.
        environment = {**os.environ, "HOME": scratch, "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("XDG_CACHE_HOME", None)
        times = measure(commands, options.rounds, environment)

    print(f"{python}, median of {options.rounds} rounds; {FILES} files, {lines} lines")
    for name, taken in times.items():
        show(name, taken)
    cpu = median(times["check --no-load, large"].cpu)
    results = figures.Figures()
    results.versions = dict([FLASK.split("==")])
    results.add("check --no-load, 200 files: CPU time", cpu, "s", at_most=MAX_CPU)
    print(f"the large project: {cpu:.2f} s CPU (target: under {MAX_CPU:g} s)")
    for name, title in MANY.items():
        cpu = min(times[name].cpu)
        results.add(f"{title}: CPU time", cpu, "s", at_most=MAX_MANY)
        print(f"{name}: {cpu:.2f} s CPU (target: under {MAX_MANY:g} s)")
    for name, limit in MAX_ADDED.items():
        own, checked = times[name], times[f"check, {name}"]
        wall = min(checked.wall) - min(own.wall)
        cpu = min(checked.cpu) - min(own.cpu)
        title = f"check, beside the start of a {name} app: CPU time"
        results.add(title, cpu * 1000, "ms", at_most=limit * 1000)
        print(
            f"check adds to {name}: {cpu * 1000:.0f} ms CPU, {wall * 1000:.0f} ms wall, "
            f"{min(checked.cpu) / min(own.cpu):.1f} times its CPU time (target: under "
            f"{limit * 1000:g} ms CPU: {'met' if cpu < limit else 'missed'})"
        )
    results.write(options.json)
    return 0 if results.are_met else 1


if __name__ == "__main__":
    sys.exit(main())
