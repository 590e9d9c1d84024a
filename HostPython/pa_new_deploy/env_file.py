"""The file of ``deploy --env-file``: checked here, and put on PythonAnywhere as ``.env``.

Nothing that is in it is shown, not even the names (except ``PA_NEW_PREVIEW``): where a line
is wrong in a way that no reader notices, a secret stands in the place of a name.

What is replaced is kept in ``~/.pa-new/undo/``, in a file of its own. It is not in the zip
file of an undo: that has no secrets, and an undo changes none, since the ones before are
often no longer valid (a password that was changed). It is not beside ``.env`` either,
where git or a static mapping could take it along. So an undo leaves ``.env`` as it is and
says where the one before is. The copies are not removed after five deployments.
"""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from pa_new_deploy import env_problems as problems
from pa_new_deploy.api.host import Host, Tree
from pa_new_deploy.deploy_state import path_of_notes
from pa_new_deploy.files import Local
from pa_new_deploy.problems import InTheWay
from pa_new_deploy.target import Target
from pa_new_deploy.undo.undo_archive import Archive
from pa_new_shared import dotenv, regular_files
from pa_new_shared.text import listed, printable

NAME = ".env"
_EXAMPLE = ".env.example"
_MAX_THERE = 1_000_000
_MIN_HIDDEN = 8  # a shorter value is found in other words
_LOOK = "look for settings that are there already"


@dataclass(frozen=True)
class EnvFile:
    """A file of settings here, with nothing wrong."""

    path: str
    content: bytes = field(repr=False)
    count: int
    """The number of its settings."""
    lacking: list[str]
    """What ``.env.example`` has without a value, and the file does not set."""
    values: list[str] = field(repr=False)
    """The values, to be hidden in what comes from outside."""

    @property
    def summary(self) -> str:
        return f"{self.count} setting" + ("" if self.count == 1 else "s")

    def warning(self) -> str:
        """Return the sentence about settings that are missing; empty if none is."""
        if not self.lacking:
            return ""
        names = listed([printable(name) for name in self.lacking])
        return (
            f"Warning: {printable(self.path)} does not set {names}, which the app needs by "
            f"{_EXAMPLE} (a line NAME= without a value)."
        )


@dataclass(frozen=True)
class EnvPlan:
    """What to do with a file of settings."""

    file: EnvFile
    place: str
    there: bytes | None = field(repr=False)
    copy: str = ""
    """Where to keep what is replaced; empty if nothing is, or it is kept already."""

    @property
    def writes(self) -> bool:
        return self.there != self.file.content


def read(path: str, folder: Path, local: Local) -> EnvFile:
    """Read a file of settings, or raise why it cannot be used.

    :param folder: The project's folder.
    """
    content = _content(path)
    try:
        text = content.decode("utf-8")
        found = dotenv.variables(text, is_strict=True)
    except UnicodeDecodeError:
        raise problems.BadEnvFile(path, "encoding") from None
    except dotenv.BadLine as line:
        raise problems.BadEnvLine(path, line.number) from None
    if not found:
        raise problems.BadEnvFile(path, "empty")
    if dotenv.PREVIEW in found:
        raise problems.BadEnvFile(path, "preview")
    _check_own(path, folder, local)
    lacking = [name for name in _required(folder) if not found.get(name)]
    raw = [line.partition("=")[2].strip(" \t\"'") for line in text.splitlines()]
    parts = [part for one in found.values() for part in (one or "").splitlines()]
    values = sorted({*raw, *parts}, key=lambda one: (-len(one), one))
    hidden = [one for one in values if len(one) >= _MIN_HIDDEN]
    return EnvFile(path, content, len(found), lacking, hidden)


