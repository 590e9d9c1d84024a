"""Finds the project's modules in the folders that are on ``sys.path``."""

from __future__ import annotations

import os

from pa_new_check.placement import Placement
from pa_new_check.project import python_files
from pa_new_check.versions import standard_library
from pa_new_shared.file_path import Path


class ModuleFinder:
    """Searches folders for the project's modules."""

    def __init__(self, placement: Placement) -> None:
        self.roots = [Path(placement.here(folder)) for folder in placement.path]
        self.has_unknown_roots = False
        """Whether the code puts folders on the path that cannot be known."""
        self._placement = placement
        self._folder = placement.project.folder
        home, _, name = placement.folder.rpartition("/")
        self._name = name if home == placement.site.home else ""
        """The project's folder as a package of the home folder, "" if it is deeper."""
        self._known: dict[str, Path | None] = {}
        self._library = standard_library()

    def find(self, name: str) -> Path | None:
        """Return the project's file for a module, or the folder of its package."""
        if name not in self._known:
            self._known[name] = self._search(name)
        return self._known[name]

    def has(self, name: str) -> bool:
        """Tell whether a module is in a package of the project, or could be."""
        return self.find(name.partition(".")[0]) is not None

    def may_have(self, top: str) -> bool:
        """Tell whether any folder of the project has a module of that name."""
        files = python_files(self._folder)
        return any(top in (file.stem, file.parent.name) for file in files)

    def add_to_path(self, text: str | None) -> None:
        """Also search a folder that the code puts on the path, None if unknown."""
        if text is None:
            self.has_unknown_roots = True
            self._add_root(self._folder)
            return
        place = os.path.normpath(text)
        here = Path(self._placement.here(place))
        # A home folder of this computer is not there, whatever its name.
        is_there = str(here) != place or not place.startswith("/home/")
        if is_there and here.is_dir():
            self._add_root(here)
        else:
            self.has_unknown_roots = True

    def _add_root(self, folder: Path) -> None:
        if folder not in self.roots:
            self.roots.append(folder)
            self._known.clear()

    def _search(self, name: str) -> Path | None:
        parts = name.split(".")
        found = self._search_roots(parts)
        if found is not None or parts[0] != self._name or parts[0] in self._library:
            return found
        # The home folder is the working directory, and uWSGI puts that on the path: the
        # project's folder is a package there.
        return self._in(self._folder, parts[1:]) if parts[1:] else self._folder

    def _search_roots(self, parts: list[str]) -> Path | None:
        for root in self.roots:
            found = self._in(root, parts)
            if found is not None:
                return found
        return self._folder_of(parts)

    def _in(self, root: Path, parts: list[str]) -> Path | None:
        """Return the file of a module in one folder."""
        place = root.joinpath(*parts)
        try:
            if (place / "__init__.py").is_file():
                return place / "__init__.py"
            if place.with_name(parts[-1] + ".py").is_file():
                return place.with_name(parts[-1] + ".py")
        except (OSError, ValueError):
            pass
        return None

    def _folder_of(self, parts: list[str]) -> Path | None:
        """Return the folder of a package that has no ``__init__.py``.

        Python takes it only if no other folder on the path has a module of that name.
        """
        if parts[0] in self._library:
            return None
        for root in self.roots:
            place = root.joinpath(*parts)
            try:
                if place.is_dir() and next(python_files(place), None) is not None:
                    from pa_new_check.distributions import is_regular

                    return None if is_regular(parts[0]) else place
            except (OSError, ValueError):
                continue
        return None
