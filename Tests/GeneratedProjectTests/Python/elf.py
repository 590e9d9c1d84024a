"""Spoils ELF files of 64 bits, for tests: libraries that this machine cannot load."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

ORDER = "<" if sys.byteorder == "little" else ">"
NEEDED_VERSIONS = 0x6FFFFFFE  # SHT_GNU_verneed


def for_another_machine(library: Path) -> bytes:
    """Return a library for a processor that nobody has, the AT&T WE 32100."""
    contents = bytearray(library.read_bytes())
    struct.pack_into(f"{ORDER}H", contents, 18, 1)
    return bytes(contents)


def for_newer_glibc(library: Path, version: str) -> bytes:
    """Return a library that needs a version of glibc in place of the newest it needs.

    The loader compares the hash of a version's name first, and then the name.

    :param version: the version, such as "GLIBC_2.99"; as long as the one it replaces.
    """
    contents = bytearray(library.read_bytes())
    table, count, names = _needed_versions(contents)
    entries: dict[str, list[int]] = {}
    for _ in range(count):
        _, number, _, first, following = struct.unpack_from(
            f"{ORDER}HHIII", contents, table
        )
        entry = table + first
        for _ in range(number):
            _, _, _, name, next_entry = struct.unpack_from(
                f"{ORDER}IHHII", contents, entry
            )
            start = names + name
            text = contents[start : contents.index(0, start)].decode()
            if text.startswith("GLIBC_") and len(text) == len(version):
                entries.setdefault(text, []).append(entry)
            entry += next_entry
        table += following
    newest = max(entries)
    for entry in entries[newest]:
        struct.pack_into(f"{ORDER}I", contents, entry, _hash(version))
        name = struct.unpack_from(f"{ORDER}I", contents, entry + 8)[0]
        contents[names + name : names + name + len(version)] = version.encode()
    return bytes(contents)


def _needed_versions(contents: bytearray) -> tuple[int, int, int]:
    """Return where the needed versions lie, of how many files, and where their names."""
    sections = struct.unpack_from(f"{ORDER}Q", contents, 40)[0]
    size, number = struct.unpack_from(f"{ORDER}HH", contents, 58)
    headers = [
        struct.unpack_from(f"{ORDER}IIQQQQII", contents, sections + size * index)
        for index in range(number)
    ]
    needed = next(header for header in headers if header[1] == NEEDED_VERSIONS)
    return needed[4], needed[7], headers[needed[6]][4]


def _hash(name: str) -> int:
    """Return the hash of a name as ELF has it."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value
