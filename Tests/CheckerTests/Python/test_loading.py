"""Loading and asking an app: processes, requests, schemes, and the verdict about them."""

from __future__ import annotations

import sys
import unittest
from typing import Any

from pa_new_check import log_threads

from apps import PLAIN
from apps.sources import WSGI_FILE
from support import check_soon, project

WAYS = ((), ("--no-namespaces",))
APP = """{}


def application(environ, start_response):
    scheme, path = environ['wsgi.url_scheme'], environ['PATH_INFO']
    forwarded = environ.get('HTTP_X_FORWARDED_PROTO')
    is_https = 'https' in (scheme, forwarded)
    answer = ''
    {}
    answer = answer or ['200 OK']
    fields = [('Content-Type', 'text/plain'), *answer[1:]]
    start_response(answer[0], fields)
    return [b'hello']
"""
OWN = "alice.pythonanywhere.com"


def app(body: str, before: str = "") -> dict[str, str | bytes]:
    """Return a project whose WSGI file is an app with this code in its requests."""
    return {WSGI_FILE: APP.format(before, body.replace("\n", "\n    "))}


def to(place: str, more: str = "") -> str:
    """Return the code that sends the visitor to another place."""
    return f"answer = ['302 Found', ('Location', '{place}'){more}]"


def told(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["severity"], f["rule"]) for f in report["findings"]]


