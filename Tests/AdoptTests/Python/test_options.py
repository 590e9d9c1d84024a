"""The options that name the app or the entry file: right, nearly right, and hostile."""

from __future__ import annotations

import json
import unittest

from kinds_of_apps import MANAGE, SETTINGS
from support import FACTORY, FLASK, AdoptTest, Files

FILES: Files = {
    "shop/__init__.py": "",
    "shop/web.py": FLASK
    + "VERSION = '1'\n\n\ndef helper():\n    return 1\n\n\nclass Thing:\n    pass\n\n\nthing = Thing()\n",
    "shop/made.py": FACTORY + "\n\nasync def make_async():\n    return create_app()\n",
    "shop/odd.py": "import importlib\n\napp = importlib.import_module('x').make()\n",
    "src/inner/__init__.py": FACTORY,
    "dash_app.py": "from dash import Dash\n\nboard = Dash(__name__)\nserver = board.server\n",
    "broken.py": "def f(:\n",
}
DJANGO: Files = {
    "manage.py": MANAGE.format("mysite.settings"),
    "mysite/__init__.py": "",
    "mysite/settings.py": SETTINGS,
    "mysite/other.py": "from .settings import *\n",
    "mysite/urls.py": "urlpatterns = []\n",
}
HOSTILE = (
    *(
        "os;import x",
        "shop.web:app;import os",
        "shop.web:app\nimport os",
        "../x:app",
        "/etc:app",
    ),
    *(
        "shop.web:__import__('os').system('x')",
        "shop.web:app[0]",
        "a" * 100_000,
        "a:" * 50_000,
    ),
    *(
        "shop..web:app",
        ".shop:app",
        "shop.web:",
        ":app",
        ":",
        " ",
        "shop.web:app:app",
        "\x1b[31m:a",
    ),
    *("1shop:app", "shop.web:1", "shop-web:app"),
)


