"""The fake host behind its API: apps that run, what they log, and how much it takes."""

from __future__ import annotations

import email.utils
import fcntl
import http.client
import json
import unittest
import urllib.parse
from typing import Any

import fake_api
from fake_worker import BAD_GATEWAY, WENT_WRONG
from support import DOMAIN, WSGI, DeployTest

BASE = "/api/v0/user/alice/"
STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"

APP = """\
import os, sys
from pathlib import Path

LOADED = Path.home() / "loaded"
LOADED.write_text(LOADED.read_text() + "+" if LOADED.exists() else "+")


def application(environ, start_response):
    if environ["PATH_INFO"] == "/fails":
        raise ValueError("first\\nsecond")
    if environ["PATH_INFO"] == "/ends":
        os._exit(3)
    print("to stderr", file=sys.stderr)
    print("to stdout")
    start_response("200 OK", [])
    return [LOADED.read_bytes()]
"""


class HostTest(DeployTest):
    """An account with one web app."""

    def setUp(self) -> None:
        super().setUp()
        self.host.passes = self.clock.sleep

    def start(self, source: str = APP) -> fake_api.App:
        app = fake_api.App(DOMAIN, "python313", "/home/alice/hello")
        self.host.apps[DOMAIN] = app
        self.host.place(WSGI).write_text(source)
        self.host.load(app)
        return app

    def log(self, kind: str) -> list[str]:
        return self.host.log(DOMAIN, kind).read_text().splitlines()

    def request(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask the API as any client does."""
        connection = http.client.HTTPConnection(self.host.url[len("http://") :])
        self.addCleanup(connection.close)
        fields = {"Authorization": f"Token {self.host.token}", **headers}
        connection.request(method, BASE + path, body, fields)
        response = connection.getresponse()
        return response, response.read()

    def upload(self, path: str, content: bytes) -> tuple[int, bytes]:
        head = b'--x\r\nContent-Disposition: form-data; name="content"; filename="c"'
        response, body = self.request(
            "POST",
            f"files/path{path}",
            head + b"\r\n\r\n" + content + b"\r\n--x--\r\n",
            **{"Content-Type": "multipart/form-data; boundary=x"},
        )
        return response.status, body


class AppTest(HostTest):
    def test_it_is_loaded_once_and_its_home_is_the_accounts(self) -> None:
        app = self.start()
        for _ in range(2):
            self.assertEqual(self.host.page(DOMAIN), (200, b"+"))
        self.host.place(WSGI).write_text("raise RuntimeError")
        self.assertEqual(self.host.page(DOMAIN), (200, b"+"))
        self.host.place(WSGI).write_text(APP)
        self.host.load(app)
        self.assertEqual(self.host.page(DOMAIN), (200, b"++"))

    def test_a_lock_is_held_until_the_next_load(self) -> None:
        lock = "import fcntl\nLOCK = (Path.home() / 'lock').open('w')\n"
        lock += "fcntl.flock(LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        app = self.start(APP.replace("LOADED =", lock + "LOADED =", 1))
        with (self.host.place("/home/alice/lock")).open("w") as file:
            with self.assertRaises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self.host.load(app)
            self.assertEqual(self.host.page(DOMAIN), (200, b"++"), self.log("error"))
            self.host.close()
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def test_the_error_log(self) -> None:
        self.start()
        self.assertEqual(self.host.page(DOMAIN, "/fails"), (500, WENT_WRONG))
        lines = self.log("error")
        for line in lines:
            self.assertRegex(line, rf"^{STAMP},\d\d\d: ")
        texts = [line.split(": ", 1)[1] for line in lines]
        self.assertEqual(
            texts[:4],
            [
                "Error running WSGI application",
                "ValueError: first",
                "second",
                f'  File "{WSGI}", line 10, in application',
            ],
        )
        self.assertEqual(texts[4], '    raise ValueError("first\\nsecond")')

    def test_an_app_that_cannot_be_loaded_says_so_at_each_visit(self) -> None:
        self.start("import nowhere\n")
        self.assertFalse(self.host.log(DOMAIN, "error").exists())
        for number in (1, 2):
            self.assertEqual(self.host.page(DOMAIN), (500, WENT_WRONG))
            texts = [line.split(": ", 1)[1] for line in self.log("error")]
            missing = "ModuleNotFoundError: No module named 'nowhere'"
            self.assertEqual(texts.count(missing), number)
            self.assertIn("DebuggingImportError", texts[-2])

    def test_an_app_that_ends_its_process_answers_nothing(self) -> None:
        self.start("import sys\nsys.exit(1)\n")
        self.assertEqual(self.host.page(DOMAIN), (502, BAD_GATEWAY))
        self.start()
        self.assertEqual(self.host.page(DOMAIN, "/ends"), (502, BAD_GATEWAY))

    def test_the_other_logs(self) -> None:
        self.start()
        self.host.page(DOMAIN, "/a?b")
        self.assertRegex(
            self.log("access")[-1],
            r'^192\.0\.2\.7 - - \[.*\] "GET /a\?b HTTP/1\.1" 200 1 ',
        )
        self.assertRegex(self.log("server")[-1], rf"^{STAMP} to stdout$")
        self.assertRegex(self.log("error")[-1], rf"^{STAMP},\d\d\d: to stderr$")

    def test_the_times_are_those_of_the_hosts_clock(self) -> None:
        self.start()
        self.clock.time += 86400
        self.host.page(DOMAIN, "/fails")
        response, body = self.request("GET", f"files/path/var/log/{DOMAIN}.error.log")
        date = email.utils.parsedate_to_datetime(response.headers["Date"])
        self.assertTrue(body.decode().startswith(f"{date:%Y-%m-%d %H:%M}"), body)
        self.assertAlmostEqual(date.timestamp(), self.host.wall(), delta=2)


class ReloadTest(HostTest):
    def reload(self) -> int:
        return self.request("POST", f"webapps/{DOMAIN}/reload/")[0].status

    def test_a_slow_load_that_goes_on(self) -> None:
        self.start()
        self.host.loading = 50
        self.assertEqual(self.reload(), 500)
        self.assertEqual(self.host.page(DOMAIN), (502, BAD_GATEWAY))
        self.clock.time += 5
        self.assertEqual(self.reload(), 500)
        self.clock.time += 5
        self.assertEqual(self.host.page(DOMAIN), (200, b"++"))

    def test_a_slow_load_that_is_visited_by_a_reload(self) -> None:
        self.start()
        self.host.loading = 50
        began: list[float] = []
        self.host.begins_loading = lambda: began.append(self.clock.time)
        self.assertEqual(self.reload(), 500)
        self.clock.time += 15
        self.assertEqual(self.reload(), 200)
        self.assertEqual(len(began), 1)
        self.assertEqual(self.host.page(DOMAIN)[0], 200)

    def test_a_slow_load_that_is_cut_off(self) -> None:
        self.start()
        self.host.loading = 50
        self.host.goes_on = False
        for status in (500, 500, 200):
            self.clock.time += 100
            self.assertEqual(self.reload(), status)
        self.assertEqual(self.host.page(DOMAIN)[0], 200)


class LimitsTest(HostTest):
    def test_the_quota(self) -> None:
        self.host.disk.quota = 1000
        self.assertEqual(self.upload("/home/alice/a", b"x" * 600)[0], 201)
        status, body = self.upload("/home/alice/b", b"x" * 401)
        self.assertEqual((status, b"quota" in body), (400, True))
        self.assertEqual(self.upload("/home/alice/a", b"y" * 1000)[0], 200)
        self.assertEqual(self.upload("/home/alice/a", b"z" * 1001)[0], 400)
        self.assertEqual(self.host.files(), {"/home/alice/a": b"y" * 1000})

    def test_a_large_upload(self) -> None:
        self.host.disk.upload_limit = 10
        self.assertEqual(self.upload("/home/alice/a", b"x" * 10)[0], 201)
        self.assertEqual(self.upload("/home/alice/a", b"y" * 11)[0], 413)
        self.assertEqual(self.host.files(), {"/home/alice/a": b"x" * 10})

    def test_half_an_upload(self) -> None:
        self.host.faults = [fake_api.Fault(1, "half")]
        with self.assertRaises((http.client.HTTPException, ConnectionError)):
            self.upload("/home/alice/a", b"0123456789")
        self.assertEqual(self.host.files(), {"/home/alice/a": b"01234"})

    def test_a_range_is_not_heeded(self) -> None:
        self.upload("/home/alice/a", b"0123456789")
        response, body = self.request(
            "GET", "files/path/home/alice/a", Range="bytes=0-1"
        )
        self.assertEqual((response.status, body), (200, b"0123456789"))

    def test_no_other_folders(self) -> None:
        for path in ("/home/bob/a", "/etc/passwd", "/home/alice/../bob/a", "/tmp/a"):
            with self.subTest(path=path):
                self.assertEqual(self.upload(path, b"")[0], 403)
                query = urllib.parse.urlencode({"path": path})
                self.assertEqual(
                    self.request("GET", f"files/tree/?{query}")[0].status, 403
                )


class SettingsTest(HostTest):
    def image(self) -> tuple[int, Any]:
        response, body = self.request("GET", "system_image/")
        return response.status, json.loads(body)

    def test_the_system_image(self) -> None:
        status, value = self.image()
        self.assertEqual((status, value["system_image"]), (200, "innit"))
        self.assertIn("innit", value["available_system_images"])
        self.host.image = ""
        self.assertEqual(self.image()[0], 404)

    def test_force_https(self) -> None:
        app = self.start()
        for text, status, expected in (
            (b"force_https=true", 200, True),
            (b"source_directory=/home/alice/x", 200, True),
            (b"force_https=perhaps", 400, True),
            (b"force_https=False", 200, False),
        ):
            with self.subTest(text=text):
                response, _ = self.request("PATCH", f"webapps/{DOMAIN}/", text)
                self.assertEqual((response.status, app.force_https), (status, expected))


if __name__ == "__main__":
    unittest.main()
