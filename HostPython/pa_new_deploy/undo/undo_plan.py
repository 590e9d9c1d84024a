"""Plans an undo: reads the archive of the last deployment, and compares it with the host.

It changes nothing. Each file, setting and mapping is as the deployment found it, as it
left it, or as somebody made it since. Only the second is brought back without a word.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from typing import Any

from pa_new_deploy import (
    deploy_state,
    env_file,
    folder_owner,
    host_edits,
    ownership,
    wsgi_file,
)
from pa_new_deploy.api.host import Host, Mapping
from pa_new_deploy.bundle import hosted
from pa_new_deploy.deploy_state import DeployState, digest
from pa_new_deploy.target import Target
from pa_new_deploy.undo import lost_note, undo_archive, undo_record
from pa_new_deploy.undo import undo_problems as problems
from pa_new_deploy.undo.undo_archive import MAX_KEPT, Archive, Change
from pa_new_shared import file_contents
from pa_new_shared.host import wsgi_file as wsgi_path

_MIGRATION = re.compile(r"/(?:migrations|versions)/(?!__init__)[^/]+\.py$")
"""Django's migrations, and Alembic's."""


@dataclass
class UndoPlan:
    """The changes that an undo has to make."""

    archive: Archive
    place: str
    """The archive on the host."""
    note: DeployState
    """The note to write at the end."""
    app: dict[str, Any] | None
    is_interrupted: bool
    """Whether the deployment did not get to its end."""
    saved: dict[str, bytes] = field(default_factory=dict)
    """What is replaced although no deployment wrote it: kept in an archive of its own."""
    write: dict[str, bytes] = field(default_factory=dict)
    """The old contents by their paths, without the WSGI file and the packages."""
    remove: list[str] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)
    """The digests of the files that are there now, and are replaced."""
    wsgi: bytes | None = None
    """The old WSGI file, if it has to be written."""
    pointer: bytes | None = None
    """What names the old packages, if it has to be written."""
    removes_pointer: bool = False
    bundle: hosted.BundlePlan | None = None
    """The packages that the old code uses."""
    settings: dict[str, str] = field(default_factory=dict)
    emptied: list[str] = field(default_factory=list)
    """Settings that had no value."""
    remap: list[Mapping] = field(default_factory=list)
    unmap: list[Mapping] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Sentences about what stays as it is."""

    shows_default_page: bool = False
    """Whether the site has nothing to show but the page of a web app without code."""

    @property
    def empties_site(self) -> bool:
        """Whether it undoes the first deployment, and the site then shows nothing."""
        shows_nothing = self.app is None or self.shows_default_page
        return self.note.project == "" and shows_nothing

    @property
    def sentence(self) -> str:
        """What is undone."""
        date, _, time = self.archive.made.rstrip("Z").partition("T")
        when = f", made on {date} at {time} UTC" if time else ""
        end = " It did not get to its end." if self.is_interrupted else ""
        if self.empties_site:
            end += " It is the first one: the site will be empty afterwards."
        return f"This undoes deployment {self.archive.number}{when}.{end}"


def make_plan(target: Target, host: Host) -> UndoPlan:
    """Return the changes of an undo, or raise the problem that prevents it."""
    place = deploy_state.path(target.home, target.domain)
    purpose = "read the state of the last deployment"
    note = host.read(place, purpose, deploy_state.MAX_BYTES)
    if deploy_state.is_newer(note):
        raise ownership.NewerNote(place)
    last = deploy_state.decode(note)
    interrupted = None
    if last is not None or note is None:
        interrupted = undo_record.interrupted(target, last, note, host)
    archive = interrupted or _archive(target, last, note, host)
    app = host.app(target.domain)
    plan = UndoPlan(
        archive,
        undo_archive.path(target.home, target.domain, archive.number),
        _note_before(archive, last),
        app,
        is_interrupted=interrupted is not None,
    )
    _plan_files(target, plan, host)
    _plan_packages(target, plan, host)
    _plan_wsgi(target, plan, host)
    _plan_settings(plan)
    _plan_mappings(target, plan, host)
    _check_other_domains(target, plan, host)
    return plan


