"""Runs test files, and fails unless every test in them ran: ``all_tests.py NAME…``.

``python -m unittest`` passes if tests are skipped, and in some Pythons even without tests.
"""

from __future__ import annotations

import sys
import unittest


def main(names: list[str]) -> int:
    """Run the tests of the named modules, print how many ran, and return the exit code."""
    suites = {
        name: unittest.defaultTestLoader.loadTestsFromName(name) for name in names
    }
    counts = {name: suite.countTestCases() for name, suite in suites.items()}
    result = unittest.TextTestRunner().run(unittest.TestSuite(suites.values()))
    problems = [f"{name} has no tests" for name, count in counts.items() if not count]
    problems += [f"{test.id()} was skipped: {why}" for test, why in result.skipped]
    if result.testsRun != sum(counts.values()):
        problems.append(f"{result.testsRun} of {sum(counts.values())} tests ran")
    if not names:
        problems.append("there are no test files")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems or not result.wasSuccessful():
        return 1
    print(f"all {result.testsRun} tests ran")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
