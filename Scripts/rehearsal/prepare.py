"""Prepares projects, environments and libraries, before the host is started.

It needs the network and compilers, which the rehearsed host does not have. Slow results
are kept in a cache, under a digest of what they were made from.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pa_new_deploy.bundle import bundling, tool
from pa_new_deploy.problems import Problem

from rehearsal import ROOT, visits
from rehearsal.problems import BadUsage, Failed, Missing

NAME = "hello"
EDITED = "Hello again"
"""The greeting after the project is edited."""
SERVER = "pyuwsgi==2.0.30"
GLIBC = "2.35"
"""The C library of the image that the fake API tells of."""


@dataclass(frozen=True)
class Tools:
    """The programs that a rehearsal uses."""

    pa_new: Path
    nginx: Path
    openssl: Path
    browser: Path
    driver: Path
    """A Python in which the browser's driver is installed: it runs the rehearsal."""
    uv: Path
    uv_cache: Path
    """Where uv finds all packages, since the rehearsed host has no network."""
    python: Path
    """A Python in which nothing is installed but uWSGI."""
    uwsgi: Path
    """uWSGI itself, which is a module for that Python."""


@dataclass(frozen=True)
class Framework:
    """One framework in one language, or a template of somebody's own."""

    name: str
    language: str
    greeting: str
    commands: list[str]
    """What builds a project."""
    template: Path | None = None
    """The folder of somebody's own template."""

    @property
    def title(self) -> str:
        return f"{self.name}/{self.language or 'template'}"


@dataclass(frozen=True)
class Project:
    """A project as it was generated, and once more with another greeting; both built."""

    folder: Path
    edited: Path
    greeting: str
    only_greets: bool
    """Whether the first page is the greeting and nothing else, as that of a framework."""
    python: Path
    """A Python that has what the project requires."""
    virtualenv: Path | None
    """The environment of it, if the project requires anything."""
    packages: int
    """The number of packages that it requires, directly or not."""

    @staticmethod
    def of(data: dict[str, Any]) -> Project:
        place = data["virtualenv"]
        return Project(
            folder=Path(data["folder"]),
            edited=Path(data["edited"]),
            greeting=data["greeting"],
            only_greets=data["only_greets"],
            python=Path(data["python"]),
            virtualenv=Path(place) if place else None,
            packages=data["packages"],
        )


