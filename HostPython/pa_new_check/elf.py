"""Reads the parts of a native library that a dynamic linker reads before it loads it.

The format is that of the System V gABI, chapters 4 and 5 (ELF header, program header,
dynamic section), and for versions of symbols that of the Linux Standard Base, Core,
"Symbol Versioning". Everything is found through the program headers, as a linker does
it: a library needs no section headers, and may have lost them.

The file is not trusted. Each offset and count in it is compared with the file's size
and a limit, at most ``MAX_READ`` bytes are read, and an invalid file raises
:class:`NotALibrary`.
"""

from __future__ import annotations

import os
import stat
import struct
from pathlib import Path

MAX_READ = 2_000_000  # bytes that are read of one file, however large it is
_MAX_SEGMENTS = 1_000
_MAX_ENTRIES = 4_000  # of the dynamic section
_MAX_NAMES = 1_000  # of libraries, folders, and versions
_MAX_SYMBOLS = 200_000
_MAX_NAME = 250  # bytes of a name that are taken

X86_64 = 62

_RELOCATABLE, _EXECUTABLE, _SHARED = 1, 2, 3
_LOAD, _DYNAMIC = 1, 2
_NEEDED, _STRTAB, _SYMTAB, _STRSZ, _RPATH, _RUNPATH = 1, 5, 6, 10, 15, 29
_HASH, _GNU_HASH, _FLAGS_1 = 4, 0x6FFFFEF5, 0x6FFFFFFB
_VERSYM, _VERNEED, _VERNEEDNUM = 0x6FFFFFF0, 0x6FFFFFFE, 0x6FFFFFFF
_IS_PROGRAM = 0x08000000  # of the flags: a position-independent executable
_WEAK = 2
_SYSTEMS = {2: "NetBSD", 6: "Solaris", 9: "FreeBSD", 12: "OpenBSD"}

# First bytes of files that are often uploaded as libraries by mistake.
_BEGINNINGS = (
    (b"\xcf\xfa\xed\xfe", "a Mach-O file, which was built for a Mac"),
    (b"\xce\xfa\xed\xfe", "a Mach-O file, which was built for a Mac"),
    (b"\xfe\xed\xfa\xce", "a Mach-O file, which was built for a Mac"),
    (b"\xfe\xed\xfa\xcf", "a Mach-O file, which was built for a Mac"),
    (b"\xca\xfe\xba\xbe", "a Mach-O file, which was built for a Mac"),
    (b"version https://git-lfs.github.com/", "a Git LFS pointer, not the file itself"),
    (b"MZ", "a program or library for Windows"),
    (b"!<arch>\n", "a static library (an archive)"),
    (b"!<thin>\n", "a static library (an archive)"),
    (b"\x00asm", "a WebAssembly module"),
    (b"BC\xc0\xde", "LLVM bitcode"),
    (b"PK\x03\x04", "a zip file"),
    (b"\x1f\x8b", "a gzip file"),
)


class NotALibrary(Exception):
    """The file is not a library that can be loaded; the text follows "it is"."""


class Version:
    """A version of symbols that the library wants another library to have."""

    def __init__(self, name: str, file: str, is_weak: bool, symbol: str) -> None:
        self.name = name
        self.file = file
        """The library that must have it."""
        self.is_weak = is_weak
        """Whether the library can be loaded without it."""
        self.symbol = symbol
        """One symbol that is wanted in this version, "" if none was found."""


class Library:
    """The facts about a shared library that a linker needs."""

    def __init__(self, machine: int, bits: int, is_little: bool) -> None:
        self.machine = machine
        """The number of the gABI's ``e_machine``."""
        self.bits = bits
        self.is_little = is_little
        # These are read only for 64-bit little-endian machines.
        self.needed: list[str] = []
        """The libraries that have to be loaded with it."""
        self.folders: list[str] = []
        """The folders in which it looks for them first, with ``$ORIGIN`` in them."""
        self.versions: list[Version] = []


