"""Which folders hold an interpreter's packages, found by reading: nothing there is run.

Python itself runs code of these folders when it starts (lines of ``.pth`` files,
``sitecustomize``), and of folders that they name, such as the project's.
"""

from __future__ import annotations

import os
import stat
import sys

from pa_new_shared.later import functools

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_BYTES = 1_000_000  # of a .pth file or of pyvenv.cfg
_MAX_DIGITS = 3  # of a version's second number
_LIBRARY = "python3."


class Environment:
    """A virtual environment, by its folder."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(folder)

    @functools.cached_property
    def _settings(self) -> dict[str, str]:
        """What ``pyvenv.cfg`` says."""
        found: dict[str, str] = {}
        text = file_text(os.path.join(self.folder, "pyvenv.cfg"), _MAX_BYTES)
        for line in text.splitlines():
            key, equals, value = line.partition("=")
            if equals:
                found[key.strip().lower()] = value.strip()
        return found

    @functools.cached_property
    def version(self) -> str:
        """The version of its Python, as far as its files tell it."""
        for key in ("version", "version_info"):
            found = version_at_start(self._settings.get(key, ""))
            if found:
                return found[0]
        names = self._libraries()
        return f"3.{names[-1]}" if names else ""

    @property
    def python(self) -> tuple[int, int]:
        """The version of its Python; if no file tells it, that of this interpreter."""
        found = version_at_start(self.version)
        if found is None:
            return sys.version_info[0], sys.version_info[1]
        return 3, found[1]

    @functools.cached_property
    def sites(self) -> list[str]:
        """The folders into which pip installs."""
        minor = self.python[1]
        known = self._libraries()
        if known and minor not in known:
            minor = known[-1]
        found = _sites(self.folder, minor)
        if self._settings.get("include-system-site-packages", "").lower() == "true":
            home = self._settings.get("home", "")
            if home.startswith("/"):
                found += _sites(os.path.dirname(home), minor)
        return found

    @functools.cached_property
    def folders(self) -> list[str]:
        """The folders that are on ``sys.path`` for its packages."""
        return list(dict.fromkeys(self._walked[0]))

    @property
    def has_editable_finder(self) -> bool:
        """Tell whether code in it finds the modules of editable installations."""
        return self._walked[1]

    @functools.cached_property
    def _walked(self) -> tuple[list[str], bool]:
        folders: list[str] = []
        has_finder = False
        for site in self.sites:
            folders.append(site)
            for name in _names(site):
                if not name.endswith(".pth") or name.startswith("."):
                    continue
                text = file_text(os.path.join(site, name), _MAX_BYTES)
                for line in text.splitlines():
                    if line.startswith(("import ", "import\t")):
                        has_finder = has_finder or "editable" in line.lower()
                    elif line.strip() and not line.startswith("#"):
                        path = os.path.join(site, line.strip())
                        if "\0" not in path and os.path.exists(path):
                            folders.append(os.path.abspath(path))
        return folders, has_finder

    def _libraries(self) -> list[int]:
        """Return the minor versions for which it has a folder of packages."""
        names = _names(os.path.join(self.folder, "lib"))
        numbers = [
            name[len(_LIBRARY) :].removesuffix("t")
            for name in names
            if name.startswith(_LIBRARY)
        ]
        return sorted(
            int(number)
            for number in numbers
            if number.isdecimal() and len(number) <= _MAX_DIGITS
        )


class _Base(Environment):
    """The environment of this interpreter, which is no virtual one."""

    @property
    def python(self) -> tuple[int, int]:
        return sys.version_info[0], sys.version_info[1]

    @functools.cached_property
    def sites(self) -> list[str]:
        import site  # with -S it does nothing by itself

        found = site.getsitepackages()
        if site.check_enableusersite():
            found.insert(0, site.getusersitepackages())
        return [folder for folder in found if os.path.isdir(folder)]


def version_at_start(text: str) -> tuple[str, int] | None:
    """Return the version of Python at the start of a text, and its second number.

    A pattern would say it in a line, but most checks need no other one.
    """
    start = text.lstrip()
    minor = _while(start[2:], str.isdecimal, _MAX_DIGITS)
    if not start.startswith("3.") or not minor:
        return None
    version = f"3.{minor}"
    if start[len(version) :].startswith("."):
        patch = _while(start[len(version) + 1 :], _is_of_word, 20)
        version += f".{patch}" if patch else ""
    return version, int(minor)


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _while(text: str, is_wanted: Callable[[str], bool], most: int) -> str:
    """Return the wanted characters at the start of a text, up to a number."""
    length = 0
    while length < min(len(text), most) and is_wanted(text[length]):
        length += 1
    return text[:length]


def own() -> Environment:
    """Return the environment of this interpreter."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(sys.executable)))
    if os.path.isfile(os.path.join(folder, "pyvenv.cfg")):
        return Environment(folder)
    return _Base(sys.prefix)


def file_text(path: str, limit: int) -> str:
    """Return the text of a file, or its start; "" if it cannot be read, or is none."""
    try:
        # What waits for another program, such as a pipe, must not stop the check.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return ""
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limit).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def _sites(prefix: str, minor: int) -> list[str]:
    """Return the folders for packages below a prefix, those of Debian among them."""
    version = f"python3.{minor}"
    places = [
        f"{lib}/{version}{mark}/site-packages"
        for lib in ("lib", "lib64")
        for mark in ("", "t")
    ]
    places += [f"local/lib/{version}/dist-packages", "lib/python3/dist-packages"]
    found: dict[str, str] = {}
    for place in places:
        folder = os.path.join(prefix, place)
        if os.path.isdir(folder):
            found.setdefault(os.path.realpath(folder), folder)  # lib64 may be a link
    return list(found.values())


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []
