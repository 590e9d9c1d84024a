"""The binary: whether it can be released, and what it prints."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

from wheel_builder.problems import BadBinary, NoBinary
from wheel_builder.release import MACHINES, Release


def check_given(binary: Path) -> None:
    """Refuse a path that cannot be a binary, before anything else is done."""
    if not binary.is_file():
        problem = "it is not a file" if binary.exists() else "no such file"
        raise NoBinary(
            f"cannot pack '{binary}': {problem}; --binary takes the path of a static "
            "pa-new"
        )


def check(binary: Path, name: str, release: Release) -> None:
    """Refuse a binary that would not run everywhere, or is not of these sources.

    Messages call it by a name, since the binary is a copy.
    """
    problem = elf_problem(binary.read_bytes(), release.machine)
    if problem:
        raise BadBinary(
            f"cannot pack '{name}': {problem}; it must be a static executable for "
            f"Linux on {release.machine} (swift build -Xswiftc -static-executable)"
        )
    version = ask(binary, "--version").strip()
    if version != f"pa-new {release.version}":
        raise BadBinary(
            f"cannot pack '{name}': its --version prints '{version}', but these "
            f"sources are pa-new {release.version}; compile it from these sources"
        )


def elf_problem(data: bytes, machine: str) -> str | None:
    """Return why bytes are not a static executable for a machine, or nothing."""
    if data[:4] != b"\x7fELF":
        return "it is not an ELF file"
    try:
        if data[4:6] != b"\x02\x01":
            return "it is not 64-bit and little-endian"
        number = struct.unpack_from("<H", data, 18)[0]
        if number != MACHINES[machine]:
            names = {value: key for key, value in MACHINES.items()}
            return f"it is for {names.get(number, f'machine {number}')}"
        start = struct.unpack_from("<Q", data, 32)[0]
        size, count = struct.unpack_from("<HH", data, 54)
        for index in range(count):
            at = start + index * size
            kind = struct.unpack_from("<I", data, at)[0]
            offset, length = struct.unpack_from("<Q16xQ", data, at + 8)
            if kind == 3:  # PT_INTERP
                loader = data[offset : offset + length].rstrip(b"\0").decode()
                return f"it is dynamically linked and needs {loader}"
            if kind == 2:  # PT_DYNAMIC, which a static PIE has as well.
                entries = struct.iter_unpack("<QQ", data[offset : offset + length])
                if any(tag == 1 for tag, _ in entries):  # DT_NEEDED
                    return "it needs shared libraries"
    except (struct.error, UnicodeDecodeError):
        return "it is incomplete, or not a valid ELF file"
    return None


def ask(binary: Path, *arguments: str) -> str:
    """Return what the binary prints, whatever the settings of this user are."""
    command = " ".join(["pa-new", *arguments])
    try:
        finished = subprocess.run(
            [binary, *arguments],
            check=False,
            env={"PATH": os.defpath},
            capture_output=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadBinary(f"cannot run '{command}': {error}") from None
    if finished.returncode != 0:
        output = finished.stderr.decode(errors="replace").strip()
        raise BadBinary(
            f"'{command}' failed with exit code {finished.returncode}: {output}"
        )
    return finished.stdout.decode()
