"""Projects of our own with an awkward layout or text: each is adopted like a public one.

Where an application runs at all, its own development server tells what to expect.
"""

from __future__ import annotations

from public_apps.model import Ask, PublicApp

_PAGES = """

@app.route("/")
def home():
    return "<h1>{0}</h1>"


@app.post("/sign")
def sign():
    return f"Thank you, {{request.form['name']}}"
"""
_SHOP = "from flask import Flask, request\n\napp = Flask(__name__)\n" + _PAGES
_STYLE = "h1 { color: green }\n"
_ASKS = (
    Ask("/"),
    Ask("/static/style.css", is_file=True),
    Ask("/sign", form={"name": "Grüße & <b>"}),
    Ask("/nothing"),
)
_FLASK = "flask==3.1.3"
_SERVE = "python -m flask --app {app} run --port {{port}}"
_LIST = {"requirements.txt": _FLASK + "\n"}


def _app(
    name: str,
    files: dict[str, str],
    app: str,
    adopt: tuple[str, ...] = (),
    serves_in: str = "",
) -> PublicApp:
    return PublicApp(
        name=name,
        framework="Flask",
        source="awkward:mysite",
        licence="",
        files={path: text.encode() for path, text in files.items()},
        packages=(_FLASK,),
        serve=_SERVE.format(app=app),
        serves_in=serves_in,
        adopt=adopt,
        asks=_ASKS,
    )


_SUB_FOLDERS = _app(
    "sub-folders",
    {
        **_LIST,
        "README.md": "A shop.\n",
        "frontend/package.json": "{}\n",
        "backend/web/main.py": "from pages.shop import app\n\n__all__ = ['app']\n",
        "backend/web/pages/__init__.py": "",
        "backend/web/pages/shop.py": _SHOP.format("In sub-folders"),
        "backend/web/pages/static/style.css": _STYLE,
    },
    "main",
    serves_in="backend/web",
)
_SRC = _app(
    "src layout",
    {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'
        f'dependencies = ["{_FLASK}"]\n',
        "src/shop/__init__.py": "",
        "src/shop/web.py": _SHOP.format("In src"),
        "src/shop/static/style.css": _STYLE,
    },
    "shop.web",
    serves_in="src",
)
_TWO = _app(
    "two apps",
    {
        **_LIST,
        "blog/app.py": _SHOP.format("The blog"),
        "blog/static/style.css": "h1 { color: red }\n",
        "shop/app.py": _SHOP.format("The shop"),
        "shop/static/style.css": _STYLE,
    },
    "app",
    ("--app", "shop.app:app"),
    serves_in="shop",
)
_OWN_NAME = _app(
    "a package of the project's name",
    {
        **_LIST,
        "mysite/__init__.py": "from flask import Flask\n\napp = Flask(__name__)\n\n"
        "from mysite import pages\n",
        "mysite/pages.py": "from flask import request\nfrom mysite import app\n"
        + _PAGES.format("My site"),
        "mysite/static/style.css": _STYLE,
    },
    "mysite",
)
_NO_LIST = _app(
    "no requirements",
    {"app.py": _SHOP.format("Without a list"), "static/style.css": _STYLE},
    "app",
)
_CRLF = _app(
    "CRLF",
    {
        path: text.replace("\n", "\r\n")
        for path, text in {
            **_LIST,
            "app.py": _SHOP.format("From Windows"),
            ".flaskenv": "FLASK_APP=app.py\n",
            "static/style.css": _STYLE,
        }.items()
    },
    "app",
)
_LATIN = PublicApp(
    name="Latin-1",
    framework="Flask",
    source="awkward:mysite",
    licence="",
    files={
        "requirements.txt": "# für alle\n".encode("latin-1") + _FLASK.encode() + b"\n",
        "app.py": (
            "# -*- coding: latin-1 -*-\n# Grüße\n" + _SHOP.format("Grüße aus Köln")
        ).encode("latin-1"),
        "static/style.css": _STYLE.encode(),
    },
    packages=(_FLASK,),
    serve=_SERVE.format(app="app"),
    asks=_ASKS,
)
_PYTHON_2 = _app(
    "a Python 2 script beside the app",
    {
        **_LIST,
        "app.py": _SHOP.format("Python 3"),
        "old/import_data.py": "import urllib2\nprint 'old', `1`\nexec 'x = 1'\n",
        "static/style.css": _STYLE,
    },
    "app",
)
_BESIDE = _app(
    "app.py beside a package app",
    {
        **_LIST,
        "app.py": "from app import app\n\nif __name__ == '__main__':\n    app.run()\n",
        "app/__init__.py": _SHOP.format("From the package"),
        "app/static/style.css": _STYLE,
    },
    "app",
)
_SIDE_EFFECT = _app(
    "an app made at import by a side effect",
    {
        **_LIST,
        "shop/__init__.py": "from shop.core import start\n\nstart(globals())\n",
        "shop/core.py": "from flask import Flask, request\n\n\ndef start(names):\n"
        '    names["app"] = app = Flask("shop")\n'
        + _PAGES.format("A side effect").replace("\n", "\n    "),
        "shop/static/style.css": _STYLE,
    },
    "shop",
    ("--app", "shop:app", "--load"),
)

APPS = (
    _SUB_FOLDERS,
    _SRC,
    _TWO,
    _OWN_NAME,
    _NO_LIST,
    _CRLF,
    _LATIN,
    _PYTHON_2,
    _BESIDE,
    _SIDE_EFFECT,
)
