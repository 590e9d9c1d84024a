"""Libraries for the tests: what is found of one, and a real one by the C compiler."""

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
