"""Compiling pa-new as one static binary, with the same bytes in every folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from wheel_builder import BUILD, ROOT
from wheel_builder.problems import Missing
from wheel_builder.programs import run


def compile_binary() -> Path:
    """Compile pa-new, and return the binary."""
    swift = shutil.which("swift")
    if swift is None:
        raise Missing(
            "cannot find swift on PATH; install Swift, or pass a compiled pa-new with "
            "--binary"
        )
    command = [swift, "build", "--configuration", "release", "--product", "pa-new"]
    # A folder of its own: with other options, a build in .build would begin anew.
    command += ["--package-path", str(ROOT), "--scratch-path", str(BUILD / "wheel")]
    command += ["-Xswiftc", "-static-executable", "-Xlinker", "-s"]
    # The compiler would put digests for its own use into the binary, of paths as well.
    command += ["-debug-info-format", "none"]
    command += ["-Xswiftc", "-Xfrontend"]
    command += ["-Xswiftc", "-disable-incremental-llvm-codegen"]
    run(command, "compile pa-new", is_shown=True)
    return BUILD / "wheel" / "release" / "pa-new"
