"""Reads the packages of ``pyproject.toml``: those of PEP 621, and Poetry's."""

from __future__ import annotations

from typing import Any

from pa_new_adopt.packages import Packages, described
from pa_new_adopt.project_texts import Files
from pa_new_adopt.versions import from_poetry
from pa_new_shared.text import is_printable
from pa_new_shared.toml import Array, Table

_FILE = "pyproject.toml"


def from_project(files: Files) -> Packages | None:
    """Return the packages of ``[project]``, None if it lists none."""
    table = files.toml(_FILE).table("project")
    items = table.get("dependencies")
    if not isinstance(items, Array):
        return _from_dynamic(files, table)
    found = Packages(_FILE, table.lines["dependencies"])
    for item in items:
        if isinstance(item, str):
            found.add(item)
    return found.finished()


def _from_dynamic(files: Files, table: Table) -> Packages | None:
    """Return the lists that ``[tool.setuptools.dynamic]`` names, as lines for pip."""
    dynamic = table.get("dynamic")
    if not isinstance(dynamic, Array) or "dependencies" not in dynamic:
        return None
    setuptools = files.toml(_FILE).table(
        "tool", "setuptools", "dynamic", "dependencies"
    )
    names = setuptools.get("file")
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list):
        return None
    found = Packages(_FILE, setuptools.lines["file"])
    for name in names:
        if isinstance(name, str) and is_list(files, name):
            found.lines.append(f"-r {name}")
    return found if found.lines else None


def is_list(files: Files, name: str) -> bool:
    """Tell whether a list of packages is there, with a name that pip's option can have."""
    parts = name.split("/")
    is_plain = is_printable(name) and not set(name) & set(" #\"'\\")
    return (
        is_plain and ".." not in parts and not name.startswith("/") and files.has(name)
    )


def from_poetry_table(files: Files) -> Packages | None:
    """Return the packages of ``[tool.poetry.dependencies]``, None if there is none.

    Groups, such as that for tests, and optional packages are left out.
    """
    poetry = files.toml(_FILE).table("tool", "poetry")
    table = poetry.table("dependencies")
    if not table:
        return None
    found = Packages(_FILE, poetry.lines["dependencies"])
    for name, value in table.items():
        if name == "python":
            continue
        for one in value if isinstance(value, Array) else [value]:
            _add(found, name, one)
    return found.finished()


def _add(found: Packages, name: str, value: Any) -> None:
    if isinstance(value, str):
        value = {"version": value}
    if not isinstance(value, dict) or value.get("optional") is True:
        return
    if isinstance(value.get("path"), str):
        found.leave(name, "it is in a folder of this computer")
        return
    marker = _text(value, "markers")
    python = from_poetry(_text(value, "python"))
    if python:
        own = " and ".join(f"python_version {_spaced(c)}" for c in python.split(","))
        marker = f"({marker}) and {own}" if marker else own
    url = url_of(value)
    constraint = _text(value, "version")
    versions = from_poetry(constraint)
    if versions is None:
        found.notes.append(
            f"{found.file}: pip has no versions like `{name} {constraint[:60]}`, so "
            f"{name} is in the list of packages without one."
        )
        versions = ""
    found.add(described(name, versions, value.get("extras"), marker, url))


def _spaced(clause: str) -> str:
    """Return ``>= "3.9"`` for ``>=3.9``: a comparison of a marker."""
    version = clause.lstrip("<>=!~")
    number = ".".join(version.split(".")[:2])
    return f'{clause[: len(clause) - len(version)]} "{number}"'


def url_of(value: dict[str, Any]) -> str:
    """Return the URL of a package that is in a repository or a file of the web."""
    git = _text(value, "git")
    if git:
        at = next(
            (_text(value, k) for k in ("rev", "tag", "branch", "ref") if k in value), ""
        )
        start = git if git.startswith("git+") else f"git+{git}"
        below = _text(value, "subdirectory")
        return (
            start
            + (f"@{at}" if at else "")
            + (f"#subdirectory={below}" if below else "")
        )
    return _text(value, "url") or _text(value, "file")


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
