"""What both services' runners stand on: a clean machine, and what ran on it.

A job gets a fresh checkout of a commit, an environment with nothing of this
machine's but the system's programs, and its commands in bash. What a runner would
fetch is taken from this machine: a Python of the version asked for, and Swift.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from forge import Forge


class Unsupported(Exception):
    """A pipeline says something that this runner would not do as the service does."""


def refuse_unknown(mapping: dict[str, Any], known: set[str], place: str) -> None:
    """Refuse a mapping with a key that this runner does not know."""
    if unknown := set(mapping) - known:
        raise Unsupported(f"{', '.join(sorted(unknown))} in {place}")


@dataclass
class Command:
    """A command that ran."""

    name: str
    run: str
    exit: int
    output: str


@dataclass
class Job:
    """A job, once for each combination of its matrix."""

    name: str
    variant: dict[str, str]
    result: str = "success"
    """``success``, ``failure`` or ``skipped``."""
    commands: list[Command] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        return asdict(self)


@dataclass
class Machine:
    """Where jobs run."""

    root: Path
    """The folder for all that jobs make; its path stays the same between runs."""
    repository: Path
    """The git repository with the project."""
    pythons: dict[str, str]
    """The interpreters of this machine, by version."""
    cache: Path
    """What pip has fetched and mypy has read, kept between runs."""
    forge: Forge | None = None
    """The stand-in for the service's API and git, if jobs need one."""

    @property
    def workspace(self) -> Path:
        return self.root / "work"

    @property
    def types(self) -> Path:
        """Where mypy keeps what it has read: for most jobs that is Python's library."""
        return self.root / "mypy"

    def begin(self) -> None:
        """Make the folders, with a copy of what an earlier run's mypy has read.

        A copy: runs at the same time do not meet, and each file of this run is newer than
        what is known of a file of that name.
        """
        for folder in (self.root, self.cache):
            folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.types, ignore_errors=True)
        if (self.cache / "mypy").exists():
            shutil.copytree(self.cache / "mypy", self.types)

    def end(self) -> None:
        """Keep what mypy has read, if nothing is kept yet."""
        with contextlib.suppress(OSError):  # there is none, or another was faster
            self.types.rename(self.cache / "mypy")

    def commit(self) -> None:
        """Put the folder under git, where it is not yet: a service has only commits."""
        if (self.repository / ".git").exists():
            return
        git = ["git", "-C", str(self.repository), "-c", "user.name=T"]
        git += ["-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        for words in (["init", "-q", "-b", "main"], ["add", "-A"]):
            subprocess.run([*git, *words], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "Begin"], check=True)

    def checkout(self, place: Path, repository: Path | None = None) -> None:
        """Fetch the commit, and nothing that is not in it, into a folder.

        :param repository: another repository than that of the project.
        """
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True, exist_ok=True)
        git = ["git", "-C", str(place)]
        subprocess.run([*git, "init", "-q"], check=True)
        source = repository or self.repository
        fetch = [*git, "fetch", "-q", str(source), "HEAD"]
        subprocess.run(fetch, check=True)
        subprocess.run([*git, "checkout", "-q", "FETCH_HEAD"], check=True)

    def python(self, version: str, place: Path) -> Path:
        """Make an environment with nothing but pip in it; return its programs' folder."""
        if version not in self.pythons:
            raise Unsupported(f"there is no Python {version} on this machine")
        words = [sys.executable, "-m", "virtualenv", "--quiet", "--no-periodic-update"]
        # The same pip for each, which Python has compiled after the first job.
        words += ["--symlink-app-data"]
        words += ["--python", self.pythons[version], str(place)]
        subprocess.run(words, check=True, capture_output=True)
        return place / "bin"

    def environment(self, home: Path, paths: list[str]) -> dict[str, str]:
        """The variables of a clean machine."""
        home.mkdir(parents=True, exist_ok=True)
        system = [str(self.root / "tools"), "/usr/local/bin", "/usr/bin", "/bin"]
        swift = shutil.which("swift")
        if swift:
            # Of this machine's programs none but Swift's.
            system.append(str(Path(swift).resolve().parent))
        return {
            "PATH": os.pathsep.join([*paths, *system]),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "CI": "true",
            "PIP_CACHE_DIR": str(self.cache / "pip"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            # Python compiles what a job imports: most of the linters is never imported.
            "PIP_NO_COMPILE": "1",
            "MYPY_CACHE_DIR": str(self.types),
            "GIT_CONFIG_NOSYSTEM": "1",
        }


def execute(
    name: str, script: str, shell: list[str], folder: Path, variables: dict[str, str]
) -> Command:
    """Run a script in a shell, with no input and in a process group of its own."""
    done = subprocess.run(
        [*shell, script],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        timeout=1200,
        check=False,
    )
    output = done.stdout.decode(errors="replace")
    return Command(name, script, done.returncode, output)


def copy(source: Path, place: Path) -> None:
    """Copy a file or folder, with the times that a build goes by."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(source, place)


def pairs(file: Path) -> dict[str, str]:
    """Read what a step wrote for the steps after it: lines of ``NAME=VALUE``."""
    pairs = {}
    for line in file.read_text().splitlines():
        name, mark, text = line.partition("=")
        if not mark or "<<" in name:
            raise Unsupported(f"the line {line!r} for the steps after it")
        pairs[name] = text
    return pairs
