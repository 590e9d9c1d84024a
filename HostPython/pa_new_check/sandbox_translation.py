"""Translates paths of the host into paths of this computer, and back.

:mod:`pa_new_check.sandbox_paths` uses it to give an app the host's paths without mounts.
Like :mod:`pa_new_check.sandbox_child`, this runs in the interpreter that loads the app.

A path is followed as the kernel would follow it on the host, one name after the other:
a link to ``/home/alice/NAME`` and a ``..`` out of a mapped folder lead to the places to
which they lead there.
"""

from __future__ import annotations

import errno
import os
import sys

if sys.platform == "darwin":
    import fcntl

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

_MAX_LINKS = 40  # as Linux
_MAX_PATH = 4096  # as Linux: the kernel refuses a longer one before it looks at it
_GET_PATH = 50  # F_GETPATH of macOS
_KIND, _FOLDER, _LINK = 0o170000, 0o040000, 0o120000  # of a file's mode


class Paths:
    """The folders of the host, and the folders of this computer that stand for them."""

    def __init__(
        self, mapping: list[tuple[str, str]], through: list[str], masked: list[str]
    ) -> None:
        # The functions of this moment, which translate nothing.
        self.readlink = os.readlink
        self.lstat = os.lstat
        self.getcwd = os.getcwd

        places: dict[str, str | None] = dict.fromkeys(_plain(masked))
        places.update((_trimmed(host), _trimmed(real)) for host, real in mapping)
        places.update((folder, folder) for folder in _plain(through))
        self.places = places
        """The folders that stand for those of the host; none for a masked one."""
        self.rules = [
            (host, host + "/", places[host])
            for host in sorted(places, key=len, reverse=True)
        ]
        """Prefixes of paths, the longest first, and the folders that they lead to."""
        self.near = tuple(_plain(masked) + _plain([host for host, _real in mapping]))
        self.direct = tuple(folder + "/" for folder in _plain(through))
        self.above = {part for host in places for part in _above(host)}
        """The folders that are above one of the rules."""
        self.entrances = {part for folder in _plain(through) for part in _above(folder)}
        self.fixed = {host for host, real in places.items() if real} | {
            part for host, _real in mapping for part in _above(_trimmed(host))
        }
        """Folders that are there, and not links, whatever this computer has there."""
        self.hiding = {host.rpartition("/")[0] or "/" for host in _plain(masked)}
        self.hiding |= self.entrances
        """The folders in which a list may contain names that the host does not have."""
        back = {os.path.realpath(real): _trimmed(host) for host, real in mapping}
        back.update((_trimmed(real), _trimmed(host)) for host, real in mapping)
        self.back = sorted(back.items(), key=lambda pair: len(pair[0]), reverse=True)
        self.has_outside_links = False
        """Whether the app made a link outside that may lead to a mapped folder."""
        self.is_above = False
        """Whether the working folder is above one of the rules."""

    def real(self, path: Any, follow: bool = True, folder: int | None = None) -> Any:
        """Return what to give to the system for a path; the same object if it may stay.

        It may raise an error without a filename. A descriptor stays, as does everything
        that is not a path. ``folder`` is the descriptor of a ``dir_fd``.
        """
        if isinstance(path, str):
            text = path
        elif isinstance(path, bytes):
            text = os.fsdecode(path)
        else:
            return path
        try:
            if not text.isascii():
                os.fsencode(text)
            place = self._real(text, follow, folder)
        except ValueError:  # it cannot be encoded, which the system's function says
            return path
        if place is text:
            return path
        return os.fsencode(place) if isinstance(path, bytes) else place

    def host(self, place: str) -> str:
        """Return the host's path of a file of this computer."""
        for real, host in self.back:
            if place == real or place.startswith(real + "/"):
                return host + place[len(real) :]
        return place

    def note_folder(self) -> None:
        """Remember which kind of folder the working folder is."""
        try:
            self.is_above = self.host(self.getcwd()) in self.above
        except OSError:
            self.is_above = False

    def note_link(self, target: Any, place: Any) -> None:
        """Remember that the app made a link, if its place is not a mapped one."""
        target, place = os.fsdecode(target), os.fsdecode(place)
        if not place.startswith("/"):
            place = self.getcwd() + "/" + place
        if self.host(place) == place:
            self.has_outside_links |= target.startswith(self.near) or ".." in target

    def is_hiding(self, folder: Any) -> bool:
        """Tell whether a folder of this computer has names that the host does not have."""
        place = self.host(os.fsdecode(folder)).rstrip("/") or "/"
        return place in self.hiding

    def is_direct(self, folder: Any) -> bool:
        """Tell whether the system itself can list a folder of this computer."""
        place = os.fsdecode(folder)
        if not place.startswith("/") or self.is_hiding(folder):
            return False
        return place.startswith(self.direct) or self.host(place) == place

    def is_shown(self, folder: Any, name: Any) -> bool:
        """Tell whether the host has a name in a folder of this computer."""
        path = self.host(os.fsdecode(folder)).rstrip("/") + "/" + os.fsdecode(name)
        try:
            self._place(path)
        except OSError:
            return False
        return True

    def _real(self, text: str, follow: bool, folder: int | None) -> str:
        if text.startswith(self.direct) and "/.." not in text:
            return text
        is_absolute = text.startswith("/")
        if is_absolute and not (
            text.startswith(self.near)
            or self.has_outside_links
            or "//" in text
            or "/." in text
        ):
            return text
        if not text or "\0" in text or len(text) >= _MAX_PATH:
            return text
        if is_absolute:
            for prefix, below, real in self.rules:
                if text.startswith(below):
                    if real is not None:  # no name of the prefix is a link
                        return self._walk(prefix, text[len(prefix) :], follow)
                    break
            return self._walk("", text, follow)
        is_above = self.is_above
        start = ""
        if folder is not None or is_above or ".." in text:
            start = self._folder(folder)
            is_above = _top(start, text) in self.above
        if not is_above and self._is_plain(text, follow, folder):
            return text
        start = start or self._folder(None)
        return (
            self._walk("" if start == "/" else start, text, follow) if start else text
        )

    def _folder(self, folder: int | None) -> str:
        """Return the host's path of an open folder, or of the working folder."""
        try:
            if folder is None:
                return self.host(self.getcwd())
            if sys.platform == "darwin":
                path = fcntl.fcntl(folder, _GET_PATH, b"\0" * 1024)
                return self.host(os.fsdecode(path.rstrip(b"\0")))
            return self.host(self.readlink(f"/proc/self/fd/{folder}"))
        except OSError:
            return ""

    def _is_plain(self, text: str, follow: bool, folder: int | None) -> bool:
        """Tell whether there is no link in a relative path."""
        end = 0
        while end < len(text):
            end = text.find("/", end + 1)
            if end < 0:
                if not follow:
                    return True
                end = len(text)
            try:
                mode = self.lstat(text[:end], dir_fd=folder).st_mode
            except OSError:
                return True  # it ends here, as the system will say
            if mode & _KIND == _LINK:
                return False
        return True

    def _walk(self, start: str, text: str, follow: bool) -> str:
        """Follow a path from a folder of the host, and return the place it leads to."""
        done, links = start, 0
        place = self._place(start) if start else ""
        todo = text.split("/")[::-1]
        # A folder is meant, even if it is a link.
        end = "/" if todo[0] in ("", ".") and len(todo) > 1 else ""
        while todo:
            name = todo.pop()
            if name in ("", "."):
                continue
            if name == "..":
                if done and done not in self.fixed and not self._is_folder(place):
                    return "/".join([place, name, *todo[::-1]])
                done = done.rpartition("/")[0]
                place = self._place(done) if done else ""
                continue
            here = f"{done}/{name}"
            next_place = f"{place}/{name}"
            if here in self.places or done in self.entrances:
                next_place = self.places.get(here) or self._place(here)
            if here not in self.fixed:
                if not todo and not follow:
                    return next_place
                if here.startswith("/proc/"):  # its links are not texts
                    return "/".join([next_place, *todo[::-1]])
                try:
                    is_link = self.lstat(next_place).st_mode & _KIND == _LINK
                except OSError:
                    # It is not there: the system says so, or makes it.
                    return "/".join([next_place, *todo[::-1]])
                if is_link:
                    links += 1
                    if links > _MAX_LINKS:
                        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
                    target = self.readlink(next_place)
                    if target.startswith("/"):
                        done = place = ""
                    todo.extend(target.split("/")[::-1])
                    continue
            done, place = here, next_place
        return place + end if place else "/"

    def _is_folder(self, place: str) -> bool:
        try:
            return self.lstat(place).st_mode & _KIND == _FOLDER
        except OSError:
            return False

    def _place(self, host: str) -> str:
        """Return the place of a path without links and dots."""
        for prefix, below, real in self.rules:
            if host == prefix or host.startswith(below):
                if real is not None:
                    return real + host[len(prefix) :]
                if host in self.entrances:
                    return host
                raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        return host


def _trimmed(folder: str) -> str:
    return folder.rstrip("/")


def _plain(folders: list[str]) -> list[str]:
    return [_trimmed(folder) for folder in folders]


def _above(folder: str) -> list[str]:
    """Return the folders above a folder."""
    found = ["/"]
    end = folder.find("/", 1)
    while end > 0:
        found.append(folder[:end])
        end = folder.find("/", end + 1)
    return found


def _top(folder: str, path: str) -> str:
    """Return the highest folder through which a relative path leads."""
    depth = lowest = 0
    for name in path.split("/"):
        if name == "..":
            depth -= 1
            lowest = min(lowest, depth)
        elif name not in ("", "."):
            depth += 1
    for _ in range(-lowest):
        folder = folder.rpartition("/")[0]
    return folder or "/"
