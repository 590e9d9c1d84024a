"""Uploaded files are there while the request lasts, have safe names, and are saved whole."""

from __future__ import annotations

import csv
import io
import os
import random
import tempfile
import unittest
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from asking import TestCase, application, call
from hello.web import HTTPError
from hello.web import uploads as module
from hello.web.uploads import IN_MEMORY, Spool, UploadedFile, safe_name

KIND = {"CONTENT_TYPE": "multipart/form-data; boundary=b"}

NAMES = {
    "cat.png": "cat.png",
    "Ünïcode €😀.txt": "Ünïcode €😀.txt",
    "../../etc/passwd": "passwd",
    "/etc/passwd": "passwd",
    "C:\\Users\\ann\\cat.png": "cat.png",
    "a/b\\c": "c",
    "a\\b/c": "c",
    "": "file",
    ".": "file",
    "..": "file",
    "...": "file",
    " . . ": "file",
    "/": "file",
    "a/": "file",
    ".htaccess": "htaccess",
    "..a": "a",
    "a.": "a",
    "a. .": "a",
    " a b ": "a b",
    "a  \u00a0\u3000b": "a b",
    "a\x00b.txt": "ab.txt",
    "a\r\nb\x7f\x9f.txt": "ab.txt",
    "evil\u202egnp.exe": "evilgnp.exe",
    "zero\u200bwidth\ufeff": "zerowidth",
    "a\u2028b\u115f\u3164\u2800": "ab",
    "tag\U000e0041": "tag",
    "\ud800": "file",
    'a<b>c:d"e|f?g*h': "a_b_c_d_e_f_g_h",
    "con": "_con",
    "CON.txt": "_CON.txt",
    "Nul .tar.gz": "_Nul .tar.gz",
    "com1": "_com1",
    "LPT\xb2.x": "_LPT\xb2.x",
    "conin$": "_conin$",
    "console": "console",
    "com10": "com10",
    "lpt": "lpt",
    "\u200bcon": "_con",
    ".con.": "_con",
    "x" * 150: "x" * 100,
    "x" * 150 + ".png": "x" * 96 + ".png",
    "x" * 150 + "." + "y" * 15: "x" * 84 + "." + "y" * 15,
    "x" * 150 + "." + "y" * 16: "x" * 100,
    "x." + "y" * 150: "x." + "y" * 98,
    "€" * 90: "€" * 66,
    "€" * 90 + ".png": "€" * 65 + ".png",
    "😀" * 90 + ".€€€": "😀" * 47 + ".€€€",
    "a." * 80 + "png": "a." * 47 + "a.png",
    "x" * 95 + " . y.png": "x" * 95 + ".png",
    "CON" + "." * 200 + "x": "_CON.x",
}


