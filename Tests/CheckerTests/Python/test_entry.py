"""How the entry file is found."""

from __future__ import annotations

import json
import unittest

from apps import PLAIN
from support import check, project, run


class EntryTest(unittest.TestCase):
    """The chosen file, and the other candidates."""

    def test_order(self) -> None:
        host = "alice_pythonanywhere_com_wsgi.py"
        for files, entry, candidates in (
            (["wsgi.py"], "wsgi.py", []),
            (["wsgi.py", host], host, ["wsgi.py"]),
            (["wsgi.py", host, ".pa-new.json"], "wsgi.py", [host]),
            (["zebra.py"], "zebra.py", []),
            (["b.py", "a.py"], "a.py", ["b.py"]),
            (["deep/down/b.py", "z.py"], "z.py", ["deep/down/b.py"]),
            (["x.py", "venv/pyvenv.cfg", "venv/a.py", ".git/a.py"], "x.py", []),
        ):
            with self.subTest(files), project(dict.fromkeys(files, PLAIN)) as folder:
                report = check(folder, "--no-load")
                self.assertEqual(report["entry"], entry)
                self.assertEqual(report["candidates"], candidates)

    def test_asked_for(self) -> None:
        with project({"wsgi.py": PLAIN, "web/other.py": PLAIN}) as folder:
            report = check(folder, "--entry", "web/other.py")
            self.assertEqual(report["entry"], "web/other.py")
            self.assertEqual(report["candidates"], ["wsgi.py"])

    def test_cannot_check(self) -> None:
        with project({"a.py": "x = 1\n", "a.txt": ""}) as folder:
            for arguments, kind in (
                ([folder], "no-entry"),
                ([folder, "--entry", "b.py"], "no-entry"),
                ([folder, "--entry", "../x.py"], "no-entry"),
                ([folder, "--entry", "a.txt"], "no-entry"),
                ([folder / "nowhere"], "no-folder"),
                ([folder / "a.py"], "no-folder"),
                ([folder, "--python", "two"], "usage"),
                ([folder, "--nonsense"], "usage"),
                ([], "usage"),
            ):
                with self.subTest(arguments):
                    done = run("check", *arguments)
                    self.assertEqual((done.returncode, done.stderr), (2, b""))
                    document = json.loads(done.stdout)
                    self.assertEqual(document["version"], 2)
                    self.assertEqual(document["error"]["kind"], kind)
                    self.assertTrue(document["error"]["message"])


if __name__ == "__main__":
    unittest.main()
