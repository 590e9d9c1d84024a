"""What goes wrong while packages travel in a bundle: at each of its requests, by a killed
deployer, on a full disk, on a host that unpacks slowly.

As for other requests, the app stays as it was until all is there; what the host has of a
bundle is either not used or whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import unittest
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from pa_new_deploy.api.client import Client
from pa_new_deploy.bundle import resolution, tool
from pa_new_deploy.bundle.tool import Uv

import fake_api
import fake_files
import fake_server
from fault_cases import FaultCase, nothing
from support import DOMAIN, QuickClock, Run, deploy, project

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
BUNDLES = "/home/alice/.pa-new/bundles/hello"
TEMPLATES = Path(__file__).resolve().parents[3] / "Templates/_shared"

APP = {
    "wsgi.py": """\
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
PROJECT = HERE.parent if HERE.name == "wsgi.py" else Path.home() / "hello"
sys.path.insert(0, str(PROJECT))
import pa_bundle

pa_bundle.use("hello")

from hello.routes import application
""",
    "pa_bundle.py": (TEMPLATES / "pa_bundle.py.mustache").read_text(),
    "requirements.txt": "Flask==3.1.0\n",
    "hello/__init__.py": "",
    "hello/routes.py": """\
import flask


def application(environ, start_response):
    start_response("200 OK", [])
    return [b"Hello from Flask " + flask.NAME]
""",
    "static/hello.txt": "static\n",
}
PAGE = "Hello from Flask 1"


ANSWERED = fake_files.json_answer(200, {"status": "OK"})
FAILED = fake_files.json_answer(500, {"detail": "The web app did not respond."})


class Killed(BaseException):
    """The deployer is killed."""


@contextlib.contextmanager
def packages(name: str = "1", size: int = 100_000) -> Iterator[None]:
    """Let uv find one package, of about a size that no archive makes smaller."""

    def fetch(
        uv: Uv, requirements: Path, target: Path, *rest: object, **more: object
    ) -> dict[str, str]:
        (target / "flask.py").write_text(f"NAME = b'{name}'\n")
        noise = b"".join(
            hashlib.sha256(b"%d" % number).digest() for number in range(size // 32)
        )
        (target / "noise.bin").write_bytes(noise)
        (target / "flask-3.1.0.dist-info").mkdir()
        (target / "flask-3.1.0.dist-info/METADATA").write_text("Name: Flask\n")
        return {"flask": "3.1.0"}

    uv = Uv("/usr/bin/uv", "0.13.9", False)
    with (
        mock.patch.object(resolution, "fetch", fetch),
        mock.patch.object(tool, "find", lambda *a, **k: uv),
    ):
        yield


class BundleCase(FaultCase):
    """A deployment with a bundle of one package."""

    files: ClassVar[Mapping[str, str]] = APP
    page = PAGE.encode()
    options: ClassVar[tuple[str, ...]] = (
        *("--replace-wsgi", "--packages", "bundle", "--python", VERSION),
    )

    def setUp(self) -> None:
        super().setUp()
        context = packages()
        context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def expect_done(
        self, host: fake_server.FakeServer, before: Mapping[str, bytes]
    ) -> None:
        super().expect_done(host, before)
        self.expect_sound(host, is_there=True)

    def expect_whole(
        self,
        host: fake_server.FakeServer,
        before: Mapping[str, bytes],
        after: Mapping[str, bytes],
    ) -> None:
        self.expect_sound(host)
        # Half an archive may lie there, as long as nothing names it.
        there = without_bundles(host.files())
        with mock.patch.object(host, "files", lambda: there):
            super().expect_whole(host, without_bundles(before), after)

    def expect_sound(
        self, host: fake_server.FakeServer, *, is_there: bool = False
    ) -> None:
        """The bundle that the app is to use is whole, packed or unpacked."""
        file = host.place(f"{BUNDLES}/current.json")
        if not file.exists():
            self.assertFalse(is_there)
            return
        digest = json.loads(file.read_bytes())["sha256"]
        archive = host.place(f"{BUNDLES}/{digest}.zip")
        if not host.place(f"{BUNDLES}/{digest}").is_dir():
            content = archive.read_bytes()
            self.assertEqual(hashlib.sha256(content).hexdigest(), digest)


def begin_unpacking(host: fake_server.FakeServer) -> None:
    """Do what the entry file does first, and is then slow with."""
    current = json.loads(host.place(f"{BUNDLES}/current.json").read_bytes())
    host.place(f"{BUNDLES}/.new-{current['sha256']}").mkdir(exist_ok=True)


def without_bundles(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out what may come and go with each load; what names a bundle stays.

    Half an archive of old files may be there, too: it is not taken for a whole one.
    """
    return {
        path: content
        for path, content in files.items()
        if not path.startswith((f"{BUNDLES}/", "/home/alice/.pa-new/undo/"))
        or path.endswith("/current.json")
    }


def other_packages(host: fake_server.FakeServer, clock: QuickClock) -> None:
    """An app with another version of the package."""
    with packages("0"), project(APP) as folder:
        run = deploy(folder, host, clock, *BundleCase.options, greeting="Hello")
        assert run.code == 0, run


