"""The kinds of apps: how each is connected, and the option that chooses it."""

from __future__ import annotations

import unittest
from typing import Any

from support import (
    FACTORY,
    FLASK,
    MAIN,
    AdoptTest,
    Files,
    adopt,
    adopt_as_program,
    project,
)

MANAGE = (
    "import os\nimport sys\n\n\ndef main():\n"
    "    os.environ.setdefault('DJANGO_SETTINGS_MODULE', '{}')\n"
    "    from django.core.management import execute_from_command_line\n"
    "    execute_from_command_line(sys.argv)\n\n\nif __name__ == '__main__':\n    main()\n"
)
SETTINGS = (
    "from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\n"
    "INSTALLED_APPS = []\nROOT_URLCONF = 'mysite.urls'\n"
)
TORNADO = (
    "import tornado.web\n\n\nclass Home(tornado.web.RequestHandler):\n    pass\n\n\n"
)

# Name, files, then: framework, form, adapter, root, import, application, names.
CASES: tuple[tuple[str, Files, tuple[Any, ...]], ...] = (
    (
        "flask",
        {"app.py": FLASK},
        (
            "Flask",
            "object",
            "none",
            "",
            "from app import app",
            "app",
            {"app": "app:app"},
        ),
    ),
    (
        "flask named application",
        {
            "wsgi.py": FLASK.replace("app =", "application =").replace(
                "@app", "@application"
            )
        },
        (
            *(
                "Flask",
                "object",
                "none",
                "",
                "from wsgi import application as app",
                "app",
            ),
            {"app": "wsgi:application"},
        ),
    ),
    (
        "flask factory",
        {"shop/__init__.py": FACTORY},
        (
            *(
                "Flask",
                "factory",
                "none",
                "",
                "from shop import create_app",
                "create_app()",
            ),
            {"factory": "shop:create_app"},
        ),
    ),
    (
        "factory with defaults",
        {
            "shop/__init__.py": FACTORY.replace(
                "create_app()", "create_app(config=None, *, a=1)"
            )
        },
        (
            *(
                "Flask",
                "factory",
                "none",
                "",
                "from shop import create_app",
                "create_app()",
            ),
            {"factory": "shop:create_app"},
        ),
    ),
    (
        "django",
        {
            "manage.py": MANAGE.format("mysite.settings"),
            "mysite/__init__.py": "",
            "mysite/settings.py": SETTINGS,
        },
        (
            *("Django", "settings", "none", ""),
            "from django.core.wsgi import get_wsgi_application",
            "get_wsgi_application()",
            {"settings": "mysite.settings"},
        ),
    ),
    (
        "django for production, in a folder",
        {
            "backend/manage.py": MANAGE.format("mysite.settings.local"),
            "backend/mysite/__init__.py": "",
            "backend/mysite/settings/__init__.py": "",
            "backend/mysite/settings/local.py": SETTINGS,
            "backend/mysite/settings/production.py": SETTINGS,
        },
        (
            *("Django", "settings", "none", "backend"),
            "from django.core.wsgi import get_wsgi_application",
            "get_wsgi_application()",
            {"settings": "mysite.settings.production"},
        ),
    ),
    (
        "fastapi",
        {"main.py": "from fastapi import FastAPI\n\napi = FastAPI()\n"},
        (
            "FastAPI",
            "object",
            "asgi",
            "",
            "from main import api",
            "api",
            {"app": "main:api"},
        ),
    ),
    (
        "fastapi factory",
        {
            "main.py": "from fastapi import FastAPI\n\n\ndef make_app():\n    return FastAPI()\n"
        },
        (
            *(
                "FastAPI",
                "factory",
                "asgi",
                "",
                "from main import make_app",
                "make_app()",
            ),
            {"factory": "main:make_app"},
        ),
    ),
    *(
        (
            framework.lower(),
            {"app.py": f"from {framework.lower()} import {name}\n\napp = {name}()\n"},
            (
                framework,
                "object",
                "asgi",
                "",
                "from app import app",
                "app",
                {"app": "app:app"},
            ),
        )
        for framework, name in (
            ("Quart", "Quart"),
            ("Litestar", "Litestar"),
        )
    ),
    (
        "starlette",
        {
            "app.py": "from starlette.applications import Starlette\n\napp = Starlette()\n"
        },
        (
            "Starlette",
            "object",
            "asgi",
            "",
            "from app import app",
            "app",
            {"app": "app:app"},
        ),
    ),
    (
        "falcon for asgi",
        {"app.py": "import falcon.asgi\n\napp = falcon.asgi.App()\n"},
        (
            "Falcon",
            "object",
            "asgi",
            "",
            "from app import app",
            "app",
            {"app": "app:app"},
        ),
    ),
    (
        "falcon",
        {"app.py": "import falcon\n\napp = falcon.App()\n"},
        (
            "Falcon",
            "object",
            "none",
            "",
            "from app import app",
            "app",
            {"app": "app:app"},
        ),
    ),
    (
        "bottle",
        {"app.py": "from bottle import Bottle\n\napp = Bottle()\n"},
        (
            "Bottle",
            "object",
            "none",
            "",
            "from app import app",
            "app",
            {"app": "app:app"},
        ),
    ),
    (
        "bottle's default app, named",
        {"app.py": "import bottle\n\napp = bottle.default_app()\n"},
        (
            "Bottle",
            "object",
            "none",
            "",
            "from app import app",
            "app",
            {"app": "app:app"},
        ),
    ),
    (
        "bottle's default app",
        {
            "web_pages.py": "from bottle import route\n\n\n@route('/')\ndef home():\n    return 'a'\n"
        },
        (
            *("Bottle", "routes", "none", ""),
            "from bottle import default_app\n\nimport web_pages  # noqa: F401 - adds its pages",
            "default_app()",
            {"app": "web_pages:default_app"},
        ),
    ),
    (
        "dash",
        {"app.py": "from dash import Dash\n\napp = Dash(__name__)\n"},
        (
            "Dash",
            "object",
            "none",
            "",
            "from app import app",
            "app.server",
            {"app": "app:app"},
        ),
    ),
    (
        "cherrypy",
        {
            "site_app.py": "import cherrypy\n\n\nclass Root:\n    @cherrypy.expose\n"
            "    def index(self):\n        return 'a'\n"
            + MAIN
            + "    cherrypy.quickstart(Root())\n"
        },
        (
            *("CherryPy", "root", "none", ""),
            (
                "import cherrypy\n\nfrom site_app import Root\n\n"
                'cherrypy.config.update({"environment": "embedded"})'
            ),
            'cherrypy.Application(Root(), script_name="")',
            {"app": "site_app:Root"},
        ),
    ),
    (
        "web.py",
        {
            "app.py": "import web\n\nurls = ('/', 'Home')\napp = web.application(urls, globals())\n"
        },
        (
            "web.py",
            "object",
            "none",
            "",
            "from app import app",
            "app.wsgifunc()",
            {"app": "app:app"},
        ),
    ),
    (
        "pyramid",
        {
            "app.py": "from pyramid.config import Configurator\n\n\ndef main(global_config, **kw):\n"
            "    config = Configurator(settings=kw)\n    return config.make_wsgi_app()\n"
        },
        (
            *("Pyramid", "factory", "none", "", "from app import main", "main({})"),
            {"factory": "app:main"},
        ),
    ),
    (
        "tornado",
        {"app.py": TORNADO + "app = tornado.web.Application([('/', Home)])\n"},
        (
            "Tornado",
            "object",
            "tornado",
            "",
            "from app import app",
            "app",
            {"app": "app:app"},
        ),
    ),
    (
        "tornado in make_app()",
        {
            "app.py": TORNADO
            + "def make_app():\n    return tornado.web.Application([('/', Home)])\n"
        },
        (
            *(
                "Tornado",
                "factory",
                "tornado",
                "",
                "from app import make_app",
                "make_app()",
            ),
            {"factory": "app:make_app"},
        ),
    ),
    (
        "a class of tornado's",
        {
            "app.py": TORNADO + "class Application(tornado.web.Application):\n"
            "    def __init__(self):\n        super().__init__([('/', Home)])\n\n\n"
            "def main():\n    Application().listen(8888)\n" + MAIN + "    main()\n"
        },
        (
            *("Tornado", "factory", "tornado", "", "from app import Application"),
            "Application()",
            {"factory": "app:Application"},
        ),
    ),
    (
        "a plain function",
        {"hello.py": "def application(environ, start_response):\n    return []\n"},
        (
            *(
                "WSGI",
                "object",
                "none",
                "",
                "from hello import application as app",
                "app",
            ),
            {"app": "hello:application"},
        ),
    ),
    (
        "a plain function for ASGI",
        {"hello.py": "async def app(scope, receive, send):\n    pass\n"},
        (
            "ASGI",
            "object",
            "asgi",
            "",
            "from hello import app",
            "app",
            {"app": "hello:app"},
        ),
    ),
    (
        "src",
        {"src/shop/__init__.py": "", "src/shop/app.py": FLASK},
        (
            *("Flask", "object", "none", "src", "from shop.app import app", "app"),
            {"app": "shop.app:app"},
        ),
    ),
    (
        "a file that no import can name",
        {"my-app.py": FLASK},
        (
            *("Flask", "object", "none", ""),
            'import importlib\n\nmodule = importlib.import_module("my-app")',
            "module.app",
            {"app": "my-app:app"},
        ),
    ),
)