class RequestTest(unittest.TestCase):
    """What the answers mean."""

    def check(
        self, files: dict[str, str | bytes], *options: str
    ) -> list[dict[str, Any]]:
        """Check a project both ways, and return the reports."""
        reports = []
        with project(files) as folder:
            for way in WAYS:
                reports.append(check_soon(folder, *options, *way))
        return reports

    def test_schemes(self) -> None:
        fine: list[tuple[str, str]] = []
        differs, error = [("warning", "scheme")], [("error", "error-response")]
        cookie = ", ('Set-Cookie', 'seen=1')"
        for name, body, expected, words in (
            ("the same", "", fine, ""),
            ("fails with https", "if scheme == 'https': answer = ['500 Oh']", differs, "as `https`: 500 Oh"),
            ("raises with https", "if scheme == 'https': 1 / 0", differs, "ZeroDivisionError"),
            ("fails with the field", "if forwarded: answer = ['503 Oh']", differs, "as `http with X-Forwarded-Proto: https`"),
            ("fails with http", "if not is_https: answer = ['500 Oh']", differs, "as `http`:"),
            ("fails with all", "answer = ['500 Oh']", error, "500 Oh"),
            ("http leads to https", f"if not is_https: {to(f'https://{OWN}/')}", fine, ""),
            ("and knows https by itself only", f"if scheme == 'http': {to(f'https://{OWN}/')}", differs, f"to https://{OWN}/"),
            ("and knows the field only", f"if not forwarded: {to(f'https://{OWN}/')}", differs, "as `https`"),
            ("https leads to itself", to(f"https://{OWN}/"), error, "leads to itself"),
            ("http leads to itself", to(f"http://{OWN}/"), error, "leads to itself"),
            ("leads to itself, in short", to("/"), error, "leads to itself"),
            ("leads to itself, with a part", to("/#part"), error, "leads to itself"),
            ("leads to itself after a cookie", to("/", cookie), fine, ""),
            ("leads to another page", to("/login"), fine, ""),
            ("leads to the page with a query", to("/?lang=en"), fine, ""),
            ("leads to another domain", to("https://www.example.com/"), fine, ""),
            ("leads to what is no URL", to("http://[x/"), fine, ""),
        ):  # fmt: skip
            with self.subTest(name):
                for report in self.check(app(body)):
                    self.assertEqual(told(report), expected, report["findings"])
                    if words:
                        self.assertIn(words, report["findings"][0]["message"])

    def test_statuses(self) -> None:
        for status, outcome, expected in (
            *[(code, "works", [("note", "status")]) for code in (401, 403, 404, 405, 410, 429)],
            *[(code, "works", []) for code in (200, 201, 302)],
            *[(code, "broken", [("error", "error-response")]) for code in (400, 500, 502, 503)],
        ):  # fmt: skip
            with self.subTest(status):
                for report in self.check(app(f"answer = ['{status} Text']")):
                    self.assertEqual(
                        (report["outcome"], told(report)), (outcome, expected)
                    )
                    self.assertEqual(
                        report["requests"], [{"path": "/", "status": status}]
                    )

    def test_html_as_text(self) -> None:
        """HTML that browsers would show with its tags is told, and other text is not."""
        told_of = [("note", "html-as-text")]
        for name, content_type, page, expected in (
            ("a heading", "text/plain", "<h1>Hello</h1>", told_of),
            (
                "a whole page",
                "text/plain; charset=utf-8",
                "\\n <!DOCTYPE html>",
                told_of,
            ),
            ("in capital letters", "TEXT/PLAIN", "<P class=x>", told_of),
            ("a short tag", "text/plain", "<br/>", told_of),
            ("HTML as HTML", "text/html", "<h1>Hello</h1>", []),
            ("a tag in the middle", "text/plain", "see <h1>", []),
            ("an address", "text/plain", "<ann@example.org>", []),
            ("a tag that is longer", "text/plain", "<path>", []),
            ("XML", "text/plain", "<?xml version='1.0'?>", []),
            ("nothing", "text/plain", "", []),
            ("an unfinished tag", "text/plain", "<h1", []),
        ):
            with self.subTest(name):
                text = app("").get(WSGI_FILE)
                source = str(text).replace("b'hello'", f'b"{page}"')
                source = source.replace("'text/plain'", f"'{content_type}'")
                for report in self.check({WSGI_FILE: source}):
                    self.assertEqual(told(report), expected)

    def test_refused_domain(self) -> None:
        """A plain 400 is the app's own; one for this domain only has a setting."""
        refuses = "if environ['HTTP_HOST'] != {!r}: answer = ['400 Bad Request']"
        for name, domain, rule in (
            ("any domain", "nowhere", "error-response"),
            ("localhost only", "localhost", "allowed-hosts"),
        ):
            with self.subTest(name):
                body = refuses.format(domain)
                for report in self.check(app(body, "TRUSTED_HOSTS = ['localhost']")):
                    self.assertEqual(told(report), [("error", rule)])
                    if rule == "allowed-hosts":
                        (finding,) = report["findings"]
                        self.assertEqual(finding["line"], 1)
                        self.assertIn(f'["{OWN}"]', finding["fix"])

    def test_paths(self) -> None:
        """Each path has a time of its own, and a worker of its own."""
        body = (
            "if path == '/kill': os.kill(os.getpid(), 9)\n"
            "if path == '/exit': os._exit(3)\n"
            "if path == '/sys': raise SystemExit(4)\n"
            "if path == '/crash': ctypes.string_at(0)\n"
            "if path == '/parent': os.kill(os.getppid(), 9)\n"
            "if path == '/hang': time.sleep(99)\n"
            "if path == '/wait': time.sleep(0.6)\n"
            "if path == '/fails': 1 / 0"
        )
        bad = ("kill", "exit", "sys", "crash", "parent", "hang", "fails")
        good = ("ok", "wait", "wait", "ok?a=b", "wait?x")
        names = [*bad, *good, *bad[:2]]
        options = [word for name in names for word in ("--path", f"/{name}")]
        files = app(body, "import ctypes, os, time")
        for report in self.check(files, *options, "--time-limit", "1.5"):
            messages = [f["message"] for f in report["findings"]]
            self.assertEqual(len(messages), len(bad), messages)
            for name in bad:
                count = sum(f"`/{name}`" in message for message in messages)
                self.assertEqual(count, 1, (name, messages))
            statuses = {r["path"]: r["status"] for r in report["requests"]}
            self.assertEqual(len(report["requests"]), len(set(names)) + 1)
            for name in good:
                self.assertEqual(statuses[f"/{name}"], 200)
            lines = {f["line"] for f in report["findings"]}
            self.assertGreaterEqual(len(lines), len(bad) - 1)  # a crash has no line

    def test_all_routes(self) -> None:
        source = (
            "import time\n\nfrom bottle import Bottle\n\napplication = Bottle()\n"
            "for name in ('/', '/ok', '/later'):\n"
            "    application.route(name, callback=lambda: 'hello')\n"
            "@application.route('/hang')\ndef hang():\n    time.sleep(99)\n"
            "@application.route('/fails')\ndef fails():\n    1 / 0\n"
        )
        try:
            __import__("bottle")
        except ImportError:
            self.skipTest("bottle is not installed")
        files: dict[str, str | bytes] = {
            WSGI_FILE: source,
            "requirements.txt": "bottle\n",
        }
        for report in self.check(files, "--all-routes", "--time-limit", "1"):
            statuses = {r["path"]: r["status"] for r in report["requests"]}
            expected = {
                "/": 200,
                "/ok": 200,
                "/later": 200,
                "/hang": None,
                "/fails": 500,
            }
            self.assertEqual(statuses, expected)
            messages = "".join(f["message"] for f in report["findings"])
            self.assertEqual(len(report["findings"]), 2)
            self.assertIn("`/hang` gets no response within 1 seconds", messages)
            self.assertIn("`/fails`", messages)


