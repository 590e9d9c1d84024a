"""An undo without the note of the last deployment, or with a damaged one."""

from __future__ import annotations

import unittest

import fake_api
from support import DOMAIN, HANDLER, STATE_FILE, archive, write
from test_undo import SOURCE, UndoTest

DAMAGED = (b"", b"{", b"[]", b'{"version": 2}', b"\xff\xfe", b"[" * 500)


class LostNoteTest(UndoTest):
    """Several deployments, and a note that does not say which was the last."""

    def setUp(self) -> None:
        super().setUp()
        self.local = self.folder(HANDLER)

    def deployments(self, count: int) -> None:
        for number in range(1, count + 1):
            text = f"TEXT = b'Hello from handler {number}'\n"
            write(self.local, {"hello/handlers.py": text})
            self.deploy(self.local)
            self.clock.time += 60

    def shows(self, number: int) -> None:
        page = (200, f"Hello from handler {number}".encode())
        self.assertEqual(self.host.page(DOMAIN), page)

    def spoil(self, content: bytes | None) -> None:
        """Damage or remove the note."""
        place = self.host.place(STATE_FILE)
        if content is None:
            place.unlink()
        else:
            place.write_bytes(content)

    def test_the_last_deployment_is_undone_if_the_site_is_as_it_left_it(self) -> None:
        for count in (2, 5, 6):
            for content in (None, *DAMAGED[:2]):
                with self.subTest(count=count, content=content):
                    self.deployments(count)
                    self.spoil(content)
                    run = self.undo(may_empty=False)
                    self.assertIn(f"This undoes deployment {count}, ", run.out)
                    self.assertNotIn("did not get to its end", run.out)
                    self.shows(count - 1)
                    for path in self.host.files():
                        self.host.place(path).unlink()
                    self.host.apps.clear()
                    self.clock.time += 60

    def test_a_site_that_is_not_as_the_last_deployment_left_it(self) -> None:
        self.deployments(3)
        self.undo()  # so the newest archive is of a deployment that is undone
        for content in (None, *DAMAGED):
            with self.subTest(content=content):
                self.clock.time += 60
                self.spoil(content)
                run = self.untouched(code=65, may_empty=False)
                state = "missing" if content is None else "damaged"
                self.assertIn(f"{STATE_FILE} on PythonAnywhere is {state}", run.err)
                self.host.place(STATE_FILE).touch()
        self.deploy(self.local)
        self.shows(3)
        self.clock.time += 60
        self.undo(may_empty=False)
        self.shows(2)

    def test_a_file_that_was_changed_since(self) -> None:
        self.deployments(2)
        self.host.place(f"{SOURCE}/hello/handlers.py").write_text("TEXT = b'mine'")
        for content in (b"{", None):
            self.spoil(content)
            self.untouched(code=65)

    def test_no_archives(self) -> None:
        self.deployments(1)
        self.host.place(archive(1)).unlink()
        self.spoil(b"{")
        self.untouched(code=65)
        self.spoil(None)
        self.assertIn("has not deployed to it yet", self.untouched(code=73).err)

    def test_archives_that_are_damaged_or_of_another_domain(self) -> None:
        self.deployments(2)
        content = self.host.files()[archive(2)]
        self.host.place(archive(3, "x" + DOMAIN)).write_bytes(content)
        self.host.place(archive(2)).write_bytes(content[:-1])
        self.spoil(b"{")
        self.untouched(code=65)

    def test_a_deployment_without_the_note(self) -> None:
        """It does not take the first deployment of the series for an interrupted one."""
        self.deployments(5)
        before = self.there()
        self.spoil(None)
        write(self.local, {"hello/handlers.py": "TEXT = b'Hello from handler 6'\n"})
        self.deploy(self.local)
        self.clock.time += 60
        self.undo()
        self.assertEqual(self.there(), before)

    def test_the_first_deployment_without_the_note(self) -> None:
        self.deployments(1)
        self.spoil(None)
        self.untouched(code=73, may_empty=False)
        self.undo()

    def test_an_undo_that_was_interrupted_too(self) -> None:
        write(self.local, {"a.py": "1", "b.py": "1"})
        self.deployments(1)
        before = self.there()
        write(self.local, {"a.py": "2", "b.py": "2", "c.py": "2"})
        self.deploy(self.local)
        self.clock.time += 60
        self.spoil(b"{")
        calls = self.undo("--dry-run", "--json").document["calls"]
        second = [n for n, call in enumerate(calls, 1) if call["method"] == "POST"][1]
        self.host.faults = [fake_api.Fault(len(self.host.calls) + second, "cut", True)]
        self.clock.time += 60
        self.assertIn("restore  a.py", self.undo(code=69).out)
        self.host.faults = []
        self.clock.time += 60
        self.undo()
        self.assertEqual(self.there(), before)


if __name__ == "__main__":
    unittest.main()
