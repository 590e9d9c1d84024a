"""Apps whose views return what their framework cannot send, for :mod:`test_wrong_values`."""

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
