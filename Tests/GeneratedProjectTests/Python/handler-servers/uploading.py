"""Uploads and sessions with the library of handlers, for test_uploads.py.

The folder is in the variable FOLDER.
"""

from __future__ import annotations

import hashlib
import os
import resource
from pathlib import Path

from hello.web import Application, RequestHandler

FOLDER = Path(os.environ["FOLDER"])


def peak() -> int:
    """Return the most memory that this process has used, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Upload(RequestHandler):
    """Saves a file, and tells how much memory the worker has needed for it."""

    max_body_size = 100_000_000

    def post(self) -> None:
        file = self.get_file("file")
        assert file is not None
        file.save(FOLDER / file.filename)
        digest = hashlib.sha256()
        while piece := file.file.read(65536):
            digest.update(piece)
        facts = {"size": file.size, "digest": digest.hexdigest()}
        self.write({**facts, "title": self.get_body_argument("title"), "peak": peak()})


class Worker(RequestHandler):
    """Tells how much memory this worker has needed."""

    def get(self) -> None:
        self.write({"peak": peak()})


class Login(RequestHandler):
    """Remembers a name."""

    def get(self) -> None:
        self.write({"name": self.session.get("name"), "token": self.csrf_token})

    def post(self) -> None:
        self.session["name"] = self.get_body_argument("name")


application = Application([("/", Worker), ("/upload", Upload), ("/login", Login)])
