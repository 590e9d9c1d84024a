"""Makes small native libraries without a compiler: without code, but loadable."""

from __future__ import annotations

import hashlib
import struct

X86_64, AARCH64 = 62, 183


def signed(
    contents: bytes, sources: dict[str, str], name: str = "libhello.so"
) -> bytes:
    """Return a library with the lines that a build script writes behind it."""
    contents += b"\n"
    for path, text in sources.items():
        contents += f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n".encode()
    return contents + f"{hashlib.sha256(contents).hexdigest()}  {name}\n".encode()


def library(
    needed: tuple[str, ...] = ("libc.so.6",),
    versions: tuple[str, ...] = ("GLIBC_2.2.5",),
    machine: int = X86_64,
    run_path: str = "",
    flags: int = 0,
    version_flags: int = 0,
) -> bytes:
    """Return a shared library for Linux on x86-64, or one that says it is for another.

    :param versions: those of libc.so.6 that it wants, the last one for ``puts``.
    :param flags: of the dynamic section, ``DT_FLAGS_1``.
    :param version_flags: of each version: 2 is for a weak one.
    """
    strings = b"\0"

    def name(text: str) -> int:
        nonlocal strings
        place = len(strings)
        strings += text.encode() + b"\0"
        return place

    symbols = bytes(24) + struct.pack("<IBBHQQ", name("puts"), 0x12, 0, 0, 0, 0)
    numbers = struct.pack("<HH", 0, len(versions) + 1)
    hashes = struct.pack("<6I", 1, 2, 0, 0, 0, 0)
    wanted = b""
    if versions:
        wanted += struct.pack("<HHIII", 1, len(versions), name("libc.so.6"), 16, 0)
    for number, version in enumerate(versions, 2):
        following = 16 if number <= len(versions) else 0
        wanted += struct.pack(
            "<IHHII", _hash(version), version_flags, number, name(version), following
        )
    entries = [(1, name(text)) for text in needed]
    if run_path:
        entries.append((29, name(run_path)))
    if flags:
        entries.append((0x6FFFFFFB, flags))
    strings += bytes(-len(strings) % 8)

    place = 64 + 3 * 56
    tables = {5: strings, 6: symbols, 4: hashes}
    if versions:
        tables.update({0x6FFFFFF0: numbers + bytes(4), 0x6FFFFFFE: wanted})
        entries.append((0x6FFFFFFF, 1))
    dynamic_size = 16 * (len(entries) + len(tables) + 3)
    contents = b""
    for tag, table in tables.items():
        entries.append((tag, place + dynamic_size + len(contents)))
        contents += table
    entries += [(10, len(strings)), (11, 24), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *entry) for entry in entries)
    size = place + len(dynamic) + len(contents)
    ident = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)
    header = struct.pack(
        "<16sHHIQQQIHHHHHH", ident, 3, machine, 1, 0, 64, 0, 0, 64, 56, 3, 64, 0, 0
    )
    segments = struct.pack("<IIQQQQQQ", 1, 6, 0, 0, 0, size, size, 4096)
    length = len(dynamic)
    segments += struct.pack("<IIQQQQQQ", 2, 6, place, place, place, length, length, 8)
    segments += struct.pack("<IIQQQQQQ", 0x6474E551, 6, 0, 0, 0, 0, 0, 16)
    return header + segments + dynamic + contents


def _hash(name: str) -> int:
    """Return the gABI's hash of a name."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value
