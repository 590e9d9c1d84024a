"""What stops an undo before anything is touched, and what an undo tells."""

from __future__ import annotations

import functools
import json
import unittest
import zipfile
from unittest import mock

import fake_api
from support import DOMAIN, HANDLER, STATE_FILE, archive, write
from test_undo import NEWER, SOURCE, UndoTest

# isort: split
from pa_new_deploy import undo_command


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
        with zipfile.ZipFile(self.host.place(archive(2))) as file:
            made = json.loads(file.read("manifest.json"))["made"]
        document = self.undo("--json").document
        self.assertEqual(
            document["undo"],
            {
                "number": 2,
                "made": made,
                "emptiesSite": False,
                "restored": [f"{SOURCE}/hello/handlers.py", f"{SOURCE}/wsgi.py"],
                "removed": [f"{SOURCE}/hello/new.py"],
                "saved": None,
                "kept": [],
            },
        )
        self.assertEqual(document["page"]["status"], 200)


class NamedTest(UndoTest):
    """What is undone is said before the first change."""

    def setUp(self) -> None:
        super().setUp()
        time = mock.patch(
            "pa_new_deploy.deploy_state.now", return_value="2026-01-02T03:04:05Z"
        )
        time.start()
        self.addCleanup(time.stop)
        self.local = self.folder(HANDLER)
        self.deploy(self.local)
        self.clock.time += 60

    def test_which_deployment(self) -> None:
        write(self.local, NEWER)
        self.deploy(self.local)
        line = "This undoes deployment 2, made on 2026-01-02 at 03:04:05 UTC.\n"
        out = self.untouched("--dry-run", code=0).out
        self.assertIn(line, out)
        self.assertLess(out.index(line), out.index("POST"))
        self.assertTrue(self.undo(may_empty=False).out.startswith(line))

    def test_one_that_was_interrupted(self) -> None:
        write(self.local, NEWER)
        self.host.faults = [
            fake_api.Fault(len(self.host.calls) + 15, "cut-after", True)
        ]
        self.deploy(self.local, code=69)
        self.host.faults = []
        self.clock.time += 60
        out = self.undo(may_empty=False).out
        self.assertIn("deployment 2", out)
        self.assertIn("05 UTC. It did not get to its end.\n", out)

    def test_the_first_one_needs_agreement(self) -> None:
        first = "It is the first one: the site will be empty afterwards."
        run = self.untouched(code=73, may_empty=False)
        self.assertIn(f"{first}\n", run.out)
        self.assertIn(f"{DOMAIN} would be empty after this undo", run.err)
        run = self.untouched("--json", code=73, may_empty=False)
        self.assertTrue(run.document["undo"]["emptiesSite"])
        self.assertEqual(run.document["undo"]["number"], 1)
        self.assertEqual(run.document["undo"]["made"], "2026-01-02T03:04:05Z")
        run = self.untouched("--dry-run", code=0, may_empty=False)
        self.assertIn(first, run.out)
        self.undo()

    def test_the_first_one_after_a_deployment_that_died_before_its_archive(
        self,
    ) -> None:
        write(self.local, NEWER)
        self.host.faults = [fake_api.Fault(len(self.host.calls) + 3, "cut-after", True)]
        self.deploy(self.local, code=69)
        self.host.faults = []
        self.clock.time += 60
        self.untouched(code=73, may_empty=False)

    def test_an_interruption_after_a_removal(self) -> None:
        calls = self.undo("--dry-run", "--json").document["calls"]
        removals = [n for n, c in enumerate(calls, 1) if c["method"] == "DELETE"]
        self.clock.time += 60
        self.host.faults = [
            fake_api.Fault(len(self.host.calls) + removals[2], "cut", True)
        ]
        run = self.undo(code=69)
        self.assertIn("1 of 6 new files were removed; settings were changed", run.err)
        self.assertNotIn("brought back", run.err)

    def test_a_question_on_a_terminal(self) -> None:
        for answer in ("", "no", "n", "nope", "yes please", "\x1b[A"):
            with self.subTest(answer=answer):
                self.answered(answer, 73)
        self.answered("YES", 0)

    def answered(self, answer: str, code: int) -> None:
        place = self.folder({"answer": answer + "\n"}) / "answer"
        ask = functools.partial(undo_command.agrees, terminal=str(place))
        with mock.patch("pa_new_deploy.undo_command.agrees", ask):
            run = self.undo("--ask", code=code, may_empty=False)
        self.assertIn(f"Empty {DOMAIN}? [no]: ", run.err)
        self.clock.time += 60

    def test_no_terminal_to_ask_on(self) -> None:
        ask = functools.partial(undo_command.agrees, terminal="/nonexistent/tty")
        with mock.patch("pa_new_deploy.undo_command.agrees", ask):
            self.untouched("--ask", code=73, may_empty=False)


if __name__ == "__main__":
    unittest.main()
