"""Where a visit prints the response, and what it says of a response that is none."""

from __future__ import annotations

import os
import pty
import unittest

from visit_support import MIRROR, Visit, desk


def answering(body: str, status: str = "'200 OK'", headers: str = "[]") -> str:
    """Return an app with one response."""
    return (
        "def application(environ, start_response):\n"
        f"    start_response({status}, {headers})\n    return [{body}]\n"
    )


class PlaceTest(unittest.TestCase):
    """``--output`` and ``--body``."""

    def test_places(self) -> None:
        head = b"HTTP/1.1 404 No\r\n\r\n"
        with desk(answering("bytes(range(256))", "'404 No'")) as at:
            body = bytes(range(256))
            at.write("longer", b"x" * 1000)
            (at.place / "link").symlink_to("target")
            for options, output, name in (
                ([], head + body, None),
                (["--body"], body, None),
                (["--output=-"], head + body, None),
                (["--output=f"], head, "f"),
                (["--output=longer"], head, "longer"),
                (["--output=link"], head, "target"),
                (["--output=g", "--body"], b"", "g"),
                (["--output=/dev/null"], head, None),
                (["--method=HEAD"], head, None),
                (["--method=HEAD", "--output=empty"], head, None),
            ):
                with self.subTest(options):
                    done = at.visit("/", *options)
                    self.assertEqual(done, (1, output, b""))
                    if name:
                        self.assertEqual((at.place / name).read_bytes(), body)
            self.assertEqual((at.place / "empty").read_bytes(), b"")

    def test_full_disk(self) -> None:
        """It is no mistake of the app that the response has no room."""
        with desk(answering("b'x' * 100_000")) as at, open("/dev/full", "wb") as full:
            done = at.visit("/", stdout=full)
            self.assertEqual(done.code, 2)
            self.assertIn("cannot be written: No space left", done.problem)
            done = at.visit("/", "--output=/dev/full")
            self.assertEqual(done.code, 2)
            self.assertIn("cannot be written: No space left", done.problem)

    def test_reader_that_ends(self) -> None:
        """As for ``pa-new visit | head -1``."""
        with desk(answering("b'x' * 10_000_000")) as at:
            reader, writer = os.pipe()
            os.close(reader)
            with open(writer, "wb") as file:
                done = at.visit("/", stdout=file)
            self.assertEqual((done.code, done.errors), (0, b""))


class TerminalTest(unittest.TestCase):
    """The prompt of a terminal is on a line of its own."""

    def shown(self, source: str, *options: str) -> tuple[bytes, Visit]:
        """Return what a terminal gets."""
        with desk(source) as at:
            own, other = pty.openpty()
            with open(other, "wb") as terminal:
                done = at.visit("/", *options, stdout=terminal)
            output = b""
            try:
                while data := os.read(own, 65536):
                    output += data
            except OSError:  # nobody has the other end any more
                pass
            os.close(own)
            return output.replace(b"\r\n", b"\n"), done

    def test_lines(self) -> None:
        head = b"HTTP/1.1 200 OK\n\n"
        for body, options, expected in (
            ("b'hello'", [], head + b"hello\n"),
            ("b'hello\\n'", [], head + b"hello\n"),
            ("b'hel', b'lo'", [], head + b"hello\n"),
            ("b'hello\\n', b''", [], head + b"hello\n"),
            ("b''", [], head),
            ("b'hello'", ["--method=HEAD"], head),
            ("b'hello'", ["--body"], b"hello\n"),
            ("b''", ["--body"], b""),
            ("b'hello'", ["--output=/dev/null"], head),
            ("b'\\xc3\\xa9'", [], head + b"\xc3\xa9\n"),
        ):
            with self.subTest(body, options=options):
                output, done = self.shown(answering(body), *options)
                self.assertEqual((output, done.code, done.errors), (expected, 0, b""))

    def test_what_is_not_text(self) -> None:
        output, done = self.shown(answering("b'ok', b'\\x1b[2J'"))
        self.assertEqual(output, b"HTTP/1.1 200 OK\n\nok\n")
        self.assertIn(b"save it with --output FILE", done.errors)
        self.assertEqual(done.code, 0)

    def test_what_controls_a_terminal_is_not_in_a_head(self) -> None:
        for value, expected in (
            (r"a\x1b[31mb", b"a[31mb"),
            (r"a\x9b31mb\xe9", b"a31mb\xc3\xa9"),  # Latin-1
            (
                r"\xe2\x82\xac\xe2\x80\xae",
                b"\xe2\x82\xac",
            ),  # UTF-8: a euro, right to left
            (r"a\tb", b"a\tb"),
        ):
            with self.subTest(value):
                source = answering("b'x'", headers=f"[('X-A', '{value}')]")
                output, done = self.shown(source)
                head = output.partition(b"\n\n")[0].split(b"\n")
                self.assertIn(b"X-A: " + expected, head)
                self.assertEqual((done.code, done.errors), (0, b""))

    def test_failure(self) -> None:
        source = (
            answering("b'x'")
            .replace("[b'x']", "(1 / n for n in (1, 0))")
            .replace("1 / n", "b'x' * (1 // n)")
        )
        output, done = self.shown(source)
        self.assertEqual(output, b"HTTP/1.1 200 OK\n\nx\n")
        self.assertEqual((done.code, done.rules), (1, ["error-response"]))


