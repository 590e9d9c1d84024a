"""From words to an exit code."""

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

from rehearsal import ROOT, inside, problems
from rehearsal.job import Job
from rehearsal.prepare import Framework, Tools, Workshop, frameworks
from rehearsal.problems import BadUsage, Missing, Problem

DESCRIPTION = """\
Rehearse the host on this computer: nginx in front of uWSGI, as the host has it, and
its API. Each generated project is deployed with pa-new deploy and visited with a real
browser; then it is deployed again, changed, deployed and visited once more.

Nothing outside of one temporary folder and the cache is touched: the host's /home and
/var/www are there in a namespace of their own. The network is used before that, for
packages from PyPI. The Python of the web apps is the one that runs this."""

EPILOGUE = """\
The exit code is 0 if all went as it should, 1 if something did not, 64 for wrong words,
69 where this computer lacks something. It needs Linux, util-linux (unshare), nginx and
chromium; for handlers in Swift, Swift."""

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"{message}; --help tells what there is")


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
        help="the tool; the debug build of this repository where not said",
    )
    parser.add_argument(
        "--only",
        metavar="WHAT",
        action="append",
        default=[],
        help="FRAMEWORK, FRAMEWORK/LANGUAGE, or host for the host itself; repeatable",
    )
    parser.add_argument(
        "--user",
        metavar="NAME",
        default="alice",
        help="the account on the host; alice where not said",
    )
    parser.add_argument(
        "--screenshots",
        metavar="DIR",
        type=Path,
        help="where to put pictures of the first pages, FRAMEWORK-LANGUAGE.png",
    )
    parser.add_argument(
        "--cache",
        metavar="DIR",
        type=Path,
        default=ROOT / ".build/rehearsal",
        help="what keeps environments and built libraries; .build/rehearsal where not "
        "said",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="only say whether this computer has what a rehearsal needs",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="leave the temporary folder, with files and logs of the host",
    )
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    nginx, browser = _program(["nginx"], "nginx"), _program(BROWSERS, "chromium")
    _program(["unshare"], "util-linux")
    pa_new = options.pa_new.absolute()
    if not os.access(pa_new, os.X_OK):
        raise Missing(
            f"there is no program {pa_new}: swift build, or pass --pa-new PATH"
        )
    if not re.fullmatch("[a-z][a-z0-9]*", options.user):
        raise BadUsage(f"--user {options.user}: an account here is of a-z and 0-9")
    if Path("/home", options.user).exists():
        raise BadUsage(
            f"/home/{options.user} is somebody's on this computer, and would be hidden: "
            "pass another name for the account on the host, --user NAME"
        )
    chosen = frameworks(pa_new, options.only)
    if any(framework.language == "swift" for framework in chosen):
        _program(["swift"], "swiftlang, or https://www.swift.org/install")
    inside.check()
    if options.check:
        return 0
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)

    workshop = Workshop(options.cache.absolute(), pa_new)
    with workshop.locked():
        tools = Tools(pa_new, nginx, browser, *workshop.server())
    plays: list[Framework | None] = list(chosen)
    if not options.only or "host" in options.only:
        plays.insert(0, None)
    failed = []
    with _folder(options.keep) as folder:
        for play in plays:
            title = play.title if play else "host"
            place = folder / title.replace("/", "-")
            place.mkdir()
            project = None
            if play:
                with workshop.locked():
                    project = workshop.project(play, place, options.user)
            shots = options.screenshots.absolute() if options.screenshots else None
            job = Job(title, place, options.user, tools, project, shots)
            code = _play(job)
            if code == problems.INTERRUPTED:
                raise KeyboardInterrupt
            if code:
                failed.append(title)
    if failed:
        print(f"rehearse: not as it should be: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _play(job: Job) -> int:
    """Rehearse in namespaces, which end with the process in them."""
    words = [sys.executable, "-B", "-m", "rehearsal.inside", str(job.write())]
    scripts = Path(__file__).parents[1]
    process = subprocess.Popen(
        inside.command(words), cwd=scripts, stdin=subprocess.DEVNULL
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


def _program(names: list[str], package: str) -> Path:
    """Find a program; those for administrators are not on everybody's path."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return Path(found)
    raise Missing(
        f"there is no {names[0]}, which a rehearsal needs: on Debian, "
        f"apt install {package}"
    )


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
