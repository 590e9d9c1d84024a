"""Failures whose cause is known have the words of the cause, and no others have them."""

from __future__ import annotations

import importlib.util
import os
import sys
import unittest

from cause_apps import VARIABLES, Failing
from cause_apps_data import DATA, NETWORK
from cause_apps_files import FILES, TEMPLATES
from cause_apps_frameworks import APPLICATIONS, DJANGO, SYNTAX, VERSIONS
from cause_apps_requests import REQUESTS
from cause_apps_views import VIEWS
from support import check_soon, project

TABLES = (
    *(VARIABLES, DATA, NETWORK, FILES, TEMPLATES),
    *(APPLICATIONS, DJANGO, VERSIONS, SYNTAX, VIEWS, REQUESTS),
)


class CausesTest(unittest.TestCase):
    """Each app of the tables; the tests of single apps are added below."""


def _add(app: Failing) -> None:
    def test(self: unittest.TestCase) -> None:
        is_missing = app.needs and not importlib.util.find_spec(app.needs)
        if is_missing and os.environ.get("CI") != "true":
            raise unittest.SkipTest(f"{app.needs} is not installed")
        self.assertFalse(is_missing, f"{app.needs} is not installed")
        with project(app.all_files) as folder:
            report = check_soon(folder, "--time-limit", "4")
        found = [f for f in report["findings"] if f["rule"] not in app.also]
        places = [(f["severity"], f["rule"], f"{f['file']}:{f['line']}") for f in found]
        self.assertEqual(places, [(app.severity, app.rule, app.place)], report)
        self.assertIn(app.words, found[0]["message"])
        self.assertIn(app.fix, found[0]["fix"])
        self.assertIn(app.page, found[0]["page"] or "")
        self.assertEqual(report["outcome"], app.outcome)

    first, end = app.pythons
    if not first <= sys.version_info[:2] < end:
        return
    name = "".join(c if c.isalnum() else "_" for c in app.name)
    test.__name__ = f"test_{name}"
    assert not hasattr(CausesTest, test.__name__), f"two apps of one name: {app.name}"
    setattr(CausesTest, test.__name__, test)


for _table in TABLES:
    for _app in _table:
        _add(_app)


if __name__ == "__main__":
    unittest.main()
