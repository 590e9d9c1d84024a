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
    static: str
    """The folder of the static files; empty if there are none."""
    replaces: bool
    """Whether to change what the user set, too."""
    kept: list[str] = field(default_factory=list)
    """Sentences about settings of the user's that stay as they are."""


def changed_settings(
    wanted: Wanted, there: There, earlier: Archive | None
) -> dict[str, str]:
    """Return the settings to change.

    :param earlier: What an interrupted deployment did.
    """
    changes = {}
    for name, value in wanted.settings.items():
        now = _value(there, name)
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
        if name in changes or _value(there, name) == value
    }


def changed_mapping(
    wanted: Wanted, there: There, earlier: Archive | None
) -> Mapping | None:
    """Return the static mapping to make or change, if there is one."""
    if not wanted.static:
        return None
    row = static_row(there.rows)
    if row is None:
        return Mapping(-1, STATIC_URL, wanted.static)
    now = row.path.rstrip("/")
    if now == wanted.static:
        return None
    last = there.last.mappings.get(STATIC_URL) if there.last else None
    changed = earlier.mappings.get(row.url) if earlier else None
    is_ours = now == last or changed and now in changed.written
    if is_ours or wanted.replaces:
        return Mapping(row.number, row.url, wanted.static)
    wanted.kept.append(ownership.kept_mapping(row.url, now, wanted.static))
    return None


def own_mappings(
    wanted: Wanted, there: There, change: Mapping | None
) -> dict[str, str]:
    """Return the mappings that are as pa-new wants them afterwards."""
    row = static_row(there.rows)
    serves = row is not None and row.path.rstrip("/") == wanted.static
    if change or (wanted.static and serves):
        return {STATIC_URL: wanted.static}
    return {}


def static_row(rows: list[Mapping]) -> Mapping | None:
    """Return the first mapping of the URL of static files."""
    url = STATIC_URL.rstrip("/")
    return next((row for row in rows if row.url.rstrip("/") == url), None)


def differs_from_note(there: There, wanted: Wanted) -> bool:
    """Tell whether the settings and mappings are not as the last note says."""
    if there.last is None:
        return True
    row = static_row(there.rows)
    static = row.path.rstrip("/") if row and wanted.static else None
    return static != there.last.mappings.get(STATIC_URL) or any(
        _value(there, name) != there.last.settings.get(name, "")
        for name in wanted.settings
    )


def _value(there: There, name: str) -> str:
    return str((there.app or {}).get(name) or "").rstrip("/")
