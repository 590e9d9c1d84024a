"""Runs the pipeline of a project, and prints as JSON what ran.

    python pipeline.py < request.json

The request is an object: ``service`` (``github`` or ``gitlab``), ``file`` (the pipeline),
``repository`` (the project), ``root`` and ``cache`` (folders for what jobs make, and for
what is kept), ``pythons`` (interpreters by version), ``event``, ``branch`` and ``tag``,
``variables``, ``secrets`` and ``inputs``, ``actions`` (folders of actions by their names),
``kept`` (folders that GitHub's cache has, by the first part of their keys), ``only`` (the
jobs to run), ``include`` (the folder of what a file for GitLab includes), ``scoped`` (the
variables of GitLab's environments), and ``requests`` (the file with the requests to merge:
with it, there is a stand-in for the service, and ``forbids`` says that GitHub lets no
workflow open one).
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import github
import gitlab
from forge import Forge, write_gh
from runner import Job, Machine, Unsupported


def main() -> int:
    request = json.load(sys.stdin)
    repository = Path(request["repository"])
    machine = Machine(
        Path(request["root"]), repository, request["pythons"], Path(request["cache"])
    )
    machine.begin()
    machine.commit()
    with contextlib.ExitStack() as stack:
        if "requests" in request:
            machine.forge = stack.enter_context(_forge(request))
            write_gh(machine.root / "tools", machine.forge.url, sys.executable)
        document = _run(request, machine)
    machine.end()
    json.dump(document, sys.stdout, indent=1)
    return 0


def _forge(request: dict[str, Any]) -> Forge:
    forge = Forge(
        request["service"], Path(request["repository"]), Path(request["requests"])
    )
    forge.allows_requests = not request.get("forbids", False)
    for variables in request.get("scoped", {}).values():
        for token in variables.values():
            forge.tokens[token] = {"contents:read", "contents:write", "read_api"}
    return forge


def _run(request: dict[str, Any], machine: Machine) -> dict[str, Any]:
    repository = machine.repository
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
                request.get("tag"),
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
            start = gitlab.Event(
                source,
                request.get("branch", "main"),
                variables,
                request.get("scoped", {}),
            )
            pipeline = gitlab.Pipeline(machine, start)
            jobs = pipeline.jobs
            pipeline.only = set(request["only"]) if "only" in request else None
            root = Path(request.get("include") or repository)
            pipeline.run(gitlab.read(Path(request["file"]), root))
    except Unsupported as error:
        unsupported = str(error)
    return {
        "jobs": [job.document() for job in jobs],
        "unsupported": unsupported,
        "pinned": sorted(pinned),
    }


if __name__ == "__main__":
    sys.exit(main())
