"""The command line of a rehearsal."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rehearsal import ROOT, namespaces, problems
from rehearsal.job import Job
from rehearsal.prepare import Builder, Framework, Tools, frameworks, template
from rehearsal.problems import BadUsage, Missing, Problem

DESCRIPTION = """\
Rehearse deployments on this computer, without PythonAnywhere: nginx in front of uWSGI,
as PythonAnywhere has it, and a fake of its API. Each generated project is deployed with
pa-new deploy and visited in a real browser; then it is deployed again, edited, deployed
and visited once more, and that is undone. The first project is also deployed with a mistake.

Only a temporary folder and the cache are written to: /home and /var/www are replaced in
a namespace. Packages are downloaded from PyPI before that."""

EPILOGUE = """\
The exit code is 0 on success, 1 if a rehearsal failed, 64 for invalid arguments and 69
if a program or permission is missing. It needs Linux, util-linux (unshare), nginx,
openssl, chromium, and Swift for handlers in Swift."""

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"{message}; see --help")


def main(arguments: list[str]) -> int:
    """Rehearse what the arguments name, and return the exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _run(_parse(arguments))
    except Problem as problem:
        print(f"rehearse: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return problems.INTERRUPTED


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = _Arguments(
        prog="Scripts/rehearse",
        description=DESCRIPTION,
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--pa-new",
        metavar="PATH",
        type=Path,
        default=ROOT / ".build/debug/pa-new",
        help="the tool (default: .build/debug/pa-new)",
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        type=Path,
        action="append",
        default=[],
        help="the Python of the web apps; repeatable (default: the one that runs this)",
    )
    parser.add_argument(
        "--packages",
        choices=["bundle", "virtualenv"],
        default="bundle",
        help="how the packages of a project get onto the host: uploaded by pa-new deploy, "
        "or installed in a virtualenv there (default: bundle)",
    )
    parser.add_argument(
        "--only",
        metavar="WHAT",
        action="append",
        default=[],
        help="FRAMEWORK, FRAMEWORK/LANGUAGE, or host to test the rehearsed host itself; "
        "repeatable (default: everything)",
    )
    parser.add_argument(
        "--template",
        metavar="DIR",
        type=Path,
        help="rehearse a project of this template of your own, and no framework; its first "
        "page has to show the greeting, and can show more",
    )
    parser.add_argument(
        "--user",
        metavar="NAME",
        default="alice",
        help="the name of the account (default: alice)",
    )
    parser.add_argument(
        "--screenshots",
        metavar="DIR",
        type=Path,
        help="write screenshots of the first pages to DIR/FRAMEWORK-LANGUAGE.png (those "
        "on the last --python)",
    )
    parser.add_argument(
        "--cache",
        metavar="DIR",
        type=Path,
        default=ROOT / ".build/rehearsal",
        help="the cache of environments and built libraries (default: "
        ".build/rehearsal)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="only check that this computer has what a rehearsal needs",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep the temporary folder with the files and logs",
    )
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    nginx, browser = program(["nginx"], "nginx"), program(BROWSERS, "chromium")
    openssl = program(["openssl"], "openssl")
    program(["unshare"], "util-linux")
    pa_new = options.pa_new.absolute()
    if not os.access(pa_new, os.X_OK):
        raise Missing(
            f"there is no program {pa_new}: run swift build, or pass --pa-new PATH"
        )
    if not re.fullmatch("[a-z][a-z0-9]*", options.user):
        raise BadUsage(f"--user {options.user}: only a-z and 0-9 are allowed here")
    if Path("/home", options.user).exists():
        raise BadUsage(
            f"/home/{options.user} exists on this computer and would be hidden: pass "
            "another name for the account with --user NAME"
        )
    if options.template and options.only:
        raise BadUsage("--template and --only cannot be combined")
    if options.template:
        chosen = [template(options.template)]
    else:
        chosen = frameworks(pa_new, options.only)
    if any(framework.language == "swift" for framework in chosen):
        program(["swift"], "swiftlang, or https://www.swift.org/install")
    namespaces.check()
    if options.check:
        return 0
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)

    failed = []
    with _folder(options.keep) as folder:
        for job in _jobs(options, folder, chosen, nginx, openssl, browser):
            code = rehearse(job)
            if code == problems.INTERRUPTED:
                raise KeyboardInterrupt
            if code:
                failed.append(job.title)
    if failed:
        print(f"rehearse: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _jobs(
    options: argparse.Namespace,
    folder: Path,
    chosen: list[Framework],
    nginx: Path,
    openssl: Path,
    browser: Path,
) -> Iterator[Job]:
    """Prepare one rehearsal after the other."""
    own = Builder(
        options.cache.absolute(), options.pa_new.absolute(), Path(sys.executable)
    )
    with own.locked():
        driver = own.driver()
    pythons = [path.absolute() for path in options.python or [Path(sys.executable)]]
    for python in pythons:
        pa_new = options.pa_new.absolute()
        builder = Builder(options.cache.absolute(), pa_new, python)
        with builder.locked():
            uv = builder.uv()
            tools = Tools(
                pa_new,
                nginx,
                openssl,
                browser,
                driver,
                uv,
                builder.uv_cache,
                *builder.server(),
            )
        scenarios: list[Framework | None] = list(chosen)
        is_last = python == pythons[-1]
        is_whole = not options.only and not options.template
        if is_last and (is_whole or "host" in options.only):
            scenarios.insert(0, None)
        for framework in scenarios:
            title = f"{framework.title}/{builder.version}" if framework else "host"
            place = folder / title.replace("/", "-")
            place.mkdir()
            project, shot = None, None
            if framework:
                with builder.locked():
                    project = builder.project(framework, place, options.user)
                if options.screenshots and is_last:
                    name = f"{framework.title.replace('/', '-')}.png"
                    shot = options.screenshots.absolute() / name
            yield Job(
                title,
                framework.name if framework else "",
                builder.version,
                options.packages,
                is_last and [framework] == chosen[:1],
                place,
                options.user,
                tools,
                project,
                shot,
            )


def rehearse(
    job: Job, module: str = "rehearsal.inside", path: str | None = None
) -> int:
    """Rehearse in namespaces, which end with the process in them.

    :param module: What to run in them, with the job's file.
    :param path: The folder of that module, if it is not the one of this package.
    """
    python = str(job.tools.driver)
    command = [python, "-B", "-m", module, str(job.write())]
    folders = {} if path is None else {"PYTHONPATH": path}
    process = subprocess.Popen(
        namespaces.command(command),
        cwd=Path(__file__).parents[1],
        # What is killed removes nothing, but the folder is removed after it.
        env={**os.environ, **folders, "TMPDIR": str(job.folder)},
        stdin=subprocess.DEVNULL,
    )
    try:
        return process.wait()
    finally:
        process.kill()
        process.wait()


@contextmanager
def _folder(keeps: bool) -> Iterator[Path]:
    """Make the folder of a run, and remove it whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-")).resolve()
    try:
        yield folder
    finally:
        if keeps:
            print(f"rehearse: everything is in {folder}", file=sys.stderr)
        else:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder; what was killed may still write for a moment."""
    end = time.monotonic() + 10
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=time.monotonic() < end)


def program(names: list[str], package: str) -> Path:
    """Find a program; those for administrators are not on everybody's path."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return Path(found)
    raise Missing(
        f"there is no {names[0]}, which a rehearsal needs; install it (Debian: "
        f"apt install {package})"
    )


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
