"""Reproducibility: a second build from a copy of the sources, compared with the first."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from wheel_builder import BUILD, ROOT
from wheel_builder.problems import BadResult
from wheel_builder.programs import run


def check(binary: Path | None, first: Path, work: Path) -> None:
    """Build once more, with everything different that must not matter, and compare.

    The second build packs the binary, or compiles one if there is none.
    """
    place = work / "a copy" / "in a folder of another name and length"
    _copy_sources(place)
    home, second = work / "home", work / "second"
    home.mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "LC_ALL": "de_DE.UTF-8",
        "TZ": "Pacific/Auckland",
        "USER": "somebody",
    }
    command = [sys.executable, str(place / "Scripts" / "build-wheel")]
    command += ["--output", str(second)]
    command += ["--binary", str(binary)] if binary else []
    run(command, "build a second time", environment, umask=0o077, is_shown=True)
    for file in sorted(first.iterdir()):
        if file.read_bytes() != (second / file.name).read_bytes():
            raise BadResult(
                f"{file.name} is not reproducible: a second build from the same sources "
                "in another folder gave other bytes; build in two folders and compare "
                "the files with diffoscope"
            )


def _copy_sources(place: Path) -> None:
    """Copy the sources without what was built from them."""

    def ignored(folder: str, names: list[str]) -> list[str]:
        is_root = Path(folder) == ROOT
        left_out = {".build", "__pycache__"} | ({".git", "dist"} if is_root else set())
        return [name for name in names if name in left_out]

    shutil.copytree(ROOT, place, symlinks=True, ignore=ignored)
    (place / ".build").mkdir()
    # Installed once: the same tools, whoever uses them.
    for tools in BUILD.glob("wheel-tools-*"):
        (place / ".build" / tools.name).symlink_to(tools)
