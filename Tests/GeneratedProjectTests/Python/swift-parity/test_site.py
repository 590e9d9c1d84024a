"""Python and Swift send the same files, URLs, dates and short answers.

The requests are made of projects with files: the Python project itself, and a copy of
the Swift one's entry file and library.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import request_html
import request_site
from asking import PYTHON, SWIFT_PROJECT, Ask, ask, swift_application
from hello.web.project import FOLDER
from test_fuzz import COUNT
from test_fuzz import reply as fast
from test_parity import newest, newest_body, without_length


def fill(folder: Path) -> None:
    """Put the files of the requests into a project."""
    templates = request_html.TEMPLATES.items()
    files = {f"templates/{path}": contents for path, contents in templates}
    for path, contents in {**files, **request_site.FILES}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(contents)
        os.utime(place, ns=(0, request_site.MODIFIED * 10**9))
    for path, target in {**request_site.LINKS, **request_html.LINKS}.items():
        (folder / path).unlink(missing_ok=True)
        (folder / path).symlink_to(target)


class SiteTest(unittest.TestCase):
    """Both languages, request by request."""

    swift: Any

    @classmethod
    def setUpClass(cls) -> None:
        folder = Path(cls.enterClassFolder())
        for name in ("wsgi.py", "libHello.so"):
            shutil.copy(SWIFT_PROJECT / name, folder)
        for project in (folder, FOLDER):
            fill(project)
        cls.swift = staticmethod(swift_application(folder))

    @classmethod
    def enterClassFolder(cls) -> str:
        """Make a folder for the tests of this class."""
        folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, folder)
        return folder

    def check(self, asked: Ask) -> None:
        """Make a request of both, and compare."""
        if asked.method == "POST":  # A form would need a token.
            asked.headers = {"Content-Type": "application/json", **asked.headers}
        with self.subTest(asked=str(asked)[:300]):
            python, swift = ask(PYTHON, asked), ask(self.swift, asked)
            self.assertEqual(swift.status, newest(python.status), swift.log)
            self.assertEqual(
                without_length(swift.headers), without_length(python.headers)
            )
            self.assertEqual(swift.logged, python.logged, swift.log + python.log)
            self.assertEqual(swift.body[:200], newest_body(python)[:200])
            self.assertEqual(len(swift.body), len(newest_body(python)))

    def _all(self, asked: Iterator[Ask], at_least: int) -> None:
        count = 0
        for one in asked:
            self.check(one)
            count += 1
        self.assertGreaterEqual(count, at_least)

    def test_files(self) -> None:
        self._all(request_site.sent_files(), 80)

    def test_parts_of_files(self) -> None:
        self._all(request_site.ranges(), 65)

    def test_versions(self) -> None:
        self._all(request_site.versions(), 350)

    def test_dates(self) -> None:
        self._all(request_site.dates(), 60)

    def test_static_urls(self) -> None:
        self._all(request_site.static_urls(), 15)

    def test_urls(self) -> None:
        self._all(request_site.urls(), 180)

    def test_others(self) -> None:
        self._all(request_site.others(), 45)

    def test_pages_of_files(self) -> None:
        self._all(request_html.files(), 85)

    def test_pages_of_texts(self) -> None:
        self._all(request_html.texts(), 65)

    def test_random_pages(self) -> None:
        self._all(request_html.random_texts(3000), 3000)

    def test_random_requests(self) -> None:
        for asked in request_site.random_requests(COUNT // 10):
            python, swift = fast(PYTHON, asked), fast(self.swift, asked)
            same = (newest(python.status), python.headers, newest_body(python))
            if (swift.status, swift.headers, swift.body) != same:
                self.check(asked)

    def test_the_log_says_the_same_of_a_page(self) -> None:
        wrong = [path for path in request_html.TEMPLATES if path[-10:] == "-part.html"]
        wrong += [
            "open",
            "latin",
            "dynamic",
            "dynamic-parent",
            "nowhere",
            "../x",
            "parts",
        ]
        for page in wrong:
            asked = Ask("GET", f"/html/file?page={page}")
            with self.subTest(page=page):
                logs = [
                    ask(application, asked).log for application in (PYTHON, self.swift)
                ]
                words = [
                    log.split("\n")[1].partition("TemplateError: ")[2] for log in logs
                ]
                # Their files differ, and Swift names the route, not the handler's line.
                different = r" \((?:templates/ has|the route is in) [^)]*\)"
                words = [re.sub(different, "", text) for text in words]
                self.assertTrue(words[0])
                self.assertEqual(*words)

    def test_a_part_of_a_file_is_that_part(self) -> None:
        contents = request_site.FILES["files/a.txt"]
        for application in (PYTHON, self.swift):
            target = "/site/file?path=files/a.txt"
            asked = Ask("GET", target, headers={"Range": "bytes=65530-65545"})
            reply = ask(application, asked)
            self.assertEqual(reply.status, "206 Partial Content")
            self.assertEqual(reply.body, contents[65530:65546])
            fields = dict(reply.headers)
            self.assertEqual(fields["Content-Range"], "bytes 65530-65545/76800")

    def test_a_stream_that_breaks_off(self) -> None:
        for application in (PYTHON, self.swift):
            for fails in ("2", "3"):
                with self.assertRaises((KeyError, RuntimeError)):
                    ask(application, Ask("GET", "/site/stream?fails=" + fails))


if __name__ == "__main__":
    unittest.main()
