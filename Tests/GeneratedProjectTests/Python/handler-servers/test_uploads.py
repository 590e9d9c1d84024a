"""Uploads and sessions on real WSGI servers: prefork uWSGI, and gunicorn.

Run with a project called hello and the folder of servers.py on PYTHONPATH, by a Python
that has pyuwsgi and gunicorn.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import tempfile
import time
import unittest
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import servers

HERE = Path(__file__).resolve().parent
BIG = os.urandom(1000) * 30_000
END = b"\r\n--b--\r\n"
TOKEN = {"Cookie": "_csrf=" + "0" * 32, "X-CSRF-Token": "0" * 64}
HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nBig\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="../big.bin"\r\n\r\n'
)
KIND = {"Content-Type": "multipart/form-data; boundary=b"}


def opened(pid: str) -> list[str]:
    """Return the names of the files that a process has opened."""
    names = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed in between
            names.append(os.readlink(link))
    return names


class OnUWSGI(unittest.TestCase):
    command = servers.uwsgi("uploading.py", "--processes=2")

    server: servers.Server
    place: Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.place = Path(folder.name)
        cls.server = servers.Server(
            *cls.command, folder=HERE, path="/", FOLDER=folder.name, TMPDIR=folder.name
        )
        cls.addClassCleanup(cls.server.folder.cleanup)
        cls.addClassCleanup(cls.server.kill)

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        return self.server.get(path, "POST", body=body, headers={**KIND, **headers})

    def test_a_large_file_needs_little_memory(self) -> None:
        before = self.server.json("/")["peak"]
        body = HEAD + BIG + END
        self.assertEqual(self.post("/upload", HEAD + END)[0], 403)
        options: dict[str, Any] = {"body": body, "headers": {**KIND, **TOKEN}}
        told = self.server.json("/upload", "POST", **options)
        self.assertEqual((told["title"], told["size"]), ("Big", len(BIG)))
        self.assertEqual(told["digest"], hashlib.sha256(BIG).hexdigest())
        self.assertLess(told["peak"] - before, 20_000)
        # All that is left in the folder, which is the one for temporary files, too.
        self.assertEqual(os.listdir(self.place), ["big.bin"])
        self.assertTrue((self.place / "big.bin").read_bytes() == BIG)
        # No file is written over another.
        self.assertEqual(self.post("/upload", HEAD + END, **TOKEN)[0], 500)
        self.assertEqual(os.listdir(self.place), ["big.bin"])
        self.assertIn("there is a file already", self.server.log())
        (self.place / "big.bin").unlink()

    def test_half_an_upload_leaves_nothing(self) -> None:
        address = ("127.0.0.1", self.server.port)
        fields = {"Host": "x", "Content-Length": str(len(BIG)), **KIND, **TOKEN}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        for size in (10, 1_000_000, 20_000_000):
            with contextlib.closing(socket.create_connection(address, 5)) as client:
                client.sendall(f"POST /upload HTTP/1.1\r\n{lines}\r\n".encode())
                client.sendall(HEAD + BIG[:size])
                if size > 10:  # A worker is reading, and has a file.
                    self.wait_for_files(True)
            self.wait_for_files(False)
        self.assertEqual(os.listdir(self.place), [])

    def wait_for_files(self, are_there: bool) -> None:
        """Wait until a worker has a temporary file, or none has one."""
        main = self.server.process.pid
        deadline = time.monotonic() + 10
        while True:
            workers = Path(f"/proc/{main}/task/{main}/children").read_text().split()
            self.assertTrue(workers)
            links = [link for pid in workers for link in opened(pid)]
            if any(str(self.place) in link for link in links) == are_there:
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"{links}\n{self.server.log()}")
            time.sleep(0.02)

    def test_all_workers_know_a_visitor(self) -> None:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        cookies = SimpleCookie[str]()
        connection, response = self.server.open("/login")
        with contextlib.closing(connection):
            cookies.load(str(response.headers["Set-Cookie"]))
            token = response.read().decode().rpartition('"token": "')[2][:64]
        body = urlencode({"name": "Ann", "_csrf": token})
        headers = {**kind, "Cookie": f"_csrf={cookies['_csrf'].value}"}
        connection, response = self.server.open(
            "/login", "POST", body=body, headers=headers
        )
        with contextlib.closing(connection):
            self.assertEqual(response.status, 200, response.read())
            cookie = str(response.headers["Set-Cookie"]).partition(";")[0]
        for _ in range(8):
            headers = {"Cookie": cookie}
            self.assertEqual(self.server.json("/login", headers=headers)["name"], "Ann")


class OnGunicorn(OnUWSGI):
    command = servers.gunicorn("uploading", "--workers=1", "--threads=4")


if __name__ == "__main__":
    unittest.main()
