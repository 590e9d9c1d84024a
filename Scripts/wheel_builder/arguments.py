"""The command line: its options, and what a user passed."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from wheel_builder import ROOT
from wheel_builder.problems import BadUsage

DESCRIPTION = "Build pa-new's wheel and tarball, and SHA256SUMS with their checksums."

EPILOGUE = """\
Environment variable: SOURCE_DATE_EPOCH is the time of all files in the archives, in
seconds since 1970 (default: the date of the version, from
Sources/Scaffold/Version.swift)."""


@dataclass(frozen=True)
class Arguments:
    """What to build, and where."""

    output: Path
    binary: Path | None
    """The binary to pack; none to compile it."""
    check_reproducible: bool


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"{message}; see Scripts/build-wheel --help")


def parse(arguments: list[str]) -> Arguments:
    """Read the command line."""
    parser = _Parser(
        prog="Scripts/build-wheel",
        description=DESCRIPTION,
        epilog=EPILOGUE,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        default=ROOT / "dist",
        help="folder for the three files (default: dist/ in this repository)",
    )
    parser.add_argument(
        "--binary",
        metavar="PATH",
        type=Path,
        help="pack this static binary of pa-new (default: compile it)",
    )
    parser.add_argument(
        "--check-reproducible",
        action="store_true",
        help="build everything twice, the second time in another folder and with the "
        "settings of another user, and fail if the files differ",
    )
    return Arguments(**vars(parser.parse_args(arguments)))
