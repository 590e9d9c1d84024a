"""The note that a deployment leaves on the host: what was loaded at its end.

Files say what is on the host, and not whether the app was reloaded since. A run that
was cut off before the reload leaves files as they should be and an app that runs old
ones; only what is written after a reload can tell that.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

VERSION = 1
MOST = 10_000


@dataclass(frozen=True)
class Note:
    """What was loaded."""

    state: str
    """A digest of all that was deployed, files and settings."""
    entry: str
    """The digest of the WSGI file."""

    def text(self) -> bytes:
        document = {"version": VERSION, "state": self.state, "entry": self.entry}
        return (json.dumps(document, sort_keys=True) + "\n").encode()


def place(home: str, domain: str) -> str:
    """Return where the note is, beside the backups."""
    return f"{home}/.pa-new/{domain}.json"


def read(content: bytes | None) -> Note | None:
    """Return a note; none where it is not there, or makes no sense."""
    try:
        document = json.loads(content or b"")
        if document["version"] == VERSION:
            return Note(str(document["state"]), str(document["entry"]))
    except (ValueError, TypeError, KeyError):
        pass
    return None


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
