"""The project's small files as text, by line; those that are odd are left unread."""

from __future__ import annotations

from pathlib import Path

from pa_new_check.project import Unreadable, content_of
from pa_new_shared import regular_files, toml
from pa_new_shared.requirements import decode

# Files that tools write are often larger than those that people write.
_LOCKS = ("uv.lock", "Pipfile.lock")
_MAX_LOCK = 20_000_000


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
            return decode(self._content(name))
        except (Unreadable, OSError) as problem:
            why = getattr(problem, "strerror", None) or problem
            self.note(f"{name} is left unread: {why}.")
            return ""

    def _content(self, name: str) -> bytes:
        if name not in _LOCKS:
            return content_of(self.folder / name)
        content = regular_files.read(str(self.folder / name), _MAX_LOCK)
        if len(content) > _MAX_LOCK:
            raise Unreadable(f"it is larger than {_MAX_LOCK // 1_000_000} MB")
        return content

    def lines(self, name: str) -> list[str]:
        """Return the lines of a file."""
        return self.text(name).splitlines()

    def toml(self, name: str) -> toml.Table:
        """Return what a file of TOML says, nothing if there is none."""
        if name not in self._tables:
            try:
                self._tables[name] = toml.read(self.text(name))
            except toml.TomlError as problem:
                self.note(
                    f"{name} is left unread, because its line {problem.line} is not TOML: "
                    f"{problem}."
                )
                self._tables[name] = toml.Table()
        return self._tables[name]

    def note(self, text: str) -> None:
        """Keep a note, once."""
        if text not in self.notes:
            self.notes.append(text)
