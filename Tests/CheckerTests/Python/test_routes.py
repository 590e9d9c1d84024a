"""The routes that frameworks tell, each requested, and apps that tell none."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from route_apps import (
    BOTTLE,
    DJANGO,
    DJANGO_ADMIN,
    DJANGO_URLS,
    FASTAPI,
    FLASK,
    WRAPPED,
)
from route_apps_small import CHERRYPY, FALCON, OWN, PYRAMID, TORNADO, WEBPY
from suggestion_apps import tornado_adapter
from support import CHECKER, check, project

sys.path.insert(0, str(CHECKER))

from pa_new_check import route_notes
from pa_new_check.sandbox_frameworks import literal
from pa_new_check.sandbox_routes import MAX_ROUTES, routes

TEMPLATES = Path(__file__).resolve().parents[3] / "Templates"

BAD = """class Bad(RequestHandler):
    def get(self):
        raise ValueError("no tea")


"""
_PROGRAM = """
import json, sys
from wsgiref.util import setup_testing_defaults
from pa_new_check.sandbox_routes import routes

sys.path.insert(0, sys.argv[1])
from entry import application

told = routes(application)
statuses = {}
for path in told[0] if told and sys.argv[2] == "request" else ():
    environ = {"PATH_INFO": path, "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    body = application(
        environ, lambda status, headers, info=None: statuses.update({path: status})
    )
    b"".join(body)
