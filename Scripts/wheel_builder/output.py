"""The output folder: whether files can land in it, and how they do, all or none."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from wheel_builder.problems import CannotWrite


def check(output: Path) -> Path:
    """Return a folder as an absolute path.

    Refuse a place that cannot be a folder now, before a build that takes minutes.
    """
    nearest = output = output.absolute()
    while not os.path.lexists(nearest):
        nearest = nearest.parent
    if not nearest.is_dir():
        problem = f"'{nearest}' is not a folder"
    elif not os.access(nearest, os.W_OK | os.X_OK):
        problem = f"you do not have permission to write to '{nearest}'"
    else:
        return output
    raise CannotWrite(
        f"cannot write to '{output}': {problem}; choose another folder with --output"
    )


def checksum_line(file: Path) -> str:
    """Return a line as ``sha256sum --check`` reads it."""
    return f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"


def land(files: list[Path], output: Path) -> list[Path]:
    """Copy the files to their places, all of them or none, and return these.

    They are copied beside their places first, since only a rename cannot stop halfway,
    and only within one file system.
    """
    made = [output, *output.parents]
    made = [folder for folder in made if not folder.exists()]
    copies: list[Path] = []
    try:
        output.mkdir(parents=True, exist_ok=True)
        for file in files:
            if (output / file.name).is_dir():
                raise IsADirectoryError(f"'{output / file.name}' is a folder")
            copies.append(output / f".{file.name}.{os.getpid()}")
            shutil.copyfile(file, copies[-1])
        for copy, file in zip(copies, files):
            copy.replace(output / file.name)
    except BaseException as error:
        for copy in copies:
            copy.unlink(missing_ok=True)
        for folder in made:
            try:
                folder.rmdir()
            except OSError:
                break
        if isinstance(error, OSError):
            raise CannotWrite(f"cannot write to '{output}': {error}") from None
        raise
    return [output / file.name for file in files]
