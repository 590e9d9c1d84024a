"""The paths that the user takes along on purpose, with ``--include``."""

from __future__ import annotations

import os
import stat

MISSING, OUTSIDE, WHOLE = "missing", "outside", "whole"
LINK, SPECIAL, BUILT, OF_GIT, SIDE_FILE = "link", "special", "built", "git", "side-file"

_BUILT_FOLDERS = {"__pycache__", "node_modules"}
_BUILT_ENDING = ".egg-info"  # a folder that pip makes
_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")  # what virtual environments have in them


class Includes:
    """The paths, below the project's folder, and those that cannot be taken."""

    def __init__(self, folder: str, paths: tuple[str, ...]) -> None:
        self.wrong: list[tuple[str, str]] = []
        """Each path that is wrong, as it was given, and the problem."""
        self._given: dict[str, str] = {}
        for given in paths:
            path, problem = _within(folder, given)
            if problem:
                self.wrong.append((given, problem))
            else:
                self._given.setdefault(path, given)

    def takes(self, path: str) -> bool:
        """Tell whether a path is one of these, or in a folder that is."""
        place = path
        while place:
            if place in self._given:
                return True
            place = place.rpartition("/")[0]
        return False

    def names(self, path: str) -> bool:
        """Tell whether a path is one of these."""
        return path in self._given

    def enters(self, folder: str) -> bool:
        """Tell whether one of these is in a folder, or is the folder or above it."""
        return self.takes(folder) or any(
            path.startswith(folder + "/") for path in self._given
        )

    def refuse(self, path: str, problem: str) -> None:
        """Note that a file cannot be taken, unless only its folder was given."""
        if path in self._given:
            self.wrong.append((self._given[path], problem))

    def unused(self, taken: dict[str, str]) -> list[str]:
        """Return those for which nothing is taken: it is uploaded without them."""
        return sorted(
            given
            for path, given in self._given.items()
            if not any(found == path or found.startswith(path + "/") for found in taken)
            and all(given != wrong for wrong, _ in self.wrong)
        )


def is_built(name: str) -> bool:
    """Tell whether a folder of this name is made by a program, and made again."""
    return name in _BUILT_FOLDERS or name.endswith(_BUILT_ENDING)


def is_environment(names: set[str]) -> bool:
    """Tell whether a folder with these names in it is a virtual environment."""
    return not names.isdisjoint(_ENVIRONMENTS)


def _within(folder: str, given: str) -> tuple[str, str]:
    """Return a path as one below the project's folder, and what is wrong with it."""
    if not given or "\0" in given:
        return "", MISSING
    whole = os.path.abspath(os.path.join(folder, given))
    root = os.path.abspath(folder)
    if os.path.isabs(given) and not (whole + "/").startswith(root.rstrip("/") + "/"):
        root = os.path.realpath(folder)  # the folder may be named by a link
    path = os.path.relpath(whole, root)
    if path == ".":
        return "", WHOLE
    if path == ".." or path.startswith("../"):
        return "", OUTSIDE
    place = root
    for part in path.split("/"):
        place = os.path.join(place, part)
        try:
            mode = os.lstat(place).st_mode
        except (OSError, ValueError):
            return "", MISSING
        if stat.S_ISLNK(mode):
            return "", LINK
        if part == ".git":
            return "", OF_GIT
        if stat.S_ISDIR(mode):
            has_packages = any(
                os.path.exists(os.path.join(place, name)) for name in _ENVIRONMENTS
            )
            if has_packages or is_built(part):
                return "", BUILT
    if not stat.S_ISDIR(mode) and (not stat.S_ISREG(mode) or given.endswith("/")):
        return "", MISSING if given.endswith("/") else SPECIAL
    return path, ""
