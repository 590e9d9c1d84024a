"""What the host's API offers, as far as a deployment needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pa_new_deploy.client import Answer, Caller, Request
from pa_new_deploy.problems import NotCreated, Unexpected

TREE_LIMIT = 1000


@dataclass(frozen=True)
class Mapping:
    """A folder that the host serves by itself."""

    number: int
    url: str
    path: str


@dataclass(frozen=True)
class Tree:
    """What is below a folder on the host."""

    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    is_complete: bool = True
    """Whether that is all: the host lists no more than a thousand."""


class Host:
    """The account on the host."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def app(self, domain: str) -> dict[str, Any] | None:
        """Return the settings of a web app, or none where there is none."""
        request = Request(
            "GET",
            f"webapps/{domain}/",
            "whether the web app is there, and its settings",
            wants_json=True,
            fine=(200, 404),
        )
        answer = self._call(request)
        return None if answer.status == 404 else _of(dict, request, answer)

    def create(self, domain: str, python: str) -> None:
        """Make a web app with manual configuration; writes over its WSGI file."""
        request = Request(
            "POST",
            "webapps/",
            f"make the web app {domain} with Python {python}",
            form={
                "domain_name": domain,
                "python_version": "python" + python.replace(".", ""),
            },
            wants_json=True,
            fine=(200, 201, 400),
            was_done=lambda: self.app(domain) is not None,
        )
        answer = self._call(request)
        told: dict[str, Any] = _of(dict, request, answer)
        if answer.status == 400 or told.get("status") == "ERROR":
            words = told.get("error_message") or told.get("error_type") or ""
            raise NotCreated(domain, str(words)[:500])

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
            "which static files are mapped",
            wants_json=True,
            fine=(200, 404),
        )
        answer = self._call(request)
        if answer.status == 404:
            return []
        rows: list[Any] = _of(list, request, answer)
        return [
            Mapping(row["id"], row["url"], row["path"])
            for row in rows
            if isinstance(row, dict)
            and isinstance(row.get("id"), int)
            and isinstance(row.get("url"), str)
            and isinstance(row.get("path"), str)
        ]

    def map(self, domain: str, url: str, path: str) -> None:
        """Let the host serve a folder by itself."""

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
        """Let a static mapping be to another folder."""
        self._call(
            Request(
                "PATCH",
                f"webapps/{domain}/static_files/{number}/",
                f"map {url} to {path}",
                form={"url": url, "path": path},
            )
        )

    def reload(self, domain: str, what: str) -> bool:
        """Reload a web app; returns whether its domain is known to lead to the host."""
        request = Request(
            "POST",
            f"webapps/{domain}/reload/",
            what,
            fine=(200, 201, 409),
        )
        answer = self._call(request)
        if answer.status != 409:
            return True
        if (
            isinstance(answer.value, dict)
            and answer.value.get("error") == "cname_error"
        ):
            return False
        raise Unexpected(request.method, request.target, 409, str(answer.value)[:500])

    def tree(self, folder: str) -> Tree:
        """Return what is below a folder; nothing where there is none."""
        request = Request(
            "GET",
            "files/tree/",
            "which files are there",
            query={"path": folder},
            wants_json=True,
            fine=(200, 400, 404),
        )
        answer = self._call(request)
        if answer.status >= 400:
            return Tree()
        rows: list[Any] = _of(list, request, answer)
        paths = [row for row in rows if isinstance(row, str)]
        return Tree(
            frozenset(path for path in paths if not path.endswith("/")),
            frozenset(path.rstrip("/") for path in paths if path.endswith("/")),
            len(rows) < TREE_LIMIT,
        )

    def names(self, folder: str, what: str) -> list[str] | None:
        """Return the names in a folder, or none where there is no folder."""
        request = Request(
            "GET", "files/path" + folder, what, wants_json=True, fine=(200, 404)
        )
        answer = self._call(request)
        if answer.status == 404:
            return None
        return [str(name) for name in _of(dict, request, answer)]

    def read(self, path: str, what: str, most: int) -> bytes | None:
        """Return a file, or none where there is none; of a longer one only a part."""
        answer = self._call(
            Request("GET", "files/path" + path, what, fine=(200, 404), most=most)
        )
        return None if answer.status == 404 else answer.body

    def write(self, path: str, content: bytes, what: str) -> None:
        """Put a file onto the host, in the place of what is there."""
        self._call(Request("POST", "files/path" + path, what, content=content))


def _of(kind: type, request: Request, answer: Answer) -> Any:
    """Return the answer's JSON where it has the form that it has to have."""
    if not isinstance(answer.value, kind):
        detail = "the answer does not have the form that is expected"
        raise Unexpected(request.method, request.target, answer.status, detail)
    return answer.value
