"""What a hostile visitor or a broken server can send: no worker ends, and none grows.

Run with the folder of a built project on PYTHONPATH that has the handlers of Swift/servers/.
"""

from __future__ import annotations

import io
import sys
import threading
import unittest
from pathlib import Path
from types import FrameType
from typing import Any

import wsgi
from asking import FORM, JSON, Reply, ask, environ

MEGABYTE = 1 << 20


def memory(kind: str) -> int:
    """Return a number of /proc/self/status, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(kind + ":"):
            return int(line.split()[1]) * 1024
    raise AssertionError(kind)


def peak(method: str, path: str, body: bytes, **variables: Any) -> int:
    """Return by how many bytes the memory grows during a request."""
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak
    before = memory("VmRSS")
    ask(method, path, body, **variables)
    return memory("VmHWM") - before


class Input(io.BytesIO):
    """A body whose second piece raises an exception."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(b"a part")
        self.error = error

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the first piece once."""
        piece = super().read(size)
        if not piece:
            raise self.error
        return piece


class Broken(io.StringIO):
    """A log that cannot be written."""

    def write(self, text: str, /) -> int:
        """Fail."""
        raise OSError("no space left")


class PathTest(unittest.TestCase):
    """What the path can say."""

    def test_a_letter(self) -> None:
        for path, status in (
            ("/letters/a", "200 OK"),
            ("/letters/e\u0301", "200 OK"),
            ("/letters/ab", "404 Not Found"),
            ("/letters/" + "n" * 10_000, "404 Not Found"),
        ):
            with self.subTest(path=path[:20]):
                self.assertEqual(ask("GET", path).status, status)

    def test_marks(self) -> None:
        self.assertEqual(ask("GET", "/prices/e" + "\u0301" * 30).status[:3], "404")
        reply = ask("GET", "/prices/e" + "\u0301" * 31)
        self.assertEqual(
            reply.body,
            b"400 malformed request: more than 30 combining marks in a row\n",
        )


class BodyTest(unittest.TestCase):
    """What a body can be, and how a server can pass it on."""

    def chunked(self, path: str, body: bytes, flag: object = True) -> Reply:
        variables = {"CONTENT_LENGTH": None, "wsgi.input_terminated": flag}
        return ask("POST", path, body, **variables)

    def test_limits(self) -> None:
        for path, body, expected in (
            ("/unlimited", b"12345", b"5"),
            ("/limited", b"1234567890", b"10"),
            ("/limited", b"12345678901", b"413 Content Too Large\n"),
            ("/negative", b"", b"0"),
            ("/negative", b"1", b"413 Content Too Large\n"),
        ):
            with self.subTest(path=path, body=body):
                self.assertEqual(ask("POST", path, body).body, expected)
                self.assertEqual(self.chunked(path, body).body, expected)

    def test_a_form_of_separators_takes_little_memory(self) -> None:
        body = b"&" * (10 * MEGABYTE)
        peak("POST", "/prices", body, **FORM)
        self.assertLess(peak("POST", "/prices", body, **FORM), 4 * len(body))

    def test_a_form_is_read_only_for_a_handler_that_asks(self) -> None:
        self.assertEqual(ask("POST", "/length", b"a=%zz", **FORM).body, b"5")
        self.assertEqual(ask("POST", "/prices", b"a=%zz", **FORM).status[:3], "400")

    def test_names_of_fields(self) -> None:
        for length, status in ((1000, "200 OK"), (1001, "400 Bad Request")):
            body = b"n" * length + b"=1"
            self.assertEqual(ask("POST", "/prices", body, **FORM).status, status)

    def test_number_of_fields(self) -> None:
        for count, status in ((1000, "200 OK"), (1001, "400 Bad Request")):
            for text in ("&".join(["n=1"] * count), "&" * (count - 1)):
                with self.subTest(count=count, text=text[:4]):
                    reply = ask("POST", "/prices", text.encode(), **FORM)
                    self.assertEqual(reply.status, status)
                    reply = ask("POST", "/prices", QUERY_STRING=text)
                    self.assertEqual(reply.status, status)

    def test_what_lies_behind_the_request_is_not_read(self) -> None:
        for flag in (False, 0, "", None):
            with self.subTest(flag=flag):
                rest = io.BytesIO(b"the next request")
                reply = ask(
                    "POST",
                    "/length",
                    CONTENT_LENGTH="",
                    **{"wsgi.input_terminated": flag, "wsgi.input": rest},
                )
                self.assertEqual((reply.body, rest.tell()), (b"0", 0))

    def test_an_exception_is_raised_after_the_call(self) -> None:
        for error in (KeyboardInterrupt(), SystemExit(1), GeneratorExit()):
            with self.subTest(error=error), self.assertRaises(type(error)):
                self.chunked_failing(error)

    def chunked_failing(self, error: BaseException, **variables: Any) -> Reply:
        """Make a request whose chunked body breaks off."""
        variables = {
            "CONTENT_LENGTH": None,
            "wsgi.input_terminated": True,
            "wsgi.input": Input(error),
            **variables,
        }
        return ask("POST", "/length", **variables)

    def test_a_part_of_a_body_is_never_taken_for_all_of_it(self) -> None:
        reply = self.chunked_failing(OSError("gone"))
        self.assertEqual(reply.status, "400 Bad Request")
        self.assertIn("the body could not be read: OSError: gone", reply.log)
        reply = self.chunked_failing(OSError("gone"), **{"wsgi.errors": Broken()})
        self.assertEqual(reply.status, "400 Bad Request")

    def test_an_exception_before_the_reader_begins(self) -> None:
        # A signal can come at any moment. ctypes returns any number for such a call.
        calls: list[str] = []

        def trace(frame: FrameType, event: str, argument: object) -> None:
            if frame.f_code.co_name == "read" and frame.f_code.co_filename.endswith(
                "wsgi.py"
            ):
                calls.append(event)
                if len(calls) == 2:
                    raise KeyboardInterrupt

        hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
        sys.setprofile(None)
        sys.settrace(trace)
        try:
            variables = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}
            reply = ask("POST", "/length", b"a part" * 100_000, **variables)
        finally:
            sys.settrace(None)
            sys.unraisablehook = hook
        self.assertGreaterEqual(len(calls), 2)
        self.assertEqual(reply.status, "400 Bad Request")

    def test_the_log_cannot_be_forged(self) -> None:
        reply = self.chunked_failing(OSError("gone\nGET /forged\x1b[2J"))
        self.assertEqual(reply.log.count("\n"), 1)
        self.assertIn(r"gone\nGET /forged\x1b[2J", reply.log)


class JSONTest(unittest.TestCase):
    """What JSON can be."""

    def test_depth(self) -> None:
        for depth, body in ((64, b"64"), (65, b"400 malformed JSON: it has more than")):
            for start, end in ((b"[", b"]"), (b'{"n":', b"}")):
                text = start * depth + b"1" + end * depth
                with self.subTest(depth=depth, start=start):
                    reply = ask("POST", "/tree", text, **JSON)
                    self.assertEqual(reply.body[: len(body)], body)

    def test_depth_on_a_small_stack(self) -> None:
        replies: list[Reply] = []
        before = threading.stack_size(512 * 1024)
        self.addCleanup(threading.stack_size, before)
        for text in (
            b"[" * 64 + b"]" * 64,
            b"[" * 100_000,
            b'{"n":' * 64 + b"1" + b"}" * 64,
        ):
            thread = threading.Thread(
                target=lambda text=text: replies.append(
                    ask("POST", "/tree", text, **JSON)
                )
            )
            thread.start()
            thread.join()
        self.assertEqual([reply.status[:3] for reply in replies], ["200", "400", "200"])

    def test_names(self) -> None:
        for count, status in ((100_000, "200 OK"), (100_001, "400 Bad Request")):
            body = b"{%s}" % b",".join(b'"%d":1' % number for number in range(count))
            self.assertEqual(ask("PUT", "/prices", body, **JSON).status, status)
        for length, status in ((1000, "200 OK"), (1001, "400 Bad Request")):
            body = b'{"%s" : 1}' % (b"n" * length)
            self.assertEqual(ask("PUT", "/prices", body, **JSON).status, status)

    def test_sum_of_levels(self) -> None:
        # Levels: 1 for the object, 2 for each list in it, 3 for each list in one of these.
        for more, count, status in (
            (b'"other": []', 333_331, "200 OK"),  # 1,000,000
            (b'"other": 1', 333_332, "400 Bad Request"),  # 1,000,001
        ):
            lists = b",".join([b"[]"] * count)
            body = b'{"name": "tea", "count": 1, "tags": [], "lists": [%s], %s}'
            with self.subTest(count=count):
                reply = ask("POST", "/json", body % (lists, more), **JSON)
                self.assertEqual(reply.status, status)

    def test_marks(self) -> None:
        for mark in ("\u0301", "\\u0301", "\U0001d165", "\\ud834\\udd65"):
            for count, status in ((30, "200 OK"), (31, "400 Bad Request")):
                body = f'{{"e{mark * count}":1}}'.encode()
                with self.subTest(mark=mark, count=count):
                    self.assertEqual(ask("PUT", "/prices", body, **JSON).status, status)

    def test_other_encodings(self) -> None:
        for encoding in ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32"):
            body = '{"n":1}'.encode(encoding)
            with self.subTest(encoding=encoding):
                self.assertEqual(ask("PUT", "/prices", body, **JSON).status[:3], "400")


class AnswerTest(unittest.TestCase):
    """What answers can be."""

    def test_heads_are_kept_in_little_memory(self) -> None:
        ask("GET", "/far/0/500000")
        before = memory("VmRSS")
        for number in range(100):
            reply = ask("GET", f"/far/{number}/500000")
            self.assertEqual(
                reply.headers["Location"][:5], f"/{number}/"[:5].ljust(5, "x")
            )
        self.assertLess(memory("VmRSS") - before, 16 * MEGABYTE)

    def test_names_of_variables_are_kept_in_little_memory(self) -> None:
        before = memory("VmRSS")
        for number in range(300):
            names = {f"HTTP_{number}_{'X' * 100_000}": "1"}
            self.assertEqual(ask("GET", "/prices/tea", **names).body, b"3")
        self.assertLess(memory("VmRSS") - before, 16 * MEGABYTE)

    def test_an_answer_that_nobody_closes_is_freed(self) -> None:
        before = memory("VmRSS")
        for _ in range(100):
            asked = environ("GET", "/bytes/3000000")
            chunks = iter(wsgi.application(asked, lambda *given: None))
            self.assertEqual(len(next(chunks)), MEGABYTE)
        del chunks
        self.assertLess(memory("VmRSS") - before, 32 * MEGABYTE)

    def test_declared_lengths(self) -> None:
        self.assertEqual(ask("GET", "/declared/5/5").body, b"xxxxx")
        self.assertEqual(ask("GET", "/declared/0/0").body, b"")
        self.assertEqual(ask("HEAD", "/declared/5/0").headers["Content-Length"], "5")
        for path, words in (
            ("/declared/5/4", "it ended 1 bytes before its length of 5"),
            ("/declared/5/6", "it is longer than 5 bytes"),
        ):
            errors = io.StringIO()
            with self.subTest(path=path), self.assertRaises(RuntimeError):
                ask("GET", path, **{"wsgi.errors": errors})
            self.assertIn(words, errors.getvalue())
        reply = ask("GET", "/declared/-1/5")
        self.assertEqual(reply.status[:3], "500")
        self.assertIn("a stream cannot have -1 bytes", reply.log)

    def test_environs_that_say_little(self) -> None:
        statuses: list[str] = []
        for asked in (
            {},
            {"REQUEST_METHOD": "GET"},
            {"PATH_INFO": "/"},
            {"REQUEST_METHOD": "GET", "PATH_INFO": "/prices/tea"},
            {"wsgi.errors": io.StringIO()},
            {"REQUEST_METHOD": "POST", "PATH_INFO": "/length", "CONTENT_LENGTH": "5"},
        ):
            with self.subTest(asked=asked):
                given: dict[str, Any] = {"wsgi.errors": io.StringIO(), **asked}
                b"".join(
                    wsgi.application(given, lambda *given: statuses.append(given[0]))
                )
        self.assertEqual(
            [status[:3] for status in statuses],
            ["501", "200", "501", "200", "501", "400"],
        )

    def test_a_name_with_a_dot(self) -> None:
        reply = ask("POST", "/prices", **{"HTTP_X_PRODUCT": "tea", "HTTP_X.Y": "1"})
        self.assertEqual(reply.body, b"1 3")


if __name__ == "__main__":
    unittest.main()
