"""Sources that several apps share."""

from __future__ import annotations

# A WSGI file has to put the project's folder on the path: on the host it lies elsewhere.
PATH = 'import sys\n\nsys.path.insert(0, "/home/alice/mysite")\n'
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
SECRET_KEY = "of a test"
DEBUG = False
ALLOWED_HOSTS = [".pythonanywhere.com"]
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


WSGI_FILE = "alice_pythonanywhere_com_wsgi.py"
"""The name of a WSGI file, as the host gives it."""


def shop(text: str, **more: str) -> dict[str, str | bytes]:
    """Return a project whose WSGI file imports ``shop.py``, as on the host.

    :param more: other files that end in ``.py``, by their names without that.
    """
    files = {f"{name}.py": content for name, content in more.items()}
    wsgi = PATH + "\nfrom shop import application\n"
    return {WSGI_FILE: wsgi, "shop.py": text, **files}
