"""A process that has this computer to itself: ``python -m rehearsal.inside JOB``.

It is the first process of its namespaces (:mod:`rehearsal.namespaces`). The host's folders
are where they are on the host, and a browser reaches nothing but the host. When this
process ends, all others do.
"""

from __future__ import annotations

import contextlib
import http.client
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

from rehearsal import problems
from rehearsal.job import Job, read
from rehearsal.namespaces import loopback, show
from rehearsal.problems import Failed, Problem

if TYPE_CHECKING:
    from rehearsal.host import Host


def main(file: str) -> int:
    """Rehearse what a job says, and return the exit code."""
    return enter(Path(file), _run)


def enter(file: Path, work: Callable[[Job], None]) -> int:
    """Put the host's folders in their places, do what a job needs, and return the exit code."""
    job = None
    try:
        job = read(file)
        loopback()
        for place in (f"home/{job.user}", "var/www"):
            (job.root / place).mkdir(parents=True)
            show(job.root / place, Path("/", place))
        work(job)
    except Problem as problem:
        title = job.title if job else "rehearse"
        print(f"{title}: {problem}", file=sys.stderr, flush=True)
        return problem.exit_code
    except KeyboardInterrupt:
        return problems.INTERRUPTED
    return 0


def _run(job: Job) -> None:
    # Only here: what this process is for it can do only where it is.
    from rehearsal.browser import opened
    from rehearsal.scenario import rehearse_host, rehearse_project

    with hosted(job) as host:
        if job.project:
            with opened(job) as browser:
                rehearse_project(job, host, job.project, browser)
        else:
            rehearse_host(job, host)


@contextlib.contextmanager
def hosted(job: Job) -> Iterator[Host]:
    """Run the host, and tell the end of its logs if something fails."""
    from rehearsal.host import Host

    host = Host(job)
    try:
        host.start()
        yield host
    except (Failed, OSError, http.client.HTTPException, TimeoutExpired) as problem:
        text = str(problem)
        for kind in ("server", "error"):
            tail = "\n".join(host.log_lines(job.domain, kind)[-20:])
            text += f"\nThe end of the {kind} log:\n{tail}"
        raise Failed(text) from None
    finally:
        host.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
