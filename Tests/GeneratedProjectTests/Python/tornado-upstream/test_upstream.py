"""Tornado's own tests pass through WSGI, but for those that are listed with a reason.

Run with a project called hello and the folder of strict_server.py on PYTHONPATH.
"""

from __future__ import annotations

import fnmatch
import re
import unittest
from pathlib import Path

from listed import CONNECTION, LISTED
from upstream import MODULES, Server, flat, load, name, run

COUNTS = {"web": 260, "gen": 80, "auth": 18, "httpclient": 60, "simple_httpclient": 115}
"""There are at least so many tests in a module."""


def reason(test: str) -> str | None:
    for pattern, told in LISTED.items():
        if fnmatch.fnmatchcase(test, pattern):
            return told
    return None


class Upstream(unittest.TestCase):
    maxDiff = None

    def check(self, module: str) -> None:
        tests = flat(load(module))
        before = Server.served
        wanted = unittest.TestSuite(
            test for test in tests if reason(name(test)) is None
        )
        result = run(wanted)
        reasons = "\n".join(f"{test}: {why}" for test, why in result.reasons.items())
        self.assertEqual({}, result.reasons, reasons)
        self.assertEqual([], Server.faults)
        self.assertGreater(Server.served, before)
        self.assertLess(len(result.skipped), 8, result.skipped)
        self.assertGreaterEqual(result.testsRun, COUNTS.get(module, 1))

    def test_those_listed_cannot_pass(self) -> None:
        tests = [test for module in MODULES for test in flat(load(module))]
        for pattern in LISTED:
            found = fnmatch.filter([name(test) for test in tests], pattern)
            self.assertTrue(found, f"there is no test {pattern}")
        wanted = [test for test in tests if reason(name(test)) == CONNECTION]
        result = run(unittest.TestSuite(wanted))
        passed = {name(test) for test in wanted} - set(result.reasons)
        self.assertEqual(set(), passed, "these pass, and should not be listed")

    def test_the_table_in_the_documents(self) -> None:
        documents = Path(__file__).resolve().parents[4] / "docs" / "architecture.md"
        rows = re.findall(
            r"^\| `([\w*]+_test\.[\w.*]+)` \| (.*) \|$",
            documents.read_text(),
            re.MULTILINE,
        )
        self.assertEqual(LISTED, dict(rows))


def _add(module: str) -> None:
    def test(self: Upstream) -> None:
        self.check(module)

    setattr(Upstream, f"test_{module}", test)


for _module in MODULES:
    _add(_module)

if __name__ == "__main__":
    unittest.main()
