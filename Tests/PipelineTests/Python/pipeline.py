"""Runs the pipeline of a project, and prints as JSON what ran.

    python pipeline.py < request.json

The request is an object: ``service`` (``github`` or ``gitlab``), ``file`` (the pipeline),
``repository`` (the project), ``root`` and ``cache`` (folders for what jobs make, and for
what is kept), ``pythons`` (interpreters by version), ``event`` and ``branch``,
``variables``, ``secrets`` and ``inputs``, ``actions`` (folders of actions by their names),
``kept`` (folders that GitHub's cache has, by the first part of their keys), ``only`` (the
jobs to run), and ``include`` (the folder of what a file for GitLab includes).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import github
import gitlab
from runner import Job, Machine, Unsupported


def main() -> int:
    request = json.load(sys.stdin)
    repository = Path(request["repository"])
    machine = Machine(
        Path(request["root"]), repository, request["pythons"], Path(request["cache"])
    )
    machine.begin()
    machine.commit()
    jobs: list[Job] = []
    pinned: set[str] = set()
    unsupported = None
    try:
        if request["service"] == "github":
            event = github.Event(
                request.get("event", "push"),
                request.get("branch", "main"),
                request.get("variables", {}),
                request.get("secrets", {}),
                request.get("inputs", {}),
            )
            actions = {k: Path(v) for k, v in request.get("actions", {}).items()}
            workflow = github.Workflow(machine, event, actions)
            jobs, pinned = workflow.jobs, workflow.pinned
            workflow.own.kept = {k: Path(v) for k, v in request.get("kept", {}).items()}
            workflow.only = set(request["only"]) if "only" in request else None
            workflow.run(github.read(Path(request["file"])))
        else:
            # A secret is a variable there.
            variables = {**request.get("variables", {}), **request.get("secrets", {})}
            source = request.get("event", "push")
            start = gitlab.Event(source, request.get("branch", "main"), variables)
            pipeline = gitlab.Pipeline(machine, start)
            jobs = pipeline.jobs
            pipeline.only = set(request["only"]) if "only" in request else None
            root = Path(request.get("include") or repository)
            pipeline.run(gitlab.read(Path(request["file"]), root))
    except Unsupported as error:
        unsupported = str(error)
    machine.end()
    document = {
        "jobs": [job.document() for job in jobs],
        "unsupported": unsupported,
        "pinned": sorted(pinned),
    }
    json.dump(document, sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
