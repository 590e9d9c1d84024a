"""One small app of the tables, and the findings that are expected of it.

In a bad app a comment marks the line of each expected finding: ``# <- RULE`` if reading
finds it, ``# <~ RULE`` if only loading does. There may be no other finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class App:
    """A project to check."""

    name: str
    framework: str
    """The module that it needs, "" for the standard library alone."""
    files: dict[str, str | bytes]
    uploads: tuple[str, ...] = ()
    """The files that its template says to build and to upload."""

    @property
    def options(self) -> list[str]:
        """The options of the checker for them."""
        return [word for path in self.uploads for word in ("--upload", path)]

    def expected(self, *, loaded: bool) -> list[tuple[str, str, int]]:
        """Return rule, file and line of the findings that are expected."""
        found = set()
        for file, text in self.files.items():
            if isinstance(text, bytes):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                for sign, rules in re.findall(r"# (<-|<~) ([a-z, -]+)$", line):
                    if sign == "<-" or loaded:
                        for rule in rules.split(", "):
                            found.add((rule, file, number))
        return sorted(found)


def app(
    name: str,
    framework: str = "",
    files: object = "",
    uploads: tuple[str, ...] = (),
    **more: str,
) -> App:
    """Return an app; a text is its ``wsgi.py``."""
    if isinstance(files, str):
        files = {"wsgi.py": files}
    assert isinstance(files, dict)
    return App(name, framework, {**files, **more}, uploads)
