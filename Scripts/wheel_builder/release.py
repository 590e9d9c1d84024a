"""What is released: for which machine, of which version, with which time."""

from __future__ import annotations

import calendar
import os
import platform
import re
import sys
import time
from dataclasses import dataclass

from wheel_builder import ROOT
from wheel_builder.problems import BadResult, BadSetting, Missing

OLDEST_PYTHON = (3, 10)
"""What auditwheel and hatchling need."""

MACHINES = {"x86_64": 62, "aarch64": 183}
"""The number in an ELF header for each machine that Swift and manylinux support."""

FIRST_TIME, LAST_TIME = 315532800, 4354819199
"""The times that a zip archive can store."""


@dataclass(frozen=True)
class Release:
    """What decides the names and the bytes of the archives, apart from the sources."""

    machine: str
    """As wheels and ``uname -m`` have it."""
    version: str
    epoch: int
    """The time of all files in the archives."""


def supported_machine() -> str:
    """Return the name of this machine, if pa-new can be built and packed on it."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in MACHINES:
        raise Missing(
            f"cannot build a static binary on {platform.system()} ({machine}); "
            f"build on Linux, on {' or '.join(MACHINES)}"
        )
    if sys.version_info < OLDEST_PYTHON:
        raise Missing(
            f"Python {platform.python_version()} is too old for the tools that build "
            "wheels; use 3.10 or newer, as in: python3.13 Scripts/build-wheel"
        )
    return machine


def read(machine: str) -> Release:
    """Return what is released for a machine, from the sources and the environment."""
    file = ROOT / "Sources" / "Scaffold" / "Version.swift"
    text = file.read_text(encoding="utf-8")
    version, date = (
        re.search(rf'{name} = "([^"]+)"', text) for name in ("Version", "Date")
    )
    if not version or not date:
        raise BadResult(f"cannot find the version and its date in {file}")
    return Release(
        machine, version[1], _epoch(date[1], os.environ.get("SOURCE_DATE_EPOCH"))
    )


def _epoch(date: str, setting: str | None) -> int:
    """Return the time of all files in the archives.

    It is not that of the last commit. Otherwise a clone and an unpacked archive of the
    sources would give different bytes, and so would a commit that changes nothing in them.
    """
    if setting is None:
        # In English, since nothing sets the locale of this process.
        return calendar.timegm(time.strptime(date, "%B %d, %Y"))
    if not re.fullmatch("[0-9]{1,12}", setting) or not (
        FIRST_TIME <= int(setting) <= LAST_TIME
    ):
        raise BadSetting(
            f"SOURCE_DATE_EPOCH is '{setting}'; set it to a number of seconds since "
            f"1970, from {FIRST_TIME} to {LAST_TIME} (the years 1980 to 2107, which "
            "zip archives can store)"
        )
    return int(setting)
