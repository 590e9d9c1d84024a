"""Static files of installed packages: PythonAnywhere serves them from the packages' folder."""

from __future__ import annotations

import shutil
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from pa_new_deploy.api.api_problems import BadAnswer
from pa_new_deploy.api.host import Host
from pa_new_deploy.bundle import hosted
from pa_new_shared import static_folders

import support
from fake_api import Fault
from test_bundle_deploy import PLACE, PYTHON, BundleCase

URL = "/static/admin/"
PATH = "flask_admin/static"
OPTION = f"--package-static={URL}={PATH}"
CSS = f"{URL}css/base.css"
VIRTUALENV = "/home/alice/.virtualenvs/hello"
UV = """\
#!/bin/sh
if [ "$1" = --version ]; then echo "uv 0.13.9"; exit; fi
while [ "$1" != --target ]; do shift; done
cp -R {source}/. "$2"
echo " + flask==3.1.0" >&2
"""


class PackageStaticCase(BundleCase):
    """A project whose packages have static files of their own."""

    def setUp(self) -> None:
        super().setUp()
        self.source = self.root / "packages"
        support.write(
            self.source,
            {
                "flask.py": "NAME = b'of the bundle'\n",
                "flask-3.1.0.dist-info/METADATA": "",
                f"{PATH}/css/base.css": "p { color: red }",
            },
        )
        (self.root / "bin" / "uv").write_text(UV.format(source=self.source))
        self.files = {**self.files, "static/own.css": "own"}

    def deploys(self, folder: Path, *options: str, code: int = 0) -> support.Run:
        run = self.run_it(folder, OPTION, *options, code=code)
        self.clock.time += 60
        return run

    def css(self) -> tuple[int, bytes]:
        return self.host.page(support.DOMAIN, CSS)

    def restart(self) -> None:
        """Let a worker start anew, as the host does at times, without a reload."""
        app = self.host.apps[support.DOMAIN]
        served = app.served
        self.host.load(app)
        app.served = served

    def changes_package(self, text: str) -> None:
        (self.source / PATH / "css/base.css").write_text(text)

    def mappings(self) -> dict[str, str]:
        rows: list[dict[str, Any]] = list(
            self.host.apps[support.DOMAIN].statics.values()
        )
        found = {row["url"]: row["path"] for row in rows}
        self.assertEqual(len(found), len(rows), "a URL has two mappings")
        return found

    def bundle(self) -> str:
        current = hosted.decode(self.host.place(f"{PLACE}/current.json").read_bytes())
        assert current
        return f"{PLACE}/{current.sha256}/{PATH}"

    def install_all(self, virtualenv: str = VIRTUALENV) -> str:
        """Put the packages into a virtualenv on the host."""
        place = f"{virtualenv}/lib/python{PYTHON}/site-packages"
        shutil.copytree(self.source, self.host.place(place), dirs_exist_ok=True)
        return f"{place}/{PATH}"


