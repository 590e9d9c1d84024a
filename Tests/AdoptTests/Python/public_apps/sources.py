"""Gets public applications: from source distributions on PyPI, or from a folder of repositories.

Nothing of them is kept with the project: they are unpacked into a folder of the caller's.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from public_apps.model import PublicApp


class NotThere(Exception):
    """The application is not to be had."""


def copy(app: PublicApp, kept: Path, repositories: Path | None, place: Path) -> None:
    """Copy an application's folder to a place.

    :param kept: Where source distributions stay for the next time.
    :param repositories: A folder with the repositories as ``OWNER+NAME``.
    """
    kind, _, rest = app.source.partition(":")
    for path, content in app.files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    if kind == "awkward":
        return
    if kind == "pypi":
        source = _from_pypi(rest, kept)
    elif repositories is None:
        raise NotThere(f"{rest}: pass the folder of repositories with --repositories")
    else:
        source = repositories / rest.partition("@")[0].replace("/", "+")
    folder = source / app.folder
    if not folder.is_dir():
        raise NotThere(f"there is no folder {folder}")
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns(".git", "__pycache__"))


def _from_pypi(requirement: str, kept: Path) -> Path:
    """Return the folder of a source distribution, which pip downloads once."""
    place = kept / requirement.replace("==", "-")
    if not place.is_dir():
        name = requirement.partition("==")[0]
        new = place.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        pip += ["--no-binary", name, "--dest", str(new), requirement]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        files = list(new.glob("*.tar.gz"))
        if done.returncode or len(files) != 1:
            raise NotThere(f"pip cannot download {requirement}: {done.stderr}")
        with tarfile.open(files[0]) as archive:
            archive.extractall(new, filter="data")
        files[0].unlink()
        (folder,) = new.iterdir()
        folder.rename(place)
        new.rmdir()
    return place
