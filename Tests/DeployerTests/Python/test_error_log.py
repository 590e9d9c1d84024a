"""The last exception of an error log, in every form in which the host writes one."""

from __future__ import annotations

import builtins
import contextlib
import io
import linecache
import random
import textwrap
import time
import traceback
import types
import unittest
from datetime import datetime, timedelta
from pathlib import Path

from support import DOMAIN, HANDLER, DeployTest  # puts the deployer on the path

# isort: split
from pa_new_deploy.logs.error_log import LoggedError, last_error, read_lines

NOW = datetime(2026, 11, 29, 3, 10, 0)
STARS = "***************************************************"


def stamped(text: str, time: datetime = NOW, form: str = "{},146: ") -> str:
    """Write the time before each line, as the host does for what goes to sys.stderr."""
    head = form.format(time.strftime("%Y-%m-%d %H:%M:%S"))
    return "".join(head + line + "\n" for line in text.splitlines())


def of_the_host(error: BaseException, has_help: bool = True) -> str:
    """Log an exception as the host's wrapper does: a copy of its few lines' behaviour."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "importlib" not in frame.filename
    ]
    text = "Error running WSGI application\n"
    text += "\n".join(traceback.format_exception_only(type(error), error))
    text += "\n".join(traceback.format_list(frames))
    help_page = "https://help.pythonanywhere.com/pages/DebuggingImportError/"
    end = [STARS, "If you're seeing an import error and don't know why,"]
    end += ["we have a dedicated help page to help you debug: ", help_page, STARS]
    return text + ("\n".join(end) + "\n" if has_help else "")


def raised(source: str, path: str = "/home/alice/hello/hello/routes.py") -> Exception:
    """Return the exception that a file of the host would raise."""
    source = textwrap.dedent(source)
    module = types.ModuleType("hello")
    lines = source.splitlines(keepends=True)
    linecache.cache[path] = (len(source), None, lines, path)
    try:
        exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102
    except Exception as error:  # noqa: BLE001
        return error
    raise AssertionError("it raises nothing")


def found(text: str, since: datetime | None = None) -> LoggedError:
    error = last_error(read_lines(text), since)
    assert error is not None, text
    return error


class HostTest(unittest.TestCase):
    """What the host's wrapper logs: the exception comes first."""

    def check(self, text: str) -> None:
        error = found(text)
        self.assertEqual(error.text, "ModuleNotFoundError: No module named 'no_such'")
        last = error.frames[-1]
        self.assertEqual(
            (last.path, last.line, last.function, last.source),
            ("/home/alice/hello/hello/routes.py", 3, "load", "import no_such"),
        )
        self.assertEqual(error.kind, "ModuleNotFoundError")

    def test_each_form_of_the_time(self) -> None:
        error = raised("def load():\n    # it\n    import no_such\nload()\n")
        text = of_the_host(error)
        self.check(text)
        for form in ("{},146: ", "{},146 :", "{} ", "{} {},079 [ERROR] root: "):
            double = form.count("{}") == 2
            head = form.replace("{}", NOW.strftime("%Y-%m-%d %H:%M:%S"))
            self.check("".join(head + line + "\n" for line in text.splitlines()))
            self.assertEqual(found(stamped(text)).time, NOW)
            if double:  # the public excerpt of 2025 has no indentation
                lines = [line.strip() for line in text.splitlines()]
                self.check("".join(f"{head}{line}\n" for line in lines))

    def test_each_request_logs_it_again(self) -> None:
        error = raised("def load():\n    # it\n    import no_such\nload()\n")
        text = stamped(of_the_host(error)) * 30
        self.check(text)
        self.check(text.replace("\n", "\r\n"))

    def test_a_message_of_several_lines(self) -> None:
        error = raised("raise ValueError('Error loading MySQLdb.\\nIs it there?')\n")
        self.assertEqual(
            found(stamped(of_the_host(error))).text,
            "ValueError: Error loading MySQLdb.\nIs it there?",
        )
        error = raised("raise ValueError('\\n'.join(map(str, range(1000))))\n")
        last = found(stamped(of_the_host(error)))
        self.assertEqual(len(last.text.splitlines()), 12)
        self.assertEqual(last.frames[-1].line, 1)

    def test_a_syntax_error(self) -> None:
        try:
            compile("x = 1\ny = (2\n", "/home/alice/hello/hello/routes.py", "exec")
        except SyntaxError as error:
            text = of_the_host(error)
        last = found(stamped(text))
        self.assertEqual(last.kind, "SyntaxError")
        self.assertEqual(last.frames[-1].path, "/home/alice/hello/hello/routes.py")
        self.assertEqual(last.frames[-1].line, 2)
        self.assertEqual(last.frames[-1].source, "y = (2")
        # The frames that lead there are before it.
        self.assertEqual(Path(last.frames[0].path).name, "test_error_log.py")

    def test_an_exception_alone(self) -> None:
        text = "Error running WSGI application\nTypeError: missing 'send'\n"
        self.assertEqual(found(stamped(text)).text, "TypeError: missing 'send'")
        self.assertEqual(found(stamped(text)).frames, ())
        later = stamped("a line of the app\n", NOW + timedelta(seconds=9))
        for after in (later, stamped(STARS + "\n")):
            self.assertEqual(
                found(stamped(text) + after).text, "TypeError: missing 'send'"
            )

    def test_what_follows_is_no_part_of_it(self) -> None:
        error = raised("raise KeyError('A')\n")
        later = stamped("a line of the app\n", NOW + timedelta(seconds=9))
        last = found(stamped(of_the_host(error, has_help=False)) + later)
        self.assertEqual(last.text, "KeyError: 'A'")
        self.assertEqual(len(last.frames), 2)


