"""Projects on the disk, and runs of the checker."""

from __future__ import annotations

import atexit
import compileall
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def _compiled() -> Path:
    """Return a copy of the checker with its bytecode, as an installed pa-new keeps it.

    Compiling it takes longer than most checks do, and the sources stay as they are.
    """
    place = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    copy = shutil.copytree(
        Path(__file__).resolve().parents[3] / "Checker", place / "Checker"
    )
    # A file that does not compile is for the test that runs it.
    compileall.compile_dir(copy, quiet=2)
    return copy


CHECKER = _compiled()


@contextlib.contextmanager
def project(files: Mapping[str, str | bytes]) -> Iterator[Path]:
    """Write files into a folder of their own, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "mysite"
        folder.mkdir()
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                content = content.encode()
            path.write_bytes(content)
        yield folder


def run(
    *arguments: str | Path, timeout: float = 180
) -> subprocess.CompletedProcess[bytes]:
    """Run the package as a program of its own."""
    return subprocess.run(
        [sys.executable, "-B", "-m", "pa_new_host", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(CHECKER)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


def check(folder: Path, *options: str) -> dict[str, Any]:
    """Check a project and return the report."""
    done = run("check", folder, *options)
    if done.returncode != 0 or done.stderr:
        raise AssertionError((done.returncode, done.stdout, done.stderr))
    report: dict[str, Any] = json.loads(done.stdout)
    return report
