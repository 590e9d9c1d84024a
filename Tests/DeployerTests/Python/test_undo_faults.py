"""What goes wrong at each request of an undo, and an undo of what went wrong before.

However a run ends, the next one completes it; and whatever a deployment had done when it
was interrupted, an undo brings back the state before.
"""

from __future__ import annotations

import contextlib
import unittest
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import fake_api
import fake_server
from fault_cases import (
    FOREIGN,
    LASTING,
    OLD,
    Start,
    StartCase,
    foreign,
    in_turn,
    nothing,
    older,
)
from support import (
    DOMAIN,
    HANDLER,
    STATE_FILE,
    WSGI,
    QuickClock,
    Run,
    archive,
    deploy,
    project,
    undo,
    write,
)

# isort: split
from pa_new_deploy import wsgi_file

SOURCE = "/home/alice/hello"
NOTES = "/home/alice/.pa-new/"
State = tuple[dict[str, bytes], dict[str, Any]]


def state(host: fake_server.FakeServer) -> State:
    """Return the files of the site, the name of its bundle of packages, its settings.

    The page of a new app counts as none.
    """
    files = {
        path: content
        for path, content in host.files().items()
        if not path.startswith(NOTES) or path.endswith("/current.json")
    }
    if wsgi_file.is_default(files.get(WSGI, b"")):
        del files[WSGI]
    app = host.apps.get(DOMAIN)
    rows = [(r["url"], r["path"]) for r in app.statics.values()] if app else []
    values = {"source": app.source, "virtualenv": app.virtualenv} if app else {}
    return files, {"source": "", "virtualenv": "", **values, "rows": rows}


