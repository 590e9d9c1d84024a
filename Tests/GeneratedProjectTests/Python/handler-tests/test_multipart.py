"""`web/` reads forms with files, whatever the pieces that they come in."""

from __future__ import annotations

import json
import time
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asking import Response, TestCase, application, call
from hello.web import HTTPError
from hello.web.multipart import Limits, read_form

LIMITS = Limits(parts=1000, text=10**6, file=10**8)
END = b"--b--\r\n"


def part(head: bytes, content: bytes = b"") -> bytes:
    """Return a part; the head is the rest of the first line, and more lines."""
    head = b"Content-Disposition: form-data" + head
    return b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def field(name: bytes, content: bytes = b"") -> bytes:
    return part(b'; name="%s"' % name, content)


def file(name: bytes, filename: bytes, content: bytes = b"") -> bytes:
    return part(b'; name="%s"; filename="%s"' % (name, filename), content)


def read(
    body: bytes, size: int = 64, kind: str = "multipart/form-data; boundary=b"
) -> dict[str, Any]:
    """Read a form in pieces: the fields, and of each file its name, type and content."""
    pieces = (body[i : i + size] for i in range(0, len(body), size))
    form = read_form(kind, pieces, LIMITS)
    read: dict[str, Any] = dict(form.fields)
    for name, files in form.files.items():
        read[name] = [(f.filename, f.content_type, f.file.read()) for f in files]
    form.close()
    return read


OCTETS = "application/octet-stream"
GOOD: list[tuple[str, bytes, dict[str, Any]]] = [
    ("nothing", b"", {}),
    ("no part", END, {}),
    ("no line break at the end", b"--b--", {}),
    ("a field", field(b"a", b"1") + END, {"a": ["1"]}),
    ("two of a name", field(b"a", b"1") + field(b"a", b"2") + END, {"a": ["1", "2"]}),
    ("empty", field(b"a") + END, {"a": [""]}),
    ("no name", field(b"", b"1") + END, {"": ["1"]}),
    (
        "UTF-8",
        field("ä€".encode(), "ü😀".encode()) + END,
        {"ä€": ["ü😀"]},
    ),
    ("a preamble", b"before\r\n--B\r\n" + field(b"a", b"1") + END, {"a": ["1"]}),
    ("an empty line first", b"\r\n" + field(b"a", b"1") + END, {"a": ["1"]}),
    ("an epilogue", field(b"a", b"1") + END + field(b"b", b"2"), {"a": ["1"]}),
    (
        "nearly boundaries",
        field(b"a", b"--b\n--b--\r\n-\r\n--\r--b\r\n--c\r\n--B") + END,
        {"a": ["--b\n--b--\r\n-\r\n--\r--b\r\n--c\r\n--B"]},
    ),
    ("line breaks", field(b"a", b"\r\n\r\n\r\n") + END, {"a": ["\r\n\r\n\r\n"]}),
    ("browsers' escapes", field(b"%22%0d%0A%41%5C") + END, {'"\r\n%41%5C': [""]}),
    ("other escapes", field(b'\\"a\\\\b\\c') + END, {'"a\\b\\c': [""]}),
    (
        "a backslash before the end",
        file(b"f", b"x\\") + END,
        {"f": [("file", OCTETS, b"")]},
    ),
    ("a name without quotes", part(b";name=a;x=y ;", b"1") + END, {"a": ["1"]}),
    ("spaces and tabs", part(b'\t; \tNAME = "a"', b"1") + END, {"a": ["1"]}),
    ("other parameters", part(b"; name=a; name*=b; x=1", b"1") + END, {"a": ["1"]}),
    (
        "a type that is ignored",
        part(b"; name=a\r\nContent-Type: image/png", b"1") + END,
        {"a": ["1"]},
    ),
    (
        "another field of the header",
        part(b"; name=a\r\nX-A: b\r\nContent-Transfer-Encoding: BINARY", b"1") + END,
        {"a": ["1"]},
    ),
    (
        "a file",
        part(b"; name=f; filename=x.png\r\nCONTENT-TYPE: \timage/png ", b"\xff\0")
        + END,
        {"f": [("x.png", "image/png", b"\xff\0")]},
    ),
    (
        "two files",
        file(b"f", b"1", b"one") + file(b"f", b"2", b"two\r\n") + END,
        {"f": [("1", OCTETS, b"one"), ("2", OCTETS, b"two\r\n")]},
    ),
    ("an empty file", file(b"f", b"x") + END, {"f": [("x", OCTETS, b"")]}),
    ("no file chosen", file(b"f", b"") + END, {}),
    ("no name", file(b"f", b"", b"x") + END, {"f": [("file", OCTETS, b"x")]}),
    (
        "a file with parts",
        part(b"; name=f; filename=a.mht\r\nContent-Type: multipart/related", b"--b x")
        + END,
        {"f": [("a.mht", "multipart/related", b"--b x")]},
    ),
    (
        "a type with odd characters",
        part("; name=f; filename=a\r\nContent-Type: ä".encode()) + END,
        {"f": [("a", OCTETS, b"")]},
    ),
    (
        "another way to name a file",
        part(b"; name=f; filename=a; filename*=UTF-8''b") + END,
        {"f": [("a", OCTETS, b"")]},
    ),
]

