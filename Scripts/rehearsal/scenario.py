"""The scenarios of a rehearsal: what the host does, and the life of a project."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fake_api import LIMIT

from rehearsal import nginx
from rehearsal.account import output, run
from rehearsal.browser import Browser
from rehearsal.host import MAX_START, WORKERS, Host, ask, visiting
from rehearsal.in_console import rehearse_console
from rehearsal.job import TOKEN, Job
from rehearsal.prepare import EDITED, NAME, Project
from rehearsal.problems import Failed, expect
from rehearsal.visits import Desk
from rehearsal.visits import of as visits_of


def rehearse_host(job: Job, host: Host) -> None:
    """Prove that apps run here as they do on PythonAnywhere."""
    python = "python" + job.version.replace(".", "")
    form = {"domain_name": job.domain, "python_version": python}
    host.answer("POST", "webapps/", {}, form)
    source = Path(__file__).with_name("echo_app.py").read_text()
    host.wsgi(job.domain).write_text(source)
    host.answer("POST", f"webapps/{job.domain}/reload/", {}, {})

    shown = _echo(job)
    wsgi = host.wsgi(job.domain)
    expect("the module name of the WSGI file", shown["name"], wsgi.stem)
    expect("the path of the WSGI file", shown["file"], f"/var/www/{wsgi.name}")
    expect("the first folder on sys.path", shown["path"], "/var/www")
    is_elsewhere = not shown["folder"].startswith(f"/home/{job.user}")
    expect("working directory outside of the user's home", is_elsewhere, True)
    expect("the environment variable API_TOKEN", shown["token"], TOKEN)
    _say(job, "imports the WSGI file from /var/www by its name")

    # More visitors at once than workers: one worker could serve them one by one.
    seen = [shown]
    workers = {shown["worker"]}
    end = time.monotonic() + MAX_START
    with ThreadPoolExecutor(2 * WORKERS) as visitors:
        while len(workers) < WORKERS and time.monotonic() < end:
            seen += visitors.map(_echo, [job] * 2 * WORKERS)
            workers = {look["worker"] for look in seen}
    loaders = {look["loaded by"] for look in seen}
    expect("the number of workers that respond", len(workers), WORKERS)
    expect("the number of processes that loaded the app", len(loaders), 1)
    expect("workers that loaded the app themselves", workers & loaders, set())
    environ = shown["environ"]
    expect("wsgi.multiprocess", environ["wsgi.multiprocess"], True)
    expect("wsgi.multithread", environ["wsgi.multithread"], False)
    threads = {look["thread runs"] for look in seen}
    expect("threads started at import that run in a worker", threads, {False})
    _say(job, f"loads an app once, then forks {WORKERS} workers without threads")

    forged = "6.6.6.6"
    response = ask(
        "/", job.domain, visitor="127.0.0.5", X_Real_IP=forged, X_Forwarded_For=forged
    )
    environ = json.loads(response.body)["environ"]
    expect("X-Real-IP", environ["HTTP_X_REAL_IP"], "127.0.0.5")
    forwarded = environ["HTTP_X_FORWARDED_FOR"]
    expect("X-Forwarded-For", forwarded, f"{forged}, 127.0.0.5")
    expect("REMOTE_ADDR", environ["REMOTE_ADDR"], nginx.BALANCER)
    expect("Host", environ["HTTP_HOST"], job.domain)
    _say(
        job, "passes the visitor's address in X-Real-IP, even if the visitor forges it"
    )

    streamed = _chunks(job, host, "streamed", 20)
    expect("chunks of a stream that arrive while the app is still writing", streamed, 4)
    held = _chunks(job, host, "held", 1)
    # What comes with the head of a response may be sent on with it.
    expect("other responses are buffered", held < 2, True)
    _say(job, "buffers responses, except streams that the app marks")
    _say(job, rehearse_console(job, host))


def rehearse_project(job: Job, host: Host, project: Project, browser: Browser) -> None:
    """Deploy a project, visit it, change it, take that back, and let it fail."""
    environments = host.place(f"/home/{job.user}/.virtualenvs")
    environments.mkdir()
    if project.virtualenv and job.way == "virtualenv":
        # What the user does in a console on the host: make it, and install into it.
        (environments / NAME).symlink_to(project.virtualenv)

    steps = _deploy(job, project, project.greeting)
    made = len(host.calls)
    of_files = [call for call in host.calls if "/files/" in call.path]
    # With one more than the limit, a user would wait for a minute.
    expect("file requests beyond those of a minute", of_files[LIMIT - 1 :], [])
    _say(job, f"is deployed with {made} requests, and pa-new sees it respond")
    if project.virtualenv:
        _say(job, _packages(job, host, project))

    _see_greeting(browser, project, project.greeting)
    expect("the app served /", host.asked_app("/"), True)
    if job.screenshot:
        browser.screenshot(job.screenshot)
    _say(job, f'shows "{project.greeting}" in a browser')

    _visit_package_files(job, host, project)
    if project.only_greets:
        _visit_static_files(job, host, project, browser)
        _say(job, "leaves static files to nginx, and responds 404 to an unknown page")

    visits = visits_of(job.framework)
    desk = Desk(browser, host.console, job.folder)
    if steps:
        host.console(steps)
    if visits:
        _say(job, visits.first(desk))

    _deploy(job, project, project.greeting)
    changes = [c for c in host.calls[made:] if c.method != "GET"]
    expect("the changes of the second deployment", changes, [])
    _say(job, "is not changed by a second deployment")

    made = len(host.calls)
    shutil.copytree(project.edited, project.folder, dirs_exist_ok=True)
    _deploy(job, project, EDITED)
    changed = [c for c in host.calls[made:] if c.method != "GET"]
    _see_greeting(browser, project, EDITED)
    _expect_of_workers(job, project, EDITED)
    _say(job, f'shows "{EDITED}" after an edit and {len(changed)} changing requests')
    if visits:
        _say(job, visits.again(desk))

    _undo(job, project)
    _visit_package_files(job, host, project)
    _say(job, f'shows "{project.greeting}" again after an undo')

    _check_logs(job, host)
    if job.fails:
        _let_it_fail(job, host, project)


def _packages(job: Job, host: Host, project: Project) -> str:
    """Check where the packages of a project are, and return a sentence about it."""
    place = host.place(f"/home/{job.user}/.pa-new/bundles/{NAME}")
    found = sorted(place.glob("*/*.dist-info"))
    if job.way == "virtualenv":
        expect("the bundles on the host", found, [])
        return f"finds its {project.packages} packages in a virtualenv"
    expect("the unpacked packages", len(found), project.packages)
    archives = list(place.glob("*.zip"))
    expect("the number of archives", len(archives), 1)
    size = archives[0].stat().st_size / 1e6
    return f"unpacks its {project.packages} packages from a bundle of {size:.1f} MB"


def _see(browser: Browser, path: str) -> str:
    """Visit a page, and return the text that is visible."""
    expect(f"the status of {path}", browser.visit(path), 200)
    return browser.text()


def _see_greeting(browser: Browser, project: Project, greeting: str) -> None:
    """Visit the first page, which shows a greeting."""
    if project.only_greets:
        expect("what the browser shows", _see(browser, "/"), greeting)
    else:
        expect("the status of /", browser.visit("/"), 200)
        browser.find(greeting)


def _visit_static_files(
    job: Job, host: Host, project: Project, browser: Browser
) -> None:
    for file in sorted((project.folder / "static").iterdir()):
        path = f"/static/{file.name}"
        expect(
            f"what the browser shows of {path}",
            _see(browser, path),
            file.read_text().strip(),
        )
        expect(f"the app served {path}", host.asked_app(path), False)
    missing = "/static/no-such-file", "/no-such-page"
    statuses = [ask(path, job.domain).status for path in missing]
    expect(f"the statuses of {missing}", statuses, [404, 404])
    by_app = [host.asked_app(path) for path in missing]
    expect(f"the app served {missing}", by_app, [False, True])


def _visit_package_files(job: Job, host: Host, project: Project) -> None:
    """Check that nginx serves the static files that the project's packages bring."""
    record = json.loads((project.folder / ".pa-new.json").read_text())
    for row in record.get("staticFolders", []):
        package = row["package"].replace(".", "/")
        pattern = f"lib/python*/site-packages/{package}/{row['folder']}/**/*"
        found = project.virtualenv.glob(pattern) if project.virtualenv else ()
        files = sorted(
            (file for file in found if file.is_file()),
            key=lambda file: (file.suffix != ".css", file),
        )
        if not files:
            raise Failed(f"{project.virtualenv} has no files for {row}")
        _, _, name = files[0].as_posix().rpartition(f"/{package}/{row['folder']}/")
        path = f"{row['url']}{name}"
        expect(
            f"the bytes of {path}", ask(path, job.domain).body, files[0].read_bytes()
        )
        expect(f"the app served {path}", host.asked_app(path), False)


