"""Projects without a WSGI file, for test_suggestion.py."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from apps.sources import DASH, DJANGO, MAIN, TORNADO

TEMPLATES = Path(__file__).resolve().parents[3] / "Templates"


@dataclass(frozen=True)
class Case:
    """A project, and what is found in it."""

    name: str
    """The name of its WSGI file in the folder ``suggestions``."""
    what: str
    files: dict[str, str]
    framework: str = "flask"
    advice: str = ""
    """A part of the advice; without it, there is none."""
    is_run: bool = True


def tornado_adapter() -> dict[str, str]:
    """Return the files of the adapter that a tornado project has."""
    folder = TEMPLATES / "_shared/tornado_wsgi"
    files = {path.name: path.read_text() for path in folder.glob("*.py")}
    files["one_loop.py"] = (TEMPLATES / "_shared/asgi_adapter/one_loop.py").read_text()
    return {f"tornado_wsgi/{name}": text for name, text in files.items()}


def flask(name: str = "app", before: str = "") -> str:
    """Return a Flask app with a page."""
    return (
        f"from flask import Flask\n{before}\n{name} = Flask(__name__)\n\n\n"
        f'@{name}.route("/")\ndef home():\n    return "hello"\n'
    )


def factory(parameters: str = "", body: str = "") -> str:
    """Return a function that makes a Flask app."""
    return (
        f"from flask import Flask\n\n\ndef create_app({parameters}):\n{body}"
        "    app = Flask(__name__)\n"
        "    app.add_url_rule('/', 'home', lambda: 'hello')\n    return app\n"
    )


_RUN = MAIN + "    app.run(debug=True)\n"
_VIEWS = 'from . import app\n\n\n@app.route("/")\ndef home():\n    return "hello"\n'
_PACKAGE = "from flask import Flask\n\napp = Flask(__name__)\n\nfrom . import views\n"
_SPLIT = {
    **{name: text for name, text in DJANGO.items() if name.endswith("urls.py")},
    "mysite/__init__.py": "",
    "mysite/settings/__init__.py": "",
    "mysite/settings/base.py": DJANGO["mysite/settings.py"],
    "mysite/settings/local.py": "from .base import *\n",
    "mysite/settings/production.py": "from .base import *\nALLOWED_HOSTS = ['*']\n",
    "manage.py": DJANGO["manage.py"].replace(
        "mysite.settings", "mysite.settings.local"
    ),
}
_DJANGO = {name: text for name, text in DJANGO.items() if name != "mysite/asgi.py"}
FASTAPI = (
    "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
    '@app.get("/")\nasync def home():\n    return {"hello": "world"}\n'
)

CASES = (
    Case(
        "flask",
        "flask_app.py:3 has the Flask app `app`",
        {"flask_app.py": flask() + _RUN, "notes.py": "x = 1\n"},
    ),
    Case(
        "package",
        "shop/__init__.py:3 has the Flask app `app`",
        {
            "shop/__init__.py": _PACKAGE,
            "shop/views.py": _VIEWS,
            "run.py": "from shop import app\n" + _RUN,
            "seed.py": "from shop import app\n\nwith app.app_context():\n    print(1)\n",
        },
    ),
    Case(
        "src",
        "src/shop/__init__.py:3 has the Flask app `app`",
        {"src/shop/__init__.py": _PACKAGE, "src/shop/views.py": _VIEWS},
    ),
    Case(
        "module_in_package",
        "site1/web.py:3 has the Flask app `site`",
        {
            "site1/__init__.py": "",
            "site1/names.py": "TEXT = 'hello'\n",
            "site1/web.py": flask("site", "from .names import TEXT"),
        },
    ),
    Case(
        "below",
        "backend/server.py:3 has the Flask app `app`",
        {
            "backend/server.py": flask("app", "import names"),
            "backend/names.py": "TEXT = 'hello'\n",
            "frontend/index.html": "",
        },
    ),
    Case(
        "folder_without_init",
        "site1/main.py:3 has the Flask app `app`",
        {
            "site1/main.py": flask("app", "from site1.names import TEXT"),
            "site1/names.py": "TEXT = 'hello'\n",
        },
    ),
    Case(
        "folder_is_package",
        "__init__.py:3 has the Flask app `app`",
        {"__init__.py": _PACKAGE, "views.py": _VIEWS},
    ),
    Case(
        "two_levels",
        "shop/web/site.py:3 has the Flask app `app`",
        {
            "shop/names.py": "TEXT = 'hello'\n",
            "shop/web/site.py": flask("app", "from ..names import TEXT"),
        },
    ),
    Case(
        "condition",
        "app.py:5 has the Flask app `app`",
        {
            "app.py": "import os\nfrom flask import Flask\n"
            "if os.environ.get('A'):\n    app = Flask('a')\nelse:    app = Flask('b')\n"
            "app.add_url_rule('/', 'home', lambda: 'hello')\n"
        },
    ),
    Case(
        "factory",
        "shop/__init__.py:4 has the function `create_app`, which makes a Flask app",
        {
            "shop/__init__.py": factory(),
            "run.py": "from shop import create_app\n"
            + MAIN
            + "    create_app().run()\n",
        },
    ),
    Case(
        "factory_with_settings",
        "shop/__init__.py:4 has the function `create_app`, which makes a Flask app",
        {
            "shop/__init__.py": factory("config_name", "    config[config_name]\n")
            + "\n\nconfig = {'development': 1, 'production': 2}\n"
        },
    ),
    Case(
        "factory_as_it_is_called",
        "make.py:4 has the function `create_app`, which makes a Flask app",
        {
            "make.py": factory("name, *, kind", "    assert kind == 'big'\n"),
            "serve.py": "from make import create_app\n"
            + MAIN
            + "    create_app('tea', kind='big').run()\n",
        },
    ),
    Case(
        "factory_with_unknown",
        "make.py:4 has the function `create_app`, which makes a Flask app",
        {"make.py": factory("secret, debug=False")},
        advice="In the WSGI file, write what `create_app` takes as `secret`.",
        is_run=False,
    ),
    Case(
        "factory_in_use",
        "run.py:3 has the Flask app `app`",
        {
            "shop/__init__.py": factory("settings"),
            "run.py": "from shop import create_app\n\napp = create_app({})\n" + _RUN,
        },
    ),
    Case(
        "no_identifier",
        "my-app.py:3 has the Flask app `app`",
        {"my-app.py": flask()},
    ),
    Case(
        "named_application",
        "hello.py:3 has the Flask app `application`",
        {"hello.py": flask("application")},
    ),
    Case(
        "does_more",
        "wsgi.py:5 has the Flask app `application`",
        {
            "wsgi.py": "import os\n\nos.environ['SHOP'] = 'tea'\n\n"
            "from app import app as application\n",
            "app.py": flask("app", "import os\n\nos.environ['SHOP']"),
        },
    ),
    Case(
        "env",
        "flask_app.py:5 has the Flask app `app`",
        {
            "flask_app.py": flask("app", "import os\n\nos.environ['SHOP_KEY']"),
            ".env": "SHOP_KEY=x\n",
            "requirements.txt": "Flask\npython-dotenv\n",
        },
    ),
    Case(
        "env_without_dotenv",
        "flask_app.py:5 has the Flask app `app`",
        {
            "flask_app.py": flask("app", "import os\n\nos.environ['SHOP_KEY']"),
            ".env": "SHOP_KEY=x\n",
            "requirements.txt": "Flask\n",
        },
        advice="Add python-dotenv to requirements.txt",
    ),
    Case(
        "env_of_another_reader",
        "flask_app.py:3 has the Flask app `app`",
        {"flask_app.py": flask(), ".env": "A=b\n", "requirements.txt": "environs\n"},
    ),
    Case(
        "starts_server",
        "app.py:3 has the Flask app `app`",
        {"app.py": flask() + "\n\napp.run()\n"},
        advice='Put line 11 of app.py, which starts a server, below `if __name__ == "__',
        is_run=False,
    ),
    Case(
        "long",
        "folder_with_a_long_name/package_with_a_long_name/module_with_a_long_name.py:3 "
        "has the Flask app `application_with_a_long_name`",
        {
            "folder_with_a_long_name/__init__.py": "",
            "folder_with_a_long_name/package_with_a_long_name/__init__.py": "",
            "folder_with_a_long_name/package_with_a_long_name/"
            "module_with_a_long_name.py": flask("application_with_a_long_name"),
        },
    ),
    Case(
        "django",
        "manage.py:6 names the Django settings `mysite.settings`",
        _DJANGO,
        "django",
    ),
    Case(
        "django_with_wsgi",
        "mysite/wsgi.py:2 names the Django settings `mysite.settings.production`",
        {
            **_SPLIT,
            "mysite/wsgi.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = "
            "'mysite.settings.production'\n",
        },
        "django",
    ),
    Case(
        "django_split",
        "manage.py:6 names the Django settings `mysite.settings.production`",
        _SPLIT,
        "django",
    ),
    Case(
        "django_below",
        "backend/manage.py:6 names the Django settings `mysite.settings`",
        {f"backend/{name}": text for name, text in _DJANGO.items()},
        "django",
    ),
    Case(
        "django_without_manage",
        "mysite/settings.py:7 has the Django settings `mysite.settings`",
        {name: text for name, text in _DJANGO.items() if name != "manage.py"},
        "django",
    ),
    Case(
        "bottle_default",
        "hello.py:5 adds pages to Bottle's default app",
        {
            "hello.py": 'from bottle import route, run\n\n\n@route("/")\ndef home():\n'
            "    return 'hello'\n" + MAIN + "    run()\n"
        },
        "bottle",
    ),
    Case(
        "bottle",
        "hello.py:3 has the Bottle app `tea`",
        {
            "hello.py": "import bottle\n\ntea = bottle.Bottle()\n"
            "tea.route('/')(lambda: 'hello')\n"
        },
        "bottle",
    ),
    Case(
        "cherrypy_root",
        "hello.py:4 has the CherryPy class `Hello`",
        {
            "hello.py": "import cherrypy\n\n\nclass Hello:\n    @cherrypy.expose\n"
            "    def index(self):\n        return 'hello'\n"
            + MAIN
            + "    cherrypy.quickstart(Hello())\n"
        },
        "cherrypy",
    ),
    Case(
        "webpy",
        "code1.py:3 has the web.py app `app`",
        {
            "code1.py": "import web\n\napp = web.application(('/', 'hello'), globals())\n"
            "\n\nclass hello:\n    def GET(self):\n        return 'hello'\n" + _RUN
        },
        "web",
    ),
    Case(
        "dash",
        "app.py:3 has the Dash app `app`",
        {"app.py": DASH + "server = app.server\n" + _RUN},
        "dash",
    ),
    Case(
        "tornado",
        "main.py:10 has the function `make_app`, which makes a Tornado app",
        {
            "main.py": TORNADO,
            **tornado_adapter(),
        },
        "tornado",
    ),
    Case(
        "plain",
        "hello.py:1 has the WSGI app `simple_app`",
        {
            "hello.py": "def simple_app(environ, start_response):\n"
            "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
            "    return [b'hello']\n\n\ndef helper(one, two):\n    return one\n"
        },
        "",
    ),
    Case(
        "plain_object",
        "hello.py:7 has the WSGI app `site`",
        {
            "hello.py": "class Site:\n    def __call__(self, environ, start_response):\n"
            "        start_response('200 OK', [('Content-Type', 'text/plain')])\n"
            "        return [b'hello']\n\n\nsite = Site()\n"
        },
        "",
    ),
    Case(
        "falcon",
        "things.py:3 has the Falcon app `app`",
        {"things.py": "import falcon\n\napp = falcon.App()\n"},
        "falcon",
        is_run=False,
    ),
    Case(
        "pyramid",
        "shop/__init__.py:4 has the function `main`, which makes a Pyramid app",
        {
            "shop/__init__.py": "from pyramid.config import Configurator\n\n\n"
            "def main(global_config, **settings):\n"
            "    config = Configurator(settings=settings)\n"
            "    return config.make_wsgi_app()\n"
        },
        "pyramid",
        is_run=False,
    ),
)
