#!/usr/bin/env python3
"""Compare `pa-new --template` and `pa-new update` with `cp -r` and `sha256sum`.

    swift build -c release -Xswiftc -static-executable
    python3 Benchmarks/scale.py [--pa-new PATH] [--rounds N] [--files N ...]

Each template folder has N files of 10 kB, 100 in each subfolder. Every tenth file is a
template that contains the project's name; the others are copied byte for byte. In each
round, as whole processes:

- `cp -r` of the project's files, and `sha256sum` of the copies: together they are what
  pa-new is compared with, because it has to copy the files and to know their digests;
- `pa-new` makes the project;
- `pa-new update` of that project, first with nothing changed, then with an edit in a file.

A check proves that pa-new wrote the same files as `cp -r`, and that the updates changed
nothing. The table has the medians of the time and of the peak memory. Finally the growth
of the times is compared with that of the number of files.

The exit code is 1 if a target is missed: at most 1.3 times as long as `cp -r` and
`sha256sum`, at most 60 MB of memory for each 10,000 files, and linear time (per file at
most 1.5 times that of a smaller folder).
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

ROOT = Path(__file__).resolve().parent.parent
FILES = (1_000, 10_000, 100_000)
FILE_BYTES = 10_000
EDITED = "folder-3/file-301.txt"
CREATE = "create"
UNCHANGED = "update, nothing changed"
UPDATED = "update, one file edited"
OURS = (CREATE, UNCHANGED, UPDATED)
PEERS = ("cp -r", "sha256sum")
MAX_TIMES = 1.3
MAX_GROWTH = 1.5
MAX_MEGABYTES = 60.0  # for up to 10,000 files, and for each 10,000 more

Measured = dict[str, tuple[float, int]]
"""Seconds and bytes of memory, by what was run."""


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


def measure(words: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Run a command that must succeed.

    :returns: its time in seconds, and its peak memory in bytes.
    """
    # Pending writes of the previous command must not count for this one.
    os.sync()
    start = time.perf_counter()
    child = os.posix_spawnp(
        words[0],
        words,
        environment,
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


def race(files: int, tool: Path, rounds: int) -> Measured:
    """Make and update projects in turns with the peers, and return the medians."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        template, plain = root / "template", root / "plain"
        make_template(template, files, ".mustache")
        (template / "manifest.json").write_text("{}\n")
        make_template(plain, files, "")
        for path in plain.rglob("*0.txt"):
            path.write_text(path.read_text().replace("{{ name }}", "hello"))
        expected = digests(plain)
        environment = {**os.environ, "XDG_STATE_HOME": str(root / "state")}
        own = ["--quiet", "--template", str(template)]

        found: dict[str, list[tuple[float, int]]] = {
            name: [] for name in (*PEERS, *OURS)
        }
        for turn in range(rounds):
            # Remove nothing before the end: after a removal, ext4 takes several times as
            # long to create a file.
            copy, folder = root / f"copy-{turn}", root / f"own-{turn}"
            folder.mkdir()
            project = folder / "hello"
            hashing = "find . -type f -print0 | xargs -0 sha256sum"
            commands = {
                "cp -r": ["cp", "-r", str(plain), str(copy)],
                "sha256sum": ["sh", "-c", f"cd '{copy}' && {hashing}"],
                CREATE: [str(tool), "hello", "-o", str(folder), *own],
                UNCHANGED: [str(tool), "update", str(project), *own],
                UPDATED: [str(tool), "update", str(project), *own],
            }
            for name, words in commands.items():
                after: dict[str, bytes] = {}
                if name == UPDATED:
                    edited = project / EDITED
                    edited.write_text(edited.read_text() + "A line of the user's.\n")
                    after = digests(project)
                found[name].append(measure(words, environment))
                wanted = after if name == UPDATED else expected
                if turn == 0 and name in OURS and digests(project) != wanted:
                    sys.exit(f"{name}: other files than expected")
        result = {
            name: (
                median(seconds for seconds, _ in values),
                int(median(peak for _, peak in values)),
            )
            for name, values in found.items()
        }
    # Wait until the removal is complete, before the next comparison starts.
    os.sync()
    time.sleep(6)
    return result


def add_figures(
    results: figures.Figures, files: int, found: Measured, smaller: Measured | None
) -> None:
    """Add the figures of a folder with a number of files.

    :param smaller: the measures of a smaller folder, for each file.
    """
    both = sum(found[name][0] for name in PEERS)
    most = MAX_MEGABYTES * max(1, files / 10_000)
    for kind in OURS:
        took, peak = found[kind]
        name = f"{files:,} files, {kind}"
        peer = ("cp -r and sha256sum", both)
        results.add(f"{name}: time", took, "s", peer=peer, at_most=MAX_TIMES)
        results.add(f"{name}: memory", peak / 1e6, "MB", at_most=most)
        if smaller is not None:
            results.add(
                f"{name}: time for a file",
                took / files * 1e6,
                "µs",
                peer=("in a smaller folder", smaller[kind][0] * 1e6),
                at_most=MAX_GROWTH,
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
    if min(chosen.files) < 400:
        parser.error("--files takes numbers of at least 400")
    tool: Path = chosen.pa_new
    if not tool.is_file():
        sys.exit(
            f"{tool} is missing: swift build -c release -Xswiftc -static-executable"
        )
    results = figures.Figures()
    smaller: Measured | None = None
    print(f"{'files':>7} {'MB':>5}  {'':24} {'seconds':>9} {'ratio':>7} {'MB':>6}")
    for files in chosen.files:
        found = race(files, tool.resolve(), chosen.rounds)
        both = sum(found[name][0] for name in PEERS)
        for name, (took, peak) in found.items():
            print(
                f"{files:7,} {files * FILE_BYTES / 1e6:5.0f}  {name:24} {took:9.3f}"
                f" {took / both:7.2f} {peak / 1e6:6.0f}",
                flush=True,
            )
        add_figures(results, files, found, smaller)
        smaller = {name: (took / files, peak) for name, (took, peak) in found.items()}
    results.write(chosen.json)
    for figure in results.figures:
        if not figure.is_met:
            print(f"missed: {figure.name}: {figure.ratio:.2f}")
    if results.are_met:
        print("targets: met")
    sys.exit(0 if results.are_met else 1)


if __name__ == "__main__":
    main()