def _expect_of_workers(job: Job, project: Project, text: str) -> None:
    """Check the responses of all workers: each has its turn in so many requests."""
    bodies = {ask("/", job.domain).body for _ in range(20)}
    if project.only_greets:
        expect("the responses of the workers", bodies, {text.encode()})
    else:
        greets = {text.encode() in body for body in bodies}
        expect("the responses of the workers have the greeting", greets, {True})


def _check_logs(job: Job, host: Host) -> None:
    """Check that nothing has gone wrong on the host."""
    log = "\n".join(host.log_lines(job.domain, "server"))
    for word in ("DAMN", "Segmentation", "HARAKIRI"):
        expect(f"'{word}' in the server's log", word in log, False)
    # A worker that a reload ends while it imports something, on a busy computer, says so; the lines
    # of two of them can be mixed.
    ends = sum(line == "KeyboardInterrupt" for line in log.splitlines())
    errors = log.count("Traceback (most recent call last)") - ends
    expect("the number of errors in the server's log", max(errors, 0), 0)
    # It has other lines, too: Tornado's of each page that is not there.
    lines = host.log_lines(job.domain, "error")
    for line in (
        "Error running WSGI application",
        "Traceback (most recent call last):",
    ):
        expect(f"'{line}' in the error log", line in lines, False)


