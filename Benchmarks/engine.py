#!/usr/bin/env python3
"""Compare the Mustache engine of this repository with swift-mustache and chevron, in one run.

    python3 Benchmarks/engine.py [--rounds N]

All engines render the same pages with the same data; if a result differs, the benchmark
fails. Only the white space before a line is not compared with chevron's, which does not
indent the lines after a partial in a partial. They take turns round after round, in CPU time, and the medians are compared. The two
in Swift run in one process (`engine/`), which is built with its packages outside of pa-new's;
chevron, the engine that most projects in Python use, in another one.

The exit code is 1 if ours does not render each page at least 10 times as fast as the others,
or does not parse it faster than swift-mustache.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import figures
from python_handler import ROOT, benchmark_python

CHEVRON = "chevron==0.14.0"
PEER = "swift-mustache 2.1.1"
NAMES = {"peer": PEER, "chevron": "chevron"}
PACKAGE = ROOT / "Benchmarks" / "engine"
ROUNDS = 9
SECONDS = 0.02  # of a round, at least
MAX_SECONDS = 6.0  # of all rounds with one page by one engine, unless it is one round
TARGETS = {"render": 10.0, "parse": 1.0}

Measurement = Callable[[], float]


def build(scratch: Path) -> Path:
    """Build the program with both engines in Swift, and return its path."""
    words = ["swift", "build", "-c", "release", "--package-path", str(PACKAGE)]
    words += ["--scratch-path", str(scratch)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    return scratch / "release" / "engine-benchmark"


def in_swift(process: subprocess.Popen[str], words: str) -> Measurement:
    """Return a measurement that the program in Swift makes."""
    if process.stdin is None or process.stdout is None:
        raise TypeError("the program has no pipes")
    question, answers = process.stdin, process.stdout

    def measurement() -> float:
        question.write(words + "\n")
        question.flush()
        return float(answers.readline())

    return measurement


def unindented(text: str) -> list[str]:
    """Return the lines of a text without white space before them."""
    return [line.lstrip(" ") for line in text.split("\n")]


def in_python(page: dict[str, Any]) -> Measurement:
    """Return a measurement of chevron with a page, which has to give the same result."""
    chevron = importlib.import_module("chevron")
    words = {"partials_dict": page["partials"], "data": page["data"]}
    result = chevron.render(page["template"], **words)
    if unindented(result) != unindented(page["result"]):
        sys.exit(f"{page['name']}: chevron's result differs")

    def measurement() -> float:
        start = time.process_time()
        count = 0
        while count == 0 or time.process_time() - start < SECONDS:
            chevron.render(page["template"], **words)
            count += 1
        return (time.process_time() - start) / count

    return measurement


def compare(rivals: dict[str, Measurement], rounds: int) -> dict[str, float]:
    """Let the engines take turns, and return the median of each in microseconds.

    An engine that takes very long has fewer rounds.
    """
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, measurement in rivals.items():
            if sum(times[name]) < MAX_SECONDS:
                times[name].append(measurement())
    return {name: median(column) * 1e6 for name, column in times.items()}


def measure(program: Path, rounds: int, path: Path | None) -> int:
    """Print the table, and return the exit code."""
    output = subprocess.run([program, "pages"], stdout=subprocess.PIPE, check=True)
    pages = json.loads(output.stdout)
    results = figures.Figures()
    results.versions = {"swift-mustache": "2.1.1", "chevron": CHEVRON.split("==")[1]}
    print(f"microseconds of CPU time, median of {rounds} rounds, alternating\n")
    print(f"{'':<40}{'pa-new':>12}{PEER:>22}{'ratio':>8}{'chevron':>22}{'ratio':>8}")
    with subprocess.Popen(
        [program, "measure"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        for number, page in enumerate(pages):
            for action, target in TARGETS.items():
                rivals = {
                    name: in_swift(process, f"{action} {number} {name}")
                    for name in ("ours", "peer")
                }
                if action == "render":
                    rivals["chevron"] = in_python(page)
                taken = compare(rivals, rounds)
                name = f"{action}: {page['name']}"
                ours = taken.pop("ours")
                for engine, peer in taken.items():
                    rival = (NAMES[engine], peer)
                    results.add(name, ours, "µs", peer=rival, at_least=target)
                cells = (f"{peer:>22.2f}{peer / ours:>8.1f}" for peer in taken.values())
                print(f"{name:<40}{ours:>12.2f}{''.join(cells)}", flush=True)
    results.write(path)
    print(
        f"\ntargets: {TARGETS['render']:g} times in rendering, faster in parsing:",
        end="",
    )
    print(" met" if results.are_met else " missed")
    return 0 if results.are_met else 1


def main() -> int:
    """Build the engines, and measure them in the environment with chevron."""
    parser = argparse.ArgumentParser(description="Compare Mustache engines.")
    scratch = ROOT / ".build" / "benchmarks" / "engine"
    parser.add_argument("--scratch-path", type=Path, default=scratch)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    figures.add_options(parser, ROUNDS)
    options = parser.parse_args()
    if options.measure:
        return measure(options.measure, options.rounds, options.json)
    program = build(options.scratch_path)
    python = benchmark_python("engine", [CHEVRON])
    command = [
        str(python),
        __file__,
        "--measure",
        str(program),
        *figures.forwarded(options),
    ]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
