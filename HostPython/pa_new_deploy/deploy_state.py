"""The note that a deployment writes on PythonAnywhere: whose site it is, what is loaded.

The files on the host do not show whether the app was reloaded since they were uploaded.
A run that is interrupted before the reload leaves the new files and an app that runs the
old ones. Only a file that is written after the reload shows the difference. It also names
the project that has the domain, and the settings that are as pa-new set them.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

VERSION = 2
MAX_BYTES = 100_000
UNKNOWN = "unknown"


@dataclass(frozen=True)
class DeployState:
    """The files and settings that the app had loaded after a deployment."""

    digest: str
    """A digest of everything that was deployed, files and settings."""
    wsgi_digest: str
    """The digest of the WSGI file."""
    project: str | None = None
    """The project's folder on the host; None if 0.1.0 wrote the note, without it."""
    since: str = UNKNOWN
    """When this project was deployed to the domain for the first time."""
    settings: dict[str, str] = field(default_factory=dict)
    """The settings of the web app that pa-new set."""
    mappings: dict[str, str] = field(default_factory=dict)
    """The static mappings that pa-new set: URL and folder."""
    replaced: dict[str, Any] | None = None
    """What ``--replace-wsgi`` took over."""

    def encoded(self) -> bytes:
        document = {
            "version": VERSION,
            "state": self.digest,
            "entry": self.wsgi_digest,
            "project": self.project,
            "since": self.since,
            "settings": self.settings,
            "mappings": self.mappings,
            "replaced": self.replaced,
        }
        return (json.dumps(document, sort_keys=True) + "\n").encode()

    def has_loaded(self, other: DeployState) -> bool:
        """Tell whether the app has loaded what another note describes."""
        if self.project not in (None, other.project):
            return False
        return self.digest == other.digest and self.wsgi_digest == other.wsgi_digest


def path(home: str, domain: str) -> str:
    """Return the path of the note, in the folder of the backups."""
    return f"{home}/.pa-new/{domain}.json"


def decode(content: bytes | None) -> DeployState | None:
    """Return the note; None if there is no file or it is not valid."""
    document = _document(content)
    state, entry = document.get("state"), document.get("entry")
    if not (isinstance(state, str) and isinstance(entry, str)):
        return None
    if document.get("version") == 1:
        return DeployState(state, entry)
    project, since = document.get("project"), document.get("since")
    if document.get("version") != VERSION or not isinstance(project, str):
        return None
    replaced = document.get("replaced")
    return DeployState(
        state,
        entry,
        project.rstrip("/"),
        since if isinstance(since, str) and since else UNKNOWN,
        _texts(document.get("settings")),
        _texts(document.get("mappings")),
        replaced if isinstance(replaced, dict) else None,
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
        document = json.loads(content or b"")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {k: v for k, v in value.items() if isinstance(v, str)}
