"""An undo brings back what the last deployment replaced."""

from __future__ import annotations

import io
import json
import unittest
import zipfile
from typing import Any
from unittest import mock

import fake_api
from fake_files import json_answer
from fault_cases import FOREIGN
from support import (
    DOMAIN,
    HANDLER,
    STATE_FILE,
    WSGI,
    DeployTest,
    Run,
    archive,
    changes,
    write,
)

SOURCE = "/home/alice/hello"
NEWER = {
    "hello/handlers.py": 'TEXT = b"Hello from handler, newer"\n',
    "hello/new.py": "",
    "wsgi.py": HANDLER["wsgi.py"] + "# newer\n",
}


OTHER = {**HANDLER, "wsgi.py": HANDLER["wsgi.py"].replace('"hello"', '"other"')}


class UndoTest(DeployTest):
    """What the host has, without pa-new's own folder."""

    def there(self) -> dict[str, bytes]:
        files = self.host.files()
        return {k: v for k, v in files.items() if "/.pa-new/" not in k}

    def settings(self) -> tuple[Any, ...]:
        app = self.host.apps[DOMAIN]
        rows = [(row["url"], row["path"]) for row in app.statics.values()]
        return app.source, app.virtualenv, rows

    def note(self) -> dict[str, Any]:
        note: dict[str, Any] = json.loads(self.host.files()[STATE_FILE])
        return note

    def untouched(self, *options: str, code: int, **more: Any) -> Run:
        """Undo, and expect that nothing is touched."""
        before, calls = self.host.files(), len(self.host.calls)
        run = self.undo(*options, code=code, **more)
        self.assertEqual(self.host.files(), before)
        self.assertEqual(changes(self.host, calls), [])
        if code:
            self.assertIn("Nothing on PythonAnywhere was changed.", run.out + run.err)
        return run