class TracebackTest(unittest.TestCase):
    """What frameworks log: a usual traceback, with the time in its first line only."""

    def logged(self, source: str) -> str:
        error = raised(source)
        lines = traceback.format_exception(type(error), error, error.__traceback__)
        return stamped("Exception on / [GET]\n") + "".join(lines)

    def test_one(self) -> None:
        last = found(self.logged("def f():\n    return 1 / 0\nf()\n"))
        self.assertEqual(last.text, "ZeroDivisionError: division by zero")
        self.assertEqual(last.frames[-1].source, "return 1 / 0")
        self.assertEqual(last.time, NOW)

    def test_the_next_record_is_no_part_of_the_message(self) -> None:
        text = self.logged("raise ValueError('one\\ntwo')\n")
        last = found(text + stamped("Exception on /x [GET]\n"))
        self.assertEqual(last.text, "ValueError: one\ntwo")

    def test_a_chain_is_one_exception(self) -> None:
        for end in ("from error", ""):
            source = f"""\
                try:
                    {{}}["KEY"]
                except KeyError as error:
                    raise RuntimeError("no setting") {end}
                """
            last = found(self.logged(source))
            self.assertEqual(last.text, "RuntimeError: no setting")
            self.assertEqual(last.earlier, ("KeyError: 'KEY'",))
            self.assertEqual(last.frames[-1].line, 4)

    def test_an_exception_group(self) -> None:
        if not hasattr(builtins, "ExceptionGroup"):
            return  # before 3.11 there are none; the next test has a printed one
        last = found(
            self.logged(
                """\
                def one():
                    raise ValueError("the first")
                try:
                    one()
                except ValueError as error:
                    raise ExceptionGroup("two", [error, KeyError("K")])
                """
            )
        )
        self.assertIn("ExceptionGroup: two (2 sub-exceptions)", last.text)
        self.assertIn("ValueError: the first", last.earlier)
        self.assertEqual(last.frames[-1].function, "one")

    def test_a_printed_exception_group(self) -> None:
        text = """\
  + Exception Group Traceback (most recent call last):
  |   File "/home/alice/hello/hello/routes.py", line 6, in <module>
  |     raise ExceptionGroup("two", [error])
  | ExceptionGroup: two (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/home/alice/hello/hello/work.py", line 2, in one
    |     raise ValueError("the first")
    | ValueError: the first
    +------------------------------------
"""
        last = found(stamped(text))
        self.assertEqual(last.text, "ExceptionGroup: two (1 sub-exception)")
        self.assertEqual(last.earlier, ("ValueError: the first",))
        self.assertEqual(last.frames[-1].path, "/home/alice/hello/hello/work.py")

    def test_a_frame_without_its_code(self) -> None:
        text = 'Traceback (most recent call last):\n  File "<string>", line 1, in f\n'
        last = found(text + "NameError: name 'x' is not defined\n")
        self.assertEqual(last.text, "NameError: name 'x' is not defined")
        self.assertEqual(last.frames[-1].source, "")

    def test_a_repeated_frame(self) -> None:
        last = found(self.logged("def f():\n    f()\nf()\n"))
        self.assertEqual(last.kind, "RecursionError")

    def test_the_start_is_missing(self) -> None:
        text = self.logged("def f():\n    return 1 / 0\nf()\n")
        cut = text[text.index('  File "/home') + 5 :]
        last = found(cut)
        self.assertEqual(last.text, "ZeroDivisionError: division by zero")
        self.assertFalse(last.is_whole)
        # Cut in the exception itself: there is nothing to find.
        self.assertIsNone(last_error(read_lines("sionError: division by zero\n")))

    def test_line_breaks_of_the_server_log(self) -> None:
        text = (
            'Traceback (most recent call last):\n  File "/usr/lib/h.py", line 940, in '
            "emit#012    self.socket.sendto(msg)\nOSError: [Errno 9] Bad descriptor\n"
        )
        self.assertEqual(found(text).frames[-1].source, "self.socket.sendto(msg)")