def _content(path: str) -> bytes:
    """Return the contents of a regular file; what is on stdin is the token."""
    if path == "-":
        raise problems.BadEnvFile(path, "stdin")
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise problems.BadEnvFile(path, "folder")
        if not stat.S_ISREG(mode):
            raise problems.BadEnvFile(path, "special")
        with open(path, "rb") as file:
            content = file.read(problems.MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise problems.BadEnvFile(path, "missing") from None
    except (OSError, ValueError):
        raise problems.BadEnvFile(path, "unreadable") from None
    if len(content) > problems.MAX_BYTES:
        raise problems.BadEnvFile(path, "large")
    return content


def _check_own(path: str, folder: Path, local: Local) -> None:
    """Refuse a file that goes up, or could be served, under its own name, too."""
    if NAME in local.paths:
        raise problems.EnvFileTwice(NAME, is_included=True)
    place, root = Path(path).resolve(), folder.resolve()
    if root in place.parents:
        own = place.relative_to(root).as_posix()
        if own in local.paths:
            raise problems.EnvFileTwice(own, is_included=own in local.included)


def _required(folder: Path) -> list[str]:
    """Return the names that ``.env.example`` has without a value."""
    with contextlib.suppress(OSError, ValueError):
        content = regular_files.read(str(folder / _EXAMPLE), problems.MAX_BYTES)
        text = content.decode("utf-8")
        return [name for name, value in dotenv.variables(text).items() if not value]
    return []


def plan(
    file: EnvFile,
    target: Target,
    host: Host,
    tree: Tree,
    archive: Archive,
    earlier: Archive | None,
    replaces: bool,
) -> EnvPlan:
    """Compare a file of settings with what is there, or raise why it stays.

    :param archive: That of this deployment: the copy has its number.
    :param earlier: That of an interrupted deployment, which may have written the file.
    :param replaces: Whether the user allows to replace other settings.
    """
    place = place_of(target)
    if place in tree.folders:
        raise InTheWay(place, is_folder=True)
    there = host.read(place, _LOOK, _MAX_THERE)
    if there is None or there == file.content:
        return EnvPlan(file, place, there)
    # The beginning of our own upload, which was cut off, is no file of anybody's.
    if has_written(earlier, place) and file.content.startswith(there):
        return EnvPlan(file, place, there)
    if not replaces:
        raise problems.EnvThere(place, file.path)
    if len(there) > _MAX_THERE:
        raise problems.HugeEnv(place)
    copy = _place_of_copy(target, (earlier or archive).number, there, host)
    return EnvPlan(file, place, there, copy)


def place_of(target: Target) -> str:
    """Return the path of ``.env`` on the host."""
    return f"{target.source}/{NAME}"


def has_written(archive: Archive | None, place: str) -> bool:
    """Tell whether a deployment wrote the settings, by its archive."""
    return archive is not None and place in archive.data


def copy_path(target: Target, number: int) -> str:
    """Return the path of the copy that a deployment keeps."""
    folder = f"{path_of_notes(target.home)}/undo"
    return f"{folder}/{target.domain}-{number}{NAME}"


def _place_of_copy(target: Target, number: int, there: bytes, host: Host) -> str:
    """Return a path that is free; empty if the deployment has kept this copy already.

    Numbers begin again if the note of a domain is lost: an older copy is not replaced.
    """
    while True:
        path = copy_path(target, number)
        kept = host.read(path, "look for an earlier copy of the settings", _MAX_THERE)
        if kept == there:
            return ""
        if kept is None or there.startswith(kept):  # an upload of it was cut off
            return path
        number += 1


def keep(plan: EnvPlan, host: Host) -> None:
    """Keep the settings that are replaced."""
    host.write(plan.copy, plan.there or b"", "keep a copy of the .env there")


def put(plan: EnvPlan, host: Host) -> None:
    """Upload the settings, unless somebody has changed those there since the comparison."""
    content = plan.file.content
    tries = 0

    def was_done() -> bool:
        nonlocal tries
        tries += 1
        there = host.read(plan.place, "look once more at .env", _MAX_THERE)
        is_cut = tries > 1 and there is not None and content.startswith(there)
        if there not in (plan.there, content) and not is_cut:
            raise problems.EnvChanged(plan.place)
        return there == content

    if not was_done():
        purpose = f"put .env there ({plan.file.summary})"
        host.write(plan.place, content, purpose, was_done)


def kept_by(target: Target, archive: Archive, host: Host) -> str:
    """Return the sentence of an undo about the settings before; empty if there is none."""
    if not has_written(archive, place_of(target)):
        return ""
    path = copy_path(target, archive.number)
    folder, _, name = path.rpartition("/")
    if name not in (host.names(folder, "look for the settings before") or []):
        return ""
    return f"The .env before that deployment is {path}."