class Builder:
    """Makes projects and environments for one Python, and keeps them in a cache."""

    def __init__(self, cache: Path, pa_new: Path, python: Path) -> None:
        self._cache = cache
        self._pa_new = pa_new
        self._python = python
        code = "import sys; print(*sys.version_info[:2], sep='.'); print(sys.version)"
        self.version, _, self._build_of_python = _run(
            [str(python), "-I", "-c", code]
        ).partition("\n")
        """The version of the Python."""
        self.uv_cache = cache / "uv"
        self._environment = {
            **os.environ,
            "XDG_CACHE_HOME": str(cache),
            "UV_CACHE_DIR": str(self.uv_cache),
        }

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep out other rehearsals that use the same cache."""
        self._cache.mkdir(parents=True, exist_ok=True)
        with (self._cache / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def uv(self) -> Path:
        """Return uv as ``pa-new deploy`` finds it."""
        return Path(tool.find(self._environment, self._cache / "no-project").path)

    def driver(self) -> Path:
        """Return a Python with the driver of the browser."""
        file = Path(__file__).with_name("requirements.txt")
        return self.environment(_requirements(file)) / "bin/python"

    def server(self) -> tuple[Path, Path]:
        """Return a Python with uWSGI, and the file that uWSGI is."""
        folder = self.environment([SERVER])
        found = list(folder.glob("lib/python*/site-packages/pyuwsgi.*.so"))
        if len(found) != 1:
            raise Failed(
                f"{SERVER} has changed: expected one pyuwsgi module in {folder}"
            )
        return folder / "bin/python", found[0]

    def environment(self, requirements: list[str]) -> Path:
        """Return a virtual environment with packages from PyPI."""
        parts = [os.path.realpath(self._python), self._build_of_python, *requirements]
        folder = self._cache / f"environment-{_digest(*(w.encode() for w in parts))}"
        stamp = folder / "complete"
        if not stamp.exists():
            shutil.rmtree(folder, ignore_errors=True)
            uv = [str(self.uv()), "--quiet", "--cache-dir", str(self.uv_cache)]
            python = folder / "bin/python"
            _run([*uv, "venv", "--python", str(self._python), str(folder)])
            if requirements:
                _run([*uv, "pip", "install", "--python", str(python), *requirements])
            stamp.touch()
        return folder

    def project(self, framework: Framework, folder: Path, user: str) -> Project:
        """Generate a project for an account, in both of its forms."""
        first, edited = folder / "computer" / NAME, folder / "edited" / NAME
        first.parent.mkdir(parents=True)
        command = [str(self._pa_new), NAME, "--quiet", "--user", user]
        if framework.template:
            command += ["--template", str(framework.template)]
        else:
            command += ["--framework", framework.name]
            command += ["--language", framework.language]
        more = visits.of(framework.name)
        command += ["--python", self.version, *(more.OPTIONS if more else [])]
        _run(command, folder=first.parent)
        shutil.copytree(first, edited)
        _edit_greeting(edited, framework.greeting)
        if framework.commands:
            for form in (first, edited):
                self._build(framework, form)
        environment, python, packages = None, self._python, 0
        requirements = first / "requirements.txt"
        if requirements.exists():
            environment = self.environment(_requirements(requirements))
            python = environment / "bin/python"
            packages = self.fetch(first)
        return Project(
            first,
            edited,
            framework.greeting,
            framework.template is None,
            python,
            environment,
            packages,
        )

    def fetch(self, project: Path) -> int:
        """Let uv keep what a project requires, and return how many packages that are."""
        with tempfile.TemporaryDirectory() as place:
            variables = self._environment
            try:
                made = bundling.make(
                    project, self.version, GLIBC, variables, Path(place)
                )
            except Problem as problem:
                raise Failed(f"{project}/requirements.txt: {problem}") from None
            return len(made.versions)

    def _build(self, framework: Framework, project: Path) -> None:
        """Put into a project what its commands make; each form of it is built once.

        It is built in a folder that stays, so that little has to be compiled anew.
        """
        sources = _files(project)
        compiler = _run(["swift", "--version"]) if framework.language == "swift" else ""
        parts = [text for path in sources for text in (path.encode(), sources[path])]
        commands = [command.encode() for command in framework.commands]
        kept = self._cache / f"built-{_digest(compiler.encode(), *commands, *parts)}"
        if not kept.exists():
            place = self._cache / f"build-{framework.name}-{framework.language}" / NAME
            _sync(sources, project, place)
            for command in framework.commands:
                _run(["sh", "-c", command], folder=place)
            made = [path for path in _files(place) if path not in sources]
            if not made:
                raise Failed(f"{framework.commands} made nothing in {place}")
            new = kept.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            for path in made:
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(place / path, new / path)
            new.rename(kept)
        shutil.copytree(kept, project, dirs_exist_ok=True)


def frameworks(pa_new: Path, only: list[str]) -> list[Framework]:
    """Return what pa-new offers, or the part of it that was asked for."""
    listed = json.loads(_run([str(pa_new), "list", "--json"]))["frameworks"]
    manifests = {}
    for file in sorted((ROOT / "Templates").glob("*/manifest.json")):
        manifest = json.loads(file.read_text())
        name = manifest.get("framework", file.parent.name)
        manifests[name, manifest.get("language", "python")] = manifest
    offered = []
    for row in listed:
        key = row["name"], row["language"]
        manifest = manifests.get(key)
        if manifest is None:
            raise Failed(
                f"{pa_new} lists {'/'.join(key)}, which is not in Templates/: rebuild it "
                "with swift build"
            )
        offered.append(
            Framework(*key, manifest["greeting"], manifest.get("commands", []))
        )
    titles = [framework.title for framework in offered]
    for word in only:
        if word not in titles + [f.name for f in offered] + ["host"]:
            raise BadUsage(
                f"--only {word}: unknown; valid values: " + ", ".join(["host", *titles])
            )
    return [f for f in offered if not only or {f.name, f.title} & set(only)]


def _requirements(file: Path) -> list[str]:
    """Return the lines of a file of requirements, without its comments."""
    lines = file.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def template(folder: Path) -> Framework:
    """Return a template of somebody's own; its commands are not run."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        greeting = str(manifest["greeting"])
    except (OSError, ValueError, KeyError) as problem:
        raise BadUsage(
            f"--template {folder}: manifest.json needs a greeting: {problem!r}"
        ) from None
    return Framework(folder.resolve().name, "", greeting, [], folder.resolve())


def _edit_greeting(project: Path, greeting: str) -> None:
    """Edit a project as its user would: another text in the handlers."""
    count = 0
    for path, content in _files(project).items():
        is_code = not path.endswith((".md", ".txt", ".json"))
        if is_code and not path.startswith("tests/") and greeting.encode() in content:
            text = content.replace(greeting.encode(), EDITED.encode())
            (project / path).write_bytes(text)
            count += 1
    if not count:
        raise Failed(f"no file of {project} contains the greeting '{greeting}'")


def _files(folder: Path) -> dict[str, bytes]:
    """Return the files of a project, by their paths; hidden folders are left out."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            found[file.relative_to(folder).as_posix()] = file.read_bytes()
    return found


def _sync(sources: dict[str, bytes], project: Path, place: Path) -> None:
    """Make a folder equal to a project; files that are equal keep their times."""
    place.mkdir(parents=True, exist_ok=True)
    there = _files(place)
    for path in there:
        if path not in sources:
            (place / path).unlink()
    for path, content in sources.items():
        if there.get(path) != content:
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(project / path, place / path)


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _run(command: list[str], folder: Path | None = None) -> str:
    """Run a program that has to succeed, and return what it printed."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    except FileNotFoundError:
        raise Missing(f"the program '{command[0]}' is not installed") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(command)}: timed out after 15 minutes") from None
    if done.returncode:
        where = f" (in {folder})" if folder else ""
        raise Failed(
            f"{' '.join(command)}{where}: exit code {done.returncode}\n"
            f"{done.stdout}{done.stderr}".rstrip()
        )
    return done.stdout
