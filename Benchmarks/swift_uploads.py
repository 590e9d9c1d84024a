#!/usr/bin/env python3
"""Measure the upload of a large file to handlers in Swift: its memory and its time.

    python3 Benchmarks/swift_uploads.py [--project DIR | --pa-new PATH] [--megabytes N]

Without a project, `pa-new` generates one. It gets a handler that reads the file from its
start to its end, and is built. The forms are those of `uploads.py`, which measures Python's
handlers: a large file, and bodies of 10 megabytes that are made to take a parser's time.
Each request is made in a process of its own, which has answered the same form with a file of
one byte. The memory is what the process needs at most beyond what it had before the request.

The exit code is 1 if the upload needs more than 20 megabytes, or if a hostile body takes ten
times as long as an ordinary one of its size.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import figures
from python_handler import generate
from swift_handler import build, swift_application
from uploads import HOSTILE, MOST_MEGABYTES, MOST_TIMES, ROUNDS, upload

HANDLERS = """
struct UploadHandler: RequestHandler {
  let request: Request

  func post() throws -> Response {
    guard let file = request.file("photo") else { throw HTTPError(400) }
    var size = 0
    while case let piece = try file.bytes(from: size, count: 65_536), !piece.isEmpty {
      size += piece.count
    }
    return Response("\\(try request.form.required("title")) \\(size)")
  }
}
"""

ROUTES = """
let routes = [Route("/", post: UploadHandler.post, checksCSRF: false)]

let application = Application(routes, maxBodySize: 1_000_000_000)
"""


def measure_one(project: Path, size: int, unit: bytes) -> None:
    """Print the megabytes and seconds of one upload, as JSON."""
    application = swift_application(project)
    upload(application, 1, b"x")
    # The library was in memory three times while it was loaded: forget that.
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    seconds = upload(application, size, unit)
    print(json.dumps([peak() - before, seconds]))


def peak() -> float:
    """Return the most memory that this process has used, in megabytes."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024 / 1e6


def measured(project: Path, size: int, unit: str, rounds: int) -> tuple[float, float]:
    """Return the median megabytes and seconds of uploads in processes of their own."""
    results = []
    for _ in range(rounds):
        command = [sys.executable, __file__, "--measure"]
        command += [str(project), str(size), unit]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        results.append(json.loads(done.stdout))
    memory, seconds = (median(column) for column in zip(*results))
    return memory, seconds


def measure(project: Path, megabytes: int, rounds: int, path: Path | None) -> int:
    """Print a table, and return the exit code."""
    print(f"the median of {rounds} rounds\n")
    print(f"{'':<40}{'megabytes':>10}{'seconds':>9}")
    memory, seconds = measured(project, megabytes * 10**6, "random bytes", rounds)
    print(
        f"{f'{megabytes} megabytes of random bytes':<40}{memory:>10.1f}{seconds:>9.3f}"
    )
    results = figures.Figures()
    title = f"memory for an upload of {megabytes} MB in Swift"
    results.add(title, memory, "MB", at_most=MOST_MEGABYTES)
    times = []
    for unit in HOSTILE:
        memory, seconds = measured(project, 10**7, unit, rounds)
        print(f"{f'10 megabytes of {unit}':<40}{memory:>10.1f}{seconds:>9.3f}")
        times.append(seconds)
    rival = ("an ordinary body", times[0])
    title = "the slowest hostile body of 10 MB in Swift"
    results.add(title, max(times), "s", peer=rival, at_most=MOST_TIMES)
    results.write(path)
    return int(not results.are_met)


def main() -> int:
    """Build the project, and measure the uploads."""
    if sys.argv[1:2] == ["--measure"]:
        folder, size, unit = sys.argv[2:]
        measure_one(Path(folder), int(size), HOSTILE[unit])
        return 0
    parser = argparse.ArgumentParser(
        description="Measure uploads to handlers in Swift."
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--project", type=Path, help="a generated project in Swift")
    source.add_argument("--pa-new", type=Path, help="the pa-new to generate one with")
    parser.add_argument("--megabytes", type=int, default=50, help="of the large file")
    figures.add_options(parser, ROUNDS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        project = arguments.project or generate(
            arguments.pa_new, Path(root), "handler", "swift"
        )
        build(project, HANDLERS, ROUTES)
        return measure(project, arguments.megabytes, arguments.rounds, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
