"""Files of the project that the app, or its user, wrote on PythonAnywhere.

They lie in the project here as well, so a deployment would replace them. Data stops it; code
is replaced, told and kept.
"""

from __future__ import annotations

import pickle
import shelve
import subprocess
import unittest
from pathlib import Path
from typing import Any

import fake_api
from data_support import DataTest
from support import DOMAIN, HANDLER, STATE_FILE, Run, write

# What an app saves, under names and in forms that nothing else knows as data.
SAVED: dict[str, tuple[bytes, bytes]] = {
    "guests.json": (b"[]\n", b'["Ada", "Grace"]\n'),
    "data/votes.csv": (b"name,votes\n", b"name,votes\nAda,7\n"),
    "state.pickle": (pickle.dumps({}), pickle.dumps({"visits": 12})),
    "counter.txt": (b"0", b"41"),
    "feed.xml": (b"<feed/>", b"<feed><entry/></feed>"),
    "settings.yaml": (b"{}\n", b"theme: dark\n"),
    "model.npy": (b"\x93NUMPY\1\0" + b"\0" * 8, b"\x93NUMPY\1\0" + b"\1" * 8),
    "static/uploads/ada.jpg": (b"\xff\xd8\xff one", b"\xff\xd8\xff two"),
    "journal": (b"", b"Monday: it works.\n"),
    "emptied.json": (b'["Ada"]\n', b""),
    # SQLCipher has no header: all of it is like noise.
    "vault": (b"empty", bytes(range(1, 256)) * 32),
    # One of the files of dbm.dumb, and of a store of LevelDB.
    "index.dat": (b"empty", b"Ada\0Grace\0"),
    "store/CURRENT": (b"a text", b"MANIFEST-000004\n"),
}
CODE = ("hello/handlers.py", "static/app.css", "requirements.txt", "README.md")


class SavedCase(DataTest):
    """A project with data in files of its own, which is deployed."""

    def setUp(self) -> None:
        super().setUp()
        files = {**HANDLER, **{name: here for name, (here, _) in SAVED.items()}}
        self.here = self.folder(files)  # type: ignore[arg-type]
        self.deploy(self.here)

    def save(self, name: str) -> bytes:
        """Let the app write into a file of its own."""
        content = SAVED[name][1]
        self.there(name).write_bytes(content)
        return content

    def kept(self, content: bytes) -> int:
        """Return how many archives have the content."""
        import zipfile

        count = 0
        for path in self.host.place("/home/alice/.pa-new/undo").glob("*.zip"):
            with zipfile.ZipFile(path) as archive:
                count += content in map(archive.read, archive.namelist())
        return count


