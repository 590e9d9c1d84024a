"""The WSGI file on the host: where it is, and whose."""

from __future__ import annotations

import ast
import hashlib


def place(domain: str) -> str:
    """Return the path of a domain's WSGI file: dots become underscores."""
    return f"/var/www/{domain.lower().replace('.', '_')}_wsgi.py"


def backup(home: str, domain: str, content: bytes) -> str:
    """Return where a WSGI file is kept that has to make way.

    Not in the project's folder, where it could be served or committed: such files have
    passwords in them. By its contents, so that no second run keeps it twice.
    """
    digest = hashlib.sha256(content).hexdigest()[:16]
    return f"{home}/.pa-new/{domain}-wsgi-{digest}.py"


def is_default(content: bytes) -> bool:
    """Tell whether a WSGI file is the one that the host makes with an app.

    Its words differ from year to year, and people leave its first lines in files of
    their own. So the code is looked at: a page in ``HELLO_WORLD`` that calls itself the
    host's, ``application``, and no import with which anything else could be reached.
    """
    try:
        body = ast.parse(content).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if len(body) != 2:
        return False
    page, function = body
    return (
        isinstance(page, ast.Assign)
        and len(page.targets) == 1
        and isinstance(page.targets[0], ast.Name)
        and page.targets[0].id == "HELLO_WORLD"
        and isinstance(page.value, ast.Constant)
        and "PythonAnywhere hosted web application" in str(page.value.value)
        and isinstance(function, ast.FunctionDef)
        and function.name == "application"
        and not any(
            isinstance(node, (ast.Import, ast.ImportFrom))
            for node in ast.walk(function)
        )
    )