def _check_other_domains(target: Target, plan: UndoPlan, host: Host) -> None:
    """Refuse to take files away from another domain that shows the same folder.

    What becomes as that domain's own note says is no harm, nor is a change of what is
    not as it says already.
    """
    after = {place: digest(text) for place, text in plan.write.items()}
    after.update(dict.fromkeys(plan.remove, ""))
    packages = plan.pointer is not None or plan.removes_pointer
    if not (after or packages):
        return
    domains = []
    for domain, note in folder_owner.notes_of_others(target, host):
        if note is not None and note.project not in (None, target.source):
            continue
        app = host.app(domain)
        if app is None:
            continue
        if (
            note is None or note.project is None
        ):  # damaged, or of 0.1.0: it names no files
            shows = str(app.get("source_directory") or "").rstrip("/") == target.source
            lost = sorted(after) if shows else []
        else:
            shows = True
            lost = _lost(target, note, plan, after)
            bundle = plan.bundle.current.sha256 if plan.bundle else ""
            if packages and note.bundle not in ("", bundle):
                lost.append("its packages")
        if lost:
            place = deploy_state.path(target.home, domain)
            raise problems.ShownElsewhere(target.domain, domain, place, lost)
        domains += [domain] if shows else []
    if domains:
        plan.kept.append(folder_owner.sentence(target, domains))


def _lost(
    target: Target, note: DeployState, plan: UndoPlan, after: dict[str, str]
) -> list[str]:
    """Return the files of another domain's note that would not be as it says any more.

    :param after: The digests of the files after the undo; empty for what is removed.
    """
    lost = []
    for place, text in sorted(after.items()):
        name = place[len(target.source) + 1 :]
        there = note.files.get(name, text)
        if text != there and (not text or plan.replaced[place] == there):
            lost.append(name)
    return lost


def _archive(
    target: Target, last: DeployState | None, note: bytes | None, host: Host
) -> Archive:
    """Return the archive of the last deployment that is complete."""
    if last is None:
        return lost_note.last_archive(target, note, host)
    if last.project == "":
        raise problems.NothingToUndo(target.domain, "undone")
    if last.project is not None and last.project != target.source:
        raise problems.OtherProjectsSite(target.domain, last.project, target.source)
    if not last.archive:
        raise problems.NothingToUndo(target.domain, "old")
    place = undo_archive.path(target.home, target.domain, last.archive)
    purpose = "read what the last deployment replaced"
    content = host.read(place, purpose, undo_archive.MAX_BYTES)
    if content is None:
        raise problems.ArchiveGone(place)
    others = undo_record.other_files(target)
    try:
        archive = undo_archive.decode(content, target.domain, target.source, others)
    except undo_archive.BadArchive as error:
        raise problems.ArchiveDamaged(place, str(error)) from None
    if archive.number != last.archive:
        raise problems.ArchiveGone(place)
    return archive


def _note_before(archive: Archive, last: DeployState | None) -> DeployState:
    """Return the note to write: the one before, with a number that never goes back."""
    number = max(archive.number, last.number if last else 0)
    note = deploy_state.from_document(archive.note or {})
    if note is None:
        return DeployState("", "", project="", number=number)
    return replace(note, number=number)


def _check_site(target: Target, plan: UndoPlan) -> None:
    """Refuse to replace the WSGI file of a site that shows something else since.

    Its WSGI file is one that no deployment wrote.
    """
    now = str((plan.app or {}).get("source_directory") or "").rstrip("/")
    change = plan.archive.settings.get("source_directory")
    known = {"", target.source, *([change.old, *change.written] if change else [])}
    known |= {plan.note.settings.get("source_directory")}
    if plan.app is not None and now not in {(text or "").rstrip("/") for text in known}:
        raise problems.OtherProjectsSite(target.domain, now, target.source)


def _plan_files(target: Target, plan: UndoPlan, host: Host) -> None:
    others = undo_record.other_files(target)
    data = set(plan.archive.data)
    for place in sorted(data):
        plan.kept.append(f"Left as it is, because it is data or a secret: {place}")
    settings = env_file.kept_by(target, plan.archive, host)
    plan.kept += [settings] if settings else []
    tree = host.tree(target.source)
    for place, change in sorted(plan.archive.files.items()):
        if place in others or place in data:
            continue
        now = None
        if not tree.is_complete or place in tree.files:
            now = _read(place, change, host)
        elif place in tree.folders:
            plan.kept.append(f"Left as it is, because it is a folder now: {place}")
            continue
        _plan_file(plan, place, change, now)
    moved = [one for one in (*plan.remove, *plan.write) if _MIGRATION.search(one)]
    if moved:
        plan.kept.append(
            "Left as it is: the database, also if migrations of this deployment have "
            f"changed it, such as {moved[0].rpartition('/')[2]}. The earlier code may not "
            "fit it."
        )


def _plan_file(plan: UndoPlan, place: str, change: Change, now: bytes | None) -> None:
    found = None if now is None else digest(now)
    if found == change.old:
        return
    if change.edits:
        plan.kept.append(
            f"{place} was changed while the deployment was interrupted: that version is "
            f"in {plan.place}, as old/{change.edits[-1]}"
        )
    if change.old is not None and change.old not in plan.archive.contents:
        plan.kept.append(f"Left as it is, because it was too large to keep: {place}")
        return
    if now is not None and found not in change.written:
        reason = _reason_to_keep(plan, place, change, now)
        if reason:
            plan.kept.append(f"Left as it is, because {reason}: {place}")
            return
    if change.old is None:
        plan.remove.append(place)
    else:
        plan.write[place] = plan.archive.contents[change.old]
        plan.replaced[place] = found or ""


