"""Whose the project's folder on the host is: files that pa-new did not upload stay.

Two domains may show the same folder. Then each deployment says so, since it changes the
files of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pa_new_deploy import deploy_state
from pa_new_deploy.api.host import Host
from pa_new_deploy.comparison import Comparison
from pa_new_deploy.deploy_state import DeployState, digest
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import NOT_READY, Problem
from pa_new_deploy.target import Target
from pa_new_deploy.web_app import There
from pa_new_shared.text import listed, printable

MAX_NOTES = 20
_MAX_NAMED = 3


@dataclass
class FolderInUse(Problem):
    """The folder has files of the user's own that a deployment would replace."""

    exit_code = NOT_READY
    source: str
    paths: list[str]
    """The files that are different there."""

    def diagnostic(self) -> Diagnostic:
        some = [printable(path) for path in self.paths[:_MAX_NAMED]]
        rest = len(self.paths) - len(some)
        names = listed([*some, f"{rest} more"] if rest else some)
        return Diagnostic(
            f"{self.source} on PythonAnywhere has other files than this project",
            f"pa-new did not upload them, and would replace {names}",
            "if they are another project, rename its folder on PythonAnywhere. If they "
            "are older files of\nthis project, pass --replace-wsgi: it replaces them; a "
            "copy is kept, and --undo brings\nthem back.",
        )


def is_own(target: Target, there: There) -> bool:
    """Tell whether the last note says that this project has the folder and the domain."""
    if there.last is None:
        return False
    source = str((there.app or {}).get("source_directory") or "").rstrip("/")
    # 0.1.0 did not write down the project, but set the folder of the app.
    return target.source == (
        source if there.last.project is None else there.last.project
    )


def check(
    target: Target, there: There, found: Comparison, ours: bytes, entry: str
) -> None:
    """Refuse to replace files in the folder that pa-new did not upload.

    The WSGI file shows that the folder is this project's, if it was uploaded by hand or
    by a version without notes: it is the one here, or a copy of the one in the folder,
    and the web app names no other folder.

    :param ours: the WSGI file here.
    :param entry: its name in the project.
    """
    if not found.changed or there.wsgi == ours:
        return
    source = str((there.app or {}).get("source_directory") or "").rstrip("/")
    copy = found.there.get(entry)
    if source in ("", target.source) and copy == digest(there.wsgi or b""):
        return
    raise FolderInUse(target.source, found.changed)


def other_domains(target: Target, host: Host) -> list[str]:
    """Return the other domains that show the project's folder, by their notes."""
    return [
        domain
        for domain, note in notes_of_others(target, host, MAX_NOTES)
        if note is not None and note.project == target.source
    ]


def notes_of_others(
    target: Target, host: Host, most: int | None = None
) -> Iterator[tuple[str, DeployState | None]]:
    """Yield the other domains with their notes; None for a note that cannot be read.

    :param most: The most notes to read.
    """
    folder = deploy_state.path_of_notes(target.home)
    purpose = "look for other domains that show this folder"
    names = sorted(host.names(folder, purpose) or [])
    own = deploy_state.path(target.home, target.domain).rpartition("/")[2]
    notes = [name for name in names if name.endswith(".json") and name != own]
    for name in notes[:most]:
        content = host.read(f"{folder}/{name}", purpose, deploy_state.MAX_BYTES)
        yield name[: -len(".json")], deploy_state.decode(content)


def sentence(target: Target, domains: list[str]) -> str:
    """Return the sentence about a folder that several domains show."""
    names = listed([printable(domain) for domain in domains])
    verb = "runs" if len(domains) == 1 else "run"
    return (
        f"{names} {verb} the files in {target.source}, too: a change of them is a change "
        "of both, after the next reload."
    )
