"""Apps of each kind, and how each is connected: the table of ``test_apps.py``."""

from __future__ import annotations

from typing import Any

from support import FACTORY, FLASK, MAIN, Files

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