class BundleTest(PackageStaticCase):
    """The packages are in a bundle."""

    def test_the_package_and_the_project_have_their_files(self) -> None:
        folder = self.folder(self.files)
        run = self.deploys(folder)
        self.assertEqual(self.css(), (200, b"p { color: red }"))
        own = self.host.page(support.DOMAIN, "/static/own.css")
        self.assertEqual(own, (200, b"own"))
        self.assertEqual(
            self.mappings(),
            {URL: self.bundle(), "/static/": "/home/alice/hello/static"},
        )
        # The right order if the first of two mappings wins, too.
        self.assertEqual(list(self.mappings()), [URL, "/static/"])
        self.assertIn(f"map      {URL} to {self.bundle()}", run.out)
        calls = len(self.host.calls)
        self.deploys(folder)
        self.assertEqual(support.changes(self.host, calls), [])

    def test_longer_urls_are_mapped_first(self) -> None:
        short = f"--package-static=/static/a/={PATH}/css"
        self.run_it(self.folder(self.files), short, OPTION)
        self.assertEqual(list(self.mappings()), [URL, "/static/a/", "/static/"])
        css = self.host.page(support.DOMAIN, "/static/a/base.css")
        self.assertEqual(css, (200, b"p { color: red }"))

    def test_the_mapping_follows_the_bundle_and_an_undo_brings_it_back(self) -> None:
        folder = self.folder(self.files)
        self.deploys(folder)
        first = self.bundle()
        self.changes_package("p { color: green }")
        calls = len(self.host.calls)
        self.deploys(folder)
        self.assertNotEqual(self.bundle(), first)
        self.assertEqual(self.mappings()[URL], self.bundle())
        self.assertEqual(self.css(), (200, b"p { color: green }"))
        changed = [p for m, p in support.changes(self.host, calls) if m == "PATCH"]
        self.assertEqual(len(changed), 1, changed)  # the other mapping is not touched
        self.undo()
        self.assertEqual(self.mappings()[URL], first)
        self.assertEqual(self.css(), (200, b"p { color: red }"))

    def test_an_undo_of_the_first_deployment_with_it_removes_it(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        self.assertEqual(list(self.mappings()), ["/static/"])
        self.clock.time += 60
        self.deploys(folder)
        self.assertEqual(self.css()[0], 200)
        self.undo()
        self.assertEqual(list(self.mappings()), ["/static/"])

    def test_the_old_files_are_served_until_the_reload(self) -> None:
        """A deployment breaks off at each of its requests, and is repeated."""
        folder = self.folder(self.files)
        self.deploys(folder)
        self.changes_package("p { color: green }")
        first = len(self.host.calls)
        self.deploys(folder)
        number = len(self.host.calls) - first
        for at in range(1, number + 1):
            with self.subTest(at):
                self.undo()
                self.assertEqual(self.css(), (200, b"p { color: red }"))
                calls = len(self.host.calls)
                self.host.faults = [Fault(calls + at, "500", lasts=True)]
                run = support.deploy(
                    *(folder, self.host, self.clock, "--python", PYTHON, OPTION),
                    variables=self.variables,
                    greeting="Hello from Flask",
                )
                is_done = run.code == 0  # all that failed is the note
                self.assertEqual(is_done, "could not be written" in run.out, run)
                color = b"green" if is_done else b"red"
                self.assertEqual(self.css(), (200, b"p { color: %s }" % color))
                self.restart()
                self.assertEqual(self.css(), (200, b"p { color: %s }" % color))
                self.host.faults = []
                self.clock.time += 60
                self.deploys(folder)
                self.assertEqual(self.css(), (200, b"p { color: green }"))
                self.assertEqual(self.mappings()[URL], self.bundle())

    def test_the_old_files_stay_until_the_next_reload_but_one(self) -> None:
        folder = self.folder(self.files)
        self.deploys(folder)
        first = self.bundle()
        for color in ("green", "blue", "black"):
            self.changes_package(f"p {{ color: {color} }}")
            self.breaks_off_at_the_reload(folder)
            self.restart()
            self.assertEqual(self.css(), (200, b"p { color: red }"))
        self.deploys(folder)
        self.assertEqual(self.css(), (200, b"p { color: black }"))
        self.changes_package("p { color: white }")
        self.deploys(folder)
        self.assertFalse(self.host.place(first).exists())
        # A project without such files keeps no bundle.
        (folder / "more.txt").write_text("more")
        self.run_it(folder)
        self.clock.time += 60
        self.changes_package("p { color: yellow }")
        self.run_it(folder)
        bundles = [one for one in self.host.place(PLACE).iterdir() if one.is_dir()]
        self.assertEqual(len(bundles), 1, bundles)

    def breaks_off_at_the_reload(self, folder: Path) -> None:
        with mock.patch.object(
            Host, "reload", side_effect=BadAnswer("POST", "reload", "no")
        ):
            self.deploys(folder, code=69)

    def test_an_undo_that_breaks_off_keeps_the_files(self) -> None:
        folder = self.folder(self.files)
        self.deploys(folder)
        self.changes_package("p { color: green }")
        self.deploys(folder)
        with mock.patch.object(
            Host, "reload", side_effect=BadAnswer("POST", "reload", "no")
        ):
            self.undo(code=69)
        for _ in range(2):
            self.assertEqual(self.css(), (200, b"p { color: green }"))
            self.restart()
        self.undo()
        self.assertEqual(self.css(), (200, b"p { color: red }"))

    def test_a_mapping_of_the_users_stays_and_is_told(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        app = self.host.apps[support.DOMAIN]
        row = {"id": 77, "url": "/static/admin", "path": "/home/alice/mine"}
        app.statics[77] = dict(row)
        self.clock.time += 60
        run = self.deploys(folder)
        self.assertEqual(app.statics[77], row)
        self.assertNotIn(URL, self.mappings())
        self.assertIn("/static/admin shows the files in /home/alice/mine", run.out)
        self.assertIn("pa-new did not set this", run.out)
        self.changes_package("p { color: green }")
        self.deploys(folder)
        self.undo()
        self.assertEqual(app.statics[77], row)
        self.deploys(folder, "--replace-wsgi")
        self.assertEqual(app.statics[77]["path"], self.bundle())
        self.undo()
        self.assertEqual(app.statics[77], row)

    def test_a_mapping_that_the_user_changes_later_stays(self) -> None:
        folder = self.folder(self.files)
        self.deploys(folder)
        rows = self.host.apps[support.DOMAIN].statics.values()
        row = next(row for row in rows if row["url"] == URL)
        row["path"] = "/home/alice/mine"
        self.changes_package("p { color: green }")
        self.assertIn("shows the files in /home/alice/mine", self.deploys(folder).out)
        self.assertEqual(row["path"], "/home/alice/mine")
        self.undo()
        self.assertEqual(row["path"], "/home/alice/mine")

    def test_a_package_without_the_folder(self) -> None:
        folder = self.folder(self.files)
        shutil.move(self.source / PATH, self.root / "kept")
        run = self.deploys(folder)
        self.assertIn(f"{URL} is not mapped: the installed packages have no", run.out)
        self.assertEqual(list(self.mappings()), ["/static/"])
        # It is pa-new's own while it waits for its folder.
        shutil.copytree(self.root / "kept", self.source / PATH)
        self.deploys(folder)
        self.assertEqual(self.css()[0], 200)
        shutil.rmtree(self.source / PATH)
        self.assertIn("is not mapped", self.deploys(folder).out)
        shutil.copytree(self.root / "kept", self.source / PATH)
        self.changes_package("p { color: green }")
        run = self.deploys(folder)
        self.assertNotIn("it stays", run.out)
        self.assertEqual(self.css(), (200, b"p { color: green }"))

    def test_a_mapping_without_use_is_told_once(self) -> None:
        folder = self.folder(self.files)
        self.deploys(folder)
        run = self.run_it(folder)
        self.assertIn(f"{URL} still shows the files in {self.bundle()}", run.out)
        self.assertIn(URL, self.mappings())
        self.clock.time += 60
        self.assertNotIn(URL, self.run_it(folder).out)

    def test_a_dry_run_shows_it(self) -> None:
        folder = self.folder(self.files)
        run = self.deploys(folder, "--dry-run", "--json")
        purposes = [call["what"] for call in run.document["calls"]]
        shown = [text for text in purposes if text.startswith(f"map {URL} to {PLACE}/")]
        self.assertEqual(len(shown), 1, purposes)
        self.assertEqual(self.host.apps, {})
        self.variables = {"PATH": "/nowhere"}
        run = self.deploys(folder, "--dry-run")
        self.assertIn(f"map {URL} to {PLACE}/SHA256/{PATH}", run.out)
        # Without a token, the account is not looked at.
        run = support.deploy(
            *(folder, self.host, self.clock, "--python", PYTHON, OPTION, "--dry-run"),
            "--packages=virtualenv",
            token="",
            greeting="Hello from Flask",
        )
        self.assertEqual(run.code, 0, run)
        place = f"{VIRTUALENV}/lib/python{PYTHON}/site-packages/{PATH}"
        self.assertIn(f"map {URL} to {place}", run.out)


class VirtualenvTest(PackageStaticCase):
    """The packages are in a virtualenv."""

    def test_the_project_s_own_virtualenv(self) -> None:
        place = self.install_all()
        folder = self.folder(self.files)
        self.deploys(folder)
        self.assertEqual(self.mappings()[URL], place)
        self.assertEqual(self.css(), (200, b"p { color: red }"))
        calls = len(self.host.calls)
        self.deploys(folder)
        self.assertEqual(support.changes(self.host, calls), [])

    def test_the_virtualenv_of_the_web_tab_decides(self) -> None:
        self.install_all()
        folder = self.folder(self.files)
        self.deploys(folder)
        self.changes_package("p { color: green }")
        other = self.install_all("/home/alice/venvs/other")
        self.host.apps[support.DOMAIN].virtualenv = "/home/alice/venvs/other"
        self.deploys(folder)
        self.assertEqual(self.mappings()[URL], other)
        self.assertEqual(self.css(), (200, b"p { color: green }"))

    def test_from_a_virtualenv_to_a_bundle_and_back(self) -> None:
        place = self.install_all()
        self.changes_package("p { color: green }")
        folder = self.folder(self.files)
        self.deploys(folder)
        self.assertEqual(self.css(), (200, b"p { color: red }"))
        self.deploys(folder, "--packages=bundle")
        self.assertEqual(self.mappings()[URL], self.bundle())
        self.assertEqual(self.css(), (200, b"p { color: green }"))
        self.undo()
        self.assertEqual(self.mappings()[URL], place)
        self.assertEqual(self.css(), (200, b"p { color: red }"))

    def test_a_virtualenv_that_cannot_be_used_gets_no_mapping(self) -> None:
        self.install_all()
        folder = self.folder(self.files)
        self.run_it(folder)
        self.host.apps[support.DOMAIN].virtualenv = "/opt/shared"
        self.clock.time += 60
        run = self.deploys(folder)
        self.assertIn(f"{URL} is not mapped: pa-new does not know", run.out)
        self.assertNotIn(URL, self.mappings())

    def test_a_virtualenv_without_the_folder(self) -> None:
        self.install_all()
        place = f"{VIRTUALENV}/lib/python{PYTHON}/site-packages/{PATH}"
        shutil.rmtree(self.host.place(place))
        run = self.deploys(self.folder(self.files))
        self.assertIn(f"{URL} is not mapped: the installed packages have no", run.out)
        self.assertEqual(list(self.mappings()), ["/static/"])


class ArgumentTest(unittest.TestCase):
    """The argument that names a folder."""

    def test_what_is_read_and_what_is_refused(self) -> None:
        folder = static_folders.parse(f"{URL}={PATH}")
        self.assertEqual(folder, (URL, PATH))
        self.assertEqual(folder.package, "flask_admin")
        for text in (
            *("", "=", f"{URL}=", f"={PATH}", f"{URL}=/{PATH}", f"{URL}={PATH}/"),
            *(f"{URL}=a", f"{URL}=../{PATH}", f"{URL}=a/../../b", f"{URL}=a/.."),
            *(f"{URL}=a//b", f"static/={PATH}", f"/static={PATH}", f"/={PATH}"),
            *(f"//={PATH}", f"/../={PATH}", f"/a/../={PATH}", f"/a b/={PATH}"),
            *(f"/a$b/={PATH}", f"{URL}=a/b\n", f"/ä/={PATH}", f"{URL}=a/b=c"),
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                static_folders.parse(text)


if __name__ == "__main__":
    unittest.main()