def _reason_to_keep(plan: UndoPlan, place: str, change: Change, now: bytes) -> str:
    """Return why a file stays that no deployment wrote; empty if it may be replaced.

    Then it is kept in an archive of its own: source code that somebody edited, and what
    may be the beginning of an upload that was interrupted.
    """
    if _is_data(place, now):
        return "it has data now"
    is_part = plan.is_interrupted and len(now) < change.size
    if not is_part and change.old is None:
        return "it was changed after its upload"
    if not is_part and not host_edits.is_code(place):
        return "it was changed after its upload, and the app may have saved data there"
    return "" if _save(plan, place, now) else "it was changed, and is too large to keep"


def _read(place: str, change: Change, host: Host) -> bytes | None:
    limit = max(change.size, MAX_KEPT)
    return host.read(place, "compare with what was deployed", limit)


def _is_data(place: str, content: bytes) -> bool:
    found = file_contents.by_content(
        os.path.basename(place), content[: file_contents.MAX_BYTES]
    )
    return found is not None


def _save(plan: UndoPlan, place: str, content: bytes) -> bool:
    """Keep a file that is replaced although no deployment wrote it, if it fits."""
    if sum(map(len, plan.saved.values())) + len(content) > MAX_KEPT:
        return False
    plan.saved[place] = content
    return True


def _plan_packages(target: Target, plan: UndoPlan, host: Host) -> None:
    """Plan which packages are used; stop if they are not there any more."""
    place = hosted.current_path(target.home, target.name)
    change = plan.archive.files.get(place)
    if change is None:
        return
    now = host.read(place, "read which bundle of packages is in use", hosted.MAX_BYTES)
    old = plan.archive.contents.get(change.old or "")
    current = hosted.decode(old)
    if current:
        folder = hosted.folder(target.home, target.name)
        plan.bundle = hosted.kept(folder, current)
        names = host.names(folder, "look for the earlier packages") or []
        sha256 = current.sha256
        if not {sha256, f"{sha256}.zip"} & set(names):
            raise problems.PackagesGone(f"{folder}/{sha256}.zip")
    if old is not None and now != old:
        plan.pointer = old
    plan.removes_pointer = change.old is None and now is not None


def _plan_wsgi(target: Target, plan: UndoPlan, host: Host) -> None:
    place = wsgi_path(target.domain)
    change = plan.archive.files.get(place)
    if change is None or plan.app is None:
        return
    now = host.read(place, "read the WSGI file", wsgi_file.MAX_BYTES)
    found = None if now is None else digest(now)
    old: bytes | None
    if change.old is None:
        # There was no web app, or one without a WSGI file, which shows nothing.
        old = None if wsgi_file.is_default(now or b"") else wsgi_file.DEFAULT
    else:
        old = plan.archive.contents.get(change.old)
        if old is None:
            plan.kept.append(
                f"Left as it is, because it was too large to keep: {place}"
            )
    plan.shows_default_page = wsgi_file.is_default(old or now or b"")
    if old is None or now == old:
        return
    is_edited = now is not None and found not in change.written
    if now is not None and is_edited and not wsgi_file.is_default(now):
        _check_site(target, plan)
        if not _save(plan, place, now):
            plan.kept.append(f"Left as it is, because it is too large to keep: {place}")
            return
    plan.wsgi = old


def _plan_settings(plan: UndoPlan) -> None:
    if plan.app is None:
        return
    for name, change in plan.archive.settings.items():
        now = str(plan.app.get(name) or "").rstrip("/")
        old = (change.old or "").rstrip("/")
        if now == old:
            continue
        if now not in change.written:
            plan.kept.append(ownership.changed_setting(name, now))
        elif old:
            plan.settings[name] = old
        else:
            plan.emptied.append(name)


def _plan_mappings(target: Target, plan: UndoPlan, host: Host) -> None:
    if plan.app is None or not plan.archive.mappings:
        return
    rows = {row.url: row for row in host.mappings(target.domain)}
    for url, change in plan.archive.mappings.items():
        row = rows.get(url)
        if row is None or row.path == change.old:
            continue
        if row.path.rstrip("/") not in change.written:
            plan.kept.append(
                f"{url} shows the files in {row.path}: it was changed after the "
                "deployment, so it stays."
            )
        elif change.old is None:
            plan.unmap.append(row)
        else:
            plan.remap.append(Mapping(row.number, url, change.old))
