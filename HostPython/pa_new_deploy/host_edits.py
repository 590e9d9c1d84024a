"""Finds files of the project that were changed on PythonAnywhere since the last deployment.

An app can write into a file that is in the project too, such as a guest book in JSON. Here
it is as it was in the beginning, so a deployment would remove all entries. The note of the
last deployment says how it left each file: what is different now was written there later.
"""

from __future__ import annotations

from dataclasses import dataclass

from pa_new_deploy import deploy_state
from pa_new_deploy.api.host import Host
from pa_new_deploy.comparison import Comparison
from pa_new_deploy.deploy_state import DeployState, digest
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.left_here import shown
from pa_new_deploy.problems import NOT_READY, Problem
from pa_new_deploy.target import Target
from pa_new_deploy.undo.undo_archive import MAX_KEPT, Archive
from pa_new_shared.file_contents import is_source
from pa_new_shared.text import listed, printable

_SETTINGS = ("requirements.txt", ".toml", ".cfg", ".ini", ".sh", ".so")
"""What people edit or build, and an app does not write; as source code, it is replaced."""

_MAX_NAMED = 5


@dataclass
class ChangedThere(Problem):
    """Files on the host, perhaps of data, are not as the last deployment left them."""

    exit_code = NOT_READY
    source: str
    """The project's folder on the host."""
    paths: list[str]

    def diagnostic(self) -> Diagnostic:
        some = [f"'{printable(path)}'" for path in self.paths[:_MAX_NAMED]]
        if len(self.paths) > _MAX_NAMED:
            some.append(f"{len(self.paths) - _MAX_NAMED} more")
        it, verb = ("it", "was") if len(self.paths) == 1 else ("them", "were")
        return Diagnostic(
            f"{listed(some)} in {printable(self.source)} {verb} changed on PythonAnywhere\n"
            "after the last deployment",
            f"the app may have saved data there, and this deployment would replace {it}",
            f"to keep the changes, download {it} on the Files page of PythonAnywhere into the\n"
            "project on this computer; to lose the changes, pass --overwrite-data;\n"
            f"to leave {it} to the app, add {it} to .gitignore, and run: git rm --cached "
            + " ".join(shown(path) for path in self.paths[:_MAX_NAMED]),
        )


def find(
    target: Target,
    last: DeployState | None,
    earlier: Archive | None,
    found: Comparison,
    shared: list[str],
    host: Host,
) -> list[str]:
    """Return the files that a deployment replaces, and that no deployment wrote.

    Data is left out: :mod:`pa_new_deploy.data_guard` has judged it already.

    :param last: The note of the last deployment. One that names no files proves nothing.
    :param earlier: The archive of an interrupted deployment, which names what it wrote.
    :param shared: Other domains that show the folder: their deployments wrote files, too.
    """
    notes = [last] if last else []
    edited = _unknown(target, notes, earlier, found)
    if edited:
        for domain in shared:
            place = deploy_state.path(target.home, domain)
            purpose = "look what was deployed to another domain"
            note = deploy_state.decode(
                host.read(place, purpose, deploy_state.MAX_BYTES)
            )
            notes += [note] if note else []
        edited = _unknown(target, notes, earlier, found)
    is_known = any(note.project == target.source and note.files for note in notes)
    return edited if is_known else []


def _unknown(
    target: Target,
    notes: list[DeployState],
    earlier: Archive | None,
    found: Comparison,
) -> list[str]:
    edited = []
    ours = [note.files for note in notes if note.project == target.source]
    for path in found.changed:
        known = {files.get(path) for files in ours}
        change = earlier.files.get(f"{target.source}/{path}") if earlier else None
        known.update(change.written if change else [])
        is_cut = earlier is not None and path in found.cut
        if path not in found.data and found.there[path] not in known and not is_cut:
            edited.append(path)
    return edited


def check(target: Target, edited: list[str], allows: bool) -> None:
    """Refuse to replace a changed file that can hold data: anything but source code.

    :param allows: whether the user allows it.
    """
    data = [path for path in edited if not is_code(path)]
    if data and not allows:
        raise ChangedThere(target.source, data)


def upload(
    target: Target, path: str, content: bytes, before: str, host: Host, allows: bool
) -> None:
    """Upload a file, unless the app has written into it since the comparison.

    A deployment waits where it makes many requests, so that can be minutes ago.

    :param before: The digest of what the comparison saw.
    :param allows: Whether the user allows to replace data, or the file is one that
        PythonAnywhere serves without the app: it is not looked at again.
    :raises ChangedThere: If it is not as it was.
    """
    place, purpose = f"{target.source}/{path}", f"upload {path}"
    if is_code(path) or allows:
        host.write(place, content, purpose)
        return
    tries = 0

    def was_done() -> bool:
        nonlocal tries
        tries += 1
        again = f"look once more at {path}"
        there = host.read(place, again, max(len(content), MAX_KEPT))
        if there is None or there == content:
            return there is not None
        is_cut = tries > 1 and content.startswith(there)
        if digest(there) != before and not is_cut:
            raise ChangedThere(target.source, [path])
        return False

    if not was_done():
        host.write(place, content, purpose, was_done)


def sentence(edited: list[str]) -> str:
    """Return what the user has to know about changed files that are replaced."""
    names = listed([printable(path) for path in edited])
    return (
        f"Changed on PythonAnywhere after the last deployment: {names}. This deployment "
        "replaces the changes; 'pa-new deploy --undo' brings them back."
    )


def is_code(path: str) -> bool:
    """Tell whether a file is one that people edit, and an app does not write."""
    return is_source(path) or path.lower().endswith(_SETTINGS)
