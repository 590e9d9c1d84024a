"""Apps with routes of every kind, for test_routes.py."""

from __future__ import annotations

FLASK = """
from flask import Blueprint, Flask, Response
from flask.views import MethodView

application = Flask(__name__)
admin = Blueprint("admin", __name__, static_folder="static")


@application.route("/", defaults={"page": 1})
@application.route("/page", defaults={"page": 2})
@application.route("/pages/<int:page>")
def index(page):
    return str(page)


@application.route("/logout")
def logout():
    return "out"


@application.route("/post", methods=["POST"])
def post():
    return ""


@application.route("/other", subdomain="other")
def other():
    return ""


class View(MethodView):
    def get(self):
        return "x"


class Write(MethodView):
    def put(self):
        return "x"


application.add_url_rule("/view", view_func=View.as_view("view"))
application.add_url_rule("/write", view_func=Write.as_view("write"))
admin.add_url_rule("/", "home", lambda: "x")
admin.add_url_rule("/users", "users", lambda: "x")
admin.add_url_rule("/users/<name>", "user", lambda name: name)
application.register_blueprint(admin, url_prefix="/admin")
"""

WRAPPED = """
import functools
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask("one")
app.add_url_rule("/", "index", lambda: "x")
app.add_url_rule("/a", "a", lambda: "x")
other = Flask("two")
other.add_url_rule("/b", "b", lambda: "x")
"""

DJANGO = """
from django.conf import settings

settings.configure(
    ROOT_URLCONF="urls",
    SECRET_KEY="x",
    ALLOWED_HOSTS=["*"],
    USE_I18N=True,
    LANGUAGE_CODE="en-us",
    MIDDLEWARE=["django.middleware.locale.LocaleMiddleware"],
)
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""

DJANGO_URLS = """
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views import View


def page(request, **given):
    return HttpResponse("x")


class Page(View):
    def get(self, request):
        return HttpResponse("x")


class Write(View):
    def post(self, request):
        return HttpResponse("x")


def writes(request):
    # As a view set of the REST framework that has no page for GET.
    return HttpResponse("x", status=405)


def reads(request):
    return HttpResponse("x")


writes.actions = {"post": "create"}
reads.actions = {"get": "list"}
shop = ([path("", page), path("list/", page), path("<int:id>/", page)], "shop")
api = [path("items/", page), re_path("^items/(?P<id>[0-9]+)/$", page)]
urlpatterns = [
    path("", page),
    re_path(r"^about/$", page),
    re_path(r"^robots\\.txt$", page),
    re_path(r"^old/.*$", page),
    path("writes/", writes),
    path("reads/", reads),
    path("view/", Page.as_view()),
    path("write/", Write.as_view()),
    path("shop/", include(shop, namespace="shop")),
    re_path("^api/v1/", include(api)),
    path("<slug:name>/below/", include(api)),
    *i18n_patterns(path("hello/", page)),
]
"""

DJANGO_ADMIN = """
import sys
import types

from django.conf import settings

settings.configure(
    ROOT_URLCONF="admin_urls",
    SECRET_KEY="x",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
    ],
)
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
from django.contrib import admin
from django.urls import path

sys.modules["admin_urls"] = types.ModuleType("admin_urls")
sys.modules["admin_urls"].urlpatterns = [path("admin/", admin.site.urls)]
"""

BOTTLE = """
import bottle

application = bottle.Bottle()
child = bottle.Bottle()
deep = bottle.Bottle()
application.route("/")(lambda: "x")
application.route("/any", "ANY")(lambda: "x")
application.post("/post")(lambda: "x")
application.route("/<name>/x")(lambda name: "x")
application.route("/old/:name")(lambda name: "x")
child.route("/b")(lambda: "x")
deep.route("/c")(lambda: "x")
application.mount("/sub/", child)


class Middleware:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        return self.app(environ, start_response)


application.mount("/wsgi/deep", Middleware(deep))
"""

FASTAPI = """
import asyncio
from fastapi import APIRouter, Depends, FastAPI, Header, WebSocket

app = FastAPI()
sub = FastAPI(openapi_url=None)
items = APIRouter(prefix="/items")
deep = APIRouter(prefix="/deep")


@deep.get("/d")
def d():
    return "x"




def needs_token(token: str = Header()):
    return token


@app.get("/")
def home():
    return "x"


@app.get("/search")
def search(q: str):
    return q


@app.get("/optional")
def optional(q: str = "x"):
    return q


@app.get("/secret")
def secret(token: str = Depends(needs_token)):
    return token


@app.post("/write")
def write():
    return "x"


@app.websocket("/socket")
async def socket(socket: WebSocket):
    pass


@items.get("/")
def all_items():
    return []


@items.get("/{number}")
def item(number: int):
    return number


@sub.get("/x")
def x():
    return "x"


from starlette.endpoints import HTTPEndpoint
from starlette.routing import Mount, Route
from starlette.responses import PlainTextResponse

items.include_router(deep)
app.include_router(items)


class Endpoint(HTTPEndpoint):
    async def get(self, request):
        return PlainTextResponse("x")


class Writes(HTTPEndpoint):
    async def post(self, request):
        return PlainTextResponse("x")


app.router.routes.append(Route("/class", Endpoint))
app.router.routes.append(Route("/writes", Writes))
app.mount("/sub", sub)
inner = [Route("/f", lambda request: PlainTextResponse("x"))]
app.router.routes.append(Mount("/files", routes=inner))


class Adapter:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        scope = {
            "type": "http",
            "method": "GET",
            "path": environ["PATH_INFO"],
            "raw_path": environ["PATH_INFO"].encode(),
            "query_string": b"",
            "headers": [],
            "http_version": "1.1",
            "scheme": "http",
            "root_path": "",
        }

        async def receive():
            return {"type": "http.request", "body": b""}

        async def send(message):
            if message["type"] == "http.response.start":
                start_response(f"{message['status']} X", [])

        asyncio.run(self.app(scope, receive, send))
        return []


application = Adapter(app)
"""
