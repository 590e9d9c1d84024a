"""Apps that fail for a known reason of databases and other computers, and look-alikes."""

from __future__ import annotations

import json
import sys

from cause_apps import FLASK, GENERAL, PATH, PLAIN, WSGI_FILE, Failing, shop

PYTHON = "python{}.{}".format(*sys.version_info)
TEA = (
    "import sqlite3\n"
    + FLASK
    + "    tea = sqlite3.connect('/home/alice/mysite/tea.db')\n"
    "    return str(tea.execute('select * from tea').fetchall())\n"
)
MAKE = (
    "\n\n{0}def make_tables():\n    tea = sqlite3.connect('/home/alice/mysite/tea.db')\n"
    "    tea.executescript('create table tea (kind text)')\n"
)


def sql(name: str, rest: str, words: str, fix: str) -> Failing:
    """Return an app whose SQL does not get the values that it needs.

    :param rest: what follows `select`.
    """
    code = "import sqlite3\n\nword = 'abc'\nsqlite3.connect(':memory:').execute(\n"
    return Failing(
        f"SQL that gets {name}",
        shop(f"{code}    'select {rest}\n)\n{PLAIN}"),
        "import-error",
        "shop.py:4",
        words,
        fix,
    )


ITEMS = """from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = application = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:////home/alice/mysite/shop.db"
db = SQLAlchemy(app)


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@app.route("/")
def index():
    return str(Item.query.all())


if __name__ == "__main__":
    with app.app_context():
        db.create_all()
"""
SITE = {
    WSGI_FILE: PATH
    + "import os\n\nos.environ['DJANGO_SETTINGS_MODULE'] = 'site1.settings'\n"
    "from django.core.wsgi import get_wsgi_application\n\n"
    "application = get_wsgi_application()\n",
    "manage.py": "import os\n\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n",
    "site1/__init__.py": "",
    "site1/settings.py": "SECRET_KEY = 'x' * 50\nDEBUG = False\nALLOWED_HOSTS = ['*']\n"
    "ROOT_URLCONF = 'site1.urls'\nINSTALLED_APPS = ['shop']\nDATABASES = {'default': {\n"
    "    'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/home/alice/mysite/tea.db'}}\n"
    "DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\n",
    "site1/urls.py": "from django.http import HttpResponse\nfrom django.urls import path\n"
    "\n\ndef tea(request):\n    from shop.models import Tea\n\n"
    "    return HttpResponse(str(list(Tea.objects.all())))\n\n\n"
    "urlpatterns = [path('', tea)]\n",
    "shop/__init__.py": "",
    "shop/models.py": "from django.db import models\n\n\nclass Tea(models.Model):\n"
    "    kind = models.TextField()\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": "",
}
ADOPTED = {
    ".pa-new.json": json.dumps({"entry": WSGI_FILE, "static": []}),
    ".pa-new.base.json": json.dumps({"files": [{"path": "pa_run.py"}]}),
}
BOTTLE = """import sqlite3
import bottle


@bottle.route("/")
def index():
    return str(sqlite3.connect("/home/alice/mysite/x.db").execute("select * from tea"))


application = bottle.default_app()
"""


def table(
    name: str, files: dict[str, str], place: str, fix: str, **facts: str
) -> Failing:
    """Return an app whose table is missing."""
    words = facts.pop("words", "needs the table `")
    return Failing(
        name,
        files,
        "missing-table",
        place,
        words,
        fix,
        facts.get("needs", "flask"),
        facts.get("outcome", "works"),
        facts.get("severity", "warning"),
        page="DeployExistingDjangoProject" if files.get("manage.py") else "Flask",
    )


DATA = (
    table("a table that nothing makes", shop(TEA), "shop.py:10", "CREATE TABLE"),
    table(
        "a table that a function makes",
        shop(TEA + MAKE.format("")),
        "shop.py:10",
        f'{PYTHON} -c "from shop import make_tables; make_tables()"',
    ),
    table(
        "a table that a command makes",
        shop(TEA + MAKE.format("@app.cli.command('init-db')\n")),
        "shop.py:10",
        f"`{PYTHON} -m flask --app shop init-db`",
        severity="note",
    ),
    table(
        "tables below the guard",
        shop(ITEMS),
        "shop.py:15",
        "with app.app_context():",
        needs="flask_sqlalchemy",
        words='line 20, below `if __name__ == "__main__":`',
    ),
    table(
        "Django without debug mode",
        SITE,
        "site1/urls.py:8",
        f"`cd /home/alice/mysite`, then `{PYTHON} manage.py migrate`",
        needs="django",
        severity="note",
    ),
    table(
        "an adopted app of Django",
        {**SITE, **ADOPTED},
        "site1/urls.py:8",
        f"`cd /home/alice/mysite`, then `{PYTHON} pa_run.py manage.py migrate`",
        needs="django",
        severity="note",
    ),
    table(
        "an adopted app that a command makes a table for",
        {**shop(TEA + MAKE.format("@app.cli.command('init-db')\n")), **ADOPTED},
        "shop.py:10",
        f"`{PYTHON} pa_run.py -m flask --app shop init-db`",
        severity="note",
    ),
    table(
        "Django without migrations",
        {k: v for k, v in SITE.items() if "0001" not in k},
        "site1/urls.py:8",
        f"`{PYTHON} manage.py makemigrations shop` and `{PYTHON} manage.py migrate`",
        needs="django",
    ),
    table(
        "a table that Bottle writes into the log",
        shop(BOTTLE),
        "shop.py:7",
        "CREATE TABLE",
        needs="bottle",
    ),
    table(
        "a table at import",
        shop(
            "import sqlite3\n\ntea = sqlite3.connect('/home/alice/mysite/tea.db')\n"
            "tea.execute('select * from tea')\n" + PLAIN
        ),
        "shop.py:4",
        "CREATE TABLE",
        needs="",
        outcome="not-loaded",
    ),
    Failing(
        "a database in a folder that is missing",
        shop(
            "import sqlite3\n\nsqlite3.connect('/home/alice/mysite/x/a.db')\n" + PLAIN
        ),
        "import-error",
        "shop.py:3",
        "no folder `/home/alice/mysite/x` for the database",
        'os.makedirs("/home/alice/mysite/x", exist_ok=True)',
    ),
    Failing(
        "a database below the working directory, out of reading's sight",
        shop("import sqlite3\n\nsqlite3.connect('/'.join(['x', 'a.db']))\n" + PLAIN)
        | {"x/y.txt": ""},
        "relative-path",
        "shop.py:3",
        "The database `x/a.db` is looked for in the working directory",
        'Path(__file__).resolve().parent / "x/a.db"',
    ),
    sql("a text for a tuple", "?', 'abc'", "gives this SQL 3 values", "`('abc',)`"),
    sql("a name for a tuple", "?', word", "letters or items of `word`", "`(word,)`"),
    sql("one number for a tuple", "?', 5", "one value alone", "`(5,)`, with a comma"),
    sql("too few values", "? + ?', (1,)", "1 value, and it needs 2 values", "as many"),
    sql("no values", "?'", "1, and there are 0 supplied", GENERAL),
    Failing(
        "another failure of a database",
        shop("import sqlite3\n\nsqlite3.connect(':memory:').execute('x')\n" + PLAIN),
        "import-error",
        "shop.py:3",
        "syntax error",
        GENERAL,
    ),
)

