"""The error log has the line of the user's code first, and no line of `web/`."""

from __future__ import annotations

import gc
import tempfile
import textwrap
import unittest
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import hello.web
from asking import TestCase, call
from hello.web import Application, RequestHandler

PACKAGE = Path(hello.web.__file__).parent.parent
LOST = "Traceback (most recent call last):"


def log(code: str, file: Path = PACKAGE / "handlers.py", **more: Any) -> list[str]:
    """Return what is logged of a handler whose code seems to be that of a file.

    :param code: the class ``Main``.
    :param more: names that it uses.
    """
    names: dict[str, Any] = {"RequestHandler": RequestHandler, **more}
    code = textwrap.dedent(code)
    exec(compile(code, file, "exec"), names)  # noqa: S102 (that is what it is for)
    response = call(Application([("/", names["Main"])]))
    if response.status != 500:
        raise AssertionError(response.body)
    first, *lines = response.errors.splitlines()
    if first != "GET /" or any(line[:4] != "    " for line in lines):
        raise AssertionError(response.errors)
    return [line[4:] for line in lines]


class TracebackTest(TestCase):
    def test_the_first_line_tells_where_and_what(self) -> None:
        lines = log(
            """\
            class Main(RequestHandler):
                def get(self):
                    self.total()

                def total(self):
                    1 / 0
            """
        )
        place = "hello/handlers.py:6 in Main.total: "
        self.assertEqual(lines[0], place + "ZeroDivisionError: division by zero")
        self.assertEqual(lines[1], LOST)
        files = [line for line in lines if line.startswith("  File ")]
        self.assertEqual(len(files), 2)
        self.assertIn('handlers.py", line 3', files[0])
        self.assertIn('handlers.py", line 6', files[1])
        self.assertEqual(lines[-1], "ZeroDivisionError: division by zero")

    def test_a_mistake_that_the_library_finds_has_the_users_line(self) -> None:
        lines = log(
            """\
            class Main(RequestHandler):
                def get(self):
                    self.set_header("A", "b\\n")
            """
        )
        self.assertTrue(lines[0].startswith("hello/handlers.py:3 in Main.get: Value"))
        self.assertNotIn("/web/", "".join(lines))

    def test_of_libraries_in_between_the_users_line_is_first(self) -> None:
        lines = log(
            """\
            import json
            class Main(RequestHandler):
                def get(self):
                    json.loads("{")
            """
        )
        self.assertTrue(lines[0].startswith("hello/handlers.py:4 in Main.get: json."))
        self.assertIn("decoder.py", "".join(lines))
        venv = PACKAGE.parent / ".venv/lib/site-packages/a.py"
        library: dict[str, Any] = {}
        exec(compile("def fail(): 1 / 0", venv, "exec"), library)  # noqa: S102
        code = "class Main(RequestHandler):\n    def get(self): fail()"
        lines = log(code, fail=library["fail"])
        self.assertTrue(lines[0].startswith("hello/handlers.py:2 in Main.get"))
        self.assertIn(str(venv), "".join(lines))
        first = log("class Main(RequestHandler):\n    def get(self): 1 / 0", venv)[0]
        self.assertTrue(first.startswith(".venv/lib/site-packages/a.py:2 in "), first)

    def test_a_missing_setting_has_the_users_line(self) -> None:
        code = """\
            import pa_env
            class Main(RequestHandler):
                def get(self):
                    self.write(pa_env.required("NO_SUCH_SETTING"))
            """
        lines = log(code)
        said = (
            "hello/handlers.py:4 in Main.get: pa_env.MissingSetting: NO_SUCH_SETTING is not"
            f" set: add a line NO_SUCH_SETTING=... to {PACKAGE.parent}/.env, on your own"
            " computer to .env beside pa_env.py"
        )
        self.assertEqual(lines[0], said)

    def test_what_led_to_an_exception_has_no_lines_of_the_library(self) -> None:
        lines = log(
            """\
            class Main(RequestHandler):
                def get(self):
                    try:
                        self.set_status(99)
                    except ValueError as error:
                        raise KeyError("two\\nlines") from error
            """
        )
        first = "hello/handlers.py:6 in Main.get: KeyError: "
        self.assertEqual(lines[0], first + "'two\\nlines'")
        self.assertEqual(lines.count(LOST), 2)
        self.assertNotIn("/web/", "".join(lines))

    def test_calls_without_an_end_are_there_a_few_times(self) -> None:
        for between in ("", "self.three()", "[self.three() for _ in 'ab']"):
            code = f"""\
            class Main(RequestHandler):
                def get(self):
                    self.two()

                def two(self):
                    {between or "self.get()"}

                def three(self):
                    self.get()
            """
            with self.subTest(between):
                lines = log(code)
                place = "hello/handlers.py:9 in Main.three"
                if not between:
                    place = "hello/handlers.py:6 in Main.two"
                self.assertTrue(lines[0].startswith(f"{place}: RecursionError: max"))
                self.assertLess(len(lines), 60)
                calls = 3 if between else 2
                said = f"  [Previous {calls} calls repeated "
                if between[:1] != "[":  # it is a call before Python 3.12
                    self.assertIn(said, "".join(lines))
                self.assertTrue(lines[-1].startswith("RecursionError: max"))

    def test_a_call_of_itself_is_told_as_python_does(self) -> None:
        lines = log(
            "class Main(RequestHandler):\n    def get(self):\n        self.get()\n"
        )
        self.assertTrue(lines[0].startswith("hello/handlers.py:3 in Main.get: Recur"))
        self.assertIn("  [Previous line repeated ", "".join(lines))
        self.assertNotIn(" calls repeated ", "".join(lines))

    def test_a_fault_of_the_library_shows_its_lines(self) -> None:
        application = Application([("/", RequestHandler)])
        application._found["/"] = (None, None)  # type: ignore[assignment]
        response = call(application)
        self.assert_server_error(response, "TypeError")
        self.assertIn("application.py", response.errors)

    def test_a_path_that_no_server_may_send(self) -> None:
        for main in (Application([]), Application([("/", RequestHandler)])):
            response = call(main, path="/\u20ac")
            self.assert_server_error(response, "UnicodeEncodeError")

    def test_exceptions_that_cannot_be_told(self) -> None:
        for body in ("raise ZeroDivisionError", "return 1 / 0", "return 5"):
            with self.subTest(body):
                lines = log(
                    f"""\
                    class Odd(Exception):
                        def __str__(self):
                            {body}
                    class Main(RequestHandler):
                        def get(self):
                            raise Odd
                    """
                )
                self.assertTrue(lines[0].startswith("hello/handlers.py:6 in Main.get"))
        lines = log(
            """\
            class Main(RequestHandler):
                def get(self):
                    self = Odd()
                    1 / 0
            class Odd:
                def __bool__(self):
                    raise KeyError
            """
        )
        self.assertIn("ZeroDivisionError: division by zero", lines)

    def test_a_traceback_that_cannot_be_made_costs_no_response(self) -> None:
        code = "class Main(RequestHandler):\n    def get(self): 1 / 0\n"
        with mock.patch("hello.web.tracebacks.describe", side_effect=MemoryError):
            lines = log(code)
        self.assertEqual(
            lines, ["ZeroDivisionError, of which nothing more can be told"]
        )

    def test_syntax_errors(self) -> None:
        lines = log(
            """\
            class Main(RequestHandler):
                def get(self):
                    compile("a b", "x.py", "exec")
            """
        )
        first = "hello/handlers.py:3 in Main.get: SyntaxError: invalid syntax"
        self.assertEqual(lines[0], first)


