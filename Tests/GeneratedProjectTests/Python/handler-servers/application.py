"""Files and streams of the library of handlers, for test_servers.py.

The folder is in the variable FOLDER. What happens after a response is written there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from hello.web import Application, RequestHandler

FOLDER = Path(os.environ["FOLDER"])


class Base(RequestHandler):
    """Tells in a file that a response has ended."""

    def on_finish(self) -> None:
        path = self.environ["PATH_INFO"].strip("/").replace("/", "-")
        (FOLDER / f"finished-{path}").touch()


class Greeting(RequestHandler):
    """Text, without anything that follows."""

    def get(self) -> None:
        self.write("Hello")


class Stream(Base):
    """Pieces, of which the second waits for a file."""

    def get(self, kind: str) -> None:
        self.set_etag(kind)
        self.stream(getattr(self, "_" + kind)())

    def _waiting(self) -> Iterator[str]:
        yield "first\n"
        while not (FOLDER / "go").exists():
            time.sleep(0.01)
        yield "second\n"

    def _failing(self) -> Iterator[str]:
        yield "first\n"
        raise ZeroDivisionError("in the stream")

    def _early(self) -> Iterator[str]:
        raise ZeroDivisionError("before the stream")
        yield ""

    def _endless(self) -> Iterator[bytes]:
        try:
            while True:
                yield bytes(64 * 1024)
        finally:
            (FOLDER / "closed").touch()


class File(Base):
    """A file of the folder."""

    def get(self, path: str) -> None:
        self.send_file(path, folder=FOLDER)


application = Application(
    [(r"/", Greeting), (r"/stream/(\w+)", Stream), (r"/files/(.*)", File)]
)
