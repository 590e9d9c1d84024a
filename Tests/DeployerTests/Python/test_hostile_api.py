"""Answers that an API should not give: none may hang, crash or change anything."""

from __future__ import annotations

import json
import threading
import time
import unittest
import unittest.mock
from collections.abc import Callable
from typing import Any

import fake_files
from hostile_cases import DEEP, HUGE, WIRE, as_json
from hostile_server import JSON, running, says
from support import (
    DOMAIN,
    HANDLER,
    STATE_FILE,
    DeployTest,
    QuickClock,
    deploy,
    project,
    write,
)

# isort: split
from pa_new_deploy.api import answers, region, transport
from pa_new_deploy.api.api_problems import BadAnswer
from pa_new_deploy.api.client import Client
from pa_new_deploy.api.host import Host
from pa_new_deploy.messages import diagnose
from pa_new_deploy.problems import Problem

APP = "GET webapps/alice.pythonanywhere.com/"
TIMEOUT = 5.0
SHORT = 0.2
"""For answers whose time is over before they are."""


class WireTest(unittest.TestCase):
    """What is sent is not what an API sends."""

    def assertFails(self, text: str, call: Callable[[], object]) -> None:
        with self.assertRaises(Problem) as caught:
            call()
        self.assertIn(text, diagnose(caught.exception).text)

    def test_each_ends_soon_with_a_clear_error(self) -> None:
        with project(HANDLER) as folder:
            for name, (script, text) in WIRE.items():
                with self.subTest(name), running(script) as server:
                    start = time.monotonic()
                    timeout = SHORT if "dripping" in name else TIMEOUT
                    run = deploy(folder, server, QuickClock(), timeout=timeout)  # type: ignore[arg-type]
                    self.assertLess(time.monotonic() - start, 60, name)
                    self.assertEqual(run.code, 69, run)
                    self.assertIn(text, run.err)
                    self.assertIn("webapps/alice.pythonanywhere.com/", run.err)
                    self.assertIn("Nothing on PythonAnywhere was changed.", run.err)
                    self.assertNotIn("\x1b", run.err)
                    methods = {line.split()[0] for line in server.requests}
                    self.assertEqual(methods, {b"GET"})

    def test_interim_responses_are_skipped(self) -> None:
        hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        first = b"HTTP/1.1 100 Continue\r\n\r\n"
        with running(says(hint, first, hint, as_json(b'["a"]'))) as server:
            self.assertFails("not an object", lambda: _host(server.url).app(DOMAIN))

    def test_a_slow_answer_that_goes_on_is_waited_for(self) -> None:
        body = json.dumps({"domain_name": DOMAIN}).encode().ljust(100_000)

        def script(connection: Any) -> None:
            connection.sendall(JSON + b"Content-Length: 100000\r\n\r\n")
            for start in range(0, 100_000, 10_000):
                connection.sendall(body[start : start + 10_000])
                time.sleep(0.1)

        with running(script) as server:
            start = time.monotonic()
            self.assertIsNotNone(_host(server.url, 0.5).app(DOMAIN))
            self.assertGreater(time.monotonic() - start, 0.5)

    def test_an_answer_before_the_end_of_an_upload(self) -> None:
        refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"
        content = b"x" * 30_000_000
        with running(says(refusal), reads_all=False) as server:
            host = _host(server.url)
            self.assertFails(
                "413", lambda: host.write("/home/alice/a", content, "send")
            )

    def test_a_server_that_takes_an_upload_in_drops(self) -> None:
        """The time of an upload is limited, too, however long each piece may take."""
        is_over = threading.Event()

        def script(connection: Any) -> None:
            while not is_over.wait(0.05):
                connection.recv(100)

        buffered = unittest.mock.patch.object(transport, "_BUFFERED", 0)
        with running(script, reads_all=False) as server, buffered:
            start = time.monotonic()
            host, content = _host(server.url, SHORT), b"x" * 30_000_000
            self.assertFails(
                "timed out", lambda: host.write("/home/alice/a", content, "send")
            )
            is_over.set()
        self.assertLess(time.monotonic() - start, 30)


