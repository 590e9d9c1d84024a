"""Which files of a folder git tracks or would track, asked without running what it names.

A repository can come from somebody else, and its settings can name programs. ``ls-files``
runs none of them: the file system monitor and hooks are switched off, no transport is
allowed (a partial clone would fetch what it lacks), and no variable of git is passed on.
"""

from __future__ import annotations

import os
import sys

from pa_new_shared import programs

_OPTIONS = (
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}"),
    *("-c", "safe.bareRepository=explicit", "-c", "protocol.allow=never"),
)
_TIMEOUT = 30  # seconds
_NO_GIT = "git is not installed, or it cannot be started"
_MAX_REPOSITORIES = 100
_GITLINK = b"160000 "  # the mode of a submodule in the index


class GitFiles:
    """What git knows of a folder, and of the repositories in it."""

    def __init__(self) -> None:
        self.tracked: set[str] = set()
        self.untracked: set[str] = set()
        """Those that git does not track yet, and does not ignore."""
        self._folders: set[str] | None = None

    def has(self, path: str) -> bool:
        """Tell whether git tracks a file or would track it."""
        return any(
            name in known
            for known in (self.tracked, self.untracked)
            for name in _same(path)
        )

    def tracks(self, path: str) -> bool:
        return any(name in self.tracked for name in _same(path))

    def has_below(self, folder: str) -> bool:
        """Tell whether there is such a file below a folder."""
        if self._folders is None:
            self._folders = set()
            for path in (*self.tracked, *self.untracked):
                above = path.rpartition("/")[0]
                while above and above not in self._folders:
                    self._folders.add(above)
                    above = above.rpartition("/")[0]
        return any(name in self._folders for name in _same(folder))


def ask(folder: str) -> tuple[GitFiles | None, str]:
    """Return what git knows of a folder, and why it knows nothing if that is unexpected.

    If git ignores the whole folder, the project is not part of that repository.
    """
    if not is_in_repository(folder):
        return None, ""
    found = GitFiles()
    # What the project has on the path in place of git is not run.
    git = programs.find("git", os.environ, outside=folder)
    if git is None:
        return None, _NO_GIT
    problem = _collect(git, folder, "", found, [])
    if problem:
        return None, problem
    return (found if found.tracked or found.untracked else None), ""


def is_in_repository(folder: str) -> bool:
    """Tell whether a folder can be part of a git repository."""
    place = os.path.abspath(folder)
    while not os.path.exists(os.path.join(place, ".git")):
        above = os.path.dirname(place)
        if above == place:
            return False
        place = above
    return True


def _collect(
    git: str, folder: str, below: str, found: GitFiles, asked: list[str]
) -> str:
    """Add the files of a repository, then those of the repositories in it."""
    asked.append(below)
    if len(asked) > _MAX_REPOSITORIES:
        return "there are too many git repositories in the folder"
    place = os.path.join(folder, below)
    index, problem = _run(git, place, "--cached", "--stage")
    others, other_problem = _run(git, place, "--others", "--exclude-standard")
    if problem or other_problem:
        return problem or other_problem
    inner: list[str] = []
    for entry in index:
        facts, _, name = entry.partition(b"\t")
        path = below + os.fsdecode(name)
        if facts.startswith(_GITLINK):
            inner.append(path + "/")
        else:
            found.tracked.add(path)
    for name in others:
        path = below + os.fsdecode(name)
        if path.endswith("/"):  # a repository that is not a submodule
            inner.append(path)
        else:
            found.untracked.add(path)
    for path in inner:
        within = os.path.join(folder, path)
        # Without this, git would answer for the outer repository; through a link, for one
        # that is not in the project.
        if os.path.lexists(os.path.join(within, ".git")) and not os.path.islink(
            within.rstrip("/")
        ):
            problem = _collect(git, folder, path, found, asked)
            if problem:
                return problem
    return ""


def _run(git: str, place: str, *options: str) -> tuple[list[bytes], str]:
    """Return the entries that ``ls-files`` lists, or why there are none."""
    import re
    import subprocess  # takes a while, and not every project is in a repository

    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment.pop("API_TOKEN", None)
    environment.update(
        GIT_ALLOW_PROTOCOL="",
        GIT_NO_LAZY_FETCH="1",
        GIT_TERMINAL_PROMPT="0",
        LC_ALL="C",
    )
    try:
        done = subprocess.run(
            [git, "--no-pager", *_OPTIONS, "-C", place, "ls-files", "-z", *options],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [], f"git did not answer within {_TIMEOUT} seconds"
    except OSError:
        return [], _NO_GIT
    if done.returncode == 0:
        return [name for name in done.stdout.split(b"\0") if name], ""
    said = done.stderr.decode("utf-8", "replace")
    if "dubious ownership" in said or "unsafe repository" in said:
        return [], "the repository belongs to another user, and git does not read it"
    line = re.sub(r"^(fatal|error): ", "", said.strip().partition("\n")[0])
    return [], f"git cannot read the repository ({line[:200] or done.returncode})"


def _same(path: str) -> tuple[str, ...]:
    """Return the spellings under which git may list a path.

    git writes accents as one character, even if the disk has them as two.
    """
    if path.isascii() or sys.platform != "darwin":
        return (path,)
    import unicodedata

    return path, unicodedata.normalize("NFC", path)
