"""What reading finds in each app of the table: bad ones have a finding at their line.

What loading finds is in ``test_truth.py``.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import unittest

from apps import BAD, GOOD, HOST, READ_BAD, READ_GOOD, App
from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check.rules import RULES

# Tests of requests show them.
ELSEWHERE = {
    "django-model",
    "handler-mistake",
    "html-as-text",
    "html-from-text",
    "page-mistake",
    "scheme",
}


class AppsTest(unittest.TestCase):
    """Reading alone."""

    def test_names_are_unique(self) -> None:
        names = [app.name for app in GOOD + BAD + HOST + READ_GOOD + READ_BAD]
        self.assertEqual(len(names), len(set(names)))

    def test_bad_apps_expect_something(self) -> None:
        for app in BAD + READ_BAD:
            self.assertTrue(app.expected(loaded=True), app.name)
        for app in GOOD + READ_GOOD:
            self.assertFalse(app.expected(loaded=True), app.name)


class RulesTest(unittest.TestCase):
    """The table of rules and the table of apps."""

    def test_every_rule_has_an_app(self) -> None:
        found = {
            rule
            for app in BAD + HOST + READ_BAD
            for rule, _, _ in app.expected(loaded=True)
        }
        self.assertEqual(set(RULES) - found - ELSEWHERE, set())


def _add(app: App) -> None:
    def test(self: unittest.TestCase) -> None:
        is_missing = app.framework and not importlib.util.find_spec(app.framework)
        if is_missing and os.environ.get("CI") != "true":
            raise unittest.SkipTest(f"{app.framework} is not installed")
        self.assertFalse(is_missing, f"{app.framework} is not installed")
        with project(app.files, app.folder) as folder:
            options = ["--python", "3.13", "--no-load", *app.options]
            report = check_soon(folder, *options, shell=app.shell)
        found = [(f["rule"], f["file"], f["line"]) for f in report["findings"]]
        self.assertEqual(sorted(found), app.expected(loaded=False), report)

    name = "".join(c if c.isalnum() else "_" for c in app.name)
    test.__name__ = f"test_read_{name}"
    assert not hasattr(AppsTest, test.__name__), f"two apps of one name: {app.name}"
    setattr(AppsTest, test.__name__, test)


for _app in GOOD + BAD + HOST + READ_GOOD + READ_BAD:
    _add(_app)


if __name__ == "__main__":
    unittest.main()