class SavedTest(SavedCase):
    """Data in files of the project."""

    def test_a_deployment_stops_before_each(self) -> None:
        for name in SAVED:
            with self.subTest(name):
                content = self.save(name)
                run = self.stops(self.here, code=73)
                self.assertIn(f"'{name}' in /home/alice/hello was changed", run.err)
                self.assertIn("--overwrite-data", run.err)
                self.assertIn(f"and run: git rm --cached {name}\n", run.err)
                self.assertEqual(self.there(name).read_bytes(), content)
                self.there(name).write_bytes(SAVED[name][0])
        run = self.deploy(self.here)
        self.assertIn("is up to date", run.out)

    def test_the_app_alone_writes_to_it_when_git_ignores_it(self) -> None:
        """As the message says."""
        content = self.save("guests.json")
        subprocess.run(["git", "init", "-q", str(self.here)], check=True)
        subprocess.run(["git", "-C", str(self.here), "add", "-A"], check=True)
        hint = "add it to .gitignore, and run: git rm --cached guests.json\n"
        self.assertIn(hint, self.stops(self.here, code=73).err)
        write(self.here, {".gitignore": "guests.json\n", "hello/new.py": ""})
        self.stops(self.here, code=73)
        command = ["git", "-C", str(self.here), "rm", "-q", "--cached", "guests.json"]
        subprocess.run(command, check=True)
        self.deploy(self.here)
        self.assertEqual(self.there("guests.json").read_bytes(), content)

    def test_several_are_told_at_once(self) -> None:
        for name in SAVED:
            self.save(name)
        run = self.stops(self.here, code=73)
        self.assertIn(f"and {len(SAVED) - 5} more in /home/alice/hello", run.err)

    def test_a_dry_run_stops_as_well(self) -> None:
        self.save("guests.json")
        self.stops(self.here, "--dry-run", code=73)

    def test_what_the_user_brings_here_goes_on(self) -> None:
        content = self.save("guests.json")
        write(self.here, {"guests.json": content, "hello/new.py": ""})
        self.deploy(self.here)
        self.assertEqual(self.there("guests.json").read_bytes(), content)

    def test_on_request_it_is_replaced_told_and_kept(self) -> None:
        content = self.save("guests.json")
        run = self.deploy(self.here, "--overwrite-data")
        self.assertEqual(self.there("guests.json").read_bytes(), b"[]\n")
        told = "Changed on PythonAnywhere after the last deployment: guests.json. "
        self.assertIn(told, run.out)
        self.assertEqual(self.kept(content), 1)

    def test_code_is_replaced_told_and_kept(self) -> None:
        write(self.here, {name: "# one\n" for name in CODE[1:]})
        self.deploy(self.here)
        for name in CODE:
            with self.subTest(name):
                edited = f"# edited in a console: {name}\n".encode()
                before = self.there(name).read_bytes()
                self.there(name).write_bytes(edited)
                run = self.deploy(self.here, "--json")
                self.assertEqual(run.document["changedThere"], [name])
                self.assertEqual(self.there(name).read_bytes(), before)
                self.assertEqual(self.kept(edited), 1)

    def test_a_file_that_the_app_made_before_it_was_in_the_project(self) -> None:
        self.there("scores.json").write_text('{"Ada": 7}')
        write(self.here, {"scores.json": "{}"})
        self.stops(self.here, code=73)

    def test_what_was_edited_only_here_is_no_reason_to_stop(self) -> None:
        write(self.here, {name: there for name, (_, there) in SAVED.items()})
        run = self.deploy(self.here)
        self.assertNotIn("Changed on PythonAnywhere", run.out)

    def test_an_interrupted_deployment_is_no_edit(self) -> None:
        """The host has files of a run that broke off, and the project goes on."""
        made = len(self.host.calls)
        self.change("1")
        calls = len(self.host.calls) - made
        for kind, after in (("cut-after", "2"), ("half", "1")):
            for number in range(1, calls):
                with self.subTest(number=number, kind=kind):
                    self.change("0")
                    at = len(self.host.calls) + number
                    self.host.faults = [fake_api.Fault(at, kind, True)]
                    self.change("1", code=69)
                    self.host.faults = []
                    run = self.change(after)
                    self.assertNotIn("Changed on PythonAnywhere", run.out)

    def change(self, text: str, code: int = 0) -> Run:
        """Deploy another state of the project."""
        self.clock.time += 120
        write(self.here, {"guests.json": f"[{text}]\n", "counter.txt": text * 9})
        return self.deploy(self.here, code=code)

    def test_an_edit_after_an_interruption_stops(self) -> None:
        write(
            self.here, {"guests.json": "[1]\n", "wsgi.py": HANDLER["wsgi.py"] + "#\n"}
        )
        plan = self.deploy(self.here, "--dry-run", "--json").document["calls"]
        at = next(n for n, c in enumerate(plan, 1) if c["path"].endswith("/reload/"))
        self.host.faults = [fake_api.Fault(len(self.host.calls) + at, "500", True)]
        self.deploy(self.here, code=69)
        self.host.faults = []
        self.clock.time += 120
        self.assertEqual(self.there("guests.json").read_bytes(), b"[1]\n")
        self.save("guests.json")
        self.stops(self.here, code=73)

    def test_a_deployment_to_another_domain_is_no_edit(self) -> None:
        self.host.max_apps = 2
        for number, domain in enumerate(("www.example.com", DOMAIN, "www.example.com")):
            write(self.here, {"guests.json": f"[{number}]"})
            self.deploy(self.here, domain=domain)
        for domain in (DOMAIN, "www.example.com"):
            self.save("counter.txt")
            self.stops(self.here, domain=domain, code=73)

    def test_the_first_deployment_to_another_domain_stops(self) -> None:
        self.host.max_apps = 2
        self.save("guests.json")
        self.stops(self.here, domain="www.example.com", code=73)

    def test_a_note_without_digests_is_no_reason_to_stop(self) -> None:
        """0.1.0 wrote no digests: what was changed there cannot be told from what was not."""
        self.save("guests.json")
        note = self.host.place(STATE_FILE)
        note.write_text('{"version": 1, "state": "a", "entry": "b"}')
        run = self.deploy(self.here, "--replace-wsgi")
        self.assertNotIn("Changed on PythonAnywhere", run.out)
        self.assertEqual(self.kept(SAVED["guests.json"][1]), 1)