class HeadTest(unittest.TestCase):
    """A head that no server sends is the app's mistake, at the app's line."""

    def test_heads(self) -> None:
        for status, headers, error in (
            (
                "'abc'",
                "[]",
                "ValueError: the status is 'abc': it must be a text such as",
            ),
            ("''", "[]", "ValueError: the status is ''"),
            ("'20'", "[]", "ValueError: the status is '20'"),
            ("'2000 OK'", "[]", "ValueError: the status is '2000 OK'"),
            ("' 200 OK'", "[]", "ValueError: the status is ' 200 OK'"),
            ("'\u0662\u0660\u0660 OK'", "[]", "ValueError: the status is"),
            ("'200 \u2713'", "[]", "UnicodeEncodeError: "),
            ("None", "[]", "TypeError: the status is None: it must be a text such as"),
            ("b'200 OK'", "[]", "TypeError: the status is b'200 OK'"),
            ("200", "[]", "TypeError: the status is 200"),
            ("'x' * 1000", "[]", "ValueError: the status is 'xxx"),
            ("'200 OK'", "None", "TypeError: 'NoneType' object is not iterable"),
            ("'200 OK'", "[('A', 1)]", "TypeError: a header has 1: it must be a text"),
            ("'200 OK'", "[(b'A', 'b')]", "TypeError: a header has b'A'"),
            (
                "'200 OK'",
                "['A: b']",
                "TypeError: a header is 'A: b': it must be a name",
            ),
            ("'200 OK'", "[('A', '\u2713')]", "UnicodeEncodeError: "),
        ):
            with self.subTest(status, headers=headers):
                with desk(answering("b'x'", status, headers)) as at:
                    done = at.visit("/")
                self.assertEqual((done.code, done.output), (1, b""))
                self.assertEqual(done.rules, ["error-response"])
                text, document = done.errors.decode().rstrip().rsplit("\n", 1)
                self.assertIn(error, text)
                self.assertEqual(text.count("  File "), 1, text)
                self.assertIn("wsgi.py", text)
                self.assertIn('"line": 2', document)

    def test_good_heads(self) -> None:
        for status in ("200", "200 ", "404 Not Found", "299 caf\u00e9", "599 X"):
            with self.subTest(status), desk(answering("b'x'", repr(status))) as at:
                done = at.visit("/")
                self.assertEqual(done.heads, [status.encode("latin-1")])
                self.assertEqual(done.code, 0 if int(status[:3]) < 400 else 1)

    def test_no_traceback_of_ours(self) -> None:
        for source in (
            "def application(e, s):\n    return [b'x']\n",
            "def application(e, s):\n    return 'x'\n",
            "def application(e, s):\n    s('200 OK', [])\n    return 5\n",
            "def application(e, s):\n    s('200 OK', [])\n    return ['x']\n",
            "def application(e, s):\n    s('200 OK', [])\n    s('200 OK', [])\n",
            "def application(e, s):\n    s()\n",
        ):
            with self.subTest(source), desk(source) as at:
                done = at.visit("/")
                self.assertEqual((done.code, done.rules), (1, ["error-response"]))
                self.assertNotIn(b"sandbox_", done.errors)


class InterferenceTest(unittest.TestCase):
    """An app that uses what is not its own harms nothing but its own visit."""

    def test_descriptors(self) -> None:
        """An app that closes all descriptors, or writes into all of them."""
        for action in ("os.close(n)", "os.write(n, b'garbage\\n')"):
            source = (
                "import os\ndef application(environ, start_response):\n"
                "    for n in range(3, 64):\n"
                f"        try:\n            {action}\n"
                "        except OSError:\n            pass\n"
                "    start_response('200 OK', [])\n    return [b'x']\n"
            )
            with self.subTest(action), desk(source) as at:
                at.write("jar", b"")
                done = at.visit("/", "--follow", "--data=x", "--time-limit=5")
                self.assertNotIn(b"pa_new_check", done.errors)

    def test_request_is_one(self) -> None:
        with desk(MIRROR) as at:
            got = at.visit("/%41?b=%20c", "--header=X-A: \u00fc").request
            self.assertEqual(got["PATH_INFO"], "/A")
            self.assertEqual(got["QUERY_STRING"], "b=%20c")
            self.assertEqual(got["HTTP_X_A"], "\u00c3\u00bc")


if __name__ == "__main__":
    unittest.main()
