"""The lines for a ``requirements.txt``, as they are collected from another file."""

from __future__ import annotations

from pa_new_shared import requirements
from pa_new_shared.requirements import Requirement, normalized
from pa_new_shared.text import is_printable, listed, printable, shortened

MAX_PACKAGES = 2_000
_MAX_NAMED = 5  # in one note


class Packages:
    """The lines for pip, and what could not become one."""

    def __init__(self, file: str, line: int) -> None:
        self.file = file
        self.line = line
        """Where the list begins."""
        self.lines: list[str] = []
        self.notes: list[str] = []
        self._keys: set[str] = set()
        self._left: dict[str, list[str]] = {}

    @property
    def place(self) -> str:
        """The file and the line, as messages name it."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def add(self, text: str) -> None:
        """Add what pip reads as one requirement; anything else becomes a note."""
        text = " ".join(text.split())
        found = requirements.requirement(text)
        is_clean = is_printable(text) and not text.startswith("-")
        if not isinstance(found, Requirement) or found.name is None or not is_clean:
            self.leave(text, "pip cannot install it from a list")
            return
        if _is_local(found.url):
            self.leave(found.name, "it is in a folder of this computer")
            return
        key = f"{normalized(found.name)};{found.marker}"
        if key in self._keys or len(self.lines) >= MAX_PACKAGES:
            return
        self._keys.add(key)
        self.lines.append(text)

    def leave(self, name: str, why: str) -> None:
        """Note that something is not on the list."""
        self._left.setdefault(why, []).append(printable(shortened(name, 60)))

    def finished(self) -> Packages:
        """Return this with a note on what was left out."""
        for why, names in self._left.items():
            some = names[:_MAX_NAMED]
            if len(names) > len(some):
                some.append(f"{len(names) - len(some)} more")
            them = "is" if len(names) == 1 else "are"
            what = why if len(names) == 1 else why.replace("it is", "they are")
            self.notes.append(
                f"{listed(some)} of {self.file} {them} not in the list of packages: "
                f"{what.replace('install it', 'install them') if len(names) > 1 else what}."
            )
        return self


def _is_local(url: str) -> bool:
    return url.startswith(("file:", ".", "/")) or (bool(url) and "://" not in url)


def with_marker(text: str, marker: str) -> str:
    """Return a requirement with the condition on which it holds."""
    return f"{text} ; {marker}" if marker.strip() else text


def described(
    name: str, versions: str, extras: object = (), marker: str = "", url: str = ""
) -> str:
    """Return a requirement as pip reads it."""
    names = (
        [e for e in extras if isinstance(e, str)] if isinstance(extras, list) else []
    )
    with_extras = f"{name}[{','.join(names)}]" if names else name
    body = f"{with_extras} @ {url}" if url else f"{with_extras}{versions}"
    return with_marker(body, marker)
