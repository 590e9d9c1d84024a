"""Finds uv: the user's, or one of pa-new's own, which is installed once."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pa_new_deploy.bundle.bundle_problems import NoUv
from pa_new_deploy.bundle.children import cleaned, run
from pa_new_shared import private_folder
from pa_new_shared.programs import is_inside

VERSION = "0.13.9"
MINIMUM = (0, 8, 0)
_DAY = 86_400.0

# The wheels of uv 0.13.9 on PyPI: SHA-256 by platform.
_HASHES = {
    "linux x86_64": "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    "linux x86_64 musl": "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    "linux aarch64": "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    "linux aarch64 old, musl": "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    "macos x86_64": "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    "macos arm64": "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
}


@dataclass(frozen=True)
class Uv:
    """A uv that can be used."""

    path: str
    version: str
    is_own: bool


def find(environment: Mapping[str, str], project: Path, python: str = "") -> Uv:
    """Return the user's uv if it is new enough, else pa-new's own.

    :param project: The project's folder: no program in it is run.
    :param python: The Python whose pip installs uv (default: the running one).
    """
    found = _of_the_user(environment, project)
    if found:
        return found
    folder = cache(environment)
    if folder is None:
        raise NoUv("uv is not on PATH, and there is no cache folder of yours for it")
    place = folder / f"uv-{VERSION}"
    program = place / "bin" / "uv"
    if not private_folder.is_private(str(place)):
        _install(place, environment, python or sys.executable)
    version = _version(str(program), environment, folder)
    if version is None:
        raise NoUv(f"{program} does not run on this computer")
    return Uv(str(program), ".".join(map(str, version)), is_own=True)


def cache(environment: Mapping[str, str]) -> Path | None:
    """Return pa-new's cache folder and make it if needed; none if others can write to it.

    Its programs are run: so only the user may change it.
    """
    parent = environment.get("XDG_CACHE_HOME", "")
    if not parent.startswith("/"):
        home = environment.get("HOME", "")
        if not home.startswith("/"):
            return None
        parent = home + "/.cache"
    found = private_folder.make(parent + "/pa-new")
    return None if found is None else Path(found)


def _of_the_user(environment: Mapping[str, str], project: Path) -> Uv | None:
    for folder in environment.get("PATH", "").split(os.pathsep):
        if not folder.startswith("/") or is_inside(folder, str(project)):
            continue
        path = shutil.which("uv", path=folder)
        if path is None or is_inside(path, str(project)):
            continue
        version = _version(path, environment, Path("/"))
        if version is not None and version >= MINIMUM:
            return Uv(path, ".".join(map(str, version)), is_own=False)
    return None


def _version(
    path: str, environment: Mapping[str, str], folder: Path
) -> tuple[int, ...] | None:
    code, out, _ = run([path, "--version"], environment, folder)
    match = re.match(r"uv (\d{1,4})\.(\d{1,4})\.(\d{1,4})\b", out)
    return tuple(map(int, match.groups())) if match and code == 0 else None


def _install(place: Path, environment: Mapping[str, str], python: str) -> None:
    """Install uv beside its place, then give the folder its name: all or nothing."""
    _remove_old(place.parent)
    new = Path(tempfile.mkdtemp(prefix=".new-uv-", dir=place.parent))
    try:
        lock = new / "requirements.txt"
        hashes = " ".join(f"--hash=sha256:{digest}" for digest in _HASHES.values())
        lock.write_text(f"uv=={VERSION} {hashes}\n")
        target = new / "uv"
        options = ["-I", "-m", "pip", "install", "--require-hashes", "--no-deps"]
        options += ["--only-binary", ":all:", "--target", str(target), "--no-compile"]
        options += ["--no-input", "--disable-pip-version-check", "-r", str(lock)]
        code, _, errors = run([python, *options], environment, new)
        if code and "No module named pip" in errors:
            venv = new / "venv"
            code, _, errors = run(
                [python, "-I", "-m", "venv", str(venv)], environment, new
            )
            if code == 0:
                program = str(venv / "bin" / "python")
                code, _, errors = run([program, *options], environment, new)
        if code or not (target / "bin" / "uv").is_file():
            raise NoUv(f"uv {VERSION} cannot be installed: {cleaned(errors)}")
        target.chmod(0o700)
        try:
            target.rename(place)
        except OSError:
            if not private_folder.is_private(str(place)):  # else another run was faster
                raise NoUv(f"{place} is not a folder of yours alone") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _remove_old(folder: Path) -> None:
    """Remove what killed runs left behind."""
    for path in folder.glob(".new-*"):
        try:
            is_old = path.lstat().st_mtime < time.time() - _DAY
        except OSError:
            continue
        if is_old:
            shutil.rmtree(path, ignore_errors=True)
