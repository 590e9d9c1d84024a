"""A project with Bottle on a real uWSGI, which loads it once and forks two workers.

Run with a project called hello and the folder of servers.py on PYTHONPATH, by a Python
that has pyuwsgi.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import tempfile
import unittest
from http.client import HTTPResponse
from pathlib import Path

import bottle
from hello import handlers

import servers

PROJECT = Path(bottle.__file__).resolve().parent
FORM = "application/x-www-form-urlencoded"


class Server(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = Path(folder.name, "hello")
        ignored = shutil.ignore_patterns("data", ".secret_key", "__pycache__")
        shutil.copytree(PROJECT, self.project, ignore=ignored)
        self.server = servers.Server(
            *servers.uwsgi("wsgi.py", "--processes=2"), folder=self.project, path="/"
        )
        self.addCleanup(self.server.folder.cleanup)
        self.addCleanup(self.server.kill)
        self.cookie = ""

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = FORM
    ) -> tuple[HTTPResponse, bytes]:
        headers = {"Cookie": self.cookie, "Content-Type": kind}
        connection, response = self.server.open(
            path, method, body=body, headers=headers
        )
        contents = response.read()
        connection.close()
        if cookie := response.headers["Set-Cookie"]:
            self.cookie = cookie.partition(";")[0]
        return response, contents

    def token(self) -> str:
        _, page = self.ask("GET", "/profile")
        found = re.search(rb'name="token" value="([\w-]+)"', page)
        assert found
        return found[1].decode()

    def upload(self, contents: bytes) -> tuple[HTTPResponse, bytes]:
        part = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
        body = part.format("token", "") + self.token() + "\r\n"
        body += part.format("file", '; filename="a.bin"')
        return self.ask(
            "POST",
            "/file",
            body.encode() + contents + b"\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        )


class OnUWSGI(Server):
    def test_both_workers_agree_on_the_key(self) -> None:
        token = self.token()
        response, _ = self.ask("POST", "/profile", f"token={token}&name=Ada".encode())
        self.assertEqual(response.status, 303, self.server.log())
        for _ in range(20):
            self.assertIn(b"Hello, Ada", self.ask("GET", "/profile")[1])
        key = self.project / ".secret_key"
        self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        self.assertNotIn("Traceback", self.server.log())

    def test_an_upload_comes_back(self) -> None:
        contents = os.urandom(handlers.MAX_BODY - 1000)
        response, _ = self.upload(contents)
        self.assertEqual(response.status, 303, self.server.log())
        self.assertTrue(self.ask("GET", "/file")[1] == contents)
        self.assertEqual(len(list((self.project / "data/uploads").iterdir())), 1)

    def test_a_large_upload_gets_its_answer(self) -> None:
        for size in (handlers.MAX_BODY, 20_000_000):
            for _ in range(5):
                response, page = self.upload(bytes(size))
                self.assertEqual(response.status, 413)
                self.assertIn(b"Send at most 1,000,000 bytes.", page)
        self.assertFalse((self.project / "data").exists())

    def test_an_upload_that_breaks_off_keeps_nothing(self) -> None:
        token = self.token()
        with socket.create_connection(("127.0.0.1", self.server.port)) as client:
            head = f"POST /file HTTP/1.1\r\nHost: x\r\nCookie: {self.cookie}\r\n"
            head += "Content-Type: multipart/form-data; boundary=b\r\n"
            head += "Content-Length: 500000\r\n\r\n"
            body = '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n'
            body += f"{token}\r\n--b\r\nContent-Disposition: form-data; "
            body += 'name="file"; filename="a"\r\n\r\nxxxx'
            client.sendall((head + body).encode())
        self.assertEqual(self.ask("GET", "/")[0].status, 200)
        self.assertFalse((self.project / "data").exists())

    def test_head_and_errors(self) -> None:
        response, contents = self.ask("HEAD", "/")
        self.assertEqual((response.status, contents), (200, b""))
        response, _ = self.ask("DELETE", "/profile")
        self.assertEqual(response.status, 405)
        self.assertEqual(response.headers["Allow"], "GET,POST")
        self.assertEqual(self.ask("GET", "/nowhere")[0].status, 404)
        # The form cannot be read, since its type is nonsense: the log has the reason.
        response, page = self.ask("POST", "/profile", b"", "a/b; c")
        self.assertEqual(response.status, 500)
        self.assertIn("Traceback", self.server.log())
        self.assertNotIn(b"Traceback", page)


if __name__ == "__main__":
    unittest.main()
