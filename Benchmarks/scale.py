#!/usr/bin/env python3
"""Compare `pa-new --template` with `cp -r` and copier on large template folders.

    swift build -c release -Xswiftc -static-executable
    python3 Benchmarks/scale.py [--pa-new PATH] [--rounds N] [--files N ...]

Each template folder has N files of 10 kB, 100 in each subfolder. Every tenth file is a
template that contains the project's name; the others are copied byte for byte. A check
proves that all three tools write the same files. They take turns in rounds, each as a
whole process, and the table has the medians of the time and of the peak memory. Finally
the growth of pa-new's time is compared with that of the number of files.

The exit code is 1 if a target is missed: faster than copier, memory below 4 times the
size of the template, and linear time (per file at most 1.5 times that of a smaller
folder).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import figures
from create_vs_peers import install_peers

ROOT = Path(__file__).resolve().parent.parent
FILES = (1_000, 10_000, 20_000)
FILE_BYTES = 10_000
NAMES = ("cp -r", "pa-new", "copier")
MAX_GROWTH = 1.5
MAX_TIMES_BYTES = 4.0


def make_template(folder: Path, files: int, suffix: str) -> None:
    """Write a template folder.

    :param folder: the new folder.
    :param files: the number of files.
    :param suffix: the ending of files that are templates.
    """
    line = "A line of a file that is copied as it is, with nothing to put in.\n"
    copied = (line * (FILE_BYTES // len(line) + 1))[:FILE_BYTES]
    rendered = (
        copied[: FILE_BYTES // 2]
        + "The project: {{ name }}.\n"
        + copied[FILE_BYTES // 2 :]
    )
    for number in range(files):
        place = folder / f"folder-{number // 100}"
        if number % 100 == 0:
            place.mkdir(parents=True)
        if number % 10 == 0:
            (place / f"file-{number}.txt{suffix}").write_text(rendered)
        else:
            (place / f"file-{number}.txt").write_text(copied)


def measure(words: list[str]) -> tuple[float, int]:
    """Run a command that must succeed.

    :returns: its time in seconds, and its peak memory in bytes.
    """
    start = time.perf_counter()
    child = os.posix_spawnp(
        words[0],
        words,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    took = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{words} failed with status {status}")
    return took, usage.ru_maxrss * 1024


def digests(folder: Path) -> dict[str, bytes]:
    """Return the digest of each file, except the files in which a tool keeps its record.

    Only digests are kept, because the memory of this process would count for its children.
    """
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).digest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def race(
    files: int, tool: Path, copier: Path, rounds: int
) -> dict[str, tuple[float, int]]:
    """Make projects with each tool in turns, and return the medians."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        ours, theirs, plain = root / "ours", root / "theirs", root / "plain"
        make_template(ours, files, ".mustache")
        (ours / "manifest.json").write_text("{}\n")
        make_template(theirs, files, ".jinja")
        (theirs / "copier.yml").write_text("name:\n  type: str\n  default: hello\n")
        make_template(plain, files, "")
        for path in plain.rglob("*0.txt"):
            path.write_text(path.read_text().replace("{{ name }}", "hello"))
        expected = digests(plain)

        def command(name: str, folder: Path) -> list[str]:
            project = str(folder / "hello")
            if name == "cp -r":
                return ["cp", "-r", str(plain), project]
            if name == "copier":
                return [
                    str(copier),
                    "copy",
                    "--quiet",
                    "--defaults",
                    str(theirs),
                    project,
                ]
            return [
                str(tool),
                "hello",
                "-q",
                "-o",
                str(folder),
                "--template",
                str(ours),
            ]

        times: dict[str, list[float]] = {name: [] for name in NAMES}
        peaks: dict[str, list[int]] = {name: [] for name in NAMES}
        for turn in range(rounds):
            for name in NAMES:
                # Remove nothing before the end: after a removal, ext4 takes several times as
                # long to create a file.
                folder = root / f"{name}-{turn}"
                folder.mkdir()
                words = command(name, folder)
                # Pending writes of the previous command must not count for this one.
                os.sync()
                took, peak = measure(words)
                times[name].append(took)
                peaks[name].append(peak)
                if turn == 0 and digests(folder / "hello") != expected:
                    sys.exit(f"{name} wrote other files")
        result = {
            name: (median(times[name]), int(median(peaks[name]))) for name in NAMES
        }
    # Wait until the removal is complete, before the next comparison starts.
    os.sync()
    time.sleep(6)
    return result


def add_figures(
    results: figures.Figures,
    files: int,
    found: dict[str, tuple[float, int]],
    before: float | None,
) -> None:
    """Add the figures of folders with a number of files.

    :param before: the time for each file of a smaller folder.
    """
    took, peak = found["pa-new"]
    name = f"--template, {files:,} files"
    copier = ("copier", found["copier"][0])
    results.add(f"{name}: time", took, "s", peer=copier, at_least=1)
    # The 32 MB are for the memory that the tool needs without any files.
    beyond = max(0.0, peak / 1e6 - 32)
    size = ("the template's size", files * FILE_BYTES / 1e6)
    results.add(
        f"{name}: memory beyond 32 MB", beyond, "MB", peer=size, at_most=MAX_TIMES_BYTES
    )
    if before is not None:
        smaller = ("a smaller template", before * 1e6)
        each = took / files * 1e6
        results.add(
            f"{name}: time for a file", each, "µs", peer=smaller, at_most=MAX_GROWTH
        )


def main() -> None:
    """Compare, print the table, and check the targets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--pa-new", type=Path, default=ROOT / ".build" / "release" / "pa-new"
    )
    figures.add_options(parser, 3)
    parser.add_argument("--files", type=int, nargs="+", default=FILES)
    chosen = parser.parse_args()
    tool: Path = chosen.pa_new
    if not tool.is_file():
        sys.exit(
            f"{tool} is missing: swift build -c release -Xswiftc -static-executable"
        )
    copier = install_peers() / "copier"
    results = figures.Figures()
    before: float | None = None
    print(
        f"{'files':>7} {'MB':>5}  {'':8} {'seconds':>9} {'of cp -r':>9} {'peak MB':>9}"
    )
    for files in chosen.files:
        found = race(files, tool.resolve(), copier, chosen.rounds)
        for name, (took, peak) in found.items():
            print(
                f"{files:7,} {files * FILE_BYTES / 1e6:5.0f}  {name:8} {took:9.3f}"
                f" {took / found['cp -r'][0]:9.1f} {peak / 1e6:9.0f}",
                flush=True,
            )
        took, peak = found["pa-new"]
        add_figures(results, files, found, before)
        before = took / files
    results.write(chosen.json)
    for figure in results.figures:
        if not figure.is_met:
            print(f"missed: {figure.name}: {figure.ratio:.2f}")
    if results.are_met:
        print("targets: met")
    sys.exit(0 if results.are_met else 1)


if __name__ == "__main__":
    main()
