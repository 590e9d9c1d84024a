"""The answers of the adapter are those of uvicorn."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
import unittest
from typing import Any

import uvicorn
from odd_apps import CASES, NO_ANSWER, NO_HEAD, Case

from asgi_asking import Answer, Site, read


class Dispatcher:
    """Gives each request to the app of its case, which the client names in a header."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        if scope["type"] != "http":
            raise NotImplementedError
        headers = dict(scope["headers"])
        name = headers[b"x-case"].decode()
        return await CASES[name].app(scope, receive, send)


def ask(port: int, name: str, case: Case) -> Answer:
    lines = [f"{case.method} {case.target} HTTP/1.1", "Host: site", f"X-Case: {name}"]
    lines.append("Connection: close")
    if case.body or case.method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(case.body)}")
    lines += [f"{key}: {value}" for key, value in case.headers]
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        head = "\r\n".join(lines) + "\r\n\r\n"
        client.sendall(head.encode("latin-1") + case.body)
        try:
            return read(client, case.method)
        except http.client.RemoteDisconnected:
            return Answer(0, [], b"")


class SameAnswers(unittest.TestCase):
    """Each case, over a socket."""

    site: Site
    server: uvicorn.Server
    thread: threading.Thread
    port: int

    @classmethod
    def setUpClass(cls) -> None:
        logging.getLogger("uvicorn.error").setLevel(100)
        cls.site = Site(Dispatcher()).__enter__()
        listener = socket.create_server(("127.0.0.1", 0))
        cls.port = listener.getsockname()[1]
        config = uvicorn.Config(
            Dispatcher(),
            http="h11",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
        )
        cls.server = uvicorn.Server(config)

        def serve() -> None:
            with listener:
                cls.server.run(sockets=[listener])

        cls.thread = threading.Thread(target=serve)
        cls.thread.start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.should_exit = True
        cls.thread.join(20)
        cls.site.stop()
        cls.site.logged()
        cls.site.__exit__(None)

    def test_all(self) -> None:
        for name, case in CASES.items():
            with self.subTest(name):
                ours = ask(self.site.server.port, name, case)
                theirs = ask(self.port, name, case)
                if ours.status == theirs.status == 500:
                    self.assertEqual(b"Internal Server Error", theirs.body)
                    theirs.headers = ours.headers  # the text is the server's
                if case.differs:
                    self.assertNotEqual(ours, theirs, case.differs)
                else:
                    self.assertEqual(theirs, ours)
                    self.assertEqual([], self.site.server.faults)

    def test_what_differs(self) -> None:
        for name, case in CASES.items():
            theirs = {NO_HEAD: (200, 204), NO_ANSWER: (0,)}.get(case.differs)
            if theirs is not None:
                self.assertEqual(
                    500, ask(self.site.server.port, name, case).status, name
                )
                self.assertIn(ask(self.port, name, case).status, theirs, name)


if __name__ == "__main__":
    unittest.main()
