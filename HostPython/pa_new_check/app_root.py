"""Finds the folder that has to be on the path, so that the imports of an app's file work."""

from __future__ import annotations

import ast
from pathlib import Path

from pa_new_check.app_kinds import imported
from pa_new_check.project import Project


def root_of(folder: Path, path: Path, tree: ast.Module) -> Path:
    """Return the folder that has to be on the path for a file's imports to work.

    It is the folder above the file's packages, or the nearest other one in which the
    modules are that the file imports.
    """
    first = Project(folder, path, []).root
    choices = [first]
    for parent in path.parents:
        if parent not in choices:
            choices.append(parent)
        if parent == folder:
            break
    wanted: set[str] = set()
    level = 1 if path.name == "__init__.py" and path.parent != folder else 0
    for node in ast.walk(tree):
        wanted.update(name.partition(".")[0] for name in imported(node))
        if isinstance(node, ast.ImportFrom):
            level = max(level, node.level)
    found = {
        name: [choice for choice in choices if _has(choice, name)] for name in wanted
    }

    def badness(choice: Path) -> tuple[bool, int, int]:
        depth = len(path.parent.relative_to(choice).parts)
        missing = sum(bool(where) and choice not in where for where in found.values())
        return depth < level and choice != folder, missing, choices.index(choice)

    best = min(choices, key=badness)
    is_package = best == folder and (folder / "__init__.py").is_file()
    if is_package and len(path.parent.relative_to(folder).parts) < level:
        return folder.parent  # the project's folder itself is the package
    return best


def _has(root: Path, name: str) -> bool:
    """Tell whether a folder has a module or a package."""
    place = root / name
    try:
        return (root / f"{name}.py").is_file() or (
            place.is_dir() and any(place.glob("*.py"))
        )
    except OSError:
        return False
