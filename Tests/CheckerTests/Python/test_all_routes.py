"""What ``--all-routes`` makes of answers, and of the routes of handlers in Swift."""

from __future__ import annotations

import unittest

from support import check, project
from test_routes import handler_library, unasked

SWIFT_APP = """def application(environ, start_response):
    is_bad = environ["PATH_INFO"] == "/bad"
    start_response("500 Oh" if is_bad else "200 OK", [("Content-Type", "text/plain")])
    return [b""]
"""
SWIFT_ROUTES = """let routes = [
  Route("/", get: Main.get),  // Route("/comment", get: Main.get)
  Route("/bad", post: Main.post, get: { handler in { try handler.bad() } }),
  Route(
    "/long)",
    get: Main.get
  ),
  Route("/post", post: Main.post), Route("/a", post: Main.post, name: "get: x"),
  Route("/items/{id}", get: Main.item),
  Route("/http://x", get: Main.get)
]
"""


class SwiftTest(unittest.TestCase):
    """The routes of handlers in Swift, which are read."""

    def check(self, routes: str, *options: str) -> tuple[list[str], list[str]]:
        """Return the paths that were requested, and the notes about the others."""
        files = {"wsgi.py": SWIFT_APP, "Sources/Shop/Web/CSRF.swift": ""}
        files["Sources/Shop/Routes.swift"] = routes
        with project(files) as folder:
            report = check(folder, *options)
        notes = [note for note in report["notes"] if "--all-routes" in note]
        return [one["path"] for one in report["requests"]], notes

    def test_they_are_requested(self) -> None:
        paths = ["/", "/bad", "/http://x", "/long)"]
        note = "--all-routes: 4 paths were requested: 3 answer 200 and 1 answers 500"
        found = self.check(SWIFT_ROUTES, "--all-routes")
        self.assertEqual(found, (paths, [note]))
        self.assertEqual(
            self.check(SWIFT_ROUTES), (["/"], [unasked("3 more routes were")])
        )

    def test_the_route_of_a_trap_is_named(self) -> None:
        place = "(the route is in Shop/Routes.swift:2)"
        line = f"Swift trap in Bad.get {place}, which ends this worker: GET /bad"
        app = SWIFT_APP.replace(
            "    start_response", f"    trap({line!r}, is_bad)\n    start_response"
        )
        app = (
            "import ctypes\nimport os\n\n\ndef trap(line, is_bad):\n    if is_bad:\n        "
            + ("os.write(2, line.encode() + b'\\n')\n        ctypes.string_at(0)\n\n\n")
            + app
        )
        files = {"wsgi.py": app, "Sources/Shop/Web/CSRF.swift": ""}
        files["Sources/Shop/Routes.swift"] = SWIFT_ROUTES
        with project(files) as folder:
            [found] = check(folder, "--all-routes")["findings"]
        where = (found["file"], found["line"], found["paths"])
        self.assertEqual(where, ("Sources/Shop/Routes.swift", 2, ["/bad"]))
        self.assertIn("ends the process: Swift trap in Bad.get.", found["message"])

    def test_what_is_not_requested_is_told(self) -> None:
        build = ("--upload=libShop.so", "--build=./build.sh", "--all-routes")
        paths, notes = self.check(SWIFT_ROUTES, *build)
        why = "because libShop.so is not built: run `./build.sh` first"
        self.assertEqual(paths, ["/"])
        self.assertEqual(notes, [f"--all-routes: 3 routes were not requested, {why}"])
        paths, [note] = self.check(
            'Route(path, get: a)\nRoute("/b" + c)', "--all-routes"
        )
        self.assertEqual(paths, ["/"])
        self.assertIn("2 routes have a path that is not written as a text", note)
        self.assertEqual(self.check("Route(" * 50_000, "--all-routes")[0], ["/"])


class AnswerTest(unittest.TestCase):
    """Routes that answer with an error on purpose."""

    def test_an_answer_that_is_meant_is_no_error(self) -> None:
        """A route that needs a query, or a login, answers as it should."""
        methods = (
            "self.write(self.get_query_argument('q'))",
            "raise HTTPError(401)",
            "raise HTTPError(403)",
            "self.redirect('/')",
            "raise HTTPError(503)",
            "self.write('x')",
        )
        code = "from web import Application, HTTPError, RequestHandler\n\n\n"
        rows = ["('/', H5)"]
        for number, method in enumerate(methods):
            code += f"class H{number}(RequestHandler):\n    def get(self):\n"
            code += f"        {method}\n\n\n"
            rows.append(f"('/{number}', H{number})")
        code += f"application = Application([{', '.join(rows)}])\n"
        with project({"flask_app.py": code, **handler_library()}) as folder:
            report = check(folder, "--all-routes")
            levels = [
                (finding["rule"], finding["severity"], finding["paths"])
                for finding in report["findings"]
            ]
            named = check(folder, "--path=/0")["findings"]
        self.assertEqual(
            levels,
            [
                ("status", "note", ["/0"]),
                ("status", "note", ["/1"]),
                ("status", "note", ["/2"]),
                ("error-response", "error", ["/4"]),
            ],
        )
        self.assertIn("missing argument: q", report["findings"][0]["message"])
        counts = "2 answer 200, 1 answers 302, 1 answers 400, 1 answers 401"
        self.assertIn(counts, str(report["notes"]))
        self.assertEqual([one["severity"] for one in named], ["error"])


if __name__ == "__main__":
    unittest.main()
