"""Running the programs that build: the one place that starts them, except the binary."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from wheel_builder.problems import Missing


def run(
    command: list[str],
    purpose: str,
    environment: dict[str, str] | None = None,
    umask: int = -1,
    is_shown: bool = False,
) -> str:
    """Run a program that has to succeed, and return what it prints on stdout.

    Its output is shown if it fails, or, if it takes minutes, at once.
    """
    finished = subprocess.run(
        command,
        check=False,
        env=environment,
        umask=umask,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr if is_shown else subprocess.PIPE,
        stderr=None if is_shown else subprocess.PIPE,
        text=True,
    )
    if finished.returncode != 0:
        print(finished.stdout or "", finished.stderr or "", sep="", file=sys.stderr)
        raise Missing(
            f"cannot {purpose}: {Path(command[0]).name} failed with exit code "
            f"{finished.returncode}; its output is above"
        )
    return finished.stdout or ""
