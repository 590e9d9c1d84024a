"""Finds the settings module of a Django project, by reading its files."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

_VARIABLE = "DJANGO_SETTINGS_MODULE"
_PRODUCTION = ("production", "prod")
_FOR_DEVELOPMENT = ("local", "dev", "development", "test", "testing")


def django_settings(
    folder: Path, trees: dict[Path, ast.Module]
) -> list[tuple[Path, int, str, Path]]:
    """Return the file and line that name the settings, their module, and its root.

    A project's own WSGI file knows best, then ``manage.py``; without both, it is the
    nearest file that looks like settings. There is one of each root, the likeliest first.
    """
    named: list[tuple[int, int, Path, int, str]] = []
    for path, tree in trees.items():
        rank = {"wsgi.py": 0, "manage.py": 1}.get(path.name)
        if rank is not None:
            depth = len(path.relative_to(folder).parts)
            for line, name in _named(tree):
                named.append((rank, depth, path, line, name))
    found: dict[Path, tuple[Path, int, str, Path]] = {}
    # A project's WSGI file is one folder deeper than its manage.py.
    for rank, _, path, line, name in sorted(named, key=lambda item: item[:3]):
        starts = [path.parent, path.parent.parent] if rank == 0 else [path.parent]
        for root in starts:
            if folder in (root, *root.parents) and _file_of(root, name):
                settings = path, line, _for_production(root, name), root
                found.setdefault(root, settings)
                break
    if found:
        return list(found.values())
    unnamed = _unnamed(folder, trees)
    return [unnamed] if unnamed else []


def _named(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the settings modules that a file puts into the environment."""
    for node in ast.walk(tree):
        value: ast.expr | None = None
        if isinstance(node, ast.Call) and len(node.args) == 2:
            if isinstance(node.args[0], ast.Constant) and (
                node.args[0].value == _VARIABLE
            ):
                value = node.args[1]
        elif isinstance(node, ast.Assign) and isinstance(
            node.targets[0], ast.Subscript
        ):
            key = node.targets[0].slice
            if isinstance(key, ast.Constant) and key.value == _VARIABLE:
                value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.lineno, value.value


def _file_of(root: Path, name: str) -> Path | None:
    """Return the file of a module below a folder, None if there is none."""
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    place = root.joinpath(*name.split("."))
    for file in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
        if file.is_file():
            return file
    return None


def _for_production(root: Path, name: str) -> str:
    """Return the settings for production that stand beside those for development."""
    package, _, last = name.rpartition(".")
    if last in _FOR_DEVELOPMENT:
        for other in _PRODUCTION:
            if _file_of(root, f"{package}.{other}"):
                return f"{package}.{other}"
    return name


def _unnamed(
    folder: Path, trees: dict[Path, ast.Module]
) -> tuple[Path, int, str, Path] | None:
    """Return the nearest file that looks like Django's settings."""
    found: list[tuple[int, int, Path, int]] = []
    order = (*_PRODUCTION, "settings", "__init__", "base")
    for path, tree in trees.items():
        is_split = path.parent.name == "settings"
        if path.stem not in order or not (path.stem == "settings" or is_split):
            continue
        for node in tree.body:
            names = _names(node) if isinstance(node, ast.Assign) else []
            if {"ROOT_URLCONF", "INSTALLED_APPS"}.intersection(names):
                depth = len(path.relative_to(folder).parts)
                found.append((depth, order.index(path.stem), path, node.lineno))
                break
    for _, _, path, line in sorted(found):
        package = path.parent.parent if path.parent.name == "settings" else path.parent
        root = package.parent if package != folder else folder
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        return path, line, name, root
    return None


def place_of_setting(
    trees: Mapping[Path, ast.Module], module: str
) -> tuple[Path, int] | None:
    """Return the file and line of the setting that names a module, None without one.

    :param trees: the files with settings.
    :param module: the module, or a package around the one that is named.
    """
    for file, tree in trees.items():
        texts: dict[str, str] = {}
        for statement in tree.body:
            if isinstance(statement, ast.Expr) and isinstance(
                statement.value, ast.Call
            ):
                for node in ast.walk(
                    statement.value
                ):  # of `INSTALLED_APPS.append(...)`
                    if f"{_text(node, texts)}.".startswith(f"{module}."):
                        return file, getattr(node, "lineno", statement.lineno)
                continue
            if not isinstance(statement, _SETS) or statement.value is None:
                continue
            value = statement.value
            for node in ast.walk(value):
                text = _text(node, texts)
                if f"{text}.".startswith(f"{module}."):
                    return file, getattr(node, "lineno", statement.lineno)
            is_whole = not isinstance(statement, ast.AugAssign)
            text = _text(value, texts) if is_whole else ""
            texts.update(dict.fromkeys(_names(statement), text))
    return None


def place_of_name(
    trees: Mapping[Path, ast.Module], name: str
) -> tuple[Path, int] | None:
    """Return the file and line of the last assignment to a setting, None without one.

    :param trees: the files with settings.
    """
    found: tuple[Path, int] | None = None
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and name in _names(node):
                found = file, node.lineno
    return found


_SETS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def _names(statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[str]:
    """Return the names that an assignment sets."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    else:
        targets = [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _text(node: ast.AST, texts: Mapping[str, str]) -> str:
    """Return the text that an expression is, "" if that is not known."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name):
        return texts.get(node.id, "")
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, texts)
    if isinstance(node, ast.JoinedStr):
        parts = [_text(part, texts) for part in node.values]
        return "".join(parts) if all(parts) else ""
    return ""
