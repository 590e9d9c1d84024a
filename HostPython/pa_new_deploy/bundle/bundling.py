"""Makes the bundle of a project: finds uv, fetches the packages, writes the archive."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pa_new_deploy.bundle import archive, requirement_files, resolution, tool


@dataclass(frozen=True)
class Bundle:
    """A bundle on this computer."""

    archive: archive.Archive
    python: str
    glibc: str
    versions: dict[str, str]
    """The versions of the packages by name."""


def make(
    project: Path,
    python: str,
    glibc: str,
    environment: Mapping[str, str],
    destination: Path,
) -> Bundle:
    """Make the bundle of a project and put it into a folder.

    It is made anew each time: requirements that leave a version open get the newest, and
    uv's own cache makes this a matter of a second.

    :param python: The version of Python on the host, such as ``3.13``.
    :param glibc: The version of the C library there, such as ``2.35``.
    """
    with tempfile.TemporaryDirectory(prefix="pa-new-bundle-") as place:
        texts, packages = Path(place, "requirements"), Path(place, "packages")
        texts.mkdir()
        packages.mkdir()
        file = requirement_files.copy(project, texts)
        uv = tool.find(environment, project)
        versions = resolution.fetch(uv, file, packages, python, glibc, environment)
        return Bundle(archive.pack(packages, destination), python, glibc, versions)


def unmade(python: str, glibc: str) -> Bundle:
    """Return a stand-in for a bundle that cannot be made, for the list of a dry run."""
    nothing = archive.Archive(Path(os.devnull), "SHA256", 0, "", 0, 0)
    return Bundle(nothing, python, glibc, {})
