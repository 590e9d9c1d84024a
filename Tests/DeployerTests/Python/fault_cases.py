"""The requests of a deployment fail, one after the other: what has to be true then.

A deployment is first made without a fault, to know its requests. Then each of them fails
in each possible way, once (the run succeeds all the same) or from then on (the run stops,
and the next one, without faults, finishes the job).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import unittest
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import fake_api
import fake_server
from saved_host import SavedHost
from support import DOMAIN, HANDLER, STATE_FILE, WSGI, QuickClock, Run, deploy, project

# A failure before and after the deed is not the same to what cannot be done twice.
ONCE = ("500", "500-after", "503", "429", "429-bare", "cut", "cut-after", "truncated")
LASTING = ("500", "429", "cut-after", "truncated")

OLD = {
    **HANDLER,
    "hello/handlers.py": 'TEXT = b"Hello from handler, old"\n',
    "wsgi.py": HANDLER["wsgi.py"] + "# old\n",
    "static/gone.txt": "old",
}
FOREIGN = b"def application(e, s):\n    s('200 OK', [])\n    return [b'foreign']\n"

Start = Callable[[fake_server.FakeServer, QuickClock], Any]


def in_turn(kinds: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Return the ways in which a request fails: all of them in the lane ``long``.

    In shorter lanes each request fails in half of the ways, and the next one in the rest.
    """
    if os.environ.get("PA_NEW_TESTS") == "long":
        return kinds
    return kinds[number % 2 :: 2]


def nothing(host: fake_server.FakeServer, clock: QuickClock) -> None:
    """An account without an app."""


def older(host: fake_server.FakeServer, clock: QuickClock) -> None:
    """An app that was deployed from the project's older state."""
    with project(OLD) as folder:
        run = deploy(folder, host, clock)
        assert run.code == 0, run


def foreign(host: fake_server.FakeServer, clock: QuickClock) -> None:
    """Another app, with a mapping to another folder."""
    host.apps[DOMAIN] = app = fake_api.App(DOMAIN, "python313", "/home/alice/other")
    app.statics[7] = {"id": 7, "url": "/static/", "path": "/home/alice/other"}
    host.place(WSGI).write_bytes(FOREIGN)
    host.load(app)


class StartCase(unittest.TestCase):
    """Tests that begin many times from the same few states, each of which is made once."""

    _folder: Path
    _saved: ClassVar[dict[Start, tuple[SavedHost, float, Any]]]

    @classmethod
    def setUpClass(cls) -> None:
        context = tempfile.TemporaryDirectory()
        cls._folder = Path(context.__enter__())
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls._saved = {}

    def setUp(self) -> None:
        # Notes of two runs are compared, so both are of the same time.
        time = mock.patch(
            "pa_new_deploy.deploy_state.now", return_value="2026-01-02T03:04:05Z"
        )
        time.start()
        self.addCleanup(time.stop)

    @contextlib.contextmanager
    def started(
        self, start: Start
    ) -> Iterator[tuple[fake_server.FakeServer, QuickClock, Any]]:
        """Run a host in the state after a start, and tell what the start returned."""
        clock = QuickClock()
        if start not in self._saved:
            with fake_server.running(now=clock.now) as host:
                told = start(host, clock)
                saved = SavedHost(host, self._folder / str(len(self._saved)))
            self._saved[start] = saved, clock.time, told
        saved, clock.time, told = self._saved[start]
        with fake_server.running(now=clock.now) as host:
            saved.restore(host)
            yield host, clock, told