INVALID = "the header of a part is not valid"
NO_END = "the form ends before its last boundary"
NO_BREAK = "what follows a boundary is not a line break"
BAD: list[tuple[str, bytes, str]] = [
    ("no boundary at all", b"a=1", NO_END),
    ("no last boundary", field(b"a", b"1"), NO_END),
    ("half a last boundary", field(b"a", b"1") + b"--b-", NO_END),
    ("a header that does not end", b"--b\r\nContent-Disposition: form-data", NO_END),
    ("another case", field(b"a", b"1") + b"--B--", NO_END),
    ("line feeds", field(b"a", b"1").replace(b"\r", b"") + b"--b--", NO_BREAK),
    ("a space behind a boundary", b"--b \r\n" + END, NO_BREAK),
    ("more behind a boundary", b"--bc\r\n" + END, NO_BREAK),
    ("no header", b"--b\r\n\r\n\r\n" + END, INVALID),
    ("no disposition", b"--b\r\nX: y\r\n\r\n\r\n" + END, INVALID),
    ("another disposition", field(b"a").replace(b"form-data", b"file") + END, INVALID),
    ("not quite", field(b"a").replace(b"form-data", b"form-data2") + END, INVALID),
    ("no name", part(b"") + END, INVALID),
    ("a file without a name", part(b"; filename=x") + END, INVALID),
    ("two names", part(b"; name=a; name=b") + END, INVALID),
    ("two names in two ways", part(b'; NAME="a"; name=b') + END, INVALID),
    ("two dispositions", part(b"; name=a\r\ncontent-disposition: x") + END, INVALID),
    ("a field twice", part(b"; name=a\r\nX: 1\r\nx: 2") + END, INVALID),
    ("a line without a colon", part(b"; name=a\r\nX") + END, INVALID),
    ("a folded line", part(b";\r\n name=a") + END, INVALID),
    ("a line feed", part(b'; name="a\nb"') + END, INVALID),
    ("a carriage return", part(b"; name=a\r\nX: 1\r2") + END, INVALID),
    ("a name with a space", part(b"; name=a\r\nX : y") + END, INVALID),
    ("an open quote", part(b'; name="a') + END, INVALID),
    ("more behind a quote", part(b'; name="a"b') + END, INVALID),
    ("not UTF-8", field(b"\xff") + END, "text that is not UTF-8"),
    ("a value that is not UTF-8", field(b"a", b"\xc3") + END, "text that is not UTF-8"),
    ("base64", part(b"; name=a\r\nContent-Transfer-Encoding: base64") + END, "encoded"),
    (
        "parts of a field",
        part(b"; name=a\r\nContent-Type: Multipart/mixed; boundary=c") + END,
        "a part has parts of its own",
    ),
    ("a long header", field(b"a" * 8192) + END, "longer than 8192 bytes"),
    ("a header without an end", b"--b\r\n" + b"a" * 9000, "longer than 8192 bytes"),
    ("too many", field(b"a") * 1001 + END, "Max number of fields exceeded"),
    ("too many files", file(b"f", b"") * 1001 + END, "Max number of fields exceeded"),
]
NO_BOUNDARY = ["multipart/form-data", "multipart/form-data; boundary="]
NO_BOUNDARY += [f"multipart/form-data; {more}" for more in ("x", 'boundary="', "=b")]
NO_BOUNDARY += [
    'multipart/form-data; boundary="b "',
    "multipart/form-data;boundary=\xe4",
]
NO_BOUNDARY += [
    "multipart/form-data; boundary=b; boundary=b",
    'multipart/form-data; boundary="a\tb"',
]
NO_BOUNDARY += ["multipart/form-data; boundary=" + "b" * 71]


