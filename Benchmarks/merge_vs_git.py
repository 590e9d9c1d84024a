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

import figures

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the test and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--skip-build", action="store_true", help="use the built tests")
    figures.add_options(parser, 30_000)
    options = parser.parse_args()
    words = ["swift", "test", "--filter", "MergeAgainstGitTests"]
    finished = subprocess.run(
        [*words, "--skip-build"] if options.skip_build else words,
        cwd=ROOT,
        env={**os.environ, "MERGE_ROUNDS": str(options.rounds)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    summary = re.search(r"^\d+ clean merges and .*$", finished.stdout, re.MULTILINE)
    if summary is None:
        print(finished.stdout, "the merges were not compared", file=sys.stderr)
        return 1
    if finished.returncode != 0:
        print(finished.stdout, file=sys.stderr)
    print(summary[0])
    results = figures.Figures()
    differs = float(finished.returncode != 0)
    name = f"{options.rounds:,} random merges, whether one differs from git's"
    results.add(name, differs, "", at_most=0)
    results.write(options.json)
    return 0 if results.are_met else 1


if __name__ == "__main__":
    sys.exit(main())
