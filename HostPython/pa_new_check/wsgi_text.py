"""Lays out the text of a WSGI file, as ruff would: for :mod:`pa_new_check.wsgi_suggestion`."""

from __future__ import annotations

import ast
import keyword

from pa_new_check.app_kinds import imported
from pa_new_check.versions import standard_library

_MAX_LINE = 88
_STANDARD = ("import importlib",)


class Parts:
    """The parts of a WSGI file."""

    def __init__(self, domain: str, root: str) -> None:
        self.domain = domain
        self.root = root
        """The folder that comes first on the path."""
        self.settings = ""
        """Django's settings module."""
        self.env = ""
        """The path of a ``.env`` file to load."""
        self.imports: list[str] = []
        """Imports of libraries."""
        self.own: list[str] = []
        """Imports of the app's modules."""
        self.comments: list[str] = []
        """Comments above ``before``."""
        self.before: list[str] = []
        """Statements between the imports and the application."""
        self.result = ""
        """The expression for the application."""


def quoted(text: str) -> str:
    """Return a text as a literal of Python's, in the quotes that ruff prefers."""
    literal = repr(text)
    if literal.startswith("'") and '"' not in text:
        return '"' + literal[1:-1].replace("\\'", "'") + '"'
    return literal


def import_lines(module: str, name: str) -> tuple[str, list[str]]:
    """Return the name of something from a module, and the lines that import it."""
    parts = module.split(".")
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        line = f"module = importlib.import_module({quoted(module)})"
        return f"module.{name}", [line]
    if name != "application":
        bound, line = name, f"from {module} import {name}"
    else:
        bound, line = "app", f"from {module} import application as app"
    if len(line) <= _MAX_LINE:
        return bound, [line]
    start, _, what = line.partition(" import ")
    return bound, [f"{start} import (", f"    {what},", ")"]


def wsgi_text(parts: Parts) -> str:
    """Return the text of a WSGI file."""
    own = list(parts.own)
    standard = ["import sys", *(n for n in parts.imports if n in _STANDARD)]
    libraries = [line for line in parts.imports if line not in _STANDARD]
    lines = [
        f"# The WSGI file of {parts.domain}: PythonAnywhere imports it, and then calls",
        "# `application` for each request. It starts the server itself, so do not start",
        "# one here.",
        "",
    ]
    if parts.settings:
        standard.append("import os")
    if parts.env:
        libraries.append("from dotenv import load_dotenv")
    for group in (standard, libraries):
        group.sort(key=lambda line: (line.startswith("from "), line.split()[1]))
    lines += [*standard, "", *libraries, ""] if libraries else [*standard, ""]
    lines += [
        "# The folder of your app comes first, so that Python finds it.",
        _path_line(parts.root),
        "",
    ]
    if parts.env:
        lines += [
            "# The app reads these variables when it is imported, so they come first.",
            f"load_dotenv({quoted(parts.env)})",
            "",
        ]
    if parts.settings:
        name = quoted(parts.settings)
        lines += [f'os.environ.setdefault("DJANGO_SETTINGS_MODULE", {name})', ""]
    if own:
        lines += [*_sorted(own), ""]
    if parts.before:
        lines += [*(f"# {comment}" for comment in parts.comments), *parts.before, ""]
    return "\n".join([*lines, f"application = {parts.result}", ""])


def with_path(source: str, root: str) -> str | None:
    """Return a WSGI file that first puts a folder on the path, None if it is not Python.

    It stays as it is otherwise: for an entry file whose folder is not on the path.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    library = standard_library()
    after, has_sys = 0, False
    for node in body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(
            node.value, ast.Constant
        )
        names = {name.partition(".")[0] for name in imported(node)}
        if not is_docstring and (not names or not names <= library):
            break
        has_sys = has_sys or any(
            isinstance(node, ast.Import) and alias.name == "sys" and not alias.asname
            for alias in getattr(node, "names", ())
        )
        after = node.end_lineno or after
    lines = source.splitlines()
    added = [*([] if has_sys else ["import sys"]), "", _path_line(root), ""]
    start, rest = lines[:after], lines[after:]
    if start and not has_sys and not start[-1].startswith(("import ", "from ")):
        added.insert(0, "")
    while rest and not rest[0].strip():
        rest.pop(0)
    return "\n".join([*start, *added, *rest, ""])


def _path_line(root: str) -> str:
    line = f"sys.path.insert(0, {quoted(root)})"
    if len(line) <= _MAX_LINE:
        return line
    inside = f"    0, {quoted(root)}"
    if len(inside) <= _MAX_LINE:
        return f"sys.path.insert(\n{inside}\n)"
    return f"sys.path.insert(\n    0,\n    {quoted(root)},\n)"


def _sorted(imports: list[str]) -> list[str]:
    """Return imports in the order of ruff, those of several lines as they are."""
    if "from " not in imports[0] or imports[0].endswith("("):
        return imports
    return sorted(imports, key=lambda line: line.split()[1])
