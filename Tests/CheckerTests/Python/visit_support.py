"""Apps and runs for the tests of ``visit``."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from support import CHECKER, project

MIRROR = """
import json, re
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    found = {key: value for key, value in environ.items() if isinstance(value, str)}
    found["body"] = body.decode("latin-1")
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(found).encode()]
"""
"""An app that answers with its request."""


class Visit(NamedTuple):
    """The end of a visit."""

    code: int
    output: bytes
    errors: bytes

    @property
    def heads(self) -> list[bytes]:
        """The status lines of all responses."""
        lines = self.output.split(b"\r\n")
        return [line[9:] for line in lines if line.startswith(b"HTTP/1.1 ")]

    @property
    def body(self) -> bytes:
        """What follows the last head."""
        return self.output.rpartition(b"\r\n\r\n")[2]

    @property
    def request(self) -> dict[str, str]:
        """The request that :data:`MIRROR` got."""
        found: dict[str, str] = json.loads(self.body)
        return found

    @property
    def problem(self) -> str:
        """The message of the document, in place of a response."""
        document: dict[str, Any] = json.loads(self.errors.splitlines()[-1])
        return str(document["error"]["message"])

    @property
    def rules(self) -> list[str]:
        """The rules of the findings, in place of a response."""
        document: dict[str, Any] = json.loads(self.errors.splitlines()[-1])
        return [finding["rule"] for finding in document["findings"]]


class Desk:
    """A project, and a folder beside it in which visits are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder.parent / "desk"
        self.place.mkdir()
        self.python = sys.executable
        """The interpreter that makes the visits."""

    def write(self, name: str, content: bytes) -> Path:
        """Write a file for an option to read."""
        path = self.place / name
        path.write_bytes(content)
        return path

    def visit(
        self,
        target: str,
        *options: str,
        stdin: IO[bytes] | bytes | None = None,
        stdout: IO[bytes] | int = subprocess.PIPE,
        stderr: IO[bytes] | int = subprocess.PIPE,
    ) -> Visit:
        """Run ``visit``, in the folder beside the project."""
        given: dict[str, Any] = {"stdin": stdin or subprocess.DEVNULL}
        if isinstance(stdin, bytes):
            given = {"input": stdin}
        done = subprocess.run(
            [self.python, "-B", "-m", "pa_new_check"]
            + ["visit", str(self.folder), target, *options],
            env={**os.environ, "PYTHONPATH": str(CHECKER)},
            stdout=stdout,
            stderr=stderr,
            cwd=self.place,
            timeout=180,
            check=False,
            **given,
        )
        return Visit(done.returncode, done.stdout or b"", done.stderr or b"")


@contextlib.contextmanager
def desk(source: str, files: dict[str, str | bytes] | None = None) -> Iterator[Desk]:
    """Write a project with this ``wsgi.py``, and other files."""
    with project({"wsgi.py": source, **(files or {})}) as folder:
        yield Desk(folder)
