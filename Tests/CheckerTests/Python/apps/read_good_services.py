"""Apps that are only read: networks, databases and work that are as they should be."""

from __future__ import annotations

from apps.definition import read_app
from apps.sources import FLASK, MAIN, PLAIN

_HOST = "alice.mysql.pythonanywhere-services.com"

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
        "adapters that no request makes, and one whose loop the app runs",
        """import asyncio

from a2wsgi import ASGIMiddleware
from fastapi import FastAPI
from flask import Flask

api = FastAPI()


def unused():
    return ASGIMiddleware(api)


def bridge(loop: asyncio.AbstractEventLoop):
    return ASGIMiddleware(api, loop=loop), ASGIMiddleware(api, None, loop)


app = application = Flask(__name__)
app.extensions["bridge"] = bridge
""",
        "fastapi a2wsgi Flask",
    ),
    read_app(
        "a listener of the log that each worker starts",
        """import logging.handlers
import queue
from contextlib import asynccontextmanager

from a2wsgi import ASGIMiddleware
from fastapi import FastAPI

loop = None  # of each worker
listener = logging.handlers.QueueListener(queue.Queue())


@asynccontextmanager
async def lifespan(app):
    listener.start()
    yield
    listener.stop()


application = ASGIMiddleware(FastAPI(lifespan=lifespan), loop=next(iter([loop])))
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
