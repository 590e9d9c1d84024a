"""Says why there is no app to adopt, although a file nearly has one."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from pa_new_check.app_connection import called_name
from pa_new_check.app_search import Found, is_aside
from pa_new_check.project import CannotCheck, Unreadable, content_of
from pa_new_shared.text import printable

_PYTHON_2 = re.compile(
    r"^\s*print\s+[\"'\w%(]|^\s*print\s*>>|^\s*print$|\bexcept\s+[\w., ()]+\s*,\s*\w+\s*:"
    r"|^\s*raise\s+[\w.]+\s*,|^\s*exec\s+[\"'\w]|<>|`[^`]+`|\b0[0-7]+[lL]?\b|\bur[\"']"
    r"|\b\d+[lL]\b"
)
_MAKERS = frozenset(
    (
        "Flask",
        "FastAPI",
        "Starlette",
        "Quart",
        "Litestar",
        "Bottle",
        "Dash",
        "Application",
    )
    + ("make_wsgi_app", "App", "API", "FastHTML", "fast_app", "Sanic")
)


def unparsed(folder: Path, found: Found) -> CannotCheck | None:
    """Return the error of the likeliest file with the app that Python cannot parse."""
    for path, line in found.broken.items():
        if found.apps and is_aside(folder, path):
            continue
        return _error(folder, path, line)
    return None


def _error(folder: Path, path: Path, line: int) -> CannotCheck:
    file = printable(path.relative_to(folder).as_posix())
    try:
        content = content_of(path)
    except Unreadable:
        content = b""
    version = "{}.{}".format(*sys.version_info)
    named = re.search(rb"coding[:=][ \t]*[-\w.]+", b"\n".join(content.splitlines()[:2]))
    if not named:
        for number, text in enumerate(content.split(b"\n"), 1):
            try:
                text.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = text[error.start]
                return CannotCheck(
                    "broken",
                    f"Python cannot read line {number} of {file}",
                    f"the file is not UTF-8: it has the byte 0x{byte:02x}",
                    "save the file as UTF-8; or, if that byte is an accented letter of "
                    "Western Europe, write `# -*- coding: latin-1 -*-` into its first line",
                )
    there = content.decode("latin-1").splitlines()[line - 1 : line]
    if there and _PYTHON_2.search(there[0]):
        return CannotCheck(
            "broken",
            f"line {line} of {file} is written for Python 2",
            f"web apps on PythonAnywhere need Python 3, and Python {version} cannot read it",
            "change the code to Python 3 first: the tool 2to3, which Python 3.9 to 3.12 "
            "have, does most of it (`2to3 -w .`)",
        )
    return CannotCheck(
        "broken",
        f"Python {version} cannot read line {line} of {file}",
        "the file may have the app, and its code has an error there",
        f"to see the error: python3 -m py_compile {file}",
    )


def guarded(folder: Path, found: Found) -> CannotCheck | None:
    """Return the error of an app that is made only if its file runs as a program."""
    for path, tree in found.trees.items():
        if is_aside(folder, path):
            continue
        file = printable(path.relative_to(folder).as_posix())
        for node in tree.body:
            if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
                made = _made(node)
                if made is not None:
                    return CannotCheck(
                        "broken",
                        f"line {made} of {file} makes the app only if the file runs as a "
                        "program",
                        "PythonAnywhere imports the file, and then Python leaves out what "
                        'is below `if __name__ == "__main__":`',
                        f"move line {made}, and what belongs to the app, above that line",
                    )
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                made = _made(node)
                if made is not None:
                    return CannotCheck(
                        "broken",
                        f"line {made} of {file} makes the app inside of {node.name}(), "
                        "which does not return it",
                        "PythonAnywhere needs the app itself, and starts the server",
                        "move the lines that make the app into a function that returns it, "
                        "such as make_app(), and run pa-new adopt again",
                    )
    return None


def _made(block: ast.AST) -> int | None:
    """Return the line of a block that makes an app, None if none does."""
    for node in ast.walk(block):
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(value, ast.Call) and called_name(value) in _MAKERS:
            return value.lineno
    return None
