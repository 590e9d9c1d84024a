"""Measures how long the entry file takes to unpack a bundle of packages, here and on a slow disk.

Usage: bundle_unpack.py SITE [--milliseconds N]. SITE is a folder with installed packages,
such as the site-packages of a virtual environment with Django. It needs gcc.

The slow disk is a model: bundle_unpack.c, preloaded, lets each opening, closing, making,
renaming and removing of a file or folder, and each sync, wait for N milliseconds (default: 3).
Each row is the best of some runs, in seconds by the clock: what a reload has to wait for.

- sequential: the same module with one thread
- cold: nothing is unpacked
- continued: all files are there already, so that only their bytes are compared
- replaces: another bundle with the same files was there, and no process uses it any more
- warm: the bundle is unpacked
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import figures

THREADS = (1, 8, 16, 32, 64)
POOL = 32  # the number of threads that the module has
MIN_TIMES_FASTER = 4.0
HERE = Path(__file__).resolve().parent
MODULE = HERE.parent / "Templates/_shared/pa_bundle.py.mustache"
PROGRAM = """
import sys, time
sys.path.insert(0, {folder!r})
import pa_bundle
if {threads} == 1:
    pa_bundle._each = lambda task, items: [task(item) for item in items]
else:
    pool = pa_bundle.ThreadPoolExecutor
    pa_bundle.ThreadPoolExecutor = lambda count: pool({threads})
start = time.perf_counter()
pa_bundle.use("hello")
print(time.perf_counter() - start)
"""


def archive(site: Path, place: Path, salt: str) -> str:
    """Write a bundle with all packages, and return its digest."""
    paths = [path for path in sorted(site.rglob("*")) if path.is_file()]
    with zipfile.ZipFile(place / "new", "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(zipfile.ZipInfo("salt"), salt)
        for path in paths:
            name = path.relative_to(site)
            if not {"__pycache__", "bin"} & {*name.parts} and path.suffix != ".po":
                member = zipfile.ZipInfo(name.as_posix())
                member.compress_type = zipfile.ZIP_DEFLATED
                bundle.writestr(member, path.read_bytes())
    digest = hashlib.sha256((place / "new").read_bytes()).hexdigest()
    (place / "new").rename(place / f"{digest}.zip")
    return digest


class Home:
    """A home folder with two bundles of the same files."""

    def __init__(self, folder: Path, site: Path, library: Path) -> None:
        self.folder, self.library = folder, library
        self.bundles = folder / ".pa-new/bundles/hello"
        self.bundles.mkdir(parents=True)
        shutil.copy(MODULE, folder / "pa_bundle.py")
        self.first, self.second = (
            archive(site, self.bundles, salt) for salt in ("one", "two")
        )

    def unpack(self, digest: str, threads: int, milliseconds: int) -> float:
        """Use a bundle in a new process, and return the seconds that it took."""
        python = f"{sys.version_info[0]}.{sys.version_info[1]}"
        record = {"version": 1, "sha256": digest, "size": 0, "python": python}
        (self.bundles / "current.json").write_text(json.dumps(record))
        program = PROGRAM.format(folder=str(self.folder), threads=threads)
        environment = {**os.environ, "HOME": str(self.folder)}
        if milliseconds:
            environment["LD_PRELOAD"] = str(self.library)
            environment["SLOW_MS"] = str(milliseconds)
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return float(done.stdout)

    def clear(self) -> None:
        """Remove what is unpacked."""
        for path in self.bundles.iterdir():
            if path.is_dir():
                shutil.rmtree(path)

    def row(self, threads: int, milliseconds: int, runs: int) -> dict[str, float]:
        """Return the seconds of each case."""
        times: dict[str, list[float]] = {}
        for _ in range(runs):
            self.clear()
            cold = self.unpack(self.first, threads, milliseconds)
            replaces = self.unpack(self.second, threads, milliseconds)
            warm = self.unpack(self.second, threads, milliseconds)
            (self.bundles / self.second).rename(self.bundles / f".new-{self.second}")
            continued = self.unpack(self.second, threads, milliseconds)
            row = {
                "cold": cold,
                "continued": continued,
                "replaces": replaces,
                "warm": warm,
            }
            for name, seconds in row.items():
                times.setdefault(name, []).append(seconds)
        return {name: min(seconds) for name, seconds in times.items()}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--milliseconds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=THREADS)
    figures.add_options(parser, 3)
    arguments = parser.parse_args()
    results = figures.Figures()
    cold: dict[tuple[str, int, int], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "slow.so")
        source = HERE / "bundle_unpack.c"
        command = ["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source)]
        command.append("-ldl")
        subprocess.run(command, check=True)
        for name, below in (("disk", None), ("memory", "/dev/shm")):
            with tempfile.TemporaryDirectory(dir=below) as place:
                home = Home(Path(place), arguments.site, library)
                with zipfile.ZipFile(home.bundles / f"{home.first}.zip") as bundle:
                    count = len(bundle.namelist())
                print(f"{name}: {count} files; seconds")
                for milliseconds in (0, arguments.milliseconds):
                    for threads in arguments.threads:
                        runs = 1 if milliseconds else arguments.rounds
                        row = home.row(threads, milliseconds, runs)
                        cells = "  ".join(f"{key} {row[key]:7.3f}" for key in row)
                        label = "sequential" if threads == 1 else f"{threads} threads"
                        print(f"{milliseconds} ms  {label:10}  {cells}", flush=True)
                        cold[name, milliseconds, threads] = row["cold"]
    slow = ("disk", arguments.milliseconds)
    if (*slow, 1) in cold and (*slow, POOL) in cold:
        results.add(
            f"unpacking {count} files on a disk of {arguments.milliseconds} ms a call",
            cold[(*slow, POOL)],
            "s",
            peer=("one thread", cold[(*slow, 1)]),
            at_least=MIN_TIMES_FASTER,
        )
    results.write(arguments.json)


if __name__ == "__main__":
    main()