ASKS = "requests.get('https://api.example.org/x', timeout=3)"
UNREACHED = "it is not reached from here"
PYMYSQL = (
    "import pymysql\n{0}pymysql.connect(host='{1}', user='a', password='x' * 3)\n{2}"
)
OWN_HOST = "alice.mysql.pythonanywhere-services.com"

NETWORK = (
    Failing(
        "a call at import",
        shop(f"import requests\n\n{ASKS}\n" + PLAIN),
        "network-at-import",
        "shop.py:3",
        "The import calls api.example.org",
        needs="requests",
        outcome="not-loaded",
        severity="warning",
    ),
    Failing(
        "an address at import, out of reading's sight",
        shop("import socket\n\nsocket.getaddrinfo('api.example.org', 443)\n" + PLAIN),
        "network-at-import",
        "shop.py:3",
        "The import calls api.example.org",
        outcome="not-loaded",
        severity="warning",
    ),
    Failing(
        "a call in a request",
        shop("import requests\n" + FLASK + f"    return {ASKS}.text\n"),
        "error-response",
        "shop.py:9",
        UNREACHED,
        "catch the exception",
        needs="requests",
        outcome="works",
        severity="warning",
    ),
    Failing(
        "a database of PythonAnywhere's at import",
        shop(PYMYSQL.format("", OWN_HOST, PLAIN)),
        "connection-at-import",
        "shop.py:2",
        "That address answers only on PythonAnywhere",
        "Connect in the request",
        needs="pymysql",
        outcome="not-loaded",
        severity="warning",
    ),
    Failing(
        "a database of this computer's at import",
        shop(PYMYSQL.format("", "localhost", PLAIN)),
        "connection-at-import",
        "shop.py:2",
        "connects to MySQL at localhost",
        "Databases page",
        needs="pymysql",
        outcome="not-loaded",
        severity="warning",
    ),
    Failing(
        "a database in a request",
        shop(PYMYSQL.format(FLASK + "    ", OWN_HOST, "    return ''\n")),
        "error-response",
        "shop.py:9",
        "How the page answers on PythonAnywhere is not known",
        "Visit the page on PythonAnywhere",
        needs="pymysql",
        outcome="works",
        severity="warning",
    ),
    Failing(
        "a service on the same computer",
        shop(
            "import requests\n\nURL = 'http://127.0.0.1:9/'\n"
            "get = requests.Session().get\nget(URL, timeout=3)\n" + PLAIN
        ),
        "import-error",
        "shop.py:5",
        "ConnectionError",
        GENERAL,
        needs="requests",
    ),
    Failing(
        "a bot, out of reading's sight",
        shop(
            "import telebot\n\nbots = [telebot.TeleBot('1:a')]\n"
            "for bot in bots:\n    bot.polling()\n" + PLAIN
        ),
        "polling-bot",
        "shop.py:5",
        "a bot of pyTelegramBotAPI",
        "always-on task",
        libraries={
            "telebot/__init__.py": "import time\n\n\nclass TeleBot:\n"
            "    def __init__(self, token):\n        pass\n\n"
            "    def polling(self):\n        time.sleep(60)\n"
        },
    ),
    Failing(
        "a bot that cannot ask for messages",
        shop(
            "import telebot\n\nbots = [telebot.TeleBot()]\nbots[0].polling()\n" + PLAIN
        ),
        "polling-bot",
        "shop.py:4",
        "a bot of pyTelegramBotAPI",
        "always-on task",
        libraries={
            "telebot/__init__.py": "class TeleBot:\n    def polling(self):\n"
            "        raise ConnectionError('name resolution failed')\n"
        },
    ),
    Failing(
        "a loop that waits, and no bot",
        shop("import robots\n\nrobots.Robot().polling()\n" + PLAIN),
        "slow-load",
        "shop.py:3",
        "does not end",
        libraries={
            "robots/__init__.py": "import time\n\n\nclass Robot:\n"
            "    def polling(self):\n        time.sleep(60)\n"
        },
    ),
)
