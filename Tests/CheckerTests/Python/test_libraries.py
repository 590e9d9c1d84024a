"""Native libraries: what the reader makes of any file, and what the report says of it."""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar
from unittest import mock

from apps import NATIVE, PLAIN
from native import AARCH64, library
from support import CHECKER, check, check_soon, project, run

sys.path.insert(0, str(CHECKER))

from pa_new_check import elf, libraries
from pa_new_check.rules import Finding

SOURCE = """
#include <math.h>
#include <stdio.h>

double hello(double x) {
    puts("hello");
    return pow(x, 2.5);
}
"""
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 8888720\n"


def judged(contents: bytes, name: str = "libhello.so") -> libraries.Looked:
    """Return what is found of a library alone, without any code that loads it."""
    looked = libraries.Looked()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(contents)
        libraries._judge(looked, path, name, (name, 1), {name})
    return looked


def rules(looked: libraries.Looked) -> list[str]:
    return [finding.rule for finding in looked.findings]


def patched(contents: bytes, *places: tuple[int, str, int]) -> bytes:
    """Return contents with other numbers at some offsets, each in a form of struct's."""
    data = bytearray(contents)
    for offset, form, number in places:
        struct.pack_into(form, data, offset, number)
    return bytes(data)


class FormatTest(unittest.TestCase):
    """What is no library is told from what is one."""

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
                looked = judged(contents)
                self.assertEqual((looked.findings, looked.unread), ([], []))

    def test_what_it_is_instead(self) -> None:
        good = library()
        for contents, words in (
            (b"", "is empty"),
            (LFS, "is a pointer of Git LFS"),
            (b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01" + bytes(4000), "as a Mac builds them"),
            (b"\xca\xfe\xba\xbe\x00\x00\x00\x02" + bytes(4000), "as a Mac builds them"),
            (b"MZ\x90\x00" + bytes(100), "for Windows"),
            (b"!<arch>\n" + bytes(100), "a static library"),
            (b"\x00asm\x01\x00\x00\x00", "a WebAssembly module"),
            (b"<!DOCTYPE html>\n<title>404</title>\n", "is a text"),
            ("caf\u00e9 ".encode() * 50, "is a text"),
            (bytes(range(256)), "is no ELF file"),
            (b"\x7fELF", "is cut off after 4 bytes"),
            (good[:40], "is cut off after 40 bytes"),
            (good[:60], "is cut off or damaged"),
            (good[:-1], f"it has {len(good) - 1} bytes, and its headers tell of"),
            (patched(good, (4, "B", 7)), "makes no sense"),
            (patched(good, (7, "B", 9)), "a library for FreeBSD"),
            (patched(good, (16, "<H", 1)), "an object file that was not linked"),
            (patched(good, (16, "<H", 2)), "a program and no library"),
            (patched(good, (16, "<H", 4)), "no shared library"),
            (patched(good, (54, "<H", 32)), "makes no sense"),
            (patched(good, (56, "<H", 0)), "makes no sense"),
            (patched(good, (56, "<H", 0xFFFF)), "makes no sense"),
            (patched(good, (32, "<Q", 2**64 - 1)), "is cut off or damaged"),
            (patched(good, (64 + 56, "<I", 0)), "no dynamic section"),
            (patched(good, (64, "<I", 0)), "no shared library"),
            (patched(good, (64 + 8, "<Q", 2**64 - 1)), "is cut off or damaged"),
            (library(flags=0x08000000), "a program and no library"),
        ):
            with self.subTest(words):
                looked = judged(contents)
                self.assertEqual(rules(looked), ["library-format"])
                self.assertIn(words, looked.findings[0].what)
                is_pointer = contents == LFS
                self.assertEqual("git lfs pull" in looked.findings[0].fix, is_pointer)

    def test_no_files(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.mkfifo(f"{folder}/pipe.so")
            os.mkdir(f"{folder}/folder.so")
            for name, words in (("pipe", "no regular file"), ("folder", "a folder")):
                with self.assertRaisesRegex(elf.NoLibrary, words):
                    elf.read(Path(folder) / f"{name}.so")
            with self.assertRaises(FileNotFoundError):
                elf.read(Path(folder) / "nowhere.so")

    def test_machines(self) -> None:
        for contents, words in (
            (library(machine=AARCH64), "is for 64-bit ARM (AArch64)"),
            (library(machine=3), "is for 32-bit x86"),
            (library(machine=999), "is for a machine of number 999"),
            (patched(library(), (4, "B", 1)), "x86-64 with 32-bit addresses"),
            (patched(library(), (5, "B", 2), (16, ">H", 3), (18, ">H", 22)), "IBM Z"),
            (patched(library(), (5, "B", 2), (16, ">H", 3), (18, ">H", 62)), "endian"),
        ):
            with self.subTest(words):
                looked = judged(contents)
                self.assertEqual(rules(looked), ["library-machine"])
                self.assertIn(words, looked.findings[0].what)

    def test_glibc(self) -> None:
        for versions, words in (
            (("GLIBC_2.36",), "needs glibc 2.36, for `puts`"),
            (("GLIBC_2.38", "GLIBC_2.2.5"), "needs glibc 2.38"),
            (("GLIBC_2.40", "GLIBC_2.38.1"), "needs glibc 2.40"),
            (("GLIBC_3.0",), "needs glibc 3.0"),
            (("GLIBC_ABI_DT_RELR", "GLIBC_2.2.5"), "2.36, for `GLIBC_ABI_DT_RELR`"),
        ):
            with self.subTest(versions):
                looked = judged(library(versions=versions))
                self.assertEqual(rules(looked), ["library-glibc"])
                self.assertIn(words, looked.findings[0].what)

    def test_needs(self) -> None:
        for needed, words, fix in (
            (("libodd.so.1",), "needs libodd.so.1", ""),
            (("libswiftCore.so", "libc.so.6"), "needs libswiftCore.so", "--static-"),
            (("libdispatch.so", "liba.so"), "libdispatch.so and liba.so", "--static-"),
            (tuple(f"lib{n}.so" for n in range(8)), "lib4.so and 3 more", ""),
            (("lib\x1b[31mred.so",), "needs lib?[31mred.so", ""),
            (("/opt/libc.so.6",), "needs /opt/libc.so.6", ""),
        ):
            with self.subTest(needed):
                looked = judged(library(needed))
                self.assertEqual(rules(looked), ["library-needs"])
                self.assertIn(words, looked.findings[0].what)
                self.assertIn(fix, looked.findings[0].fix)

    def test_two_things_are_two_findings(self) -> None:
        looked = judged(library(("libodd.so",), ("GLIBC_2.99",)))
        self.assertEqual(rules(looked), ["library-glibc", "library-needs"])

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
    """Any file ends as a library or as none, soon."""

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
            except elf.NoLibrary:
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
        """Every number of the headers and tables is a very large or a small one."""
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
        """So many are taken, and no more, however often a library is named."""
        names = tuple(f"lib{number}.so" for number in range(3_000))
        found = self.read(library(names, ("GLIBC_2.14",) * 3_000))
        assert found is not None
        self.assertEqual((len(found.needed), len(found.versions)), (1_000, 1_000))
        found = self.read(library(("l" * 5_000,)))
        assert found is not None
        self.assertEqual(found.needed, ["l" * 250])

    def test_sparse_and_huge(self) -> None:
        """A terabyte, of which nothing is read but headers."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(patched(library(), (64 + 32, "<Q", 2**40)))
            file.truncate(2**40)
            found = elf.read(Path(file.name))
        self.assertEqual(found.needed, ["libc.so.6"])


def compiled() -> bytes:
    """Return a real library, by the C compiler of this computer."""
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder, "hello.c"), Path(folder, "hello.so")
        source.write_text(SOURCE)
        for compiler in ("cc", "clang", "gcc"):
            if shutil.which(compiler):
                words = [compiler, "-shared", "-fPIC", "-O1", source, "-o", result]
                subprocess.run([*words, "-lm"], check=True, capture_output=True)
                return result.read_bytes()
    raise AssertionError("these tests need a C compiler: cc, clang or gcc")


class LinkerTest(unittest.TestCase):
    """What is foretold of a library is what this computer's linker does."""

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
                words = [
                    sys.executable,
                    "-c",
                    "import ctypes, sys; ctypes.CDLL(sys.argv[1])",
                ]
                done = subprocess.run([*words, path], capture_output=True, check=False)
                self.assertEqual(done.returncode == 0, not rule, done.stderr)

    def test_symbol(self) -> None:
        """The symbol that is named is one that wants the version."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(compiled())
            file.flush()
            found = {v.symbol: v.name for v in elf.read(Path(file.name)).versions}
        if os.uname().machine == "x86_64":
            self.assertEqual(found.get("pow"), "GLIBC_2.29")
            self.assertEqual(set(found.values()), {"GLIBC_2.2.5", "GLIBC_2.29"})


class PlaceTest(unittest.TestCase):
    """A finding stands at the line that loads the library, where that can be told."""

    def test_places(self) -> None:
        head = "import ctypes, os\nfrom ctypes import CDLL, cdll\nfrom pathlib import Path\n"
        head += "HERE = Path(__file__).parent; FOLDER = os.path.dirname(__file__)\n"
        method = "class Handler:\n    def get(self):\n        if self:\n"
        method += "            import ctypes as c\n            file = HERE / 'lib.so'\n"
        method += "            with open(file):\n                c.CDLL(str(file))\n"
        inside = "def load(name='x.so', *, other=None):\n"
        for code, line in (
            ("LIB = HERE / 'lib.so'\ndef f():\n    return ctypes.CDLL(str(LIB))\n", 7),
            (f"{inside}    return CDLL(name=os.fspath(HERE / 'lib.so'))\n", 6),
            (f"{inside}    p = HERE / 'lib.so'\n    return CDLL(str(p))\n", 7),
            (f"{inside}    p: Path = HERE / 'lib.so'\n    return CDLL(p)\n", 7),
            (f"{inside}    return cdll.LoadLibrary(f'{{HERE}}/lib.so')\n", 6),
            (f"{inside}    return CDLL(os.path.join(FOLDER, 'lib.so'))\n", 6),
            (f"{inside}    return CDLL(Path(__file__).with_name('lib.so'))\n", 6),
            (method, 11),
            (
                "def where():\n    return HERE / 'lib.so'\nf = lambda: CDLL(where())\n",
                7,
            ),
            # What cannot be told.
            (f"{inside}    return CDLL(str(HERE / name))\n", 0),
            (f"{inside}    p = HERE\n    p = HERE / 'lib.so'\n    return CDLL(p)\n", 0),
            (f"{inside}    for p in HERE.glob('*'):\n        return CDLL(p)\n", 0),
            (f"{inside}    return CDLL('lib.so')\n", 0),
            (f"{inside}    return CDLL('./lib.so')\n", 0),
            (f"{inside}    return CDLL('/lib.so')\n", 0),
            (f"{inside}    return CDLL()\n", 0),
            (f"{inside}    return CDLL(None)\n", 0),
            (f"{inside}    return CDLL(*HERE)\n", 0),
            ("if __name__ == '__main__':\n    CDLL(str(HERE / 'lib.so'))\n", 0),
        ):
            files = {"wsgi.py": head + code + PLAIN}
            with self.subTest(code), project(files) as folder:
                options = ["--no-load", "--upload", "lib.so"]
                (finding,) = check_soon(folder, *options)["findings"]
                place = ("wsgi.py", line) if line else ("lib.so", 1)
                self.assertEqual((finding["file"], finding["line"]), place)
                # The very same is found without being told what to upload.
                (folder / "lib.so").write_text("no library\n")
                found = [f["line"] for f in check_soon(folder, "--no-load")["findings"]]
                self.assertEqual(found, [line] if line else [])

    def test_allowed(self) -> None:
        """A comment at the line that loads it lets it pass, and a visit go on."""
        source = NATIVE.replace(
            "(str(LIBRARY))", "(str(LIBRARY))  # pa-new: allow not-built"
        )
        source = source.replace("    ctypes", "    if LIBRARY.exists(): ctypes")
        with project({"wsgi.py": source}) as folder:
            report = check(folder, "--upload", "libhello.so")
            self.assertEqual((report["findings"], report["allowed"]), ([], 1))
            done = run("visit", folder, "/", "--upload", "libhello.so")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_unreadable(self) -> None:
        error = PermissionError(13, "Permission denied")
        with mock.patch("pa_new_check.elf.read", side_effect=error):
            looked = judged(library())
        self.assertEqual(looked.unread, [("libhello.so", "Permission denied")])
        self.assertEqual(looked.findings, [])


class MissingTest(unittest.TestCase):
    """What has to be built first."""

    def test_words(self) -> None:
        for commands, fix in (
            ([], "Build it as the project's README says"),
            (["./build.sh"], "Run `./build.sh` in the project's folder, and upload"),
            (["make", "strip x"], "Run `make`, then `strip x` in the project's folder"),
        ):
            options = [word for command in commands for word in ("--build", command)]
            with self.subTest(commands), project({"wsgi.py": NATIVE}) as folder:
                report = check(folder, "--upload", "libhello.so", *options)
                (finding,) = report["findings"]
                self.assertEqual(finding["rule"], "not-built")
                self.assertTrue(
                    finding["message"].startswith("libhello.so is not there: ")
                )
                self.assertTrue(finding["fix"].startswith(fix), finding["fix"])

    def test_usage(self) -> None:
        with project({"wsgi.py": PLAIN}) as folder:
            for name in ("/lib.so", "../lib.so", "a/../../lib.so"):
                for words in (["check", str(folder)], ["visit", str(folder), "/"]):
                    done = run(*words, "--upload", name)
                    self.assertEqual(done.returncode, 2)
                    text = done.stdout or done.stderr
                    self.assertEqual(json.loads(text)["error"]["kind"], "usage")

    def test_several(self) -> None:
        with project({"wsgi.py": PLAIN, "b.so": library()}) as folder:
            os.symlink(folder / "nowhere", folder / "c.so")
            words = [
                w for n in ("a.so", "b.so", "c.so", "a.so") for w in ("--upload", n)
            ]
            report = check(folder, *words)
        found = [(f["rule"], f["file"]) for f in report["findings"]]
        self.assertEqual(found, [("not-built", "a.so"), ("not-built", "c.so")])

    def test_visit(self) -> None:
        with project({"wsgi.py": NATIVE}) as folder:
            words = ["--upload", "libhello.so", "--build", "make"]
            done = run("visit", folder, "/", *words)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            (finding,) = json.loads(done.stderr)["findings"]
            self.assertEqual((finding["rule"], finding["line"]), ("not-built", 8))
            self.assertIn("`make`", finding["fix"])
            (folder / "libhello.so").write_bytes(library())
            done = run("visit", folder, "/", *words)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(done.stdout.endswith(b"hello"))


class OnceTest(unittest.TestCase):
    """A mistake is told once: by what causes it, and not by what follows."""

    caught: ClassVar[str] = NATIVE.replace(
        "    ctypes.CDLL(str(LIBRARY))\n",
        "    try:\n        ctypes.CDLL(str(LIBRARY))\n    except OSError:\n"
        "        start_response('503 Service Unavailable', [('Content-Type', 'a/b')])\n"
        "        return [b'not built']\n",
    )
    # It says in words of its own what is wrong, as the entry file for Swift does.
    logged: ClassVar[str] = caught.replace(
        "except OSError:\n",
        "except OSError as error:\n"
        "        environ['wsgi.errors'].write(f'{LIBRARY} cannot be loaded: {error}\\n')\n",
    )
    early: ClassVar[str] = NATIVE.replace(
        "def app", "ctypes.CDLL(str(LIBRARY))\ndef app"
    )

    def cases(self) -> Iterator[tuple[str, bytes | None, list[str]]]:
        odd = library(("libodd.so", "libc.so.6"))
        newer = library(versions=("GLIBC_2.99",))
        for source in (NATIVE, self.early, self.logged):
            yield source, None, ["not-built"]
            yield source, b"", ["library-format"]
            yield source, library(machine=AARCH64), ["library-machine"]
            yield source, newer, ["library-glibc"]
            yield source, odd, ["library-needs"]
        yield self.caught, None, ["not-built"]
        # These are other mistakes.
        wrong = NATIVE.replace("    start", "    1 / 0\n    start")
        yield wrong, library(), ["error-response"]
        yield self.early + "1 / 0\n", library(), ["import-error"]
        yield "1 / 0\n" + NATIVE, None, ["import-error", "not-built"]
        yield "1 / 0\n" + NATIVE, odd, ["import-error", "library-needs"]

    def test_once(self) -> None:
        for source, contents, expected in self.cases():
            files: dict[str, str | bytes] = {"wsgi.py": source}
            if contents is not None:
                files["libhello.so"] = contents
            with self.subTest(expected, source=source), project(files) as folder:
                report = check_soon(folder, "--upload", "libhello.so")
                found = [f["rule"] for f in report["findings"]]
                self.assertEqual(sorted(found), expected, report)

    def test_what_is_sure_is_an_error(self) -> None:
        """Only a request proves that nothing else brings what a library needs."""
        needs = library(("libodd.so",))
        files: dict[str, str | bytes] = {"wsgi.py": NATIVE, "libhello.so": needs}
        for options, severity in (([], "error"), (["--no-load"], "warning")):
            with self.subTest(severity), project(files) as folder:
                (finding,) = check(folder, *options)["findings"]
                self.assertEqual(finding["severity"], severity)

    def test_another_computer(self) -> None:
        """What fails here alone is no error of the project's."""
        what = "`/` is answered with 500, with OSError: /x/libhello.so: no Mach-O file"
        for system, machine, glibc, is_foreign in (
            ("darwin", "arm64", None, True),
            ("darwin", "x86_64", None, True),
            ("linux", "aarch64", "glibc 2.36", True),
            ("linux", "x86_64", "glibc 2.30", True),
            ("linux", "x86_64", "musl", True),
            ("linux", "x86_64", "glibc 2.31", False),
            ("linux", "x86_64", "glibc 2.36", False),
        ):
            with (
                self.subTest(system=system, machine=machine, glibc=glibc),
                mock.patch("sys.platform", system),
                mock.patch("os.uname", return_value=mock.Mock(machine=machine)),
                mock.patch("os.confstr", return_value=glibc),
            ):
                looked = judged(library(versions=("GLIBC_2.31",)))
                self.assertEqual(looked.findings, [])
                (found,) = looked.joined([Finding("error-response", "a.py", 1, what)])
                self.assertEqual(found.document()["severity"] == "warning", is_foreign)
                self.assertEqual("cannot load" in found.consequence, is_foreign)
                other = Finding("error-response", "a.py", 1, "KeyError: 'x'")
                (found,) = looked.joined([other])
                self.assertEqual(found.document()["severity"], "error")


class StartTest(unittest.TestCase):
    """Who has no library does not wait for what reads them."""

    def test_not_imported(self) -> None:
        script = "import sys; from pa_new_check.main import main; main(sys.argv[1:]); "
        script += "sys.exit('pa_new_check.elf' in sys.modules)"
        for source, is_imported in ((PLAIN, 0), (NATIVE, 1)):
            with self.subTest(source), project({"wsgi.py": source}) as folder:
                done = subprocess.run(
                    [sys.executable, "-c", script, "check", folder, "--no-load"],
                    env={**os.environ, "PYTHONPATH": str(CHECKER)},
                    capture_output=True,
                    check=False,
                )
                self.assertEqual(done.returncode, is_imported, done.stderr)


if __name__ == "__main__":
    unittest.main()
