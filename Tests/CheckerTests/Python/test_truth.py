"""The predictions of the checker come true on a real uWSGI, and nothing else happens.

The apps are those of the table in ``apps``. Each is checked with namespaces and without,
and served once. ``test_consequences.py`` has some that report themselves what happens to
them.
"""

from __future__ import annotations

import re
import sys
import unittest
from typing import Any, ClassVar

from apps import BAD, GOOD, HOST, PLAIN, App, app
from server import (
    ANSWER,
    ERROR,
    SILENCE,
    Observation,
    ServerTest,
    is_installed,
    observe,
)
from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check.rules import RULES

WAYS = ((), ("--no-namespaces",))
"""Options with which the checker has to say the same."""

# What a visitor gets after each error; after one that is usually a warning, an error page.
# Warnings do not change the page: test_consequences.py tests what they mean.
PREDICTED = {
    "server-start": SILENCE,
    "exit-at-import": SILENCE,
    "slow-load": SILENCE,
    "polling-bot": SILENCE,
    "missing-application": ERROR,
    "application-under-main": ERROR,
    "application-factory": ERROR,
    "asgi-application": ERROR,
    "not-wsgi": ERROR,
    "removed-api": ERROR,
    "shadowed-module": ERROR,
    "syntax-error": ERROR,
    "import-error": ERROR,
    "missing-variable": ERROR,
    "wrong-case": ERROR,
    "error-response": ERROR,
    "not-built": ERROR,
    "library-format": ERROR,
    "library-machine": ERROR,
    "library-glibc": ERROR,
    "library-needs": ERROR,
    # Its status is 400.
    "allowed-hosts": ANSWER,
    # The source is a help page, or the package's files on PyPI: here the name is not
    # asked for, and the packages are there.
    "placeholder": ANSWER,
    "no-build": ANSWER,
    # A warning, since it is not the code's mistake: the table is not there yet.
    "missing-table": ERROR,
}
UNPROVED = {
    "python-version": "it is that of another Python",
    "library-damaged": "what the damaged code does is not known",
    "library-older": "the app runs, with the code that it had before",
    "wsgi-violation": "other servers refuse what uWSGI accepts",
}
"""Errors that uWSGI on this Python cannot prove."""

# These bind a port and go on. uWSGI alone accepts that; PythonAnywhere's help page says
# that the port conflicts with its own server.
BINDS_ONLY = {
    "bind",
    "bind, out of reading's sight",
    "serve in another file",
    "gevent start",
    "gevent stream server",
}
# What happens to two servers that share memory is a matter of chance. So is whether a
# thread of CherryPy's holds a lock at the moment of the fork, which no worker gets then.
FORKS = {"fork", "fork, out of reading's sight", "cherrypy engine"}
# These raise before they serve: what they call is removed, or not installed.
RAISES = {"dash run_server", "eventlet, hypercorn and aiohttp, which are not installed"}

MORE = (
    app(
        "an import that does not end",
        "",
        PLAIN + "import time\ntime.sleep(1000)  # <~ slow-load\n",
    ),
)
"""Apps that take too long for the other tests."""


def predicted(report: dict[str, Any], path: str) -> tuple[str, int | None]:
    """Return the kind of response that a report predicts, and its status if it says one.

    Without a status, a request that raises an exception is not told from one that hangs.
    """
    rules = {f["rule"] for f in report["findings"] if f["severity"] == "error"}
    rules |= {f["rule"] for f in report["findings"] if f["rule"] == "missing-table"}
    outcomes = {PREDICTED.get(rule, ERROR) for rule in rules - set(UNPROVED)}
    kind = next((kind for kind in (SILENCE, ERROR) if kind in outcomes), ANSWER)
    statuses = {r["path"]: r["status"] for r in report["requests"]}
    status = statuses.get(path) or 0
    if 0 < status < 500 and rules == {"error-response"}:
        kind = ANSWER
    if re.search("no response within|every request hangs", str(report["findings"])):
        kind = SILENCE
    return kind, status or None


class TableTest(ServerTest):
    """Each app of the table, both ways; the tests of single apps are added below."""

    apps: ClassVar[dict[str, App]] = {}

    def setUp(self) -> None:
        """What can be checked without the server is checked before that is missed."""

    def judge(self) -> None:
        app = self.apps[self._testMethodName]
        if not is_installed(app):
            self.miss(f"{app.framework} is not installed")
        with project(app.files, app.folder) as folder:
            # PythonAnywhere's limit, unless the app is to reach it: computers may be busy.
            limit = "3" if app in MORE or app.status == 0 else "20"
            options = ["--python", "3.13", "--time-limit", limit]
            reports = []
            for way in WAYS:
                words = [*options, *app.options, *way]
                report = check_soon(folder, *words, shell=app.shell)
                self.judge_report(app, report)
                reports.append(report)
            if not app.is_served or not set(UNPROVED).isdisjoint(rules(app)):
                return
            super().setUp()
            seen = observe(
                folder,
                reports[0]["entry"],
                hangs=predicted(reports[0], app.path)[0] == SILENCE,
                path=app.path,
                environment=app.environment,
                without=app.left_behind,
            )
        for report in reports:
            self.judge_truth(app, report, seen)

    def judge_report(self, app: App, report: dict[str, Any]) -> None:
        """The findings are those of the table, and the verdict is theirs."""
        found = [(f["rule"], f["file"], f["line"]) for f in report["findings"]]
        self.assertEqual(sorted(found), app.expected(loaded=True), report)
        severities = {finding["severity"] for finding in report["findings"]}
        if app.severity:
            self.assertEqual(severities, {app.severity}, report)
        good = "works" if app.is_served else "not-loaded"
        outcome = "broken" if "error" in severities else good
        self.assertEqual(report["outcome"], outcome, report)

    def judge_truth(self, app: App, report: dict[str, Any], seen: Observation) -> None:
        """The report says what the server does."""
        facts = f"{report}\n{seen.log}"
        if app.status is not None:
            self.assertEqual(seen.status, app.status, facts)
        if app.name in FORKS | RAISES:
            return
        kind, status = predicted(report, app.path)
        if app.name in BINDS_ONLY:
            self.assertEqual((kind, seen.kind), (SILENCE, ANSWER), facts)
            return
        self.assertEqual(seen.kind, kind, facts)
        if status is not None:
            self.assertEqual(seen.status, status, facts)

    def test_rules(self) -> None:
        """Every error has an app that shows it, and each app is judged."""
        proved = {rule for app in self.apps.values() for rule in rules(app)}
        errors = {rule.name for rule in RULES.values() if rule.severity == "error"}
        self.assertLessEqual(errors, proved)
        self.assertLessEqual(errors, {*PREDICTED, *UNPROVED})
        names = {app.name for app in self.apps.values()}
        self.assertLessEqual(BINDS_ONLY | FORKS | RAISES, names)


def rules(app: App) -> set[str]:
    """Return the rules that an app breaks."""
    return {rule for rule, _, _ in app.expected(loaded=True)}


def _add(app: App) -> None:
    name = "test_app_" + "".join(c if c.isalnum() else "_" for c in app.name)
    assert name not in TableTest.apps, f"two apps of one name: {app.name}"
    TableTest.apps[name] = app
    setattr(TableTest, name, TableTest.judge)


for _app in (*GOOD, *BAD, *MORE, *HOST):
    _add(_app)


if __name__ == "__main__":
    unittest.main()