class WrongResultTest(TestCase):
    def first(self, code: str) -> str:
        """Return the first line for a handler in a file of its own."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "pages.py")
            file.write_text(textwrap.dedent(code))
            lines = log(code, file)
            self.assertEqual(lines[1], LOST)
            line = lines[0].partition(" ")[0].rpartition(":")[2]
            self.assertEqual(lines[2], f'  File "{file}", line {line}, in Main.get')
            return lines[0].removeprefix(f"{file}:")

    def test_the_line_of_the_return(self) -> None:
        line = self.first(
            """\
            class Main(RequestHandler):
                def get(self):
                    def inner():
                        return 1

                    if inner() == 2:
                        return None
                    return "text"
            """
        )
        what = "8 in Main.get: TypeError: Main.get returned a value of the type str"
        self.assertEqual(line, what + ": call self.write(...) instead of return")

    def test_one_of_several_lines_is_not_guessed(self) -> None:
        line = self.first(
            """\
            class Main(RequestHandler):
                def get(self):
                    if self.body:
                        return 1
                    return {}
            """
        )
        self.assertTrue(line.startswith("2 in Main.get: TypeError: Main.get returned"))
        self.assertIn("of the type dict", line)

    def test_decorated_methods(self) -> None:
        line = self.first(
            """\
            import functools

            def logged(method):
                @functools.wraps(method)
                def wrapper(self):
                    return method(self)
                return wrapper

            class Main(RequestHandler):
                @logged
                def get(self):
                    return 0
            """
        )
        self.assertTrue(line.startswith("12 in Main.get: "), line)

    def test_generators_and_coroutines(self) -> None:
        code = "class Main(RequestHandler):\n    {}def get(self):\n        {}\n"
        line = self.first(code.format("", "yield 1"))
        self.assertTrue(line.startswith("2 in Main.get: TypeError: Main.get has a yie"))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            line = self.first(code.format("async ", "pass"))
            gc.collect()
        self.assertEqual(told, [], "it is not told that it was never awaited")
        self.assertIn("2 in Main.get: TypeError: Main.get is async", line)

    def test_every_method_that_the_user_defines(self) -> None:
        """An ``async def prepare`` would check nothing, and say nothing."""

        async def wait(self: RequestHandler, *args: object) -> None:
            """Do nothing, ever."""

        def text(self: RequestHandler, *args: object) -> str:
            return "text"

        def fail(self: RequestHandler) -> None:
            raise KeyError

        for name in ("prepare", "get", "write_error", "on_finish"):
            for method, words in (
                (wait, "is async: write def instead of async def"),
                (text, "returned a value of the type str: call self.write(...)"),
            ):
                with self.subTest(name=name, words=words):
                    get = fail if name == "write_error" else RequestHandler.prepare
                    members = {"get": get, name: method}
                    handler = type("Main", (RequestHandler,), members)
                    response = call(Application([("/", handler)]))
                    self.assertIn(f"TypeError: {method.__qualname__} ", response.errors)
                    self.assertIn(words, response.errors)
                    status = 200 if name == "on_finish" else 500
                    self.assertEqual(response.status, status)

    def test_without_a_source(self) -> None:
        code = "class Main(RequestHandler):\n    def get(self): return 1\n"
        self.assertIn(
            "handlers.py:2 in Main.get: TypeError: Main.get ret", log(code)[0]
        )
        gone = Path("/nowhere/a.py")
        self.assertTrue(log(code, gone)[0].startswith("/nowhere/a.py:2 in Main.get"))
        code = "class Main(RequestHandler):\n    get = print and {}\n"
        lines = log(code.format("(lambda self: 1)"))
        self.assertIn("hello/handlers.py:2 in Main.<lambda>: TypeError: ", lines[0])
        # A function of C code has no place, but a name.
        lines = log(code.format("staticmethod(lambda: 1).__func__.__class__"))
        self.assertIn("TypeError", lines[-1])


if __name__ == "__main__":
    unittest.main()
