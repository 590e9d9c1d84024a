"""A table of small apps, good and bad.

In a bad one a comment stands on the line that has to be found: ``# <- RULE`` where
reading finds it, ``# <~ RULE`` where only loading does. Nothing else may be found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class App:
    """A project that is looked at."""

    name: str
    framework: str
    """The module that it needs, "" for the standard library alone."""
    files: dict[str, str]

    def expected(self, *, loaded: bool) -> list[tuple[str, str, int]]:
        """Return rule, file and line of what has to be found."""
        found = set()
        for file, text in self.files.items():
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


def app(name: str, framework: str = "", files: object = "", **more: str) -> App:
    """Return an app; a text is its ``wsgi.py``."""
    if isinstance(files, str):
        files = {"wsgi.py": files}
    assert isinstance(files, dict)
    return App(name, framework, {**files, **more})


GOOD = (
    app("plain", "", PLAIN),
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
        "import nowhere_to_be_found  # <- import-error\n" + PLAIN,
    ),
    app(
        "missing name",
        "",
        {
            "wsgi.py": "from code_here import application  # <~ import-error\n",
            "code_here.py": "x = 1\n",
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
)
