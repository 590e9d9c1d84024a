"""Which requirements can be part of a bundle: of packages that are built already.

The deployer makes the bundle, and stops at such a line; the checker tells of it before.
"""

from __future__ import annotations

from pa_new_shared.requirements import (
    Include,
    Invalid,
    Line,
    Option,
    Requirement,
    parse,
)

ENTRY_MODULE = "pa_bundle.py"
"""The module of a project that makes a bundle importable."""

REASONS = {
    "source": (
        "a bundle has only packages that are built (wheels), and this is source code",
        "use a version from PyPI, or the https address of a .whl file",
    ),
    "local": (
        "it is a path on this computer; such a package would have to be built here",
        "copy its code into the project",
    ),
    "build": (
        "the option asks for packages that are built from source code",
        "remove the option",
    ),
    "outside": (
        "the file cannot be read, or is not inside the project",
        "move it into the project",
    ),
    "invalid": ("pip would not accept this line", "correct the line"),
}
"""Why a line cannot be part of a bundle, and what to do, by kind."""

WITHOUT_WHEELS = {
    "mysqlclient": "use PyMySQL instead",
    "pil": "use Pillow instead",
    "psycopg-c": "use psycopg-binary instead",
    "psycopg2": "use psycopg2-binary instead",
    "pycrypto": "use pycryptodome instead",
    "uwsgi": "remove it, because PythonAnywhere has its own server",
}
"""Packages that have no wheel for Linux (seen on PyPI), and what to do instead."""

_WEB = ("https://", "http://")


def fault(line: Line) -> str:
    """Return why a line cannot be part of a bundle, a key of REASONS; "" if it can."""
    if isinstance(line, Invalid):
        # The reader gives a file that it cannot include as an invalid line, too.
        is_include = any(isinstance(one, Include) for one in parse(line.text))
        return "outside" if is_include else "invalid"
    if isinstance(line, Option):
        name, _, value = line.text.replace("=", " ", 1).partition(" ")
        if name.startswith("--no-binary"):
            return "build"
        if name.startswith(("-f", "--find-links")):
            return _fault_of_address(value.strip() or name[len("-f") :])
        if name.startswith(("-i", "--index-url", "--extra-index-url", "--pypi-url")):
            return _fault_of_address(value.strip() or name[len("-i") :])
    if isinstance(line, Requirement) and (line.url or line.text.startswith("-")):
        if line.url.startswith(_WEB):
            file = line.url.partition("#")[0].partition("?")[0]
            return "" if file.lower().endswith(".whl") else "source"
        return "source" if "+" in line.url.partition(":")[0] else "local"
    return ""


def _fault_of_address(text: str) -> str:
    return "" if text.strip("'\"").startswith(_WEB) else "local"
