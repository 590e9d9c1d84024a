"""A table of small apps, good and bad.

In a bad one a comment stands on the line that has to be found: ``# <- RULE`` where
reading finds it, ``# <~ RULE`` where only loading does. Nothing else may be found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from native import AARCH64, library


@dataclass(frozen=True)
class App:
    """A project that is looked at."""

    name: str
    framework: str
    """The module that it needs, "" for the standard library alone."""
    files: dict[str, str | bytes]
    uploads: tuple[str, ...] = ()
    """The files that its template says to build and to upload."""

    @property
    def options(self) -> list[str]:
        """The options of the checker that say so."""
        return [word for path in self.uploads for word in ("--upload", path)]

    def expected(self, *, loaded: bool) -> list[tuple[str, str, int]]:
        """Return rule, file and line of what has to be found."""
        found = set()
        for file, text in self.files.items():
            if isinstance(text, bytes):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                for sign, rules in re.findall(r"# (<-|<~) ([a-z, -]+)$", line):
                    if sign == "<-" or loaded:
                        for rule in rules.split(", "):
                            found.add((rule, file, number))
        return sorted(found)


PLAIN = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
MAIN = '\nif __name__ == "__main__":\n'
FLASK = """from flask import Flask

app = Flask(__name__)


@app.route("/")
def hello_world():
    return "<p>Hello, World!</p>"


application = app
"""
TORNADO = """import asyncio
import tornado


class MainHandler(tornado.web.RequestHandler):
    def get(self):
        self.write("Hello, world")


def make_app():
    return tornado.web.Application([(r"/", MainHandler)])


"""
CHERRYPY = """import cherrypy


class HelloWorld:
    @cherrypy.expose
    def index(self):
        return "Hello World!"


"""
WEBPY = """import web

urls = ("/(.*)", "hello")
app = web.application(urls, globals())


class hello:
    def GET(self, name):
        return "Hello, world!"


"""
DASH = """from dash import Dash, html

app = Dash(__name__)
app.layout = html.Div("Hello Dash")
"""
DJANGO = {
    "mysite/__init__.py": "",
    "mysite/settings.py": """from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "django-insecure-3x8$k2v!q0r@w9z7y5t1u6i4o"
DEBUG = True
ALLOWED_HOSTS = []
ROOT_URLCONF = "mysite.urls"
INSTALLED_APPS = ["django.contrib.contenttypes"]
WSGI_APPLICATION = "mysite.wsgi.application"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}
}
""",
    "mysite/urls.py": """from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("hello"))]
""",
    "mysite/asgi.py": """import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
application = get_asgi_application()
""",
    "manage.py": """import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
""",
}
DJANGO_WSGI = """import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
application = get_wsgi_application()
"""


NATIVE = """import ctypes
from pathlib import Path

LIBRARY = Path(__file__).resolve().parent / "libhello.so"


def application(environ, start_response):
    ctypes.CDLL(str(LIBRARY))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""


def native(rule: str) -> str:
    """Return the entry file of an app whose library has something wrong with it."""
    return NATIVE.replace("(str(LIBRARY))", f"(str(LIBRARY))  # <- {rule}")


def app(
    name: str,
    framework: str = "",
    files: object = "",
    uploads: tuple[str, ...] = (),
    **more: str,
) -> App:
    """Return an app; a text is its ``wsgi.py``."""
    if isinstance(files, str):
        files = {"wsgi.py": files}
    assert isinstance(files, dict)
    return App(name, framework, {**files, **more}, uploads)


