"""Reads the packages that tools have pinned or listed: ``uv.lock`` and Pipenv's files."""

from __future__ import annotations

import json
from typing import Any

from pa_new_adopt.packages import Packages, described
from pa_new_adopt.project_texts import Files
from pa_new_adopt.pyproject import url_of
from pa_new_adopt.versions import from_poetry
from pa_new_shared import markers
from pa_new_shared.requirements import normalized
from pa_new_shared.toml import Array, Table

_UV, _PIPFILE, _PIP_LOCK = "uv.lock", "Pipfile", "Pipfile.lock"


def from_pipfile_lock(files: Files) -> Packages | None:
    """Return the packages of ``Pipfile.lock``, without those for development."""
    text = files.text(_PIP_LOCK)
    try:
        content = json.loads(text) if text else None
    except (ValueError, RecursionError):
        files.note(f"{_PIP_LOCK} is left unread: it is not JSON.")
        return None
    packages = content.get("default") if isinstance(content, dict) else None
    if not isinstance(packages, dict) or not packages:
        return None
    line = text[: text.find('"default"')].count("\n") + 1
    found = Packages(_PIP_LOCK, line)
    for name, value in packages.items():
        _add_pipenv(found, name, value)
    return found.finished()


def from_pipfile(files: Files) -> Packages | None:
    """Return the packages of ``Pipfile``, without those for development."""
    pipfile = files.toml(_PIPFILE)
    table = pipfile.table("packages")
    if not table:
        return None
    found = Packages(_PIPFILE, pipfile.lines["packages"])
    for name, value in table.items():
        _add_pipenv(
            found, name, {"version": value} if isinstance(value, str) else value
        )
    return found.finished()


def _add_pipenv(found: Packages, name: str, value: Any) -> None:
    if not isinstance(value, dict):
        return
    if isinstance(value.get("path"), str):
        found.leave(name, "it is in a folder of this computer")
        return
    version = value.get("version")
    versions = from_poetry(version) if isinstance(version, str) else ""
    marks = [value["markers"]] if isinstance(value.get("markers"), str) else []
    for key in ("sys_platform", "platform_machine", "python_version", "os_name"):
        if isinstance(value.get(key), str):
            marks.append(f"{key} {value[key]}")
    marker = " and ".join(marks)
    found.add(
        described(name, versions or "", value.get("extras"), marker, url_of(value))
    )


def from_uv_lock(files: Files, python: tuple[int, int]) -> Packages | None:
    """Return what ``uv.lock`` installs for the project itself, each pinned.

    :param python: the web app's version, for which the conditions are judged.
    """
    if not files.has(_UV):
        return None
    packages = files.toml(_UV).get("package")
    if not isinstance(packages, Array):
        return None
    named: dict[str, list[Table]] = {}
    for package in packages:
        if isinstance(package, Table) and isinstance(package.get("name"), str):
            named.setdefault(normalized(package["name"]), []).append(package)
    roots = [p for same in named.values() for p in same if _is_root(p)]
    if len(roots) != 1:
        return None
    found = Packages(_UV, packages.lines[packages.index(roots[0])])
    _follow(roots[0], named, python, found)
    found.lines.sort(key=str.lower)
    return found.finished()


def _is_root(package: Table) -> bool:
    source = package.get("source")
    return isinstance(source, Table) and "." in (
        source.get("editable"),
        source.get("virtual"),
        source.get("directory"),
    )


def _follow(
    root: Table,
    named: dict[str, list[Table]],
    python: tuple[int, int],
    found: Packages,
) -> None:
    waiting: list[tuple[Table, tuple[str, ...]]] = [(root, ())]
    seen: set[tuple[int, str]] = set()
    while waiting:
        package, extras = waiting.pop()
        lists: list[object] = []
        for key in ("", *extras):
            if (id(package), key) in seen:
                continue
            seen.add((id(package), key))
            if key:
                lists.append(package.table("optional-dependencies").get(key))
            else:
                lists.append(package.get("dependencies"))
                if package is not root:
                    _add_pinned(package, found)
        for items in lists:
            for item in items if isinstance(items, Array) else []:
                if not isinstance(item, Table) or not isinstance(item.get("name"), str):
                    continue
                marker = item.get("marker")
                if isinstance(marker, str) and markers.holds(marker, python) is False:
                    continue
                wanted = item.get("extra")
                more = tuple(e for e in wanted or () if isinstance(e, str))
                choice = _of_version(
                    named.get(normalized(item["name"]), []), item, python
                )
                if choice is not None:
                    waiting.append((choice, more))


def _of_version(
    choices: list[Table], item: Table, python: tuple[int, int]
) -> Table | None:
    """Return the package that a dependency means, of several with one name."""
    version = item.get("version")
    if isinstance(version, str):
        choices = [c for c in choices if c.get("version") == version]
    for choice in choices:
        marks = choice.get("resolution-markers")
        texts = [m for m in marks or () if isinstance(m, str)]
        if not texts or any(markers.holds(m, python) is not False for m in texts):
            return choice
    return choices[0] if choices else None


def _add_pinned(package: Table, found: Packages) -> None:
    name, version, source = (package.get(k) for k in ("name", "version", "source"))
    source = source if isinstance(source, Table) else Table()
    if not isinstance(name, str):
        return
    if any(key in source for key in ("editable", "virtual", "directory", "path")):
        found.leave(name, "it is in a folder of this computer")
        return
    git = source.get("git")
    if isinstance(git, str):
        place, _, commit = git.partition("#")
        place = place.partition("?")[0]
        found.add(f"{name} @ git+{place}" + (f"@{commit}" if commit else ""))
    elif isinstance(source.get("url"), str):
        found.add(f"{name} @ {source['url']}")
    elif isinstance(version, str):
        found.add(f"{name}=={version}")
