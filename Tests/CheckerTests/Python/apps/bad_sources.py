"""Bad apps whose files, paths, names or texts are wrong."""

from __future__ import annotations

from apps.definition import app
from apps.sources import FLASK, PATH, PLAIN, WEBPY

BAD_SOURCES = (
    app(
        "hidden framework",
        "flask",
        {
            "flask.py": "from flask import Flask  # <- shadowed-module\n",
            "wsgi.py": PATH + FLASK,
        },
    ),
    app(
        "hidden standard library",
        "",
        {"random.py": "x = 1  # <- shadowed-module\n", "wsgi.py": PATH + PLAIN},
    ),
    app(
        "placeholder",
        "",
        "import sys\nsys.path.append('/home/yourusername/site')  # <- placeholder\n"
        + PLAIN,
    ),
    app(
        "requires-python",
        "",
        {
            "wsgi.py": PLAIN,
            "pyproject.toml": '[project]\nname = "x"\n'
            'requires-python = ">=3.14"  # <- python-version\n',
        },
    ),
    app(
        "a module that is gone",
        "",
        "import smtpd  # <- python-version\n" + PLAIN,
    ),
    app(
        "relative path at import",
        "",
        {
            "data.txt": "1",
            "wsgi.py": "x = open('data.txt')  # <- relative-path\n" + PLAIN,
        },
    ),
    app(
        "relative path in a request",
        "",
        "import sqlite3\n"
        + PLAIN
        + "\ndef query():\n    return sqlite3.connect('a.db')  # <- relative-path\n",
    ),
    app(
        "relative pathlib",
        "",
        "from pathlib import Path\n"
        + PLAIN
        + "\ndef query():\n    return Path('a').read_text()  # <- relative-path\n",
    ),
    app(
        "token",
        "",
        "API_TOKEN = '9f3a1c5e7b2d4068af1c3e5b7d902468ace13579'  # <- secret-in-source\n"
        + PLAIN,
    ),
    app(
        "aws key",
        "",
        "KEY = 'AKIA2F7QXM4NTV5BWZ3D'  # <- secret-in-source\n" + PLAIN,
    ),
    app(
        "relative paths of libraries",
        "tornado",
        {
            "wsgi.py": """import configparser
import logging
import os

import tornado.web
"""
            + PLAIN
            + """

def start():
    logging.basicConfig(filename="app.log")  # <- relative-path
    configparser.ConfigParser().read("app.ini")  # <- relative-path
    os.makedirs("uploads", exist_ok=True)  # <- relative-path
    open(file="data.txt")  # <- relative-path
    tornado.web.Application([], static_path="static")  # <- relative-path
""",
        },
    ),
    app(
        "relative paths in bottle",
        "bottle",
        """from bottle import default_app, route, static_file

application = default_app()


@route("/")
def index():
    return "hello"


@route("/static/<name>")
def static(name):
    return static_file(name, root="./static")  # <- relative-path
""",
    ),
    app(
        "relative templates of web.py",
        "web",
        WEBPY + "application = app.wsgifunc()\n\n\ndef page():\n"
        "    return web.template.render('templates/')  # <- relative-path\n",
    ),
    app(
        "placeholders",
        "",
        """import sys

sys.path.insert(0, "/home/USER/mysite")  # <- placeholder
ALLOWED_HOSTS = ["yourusername.pythonanywhere.com"]  # <- placeholder
DATABASE = "yourusername$default"  # <- placeholder
USER = "your_username"  # <- placeholder
LOG = "/var/www/yourusername_pythonanywhere_com_wsgi.py"  # <- placeholder
"""
        + PLAIN,
    ),
    app(
        "another account than the entry file's",
        "",
        {
            "api-alice_eu_pythonanywhere_com_wsgi.py": PLAIN
            + "LOGO = '/home/bob/logo.png'  # <- placeholder\n"
            + "OWN = '/home/Alice/logo.png'\n",
        },
    ),
    app(
        "secrets of many kinds",
        "",
        """GITHUB = "ghp_1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R"  # <- secret-in-source
BOT = "123456789:AAF1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P"  # <- secret-in-source
STRIPE = "sk_live_1a2B3c4D5e6F7g8H9i0J1k2L"  # <- secret-in-source
LIMITED = "rk_live_1a2B3c4D5e6F7g8H9i0J1k2L"  # <- secret-in-source
SLACK = "xoxb-1234567890-1a2B3c4D5e6F7g8H"  # <- secret-in-source
MODEL = "sk-1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P"  # <- secret-in-source
MAPS = "AIza1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8"  # <- secret-in-source
PEM = "-----BEGIN RSA PRIVATE KEY-----\\nMIIEow"  # <- secret-in-source
FINE = (
    "github_pat_1a2B3c4D5e6F7g8H9i0J1k_1a2B3c4D5e6F"  # <- secret-in-source
    "7g8H9i0J1k2L3m4N5o6P7q8R9s0T1u2V"
)
HEADERS = {
    "Authorization": "Token 0123456789abcdef0123456789abcdef01234567"  # <- secret-in-source
}
config = {}
config["SECRET_KEY"] = "f3cfe9ed8fae309f02079dbf"  # <- secret-in-source
config.update(SECRET_KEY="192b9bdd22ab9ed4d12e236c78afcb9a")  # <- secret-in-source
"""
        + PLAIN,
    ),
    app(
        "a package that hides a requirement",
        "",
        {
            "wsgi.py": PATH + PLAIN,
            "requests/__init__.py": "x = 1  # <- shadowed-module\n",
            "requirements.txt": "requests\n",
        },
    ),
)
