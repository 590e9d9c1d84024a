"""What a deployment puts into its archive, so that an undo can bring it back.

A deployment that is interrupted leaves its archive and the note of the one before. The
next run finds the archive by its number and by that note, and takes over what it says
about the state before. If the run replaces more, the whole goes into the next archive:
the only copy of something is never replaced.
"""

from __future__ import annotations

from dataclasses import replace

from pa_new_deploy import deploy_state, wsgi_file
from pa_new_deploy.api.host import Host, Mapping
from pa_new_deploy.bundle import hosted
from pa_new_deploy.comparison import Comparison
from pa_new_deploy.deploy_state import digest
from pa_new_deploy.files import Local
from pa_new_deploy.package_choice import Packages
from pa_new_deploy.target import Target
from pa_new_deploy.undo import undo_archive
from pa_new_deploy.undo.undo_archive import GONE, SETTINGS, Archive, Change, Setting
from pa_new_deploy.web_app import There
from pa_new_shared.host import wsgi_file as wsgi_path


def other_files(target: Target) -> tuple[str, ...]:
    """Return the files outside of the project's folder that a deployment may write."""
    return wsgi_path(target.domain), hosted.current_path(target.home, target.name)


def may_be_interrupted(
    target: Target, there: There, found: Comparison, packages: Packages
) -> bool:
    """Tell whether the host is not as the last note says: then an archive may say why."""
    last = there.last
    if last is None or last.project != target.source or not last.files:
        return True
    return (
        any(last.files.get(path) != text for path, text in found.there.items())
        or last.wsgi_digest != digest(there.wsgi or b"")
        or last.bundle != packages.in_use
    )


def interrupted(
    target: Target,
    last: deploy_state.DeployState | None,
    note: bytes | None,
    host: Host,
) -> Archive | None:
    """Return the archive of a deployment that did not get to its end.

    Several runs may have been interrupted, one after the other: the last archive has all.
    If the note itself is damaged, the last deployment ended while it was written. If there
    is none, it may have been lost: then the last archive was made after a note.
    """
    if last is None:
        archive = newest(target, host)
        is_lost = note is None and archive is not None and archive.before != ""
        return None if is_lost else archive
    found = None
    number = last.number
    for _ in range(undo_archive.SLOTS):
        archive = _read(target, number + 1, host)
        if archive is None or archive.number <= number:
            break
        if archive.before != before(note):
            break
        found, number = archive, archive.number
    return found


def has_uploaded(
    target: Target, last: deploy_state.DeployState | None, paths: list[str], host: Host
) -> bool:
    """Tell whether files that an undo of the first deployment left were uploaded before."""
    if last is None or last.project != "" or not paths:
        return False
    known = {place for one in _archives(target, host) for place in one.files}
    return all(f"{target.source}/{path}" in known for path in paths)


def half_undone(
    target: Target,
    last: deploy_state.DeployState | None,
    found: Comparison,
    host: Host,
) -> list[str]:
    """Return the files that are not as the last deployment left them, but as before it."""
    if last is None or last.project != target.source or not last.archive:
        return []
    different = [
        path
        for path, text in last.files.items()
        if path in found.digests and found.there.get(path) != text
    ]
    archive = _read(target, last.archive, host) if different else None
    if archive is None or archive.number != last.archive:
        return []
    changes = {path: archive.files.get(f"{target.source}/{path}") for path in different}
    return [
        path
        for path, change in changes.items()
        if change and found.there.get(path) == change.old
    ]


def newest(target: Target, host: Host) -> Archive | None:
    """Return the archive with the highest number; None if there is none that is whole."""
    return max(_archives(target, host), key=lambda one: one.number, default=None)


def _archives(target: Target, host: Host) -> list[Archive]:
    """Return all archives of the project and the domain that are whole."""
    folder = f"{deploy_state.path_of_notes(target.home)}/undo"
    names = host.names(folder, "look for an interrupted deployment") or []
    slots = {
        undo_archive.path(target.home, target.domain, n): n
        for n in range(1, undo_archive.SLOTS + 1)
    }
    numbers = [
        slots[f"{folder}/{name}"] for name in names if f"{folder}/{name}" in slots
    ]
    return [found for n in numbers if (found := _read(target, n, host))]


def _read(target: Target, number: int, host: Host) -> Archive | None:
    """Return the archive at a place of the ring; None if there is none that is whole.

    If its upload was interrupted, nothing was changed after it.
    """
    place = undo_archive.path(target.home, target.domain, number)
    purpose = "look for an interrupted deployment"
    content = host.read(place, purpose, undo_archive.MAX_BYTES)
    others = other_files(target)
    try:
        return undo_archive.decode(content or b"", target.domain, target.source, others)
    except undo_archive.BadArchive:
        return None


def before(note: bytes | None) -> str:
    """Return what an archive says about the note that it was made after."""
    return "" if note is None else digest(note)


