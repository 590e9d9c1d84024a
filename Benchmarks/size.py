#!/usr/bin/env python3
"""Compare the size of the released pa-new with a program that prints one line.

    python3 Benchmarks/size.py [--pa-new PATH] [--wheel PATH]

Both programs are compiled with the options of `Scripts/build-wheel`, in one run, unless
the paths of a binary and a wheel are given. The exit code is 1 if a target is missed: the
binary at most 4.5 MB larger than the other program, and the wheel at most 4.5 MB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import figures

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Scripts"))

from wheel_builder.compiler import FLAGS, compile_binary, swift, without_unused

MAX_LARGER = 4.5  # MB
MAX_WHEEL = 4.5  # MB
TITLES = {
    "larger by": "the program, beyond one that prints a line",
    "the wheel": "the wheel",
}
PACKAGE = """// swift-tools-version: 6.1
import PackageDescription

let package = Package(name: "line", targets: [.executableTarget(name: "line")])
"""


def line_bytes(folder: Path) -> int:
    """Return the size of the program that prints one line."""
    (folder / "Sources" / "line").mkdir(parents=True)
    (folder / "Package.swift").write_text(PACKAGE)
    (folder / "Sources" / "line" / "main.swift").write_text('print("Hello")\n')
    command = [swift(), "build", *FLAGS, "--package-path", str(folder)]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return without_unused(folder / ".build" / "release" / "line").stat().st_size


def wheel_bytes(folder: Path, binary: Path) -> int:
    """Return the size of the wheel with a binary."""
    command = [sys.executable, str(ROOT / "Scripts" / "build-wheel")]
    command += ["--binary", str(binary), "--output", str(folder)]
    subprocess.run(command, check=True, stdout=sys.stderr)
    (wheel,) = folder.glob("*.whl")
    return wheel.stat().st_size


def main() -> int:
    """Measure, print the sizes, and compare them with the targets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pa-new", type=Path, help="a binary that is compiled already")
    parser.add_argument("--wheel", type=Path, help="a wheel that is built already")
    figures.add_options(parser, None)
    options = parser.parse_args()
    binary: Path = options.pa_new or compile_binary()
    with tempfile.TemporaryDirectory() as scratch:
        line = line_bytes(Path(scratch) / "line")
        if options.wheel:
            wheel = options.wheel.stat().st_size
        else:
            wheel = wheel_bytes(Path(scratch) / "wheel", binary)
    ours = binary.stat().st_size
    rows = [
        ("pa-new", ours / 1e6, None),
        ("prints one line", line / 1e6, None),
        ("larger by", (ours - line) / 1e6, MAX_LARGER),
        ("the wheel", wheel / 1e6, MAX_WHEEL),
    ]
    results = figures.Figures()
    for name, megabytes, most in rows:
        text = f"{name:16} {megabytes:6.2f} MB"
        if most is not None:
            title = TITLES[name]
            is_met = results.add(title, megabytes, "MB", at_most=most)
            verdict = "met" if is_met else "missed"
            text += f"   (target: {most:g} at most: {verdict})"
        print(text)
    results.write(options.json)
    return 0 if results.are_met else 1


if __name__ == "__main__":
    sys.exit(main())
