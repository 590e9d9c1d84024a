"""Views whose framework cannot use what they return: the view is named, and its line."""

from __future__ import annotations

import importlib.util
import unittest
from collections.abc import Mapping
from pathlib import Path

from support import check_soon, project, run

TEMPLATES = Path(__file__).resolve().parents[3] / "Templates"

FLASK = """import json
from functools import wraps
from flask import Flask, render_template_string, request
from flask.views import MethodView

app = Flask(__name__)


@app.get("/")
def index():
    return "hi"


@app.get("/nothing")
def nothing():
    name = "x"


@app.get("/number")
def number():
    if not app:
        return "no app"
    return 5


@app.get("/tuple")
def pair():
    return ("hi",)


@app.get("/data")
def data():
    return {"a": object()}


class Cake(MethodView):
    def get(self):
        return None, 200


app.add_url_rule("/cake", view_func=Cake.as_view("cake"))


def counted(view):
    @wraps(view)
    def counting():
        return view()

    return counting


@app.get("/counted")
@counted
def seen():
    return {1, 2}


@app.get("/inside")
def inside():
    return render_template_string("{{ a.b.c }}")


@app.get("/parts")
def parts():
    return (number for number in (1, 2))


@app.get("/hook")
def hook():
    return "hook"


@app.after_request
def after(response):
    if request.path == "/hook":
        json.dumps(object())
    return response


def application(environ, start_response):
    return app(environ, start_response)
"""
DJANGO = {
    "wsgi.py": """import os
import sys

sys.path.insert(0, "/home/alice/shop")
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
""",
    "settings.py": """SECRET_KEY = "x" * 50
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["alice.pythonanywhere.com"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
""",
    "urls.py": """from django.urls import path

import views

urlpatterns = [
    path("", views.index),
    path("nothing", views.nothing),
    path("text", views.text),
    path("data", views.data),
    path("number", views.number),
    path("pair", views.pair),
    path("cake", views.Cake.as_view()),
    path("inside", views.inside),
]
""",
    "views.py": """from django.http import HttpResponse
from django.views import View


def index(request):
    return HttpResponse("hi")


def nothing(request):
    HttpResponse("hi")


def text(request):
    return "hello"


def data(request):
    return {"a": 1}


def number(request):
    return 5


def pair(request):
    return HttpResponse("no"), 404


class Cake(View):
    def get(self, request):
        return None


def inside(request):
    return "a".headers
""",
}
BOTTLE = """import bottle

application = bottle.Bottle()


@application.get("/")
def index():
    return "hi"


@application.get("/number")
def number():
    return 5


@application.get("/list")
def numbers():
    return [1, 2]


@application.get("/tuple")
def pair():
    return "no", 404


@application.get("/data")
def data():
    return {"a": object()}


@application.get("/inside")
def inside():
    return iter(5)
"""
TORNADO = """import sys

sys.path.insert(0, "/home/alice/mysite")

from tornado.web import Application, RequestHandler

from tornado_wsgi import WSGIAdapter


class Main(RequestHandler):
    def get(self):
        self.write("hi")


class Text(RequestHandler):
    def get(self):
        return "hello"


class Waits(RequestHandler):
    async def get(self):
        return {"a": 1}


class Inside(RequestHandler):
    def get(self):
        self.write(5)


application = WSGIAdapter(
    Application([("/", Main), ("/text", Text), ("/waits", Waits), ("/inside", Inside)])
)
"""
FASTAPI = """import sys

sys.path.insert(0, "/home/alice/mysite")

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from asgi_adapter import ASGIAdapter

app = FastAPI()


class Item(BaseModel):
    name: str


@app.get("/")
def index():
    return "hi"


@app.get("/item")
def item() -> Item:
    return {"nme": "tea"}


@app.get("/object")
async def thing():
    return object()


@app.get("/html", response_class=HTMLResponse)
def html():
    return 5


@app.get("/inside")
def inside():
    return 1 / 0


application = ASGIAdapter(app)
"""


def _shared(name: str) -> dict[str, str | bytes]:
    """Return the files of an adapter that pa-new writes, as they are in a project."""
    folder = TEMPLATES / "_shared" / name
    files = (file for file in folder.iterdir() if file.is_file())
    found: dict[str, str | bytes] = {
        f"{name}/{file.name}": file.read_bytes() for file in files
    }
    if "tornado" in name:
        loop = TEMPLATES / "_shared/asgi_adapter/one_loop.py"
        found[f"{name}/one_loop.py"] = loop.read_bytes()
    return found


def _bottle() -> dict[str, bytes]:
    """Return Bottle's own files, as they are in a project."""
    names = "bottle.py", "bottle.LICENSE"
    return {name: (TEMPLATES / "bottle" / name).read_bytes() for name in names}


