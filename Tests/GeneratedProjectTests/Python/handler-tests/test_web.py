"""Tests of the framework file `web.py` that every `handler` project carries.

Run them with the generated project on the path::

    PYTHONPATH=PROJECT python -W error -m unittest discover -s THIS_FOLDER
"""

# Functions in loops are called before the loop goes on.
# ruff: noqa: B023

from __future__ import annotations

import ast
import contextlib
import io
import json
import subprocess
import sys
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from wsgiref.validate import validator

from hello import web
from hello.web import Application, HTTPError, RequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
SERVED: list[str] = []  # what the handlers of a test noted


class Response:
    """What an application answered."""

    def __init__(self) -> None:
        self.starts = 0
        self.status_line = ""
        self.headers: list[tuple[str, str]] = []
        self.body = b""
        self.errors = ""

    @property
    def status(self) -> int:
        return int(self.status_line[:3])

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        values = self.all(name)
        if len(values) > 1:
            raise AssertionError(f"{name} was sent more than once: {values}")
        return values[0] if values else None


def call(
    application: Any, method: str = "GET", path: str = "/", **more: Any
) -> Response:
    """Make one request under the validator, which sees a tame environ only.

    :param more: keys of the environ, with `wsgi_` for `wsgi.`; `body` for its body.
    """
    body = more.pop("body", b"")
    path, _, query = path.partition("?")
    errors = io.StringIO()
    hostile: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body) if isinstance(body, bytes) else body,
    }
    for key, value in more.items():
        hostile[key.replace("wsgi_", "wsgi.")] = value

    def shim(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        environ.update(hostile)
        for key in [key for key, value in environ.items() if value is None]:
            del environ[key]
        return application(environ, start_response)

    tame: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": errors,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    response = Response()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        response.starts += 1
        response.status_line = status
        response.headers = list(headers)
        return lambda data: None

    chunks: Any = validator(shim)(tame, start_response)
    try:
        response.body = b"".join(chunks)
    finally:
        chunks.close()
    response.errors = errors.getvalue()
    if response.starts != 1:
        raise AssertionError(f"start_response was called {response.starts} times")
    return response


def application(
    action: Callable[..., Any],
    pattern: str = "(?s:.*)",
    method: str = "get",
    **more: Any,
) -> Application:
    """Return an application of one handler with one method."""
    handler = type("Handler", (RequestHandler,), {method: action})
    return Application([(pattern, handler)], **more)


def ask(action: Callable[[Any], Any], method: str = "GET", **more: Any) -> Response:
    """Make one request to a handler whose method is a function."""
    path = more.pop("path", "/")
    return call(application(action, method=method.lower()), method, path, **more)


class TestCase(unittest.TestCase):
    """Helpers that several test cases use."""

    def assert_refused(self, response: Response, status: int) -> None:
        self.assertEqual(response.status, status, response.body)
        self.assertEqual(response.errors, "")

    def assert_server_error(self, response: Response, error: str) -> None:
        self.assertEqual(response.status, 500)
        self.assertEqual(response.body, b"500 Internal Server Error\n")
        self.assertIn(error, response.errors)


class RoutingTest(TestCase):
    def test_groups_become_arguments(self) -> None:
        table: list[tuple[str, str, str, list[Any]]] = [
            ("no groups", r"/", "/", [(), {}]),
            ("named", r"/items/(?P<id>\d+)", "/items/42", [(), {"id": "42"}]),
            ("in order", r"/(\w+)/(\w+)", "/a/b", [("a", "b"), {}]),
            ("optional, named", r"/x(?:/(?P<y>.*))?", "/x", [(), {"y": None}]),
            ("optional, in order", r"/x(/y)?", "/x", [(None,), {}]),
            ("named wins over unnamed", r"/(a)(?P<b>b)", "/ab", [(), {"b": "b"}]),
            ("UTF-8", r"/(.+)", "/\xc3\xa9", [("é",), {}]),
            ("a decoded slash", r"/(.+)", "/a/b", [("a/b",), {}]),
            ("empty path is /", r"(/)", "", [("/",), {}]),
        ]
        for name, pattern, path, expected in table:
            with self.subTest(name):
                seen: list[Any] = []

                def get(self: RequestHandler, *args: Any, **kwargs: Any) -> None:
                    seen.extend([args, kwargs])

                response = call(application(get, pattern), path=path)
                self.assertEqual(response.status, 200, response.errors)
                self.assertEqual(seen, expected)

    def test_a_pattern_matches_the_whole_path(self) -> None:
        for path in ("/itemss", "/items/", "/x/items", "/items\n", "/ITEMS", "//items"):
            with self.subTest(path):
                response = call(application(lambda self: None, "/items"), path=path)
                self.assert_refused(response, 404)

    def test_the_first_match_serves(self) -> None:
        first = type("A", (RequestHandler,), {"get": lambda self: self.write("first")})
        second = type(
            "B", (RequestHandler,), {"get": lambda self: self.write("second")}
        )
        self.assertEqual(
            call(Application([("/", first), (".*", second)])).body, b"first"
        )

    def test_a_path_that_is_absent_is_the_root(self) -> None:
        app = application(lambda self: self.write("root"), "/")
        response = call(app, PATH_INFO=None, SCRIPT_NAME="/app", QUERY_STRING=None)
        self.assertEqual(response.body, b"root")

    def test_an_undecodable_path_never_reaches_a_handler(self) -> None:
        for path in ("/\xff", "/\xc3", "/a\x80b", "/\xed\xa0\x80", "/\xc0\xaf"):
            with self.subTest(ascii(path)):
                app = application(lambda self: SERVED.append("bad"))
                response = call(app, path=path)
                self.assert_refused(response, 400)
                # Nothing of Python's own words for it.
                expected = b"400 malformed request: text that is not UTF-8\n"
                self.assertEqual(response.body, expected)
        self.assertEqual(SERVED, [])

    def test_a_malformed_escape_in_the_raw_path_is_refused(self) -> None:
        for uri in ("/%zz", "/%", "/a%4", "/?q=%g0"):
            with self.subTest(uri):
                self.assert_refused(ask(lambda self: None, REQUEST_URI=uri), 400)
        self.assertEqual(ask(lambda self: None, REQUEST_URI="/%41?%20").status, 200)

    def test_the_default_handler_writes_the_404(self) -> None:
        class Page(RequestHandler):
            def write_error(self, status: int, message: str) -> None:
                self.write(f"my {status} {message}")

        app = Application([("/", RequestHandler)], default_handler=Page)
        self.assertEqual(call(app, path="/x").body, b"my 404 Not Found")
        self.assertEqual(call(app, path="/").status, 405)


class MethodTest(TestCase):
    def test_each_method_has_its_function(self) -> None:
        for method in web.METHODS:
            with self.subTest(method):
                response = ask(lambda self: self.set_header("X-Me", "yes"), method)
                self.assertEqual(response.header("X-Me"), "yes")

    def test_a_method_without_a_function_is_405_with_allow(self) -> None:
        nothing: Callable[[Any], None] = lambda self: None
        table = [
            (["get"], "GET, HEAD, OPTIONS"),
            (["head"], "HEAD, OPTIONS"),
            (["post", "delete"], "POST, DELETE, OPTIONS"),
            ([], "OPTIONS"),
        ]
        for names, allow in table:
            with self.subTest(allow):
                handler = type("H", (RequestHandler,), dict.fromkeys(names, nothing))
                response = call(Application([("/", handler)]), "PUT")
                self.assert_refused(response, 405)
                self.assertEqual(response.header("Allow"), allow)
                response = call(Application([("/", handler)]), "OPTIONS")
                self.assertEqual(response.status, 204)
                self.assertEqual(response.header("Allow"), allow)
                self.assertIsNone(response.header("Content-Type"))

    def test_an_unknown_method_is_501_and_calls_no_attribute(self) -> None:
        names = "get Get TRACE CONNECT WRITE write __init__ GET\n PROPFIND _CLEAR ſ"
        for method in [*names.split(" "), ""]:
            with self.subTest(ascii(method)):
                app = application(lambda self: SERVED.append("called"))
                self.assert_refused(call(app, method), 501)
        self.assertEqual(SERVED, [])

    def test_head_is_get_without_the_body(self) -> None:
        def get(self: RequestHandler) -> None:
            self.write("four")
            self.set_header("X-Me", "yes")

        app = application(get)
        got, head = call(app, "GET"), call(app, "HEAD")
        self.assertEqual(head.body, b"")
        self.assertEqual(head.headers, got.headers)
        self.assertEqual(head.header("Content-Length"), "4")

    def test_a_head_of_its_own(self) -> None:
        response = ask(lambda self: self.write("123"), "HEAD")
        self.assertEqual((response.body, response.header("Content-Length")), (b"", "3"))
        self.assertIsNone(ask(lambda self: None, "HEAD").header("Content-Length"))

    def test_head_of_an_error_has_no_body(self) -> None:
        response = call(Application([]), "HEAD")
        self.assertEqual((response.status, response.body), (404, b""))
        self.assertEqual(response.header("Content-Length"), "14")

    def test_a_method_must_return_none(self) -> None:
        async def get(self: RequestHandler) -> None:
            """Do nothing, ever."""

        self.assert_server_error(ask(lambda self: "Hello"), "must call write")
        # Nobody is told that it was never awaited: warnings are errors here.
        self.assert_server_error(ask(get), "is async, which needs Tornado")


class FieldsTest(TestCase):
    GOOD: ClassVar[list[tuple[str, str, list[str]]]] = [
        ("plain", "a=1", ["1"]),
        ("several", "a=1&b=2&a=3", ["1", "3"]),
        ("blank", "a=", [""]),
        ("no equals sign", "a", [""]),
        ("plus", "a=x+y", ["x y"]),
        ("escaped", "a=%2B%26%3d", ["+&="]),
        ("escaped UTF-8", "a=%c3%A9", ["é"]),
        ("raw UTF-8", "a=\xc3\xa9", ["é"]),
        ("escaped line break", "a=%0d%0a", ["\r\n"]),
        ("semicolon is no separator", "a=1;a=2", ["1;a=2"]),
        ("missing", "b=1&&", []),
        ("escaped name", "%61=1", ["1"]),
    ]
    BAD: ClassVar[list[str]] = [
        "a=%zz",
        "a=%",
        "a=%4",
        "%",
        "a=%%41",
        "a=%u0041",
        "a=%ff",
        "%ff=1",
        "a=\xff",
    ]
    BAD += ["a=%c3", "a=\xc3%a9", "a=%ed%a0%80", "a=%+1", "a=% 1", "a=%\n12"]
    BAD += ["&" * web.MAX_FIELDS, "&".join("a=1" for _ in range(web.MAX_FIELDS + 1))]

    def test_query_arguments(self) -> None:
        for name, query, expected in self.GOOD:
            with self.subTest(name):
                seen: list[Any] = []

                def get(self: RequestHandler) -> None:
                    seen.append(self.get_query_arguments("a"))
                    seen.append(self.get_query_argument("a", None))

                ask(get, path="/?" + query)
                self.assertEqual(seen, [expected, expected[-1] if expected else None])

    def test_body_arguments(self) -> None:
        for name, form, expected in self.GOOD:
            for kind in (FORM, FORM.upper() + " ; charset=x"):
                with self.subTest(name, kind=kind):
                    seen: list[Any] = []

                    def post(self: RequestHandler) -> None:
                        seen.append(self.get_body_arguments("a"))
                        seen.append(self.get_body_argument("a", None))

                    body = form.encode("latin-1")
                    ask(post, "POST", body=body, CONTENT_TYPE=kind)
                    self.assertEqual(
                        seen, [expected, expected[-1] if expected else None]
                    )

    def test_malformed_fields_never_reach_a_handler(self) -> None:
        for text in self.BAD:
            with self.subTest(ascii(text[:20])):
                serve: Callable[[Any], None] = lambda self: SERVED.append("x")
                self.assert_refused(ask(serve, path="/?" + text), 400)
                body = text.encode("latin-1")
                response = ask(serve, "POST", body=body, CONTENT_TYPE=FORM)
                self.assert_refused(response, 400)
        self.assertEqual(SERVED, [])

    def test_as_many_fields_as_allowed(self) -> None:
        query = "&".join("a=1" for _ in range(web.MAX_FIELDS))
        get: Callable[[Any], None] = lambda self: self.write(
            str(len(self.get_query_arguments("a")))
        )
        self.assertEqual(ask(get, path="/?" + query).body, b"1000")

    def test_another_type_of_body_has_no_fields(self) -> None:
        for kind in (JSON, "text/plain", "", None, "multipart/form-data; boundary=x"):
            with self.subTest(kind):
                post: Callable[[Any], None] = lambda self: self.write(
                    self.get_body_argument("a", "none")
                )
                response = ask(post, "POST", body=b"a=%zz", CONTENT_TYPE=kind)
                self.assertEqual(response.body, b"none")

    def test_a_missing_argument_is_400_unless_there_is_a_default(self) -> None:
        table: list[tuple[str, Callable[[Any], Any], int]] = [
            ("query", lambda self: self.write(self.get_query_argument("a")), 400),
            ("body", lambda self: self.write(self.get_body_argument("a")), 400),
            ("default", lambda self: self.write(self.get_query_argument("a", "")), 200),
        ]
        for name, get, status in table:
            with self.subTest(name):
                self.assert_refused(ask(get), status)


class BodyTest(TestCase):
    def read(self, limit: int = 10, **more: Any) -> Response:
        def post(self: RequestHandler) -> None:
            self.write(b"<" + self.body + b">")

        return call(
            application(post, method="post", max_body_size=limit), "POST", **more
        )

    def test_content_length(self) -> None:
        table: list[tuple[str, str | None, bytes, int, bytes]] = [
            ("absent", None, b"data", 200, b"<>"),
            ("empty", "", b"data", 200, b"<>"),
            ("zero", "0", b"data", 200, b"<>"),
            ("exact", "4", b"data", 200, b"<data>"),
            ("leading zeros", "0004", b"data", 200, b"<data>"),
            ("less than there is", "2", b"data", 200, b"<da>"),
            ("at the limit", "10", b"0123456789", 200, b"<0123456789>"),
            ("body too short", "5", b"data", 400, b""),
            ("above the limit", "11", b"0123456789A", 413, b""),
            ("huge", "9" * 18, b"", 413, b""),
            ("huger", "9" * 19, b"", 400, b""),
            ("hugest", "9" * 5000, b"", 400, b""),
        ]
        for bad in [
            "+4",
            "-1",
            "-0",
            "4.0",
            "0x4",
            "1_0",
            "4,",
            "4,4",
            "four",
            "٣",
            "４",
            "²",
        ]:
            table.append((f"malformed {bad}", bad, b"data", 400, b""))
        for bad in (" 4", "4 ", "4\n", "\x004", " "):
            table.append((f"malformed {bad!r}", bad, b"data", 400, b""))
        for name, length, body, status, expected in table:
            with self.subTest(name):
                response = self.read(body=body, CONTENT_LENGTH=length)
                self.assert_refused(response, status)
                if status == 200:
                    self.assertEqual(response.body, expected)

    def test_never_more_is_read_than_there_is(self) -> None:
        stream = io.BytesIO(b"datamore")
        response = self.read(body=b"", wsgi_input=stream, CONTENT_LENGTH="4")
        self.assertEqual((response.body, stream.read()), (b"<data>", b"more"))

    def test_a_length_counts_in_a_terminated_body_too(self) -> None:
        stream = io.BytesIO(b"datamore")
        response = self.read(
            wsgi_input=stream, CONTENT_LENGTH="4", wsgi_input_terminated=True
        )
        self.assertEqual((response.body, stream.read()), (b"<data>", b"more"))

    def test_a_refused_body_is_not_read(self) -> None:
        stream = io.BytesIO(b"x" * 11)
        self.assert_refused(self.read(wsgi_input=stream, CONTENT_LENGTH="11"), 413)
        self.assertEqual(stream.tell(), 0)

    def test_a_stream_that_gives_little_at_a_time(self) -> None:
        class Trickle(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                return super().read(min(size or 0, 1))

        stream = Trickle(b"0123456789")
        response = self.read(wsgi_input=stream, CONTENT_LENGTH="10")
        self.assertEqual(response.body, b"<0123456789>")

    def test_a_client_that_is_gone(self) -> None:
        class Broken(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise OSError("gone")

        self.assert_refused(self.read(wsgi_input=Broken(), CONTENT_LENGTH="4"), 400)

    def test_a_chunked_body(self) -> None:
        for length in (None, "", "0"):
            for body, status in ((b"", 200), (b"x" * 10, 200), (b"x" * 11, 413)):
                with self.subTest(length=length, size=len(body)):
                    response = self.read(
                        body=body, CONTENT_LENGTH=length, wsgi_input_terminated=True
                    )
                    self.assert_refused(response, status)
                    if status == 200:
                        self.assertEqual(response.body, b"<" + body + b">")

    def test_a_chunked_body_that_the_server_does_not_end_is_411(self) -> None:
        chunked: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked"}
        self.assert_refused(self.read(CONTENT_LENGTH=None, **chunked), 411)
        response = self.read(body=b"data", CONTENT_LENGTH="4", **chunked)
        self.assertEqual(response.body, b"<data>")

    def test_json(self) -> None:
        table: list[tuple[str, bytes, str | None, int]] = [
            ("object", b'{"a": [1, 2.5, null, "\\u00e9"]}', JSON, 200),
            ("with a charset", b'"\xc3\xa9"', JSON + "; charset=utf-8", 200),
            ("upper case", b"1", JSON.upper(), 200),
            ("empty", b"", JSON, 400),
            ("cut off", b'{"a":', JSON, 400),
            ("not UTF-8", b'"\xff"', JSON, 400),
            ("UTF-16", '"a"'.encode("utf-16"), JSON, 400),
            ("byte order mark", b"\xef\xbb\xbf1", JSON, 400),
            ("NaN", b"NaN", JSON, 400),
            ("infinity", b"[-Infinity]", JSON, 400),
            ("deep", b"[" * 100_000, JSON, 400),
            ("form", b"{}", FORM, 415),
            ("text", b"{}", "text/plain", 415),
            ("no type", b"{}", None, 415),
        ]
        for name, body, kind, status in table:
            with self.subTest(name):
                post: Callable[[Any], None] = lambda self: self.write(
                    {"got": self.get_json_body()}
                )
                response = ask(post, "POST", body=body, CONTENT_TYPE=kind)
                self.assert_refused(response, status)
                if status == 200:
                    self.assertEqual(
                        json.loads(response.body), {"got": json.loads(body)}
                    )


class AnswerTest(TestCase):
    def test_what_can_be_written(self) -> None:
        table: list[tuple[str, list[Any], bytes, str]] = [
            ("nothing", [], b"", "text/plain; charset=utf-8"),
            ("text", ["é", "x"], b"\xc3\xa9x", "text/plain; charset=utf-8"),
            ("bytes", [b"\xff", "é"], b"\xff\xc3\xa9", "text/plain; charset=utf-8"),
            ("dict", [{"é": 1}], b'{"\\u00e9": 1}', JSON),
            ("empty dict", [{}], b"{}", JSON),
        ]
        for name, chunks, body, kind in table:
            with self.subTest(name):
                response = ask(lambda self: write_all(self, chunks))
                self.assertEqual(response.body, body)
                self.assertEqual(response.header("Content-Type"), kind)
                self.assertEqual(response.header("Content-Length"), str(len(body)))
                self.assertEqual(response.header("X-Content-Type-Options"), "nosniff")

    def test_what_cannot_be_written(self) -> None:
        table: list[tuple[str, list[Any], str]] = [
            ("None", [None], "TypeError"),
            ("number", [1], "TypeError"),
            ("list", [["x"]], "TypeError"),
            ("bytearray", [bytearray(b"x")], "TypeError"),
            ("lone surrogate", ["\ud800"], "UnicodeEncodeError"),
            ("NaN", [{"x": float("nan")}], "ValueError"),
            ("dict of objects", [{"x": object()}], "TypeError"),
            ("dict after text", ["x", {}], "RuntimeError"),
            ("text after dict", [{}, "x"], "RuntimeError"),
            ("dict after dict", [{}, {}], "RuntimeError"),
        ]
        for name, chunks, error in table:
            with self.subTest(name):
                response = ask(lambda self: write_all(self, chunks))
                self.assert_server_error(response, error)
                kind = response.header("Content-Type")
                self.assertEqual(kind, "text/plain; charset=utf-8")

    def test_status(self) -> None:
        table = [
            (200, "200 OK"),
            (201, "201 Created"),
            (299, "299 Unknown"),
            (404, "404 Not Found"),
            (599, "599 Unknown"),
        ]
        for status, line in table:
            with self.subTest(line):
                response = ask(lambda self: self.set_status(status))
                self.assertEqual(response.status_line, line)
        for bad in (0, 99, 100, 101, 199, 600, -200, 1000, "200", None):
            with self.subTest(bad=bad):
                response = ask(lambda self: self.set_status(bad))
                self.assertEqual(response.status, 500)

    def test_a_status_without_a_body(self) -> None:
        for status, length in ((204, None), (304, None), (205, "0")):
            for method in ("GET", "HEAD"):
                with self.subTest(status=status, method=method):

                    def action(self: RequestHandler) -> None:
                        self.set_status(status)
                        self.write("dropped")

                    response = call(application(action), method)
                    self.assertEqual(response.body, b"")
                    if method == "GET":
                        self.assertEqual(response.header("Content-Length"), length)
                    if status != 205:
                        self.assertIsNone(response.header("Content-Length"))
                        self.assertIsNone(response.header("Content-Type"))

    def test_set_and_add_header(self) -> None:
        def get(self: RequestHandler) -> None:
            self.add_header("X-A", "1")
            self.add_header("x-a", "2")
            self.set_header("X-B", "1")
            self.set_header("x-b", "2")
            self.set_header("CONTENT-TYPE", "text/html; charset=utf-8")
            self.set_header("X-Latin", "\xe9 \xff")
            self.set_header("X-Empty", "")

        response = ask(get)
        self.assertEqual(response.all("X-A"), ["1", "2"])
        self.assertEqual(response.all("X-B"), ["2"])
        self.assertEqual(response.header("Content-Type"), "text/html; charset=utf-8")
        self.assertEqual(response.header("X-Latin"), "\xe9 \xff")
        self.assertEqual(response.header("X-Empty"), "")

    def test_a_refused_header_field_leaves_the_one_before(self) -> None:
        def get(self: RequestHandler) -> None:
            with contextlib.suppress(ValueError):
                self.set_header("Content-Type", "x\r\ny")

        self.assertEqual(ask(get).header("Content-Type"), "text/plain; charset=utf-8")

    def test_header_fields_that_are_refused(self) -> None:
        values = [
            "a\nb",
            "a\rb",
            "a\r\nX: y",
            "\x00",
            "\t",
            "\x1f",
            "\x7f",
            "\u0100",
            "€",
        ]
        values += ["x\n", "\ud800", "\u2028"]
        names = [
            "",
            " ",
            "X Y",
            "X:",
            "X\n",
            "X\r\nY",
            "é",
            "X-",
            "X_",
            "-X",
            "1X",
            "(X)",
        ]
        names += [
            "Content-Length",
            "Connection",
            "TRANSFER-ENCODING",
            "Upgrade",
            "Status",
        ]
        table = [("X-Value", value) for value in values]
        table += [(name, "value") for name in names]
        for name, value in table:
            for setter in ("set_header", "add_header"):
                with self.subTest(setter, name=ascii(name), value=ascii(value)):
                    response = ask(lambda self: getattr(self, setter)(name, value))
                    self.assert_server_error(response, "ValueError")

    def test_redirect(self) -> None:
        table: list[tuple[str, str, dict[str, Any], str, int]] = [
            ("root", "/", {}, "/app/", 302),
            ("path", "/items?a=1&b=%20#x", {}, "/app/items?a=1&b=%20#x", 302),
            ("relative", "items", {}, "items", 302),
            ("query", "?page=2", {}, "?page=2", 302),
            ("absolute", "https://example.com/a", {}, "https://example.com/a", 302),
            ("another host", "//example.com/a", {}, "//example.com/a", 302),
            ("not ASCII", "/é x", {}, "/app/%C3%A9%20x", 302),
            ("backslash", "/\\evil.example", {}, "/app/%5Cevil.example", 302),
            ("IPv6", "http://[::1]/", {}, "http://[::1]/", 302),
            ("permanent", "/", {"permanent": True}, "/app/", 301),
            ("see other", "/", {"status": 303}, "/app/", 303),
        ]
        for name, url, options, location, status in table:
            with self.subTest(name):
                response = ask(
                    lambda self: self.redirect(url, **options), SCRIPT_NAME="/app"
                )
                self.assertEqual(response.status, status, response.errors)
                self.assertEqual(response.header("Location"), location)
        for bad in ("/\r\nX: y", "/\n", "/\t/x", "/\x00", "/%zz", "/100%", "/\ud800"):
            with self.subTest(ascii(bad)):
                response = ask(lambda self: self.redirect(bad))
                self.assert_server_error(response, "ValueError")

    def test_the_mount(self) -> None:
        table: list[tuple[str | None, str]] = [
            ("", ""),
            (None, ""),
            ("/app", "/app"),
            ("/app/", "/app"),
            ("/\xc3\xa9;x y", "/%C3%A9%3Bx%20y"),
        ]
        for script_name, mount in table:
            with self.subTest(script_name):
                response = ask(
                    lambda self: self.write(self.mount), SCRIPT_NAME=script_name
                )
                self.assertEqual(response.body.decode(), mount)

    def test_remote_ip(self) -> None:
        table: list[tuple[dict[str, Any], str]] = [
            ({}, "10.0.0.1"),
            ({"HTTP_X_REAL_IP": "203.0.113.7"}, "203.0.113.7"),
            ({"HTTP_X_REAL_IP": ""}, "10.0.0.1"),
            ({"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, "10.0.0.1"),
            ({"REMOTE_ADDR": None}, ""),
        ]
        for environ, ip in table:
            with self.subTest(str(environ)):
                response = ask(lambda self: self.write(self.remote_ip), **environ)
                self.assertEqual(response.body.decode(), ip)


class CookieTest(TestCase):
    def test_set_cookie(self) -> None:
        plain = "a=b; Path=/; SameSite=Lax"
        table: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
            ("default", {}, {}, plain + "; HttpOnly"),
            ("HTTPS", {}, {"wsgi_url_scheme": "https"}, plain + "; Secure; HttpOnly"),
            ("secure", {"secure": True}, {}, plain + "; Secure; HttpOnly"),
            (
                "not secure",
                {"secure": False},
                {"wsgi_url_scheme": "https"},
                plain + "; HttpOnly",
            ),
            ("readable", {"httponly": False}, {}, plain),
            ("max age", {"max_age": 60}, {}, plain + "; Max-Age=60; HttpOnly"),
            (
                "mounted",
                {},
                {"SCRIPT_NAME": "/app"},
                "a=b; Path=/app; SameSite=Lax; HttpOnly",
            ),
            (
                "elsewhere",
                {"path": "/x", "domain": "example.com", "samesite": "Strict"},
                {},
                "a=b; Path=/x; SameSite=Strict; Domain=example.com; HttpOnly",
            ),
        ]
        for name, options, environ, expected in table:
            with self.subTest(name):
                response = ask(
                    lambda self: self.set_cookie("a", "b", **options), **environ
                )
                self.assertEqual(response.header("Set-Cookie"), expected)

    def test_a_cookie_cannot_inject(self) -> None:
        evil = ["x;y", "x; Domain=evil", "x\r\nY: z", "x y", 'x"', "x,y", "x\\y", "é"]
        evil += ["\x00", "x\n", "\x7f", "\ud800"]
        table: list[tuple[tuple[str, str], dict[str, Any]]] = []
        for text in evil:
            table += [
                (("a", text), {}),
                ((text, "b"), {}),
                (("a", "b"), {"path": text}),
            ]
            table += [(("a", "b"), {"domain": text}), (("a", "b"), {"samesite": text})]
        table += [
            (("", "b"), {}),
            (("a=b", "c"), {}),
            (("a", "b"), {"max_age": "1; x"}),
        ]
        for arguments, options in table:
            with self.subTest(ascii((arguments, options))):
                response = ask(lambda self: self.set_cookie(*arguments, **options))
                self.assert_server_error(response, "ValueError")
                self.assertEqual(response.all("Set-Cookie"), [])

    def test_the_last_cookie_of_a_name_is_sent(self) -> None:
        def get(self: RequestHandler) -> None:
            self.set_cookie("a", "1")
            self.set_cookie("b", "2")
            self.set_cookie("b", "3", path="/x")
            self.clear_cookie("a")

        cookies = [cookie.split(";")[0] for cookie in ask(get).all("Set-Cookie")]
        self.assertEqual(cookies, ["a=", "b=2", "b=3"])
        self.assertIn("Max-Age=0", ask(get).all("Set-Cookie")[0])

    def test_get_cookie(self) -> None:
        table: list[tuple[str | None, str]] = [
            (None, "None"),
            ("", "None"),
            ("a=1", "1"),
            ("b=2; a=1", "1"),
            ("b=2;a=1", "1"),
            ('a="1"', "1"),
            ("a=", ""),
            ("a=1=2", "1=2"),
            ("a=1; a=2", "1"),
            ("A=1", "None"),
            ("a", "None"),
            (";;= ;=x; ; a = 1 ;", "1"),
            ("a=\xc3\xa9", "é"),
            ("a=\xff", "\ufffd"),
            ("{bad json}; \x01\x02=; a=1", "1"),
        ]
        for header, expected in table:
            with self.subTest(ascii(header)):
                get: Callable[[Any], None] = lambda self: self.write(
                    str(self.get_cookie("a"))
                )
                response = ask(get, HTTP_COOKIE=header)
                self.assertEqual(response.body.decode(), expected)

    def test_what_is_set_can_be_read(self) -> None:
        value = "".join(chr(c) for c in range(33, 127) if chr(c) not in '",;\\')
        sent = ask(lambda self: self.set_cookie("a", value)).header("Set-Cookie")
        assert sent is not None
        header = sent.partition("; ")[0]
        response = ask(
            lambda self: self.write(self.get_cookie("a")), HTTP_COOKIE=header
        )
        self.assertEqual(response.body.decode(), value)


def write_all(handler: RequestHandler, chunks: list[Any]) -> None:
    """Write one chunk after the other."""
    for chunk in chunks:
        handler.write(chunk)


def fail(error: BaseException) -> Callable[[Any], None]:
    """Return a method that answers half, then raises."""

    def get(self: RequestHandler) -> None:
        self.set_status(201)
        self.set_header("X-Half", "written")
        self.set_cookie("a", "b")
        self.write({"half": "written"})
        raise error

    return get


class ErrorTest(TestCase):
    def test_an_http_error_replaces_what_was_written(self) -> None:
        table: list[tuple[HTTPError, int, str]] = [
            (HTTPError(404), 404, "404 Not Found\n"),
            (HTTPError(400, "é no"), 400, "400 é no\n"),
            (HTTPError(499), 499, "499 Error\n"),
            (HTTPError(503, headers={"Retry-After": "5"}), 503, "503 Service Unavai"),
        ]
        for error, status, body in table:
            with self.subTest(status):
                response = ask(fail(error))
                self.assert_refused(response, status)
                self.assertTrue(response.body.decode().startswith(body))
                for name in ("X-Half", "Set-Cookie"):
                    self.assertIsNone(response.header(name))
                kind = response.header("Content-Type")
                self.assertEqual(kind, "text/plain; charset=utf-8")
        self.assertEqual(response.header("Retry-After"), "5")

    def test_an_exception_is_a_logged_traceback_and_a_plain_500(self) -> None:
        errors: list[Exception] = [ValueError("secret"), RecursionError(), OSError(5)]
        errors += [KeyError("x"), StopIteration(), MemoryError(), AssertionError()]
        for error in errors:
            with self.subTest(repr(error)):
                response = ask(fail(error), path="/x?password=1")
                self.assert_server_error(response, type(error).__name__)
                self.assertTrue(response.errors.startswith("GET /x\n    Traceback "))
                self.assertNotIn("password", response.errors)
                self.assertEqual(response.errors[-1], "\n")
                self.assertIsNone(response.header("X-Half"))

    def test_exits_are_not_caught(self) -> None:
        for error in (KeyboardInterrupt(), SystemExit(1)):
            with self.subTest(repr(error)), self.assertRaises(type(error)):
                ask(fail(error))

    def test_nobody_can_forge_a_line_of_the_log(self) -> None:
        def get(self: RequestHandler) -> None:
            raise ValueError("é\nGET /forged\r\x1b[31m\x85\u2028\ud800\x00")

        response = ask(get, path="/a\r\nGET /forged\x1b")
        self.assert_server_error(response, "ValueError")
        lines = response.errors.split("\n")
        self.assertEqual(lines[0], "GET /a\\r\\nGET /forged\\x1b")
        for line in lines[1:-1]:
            self.assertTrue(line.startswith("    "), line)
        self.assertTrue(response.errors.replace("\n", "").isprintable())
        self.assertTrue(response.errors.isascii())

    def test_the_log_is_flushed(self) -> None:
        class Log(io.StringIO):
            flushed = ""

            def flush(self) -> None:
                self.flushed = self.getvalue()

        log = Log()
        ask(fail(ValueError()), wsgi_errors=log)
        self.assertIn("ValueError", log.flushed)

    def test_a_broken_log_does_not_cost_the_answer(self) -> None:
        class Broken(io.StringIO):
            def write(self, text: str) -> int:
                raise OSError("full")

        response = ask(fail(ValueError()), wsgi_errors=Broken())
        self.assertEqual(response.status, 500)

    def test_write_error_can_be_overridden(self) -> None:
        class Page(RequestHandler):
            def get(self) -> None:
                raise ValueError("secret")

            def write_error(self, status: int, message: str) -> None:
                self.set_header("Content-Type", "text/html; charset=utf-8")
                self.write(f"<h1>{status}: {message}</h1>")

        app = Application([("/", Page)])
        response = call(app)
        self.assertEqual(response.body, b"<h1>500: Internal Server Error</h1>")
        self.assertEqual(call(app, "PUT").body, b"<h1>405: Method Not Allowed</h1>")

    def test_what_fails_in_write_error_is_a_plain_500(self) -> None:
        for error in (ValueError("again"), HTTPError(404)):
            with self.subTest(repr(error)):

                def write_error(
                    self: RequestHandler, status: int, message: str
                ) -> None:
                    self.write("half")
                    raise error

                members = {"get": fail(KeyError("first")), "write_error": write_error}
                handler = type("H", (RequestHandler,), members)
                response = call(Application([("/", handler)]))
                self.assert_server_error(response, type(error).__name__)
                self.assertIn("KeyError: 'first'", response.errors)

    def test_what_fails_in_init_is_a_plain_500(self) -> None:
        def init(self: RequestHandler, environ: WSGIEnvironment) -> None:
            raise ValueError("init")

        handler = type("H", (RequestHandler,), {"__init__": init})
        self.assert_server_error(call(Application([("/", handler)])), "init")

    def test_an_error_header_cannot_inject(self) -> None:
        response = ask(fail(HTTPError(401, headers={"X-A": "b\r\nX: y"})))
        self.assert_server_error(response, "ValueError")

    def test_a_failing_start_response_is_the_servers(self) -> None:
        def start_response(*args: Any) -> Any:
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            Application([])({"REQUEST_METHOD": "GET"}, start_response)

    def test_requests_share_nothing(self) -> None:
        app = application(lambda self: self.add_header("X-A", "1"))
        self.assertEqual(call(app).headers, call(app).headers)
        first = call(Application([]))
        first.headers.append(("X-Added", "by a server"))
        self.assertNotIn(first.headers[-1], call(Application([])).headers)


class FileTest(unittest.TestCase):
    def test_it_imports_the_standard_library_alone(self) -> None:
        known = "__future__ collections contextlib http json re traceback typing urllib"
        tree = ast.parse(Path(web.__file__).read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                with self.subTest(name):
                    self.assertIn(
                        name.split(".")[0], [*known.split(), "wsgiref", "_typeshed"]
                    )

    def test_the_import_starts_nothing(self) -> None:
        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "bad = ('socket.', 'subprocess.', 'os.fork', '_thread.', 'os.system')\n"
            "seen = []\n"
            "sys.addaudithook(lambda e, a: e.startswith(bad) and seen.append(e))\n"
            "import hello.routes, threading\n"
            "assert not seen and threading.active_count() == 1, seen\n"
            "assert 'asyncio' not in sys.modules\n"
        )
        project = str(Path(web.__file__).parent.parent)
        subprocess.run([sys.executable, "-c", script, project], check=True)


if __name__ == "__main__":
    unittest.main()