class KindTest(AdoptTest):
    """How each kind of app is connected."""

    def test_kinds(self) -> None:
        for name, files, expected in CASES:
            with self.subTest(name):
                app = self.app(files)
                keys = (
                    "framework",
                    "form",
                    "adapter",
                    "root",
                    "import",
                    "application",
                    "names",
                )
                self.assertEqual(tuple(app[key] for key in keys), expected)
                self.assertEqual(
                    app["settings"], app["names"].get("settings", ""), app["settings"]
                )
                compile(app["import"], "entry", "exec")
                compile(app["application"], "entry", "eval")
                line = files[app["file"]]
                self.assertLessEqual(app["line"], len(line.splitlines()))
                self.assertTrue(app["what"].startswith(f"{app['file']}:{app['line']} "))

    def test_as_program(self) -> None:
        with project({"app.py": FLASK}) as folder:
            self.assertEqual(adopt_as_program(folder), adopt(folder))
            self.assertEqual(
                adopt_as_program(folder / "x")["error"]["kind"], "no-folder"
            )

    def test_each_is_chosen_by_its_option(self) -> None:
        for name, files, expected in CASES:
            with self.subTest(name):
                ((option, value),) = expected[-1].items()
                chosen = self.app(files, f"--{option}={value}")
                self.assertEqual(chosen["import"], expected[4])
                self.assertEqual(chosen["application"], expected[5])

    def test_static_website(self) -> None:
        app = self.app({"index.html": "<p>hello", "style.css": "", ".gitignore": ""})
        self.assertEqual((app["form"], app["adapter"]), ("files", "static"))
        mapping = {"url": "/", "folder": ".", "file": "index.html", "line": 1}
        self.assertEqual(app["static"], [mapping])
        app = self.app({"public/index.html": "", "build.py": "x = 1\n"})
        self.assertEqual(app["static"][0]["folder"], "public")

    def test_website_that_a_tool_builds(self) -> None:
        """Check that the built pages are taken, and not those to build them from."""
        package = {"package.json": '{"scripts": {"build": "vite build"}}'}
        page = '<script type="module" src="/src/main.js"></script>'
        sources = {"index.html": page, "src/main.js": "", **package}
        error = self.error(sources)
        self.assertEqual(error["kind"], "broken")
        self.assertIn(
            "index.html is the page of a website that is not", error["message"]
        )
        self.assertIn("npm run build", error["hint"])
        app = self.app({**sources, "dist/index.html": "<p>hello"})
        self.assertEqual(app["file"], "dist/index.html")
        self.assertEqual(app["static"][0]["folder"], "dist")
        react = {"public/index.html": '<link href="%PUBLIC_URL%/a.css">', **package}
        self.assertEqual(self.error(react)["kind"], "broken")
        app = self.app({**react, "build/index.html": "<p>hello"})
        self.assertEqual(app["file"], "build/index.html")
        # A tool may build a style sheet only, and a page may have plain scripts.
        plain = "<script src='js/src/a.js'></script><script src=a.js></script>"
        for text in (plain, "", "<img src='/src/a.png'>"):
            for more in ({}, {"dist/index.html": ""}):
                app = self.app({"index.html": text, **more, **package})
                self.assertEqual(app["file"], "index.html", text)
        for huge in ("<script" * 200_000, "<script " + "src='a " * 200_000):
            app = self.app({"index.html": huge, **package})
            self.assertEqual(app["file"], "index.html")
        for broken in ("", "[]", "[" * 100_000, '{"scripts": 1}', '{"scripts": {}}'):
            app = self.app({**sources, "package.json": broken})
            self.assertEqual(app["file"], "index.html", broken[:20])

    def test_static_website_with_a_secret(self) -> None:
        for name in ("tool.py", "data/users.sqlite3", "id_rsa"):
            error = self.error({"index.html": "", name: ""})
            self.assertEqual(error["kind"], "broken")
            self.assertIn(name, error["reason"])

    def test_no_app(self) -> None:
        for files in ({}, {"README.md": ""}, {"tool.py": "print('hello')\n"}):
            error = self.error(files)
            self.assertEqual(error["kind"], "no-app")
            self.assertIn("--app", error["hint"])

    def test_no_folder(self) -> None:
        with project({"app.py": FLASK}) as folder:
            for name in ("nothing", "app.py"):
                self.assertEqual(adopt(folder / name)["error"]["kind"], "no-folder")


if __name__ == "__main__":
    unittest.main()
