"""Modules that no import finds: what they may be, and what to write."""

from __future__ import annotations

import unittest
from pathlib import Path

from apps import PATH, PLAIN
from support import check_soon, project

ENTRY = "alice_pythonanywhere_com_wsgi.py"
BUNDLE = PATH + "import pa_bundle\npa_bundle.use('mysite')\n"
BUNDLE_MODULE = (
    Path(__file__).resolve().parents[3] / "Templates/_shared/pa_bundle.py.mustache"
).read_text("utf-8")

# The import, the other files, the entry file, and the rule and parts of the finding's
# message and fix; no rule if there is no finding.
MISSING: list[tuple[str, dict[str, str], str, str, str, str]] = [
    (
        "import helpers",
        {"Helpers.py": ""},
        "wsgi.py",
        "wrong-case",
        "`Helpers.py`",
        "Write `Helpers` in the import, or rename `Helpers.py` to `helpers.py`",
    ),
    (
        "from shoplib import x",
        {"shop_lib/__init__.py": ""},
        "wsgi.py",
        "import-error",
        "there is `shop_lib/`",
        "Write `shop_lib` in the import",
    ),
    (
        "from urllib2 import urlopen",
        {"requirements.txt": "no-such-library\n"},
        "wsgi.py",
        "import-error",
        "The module urllib2 is one of Python 2",
        "Its name in Python 3 is urllib.request: write that in the import.",
    ),
    (
        "import Queue",
        {"queues.py": ""},
        "wsgi.py",
        "import-error",
        "The module Queue is one of Python 2",
        "Its name in Python 3 is queue",
    ),
    (
        "import helper",
        {"helpers.py": ""},
        "wsgi.py",
        "import-error",
        "there is `helpers.py`",
        "Write `helpers` in the import",
    ),
    (
        "import my_shop",
        {"my-shop.py": ""},
        "wsgi.py",
        "import-error",
        "there is `my-shop.py`",
        "Rename `my-shop.py` to `my_shop.py`.",
    ),
    (
        "import shop",
        {"src/shop/__init__.py": ""},
        "wsgi.py",
        "import-error",
        "`src/shop/` is in the folder `src`, which is not on `sys.path`",
        '`sys.path.insert(0, "/home/alice/mysite/src")`',
    ),
    (
        "import shop",
        {"src/shop/__init__.py": ""},
        ENTRY,
        "import-error",
        "`src/shop/` is in the folder `src`",
        '`sys.path.insert(0, "/home/alice/mysite/src")`',
    ),
    (
        "import shop.web",
        {"shop/__init__.py": "", "shop/web.py": "import tools\n", "shop/tools.py": ""},
        "wsgi.py",
        "import-error",
        "there is `shop/tools.py`",
        "write `from shop import tools`",
    ),
    (
        "import MySQLdb",
        {},
        "wsgi.py",
        "import-error",
        "MySQLdb",
        "pip install mysqlclient",
    ),
    (
        "from google.cloud import storage",
        {},
        "wsgi.py",
        "import-error",
        "google.cloud.storage",
        "pip install google-cloud-storage",
    ),
    (
        "import Flask",
        {},
        "wsgi.py",
        "import-error",
        "its name is flask",
        "import flask",
    ),
    (
        "import win32api",
        {},
        "wsgi.py",
        "import-error",
        "only on Windows",
        "sys.platform",
    ),
    ("import winreg", {}, "wsgi.py", "import-error", "only on Windows", "sys.platform"),
    (
        "import no_such_lib",
        {},
        "wsgi.py",
        "import-error",
        "no_such_lib",
        "Do not guess it",
    ),
    # What is there is not missing.
    ("import helpers", {"helpers.py": "", "Helpers.py": ""}, "wsgi.py", "", "", ""),
    (
        "from shop_lib.kinds.names import names",
        {"shop_lib/kinds/names.py": "names = 1\n"},
        "wsgi.py",
        "",
        "",
        "",
    ),
    (
        "import pathlib, sys\n"
        + "sys.path.append(str(pathlib.Path(__file__).resolve().parent / 'x'))\n"
        + "import shop",
        {"x/shop.py": ""},
        "wsgi.py",
        "",
        "",
        "",
    ),
    (
        "try:\n    import win32api\nexcept ImportError:\n    win32api = None",
        {},
        "wsgi.py",
        "",
        "",
        "",
    ),
    # A folder of data does not hide a library's module of its name.
    (
        "import bottle",
        {"bottle/data.py": "", "requirements.txt": "Flask\n"},
        "wsgi.py",
        "import-error",
        "The module bottle belongs to bottle",
        "Add bottle",
    ),
    (
        "import email.message, flask\nflask.Flask, email.message.Message",
        {"flask/data.py": "", "email/data.py": ""},
        "wsgi.py",
        "",
        "",
        "",
    ),
]


