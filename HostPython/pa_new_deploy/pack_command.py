"""The command ``pack``: writes the files that a deployment uploads into a zip file.

``DIR --name NAME [--output FILE] [--upload PATH]... [--build COMMAND]...
[--include PATH]... [--packages bundle|virtualenv --python X.Y]
[--bundle-command COMMAND]``.
"""

from __future__ import annotations

import argparse
import os
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pa_new_deploy import (
    command_line,
    data_guard,
    files,
    left_here,
    pack,
    package_choice,
    packages,
    problems,
)
from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.bundle import bundling, hosted, resolution
from pa_new_deploy.bundle.bundle_problems import NoBundleEntry
from pa_new_shared.file_names import COPY
from pa_new_shared.text import printable

_MAX_TOLD = 20
_MAX_IN_ALL = 1 << 30  # bytes, which are all in memory
MAX_UPLOAD = 100 << 20
"""The largest file that the Files page takes (help page UploadingAndDownloadingFiles)."""


def run(
    arguments: list[str],
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
) -> int:
    """Write the zip file, say what is in it, and return the exit code."""
    return command_line.guarded(
        lambda: _run(_parse(arguments), environment),
        lambda diagnostic: command_line.fail(diagnostic, environment),
    )


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = command_line.Arguments()
    parser.add_argument("folder")
    parser.add_argument("--name", required=True)
    parser.add_argument("--output")
    parser.add_argument("--upload", action="append", default=[])
    parser.add_argument("--build", action="append", default=[])
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("--packages", choices=["bundle", "virtualenv"])
    parser.add_argument("--bundle-command", default="")
    parser.add_argument("--python", default="")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    output = Path(options.output or f"{options.name}.zip")
    try:
        local = files.collect(
            Path(options.folder), options.upload, options.build, options.include
        )
        _check_output(output, local)
        data_guard.check_here(local)
        if sum(local.sizes.values()) > _MAX_IN_ALL:
            largest = max(local.sizes, key=lambda path: local.sizes[path])
            raise problems.BadFile(largest, "large")
        name, paths = options.name, sorted(local.paths)
        contents = {f"{name}/{path}": local.read(path) for path in paths}
    except problems.Problem as problem:
        problem.deed = "packed"
        raise
    lines = [f"packed {len(contents)} files into {output}"]
    if options.packages == "bundle":
        bundled, more = _bundle(options, local, environment)
        contents = {**bundled, **contents}
        lines += more
    archive = pack.archive(contents)
    pack.write(output, archive)
    if options.packages == "bundle":
        lines += _steps(output, len(archive))
    lines += [
        *_replaced(local, output, name),
        *local.notes,
        *_left(local, output, name),
    ]
    print(*map(printable, lines), sep="\n")
    return 0


def _replaced(local: files.Local, output: Path, name: str) -> list[str]:
    """Return the files that the user takes along: unpacking them can destroy data."""
    if not local.included:
        return []
    taken = sorted(local.included)
    more = len(taken) - _MAX_TOLD
    warning = (
        f"Warning: if PythonAnywhere has these files already, unpacking {output.name} "
        "there replaces them, and their data is lost:"
    )
    return [
        warning,
        *(f"  {left_here.shown(f'{name}/{path}')}" for path in taken[:_MAX_TOLD]),
        *([f"  and {more} more"] if more > 0 else []),
        "  To keep them, pack without --include, or answer n when unzip asks.",
    ]


def _left(local: files.Local, output: Path, name: str) -> list[str]:
    """Return what a deployment says about the files that are left on this computer."""
    own = os.path.relpath(output.parent.resolve() / output.name, local.folder.resolve())
    found = left_here.told(local, f"~/{name}", [], has_env_file=False)
    # `pack` has no --json, which lists more than the first ones.
    return left_here.sentences([one for one in found if one.path != own], len(found))


def _bundle(
    options: argparse.Namespace, local: files.Local, environment: Mapping[str, str]
) -> tuple[dict[str, bytes], list[str]]:
    """Make the bundle of packages; return its files, and what to say about it.

    Without the API, the system image of the account is not known. So the packages are those
    for the oldest one, which work on each.
    """
    glibc, python = resolution.DEFAULT_GLIBC, options.python
    if not packages.required(local.requirements, python):
        return {}, ["requirements.txt needs no packages: there is nothing to bundle"]
    command = options.bundle_command
    bundles = package_choice.bundles(local, command)
    if bundles != "ready":
        raise NoBundleEntry(bundles, options.name, local.entry, command)
    with tempfile.TemporaryDirectory(prefix="pa-new-pack-") as place:
        made = bundling.make(local.folder, python, glibc, environment, Path(place))
        members = hosted.members(made, options.name)
    named = ", ".join(f"{name} {version}" for name, version in made.versions.items())
    count = len(made.versions)
    count_text = "1 package" if count == 1 else f"{count} packages"
    size = f"{made.archive.unpacked / 1e6:.1f} MB when unpacked"
    fits = (
        f"The packages are for Python {python} and no other: choose it for the web app. "
        f"They work on all system images of PythonAnywhere (glibc {glibc} or newer)."
    )
    return members, [f"packed {count_text} ({size}): {named}", fits]


def _steps(output: Path, size: int) -> list[str]:
    """Return what to do with a zip file that has packages."""
    name = shlex.quote(output.name)
    unpacking = (
        f"Upload {output.name} ({size / 1e6:.1f} MB) to your home folder, and unpack it "
        f"in a Bash console: unzip -q {name}. "
        "If unzip asks to replace a file, answer n if your app saves data in it, and y if "
        "not."
    )
    splitting = (
        "The Files tab takes at most 100 MiB, so split the file on this computer: "
        f"split -b 50m {name} {name}-. Upload the parts, and join them in the console: "
        f"cat {name}-* > {name}"
    )
    return [unpacking, splitting] if size > MAX_UPLOAD else [unpacking]


def _check_output(output: Path, local: files.Local) -> None:
    """Refuse to replace a file of the project; the zip file of an earlier run is none.

    :raises BadUsage: if the zip file would replace one.
    """
    place = output.parent.resolve() / output.name
    folder = local.folder.resolve()
    if folder not in place.parents:
        return
    path = place.relative_to(folder).as_posix()
    is_left = any(left.path == path and left.kind != COPY for left in local.left)
    if path in local.paths or is_left:
        raise problems.BadUsage(f"{output} is a file of the project: not replaced")