class FaultCase(StartCase):
    """A deployment of which each request fails in each way, from different starts."""

    files: ClassVar[Mapping[str, str]] = HANDLER
    page = b"Hello from handler"
    options: ClassVar[tuple[str, ...]] = ("--replace-wsgi",)
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        context = project(cls.files)
        cls.folder = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)

    @contextlib.contextmanager
    def begin(
        self, start: Start
    ) -> Iterator[tuple[fake_server.FakeServer, QuickClock]]:
        with self.started(start) as (host, clock, _):
            clock.time += 120
            yield host, clock

    def deploy(
        self, host: fake_server.FakeServer, clock: QuickClock, timeout: float = 20
    ) -> Run:
        greeting = self.page.decode()
        return deploy(
            self.folder, host, clock, *self.options, timeout=timeout, greeting=greeting
        )

    def expect_done(
        self, host: fake_server.FakeServer, before: Mapping[str, bytes]
    ) -> None:
        """The app is the project's, each thing is there once, and nothing is lost."""
        self.assertEqual(host.page(DOMAIN), (200, self.page))
        app = host.apps[DOMAIN]
        self.assertEqual(app.source, "/home/alice/hello")
        self.assertEqual(
            [(row["url"], row["path"]) for row in app.statics.values()],
            [("/static/", "/home/alice/hello/static")],
        )
        there = host.files()
        for path, text in self.files.items():
            if not path.startswith("."):
                self.assertEqual(there[f"/home/alice/hello/{path}"], text.encode())
        self.assertEqual(there[WSGI], self.files["wsgi.py"].encode())
        if before.get(WSGI) == FOREIGN:
            self.assertIn(FOREIGN, [v for k, v in there.items() if "/.pa-new/" in k])

    def expect_whole(
        self,
        host: fake_server.FakeServer,
        before: Mapping[str, bytes],
        after: Mapping[str, bytes],
    ) -> None:
        """Each file is as before or as after, and none is anything else."""
        there = host.files()
        for path, content in there.items():
            known = [before.get(path), after.get(path)]
            if path == WSGI:
                known.append(fake_api.DEFAULT_WSGI.encode())
            self.assertIn(content, known, path)
        self.assertLessEqual(set(before) - {WSGI}, set(there))

    def calls(self, start: Start) -> tuple[list[fake_api.Call], dict[str, bytes]]:
        with self.begin(start) as (host, clock):
            run = self.deploy(host, clock)
            self.assertEqual(run.code, 0, run)
            return list(host.calls), host.files()

    def each(self, start: Start, part: str = "") -> None:
        """Let each request fail whose path contains a text."""
        calls, after = self.calls(start)
        chosen = [(n, call) for n, call in enumerate(calls, 1) if part in call.path]
        self.assertGreater(len(chosen), 0 if part else 10)
        for number, call in chosen:
            for kind in in_turn(ONCE, number):
                with self.subTest(call=call, number=number, once=kind):
                    run = self.once(start, fake_api.Fault(number, kind))
                    # Where the status says it all, no matter what else is missing.
                    is_noticed = call.status < 400 and "__init__" not in call.path
                    if kind != "truncated" or is_noticed:
                        self.assertTrue(run.err.startswith("waiting "), run)
            for kind in in_turn(LASTING, number):
                with self.subTest(call=call, number=number, lasting=kind):
                    self.lasting(start, fake_api.Fault(number, kind, True), after)

    def once(self, start: Start, fault: fake_api.Fault, timeout: float = 20) -> Run:
        with self.begin(start) as (host, clock):
            before = host.files()
            host.faults = [fault]
            run = self.deploy(host, clock, timeout)
            self.assertEqual(run.code, 0, run)
            self.expect_done(host, before)
            return run

    def lasting(
        self, start: Start, fault: fake_api.Fault, after: Mapping[str, bytes]
    ) -> None:
        with self.begin(start) as (host, clock):
            before, page = host.files(), host.page(DOMAIN)
            loads = host.loads
            host.faults = [fault]
            run = self.deploy(host, clock)
            self.expect_whole(host, before, after)
            paths = [c.path for c in host.calls if c.method == "POST"]
            if any(path.endswith(STATE_FILE) for path in paths):
                # All that failed is the note: the app is deployed.
                self.assertEqual(run.code, 0, run)
                self.assertIn("the next run will reload the app again", run.out)
                self.expect_done(host, before)
            else:
                self.assertEqual(run.code, 69, run)
                self.assertIn(" failed 5 times", run.err)
                self.assertIn("it continues from here", run.err)
                self.check_state(run, host, before, page, loads)
            host.faults = []
            clock.time += 120
            again = self.deploy(host, clock)
            self.assertEqual(again.code, 0, again)
            self.expect_done(host, before)

    def check_state(
        self,
        run: Run,
        host: fake_server.FakeServer,
        before: Mapping[str, bytes],
        page: tuple[int, bytes],
        loads: int,
    ) -> None:
        """What the error says about the state of the host is true."""
        if "Nothing on PythonAnywhere was changed." in run.err:
            self.assertEqual(host.files(), before)
            self.assertEqual(host.loads, loads)
        if "the WSGI file is unchanged" in run.err:
            self.assertEqual(host.files()[WSGI], before[WSGI])
        if "still runs the previous code" in run.err:
            self.assertEqual(host.loads, loads)
            self.assertEqual(host.page(DOMAIN), page)
        if "shows the default page" in run.err:
            self.assertIn(b"default welcome page", host.page(DOMAIN)[1])
        if host.loads > loads and page[0] == 200:
            # A new app is loaded when it is made, another one by a reload alone.
            self.assertIn(
                "one request may or may not have taken effect (reload the web app)",
                run.err,
            )
