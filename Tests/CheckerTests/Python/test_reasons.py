"""Why an app refuses a request: each framework's own words, at the line that refuses."""

from __future__ import annotations

import importlib.util
import unittest
from pathlib import Path

from support import check_soon, project, run

HANDLER = Path(__file__).resolve().parents[3] / "Templates/handler/{{package}}/web"

FLASK = """from functools import wraps
from flask import Flask, abort, request
from flask.views import MethodView

app = application = Flask(__name__)


@app.get("/")
def index():
    return "hi"


@app.get("/key")
def key():
    return request.args["q"]


@app.get("/why")
def why():
    abort(400, "no eighth day")


@app.get("/json")
def data():
    return request.get_json()


@app.get("/no")
def no():
    abort(403)


@app.get("/tea")
def tea():
    return "I want tea", 400


class Cake(MethodView):
    def get(self):
        return "no cake", 410


def counted(view):
    @wraps(view)
    def counting(*arguments):
        return view(*arguments)

    return counting


app.add_url_rule("/cake", view_func=Cake.as_view("cake"))


@app.get("/page")
@counted
def page():
    return "<h1>hi</h1>", 200, {"Content-Type": "text/plain"}
"""
BOTTLE = """import bottle

application = bottle.Bottle()


@application.get("/")
def index():
    return "hi"


@application.get("/why")
def why():
    bottle.abort(400, "no eighth day")


@application.get("/five")
def five():
    raise bottle.HTTPError(500, "no beans")


@application.get("/tea")
def tea():
    bottle.response.status = 418
    return "I want tea"
"""
FASTAPI = """from a2wsgi import ASGIMiddleware
from fastapi import FastAPI, HTTPException, Response

app, adapters = FastAPI(), []


@app.get("/")
def index():
    return "hi"


@app.get("/why")
def why():
    raise HTTPException(400, "no eighth day")


@app.get("/day")
def day(number: int):
    return number


@app.get("/tea")
async def tea(response: Response):
    response.status_code = 418


def application(environ, start_response):
    if not adapters:
        adapters.append(ASGIMiddleware(app))
    return adapters[0](environ, start_response)
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
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
""",
    "urls.py": """from django.core.exceptions import BadRequest, PermissionDenied
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, HttpResponseBadRequest
from django.urls import path
from django.views import View


class Cake(View):
    def get(self, request):
        return HttpResponse("<h1>no cake</h1>", content_type="text/plain")


def refuse(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("", lambda request: HttpResponse("hi")),
    path("bad", refuse(BadRequest("no eighth day"))),
    path("odd", refuse(SuspiciousOperation("odd path"))),
    path("no", refuse(PermissionDenied("not you"))),
    path("tea", lambda request: HttpResponseBadRequest("I want tea")),
    path("cake", Cake.as_view()),
]
""",
}
OWN = {
    "wsgi.py": """import sys

sys.path.insert(0, "/home/alice/shop")
from shop.web import Application, HTTPError, RequestHandler


class Main(RequestHandler):
    def get(self):
        self.write("hi")


class Why(RequestHandler):
    def get(self):
        raise HTTPError(400, "no eighth day")


class Tea(RequestHandler):
    def get(self):
        self.set_status(418)
        self.write("I want tea")


class Bad(RequestHandler):
    def get(self):
        self.set_status(400)
        self.write("no coffee")


class Page(RequestHandler):
    def get(self):
        self.write("<h1>hi</h1>")


application = Application(
    [(r"/", Main), (r"/why", Why), (r"/tea", Tea), (r"/bad", Bad), (r"/page", Page)]
)
""",
    "shop/__init__.py": "",
}
CASES: dict[str, tuple[dict[str, str], dict[str, tuple[int, str]]]] = {
    "flask": (
        {"wsgi.py": FLASK},
        {
            "/key": (
                15,
                "because of BadRequestKeyError: 'q' is missing in the request",
            ),
            "/why": (20, "because of BadRequest: no eighth day."),
            "/json": (25, "is 415: UnsupportedMediaType: Did not attempt to load JSON"),
            "/no": (30, "is 403. It is not"),
            # What Werkzeug raises for itself, such as for a field that is not there, is not it.
            "/tea": (33, "is 400 BAD REQUEST, because of I want tea."),
            "/cake": (39, "is 410"),
            "/page": (54, "is HTML, but it is sent as text"),
            "/missing": (1, "is 404. It is not"),
        },
    ),
    "bottle": (
        {"wsgi.py": BOTTLE},
        {
            "/why": (13, "because of HTTPError: no eighth day."),
            "/five": (18, "because of HTTPError: no beans."),
            "/tea": (21, "is 418: I want tea"),
            "/missing": (1, "is 404. It is not"),
        },
    ),
    "fastapi": (
        {"wsgi.py": FASTAPI},
        {
            "/why": (14, "because of HTTPException: no eighth day."),
            "/day": (17, "Field required in query.number"),
            "/tea": (22, "is 418."),
            "/missing": (1, "is 404. It is not"),
        },
    ),
    "django": (
        DJANGO,
        {
            "/bad": (15, "because of BadRequest: no eighth day."),
            "/odd": (15, "because of SuspiciousOperation: odd path."),
            "/no": (15, "is 403: PermissionDenied: not you."),
            "/tea": (25, "because of I want tea."),
            "/cake": (9, "is HTML, but it is sent as text"),
            "/missing": (1, "is 404. It is not"),
        },
    ),
    "handler": (
        {
            **OWN,
            **{
                f"shop/web/{file.relative_to(HANDLER)}": file.read_text("utf-8")
                for file in HANDLER.rglob("*.py")
            },
        },
        {
            "/why": (14, "because of HTTPError: no eighth day."),
            "/tea": (18, "is 418: I want tea"),
            "/bad": (24, "is 400 Bad Request, because of no coffee."),
            "/page": (30, "is HTML, but it is sent as text"),
            "/missing": (1, "is 404. It is not"),
        },
    ),
}
"""For each framework: files, and for each path the line and words of the finding."""


