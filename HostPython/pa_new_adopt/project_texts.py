"""The project's small files as text, by line; those that are odd are left unread."""

from __future__ import annotations

from pathlib import Path

from pa_new_check.project import Unreadable, content_of
from pa_new_shared import toml
from pa_new_shared.requirements import decode


class Files:
    """The files of a project that say what it needs, and notes on those left unread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []
        self._tables: dict[str, toml.Table] = {}

    def has(self, name: str) -> bool:
        """Tell whether the project has a file."""
        try:
            return (self.folder / name).is_file()
        except OSError:
            return False

    def text(self, name: str) -> str:
        """Return a file's text, "" if there is none, or if it cannot be read."""
        if not self.has(name):
            return ""
        try:
            return decode(content_of(self.folder / name))
        except Unreadable as problem:
            self._note(f"{name} is left unread: {problem}.")
            return ""

    def lines(self, name: str) -> list[str]:
        """Return the lines of a file."""
        return self.text(name).splitlines()

    def toml(self, name: str) -> toml.Table:
        """Return what a file of TOML says, nothing if there is none."""
        if name not in self._tables:
            try:
                self._tables[name] = toml.read(self.text(name))
            except toml.TomlError as problem:
                self._note(
                    f"{name} is left unread, because its line {problem.line} is not TOML: "
                    f"{problem}."
                )
                self._tables[name] = toml.Table()
        return self._tables[name]

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)
