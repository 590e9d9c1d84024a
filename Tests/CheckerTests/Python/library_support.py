"""Helpers for tests of native libraries: findings of one, and a compiled one."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from support import CHECKER

sys.path.insert(0, str(CHECKER))

from pa_new_check import libraries

SOURCE = """
#include <math.h>
#include <stdio.h>

double hello(double x) {
    puts("hello");
    return pow(x, 2.5);
}
"""
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 8888720\n"


def judged(contents: bytes, name: str = "libhello.so") -> libraries.LibraryFindings:
    """Return the findings of a library alone, without code that loads it."""
    result = libraries.LibraryFindings()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(contents)
        libraries._judge(result, path, name, (name, 1), {name})
    return result


def rules(result: libraries.LibraryFindings) -> list[str]:
    return [finding.rule for finding in result.findings]


def patched(contents: bytes, *places: tuple[int, str, int]) -> bytes:
    """Return contents with other numbers at some offsets, each in a format of :mod:`struct`."""
    data = bytearray(contents)
    for offset, form, number in places:
        struct.pack_into(form, data, offset, number)
    return bytes(data)


def compiled() -> bytes:
    """Return a real library, compiled by the C compiler of this computer."""
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder, "hello.c"), Path(folder, "hello.so")
        source.write_text(SOURCE)
        for compiler in ("cc", "clang", "gcc"):
            if shutil.which(compiler):
                command = [compiler, "-shared", "-fPIC", "-O1", source, "-o", result]
                subprocess.run([*command, "-lm"], check=True, capture_output=True)
                return result.read_bytes()
    raise AssertionError("these tests need a C compiler: cc, clang or gcc")