class ChosenTest(AdoptTest):
    """The app that an option names."""

    def test_app(self) -> None:
        for text, line, expression in (
            ("shop.web:app", "from shop.web import app", "app"),
            ("dash_app:board", "from dash_app import board", "board.server"),
            ("dash_app:board.server", "from dash_app import board", "board.server"),
            ("dash_app:server", "from dash_app import server", "server"),
        ):
            app = self.app(FILES, f"--app={text}")
            self.assertEqual((app["import"], app["application"]), (line, expression))
            self.assertEqual(app["names"], {"app": text})

    def test_unknown_value(self) -> None:
        document = self.read(FILES, "--app=shop.odd:app")
        (app,) = document["apps"]
        self.assertEqual((app["framework"], app["adapter"]), ("WSGI", "none"))
        self.assertTrue(any("--load" in note for note in document["notes"]))

    def test_factory(self) -> None:
        app = self.app(FILES, "--factory=shop.made:create_app")
        self.assertEqual(app["application"], "create_app()")
        app = self.app(FILES, "--factory=inner:create_app")
        self.assertEqual(
            (app["root"], app["import"]), ("src", "from inner import create_app")
        )
        # Any name, not only those that are searched for.
        named = {"shop.py": FACTORY.replace("create_app", "website")}
        self.assertEqual(
            self.app(named, "--factory=shop:website")["application"], "website()"
        )

    def test_factory_that_is_a_class(self) -> None:
        """Its instances are the app; it can have another name, and be in another file."""
        wsgi = (
            "class Site:\n    def __init__(self{}):\n        self.pages = {{}}\n\n"
            "    def __call__(self, environ, start_response):\n        return []\n"
        )
        files = {
            "shop/site.py": wsgi.format(", debug=False"),
            "shop/__init__.py": "from shop.site import Site as make_app\n",
        }
        app = self.app(files, "--factory=shop:make_app")
        self.assertEqual(
            (app["import"], app["application"], app["file"], app["line"]),
            ("from shop import make_app", "make_app()", "shop/__init__.py", 1),
        )
        self.assertEqual(app["names"], {"factory": "shop:make_app"})
        error = self.error(
            {"site_app.py": wsgi.format(", folder")}, "--factory=site_app:Site"
        )
        self.assertIn("the class `Site` takes folder", error["message"])

    def test_settings(self) -> None:
        for name in ("mysite.settings", "mysite.other"):
            app = self.app(DJANGO, f"--settings={name}")
            self.assertEqual(
                (app["settings"], app["names"]), (name, {"settings": name})
            )

    def test_hostile(self) -> None:
        for option in ("app", "factory", "settings"):
            for text in ("", *HOSTILE):
                error = self.error(FILES, f"--{option}={text}")
                with self.subTest(f"{option} {text[:30]!r}"):
                    self.assertEqual(error["kind"], "usage")
                    said = error["message"] + error.get("hint", "")
                    self.assertLess(len(said), 400)
                    self.assertTrue(said.isprintable(), said)
        for text in ("a" * 50_000 + ":app", "shop.web:" + "a" * 50_000):
            self.assertIn(
                "--app takes MODULE:OBJECT",
                self.error(FILES, f"--app={text}")["message"],
            )
        for text in ("mysite.settings;x", "mysite/../settings"):
            self.assertEqual(self.error(DJANGO, f"--settings={text}")["kind"], "usage")

    def test_nearly_right(self) -> None:
        for option, text, hint in (
            ("app", "shop.web.app", "did you mean shop.web:app?"),
            ("app", "shop/web.py:app", "did you mean shop.web:app?"),
            ("app", "shop.wbe:app", "did you mean shop.web:app?"),
            ("app", "Shop.web:app", "did you mean shop.web:app?"),
            ("app", "shop.web:ap", "did you mean shop.web:app?"),
            ("app", "shop.web:App", "did you mean shop.web:app?"),
            ("app", "shop.web:app()", "did you mean shop.web:app?"),
            ("app", "app", "did you mean shop.web:app?"),
            ("app", "web.py:app", "did you mean web:app?"),
            (
                "factory",
                "shop.made.py:create_app",
                "did you mean shop.made:create_app?",
            ),
            ("app", "shop.made:create_app", "--factory shop.made:create_app"),
            ("factory", "shop.web:app", "use --app shop.web:app"),
            ("factory", "shop.made:create_ap", "did you mean shop.made:create_app?"),
            ("factory", "shop.made:create_app()", "did you mean shop.made:create_app?"),
            ("factory", "shop.made.create_app", "did you mean shop.made:create_app?"),
        ):
            error = self.error(FILES, f"--{option}={text}")
            self.assertIn(hint, error.get("hint", ""), (text, error))
        for text in ("mysite/settings.py", "mysite.setings", "mysite.urls", "mysite"):
            error = self.error(DJANGO, f"--settings={text}")
            self.assertEqual(error["hint"], "did you mean mysite.settings?", text)

    def test_not_an_app(self) -> None:
        for option, text, message in (
            ("app", "shop.web:VERSION", "is a value"),
            ("app", "shop.web:helper", "is a function"),
            ("app", "shop.web:Thing", "is a value or a class"),
            ("app", "shop.web:thing", "takes no request"),
            ("app", "shop.nothing:app", "there is no module shop.nothing"),
            ("app", "os:path", "there is no module os"),
            ("app", "broken:app", "cannot read line 1 of broken.py"),
            ("factory", "shop.made:make_async", "async function"),
            ("factory", "shop.web:Thing", "is a class, and it takes no request"),
        ):
            error = self.error(FILES, f"--{option}={text}")
            self.assertIn(message, error["message"])
        error = self.error(FILES, "--app=shop.web:app", "--settings=x")
        self.assertIn("--app and --settings exclude each other", error["message"])


