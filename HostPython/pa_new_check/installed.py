"""The distributions that are installed in an environment, read once from their metadata.

Only names of folders and a few text files are read: no file that a distribution installs
is looked at. (``importlib.metadata`` takes longer to import than this to run.)
"""

from __future__ import annotations

import os

from pa_new_check.environments import Environment, file_text, own
from pa_new_shared.file_path import Path
from pa_new_shared.later import functools, re
from pa_new_shared.patterns import pattern
from pa_new_shared.requirements import Requirement, normalized, requirement

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FOLDER = pattern(r"(.+?)-([^-]+)(?:-[^-]+)*\.(?:dist|egg)-info")
# The first part of each path: `flask/app.py,sha256=…`, `six.py,…`, `"a,b/c.py",…`.
_TOP = pattern(r'"?([^/,"\n.]+)(?:/|\.py[,"\n]|\.[^/,"\n]*\.?(?:so|pyd)[,"\n])')
_MAX_BYTES = 20_000_000  # of one file


class Distribution:
    """What ``pip`` installed under one name."""

    def __init__(self, folder: Path, name: str, version: str) -> None:
        self._folder = folder
        """The folder (or, for an old egg, the file) of its metadata."""
        self.key = normalized(name)
        self.version = version

    @functools.cached_property
    def _fields(self) -> dict[str, list[str]]:
        """The fields of its METADATA, by their names."""
        text = ""
        for name in ("METADATA", "PKG-INFO"):
            text = text or _text(self._folder / name)
        if not text and self._folder.is_file():
            text = _text(self._folder)
        found: dict[str, list[str]] = {}
        for line in text.splitlines():
            if not line:
                break  # the description follows
            key, colon, value = line.partition(": ")
            if colon and not key.startswith((" ", "\t")):
                found.setdefault(key, []).append(value.strip())
        return found

    @property
    def name(self) -> str:
        """The name as its authors write it."""
        return self._fields.get("Name", [self.key])[0]

    @property
    def requires_python(self) -> str:
        return self._fields.get("Requires-Python", [""])[0]

    @functools.cached_property
    def requires(self) -> list[Requirement]:
        """The packages that it needs, also those of its extras."""
        lines = [requirement(line) for line in self._fields.get("Requires-Dist", [])]
        old = _text(self._folder / "requires.txt")
        for line in old.partition("\n[")[0].splitlines():
            lines.append(requirement(line))
        return [line for line in lines if isinstance(line, Requirement) and line.name]

    @functools.cached_property
    def record(self) -> str:
        """The list of its files, a line for each; "" if it has none."""
        text = _text(self._folder / "RECORD")
        if not text:
            # As `setup.py install` and Debian write it, relative to this folder.
            text = _text(self._folder / "installed-files.txt").replace("../", "")
        return text

    def tops(self) -> set[str]:
        """Return the names of its modules and packages that have no dot."""
        found = set(_tops(self.record + "\n"))
        found |= set(_text(self._folder / "top_level.txt").split())
        return found - {"__pycache__", "bin"}

    def has(self, module: str) -> bool:
        """Tell whether a module is among its files, as far as these are known.

        What is below a package with a file of its own counts as there, since it may be a
        name in that file.
        """
        path = ""
        for part in module.split("."):
            path += part
            if not self.record or self._has_file(path):
                return True
            is_top, path = "/" not in path, path + "/"
            if not self._has_line(path):
                return is_top  # only top_level.txt has it: it is edited elsewhere
        return True

    def _has_file(self, path: str) -> bool:
        """Tell whether a module or package is among its files."""
        # Most are not there, and a search for a text is many times as fast.
        if not self._has_line(f"{path}.") and not self._has_line(f"{path}/__init__."):
            return False
        return bool(
            re.search(
                rf"^{re.escape(path)}(?:/__init__)?\.(?:py|[^/,\n]*so|pyd)\b",
                self.record,
                re.MULTILINE,
            )
        )

    def _has_line(self, start: str) -> bool:
        return self.record.startswith(start) or f"\n{start}" in self.record


def _tops(record: str) -> Iterator[str]:
    """Yield the first parts of the paths in a list of files, one for each run of lines.

    Such lists are long, and sorted: so the lines of a folder are passed over together.
    """
    place = 0
    while place < len(record):
        match = _TOP.match(record, place)
        following = record.find("\n", place) + 1
        if match:
            yield match[1]
            if match[0].endswith("/"):
                while record.startswith(match[0], following):
                    following = record.find("\n", following) + 1
        place = following


class Installation:
    """All distributions in some folders that may be on ``sys.path``."""

    def __init__(self, folders: Iterable[str]) -> None:
        self._by_key: dict[str, Distribution] = {}
        for folder in folders:
            try:
                names = sorted(os.listdir(folder))
            except OSError:
                continue
            for name in names:
                match = _FOLDER.fullmatch(name)
                if match:
                    found = Distribution(Path(folder, name), match[1], match[2])
                    # The first on the path is the one that is imported.
                    self._by_key.setdefault(found.key, found)

    def get(self, name: str) -> Distribution | None:
        """Return the distribution of that name, however it is written."""
        return self._by_key.get(normalized(name))

    @functools.cached_property
    def _by_top(self) -> dict[str, list[Distribution]]:
        found: dict[str, list[Distribution]] = {}
        for distribution in self._by_key.values():
            for top in distribution.tops():
                found.setdefault(top, []).append(distribution)
        return found

    def providers(self, module: str) -> list[Distribution]:
        """Return the distributions that have a module, such as ``google.auth``.

        Several may share the part before the first dot: a namespace package.
        """
        found = self._by_top.get(module.partition(".")[0], [])
        return [one for one in found if one.has(module)]


_read: list[Environment] = []
"""The environment that is read in place of this interpreter's own one, if any."""


def read_instead(folder: str) -> Environment:
    """Let the packages be those of a virtual environment, whose Python is not run."""
    _read.append(Environment(folder))
    return _read[0]


@functools.cache
def environment() -> Environment:
    """Return the environment whose packages count."""
    return _read[0] if _read else own()


@functools.cache
def installation() -> Installation:
    """Return what is installed in it."""
    return Installation(environment().folders)


def _text(path: Path) -> str:
    return file_text(str(path), _MAX_BYTES)
