"""Static files: PythonAnywhere serves them from a folder, without asking the app."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from pa_new_check.visit_redirects import Request

TYPE_CHECKING = False  # static files are seldom asked for
if TYPE_CHECKING:
    from pa_new_check.sandbox_visit import Printer

_CHUNK = 1 << 20


class Mapping(NamedTuple):
    """A row of the Web tab's table: the start of a URL, and a folder."""

    url: str
    folder: str
    """The folder as messages name it."""
    place: Path


class StaticFiles:
    """The static mappings of a project."""

    def __init__(
        self, project: Path, mappings: list[str], packages: Sequence[str] = ()
    ) -> None:
        """Read the arguments ``--static`` and ``--package-static``."""
        rows = [
            Mapping(url, f"{folder}/", project / folder)
            for url, _, folder in (text.partition("=") for text in mappings)
        ]
        # ``deploy`` maps a folder that has files, and a folder of a package that is there.
        self.mappings = [
            row for row in rows if any(path.is_file() for path in row.place.rglob("*"))
        ]
        self.missing = [row for row in rows if not row.place.exists()]
        """Those whose folder is not there yet, such as one that a command makes."""
        self.mappings += _of_packages(packages)
        self.mappings.sort(key=lambda row: -len(row.url))

    def has(self, target: str) -> bool:
        """Tell whether a request for a target does not reach the app."""
        return self._mapping(target) is not None

    def place(self, target: str) -> Path | None:
        """Return the file for a target that has a mapping, None if there is none."""
        mapping = self._mapping(target)
        if mapping is None:
            return None
        place = mapping.place / _path(target)[len(mapping.url) :]
        return place if place.is_file() else None

    def answer(self, request: Request, printer: Printer) -> tuple[int, str]:
        """Print the response of PythonAnywhere's web server; return status and note."""
        mapping = self._mapping(request.target)
        assert mapping is not None
        name = _path(request.target)[len(mapping.url) :]
        place = mapping.place / name
        note = f"PythonAnywhere serves {mapping.url} from the folder {mapping.folder}"
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


def _of_packages(arguments: Sequence[str]) -> Iterator[Mapping]:
    """Yield the mappings of folders that are in the packages of this interpreter."""
    if not arguments:
        return
    from pa_new_check import environments  # few projects have such folders
    from pa_new_shared import static_folders

    sites = environments.own().folders
    for argument in arguments:
        folder = static_folders.parse(argument)
        places = [Path(site, folder.path) for site in sites]
        found = next((place for place in places if place.is_dir()), None)
        if found is not None:
            shown = f"{folder.path}/ of the installed packages"
            yield Mapping(folder.url, shown, found)


def _path(target: str) -> str:
    """Return the path of a target as a web server compares it with its mappings."""
    path = unquote(target.partition("?")[0].partition("#")[0], errors="surrogateescape")
    if "\0" in path:
        return "/"
    whole = posixpath.normpath("/" + path.lstrip("/"))
    return whole + "/" if path.endswith("/") and whole != "/" else whole
