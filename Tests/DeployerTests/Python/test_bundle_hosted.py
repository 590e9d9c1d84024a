"""A bundle on the host: uploaded once, and only named when it is whole."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from pa_new_deploy.api.client import Client, Request, Response
from pa_new_deploy.api.host import Host
from pa_new_deploy.api.region import find
from pa_new_deploy.bundle import archive, hosted
from pa_new_deploy.bundle.bundling import Bundle

import support

PLACE = hosted.folder("/home/alice", "hello")


class HostedTest(support.DeployTest):
    def setUp(self) -> None:
        super().setUp()
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.root = Path(place.name)
        region = find(support.DOMAIN, {"PYTHONANYWHERE_SITE": self.host.url})
        self.client = Client(
            region, "alice", self.host.token, self.clock, lambda why, wait: None
        )
        self.api = Host(self.client)

    def bundle(self, text: str, python: str = "3.13") -> Bundle:
        folder = Path(tempfile.mkdtemp(dir=self.root))
        (folder / "shop.py").write_text(text)
        return Bundle(archive.pack(folder, self.root), python, "2.35", {})

    def bring(self, bundle: Bundle) -> hosted.BundlePlan:
        plan = hosted.plan(bundle, PLACE, self.api)
        hosted.upload(plan, self.api)
        hosted.use(plan, self.api)
        return plan

    def current(self) -> hosted.Current | None:
        return hosted.decode(self.host.place(f"{PLACE}/current.json").read_bytes())

    def test_it_is_uploaded_once(self) -> None:
        bundle = self.bundle("X = 1\n")
        self.bring(bundle)
        made = bundle.archive
        there = self.host.place(f"{PLACE}/{made.sha256}.zip").read_bytes()
        self.assertEqual(there, made.path.read_bytes())
        current = self.current()
        assert current
        self.assertEqual((current.sha256, current.size), (made.sha256, made.size))
        calls = len(self.host.calls)
        self.assertFalse(self.bring(bundle).changes)
        self.assertEqual(support.changes(self.host, calls), [])

    def test_the_same_files_from_another_zlib_are_not_uploaded(self) -> None:
        bundle = self.bundle("X = 1\n")
        self.bring(bundle)
        other = replace(bundle.archive, sha256="f" * 64)
        calls = len(self.host.calls)
        self.bring(replace(bundle, archive=other))
        self.assertEqual(support.changes(self.host, calls), [])

    def test_another_python_or_a_lost_archive_is_uploaded(self) -> None:
        bundle = self.bundle("X = 1\n")
        self.bring(bundle)
        self.assertTrue(self.bring(replace(bundle, python="3.12")).uploads)
        self.host.place(f"{PLACE}/{bundle.archive.sha256}.zip").unlink()
        self.assertTrue(self.bring(replace(bundle, python="3.12")).uploads)

    def test_an_unpacked_bundle_needs_no_archive(self) -> None:
        bundle = self.bundle("X = 1\n")
        self.bring(bundle)
        archive_there = self.host.place(f"{PLACE}/{bundle.archive.sha256}.zip")
        archive_there.unlink()
        archive_there.with_suffix("").mkdir()
        self.assertFalse(self.bring(bundle).uploads)

    def test_an_upload_that_breaks_off_is_not_named(self) -> None:
        plan = hosted.plan(self.bundle("X = 1\n"), PLACE, self.api)
        hosted.upload(plan, self.api)
        self.assertFalse(self.host.place(f"{PLACE}/current.json").exists())
        self.assertTrue(hosted.plan(plan.bundle, PLACE, self.api).uploads)

    def test_an_archive_that_a_worker_removed_is_uploaded_again(self) -> None:
        plan = hosted.plan(self.bundle("X = 1\n"), PLACE, self.api)
        hosted.upload(plan, self.api)
        there = self.host.place(f"{PLACE}/{plan.current.sha256}.zip")
        there.unlink()
        hosted.use(plan, self.api)
        self.assertTrue(there.exists())

    def test_a_large_upload_has_more_time(self) -> None:
        """The rest of the time comes with each piece that is sent."""
        seen: list[float] = []

        class Opener:
            def open(self, sent: object, timeout: float) -> object:
                seen.append(timeout)
                raise KeyboardInterrupt

        self.client._opener = Opener()  # type: ignore[assignment]
        for size in (0, 25_000_000):
            with self.assertRaises(KeyboardInterrupt):
                self.client.call(Request("POST", "x", "y", content=b"x" * size))
        self.assertEqual(seen, [60.0, 220.0])

    def test_whether_it_is_being_unpacked(self) -> None:
        digest = "a" * 64
        self.assertFalse(hosted.is_unpacking(PLACE, digest, self.api))
        self.host.place(f"{PLACE}/.new-{digest}").mkdir(parents=True)
        self.assertTrue(hosted.is_unpacking(PLACE, digest, self.api))
        self.host.place(f"{PLACE}/{digest}").mkdir()
        self.assertFalse(hosted.is_unpacking(PLACE, digest, self.api))

    def test_a_dry_run_changes_nothing(self) -> None:
        listed: list[Request] = []

        class Dry:
            def call(self, request: Request) -> Response:
                listed.append(request)
                return Response(404 if request.method == "GET" else 200)

        plan = hosted.plan(self.bundle("X = 1\n"), PLACE, Host(Dry()))
        hosted.upload(plan, Host(Dry()))
        hosted.use(plan, Host(Dry()))
        writes = [request.path for request in listed if request.method == "POST"]
        self.assertEqual(
            writes,
            [
                f"files/path{PLACE}/{plan.current.sha256}.zip",
                f"files/path{PLACE}/current.json",
            ],
        )

    def test_files_that_are_not_valid(self) -> None:
        good = hosted.Current("a" * 64, 1, "3.13", "2.35").encoded()
        self.assertIsNotNone(hosted.decode(good))
        for bad in [
            None,
            b"",
            b"[]",
            b"null",
            b"[" * 10_000,
            good.replace(b'"version": 1', b'"version": 2'),
            good.replace(b"a" * 64, b"../x"),
            good.replace(b'"size": 1', b'"size": null'),
        ]:
            with self.subTest(bad):
                self.assertIsNone(hosted.decode(bad))
