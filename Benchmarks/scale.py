#!/usr/bin/env python3
"""Race `pa-new --template` against `cp -r` and copier on large template folders.

    swift build -c release -Xswiftc -static-executable
    python3 Benchmarks/scale.py [--pa-new PATH] [--rounds N] [--files N ...]

A template folder has so many files of 10 kB, 100 in each folder; every tenth one is a
template in which the project's name is put in, the others are copied byte for byte. All
three write the same files, which is checked. Each is timed as a whole process, in turn,
round after round: the table has the medians of time and of the peak of memory. At the
end the growth of pa-new's time is compared with that of the number of files.

Exits with 1 if a target is missed: faster than copier with less memory than 4 times the
template, and linear: time per file at most 1.5 times that of the smaller folder.
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

from create_vs_peers import install_peers

ROOT = Path(__file__).resolve().parent.parent
FILES = (1_000, 10_000, 20_000)
FILE_BYTES = 10_000
NAMES = ("cp -r", "pa-new", "copier")
MOST_GROWTH = 1.5
MOST_TIMES_BYTES = 4.0


def make_template(folder: Path, files: int, suffix: str) -> None:
    """Write a template folder.

    :param folder: where to make it.
    :param files: how many files it has.
    :param suffix: what a file to be rendered ends with.
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
    """Run a command that has to succeed.

    :returns: how many seconds it took, and its peak of memory in bytes.
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
    """Return the digest of each file but for those in which a tool keeps its own record.

    What this process has in memory would count as its children's: only digests are kept.
    """
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).digest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def race(
    files: int, tool: Path, copier: Path, rounds: int
) -> dict[str, tuple[float, int]]:
    """Make one project with each, in turns, and return the medians."""
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
                # Nothing is removed before the end: right after it, ext4 takes several times as
                # long to make a file.
                folder = root / f"{name}-{turn}"
                folder.mkdir()
                words = command(name, folder)
                # What the one before left to be written to the disk is not for this one.
                os.sync()
                took, peak = measure(words)
                times[name].append(took)
                peaks[name].append(peak)
                if turn == 0 and digests(folder / "hello") != expected:
                    sys.exit(f"{name} wrote other files")
        result = {
            name: (median(times[name]), int(median(peaks[name]))) for name in NAMES
        }
    # ... and the next race starts when that is over.
    os.sync()
    time.sleep(6)
    return result


def main() -> None:
    """Race, print the table, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--pa-new", type=Path, default=ROOT / ".build" / "release" / "pa-new"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, nargs="+", default=FILES)
    chosen = parser.parse_args()
    tool: Path = chosen.pa_new
    if not tool.is_file():
        sys.exit(
            f"{tool} is missing: swift build -c release -Xswiftc -static-executable"
        )
    copier = install_peers() / "copier"
    missed: list[str] = []
    before: float | None = None
    print(
        f"{'files':>7} {'MB':>5}  {'':8} {'seconds':>9} {'of cp -r':>9} {'peak MB':>9}"
    )
    for files in chosen.files:
        results = race(files, tool.resolve(), copier, chosen.rounds)
        for name, (took, peak) in results.items():
            print(
                f"{files:7,} {files * FILE_BYTES / 1e6:5.0f}  {name:8} {took:9.3f}"
                f" {took / results['cp -r'][0]:9.1f} {peak / 1e6:9.0f}",
                flush=True,
            )
        took, peak = results["pa-new"]
        if took >= results["copier"][0]:
            missed.append(f"{files} files: not faster than copier")
        # What the tool takes for no file at all is not the template's.
        if peak > MOST_TIMES_BYTES * files * FILE_BYTES + 32e6:
            missed.append(
                f"{files} files: more memory than {MOST_TIMES_BYTES:g} templates"
            )
        if before is not None and took / files > MOST_GROWTH * before:
            missed.append(
                f"{files} files: {took / files / before:.2f} times as long for each file"
            )
        before = took / files
    for text in missed:
        print(f"missed: {text}")
    if not missed:
        print("targets: met")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
