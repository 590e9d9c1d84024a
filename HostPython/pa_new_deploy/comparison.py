"""Compares the files of a project with those on the host. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from pa_new_deploy import data_guard
from pa_new_deploy.api.host import Host, Tree
from pa_new_deploy.deploy_state import DeployState, digest
from pa_new_deploy.files import Local
from pa_new_deploy.problems import InTheWay
from pa_new_deploy.undo.undo_archive import MAX_KEPT

COMPARE = "compare with the local file"


@dataclass
class Comparison:
    """The difference between the files here and there."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    """The digests of all files here."""
    there: dict[str, str] = field(default_factory=dict)
    """The digests of the files there; of one that is too long, that of its start."""
    old: dict[str, bytes] = field(default_factory=dict)
    """The changed files as they are there, as far as an archive may keep them."""
    cut: list[str] = field(default_factory=list)
    """The changed files of which the beginning is there: perhaps an upload was cut off."""
    data: list[str] = field(default_factory=list)
    """The new and changed files that are data or secrets."""

    @property
    def lost(self) -> list[str]:
        """Data and secrets there that are replaced, and that no archive keeps."""
        replaced = {*self.changed} - {*self.cut}
        return [path for path in self.data if path in replaced]

    def keep(self, path: str, content: bytes) -> None:
        """Keep a file as it is there; give up the longest ones if it becomes too much."""
        self.old[path] = content
        while sum(map(len, self.old.values())) > MAX_KEPT:
            del self.old[max(self.old, key=lambda one: (len(self.old[one]), one))]


def check_obstacles(source: str, local: Local, tree: Tree) -> None:
    """Refuse a folder there at the path of a file here, and a file at that of a folder."""
    for path in local.paths:
        place = f"{source}/{path}"
        if place in tree.folders:
            raise InTheWay(place, is_folder=True)
        while place != source:
            place = place.rpartition("/")[0]
            if place in tree.files:
                raise InTheWay(place, is_folder=False)


def compare(
    source: str, local: Local, tree: Tree, host: Host, overwrites_data: bool
) -> Comparison:
    """Return what is different, or raise the problem if a change would harm data."""
    found = Comparison()
    for path in local.paths:
        content = local.read(path)
        found.digests[path] = digest(content)
        place = f"{source}/{path}"
        there = None
        if not tree.is_complete or place in tree.files:
            # As much as an archive may keep: a changed file is read only once.
            max_bytes = max(len(content), data_guard.MIN_READ, MAX_KEPT)
            there = host.read(place, COMPARE, max_bytes)
        data_guard.check_change(local, path, place, content, there, overwrites_data)
        if there is not None:
            found.there[path] = digest(there)
        if there == content:
            continue
        (found.new if there is None else found.changed).append(path)
        if there is not None and content.startswith(there):
            found.cut.append(path)
        if data_guard.is_data(local, path, there):
            found.data.append(path)
        elif there is not None:
            found.keep(path, there)
    return found


def uploaded_before(found: Comparison, last: DeployState | None) -> int:
    """Return how many files are there already, although no deployment with them ended.

    :param last: The last deployment of this project that ended.
    """
    known = last.files if last else {}
    if last and not known:  # the note is of 0.1.0, which did not name the files
        return 0
    return sum(
        found.there.get(path) == text != known.get(path)
        for path, text in found.digests.items()
    )


def only_there(source: str, local: Local, tree: Tree) -> list[str]:
    """Return the files that are only on the host; the deployment keeps them."""
    here = {*local.paths, *(left.path for left in local.left)}
    there = (path[len(source) + 1 :] for path in tree.files)
    return sorted(
        path
        for path in there
        if path not in here
        and not path.endswith(".pyc")
        and not any(part.startswith(".") for part in path.split("/"))
    )


def hosts_own(source: str, local: Local, tree: Tree) -> list[str]:
    """Return what is left here, and has something of the same name on the host."""
    there = tree.files | tree.folders
    return [
        left.path for left in local.left if f"{source}/{left.path.rstrip('/')}" in there
    ]
