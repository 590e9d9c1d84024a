#!/usr/bin/env python3
"""Measure the pages of a `handler` project against Bottle's templates, and chevron.

    python3 Benchmarks/page_templates.py

The page has ten values, four of them with characters to escape. First each application
responds to requests for it: a handler with `render`, and a route of Bottle's with
`template`, both from a file that is read once. Then the engines alone render it, and a
list of 100 items. They take turns in rounds, so that a slow moment of the machine affects
all. Bottle compiles its templates to Python; chevron is the Mustache engine that most
projects use.

The exit code is 1 if a page takes longer than Bottle's.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
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
from python_handler import FRAMEWORKS, ROOT, benchmark_python, call, make_environ

CHEVRON = "chevron==0.14.0"
WEB = ROOT / "Templates" / "handler" / "{{package}}" / "web"
ROUNDS = 60
SECONDS = 0.02  # of each round

PAGE = "<h1>{{a0}}</h1>\n<ul>\n{rows}</ul>\n".replace(
    "{rows}", "".join(f"<li class=x>{{{{a{n}}}}}</li>\n" for n in range(1, 10))
)
VALUES = {f"a{n}": f"value <{n}>" if n % 3 == 0 else f"value {n}" for n in range(10)}
LIST = "<ul>\n{{#items}}\n<li><a href='/items/{{id}}'>{{name}}</a></li>\n{{/items}}\n</ul>\n"
BOTTLE_LIST = """<ul>
% for item in items:
<li><a href='/items/{{item["id"]}}'>{{item["name"]}}</a></li>
% end
</ul>
"""
ITEMS = {"items": [{"id": n, "name": f"item {n}"} for n in range(100)]}

Rivals = dict[str, Callable[[], Any]]


def seconds(function: Callable[[], Any], calls: int) -> float:
    """Return the time of one call, in a round of some calls."""
    gc.collect()
    start = time.process_time()
    for _ in range(calls):
        function()
    return (time.process_time() - start) / calls


def compare(title: str, rivals: Rivals, rounds: int) -> tuple[float, float]:
    """Print the times of one row, and return ours and Bottle's in microseconds."""
    [*results] = {function() for function in rivals.values()}
    if len(results) != 1:
        sys.exit(f"the results differ: {results}")
    calls = {
        name: max(1, int(SECONDS / seconds(function, 20)))
        for name, function in rivals.items()
    }
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(rounds):
        for name in sorted(rivals, reverse=bool(number % 2)):
            times[name].append(seconds(rivals[name], calls[name]))
    found = {name: median(column) * 1e6 for name, column in times.items()}
    ratio = found["handler"] / found["bottle"]
    columns = "".join(f"{found.get(name, 0):>10.2f}" for name in ("handler", "bottle"))
    chevron = f"{found['chevron']:>10.2f}" if "chevron" in found else f"{'-':>10}"
    print(f"{title:<34}{columns}{chevron}{ratio:>8.2f}")
    return found["handler"], found["bottle"]


def applications(folder: Path) -> Rivals:
    """Return a request for the page to each application."""
    (folder / "templates").mkdir()
    (folder / "templates" / "page.html").write_text(PAGE)
    (folder / "templates" / "page.tpl").write_text(PAGE)
    shutil.copytree(WEB, folder / "hello" / "web")
    web = importlib.import_module("hello.web")
    bottle = importlib.import_module("bottle")
    bottle.TEMPLATE_PATH[:] = [str(folder / "templates")]

    class MainHandler(web.RequestHandler):  # type: ignore[misc, name-defined]
        def get(self) -> None:
            self.render("page.html", **VALUES)

    site = bottle.Bottle()

    @site.route("/")  # type: ignore[untyped-decorator]
    def main() -> str:
        return str(bottle.template("page", **VALUES))

    ours = web.Application([("/", MainHandler)])
    return {
        "handler": lambda: call(ours, make_environ("/")),
        "bottle": lambda: call(site, make_environ("/")),
    }


def engines(text: str, bottle_text: str, values: dict[str, Any]) -> Rivals:
    """Return a rendering by each engine."""
    bottle = importlib.import_module("bottle").SimpleTemplate(bottle_text)
    ours = importlib.import_module("hello.web.mustache").Template(text)
    chevron = importlib.import_module("chevron")
    return {
        "handler": lambda: ours.render(values),
        "bottle": lambda: bottle.render(**values),
        "chevron": lambda: chevron.render(text, values),
    }


def measure(folder: Path, rounds: int, path: Path | None) -> int:
    """Print the table, and return the exit code."""
    sys.path.insert(0, str(folder))
    print(f"Python {sys.version.split()[0]}, {FRAMEWORKS[1]}, {CHEVRON}")
    print(f"microseconds of processor time, median of {rounds} rounds, alternating\n")
    print(f"{'':<34}{'handler':>10}{'bottle':>10}{'chevron':>10}{'ratio':>8}")
    results = figures.Figures()
    results.versions = dict([FRAMEWORKS[1].split("=="), CHEVRON.split("==")])
    for title, rivals in (
        ("a request, a page with ten values", applications(folder)),
        ("the page with ten values alone", engines(PAGE, PAGE, VALUES)),
    ):
        ours, bottle = compare(title, rivals, rounds)
        results.add(title, ours, "µs", peer=("bottle", bottle), at_most=1)
    compare("a list of 100 items alone", engines(LIST, BOTTLE_LIST, ITEMS), rounds)
    results.write(path)
    return int(not results.are_met)


def main() -> int:
    """Prepare the environment, and measure in it."""
    parser = argparse.ArgumentParser(description="Measure pages against Bottle's.")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    figures.add_options(parser, ROUNDS)
    arguments = parser.parse_args()
    if arguments.measure:
        return measure(arguments.measure, arguments.rounds, arguments.json)
    python = benchmark_python("python", FRAMEWORKS)
    words = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", CHEVRON]
    subprocess.run([*words, "--disable-pip-version-check"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [str(python), __file__, "--measure", folder]
        command += figures.forwarded(arguments)
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