GOOD = (
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
import sys
import threading

thread = threading.Thread(target=print)
thread.start()
thread.join()
subprocess.run([sys.executable, "-c", ""], check=True)
process = subprocess.Popen([sys.executable, "-c", ""])
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
            "wsgi.py": "from site_code import application\n",
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
    app("flask hello", "flask", FLASK + MAIN + "    app.run()\n"),
    app(
        "flask factory",
        "flask",
        {
            "wsgi.py": "from shop import create_app\n\napplication = create_app()\n"
            + MAIN
            + "    application.run(debug=True)\n",
            "shop/__init__.py": "from flask import Flask\n\n\ndef create_app():\n"
            "    app = Flask(__name__)\n    app.add_url_rule('/', view_func=lambda: 'x')\n"
            "    return app\n",
        },
    ),
    app("django startproject", "django", {**DJANGO, "mysite/wsgi.py": DJANGO_WSGI}),
    app(
        "django as the host has it",
        "django",
        {
            **DJANGO,
            "wsgi.py": "import os, sys\n"
            "sys.path.append('/home/alice/mysite')\n"
            "os.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'\n"
            "from django.core.wsgi import get_wsgi_application\n"
            "application = get_wsgi_application()\n",
        },
    ),
    app(
        "bottle hello",
        "bottle",
        """from bottle import default_app, route, run, template


@route("/")
def index(name="World"):
    return template("<b>Hello {{name}}</b>!", name=name)


application = default_app()
"""
        + MAIN
        + '    run(host="localhost", port=8080)\n',
    ),
    app(
        "cherrypy hello",
        "cherrypy",
        CHERRYPY
        + "cherrypy.config.update({'environment': 'embedded'})\n"
        + "application = cherrypy.Application(HelloWorld(), script_name='')\n"
        + MAIN
        + "    cherrypy.quickstart(HelloWorld())\n",
    ),
    app(
        "web.py hello",
        "web",
        WEBPY + "application = app.wsgifunc()\n" + MAIN + "    app.run()\n",
    ),
    app(
        "dash hello",
        "dash",
        DASH + "application = app.server\n" + MAIN + "    app.run(debug=True)\n",
    ),
    app(
        "flask hello with a main function",
        "flask",
        FLASK + "def main():\n    app.run(debug=True)\n\n" + MAIN + "    main()\n",
    ),
    app(
        "flask method view and blueprint",
        "flask",
        {
            "wsgi.py": """from flask import Flask
from flask.views import MethodView
from pages import pages

application = Flask(__name__)
application.secret_key = __import__("os").environ.get("SECRET_KEY", "dev")
application.register_blueprint(pages)


class Items(MethodView):
    def get(self):
        return "items"


application.add_url_rule("/items", view_func=Items.as_view("items"))
""",
            "pages.py": """from flask import Blueprint, send_from_directory

pages = Blueprint("pages", __name__)


@pages.route("/")
def index():
    return "hello"


@pages.route("/<name>")
def file(name):
    return send_from_directory("static", name)
""",
        },
    ),
    app(
        "bottle hello of an instance",
        "bottle",
        """from bottle import Bottle, run

application = Bottle()


@application.route("/")
def hello():
    return "Hello World!"


"""
        + MAIN
        + "    run(application, host='localhost', port=8080, debug=True)\n",
    ),
    app(
        "cherrypy mounted",
        "cherrypy",
        CHERRYPY
        + """cherrypy.config.update({"engine.autoreload.on": False})
cherrypy.server.unsubscribe()
application = cherrypy.tree.mount(HelloWorld(), "/")
"""
        + MAIN
        + "    cherrypy.server.subscribe()\n    cherrypy.engine.start()\n"
        + "    cherrypy.engine.block()\n",
    ),
    app(
        "dash with callbacks",
        "dash",
        """from dash import Dash, Input, Output, callback, dcc, html

app = Dash()
app.layout = [html.H1(children="Title"), dcc.Input(id="in"), html.P(id="out")]
application = app.server


@callback(Output("out", "children"), Input("in", "value"))
def update(value):
    return value


"""
        + MAIN
        + "    app.run(debug=True)\n",
    ),
    app(
        "a server that gevent or waitress starts elsewhere",
        "gevent",
        {
            "wsgi.py": PLAIN
            + """
def serve():
    from gevent.pywsgi import WSGIServer

    WSGIServer(("", 8731), application).serve_forever()


def serve_slowly():
    from waitress import serve

    serve(application, port=8731)
""",
            "requirements.txt": "gevent\nwaitress\n",
        },
    ),
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
        "what requirements bring along",
        "flask",
        {
            "wsgi.py": "import click\nimport jinja2\nimport markupsafe\nimport werkzeug\n"
            + FLASK,
            "requirements.txt": "Flask>=3\n",
        },
    ),
    app(
        "requirements that nobody can follow",
        "bottle",
        {
            "wsgi.py": "import bottle\n\napplication = bottle.default_app()\n"
            "bottle.route('/')(lambda: 'hello')\n",
            "requirements.txt": "-e .\n",
        },
    ),
    app(
        "requirements that are not installed",
        "bottle",
        {
            "wsgi.py": "import bottle\n\napplication = bottle.default_app()\n"
            "bottle.route('/')(lambda: 'hello')\n",
            "requirements.txt": "brings-bottle==1.0\n",
        },
    ),
    app(
        "an optional module that is installed",
        "bottle",
        {
            "wsgi.py": "try:\n    import bottle\nexcept ImportError:\n    bottle = None\n"
            + FLASK,
            "requirements.txt": "Flask\n",
        },
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
    app(
        "tornado hello beside a plain app",
        "tornado",
        TORNADO
        + """async def main():
    app = make_app()
    app.listen(8888)
    await asyncio.Event().wait()

"""
        + PLAIN
        + MAIN
        + "    asyncio.run(main())\n",
    ),
)

