"""What a visit tells of a project with handlers, beside the response."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import pty
import threading
import unittest
from types import SimpleNamespace
from typing import Any
from unittest import mock

from pa_new_check import visit_conversation

from test_routes import handler_library
from visit_support import desk

WSGI = """import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from web import Application, RequestHandler


class Form(RequestHandler):
    def post(self):
        self.write("sent")


class Small(RequestHandler):
    max_body_size = 10

    def post(self):
        self.write("sent")


class Needs(RequestHandler):
    def get(self):
        self.write(self.get_query_argument("name"))


class Late(RequestHandler):
    def get(self):
        self.stream(self.pieces())

    def pieces(self):
        yield "begun"
        yield "b" + 1


class Ends(RequestHandler):
    def get(self):
        self.write("no line end")

    def on_finish(self):
        1 / 0


class Fine(RequestHandler):
    def get(self):
        self.write("fine")


application = Application(
    [
        ("/", Fine),
        ("/form", Form),
        ("/small", Small),
        ("/needs", Needs),
        ("/late", Late),
        ("/ends", Ends),
        ("/products", Fine),
    ]
)
"""
FLASK = """from flask import Flask, request

app = application = Flask(__name__)
app.config["{}"] = 100


@app.post("/")
def send():
    return str(request.form)
"""
FILES = {**handler_library(), "pa_env.py": ""}


class HandlerTest(unittest.TestCase):
    """The reason of an error is told to the one who makes the visit, and to no visitor."""

    def test_reasons(self) -> None:
        token = b"the form's token is missing or wrong"
        with desk(WSGI, FILES) as at:
            for target, options, code, reason, line in (
                (
                    "/form",
                    ["--data=a=1"],
                    b"403",
                    b"put {{{csrf_field}}} into the form",
                    9,
                ),
                (
                    "/small",
                    ['--json="0123456789"'],
                    b"413",
                    b"the body has 12 bytes, and max_body_size allows 10",
                    16,
                ),
                (
                    "/needs?a=1&b=2",
                    [],
                    b"400",
                    b"missing argument: name; the fields that came are a, b",
                    22,
                ),
                ("/product", [], b"404", b"did you mean /products?", 0),
            ):
                with self.subTest(target):
                    done = at.visit(target, *options)
                    self.assertTrue(done.heads[0].startswith(code), done)
                    self.assertIn(b"the app's reason: HTTPError: ", done.errors)
                    self.assertIn(reason, done.errors)
                    self.assertNotIn(reason.partition(b"; ")[2] or reason, done.output)
                    if line:
                        self.assertIn(f"(wsgi.py:{line})\n".encode(), done.errors)
                    self.assertNotIn(b"web/", done.errors)
            done = at.visit("/form", "--data=a=1")
            self.assertEqual(done.errors.count(token), 1)

    def test_an_exception_in_a_stream_is_told_once(self) -> None:
        with desk(WSGI, FILES) as at:
            done = at.visit("/late")
        self.assertTrue(done.output.endswith(b"begun"), done.output)
        self.assertEqual(done.errors.count(b"Traceback (most"), 1, done.errors)
        self.assertEqual(done.rules, ["error-response"])

    def test_the_log_begins_on_a_line_of_its_own(self) -> None:
        for path, text in (
            ("/ends", b"no line end\r\nGET /ends\r\n"),
            ("/late", b"begun\r\nGET /late\r\n"),
        ):
            with self.subTest(path), desk(WSGI, FILES) as at:
                self.assertIn(text, on_terminal(at, path))


def on_terminal(at: Any, target: str) -> bytes:
    """Return what a visit shows on a terminal."""
    master, slave = pty.openpty()
    with open(slave, "wb", closefd=False) as terminal:
        at.visit(target, stdout=terminal, stderr=terminal)
    os.close(slave)
    shown = b""
    with contextlib.suppress(OSError):
        while data := os.read(master, 10_000):
            shown += data
    os.close(master)
    return shown


class FlaskTest(unittest.TestCase):
    """What Werkzeug's error 413 does not say: which limit, and how much it allows."""

    def test_limits(self) -> None:
        if importlib.util.find_spec("flask") is None:
            self.skipTest("flask is not installed")
        large = "a=" + "x" * 900
        for setting, option, words in (
            ("MAX_CONTENT_LENGTH", "--data", "the body has more than the 100 bytes of"),
            ("MAX_FORM_MEMORY_SIZE", "--form", "the texts of the form have more than"),
        ):
            with self.subTest(setting), desk(FLASK.format(setting)) as at:
                done = at.visit("/", f"{option}={large}")
                self.assertTrue(done.heads[0].startswith(b"413"), done)
                self.assertIn(words, done.errors.decode())
                self.assertTrue(
                    done.errors.endswith(f"{setting} (wsgi.py:9)\n".encode())
                )


class WaitTest(unittest.TestCase):
    """A visit says after some seconds how long it waits."""

    def told(self, limit: float, answers: bytes) -> str:
        conversation = visit_conversation.Conversation(
            visit_conversation.Request("GET", "/"),
            visit_conversation.Message(SITE, [], None),
            False,
            None,
            None,  # type: ignore[arg-type]
        )
        conversation.limit = limit
        conversation.open()
        requests, answers_end = conversation._child_ends
        os.write(answers_end, answers)
        if answers:
            os.close(answers_end)
        said = io.StringIO()
        with (
            mock.patch.object(visit_conversation, "SILENCE", 0.05),
            mock.patch("sys.stderr", said),
        ):
            if not answers:
                threading.Timer(0.2, os.close, [answers_end]).start()
            conversation.talk()
        os.close(requests)
        return said.getvalue()

    def test_silence(self) -> None:
        said = (
            "pa-new: no response after 0.05 seconds. PythonAnywhere ends a request after "
            "300 seconds, and so does visit; Ctrl-C ends it now\n"
        )
        self.assertEqual(self.told(300.0, b""), said)
        self.assertEqual(self.told(0.01, b""), "")
        head = b'{"status": "200 OK", "headers": []}\n{}\n'
        self.assertEqual(self.told(300.0, head), "")


SITE: Any = SimpleNamespace(
    domain="alice.pythonanywhere.com", account="alice", home="/home/alice"
)

if __name__ == "__main__":
    unittest.main()