class BundleFaultTest(BundleCase):
    """Each request about the bundle fails in each way."""

    def test_from_nothing(self) -> None:
        self.each(nothing, "/bundles/")

    def test_other_packages(self) -> None:
        self.each(other_packages, "/bundles/")

    def test_the_reload(self) -> None:
        for start in (nothing, other_packages):
            self.each(start, "/reload/")

    def test_half_an_archive(self) -> None:
        """The connection ends in the middle, and the host keeps what has arrived."""
        for start in (nothing, other_packages):
            calls, after = self.calls(start)
            for number, call in enumerate(calls, 1):
                if call.method == "POST" and call.path.endswith(".zip"):
                    with self.subTest(start=start, call=call, once=True):
                        self.once(start, fake_api.Fault(number, "half"))
                    with self.subTest(start=start, call=call):
                        self.lasting(start, fake_api.Fault(number, "half", True), after)


class KillTest(BundleCase):
    def test_a_deployer_that_is_killed_at_any_request(self) -> None:
        for start in (nothing, other_packages):
            calls, after = self.calls(start)
            for number, call in enumerate(calls, 1):
                for is_done in (False, True):
                    with self.subTest(start=start, call=call, is_done=is_done):
                        self.kill(start, number, is_done=is_done, after=after)

    def kill(
        self, start: Any, number: int, *, is_done: bool, after: Mapping[str, bytes]
    ) -> None:
        original = Client._try
        count = 0

        def attempt(client: Client, request: Any) -> Any:
            nonlocal count
            count += 1
            if count > number:
                raise AssertionError("it went on")
            if count == number and not is_done:
                raise Killed
            response = original(client, request)
            if count == number:
                raise Killed
            return response

        with self.begin(start) as (host, clock):
            before, page, loads = host.files(), host.page(DOMAIN), host.loads
            with (
                mock.patch.object(Client, "_try", attempt),
                self.assertRaises(Killed),
            ):
                self.deploy(host, clock)
            self.expect_whole(host, before, after)
            if host.loads == loads:
                self.assertEqual(host.page(DOMAIN), page)
            clock.time += 120
            run = self.deploy(host, clock)
            self.assertEqual(run.code, 0, run)
            self.expect_done(host, before)


class QuotaTest(BundleCase):
    def test_a_full_disk(self) -> None:
        for start in (nothing, other_packages):
            with self.subTest(start=start), self.begin(start) as (host, clock):
                before, page = host.files(), host.page(DOMAIN)
                host.disk.quota = host.disk.used() + 50_000
                run = self.deploy(host, clock)
                self.assertNotEqual(run.code, 0)
                self.assertIn("Disk quota exceeded", run.err)
                self.assertEqual(host.page(DOMAIN), page)
                self.expect_whole(host, before, before)
                host.disk.quota *= 100
                clock.time += 120
                run = self.deploy(host, clock)
                self.assertEqual(run.code, 0, run)
                self.expect_done(host, before)

    def test_an_archive_that_is_too_large(self) -> None:
        with self.begin(nothing) as (host, clock):
            host.disk.upload_limit = 50_000
            run = self.deploy(host, clock)
            self.assertNotEqual(run.code, 0)
            self.assertIn("413", run.err)
            self.expect_sound(host)


class SlowTest(BundleCase):
    """The app is not there in time, since the host is still unpacking."""

    def slow(
        self, seconds: float, answer: tuple[int, str, bytes], *, goes_on: bool
    ) -> tuple[Run, float]:
        """Deploy to a host that needs so long; return how long the deployer took."""
        with self.begin(nothing) as (host, clock):
            host.loading, host.goes_on = seconds, goes_on
            host.slow_reload, host.passes = answer, clock.sleep
            host.begins_loading = lambda: begin_unpacking(host)
            start = clock.time
            run = self.deploy(host, clock)
            if run.code == 0:
                self.expect_done(host, {})
            return run, clock.time - start

    def test_it_retries_until_all_is_unpacked(self) -> None:
        for seconds in (50, 150):
            for answer in (ANSWERED, FAILED):
                for goes_on in (True, False):
                    about = f"{seconds} s, {answer[0]}, {goes_on=}"
                    with self.subTest(about):
                        run, took = self.slow(seconds, answer, goes_on=goes_on)
                        self.assertEqual(run.code, 0, run)
                        self.assertIn("still unpacking the packages", run.err)
                        self.assertLess(took, seconds * 3 + 60)

    def test_it_gives_up_in_the_end(self) -> None:
        for answer, code in ((ANSWERED, 1), (FAILED, 69)):
            with self.subTest(answer=answer):
                run, took = self.slow(1e6, answer, goes_on=False)
                self.assertEqual(run.code, code, run)
                self.assertIn("still unpacking the packages", run.err)
                self.assertLess(took, 3600)

    def test_a_failing_reload_without_unpacking_is_an_error(self) -> None:
        with self.begin(nothing) as (host, clock):
            host.loading, host.passes = 1e6, clock.sleep
            run = self.deploy(host, clock)
            self.assertEqual(run.code, 69, run)
            self.assertNotIn("unpacking", run.out + run.err)


if __name__ == "__main__":
    unittest.main()
