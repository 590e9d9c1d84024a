"""Each request of a deployment with ``--env-file`` fails, in turn and in each way.

The settings there are the old or the new ones, the old ones are never lost, nothing shows a
secret, and the next run finishes the job.
"""

from __future__ import annotations

import unittest
from collections.abc import Mapping
from pathlib import Path

import fake_api
import fake_server
from fault_cases import FaultCase, Start, in_turn, nothing, older
from support import DOMAIN, HANDLER, QuickClock, Run, deploy, project

ENV = "/home/alice/hello/.env"
SECRET = "hunter2-Zq8xW"
NEW = f"SHOP_PASSWORD={SECRET}\nTOWN=Bergen\n" + "# for a long upload\n" * 50
OLD = "SHOP_PASSWORD=older-secret\n"


def with_settings(host: fake_server.FakeServer, clock: QuickClock) -> None:
    """The project, deployed, with other settings that somebody wrote."""
    with project(HANDLER) as folder:
        run = deploy(folder, host, clock)
        assert run.code == 0, run
    host.place(ENV).write_text(OLD)


def deployed(host: fake_server.FakeServer, clock: QuickClock) -> None:
    """The project, deployed, without settings."""
    with project(HANDLER) as folder:
        run = deploy(folder, host, clock)
        assert run.code == 0, run


class EnvFaultCase(FaultCase):
    """Runs with a file of settings."""

    file: Path

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.file = cls.folder.parent / "shop.env"
        cls.file.write_text(NEW)

    def deploy(
        self, host: fake_server.FakeServer, clock: QuickClock, timeout: float = 20
    ) -> Run:
        greeting = self.page.decode()
        options = (*self.options, f"--env-file={self.file}")
        run = deploy(
            self.folder, host, clock, *options, timeout=timeout, greeting=greeting
        )
        self.expect_secret(host, run)
        return run

    def expect_secret(self, host: fake_server.FakeServer, run: Run) -> None:
        for secret in ("SHOP_PASSWORD", SECRET, "older-secret"):
            self.assertNotIn(secret, run.out + run.err)
        for path, content in host.files().items():
            if not path.endswith(".env"):
                self.assertNotIn(SECRET.encode(), content, path)
                self.assertNotIn(b"older-secret", content, path)

    def expect_whole(
        self,
        host: fake_server.FakeServer,
        before: Mapping[str, bytes],
        after: Mapping[str, bytes],
    ) -> None:
        super().expect_whole(host, before, after)
        self.expect_old(host, before)

    def expect_done(
        self, host: fake_server.FakeServer, before: Mapping[str, bytes]
    ) -> None:
        super().expect_done(host, before)
        self.assertEqual(host.files()[ENV], NEW.encode())
        self.expect_old(host, before)
        self.assertEqual(host.loads, self.loads(host))

    def expect_old(
        self, host: fake_server.FakeServer, before: Mapping[str, bytes]
    ) -> None:
        """The old settings are there, or in one copy."""
        if before.get(ENV, NEW.encode()) != NEW.encode():
            copies = [
                content
                for path, content in host.files().items()
                if path.endswith(".env") and path != ENV
            ]
            is_there = host.files()[ENV] == OLD.encode()
            self.assertIn(
                copies, [[OLD.encode()], []] if is_there else [[OLD.encode()]]
            )

    @staticmethod
    def loads(host: fake_server.FakeServer) -> int:
        """How often the app was loaded: the last request that reloads it came after all."""
        posts = [call.path for call in host.calls if call.method == "POST"]
        uploads = [n for n, path in enumerate(posts) if path.endswith("/hello/.env")]
        reloads = [n for n, path in enumerate(posts) if path.endswith("/reload/")]
        assert uploads, "the settings were not uploaded"
        assert reloads and reloads[-1] > uploads[-1], (
            "the app did not load the settings"
        )
        return host.loads


class EnvFaultTest(EnvFaultCase):
    def test_from_nothing(self) -> None:
        self.each(nothing, "/.env")

    def test_the_file_alone(self) -> None:
        self.each_of_few(deployed)

    def test_with_changed_code(self) -> None:
        self.each_of_few(older)

    def each_of_few(self, start: Start) -> None:
        calls, after = self.calls(start)
        self.assertGreater(len(calls), 10)
        for number, call in enumerate(calls, 1):
            for kind in in_turn(("500", "500-after", "cut", "cut-after"), number):
                with self.subTest(call=call, number=number, once=kind):
                    self.once(start, fake_api.Fault(number, kind))
            for kind in ("500", "cut-after"):
                with self.subTest(call=call, number=number, lasting=kind):
                    self.lasting(start, fake_api.Fault(number, kind, True), after)


class ReplaceFaultTest(EnvFaultCase):
    options = ("--replace-wsgi", "--replace-env")

    def test_other_settings(self) -> None:
        EnvFaultTest.each_of_few(self, with_settings)  # type: ignore[arg-type]

    def test_an_upload_that_was_cut_off(self) -> None:
        """What lands of it is nobody's file: the next run replaces it."""
        for options, start in (((), deployed), (("--replace-env",), with_settings)):
            with self.begin(start) as (host, clock):
                before = host.files()
                number = self.number(start)
                host.faults = [fake_api.Fault(number, "half", True)]
                run = deploy(
                    self.folder, host, clock, *options, f"--env-file={self.file}"
                )
                self.assertEqual(run.code, 69, run)
                half = host.files()[ENV]
                self.assertTrue(NEW.encode().startswith(half) and len(half) < len(NEW))
                host.faults = []
                clock.time += 120
                run = deploy(self.folder, host, clock, f"--env-file={self.file}")
                self.assertEqual(run.code, 0, run)
                self.expect_done(host, before)

    def test_a_file_that_is_as_long_as_half_of_it_and_nobody_cut(self) -> None:
        """Without a sign of an interrupted deployment, it is somebody's own."""
        with self.begin(deployed) as (host, clock):
            host.place(ENV).write_text(NEW[: len(NEW) // 2])
            run = deploy(self.folder, host, clock, f"--env-file={self.file}")
            self.assertEqual(run.code, 73, run)

    def number(self, start: Start) -> int:
        calls, _ = self.calls(start)
        uploads = [
            n
            for n, call in enumerate(calls, 1)
            if call.method == "POST" and call.path.endswith("/hello/.env")
        ]
        return uploads[0]

    def test_an_interrupted_run_and_another_file(self) -> None:
        """Two copies are kept: of the first settings, and of those that were never loaded."""
        with self.begin(with_settings) as (host, clock):
            reload_at = next(
                n
                for n, call in enumerate(self.calls(with_settings)[0], 1)
                if call.path.endswith("/reload/")
            )
            host.faults = [fake_api.Fault(reload_at, "500", True)]
            run = self.deploy(host, clock)
            self.assertEqual(run.code, 69, run)
            self.assertIn("effect (reload the web app)", run.err)
            host.faults = []
            clock.time += 120
            other = self.folder.parent / "other.env"
            other.write_text("A=1\n")
            options = (f"--env-file={other}", "--replace-env")
            run = deploy(self.folder, host, clock, *options)
            self.assertEqual(run.code, 0, run)
            found = {
                content
                for path, content in host.files().items()
                if path.endswith(".env") and path != ENV
            }
            self.assertEqual(found, {OLD.encode(), NEW.encode()})
            self.assertEqual(host.page(DOMAIN)[0], 200)


if __name__ == "__main__":
    unittest.main()
