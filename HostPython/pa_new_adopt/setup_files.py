"""Reads the packages of ``setup.cfg`` and ``setup.py``; the latter is not run.

A ``setup.py`` is a program: only a list of texts in it is taken, directly at
``install_requires`` or under a name that the file gives once, and sums of such lists.
"""

from __future__ import annotations

import ast
import configparser
import re

from pa_new_adopt.packages import Packages
from pa_new_adopt.project_texts import Files

_CONFIGURATION, _PROGRAM = "setup.cfg", "setup.py"
_KEY = "install_requires"


def from_setup(files: Files) -> Packages | None:
    """Return the packages that setuptools installs with the project, None if none are listed."""
    return _from_configuration(files) or _from_program(files)


def _from_configuration(files: Files) -> Packages | None:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(files.text(_CONFIGURATION))
        text = parser.get("options", _KEY, fallback=None)
    except configparser.Error:
        return None
    if not text or text.lstrip().startswith("file:"):
        return None
    lines = files.lines(_CONFIGURATION)
    starts = (
        number
        for number, line in enumerate(lines, 1)
        if re.match(rf"{_KEY}\s*[=:]", line)
    )
    found = Packages(_CONFIGURATION, next(starts, 0))
    # One in each line; in one line, there are semicolons between them.
    entries = text.splitlines() if "\n" in text.strip() else text.split(";")
    for entry in entries:
        entry = entry.partition(" #")[0].strip()
        if entry and not entry.startswith("#"):
            found.add(entry)
    return found.finished() if found.lines else None


def _from_program(files: Files) -> Packages | None:
    try:
        tree = ast.parse(files.text(_PROGRAM))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names: dict[str, list[ast.expr]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                names.setdefault(target.id, []).append(value)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not _is_setup(call.func):
            continue
        for keyword in call.keywords:
            if keyword.arg == _KEY:
                return _listed(keyword.value, names)
    return None


def _is_setup(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "setup"
    return isinstance(function, ast.Name) and function.id == "setup"


def _listed(value: ast.expr, names: dict[str, list[ast.expr]]) -> Packages | None:
    """Return the packages of a list, None if the code computes it."""
    texts = _texts(value, names, 0)
    if not texts:
        return None
    place = names[value.id][0] if isinstance(value, ast.Name) else value
    found = Packages(_PROGRAM, place.lineno)
    for text in texts:
        found.add(text)
    return found.finished() if found.lines else None


def _texts(
    value: ast.expr, names: dict[str, list[ast.expr]], depth: int
) -> list[str] | None:
    if depth > 20:
        return None
    if isinstance(value, ast.Name):
        given = names.get(value.id, [])
        return _texts(given[0], names, depth + 1) if len(given) == 1 else None
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        left = _texts(value.left, names, depth + 1)
        right = _texts(value.right, names, depth + 1)
        return None if left is None or right is None else left + right
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        # setuptools takes one text, too, with a package in each line.
        return [line for line in map(str.strip, value.value.splitlines()) if line]
    if not isinstance(value, (ast.List, ast.Tuple)):
        return None
    texts = []
    for item in value.elts:
        if not isinstance(item, ast.Constant) or not isinstance(item.value, str):
            return None
        texts.append(item.value)
    return texts
