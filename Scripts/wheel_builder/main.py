"""The steps of a build, in their order."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from pathlib import Path

from wheel_builder import binary, output, problems, release, reproducibility
from wheel_builder.arguments import Arguments, parse
from wheel_builder.compiler import compile_binary
from wheel_builder.problems import Problem
from wheel_builder.release import Release
from wheel_builder.staging import stage
from wheel_builder.tarball import build_tarball
from wheel_builder.wheel import build_wheel, check_wheel, make_tools


def main(arguments: list[str]) -> int:
    """Build what the arguments say, print the files, and return the exit code."""
    # As an interrupt: what was begun is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for file in _build(parse(arguments)):
            print(file)
    except Problem as problem:
        print(f"build-wheel: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return problems.INTERRUPTED
    return 0


def _build(arguments: Arguments) -> list[Path]:
    """Build everything in a temporary folder, check it, and move it to its place."""
    machine = release.supported_machine()
    place = output.check(arguments.output)
    if arguments.binary:
        binary.check_given(arguments.binary)
    released = release.read(machine)
    with tempfile.TemporaryDirectory(prefix="pa-new-wheel-") as name:
        work = Path(name)
        project, dist = work / "project", work / "dist"
        packed = _copy_binary(arguments.binary, project, released)
        stage(packed, project)
        files = _pack(project, dist, released)
        if arguments.check_reproducible:
            reproducibility.check(arguments.binary and packed, dist, work)
        return output.land(files, place)


def _copy_binary(given: Path | None, project: Path, released: Release) -> Path:
    """Copy the binary into the folder that is packed, check it, and return the copy."""
    copy = project / "bin" / "pa-new"
    copy.parent.mkdir(parents=True)
    shutil.copyfile(given or compile_binary(), copy)
    copy.chmod(0o755)
    binary.check(copy, str(given or "the compiled pa-new"), released)
    return copy


def _pack(project: Path, dist: Path, released: Release) -> list[Path]:
    """Build the tarball and the wheel, and return both and their checksums."""
    python = make_tools()
    wheel = build_wheel(python, project, dist, released)
    check_wheel(python, wheel)
    name = f"pa-new-{released.version}-linux-{released.machine}.tar.gz"
    tarball = dist / name
    build_tarball(project, tarball, released.epoch)
    sums = dist / "SHA256SUMS"
    sums.write_text("".join(map(output.checksum_line, [tarball, wheel])))
    return [tarball, wheel, sums]
