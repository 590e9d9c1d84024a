"""The parts of PythonAnywhere's API that a deployment needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pa_new_deploy.api.api_problems import BadAnswer
from pa_new_deploy.api.client import TRIES, Caller, Request, Response
from pa_new_deploy.problems import NotCreated, Unexpected

TREE_LIMIT = 1000
MAX_TEXT = 4096
_SETTINGS = ("source_directory", "virtualenv_path", "python_version")


@dataclass(frozen=True)
class Mapping:
    """A folder that the host serves without the app."""

    number: int
    url: str
    path: str


@dataclass(frozen=True)
class Tree:
    """The files and folders below a folder on the host."""

    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    is_complete: bool = True
    """Whether these are all: the host lists at most a thousand."""


class Host:
    """The account on the host."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def app(self, domain: str) -> dict[str, Any] | None:
        """Return the settings of a web app; None if it does not exist."""
        request = Request(
            "GET",
            f"webapps/{domain}/",
            "get the settings of the web app, if it exists",
            wants_json=True,
            accepted=(200, 404),
        )
        response = self._call(request)
        if response.status == 404:
            return None
        settings: dict[str, Any] = _of(dict, request, response)
        name = _text(settings, "domain_name", request)
        if name is None or name.lower() != domain.lower():
            _refuse(request, "it is not about the web app of this domain")
        for key in _SETTINGS:
            _text(settings, key, request)
        return settings

    def create(self, domain: str, python: str) -> None:
        """Make a web app with manual configuration. This overwrites its WSGI file."""
        request = Request(
            "POST",
            "webapps/",
            f"create the web app {domain} with Python {python}",
            form={
                "domain_name": domain,
                "python_version": "python" + python.replace(".", ""),
            },
            wants_json=True,
            accepted=(200, 201, 400),
            was_done=lambda: self.app(domain) is not None,
        )
        response = self._call(request)
        if response.status == 400:
            raise NotCreated(domain, response.detail)
        created: dict[str, Any] = _of(dict, request, response)
        if created.get("status") == "ERROR":
            raise NotCreated(domain, response.detail)

    def change(self, domain: str, settings: dict[str, str]) -> None:
        """Change settings of a web app."""
        names = ", ".join(sorted(settings))
        self._call(
            Request("PATCH", f"webapps/{domain}/", f"set {names}", form=settings)
        )

    def mappings(self, domain: str) -> list[Mapping]:
        """Return the static mappings of a web app."""
        request = Request(
            "GET",
            f"webapps/{domain}/static_files/",
            "list the static file mappings",
            wants_json=True,
            accepted=(200, 404),
        )
        response = self._call(request)
        if response.status == 404:
            return []
        rows: list[Any] = _of(list, request, response)
        return [_mapping(row, request) for row in rows]

    def map(self, domain: str, url: str, path: str) -> None:
        """Add a static mapping: the host then serves a folder without the app."""

        def was_done() -> bool:
            return any(row.url == url for row in self.mappings(domain))

        self._call(
            Request(
                "POST",
                f"webapps/{domain}/static_files/",
                f"map {url} to {path}",
                form={"url": url, "path": path},
                was_done=was_done,
            )
        )

    def remap(self, domain: str, number: int, url: str, path: str) -> None:
        """Point a static mapping to another folder."""
        self._call(
            Request(
                "PATCH",
                f"webapps/{domain}/static_files/{number}/",
                f"map {url} to {path}",
                form={"url": url, "path": path},
            )
        )

    def unmap(self, domain: str, number: int, url: str) -> None:
        """Remove a static mapping, if it is there."""
        self._call(
            Request(
                "DELETE",
                f"webapps/{domain}/static_files/{number}/",
                f"remove the mapping of {url}",
                accepted=(200, 204, 404),
            )
        )

    def reload(self, domain: str, purpose: str, tries: int = TRIES) -> bool:
        """Reload a web app; return False if the host finds no CNAME for its domain."""
        request = Request(
            "POST",
            f"webapps/{domain}/reload/",
            purpose,
            accepted=(200, 201, 409),
            tries=tries,
        )
        response = self._call(request)
        if response.status != 409:
            return True
        if (
            isinstance(response.value, dict)
            and response.value.get("error") == "cname_error"
        ):
            return False
        raise Unexpected(request.method, request.target, 409, response.detail)

    def tree(self, folder: str) -> Tree:
        """Return all that is below a folder; an empty tree if it does not exist.

        What cannot be below it makes the tree incomplete: then each file is looked for.
        """
        request = Request(
            "GET",
            "files/tree/",
            "list the uploaded files",
            query={"path": folder},
            wants_json=True,
            accepted=(200, 400, 404),
        )
        response = self._call(request)
        if response.status >= 400:
            is_missing = response.status == 404 or "does not exist" in response.detail
            return Tree(is_complete=is_missing)
        rows: list[Any] = _of(list, request, response)
        if not all(isinstance(row, str) for row in rows):
            _refuse(request, "it is not a list of paths")
        paths = [row for row in rows if row.startswith(folder + "/")]
        return Tree(
            frozenset(path for path in paths if not path.endswith("/")),
            frozenset(path.rstrip("/") for path in paths if path.endswith("/")),
            len(rows) < TREE_LIMIT and len(paths) == len(rows),
        )

    def names(self, folder: str, purpose: str) -> list[str] | None:
        """Return the names in a folder; None if the folder does not exist."""
        request = Request(
            "GET", "files/path" + folder, purpose, wants_json=True, accepted=(200, 404)
        )
        response = self._call(request)
        if response.status == 404:
            return None
        return [str(name) for name in _of(dict, request, response)]

    def read(self, path: str, purpose: str, max_bytes: int) -> bytes | None:
        """Return a file, or its start if it is too long; None if it does not exist."""
        response = self._call(
            Request(
                "GET",
                "files/path" + path,
                purpose,
                accepted=(200, 404),
                max_bytes=max_bytes,
            )
        )
        return None if response.status == 404 else response.body

    def remove(self, path: str, purpose: str) -> None:
        """Remove a file, if it is there."""
        accepted = (200, 204, 404)
        self._call(Request("DELETE", "files/path" + path, purpose, accepted=accepted))

    def system_image(self) -> str | None:
        """Return the name of the account's system image; None if that is not known."""
        request = Request(
            "GET",
            "system_image/",
            "get the system image, for the C library",
            wants_json=True,
            accepted=(200, 403, 404),
        )
        value = self._call(request).value
        image = value.get("system_image") if isinstance(value, dict) else None
        return image if isinstance(image, str) else None

    def write(
        self,
        path: str,
        content: bytes | Path,
        purpose: str,
        was_done: Callable[[], bool] | None = None,
    ) -> None:
        """Upload a file; this replaces the file on the host, if there is one.

        :param was_done: Looks before each further try whether there is nothing to do.
        """
        self._call(
            Request(
                "POST",
                "files/path" + path,
                purpose,
                content=content,
                was_done=was_done,
            )
        )


def _of(kind: type, request: Request, response: Response) -> Any:
    """Return the JSON of the response if it is of the expected kind."""
    if not isinstance(response.value, kind):
        wanted = "a list" if kind is list else "an object"
        _refuse(request, f"it is not {wanted}")
    return response.value


def _refuse(request: Request, reason: str) -> NoReturn:
    raise BadAnswer(request.method, request.target, reason)


def _text(document: dict[str, Any], key: str, request: Request) -> str | None:
    """Return a text of an object; None if it has none."""
    value = document.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        _refuse(request, f"{key} is not a text, or too long")
    return value


def _mapping(row: Any, request: Request) -> Mapping:
    """Return a static mapping. One that is not understood must not be overlooked."""
    if not isinstance(row, dict):
        _refuse(request, "a static file mapping is not an object")
    number = row.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        _refuse(request, "a static file mapping has no number")
    url, path = _text(row, "url", request), _text(row, "path", request)
    if url is None or path is None:
        _refuse(request, "a static file mapping has no URL or no path")
    return Mapping(number, url, path)
