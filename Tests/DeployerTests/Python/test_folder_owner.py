"""A folder on PythonAnywhere with files that pa-new did not upload, and shared folders."""

from __future__ import annotations

import json
import unittest

import fake_api
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
SECOND = "www.example.com"
OLDER = {**HANDLER, "hello/handlers.py": "TEXT = b'by hand'\n"}
MIXED = {**HANDLER, "wsgi.py": HANDLER["wsgi.py"] + "# here\n"}


class FolderTest(DeployTest):
    """Files that are there, and no note."""

    def place(self, files: dict[str, str]) -> None:
        write(self.host.place(SOURCE), files)

    def test_other_files_stop_a_deployment(self) -> None:
        self.place(OLDER)
        for options in ((), ("--dry-run",)):
            run = self.stops(self.folder(HANDLER), *options, code=73)
            self.assertIn(f"{SOURCE} on PythonAnywhere has other files", run.err)
            self.assertIn("would replace hello/handlers.py", run.err)
        self.deploy(self.folder(HANDLER), "--replace-wsgi")
        self.assertEqual(self.host.page(DOMAIN), (200, b"Hello from handler"))
        self.undo()
        handlers = self.host.files()[f"{SOURCE}/hello/handlers.py"]
        self.assertEqual(handlers, OLDER["hello/handlers.py"].encode())

    def test_another_projects_folder_of_this_name(self) -> None:
        other = {"wsgi.py": "import shop\n", "shop.py": "", "README.md": "Shop"}
        self.place(other)
        run = self.stops(self.folder(HANDLER), code=73)
        self.assertIn("would replace README.md and wsgi.py", run.err)

    def test_the_same_files_are_no_matter(self) -> None:
        self.place(HANDLER)
        self.deploy(self.folder(HANDLER))

    def test_files_that_are_only_there_stay(self) -> None:
        self.place({"notes.txt": "mine", "hello/mine.py": ""})
        run = self.deploy(self.folder(HANDLER))
        self.assertIn("left alone: hello/mine.py, notes.txt", run.out)

    def test_a_wsgi_file_as_the_one_here(self) -> None:
        self.host.apps[DOMAIN] = fake_api.App(DOMAIN, "python313")
        self.host.place(WSGI).write_text(HANDLER["wsgi.py"])
        self.place(OLDER)
        self.deploy(self.folder(HANDLER))

    def test_a_wsgi_file_as_the_one_in_the_folder(self) -> None:
        for source, code in ((SOURCE, 0), ("", 0), ("/home/alice/other", 73)):
            with self.subTest(source=source):
                self.host.apps[DOMAIN] = fake_api.App(DOMAIN, "python313", source)
                for path in self.host.files():
                    self.host.place(path).unlink()
                self.host.place(WSGI).write_text(HANDLER["wsgi.py"])
                self.place(OLDER)
                self.deploy(self.folder(MIXED), code=code)
                self.clock.time += 60

    def test_an_interrupted_first_deployment(self) -> None:
        folder = self.folder(HANDLER)
        self.host.faults = [fake_api.Fault(12, "cut-after", lasts=True)]
        self.deploy(folder, code=69)
        self.assertIn(archive(1), self.host.files())
        self.assertNotIn(STATE_FILE, self.host.files())
        self.host.faults = []
        self.clock.time += 60
        write(folder, {"README.md": "edited", "hello/__init__.py": "# edited\n"})
        self.deploy(folder)
        self.undo()
        there = [path for path in self.host.files() if path.startswith(SOURCE)]
        self.assertEqual(there, [])

    def test_after_the_first_deployment_was_undone(self) -> None:
        folder = self.folder({**HANDLER, "guests.json": "[]"})
        self.deploy(folder)
        self.host.place(f"{SOURCE}/guests.json").write_text("edited there")
        self.host.place(f"{SOURCE}/hello/handlers.py").write_text("TEXT = b'there'")
        self.undo()
        run = self.stops(folder, code=73)
        self.assertIn(
            f"'guests.json' in {SOURCE} was changed on PythonAnywhere", run.err
        )
        self.assertNotIn("--replace-wsgi", run.err)
        self.clock.time += 60
        run = self.deploy(folder, "--overwrite-data")
        self.assertIn("--undo' brings them back", run.out)
        self.clock.time += 60
        self.undo()
        there = self.host.files()[f"{SOURCE}/guests.json"]
        self.assertEqual(there, b"edited there")

    def test_code_that_an_undo_left_is_replaced(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        self.host.place(f"{SOURCE}/hello/handlers.py").write_text("TEXT = b'there'")
        self.undo()
        self.clock.time += 60
        run = self.deploy(folder)
        self.assertIn("Changed on PythonAnywhere", run.out)
        self.assertIn("hello/handlers.py", run.out)

    def test_other_files_after_an_undo_of_the_first_deployment(self) -> None:
        self.deploy(self.folder(HANDLER))
        self.undo()
        self.place({"mine.py": "mine"})
        self.clock.time += 60
        folder = self.folder({**HANDLER, "mine.py": "other"})
        run = self.stops(folder, code=73)
        self.assertIn("pa-new did not upload them", run.err)


class SharedTest(DeployTest):
    """Two domains that show one folder."""

    def setUp(self) -> None:
        super().setUp()
        self.host.max_apps = 2
        self.local = self.folder(HANDLER)
        self.deploy(self.local)

    def test_each_domain_names_the_other(self) -> None:
        write(self.local, MIXED)
        run = self.deploy(self.local, domain=SECOND)
        self.assertIn(f"{DOMAIN} runs the files in {SOURCE}, too", run.out)
        self.clock.time += 60
        # The files are not as the first domain's note says: so it looks for the reason.
        write(self.local, {"hello/handlers.py": "TEXT = b'Hello from handler'  # 2\n"})
        for _ in range(2):
            run = self.deploy(self.local)
            self.assertIn(f"{SECOND} runs the files in {SOURCE}, too", run.out)
            self.clock.time += 60
            write(self.local, {"hello/handlers.py": "TEXT = b'Hello from handler'\n"})
        note = json.loads(self.host.files()[STATE_FILE])
        self.assertEqual(note["shared"], [SECOND])
        run = self.undo()
        self.assertIn(f"{SECOND} runs the files in {SOURCE}, too", run.out)

    def refused(self, *options: str, domain: str = DOMAIN) -> Run:
        """Undo, and expect that nothing is touched because of the other domain."""
        before, calls = self.host.files(), len(self.host.calls)
        run = self.undo(*options, code=73, domain=domain)
        self.assertEqual(self.host.files(), before)
        self.assertEqual(changes(self.host, calls), [])
        self.clock.time += 60
        return run

    def reloads(self, domain: str) -> tuple[int, bytes]:
        """Return the page of a domain after a reload that nobody asked for."""
        self.host.load(self.host.apps[domain])
        return self.host.page(domain)

    def test_an_undo_takes_no_file_from_another_domain(self) -> None:
        self.deploy(self.local, domain=SECOND)
        self.clock.time += 60
        for options in ((), ("--dry-run",), ("--json",)):
            run = self.refused(*options)
            self.assertIn(f"{SECOND} shows the files", run.out + run.err)
            self.assertIn(f"--undo --domain {SECOND}", run.out + run.err)
        self.assertEqual(self.reloads(SECOND), (200, b"Hello from handler"))
        self.undo(domain=SECOND)  # its own deployment uploaded nothing
        self.assertEqual(self.reloads(DOMAIN), (200, b"Hello from handler"))
        self.clock.time += 60
        self.undo()

    def test_an_undo_to_what_another_domain_was_deployed_with(self) -> None:
        self.deploy(self.local, domain=SECOND)
        self.clock.time += 60
        write(
            self.local,
            {"hello/handlers.py": "TEXT = b'Hello from handler 2'\n", "new.py": ""},
        )
        self.deploy(self.local)
        run = self.undo()
        self.assertIn(f"{SECOND} runs the files in {SOURCE}, too", run.out)
        self.assertEqual(self.reloads(SECOND), (200, b"Hello from handler"))

    def test_an_undo_changes_no_file_that_another_domain_shows(self) -> None:
        write(self.local, {"hello/handlers.py": "TEXT = b'Hello from handler 2'\n"})
        self.deploy(self.local)
        self.deploy(self.local, domain=SECOND)
        self.clock.time += 60
        self.assertIn("needs hello/handlers.py", self.refused().err)
        note = self.host.place(STATE_FILE.replace(DOMAIN, SECOND))
        whole = note.read_bytes()
        for damaged in (whole[:30], b"", b'{"version": 1, "state": "", "entry": ""}'):
            note.write_bytes(damaged)
            self.refused()
        note.write_bytes(whole)
        write(self.local, {"hello/handlers.py": "TEXT = b'Hello from handler 3'\n"})
        for _ in range(2):  # two versions that the other domain was not deployed with
            write(self.local, {"README.md": f"{self.clock.time}"})
            self.deploy(self.local)
            self.clock.time += 60
        self.undo()

    def test_an_undo_beside_domains_that_show_something_else(self) -> None:
        self.deploy(self.local, domain=SECOND)
        app = self.host.apps.pop(SECOND)
        run = self.undo("--dry-run")
        self.assertNotIn(SECOND, run.err)
        self.host.apps[SECOND] = app
        note = self.host.place(STATE_FILE.replace(DOMAIN, SECOND))
        other = {**json.loads(note.read_bytes()), "project": "/home/alice/other"}
        note.write_text(json.dumps(other))
        self.clock.time += 60
        self.undo()

    def test_the_same_files_for_a_second_domain(self) -> None:
        run = self.deploy(self.local, domain=SECOND)
        self.assertNotIn("runs the files", run.out)  # nothing changes
        self.assertNotIn("goes on from there", run.out)  # nothing was interrupted
        write(self.local, {"README.md": "new"})
        run = self.deploy(self.local, domain=SECOND)
        self.assertIn(f"{DOMAIN} runs the files in {SOURCE}, too", run.out)

    def test_notes_of_other_projects_and_what_is_no_note(self) -> None:
        write(self.host.place("/home/alice/.pa-new"), {"x.json": "{", "y.json": "[]"})
        self.host.place(STATE_FILE).unlink()
        write(self.local, {"README.md": "new"})
        self.stops(self.local, code=73, domain=SECOND)

    def test_a_deployment_without_another_domain_asks_nothing_more(self) -> None:
        write(self.local, MIXED)
        calls = len(self.host.calls)
        self.deploy(self.local)
        paths = [call.path for call in self.host.calls[calls:]]
        self.assertFalse([path for path in paths if path.endswith("/.pa-new")])


if __name__ == "__main__":
    unittest.main()
