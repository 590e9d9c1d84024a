"""``deploy --env-file``: what goes up, what it replaces, and what an undo leaves."""

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

from env_support import ENV, HOME, OLD, SETTINGS, UPLOAD, EnvFileTest
from support import DOMAIN, FLASK, STATE_FILE, changes, write


class PutTest(EnvFileTest):
    def test_with_the_first_deployment(self) -> None:
        run = self.put()
        self.assertEqual(self.there.read_bytes(), SETTINGS.encode())
        self.assertIn("upload   .env (3 settings)\n", run.out)
        self.assertEqual(self.host.page(DOMAIN)[0], 200)
        self.assertNotIn(".env", self.host.files()[STATE_FILE].decode())
        self.assertEqual(self.copies(), {})

    def test_alone(self) -> None:
        self.deploy(self.here)
        calls, loads = len(self.host.calls), self.host.loads
        self.put()
        # The archive says that it was written, and the note that it was loaded.
        wanted = ["undo/alice.pythonanywhere.com-2.zip", ".env", "reload/", ".json"]
        found = [path for _, path in changes(self.host, calls)]
        self.assertEqual(len(found), 4, found)
        for path, end in zip(found, wanted):
            self.assertTrue(path.endswith(end), path)
        self.assertEqual(self.host.loads, loads + 1)

    def test_the_same_again(self) -> None:
        self.put()
        for options in ((), ("--replace-env",), ("--json",)):
            calls, loads = len(self.host.calls), self.host.loads
            run = self.put(*options)
            self.assertEqual(changes(self.host, calls), [])
            self.assertEqual(self.host.loads, loads)
            if "--json" in options:
                self.assertFalse(run.document["settings"]["uploaded"])
                self.assertEqual(run.document["uploaded"], [])
            else:
                self.assertIn("The .env on PythonAnywhere is up to date.", run.out)
                self.assertIn("is up to date: 6 files unchanged", run.out)
        # A deployment without the file leaves it there, and has nothing to load.
        run = self.deploy(self.here)
        self.assertEqual(self.host.loads, loads)
        self.assertEqual(self.there.read_bytes(), SETTINGS.encode())

    def test_the_same_was_put_there_by_hand(self) -> None:
        self.deploy(self.here)
        self.there.write_text(SETTINGS)
        calls = len(self.host.calls)
        self.put()
        self.assertEqual(changes(self.host, calls), [])

    def test_the_project_s_own(self) -> None:
        write(self.here, {".env": SETTINGS})
        self.file = self.here / ".env"
        run = self.put()
        self.assertEqual(self.there.read_bytes(), SETTINGS.encode())
        self.assertNotIn("Left on this computer", run.out)

    def test_the_file_may_be_a_link(self) -> None:
        # As containers mount their secrets.
        link = self.here.parent / "link.env"
        link.symlink_to(self.file)
        self.file = link
        self.put()
        self.assertEqual(self.there.read_bytes(), SETTINGS.encode())

    def test_a_dry_run(self) -> None:
        for token in ("", self.host.token):
            self.deploy(self.here)
            self.there.parent.mkdir(parents=True, exist_ok=True)
            calls = len(self.host.calls)
            run = self.deploy(
                self.here, f"--env-file={self.file}", "--dry-run", token=token
            )
            self.assert_secret(run, 0)
            line = f"POST   files/path{ENV}  (put .env there (3 settings))\n"
            self.assertIn(line, run.out)
            self.assertEqual(changes(self.host, calls), [])
        self.assertFalse(self.there.exists())
        run = self.put("--dry-run", "--json")
        self.assertEqual(run.document["settings"]["settings"], 3)

    def test_the_document(self) -> None:
        run = self.put("--json")
        wanted = {"path": ENV, "settings": 3, "lacking": [], "uploaded": True}
        self.assertEqual(run.document["settings"], {**wanted, "copy": None})
        self.assertIn(".env", run.document["uploaded"])
        self.assertIsNone(self.deploy(self.here, "--json").document["settings"])


