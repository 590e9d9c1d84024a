"""Several apps: which are a choice, and which are parts of another one."""

from __future__ import annotations

import unittest

from kinds_of_apps import MANAGE, SETTINGS
from support import FACTORY, FLASK, AdoptTest, Files

FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n"
CALLED = "from shop import create_app\n\napp = create_app()\n"

# Name, files, and the options of the apps to choose from, in their order.
CASES: tuple[tuple[str, Files, list[str]], ...] = (
    ("a test's app", {"app.py": FLASK, "tests/test_app.py": FLASK}, ["app:app"]),
    ("only examples", {"examples/hello.py": FLASK}, ["hello:app"]),
    (
        "a factory, and its app",
        {"shop/__init__.py": FACTORY, "wsgi.py": CALLED},
        ["wsgi:app"],
    ),
    (
        "scripts of a factory",
        {
            "shop/__init__.py": FACTORY,
            "wsgi.py": CALLED,
            "app.py": CALLED,
            "seed.py": CALLED,
        },
        ["wsgi:app"],
    ),
    (
        "a factory that calls another",
        {
            "shop/__init__.py": "from .api import create_api\n"
            + FACTORY.replace("    return", "    app.api = create_api()\n    return"),
            "shop/api.py": FACTORY.replace("create_app", "create_api"),
        },
        ["shop:create_app"],
    ),
    (
        "an app that is mounted",
        {
            "main.py": FASTAPI + "from api import inner\n\napp.mount('/api', inner)\n",
            "api.py": FASTAPI.replace("app =", "inner ="),
        },
        ["main:app"],
    ),
    (
        "an app that is wrapped",
        {
            "app.py": FLASK,
            "wsgi.py": "from werkzeug.middleware.proxy_fix import ProxyFix\n"
            "from app import app\n\napplication = ProxyFix(app)\n",
        },
        ["wsgi:application"],
    ),
    (
        "middleware",
        {
            "app.py": FLASK + "from middleware import log\n",
            "middleware.py": "def log(environ, start_response):\n    return []\n",
        },
        ["app:app"],
    ),
    (
        "an app that is there for ASGI, too",
        {
            "app.py": FLASK,
            "asgi.py": "from asgiref.wsgi import WsgiToAsgi\nfrom app import app\n\n"
            "application = WsgiToAsgi(app)\n",
        },
        ["app:app"],
    ),
    (
        "django with channels",
        {
            "manage.py": MANAGE.format("mysite.settings"),
            "mysite/settings.py": SETTINGS,
            "mysite/__init__.py": "",
            "mysite/asgi.py": "from channels.routing import ProtocolTypeRouter\n"
            "application = ProtocolTypeRouter({})\n",
        },
        ["mysite.settings"],
    ),
    ("two apps", {"shop.py": FLASK, "blog.py": FLASK}, ["blog:app", "shop:app"]),
    ("two kinds", {"app.py": FLASK, "api.py": FASTAPI}, ["app:app", "api:app"]),
    (
        "two django projects",
        {
            f"{name}/{file}": text
            for name in ("one", "two")
            for file, text in (
                ("manage.py", MANAGE.format(f"{name}site.settings")),
                (f"{name}site/settings.py", SETTINGS),
                (f"{name}site/__init__.py", ""),
            )
        },
        ["onesite.settings", "twosite.settings"],
    ),
    (
        "django, and its own wsgi.py and middleware",
        {
            "manage.py": MANAGE.format("mysite.settings"),
            "mysite/settings.py": SETTINGS,
            "mysite/__init__.py": "",
            "mysite/wsgi.py": "import os\nfrom django.core.wsgi import get_wsgi_application\n"
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"
            "application = get_wsgi_application()\n",
            "mysite/plain.py": "def application(environ, start_response):\n    return []\n",
        },
        ["mysite.settings"],
    ),
    (
        "a web app beside a page of Streamlit",
        {"app.py": FLASK, "board.py": "import streamlit as st\n\nst.write('a')\n"},
        ["app:app"],
    ),
)


class ChoiceTest(AdoptTest):
    """The apps to choose from."""

    def test_choices(self) -> None:
        for name, files, expected in CASES:
            with self.subTest(name):
                apps = self.read(files)["apps"]
                self.assertEqual(
                    [value for a in apps for value in a["names"].values()], expected
                )
                for app in apps:  # each option leads to its app
                    ((option, value),) = app["names"].items()
                    self.assertEqual(self.app(files, f"--{option}={value}"), app)

    def test_what_is_needed(self) -> None:
        """A function that takes an unknown value is no choice, and alone an error."""
        unknown = FACTORY.replace("create_app()", "create_app(config)")
        error = self.error({"shop.py": unknown})
        self.assertEqual(error["kind"], "broken")
        self.assertIn("create_app takes config", error["message"])
        self.assertIn("--app site_app:app", error["hint"])
        app = self.app({"shop.py": unknown, "blog.py": FLASK})
        self.assertEqual(app["names"], {"app": "blog:app"})
        # What the code shows is taken.
        called = {
            "shop.py": unknown,
            "run.py": "import shop\n\nshop.create_app('prod')\n",
        }
        self.assertEqual(self.app(called)["application"], 'create_app("prod")')

    def test_server_at_import(self) -> None:
        document = self.read({"app.py": FLASK + "app.run()\n"})
        self.assertEqual(len(document["apps"]), 1)
        self.assertIn("app.py:9 starts a server", document["notes"][0])


if __name__ == "__main__":
    unittest.main()
