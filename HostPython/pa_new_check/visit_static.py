"""Static files: PythonAnywhere serves them from a folder, without asking the app."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from pa_new_check.visit_redirects import Request

TYPE_CHECKING = False  # static files are seldom asked for
if TYPE_CHECKING:
    from pa_new_check.sandbox_visit import Printer

_CHUNK = 1 << 20


class Mapping(NamedTuple):
    """A row of the Web tab's table: the start of a URL, and a folder of the project."""

    url: str
    folder: str


class StaticFiles:
    """The static mappings of a project."""

    def __init__(self, project: Path, mappings: list[str]) -> None:
        self.project = project
        rows = [text.partition("=") for text in mappings]
        # ``deploy`` maps a folder that has files.
        self.mappings = [
            Mapping(url, folder)
            for url, _, folder in rows
            if any(path.is_file() for path in (project / folder).rglob("*"))
        ]

    def has(self, target: str) -> bool:
        """Tell whether a request for a target does not reach the app."""
        return self._mapping(target) is not None

    def answer(self, request: Request, printer: Printer) -> tuple[int, str]:
        """Print the response of PythonAnywhere's web server; return status and note."""
        mapping = self._mapping(request.target)
        assert mapping is not None
        name = _path(request.target)[len(mapping.url) :]
        place = self.project / mapping.folder / name
        note = f"PythonAnywhere serves {mapping.url} from the folder {mapping.folder}/"
        if request.method not in ("GET", "HEAD"):
            printer.head("405 Not Allowed", [])
            return (
                405,
                f"{note}, which takes only GET and HEAD; it does not ask the app",
            )
        if not place.is_file():
            printer.head("404 Not Found", [])
            return 404, f"{note}, which has no file {name!r}; it does not ask the app"
        from pa_new_check.visit_body import guessed_type

        with place.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            headers = [
                ("Content-Type", guessed_type(name)),
                ("Content-Length", str(size)),
            ]
            printer.head("200 OK", headers)
            if request.method == "GET":
                printer.data(b"")
                while True:
                    data = file.read(_CHUNK)
                    if not data or not printer.data(data):
                        break
                printer.end()
        return 200, f"{note}, without the app"

    def _mapping(self, target: str) -> Mapping | None:
        path = _path(target)
        return next((row for row in self.mappings if path.startswith(row.url)), None)


def _path(target: str) -> str:
    """Return the path of a target as a web server compares it with its mappings."""
    path = unquote(target.partition("?")[0].partition("#")[0], errors="surrogateescape")
    if "\0" in path:
        return "/"
    whole = posixpath.normpath("/" + path.lstrip("/"))
    return whole + "/" if path.endswith("/") and whole != "/" else whole