class BringBackTest(UndoTest):
    """The ways of a site from one state to the next, and back."""

    def test_files_that_changed_and_files_that_are_new(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        before, settings, note = self.there(), self.settings(), self.note()
        write(folder, NEWER)
        self.deploy(folder)
        self.assertEqual(self.host.page(DOMAIN), (200, b"Hello from handler, newer"))
        run = self.undo()
        self.assertEqual(self.there(), before)
        self.assertEqual(self.settings(), settings)
        self.assertEqual(self.host.page(DOMAIN), (200, b"Hello from handler"))
        self.assertEqual(self.note(), {**note, "number": 2})
        self.assertIn(f"visit    https://{DOMAIN}/: 200, Hello from handler", run.out)
        self.assertIn(f"remove   {SOURCE}/hello/new.py", run.out)
        self.deploy(folder)
        self.assertEqual(self.host.page(DOMAIN), (200, b"Hello from handler, newer"))
        self.assertEqual((self.note()["number"], self.note()["archive"]), (3, 3))

    def test_the_order_of_the_changes(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        write(folder, NEWER)
        self.deploy(folder)
        calls = len(self.host.calls)
        self.undo()
        self.assertEqual(
            changes(self.host, calls),
            [
                ("POST", f"files/path{SOURCE}/hello/handlers.py"),
                ("POST", f"files/path{SOURCE}/wsgi.py"),
                ("POST", "files/path" + WSGI),
                ("DELETE", f"files/path{SOURCE}/hello/new.py"),
                ("POST", f"webapps/{DOMAIN}/reload/"),
                ("POST", "files/path" + STATE_FILE),
            ],
        )

    def test_the_first_deployment(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        run = self.undo()
        self.assertEqual(list(self.there()), [WSGI])
        self.assertEqual(self.settings(), ("", "", []))
        self.assertIn(b"PythonAnywhere hosted", self.host.page(DOMAIN)[1])
        self.assertLess(sum(self.clock.pauses), 20, run)
        self.assertEqual(self.note()["project"], "")
        again = self.untouched(code=73)
        self.assertIn("every deployment to it is undone already", again.err)
        self.deploy(folder)
        self.assertEqual(self.host.page(DOMAIN), (200, b"Hello from handler"))
        self.assertEqual(self.note()["number"], 2)

    def test_one_after_the_other_back_to_nothing(self) -> None:
        folder = self.folder(HANDLER)
        states = []
        for number in range(4):
            write(
                folder, {"hello/handlers.py": f"TEXT = b'Hello from handler {number}'"}
            )
            self.deploy(folder)
            states.append((self.there(), self.settings()))
            self.clock.time += 60
        while states:
            self.assertEqual((self.there(), self.settings()), states.pop())
            self.undo()
            self.clock.time += 60
        self.assertEqual(list(self.there()), [WSGI])
        self.assertEqual(self.note()["number"], 4)

    def test_more_deployments_than_are_kept(self) -> None:
        folder = self.folder(HANDLER)
        for number in range(7):
            write(
                folder, {"hello/handlers.py": f"TEXT = b'Hello from handler {number}'"}
            )
            self.deploy(folder)
            self.clock.time += 60
        for number in (5, 4, 3, 2, 1):
            self.undo()
            page = (200, f"Hello from handler {number}".encode())
            self.assertEqual(self.host.page(DOMAIN), page)
            self.clock.time += 60
        run = self.untouched(code=73)
        self.assertIn("the old files of this deployment are gone", run.err)

    def test_what_is_deleted_here_was_never_removed_there(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        before = self.there()
        (folder / "README.md").unlink()
        write(folder, NEWER)
        self.deploy(folder)
        self.undo()
        self.assertEqual(self.there(), before)

    def test_settings_and_mappings_of_an_app_that_was_there(self) -> None:
        self.host.apps[DOMAIN] = app = fake_api.App(DOMAIN, "python313")
        app.source = "/home/alice/other"
        app.statics[7] = {"id": 7, "url": "/static/", "path": "/home/alice/other/s"}
        app.statics[8] = {"id": 8, "url": "/media/", "path": "/home/alice/media"}
        self.host.place(WSGI).write_bytes(FOREIGN)
        self.host.load(app)
        settings = self.settings()
        run = self.deploy(self.folder(HANDLER), "--replace-wsgi")
        self.assertIn("To bring back what was there before", run.out)
        self.assertNotEqual(self.settings(), settings)
        self.undo()
        self.assertEqual(self.settings(), settings)
        self.assertEqual(self.there(), {WSGI: FOREIGN})
        self.assertEqual(self.host.page(DOMAIN), (200, b"foreign"))

    def test_another_project_gets_its_domain_back(self) -> None:
        self.deploy(self.folder(OTHER), "--name", "other")
        before, settings, note = self.there(), self.settings(), self.note()
        self.assertEqual(note["project"], "/home/alice/other")
        self.untouched(code=73)
        self.deploy(self.folder({**HANDLER, **NEWER}), code=73)
        self.deploy(self.folder({**HANDLER, **NEWER}), "--replace-wsgi")
        run = self.untouched(code=73, name="other")
        self.assertIn("shows another project: /home/alice/hello", run.err)
        self.undo()
        self.assertEqual((self.there(), self.settings()), (before, settings))
        self.assertEqual(self.note(), {**note, "number": 2})
        self.undo(name="other")
        self.assertEqual(self.note()["project"], "")

    def test_a_setting_that_the_api_does_not_empty(self) -> None:
        self.deploy(self.folder(HANDLER))
        original = self.host.answer

        def answer(method: str, *rest: Any) -> Any:
            if method == "PATCH" and "" in rest[2].values():
                return json_answer(400, {"source_directory": ["Required."]})
            return original(method, *rest)

        with mock.patch.object(self.host, "answer", answer):
            run = self.undo()
        self.assertIn("Source code was empty before", run.out)
        self.assertEqual(self.settings(), (SOURCE, "", []))

    def test_a_note_of_the_first_version_comes_back(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        note = self.note()
        old = {"version": 1, "state": note["state"], "entry": note["entry"]}
        self.host.place(STATE_FILE).write_text(json.dumps(old))
        for number in range(1, 6):
            self.host.place(archive(number)).unlink(missing_ok=True)
        run = self.untouched(code=73)
        self.assertIn("did not keep what was there", run.err)
        write(folder, NEWER)
        self.deploy(folder)
        self.undo()
        self.assertEqual(self.note()["project"], None)
        self.assertEqual(self.note()["state"], note["state"])
        self.deploy(folder)


class ChangedSinceTest(UndoTest):
    """What somebody changed on PythonAnywhere after the deployment."""

    def setUp(self) -> None:
        super().setUp()
        self.local = self.folder({**HANDLER, "notes.txt": "old"})
        self.deploy(self.local)
        self.before = self.there()
        write(self.local, {**NEWER, "notes.txt": "new"})
        self.deploy(self.local)

    def edit(self, path: str, content: bytes) -> None:
        self.host.place(path).write_bytes(content)

    def saved(self, run: Run) -> dict[str, bytes]:
        with zipfile.ZipFile(
            io.BytesIO(self.host.files()[run.document["undo"]["saved"]])
        ) as file:
            return {"/" + name: file.read(name) for name in file.namelist()}

    def test_edited_files_are_kept_in_an_archive_of_their_own(self) -> None:
        self.edit(f"{SOURCE}/hello/handlers.py", b"TEXT = b'edited'\n")
        self.edit(WSGI, NEWER["wsgi.py"].encode() + b"# edited\n")
        run = self.undo("--json")
        self.assertEqual(
            self.saved(run),
            {
                f"{SOURCE}/hello/handlers.py": b"TEXT = b'edited'\n",
                WSGI: NEWER["wsgi.py"].encode() + b"# edited\n",
            },
        )
        self.assertEqual(self.there(), self.before)

    def test_a_new_file_that_was_changed_stays(self) -> None:
        self.edit(f"{SOURCE}/hello/new.py", b"edited")
        run = self.undo()
        self.assertIn(
            f"it was changed after its upload: {SOURCE}/hello/new.py", run.out
        )
        there = self.there()
        self.assertEqual(there.pop(f"{SOURCE}/hello/new.py"), b"edited")
        self.assertEqual(there, self.before)

    def test_a_new_file_in_whose_place_is_a_folder(self) -> None:
        place = self.host.place(f"{SOURCE}/hello/new.py")
        for limit in (1000, 1):
            place.unlink(missing_ok=True)
            place.mkdir()
            (place / "data").write_text("rows")
            with (
                mock.patch("fake_files.TREE_LIMIT", limit),
                mock.patch("pa_new_deploy.api.host.TREE_LIMIT", limit),
            ):
                self.undo()
            self.assertEqual((place / "data").read_text(), "rows")
            (place / "data").unlink()
            place.rmdir()
            self.deploy(self.local)

    def test_files_that_were_deleted(self) -> None:
        for path in ("hello/new.py", "hello/handlers.py"):
            self.host.place(f"{SOURCE}/{path}").unlink()
        self.undo()
        self.assertEqual(self.there(), self.before)

    def test_too_large_to_keep(self) -> None:
        self.edit(f"{SOURCE}/hello/handlers.py", b"#" * 900)
        with mock.patch("pa_new_deploy.undo.undo_plan.MAX_KEPT", 800):
            run = self.undo("--json", code=1)
        handlers = f"{SOURCE}/hello/handlers.py"
        self.assertIn(
            f"is too large to keep: {handlers}", run.document["undo"]["kept"][0]
        )
        self.assertEqual(self.there()[handlers], b"#" * 900)

    def test_what_the_app_may_have_written_stays(self) -> None:
        self.edit(f"{SOURCE}/notes.txt", b"of the app")
        run = self.undo()
        self.assertIn(f"may have saved data there: {SOURCE}/notes.txt", run.out)
        there = self.there()
        self.assertEqual(there.pop(f"{SOURCE}/notes.txt"), b"of the app")
        self.assertEqual(there, {k: v for k, v in self.before.items() if k in there})

    def test_a_site_that_shows_something_else_now(self) -> None:
        self.edit(WSGI, FOREIGN)
        self.host.apps[DOMAIN].source = "/home/alice/other"
        run = self.untouched(code=73)
        self.assertIn("shows another project: /home/alice/other", run.err)

    def test_settings_of_the_users_own_stay(self) -> None:
        self.undo()
        self.host.apps[DOMAIN].source = "/home/alice/mine"
        app = self.host.apps[DOMAIN]
        next(iter(app.statics.values()))["path"] = "/home/alice/mine"
        run = self.undo()
        self.assertIn("Source code is /home/alice/mine", run.out)
        self.assertIn("/static/ shows the files in /home/alice/mine", run.out)
        rows = [("/static/", "/home/alice/mine")]
        self.assertEqual(self.settings(), ("/home/alice/mine", "", rows))

    def test_a_web_app_that_was_deleted(self) -> None:
        del self.host.apps[DOMAIN]
        run = self.undo()
        self.assertIn("There is no web app", run.out)
        self.assertEqual(
            self.there()[f"{SOURCE}/hello/handlers.py"],
            self.before[f"{SOURCE}/hello/handlers.py"],
        )


if __name__ == "__main__":
    unittest.main()
