"""The request of a visit: its body is the one that curl makes from the same options."""

from __future__ import annotations

import email
import email.policy
import hashlib
import os
import subprocess
import sys
import unittest
from email.message import MIMEPart

from pa_new_check import visit_body
from pa_new_check.project import CannotCheck

from support import CHECKER
from visit_support import MIRROR, Desk, desk

PICTURE = b"\x89PNG\r\n\x1a\n\0\xff" + bytes(range(256))

# Fills a response of 100 MB, and reads a request of any size, piece by piece.
LARGE = """
import hashlib, resource, sys
def application(environ, start_response):
    digest, size, body = hashlib.sha256(), 0, environ["wsgi.input"]
    while True:
        data = body.read(1 << 16)
        if not data:
            break
        digest.update(data)
        size += len(data)
    start_response("200 OK", [])
    if environ["PATH_INFO"] == "/download":
        for _ in range(100):
            yield bytes(range(256)) * 4096
    else:
        yield f"{size} {digest.hexdigest()}".encode()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""
"""An app that prints how much memory its process had, in MB."""


class BodyTest(unittest.TestCase):
    """Bodies of ``--data`` and ``--json``."""

    def test_data_and_json(self) -> None:
        form, json = "application/x-www-form-urlencoded", "application/json"
        with desk(MIRROR) as at:
            at.write("a.txt", b"one\r\ntwo\0\n")
            at.write("empty", b"")
            for options, method, body, kind in (
                (["--data=a=b"], "POST", "a=b", form),
                (["--data=a=b", "--data=c"], "POST", "a=b&c", form),
                (["--data="], "POST", "", form),
                (["--data=@a.txt"], "POST", "one\r\ntwo\0\n", form),
                (["--data=@empty"], "POST", "", form),
                (["--data=x", "--data=@a.txt"], "POST", "x&one\r\ntwo\0\n", form),
                (["--data=@-"], "POST", "from stdin", form),
                (["--data=@/dev/stdin"], "POST", "from stdin", form),
                (["--data=@/dev/null"], "POST", "", form),
                (["--data=\u00e9"], "POST", "\u00c3\u00a9", form),
                (["--data=x", "--method=PUT"], "PUT", "x", form),
                (
                    ["--data=x", "--header=Content-Type: text/csv"],
                    "POST",
                    "x",
                    "text/csv",
                ),
                (['--json={"a": 1}'], "POST", '{"a": 1}', json),
                (["--json=@a.txt"], "POST", "one\r\ntwo\0\n", json),
                (["--json=[", "--json=]"], "POST", "[]", json),
                (["--json=1", "--method=PATCH"], "PATCH", "1", json),
                (["--json=1", "--header=content-type: a/b"], "POST", "1", "a/b"),
            ):
                with self.subTest(options):
                    done = at.visit("/", *options, stdin=b"from stdin")
                    self.assertEqual((done.code, done.errors), (0, b""))
                    got = done.request
                    self.assertEqual(
                        (got["REQUEST_METHOD"], got["body"]), (method, body)
                    )
                    self.assertEqual(got["CONTENT_LENGTH"], str(len(body)))
                    self.assertEqual(got["CONTENT_TYPE"], kind)
                    accept = json if options[0].startswith("--json") else "*/*"
                    self.assertEqual(got["HTTP_ACCEPT"], accept)

    def test_headers(self) -> None:
        """A header without a value takes away the one that is always sent."""
        with desk(MIRROR) as at:
            got = at.visit("/", "--header=User-Agent:", "--header=X-A: b").request
            self.assertEqual((got.get("HTTP_USER_AGENT"), got["HTTP_X_A"]), (None, "b"))
            self.assertNotIn("CONTENT_LENGTH", got)
            json = at.visit("/", "--json=1", "--header=Accept: text/html").request
            self.assertEqual(json["HTTP_ACCEPT"], "text/html")

    def test_a_body_that_is_not_read(self) -> None:
        source = (
            "def application(environ, start_response):\n"
            "    start_response('200 OK', [])\n    return [b'unread']\n"
        )
        with desk(source) as at:
            at.write("large", bytes(10_000_000))
            for options in (["--data=@large"], ["--form=a=@large"], ["--data=@-"]):
                with self.subTest(options):
                    done = at.visit("/", *options, stdin=bytes(3_000_000))
                    self.assertEqual((done.code, done.body), (0, b"unread"))

    def test_large(self) -> None:
        """Neither body of 100 MB is ever in memory as a whole."""
        with desk(LARGE) as at:
            piece, digest = bytes(range(256)) * 4096, hashlib.sha256()
            with (at.place / "large").open("wb") as file:
                for _ in range(100):
                    file.write(piece)
                    digest.update(piece)
            expected = f"{100 * len(piece)} {digest.hexdigest()}".encode()
            for options in (["--data=@large"], ["--data=@-"]):
                with self.subTest(options):
                    cat = subprocess.Popen(
                        ["cat", "large"], stdout=subprocess.PIPE, cwd=at.place
                    )
                    done = at.visit("/", *options, stdin=cat.stdout)
                    cat.communicate()
                    self.assertEqual((done.code, done.body), (0, expected))
                    self.assertLess(int(done.errors), 60)
            done = at.visit("/download", "--output=copy")
            self.assertEqual((done.code, done.body), (0, b""))
            copy = hashlib.sha256()
            with (at.place / "copy").open("rb") as file:
                while data := file.read(1 << 20):
                    copy.update(data)
            self.assertEqual(copy.digest(), digest.digest())
            self.assertLess(int(done.errors), 60)


class FormTest(unittest.TestCase):
    """Forms of ``--form``."""

    def parts(self, at: Desk, *options: str) -> list[MIMEPart]:
        """Return the parts of the form that the app gets."""
        done = at.visit("/", *options, stdin=b"from stdin")
        self.assertEqual((done.code, done.errors), (0, b""))
        got = done.request
        self.assertEqual(got["REQUEST_METHOD"], "POST")
        self.assertEqual(got["CONTENT_LENGTH"], str(len(got["body"])))
        head = f"Content-Type: {got['CONTENT_TYPE']}\r\n\r\n"
        text = (head + got["body"]).encode("latin-1")
        message = email.message_from_bytes(text, policy=email.policy.HTTP)
        self.assertEqual(message.get_content_type(), "multipart/form-data")
        self.assertEqual(message.defects, [])
        parts = list(message.iter_parts())
        self.assertTrue(parts)
        return parts

    def test_fields(self) -> None:
        """Name, file name, type and content of each part."""
        plain, octets = "text/plain", "application/octet-stream"
        with desk(MIRROR) as at:
            at.write("cat.png", PICTURE)
            at.write("a;b.txt", b"semi")
            at.write("notes", b"n")
            for option, expected in (
                ("a=b", ("a", None, plain, b"b")),
                ("a=", ("a", None, plain, b"")),
                ("a=b=c;d", ("a", None, plain, b"b=c;d")),
                ("a=b;type=text/html", ("a", None, "text/html", b"b")),
                ('a="x; type=y"', ("a", None, plain, b"x; type=y")),
                ("a=b;filename=f.txt", ("a", "f.txt", plain, b"b")),
                ("photo=@cat.png", ("photo", "cat.png", "image/png", PICTURE)),
                ("p=@./cat.png", ("p", "cat.png", "image/png", PICTURE)),
                ("p=@cat.png;type=a/b", ("p", "cat.png", "a/b", PICTURE)),
                (
                    "p=@cat.png;type=text/x; charset=utf-8;filename=d.gif",
                    ("p", "d.gif", "text/x", PICTURE),
                ),
                ("p=@cat.png;filename=d.gif", ("p", "d.gif", "image/gif", PICTURE)),
                (
                    'p=@cat.png; filename="e;f g.txt"; type=a/b',
                    ("p", "e;f g.txt", "a/b", PICTURE),
                ),
                ("p=@a;b.txt", ("p", "a;b.txt", plain, b"semi")),
                ('p=@"a;b.txt";type=a/b', ("p", "a;b.txt", "a/b", b"semi")),
                ("p=@notes", ("p", "notes", octets, b"n")),
                ("p=<notes", ("p", None, plain, b"n")),
                ("p=@-;filename=x.txt", ("p", "x.txt", plain, b"from stdin")),
                ("p=<-", ("p", None, plain, b"from stdin")),
            ):
                with self.subTest(option):
                    (part,) = self.parts(at, "--form=" + option)
                    name = part.get_param("name", header="content-disposition")
                    content = part.get_payload(decode=True)
                    got = (name, part.get_filename(), part.get_content_type(), content)
                    self.assertEqual(got, expected)

    def test_several(self) -> None:
        with desk(MIRROR) as at:
            at.write("cat.png", PICTURE)
            first, second = self.parts(at, "--form=a=1", "--form=b=@cat.png")
            self.assertEqual(first.get_payload(decode=True), b"1")
            self.assertEqual(second.get_payload(decode=True), PICTURE)
            typed = ["--form=a=1", "--header=Content-Type: multipart/form-data"]
            self.assertEqual(len(self.parts(at, *typed)), 1)

    def test_names_end_no_header(self) -> None:
        """A name with line ends or quotation marks is written as browsers write it."""
        with desk(MIRROR) as at:
            name = 'x"\r\nX-Evil: 1'
            at.write("b\nc.txt", b"")
            body = at.visit("/", f"--form={name}=1", "--form=p=@b\nc.txt").request[
                "body"
            ]
            self.assertIn('name="x%22%0D%0AX-Evil: 1"\r\n\r\n1\r\n', body)
            self.assertIn('filename="b%0Ac.txt"', body)


class RefusalTest(unittest.TestCase):
    """What cannot be sent: no request is made."""

    def test_refusals(self) -> None:
        with desk("raise SystemError('the app is loaded')\n") as at:
            at.write("a", b"")
            (at.place / "folder").mkdir()
            (at.place / "locked").write_bytes(b"")
            for options, part in (
                (["--data=@missing"], "--data cannot read 'missing': No such file"),
                (["--data=@folder"], "--data cannot read 'folder': it is a folder"),
                (["--data=@"], "--data cannot read '': No such file"),
                (["--json=@missing"], "--json cannot read 'missing': No such file"),
                (["--form=a=@missing"], "--form cannot read 'missing': No such file"),
                (["--form=a=<folder"], "--form cannot read 'folder': it is a folder"),
                (["--data=@a/b"], "--data cannot read 'a/b': Not a directory"),
                (["--data=@" + "x" * 300], "File name too long"),
                (["--form="], "--form takes NAME=VALUE, NAME=@FILE or NAME=<FILE"),
                (["--form==x"], "--form takes NAME=VALUE"),
                (["--form=noequals"], "--form takes NAME=VALUE"),
                (["--form=a=b;type=png"], "'png' is not a type"),
                (["--form=a=b;type=a/b\r\nX: y"], "is not a type"),
                (["--data=@-", "--data=@-"], "--data can read stdin only once"),
                (["--form=a=@-", "--form=b=<-"], "--form can read stdin only once"),
                (["--data=a", "--form=b=c"], "exclude each other"),
                (["--json=a", "--data=b"], "exclude each other"),
                (["--header=no colon"], "--header takes 'Name: value'"),
                (["--header=A: b\r\nC: d"], "--header takes one line"),
                (["--output=missing/f"], "--output cannot write 'missing/f': No such"),
                (["--output=folder"], "--output cannot write 'folder': Is a directory"),
                (["--output="], "--output cannot write '': No such file"),
            ):
                with self.subTest(options):
                    done = at.visit("/", *options)
                    self.assertEqual((done.code, done.output), (2, b""), done.errors)
                    self.assertIn(part, done.problem)
            self.assertEqual(sorted(os.listdir(at.place)), ["a", "folder", "locked"])

    def test_without_end(self) -> None:
        """A file without end is not copied for ever."""
        limit = visit_body.MAX_BODY
        visit_body.MAX_BODY = 3_000_000
        try:
            with self.assertRaisesRegex(CannotCheck, "larger than 2 GB"):
                visit_body.of_data(["@/dev/zero"], "--data", b"&", "")
        finally:
            visit_body.MAX_BODY = limit

    def test_closed_stdin(self) -> None:
        with desk(MIRROR) as at:
            command = 'exec "$@" <&-'
            done = subprocess.run(
                ["sh", "-c", command, "sh", sys.executable, "-m", "pa_new_check"]
                + ["visit", str(at.folder), "/", "--data=@-"],
                env={**os.environ, "PYTHONPATH": str(CHECKER)},
                capture_output=True,
                check=False,
            )
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"--data cannot read stdin: Bad file", done.stderr)


if __name__ == "__main__":
    unittest.main()
