"""What stops an undo before anything is touched, and what an undo tells."""

from __future__ import annotations

import json
import unittest

from support import HANDLER, STATE_FILE, archive, write
from test_undo import NEWER, SOURCE, UndoTest


class StopTest(UndoTest):
    """What stops an undo before anything is touched."""

    def test_nothing_was_deployed(self) -> None:
        run = self.untouched(code=73)
        self.assertIn("pa-new has not deployed to it yet", run.err)

    def test_archives_that_cannot_be_used(self) -> None:
        self.deploy(self.folder(HANDLER))
        place = self.host.place(archive(1))
        whole = place.read_bytes()
        for content in (b"", b"{}", whole[:-1], whole[:100], b"x" * 1000):
            place.write_bytes(content)
            run = self.untouched(code=65)
            self.assertIn(f"{archive(1)} cannot be used", run.err)
        place.unlink()
        self.assertIn("are gone", self.untouched(code=73).err)
        place.write_bytes(whole)
        self.undo()

    def test_an_archive_of_another_domain_or_project(self) -> None:
        self.host.max_apps = 2
        self.deploy(self.folder(HANDLER))
        self.deploy(self.folder(HANDLER), domain="www.example.com")
        place = self.host.place(archive(1))
        mine = place.read_bytes()
        place.write_bytes(self.host.files()[archive(1, "www.example.com")])
        self.untouched(code=65)
        place.write_bytes(mine)
        del self.host.apps["www.example.com"]
        self.undo()

    def test_a_newer_note(self) -> None:
        self.deploy(self.folder(HANDLER))
        newer = json.dumps({**self.note(), "version": 3})
        self.host.place(STATE_FILE).write_text(newer)
        self.assertIn("a newer pa-new", self.untouched(code=73).err)

    def test_a_dry_run(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        write(folder, NEWER)
        self.deploy(folder)
        run = self.untouched("--dry-run", "--json", code=0)
        calls = len(self.host.calls)
        self.clock.time += 120
        self.undo()
        base = "/api/v0/user/alice/"
        made = [(c.method, c.path.replace(base, "")) for c in self.host.calls[calls:]]
        listed = [(c["method"], c["path"]) for c in run.document["calls"]]
        self.assertEqual(listed[:-1], made)

    def test_tokens(self) -> None:
        self.deploy(self.folder(HANDLER))
        run = self.untouched("--dry-run", code=78, token="")
        self.assertIn("a dry run of --undo needs the API token", run.err)
        self.assertIn("there is no API token", self.untouched(code=78, token="").err)
        self.assertIn("401", self.untouched(code=77, token="wrong-token-of-mine").err)

    def test_the_document(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        write(folder, NEWER)
        self.deploy(folder)
        document = self.undo("--json").document
        self.assertEqual(
            document["undo"],
            {
                "number": 2,
                "restored": [f"{SOURCE}/hello/handlers.py", f"{SOURCE}/wsgi.py"],
                "removed": [f"{SOURCE}/hello/new.py"],
                "saved": None,
                "kept": [],
            },
        )
        self.assertEqual(document["page"]["status"], 200)


if __name__ == "__main__":
    unittest.main()
