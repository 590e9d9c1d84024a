"""Runs the tests as ``python -m unittest`` does, in several processes at once.

Most of them wait: for a time limit, for a server, for an interpreter to start. Each
process takes the next test when it has finished one. A test that does not finish because
its process ended is an error. ``parallel.py [TEXT...]`` runs those whose
names contain one of these texts. At the end it tells for each file how many tests were
found in it, and how many of them ran.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROCESSES = 4
SLOWEST = 10  # tests whose times are printed
FOLDER = Path(__file__).resolve().parent
_NUMBER = struct.Struct("I")

# The tests that wait longest come first, so that no process runs one alone at the end.
_FIRST = (
    "test_report",
    "test_hostile",
    "test_consequences",
    "test_truth",
)


def tests() -> list[unittest.TestCase]:
    """Return every test, in the same order in each process."""

    def single(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
        for test in suite:
            if isinstance(test, unittest.TestSuite):
                yield from single(test)
            else:
                yield test

    def place(test: unittest.TestCase) -> int:
        matches = (i for i, name in enumerate(_FIRST) if test.id().startswith(name))
        return next(matches, len(_FIRST))

    found = single(unittest.defaultTestLoader.discover(str(FOLDER)))
    return sorted(found, key=lambda test: (place(test), test.id()))


def _file(test: unittest.TestCase) -> str:
    """Return the name of the file that a test is in."""
    return test.id().partition(".")[0] + ".py"


def _processor_time() -> float:
    """Return the seconds of this process and of those that it waited for."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(who) for who in both]
    return sum(each.ru_utime + each.ru_stime for each in used)


def work(queue: int) -> None:
    """Run the tests whose numbers come from a pipe, and print a line about each."""
    known = tests()
    output = os.dup(1)
    os.dup2(2, 1)  # what the tests print is not the report
    # Each number is written and read as a whole.
    while number := os.read(queue, _NUMBER.size):
        (index,) = _NUMBER.unpack(number)
        start, used = time.monotonic(), _processor_time()
        result = unittest.TextTestRunner(io.StringIO(), verbosity=0).run(
            unittest.TestSuite([known[index]])
        )
        problems = result.failures + result.errors
        facts = {
            "test": index,
            "ran": result.testsRun,
            "problems": [[test.id(), text] for test, text in problems],
            "surprises": [test.id() for test in result.unexpectedSuccesses],
            "skipped": [[test.id(), why] for test, why in result.skipped],
            "seconds": time.monotonic() - start,
            "processor": _processor_time() - used,
        }
        with open(output, "a", encoding="utf-8", closefd=False) as report:
            report.write(json.dumps(facts) + "\n")


def main(patterns: list[str]) -> int:
    """Run the tests, print what unittest would, and return the exit code."""
    start = time.monotonic()
    known = tests()
    asked = [
        index
        for index, test in enumerate(known)
        if not patterns or any(pattern in test.id() for pattern in patterns)
    ]
    queue, end = os.pipe()
    os.set_inheritable(queue, True)
    # All at once: they fit into a pipe.
    os.write(end, b"".join(map(_NUMBER.pack, asked)))
    os.close(end)
    options = [word for option in sys.warnoptions for word in ("-W", option)]
    program = [sys.executable, *options, str(Path(__file__).resolve())]
    facts: list[dict[str, Any]] = []
    with contextlib.ExitStack() as stack:
        reports = [
            stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
            for _ in range(PROCESSES)
        ]
        processes = [
            subprocess.Popen(
                [*program, "--work", str(queue)], stdout=report, pass_fds=(queue,)
            )
            for report in reports
        ]
        os.close(queue)
        codes = [process.wait() for process in processes]
        for report in reports:
            report.seek(0)
            for line in report:
                with contextlib.suppress(ValueError):  # of a process that was ended
                    facts.append(json.loads(line))

    problems = [problem for fact in facts for problem in fact["problems"]]
    problems += [
        [name, "It should have failed."] for fact in facts for name in fact["surprises"]
    ]
    done = {fact["test"] for fact in facts}
    problems += [
        [known[index].id(), "It did not finish."]
        for index in asked
        if index not in done
    ]
    problems += [
        ["a process of these tests", f"It ended with {code}."] for code in codes if code
    ]
    for name, text in problems:
        print(f"{'=' * 70}\nFAIL: {name}\n{'-' * 70}\n{text}", file=sys.stderr)
    for fact in sorted(facts, key=lambda fact: float(fact["seconds"]))[-SLOWEST:]:
        name = known[fact["test"]].id()
        print(f"{fact['seconds']:8.3f} s, {fact['processor']:7.3f} s of CPU: {name}")
    skipped = [skip for fact in facts for skip in fact["skipped"]]
    for name, why in skipped:
        print(f"skipped {name}: {why}", file=sys.stderr)
    files = Counter(_file(known[index]) for index in asked)
    ran = Counter({file: 0 for file in files})
    for fact in facts:
        ran[_file(known[fact["test"]])] += fact["ran"]
    for file, found in sorted(files.items()):
        print(f"{file}: ran {ran[file]} of {found}", file=sys.stderr)
    seconds = time.monotonic() - start
    print(f"Ran {sum(ran.values())} tests in {seconds:.3f}s", file=sys.stderr)
    is_good = not problems and ran == files and bool(asked)
    print("OK" if is_good else "FAILED", file=sys.stderr)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER))
    if sys.argv[1:2] == ["--work"]:
        work(int(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))
