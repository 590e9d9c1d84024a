"""The reader of native libraries, on any file, compared with a linker."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from apps import PLAIN
from library_support import LFS, compiled, judged, patched, rules
from native import AARCH64, library
from support import CHECKER, check, project

sys.path.insert(0, str(CHECKER))

from pa_new_check import elf


class FormatTest(unittest.TestCase):
    """Libraries are told apart from other files."""

    def test_good(self) -> None:
        for contents in (
            library(),
            library(versions=()),
            library(needed=()),
            library(versions=("GLIBC_2.35",)),
            library(versions=("GLIBC_2.2.5", "GLIBC_PRIVATE", "GLIBC_99999.1")),
            library(versions=("GLIBC_2.99",), version_flags=2),
            library(("libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2")),
            library() + bytes(1000),
            patched(library(), (7, "B", 3)),  # the system: GNU's own
        ):
            with self.subTest(contents):
                result = judged(contents)
                self.assertEqual((result.findings, result.unread), ([], []))

    def test_what_it_is_instead(self) -> None:
        good = library()
        for contents, expected in (
            (b"", "is empty"),
            (LFS, "is a Git LFS pointer"),
            (b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01" + bytes(4000), "built for a Mac"),
            (b"\xca\xfe\xba\xbe\x00\x00\x00\x02" + bytes(4000), "built for a Mac"),
            (b"MZ\x90\x00" + bytes(100), "for Windows"),
            (b"!<arch>\n" + bytes(100), "a static library"),
            (b"\x00asm\x01\x00\x00\x00", "a WebAssembly module"),
            (b"<!DOCTYPE html>\n<title>404</title>\n", "is a text file"),
            ("caf\u00e9 ".encode() * 50, "is a text file"),
            (bytes(range(256)), "is not an ELF file"),
            (b"\x7fELF", "is cut off after 4 bytes"),
            (good[:40], "is cut off after 40 bytes"),
            (good[:60], "is cut off or damaged"),
            (good[:-1], f"it has {len(good) - 1} bytes, and its headers say"),
            (patched(good, (4, "B", 7)), "header is invalid"),
            (patched(good, (7, "B", 9)), "a library for FreeBSD"),
            (patched(good, (16, "<H", 1)), "an object file that is not linked"),
            (patched(good, (16, "<H", 2)), "a program, not a library"),
            (patched(good, (16, "<H", 4)), "not a shared library"),
            (patched(good, (54, "<H", 32)), "header is invalid"),
            (patched(good, (56, "<H", 0)), "header is invalid"),
            (patched(good, (56, "<H", 0xFFFF)), "header is invalid"),
            (patched(good, (32, "<Q", 2**64 - 1)), "is cut off or damaged"),
            (patched(good, (64 + 56, "<I", 0)), "no dynamic section"),
            (patched(good, (64, "<I", 0)), "not a shared library"),
            (patched(good, (64 + 8, "<Q", 2**64 - 1)), "is cut off or damaged"),
            (library(flags=0x08000000), "a program, not a library"),
        ):
            with self.subTest(expected):
                result = judged(contents)
                self.assertEqual(rules(result), ["library-format"])
                self.assertIn(expected, result.findings[0].what)
                is_pointer = contents == LFS
                self.assertEqual("git lfs pull" in result.findings[0].fix, is_pointer)

    def test_no_files(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.mkfifo(f"{folder}/pipe.so")
            os.mkdir(f"{folder}/folder.so")
            for name, expected in (
                ("pipe", "not a regular file"),
                ("folder", "a folder"),
            ):
                with self.assertRaisesRegex(elf.NotALibrary, expected):
                    elf.read(Path(folder) / f"{name}.so")
            with self.assertRaises(FileNotFoundError):
                elf.read(Path(folder) / "nowhere.so")

    def test_machines(self) -> None:
        for contents, expected in (
            (library(machine=AARCH64), "is built for 64-bit ARM (AArch64)"),
            (library(machine=3), "is built for 32-bit x86"),
            (library(machine=999), "an unknown machine (number 999)"),
            (patched(library(), (4, "B", 1)), "x86-64 with 32-bit addresses"),
            (patched(library(), (5, "B", 2), (16, ">H", 3), (18, ">H", 22)), "IBM Z"),
            (patched(library(), (5, "B", 2), (16, ">H", 3), (18, ">H", 62)), "endian"),
        ):
            with self.subTest(expected):
                result = judged(contents)
                self.assertEqual(rules(result), ["library-machine"])
                self.assertIn(expected, result.findings[0].what)

    def test_glibc(self) -> None:
        for versions, expected in (
            (("GLIBC_2.36",), "needs glibc 2.36, for `puts`"),
            (("GLIBC_2.38", "GLIBC_2.2.5"), "needs glibc 2.38"),
            (("GLIBC_2.40", "GLIBC_2.38.1"), "needs glibc 2.40"),
            (("GLIBC_3.0",), "needs glibc 3.0"),
            (("GLIBC_ABI_DT_RELR", "GLIBC_2.2.5"), "2.36, for `GLIBC_ABI_DT_RELR`"),
        ):
            with self.subTest(versions):
                result = judged(library(versions=versions))
                self.assertEqual(rules(result), ["library-glibc"])
                self.assertIn(expected, result.findings[0].what)

    def test_needs(self) -> None:
        for needed, expected, fix in (
            (("libodd.so.1",), "needs libodd.so.1", ""),
            (("libswiftCore.so", "libc.so.6"), "needs libswiftCore.so", "--static-"),
            (("libdispatch.so", "liba.so"), "libdispatch.so and liba.so", "--static-"),
            (tuple(f"lib{n}.so" for n in range(8)), "lib4.so and 3 more", ""),
            (("lib\x1b[31mred.so",), "needs lib?[31mred.so", ""),
            (("/opt/libc.so.6",), "needs /opt/libc.so.6", ""),
        ):
            with self.subTest(needed):
                result = judged(library(needed))
                self.assertEqual(rules(result), ["library-needs"])
                self.assertIn(expected, result.findings[0].what)
                self.assertIn(fix, result.findings[0].fix)

    def test_two_things_are_two_findings(self) -> None:
        result = judged(library(("libodd.so",), ("GLIBC_2.99",)))
        self.assertEqual(rules(result), ["library-glibc", "library-needs"])

    def test_what_comes_along_is_not_needed(self) -> None:
        needs = library(("libother.so", "libc.so.6"), run_path="/opt/swift:$ORIGIN/lib")
        for files, uploads, found in (
            ({}, [], ["library-needs"]),
            ({"lib/libother.so": library()}, [], []),
            ({"libother.so": library()}, [], ["library-needs"]),
            ({"libother.so": library()}, ["libother.so"], []),
        ):
            everything: dict[str, str | bytes] = {
                "wsgi.py": PLAIN,
                "libhello.so": needs,
                **files,
            }
            with self.subTest(files), project(everything) as folder:
                options = [w for name in uploads for w in ("--upload", name)]
                report = check(folder, "--upload", "libhello.so", *options)
                self.assertEqual([f["rule"] for f in report["findings"]], found)


class HostileTest(unittest.TestCase):
    """The reader soon accepts or refuses any file."""

    def read(self, contents: bytes) -> elf.Library | None:
        """Read a file that may be anything, in bounded time and with bounded reads."""
        taken = 0
        pread: Callable[[int, int, int], bytes] = os.pread

        def counted(descriptor: int, count: int, offset: int) -> bytes:
            nonlocal taken
            taken += count
            return pread(descriptor, count, offset)

        with tempfile.NamedTemporaryFile() as file:
            file.write(contents)
            file.flush()
            start = time.process_time()
            try:
                with mock.patch("os.pread", counted):
                    return elf.read(Path(file.name))
            except elf.NotALibrary:
                return None
            finally:
                self.assertLess(time.process_time() - start, 2)
                self.assertLessEqual(taken, elf.MAX_READ)

    def test_cut_off_anywhere(self) -> None:
        good = library(("libm.so.6", "libc.so.6"))
        for end in range(len(good)):
            self.assertIsNone(self.read(good[:end]), end)
        self.assertIsNotNone(self.read(good))

    def test_flipped_bits(self) -> None:
        chance = random.Random(2035)
        for good in (compiled(), library(("libm.so.6", "libc.so.6"))):
            kept = 0
            for _ in range(400):
                data = bytearray(good)
                for _ in range(chance.choice((1, 1, 2, 5, 40))):
                    # The headers and tables are what is read.
                    place = chance.randrange(min(len(data), 1500))
                    data[place] ^= 1 << chance.randrange(8)
                kept += self.read(bytes(data)) is not None
                judged(bytes(data))
            self.assertTrue(0 < kept < 400, kept)

    def test_hostile_numbers(self) -> None:
        """Each number of the headers and tables in turn is very large or small."""
        good = library(("libm.so.6", "libc.so.6"), ("GLIBC_2.14", "GLIBC_2.2.5"))
        for offset in range(16, len(good) - 8, 2):
            for form, number in (
                ("<Q", 2**64 - 1),
                ("<Q", 2**63),
                ("<I", 2**31 - 1),
                ("<I", len(good)),
                ("<H", 0xFFFF),
                ("<I", 0),
                ("<I", 1),
            ):
                self.read(patched(good, (offset, form, number)))

    def test_many_names(self) -> None:
        """The number of names that are read has a limit."""
        names = tuple(f"lib{number}.so" for number in range(3_000))
        found = self.read(library(names, ("GLIBC_2.14",) * 3_000))
        assert found is not None
        self.assertEqual((len(found.needed), len(found.versions)), (1_000, 1_000))
        found = self.read(library(("l" * 5_000,)))
        assert found is not None
        self.assertEqual(found.needed, ["l" * 250])

    def test_sparse_and_huge(self) -> None:
        """Only the headers of a terabyte are read."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(patched(library(), (64 + 32, "<Q", 2**40)))
            file.truncate(2**40)
            found = elf.read(Path(file.name))
        self.assertEqual(found.needed, ["libc.so.6"])