def read(path: Path) -> Library:
    """Read a library.

    :raise NotALibrary: if it is not a library, or damaged.
    :raise OSError: if the file cannot be read.
    """
    # Non-blocking: opening a pipe would otherwise wait for a writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            is_folder = stat.S_ISDIR(status.st_mode)
            raise NotALibrary("a folder" if is_folder else "not a regular file")
        return _Reader(descriptor, status.st_size).read()
    finally:
        os.close(descriptor)


class _Reader:
    """One reading of one file."""

    def __init__(self, descriptor: int, size: int) -> None:
        self.descriptor = descriptor
        self.size = size
        self.left = MAX_READ
        self.segments: list[tuple[int, int, int]] = []
        """Address, offset and size of each part that is loaded from the file."""
        self.dynamic: dict[int, int] = {}

    def read(self) -> Library:
        """Read the library."""
        library = self._header()
        if (library.machine, library.bits, library.is_little) != (X86_64, 64, True):
            return library
        names: list[tuple[int, int]] = []
        for tag, value in self._dynamic_entries(*self._program_headers()):
            if tag in (_NEEDED, _RPATH, _RUNPATH):
                names.append((tag, value))
            else:
                self.dynamic[tag] = value
        if self.dynamic.get(_FLAGS_1, 0) & _IS_PROGRAM:
            raise NotALibrary("a program, not a library")
        for tag, value in names[:_MAX_NAMES]:
            if tag == _NEEDED:
                library.needed.append(self._name(value))
            else:
                library.folders += self._name(value).split(":")
        library.versions = self._versions()
        return library

    # Bytes.

    def _at(self, offset: int, count: int) -> bytes:
        """Return exactly ``count`` bytes of the file."""
        if offset < 0 or count < 0 or offset + count > self.size or count > self.left:
            raise NotALibrary("cut off or damaged")
        self.left -= count
        data = os.pread(self.descriptor, count, offset)
        if len(data) != count:  # it has become shorter
            raise NotALibrary("cut off or damaged")
        return data

    def _place(self, address: int) -> int:
        """Return the offset of the bytes that are loaded at an address."""
        for start, offset, size in self.segments:
            if start <= address < start + size:
                return offset + address - start
        raise NotALibrary("cut off or damaged")

    def _table(self, tag: int) -> int:
        """Return the offset of a table that the dynamic section names."""
        if tag not in self.dynamic:
            raise NotALibrary("cut off or damaged")
        return self._place(self.dynamic[tag])

    def _name(self, index: int) -> str:
        """Return a name in the table of strings, shortened if it is long."""
        size = self.dynamic.get(_STRSZ, 0)
        if index >= size:
            raise NotALibrary("cut off or damaged")
        start = self._table(_STRTAB) + index
        count = min(_MAX_NAME, size - index, max(self.size - start, 0))
        return self._at(start, count).partition(b"\0")[0].decode("utf-8", "replace")

    # Parts of the file.

    def _header(self) -> Library:
        """Read the header of the ELF file."""
        if self.size == 0:
            raise NotALibrary("empty")
        start = self._at(0, min(self.size, 64))
        if not start.startswith(b"\x7fELF"):
            raise NotALibrary(self._kind(start))
        if len(start) < 52:
            raise NotALibrary(f"cut off after {self.size} bytes")
        width, order, version, system = start[4:8]
        if width not in (1, 2) or order not in (1, 2) or version != 1:
            raise NotALibrary("damaged: its ELF header is invalid")
        kind, machine = struct.unpack_from("<HH" if order == 1 else ">HH", start, 16)
        if kind != _SHARED:
            kinds = {_RELOCATABLE: "an object file that is not linked"}
            kinds[_EXECUTABLE] = "a program, not a library"
            raise NotALibrary(kinds.get(kind, "not a shared library"))
        if system in _SYSTEMS:
            raise NotALibrary(f"a library for {_SYSTEMS[system]}")
        return Library(machine, 32 * width, order == 1)

    def _kind(self, start: bytes) -> str:
        """Describe a file that is not an ELF file."""
        for beginning, kind in _BEGINNINGS:
            if start.startswith(beginning):
                return kind
        is_text = all(byte >= 32 or byte in b"\t\n\r" for byte in start)
        return "a text file" if is_text else "not an ELF file"

    def _program_headers(self) -> tuple[int, int]:
        """Read which parts are loaded; return offset and size of the dynamic section."""
        header = self._at(0, 64)
        (offset,) = struct.unpack_from("<Q", header, 32)
        size, count = struct.unpack_from("<HH", header, 54)
        if size != 56 or not 0 < count <= _MAX_SEGMENTS:
            raise NotALibrary("damaged: its ELF header is invalid")
        dynamic: tuple[int, int] | None = None
        end = 0
        for entry in struct.iter_unpack("<IIQQQQQQ", self._at(offset, size * count)):
            kind, _, place, address, _, in_file, _, _ = entry
            if kind == _LOAD:
                self.segments.append((address, place, in_file))
                end = max(end, place + in_file)
            elif kind == _DYNAMIC:
                dynamic = place, in_file
        if end > self.size:
            raise NotALibrary(
                f"cut off or damaged: it has {self.size} bytes, and its headers say {end}"
            )
        if dynamic is None or not self.segments:
            raise NotALibrary("not a shared library: it has no dynamic section")
        return dynamic

    def _dynamic_entries(self, offset: int, size: int) -> list[tuple[int, int]]:
        """Read tags and values of the dynamic section."""
        count = min(size // 16, _MAX_ENTRIES)
        found: list[tuple[int, int]] = []
        for tag, value in struct.iter_unpack("<QQ", self._at(offset, 16 * count)):
            if tag == 0:
                break
            found.append((tag, value))
        return found

    def _versions(self) -> list[Version]:
        """Read the versions of symbols that the library needs from other libraries."""
        if _VERNEED not in self.dynamic:
            return []
        found: list[Version] = []
        symbols = self._symbols()
        place = self._table(_VERNEED)
        for _ in range(min(self.dynamic.get(_VERNEEDNUM, 0), _MAX_NAMES)):
            _, count, file, first, following = struct.unpack(
                "<HHIII", self._at(place, 16)
            )
            wanted = place + first
            for _ in range(count):
                _, flags, number, name, further = struct.unpack(
                    "<IHHII", self._at(wanted, 16)
                )
                is_weak = bool(flags & _WEAK)
                symbol = symbols.get(number & 0x7FFF, "")
                version = Version(self._name(name), self._name(file), is_weak, symbol)
                found.append(version)
                if not further or len(found) >= _MAX_NAMES:
                    break
                wanted += further
            if not following or len(found) >= _MAX_NAMES:
                break
            place += following
        return found

    def _symbols(self) -> dict[int, str]:
        """Return for each version's number the first symbol that has it.

        Errors in the symbols do not matter: they are only shown in messages.
        """
        found: dict[int, str] = {}
        try:
            count = min(self._symbol_count(), _MAX_SYMBOLS)
            numbers = self._at(self._table(_VERSYM), 2 * count)
            table = self._table(_SYMTAB)
            for index, (number,) in enumerate(struct.iter_unpack("<H", numbers)):
                number &= 0x7FFF
                if number > 1 and number not in found and len(found) < _MAX_NAMES:
                    (name,) = struct.unpack("<I", self._at(table + 24 * index, 4))
                    found[number] = self._name(name)
        except NotALibrary:
            pass
        return found

    def _symbol_count(self) -> int:
        """Return the number of symbols; those of other libraries come first."""
        if _GNU_HASH in self.dynamic:
            # The table has only the symbols that the library defines, from here on.
            _, count = struct.unpack("<II", self._at(self._table(_GNU_HASH), 8))
            if count > 1:
                return int(count)
        if _HASH in self.dynamic:
            _, count = struct.unpack("<II", self._at(self._table(_HASH), 8))
            return int(count)
        return 0
