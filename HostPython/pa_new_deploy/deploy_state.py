"""The state file that a deployment writes on PythonAnywhere: what the app has loaded.

Files say what is on the host, and not whether the app was reloaded since. A run that
was cut off before the reload leaves files as they should be and an app that runs old
ones; only what is written after a reload can tell that.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

VERSION = 1
MAX_BYTES = 10_000


@dataclass(frozen=True)
class DeployState:
    """What the app had loaded at the end of a deployment."""

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
    """Return the state, or none if there is no file or it is not valid."""
    try:
        document = json.loads(content or b"")
        if document["version"] == VERSION:
            return DeployState(str(document["state"]), str(document["entry"]))
    except (ValueError, TypeError, KeyError):
        pass
    return None


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
