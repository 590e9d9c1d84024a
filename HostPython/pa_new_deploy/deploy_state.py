"""The state file that a deployment writes on PythonAnywhere: what the app has loaded.

The files on the host do not show whether the app was reloaded since they were uploaded.
A run that is interrupted before the reload leaves the new files and an app that runs the
old ones. Only a file that is written after the reload shows the difference.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

VERSION = 1
MAX_BYTES = 10_000


@dataclass(frozen=True)
class DeployState:
    """The files and settings that the app had loaded after a deployment."""

    digest: str
    """A digest of everything that was deployed, files and settings."""
    wsgi_digest: str
    """The digest of the WSGI file."""

    def encoded(self) -> bytes:
        document = {"version": VERSION, "state": self.digest, "entry": self.wsgi_digest}
        return (json.dumps(document, sort_keys=True) + "\n").encode()


def path(home: str, domain: str) -> str:
    """Return the path of the state file, in the folder of the backups."""
    return f"{home}/.pa-new/{domain}.json"


def decode(content: bytes | None) -> DeployState | None:
    """Return the state; None if there is no file or it is not valid."""
    try:
        document = json.loads(content or b"")
        if document["version"] == VERSION:
            return DeployState(str(document["state"]), str(document["entry"]))
    except (ValueError, TypeError, KeyError):
        pass
    return None


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