print(json.dumps([told, statuses]))
"""


def told(
    source: str, *, request: bool = True, **files: str
) -> tuple[list[str] | None, int, dict[str, str]]:
    """Return the routes of an entry file, their number, and the status of each."""
    with project({"entry.py": source, **files}) as folder:
        done = subprocess.run(
            [
                *(sys.executable, "-B", "-W", "ignore", "-c", _PROGRAM),
                *(str(folder), "request" if request else ""),
            ],
            env={**os.environ, "PYTHONPATH": str(CHECKER)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    if done.returncode:
        raise AssertionError(done.stderr)
    found, statuses = json.loads(done.stdout.splitlines()[-1])
    paths, count = found or (None, 0)
    return paths, count, statuses


def needs(name: str) -> Callable[[Any], Any]:
    """Skip a test whose framework is missing, unless all have to be there."""
    is_missing = not importlib.util.find_spec(name) and os.environ.get("CI") != "true"
    return unittest.skipIf(is_missing, f"{name} is not installed")


class RoutesTest(unittest.TestCase):
    """An app on each framework: what it tells, and that each path is one of its pages."""

    def expect(self, source: str, expected: list[str], **files: str) -> None:
        paths, count, statuses = told(source, **files)
        self.assertEqual(paths, expected)
        self.assertEqual(count, len(expected))
        self.assertEqual(sorted(statuses), sorted(expected))
        for path, status in statuses.items():
            self.assertNotIn(status[:3], ("404", "405", "500"), path)

    @needs("flask")
    def test_flask(self) -> None:
        self.expect(
            FLASK, ["/", "/admin/", "/admin/users", "/logout", "/page", "/view"]
        )

    @needs("flask")
    def test_flask_in_wrappers(self) -> None:
        """The wrappers of Werkzeug, of the app, and plain functions."""
        for code, expected in (
            ("application = ProxyFix(app)", ["/", "/a"]),
            ("app.wsgi_app = ProxyFix(app.wsgi_app)\napplication = app", ["/", "/a"]),
            ("application = app.wsgi_app", ["/", "/a"]),
            (
                "application = DispatcherMiddleware(app, {'/two': other, '/3': None})",
                ["/", "/a", "/two/b"],
            ),
            (
                (
                    "app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {'/two': other})\n"
                    "application = app"
                ),
                ["/", "/a", "/two/b"],
            ),
            (
                "application = DispatcherMiddleware(NotFound(), {'/x/y': app})",
                ["/x/y/", "/x/y/a"],
            ),
            (
                (
                    "def application(environ, start_response):\n"
                    "    return app(environ, start_response)"
                ),
                ["/", "/a"],
            ),
            (
                (
                    "def inner(environ, start_response):\n"
                    "    return app(environ, start_response)\n"
                    "def wrap(inside):\n"
                    "    return lambda environ, start: inside(environ, start)\n"
                    "application = wrap(inner)"
                ),
                ["/", "/a"],
            ),
            (
                (
                    "class Prefix:\n"
                    "    def __init__(self, app):\n        self.app = app\n"
                    "    def __call__(self, environ, start):\n"
                    "        return self.app(environ, start)\n"
                    "application = functools.partial(Prefix(app))"
                ),
                ["/", "/a"],
            ),
        ):
            with self.subTest(code):
                self.expect(f"{WRAPPED}{code}\n", expected)

    @needs("flask")
    def test_many(self) -> None:
        source = (
            "from flask import Flask\napplication = Flask(__name__)\n"
            "for n in range(1000):\n"
            "    application.add_url_rule(f'/{n:04}', f'p{n}', lambda: 'x')\n"
        )
        paths, count, _ = told(source, request=False)
        self.assertEqual(count, 1000)
        self.assertEqual(paths, [f"/{n:04}" for n in range(MAX_ROUTES)])

    @needs("dash")
    def test_dash(self) -> None:
        source = (
            "from dash import Dash, html\napp = Dash(__name__)\n"
            "app.layout = html.Div('x')\napplication = app.server\n"
        )
        paths, _, _ = told(source)
        assert paths is not None
        self.assertLessEqual({"/", "/_dash-layout", "/_dash-dependencies"}, set(paths))

    @needs("django")
    def test_django(self) -> None:
        expected = [
            "/",
            "/about/",
            "/api/v1/items/",
            "/en/hello/",
            "/reads/",
            "/robots.txt",
        ]
        expected += ["/shop/", "/shop/list/", "/view/"]
        self.expect(DJANGO, sorted(expected), **{"urls.py": DJANGO_URLS})

    @needs("django")
    def test_django_admin(self) -> None:
        paths, _, _ = told(DJANGO_ADMIN, request=False)
        assert paths is not None
        expected = {"/admin/", "/admin/login/", "/admin/auth/user/add/"}
        self.assertLessEqual(expected, set(paths))

    @needs("django")
    def test_django_with_a_mistake(self) -> None:
        paths, _, _ = told(DJANGO, request=False, **{"urls.py": "import nowhere\n"})
        self.assertIsNone(paths)

    @needs("bottle")
    def test_bottle(self) -> None:
        self.expect(BOTTLE, ["/", "/any", "/sub/b", "/wsgi/deep/c"])
        self.expect(
            "import bottle\nbottle.route('/x')(lambda: 'x')\n"
            "application = bottle.default_app()\n",
            ["/x"],
        )

    @needs("fastapi")
    def test_fastapi(self) -> None:
        self.expect(
            FASTAPI,
            ["/", "/class", "/docs", "/docs/oauth2-redirect", "/files/f", "/items/"]
            + ["/items/deep/d", "/openapi.json", "/optional", "/redoc", "/sub/x"],
        )

    @needs("tornado")
    def test_tornado(self) -> None:
        self.expect(
            TORNADO,
            ["/", "/a.b", "/hosts", "/nested", "/old"],
            **tornado_adapter(),
        )

    def test_own(self) -> None:
        self.expect(OWN, ["/", "/items/new"], **handler_library())

    @needs("cherrypy")
    def test_cherrypy(self) -> None:
        for made in (
            "cherrypy.Application(Root(), '')",
            "cherrypy.tree.mount(Root(), '/')",
        ):
            with self.subTest(made):
                self.expect(
                    f"{CHERRYPY}application = {made}\n",
                    ["/", "/optional", "/sub/", "/sub/below"],
                )
        self.expect(
            f"{CHERRYPY}cherrypy.tree.mount(Root(), '/one')\n"
            "cherrypy.tree.mount(Sub(), '/two')\napplication = cherrypy.tree\n",
            ["/one/", "/one/optional", "/one/sub/", "/one/sub/below"]
            + ["/two/", "/two/below"],
        )
        self.expect(
            "import cherrypy\n"
            "class Resource:\n    exposed = True\n    def GET(self):\n        return 'x'\n"
            "dispatch = {'request.dispatch': cherrypy.dispatch.MethodDispatcher()}\n"
            "application = cherrypy.Application(Resource(), '', {'/': dispatch})\n",
            ["/"],
        )

    @needs("web")
    def test_webpy(self) -> None:
        self.expect(WEBPY, ["/", "/about", "/blog/new"])

    def test_frameworks_that_are_not_in_the_environment(self) -> None:
        """Falcon and Pyramid, if they are there."""
        for name, source, expected in (
            ("falcon", FALCON, ["/", "/items", "/items/new"]),
            ("pyramid", PYRAMID, ["/", "/items"]),
        ):
            if importlib.util.find_spec(name):
                with self.subTest(name):
                    self.expect(source, expected)


def handler_library() -> dict[str, str]:
    """Return the library of handlers, as the package `web`."""
    folder = TEMPLATES / "handler/{{package}}/web"
    files = folder.rglob("*.py")
    return {f"web/{file.relative_to(folder)}": file.read_text() for file in files}


def unasked(count: str) -> str:
    """Return the note about routes that were not requested."""
    return f"{count} found but not requested: `--all-routes` requests all"


class CheckTest(unittest.TestCase):
    """The option ``--all-routes``."""

    def test_check(self) -> None:
        source = OWN.replace("    [\n", '    [(r"/bad", Bad),\n', 1)
        source = source.replace("class Main", BAD + "class Main", 1)
        files = {"flask_app.py": source, **handler_library()}
        for option in (["--no-namespaces"], []):
            with self.subTest(option), project(files) as folder:
                report = check(folder, "--all-routes", *option)
                statuses = {r["path"]: r["status"] for r in report["requests"]}
                self.assertEqual(statuses, {"/": 200, "/bad": 500, "/items/new": 200})
                found = [(f["rule"], f["file"]) for f in report["findings"]]
                rules = ("error-response", "hidden-route")
                self.assertEqual(found, [(rule, "flask_app.py") for rule in rules])
                # Without the option, no other page is requested, and the report says so.
                report = check(folder, *option)
                found = [f["rule"] for f in report["findings"]]
                self.assertEqual(found, ["hidden-route"])
                self.assertEqual(len(report["requests"]), 1)
                self.assertIn(unasked("2 more routes were"), report["notes"])
                report = check(folder, "--path=/bad", *option)
                self.assertIn(unasked("1 more route was"), report["notes"])
                report = check(folder, "--path=/bad", "--path=/items/new", *option)
                self.assertNotIn("--all-routes", str(report["notes"]))

    def test_notes(self) -> None:
        """It is said which routes are not requested."""
        plain = "def application(environ, start_response):\n"
        plain += "    start_response('200 OK', [])\n    return []\n"
        cases = {plain: "cannot be read", OWN: "2 paths were requested: 2 answer 200"}
        for source, said in cases.items():
            files = {"flask_app.py": source, **handler_library()}
            with self.subTest(said), project(files) as folder:
                report = check(folder, "--all-routes")
                notes = [n for n in report["notes"] if n.startswith("--all-routes")]
                self.assertEqual(len(notes), bool(said), notes)
                self.assertIn(said, "".join(notes))
                notes = check(folder)["notes"]
                self.assertFalse([n for n in notes if n.startswith("--all-routes")])
        (note,) = route_notes.notes_on_routes([["/"] * 200, 301])
        self.assertIn("only 200 of 301", note)


class UnknownTest(unittest.TestCase):
    """Apps that do not tell their routes."""

    def test_plain(self) -> None:
        def application(environ: object, start_response: object) -> list[bytes]:
            return []

        class Mirror:
            def __getattr__(self, name: str) -> Mirror:
                return Mirror()

        class Broken:
            def __getattr__(self, name: str) -> object:
                raise RuntimeError(name)

            def __call__(self, *arguments: object) -> list[bytes]:
                return []

        class Table:
            _default_handler = None
            _routes = (("/", None),)

        circle = Mirror()
        vars(circle)["app"] = circle
        for thing in (application, Mirror(), Broken(), Table(), circle, None, 1, int):
            with self.subTest(thing=type(thing)):
                self.assertIsNone(routes(thing))


class LiteralTest(unittest.TestCase):
    """Regular expressions that stand for one path."""

    def test_literal(self) -> None:
        for pattern, path in (
            ("^about/$", "about/"),
            ("", ""),
            ("^$", ""),
            (r"/robots\.txt", "/robots.txt"),
            ("/robots.txt", "/robots.txt"),
            ("/a/?", "/a"),
            (r"\Aa\Z", "a"),
            (r"a\$", "a$"),
            (r"a\-b", "a-b"),
            ("/a/.*", None),
            ("/a+", None),
            ("/[a-z]", None),
            (r"/\d", None),
            ("/(a)", None),
            ("/a{2}", None),
            ("a|b", None),
            ("a\\", None),
            (".?", None),
        ):
            with self.subTest(pattern):
                self.assertEqual(literal(pattern), path)


if __name__ == "__main__":
    unittest.main()
