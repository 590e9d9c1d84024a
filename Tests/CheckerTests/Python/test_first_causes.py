"""What is said of a failure that another one caused, or that is only this computer's."""

from __future__ import annotations

import sys
import unittest
from typing import Any

from apps import PATH, PLAIN
from apps.host_conditions_files import HOST_FILES
from apps.host_conditions_requests import django
from apps.sources import WSGI_FILE
from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check.distributions import version_of

# Of a library that says it in its own way, as Django does.
NEEDS = """try:
    import no_such_library
except ImportError as error:
    raise RuntimeError("Did you install it?") from error
"""


def report(files: dict[str, str | bytes]) -> dict[str, Any]:
    with project(files) as folder:
        return check_soon(folder)


def only(found: dict[str, Any], rule: str) -> dict[str, Any]:
    """Return the one finding of a rule."""
    (finding,) = [f for f in found["findings"] if f["rule"] == rule]
    return dict(finding)


class FirstCausesTest(unittest.TestCase):
    def test_a_module_that_a_library_asks_for(self) -> None:
        listed = report(
            {WSGI_FILE: NEEDS + PLAIN, "requirements.txt": "no-such-library\n"}
        )
        self.assertEqual(listed["outcome"], "not-loaded")
        finding = only(listed, "import-error")
        self.assertEqual((finding["line"], finding["severity"]), (2, "warning"))
        self.assertIn("no_such_library is not installed here", finding["message"])
        unlisted = report({WSGI_FILE: NEEDS + PLAIN, "requirements.txt": "flask\n"})
        self.assertEqual(unlisted["outcome"], "broken")
        self.assertIn("no_such_library", only(unlisted, "import-error")["message"])

    def test_the_folder_of_a_log(self) -> None:
        name = "a handler of the log whose folder is not there"
        app = next(app for app in HOST_FILES if app.name == name)
        finding = only(report(app.files), "import-error")
        self.assertIn("needs the folder `/home/alice/mysite/logs`", finding["message"])
        self.assertIn('os.makedirs("/home/alice/mysite/logs"', finding["fix"])

    def test_the_import_without_the_dot(self) -> None:
        for line, fixed in (
            ("from .shop import application", "from shop import application"),
            ("from .a.b import x as application", "from a.b import x as application"),
            ("from . import shop  # the app", "import shop"),
        ):
            files: dict[str, str | bytes] = {"shop.py": PLAIN, "a/b.py": "x = 1\n"}
            files[WSGI_FILE] = f"{PATH}{line}\n"
            finding = only(report(files), "import-error")
            self.assertEqual(finding["fix"], f"Write `{fixed}`.")

    def test_a_page_that_needs_a_module_which_is_missing_here(self) -> None:
        app = "def application(environ, start_response):\n    import no_such_library\n"
        found = report({WSGI_FILE: app, "requirements.txt": "no-such-library\n"})
        self.assertEqual(found["outcome"], "not-loaded")
        self.assertIn(
            "`/` fails on this computer: the module no_such_library", found["summary"]
        )

    def test_all_pages_that_fail_are_counted(self) -> None:
        app = (
            "import sqlite3\n\n\ndef application(environ, start_response):\n"
            "    sqlite3.connect(':memory:').execute('select * from tea')\n"
        )
        for paths, words in (
            (("/",), "`/` fails until its data is there"),
            (("/", "/a"), "`/` and 1 more path fail until their data is there"),
            (("/", "/a", "/b"), "`/` and 2 more paths fail until their data is there"),
        ):
            options = [part for path in paths for part in ("--path", path)]
            with project({WSGI_FILE: app}) as folder:
                self.assertIn(words, check_soon(folder, *options)["summary"])

    def test_other_versions_than_those_of_the_requirements(self) -> None:
        code = "import bottle\n\nbottle.no_such_name\n"
        pinned = "bottle==0.1\nno-such-library==1.0\n"
        notes = " ".join(report({WSGI_FILE: code, "requirements.txt": pinned})["notes"])
        self.assertRegex(
            notes, r"other versions than requirements.txt names: bottle \S+ "
        )
        self.assertIn("(not 0.1)", notes)
        self.assertNotIn("no-such-library", notes)
        for files in (
            {WSGI_FILE: PLAIN, "requirements.txt": pinned},  # it works
            {WSGI_FILE: code, "requirements.txt": "bottle>=0.1\n"},
            {WSGI_FILE: code, "requirements.txt": f"bottle=={version_of('bottle')}\n"},
        ):
            self.assertNotIn("other versions", str(report(files)["notes"]))

    def test_hosts_that_only_the_example_sets(self) -> None:
        files = django("ALLOWED_HOSTS = os.environ['SHOP_ALLOWED_HOSTS'].split(',')")
        files[".env.example"] = "SHOP_ALLOWED_HOSTS=localhost\n"
        found = report(files)
        finding = only(found, "allowed-hosts")
        self.assertEqual(
            found["summary"],
            "The app loads, but it refuses the domain alice.pythonanywhere.com: 1 warning",
        )
        self.assertEqual(finding["severity"], "warning")
        self.assertIn("SHOP_ALLOWED_HOSTS=alice.pythonanywhere.com", finding["fix"])
        # A variable that the settings do not read sets nothing.
        files = django("ALLOWED_HOSTS = ['localhost']")
        files[".env.example"] = "ALLOWED_HOSTS=localhost\n"
        finding = only(report(files), "allowed-hosts")
        self.assertEqual(finding["severity"], "error")
        self.assertIn('"alice.pythonanywhere.com"]`', finding["fix"])

    def test_the_file_of_variables_that_the_reader_loads(self) -> None:
        loads = "from dotenv import load_dotenv\n\nload_dotenv()\n"
        files: dict[str, str | bytes] = {
            WSGI_FILE: f"{PATH}import a_script\nimport shop\n",
            "a_script.py": loads,
            "shop.py": f"import values\n{loads}{PLAIN}",
            "values.py": f"import os\n{loads}KEY = os.environ['SHOP_KEY']\n",
            ".env": "SHOP_KEY=abc\n",
        }
        finding = only(report(files), "missing-variable")
        self.assertEqual((finding["file"], finding["line"]), ("values.py", 4))

    def test_hosts_of_a_domain_that_is_not_known(self) -> None:
        files = django("ALLOWED_HOSTS = ['shop.example.org']")
        files["mysite/wsgi.py"] = str(files.pop(WSGI_FILE)).removeprefix(PATH)
        files["mysite/base.py"] = "ALLOWED_HOSTS = []\n"  # the other file is in use
        with project(files) as folder:
            found = check_soon(folder)
            finding = only(found, "allowed-hosts")
            known = check_soon(folder, "--domain", "shop.example.org")
        self.assertEqual(
            found["summary"],
            "The app loads, but it refuses the domain standin.pythonanywhere.com: "
            "name your domain with --domain",
        )
        self.assertEqual(finding["file"], "mysite/settings.py")
        self.assertIn("if it does not allow yours", finding["message"])
        self.assertIn("The app should work", known["summary"])

    def test_a_list_of_packages_in_a_folder(self) -> None:
        code = f"{PATH}import backend.shop\n{PLAIN}"
        shop = "import no_such_library\n"
        listed = {"backend/requirements.txt": "no-such-library==1.0\n"}
        files = {WSGI_FILE: code, "backend/shop.py": shop, **listed}
        found = report(files)
        self.assertEqual(found["outcome"], "not-loaded")
        self.assertIn("-r backend/requirements.txt", only(found, "import-error")["fix"])
        # Only one list, and none at the top, tells.
        for others in (
            {"frontend/requirements.txt": "no-such-library\n"},
            {"requirements.txt": "flask\n"},
        ):
            self.assertEqual(report({**files, **others})["outcome"], "broken")

    def test_a_folder_that_an_installed_package_hides(self) -> None:
        code = f"{PATH}from bottle.shop import application\n"
        finding = only(
            report({WSGI_FILE: code, "bottle/shop.py": PLAIN}), "import-error"
        )
        self.assertIn("package bottle hides your folder `bottle/`", finding["message"])
        self.assertIn("Rename the folder", finding["fix"])

    def test_visitors_who_are_sent_to_https(self) -> None:
        app = (
            "def application(environ, start_response):\n"
            "    scheme = environ['wsgi.url_scheme']\n"
            "    if environ.get('HTTP_X_FORWARDED_PROTO', scheme) == 'http':\n"
            "        place = 'https://alice.pythonanywhere.com/'\n"
            "        start_response('301 Moved', [('Location', place)])\n"
            "        return [b'']\n"
        )
        found = report({WSGI_FILE: app + "    raise ValueError('no tea')\n"})
        self.assertEqual(only(found, "error-response")["line"], 7)
        self.assertEqual(found["outcome"], "broken")
        answers = "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        found = report({WSGI_FILE: f"{app}{answers}    return [b'tea']\n"})
        self.assertEqual(found["findings"], [])
        # Without a redirect, it depends on what PythonAnywhere does.
        found = report(
            {
                WSGI_FILE: app.replace("301 Moved", "200 OK").replace(
                    "('Location', place)", "('Content-Type', 'text/plain')"
                )
                + "    raise ValueError('no tea')\n"
            }
        )
        self.assertEqual(only(found, "scheme")["severity"], "warning")

    def test_a_placeholder_in_a_file_that_works(self) -> None:
        line = "PAGE = 'https://yourusername.pythonanywhere.com/'\n"
        works = {WSGI_FILE: f"{PATH}import shop\n{PLAIN}", "shop.py": line}
        self.assertEqual(only(report(works), "placeholder")["severity"], "warning")
        own = {WSGI_FILE: line + PLAIN}
        self.assertEqual(only(report(own), "placeholder")["severity"], "error")
        fails = {WSGI_FILE: f"{PATH}import shop\nshop.tea\n", "shop.py": line}
        self.assertEqual(only(report(fails), "placeholder")["severity"], "error")

    def test_another_account_in_a_file_that_works(self) -> None:
        lines = "import shop\nHOME = '/home/bob/x'\n"
        found = report(
            {WSGI_FILE: PATH + lines + PLAIN, "shop.py": "HOME = '/home/bob/x'\n"}
        )
        levels = {f["file"]: f["severity"] for f in found["findings"]}
        self.assertEqual(levels, {WSGI_FILE: "error", "shop.py": "warning"})


if __name__ == "__main__":
    unittest.main()