def _line(text: str, code: str) -> int:
    """Return the number of the line of a file that begins with some code."""
    lines = text.splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.strip().startswith(code))


class WrongValueTest(unittest.TestCase):
    """What a view returns that its framework cannot send."""

    def _judge(
        self,
        framework: str,
        files: Mapping[str, str | bytes],
        file: str,
        expected: Mapping[str, tuple[str, str]],
        inside: Mapping[str, str],
    ) -> None:
        """Compare the findings: the line, and what is said of the view.

        :param expected: for each path the beginning of a line, and words of the message.
        :param inside: paths that fail in code of the project, each with its line.
        """
        if importlib.util.find_spec(framework) is None:
            self.skipTest(f"{framework} is not installed")
        text = str(files[file])
        with project(files, "shop" if framework == "django" else "mysite") as folder:
            report = check_soon(folder, "--account", "alice", "--all-routes")
        found = {
            path: finding for finding in report["findings"] for path in finding["paths"]
        }
        self.assertEqual({*found}, {*expected, *inside})
        for path, (code, words) in expected.items():
            with self.subTest(framework, path=path):
                finding = found[path]
                place = finding["file"], finding["line"]
                self.assertEqual(place, (file, _line(text, code)), finding["message"])
                self.assertIn(words, finding["message"])
                self.assertNotIn("that the message names", finding["fix"])
        for path, code in inside.items():
            with self.subTest(framework, path=path):
                place = found[path]["file"], found[path]["line"]
                self.assertEqual(place, (file, _line(text, code)))
                self.assertNotIn("returns", found[path]["message"])

    def test_Flask(self) -> None:
        expected = {
            "/nothing": ("def nothing", "the view `nothing` returns nothing"),
            "/number": ("def number", "the view `number` returns a number"),
            "/tuple": ('return ("hi",)', "returns a tuple that Flask does not know"),
            "/data": ('return {"a"', "data with a value of the type `object`"),
            "/cake": (
                "return None",
                "the view `Cake.get` returns nothing in its tuple",
            ),
            "/counted": ("return {1", "the view `seen` returns a set"),
            "/parts": ('@app.get("/parts', "non-bytestring"),
        }
        inside = {"/inside": "return render", "/hook": "json.dumps"}
        self._judge("flask", {"wsgi.py": FLASK}, "wsgi.py", expected, inside)

    def test_Django(self) -> None:
        expected = {
            "/nothing": ("def nothing", "the view `nothing` returns nothing"),
            "/text": ('return "hello"', "the view `text` returns a text"),
            "/data": ('return {"a"', "the view `data` returns a dict"),
            "/number": ("return 5", "the view `number` returns a number"),
            "/pair": ('return HttpResponse("no")', "returns a tuple"),
            "/cake": ("return None", "the view `Cake.get` returns nothing"),
        }
        inside = {"/inside": 'return "a".headers'}
        self._judge("django", DJANGO, "views.py", expected, inside)

    def test_Bottle(self) -> None:
        expected = {
            "/number": ("return 5", "the view `number` returns a number"),
            "/list": ("return [1", "the view `numbers` returns a list with a number"),
            "/tuple": ('return "no"', "the view `pair` returns a tuple with a number"),
            "/data": ('return {"a"', "data with a value of the type `object`"),
        }
        inside = {"/inside": "return iter"}
        for files in ({"wsgi.py": BOTTLE}, {"wsgi.py": BOTTLE, **_bottle()}):
            self._judge("bottle", files, "wsgi.py", expected, inside)

    def test_Tornado(self) -> None:
        expected = {
            "/text": ('return "hello"', "the view `Text.get` returns a text"),
        }
        files = {"wsgi.py": TORNADO, **_shared("tornado_wsgi")}
        self._judge("tornado", files, "wsgi.py", expected, {"/inside": "self.write(5)"})

    def test_FastAPI(self) -> None:
        expected = {
            "/item": ('return {"nme"', "its type does not allow: `name`: "),
            "/object": ("return object()", "returns what is no JSON: ValueError"),
            "/html": ("return 5", "returns a number, and its response needs a text"),
        }
        files = {"wsgi.py": FASTAPI, **_shared("asgi_adapter")}
        self._judge("fastapi", files, "wsgi.py", expected, {"/inside": "return 1 / 0"})

    def test_visit(self) -> None:
        """The reason of an error page is told in the same words, with the line."""
        with project({"wsgi.py": BOTTLE, **_bottle()}) as folder:
            done = run("visit", folder, "/number", "--account", "alice")
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(
                b"A request for `/number` fails: the view `number` returns a number "
                b"(wsgi.py:%d)" % _line(BOTTLE, "return 5"),
                done.stderr,
            )


if __name__ == "__main__":
    unittest.main()
