"""Deployments whose packages come from a bundle, with a stand-in for uv."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from pa_new_deploy.bundle import hosted
from pa_new_deploy.bundle.resolution import FULL_VERSIONS

import support
from fake_api import Fault

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"  # the fake runs apps with it
PLACE = hosted.folder("/home/alice", "hello")
TEMPLATE = Path(__file__).resolve().parents[3] / "Templates" / "_shared"
UV = """\
#!/bin/sh
if [ "$1" = --version ]; then echo "uv 0.13.9"; exit; fi
echo "$@" >> {log}; env >> {log}
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/flask-3.1.0.dist-info"
cp {source} "$2/flask.py"
echo " + flask==3.1.0" >&2
"""


class BundleCase(support.DeployTest):
    """A project with packages, and a stand-in for uv."""

    def setUp(self) -> None:
        super().setUp()
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.root = Path(place.name).resolve()
        self.package = self.root / "flask.py"
        self.package.write_text("NAME = b'of the bundle'\n")
        self.log = self.root / "log"
        uv = self.root / "bin" / "uv"
        uv.parent.mkdir()
        uv.write_text(UV.format(log=self.log, source=self.package))
        uv.chmod(0o755)
        self.variables = {
            "HOME": str(self.root),
            "PATH": f"{self.root}/bin:/usr/bin:/bin",
        }
        entry = support.FLASK["wsgi.py"].replace(
            "import flask\n", 'import pa_bundle\npa_bundle.use("hello")\nimport flask\n'
        )
        module = (TEMPLATE / "pa_bundle.py.mustache").read_text()
        self.files = {**support.FLASK, "wsgi.py": entry, "pa_bundle.py": module}

    def run_it(self, folder: Path, *options: str, code: int = 0) -> support.Run:
        found = support.deploy(
            folder,
            self.host,
            self.clock,
            "--python",
            PYTHON,
            *options,
            greeting="Hello from Flask",
            variables=self.variables,
        )
        self.assertEqual(found.code, code, found)
        return found


class BundleDeployTest(BundleCase):
    """Deployments of it."""

    def test_an_account_without_a_virtualenv_gets_a_bundle(self) -> None:
        self.host.image = "innit"
        folder = self.folder(self.files)
        self.run_it(folder)
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of the bundle")
        )
        log = self.log.read_text()
        self.assertIn(f"--python-version {FULL_VERSIONS[PYTHON]} ", log)
        self.assertIn("x86_64-manylinux_2_35", log)
        self.assertNotIn(self.host.token, log)
        calls = len(self.host.calls)
        self.run_it(folder)
        self.assertEqual(support.changes(self.host, calls), [])

    def test_other_packages_are_uploaded_before_the_project(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        self.package.write_text("NAME = b'of today'\n")
        (folder / "static.txt").write_text("new")
        calls = len(self.host.calls)
        self.run_it(folder)
        paths = [path for _, path in support.changes(self.host, calls)]
        self.assertTrue(paths[0].endswith(".zip"), paths)
        self.assertIn("/undo/", paths[1])
        self.assertTrue(paths[2].endswith("/current.json"), paths)
        self.assertIn(f"webapps/{support.DOMAIN}/reload/", paths)
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of today")
        )

    def test_a_virtualenv_with_the_packages_wins_and_ends_the_bundle(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        self.install("Flask-3.1", python=PYTHON)
        self.run_it(folder)
        self.assertFalse(self.host.place(f"{PLACE}/current.json").exists())
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of the virtualenv")
        )
        self.run_it(folder, "--packages", "bundle")
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of the bundle")
        )

    def test_an_app_that_needs_no_packages_any_more_ends_the_bundle(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        (folder / "requirements.txt").write_text("# nothing\n")
        self.install("Flask-3.1", python=PYTHON)  # to have something to answer with
        virtualenv = "/home/alice/.virtualenvs/hello"
        self.host.apps[support.DOMAIN].virtualenv = virtualenv
        self.run_it(folder)
        self.assertFalse(self.host.place(f"{PLACE}/current.json").exists())
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of the virtualenv")
        )

    def test_what_stops_before_anything_is_touched(self) -> None:
        before = self.host.files()
        folder = self.folder(self.files)
        run = self.run_it(folder, "--packages", "virtualenv", code=73)
        self.assertIn("there is no virtualenv", run.err)
        self.assertIn("leave out --packages virtualenv", run.err)
        self.assertNotIn("pa-new update", run.err)
        edited = self.folder({**self.files, "wsgi.py": support.FLASK["wsgi.py"]})
        for options in (("--packages", "bundle"), ()):
            run = self.run_it(edited, *options, code=73)
            self.assertIn("pa_bundle.use('hello')", run.err)
            self.assertNotIn("pa-new update", run.err)
        old = self.folder(dict(support.FLASK))
        command = "pa-new update 'a b' --set packages=yes"
        for options in (("--packages", "bundle"), ()):
            run = self.run_it(old, *options, f"--bundle-command={command}", code=73)
            self.assertIn(f"run '{command}', which adds", run.err)
            run = self.run_it(old, *options, code=73)
            self.assertNotIn("pa-new update", run.err)
            self.assertIn("If you deleted" if not options else "you deleted", run.err)
        (folder / "requirements.txt").write_text("-e .\n")
        run = self.run_it(folder, code=65)
        self.assertIn("line 1 of requirements.txt", run.err)
        self.assertEqual(self.host.files(), before)

    def test_another_python_is_told_before_the_upload(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        other = "3.9" if PYTHON != "3.9" else "3.13"
        self.host.apps[support.DOMAIN].python = f"python{other.replace('.', '')}"
        self.package.write_text("NAME = b'of today'\n")
        self.log.unlink()
        before, calls = self.host.files(), len(self.host.calls)
        run = self.run_it(folder, "--packages", "bundle", code=73)
        self.assertIn(f"Python {other}", run.err)
        self.assertIn(PYTHON, run.err)
        self.assertEqual(support.changes(self.host, calls), [])
        self.assertEqual(self.host.files(), before)
        self.assertFalse(self.log.exists(), "the packages were fetched")

    def test_an_upload_that_fails_leaves_the_app_as_it_is(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        self.package.write_text("NAME = b'of yesterday'\n")
        first = len(self.host.calls)
        self.run_it(folder)
        calls = self.host.calls[first:]
        at = next(n for n, call in enumerate(calls, 1) if call.method == "POST")
        self.assertTrue(calls[at - 1].path.endswith(".zip"))
        before = self.host.page(support.DOMAIN)
        current = self.host.place(f"{PLACE}/current.json").read_bytes()
        self.package.write_text("NAME = b'of today'\n")
        self.host.faults = [Fault(len(self.host.calls) + at, "500", lasts=True)]
        run = self.run_it(folder, code=69)
        self.assertIn(".zip failed 5 times", run.err)
        self.assertEqual(self.host.page(support.DOMAIN), before)
        found = self.host.place(f"{PLACE}/current.json").read_bytes()
        self.assertEqual(found, current)
        self.host.faults = []
        self.run_it(folder)
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of today")
        )

    def test_packages_that_were_not_loaded_yet_are_loaded_by_the_next_run(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        self.package.write_text("NAME = b'of today'\n")
        first = len(self.host.calls)
        self.run_it(folder)
        calls = self.host.calls[first:]
        at = next(n for n, call in enumerate(calls, 1) if "/reload/" in call.path)
        self.package.write_text("NAME = b'of tomorrow'\n")
        self.host.faults = [Fault(len(self.host.calls) + at, "500", lasts=True)]
        self.assertIn("/reload/ failed", self.run_it(folder, code=69).err)
        self.host.faults = []
        self.run_it(folder)
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of tomorrow")
        )

    def test_a_dry_run_lists_the_digest(self) -> None:
        run = self.run_it(self.folder(self.files), "--dry-run", "--json")
        paths = [call["path"] for call in run.document["calls"]]
        archives = [path for path in paths if "bundles" in path and path[-4:] == ".zip"]
        self.assertEqual(len(archives), 1)
        self.assertEqual(len(archives[0].rpartition("/")[2]), 64 + len(".zip"))
        self.assertTrue(json.dumps(paths).count("current.json"))

    def test_a_dry_run_without_uv_says_why_the_digest_is_missing(self) -> None:
        self.variables = {"PATH": "/nowhere"}
        run = self.run_it(self.folder(self.files), "--dry-run")
        self.assertIn("SHA256.zip", run.out)
        self.assertIn("there is no usable uv", run.out)
        self.run_it(self.folder(self.files), code=69)

    def test_the_app_is_reloaded_while_it_unpacks(self) -> None:
        broken = {**self.files, "pa_bundle.py": "def use(name): raise OSError\n"}
        folder = self.folder(broken)
        run = self.run_it(folder, code=1)
        self.assertNotIn("still unpacking", run.err)
        current = hosted.decode(self.host.place(f"{PLACE}/current.json").read_bytes())
        assert current
        self.host.place(f"{PLACE}/.new-{current.sha256}").mkdir()
        run = self.run_it(folder, code=1)
        self.assertEqual(run.err.count("still unpacking"), 10)

    def undo(self, *options: str, code: int = 0, **more: str) -> support.Run:
        run = super().undo(*options, code=code, **more)
        self.clock.time += 60
        return run

    def test_an_undo_brings_back_the_packages(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        old = self.host.place(f"{PLACE}/current.json").read_bytes()
        self.package.write_text("NAME = b'of today'\n")
        self.run_it(folder)
        run = self.undo()
        self.assertIn("restore  the packages that the app uses", run.out)
        self.assertEqual(self.host.place(f"{PLACE}/current.json").read_bytes(), old)
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of the bundle")
        )

    def test_an_undo_after_a_virtualenv_took_over(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        self.install("Flask-3.1", python=PYTHON)
        self.run_it(folder)
        self.assertFalse(self.host.place(f"{PLACE}/current.json").exists())
        self.undo()
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of the bundle")
        )
        self.assertEqual(self.host.apps[support.DOMAIN].virtualenv, "")

    def test_an_undo_stops_if_the_packages_are_gone(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        current = hosted.decode(self.host.place(f"{PLACE}/current.json").read_bytes())
        assert current
        self.package.write_text("NAME = b'of today'\n")
        self.run_it(folder)
        for name in (current.sha256, f"{current.sha256}.zip"):
            place = self.host.place(f"{PLACE}/{name}")
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
        calls = len(self.host.calls)
        run = self.undo(code=73)
        self.assertIn("the packages of the earlier deployment are gone", run.err)
        self.assertEqual(support.changes(self.host, calls), [])

    def test_an_interrupted_change_of_the_packages_is_undone(self) -> None:
        folder = self.folder(self.files)
        self.run_it(folder)
        self.package.write_text("NAME = b'of today'\n")
        first = len(self.host.calls)
        self.run_it(folder)
        calls = self.host.calls[first:]
        at = next(n for n, call in enumerate(calls, 1) if "/reload/" in call.path)
        self.package.write_text("NAME = b'of tomorrow'\n")
        self.clock.time += 60
        self.host.faults = [Fault(len(self.host.calls) + at, "500", lasts=True)]
        self.run_it(folder, code=69)
        self.host.faults = []
        (folder / "static.txt").write_text("new")
        self.run_it(folder)
        self.undo()
        self.assertEqual(
            self.host.page(support.DOMAIN), (200, b"Hello from Flask of today")
        )
        self.assertFalse(self.host.place("/home/alice/hello/static.txt").exists())
