"""The WSGI file on the host: its backup, and whether it is the default one."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pa_new_deploy.deploy_state import digest
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import NOT_READY, Problem

MAX_BYTES = 1_000_000

DEFAULT = b'''\
# pa-new wrote this after it undid the first deployment: there is no app to show.

HELLO_WORLD = """<!doctype html>
<title>PythonAnywhere hosted web application</title>
<p>There is nothing here yet.</p>
"""


def application(environ, start_response):
    body = HELLO_WORLD.encode("utf-8")
    headers = [("Content-Type", "text/html"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
'''
"""The WSGI file of a web app without code: :func:`is_default` takes it for the default."""


@dataclass
class HugeWSGIFile(Problem):
    """The WSGI file on the host is too large to keep a copy of it."""

    exit_code = NOT_READY
    path: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"the WSGI file {self.path} on PythonAnywhere is larger than 1 MB",
            "pa-new keeps a copy of each WSGI file that it replaces, but not of such a "
            "large one",
            "copy it yourself, and replace its contents with a few lines; then deploy "
            "again",
        )


def backup_path(home: str, domain: str, content: bytes) -> str:
    """Return the path for the backup of a WSGI file that is replaced.

    It is not in the project's folder, so that it cannot be served or committed: such
    files contain passwords. The name depends on the contents, so that a second run does
    not keep the file twice.
    """
    return f"{home}/.pa-new/{domain}-wsgi-{digest(content)[:16]}.py"


def is_default(content: bytes) -> bool:
    """Tell whether a WSGI file is the one that the host makes with an app.

    Its text differs from year to year, and users leave its first lines in files of their
    own. So the syntax tree is compared: a page in ``HELLO_WORLD`` with the host's title,
    ``application``, and no import.
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
