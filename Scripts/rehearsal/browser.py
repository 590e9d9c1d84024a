"""A real browser without a window: what a visitor sees of a page."""

from __future__ import annotations

import html
import os
import re
import subprocess
from pathlib import Path

from rehearsal.job import Job
from rehearsal.problems import Failed

SECONDS = 120
WINDOW = "640,200"


def see(job: Job, path: str, screenshot: Path | None = None) -> str:
    """Visit a page by its real address, and return the text that is visible.

    :param screenshot: A PNG file to write, of the page as it is drawn.
    """
    command = [
        str(job.tools.browser),
        "--headless=new",
        # Debian's sandbox needs another user than root, and is not for our own pages.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-sync",
        "--no-first-run",
        "--no-default-browser-check",
        "--hide-scrollbars",
        f"--window-size={WINDOW}",
        f"--user-data-dir={job.folder / 'browser'}",
        f"--host-resolver-rules=MAP {job.domain} 127.0.0.1",
        "--dump-dom",
    ]
    if screenshot:
        command.append(f"--screenshot={screenshot}")
    address = f"http://{job.domain}{path}"
    error = ""
    # Once more where a busy computer was too slow for it: it gives up by itself.
    for _ in range(2):
        try:
            done = subprocess.run(
                [*command, address],
                env={"PATH": os.environ["PATH"], "HOME": str(job.folder)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            error = f"timed out after {SECONDS} seconds"
            continue
        if done.returncode == 0 and done.stdout.strip():
            return _text(done.stdout)
        error = f"exit code {done.returncode}\n{done.stderr}"
    raise Failed(f"the browser shows nothing of {address}: {error}")


def _text(document: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", document)).strip()