def _host(url: str, timeout: float = TIMEOUT) -> Host:
    found = region.Region(url, is_loopback=True)
    token = "0123456789abcdef"
    return Host(Client(found, "alice", token, QuickClock(), lambda *_: None, timeout))


# Values that are of a wrong type for a text, or a text that is none.
STRANGE: list[Any] = [
    0,
    -1,
    1.5,
    True,
    [],
    {},
    ["/home/alice/hello"],
    {"path": "/home/alice"},
    [[[]]],
    "x" * 5000,
]
# Texts that are strange, and that no comparison may fall over.
TEXTS = [
    "",
    " ",
    "\x00",
    "\x1b[2J",
    "\ud800",
    "../..",
    "/",
    "a\nb",
    "\u0663.\u0661\u0663",
]


class FieldTest(DeployTest):
    """JSON, but other than it should be."""

    def answering(self, wanted: str, body: bytes) -> Any:
        """Let one of the API's answers be another one."""
        original: Callable[..., fake_files.Answer] = type(self.host).answer

        def answer(*arguments: Any) -> fake_files.Answer:
            if " ".join(arguments[:2]) == wanted:
                return 200, "application/json", body
            return original(self.host, *arguments)

        return unittest.mock.patch.object(self.host, "answer", answer)

    def test_the_settings_of_the_app(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        document = self.host.apps[DOMAIN].document()
        for key in ("source_directory", "virtualenv_path", "python_version"):
            for value in STRANGE:
                body = json.dumps({**document, key: value}).encode()
                with self.subTest(key=key, value=value), self.answering(APP, body):
                    run = self.stops(folder, code=69)
                    self.assertIn(f"{key} is not a text", run.err)
            for text in TEXTS:
                body = json.dumps({**document, key: text}).encode()
                with self.subTest(key=key, text=text), self.answering(APP, body):
                    for options in ((), ("--json",), ("--dry-run",)):
                        before = self._kept()
                        run = deploy(folder, self.host, self.clock, *options)
                        self.assertIn(run.code, (0, 69, 73), run)
                        self.assertEqual(self._kept(), before)

    def _kept(self) -> dict[str, bytes]:
        """The files on the host, without those that pa-new keeps for itself."""
        files = self.host.files()
        return {path: files[path] for path in files if "/.pa-new/" not in path}

    def test_the_static_mappings(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        wanted = f"GET webapps/{DOMAIN}/static_files/"
        good = {"id": 1, "url": "/static/", "path": "/home/alice/hello/static"}
        rows: list[Any] = [None, 1, "text", [], [good], {}]
        numbers: list[Any] = [None, True, "1", 1.0, -1, [], {}]
        rows += [{**good, "id": value} for value in numbers]
        rows += [{**good, "url": value} for value in [None, *STRANGE]]
        rows += [{**good, "path": value} for value in [None, *STRANGE]]
        for row in rows:
            body = json.dumps([good, row]).encode()
            with self.subTest(row=row), self.answering(wanted, body):
                run = self.stops(folder, code=69)
                self.assertIn("static_files/ is not usable", run.err)
        for body in (b"{}", b'"x"', b"null", b"5"):
            with self.subTest(body), self.answering(wanted, body):
                self.assertIn("it is not a list", self.stops(folder, code=69).err)

    def test_the_tree(self) -> None:
        folder = self.folder(HANDLER)
        rows: list[Any] = [None, 1, [], {}, ["/home/alice/hello/a"]]
        for row in rows:
            body = json.dumps(["/home/alice/hello/a", row]).encode()
            with self.subTest(row=row), self.answering("GET files/tree/", body):
                self.assertIn("a list of paths", self.stops(folder, code=69).err)

    def test_a_tree_of_something_else_hides_no_file(self) -> None:
        """What is there is read before it is replaced, listed or not."""
        folder = self.folder(HANDLER)
        self.deploy(folder)
        for rows in (
            ["/etc/passwd"],
            ["hello/wsgi.py"],
            ["/home/alice/hello2/a", "\ud800"],
        ):
            calls = len(self.host.calls)
            body = json.dumps(rows).encode()
            with self.subTest(rows), self.answering("GET files/tree/", body):
                self.deploy(folder)
            paths = [call.path for call in self.host.calls[calls:]]
            self.assertEqual(
                [p for p in paths if p.endswith("hello/hello/routes.py")][1:], []
            )
            self.assertIn(
                "/api/v0/user/alice/files/path/home/alice/hello/wsgi.py", paths
            )
            self.assertEqual(
                [c.method for c in self.host.calls[calls:] if c.method != "GET"], []
            )

    def test_the_note_of_the_last_deployment(self) -> None:
        folder = self.folder(HANDLER)
        self.deploy(folder)
        good = json.loads(self.host.place(STATE_FILE).read_bytes())
        notes = [DEEP, HUGE, b"NaN", b"[]", b"", b"\xff", b'{"version": ' + HUGE + b"}"]
        for key in good:
            notes += [
                json.dumps({**good, key: value}).encode() for value in STRANGE[:-1]
            ]
        for note in notes:
            with self.subTest(note[:80]):
                self.host.place(STATE_FILE).write_bytes(note)
                self.assertIn(
                    deploy(folder, self.host, self.clock).code, (0, 73), note[:80]
                )

    def test_the_folders_of_a_virtualenv_and_the_system_image(self) -> None:
        for body in (b"[]", b"5", b'"x"', b"null"):
            with self.subTest(body), running(says(as_json(body))) as server:
                host = _host(server.url)
                with self.assertRaisesRegex(BadAnswer, "it is not an object"):
                    host.names("/home/alice/a", "look")
                self.assertIsNone(host.system_image())
        for value in [None, *STRANGE[:-1]]:
            body = json.dumps({"system_image": value}).encode()
            with running(says(as_json(body))) as server:
                self.assertIsNone(_host(server.url).system_image())

    def test_the_answer_to_a_creation(self) -> None:
        folder = self.folder(HANDLER)
        for key in ("error_message", "error_type"):
            for value in (*STRANGE, *TEXTS):
                body = json.dumps({"status": "ERROR", key: value}).encode()
                answering = self.answering("POST webapps/", body)
                with self.subTest(key=key, value=value), answering:
                    run = self.deploy(folder, code=73)
                    self.assertIn("did not create the web app", run.err)
                    self.assertTrue(run.err.replace("\n", "").isprintable())
                    self.assertLess(len(run.err), 2000)

    def test_a_file_of_brackets_is_a_file(self) -> None:
        folder = self.folder({**HANDLER, "static/deep.json": DEEP.decode()})
        self.deploy(folder)
        write(folder, {"static/deep.json": DEEP.decode() + "["})
        self.assertIn("deep.json", self.deploy(folder).out)


class AnswerTest(unittest.TestCase):
    """The reader of JSON."""

    def test_what_it_reads(self) -> None:
        for body in (b"[]", b'{"a": [1, 2.5, null, true, "x"]}', b"999999999999999999"):
            self.assertEqual(answers.parse(body), json.loads(body))

    def test_the_depth(self) -> None:
        for depth, is_good in ((49, True), (50, True), (51, False)):
            for start, end in ((b"[", b"]"), (b'{"a":', b"}")):
                body = start * depth + (b"" if start == b"[" else b"1") + end * depth
                with self.subTest(depth=depth, start=start):
                    if is_good:
                        answers.parse(body)
                    else:
                        with self.assertRaises(answers.Malformed):
                            answers.parse(body)


if __name__ == "__main__":
    unittest.main()