class LinkerTest(unittest.TestCase):
    """The findings agree with the linker of this computer."""

    def test_same_as_the_linker(self) -> None:
        if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
            self.skipTest("only Linux on x86-64 is like the host")
        real = compiled()
        end = real.index(b"GLIBC_2.2.5\0")
        newer = real[:end] + b"GLIBC_2.999\0" + real[end + 12 :]
        for contents, rule in (
            (real, ""),
            (library(), ""),
            (library(versions=("GLIBC_2.99",), version_flags=2), ""),
            (b"", "library-format"),
            (LFS, "library-format"),
            (real[:64], "library-format"),
            (library()[:400], "library-format"),
            (library(flags=0x08000000), "library-format"),
            (patched(real, (7, "B", 9)), "library-format"),
            (patched(real, (16, "<H", 1)), "library-format"),
            (patched(real, (54, "<H", 32)), "library-format"),
            (patched(real, (18, "<H", AARCH64)), "library-machine"),
            (patched(real, (4, "B", 1)), "library-machine"),
            (patched(real, (5, "B", 2)), "library-"),
            (newer, "library-glibc"),
            (library(versions=("GLIBC_2.99",)), "library-glibc"),
            (library(("libnowhere.so",)), "library-needs"),
        ):
            with self.subTest(rule), project({"libhello.so": contents}) as folder:
                found = rules(judged(contents))
                self.assertEqual(len(found), 1 if rule else 0, found)
                self.assertTrue(not rule or found[0].startswith(rule), found)
                path = str(folder / "libhello.so")
                arguments = [
                    sys.executable,
                    "-c",
                    "import ctypes, sys; ctypes.CDLL(sys.argv[1])",
                ]
                done = subprocess.run(
                    [*arguments, path], capture_output=True, check=False
                )
                self.assertEqual(done.returncode == 0, not rule, done.stderr)

    def test_symbol(self) -> None:
        """The symbol in a finding is one that needs the version."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(compiled())
            file.flush()
            found = {v.symbol: v.name for v in elf.read(Path(file.name)).versions}
        if os.uname().machine == "x86_64":
            self.assertEqual(found.get("pow"), "GLIBC_2.29")
            self.assertEqual(set(found.values()), {"GLIBC_2.2.5", "GLIBC_2.29"})


if __name__ == "__main__":
    unittest.main()