class UndoFaultCase(StartCase):
    """A start, a deployment of another state, and what comes then."""

    _deployments: ClassVar[dict[Start, Start]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._deployments = {}

    @contextlib.contextmanager
    def begin(
        self, start: Start
    ) -> Iterator[tuple[fake_server.FakeServer, QuickClock, State]]:
        with self.started(start) as (host, clock, _):
            clock.time += 120
            yield host, clock, state(host)

    @contextlib.contextmanager
    def begin_deployed(
        self, start: Start
    ) -> Iterator[tuple[fake_server.FakeServer, QuickClock, State]]:
        """Begin after a start and the deployment; the state is that before this."""
        if start not in self._deployments:

            def both(host: fake_server.FakeServer, clock: QuickClock) -> State:
                start(host, clock)
                clock.time += 120
                before = state(host)
                self.deployed(host, clock)
                return before

            self._deployments[start] = both
        with self.started(self._deployments[start]) as begun:
            yield begun

    def deployed(self, host: fake_server.FakeServer, clock: QuickClock) -> None:
        with project(HANDLER) as folder:
            run = deploy(folder, host, clock, "--replace-wsgi")
        self.assertEqual(run.code, 0, run)
        clock.time += 120
        host.calls.clear()

    def recover(self, host: fake_server.FakeServer, clock: QuickClock) -> Run:
        """Let all requests succeed again, and undo."""
        host.faults = []
        clock.time += 120
        return undo(host, clock)

    def each(self, start: Start) -> None:
        with self.begin_deployed(start) as (host, clock, before):
            run = undo(host, clock)
            self.assertEqual(run.code, 0, run)
            self.assertEqual(state(host), before)
            calls, after = list(host.calls), host.files()
        self.assertGreater(len(calls), 8)
        for number, call in enumerate(calls, 1):
            for kind in in_turn(("500-after", "cut", "truncated"), number):
                with self.subTest(call=call, number=number, once=kind):
                    self.once(start, fake_api.Fault(number, kind), after)
            half = ("half",) if call.method == "POST" else ()
            for kind in in_turn((*LASTING, *half), number):
                with self.subTest(call=call, number=number, lasting=kind):
                    self.lasting(start, fake_api.Fault(number, kind, True), after)

    def once(
        self, start: Start, fault: fake_api.Fault, after: Mapping[str, bytes]
    ) -> None:
        with self.begin_deployed(start) as (host, clock, before):
            host.faults = [fault]
            run = undo(host, clock)
            self.assertEqual(run.code, 0, run)
            self.assertEqual(state(host), before)
            self.assertEqual(host.files().keys(), after.keys())

    def lasting(
        self, start: Start, fault: fake_api.Fault, after: Mapping[str, bytes]
    ) -> None:
        with self.begin_deployed(start) as (host, clock, before):
            deployed, loads, page = state(host), host.loads, host.page(DOMAIN)
            notes = host.files()
            host.faults = [fault]
            run = undo(host, clock)
            if (
                host.calls[fault.at - 1].path.endswith(f"/{DOMAIN}.json")
                and fault.at > 2
            ):
                # All that failed is the note: to repeat the undo could go too far.
                self.assertEqual(run.code, 0, run)
                self.assertIn("The undo is complete", run.out)
                self.assertEqual(state(host), before)
                if fault.kind == "half":  # of a damaged note, nothing is guessed
                    self.assertEqual(self.recover(host, clock).code, 65)
                    self.assertEqual(state(host), before)
                if fault.kind in ("500", "429"):
                    self.assertEqual(self.recover(host, clock).code, 0)
                    self.assertEqual(state(host), before)
                    self.assertEqual(host.files()[STATE_FILE], after[STATE_FILE])
                return
            self.assertEqual(run.code, 69, run)
            self.assertIn("it continues from here", run.err)
            if "Nothing on PythonAnywhere was changed." in run.err:
                self.assertEqual(host.files(), notes)
            if "the WSGI file is unchanged" in run.err:
                self.assertEqual(host.files()[WSGI], deployed[0][WSGI])
            if "still runs the previous code" in run.err:
                self.assertEqual(host.loads, loads)
                self.assertEqual(host.page(DOMAIN), page)
            again = self.recover(host, clock)
            self.assertEqual(again.code, 0, again)
            self.assertEqual(state(host), before, again)
            self.assertEqual(host.files()[STATE_FILE], after[STATE_FILE])


class UndoFaultTest(UndoFaultCase):
    """Each request of an undo fails in each way."""

    def test_the_first_deployment(self) -> None:
        self.each(nothing)

    def test_an_older_state(self) -> None:
        self.each(older)

    def test_a_take_over(self) -> None:
        self.each(foreign)


class InterruptedTest(UndoFaultCase):
    """A deployment is interrupted at each request, and undone."""

    def test_undone(self) -> None:
        for start in (nothing, older, foreign):
            for number in range(1, self.count(start) + 1):
                for kind in in_turn(("cut", "cut-after", "half"), number):
                    with self.subTest(start=start, number=number, kind=kind):
                        self.interrupt(start, number, kind)

    def count(self, start: Start) -> int:
        with self.begin(start) as (host, clock, _):
            host.calls.clear()
            self.deployed(host, clock)
        with self.begin(start) as (host, clock, _), project(HANDLER) as folder:
            host.calls.clear()
            deploy(folder, host, clock, "--replace-wsgi")
            return len(host.calls)

    def interrupt(self, start: Start, number: int, kind: str) -> None:
        with self.begin(start) as (host, clock, before), project(HANDLER) as folder:
            host.calls.clear()
            host.faults = [fake_api.Fault(number, kind, True)]
            deploy(folder, host, clock, "--replace-wsgi")
            has_begun = state(host) != before
            run = self.recover(host, clock)
            if start is older and not has_begun and run.code == 0:
                return  # it undid the deployment before, or one that changed nothing
            if has_begun:
                self.assertEqual(run.code, 0, run)
            self.assertEqual(state(host), before, run)

    def test_continued_and_undone(self) -> None:
        """The next run completes it, and an undo brings back the first state."""
        for start in (nothing, older, foreign):
            for number in range(1, self.count(start) + 1):
                with self.subTest(start=start, number=number):
                    self.resume(start, number)

    def resume(self, start: Start, number: int) -> None:
        with self.begin(start) as (host, clock, before), project(HANDLER) as folder:
            host.calls.clear()
            host.faults = [fake_api.Fault(number, "cut-after", True)]
            deploy(folder, host, clock, "--replace-wsgi")
            host.faults = []
            clock.time += 120
            run = deploy(folder, host, clock, "--replace-wsgi")
            self.assertEqual(run.code, 0, run)
            run = self.recover(host, clock)
            self.assertEqual(run.code, 0, run)
            self.assertEqual(state(host), before)

    def test_edited_here_and_there_and_continued(self) -> None:
        """What was there first comes back, and what was there in between is not lost."""
        edit = b"TEXT = b'edited there'\n"
        for start in (older, foreign):
            for number in range(1, self.count(start) + 1):
                with self.subTest(start=start, number=number):
                    self.edit(start, number, edit)

    def edit(self, start: Start, number: int, edit: bytes) -> None:
        with self.begin(start) as (host, clock, before), project(HANDLER) as folder:
            host.calls.clear()
            host.faults = [fake_api.Fault(number, "cut-after", True)]
            first = deploy(folder, host, clock, "--replace-wsgi")
            if state(host) == before:
                return
            place = host.place(f"{SOURCE}/hello/handlers.py")
            is_there = place.exists()
            if is_there:
                place.write_bytes(edit)
            if first.code == 0:
                before = state(host)
            kept = {k: v for k, v in host.files().items() if "/undo/" in k}
            handler = {"hello/handlers.py": 'TEXT = b"Hello from handler, third"\n'}
            write(folder, {**handler, "hello/third.py": ""})
            host.faults = []
            clock.time += 120
            run = deploy(folder, host, clock, "--replace-wsgi")
            self.assertEqual(run.code, 0, run)
            self.assertEqual(host.page(DOMAIN), (200, b"Hello from handler, third"))
            for path, content in kept.items():
                self.assertEqual(host.files()[path], content, "the only copy")
            run = self.recover(host, clock)
            self.assertEqual(run.code, 0, run)
            files, settings = state(host)
            self.assertEqual((files, settings), before)
            archives = [v for k, v in host.files().items() if "/undo/" in k]
            if is_there:
                self.assertTrue(any(has(content, edit) for content in archives))

    def test_interrupted_again_and_again(self) -> None:
        """More interrupted runs than there are places for archives."""
        with self.begin(older) as (host, clock, before), project(HANDLER) as folder:
            for number in range(8):
                write(folder, {f"hello/more{number}.py": ""})
                write(folder, {"hello/handlers.py": f"TEXT = b'{number}'\n"})
                host.calls.clear()
                deploy_until(folder, host, clock, f"more{number}.py")
            run = self.recover(host, clock)
            self.assertEqual(run.code, 0, run)
            self.assertEqual(state(host), before)
            self.assertEqual(host.page(DOMAIN), (200, b"Hello from handler, old"))

    def test_a_take_over_keeps_the_first_state(self) -> None:
        with self.begin(foreign) as (host, clock, _), project(HANDLER) as folder:
            count = self.count(foreign)
            host.calls.clear()
            host.faults = [fake_api.Fault(count - 1, "cut", True)]
            deploy(folder, host, clock, "--replace-wsgi")
            host.faults = []
            clock.time += 120
            run = deploy(folder, host, clock)
            self.assertEqual(run.code, 0, run)
            self.assertIn("Source code: /home/alice/other", run.out)
            self.assertIn("static files: /static/ to /home/alice/other", run.out)
            self.assertIn(FOREIGN, host.files().values())

    def test_a_deployment_after_an_undo_that_was_interrupted(self) -> None:
        with self.begin_deployed(older) as (host, clock, _):
            mixture_at = 12
            host.faults = [fake_api.Fault(mixture_at, "cut-after", True)]
            undo(host, clock)
            mixture = state(host)
            host.faults = []
            clock.time += 120
            with project(HANDLER) as folder:
                run = deploy(folder, host, clock)
            self.assertEqual(run.code, 0, run)
            self.assertIn("An undo of it was probably interrupted", run.out)
            self.assertNotIn("Changed on PythonAnywhere", run.out)
            self.assertEqual(host.page(DOMAIN), (200, b"Hello from handler"))
            self.assertIn(archive(3), host.files())
            self.recover(host, clock)
            self.assertEqual(state(host), mixture)

    def test_the_old_state_has_its_files(self) -> None:
        """The states of these tests are different in all that an undo brings back."""
        with self.begin(older) as (_, _, before):
            for path, text in OLD.items():
                if not path.startswith("."):
                    self.assertEqual(before[0][f"{SOURCE}/{path}"], text.encode())


def has(content: bytes, text: bytes) -> bool:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return any(file.read(name) == text for name in file.namelist())


def deploy_until(
    folder: Any, host: fake_server.FakeServer, clock: QuickClock, name: str
) -> None:
    """Deploy, and let everything fail from the upload of a file on."""
    calls = len(host.calls)
    deploy(folder, host, clock, "--dry-run")
    original = host.answer

    def answer(method: str, path: str, *rest: Any) -> Any:
        if method == "POST" and path.endswith("wsgi.py") and "/var/www/" in path:
            return 500, "text/html", b"down"
        return original(method, path, *rest)

    host.answer = answer  # type: ignore[method-assign,assignment]
    clock.time += 120
    run = deploy(folder, host, clock)
    host.answer = original  # type: ignore[method-assign]
    clock.time += 120
    assert run.code == 69, (run, name, calls)


if __name__ == "__main__":
    unittest.main()
