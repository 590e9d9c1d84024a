"""Projects that ``pa-new adopt`` has made: their record names the entry file and static folders."""

from __future__ import annotations

import json
import unittest

from pa_new_deploy import files
from pa_new_shared import project_record

from support import DOMAIN, HANDLER, WSGI, DeployTest, changes, project

ENTRY = "pythonanywhere_wsgi.py"
FOLDERS = {"/static/": "shop/assets", "/media/": "uploads"}


def record(folders: dict[str, str] = FOLDERS, entry: str = ENTRY) -> str:
    rows = [{"url": url, "folder": path} for url, path in folders.items()]
    return json.dumps({"name": "hello", "entry": entry, "static": rows})


APP = {
    ENTRY: HANDLER["wsgi.py"],
    "wsgi.py": "raise SystemExit('this is not the entry file')\n",
    **{path: text for path, text in HANDLER.items() if path.startswith("hello/")},
    "shop/assets/shop.css": "p {}\n",
    "static/old.css": "old\n",
    ".pa-new.json": record(),
}


class AdoptedTest(DeployTest):
    """A deployment takes what the record names."""

    def mappings(self) -> dict[str, str]:
        rows = self.host.apps[DOMAIN].statics.values()
        return {row["url"]: row["path"] for row in rows}

    def test_entry_file_and_folders_of_the_record(self) -> None:
        folder = self.folder(APP)
        self.deploy(folder)
        self.assertEqual(self.host.page(DOMAIN), (200, b"Hello from handler"))
        self.assertEqual(self.host.page(DOMAIN, "/static/shop.css"), (200, b"p {}\n"))
        self.assertEqual(self.host.page(DOMAIN, "/static/old.css")[0], 404)
        self.assertEqual(
            self.mappings(),
            {url: f"/home/alice/hello/{path}" for url, path in FOLDERS.items()},
        )
        found = self.host.files()
        self.assertEqual(found[WSGI], found[f"/home/alice/hello/{ENTRY}"])
        calls = len(self.host.calls)
        self.deploy(folder)
        self.assertEqual(changes(self.host, calls), [])

    def test_a_mapping_that_the_record_names_no_more_is_told(self) -> None:
        folder = self.folder(APP)
        self.deploy(folder)
        (folder / ".pa-new.json").write_text(record({"/static/": "static"}))
        run = self.deploy(folder)
        self.assertIn("/media/ still shows the files in", run.out)
        self.assertEqual(self.mappings().get("/static/"), "/home/alice/hello/static")
        self.assertEqual(self.host.page(DOMAIN, "/static/old.css"), (200, b"old\n"))

    def test_an_edit_and_its_undo(self) -> None:
        folder = self.folder(APP)
        self.deploy(folder)
        before = self.host.files()
        (folder / ENTRY).write_text(APP[ENTRY] + "# edited\n")
        self.deploy(folder)
        self.assertTrue(self.host.files()[WSGI].endswith(b"# edited\n"))
        self.undo("--entry", ENTRY)
        after = self.host.files()
        for path in (WSGI, f"/home/alice/hello/{ENTRY}"):
            self.assertEqual(after[path], before[path])
        restored = [path for _, path in changes(self.host) if "hello/" in path]
        self.assertTrue(restored[-1].endswith(ENTRY), restored)

    def test_without_its_entry_file_nothing_is_touched(self) -> None:
        folder = self.folder({**APP, ".pa-new.json": record(entry="other_wsgi.py")})
        run = self.deploy(folder, code=66)
        self.assertIn("there is no other_wsgi.py in", run.err)
        self.assertEqual(changes(self.host), [])

    def test_an_entry_file_without_bundles_is_named(self) -> None:
        own = {**APP, "requirements.txt": "flask==3.1.0\n", "pa_bundle.py": "pass\n"}
        run = self.deploy(self.folder(own), "--packages", "bundle", code=73)
        self.assertIn(f"{ENTRY} does not import pa_bundle", run.err)


class RecordTest(unittest.TestCase):
    """A record that people have edited: nothing in it leads out of the project."""

    def test_entries(self) -> None:
        for text, expected in (
            (record(), ENTRY),
            (record(entry="../wsgi.py"), "wsgi.py"),
            (record(entry="a/wsgi.py"), "wsgi.py"),
            (record(entry="wsgi.py\n"), "wsgi.py"),
            (json.dumps({"entry": ["wsgi.py"]}), "wsgi.py"),
            ("[" * 100_000, "wsgi.py"),
            ("", "wsgi.py"),
            ('{"entry": "x.py"', "wsgi.py"),
            ("[]", "wsgi.py"),
        ):
            with self.subTest(text[:80]), project({".pa-new.json": text}) as folder:
                self.assertEqual(project_record.entry(folder), expected)

    def test_folders(self) -> None:
        for url, path, is_usable in (
            ("/static/", "shop/static", True),
            ("/a b/", "static", False),
            ("/", ".", False),
            ("/static/", ".", False),
            ("/static/", "..", False),
            ("/static/", "a/../..", False),
            ("/static/", "/etc", False),
            ("/static/", ".git", False),
            ("/static/", "a/.env", False),
            ("/static/", "", False),
            ("static/", "static", False),
            ("/../", "static", False),
        ):
            text = record({url: path})
            with self.subTest(url=url, path=path):
                with project({".pa-new.json": text}) as folder:
                    found = project_record.static_folders(folder)
                self.assertEqual(found, {url: path} if is_usable else {})

    def test_without_folders_in_the_record_there_is_the_usual_one(self) -> None:
        for text in ('{"name": "hello"}', '{"static": "static"}', "", "null"):
            with (
                self.subTest(text),
                project({**HANDLER, ".pa-new.json": text}) as folder,
            ):
                self.assertIsNone(project_record.static_folders(folder))
                local = files.collect(folder, [], [], [])
                self.assertEqual(local.static_folders, {"/static/": "static"})

    def test_written_files(self) -> None:
        base = json.dumps({"version": 1, "files": [{"path": ENTRY}, {"no": 1}, 7]})
        own = {".pa-new.json": record(), ".pa-new.base.json": base}
        with project(own) as folder:
            self.assertEqual(project_record.written(folder), {ENTRY})
        with project({**own, ".pa-new.json": '{"name": "hello"}'}) as folder:
            self.assertEqual(project_record.written(folder), set())
        with project({**own, ".pa-new.base.json": "["}) as folder:
            self.assertEqual(project_record.written(folder), set())


if __name__ == "__main__":
    unittest.main()
