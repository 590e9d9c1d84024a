"""Which deployment to undo if the note of the last one is missing or damaged.

The archives that are there may be of deployments that are undone, or older than others that
left none. So the newest one counts only if the site is as its deployment left it, except
for what an undo of it, which was interrupted, has brought back already.
"""

from __future__ import annotations

from pa_new_deploy import deploy_state, wsgi_file
from pa_new_deploy.api.host import Host
from pa_new_deploy.deploy_state import digest
from pa_new_deploy.target import Target
from pa_new_deploy.undo import undo_problems as problems
from pa_new_deploy.undo import undo_record
from pa_new_deploy.undo.undo_archive import GONE, MAX_KEPT, Archive
from pa_new_shared.host import wsgi_file as wsgi_path


def last_archive(target: Target, note: bytes | None, host: Host) -> Archive:
    """Return the archive of the last deployment, or raise why it is not known.

    :param note: The damaged note; None if there is none.
    """
    newest = undo_record.newest(target, host)
    if newest is None and note is None:
        raise problems.NothingToUndo(target.domain, "never")
    if newest is None or not _is_as_left(target, newest, host):
        place = deploy_state.path(target.home, target.domain)
        raise problems.NoNote(place, is_damaged=note is not None)
    return newest


def _is_as_left(target: Target, archive: Archive, host: Host) -> bool:
    """Tell whether each file is as the deployment left or found it, and one as it left it."""
    has_left = False
    for place, change in archive.files.items():
        purpose = "look whether this was the last deployment"
        content = host.read(place, purpose, max(change.size, MAX_KEPT))
        now = GONE if content is None else digest(content)
        old = GONE if change.old is None else change.old
        if place == wsgi_path(target.domain) and wsgi_file.is_default(content or b""):
            now = old if old == GONE else now
        if now not in (old, *change.written):
            return False
        has_left = has_left or now != old
    return has_left