def form(*contents: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\n\r\n'
    return b"".join(head + content + b"\r\n" for content in contents) + b"--b--\r\n"


def uploaded(content: bytes) -> UploadedFile:
    spool = Spool()
    spool.write(content)
    return UploadedFile("x", "text/plain", spool, 0)


class NameTest(unittest.TestCase):
    def test_names(self) -> None:
        for name, expected in NAMES.items():
            with self.subTest(ascii(name)):
                self.assertEqual(safe_name(name), expected)

    def test_every_name_becomes_a_safe_one(self) -> None:
        chance = random.Random(21)
        parts = [*'ab./\\ :*<>|"?\0\r\n\u202e\u200b€😀\ud800', "con", "nul", "x" * 60]
        parts += ["." * 40, " " * 40, ".png", "com1", "😀" * 30, "\u0301"]
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(3000):
                name = "".join(chance.choices(parts, k=chance.randint(0, 8)))
                safe = safe_name(name)
                self.assertEqual(safe_name(safe), safe, ascii(name))
                self.assertLessEqual(len(safe), 100)
                self.assertLessEqual(len(safe.encode()), 200)
                self.assertNotIn(safe[0] + safe[-1], (". ", "..", "  ", " ."))
                Path(folder, safe).write_text("")
                self.assertTrue(Path(folder, safe).samefile(os.path.join(folder, safe)))
                Path(folder, safe).unlink()


class UploadTest(TestCase):
    def post(self, action: Callable[[Any], Any], body: bytes, **more: Any) -> Any:
        app = application(action, method="post", max_body_size=10**8)
        return call(app, "POST", body=body, **{**KIND, **more})

    def test_a_handler_gets_its_files(self) -> None:
        seen: list[Any] = []

        def post(self: Any) -> None:
            file = self.get_file("f")
            seen.extend([file.filename, file.content_type, file.size, file.file.read()])
            seen.extend(len(each.file.read()) for each in self.get_files("f"))
            seen.extend([self.get_file("g"), self.get_files("g"), repr(file)])

        self.assertEqual(self.post(post, form(b"one", b"three")).status, 200)
        kind = "application/octet-stream"
        self.assertEqual(seen[:6], ["x.txt", kind, 5, b"three", 3, 0])
        self.assertEqual(seen[6:], [None, [], "<UploadedFile 'x.txt', 5 bytes>"])

    def test_requests_without_files_have_none(self) -> None:
        seen: list[Any] = []
        for body, kind in ((b"", None), (b"f=1", "application/x-www-form-urlencoded")):
            self.post(
                lambda self: seen.append(self.get_file("f")), body, CONTENT_TYPE=kind
            )
        self.assertEqual(seen, [None, None])

    def test_a_file_can_be_read_like_any_other(self) -> None:
        for size in (10, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY):
            content = os.urandom(size)
            spool = Spool()
            spool.write(b"another file")
            start = spool.size
            for at in range(0, size, 5000):
                spool.write(content[at : at + 5000])
            upload = UploadedFile("x", "", spool, start)
            spool.write(b"and one behind it")
            file = upload.file
            self.assertIs(upload.file, file)
            self.assertEqual((file.tell(), file.read()), (0, content))
            self.assertEqual((file.read(), file.seekable()), (b"", True))
            chance = random.Random(1)
            for _ in range(200):
                at = chance.randint(0, size + 10)
                most = chance.choice((0, 1, 5, 100_000))
                self.assertEqual(file.seek(at), at)
                self.assertEqual(file.read(most), content[at : at + most])
            self.assertEqual(file.seek(-3, os.SEEK_END), size - 3)
            self.assertEqual(file.read(), content[-3:])
            for place in (-1, -size - 1):
                with self.assertRaises((ValueError, OSError)):
                    file.seek(place)
            with self.assertRaises(io.UnsupportedOperation):
                file.write(b"x")
            spool.close()

    def test_archives_and_tables_can_be_read(self) -> None:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("a.txt", "text")
        with zipfile.ZipFile(uploaded(data.getvalue()).file) as archive:
            self.assertEqual(archive.read("a.txt"), b"text")
        lines = io.TextIOWrapper(uploaded("a,ü\r\n1,2\r\n".encode()).file, "utf-8")
        self.assertEqual(list(csv.reader(lines)), [["a", "ü"], ["1", "2"]])

    def test_large_files_are_on_disk_and_small_ones_are_not(self) -> None:
        made: list[Any] = []
        original = tempfile.TemporaryFile

        def temporary() -> Any:
            made.append(original())
            return made[-1]

        with mock.patch.object(module.tempfile, "TemporaryFile", temporary):
            self.post(lambda self: None, form(b"x" * IN_MEMORY))
            self.assertEqual(made, [])
            self.post(lambda self: None, form(b"x" * (IN_MEMORY + 1)))
            self.assertEqual(len(made), 1)
            # All files of a request share one descriptor.
            self.post(lambda self: None, form(*[b"x" * 1000] * 900))
            self.assertEqual(len(made), 2)
            self.assertEqual([file.closed for file in made], [True, True])

    def test_files_are_deleted_whatever_happens(self) -> None:
        kept: list[Any] = []

        def keep(self: Any) -> None:
            kept.append(self.get_file("f"))
            kept[-1].file.read(1)

        def fail(error: BaseException) -> Callable[[Any], None]:
            def post(self: Any) -> None:
                keep(self)
                raise error

            return post

        large = b"x" * (2 * IN_MEMORY)
        for content in (b"x", large):
            body = form(content)
            self.post(keep, body)
            self.post(fail(ValueError()), body)
            self.post(fail(HTTPError(404)), body)
            with self.assertRaises(SystemExit):
                self.post(fail(SystemExit()), body)
        self.assertEqual(len(kept), 8)
        for upload in kept:
            with self.assertRaises(ValueError):
                upload.file.seek(0)
                upload.file.read()
            with self.assertRaises(ValueError):
                upload.save(Path(tempfile.gettempdir(), "never"))

    def test_half_a_request_leaves_nothing(self) -> None:
        class Breaks(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell() > 2 * IN_MEMORY:
                    raise OSError("gone")
                return super().read(size)

        made: list[Any] = []
        original = tempfile.TemporaryFile

        def temporary() -> Any:
            made.append(original())
            return made[-1]

        body = form(b"x" * (4 * IN_MEMORY))
        served: list[Any] = []
        with mock.patch.object(module.tempfile, "TemporaryFile", temporary):
            response = self.post(
                served.append,
                b"",
                wsgi_input=Breaks(body),
                CONTENT_LENGTH=str(len(body)),
            )
            self.assertEqual(response.status, 400)
            self.assertIn("OSError: gone", response.errors)
            cut = self.post(served.append, body[:-20])
            self.assert_refused(cut, 400)
            short = self.post(served.append, body, CONTENT_LENGTH=str(len(body) + 1))
            self.assert_refused(short, 400)
            self.assertIn(b"shorter than its Content-Length", short.body)
        self.assertEqual((served, len(made)), ([], 3))
        self.assertTrue(all(file.closed for file in made))

    def test_a_full_disk_is_an_error_of_the_server(self) -> None:
        error = OSError(28, "No space left on device")
        with mock.patch.object(module.tempfile, "TemporaryFile", side_effect=error):
            response = self.post(lambda self: None, form(b"x" * (2 * IN_MEMORY)))
        self.assert_server_error(response, "No space left on device")


class SaveTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.file = self.folder / "x.txt"

    def test_save(self) -> None:
        for path in (self.file, str(self.folder / "y.txt")):
            upload = uploaded(b"content")
            upload.file.read(3)
            upload.save(path)
            self.assertEqual(Path(path).read_bytes(), b"content")
            self.assertEqual(upload.file.read(), b"tent")
        self.assertEqual(sorted(os.listdir(self.folder)), ["x.txt", "y.txt"])
        plain = self.folder / "plain"
        plain.write_text("")
        self.assertEqual(self.file.stat().st_mode, plain.stat().st_mode)

    def test_save_overwrites_only_if_told(self) -> None:
        self.file.write_text("old")
        with self.assertRaises(FileExistsError) as caught:
            uploaded(b"new").save(self.file)
        self.assertIn(str(self.file), str(caught.exception))
        self.assertIn("overwrite is not True", str(caught.exception))
        self.assertEqual(self.file.read_text(), "old")
        uploaded(b"new").save(self.file, overwrite=True)
        self.assertEqual(self.file.read_text(), "new")
        self.assertEqual(os.listdir(self.folder), ["x.txt"])

    def test_save_never_writes_through_a_link(self) -> None:
        other = self.folder / "other"
        other.write_text("old")
        self.file.symlink_to(other)
        with self.assertRaises(FileExistsError):
            uploaded(b"new").save(self.file)
        uploaded(b"new").save(self.file, overwrite=True)
        self.assertEqual((other.read_text(), self.file.read_text()), ("old", "new"))

    def test_save_writes_all_or_nothing(self) -> None:
        content = b"x" * (3 * module.PIECE)
        for step in ("os.fsync", "os.link", "shutil.copyfileobj"):
            full = mock.patch(step, side_effect=OSError(28, "full"))
            with self.subTest(step), full, self.assertRaises(OSError):
                uploaded(content).save(self.file)
            self.assertEqual(os.listdir(self.folder), [])
        self.file.write_text("old")
        full = mock.patch("os.fsync", side_effect=OSError(28, "full"))
        with full, self.assertRaises(OSError):
            uploaded(content).save(self.file, overwrite=True)
        self.assertEqual(self.file.read_text(), "old")
        self.assertEqual(os.listdir(self.folder), ["x.txt"])

    def test_a_missing_folder_is_an_error(self) -> None:
        with self.assertRaises(FileNotFoundError):
            uploaded(b"x").save(self.folder / "none" / "x.txt")

    def test_a_relative_path_is_in_the_project(self) -> None:
        with mock.patch.object(module, "FOLDER", self.folder):
            uploaded(b"x").save("x.txt")
        self.assertEqual(self.file.read_bytes(), b"x")


if __name__ == "__main__":
    unittest.main()
