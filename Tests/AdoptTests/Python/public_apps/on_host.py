"""Deploys one adopted application and visits it: ``python -m public_apps.on_host JOB``.

It runs in namespaces of its own, as :mod:`rehearsal.inside`, and writes the answers to
``answers.json`` in the folder of the job.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rehearsal import nginx
from rehearsal.account import output, run
from rehearsal.host import Host
from rehearsal.inside import enter, hosted
from rehearsal.job import Job
from rehearsal.prepare import Project
from rehearsal.problems import Failed

from public_apps.asking import Visitor
from public_apps.model import PublicApp
from public_apps.tables import APPS


def main(file: str) -> int:
    return enter(Path(file), _work)


def _work(job: Job) -> None:
    app, project = APPS[job.title], job.project
    assert project is not None and project.virtualenv is not None
    with hosted(job) as host:
        python = "python"
        if job.way == "virtualenv":
            # What the user does in a console on the host: make it, and install into it.
            place = host.place(f"/home/{job.user}/.virtualenvs")
            place.mkdir()
            (place / project.folder.name).symlink_to(project.virtualenv)
            python = f"~/.virtualenvs/{project.folder.name}/bin/python"
        done = _deploy(job, project)
        commands = _commands(done)
        if commands or app.prepare:
            # The tables of a database, for instance: the app cannot answer before.
            _prepare(host, project, app, commands, python)
            done = _deploy(job, project)
        if done.returncode:
            raise Failed(f"pa-new deploy: {output(done)}")
        visitor = Visitor(nginx.FRONT, job.domain)
        answers = []
        for ask in app.asks:
            answer = visitor.ask(ask)
            by_app = host.asked_app(ask.path)
            answers.append({**answer.as_data(), "by_app": by_app})
    (job.folder / "answers.json").write_text(json.dumps(answers))


def _deploy(job: Job, project: Project) -> subprocess.CompletedProcess[str]:
    arguments = ["deploy", project.folder.name, "--interpreter", str(project.python)]
    # PythonAnywhere takes 40 files a minute, and pa-new waits as it would there.
    return run(job, project.folder.parent, *arguments, seconds=900)


def _commands(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the commands for a console that a deployment prints after all else."""
    _, _, words = done.stdout.rpartition("Do this on ")
    return [line.strip() for line in words.splitlines() if line.startswith(" " * 9)]


def _prepare(
    host: Host, project: Project, app: PublicApp, commands: list[str], python: str
) -> None:
    """Type the commands that pa-new names, and those of the app's own documentation."""
    name = project.folder.name
    if commands:
        host.console(commands)
    # What pa-new names does all that a command of its documentation would do here.
    own = [command for command in app.prepare if not commands]
    if own:
        # As PYTHONANYWHERE.md says, since a console has no packages.
        run = f'python() {{ command {python} ~/{name}/pa_run.py "$@"; }}'
        host.console([f"cd ~/{name}", run, *own])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
