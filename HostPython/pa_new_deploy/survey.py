"""Looks at the host, and finds out what there is to do. Nothing is changed by it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pa_new_deploy import entry, files, note, packages
from pa_new_deploy.api import Host, Mapping, Tree
from pa_new_deploy.note import Note
from pa_new_deploy.problems import ForeignEntry, InTheWay, NotInstalled, OtherPython

STATIC_URL = "/static/"
MAX_ENTRY = 1_000_000


@dataclass(frozen=True)
class Job:
    """What to deploy, where, and what is allowed."""

    folder: Path
    name: str
    user: str
    domain: str
    python: str
    uploads: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    greeting: str = ""
    overwrites: bool = False
    assumes_installed: bool = False

    @property
    def home(self) -> str:
        return f"/home/{self.user}"

    @property
    def source(self) -> str:
        return f"{self.home}/{self.name}"

    @property
    def virtualenv(self) -> str:
        return f"{self.home}/.virtualenvs/{self.name}"


@dataclass
class Plan:
    """What there is to do."""

    creates: bool
    entry: bytes
    replaces_entry: bool
    backup: bytes | None
    """The WSGI file that has to make way and is not ours."""
    new: list[str]
    changed: list[str]
    unchanged: int
    extra: list[str]
    settings: dict[str, str]
    mapping: Mapping | None
    """The mapping that is wrong, or one without a number that is missing."""
    note: Note
    is_noted: bool
    """Whether all this was loaded already."""


def survey(job: Job, local: files.Local, host: Host) -> Plan:
    """Find out what there is to do, or why it cannot be done."""
    app = host.app(job.domain)
    if app is not None:
        _compare_python(job, app)
    has_environment = _look_for_packages(job, local, host)
    left = note.read(
        host.read(note.place(job.home, job.domain), "what was loaded last", note.MOST)
    )
    ours = local.read(files.ENTRY)
    there = host.read(entry.place(job.domain), "the WSGI file", MAX_ENTRY)
    is_ours = there is None or _is_ours(job, there, ours, left, host)
    if not is_ours and not job.overwrites and not entry.is_default(there or b""):
        raise ForeignEntry(entry.place(job.domain))

    tree = host.tree(job.source)
    _look_for_obstacles(job, local, tree)
    new, changed, digests = _compare(job, local, tree, host)

    wanted = {"source_directory": job.source}
    if has_environment:
        wanted["virtualenv_path"] = job.virtualenv
    static = f"{job.source}/{files.STATIC}" if local.has_static_files else ""
    state = [sorted(digests.items()), sorted(wanted.items()), static, job.python]
    made = Note(note.digest(json.dumps(state).encode()), note.digest(ours))
    return Plan(
        creates=app is None,
        entry=ours,
        replaces_entry=app is None or there != ours,
        backup=None if is_ours else there,
        new=new,
        changed=changed,
        unchanged=len(local.paths) - len(new) - len(changed),
        extra=_extra(job, local, tree),
        settings=_differing(wanted, app or {}),
        mapping=_mapping(job, static, host) if static else None,
        note=made,
        is_noted=app is not None and left == made,
    )


def _compare_python(job: Job, app: dict[str, Any]) -> None:
    """Refuse an app with another Python: how to change that is not documented."""
    there = str(app.get("python_version") or "")
    digits = "".join(c for c in there if c.isdecimal())
    if digits and digits != job.python.replace(".", ""):
        raise OtherPython(job.domain, f"{digits[0]}.{digits[1:]}", job.python)


def _look_for_packages(job: Job, local: files.Local, host: Host) -> bool:
    """Tell whether there is a virtualenv; refuse where one is needed and lacks something."""
    text = local.requirements
    needed = packages.required(text)
    if not needed:
        return False
    libraries = f"{job.virtualenv}/lib"
    names = host.names(libraries, "whether there is a virtualenv")
    pythons = None
    if names is not None:
        pythons = [n[len("python") :] for n in names if n.startswith("python3.")]
    missing = needed
    if pythons and job.python in pythons:
        place = f"{libraries}/python{job.python}/site-packages"
        found = host.names(place, "which packages are in it")
        missing = packages.missing(text, found or [])
        if not missing:
            return True
    if job.assumes_installed:
        return bool(pythons and job.python in pythons)
    raise NotInstalled(
        job.virtualenv,
        job.python,
        job.source,
        pythons,
        missing or needed,
        packages.needs_file(text),
    )


def _is_ours(
    job: Job, there: bytes, ours: bytes, left: Note | None, host: Host
) -> bool:
    """Tell whether the WSGI file on the host came from this project.

    It is the one that is here, or the one that was loaded last, or, where a run was cut
    off in between, the copy in the project's folder there.
    """
    if there == ours or (left and left.entry == note.digest(there)):
        return True
    copy = host.read(
        f"{job.source}/{files.ENTRY}", "whether it came from this project", MAX_ENTRY
    )
    return copy == there


def _look_for_obstacles(job: Job, local: files.Local, tree: Tree) -> None:
    for path in local.paths:
        place = f"{job.source}/{path}"
        if place in tree.folders:
            raise InTheWay(place, is_folder=True)
        while place != job.source:
            place = place.rpartition("/")[0]
            if place in tree.files:
                raise InTheWay(place, is_folder=False)


def _compare(
    job: Job, local: files.Local, tree: Tree, host: Host
) -> tuple[list[str], list[str], dict[str, str]]:
    """Return what is not there, what has other contents, and the digests of all."""
    new, changed = [], []
    digests = {}
    for path in local.paths:
        content = local.read(path)
        digests[path] = note.digest(content)
        place = f"{job.source}/{path}"
        if tree.is_complete and place not in tree.files:
            new.append(path)
            continue
        there = host.read(place, "whether it has changed", len(content))
        if there is None:
            new.append(path)
        elif there != content:
            changed.append(path)
    return new, changed, digests


def _extra(job: Job, local: files.Local, tree: Tree) -> list[str]:
    """Return what is on the host and not here; it is left alone."""
    here = set(local.paths)
    there = (path[len(job.source) + 1 :] for path in tree.files)
    return sorted(
        path
        for path in there
        if path not in here
        and not path.endswith(".pyc")
        and not any(part.startswith(".") for part in path.split("/"))
    )


def _differing(wanted: dict[str, str], app: dict[str, Any]) -> dict[str, str]:
    return {
        key: value
        for key, value in wanted.items()
        if str(app.get(key) or "").rstrip("/") != value
    }


def _mapping(job: Job, static: str, host: Host) -> Mapping | None:
    for row in host.mappings(job.domain):
        if row.url.rstrip("/") == STATIC_URL.rstrip("/"):
            if row.path.rstrip("/") == static:
                return None
            return Mapping(row.number, row.url, static)
    return Mapping(-1, STATIC_URL, static)
