"""Error pages of a framework's own, which do not say what was wrong."""

from __future__ import annotations

import http.client
import unittest
from pathlib import Path

from support import START, preview

TEMPLATE = Path(__file__).resolve().parents[3] / "Templates/bottle"
BOTTLE = """import sys

sys.path.insert(0, "/home/alice/shop")
import bottle

application = bottle.Bottle()


@application.get("/number")
def number():
    return 5


@application.get("/fine")
def fine():
    return "fine"
"""

APP = f"""import logging
{START}
    kind = "application/json" if path == "/json" else "text/plain"
    kind = "text/html" if path in ("/html", "/bare", "/fine") else kind
    try:
        open("/home/alice/shop/prices <b>.txt")
    except OSError:
        logging.getLogger("shop").exception("Exception on %s", path)
    status = "200 OK" if path == "/fine" else "500 Internal Server Error"
    body = b"<p>Sorry" if path == "/bare" else b"<body class=a>Sorry</body>"
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
"""
HANDLERS = """import sys

sys.path.insert(0, "/home/alice/shop")
from web import Application, RequestHandler


class Fails(RequestHandler):
    def get(self):
        1 / 0


class Returns(RequestHandler):
    def get(self):
        return "tea"


class Late(RequestHandler):
    def get(self):
        self.stream(self.pieces())

    def pieces(self):
        yield "begun"
        yield "b" + 1


application = Application(
    [("/fails", Fails), ("/returns", Returns), ("/late", Late)]
)
"""
_NAMES = ("bottle.py", "bottle.LICENSE")
TAB = {"Sec-Fetch-Dest": "document"}
NOTE = "the app answers like this because of FileNotFoundError"
PLACE = "wsgi.py:"


class CaughtTest(unittest.TestCase):
    """A note on them says what check would say."""

    def test_pages(self) -> None:
        with preview({"wsgi.py": APP}) as shown:
            for path, begin in (
                ("/html", "<body class=a><section"),
                ("/bare", "<p>Sorry<section"),
                ("/text", "<!DOCTYPE html><body><section"),
            ):
                with self.subTest(path):
                    answer = shown.get(path, headers=TAB)
                    self.assertEqual(answer.status, 500)
                    self.assertTrue(answer.text.startswith(begin), answer.text)
                    self.assertIn(NOTE, answer.text)
                    self.assertIn("prices &lt;b&gt;.txt", answer.text)
                    self.assertIn(PLACE, answer.text)
                    self.assertIn("Sorry", answer.text)
                    # Programs get what the app sends.
                    answer = shown.get(path)
                    self.assertEqual(
                        len(answer.body), int(answer.headers["content-length"])
                    )
                    self.assertNotIn(NOTE, answer.text)
            for path in ("/json", "/fine"):
                with self.subTest(path):
                    answer = shown.get(path, headers=TAB)
                    self.assertEqual(answer.text, "<body class=a>Sorry</body>")
            shown.wait_for("error[")  # the finding is in the terminal, too

    def test_wrong_value(self) -> None:
        """A view that returns what its framework cannot send is named, with the line."""
        files = {name: (TEMPLATE / name).read_text("utf-8") for name in _NAMES}
        with preview({"wsgi.py": BOTTLE, **files}) as shown:
            answer = shown.get("/number", headers=TAB)
            self.assertEqual(answer.status, 500)
            said = "the view `number` returns a number"
            self.assertIn(said, answer.text)
            self.assertIn("wsgi.py:11", answer.text)
            shown.wait_for(
                f"wsgi.py:11: error[error-response]: A request for `/number` fails: {said}"
            )
            self.assertEqual(shown.get("/fine", headers=TAB).text, "fine")

    def test_handlers(self) -> None:
        """A project with handlers: the line of code, and what to do."""
        folder = TEMPLATE.parent / "handler/{{package}}/web"
        files = {
            f"web/{file.relative_to(folder)}": file.read_text()
            for file in folder.rglob("*.py")
        }
        with preview({"wsgi.py": HANDLERS, "pa_env.py": "", **files}) as shown:
            for path, said, line in (
                ("/fails", "ZeroDivisionError: division by zero", "        1 / 0"),
                (
                    "/returns",
                    "TypeError: Returns.get returned a value of the type str: call self",
                    "        return &quot;tea&quot;",
                ),
            ):
                with self.subTest(path):
                    answer = shown.get(path, headers=TAB)
                    self.assertEqual(answer.status, 500)
                    self.assertIn(said, answer.text)
                    self.assertIn(f"<pre>{line}</pre>", answer.text)
                    self.assertIn("On PythonAnywhere, visitors do not", answer.text)
                    # Programs get what the app sends.
                    answer = shown.get(path)
                    self.assertRegex(answer.text, r"^500 \S+_wsgi\.py:\d+ in ")
            shown.get("/caf%C3%A9")
            shown.wait_for("GET /café 404 ")
            with self.assertRaises(http.client.IncompleteRead):
                shown.get("/late", headers=TAB)
            shown.wait_for("GET /late 200 ")
            self.assertEqual(shown.output.count("can only concatenate"), 3)

    def test_production(self) -> None:
        with preview({"wsgi.py": APP}, "--production") as shown:
            answer = shown.get("/html", headers=TAB)
            self.assertEqual(answer.text, "<body class=a>Sorry</body>")


if __name__ == "__main__":
    unittest.main()
