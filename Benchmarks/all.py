#!/usr/bin/env python3
"""Run every benchmark of the repository, and make one table of their figures.

    swift build -c release -Xswiftc -static-executable
    python3 Benchmarks/all.py [--quick] [--only NAME] [--write]

`--write` writes the table: `Benchmarks/results.json`, which a test compares with the claims
of the README, `docs/benchmarks.md` and `docs/benchmarks.svg`. Run it on a machine that does
nothing else. A benchmark that fails or takes too long is a row with the reason.

The exit code is 1 if a figure misses its target, and 2 if a benchmark was not run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import report
from figures import Figure

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Benchmarks"
SITE = ".build/benchmarks/check/lib/python{}.{}/site-packages".format(*sys.version_info)


@dataclass(frozen=True)
class Benchmark:
    """A script, its options, and what changes in a quick run."""

    script: str
    options: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name for `--only`."""
        return self.script.removesuffix(".py")

    def command(self, is_quick: bool) -> list[str]:
        """Return the words after the interpreter."""
        words = [f"Benchmarks/{self.script}", *self.options]
        return [*words, *self.quick] if is_quick else words


BENCHMARKS = (
    Benchmark("create_vs_peers.py", quick=("--rounds", "5")),
    Benchmark("scale.py", quick=("--rounds", "1", "--files", "500", "1000")),
    # It compiles the program as it is released, if that is not done.
    Benchmark("size.py"),
    Benchmark("check.py"),  # its figures are differences: few rounds say little
    Benchmark("engine.py", quick=("--rounds", "3")),
    Benchmark("python_handler.py", quick=("--rounds", "10")),
    Benchmark("swift_handler.py", quick=("--rounds", "10")),
    Benchmark("page_templates.py", quick=("--rounds", "10")),
    Benchmark("uploads.py", quick=("--rounds", "1")),
    Benchmark("swift_uploads.py", quick=("--rounds", "1")),
    Benchmark("asgi_adapter.py", quick=("--rounds", "5")),
    Benchmark("tornado_adapter.py", quick=("--rounds", "5")),
    # `check.py` makes the environment with the packages.
    Benchmark("bundle_unpack.py", (SITE, "--threads", "1", "32"), ("--rounds", "1")),
    # It compiles no tests, which would take longer than all benchmarks.
    Benchmark(
        "merge_vs_git.py",
        ("--skip-build", "--rounds", "10000"),
        ("--rounds", "1000"),
    ),
)


def run(benchmark: Benchmark, is_quick: bool, seconds: float) -> dict[str, Any]:
    """Run a benchmark, show what it prints, and return its figures or the reason."""
    words = benchmark.command(is_quick)
    result: dict[str, Any] = {
        "name": benchmark.name,
        "command": shlex.join(["python3", *words]),
        "reason": "",
        "figures": [],
        "versions": {},
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "figures.json")
        # A session of its own, so that servers end with a benchmark that takes too long.
        with subprocess.Popen(
            [sys.executable, *words, "--json", str(path)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                _, errors = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                _, errors = process.communicate()
                result["reason"] = f"it takes more than {seconds:g} seconds"
        sys.stderr.write(errors)
        document = json.loads(path.read_text()) if path.is_file() else {}
    result["versions"] = document.get("versions", {})
    for one in document.get("figures", []):
        figure = Figure(**one)
        facts = {"ratio": figure.ratio, "is_met": figure.is_met}
        result["figures"].append({**one, **facts})
    if not result["reason"] and process.returncode not in (0, 1):
        result["reason"] = reason(errors, process.returncode)
    if not result["reason"] and not result["figures"]:
        result["reason"] = reason(errors, process.returncode)
    return result


def reason(errors: str, code: int) -> str:
    """Return the last line of what a benchmark said, without the paths of this machine."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    last = lines[-1] if lines else f"it ended with exit code {code}"
    return last.replace(f"{ROOT}/", "")[:200]


def first_line(words: list[str]) -> str:
    """Return the first line that a program prints; "unknown" if it does not run."""
    try:
        done = subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.partition("\n")[0]


def describe_machine() -> dict[str, str]:
    """Return what the figures depend on."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    load = os.getloadavg()[0]
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": first_line(["git", "rev-parse", "--short=12", "HEAD"]),
        "processor": f"{os.cpu_count()} cores of {processor}, {platform.machine()}",
        "system": f"{platform.system()} {platform.release()}",
        "load before the run": f"{load:.1f}",
        "Python": platform.python_version(),
        "Swift": first_line(["swift", "--version"]),
    }


def write(document: dict[str, Any]) -> None:
    """Write the table into the repository."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    (FOLDER / "results.json").write_text(text, encoding="utf-8")
    docs = ROOT / "docs"
    (docs / "benchmarks.md").write_text(report.page(document), encoding="utf-8")
    (docs / "benchmarks.svg").write_text(report.plot(document), encoding="utf-8")


def main() -> int:
    """Run the benchmarks that were chosen, and print the table."""
    parser = argparse.ArgumentParser(description="Run every benchmark.")
    names = [benchmark.name for benchmark in BENCHMARKS]
    parser.add_argument("--list", action="store_true", help="print the names, and stop")
    parser.add_argument("--only", action="append", choices=names, metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="few rounds")
    seconds = "how long one may take (default: 240)"
    parser.add_argument("--seconds", type=float, default=240, help=seconds)
    parser.add_argument("--write", action="store_true", help="write the table")
    options = parser.parse_args()
    if options.list:
        print("\n".join(names))
        return 0
    if options.write and options.only:
        parser.error("the table has every benchmark: use --write without --only")
    document: dict[str, Any] = {
        "machine": describe_machine(),
        "quick": options.quick,
        "benchmarks": [],
    }
    for benchmark in BENCHMARKS:
        if options.only and benchmark.name not in options.only:
            continue
        print(f"\n== {benchmark.name}", flush=True)
        result = run(benchmark, options.quick, options.seconds)
        document["benchmarks"].append(result)
    if options.write:
        write(document)
    print("\n" + report.text(document))
    if any(one["reason"] for one in document["benchmarks"]):
        return 2
    found = [figure for one in document["benchmarks"] for figure in one["figures"]]
    return 0 if all(figure["is_met"] for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
