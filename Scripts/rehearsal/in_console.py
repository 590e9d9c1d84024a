"""A user with nothing but a Bash console: makes a project there, and does what pa-new prints."""

from __future__ import annotations

import json
from typing import Any

from rehearsal import nginx
from rehearsal.host import Host, ask
from rehearsal.job import Job
from rehearsal.problems import expect

NAME = "shop"
FIRST, SECOND = b"Hello from handler", b"Hello from a console"


def rehearse_console(job: Job, host: Host) -> str:
    """Make a project in a console, do its steps, edit it and deploy it there.

    :returns: a sentence about it.
    """
    tool = str(job.tools.pa_new)
    source = f"/home/{job.user}/{NAME}"
    report = json.loads(host.console([f"{tool} {NAME} --python {job.version} --json"]))
    expect("the account in the record", report["answers"]["user"], job.user)
    commands = [line for step in report["steps"] for line in step["commands"]]
    wsgi = f"/var/www/{host.wsgi(job.domain).name}"
    expect("the commands to type", commands, [f"cp {source}/wsgi.py {wsgi}"])
    _do_on_the_web_tab(job, host, report["steps"], source)
    host.console(commands)
    _reload(job, host)
    expect("the page", ask("/", job.domain).body, FIRST)
    static = host.place(f"{source}/static/hello.txt").read_bytes()
    expect("a static file", ask("/static/hello.txt", job.domain).body, static)

    # What is left to do after an edit: nothing has to be uploaded.
    handlers = host.place(f"{source}/{NAME}/handlers.py")
    handlers.write_bytes(handlers.read_bytes().replace(FIRST, SECOND))
    site = f"PYTHONANYWHERE_SITE=http://{nginx.FRONT[0]}:{nginx.FRONT[1]}"
    for words in ("reload   ", ""):
        printed = host.console([f"{site} {tool} deploy {NAME} 2>&1"])
        expect("uploads from a console", "upload   " in printed, False)
        expect(f"'{words}' in\n{printed}", words in printed, True)
        expect("the files are in their place", "in their place" in printed, True)
        expect("the page after the edit", ask("/", job.domain).body, SECOND)
    return f"runs a project that was made in a console with {len(commands)} command"


def _do_on_the_web_tab(
    job: Job, host: Host, steps: list[dict[str, Any]], source: str
) -> None:
    """Do the steps without commands, as far as the account has not done them."""
    actions = [step["action"] for step in steps]
    folder = f"There, set the source code folder to {source}."
    expect(f"'{folder}' in\n{actions}", folder in actions, True)
    mapping = (
        f"Map static files on the Web tab: URL /static/, directory {source}/static."
    )
    expect(f"'{mapping}' in\n{actions}", mapping in actions, True)
    uploads = [action for action in actions if "pload" in action or "pack" in action]
    expect("steps that pack or upload", uploads, [])
    app = f"webapps/{job.domain}/"
    host.answer("PATCH", app, {}, {"source_directory": source})
    row = {"url": "/static/", "path": f"{source}/static"}
    host.answer("POST", f"{app}static_files/", {}, row)


def _reload(job: Job, host: Host) -> None:
    host.answer("POST", f"webapps/{job.domain}/reload/", {}, {})
