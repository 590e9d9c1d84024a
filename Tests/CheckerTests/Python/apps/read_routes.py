"""Apps that are only read: routes that no request reaches, and views without a method."""

from __future__ import annotations

from apps.definition import read_app

BAD_ROUTES = (
    read_app(
        "a route that an earlier one hides",
        """from fastapi import APIRouter, FastAPI

api = FastAPI()


@api.get("/items/{name}")
def item(name: str):
    return name


@api.get("/items/new")  # <- hidden-route
def new():
    return ""


@api.post("/items/new")
def make():
    return ""


router = APIRouter()  # <- hidden-route


@router.get("/cart")
def cart():
    return ""


def application(environ, start_response):
    return api
""",
        "fastapi",
    ),
    read_app(
        "views of Flask's that no request reaches",
        """from flask import Blueprint, Flask, request

application = Flask(__name__)
shop = Blueprint("shop", __name__)  # <- hidden-route


@application.route("/items/<name>")
def item(name):
    return name


@application.route("/items/new")
def new():
    return ""


@application.get("/items/new")  # <- hidden-route
def newer():
    return ""


@application.route("/form")  # <- page-mistake
def form():
    return request.form["a"]


@application.route("/other", methods=["GET", "POST"])
def other():
    return request.form["a"] if request.method == "POST" else ""


@application.route("/read", methods=METHODS)
@application.post("/write")
def some():
    return request.form["a"]


@shop.get("/cart")
def cart():
    return ""
""",
        "flask",
    ),
    read_app(
        "views of Bottle's that no request reaches",
        """from bottle import Bottle, request, route

application = Bottle()


@application.route("/<name>")
def page(name):
    return name


@application.route("/about")
def about():
    return ""


@application.route("/<number:int>")  # <- hidden-route
def numbered(number):
    return ""


@application.get("/sign")  # <- page-mistake
def sign():
    return request.forms.get("a")


@application.get("/a")  # <- hidden-route
def first():
    return ""


@application.get("/a")
def second():
    return ""
""",
        "bottle",
    ),
    read_app(
        "routes of Django's and Tornado's",
        """from django.urls import include, path, re_path
from tornado.web import Application, RequestHandler


class Item(RequestHandler):
    pass


class New(RequestHandler):
    pass


def view(request):
    raise ValueError


urlpatterns = [
    path("", view),
    path("<slug:name>/", view),
    path("<slug:name>/", include("shop")),
    path("about/", other),  # <- hidden-route
    path("/news/", view),  # <- hidden-route
    re_path("^/old/", view),  # <- hidden-route
    path("^new/$", view),  # <- hidden-route
    path("en/about/", other),
    re_path("^x", view),
    path("xy", other),  # <- hidden-route
]
api = Application(
    [
        (r"/items/(.*)", Item),
        (r"/items/new", New),  # <- hidden-route
        (r"/(\\d+)", Item),
        (r"/(\\w+)", New),
    ]
)


def application(environ, start_response):
    return api
""",
        "django tornado",
    ),
    read_app(
        "exceptions that nothing raises, and a debugger",
        """import pdb

import logging
from flask import Flask
from werkzeug.exceptions import NotFound

application = Flask(__name__)


class ShopError(Exception):
    pass


def TellError():
    return ""


@application.get("/")
def main():
    ValueError("no")  # <- handler-mistake
    NotFound()  # <- handler-mistake
    ShopError("no")  # <- handler-mistake
    pdb.set_trace()  # <- handler-mistake
    breakpoint()  # <- handler-mistake
    TellError()
    error = ShopError("no")
    raise error
""",
        "flask",
    ),
)
