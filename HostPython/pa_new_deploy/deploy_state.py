"""The note that a deployment writes on PythonAnywhere: whose site it is, what is loaded.

The files on the host do not show whether the app was reloaded since they were uploaded.
A run that is interrupted before the reload leaves the new files and an app that runs the
old ones. Only a file that is written after the reload shows the difference. It also names
the project that has the domain, the settings that are as pa-new set them, and the archive
that brings back what was there before.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

from pa_new_deploy.api import answers

VERSION = 2
MAX_BYTES = 4_000_000
UNKNOWN = "unknown"


@dataclass(frozen=True)
class DeployState:
    """The files and settings that the app had loaded after a deployment."""

    digest: str
    """A digest of everything that was deployed, files and settings."""
    wsgi_digest: str
    """The digest of the WSGI file."""
    project: str | None = None
    """The project's folder on the host; None if 0.1.0 wrote the note, without it, and
    empty if the first deployment was undone."""
    since: str = UNKNOWN
    """When this project was deployed to the domain for the first time."""
    settings: dict[str, str] = field(default_factory=dict)
    """The settings of the web app that pa-new set."""
    mappings: dict[str, str] = field(default_factory=dict)
    """The static mappings that pa-new set: URL and folder."""
    replaced: dict[str, Any] | None = None
    """What ``--replace-wsgi`` took over."""
    number: int = 0
    """The number of the last archive; it never goes back, even if that one is undone."""
    archive: int = 0
    """The number of the archive that brings back what was there before; 0 if none does."""
    files: dict[str, str] = field(default_factory=dict)
    """The digests of the deployed files, by their paths below the project's folder."""
    bundle: str = ""
    """The digest of the packages' bundle; empty if the app uses none."""
    shared: list[str] = field(default_factory=list)
    """Other domains that show the same folder."""

    @property
    def document(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "state": self.digest,
            "entry": self.wsgi_digest,
            "project": self.project,
            "since": self.since,
            "settings": self.settings,
            "mappings": self.mappings,
            "replaced": self.replaced,
            "number": self.number,
            "archive": self.archive,
            "files": self.files,
            "bundle": self.bundle,
            "shared": self.shared,
        }

    def encoded(self) -> bytes:
        return (json.dumps(self.document, sort_keys=True) + "\n").encode()

    def has_loaded(self, other: DeployState) -> bool:
        """Tell whether the app has loaded what another note describes."""
        if self.project not in (None, other.project):
            return False
        return self.digest == other.digest and self.wsgi_digest == other.wsgi_digest


def path(home: str, domain: str) -> str:
    """Return the path of the note."""
    return f"{path_of_notes(home)}/{domain}.json"


def path_of_notes(home: str) -> str:
    """Return the folder of all that pa-new keeps on the host for itself."""
    return f"{home}/.pa-new"


def decode(content: bytes | None) -> DeployState | None:
    """Return the note; None if there is no file or it is not valid."""
    return from_document(_document(content))


def from_document(document: dict[str, Any]) -> DeployState | None:
    """Return the note of a JSON document; None if it is not valid."""
    state, entry = document.get("state"), document.get("entry")
    if not (isinstance(state, str) and isinstance(entry, str)):
        return None
    if document.get("version") == 1:
        return DeployState(state, entry)
    project, since = document.get("project"), document.get("since")
    is_text = isinstance(project, (str, type(None)))
    if document.get("version") != VERSION or not is_text:
        return None
    replaced = document.get("replaced")
    return DeployState(
        state,
        entry,
        project.rstrip("/") if project else project,
        since if isinstance(since, str) and since else UNKNOWN,
        _texts(document.get("settings")),
        _texts(document.get("mappings")),
        replaced if isinstance(replaced, dict) else None,
        _count(document.get("number")),
        _count(document.get("archive")),
        _texts(document.get("files")),
        str(document.get("bundle") or ""),
        _list(document.get("shared")),
    )


def is_newer(content: bytes | None) -> bool:
    """Tell whether a newer pa-new wrote the note, whose meaning is not known here."""
    version = _document(content).get("version")
    return isinstance(version, int) and version > VERSION


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def now() -> str:
    """Return the time as a note has it, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _document(content: bytes | None) -> dict[str, Any]:
    try:
        document = answers.parse(content or b"")
    except answers.Malformed:
        return {}
    return document if isinstance(document, dict) else {}


def _count(value: Any) -> int:
    return value if type(value) is int and 0 <= value < 10**9 else 0


def _list(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {k: v for k, v in value.items() if isinstance(v, str)}
