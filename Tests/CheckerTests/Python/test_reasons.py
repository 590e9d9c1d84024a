"""Why an app refuses a request: each framework's own words, at the line that refuses."""

from __future__ import annotations

import importlib.util
import unittest
from pathlib import Path

from support import check_soon, project, run

HANDLER = Path(__file__).resolve().parents[3] / "Templates/handler/{{package}}/web"

FLASK = """from flask import Flask, abort, request

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
"""
FASTAPI = """from a2wsgi import ASGIMiddleware
from fastapi import FastAPI, HTTPException

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


application = Application([(r"/", Main), (r"/why", Why)])
""",
    "shop/__init__.py": "",
}
CASES: dict[str, tuple[dict[str, str], dict[str, tuple[int, str]]]] = {
    "flask": (
        {"wsgi.py": FLASK},
        {
            "/key": (
                13,
                "because of BadRequestKeyError: 'q' is missing in the request",
            ),
            "/why": (18, "because of BadRequest: no eighth day."),
            "/json": (23, "is 415: UnsupportedMediaType: Did not attempt to load JSON"),
            "/no": (28, "is 403. It is not"),
            # What Werkzeug raises for itself, such as for a field that is not there, is not it.
            "/tea": (1, "is 400 BAD REQUEST, because of I want tea."),
            "/missing": (1, "is 404. It is not"),
        },
    ),
    "bottle": (
        {"wsgi.py": BOTTLE},
        {
            "/why": (13, "because of HTTPError: no eighth day."),
            "/five": (18, "because of HTTPError: no beans."),
            "/missing": (1, "is 404. It is not"),
        },
    ),
    "fastapi": (
        {"wsgi.py": FASTAPI},
        {
            "/why": (14, "because of HTTPException: no eighth day."),
            "/day": (1, "Field required in query.number"),
            "/missing": (1, "is 404. It is not"),
        },
    ),
    "django": (
        DJANGO,
        {
            "/bad": (9, "because of BadRequest: no eighth day."),
            "/odd": (9, "because of SuspiciousOperation: odd path."),
            "/no": (9, "is 403: PermissionDenied: not you."),
            "/tea": (1, "because of I want tea."),
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
                ("/bad", [], "BadRequest: no eighth day (urls.py:9)"),
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
        self.assertIn("'q' is missing in the request (wsgi.py:13)", errors)
        self.assertNotIn("stand-in", errors)


if __name__ == "__main__":
    unittest.main()