class ReplaceTest(EnvFileTest):
    def setUp(self) -> None:
        super().setUp()
        self.deploy(self.here)
        self.there.write_text(OLD)

    def test_never_without_the_user_s_word(self) -> None:
        run = self.stopped(code=73)
        self.assertIn(f"PythonAnywhere already has another {ENV}", run.err)
        self.assertIn("--replace-env", run.err)
        # Not even an empty one, or one that the new one begins with, or in a dry run.
        for content in ("", "# of the shop\n"):
            self.there.write_text(content)
            self.stopped(code=73)
            self.stopped("--dry-run", code=73)
            self.stopped("--overwrite-data", "--replace-wsgi", code=73)

    def test_before_anything_else_changes(self) -> None:
        write(self.here, {"hello/routes.py": "broken", "new.txt": "new"})
        self.stopped(code=73)

    def test_a_copy_is_kept(self) -> None:
        run = self.put("--replace-env")
        copy = f"/home/alice/.pa-new/undo/{DOMAIN}-2.env"
        self.assertEqual(self.copies(), {copy: OLD.encode()})
        self.assertEqual(self.there.read_bytes(), SETTINGS.encode())
        self.assertIn(f"keep     the .env there, in {copy} (delete it", run.out)
        self.file.write_text("A=1\n")
        self.deploy(self.here, f"--env-file={self.file}", "--replace-env")
        self.assertEqual(len(self.copies()), 2)
        self.assertIn(SETTINGS.encode(), self.copies().values())

    def test_no_copy_is_replaced_when_the_numbers_begin_again(self) -> None:
        for number in range(8):
            self.host.place(STATE_FILE).unlink()
            self.there.write_text(f"A={number}\n")
            self.put("--replace-env")
        found = {content.decode() for content in self.copies().values()}
        self.assertEqual(found, {f"A={number}\n" for number in range(8)})

    def test_undo_leaves_it_and_says_where_the_one_before_is(self) -> None:
        write(self.here, {"new.txt": "new"})
        run = self.put("--replace-env", "--json")
        copy = run.document["settings"]["copy"]
        before = self.host.files()
        for options in (("--dry-run",), ()):
            run = self.undo(*options)
            self.assertIn("because it is data or a secret: " + ENV, run.out)
            self.assertIn(f"The .env before that deployment is {copy}.", run.out)
            self.assert_secret(run, 0)
        after = self.host.files()
        self.assertNotIn(f"{HOME}/new.txt", after)
        for path in (ENV, copy):
            self.assertEqual(after[path], before[path])

    def test_undo_of_a_new_one(self) -> None:
        self.there.unlink()
        self.put()
        run = self.undo()
        self.assertIn("because it is data or a secret: " + ENV, run.out)
        self.assertNotIn("The .env before", run.out)
        self.assertEqual(self.there.read_bytes(), SETTINGS.encode())

    def test_one_that_is_too_large_to_keep(self) -> None:
        self.there.write_text("A=1\n" * 300_000)
        run = self.stopped("--replace-env", code=73)
        self.assertIn("is larger than 1 MB", run.err)

    def test_a_folder_there(self) -> None:
        self.there.unlink()
        self.there.mkdir()
        self.stopped("--replace-env", code=73)

    def test_in_a_folder_with_too_many_files_to_list(self) -> None:
        for number in range(1001):
            self.host.place(f"{HOME}/a{number}").touch()
        self.stopped(code=73)
        self.put("--replace-env")
        self.assertEqual(list(self.copies().values()), [OLD.encode()])

    def test_somebody_changes_it_during_the_deployment(self) -> None:
        for before in (OLD, None):
            with self.subTest(before=before):
                self.there.unlink()
                if before is not None:
                    self.there.write_text(before)
                answer = self.host.answer
                looks: list[str] = []

                def meanwhile(
                    method: str,
                    path: str,
                    query: Any,
                    form: Any,
                    answer: Any = answer,
                    looks: list[str] = looks,
                ) -> Any:
                    reply = answer(method, path, query, form)
                    if path == UPLOAD[1]:
                        looks.append(method)
                        if looks == ["GET"]:
                            self.there.write_text("MINE=1\n")
                    return reply

                with mock.patch.object(self.host, "answer", meanwhile):
                    run = self.put("--replace-env", code=73)
                self.assertIn("was changed on PythonAnywhere during", run.err)
                self.assertEqual(self.there.read_text(), "MINE=1\n")

    def test_a_folder_that_is_not_the_project_s(self) -> None:
        """The rules for other files stay as they are."""
        self.host.place(STATE_FILE).unlink()
        self.host.place(f"{HOME}/hello/routes.py").write_text("other")
        self.host.place("/var/www/alice_pythonanywhere_com_wsgi.py").write_text("x = 1")
        self.stopped("--replace-env", code=73)

    def test_a_folder_that_two_domains_show(self) -> None:
        self.there.unlink()
        self.host.max_apps = 2
        self.deploy(self.here, domain="www.example.com")
        run = self.put()
        self.assertIn(f"www.example.com runs the files in {HOME}, too", run.out)


class PackagesTest(EnvFileTest):
    files = FLASK

    def test_with_packages_of_a_virtualenv(self) -> None:
        self.install("Flask-3.1.0")
        run = self.deploy(
            self.here, f"--env-file={self.file}", greeting="Hello from Flask"
        )
        self.assert_secret(run, 0)
        self.assertEqual(self.there.read_bytes(), SETTINGS.encode())


if __name__ == "__main__":
    unittest.main()
