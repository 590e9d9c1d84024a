"""The settings and static mappings of a web app: which ones a deployment changes.

What the user set on the Web tab stays, and is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pa_new_deploy import ownership
from pa_new_deploy.api.host import Mapping
from pa_new_deploy.deploy_state import DeployState
from pa_new_deploy.undo.undo_archive import Archive

STATIC_URL = "/static/"


@dataclass(frozen=True)
class There:
    """What the host has at a domain before a deployment."""

    app: dict[str, Any] | None
    """The settings of the web app; None if there is none."""
    wsgi: bytes | None
    rows: list[Mapping]
    note: bytes | None
    last: DeployState | None
    """What the note says, whatever project it is of."""


@dataclass
class Wanted:
    """How the settings and mappings have to be."""

    settings: dict[str, str]
    mappings: dict[str, str]
    """The folders of static files by their URLs: the project's, and those of packages."""
    replaces: bool
    """Whether to change what the user set, too."""
    kept: list[str] = field(default_factory=list)
    """Sentences about settings of the user's that stay as they are."""
    waiting: list[str] = field(default_factory=list)
    """URLs that are to be mapped to folders of packages that are not there."""


def changed_settings(
    wanted: Wanted, there: There, earlier: Archive | None
) -> dict[str, str]:
    """Return the settings to change.

    :param earlier: What an interrupted deployment did.
    """
    changes = {}
    for name, value in wanted.settings.items():
        now = setting(there.app, name)
        if now == value:
            continue
        last = there.last.settings.get(name) if there.last else None
        changed = earlier.settings.get(name) if earlier else None
        is_ours = now == last or changed and now in changed.written
        if not now or wanted.replaces or is_ours:
            changes[name] = value
        else:
            wanted.kept.append(ownership.kept_setting(name, now, value))
    return changes


def own_settings(
    wanted: Wanted, there: There, changes: dict[str, str]
) -> dict[str, str]:
    """Return the settings that are as pa-new wants them afterwards."""
    return {
        name: value
        for name, value in wanted.settings.items()
        if name in changes or setting(there.app, name) == value
    }


def changed_mappings(
    wanted: Wanted, there: There, earlier: Archive | None
) -> list[Mapping]:
    """Return the static mappings to make or change."""
    changes = []
    for url, path in wanted.mappings.items():
        row = row_of(there.rows, url)
        if row is None:
            changes.append(Mapping(-1, url, path))
            continue
        now = row.path.rstrip("/")
        if now == path:
            continue
        last = there.last.mappings.get(url) if there.last else None
        changed = earlier.mappings.get(row.url) if earlier else None
        is_ours = now == last or changed and now in changed.written
        if is_ours or wanted.replaces:
            changes.append(Mapping(row.number, row.url, path))
        else:
            wanted.kept.append(ownership.kept_mapping(row.url, now, path))
    return changes


def own_mappings(
    wanted: Wanted, there: There, changes: list[Mapping]
) -> dict[str, str]:
    """Return the mappings that are as pa-new wants them afterwards.

    Those that only have to wait for their folder stay pa-new's own.
    """
    changed = {row.url.rstrip("/") for row in changes}
    own = {}
    for url in (*wanted.mappings, *wanted.waiting):
        row = row_of(there.rows, url)
        now = row.path.rstrip("/") if row else None
        last = there.last.mappings.get(url) if there.last else None
        path = wanted.mappings.get(url, last)
        if path is not None and (url.rstrip("/") in changed or now == path):
            own[url] = path
    return own


def needless_mappings(wanted: Wanted, there: There) -> list[Mapping]:
    """Return pa-new's own mappings of packages that the project does not need any more."""
    last = there.last.mappings if there.last else {}
    rows = [
        (url, row_of(there.rows, url))
        for url in last
        if url not in (STATIC_URL, *wanted.mappings, *wanted.waiting)
    ]
    return [row for url, row in rows if row and row.path.rstrip("/") == last[url]]


def row_of(rows: list[Mapping], url: str) -> Mapping | None:
    """Return the first mapping of a URL."""
    url = url.rstrip("/")
    return next((row for row in rows if row.url.rstrip("/") == url), None)


def differs_from_note(there: There, wanted: Wanted) -> bool:
    """Tell whether the settings and mappings are not as the last note says."""
    if there.last is None:
        return True
    for url in {STATIC_URL, *wanted.mappings}:
        row = row_of(there.rows, url)
        now = row.path.rstrip("/") if row and url in wanted.mappings else None
        if now != there.last.mappings.get(url):
            return True
    return any(
        setting(there.app, name) != there.last.settings.get(name, "")
        for name in wanted.settings
    )


def setting(app: dict[str, Any] | None, name: str) -> str:
    """Return a setting of a web app; empty if it has none."""
    return str((app or {}).get(name) or "").rstrip("/")