class ProcessTest(unittest.TestCase):
    """Loaded once, then forked."""

    def test_process(self) -> None:
        for name, before, body in (
            ("another process", "import os\nLOADED = os.getpid()", "assert LOADED == os.getppid()"),
            ("module state is shared", "STATE = [1]", "assert STATE == [1]; STATE.append(2)"),
            ("hooks do not run", "import os\nRAN = []\nos.register_at_fork(after_in_child=lambda: RAN.append(1))", "assert not RAN"),
            ("name of the module", "NAME = __name__", "assert NAME == 'alice_pythonanywhere_com_wsgi'"),
            ("__main__ has no file", "import sys", "assert not hasattr(sys.modules['__main__'], '__file__')"),
            ("arguments", "import sys", "assert sys.argv == ['uwsgi'] and sys.executable.endswith('/uwsgi')"),
            ("the module of uWSGI's file", "import os", "assert __file__ == '/var/www/alice_pythonanywhere_com_wsgi.py'"),
            ("working folder", "import os", "assert os.getcwd() == '/home/alice'"),
            ("standard input is empty", "import sys", "assert sys.stdin.read() == ''"),
            ("one process at a time", "", "assert environ['wsgi.multiprocess'] and not environ['wsgi.multithread']"),
        ):  # fmt: skip
            with project(app(body, before)) as folder:
                for way in WAYS:
                    with self.subTest(name, way=way):
                        report = check_soon(folder, "--path", "/", "--path", "/b", *way)
                        self.assertEqual(report["findings"], [])

    def test_threads_are_gone(self) -> None:
        """A thread of the import does not run in the request, which waits for it."""
        before = (
            "import threading, time\nDONE = threading.Event()\nBEATS = []\n"
            "def beat():\n    while True:\n        BEATS.append(1)\n        time.sleep(0.01)\n"
            "threading.Thread(target=beat, daemon=True).start()"
        )
        body = "count = len(BEATS); time.sleep(0.2); assert len(BEATS) == count"
        with project(app(body, before)) as folder:
            for way in WAYS:
                with self.subTest(way):
                    report = check_soon(folder, *way)
                    self.assertEqual(told(report), [("warning", "thread-at-import")])

    def test_a_thread_that_writes_the_log(self) -> None:
        """It is told apart from other threads, and so is that of Litestar."""
        before = (
            "import logging.handlers, queue\n"
            "listener = logging.handlers.QueueListener(queue.Queue())\n"
            "[listener.start][0]()"
        )
        with project(app("pass", before)) as folder:
            [found] = check_soon(folder)["findings"]
        self.assertEqual("thread-at-import", found["rule"])
        self.assertIn("at import that writes the log", found["message"])
        self.assertIn("what they log is never written", found["message"])
        self.assertIn("Log without a queue", found["fix"])
        listener = "/usr/lib/python3.13/logging/handlers.py"
        library = "/home/alice/.venv/lib/litestar/logging/standard.py"
        self.assertIn("Give Litestar a log", log_threads.fix([listener, library]))
        self.assertEqual("", log_threads.fix([library, "/my/logging_handlers.py"]))

    def test_in_place(self) -> None:
        """A WSGI file that works only in its folder is a warning, if it works there."""
        source = (
            "import os\nimport sys\n\nsys.path.insert(0, os.path.dirname(__file__))\n"
            "from shop import application\n"
        )
        for name, shop, expected in (
            ("works there", PLAIN, [("warning", "import-error")]),
            ("nor there", PLAIN + "1 / 0\n", [("error", "import-error")]),
        ):
            with project({WSGI_FILE: source, "shop.py": shop}) as folder:
                for way in WAYS:
                    with self.subTest(name, way=way):
                        self.assertEqual(told(check_soon(folder, *way)), expected)


class ReportTest(unittest.TestCase):
    """The verdict in one sentence, and what the conditions were."""

    def test_outcomes(self) -> None:
        missing = {
            WSGI_FILE: "import shop_lib\n" + PLAIN,
            "requirements.txt": "shop-lib\n",
        }
        for name, files, options, outcome, words in (
            ("works", {WSGI_FILE: PLAIN}, (), "works", "`/` answers 200"),
            ("does not load", {WSGI_FILE: PLAIN + "1 / 0\n"}, (), "broken", "1 error"),
            ("fails", app("1 / 0"), (), "broken", "1 error"),
            ("not installed", missing, (), "not-loaded", "shop_lib is not installed"),
            ("only read", {WSGI_FILE: PLAIN}, ("--no-load",), "only-read", "--no-load"),
        ):
            with self.subTest(name), project(files) as folder:
                report = check_soon(folder, *options)
                self.assertEqual(report["outcome"], outcome)
                self.assertIn(words, report["summary"])
                self.assertNotIn("\n", report["summary"])

    def test_notes(self) -> None:
        """The report says what an app without namespaces did not have."""
        with project({WSGI_FILE: PLAIN}) as folder:
            for way in WAYS:
                notes = check_soon(folder, *way)["notes"]
                self.assertEqual(notes[0].partition(":")[0], "domain")
                if way:
                    self.assertIn("without namespaces", "".join(notes))
            self.assertEqual(check_soon(folder, "--no-load")["notes"], [])

    def test_note_about_another_python(self) -> None:
        own = "{}.{}".format(*sys.version_info)
        for version in ("3.9", "3.11", "3.13"):
            said = f"loaded with Python {own}; the web app has {version}"
            for options, is_told in ((), own != version), (("--no-load",), False):
                for source in (PLAIN, "1 / 0\n"):
                    with self.subTest(version), project({WSGI_FILE: source}) as folder:
                        report = check_soon(folder, "--python", version, *options)
                        is_said = is_told and source == PLAIN
                        self.assertEqual(said in report["notes"], is_said)


if __name__ == "__main__":
    unittest.main()
