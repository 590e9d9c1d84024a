"""Mistakes that are made most: each is told, with the line, and with what to write."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import types
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import hello.web
from asking import FORM, JSON, TestCase, call
from hello.web import Application, HTTPError, RequestHandler, mistakes

PACKAGE = Path(hello.web.__file__).parent.parent
NAMES = {
    "Application": Application,
    "HTTPError": HTTPError,
    "RequestHandler": RequestHandler,
    "Plain": type("Plain", (), {}),
    "index": lambda request: request,
}


@contextlib.contextmanager
def module(code: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Run the code of a module in a file of its own; yield its names, and the file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "site.py")
        file.write_text(code)
        names: dict[str, Any] = {**NAMES, "__name__": "site_of_test"}
        mistakes._told.clear()
        made = types.ModuleType("site_of_test")
        made.__file__ = str(file)
        with mock.patch.dict(sys.modules, site_of_test=made):
            exec(compile(code, file, "exec"), names)  # noqa: S102 (it is for that)
            yield names, str(file)


# The body of `get`, the line of it that is named, and what is said.
FAILURES: tuple[tuple[str, int, str], ...] = (
    (
        "raise HTTPError('404')",
        0,
        "HTTPError takes a number, not the text '404': write HT",
    ),
    ("raise HTTPError('gone')", 0, "or HTTPError(404, 'gone') for a message"),
    ("raise HTTPError(99)", 0, "ValueError: a status is from 200 to 599, not 99"),
    ("raise 404", 0, "write raise HTTPError(404)"),
    (
        "self.set_status('404')",
        0,
        "takes a number, not the text '404': write self.set_st",
    ),
    (
        "self.set_header('A', 5)",
        0,
        "takes a text as its value, not the number 5: write str",
    ),
    ("self.set_header('A', None)", 0, "not None: leave it out"),
    ("self.set_header('A', b'x')", 0, "not a bytes: write value.decode()"),
    ("self.add_header(5, 'x')", 0, "takes a text as its name, not the number 5"),
    ("self.set_cookie('a', 5)", 0, "the cookie 'a' takes text, not the number 5"),
    ("self.set_cookie('a', 'b c')", 0, "no spaces, no accents"),
    ("self.set_cookie('a b', 'c')", 0, "'a b' cannot be the name of a cookie"),
    ("self.write({1})", 0, "not a set: write list(...), which is sent as JSON"),
    (
        "self.write(5)",
        0,
        "self.write takes text, bytes, a dict or a list, not the number 5",
    ),
    ("self.write(None)", 0, "not None: a function without return has this value"),
    ("self.write('a', 'b')", 0, 'write one text: self.write("...")'),
    ("self.write()", 0, 'write one text: self.write("...")'),
    ("self.write_html(5)", 0, "not the number 5"),
    ("self.render('a.html', 'Ada')", 0, "give each value its name: self.render("),
    ("self.redirect('www.example.com')", 0, "write 'https://www.example.com'"),
    ("self.redirect('')", 0, "self.redirect needs a URL"),
    ("self.redirect(5)", 0, "self.redirect takes a URL"),
    ("self.redirect('/', status='301')", 0, "write self.set_status(301)"),
    ("self.flash(5)", 0, "self.flash takes text, not the number 5"),
    (
        "self.set_etag(5)",
        0,
        "self.set_etag takes text, not the number 5: write str(value)",
    ),
    ("self.set_last_modified('x')", 0, "takes a datetime of Python's module datetime"),
    (
        "self.reverse_url('mian')",
        0,
        "no route has the name 'mian': did you mean 'main'?",
    ),
    ("self.reverse_url('home')", 0, "write it as the third part of a route"),
    (
        "self.static_url('/static/a')",
        0,
        "not a path below static/: '/static/a': write 'a'",
    ),
    ("self.get_argument('a')", 0, "write self.get_query_argument(...) for the address"),
    ("self.request.body", 0, "write self.method, self.body"),
    ("self.wirte('x')", 0, "has no attribute 'wirte': did you mean self.write?"),
    ("self.rendr('x')", 0, "has no attribute 'rendr': did you mean self.render?"),
    ("self.get_argument('id')", 0, "has no attribute 'get_argument': write self.get_q"),
    ("write('x')", 0, "write self.write"),
    ("self.get_file('a').save('b')", 0, 'The form needs enctype="multipart/form-data"'),
    (
        "self.get_query_argument('n', '1') + 1",
        0,
        "what a visitor sends is text: write int",
    ),
    ("self.render('a b')", 0, "render takes the name of a file"),
    (
        "x = 1\nself.session['a'] = {1}",
        1,
        "self.session['a'] is kept as JSON: it cannot",
    ),
    (
        "self.session['a'] = []\nself.session['a'].append({1})",
        0,
        "self.session['a'] is",
    ),
    ("self.session('a', 1)", 0, 'write self.session["a"] = ... to keep a value'),
    ("self.session[5] = 1", 0, "its keys are texts, so use '5', not 5"),
    ("self.session['a'] = 'x' * 5000", 0, "the largest value is self.session['a']"),
    (
        "self.session['a'] = 1\nself.session['b'] = 'x' * 5000",
        1,
        "the session has 67",
    ),
    (
        "self.write_html('a')\nself.write({})",
        1,
        "JSON is the whole body, and something",
    ),
    (
        "self.write('a')\nself.write_html('b')",
        1,
        "self.write(...) wrote plain text before",
    ),
    (
        "self.stream([])\nself.write('b')",
        1,
        "write: nothing can follow a stream or a file",
    ),
)

# The methods of the class, the line that is named, and what is said in a 200 or 405.
TOLD: tuple[tuple[str, int, str], ...] = (
    ("def GET(self): self.write('x')", 0, "Main.GET is never called: write def get"),
    ("def Get(self): self.write('x')", 0, "Main.Get is never called: write def get"),
    ("def index(self): self.write('x')", -1, "Main has no method: write def get(self)"),
    ("def teg(self): self.write('x')", -1, "Main has no method: write def get(self)"),
    ("def gte(self): self.write('x')", 0, "Main has gte, and no get: write def get"),
    (
        "def get(self): print('x')",
        0,
        "print(...) writes into the log: write self.write",
    ),
    (
        "def get(self):\n    1\n    self.write",
        2,
        "self.write is not called: write self.w",
    ),
    (
        "def get(self):\n    HTTPError(404)",
        1,
        "HTTPError(404) is not raised: write raise HTTPError(404)",
    ),
    ("def get(self): pass", 0, "the method get wrote nothing, so the page is empty"),
)
SILENT = (
    "def get(self): self.set_status(204)",
    "def get(self): self.set_status(200)",
    "def get(self): self.finish()",
    "def get(self): self.redirect('/')",
    "def get(self): self.write('')",
    "def get(self): self.set_cookie('a', 'b')",
    "def get(self): self.stream([])",
    "def head(self): pass\n\ndef get(self): print(self.write('x'))",
    "def post(self): pass",
)
OPEN = "check_csrf = False\n\n"
# The methods of the class, the method and the type of a request of a program's, and
# whether the code alone shows that nothing is wrong.
OF_PROGRAMS = (
    ("def put(self): print('x')", "PUT", "", True),
    ("def delete(self): pass", "DELETE", "", True),
    (f"{OPEN}def post(self): print('x')", "POST", FORM, True),
    (f"{OPEN}def post(self): pass", "POST", JSON, True),
    ("def post(self): self.get_json_body()", "POST", JSON, True),
    ("def post(self): print('x')", "POST", JSON, False),
    (f"{OPEN}post = lambda self: print('x')", "POST", "", True),
)
FIRST = 2  # the line of the first method


def handler(methods: str) -> str:
    body = "\n".join("    " + line for line in methods.split("\n"))
    return f"class Main(RequestHandler):\n{body}\n"


class FailureTest(TestCase):
    def test_the_line_is_named(self) -> None:
        for body, line, words in FAILURES:
            lines = "\n    ".join(body.split("\n"))
            code = handler(f"def get(self):\n    {lines}")
            settings = mock.patch.dict("os.environ", SECRET_KEY="x" * 32)
            with self.subTest(body), settings, module(code) as (names, file):
                response = call(Application([("/", names["Main"], "main")]))
                self.assertEqual(response.status, 500, response.errors)
                first = response.errors.split("\n")[1].strip()
                place = f"{file}:{FIRST + 1 + line} in Main.get: "
                self.assertTrue(first.startswith(place), first)
                self.assertIn(words, first)
                self.assertIn(words, response.errors.rstrip().split("\n")[-1])

    def test_parameters(self) -> None:
        for pattern, signature, words in (
            (r"/(?P<id>.*)", "self", "which has the group id: write def get(self, id)"),
            (
                r"/(?P<a>.)?(?P<b>.)?",
                "self, a",
                "the groups a, b: write def get(self, a, b)",
            ),
            ("/", "self, a, b", "which has no groups: write def get(self)"),
            ("/", "", "which has no groups: write def get(self)"),
            ("/(.*)", "self", "which has 1 group: write def get(self, value)"),
            (
                "/(.*)(.*)",
                "self",
                "which has 2 groups: write def get(self, value, other)",
            ),
            (
                "/()()()()",
                "self",
                "which has 4 groups: write def get(self, v0, v1, v2, v3)",
            ),
        ):
            code = handler(f"def get({signature}):\n    1 / 0")
            with (
                self.subTest(signature, pattern=pattern),
                module(code) as (names, file),
            ):
                main = Application([(pattern, names["Main"])])
                errors = call(main).errors
                self.assertIn(f"{file}:2 in Main.get: TypeError: Main.get does", errors)
                self.assertIn(words, errors)
                found = mistakes.find(main)
                self.assertEqual(
                    [one[:2] + one[3:] for one in found], [(file, 2, True)]
                )
                self.assertIn(words, found[0][2])

    def test_parameters_of_other_methods(self) -> None:
        for methods, line, words in (
            ("def prepare(self, a): pass", 2, "write def prepare(self)"),
            (
                "def write_error(self): pass\n\ndef get(self): raise HTTPError(404)",
                2,
                "write def write_error(self, status, message)",
            ),
            ("def __init__(self): pass", 2, "begin it with super().__init__(environ)"),
            ("def __init__(self, environ): pass", 2, "begin it with super().__init__"),
        ):
            if "def get" not in methods:
                methods += "\n\ndef get(self): self.write('x')"
            with self.subTest(methods), module(handler(methods)) as (names, file):
                response = call(Application([("/", names["Main"])]))
                self.assertEqual(response.status, 500)
                self.assertIn(f"{file}:{line} in Main.", response.errors)
                self.assertIn(words, response.errors)

    def test_an_error_in_a_call_is_not_one_of_its_parameters(self) -> None:
        code = handler("def get(self):\n    len()")
        with module(code) as (names, file):
            errors = call(Application([("/", names["Main"])])).errors
        self.assertIn(f"{file}:3 in Main.get: TypeError: len() takes", errors)
        self.assertNotIn("its route", errors)


class ToldTest(TestCase):
    def test_silent_mistakes_are_in_the_log_once(self) -> None:
        for methods, line, words in TOLD:
            output = contextlib.redirect_stdout(io.StringIO())
            with self.subTest(methods), module(handler(methods)) as (names, file):
                main = Application([("/", names["Main"])])
                with output:
                    response, again = call(main), call(main)
                self.assertIn(response.status, (200, 405))
                place = f"GET /\n    {file}:{FIRST + line}: "
                self.assertTrue(response.errors.startswith(place), response.errors)
                self.assertEqual(response.errors.count("\n"), 2)
                self.assertIn(words, response.errors)
                self.assertEqual(again.errors, "")

    def test_no_mistakes(self) -> None:
        for methods in SILENT:
            with self.subTest(methods), module(handler(methods)) as (names, _):
                main = Application([("/", names["Main"])])
                with contextlib.redirect_stdout(io.StringIO()):
                    method = "HEAD" if "head" in methods else "GET"
                    self.assertEqual(call(main, method).errors, "")
                self.assertEqual(mistakes.find(main), [])

    def test_an_empty_answer_to_a_program(self) -> None:
        for methods, method, kind, is_sure in OF_PROGRAMS:
            more = {"CONTENT_TYPE": kind, "body": b"{}"}
            with self.subTest(methods), module(handler(methods)) as (names, _):
                main = Application([("/", names["Main"])])
                with contextlib.redirect_stdout(io.StringIO()):
                    response = call(main, method, **more)
                self.assertEqual((response.status, response.errors), (200, ""))
                self.assertEqual(mistakes.find(main) == [], is_sure)

    def test_a_call_that_a_webhook_does_not_make(self) -> None:
        with module(handler(f"{OPEN}def post(self): self.write")) as (names, file):
            main = Application([("/", names["Main"])])
            self.assertIn(f"{file}:4: self.write is not", call(main, "POST").errors)
            self.assertEqual([one[:2] for one in mistakes.find(main)], [(file, 4)])

    def test_the_log_cannot_be_filled(self) -> None:
        code = handler("def get(self, name):\n    self.send_file(name)")
        with module(code) as (names, _):
            main = Application([("/(.*)", names["Main"])])
            told = sum(bool(call(main, path=f"/no-{n}").errors) for n in range(1100))
        self.assertEqual(told, 1000)

    def test_files_that_are_missing(self) -> None:
        for path, words in (
            ("data/x.txt", "and no folder data (a relative path begins in the folder"),
            ("static/Hello.txt", "write 'hello.txt': capital letters count"),
            ("static/helo.txt", "did you mean 'hello.txt'?"),
            ("static", "static is a folder"),
        ):
            code = handler(f"def get(self):\n    self.send_file({path!r})")
            with self.subTest(path), module(code) as (names, file):
                response = call(Application([("/", names["Main"])]))
                self.assertEqual(response.status, 404)
                self.assert_told(response.errors, words)
                self.assertIn(f"{file}:3: send_file: ", response.errors)
                self.assertIn(path, response.errors)
                self.assertNotIn(str(PACKAGE.parent), response.errors)


class FindTest(TestCase):
    """What the code of methods shows, without a request."""

    def test_each_is_found(self) -> None:
        for methods, line, words, fails in (
            ("def GET(self): pass", 0, "Main.GET is never called", False),
            ("async def get(self): pass", 0, "Main.get is async", True),
            ("def get(self, a): pass", 0, "which has no groups", True),
            ("def post(self): print('x')", 0, "print(...) writes into the log", False),
            ("def get(self):\n    self.render", 1, "self.render is not called", False),
        ):
            with self.subTest(methods), module(handler(methods)) as (names, file):
                [found] = mistakes.find(Application([("/", names["Main"])]))
                self.assertEqual(found[:2] + found[3:], (file, FIRST + line, fails))
                self.assertIn(words, found[2])

    def test_decorated_and_inherited_methods(self) -> None:
        code = (
            "import functools\ndef logged(f):\n    @functools.wraps(f)\n"
            "    def g(self): return f(self)\n    return g\n"
            "class Base(RequestHandler):\n    @logged\n    def get(self): print('x')\n"
            "class Main(Base): pass\n"
        )
        with module(code) as (names, file):
            [found] = mistakes.find(Application([("/", names["Main"])]))
        self.assertEqual(found[:2], (file, 8))

    def test_methods_without_a_source(self) -> None:
        names: dict[str, Any] = dict(NAMES)
        exec(handler("def get(self): print('x')"), names)  # noqa: S102
        self.assertEqual(mistakes.find(Application([("/", names["Main"])])), [])
        odd = type("Odd", (RequestHandler,), {"get": print, "post": 5})
        self.assertEqual(mistakes.find(Application([("/", odd)])), [])


if __name__ == "__main__":
    unittest.main()
