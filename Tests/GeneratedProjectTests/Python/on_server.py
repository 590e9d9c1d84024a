"""What holds on every WSGI server, for any adapter: tests for a class with a server."""

from __future__ import annotations

import tempfile
import time
import unittest
from pathlib import Path

from servers import Server


class OnServer(unittest.TestCase):
    """Starts a server before the tests of a class, and stops it after them.

    The application has three paths: ``stream`` sends a line, and another one as soon as
    ``file`` exists; ``endless`` sends until the client has gone, and then makes ``file``;
    ``hello`` answers.
    """

    stream: str
    endless: str
    hello: str
    server: Server

    @classmethod
    def start(cls) -> Server:
        """Return a server that has started."""
        raise NotImplementedError

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.start()

    @classmethod
    def tearDownClass(cls) -> None:
        code = cls.server.terminate()
        log = cls.server.log()
        cls.server.kill()
        cls.server.folder.cleanup()
        if code != 0:
            raise AssertionError(f"exit code {code} after SIGTERM\n{log}")

    def test_stream(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "go")
            connection, response = self.server.open(f"{self.stream}?file={file}")
            self.assertEqual(b"first\n", response.readline())
            file.touch()  # only now may the application end
            self.assertEqual(b"second\n", response.read())
            connection.close()

    def test_client_goes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "closed")
            connection, response = self.server.open(f"{self.endless}?file={file}")
            self.assertEqual(b"x", response.read(1))
            response.close()
            connection.close()
            deadline = time.monotonic() + 10
            while not file.exists():
                self.assertLess(time.monotonic(), deadline, self.server.log())
                self.server.get(self.hello)
                time.sleep(0.02)
