"""Apps that depend on how the host runs them: loaded once, then forked, by a program.

Each status is what uWSGI answered. The good ones look like the bad ones.
"""

from __future__ import annotations

from apps.definition import condition
from apps.sources import FLASK, MAIN, PATH, PLAIN, WSGI_FILE, shop

API = """from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def home():
    return {"hello": "world"}
"""
BOT = """import telebot

bot = telebot.TeleBot("123456789:abc", threaded=False)
"""
HOST_PROCESSES = (
    condition(
        "an ASGI app behind a thread of before the fork",
        "a2wsgi",
        {
            WSGI_FILE: PATH
            + "from a2wsgi import ASGIMiddleware\nfrom api import app\n\n"
            + "application = ASGIMiddleware(app)  # <- asgi-application\n",
            "api.py": API,
        },
        0,
    ),
    condition(
        "an ASGI app behind a thread of the first request",
        "a2wsgi",
        {
            WSGI_FILE: PATH
            + """from a2wsgi import ASGIMiddleware
from api import app

bridge = None


def application(environ, start_response):
    global bridge
    if bridge is None:
        bridge = ASGIMiddleware(app)  # <- asgi-lifespan
    return bridge(environ, start_response)
""",
            "api.py": API,
        },
        200,
    ),
    condition(
        "a log that a thread of before the fork writes",
        "",
        shop(
            """import logging
import logging.handlers
import queue

lines = queue.Queue()
listener = logging.handlers.QueueListener(lines, logging.StreamHandler())
listener.start()  # <- thread-at-import
logging.getLogger().addHandler(logging.handlers.QueueHandler(lines))
"""
            + PLAIN
        ),
        200,
    ),
    condition(
        "a request that waits for a loop's thread of before the fork",
        "",
        shop(
            """import asyncio
import threading

loop = asyncio.new_event_loop()  # <- loop-at-import
thread = threading.Thread(target=loop.run_forever, daemon=True)
thread.start()  # <- thread-at-import


def application(environ, start_response):
    wait = asyncio.sleep(0, b"hello")
    text = asyncio.run_coroutine_threadsafe(wait, loop).result()  # <~ error-response
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text]
"""
        ),
        0,
    ),
    condition(
        "a pool whose threads start in the request",
        "",
        shop(
            """from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(2)


def application(environ, start_response):
    text = pool.submit(lambda: b"hello").result()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text]
"""
        ),
        200,
    ),
    condition(
        "a loop that never ends, after a library's probe",
        "requests",
        shop(
            "import time\n\nimport requests\n"
            + PLAIN
            + "while True:\n    time.sleep(60)  # <~ slow-load\n"
        ),
        0,
        severity="error",
    ),
    condition(
        "a library's probe",
        "requests",
        shop("import requests\n" + PLAIN),
        200,
    ),
    condition(
        "a bot that polls",
        "telebot",
        shop(BOT + PLAIN + "bot.infinity_polling()  # <- polling-bot\n"),
        0,
    ),
    condition(
        "a bot that polls below the guard",
        "telebot",
        shop(BOT + PLAIN + MAIN + "    bot.infinity_polling()\n"),
        200,
    ),
    condition(
        "a bot that is set up at import",
        "telebot",
        shop(
            BOT
            + PLAIN
            + "bot.set_webhook('https://alice.pythonanywhere.com/hook')"
            + "  # <- network-at-import\n"
        ),
        500,
        is_served=False,
    ),
    condition(
        "a bot that is set up by a request",
        "telebot",
        shop(
            BOT
            + PLAIN
            + "\n\ndef start():\n"
            + "    bot.set_webhook('https://alice.pythonanywhere.com/hook')\n"
        ),
        200,
    ),
    condition(
        "a page that is fetched at import",
        "requests",
        shop(
            "import requests\n\nrates = requests.get(  # <- network-at-import\n"
            "    'https://example.com/rates.json', timeout=1\n).json()\n" + PLAIN
        ),
        500,
        is_served=False,
    ),
    condition(
        "a database that is asked at import",
        "pymysql",
        shop(
            "import pymysql\n\ndb = pymysql.connect(  # <- connection-at-import\n"
            "    host='alice.mysql.pythonanywhere-services.com', user='alice'\n)\n"
            + PLAIN
        ),
        500,
        is_served=False,
    ),
    condition(
        "an engine for a database, which connects later",
        "flask_sqlalchemy",
        shop(
            "from sqlalchemy import create_engine\n\nengine = create_engine(\n"
            "    'mysql+pymysql://alice@alice.mysql.pythonanywhere-services.com/alice$tea',\n"
            "    pool_recycle=280,\n)\n" + PLAIN
        ),
        200,
    ),
    condition(
        "a database that a request asks",
        "pymysql",
        shop(
            "import pymysql\n"
            + PLAIN
            + "\n\ndef connect():\n    return pymysql.connect(\n"
            + "        host='alice.mysql.pythonanywhere-services.com', user='alice'\n"
            + "    )\n"
        ),
        200,
    ),
    condition(
        "a scheduler that the first request starts",
        "flask_apscheduler",
        shop(
            "from flask_apscheduler import APScheduler\n"
            + FLASK
            + """
scheduler = APScheduler()


@app.before_request
def start_once():
    if not scheduler.running:
        scheduler.init_app(app)
        scheduler.start()  # <- thread-in-request
"""
        ),
        200,
    ),
    condition(
        "a thread that a request leaves behind",
        "",
        shop(
            """import threading
import time


def application(environ, start_response):
    threading.Thread(target=time.sleep, args=(9,)).start()  # <- thread-in-request
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
        ),
        200,
    ),
    condition(
        "threads that end before the response",
        "",
        shop(
            """import threading
from concurrent.futures import ThreadPoolExecutor


def application(environ, start_response):
    thread = threading.Thread(target=print)
    thread.start()
    thread.join()
    with ThreadPoolExecutor() as pool:
        text = b"".join(pool.map(bytes, [[104], [105]]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text]
"""
        ),
        200,
    ),
    condition(
        "the program that runs the app",
        "",
        shop(
            "import subprocess\nimport sys\n\n"
            "subprocess.run(  # <~ import-error\n"
            "    [sys.executable, '-c', ''], check=True\n)\n" + PLAIN
        ),
        500,
    ),
    condition(
        "the file of the main program",
        "",
        shop(
            "import sys\n\nmain = sys.modules['__main__']\n"
            "print(main.__file__)  # <~ import-error\n" + PLAIN
        ),
        500,
    ),
    condition(
        "the file of the main program, if it has one",
        "",
        shop(
            "import __main__\n\nprint(getattr(__main__, '__file__', 'no file'))\n"
            + PLAIN
        ),
        200,
    ),
    condition(
        "conflict markers",
        "",
        shop(
            PLAIN
            + "<<<<<<< HEAD  # <- syntax-error\nx = 1\n=======\nx = 2\n>>>>>>> main\n"
        ),
        500,
    ),
    condition(
        "a module that a package of the same name hides",
        "",
        shop("from pages import x  # <- shadowed-module\n" + PLAIN, pages="x = 1\n")
        | {"pages/__init__.py": "y = 2\n"},
        500,
    ),
    condition(
        "a module that imports itself in a circle",
        "",
        shop("from shop import x  # <~ import-error\n\nx = 1\n" + PLAIN),
        500,
    ),
)
