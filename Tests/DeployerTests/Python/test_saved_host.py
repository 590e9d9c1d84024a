"""The fake host itself: a saved state comes back whole, and forms are read as they are."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import fake_server
from fake_files import json_answer
from saved_host import SavedHost
from support import DOMAIN, HANDLER, DeployTest, QuickClock


def logs(host: fake_server.FakeServer) -> dict[str, bytes]:
    files = host.place("/var/log").iterdir()
    return {path.name: path.read_bytes() for path in files}


class SavedHostTest(DeployTest):
    """What a deployment made, on another host."""

    def setUp(self) -> None:
        super().setUp()
        self.here = self.folder(HANDLER)
        self.deploy(self.here)
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.saved = SavedHost(self.host, Path(place.name) / "saved")

    def test_it_is_the_same(self) -> None:
        clock = QuickClock()
        clock.time = self.clock.time
        for _ in range(2):  # what the first changes is not the second's
            with fake_server.running(now=clock.now) as other:
                self.saved.restore(other)
                self.assertEqual(other.files(), self.host.files())
                self.assertEqual(other.apps.keys(), self.host.apps.keys())
                app, before = other.apps[DOMAIN], self.host.apps[DOMAIN]
                self.assertEqual(app.document(), before.document())
                self.assertEqual(app.statics, before.statics)
                self.assertEqual(app.reloads, before.reloads)
                self.assertEqual(other.loads, self.host.loads)
                self.assertEqual(other.next_id, self.host.next_id)
                self.assertEqual(other.throttle, self.host.throttle)
                self.assertEqual(logs(other), logs(self.host))
                self.assertEqual(other.page(DOMAIN), (200, b"Hello from handler"))
                app.statics.clear()
                other.throttle.clear()
                other.place("/home/alice/hello/hello/handlers.py").unlink()

    def test_an_app_that_is_being_loaded_is_refused(self) -> None:
        self.host.apps[DOMAIN].ready = 1e9
        with tempfile.TemporaryDirectory() as place, self.assertRaises(AssertionError):
            SavedHost(self.host, Path(place) / "saved")


class FormTest(unittest.TestCase):
    """Forms with files, as RFC 7578 has them."""

    def read(self, body: bytes, kind: str = "boundary=x") -> dict[str, bytes]:
        return fake_server.multipart(f"multipart/form-data; {kind}", body)

    def test_contents_are_as_they_are(self) -> None:
        head = b'--x\r\nContent-Disposition: form-data; name="content"; filename="c"'
        for content in (b"", b"a", b"\r\n", b"a--x\r\n\r\n-x-", b"a--x--", bytes(256)):
            for kind in ("boundary=x", 'boundary="x"', "boundary=x; charset=utf-8"):
                for more in (b"", b"\r\nContent-Type: text/plain"):
                    with self.subTest(content=content, kind=kind, more=more):
                        body = head + more + b"\r\n\r\n" + content + b"\r\n--x--\r\n"
                        self.assertEqual(self.read(body, kind), {"content": content})

    def test_several_fields(self) -> None:
        part = b'--x\r\ncontent-disposition:form-data; filename="f"; name="%s"\r\n\r\n1'
        body = b"\r\n".join([part % b"a", part % b"b", b"--x--"])
        self.assertEqual(self.read(body), {"a": b"1", "b": b"1"})

    def test_no_field(self) -> None:
        """PythonAnywhere's client library sends this if it has nothing to upload."""
        self.assertEqual(self.read(b"--x--\r\n"), {})

    def test_what_is_no_form(self) -> None:
        head = b'--x\r\nContent-Disposition: form-data; name="content"\r\n'
        for body, kind in (
            (head + b"\r\na\r\n--x--", "boundary="),
            (head + b"\r\na\r\n--x", "boundary=x"),
            (head + b"\r\na", "boundary=x"),
            (head + b"\r\na\r\n--x--", "boundary=y"),
            (head + b"a\r\n--x--", "boundary=x"),
            (b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n--x--", "boundary=x"),
            (b"", "boundary=x"),
        ):
            with self.subTest(body=body, kind=kind), self.assertRaises(ValueError):
                self.read(body, kind)

    def test_the_api_refuses_an_upload_without_content(self) -> None:
        with fake_server.running() as host:
            answer = host.disk.answer("POST", "/home/alice/a", {"other": b"1"})
        detail = "You must provide a file with the name 'content'."
        self.assertEqual(answer, json_answer(400, {"detail": detail}))


if __name__ == "__main__":
    unittest.main()