def record(
    target: Target,
    there: There,
    local: Local,
    found: Comparison,
    packages: Packages,
    wsgi: bytes | None,
    settings: dict[str, str],
    mappings: list[Mapping],
) -> Archive:
    """Return the archive of a deployment; its number is the one after the last.

    :param wsgi: The WSGI file that the deployment writes, if it does.
    """
    last = there.last
    archive = Archive(
        number=(last.number if last else 0) + 1,
        domain=target.domain,
        project=target.source,
        made=deploy_state.now(),
        before=before(there.note),
        note=last.document if last else None,
        created=there.app is None,
        data=[f"{target.source}/{path}" for path in found.data],
    )
    for path in found.new + found.changed:
        if path not in found.data:
            change = Change(
                found.there.get(path), [found.digests[path]], local.sizes[path]
            )
            archive.files[f"{target.source}/{path}"] = change
    for path, content in found.old.items():
        archive.contents[found.there[path]] = content
    if wsgi is not None:
        _add(archive, wsgi_path(target.domain), there.wsgi, wsgi)
    bundle = packages.bundle
    if bundle and bundle.uploads:
        place = hosted.current_path(target.home, target.name)
        _add(archive, place, bundle.before, bundle.current.encoded())
    if packages.unused_bundle:
        _add(archive, packages.unused_bundle, packages.unused_before, None)
    for name in SETTINGS:
        if name in settings:
            old = str((there.app or {}).get(name) or "")
            archive.settings[name] = Setting(old, [settings[name]])
    for mapping in mappings:
        paths = [row.path for row in there.rows if row.number == mapping.number]
        archive.mappings[mapping.url] = Setting(
            paths[0] if paths else None, [mapping.path]
        )
    _fit(archive, target)
    return archive


def _add(archive: Archive, place: str, old: bytes | None, new: bytes | None) -> None:
    written = GONE if new is None else digest(new)
    archive.files[place] = Change(
        None if old is None else digest(old), [written], len(new or b"")
    )
    if old is not None and len(old) <= wsgi_file.MAX_BYTES:
        archive.contents[digest(old)] = old


def continued(
    earlier: Archive, new: Archive, target: Target, there: There, found: Comparison
) -> Archive:
    """Return an archive that brings back the state before an interrupted deployment.

    It is the earlier one itself if that has everything. What somebody edited after the
    interruption is kept beside what was there before.
    """
    result = replace(
        earlier,
        number=earlier.number + 1,
        replaced=earlier.replaced or new.replaced,
        data=sorted({*earlier.data, *new.data}),
        files=dict(earlier.files),
        settings=_merged(earlier.settings, new.settings),
        mappings=_merged(earlier.mappings, new.mappings),
        contents={**earlier.contents},
    )
    # What was there, if it is neither old nor anybody's: the page of a new web app, and
    # the beginnings of files.
    passing = {f"{target.source}/{path}" for path in found.cut}
    if earlier.created and wsgi_file.is_default(there.wsgi or b""):
        passing.add(wsgi_path(target.domain))
    for path, change in new.files.items():
        first = earlier.files.get(path)
        if first is None:
            result.files[path] = change
        else:
            is_known = change.old in first.known or path in passing
            edits = [] if is_known or change.old is None else [change.old]
            result.files[path] = Change(
                first.old,
                _joined(first.written, change.written),
                max(first.size, change.size),
                _joined(first.edits, edits),
            )
        kept = {result.files[path].old, *result.files[path].edits}
        if change.old in kept and change.old in new.contents:
            result.contents[change.old or ""] = new.contents[change.old or ""]
    for path, text in found.digests.items():
        first = result.files.get(f"{target.source}/{path}")
        if first and text not in first.known:  # somebody wrote there what is here
            written = [*first.written, text]
            result.files[f"{target.source}/{path}"] = replace(first, written=written)
    _fit(result, target)
    is_same = replace(result, number=earlier.number).document == earlier.document
    return earlier if is_same else result


def numbered(
    state: deploy_state.DeployState,
    archive: Archive,
    last: deploy_state.DeployState | None,
    own: deploy_state.DeployState | None,
) -> deploy_state.DeployState:
    """Return a note with the number of its archive.

    :param own: the last note, if it is of the same project: a deployment that replaces
        nothing keeps its archive.
    """
    if not archive.is_empty:
        return replace(state, number=archive.number, archive=archive.number)
    number, kept = last.number if last else 0, own.archive if own else 0
    return replace(state, number=number, archive=kept)


def _merged(earlier: dict[str, Setting], new: dict[str, Setting]) -> dict[str, Setting]:
    result = {**new, **earlier}
    for name in earlier.keys() & new.keys():
        written = _joined(earlier[name].written, new[name].written)
        result[name] = Setting(earlier[name].old, written)
    return result


def _joined(first: list[str], second: list[str]) -> list[str]:
    return first + [text for text in second if text not in first]


def _fit(archive: Archive, target: Target) -> None:
    """Keep what fits: the files outside of the project first, then the small ones."""
    others = [archive.files.get(place) for place in other_files(target)]
    first = {change.old for change in others if change}
    olds = {change.old for change in archive.files.values()}
    kept, left = {}, undo_archive.MAX_KEPT
    for name, content in sorted(
        archive.contents.items(),
        key=lambda item: (
            item[0] not in first,
            item[0] not in olds,
            len(item[1]),
            item[0],
        ),
    ):
        if len(content) <= left:
            kept[name] = content
            left -= len(content)
    archive.contents = kept