def _let_it_fail(job: Job, host: Host, project: Project) -> None:
    """Deploy what fails on the host alone, read why, and undo it."""
    file = project.folder / "wsgi.py"
    good = file.read_text()
    file.write_text(
        f"{good}\nassert not __file__.startswith('/var/www'), 'on the host'\n"
    )
    done = run(
        job, project.folder.parent, "deploy", NAME, "--interpreter", str(project.python)
    )
    error = "AssertionError: on the host"
    if done.returncode != 1 or error not in done.stdout + done.stderr:
        raise Failed(f"pa-new deploy does not tell '{error}':\n{output(done)}")
    done = run(job, project.folder.parent, "logs", NAME, "--error", "-n", "20")
    if error not in done.stdout or done.returncode:
        raise Failed(f"pa-new logs does not print '{error}':\n{output(done)}")
    file.write_text(good)
    _undo(job, project)
    _say(job, "tells why a page fails, and an undo brings the last page back")


def _undo(job: Job, project: Project) -> None:
    """Undo the last deployment, and expect the first page from all workers."""
    _deploy(job, project, project.greeting, "--undo")
    _expect_of_workers(job, project, project.greeting)


def _deploy(job: Job, project: Project, greeting: str, *options: str) -> list[str]:
    """Deploy, and expect that the page answers with a greeting.

    :return: The commands for a console that the last words of the deployment name.
    """
    arguments = ["deploy", NAME, *options]
    if not options:
        arguments += ["--interpreter", str(project.python)]
    done = run(job, project.folder.parent, *arguments)
    start = f"https://{job.domain}/: 200, "
    _, seen, words = done.stdout.rpartition(start)
    answer, _, words = words.partition("\n")
    # What is no greeting alone starts with the first line of its HTML.
    is_right = answer == greeting if project.only_greets else bool(answer)
    # After the page come only steps, whose commands are indented the most.
    is_right &= bool(seen) and (not words or words.startswith("Do this on "))
    if done.returncode or not is_right:
        raise Failed(
            f"pa-new {' '.join(arguments)}: expected exit code 0, and steps at most after "
            f"{start + greeting!r}\n{output(done)}"
        )
    return [line.strip() for line in words.splitlines() if line.startswith(" " * 9)]


def _chunks(job: Job, host: Host, kind: str, seconds: float) -> int:
    """Return how many chunks of a response arrive while the app is still writing."""
    gates = host.place(f"/home/{job.user}/{kind}")
    gates.mkdir()
    chunks = 0
    with (
        contextlib.suppress(OSError),
        visiting(f"/{kind}", job.domain, seconds=seconds) as response,
    ):
        while response.readline() == f"{chunks}\n".encode():
            (gates / str(chunks)).touch()
            chunks += 1
    for number in range(3):  # so that the app gets to its end
        (gates / str(number)).touch()
    return chunks


def _echo(job: Job) -> dict[str, Any]:
    response = ask("/", job.domain)
    if response.status != 200:
        raise Failed(f"the echo app responds {response.status}: {response.body!r}")
    shown: dict[str, Any] = json.loads(response.body)
    return shown


def _say(job: Job, what: str) -> None:
    print(f"{job.title:20} {what}", flush=True)
