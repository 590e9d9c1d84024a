"""A project whose packages ``pa-new deploy`` can bring as a bundle: nothing is confused by it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from apps.sources import PLAIN, WSGI_FILE, shop
from support import CHECKER, check_soon, project, run

sys.path.insert(0, str(CHECKER))

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
TEMPLATE = Path(__file__).resolve().parents[3] / "Templates" / "_shared"


def files(module: str) -> dict[str, str | bytes]:
    """Return a project that uses a bundle, and imports a module of its requirements."""
    entry = (TEMPLATE / "pa_bundle.py.mustache").read_text("utf-8")
    made = shop(f"import {module}\n{PLAIN}", pa_bundle=entry)
    wsgi = str(made[WSGI_FILE])
    before = "from shop import"
    use = "import pa_bundle\n\npa_bundle.use('shop')\n\n"
    assert wsgi.count(before) == 1
    made[WSGI_FILE] = wsgi.replace(before, use + before)
    made["requirements.txt"] = "not-there-at-all==1.0\n"
    return made


class HomeTest(unittest.TestCase):
    """A home folder in which a bundle lies, of this or another project."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.home = Path(place.name)
        bundles = self.home / ".pa-new" / "bundles" / "shop"
        bundles.mkdir(parents=True)
        (bundles / ("0" * 64 + ".zip")).write_bytes(b"no zip file")
        record = {"version": 1, "sha256": "0" * 64, "size": 11, "python": "3.9"}
        (bundles / "current.json").write_text(json.dumps(record))

    def contents(self) -> dict[str, bytes]:
        return {
            str(path): path.read_bytes() if path.is_file() else b""
            for path in self.home.rglob("*")
        }

    def test_it_is_neither_used_nor_changed(self) -> None:
        place = self.home / ".pa-new/bundles/shop/current.json"
        for text in (place.read_bytes(), b"{", b""):
            place.write_bytes(text)
            before = self.contents()
            for options in ((), ("--no-namespaces",)):
                with (
                    self.subTest(text, options=options),
                    project(files("json")) as folder,
                    mock.patch.dict(os.environ, HOME=str(self.home)),
                ):
                    done = run("check", folder, "--python", PYTHON, *options)
                    report = json.loads(done.stdout)
                    self.assertEqual("works", report["outcome"], report)
                    self.assertEqual([], report["findings"])
                    self.assertEqual(200, report["requests"][0]["status"])
                    done = run("visit", folder, "/", "--python", PYTHON, *options)
                    self.assertIn(b"200 OK", done.stdout)
            self.assertEqual(before, self.contents())


class MissingTest(unittest.TestCase):
    """Packages that are not on this computer."""

    def told(
        self, made: dict[str, str | bytes], *options: str
    ) -> tuple[str, list[tuple[str, str]]]:
        with project(made) as folder:
            report = check_soon(folder, "--python", PYTHON, *options)
        found = [(one["severity"], one["message"]) for one in report["findings"]]
        return report["outcome"], found

    def test_the_app_is_not_called_good_and_not_called_broken(self) -> None:
        outcome, found = self.told(files("not_there_at_all"))
        self.assertEqual("not-loaded", outcome)
        ((severity, message),) = found
        self.assertEqual("warning", severity)
        self.assertIn("pa-new deploy can bring it to PythonAnywhere", message)
        self.assertNotIn("must be installed", message)

    def test_a_project_without_bundles_needs_them_installed(self) -> None:
        made = files("not_there_at_all")
        del made["pa_bundle.py"]
        made[WSGI_FILE] = str(shop("")[WSGI_FILE])
        outcome, ((_, message),) = self.told(made)
        self.assertEqual("not-loaded", outcome)
        self.assertIn("it must be installed on PythonAnywhere too", message)

    def test_the_command_that_makes_a_project_ready_for_them(self) -> None:
        made = files("json")
        del made["pa_bundle.py"]
        made[WSGI_FILE] = str(shop("")[WSGI_FILE])
        option = "--bundle-command=pa-new update shop --set packages=yes"
        for text, count in [
            ("# none\n\nPyMySQL\n", 1),
            ('a; python_version < "3"\nb; python_version < "3"\n', 0),
            ("# none\n", 0),
        ]:
            made["requirements.txt"] = text
            _, found = self.told(made, option)
            notes = [message for _, message in found if "pa_bundle.py" in message]
            self.assertEqual(count, len(notes), found)
        made["requirements.txt"] = "PyMySQL\n"
        self.assertEqual([], self.told(made)[1])
        made = files("json")
        made["requirements.txt"] = "PyMySQL\n"
        self.assertEqual([], self.told(made, option)[1])

    def test_what_no_bundle_can_have(self) -> None:
        made = files("json")
        made["requirements.txt"] = "psycopg2==2.9\nuWSGI\n./lib\n"
        outcome, found = self.told(made)
        self.assertEqual("works", outcome)
        self.assertEqual({"note"}, {severity for severity, _ in found})
        said = " ".join(message for _, message in found)
        for part in ("psycopg2 has no build for Linux", "uWSGI has no", "`./lib`"):
            self.assertIn(part, said)


if __name__ == "__main__":
    unittest.main()