class MissingModulesTest(unittest.TestCase):
    """Each import of the table, read and loaded."""

    def test_advice(self) -> None:
        for source, files, entry, rule, message, fix in MISSING:
            head = PATH if entry == "wsgi.py" else ""
            app = {entry: f"{head}{source}\n" + PLAIN, **files}
            for options in ([], ["--no-load"]):
                with self.subTest(source, options=options), project(app) as folder:
                    found = check_soon(folder, *options)["findings"]
                    self.assertEqual(
                        [one["rule"] for one in found], [rule] * bool(rule)
                    )
                    for one in found:
                        self.assertIn(message, one["message"])
                        self.assertIn(fix, one["fix"])

    def test_a_driver_that_django_names(self) -> None:
        """What Django says of a database's driver is a module that is not installed."""
        raising = (
            "class ImproperlyConfigured(Exception): pass\n"
            "raise ImproperlyConfigured('Error loading {} module')\n"
        )
        for modules, listed, severity, message in (
            ("psycopg2 or psycopg", "psycopg[binary]==3.3.9\n", "warning", "psycopg "),
            ("psycopg2 or psycopg", "psycopg2\n", "warning", "psycopg2 "),
            ("psycopg2 or psycopg", "sqlparse\n", "error", "psycopg"),
            ("MySQLdb", "mysqlclient\n", "warning", "MySQLdb "),
        ):
            source = raising.format(modules)
            app = {"wsgi.py": source + PLAIN, "requirements.txt": listed}
            with self.subTest(modules, listed=listed), project(app) as folder:
                report = check_soon(folder)
                (found,) = (
                    one for one in report["findings"] if one["rule"] == "import-error"
                )
                self.assertEqual(found["severity"], severity, found)
                self.assertIn(f"module {message}", found["message"])
                outcome = "not-loaded" if severity == "warning" else "broken"
                self.assertEqual(report["outcome"], outcome)

    def test_inner_module_that_only_loading_misses(self) -> None:
        for source, files, message, fix in (
            ("import shop.view", {"shop/views.py": ""}, "shop/views.py", "shop.views"),
            ("import shop.x", {"shop/views.py": ""}, "in the project", "Add the file"),
        ):
            start = PATH + f"{source}\n" + PLAIN
            app = {"wsgi.py": start, "shop/__init__.py": "", **files}
            with self.subTest(source), project(app) as folder:
                (found,) = check_soon(folder)["findings"]
                self.assertIn(message, found["message"])
                self.assertIn(fix, found["fix"])
                self.assertNotIn("pip install", found["fix"])

    def test_module_that_the_standard_library_lost(self) -> None:
        for requirements, rules in (
            ("Flask\n", ["python-version"]),
            ("legacy-cgi\n", []),
        ):
            files = {
                "wsgi.py": "import cgi\n" + PLAIN,
                "requirements.txt": requirements,
            }
            with self.subTest(requirements), project(files) as folder:
                report = check_soon(folder, "--no-load", "--python", "3.13")
                found = report["findings"]
                self.assertEqual([one["rule"] for one in found], rules)
                for one in found:
                    self.assertIn("Add legacy-cgi to requirements.txt", one["fix"])

    def test_module_that_the_standard_library_lost_beside_a_bundle(self) -> None:
        """Any Python may check it: what an older one imports proves nothing."""
        for module, requirements, severity in (
            ("cgi", "Flask\n", "error"),
            ("asynchat", "Flask\n", "error"),
            ("distutils.util", "Flask\n", "error"),
            ("pipes", "Flask\n", "error"),
            ("cgi", "Flask\nlegacy-cgi\n", ""),
            ("cgitb", "legacy-cgi\n", ""),
            ("cgi", "standard-cgi==3.13.0\n", ""),
            ("distutils.util", "setuptools\n", ""),
            ("pipes", "standard_pipes\n", ""),
            ("imp", "zombie-imp\n", ""),
            # It is for another Python.
            ("cgi", "legacy-cgi; python_version < '3.13'\nFlask\n", "error"),
        ):
            files = {
                "wsgi.py": BUNDLE + "from shop import handlers\n" + PLAIN,
                "pa_bundle.py": BUNDLE_MODULE,
                "shop/__init__.py": "",
                "shop/handlers.py": f"import {module}\n",
                "requirements.txt": requirements,
            }
            for options in (["--no-load"], []):
                if options == [] and (not severity or "distutils" in module):
                    continue  # what is installed here may have it
                with (
                    self.subTest(module, requirements=requirements, options=options),
                    project(files) as folder,
                ):
                    report = check_soon(folder, *options, "--python", "3.13")
                    found = [
                        (one["rule"], one["severity"], one["file"], one["line"])
                        for one in report["findings"]
                    ]
                    place = ("python-version", severity, "shop/handlers.py", 1)
                    self.assertEqual(found, [place] if severity else [])
                    self.assertEqual(report["outcome"] == "broken", bool(severity))
                    self.assertNotIn("installed on PythonAnywhere", report["summary"])

    def test_module_that_the_library_lost_and_that_may_be_elsewhere(self) -> None:
        """Folders that code puts on the path may have it."""
        unknown = "import os, sys\nsys.path.append(os.environ.get('LIBS', '/srv'))\n"
        guarded = "try:\n    import cgi\nexcept ImportError:\n    cgi = None\n"
        older = "import sys\nif sys.version_info < (3, 13):\n    import cgi\n"
        beside = {"wsgi.py": PATH + "import cgi\n" + PLAIN, "cgi.py": ""}
        for files, rules in (
            ({"wsgi.py": unknown + "import cgi\n" + PLAIN}, ["warning"]),
            ({"wsgi.py": unknown + "import cgi\n" + PLAIN, "a/b/cgi.py": ""}, []),
            ({"wsgi.py": unknown + "import cgi\n" + PLAIN, "a/cgi/x.py": ""}, []),
            ({"wsgi.py": unknown + guarded + PLAIN}, []),
            ({"wsgi.py": unknown + older + PLAIN}, []),
            ({"wsgi.py": BUNDLE + guarded + PLAIN, "pa_bundle.py": BUNDLE_MODULE}, []),
            (beside, []),
        ):
            with self.subTest(files=files), project(files) as folder:
                report = check_soon(folder, "--no-load", "--python", "3.13")
                found = [
                    one["severity"]
                    for one in report["findings"]
                    if one["rule"] == "python-version"
                ]
                self.assertEqual(found, rules)

    def test_module_that_the_library_lost_and_that_is_installed(self) -> None:
        packages = "lib/python3.13/site-packages"
        info = f"{packages}/legacy_cgi-2.6.dist-info"
        environment = {
            "pyvenv.cfg": "version = 3.13.0\n",
            f"{packages}/cgi.py": "",
            f"{info}/METADATA": "Name: legacy-cgi\nVersion: 2.6\n",
            f"{info}/RECORD": "cgi.py,,\n",
            f"{packages}/flask-3.dist-info/METADATA": "Name: flask\nVersion: 3\n",
        }
        for requirements, found in (
            ({}, []),
            ({"requirements.txt": "flask\n"}, ["import-error warning"]),
            ({"requirements.txt": "legacy-cgi\n"}, []),
        ):
            files = {"wsgi.py": "import cgi\n" + PLAIN, **requirements}
            with (
                self.subTest(requirements),
                project(environment, "env") as env,
                project(files) as folder,
            ):
                options = ("--no-load", "--environment", str(env))
                report = check_soon(folder, *options)
                said = [f"{f['rule']} {f['severity']}" for f in report["findings"]]
                self.assertEqual(said, found)

    def test_module_that_a_package_may_have_that_is_not_installed(self) -> None:
        plain = "import no_such_lib\n"
        hidden = "__import__('_'.join(('no', 'such', 'lib')))\n"  # only loading sees it
        for requirements, outcome, severity in (
            ("Gone\nno_such_lib-for-python==2.2.2\n", "not-loaded", "warning"),
            ("no_such_lib-x; sys_platform == 'win32'\nflask\n", "broken", "error"),
            ("flask\n", "broken", "error"),
        ):
            for source, options in ((plain, ["--no-load"]), (plain, []), (hidden, [])):
                files = {
                    "wsgi.py": PATH + source + PLAIN,
                    "requirements.txt": requirements,
                }
                with (
                    self.subTest(requirements, source=source),
                    project(files) as folder,
                ):
                    report = check_soon(folder, *options)
                    (found,) = report["findings"]
                    self.assertEqual(found["severity"], severity)
                    is_named = "such as no-such-lib-for-python" in found["message"]
                    self.assertEqual(is_named, severity == "warning")
                    if not options:
                        self.assertEqual(report["outcome"], outcome)

    def test_package_that_has_the_module_beside_others_that_may(self) -> None:
        files = {"wsgi.py": "import MySQLdb\n" + PLAIN, "requirements.txt": "Gone\n"}
        with project(files) as folder:
            (found,) = check_soon(folder)["findings"]
        self.assertEqual(found["severity"], "warning")
        self.assertIn("add mysqlclient to requirements.txt", found["fix"])

    def test_folder_of_a_virtualenv_hides_nothing(self) -> None:
        packages = "venv/lib/python3.13/site-packages"
        source = f"import sys\nsys.path.append('/home/alice/mysite/{packages}')\n"
        files = {
            "alice_pythonanywhere_com_wsgi.py": source + PLAIN,
            f"{packages}/flask/__init__.py": "",
            f"{packages}/calendar.py": "",
            "venv/pyvenv.cfg": "",
            "requirements.txt": "Flask\n",
        }
        with project(files) as folder:
            report = check_soon(folder, "--no-load", "--python", "3.13")
        self.assertEqual(report["findings"], [])


if __name__ == "__main__":
    unittest.main()