def is_installed(name: str) -> bool:
    """Tell whether a framework, or what serves it, can be imported."""
    needed = {"handler": [], "fastapi": ["fastapi", "a2wsgi"]}.get(name, [name])
    return all(importlib.util.find_spec(one) for one in needed)


class CheckTest(unittest.TestCase):
    """The findings of check."""

    def test_reasons(self) -> None:
        for name, (files, paths) in CASES.items():
            with self.subTest(name):
                if not is_installed(name):
                    self.skipTest(f"{name} is not installed")
                asked = [f"--path={path}" for path in paths]
                with project(files, "shop") as folder:
                    report = check_soon(folder, "--account=alice", *asked)
                found = {
                    path: (f["line"], f["message"])
                    for f in report["findings"]
                    for path in f.get("paths", [])
                }
                for path, (line, words) in paths.items():
                    with self.subTest(name, path=path):
                        self.assertIn(path, found)
                        self.assertIn(words, found[path][1])
                        self.assertEqual(found[path][0], line)

    def test_no_word_of_another_request(self) -> None:
        """A second request, which asks for this computer, does not lend its reason."""
        if not is_installed("django"):
            self.skipTest("django is not installed")
        with project(DJANGO, "shop") as folder:
            report = check_soon(folder, "--account=alice", "--path=/bad")
        for finding in report["findings"]:
            self.assertNotIn("localhost", finding["message"])


class VisitTest(unittest.TestCase):
    """What visit tells beside the response."""

    def test_reasons(self) -> None:
        if not is_installed("django"):
            self.skipTest("django is not installed")
        with project(DJANGO, "shop") as folder:
            for path, options, expected in (
                ("/bad", [], "BadRequest: no eighth day (urls.py:15)"),
                ("/", ["--data=a=b"], "Forbidden (CSRF cookie not set.): /"),
                ("/", ["--header=Host: b.org"], "DisallowedHost: Invalid HTTP_HOST"),
                ("/tea", [], ""),  # the visitor reads it
                ("/missing", [], ""),
                ("/", [], ""),
            ):
                with self.subTest(path, options=options):
                    done = run("visit", folder, path, "--account=alice", *options)
                    errors = done.stderr.decode()
                    start = f"pa-new: the app's reason: {expected}"
                    self.assertEqual(start in errors, bool(expected), errors)

    def test_a_reason_instead_of_the_domain(self) -> None:
        """An app that says why it refuses a request does not refuse the stand-in."""
        if not is_installed("flask"):
            self.skipTest("flask is not installed")
        with project({"wsgi.py": FLASK}) as folder:
            errors = run("visit", folder, "/key").stderr.decode()
        self.assertIn("'q' is missing in the request (wsgi.py:15)", errors)
        self.assertNotIn("stand-in", errors)


if __name__ == "__main__":
    unittest.main()
