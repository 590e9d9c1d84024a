"""In the preview, templates and static files are read again, and errors are shown.

Both languages know from the environment that they are shown in the preview, so this
runs in a process of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

from asking import FORM, PYTHON, SWIFT_PROJECT, Ask, Reply, ask, swift_application
from hello.web.project import FOLDER

PAGE = Ask("GET", "/html/file?page=changing")
TEXT = Ask("GET", "/html/text?text=%7B%7B%3Echanging%7D%7D")
FAILURE = Ask("GET", "/failures/error")
TOLD = (
    r"^500 FailureHandler\.get failed: \w+: .+ \(the route is in Hello/Routes\.swift:\d+\)\n$",
    r"^500 \S*handlers\.py:\d+ in FailureHandler\.get: KeyError: 'error'\n$",
)
"""What the page of an exception says, in Swift and in Python."""
CAME = "missing argument: name; the fields that came are nme, text"
SIZE = "the body has 70000000 bytes, and"
ROUTE = r"the route is in Hello/Routes\.swift:\d+"
REFUSED = (
    (
        Ask("POST", "/form", b"nme=a&text=b&nme=c", FORM),
        rf"^400 FormHandler\.post: {CAME} \({ROUTE}\)\n$",
        rf"^400 {CAME} \(\S*handlers\.py:\d+ in FormHandler\.post\)\n$",
        b"400 missing argument: name\n",
    ),
    (
        Ask("POST", "/echo", environ={"CONTENT_LENGTH": "70000000"}),
        rf"^413 the application: {SIZE} maxBodySize allows 62914560 \({ROUTE}\)\n$",
        rf"^413 {SIZE} max_body_size allows 62914560\n$",
        None,
    ),
    (
        Ask("GET", "/form/"),
        r"^404 the application: Not Found; did you mean /form\?\n$",
        r"^404 Not Found; did you mean /form\?\n$",
        b"404 Not Found\n",
    ),
)
"""Requests; what their pages say in Swift and in Python; what visitors see."""
NO_STYLE = Ask("GET", "/html/text?text=%7B%7B%3Eunstyled%7D%7D")
STATIC = Ask("GET", "/site/static?path=changing.css")


def projects(case: unittest.TestCase) -> Iterator[tuple[object, Path]]:
    """Return both applications, each with a folder that a test can change."""
    yield PYTHON, FOLDER
    folder = Path(tempfile.mkdtemp())
    case.addCleanup(shutil.rmtree, folder)
    for name in ("wsgi.py", "libHello.so"):
        shutil.copy(SWIFT_PROJECT / name, folder)
    yield swift_application(folder), folder


class Changes(unittest.TestCase):
    """Run by ``PreviewTest`` in a process of its own."""

    def runTest(self) -> None:
        for application, project in projects(self):
            with self.subTest(project=project):
                self.check(application, project)

    def check(self, application: object, project: Path) -> None:
        """Change the files of one project."""
        page = project / "templates" / "changing.html"
        style = project / "static" / "changing.css"
        for file in (page, style):
            file.parent.mkdir(exist_ok=True)
            file.unlink(missing_ok=True)

        def get(asked: Ask) -> Reply:
            return ask(application, asked)

        missing = (
            "there is no templates/changing.html; make the file, or correct the name"
        )
        self.assertEqual(get(PAGE).status, "500 Internal Server Error")
        told = get(PAGE).body.decode()
        self.assertTrue(told.startswith(f"500 {missing} (templates/ has "), told)
        page.write_text("one")
        self.assertEqual([get(PAGE).body, get(TEXT).body], [b"one", b"one"])
        page.write_text("two, {{name}}")
        self.assertEqual([get(PAGE).body, get(TEXT).body], [b"two, World"] * 2)
        page.write_text("\n {{#name}}")
        wrong = b"500 templates/changing.html:2:2: 'name' is not closed\n"
        # Of a text, the name in the first section is the place, too.
        self.assertEqual([get(PAGE).body, get(TEXT).body], [wrong] * 2)
        self.assertIn(("Content-Type", "text/plain; charset=utf-8"), get(PAGE).headers)
        page.write_text("three")
        self.assertEqual([get(PAGE).body, get(TEXT).body], [b"three"] * 2)
        style.write_text("a {}")
        before = get(STATIC).body
        style.write_text("b {}")
        self.assertNotEqual(get(STATIC).body, before)
        # The line of the template is told that names a static file which is not there.
        unstyled = page.with_name("unstyled.html")
        unstyled.write_text("\n{{#static_url}} no.css {{/static_url}}")
        self.assertIn(" (templates/unstyled.html:2)\n", get(NO_STYLE).log)
        unstyled.unlink()
        # An exception is told with the line of the user's that is known.
        failed = get(FAILURE)
        self.assertEqual(failed.status, "500 Internal Server Error")
        self.assertRegex(failed.body.decode(), TOLD[application is PYTHON])
        log = failed.log.replace(" ", "").replace("\n", "")
        self.assertIn(failed.body.decode()[4:].strip().replace(" ", ""), log)
        for asked, *texts, _ in REFUSED:
            refused = get(asked)
            self.assertRegex(refused.body.decode(), texts[application is PYTHON])
            self.assertIn(refused.body.decode()[4:], refused.log)
        self.assertEqual(len(get(STATIC).body), len(before))


class Visits(unittest.TestCase):
    """Run by ``PreviewTest`` in a process of its own, as ``pa-new visit`` does."""

    def runTest(self) -> None:
        for application, _ in projects(self):
            for asked, told, _, page in REFUSED:
                refused = ask(application, asked)
                self.assertIn(refused.body, [page, f"{refused.status}\n".encode()])
                # Of Python, the one that makes the visit asks the exception.
                said = refused.log.partition("\n")[2].strip()
                if application is not PYTHON:
                    self.assertRegex(f"{told[1:4]} {said}\n", told)
            refused = ask(application, Ask("POST", "/token", b"a=1", FORM))
            self.assertIn(b"open the page again", refused.body)
            has_advice = "put {{{csrf_field}}} into the form" in refused.log
            self.assertEqual(has_advice, application is not PYTHON, refused.log)


class PreviewTest(unittest.TestCase):
    """The preview and a visit, each in a process of its own."""

    def test_changes(self) -> None:
        self.run_alone("Changes", "PA_NEW_PREVIEW")

    def test_visits(self) -> None:
        self.run_alone("Visits", "PA_NEW_VISIT")

    def run_alone(self, name: str, variable: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "unittest", f"test_preview.{name}"],
            cwd=Path(__file__).parent,
            env={**os.environ, variable: "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Ran 1 test", done.stderr)

    def test_elsewhere_no_page_tells_an_exception(self) -> None:
        for application, _ in projects(self):
            page = ask(application, FAILURE).body
            self.assertEqual(page, b"500 Internal Server Error\n")

    def test_elsewhere_no_page_tells_what_came(self) -> None:
        for application, _ in projects(self):
            for asked, *_, page in REFUSED:
                refused = ask(application, asked)
                self.assertEqual(refused.log, "")
                self.assertIn(refused.body, [page, f"{refused.status}\n".encode()])

    def test_elsewhere_a_file_is_read_once(self) -> None:
        asked = Ask("GET", "/html/file?page=kept")
        for application, project in projects(self):
            page = project / "templates" / "kept.html"
            page.parent.mkdir(exist_ok=True)
            page.write_text("one")
            self.assertEqual(ask(application, asked).body, b"one")
            page.write_text("two")
            self.assertEqual(ask(application, asked).body, b"one")


def load_tests(
    loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: str | None
) -> unittest.TestSuite:
    """Leave ``Changes`` and ``Visits`` out unless they are named."""
    return loader.loadTestsFromTestCase(PreviewTest)


if __name__ == "__main__":
    unittest.main()