class EntryTest(AdoptTest):
    """The name of the entry file."""

    def test_names(self) -> None:
        document = self.read({"app.py": FLASK})
        self.assertEqual(document["entry"], "pythonanywhere_wsgi.py")
        for name in ("wsgi.py", "site_wsgi.py", "a.py"):
            self.assertEqual(
                self.read({"app.py": FLASK}, f"--entry={name}")["entry"], name
            )

    def test_errors(self) -> None:
        files: Files = {
            "app.py": FLASK,
            "shop/x.txt": "",
            "Tools.py": "",
            "src/a.txt": "",
        }
        for name in (
            *(
                "",
                "wsgi",
                "wsgi.txt",
                ".py",
                "a b.py",
                "a-b.py",
                "../wsgi.py",
                "/tmp/wsgi.py",
            ),
            *(
                "sub/wsgi.py",
                "class.py",
                "1.py",
                "a.b.py",
                "ä.py",
                "a" * 5_000 + ".py",
                "a\n.py",
            ),
            *(
                "flask.py",
                "json.py",
                "a;b.py",
            ),
        ):
            with self.subTest(name[:20]):
                error = self.error(files, f"--entry={name}")
                self.assertEqual(error["kind"], "usage")
                self.assertLess(len(error["message"]), 300)
        for name in ("app.py", "APP.py", "shop.py", "tools.py"):
            with self.subTest(name):
                error = self.error(files, f"--entry={name}")
                self.assertEqual(error["kind"], "conflict")

    def test_default_is_taken(self) -> None:
        name = "pythonanywhere_wsgi.py"
        error = self.error({"app.py": FLASK, name: "import app\n"})
        self.assertEqual(error["kind"], "conflict")
        self.assertIn("--entry", error["hint"])
        in_root = {"src/shop/__init__.py": FACTORY, "src/pythonanywhere_wsgi/a.py": ""}
        self.assertIn("src/pythonanywhere_wsgi", self.error(in_root)["message"])

    def test_adopted_below(self) -> None:
        """Check that the entry file of an app in a folder is not in the way."""
        name = "pythonanywhere_wsgi.py"
        below = {"shop/app.py": FLASK, f"shop/{name}": "from app import app\n"}
        self.assertIn("--entry", self.error(below)["hint"])
        record = {"shop/.pa-new.json": json.dumps({"entry": name})}
        entry = f"shop/{name}"
        document = self.read(
            {**below, entry: "from app import app as application\n", **record}
        )
        self.assertEqual(document["entry"], name)
        self.assertEqual([app["file"] for app in document["apps"]], ["shop/app.py"])

    def test_again(self) -> None:
        """The entry file that pa-new wrote may be written again."""
        name = "pythonanywhere_wsgi.py"
        entry = "from app import app as application\n"
        files: Files = {"app.py": FLASK, name: entry}
        record = {".pa-new.json": json.dumps({"entry": name})}
        document = self.read({**files, **record})
        self.assertEqual((document["entry"], len(document["apps"])), (name, 1))
        self.assertEqual(document["apps"][0]["file"], "app.py")
        # What pa-new wrote is not taken for the app.
        made = (
            "import pa_env\nfrom shop import create_app\n\napplication = create_app()\n"
        )
        code = "async def app(scope, receive, send):\n    pass\n"
        adapter = {"asgi_adapter/__init__.py": code, "pa_env.py": ""}
        again: Files = {"shop.py": FACTORY, name: made, **adapter, **record}
        (app,) = self.read(again)["apps"]
        self.assertEqual(app["names"], {"factory": "shop:create_app"})
        again = {"index.html": "", name: "", "pa_env.py": "", **record}
        self.assertEqual(self.app(again)["adapter"], "static")
        for content in (
            "",
            "[]",
            '{"entry": 1}',
            '{"entry": "other.py"}',
            "[" * 100_000,
        ):
            self.assertEqual(
                self.error({**files, ".pa-new.json": content})["kind"], "conflict"
            )


if __name__ == "__main__":
    unittest.main()
