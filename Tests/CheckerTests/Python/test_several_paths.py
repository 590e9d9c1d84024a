"""Mistakes that several paths have: none hides another one."""

from __future__ import annotations

import sys
import unittest

from support import CHECKER, check, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check.merging import merged
from pa_new_check.rules import MAX_NAMED, Finding

APP = """def application(environ, start_response):
    status, kind = ANSWERS.get(environ["PATH_INFO"], ("200 OK", "text/plain"))
    if status == "raise":
        raise Exception(kind)
    start_response(status, [("Content-Type", kind)])
    return [b"<!doctype html><p>"] if kind == "text/plain; a" else [b""]


ANSWERS = {
    "/a": ("500 Oh", "text/plain"), "/b": ("500 Oh", "text/plain"),
    "/c": ("503 Later", "text/plain"), "/d": ("404 No", "text/plain"),
    "/e": ("404 No", "text/plain"), "/f": ("raise", "one"), "/g": ("raise", "two"),
    "/h": ("raise", "two"),
}
"""

ENDING = """
import ctypes, os, sys

class App:
    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/bad":
            raise ValueError("no tea")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]

    @property
    def app(self):
        END

application = App()
"""


class CheckTest(unittest.TestCase):
    """Findings at the same line, since the app's own line is not known, or serves all."""

    def test_each_is_told(self) -> None:
        paths = ["/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h"]
        with project({"wsgi.py": APP}) as folder:
            report = check_soon(folder, *[f"--path={path}" for path in paths])
        found = {tuple(f["paths"]): f for f in report["findings"]}
        expected = {
            ("/a", "/b"): "The response to `/a` is 500 Oh",
            ("/c",): "The response to `/c` is 503 Later",
            ("/d", "/e"): "The response to `/d` is 404",
            ("/f",): "A request for `/f` raises Exception: one",
            ("/g", "/h"): "A request for `/g` raises Exception: two",
        }
        self.assertEqual(found.keys(), expected.keys())
        for some, text in expected.items():
            with self.subTest(paths=some):
                message = found[some]["message"]
                self.assertTrue(message.startswith(text), message)
                for path in some:
                    self.assertIn(f"`{path}`", message)

    def test_one_mistake_of_the_import_is_told_once(self) -> None:
        app = "import threading\n" + APP.replace(
            "    status, kind", '    open("data.txt")\n    status, kind', 1
        )
        with project({"wsgi.py": app, "data.txt": ""}) as folder:
            report = check_soon(folder, "--path=/a", "--path=/z")
        rules = [f["rule"] for f in report["findings"]]
        self.assertEqual(rules.count("relative-path"), 1, report["findings"])


class FindingTest(unittest.TestCase):
    """The message of a finding with several paths."""

    def message(self, what: str, paths: list[str]) -> str:
        finding = Finding("thread-in-request", "wsgi.py", 1, what)
        finding.paths = paths
        document = finding.document()
        self.assertEqual(document.get("paths", []), paths)
        return str(document["message"])

    def test_message(self) -> None:
        plain = self.message("It fails", [])
        for what, paths, more in (
            ("It fails", ["/"], ""),
            ("It fails", ["/a"], " It was seen at `/a`."),
            ("It fails", ["/", "/a"], " It was seen at `/` and `/a`."),
            ("`/a` fails", ["/a"], ""),
            ("`/a` fails", ["/a", "/b"], " The same is true for `/b`."),
            ("`/` fails", ["/", "/a\x1b"], " The same is true for `/a`."),
        ):
            with self.subTest(what, paths=paths):
                expected = plain.replace("It fails", what) + more
                self.assertEqual(self.message(what, paths), expected)

    def test_many(self) -> None:
        paths = [f"/{number}" for number in range(500)]
        message = self.message("`/0` fails", paths)
        self.assertEqual(message.count("`"), 2 * MAX_NAMED)
        count = len(paths) - MAX_NAMED
        self.assertTrue(message.endswith(f" and {count} more paths."), message)


class MergingTest(unittest.TestCase):
    """What reading has found at the line of several paths."""

    def test_paths_stay(self) -> None:
        for rule in ("relative-path", "missing-template", "import-error"):
            with self.subTest(rule):
                loaded = Finding("error-response", "wsgi.py", 1, "`/a` raises an error")
                loaded.paths = ["/a", "/b"]
                other = Finding("error-response", "wsgi.py", 1, "`/c` is 500")
                other.paths = ["/c"]
                found = merged([Finding(rule, "wsgi.py", 1, "Read")], [loaded, other])
                told = [path for finding in found for path in finding.paths]
                self.assertEqual(sorted(told), ["/a", "/b", "/c"])
                self.assertEqual(len(found), 2)


class RoutesTest(unittest.TestCase):
    """Routes that are counted once the last path has its answer."""

    def test_end(self) -> None:
        """An app that answers, and then ends when its routes are looked for, works."""
        for end in ("os._exit(3)", "ctypes.string_at(0)", "sys.exit()"):
            app = ENDING.replace("END", end)
            with self.subTest(end), project({"wsgi.py": app}) as folder:
                report = check(folder)
                self.assertEqual(report["findings"], [])
                self.assertEqual(report["requests"], [{"path": "/", "status": 200}])
                (failed,) = check(folder, "--path=/bad")["findings"]
                self.assertEqual(failed["rule"], "error-response")


if __name__ == "__main__":
    unittest.main()
