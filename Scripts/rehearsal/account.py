"""What a user of the rehearsed account does on the own computer: run pa-new."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from rehearsal import nginx
from rehearsal.job import TOKEN, Job


def run(
    job: Job, place: Path, *arguments: str, seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run pa-new as a user does, in a folder."""
    front = f"http://{nginx.FRONT[0]}:{nginx.FRONT[1]}"
    return subprocess.run(
        [str(job.tools.pa_new), *arguments],
        cwd=place,
        env={
            "PATH": f"{job.tools.uv.parent}:{os.environ['PATH']}",
            "HOME": str(job.folder),
            "API_TOKEN": TOKEN,
            "PYTHONANYWHERE_SITE": front,
            "UV_CACHE_DIR": str(job.tools.uv_cache),
            "UV_OFFLINE": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def output(done: subprocess.CompletedProcess[str]) -> str:
    """Return all that a command printed."""
    return f"exit code {done.returncode}\n{done.stdout}{done.stderr}".rstrip()
