"""The predictions of the checker come true on a real uWSGI.

The apps are those of the table in ``apps``; ``test_consequences.py`` has some that
report themselves what happens to them.
"""

from __future__ import annotations

import unittest
from typing import Any, ClassVar

from apps import BAD, GOOD, HOST, PLAIN, App, app
from apps.sources import WSGI_FILE
from server import ANSWER, ERROR, SILENCE, ServerTest, is_installed, observe
from support import check_soon, project

# What a visitor gets after each error. Warnings do not change the page: test_consequences.py
# tests what they mean.
PREDICTED = {
    "server-start": SILENCE,
    "exit-at-import": SILENCE,
    "slow-load": SILENCE,
    "missing-application": ERROR,
    "application-under-main": ERROR,
    "asgi-application": ERROR,
    "removed-api": ERROR,
    "syntax-error": ERROR,
    "import-error": ERROR,
    "error-response": ERROR,
    "not-built": ERROR,
    "library-format": ERROR,
    "library-machine": ERROR,
    "library-glibc": ERROR,
    "library-needs": ERROR,
    "thread-at-import": ANSWER,
    "process-at-import": ANSWER,
    "loop-at-import": ANSWER,
    "websocket": ANSWER,
    "push": ANSWER,
}

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


def predicted(report: dict[str, Any]) -> str:
    """Return the kind of response to a visit that the findings predict.

    A warning leaves the page as it is.
    """
    errors = [f for f in report["findings"] if f["severity"] == "error"]
    outcomes = {PREDICTED[finding["rule"]] for finding in errors}
    return next((kind for kind in (SILENCE, ERROR) if kind in outcomes), ANSWER)


def compare(app: App) -> tuple[str, str, str]:
    """Return the predicted and the actual kind of response, and the facts."""
    with project(app.files) as folder:
        # PythonAnywhere's limit, unless the app is to reach it: computers may be busy.
        limit = "3" if app in MORE else "20"
        report = check_soon(folder, "--time-limit", limit, *app.options)
        expected = predicted(report)
        seen = observe(folder, report["entry"], hangs=expected == SILENCE)
    return expected, seen.kind, f"{report}\n{seen.log}"


class TableTest(ServerTest):
    """Each app of the table on the server; the tests of single apps are added below."""

    apps: ClassVar[dict[str, App]] = {}

    def judge(self) -> None:
        app = self.apps[self._testMethodName]
        if not is_installed(app):
            self.miss(f"{app.framework} is not installed")
        expected, result, facts = compare(app)
        self.assertEqual(result, expected, facts)

    def test_rules(self) -> None:
        """Every rule about serving, forking and loading has an app."""
        proved = {
            rule
            for app in self.apps.values()
            for rule, _, _ in app.expected(loaded=True)
        }
        self.assertEqual(proved, set(PREDICTED))

    def test_bound(self) -> None:
        """uWSGI itself accepts an app that only binds a port."""
        names = {app.name for app in GOOD + BAD}
        self.assertLessEqual(BINDS_ONLY | FORKS | RAISES, names)
        for bound in BAD:
            if bound.name in BINDS_ONLY:
                with self.subTest(bound.name):
                    if not is_installed(bound):
                        self.miss(f"{bound.framework} is not installed")
                    with project(bound.files) as folder:
                        seen = observe(folder, "wsgi.py", hangs=False)
                    self.assertEqual(seen.kind, ANSWER, seen.log)


class HostTest(ServerTest):
    """What uWSGI does with each app of which the host's conditions decide."""

    apps: ClassVar[dict[str, App]] = {}

    def judge(self) -> None:
        app = self.apps[self._testMethodName]
        if not is_installed(app):
            self.miss(f"{app.framework} is not installed")
        with project(app.files, app.folder) as folder:
            entry = next(name for name in (WSGI_FILE, "wsgi.py") if name in app.files)
            seen = observe(
                folder,
                entry,
                hangs=app.status == 0,
                path=app.path,
                environment=app.environment,
                without=app.left_behind,
            )
        self.assertEqual(seen.status, app.status, seen.log)


def _add_host(app: App) -> None:
    name = "test_app_" + "".join(c if c.isalnum() else "_" for c in app.name)
    assert name not in HostTest.apps, f"two apps of one name: {app.name}"
    HostTest.apps[name] = app
    setattr(HostTest, name, HostTest.judge)


for _app in HOST:
    if _app.is_served:
        _add_host(_app)


def _add(app: App) -> None:
    name = "test_app_" + "".join(c if c.isalnum() else "_" for c in app.name)
    assert name not in TableTest.apps, f"two apps of one name: {app.name}"
    TableTest.apps[name] = app
    setattr(TableTest, name, TableTest.judge)


for _app in (*GOOD, *BAD, *MORE):
    _rules = {rule for rule, _, _ in _app.expected(loaded=True)}
    _is_apart = _app.name in BINDS_ONLY | FORKS | RAISES
    if _rules <= set(PREDICTED) and not _is_apart:
        _add(_app)


if __name__ == "__main__":
    unittest.main()
