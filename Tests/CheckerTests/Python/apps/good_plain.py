"""Good apps of the standard library alone."""

from __future__ import annotations

from apps.definition import app
from apps.sources import MAIN, NATIVE, PATH, PLAIN
from native import library

GOOD_PLAIN = (
    app("plain", "", PLAIN),
    app(
        "a library of its own",
        "",
        {"wsgi.py": NATIVE, "libhello.so": library()},
        ("libhello.so",),
    ),
    app(
        "a library that nobody said to upload",
        "",
        {"wsgi.py": NATIVE, "libhello.so": library(("libm.so.6", "libc.so.6"))},
    ),
    app(
        "a file to upload that is no library",
        "",
        {"wsgi.py": PLAIN, "words.txt": "hello\n"},
        ("words.txt",),
    ),
    app(
        "plain with a guarded server",
        "",
        "from wsgiref.simple_server import make_server\n"
        + PLAIN
        + MAIN
        + '    with make_server("", 8000, application) as server:\n'
        "        server.serve_forever()\n",
    ),
    app(
        "guard the other way round", "", PLAIN + 'if "__main__" == __name__:\n    1/0\n'
    ),
    app(
        "functions that nobody calls",
        "",
        "import sys, socket, threading, subprocess\n"
        + PLAIN
        + """
def serve():
    socket.socket().bind(("", 8000))
    threading.Thread(target=serve).start()
    subprocess.Popen(["true"])
    sys.exit(1)
""",
    ),
    app(
        "a class as application",
        "",
        """class application:
    def __init__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])

    def __iter__(self):
        yield b"hello"
""",
    ),
    app(
        "an instance as application",
        "",
        """class App:
    def __call__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]


application = App()
""",
    ),
    app(
        "optional imports",
        "",
        """try:
    import nowhere_to_be_found
except ImportError:
    nowhere_to_be_found = None
import typing

if typing.TYPE_CHECKING:
    from nowhere.at_all import Thing
"""
        + PLAIN,
    ),
    app(
        "what is missing is not used",
        "",
        """HAS_IT = False
try:
    import nowhere_to_be_found

    HAS_IT = True
except ImportError:
    import json
if HAS_IT:
    from nowhere_to_be_found import more
"""
        + PLAIN,
    ),
    app(
        "a module for another system",
        "",
        {
            "wsgi.py": "import sys\nif sys.platform == 'emscripten':\n"
            "    import elsewhere\n" + PLAIN,
            "elsewhere.py": "import nowhere_to_be_found\n",
        },
    ),
    app(
        "a local name that depends",
        "",
        "import os\n"
        + PLAIN
        + """
if os.environ.get("SERVE_HERE_PLEASE"):
    from wsgiref.simple_server import make_server

    make_server("", 8000, application).serve_forever()
""",
    ),
    app(
        "things that end before the import does",
        "",
        """import asyncio
import subprocess
import threading

thread = threading.Thread(target=print)
thread.start()
thread.join()
subprocess.run(["true"], check=True)
process = subprocess.Popen(["true"])
process.wait()


async def prepare():
    await asyncio.sleep(0)


asyncio.run(prepare())
loop = asyncio.new_event_loop()
loop.run_until_complete(prepare())
loop.close()
"""
        + PLAIN,
    ),
    app(
        "a search for a free port, as libraries do",
        "",
        """import socket

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
"""
        + PLAIN,
    ),
    app(
        "files found from their own place",
        "",
        {
            "data.txt": "1",
            "wsgi.py": """import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
open(os.path.join(os.path.dirname(__file__), "data.txt")).close()
(HERE / "data.txt").read_text()
"""
            + PLAIN,
        },
    ),
    app(
        "a relative file below the guard",
        "",
        PLAIN + "\ndef main():\n    open('data.txt')\n" + MAIN + "    main()\n",
    ),
    app(
        "an entry file as the host has it",
        "",
        {
            "alice_pythonanywhere_com_wsgi.py": """import sys

path = "/home/alice/mysite/src"
if path not in sys.path:
    sys.path.insert(0, path)

from flask_app import app as application
""",
            "src/flask_app.py": PLAIN.replace("application", "app"),
        },
    ),
    app(
        "a package beside the entry file",
        "",
        {
            "wsgi.py": PATH + "from site_code import application\n",
            "site_code/__init__.py": "from .web import application\n",
            "site_code/web.py": "from . import helpers\n" + PLAIN,
            "site_code/helpers.py": "def run():\n    raise SystemExit\n",
        },
    ),
    app(
        "a secret that is asked for",
        "",
        PLAIN + 'SECRET_KEY = "change-me-0123456789"\n',
    ),
    app(
        "a request may fork",
        "",
        """import os


def application(environ, start_response):
    process = os.fork()
    if process == 0:
        os._exit(0)
    os.waitpid(process, 0)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
""",
    ),
    app("prints", "", "print('hello')\n" + PLAIN),
    app("allowed", "", "open(__file__).close()\n" + PLAIN),
    app(
        "fastapi beside the app, where nothing imports it",
        "",
        {
            "wsgi.py": PLAIN,
            "api.py": "import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
            "uvicorn.run(app)\n",
        },
    ),
    app(
        "a few attempts, and a worker that is a task",
        "",
        """import queue
import threading
import time

JOBS = queue.Queue()
DONE = threading.Event()


def fetch():
    return None


def work():
    while True:
        JOBS.get()
        time.sleep(60)


def application(environ, start_response):
    tries = 0
    while tries < 3 and fetch() is not None:
        time.sleep(0.1)
        tries += 1
    if environ["PATH_INFO"] == "/job":
        JOBS.get(timeout=1)
        JOBS.get_nowait()
        JOBS.get(False)
        DONE.wait(2)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
""",
    ),
    app(
        "paths that are whole, or not files",
        "",
        """import logging
import os
import sqlite3
from pathlib import Path

HERE = os.path.dirname(os.path.abspath(__file__))


def query():
    logging.basicConfig(filename=os.path.join(HERE, "app.log"), level="INFO")
    sqlite3.connect(":memory:")
    sqlite3.connect(f"{HERE}/a.db")
    os.listdir(HERE)
    open("/tmp/x")
    open(os.path.expanduser("~/x"))
    (Path(HERE) / "x").read_text()
    Path(__file__).with_name("x").open()
"""
        + PLAIN,
    ),
    app(
        "words that look like secrets or placeholders",
        "",
        """TOKEN = "csrf_token"
TOKEN_HEADER = "X-CSRF-Token"
SECRET_KEY = "replace-this-with-your-own-0123456789"
API_KEY = None
next_token = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
token_url = "https://example.com/oauth/v2/token?client=1234567890"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
NAMES = {"token": "The token that you were given on 2024-05-05, please"}
TEXT = "replace yourusername by your name"
HOME = "/home/users/files"
"""
        + PLAIN,
    ),
)
