"""`send_file` sends files and parts of files, and nothing from outside of a folder."""

from __future__ import annotations

import errno
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock
from wsgiref.util import setup_testing_defaults

from asking import Response, TestCase, application, ask, call
from hello.web import RequestHandler, mistakes
from hello.web.project import FOLDER

TEXT = b"0123456789"
WHEN = 784111777  # Sun, 06 Nov 1994 08:49:37 GMT
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
TAG = f'"{WHEN * 10**9:x}-a"'


class FileCase(TestCase):
    """A folder with files, and secrets beside it."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.root = Path(place.name)
        self.folder = self.root / "files"
        (self.folder / "sub").mkdir(parents=True)
        (self.root / "files-secret").mkdir()
        for name in (
            "../secret",
            "../files-secret/a",
            ".hidden",
            "a.bin",
            "page.HTML",
            "sub/b.txt",
            "é ☺.txt",
        ):
            self.folder.joinpath(name).write_bytes(TEXT)
        (self.folder / "empty").write_bytes(b"")
        (self.folder / "big").write_bytes(bytes(200_000))
        os.mkfifo(self.folder / "pipe")
        (self.folder / "inside").symlink_to("a.bin")
        (self.folder / "outside").symlink_to("../secret")
        (self.folder / "up").symlink_to("..")
        (self.folder / "sibling").symlink_to("../files-secret")
        (self.folder / "loop").symlink_to("loop")
        os.utime(self.folder / "a.bin", (WHEN, WHEN))

    def asked(self, path: Any = "a.bin", method: str = "GET", **more: Any) -> Response:
        """Request a file of the folder; `send` has the arguments of `send_file`."""
        send = {"folder": self.folder, **more.pop("send", {})}
        return ask(lambda self: self.send_file(path, **send), method, **more)

    def ranged(self, wanted: str, path: str = "a.bin", **more: Any) -> Response:
        return self.asked(path, HTTP_RANGE=wanted, **more)


class SendFileTest(FileCase):
    def test_the_whole_file(self) -> None:
        response = self.asked()
        self.assertEqual((response.status, response.body), (200, TEXT))
        self.assertEqual(
            response.headers,
            [
                ("Content-Type", "application/octet-stream"),
                ("X-Content-Type-Options", "nosniff"),
                ("Accept-Ranges", "bytes"),
                ("ETag", TAG),
                ("Last-Modified", DATE),
                ("Content-Length", "10"),
            ],
        )
        head = self.asked(method="HEAD")
        self.assertEqual((head.headers, head.body), (response.headers, b""))

    def test_sizes(self) -> None:
        for name, size in (("empty", 0), ("big", 200_000)):
            response = self.asked(name)
            self.assertEqual(response.header("Content-Length"), str(size))
            self.assertEqual(len(response.body), size)

    def test_pieces_are_small_and_the_file_is_closed(self) -> None:
        opened: list[Any] = []
        real = os.fdopen

        def open_file(*given: Any, **more: Any) -> Any:
            opened.append(real(*given, **more))
            return opened[-1]

        patch = mock.patch.object(os, "fdopen", open_file)
        patch.start()
        self.addCleanup(patch.stop)
        file = self.folder / "big"
        main = application(lambda self: self.send_file(file))
        for method in ("GET", "HEAD"):
            environ: dict[str, Any] = {"REQUEST_METHOD": method}
            setup_testing_defaults(environ)
            body: Any = main(environ, lambda status, headers, info=None: print)
            self.assertLessEqual(len(next(body, b"")), 64 * 1024)
            self.assertFalse(opened[-1].closed)
            body.close()
            self.assertTrue(opened[-1].closed)
        self.assertEqual(len(opened), 2)

    def test_types(self) -> None:
        for name, kind in (
            ("page.HTML", "text/html; charset=utf-8"),
            ("sub/b.txt", "text/plain; charset=utf-8"),
            ("a.bin", "application/octet-stream"),
            ("empty", "application/octet-stream"),
        ):
            self.assertEqual(self.asked(name).header("Content-Type"), kind)
        response = self.asked(send={"content_type": "x/y"})
        self.assertEqual(response.header("Content-Type"), "x/y")
        response = self.asked(send={"content_type": "x\r\ny"})
        self.assert_server_error(response, "ValueError")

    def test_download_names(self) -> None:
        for name, field in (
            ("a b.txt", 'attachment; filename="a b.txt"'),
            ('a"\\/\r\n\0.txt', 'attachment; filename="a______.txt"'),
            ("é.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A9.txt"),
            (
                "☺ '%",
                "attachment; filename=\"_ '%\"; filename*=UTF-8''%E2%98%BA%20%27%25",
            ),
            ("\u202egpj.exe", 'attachment; filename="_gpj.exe"'),
        ):
            with self.subTest(name):
                response = self.asked(send={"download_name": name})
                self.assertEqual(response.header("Content-Disposition"), field)
        self.assertIsNone(self.asked().header("Content-Disposition"))

    def test_missing_files(self) -> None:
        before = os.listdir("/proc/self/fd")
        for path in (
            "no",
            "sub",
            "sub/",
            "a.bin/",
            "a.bin/x",
            "pipe",
            "loop",
            "x" * 300,
        ):
            with self.subTest(path[:20]):
                self.assert_refused(self.asked(path), 404)
                file = self.folder / path.rstrip("/") / ("x" * path.endswith("/"))
                mistakes._told.clear()
                response = ask(lambda self: self.send_file(file))  # noqa: B023
                self.assertEqual(response.status, 404)
                self.assert_told(response.errors, str(file))
        for folder in (self.folder / "no", self.folder / "a.bin"):
            response = self.asked(send={"folder": folder})
            self.assertEqual(response.status, 404)
            self.assert_told(response.errors, str(folder))
        self.assertEqual(ask(lambda self: self.send_file("a\0b")).status, 404)
        self.assertEqual(len(os.listdir("/proc/self/fd")), len(before))

    def test_what_leads_out_of_the_folder(self) -> None:
        for path in (
            "",
            ".",
            "..",
            "/",
            "../secret",
            "sub/../../secret",
            "sub/../a.bin",
            "./a.bin",
            "sub//b.txt",
            "../files-secret/a",
            "outside",
            "up/secret",
            "sibling/a",
            "up/files/a.bin/../../secret",
            str(self.root / "secret"),
            str(self.folder / "a.bin"),
            "..\\secret",
            "a\\b",
            "a.bin\0",
            "\0",
            ".hidden",
            "sub/.hidden",
            "\udcff",
        ):
            with self.subTest(path):
                self.assert_refused(self.asked(path), 404)
        self.assertEqual(self.asked("inside").body, TEXT)
        self.assertEqual(self.asked("é ☺.txt").body, TEXT)
        # A link is checked by where it leads to, also if the folder is one.
        link = self.root / "link"
        link.symlink_to("files")
        self.assertEqual(self.asked(send={"folder": link}).body, TEXT)
        self.assert_refused(self.asked("outside", send={"folder": link}), 404)

    def test_relative_paths_are_below_the_project(self) -> None:
        expected = (FOLDER / "static" / "hello.txt").read_bytes()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        for path, send in (
            ("static/hello.txt", {"folder": None}),
            ("hello.txt", {"folder": "static"}),
        ):
            self.assertEqual(self.asked(path, send=send).body, expected)

    def test_a_file_without_permission_is_logged(self) -> None:
        denied = PermissionError(errno.EACCES, "denied")
        with mock.patch("hello.web.streaming.os.open", side_effect=denied):
            self.assert_server_error(self.asked(), "PermissionError")

    def test_the_version_of_the_client(self) -> None:
        for more in (
            {"HTTP_IF_NONE_MATCH": TAG},
            {"HTTP_IF_MODIFIED_SINCE": DATE},
            {"HTTP_IF_NONE_MATCH": TAG, "HTTP_RANGE": "bytes=99-"},
        ):
            response = self.asked(**more)
            self.assertEqual((response.status, response.body), (304, b""))
        self.assertEqual(self.asked(HTTP_IF_NONE_MATCH='"x"').body, TEXT)

    def test_nothing_else_can_be_written(self) -> None:
        file = self.folder / "a.bin"

        def before(self: RequestHandler) -> None:
            self.write("x")
            self.send_file(file)

        def after(self: RequestHandler) -> None:
            self.send_file(file)
            self.write("x")

        for action in (before, after):
            self.assert_server_error(ask(action), "RuntimeError")

    def test_a_file_that_becomes_shorter_breaks_the_connection(self) -> None:
        file = self.folder / "big"
        main = application(lambda self: self.send_file(file))
        environ: dict[str, Any] = {}
        setup_testing_defaults(environ)
        body: Any = main(environ, lambda status, headers, info=None: print)
        next(body)
        os.truncate(file, 70_000)
        with self.assertRaises(EOFError):
            list(body)
        body.close()

    def test_a_file_that_grows_is_sent_as_it_was(self) -> None:
        file = self.folder / "big"
        main = application(lambda self: self.send_file(file))
        environ: dict[str, Any] = {}
        setup_testing_defaults(environ)
        body: Any = main(environ, lambda status, headers, info=None: print)
        with file.open("ab") as opened:
            opened.write(b"more")
        self.assertEqual(b"".join(body), bytes(200_000))
        body.close()


class RangeTest(FileCase):
    def test_parts(self) -> None:
        for wanted, part, field in (
            ("bytes=0-0", b"0", "0-0"),
            ("bytes=2-4", b"234", "2-4"),
            ("bytes=9-9", b"9", "9-9"),
            ("bytes=5-", b"56789", "5-9"),
            ("bytes=0-", TEXT, "0-9"),
            ("bytes=-1", b"9", "9-9"),
            ("bytes=-10", TEXT, "0-9"),
            ("bytes=-999999999999999999", TEXT, "0-9"),
            ("bytes=8-999999999999999999", b"89", "8-9"),
            ("bytes=00000001-000002", b"12", "1-2"),
        ):
            with self.subTest(wanted):
                response = self.ranged(wanted)
                self.assertEqual((response.status, response.body), (206, part))
                self.assertEqual(response.header("Content-Range"), f"bytes {field}/10")
                self.assertEqual(response.header("Content-Length"), str(len(part)))
                self.assertEqual(response.header("ETag"), TAG)

    def test_ranges_that_are_not_there(self) -> None:
        for wanted, path, size in (
            ("bytes=10-", "a.bin", 10),
            ("bytes=10-20", "a.bin", 10),
            ("bytes=999999999999999999-", "a.bin", 10),
            ("bytes=-0", "a.bin", 10),
            ("bytes=0-", "empty", 0),
            ("bytes=-5", "empty", 0),
        ):
            with self.subTest(wanted=wanted, path=path):
                response = self.ranged(wanted, path)
                self.assert_refused(response, 416)
                self.assertEqual(response.header("Content-Range"), f"bytes */{size}")
                self.assertIsNone(response.header("ETag"))

    def test_what_is_not_one_range_means_the_whole_file(self) -> None:
        for wanted in (
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=--1",
            "bytes=4-2",
            "bytes=a-b",
            "bytes=1",
            "bytes= 1-2",
            "bytes=1 - 2",
            "bytes=1-2 ",
            "Bytes=1-2",
            "items=1-2",
            "bytes=1-2,4-5",
            "bytes=0-0,-1",
            "bytes=" + "0-1," * 9999,
            "bytes=9999999999999999999-",
            "bytes=+1-2",
            "bytes=\u0661-\u0662".encode().decode("latin-1"),
            "bytes=0x1-2",
            "bytes=1-2\n",
        ):
            with self.subTest(wanted[:30]):
                response = self.ranged(wanted)
                self.assertEqual((response.status, response.body), (200, TEXT))
                self.assertIsNone(response.header("Content-Range"))

    def test_only_get(self) -> None:
        head = self.asked(method="HEAD", HTTP_RANGE="bytes=1-2")
        self.assertEqual((head.status, head.header("Content-Length")), (200, "10"))
        post = self.asked(method="POST", HTTP_RANGE="bytes=1-2")
        self.assertEqual((post.status, post.body), (200, TEXT))

    def test_only_of_the_same_version(self) -> None:
        for validator, status in (
            (TAG, 206),
            (DATE, 206),
            ("", 206),
            ("W/" + TAG, 200),
            ('"x"', 200),
            ("Sun, 06 Nov 1994 08:49:38 GMT", 200),
            ("\xff", 200),
        ):
            with self.subTest(validator):
                response = self.ranged("bytes=1-2", HTTP_IF_RANGE=validator)
                self.assertEqual(response.status, status)

    def test_only_of_a_success(self) -> None:
        file = self.folder / "a.bin"

        def get(self: RequestHandler) -> None:
            self.set_status(404)
            self.send_file(file)

        for wanted in ("*", ""):
            response = ask(get, HTTP_RANGE="bytes=1-2", HTTP_IF_NONE_MATCH=wanted)
            self.assertEqual((response.status, response.body), (404, TEXT))

    def test_pieces_of_a_big_part(self) -> None:
        file = self.folder / "big"
        os.truncate(file, 0)
        file.write_bytes(bytes(range(250)) * 800)
        main = application(lambda self: self.send_file(file))
        response = call(main, HTTP_RANGE="bytes=100-150099")
        self.assertEqual(response.body, file.read_bytes()[100:150_100])


if __name__ == "__main__":
    unittest.main()
