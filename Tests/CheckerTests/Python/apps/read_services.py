"""Apps that are only read: bots, networks, databases, and work beside the requests."""

from __future__ import annotations

from apps.definition import read_app
from apps.sources import FLASK, MAIN, PATH, PLAIN

_HOST = "alice.mysql.pythonanywhere-services.com"

BAD_SERVICES = (
    read_app(
        "bots that poll",
        """import asyncio

import discord
import telebot
from aiogram import Bot, Dispatcher
from telegram.ext import Application

bot = telebot.TeleBot("1:x")
bot.infinity_polling()  # <- polling-bot
Application.builder().token("x").build().run_polling()  # <- polling-bot
client = discord.Client()
client.run("x")  # <- polling-bot
dp = Dispatcher()


async def main():
    await dp.start_polling(Bot("x"))  # <- polling-bot


asyncio.run(main())
"""
        + PLAIN,
        "discord.py pyTelegramBotAPI aiogram python-telegram-bot",
    ),
    read_app(
        "a bot that polls in a thread",
        """import threading

import telebot

bot = telebot.TeleBot("1:x")


def poll():
    bot.polling(none_stop=True)


threading.Thread(target=poll).start()  # <- thread-at-import
threading.Thread(target=bot.infinity_polling, daemon=True).start()  # <- thread-at-import
"""
        + PLAIN,
        "pyTelegramBotAPI",
    ),
    read_app(
        "calls over the network at import",
        """import urllib.request

import requests
import telebot

bot = telebot.TeleBot("1:x", threaded=False)
bot.remove_webhook()  # <- network-at-import
bot.set_webhook(url="https://alice.pythonanywhere.com/hook")  # <- network-at-import
rates = requests.get("https://example.com/rates").json()  # <- network-at-import
session = requests.Session()
session.post("https://example.com/")  # <- network-at-import
with urllib.request.urlopen("https://example.com/") as answer:  # <- network-at-import
    page = answer.read()
"""
        + PLAIN,
        "requests pyTelegramBotAPI",
    ),
    read_app(
        "connections at import",
        f"""import os

import MySQLdb
import psycopg2
import pymongo
import pymysql

conn = pymysql.connect(  # <- connection-at-import
    host="{_HOST}", password=os.environ.get("DBPW", "")
)
other = MySQLdb.connect(host="{_HOST}")  # <- connection-at-import
third = psycopg2.connect(os.environ["DATABASE_URL"])  # <- connection-at-import
client = pymongo.MongoClient(os.environ["MONGO"])  # <- connection-at-import
"""
        + PLAIN,
        "pymysql mysqlclient psycopg2 pymongo",
    ),
    read_app(
        "an engine that keeps its connections",
        f"""import os

from sqlalchemy import create_engine

PASSWORD = os.environ.get("DBPW")
ADDRESS = f"mysql+pymysql://alice:{{PASSWORD}}@{_HOST}/alice$shop"
engine = create_engine(ADDRESS, echo=False)  # <- pool-recycle
""".replace('f"mysql', 'f"mysql')
        + PLAIN,
        "sqlalchemy pymysql",
    ),
    read_app(
        "Flask-SQLAlchemy keeps its connections",
        FLASK.replace("from flask", "import os\n\nfrom flask")
        + f"""
HOST = "{_HOST}"
URI = "mysql+mysqldb://alice:{{}}@{{}}/alice$shop"
app.config["SQLALCHEMY_DATABASE_URI"] = URI.format(  # <- pool-recycle
    os.environ.get("DBPW"), HOST
)
""",
        "Flask mysqlclient",
    ),
    read_app(
        "threads, schedulers and processes of requests",
        """import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask_apscheduler import APScheduler

application = app = Flask(__name__)
scheduler = APScheduler()
pool = ThreadPoolExecutor(2)


def work():
    pass


@app.before_request
def start_once():
    if not scheduler.running:
        scheduler.init_app(app)
        scheduler.start()  # <- thread-in-request


def send_later(text):
    thread = threading.Thread(target=work, args=[text])
    thread.start()  # <- thread-in-request
    path = os.path.join("orders", text)
    return path + SEPARATOR.join([text]) + ", ".join([text])


@app.route("/")
def index():
    send_later("hello")
    threading.Timer(60, work).start()  # <- thread-in-request
    pool.submit(work)  # <- thread-in-request
    return "hello"


@app.route("/import")
def local():
    from threading import Thread

    Thread(target=work).start()  # <- thread-in-request
    return "hello"


@app.route("/process")
def process():
    multiprocessing.Process(target=work).start()  # <- thread-in-request
    return "hello"
""",
        "Flask Flask-APScheduler",
    ),
    read_app(
        "a thread that Django starts while it loads",
        {
            "wsgi.py": PATH
            + """import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"
application = get_wsgi_application()
""",
            "site1/__init__.py": "",
            "site1/settings.py": 'ALLOWED_HOSTS = ["*"]\nINSTALLED_APPS = ["shop"]\n',
            "shop/__init__.py": "",
            "shop/apps.py": """import threading

from django.apps import AppConfig


class Shop(AppConfig):
    name = "shop"

    def ready(self):
        threading.Thread(target=print).start()  # <- thread-at-import
""",
        },
        "Django",
    ),
    read_app(
        "routes that pull for everyone",
        """import subprocess

import git
from flask import Flask

application = app = Flask(__name__)


@app.route("/update", methods=["POST"])
def update():
    repo = git.Repo("/home/alice/mysite")
    repo.remotes.origin.pull()  # <- open-route
    return "", 204


@app.route("/pull")
def pull():
    subprocess.run(["git", "pull"], cwd="/home/alice/mysite")  # <- open-route
    return "", 204
""",
        "Flask GitPython",
    ),
    read_app(
        "an adapter that starts a thread at import",
        """from a2wsgi import ASGIMiddleware
from fastapi import FastAPI

api = FastAPI()
application = ASGIMiddleware(api)  # <- asgi-application
""",
        "fastapi a2wsgi",
    ),
)
GOOD_SERVICES = (
    read_app(
        "a bot with a webhook, which polls on the desk only",
        """import os
import telebot
from flask import Flask, request

bot = telebot.TeleBot(os.environ.get("BOT_TOKEN", "1:x"), threaded=False)
application = app = Flask(__name__)


@app.route("/hook", methods=["POST"])
def hook():
    bot.process_new_updates([telebot.types.Update.de_json(request.get_data())])
    return ""


@app.route("/set")
def set_hook():
    bot.set_webhook(url="https://alice.pythonanywhere.com/hook")
    return ""
"""
        + MAIN
        + "    bot.remove_webhook()\n    bot.infinity_polling()\n",
        "Flask pyTelegramBotAPI",
    ),
    read_app(
        "things with the names of those that go out",
        """import requests

class Cache:
    def get(self, key):
        return key

    def run_polling(self):
        pass


cache = Cache()
cache.get("x")
cache.run_polling()
session = requests.Session()
session.headers.update({"User-Agent": "shop"})


def rates():
    return requests.get("https://example.com/rates").json()
"""
        + PLAIN,
        "requests",
    ),
    read_app(
        "connections of requests, and one that is closed",
        f"""import os

import pymongo
import pymysql
from sqlalchemy import create_engine

URI = f"mysql+pymysql://alice:{{os.environ.get('DBPW')}}@{_HOST}/alice$shop"
engine = create_engine(URI, pool_recycle=280)
client = pymongo.MongoClient(os.environ.get("MONGO"), connect=False)
first = pymysql.connect(host="{_HOST}", password=os.environ["DBPW"])
first.close()


def connected():
    return pymysql.connect(host="{_HOST}", password=os.environ["DBPW"])
"""
        + PLAIN,
        "pymysql sqlalchemy pymongo",
    ),
    read_app(
        "an engine for a database on the desk",
        "from sqlalchemy import create_engine\n\n"
        'engine = create_engine("mysql+pymysql://root@localhost/shop")\n' + PLAIN,
        "sqlalchemy pymysql",
    ),
    read_app(
        "the configuration of the host's help page",
        FLASK
        + f"""
app.config["SQLALCHEMY_DATABASE_URI"] = "mysql://{_HOST}/alice$shop"
app.config["SQLALCHEMY_POOL_RECYCLE"] = 299
""",
        "Flask mysqlclient",
    ),
    read_app(
        "threads that a request waits for",
        """import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

from flask import Flask

application = app = Flask(__name__)
pool = ThreadPoolExecutor(4)


@app.route("/")
def index():
    threads = [threading.Thread(target=print) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return "hello"


@app.route("/one")
def one():
    thread = threading.Thread(target=print)
    thread.start()
    thread.join(timeout=5)
    return "hello"


@app.route("/pool")
def pooled():
    with ThreadPoolExecutor(2) as own:
        own.submit(print)
    return str(pool.submit(print).result())


@app.route("/all")
def all_of_them():
    futures = [pool.submit(print) for _ in range(3)]
    return str([future.result() for future in as_completed(futures)])
"""
        + MAIN
        + "    threading.Thread(target=print).start()\n",
        "Flask",
    ),
    read_app(
        "an adapter that the first request makes",
        """from a2wsgi import ASGIMiddleware
from fastapi import FastAPI

api = FastAPI()
adapter = None


def application(environ, start_response):
    global adapter
    if adapter is None:
        adapter = ASGIMiddleware(api)
    return adapter(environ, start_response)
""",
        "fastapi a2wsgi",
    ),
    read_app(
        "routes that check who asks for the update",
        """import hmac
import os
import subprocess

import git
from flask import Flask, abort, request
from flask_login import login_required

application = app = Flask(__name__)


@app.route("/update", methods=["POST"])
def update():
    wanted = hmac.new(b"x", request.data, "sha256").hexdigest()
    if not hmac.compare_digest(wanted, request.headers["X-Hub-Signature-256"]):
        abort(403)
    git.Repo("/home/alice/mysite").remotes.origin.pull()
    return ""


@app.route("/pull")
@login_required
def pull():
    subprocess.run(["git", "pull"], cwd="/home/alice/mysite")
    return ""


@app.route("/by-key")
def by_key():
    if request.args.get("key") != os.environ["DEPLOY_KEY"]:
        return "no", 403
    os.system("git pull")
    return ""


@app.route("/log")
def log():
    return subprocess.check_output(["git", "log"], cwd="/home/alice/mysite")


@app.route("/tea")
def tea():
    return queue.pull()
""",
        "Flask GitPython Flask-Login",
    ),
)
