"""What is rehearsed: that the host is as it should be, and the life of a project."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rehearsal import nginx
from rehearsal.browser import see
from rehearsal.host import PATIENCE, WORKERS, Host, ask, visiting
from rehearsal.job import TOKEN, Job
from rehearsal.prepare import AGAIN, NAME, VERSION, Project
from rehearsal.problems import Failed


def rehearse_host(job: Job, host: Host) -> None:
    """Prove that apps are run here as they are on the host."""
    python = "python" + VERSION.replace(".", "")
    form = {"domain_name": job.domain, "python_version": python}
    host.answer("POST", "webapps/", {}, form)
    source = Path(__file__).with_name("echo_app.py").read_text()
    host.wsgi(job.domain).write_text(source)
    host.answer("POST", f"webapps/{job.domain}/reload/", {}, {})

    shown = _mirrored(job)
    wsgi = host.wsgi(job.domain)
    _expect("the WSGI file is a module", shown["name"], wsgi.stem)
    _expect("it lies in /var/www", shown["file"], f"/var/www/{wsgi.name}")
    _expect("its folder is first on the path", shown["path"], "/var/www")
    is_elsewhere = not shown["folder"].startswith(f"/home/{job.user}")
    _expect("the working directory is not the user's", is_elsewhere, True)
    _expect("the token is preset", shown["token"], TOKEN)
    _say(job, "imports the WSGI file from /var/www, by its name")

    # More at once than there are workers: one after the other, one worker can take them all.
    seen = [shown]
    workers = {shown["worker"]}
    end = time.monotonic() + PATIENCE
    with ThreadPoolExecutor(2 * WORKERS) as visitors:
        while len(workers) < WORKERS and time.monotonic() < end:
            seen += visitors.map(_mirrored, [job] * 2 * WORKERS)
            workers = {look["worker"] for look in seen}
    loaders = {look["loaded by"] for look in seen}
    _expect("so many workers answer", len(workers), WORKERS)
    _expect("they were loaded once", len(loaders), 1)
    _expect("they were forked after that", workers & loaders, set())
    environ = shown["environ"]
    _expect("wsgi.multiprocess", environ["wsgi.multiprocess"], True)
    _expect("wsgi.multithread", environ["wsgi.multithread"], False)
    threads = {look["thread runs"] for look in seen}
    _expect("a thread of the import runs in a worker", threads, {False})
    _say(job, f"loads an app once, then forks {WORKERS} workers, without threads")

    lie = "6.6.6.6"
    answer = ask(
        "/", job.domain, visitor="127.0.0.5", X_Real_IP=lie, X_Forwarded_For=lie
    )
    environ = json.loads(answer.body)["environ"]
    _expect("X-Real-IP", environ["HTTP_X_REAL_IP"], "127.0.0.5")
    forwarded = environ["HTTP_X_FORWARDED_FOR"]
    _expect("X-Forwarded-For", forwarded, f"{lie}, 127.0.0.5")
    _expect("REMOTE_ADDR", environ["REMOTE_ADDR"], nginx.BALANCER)
    _expect("Host", environ["HTTP_HOST"], job.domain)
    _say(job, "tells the visitor's address in X-Real-IP, whatever the visitor says")

    streamed = _pieces(job, host, "streamed", 20)
    _expect("pieces of a stream that come while the app is at it", streamed, 4)
    held = _pieces(job, host, "held", 1)
    # What comes with the head of an answer may be sent on with it.
    _expect("another answer is held back", held < 2, True)
    _say(job, "holds answers back, but lets a stream through where the app says so")


def rehearse_project(job: Job, host: Host, project: Project) -> None:
    """Bring a project onto the host, visit it, change it, and visit it again."""
    if project.virtualenv:
        # What the user does in a console on the host: make it, and install into it.
        environments = host.place(f"/home/{job.user}/.virtualenvs")
        environments.mkdir()
        (environments / NAME).symlink_to(project.virtualenv)

    _deploy(job, project, project.greeting)
    made = len(host.calls)
    _say(job, f"is deployed, with {made} calls, and pa-new sees it answer")

    shot = None
    if job.screenshots:
        shot = job.screenshots / f"{job.title.replace('/', '-')}.png"
    _expect("the browser shows", see(job, "/", shot), project.greeting)
    _expect("the app was asked for it", host.asked_app("/"), True)
    if shot and not shot.exists():
        raise Failed(f"the browser took no picture of the page: no {shot}")
    _say(job, f'shows "{project.greeting}" in a browser')

    for file in sorted((project.folder / "static").iterdir()):
        path = f"/static/{file.name}"
        _expect(
            f"the browser shows of {path}", see(job, path), file.read_text().strip()
        )
        _expect(f"the app was asked for {path}", host.asked_app(path), False)
    missing = "/static/no-such-file", "/no-such-page"
    statuses = [ask(path, job.domain).status for path in missing]
    _expect(f"the statuses of {missing}", statuses, [404, 404])
    askings = [host.asked_app(path) for path in missing]
    _expect(f"the app was asked for {missing}", askings, [False, True])
    _say(job, "leaves static files to nginx, and answers 404 to an unknown page")

    _deploy(job, project, project.greeting)
    changes = [c for c in host.calls[made:] if c.method != "GET"]
    _expect("what the second deployment changes", changes, [])
    _say(job, "is not touched by a second deployment")

    made = len(host.calls)
    shutil.copytree(project.again, project.folder, dirs_exist_ok=True)
    _deploy(job, project, AGAIN)
    changed = [c for c in host.calls[made:] if c.method != "GET"]
    _expect("the browser shows", see(job, "/"), AGAIN)
    # Each worker has its turn in so many requests.
    bodies = {ask("/", job.domain).body for _ in range(20)}
    _expect("what the workers answer", bodies, {AGAIN.encode()})
    _say(job, f'shows "{AGAIN}" after an edit, and {len(changed)} changing calls')

    log = host.server_log
    for word in ("DAMN", "Segmentation", "HARAKIRI"):
        _expect(f"the server's log has '{word}' in it", word in log, False)
    # A worker that a reload ends while it imports something, on a busy computer, says so; the lines
    # of two of them can be mixed.
    ends = sum(line == "KeyboardInterrupt" for line in log.splitlines())
    errors = log.count("Traceback (most recent call last)") - ends
    _expect("the errors in the server's log", max(errors, 0), 0)


def _deploy(job: Job, project: Project, greeting: str) -> None:
    """Run ``pa-new deploy`` as a user does."""
    words = [str(job.tools.pa_new), "deploy", NAME]
    words += ["--interpreter", str(project.python)]
    front = f"http://{nginx.FRONT[0]}:{nginx.FRONT[1]}"
    done = subprocess.run(
        words,
        cwd=project.folder.parent,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(job.folder),
            "API_TOKEN": TOKEN,
            "PYTHONANYWHERE_SITE": front,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    page = f"https://{job.domain}/: 200, {greeting}\n"
    if done.returncode or not done.stdout.endswith(page):
        raise Failed(
            f"pa-new deploy: exit code {done.returncode}; its last line should have "
            f"ended with {page!r}\n{done.stdout}{done.stderr}".rstrip()
        )


def _pieces(job: Job, host: Host, kind: str, seconds: float) -> int:
    """Return how many pieces of an answer come while the app is still at it."""
    gates = host.place(f"/home/{job.user}/{kind}")
    gates.mkdir()
    pieces = 0
    with (
        contextlib.suppress(OSError),
        visiting(f"/{kind}", job.domain, seconds=seconds) as response,
    ):
        while response.readline() == f"{pieces}\n".encode():
            (gates / str(pieces)).touch()
            pieces += 1
    for number in range(3):  # so that the app gets to its end
        (gates / str(number)).touch()
    return pieces


def _mirrored(job: Job) -> dict[str, Any]:
    answer = ask("/", job.domain)
    if answer.status != 200:
        raise Failed(f"the mirror answers {answer.status}: {answer.body!r}")
    shown: dict[str, Any] = json.loads(answer.body)
    return shown


def _expect(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise Failed(f"{what}: {found!r}, where it should be {expected!r}")


def _say(job: Job, what: str) -> None:
    print(f"{job.title:16} {what}", flush=True)