class FakeHostTest(DeployTest):
    """The log that the fake host writes after a deployment."""

    def test_an_app_that_cannot_be_imported(self) -> None:
        source = "import no_such\n\n\ndef application(environ, start):\n    pass\n"
        self.deploy(self.folder({**HANDLER, "hello/routes.py": source}), code=1)
        log = self.host.log(DOMAIN, "error").read_text()
        last = found(log)
        self.assertEqual(last.text, "ModuleNotFoundError: No module named 'no_such'")
        self.assertTrue(last.frames[-1].path.endswith("/hello/hello/routes.py"), last)
        self.assertEqual(
            (last.frames[-1].line, last.frames[-1].source[:6]), (1, "import")
        )
        self.assertIsNotNone(last.time)


class ChoiceTest(unittest.TestCase):
    """Which of the exceptions is told."""

    def test_the_last_one(self) -> None:
        old = stamped(of_the_host(raised("raise ValueError('old')\n")))
        new = stamped(of_the_host(raised("raise ValueError('new')\n")))
        self.assertEqual(found(old + new).text, "ValueError: new")

    def test_only_since_a_time(self) -> None:
        text = stamped(of_the_host(raised("raise ValueError('old')\n")))
        lines = read_lines(text)
        self.assertIsNotNone(last_error(lines, NOW))
        self.assertIsNone(last_error(lines, NOW + timedelta(seconds=1)))
        # Without any time, it is not known to be new.
        lines = read_lines(of_the_host(raised("raise ValueError('old')\n")))
        self.assertIsNone(last_error(lines, NOW))

    def test_a_visitor_who_went_away_is_no_failure(self) -> None:
        first = stamped(of_the_host(raised("raise ValueError('it')\n")))
        noise = "Traceback (most recent call last):\nOSError: write error\n"
        self.assertEqual(found(first + stamped(noise)).text, "ValueError: it")

    def test_nothing(self) -> None:
        for text in ("", "\n", "hello\n", "Error running WSGI application", STARS):
            self.assertIsNone(last_error(read_lines(text)), text)

    def test_hostile_text_ends_soon(self) -> None:
        began = time.process_time()
        source = random.Random(1)
        pieces = [
            '  File "',
            "Traceback (most recent call last):",
            "  + ",
            "  | ",
            "\n",
        ]
        pieces += [
            "Error running WSGI application",
            "2026-11-29 03:10:00,1: ",
            "^~",
            "x",
        ]
        pieces += [
            "+-+------",
            ", line 1, in f",
            "ValueError: ",
            "#012",
            "\x1b[2J",
            "\0",
        ]
        for _ in range(300):
            text = "".join(source.choice(pieces) for _ in range(400))
            last_error(read_lines(text))
        for piece in pieces:
            last_error(read_lines(piece * (400_000 // len(piece))))
        last_error(read_lines('  File "a", line 1, in f\n' * 20_000))
        last_error(read_lines("  | " * 100_000))
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertLess(time.process_time() - began, 20)


if __name__ == "__main__":
    unittest.main()
