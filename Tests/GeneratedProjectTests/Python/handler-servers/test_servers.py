"""Streams and files of handlers on real WSGI servers: prefork uWSGI, and gunicorn.

Run with a project called hello and the folder of servers.py on PYTHONPATH, by a Python
that has pyuwsgi and gunicorn.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import tempfile
import time
import unittest
from pathlib import Path

import servers

HERE = Path(__file__).resolve().parent
BIG = os.urandom(1000) * 20_000


class OnUWSGI(unittest.TestCase):
    command = servers.uwsgi("application.py", "--processes=2")

    server: servers.Server
    place: Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.place = Path(folder.name)
        (cls.place / "big.bin").write_bytes(BIG)
        cls.server = servers.Server(
            *cls.command, folder=HERE, path="/", FOLDER=folder.name
        )
        cls.addClassCleanup(cls.server.folder.cleanup)
        cls.addClassCleanup(cls.server.kill)

    def setUp(self) -> None:
        for file in self.place.iterdir():
            if file.name != "big.bin":
                file.unlink()

    def wait_for(self, name: str) -> None:
        """Wait until there is a file, which a handler makes after its response."""
        deadline = time.monotonic() + 10
        while not (self.place / name).exists():
            if time.monotonic() > deadline:
                raise AssertionError(f"no {name}:\n{self.server.log()}")
            time.sleep(0.01)

    def test_a_piece_is_sent_before_the_next_one_is_there(self) -> None:
        connection, response = self.server.open("/stream/waiting")
        with contextlib.closing(connection):
            self.assertEqual(response.readline(), b"first\n")
            self.assertEqual(response.headers["X-Accel-Buffering"], "no")
            self.assertFalse((self.place / "finished-stream-waiting").exists())
            (self.place / "go").touch()
            self.assertEqual(response.read(), b"second\n")
        self.wait_for("finished-stream-waiting")

    def test_a_stream_that_fails(self) -> None:
        connection, response = self.server.open("/stream/failing")
        try:
            self.assertEqual(response.status, 200)
            body = response.read()
        except http.client.IncompleteRead as error:
            body = error.partial
        finally:
            connection.close()
        self.assertEqual(body, b"first\n")
        self.wait_for("finished-stream-failing")
        self.assertIn("in Stream._failing: ZeroDivisionError: in", self.server.log())
        status, body = self.server.get("/stream/early")
        self.assertEqual((status, body), (500, b"500 Internal Server Error\n"))
        self.assertEqual(self.server.get("/"), (200, b"Hello"))

    def test_a_client_that_goes_away(self) -> None:
        connection, response = self.server.open("/stream/endless")
        response.read(100_000)
        response.close()
        connection.close()
        self.wait_for("closed")
        self.wait_for("finished-stream-endless")
        self.assertEqual(self.server.get("/"), (200, b"Hello"))

    def test_a_large_file_and_its_parts(self) -> None:
        connection, response = self.server.open("/files/big.bin")
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["Content-Length"], str(len(BIG)))
        self.assertTrue(response.read() == BIG)
        tag = str(response.headers["ETag"])
        connection.close()
        self.wait_for("finished-files-big.bin")
        part = {"Range": "bytes=19999000-"}
        status, body = self.server.get("/files/big.bin", headers=part)
        self.assertTrue((status, body) == (206, BIG[-1000:]))
        headers = {"Range": "bytes=20000000-"}
        self.assertEqual(self.server.get("/files/big.bin", headers=headers)[0], 416)
        for method in ("GET", "HEAD"):
            headers = {"If-None-Match": tag}
            answer = self.server.get("/files/big.bin", method, headers=headers)
            self.assertEqual(answer, (304, b""))
        connection, response = self.server.open("/files/big.bin", "HEAD")
        self.assertEqual(response.headers["Content-Length"], str(len(BIG)))
        self.assertEqual(response.read(), b"")
        connection.close()

    def test_what_is_not_below_the_folder(self) -> None:
        for path in ("../etc/passwd", "%2e%2e/x", "..%2fx", "%00", "no", "/etc/passwd"):
            with self.subTest(path):
                self.assertEqual(self.server.get(f"/files/{path}")[0], 404)

    def test_a_client_that_goes_away_from_a_file(self) -> None:
        for _ in range(20):
            connection, response = self.server.open("/files/big.bin")
            response.read(10)
            response.close()
            connection.close()
        self.wait_for("finished-files-big.bin")
        self.assertEqual(self.server.get("/"), (200, b"Hello"))


class OnGunicorn(OnUWSGI):
    command = servers.gunicorn("application", "--workers=1", "--threads=4")


if __name__ == "__main__":
    unittest.main()
