"""The wheel: packed by hatchling, its platform tag confirmed by auditwheel."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from wheel_builder import BUILD, ROOT
from wheel_builder.problems import BadResult
from wheel_builder.programs import run
from wheel_builder.release import Release


def make_tools() -> Path:
    """Return a Python with the pinned tools, in an environment that is kept."""
    requirements = ROOT / "Scripts" / "wheel" / "requirements.txt"
    inputs = sys.version.encode() + requirements.read_bytes()
    folder = BUILD / f"wheel-tools-{hashlib.sha256(inputs).hexdigest()[:16]}"
    python, stamp = folder / "bin" / "python", folder / "complete"
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "wheel-tools.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists():
            shutil.rmtree(folder, ignore_errors=True)
            create = [sys.executable, "-m", "venv", str(folder)]
            run(create, "create a virtual environment for the tools that build wheels")
            install = [str(python), "-m", "pip", "install", "--quiet"]
            install += ["--disable-pip-version-check", "--only-binary", ":all:"]
            install += ["--no-deps", "--require-hashes", "-r", str(requirements)]
            run(install, "install the tools that build wheels")
            stamp.touch()
    return python


def build_wheel(python: Path, project: Path, dist: Path, released: Release) -> Path:
    """Build the wheel in a folder that has none yet, and return it."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(project),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": tempfile.gettempdir(),
        "SOURCE_DATE_EPOCH": str(released.epoch),
        "PA_NEW_MACHINE": released.machine,
    }
    command = [str(python), "-m", "build", "--wheel", "--no-isolation"]
    command += ["--outdir", str(dist), str(project)]
    run(command, "build the wheel", environment)
    (wheel,) = dist.glob("*.whl")
    return wheel


def check_wheel(python: Path, wheel: Path) -> None:
    """Have auditwheel confirm the platform tag.

    For a static executable it names the oldest tag that it knows: nothing of the
    system is referenced. What counts is that this is not newer than the wheel's own.
    """
    command = [str(python), "-m", "auditwheel", "show", "--json", str(wheel)]
    report = json.loads(run(command, "check the wheel with auditwheel"))
    form = r"manylinux_(\d+)_(\d+)_(\w+)"
    own = re.search(form + r"\.whl$", wheel.name)
    found = re.fullmatch(form, report["overall_tag"])
    agrees = (
        own is not None
        and found is not None
        and own[3] == found[3]
        and (int(found[1]), int(found[2])) <= (int(own[1]), int(own[2]))
    )
    needs = {**report["external_libs"], **report["versioned_symbols"]}
    if not agrees or needs or report["unsupported_isa"]:
        raise BadResult(
            f"auditwheel does not confirm the platform tag of {wheel.name}: it reports "
            f"the tag {report['overall_tag']}; needed libraries and symbols: "
            f"{', '.join(needs) or 'none'}"
        )
