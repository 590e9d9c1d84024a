"""One small app of the tables, and the findings that are expected of it.

In a bad app a comment marks the line of each expected finding: ``# <- RULE`` if reading
finds it, ``# <~ RULE`` if only loading does. There may be no other finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class App:
    """A project to check."""

    name: str
    framework: str
    """The module that it needs, "" for the standard library alone."""
    files: dict[str, str | bytes]
    uploads: tuple[str, ...] = ()
    """The files that its template says to build and to upload."""
    folder: str = "mysite"
    """The name of its folder."""
    entry: str = ""
    """The entry file, "" for the one that the checker takes."""
    path: str = "/"
    """The path to ask for."""
    status: int | None = None
    """What uWSGI answered when it was tried, 0 for nothing; None if the rules say it."""
    more_options: tuple[str, ...] = ()
    """Other options of the checker."""
    shell: Mapping[str, str] = field(default_factory=dict)
    """Variables of this computer's shell."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that its user has set on the host."""
    left_behind: tuple[str, ...] = ()
    """Files that are on this computer only."""
    severity: str = ""
    """The severity of every finding, "" for that of the rules."""
    is_served: bool = True
    """False if it needs a network, or is no web app at all: no server can judge it here."""

    @property
    def options(self) -> list[str]:
        """The options of the checker for them."""
        words = [word for path in self.uploads for word in ("--upload", path)]
        if self.path != "/":
            words += ["--path", self.path]
        return [*words, *self.more_options]

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
    return App(name, framework, _files(files, more), uploads)


def read_app(name: str, files: object, needs: str = "", **more: str) -> App:
    """Return an app that is only read; its requirements are installed nowhere."""
    if needs:
        more["requirements.txt"] = "\n".join(needs.split()) + "\n"
    return App(name, "", _files(files, more))


def _files(files: object, more: dict[str, str]) -> dict[str, str | bytes]:
    if isinstance(files, str):
        files = {"wsgi.py": files}
    assert isinstance(files, dict)
    return {**files, **more}


def condition(
    name: str, framework: str, files: dict[str, str | bytes], status: int, **facts: Any
) -> App:
    """Return an app of which the host's conditions decide, with what uWSGI answered."""
    return App(name, framework, files, status=status, **facts)
