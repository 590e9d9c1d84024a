"""``--load``: the apps are loaded on check's stand-in for PythonAnywhere."""

from __future__ import annotations

import unittest

from support import MAIN, AdoptTest, Files, adopt, project

WSGI = (
    "def app(environ, start_response):\n"
    "    start_response('200 OK', [('Content-Type', 'text/plain')])\n    return [b'a']\n"
)
ASGI = "async def inner(scope, receive, send):\n    pass\n"
# Without code that says it plainly, as an app made by a library.
UNKNOWN = "import importlib\n\napp = vars(importlib.import_module('{}'))['{}']\n"


class LoadTest(AdoptTest):
    """Apps that can be loaded, and others."""

    def test_good(self) -> None:
        files: Files = {
            "src/shop/__init__.py": WSGI + "open('/home/standin/x', 'w').close()\n"
        }
        document = self.read(files, "--load")
        self.assertEqual(len(document["apps"]), 1)
        self.assertEqual(document["notes"], [])

    def test_without_the_option_nothing_runs(self) -> None:
        with project({"app.py": "1 / 0\n" + WSGI}) as folder:
            self.assertEqual(adopt(folder)["notes"], [])
            (note,) = adopt(folder, "--load")["notes"]
            self.assertIn("app.py:2 has the WSGI app `app`; loading it failed", note)
            self.assertIn("(app.py:1)", note)

    def test_writes_nothing(self) -> None:
        code = "open(__file__ + '.x', 'w').close()\n" + WSGI
        with project({"app.py": code}) as folder:
            self.assertEqual(adopt(folder, "--load")["notes"], [])
            self.assertEqual([p.name for p in folder.iterdir()], ["app.py"])

    def test_choice(self) -> None:
        """Those that fail are no choice, unless all fail."""
        files: Files = {
            "shop.py": WSGI,
            "blog.py": "import nothing_of_this_name\n" + WSGI,
        }
        self.assertEqual(len(self.read(files)["apps"]), 2)
        document = self.read(files, "--load")
        self.assertEqual([a["file"] for a in document["apps"]], ["shop.py"])
        (note,) = (n for n in document["notes"] if "So it is left out" in n)
        self.assertIn("blog.py:2", note)
        bad = {name: "1 / 0\n" + WSGI for name in ("shop.py", "blog.py")}
        document = self.read(bad, "--load")
        self.assertEqual(len(document["apps"]), 2)
        self.assertEqual(
            len([n for n in document["notes"] if "loading it failed" in n]), 2
        )

    def test_unknown_kind(self) -> None:
        """Loading tells a WSGI app from an ASGI app."""
        files = {"plain.py": WSGI, "site_app.py": UNKNOWN.format("plain", "app")}
        self.assertEqual(
            self.app(files, "--app=site_app:app", "--load")["adapter"], "none"
        )
        files = {"other.py": ASGI, "site_app.py": UNKNOWN.format("other", "inner")}
        app = self.app(files, "--app=site_app:app", "--load")
        self.assertEqual((app["adapter"], app["framework"]), ("asgi", "ASGI"))

    def test_app_that_another_file_makes_at_import(self) -> None:
        files: Files = {
            "shop/__init__.py": "from shop.core import start\n\nstart(globals())\n",
            "shop/core.py": "def start(names):\n    names['app'] = made\n\n\n"
            + WSGI.replace("def app", "def made"),
        }
        error = self.error(files, "--app=shop:app")
        self.assertIn("shop/__init__.py does not make app", error["message"])
        self.assertIn("add --load", error["hint"])
        app = self.app(files, "--app=shop:app", "--load")
        self.assertEqual(
            (app["import"], app["application"], app["adapter"], app["names"]),
            ("from shop import app", "app", "none", {"app": "shop:app"}),
        )
        files = {**files, "shop/core.py": "def start(names):\n    names['app'] = 1\n"}
        for name in ("app", "no_such_thing"):
            error = self.error(files, f"--app=shop:{name}", "--load")
            self.assertIn("loading the file does not make that app", error["message"])
            self.assertIn("loading it failed", error["reason"])

    def test_hidden_file_and_main(self) -> None:
        files: Files = {
            "app.py": WSGI + MAIN + "    raise SystemExit\n",
            "app/__init__.py": "",
            "app/x.py": "",
        }
        self.assertEqual(self.read(files, "--load")["notes"], [])


if __name__ == "__main__":
    unittest.main()