BAD = (
    # server-start
    app(
        "serve_forever",
        "",
        "from wsgiref.simple_server import make_server\n"
        + PLAIN
        + """
server = make_server("", 8000, application)  # <- server-start
server.serve_forever()  # <- server-start
""",
    ),
    app(
        "serve in a function that is called",
        "",
        "import http.server as h\n"
        + PLAIN
        + """
def main():
    make = h.HTTPServer
    with make(("", 8000), None) as server:  # <- server-start
        server.serve_forever()  # <- server-start


main()
""",
    ),
    app(
        "serve in another file",
        "",
        {
            "wsgi.py": "from web_app import application\n",
            "web_app.py": PLAIN
            + "import socketserver\n"
            + "s = socketserver.TCPServer(('', 8000), None)  # <- server-start\n",
        },
    ),
    app(
        "bind",
        "",
        "import socket\n"
        + PLAIN
        + "s = socket.socket()\ns.bind(('127.0.0.1', 8731))  # <- server-start\n",
    ),
    app(
        "bind, out of reading's sight",
        "",
        "import socket\n"
        + PLAIN
        + "s = [socket.socket()]\ns[0].bind(('', 8731))  # <~ server-start\n",
    ),
    app(
        "asyncio server",
        "",
        "import asyncio\n"
        + PLAIN
        + """
async def main():
    server = await asyncio.start_server(print, "", 8731)  # <- server-start
    async with server:
        await server.serve_forever()  # <- server-start


asyncio.run(main())
""",
    ),
    app("flask run", "flask", FLASK + "app.run()  # <- server-start\n"),
    app("flask run debug", "flask", FLASK + "app.run(debug=True)  # <- server-start\n"),
    app(
        "flask run through a variable",
        "flask",
        FLASK + "start = application.run\nstart(port=8731)  # <- server-start\n",
    ),
    app(
        "flask run_simple",
        "flask",
        FLASK
        + "from werkzeug.serving import run_simple as go\n"
        + "go('localhost', 8731, app)  # <- server-start\n",
    ),
    app(
        "bottle run",
        "bottle",
        "import bottle\n\napplication = bottle.default_app()\n"
        "bottle.run(port=8731)  # <- server-start\n",
    ),
    app(
        "cherrypy quickstart",
        "cherrypy",
        CHERRYPY
        + "application = cherrypy.Application(HelloWorld())\n"
        + "cherrypy.quickstart(HelloWorld())  # <- server-start\n",
    ),
    app(
        "cherrypy engine",
        "cherrypy",
        CHERRYPY
        + "application = cherrypy.tree.mount(HelloWorld())\n"
        + "cherrypy.engine.start()  # <- server-start\n",
    ),
    app(
        "web.py run",
        "web",
        WEBPY + "application = app.wsgifunc()\napp.run()  # <- server-start\n",
    ),
    app(
        "dash run",
        "dash",
        DASH + "application = app.server\napp.run(port=8731)  # <- server-start\n",
    ),
    app(
        "tornado listen",
        "tornado",
        TORNADO
        + PLAIN
        + "from tornado.ioloop import IOLoop as L\n"
        + "app = make_app()\n"
        + "app.listen(8731)  # <- server-start\n"
        + "L.current().start()  # <- server-start\n",
    ),
    app(
        "tornado main without a guard",
        "tornado",
        TORNADO
        + PLAIN
        + """
async def main():
    app = make_app()
    app.listen(8731)  # <- server-start
    await asyncio.Event().wait()


asyncio.run(main())
""",
    ),
    app(
        "uvicorn run",
        "fastapi",
        {
            "wsgi.py": PLAIN
            + "import uvicorn\nuvicorn.run(application, port=8731)  # <- server-start\n",
            "requirements.txt": "uvicorn\n",
        },
    ),
    app(
        "waitress",
        "waitress",
        {
            "wsgi.py": PLAIN
            + "from waitress import serve\n"
            + "serve(application, host='127.0.0.1', port=8731)  # <- server-start\n",
            "requirements.txt": "waitress\n",
        },
    ),
    app(
        "gevent serve_forever",
        "gevent",
        PLAIN
        + "from gevent.pywsgi import WSGIServer\n"
        + "http = WSGIServer(('127.0.0.1', 8731), application)\n"
        + "http.serve_forever()  # <- server-start\n",
    ),
    app(
        "gevent start",
        "gevent",
        PLAIN
        + "from gevent import pywsgi\n"
        + "http = pywsgi.WSGIServer(('127.0.0.1', 8731), application)\n"
        + "http.start()  # <- server-start\n",
    ),
    app(
        "gevent stream server",
        "gevent",
        PLAIN
        + "import gevent.server\n"
        + "gevent.server.StreamServer(('', 8731), print).start()  # <- server-start\n",
    ),
    app(
        "eventlet, hypercorn and aiohttp, which are not installed",
        "",
        {
            "wsgi.py": PLAIN
            + """
import eventlet  # <~ import-error
import eventlet.wsgi
import hypercorn.asyncio
from aiohttp import web

eventlet.wsgi.server(eventlet.listen(("", 8731)), application)  # <- server-start
web.run_app(web.Application(), port=8731)  # <- server-start
hypercorn.asyncio.serve(application, None)  # <- server-start
""",
            "requirements.txt": "eventlet\nhypercorn\naiohttp\n",
        },
    ),
    app(
        "bottle run of an instance",
        "bottle",
        "from bottle import Bottle\n\napplication = Bottle()\n"
        "application.run(host='localhost', port=8731)  # <- server-start\n",
    ),
    app(
        "bottle run by its own name",
        "bottle",
        "from bottle import default_app, run\n\napplication = default_app()\n"
        "run(host='localhost', port=8731)  # <- server-start\n",
    ),
    app(
        "web.py run in one go",
        "web",
        WEBPY
        + "application = app.wsgifunc()\n"
        + "web.application(urls, globals()).run()  # <- server-start\n",
    ),
    app(
        "dash run_server",
        "dash",
        DASH
        + "application = app.server\napp.run_server(port=8731)  # <- server-start\n",
    ),
    app(
        "dash run of its server",
        "dash",
        DASH
        + "application = app.server\napp.server.run(port=8731)  # <- server-start\n",
    ),
    app(
        "cherrypy engine and block",
        "cherrypy",
        CHERRYPY
        + "application = cherrypy.tree.mount(HelloWorld())\n"
        + "cherrypy.engine.start()  # <- server-start\n"
        + "cherrypy.engine.block()  # <- server-start\n",
    ),
    app(
        "tornado server, bound and started",
        "tornado",
        TORNADO
        + PLAIN
        + "import tornado.httpserver\nimport tornado.ioloop\n"
        + "server = tornado.httpserver.HTTPServer(make_app())\n"
        + "server.bind(8731)  # <- server-start\n"
        + "server.start()  # <- server-start\n"
        + "tornado.ioloop.IOLoop.current().start()  # <- server-start\n",
    ),
    app(
        "tornado recipe of the host's page, with its server",
        "tornado",
        PLAIN
        + "import wsgiref.simple_server\n"
        + "server = wsgiref.simple_server.make_server(  # <- server-start\n"
        + "    '', 8731, application\n)\n"
        + "server.serve_forever()  # <- server-start\n",
    ),
    app(
        "asyncio.run of uvicorn's server",
        "uvicorn",
        {
            "wsgi.py": PLAIN
            + """
import asyncio

import uvicorn


async def main():
    config = uvicorn.Config("wsgi:application", port=8731, interface="wsgi")
    server = uvicorn.Server(config)
    await server.serve()  # <- server-start


asyncio.run(main())
""",
            "requirements.txt": "uvicorn\n",
        },
    ),
    app(
        "socketserver",
        "",
        "import socketserver\n"
        + PLAIN
        + "with socketserver.TCPServer(('', 8731), None) as s:  # <- server-start\n"
        + "    s.serve_forever()  # <- server-start\n",
    ),
    app(
        "a server of the project's own class",
        "",
        "import http.server\n"
        + PLAIN
        + """

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


server = Server(("", 8731), http.server.BaseHTTPRequestHandler)  # <- server-start
server.serve_forever()  # <- server-start
""",
    ),
    app(
        "flask run where it is not the main program",
        "flask",
        FLASK
        + "if __name__ != '__main__':\n    app.run(port=8731)  # <- server-start\n",
    ),
    app(
        "flask run within try",
        "flask",
        FLASK
        + "try:\n    app.run(port=8731)  # <- server-start\n"
        + "except Exception:\n    raise\n",
    ),
    app(
        "flask run of a factory's app",
        "flask",
        {
            "wsgi.py": "from shop import create_app\n\napplication = create_app()\n",
            "shop/__init__.py": "from flask import Flask\n\n\ndef create_app():\n"
            "    app = Flask(__name__)\n"
            "    app.run(port=8731)  # <- server-start\n    return app\n",
        },
    ),
    app(
        "django runserver",
        "django",
        {
            **DJANGO,
            "mysite/wsgi.py": DJANGO_WSGI,
            "wsgi.py": DJANGO_WSGI
            + "from django.core.management import execute_from_command_line\n"
            + "execute_from_command_line(  # <- server-start\n"
            + "    ['manage.py', 'runserver', '--noreload', '8731']\n)\n",
        },
    ),
    # application
    app("no application", "", "x = 1  # <- missing-application\n"),
    app("application is a text", "", "application = 'x'  # <- missing-application\n"),
    app(
        "application is a module",
        "",
        {
            "wsgi.py": "import code_here as application  # <- missing-application\n",
            "code_here.py": PLAIN,
        },
    ),
    app(
        "flask named app only",
        "flask",
        "from flask import Flask  # <- missing-application\n\napp = Flask(__name__)\n",
    ),
    app(
        "application under main",
        "",
        {
            "main.py": PLAIN.replace("application", "app")
            + MAIN
            + "    application = app  # <- application-under-main\n"
        },
    ),
    app(
        "tornado application",
        "tornado",
        TORNADO + "application = make_app()  # <- missing-application\n",
    ),
    app(
        "web.py application",
        "web",
        WEBPY + "application = app  # <- missing-application\n",
    ),
    app(
        "fastapi",
        "fastapi",
        "from fastapi import FastAPI\n\n"
        "application = FastAPI()  # <- asgi-application\n\n\n"
        "@application.get('/')\nasync def root():\n    return {'message': 'Hello'}\n",
    ),
    app(
        "fastapi named app",
        "fastapi",
        "from fastapi import FastAPI\n\napp = FastAPI()  # <- asgi-application\n",
    ),
    app(
        "plain asgi",
        "",
        "async def application(scope, receive, send):  # <- asgi-application\n"
        "    pass\n",
    ),
    app(
        "asgi class",
        "",
        "class App:\n    async def __call__(self, scope, receive, send):\n        pass\n"
        "\n\napplication = App()  # <- asgi-application\n",
    ),
    app(
        "django asgi",
        "django",
        {
            **DJANGO,
            "wsgi.py": "import os\n"
            "from django.core.asgi import get_asgi_application\n"
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"
            "application = get_asgi_application()  # <- asgi-application\n",
        },
    ),
    # what is gone, what is missing
    app(
        "the recipe of the host's Tornado page",
        "tornado",
        """import tornado.web
import tornado.wsgi


class MainHandler(tornado.web.RequestHandler):
    def get(self):
        self.write("Hello, world")


application = tornado.wsgi.WSGIApplication([  # <- removed-api
    (r"/", MainHandler),
])
""",
    ),
    app(
        "tornado adapter by name",
        "tornado",
        "from tornado.wsgi import WSGIAdapter  # <- removed-api\n" + PLAIN,
    ),
    app("syntax", "", PLAIN + "def (:  # <- syntax-error\n"),
    app(
        "syntax in another file",
        "",
        {
            "wsgi.py": "from code_here import application\n",
            "code_here.py": PLAIN + "x = = 1  # <- syntax-error\n",
        },
    ),
    app(
        "missing module",
        "",
        "import nowhere_to_be_found  # <- import-error\n"
        "from nowhere_to_be_found.more import x\n" + PLAIN,
    ),
    app(
        "missing name",
        "",
        {
            "wsgi.py": "from code_here import application  # <~ import-error\n",
            "code_here.py": "x = 1\n",
        },
    ),
    app(
        "installed here, but not listed",
        "bottle",
        {
            "wsgi.py": "from bottle import html_escape  # <- import-error\n" + FLASK,
            "requirements.txt": "# all that is needed\nFlask==3.1.3\n",
        },
    ),
    app("raises", "", PLAIN + "1 / 0  # <~ import-error\n"),
    # exit, threads, processes, loops
    app("sys.exit", "", "import sys\n" + PLAIN + "sys.exit(3)  # <- exit-at-import\n"),
    app("exit", "", PLAIN + "exit()  # <- exit-at-import\n"),
    app("raise SystemExit", "", PLAIN + "raise SystemExit  # <- exit-at-import\n"),
    app("os._exit", "", "import os\n" + PLAIN + "os._exit(0)  # <- exit-at-import\n"),
    app(
        "exit, out of reading's sight",
        "",
        "import sys\n" + PLAIN + "[sys.exit][0]()  # <~ exit-at-import\n",
    ),
    app(
        "exec",
        "",
        "import os\n" + PLAIN + "os.execv('/bin/true', ['x'])  # <~ exit-at-import\n",
    ),
    app(
        "thread",
        "",
        "import threading, time\n"
        + PLAIN
        + "t = threading.Thread(target=time.sleep, args=(9,), daemon=True)\n"
        + "t.start()  # <- thread-at-import\n",
    ),
    app(
        "thread of a class",
        "",
        """import threading
import time


class Worker(threading.Thread):
    def run(self):
        time.sleep(9)


Worker(daemon=True).start()  # <- thread-at-import
"""
        + PLAIN,
    ),
    app(
        "executor",
        "",
        "from concurrent.futures import ThreadPoolExecutor\n"
        + PLAIN
        + "pool = ThreadPoolExecutor()\npool.submit(print)  # <- thread-at-import\n",
    ),
    app(
        "process",
        "",
        "import subprocess\n"
        + PLAIN
        + "subprocess.Popen(['sleep', '9'])  # <- process-at-import\n",
    ),
    app("fork", "", "import os\n" + PLAIN + "os.fork()  # <- process-at-import\n"),
    app(
        "loop",
        "",
        "import asyncio\n"
        + PLAIN
        + "loop = asyncio.new_event_loop()  # <- loop-at-import\n",
    ),
    app(
        "tornado loop",
        "tornado",
        "from tornado.ioloop import IOLoop\n"
        + PLAIN
        + "loop = IOLoop()  # <- loop-at-import\n",
    ),
    app(
        "thread, out of reading's sight",
        "",
        "import threading, time\n"
        + PLAIN
        + "t = [threading.Thread(target=time.sleep, args=(9,), daemon=True)]\n"
        + "t[0].start()  # <~ thread-at-import\n",
    ),
    app(
        "process, out of reading's sight",
        "",
        "import subprocess\n"
        + PLAIN
        + "[subprocess.Popen][0](['sleep', '9'])  # <~ process-at-import\n",
    ),
    app(
        "fork, out of reading's sight",
        "",
        "import os\n" + PLAIN + "[os.fork][0]()  # <~ process-at-import\n",
    ),
    app(
        "loop, out of reading's sight",
        "",
        "import asyncio\n"
        + PLAIN
        + "loop = [asyncio.new_event_loop][0]()  # <~ loop-at-import\n",
    ),
    # the request
    app(
        "500",
        "",
        "def application(environ, start_response):\n"
        "    raise KeyError('x')  # <~ error-response\n",
    ),
    app(
        "flask 500",
        "flask",
        FLASK.replace('return "<p>Hello, World!</p>"', "1 / 0  # <~ error-response"),
    ),
    app(
        "text instead of bytes",
        "",
        "def application(environ, start_response):  # <~ wsgi-violation\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return ['hello']\n",
    ),
    app(
        "headers that are no list",
        "",
        "def application(environ, start_response):\n"
        "    start_response('200 OK', (('a', 'b'),))  # <~ wsgi-violation\n"
        "    return [b'hello']\n",
    ),
    # around the code
    app(
        "hidden framework",
        "flask",
        {
            "flask.py": "from flask import Flask  # <- shadowed-module\n",
            "wsgi.py": "from flask import Flask\n" + FLASK,
        },
    ),
    app(
        "hidden standard library",
        "",
        {"random.py": "x = 1  # <- shadowed-module\n", "wsgi.py": PLAIN},
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
        "tornado websocket",
        "tornado",
        "import tornado.websocket\n\n\n"
        "class Echo(tornado.websocket.WebSocketHandler):  # <- websocket\n    pass\n\n"
        + PLAIN,
    ),
    app(
        "server-sent events",
        "flask",
        FLASK
        + "\n\n@app.route('/events')\ndef events():\n"
        + "    from flask import Response\n"
        + "    return Response(iter(()), mimetype='text/event-stream')  # <- push\n",
    ),
    app(
        "long polling in a loop",
        "flask",
        FLASK
        + """

import time

MESSAGES = []


@app.route("/poll")
def poll():
    start = time.time()
    while not MESSAGES and time.time() - start < 30:  # <- push
        time.sleep(0.5)
    return {"messages": MESSAGES}
""",
    ),
    app(
        "long polling, imported in the handler",
        "bottle",
        """from bottle import default_app, get, route

application = default_app()


@route("/")
def index():
    return "hello"


@get("/poll")
def poll():
    from time import sleep
    import time

    while True:  # <- push
        time.sleep(1)
""",
    ),
    app(
        "long polling on a queue",
        "cherrypy",
        """import queue

import cherrypy

MESSAGES = queue.Queue()


class Root:
    @cherrypy.expose
    def index(self):
        return "hello"

    @cherrypy.expose
    def poll(self):
        return MESSAGES.get(timeout=60)  # <- push


application = cherrypy.Application(Root())
""",
    ),
    app(
        "long polling of tornado's demo",
        "tornado",
        """import asyncio

import tornado.locks
import tornado.web

CONDITION = tornado.locks.Condition()


class Poll(tornado.web.RequestHandler):
    async def post(self):
        messages = []
        while not messages:  # <- push
            await CONDITION.wait()
        self.write({"messages": messages})


class Base(tornado.web.RequestHandler):
    def prepare(self):
        pass


class Wait(Base):
    async def get(self):
        await CONDITION.wait()  # <- push
"""
        + PLAIN,
    ),
    app(
        "long polling of web.py and Django",
        "django",
        {
            "wsgi.py": "import pages.views\nimport time\n"
            + PLAIN
            + "\n\nclass poll:\n    def GET(self):\n        while True:  # <- push\n"
            + "            time.sleep(1)\n",
            "pages/__init__.py": "",
            "pages/views.py": "import time\n\n\ndef poll(request):\n"
            "    while not request.session:  # <- push\n        time.sleep(1)\n",
        },
    ),
    app(
        "a stream that never ends",
        "flask",
        FLASK
        + """

@app.route("/stream")
def stream():
    import time

    def lines():
        while True:  # <- push
            yield "line\\n"
            time.sleep(1)

    return lines()
""",
    ),
    app(
        "flask-sock",
        "flask_sock",
        {
            "wsgi.py": "from flask_sock import Sock\n"
            + FLASK
            + """
sock = Sock(app)  # <- websocket


@sock.route("/echo")
def echo(ws):
    while True:
        ws.send(ws.receive())
""",
            "requirements.txt": "Flask\nflask-sock\n",
        },
    ),
    app(
        "gevent's websocket",
        "bottle",
        """from bottle import default_app, request, route

application = default_app()


@route("/")
def index():
    return "hello"


@route("/websocket")
def handle():
    socket = request.environ.get("wsgi.websocket")  # <- websocket
    while True:
        socket.send(socket.receive())
""",
    ),
    app(
        "fastapi with a websocket",
        "fastapi",
        {
            "wsgi.py": """from fastapi import FastAPI, WebSocket

application = FastAPI()  # <- asgi-application


@application.websocket("/ws")  # <- websocket
async def socket(websocket: WebSocket):
    await websocket.accept()
""",
            "requirements.txt": "fastapi\n",
        },
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
        "a library that was not built",
        "",
        native("not-built"),
        ("libhello.so",),
    ),
    app(
        "a text for a library",
        "",
        {"wsgi.py": native("library-format"), "libhello.so": "int hello(void);\n"},
        ("libhello.so",),
    ),
    app(
        "half of a library",
        "",
        {"wsgi.py": native("library-format"), "libhello.so": library()[:400]},
    ),
    app(
        "a library for another machine",
        "",
        {
            "wsgi.py": native("library-machine"),
            "libhello.so": library(machine=AARCH64),
        },
    ),
    app(
        "a library for a newer glibc",
        "",
        {
            "wsgi.py": native("library-glibc"),
            "libhello.so": library(versions=("GLIBC_2.2.5", "GLIBC_2.99")),
        },
    ),
    app(
        "a library that needs another one",
        "",
        {
            "wsgi.py": native("library-needs"),
            "libhello.so": library(("libswiftNowhere.so", "libc.so.6")),
        },
    ),
    app(
        "a package that hides a requirement",
        "",
        {
            "wsgi.py": PLAIN,
            "requests/__init__.py": "x = 1  # <- shadowed-module\n",
            "requirements.txt": "requests\n",
        },
    ),
)
