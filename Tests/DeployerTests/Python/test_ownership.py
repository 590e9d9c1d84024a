"""Another project's site stays as it is, unless the user says otherwise."""

from __future__ import annotations

import json
import unittest
from unittest import mock

import fake_api
from support import DOMAIN, HANDLER, STATE_FILE, WSGI, DeployTest, changes, write

OTHER = "/home/alice/other"


class OtherProjectTest(DeployTest):
    """A domain that shows another project."""

    def setUp(self) -> None:
        super().setUp()
        self.deploy(self.folder(HANDLER))
        note = json.loads(self.host.files()[STATE_FILE])
        self.assertEqual(note["project"], "/home/alice/hello")
        self.note = {**note, "project": OTHER, "since": "2026-01-02T03:04:05Z"}
        self.host.apps[DOMAIN].source = OTHER
        self.save(self.note)

    def save(self, note: dict[str, object]) -> None:
        self.host.place(STATE_FILE).write_text(json.dumps(note))

    def expect_stop(self, *texts: str) -> None:
        before, made = self.host.files(), len(self.host.calls)
        folder = self.folder(HANDLER)
        write(folder, {"wsgi.py": HANDLER["wsgi.py"] + "# newer\n"})
        for options in ((), ("--dry-run",)):
            run = self.deploy(folder, *options, code=73)
            for text in texts:
                self.assertIn(text, run.err)
        self.assertEqual(changes(self.host, made), [])
        self.assertEqual(self.host.files(), before)

    def test_it_is_named_and_left(self) -> None:
        self.expect_stop(OTHER, "since 2026-01-02T03:04:05Z", "--replace-wsgi")

    def test_a_note_of_the_first_version_means_the_folder_of_the_app(self) -> None:
        self.save({"version": 1, "state": "", "entry": self.note["entry"]})
        self.expect_stop(OTHER)

    def test_a_note_of_a_newer_version(self) -> None:
        self.save({**self.note, "version": 3})
        self.expect_stop("a newer pa-new")

    def test_taking_over_keeps_what_was_there(self) -> None:
        old = self.host.files()[WSGI] + b"# the other project's\n"
        self.host.place(WSGI).write_bytes(old)
        run = self.deploy(self.folder(HANDLER), "--replace-wsgi")
        note = json.loads(self.host.files()[STATE_FILE])
        self.assertEqual(note["project"], "/home/alice/hello")
        self.assertEqual(note["replaced"]["source_directory"], OTHER)
        self.assertEqual(self.host.files()[note["replaced"]["wsgi"]], old)
        self.assertIn(f"Source code: {OTHER}", run.out)
        self.assertEqual(self.host.apps[DOMAIN].source, "/home/alice/hello")
        self.deploy(self.folder(HANDLER))
        again = json.loads(self.host.files()[STATE_FILE])
        self.assertEqual(again["replaced"], note["replaced"])

    def test_an_app_that_was_made_anew(self) -> None:
        del self.host.apps[DOMAIN]
        self.deploy(self.folder(HANDLER), code=73)
        self.host.place(WSGI).unlink()
        self.deploy(self.folder(HANDLER))


class SettingsTest(DeployTest):
    """Settings that the user made on the Web tab."""

    def test_a_new_app_is_only_for_https(self) -> None:
        self.deploy(self.folder(HANDLER))
        self.assertTrue(self.host.apps[DOMAIN].force_https)

    def test_an_interrupted_deployment_has_it_set_by_the_next(self) -> None:
        folder = self.folder(HANDLER)
        plan = self.deploy(folder, "--dry-run", "--json").document["calls"]
        at = next(n for n, c in enumerate(plan, 1) if c["path"].endswith("/wsgi.py"))
        self.host.faults = [fake_api.Fault(len(self.host.calls) + at, "500", True)]
        self.deploy(folder, code=69)
        self.host.faults = []
        self.clock.time += 120
        self.deploy(folder)
        self.assertTrue(self.host.apps[DOMAIN].force_https)

    def test_not_on_request_and_not_for_an_app_that_is_there(self) -> None:
        self.deploy(self.folder(HANDLER), "--no-force-https")
        self.assertFalse(self.host.apps[DOMAIN].force_https)
        with mock.patch("pa_new_deploy.deploy_state.decode", return_value=None):
            self.deploy(self.folder(HANDLER))
        self.assertFalse(self.host.apps[DOMAIN].force_https)

    def test_a_source_folder_of_the_users_own(self) -> None:
        self.deploy(self.folder(HANDLER))
        self.host.apps[DOMAIN].source = "/home/alice/mine"
        run = self.deploy(self.folder(HANDLER))
        self.assertIn("Source code is /home/alice/mine", run.out)
        self.assertEqual(self.host.apps[DOMAIN].source, "/home/alice/mine")


if __name__ == "__main__":
    unittest.main()
