#!/usr/bin/env python3
"""Compare the merge of `pa-new update` with `git merge-file` on random texts.

    python3 Benchmarks/merge_vs_git.py [--rounds N]

The texts have few different lines, so that an edit can be described in several ways. The
comparison is the test `MergeAgainstGitTests`, which makes the same texts in each run; here
it makes more of them (default: 30,000). Where git has no conflict, the merged texts have to
be equal; where git has one, ours has to have one, too.

The exit code is 1 if a merge differs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the test and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=30_000)
    rounds = parser.parse_args().rounds
    finished = subprocess.run(
        ["swift", "test", "--filter", "MergeAgainstGitTests"],
        cwd=ROOT,
        env={**os.environ, "MERGE_ROUNDS": str(rounds)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    figures = re.search(r"^\d+ clean merges and .*$", finished.stdout, re.MULTILINE)
    if figures is None or finished.returncode != 0:
        print(finished.stdout, file=sys.stderr)
    print(figures[0] if figures else "the merges were not compared")
    return 0 if finished.returncode == 0 and figures else 1


if __name__ == "__main__":
    sys.exit(main())