class FormTest(TestCase):
    def send(self, body: bytes, **more: Any) -> Response:
        """Send a form to a handler that answers with what it gets."""

        def post(self: Any) -> None:
            files = {name: len(files) for name, files in self._files.items()}
            self.write({"fields": self._body_arguments, "files": files})
            if self.body:
                raise AssertionError("a form with files is not in memory")

        limits = more.pop("limits", {})
        more.setdefault("CONTENT_TYPE", "multipart/form-data; boundary=b")
        app = application(post, method="post", **limits)
        return call(app, "POST", body=body, **more)

    def test_good_forms_in_pieces_of_each_size(self) -> None:
        for name, body, expected in GOOD:
            for size in (1, 2, 3, 5, 7, 64, 10**6):
                with self.subTest(name, size=size):
                    self.assertEqual(read(body, size), expected)

    def test_the_form_of_a_browser(self) -> None:
        # As Chromium sent it, for fields and files with odd names.
        body = Path(__file__).with_name("chromium_form.bin").read_bytes()
        kind = "multipart/form-data; boundary=" + body[2:].partition(b"\r")[0].decode()
        form = read(body, 1000, kind)
        photos = form.pop("photos")
        expected = {
            "plain": ["value"],
            "umläut €": ["grüße 😀"],
            'qu"ote': ['a"b'],
            "back\\slash": ["a\\b"],
            'per"cent': ["100%"],  # Its name has %22, which browsers do not escape.
            "semi;colon='x'": ["a;b"],
            "line\r\nbreak": ["one\r\ntwo\r\nthree"],
            "empty": [""],
            "crlf in value": ["--------\r\n\r\n--x"],
        }
        self.assertEqual(form, expected)
        names = "pl ain.png|we_ird.txt|slash.txt|sh.txt|ümläut.txt|newline.txt"
        names += "|emoji😀.txt|per_cent.txt|file|hidden|a;b=_c_.txt|archive.mht"
        self.assertEqual([name for name, _, _ in photos], names.split("|"))
        self.assertEqual(
            b"".join(content for _, _, content in photos), b"PNGwbsunepqhxM"
        )
        self.assertEqual(photos[0], ("pl ain.png", "image/png", b"PNG"))
        self.assertEqual(photos[-1][1], "multipart/related")

    def test_bad_forms_are_refused_with_a_reason(self) -> None:
        for name, body, reason in BAD:
            with self.subTest(name):
                response = self.send(body)
                self.assert_refused(response, 400)
                self.assertIn("400 malformed request: ", response.body.decode())
                self.assertIn(reason, response.body.decode())
                for size in (1, 7, 10**6):
                    with self.assertRaises(ValueError):
                        read(body, size)

    def test_each_cut_of_a_form_is_refused(self) -> None:
        body = field(b"a", b"1") + file(b"f", b"x", b"\r\n--b") + END
        for end in range(1, len(body) - 2):
            with self.assertRaises(ValueError):
                read(body[:end])

    def test_boundaries(self) -> None:
        good = ["multipart/form-data; boundary=b", 'Multipart/Form-Data;BOUNDARY="b"']
        good += ["multipart/form-data; charset=utf-8 ;boundary=b;"]
        for kind in good:
            self.assertEqual(self.send(END, CONTENT_TYPE=kind).status, 200, kind)
        for boundary in ("b" * 70, "'()+_,-./:=?a", "a b", "----WebKitFormBoundary1"):
            body = field(b"a", b"1") + END
            body = body.replace(b"--b", b"--" + boundary.encode())
            kind = f'multipart/form-data; boundary="{boundary}"'
            for size in (1, 64, 1000):
                self.assertEqual(read(body, size, kind), {"a": ["1"]})
        for kind in NO_BOUNDARY:
            with self.subTest(kind):
                response = self.send(END, CONTENT_TYPE=kind)
                self.assert_refused(response, 400)
                self.assertIn(b"its Content-Type has no boundary", response.body)
                self.assertEqual(self.send(b"", CONTENT_TYPE=kind).status, 200)

    def test_limits(self) -> None:
        ten = b"0123456789"
        table: list[tuple[str, bytes, dict[str, int], int, str]] = [
            ("field", field(b"a", ten), {"max_field_size": 10}, 200, ""),
            ("field", field(b"a", ten), {"max_field_size": 9}, 413, "text field of"),
            ("file", file(b"f", b"x", ten), {"max_upload_size": 10}, 200, ""),
            ("file", file(b"f", b"x", ten), {"max_upload_size": 9}, 413, "a file of"),
            ("no text", file(b"f", b"x", ten), {"max_field_size": 1}, 200, ""),
            ("no file", field(b"a", ten), {"max_upload_size": 1}, 200, ""),
            ("parts", field(b"a") * 3, {"max_fields": 3}, 200, ""),
            ("parts", field(b"a") * 3, {"max_fields": 2}, 400, "Max number"),
        ]
        for name, body, limits, status, reason in table:
            with self.subTest(name, limits=limits):
                response = self.send(body + END, limits=limits)
                self.assert_refused(response, status)
                self.assertIn(reason, response.body.decode())
        body = file(b"f", b"x", ten) + END
        for size, status in ((len(body), 200), (len(body) - 1, 413)):
            limits = {"max_body_size": size}
            self.assert_refused(self.send(body, limits=limits), status)
            chunked: dict[str, Any] = {
                "CONTENT_LENGTH": None,
                "wsgi_input_terminated": True,
            }
            self.assert_refused(self.send(body, limits=limits, **chunked), status)

    def test_the_text_fields_together_have_a_limit(self) -> None:
        body = field(b"a", b"x" * 10**6) * 11 + END
        response = self.send(body, limits={"max_body_size": 10**8})
        self.assert_refused(response, 413)
        self.assertIn(
            b"text fields of the form are larger than 10485760", response.body
        )

    def test_a_handler_can_have_a_limit_of_its_own(self) -> None:
        def post(self: Any) -> None:
            self.write(str(self.get_file("f").size))

        app = application(post, method="post", max_body_size=100)
        body = file(b"f", b"x", b"x" * 200) + END
        kind = {"CONTENT_TYPE": "multipart/form-data; boundary=b"}
        self.assert_refused(call(app, "POST", body=body, **kind), 413)
        app._routes[0][1].max_body_size = 1000
        self.assertEqual(call(app, "POST", body=body, **kind).body, b"200")

    def test_thousands_of_parts(self) -> None:
        body = b"".join(field(b"a%d" % i, b"1") for i in range(5000)) + END
        response = self.send(body, limits={"max_fields": 5000})
        self.assertEqual(len(json.loads(response.body)["fields"]), 5000)

    def test_the_time_grows_with_the_size_alone(self) -> None:
        line = b"\r\n--" + b"b" * 69
        kind = "multipart/form-data; boundary=" + "b" * 70
        hostile = {
            "nearly boundaries": line,
            "one letter": b"b",
            "line breaks": b"\r\n",
            "returns": b"\r",
        }
        # What the same number of bytes takes, if nothing in them is like a boundary.
        usual = self.seconds(kind, b"x")
        for name, unit in hostile.items():
            with self.subTest(name):
                self.assertLess(self.seconds(kind, unit), 20 * usual + 0.5)
        # Headers as long as they can be.
        many = b"".join(b";%x=" % n for n in range(1500))
        for name, head in {
            "parameters": many[:8000],
            "nothing": b";" * 8000,
            "open quotes": b";" * 3000 + b'="' * 2500,
            "escapes": b'; x="' + b'\\"' * 3900 + b'"',
            "backslashes": b'; x="' + b"\\" * 7901,
            "spaces": b"; x=" + b" " * 8000,
            "fields": b"".join(b"\r\n%x:" % n for n in range(1200)),
            "names of files": b'; filename="' + b"%22" * 2600 + b'"',
        }.items():
            with self.subTest(name):
                unit = part(b"; name=a" + head)
                self.assertLess(self.seconds("x; boundary=b", unit, 300_000), 1)

    def seconds(self, kind: str, unit: bytes, size: int = 2_000_000) -> float:
        """Return the processor time for a file that consists of a unit."""
        body = b"--" + kind.rpartition("=")[2].encode() + b"\r\n"
        body += b"Content-Disposition: form-data; name=f; filename=x\r\n\r\n"
        body += unit * (size // len(unit))

        def pieces() -> Iterator[bytes]:
            for start in range(0, len(body), 65536):
                yield body[start : start + 65536]

        start = time.process_time()
        with self.assertRaises((ValueError, HTTPError)):
            read_form(kind, pieces(), LIMITS)
        return time.process_time() - start


if __name__ == "__main__":
    unittest.main()
