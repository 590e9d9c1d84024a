"""Apps that are only read: bots, networks, databases, and work beside the requests."""

from __future__ import annotations

from apps.definition import read_app
from apps.sources import FLASK, PATH, PLAIN

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
        "a change without a commit",
        """import sqlite3
from pathlib import Path

FILE = Path(__file__).resolve().parent / "tea.db"


def add(name):
    db = sqlite3.connect(FILE)
    db.execute("INSERT INTO tea (name) VALUES (?)", (name,))  # <- lost-change
    db.close()


"""
        + PLAIN,
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
    read_app(
        "adapters that the first request makes",
        """from functools import lru_cache

from a2wsgi.asgi import ASGIMiddleware
from fastapi import FastAPI

api = FastAPI(lifespan=print)
adapter = None


@lru_cache
def second():
    return ASGIMiddleware(FastAPI())  # <- asgi-lifespan


def application(environ, start_response):
    global adapter
    if adapter is None:
        adapter = ASGIMiddleware(api)  # <- asgi-lifespan
    if environ["PATH_INFO"].startswith("/second/"):
        return second()(environ, start_response)
    return adapter(environ, start_response)
""",
        "fastapi a2wsgi",
    ),
)
