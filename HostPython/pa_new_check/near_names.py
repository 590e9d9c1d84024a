"""Finds the project's module that a failing import most likely means."""

from __future__ import annotations

import os

from pa_new_check.project import Project, python_files
from pa_new_shared.file_path import Path
from pa_new_shared.later import re

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable


class Near:
    """A module of the project, and how its name or place differs from the import."""

    def __init__(self, difference: str, path: str, name: str) -> None:
        self.difference = difference
        """"case", "spelling", "package" (a sibling that needs its package's name) or
        "folder" (it is in a folder that is not on the path)."""
        self.path = path
        """Its file or folder, relative to the project's folder."""
        self.name = name
        """The name to import it by; for "folder", the folder to put on the path."""


def near(
    project: Project,
    module: str,
    importer: Path,
    roots: Iterable[Path] = (),
) -> Near | None:
    """Return the module of the project that an import of ``module`` means, if any.

    :param importer: the file with the import.
    :param roots: the folders on ``sys.path`` that are known.
    """
    modules = _modules(project.folder)
    folders = [_relative(project.folder, root) for root in (project.root, *roots)]
    parts = module.split(".")
    known = [folder for folder in dict.fromkeys(folders) if folder is not None]
    below = _descended(modules, known, parts)
    if below is not None:
        folder, count = below
        found = _spelled(modules, folder, parts, count)
        if found is not None:
            return found
    top = parts[0]
    beside = _relative(project.folder, importer.parent)
    if beside not in (None, "", *known) and top in modules.get(beside or "", {}):
        package = _package(beside or "", known)
        if package:
            return Near("package", modules[beside or ""][top], f"{package}.{top}")
    for folder in known if below is None else ():
        found = _spelled(modules, folder, parts, 0)
        if found is not None:
            return found
    # The folder of the project comes first, then the shallow ones.
    for folder in sorted(modules, key=lambda folder: (folder.count("/"), folder)):
        if top in modules[folder] and _is_complete(modules, folder, parts):
            return Near("folder", modules[folder][top], folder)
    return None


def _modules(folder: Path) -> dict[str, dict[str, str]]:
    """Return the modules in each folder, by name, with their paths.

    A folder with Python files anywhere below is a package, too.
    """
    found: dict[str, dict[str, str]] = {}
    for file in python_files(folder):
        path = file.relative_to(folder).as_posix()
        parent, _, name = path.rpartition("/")
        if name != "__init__.py":
            found.setdefault(parent, {})[name[: -len(".py")]] = path
        while parent:
            above, _, name = parent.rpartition("/")
            found.setdefault(above, {}).setdefault(name, parent + "/")
            parent = above
    return found


def _relative(folder: Path, path: Path) -> str | None:
    """Return a path below the project's folder, none if it is elsewhere."""
    try:
        inner = path.relative_to(folder).as_posix()
    except ValueError:
        return None
    return "" if inner == "." else inner


def _descended(
    modules: dict[str, dict[str, str]], folders: list[str], parts: list[str]
) -> tuple[str, int] | None:
    """Return the package that has all but the end of a module's name, and its depth."""
    for folder in folders:
        count = 0
        while count < len(parts) - 1:
            inner = modules.get(folder, {}).get(parts[count], "")
            if not inner.endswith("/"):
                break
            folder, count = inner[:-1], count + 1
        if count:
            return folder, count
    return None


def _spelled(
    modules: dict[str, dict[str, str]], folder: str, parts: list[str], count: int
) -> Near | None:
    """Return the module in a folder whose name is nearly the wanted one."""
    there, wanted = modules.get(folder, {}), parts[count]

    def result(difference: str, name: str) -> Near:
        return Near(difference, there[name], ".".join([*parts[:count], name]))

    if wanted in there:
        return None
    for name in there:
        if name.lower() == wanted.lower():
            return result("case", name)
    for name in there:
        if _squashed(name) == _squashed(wanted):
            return result("spelling", name)
    import difflib  # takes a while, and is seldom needed

    # Short names are near to many.
    close = difflib.get_close_matches(wanted, list(there)[:500], 1, 0.85)
    return result("spelling", close[0]) if close and len(wanted) > 3 else None


def _squashed(name: str) -> str:
    return re.sub(r"[-_. ]", "", name).lower()


def _package(folder: str, roots: list[str]) -> str:
    """Return the name of the package in a folder, "" if it is below no root."""
    for root in roots:
        inner = os.path.relpath(folder, root or ".").replace(os.sep, ".")
        if not inner.startswith(".") and all(
            p.isidentifier() for p in inner.split(".")
        ):
            return inner
    return ""


def _is_complete(
    modules: dict[str, dict[str, str]], folder: str, parts: list[str]
) -> bool:
    """Tell whether a folder has the whole module, not only its first part."""
    for part in parts[:-1]:
        inner = modules.get(folder, {}).get(part, "")
        if not inner.endswith("/"):
            return False
        folder = inner[:-1]
    return parts[-1] in modules.get(folder, {})
