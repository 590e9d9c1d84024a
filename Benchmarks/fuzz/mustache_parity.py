#!/usr/bin/env python3
"""Render random templates with the engine in Swift and with the one in Python.

    python3 Benchmarks/fuzz/mustache_parity.py [--templates N] [--seed N]

The engine in Python is the one of the `handler` projects. Both have to give the same text
for each template, or the same error. The tests do this with a sample; see
`Tests/GeneratedProjectTests/Python/mustache-parity/`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TESTS = ROOT / "Tests" / "GeneratedProjectTests" / "Python" / "mustache-parity"
PACKAGE = ROOT / "Templates" / "handler" / "{{package}}"
BUILD = ["swift", "build", "-c", "release", "--product", "render-templates"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--templates", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    subprocess.run(BUILD, check=True, cwd=ROOT)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "hello").symlink_to(PACKAGE)
        environ = {
            **os.environ,
            "RENDER_TEMPLATES": str(ROOT / ".build" / "release" / "render-templates"),
            "PYTHONPATH": os.pathsep.join((folder, str(TESTS))),
            "FUZZ": str(options.templates),
            "SEED": str(options.seed),
        }
        words = [sys.executable, "-B", "-m", "unittest", "-v", "test_parity"]
        sys.exit(subprocess.run(words, check=False, env=environ).returncode)


if __name__ == "__main__":
    main()
