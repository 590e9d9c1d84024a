"""The command ``pack``: writes the files that a deployment uploads into a zip file.

``DIR --name NAME [--output FILE] [--upload PATH]... [--build COMMAND]...
[--include PATH]...``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from pa_new_deploy import command_line, files, pack, problems
from pa_new_deploy.throttle import Clock
from pa_new_shared.file_names import COPY


def run(
    arguments: list[str],
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
) -> int:
    """Write the zip file, say what is in it, and return the exit code."""
    return command_line.guarded(
        lambda: _run(_parse(arguments)),
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
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    local = files.collect(
        Path(options.folder), options.upload, options.build, options.include
    )
    output = Path(options.output or f"{options.name}.zip")
    _check_output(output, local)
    contents = {f"{options.name}/{path}": local.read(path) for path in local.paths}
    pack.write(output, pack.archive(contents))
    print(f"packed {len(contents)} files into {output}")
    return 0


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
