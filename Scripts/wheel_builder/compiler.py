"""Compiling pa-new as one static binary, with the same bytes in every folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from wheel_builder import BUILD, ROOT
from wheel_builder.problems import Missing
from wheel_builder.programs import run

FLAGS = (
    "--configuration",
    "release",
    # One file that needs no other, and no names of functions in it.
    *("-Xswiftc", "-static-executable", "-Xlinker", "-s"),
    # Small: each function can be left out by itself, and equal ones are there once.
    *("-Xswiftc", "-Osize", "-Xswiftc", "-Xfrontend", "-Xswiftc", "-function-sections"),
    *("-Xlinker", "--icf=all"),
    # A generic type is found by a call, and not by its name: that takes a tenth of `pa-new hello`.
    *("-Xswiftc", "-Xfrontend"),
    *("-Xswiftc", "-disable-concrete-type-metadata-mangled-name-accessors"),
    # No memory is set aside for each of them: a run would touch a little of it on many pages.
    *("-Xswiftc", "-Xfrontend"),
    *("-Xswiftc", "-disable-preallocated-instantiation-caches"),
    # Without the index for exceptions of C++, which nothing here throws.
    *("-Xlinker", "--no-eh-frame-hdr"),
    # The compiler would put digests for its own use into the binary, of paths as well.
    *("-debug-info-format", "none"),
    *("-Xswiftc", "-Xfrontend", "-Xswiftc", "-disable-incremental-llvm-codegen"),
)
"""How a binary that is released is compiled."""

# The tables of that index: nothing can read them without it.
_UNUSED = (".eh_frame", ".gcc_except_table")


def swift() -> str:
    """Return the path of Swift."""
    found = shutil.which("swift")
    if found is None:
        raise Missing(
            "cannot find swift on PATH; install Swift, or pass a compiled pa-new with "
            "--binary"
        )
    return found


def without_unused(binary: Path) -> Path:
    """Return a copy, beside the folder of a binary, without what is not used in it."""
    # The one beside Swift, if it is there: another one could order the rest in another way.
    beside = Path(swift()).resolve().with_name("llvm-objcopy")
    program = str(beside) if beside.exists() else shutil.which("llvm-objcopy")
    if program is None:
        raise Missing("cannot find llvm-objcopy, which is a part of Swift, on PATH")
    smaller = binary.parent.parent / binary.name
    removed = [f"--remove-section={name}" for name in _UNUSED]
    run([program, *removed, str(binary), str(smaller)], "make the binary smaller")
    return smaller


def compile_binary() -> Path:
    """Compile pa-new, and return the binary."""
    command = [swift(), "build", *FLAGS, "--product", "pa-new"]
    # A folder of its own: with other options, a build in .build would begin anew.
    command += ["--package-path", str(ROOT), "--scratch-path", str(BUILD / "wheel")]
    run(command, "compile pa-new", is_shown=True)
    return without_unused(BUILD / "wheel" / "release" / "pa-new")