class MeanwhileTest(SavedCase):
    """The app writes while the deployment is under way."""

    def meanwhile(self, at: str, status: int = 0) -> None:
        """Let the app write when a file is about to be uploaded for the first time.

        :param status: What this upload is answered, without an effect; 0 for a success.
        """
        original, done = self.host.answer, list[str]()

        def answer(method: str, path: str, *rest: Any) -> Any:
            if method == "POST" and path.endswith(at) and not done:
                done.append(path)
                self.save("guests.json")
                if status:
                    return status, "text/html", b"down"
            return original(method, path, *rest)

        self.host.answer = answer  # type: ignore[method-assign,assignment]

    def test_a_deployment_stops_before_it(self) -> None:
        for at, status in (("/hello/new.py", 0), ("/guests.json", 500)):
            with self.subTest(at):
                self.there("guests.json").write_bytes(SAVED["guests.json"][0])
                self.there("hello/new.py").unlink(missing_ok=True)
                write(self.here, {"guests.json": "[2]\n", "hello/new.py": ""})
                self.clock.time += 120
                self.meanwhile(at, status)
                run = self.deploy(self.here, code=73)
                self.assertIn("'guests.json' in /home/alice/hello was changed", run.err)
                saved = self.there("guests.json").read_bytes()
                self.assertEqual(saved, SAVED["guests.json"][1])

    def test_the_user_can_allow_it(self) -> None:
        write(self.here, {"guests.json": "[2]\n", "hello/new.py": ""})
        self.meanwhile("/hello/new.py")
        self.deploy(self.here, "--overwrite-data")
        self.assertEqual(self.there("guests.json").read_bytes(), b"[2]\n")

    def test_an_upload_that_was_cut_off_is_no_change(self) -> None:
        for kind in ("half", "500-after", "cut"):
            with self.subTest(kind):
                write(self.here, {"guests.json": f"[2, 3, {kind!r}]\n" * 99})
                plan = self.deploy(self.here, "--dry-run", "--json").document["calls"]
                at = next(
                    number
                    for number, call in enumerate(plan, 1)
                    if call["method"] == "POST"
                    and call["path"].endswith("/guests.json")
                )
                self.clock.time += 120
                self.host.faults = [fake_api.Fault(len(self.host.calls) + at, kind)]
                self.deploy(self.here)
                self.clock.time += 120


class ShelfTest(DataTest):
    """A shelf of the app, of which a file has the name of a file here."""

    def test_it_stays_whole(self) -> None:
        here = self.folder(HANDLER)
        self.begin(here)
        place = self.there("shelf")
        with shelve.open(str(place)) as shelf:
            shelf["visits"] = 12
        before = self.data()
        for path in before:
            with self.subTest(path):
                name = Path(path).name
                write(here, {name: "a text"})
                self.stops(here, code=73)
                (here / name).unlink()
        self.assertEqual(self.data(), before)
        with shelve.open(str(place)) as shelf:
            self.assertEqual(shelf["visits"], 12)


if __name__ == "__main__":
    unittest.main()
