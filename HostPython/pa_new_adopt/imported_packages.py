"""Guesses the packages of a project without a list: by the modules that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from pa_new_adopt.entry_file import own_files
from pa_new_adopt.packages import Packages
from pa_new_check.app_search import Found, is_aside
from pa_new_check.distributions import distribution_of, version_of
from pa_new_check.module_names import NAMESPACES, WINDOWS
from pa_new_check.project import MAX_BYTES_IN_ALL, Unreadable, parse, python_files
from pa_new_check.versions import standard_library
from pa_new_shared import project_record
from pa_new_shared.requirements import Requirement, normalized, requirement
from pa_new_shared.text import listed, printable, shortened

_MAX_NAMED = 5


def from_imports(folder: Path, found: Found) -> Packages:
    """Return the packages of the modules that the project imports, with a note."""
    packages = Packages("", 0)
    own = _own_modules(folder)
    library = standard_library()
    unknown: dict[str, str] = {}
    names: dict[str, str] = {}
    for file, name, line in _imports(folder, found):
        top = name.partition(".")[0]
        if top in library or top in own or top in WINDOWS or not top:
            continue
        distribution = distribution_of(name) or distribution_of(top)
        if distribution:
            names.setdefault(normalized(distribution), distribution)
        elif top not in NAMESPACES:
            unknown.setdefault(top, f"{file}:{line}")
    before = _lines_before(folder)
    for key in sorted(names):
        version = version_of(key)
        pinned = f"{names[key]}=={version}" if version else ""
        packages.add(pinned or before.get(key, names[key]))
    if packages.lines:
        packages.notes.append(
            "The project has no list of packages, so this one is a guess by what its files "
            "import. Look through it before you upload it."
        )
    if unknown:
        some = [f"{printable(shortened(n, 40))} ({at})" for n, at in unknown.items()]
        more = [f"{len(some) - _MAX_NAMED} more"] if len(some) > _MAX_NAMED else []
        packages.notes.append(
            "pa-new does not know which packages have these modules, so add them to "
            f"requirements.txt yourself: {listed([*some[:_MAX_NAMED], *more])}."
        )
    return packages


def _lines_before(folder: Path) -> dict[str, str]:
    """Return the lines of an earlier adoption, which may have seen the installed packages."""
    found: dict[str, str] = {}
    for line in project_record.listed_packages(folder):
        read = requirement(line)
        if isinstance(read, Requirement) and read.name is not None:
            found[normalized(read.name)] = line
    return found


def _own_modules(folder: Path) -> set[str]:
    """Return the names of the project's own modules and packages, in any folder."""
    found: set[str] = set()
    for path in python_files(folder):
        parts = path.relative_to(folder).with_suffix("").parts
        found.update(parts)
    return found


def _imports(folder: Path, found: Found) -> Iterator[tuple[str, str, int]]:
    """Yield the modules that the project's files need, each with a file and a line."""
    budget = MAX_BYTES_IN_ALL
    written = own_files(folder)
    for path in python_files(folder):
        if is_aside(folder, path) or any(
            path == own or own in path.parents for own in written
        ):
            continue
        try:
            budget -= path.stat().st_size
            if budget < 0:
                return
            tree = found.trees.get(path) or parse(path, None)
        except (Unreadable, SyntaxError, OSError):
            continue
        file = printable(path.relative_to(folder).as_posix())
        for name, line in _needed(tree.body):
            yield file, name, line
        if "INSTALLED_APPS" in {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }:
            yield from ((file, name, line) for name, line in _installed_apps(tree))


def _needed(statements: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """Yield the imports of a block, but not those that may fail."""
    waiting: list[ast.AST] = list(reversed(statements))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if not node.level and node.module:
                yield node.module, node.lineno
                if node.module.partition(".")[0] in NAMESPACES:
                    for alias in node.names:  # from google.cloud import storage
                        yield f"{node.module}.{alias.name}", node.lineno
        elif isinstance(node, ast.Try):
            caught = " ".join(ast.dump(h.type) if h.type else "" for h in node.handlers)
            if "ImportError" not in caught and "ModuleNotFoundError" not in caught:
                waiting += reversed(node.body)
        elif isinstance(node, ast.If):
            test = ast.dump(node.test)
            if "TYPE_CHECKING" not in test:
                waiting += reversed([*node.body, *node.orelse])
        elif isinstance(node, (ast.stmt, ast.ExceptHandler)):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _installed_apps(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the packages that Django's settings name in texts."""
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        if not {"INSTALLED_APPS", "MIDDLEWARE"} & set(names):
            continue
        for inner in ast.walk(node.value):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                yield inner.value, inner.lineno
