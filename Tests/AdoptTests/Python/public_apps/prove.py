"""Prove that adopted applications answer as on their own development server.

``python prove.py [NAME…] [--repositories FOLDER] [--pa-new PATH] [--quick] [--markdown FILE]``
runs the applications of these names (default: those on PyPI, and with a folder of
repositories all). For each one it prints what was compared, and exits with 1 if anything
differs. It needs what ``Scripts/rehearse`` needs, but no browser.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent), str(ROOT / "Scripts")]

from rehearsal import namespaces
from rehearsal.job import Job
from rehearsal.main import program, rehearse
from rehearsal.prepare import Builder, Project, Tools
from rehearsal.problems import Missing, Problem

from public_apps import development, sources
from public_apps.asking import Answer, differences
from public_apps.model import Edit, PublicApp
from public_apps.tables import APPS

USER = "alice"


class Different(Exception):
    """An adopted application is not as it has to be."""


@dataclass(frozen=True)
class Row:
    """What was seen of one application."""

    app: PublicApp
    compared: str
    result: str


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    try:
        tools = _programs(options)
    except Problem as problem:
        print(f"prove.py: {problem}", file=sys.stderr)
        return problem.exit_code
    if options.check:
        return 0
    chosen = options.names or [
        name
        for name, app in APPS.items()
        if (not app.source.startswith("github:") or options.repositories)
        and (app.is_quick or not options.quick)
    ]
    rows, failed = [], []
    for name in chosen:
        try:
            row = _prove(name, options, tools)
        except (
            Different,
            Problem,
            development.NotServed,
            sources.NotThere,
        ) as problem:
            failed.append(name)
            print(f"{name}: {problem}", file=sys.stderr, flush=True)
        else:
            rows.append(row)
            print(f"{name}: {row.compared}: {row.result}", flush=True)
    if options.markdown:
        options.markdown.write_text(_table(rows))
    print(f"{len(rows)} passed, {len(failed)} failed")
    return 1 if failed or not rows else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="prove.py", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*APPS, []], metavar="NAME")
    parser.add_argument("--repositories", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--pa-new", type=Path, default=ROOT / ".build/debug/pa-new")
    parser.add_argument("--cache", type=Path, default=ROOT / ".build/rehearsal")
    parser.add_argument(
        "--python",
        metavar="VERSION=PATH",
        action="append",
        default=[],
        help="a Python for the apps that need this version; repeatable (default: the "
        "one that runs this, for those of its own version)",
    )
    return parser.parse_args(arguments)


def _programs(options: argparse.Namespace) -> dict[str, Path]:
    """Return the programs that the rehearsal needs, or say what is missing."""
    found = {name: program([name], name) for name in ("nginx", "openssl")}
    program(["unshare"], "util-linux")
    namespaces.check()
    found["pa_new"] = options.pa_new.absolute()
    if not os.access(found["pa_new"], os.X_OK):
        raise Missing(f"there is no program {options.pa_new}: pass --pa-new PATH")
    return found


def _prove(name: str, options: argparse.Namespace, tools: dict[str, Path]) -> Row:
    app = APPS[name]
    python = _python(app.python, options.python)
    builder = Builder(options.cache.absolute(), options.pa_new.absolute(), python)
    with builder.locked():
        environment = _environment(builder, app, options)
    with _folder(options.keep, name) as place:
        copy = place / "development" / _project_name(app)
        copy.parent.mkdir()
        sources.copy(app, _kept(options), options.repositories, copy)
        expected = development.answers(app, copy, environment)
        project = place / "computer" / copy.name
        project.parent.mkdir()
        sources.copy(app, _kept(options), options.repositories, project)
        _adopt(app, project, environment, options.pa_new.absolute())
        found, by_app = _deployed(name, project, environment, place, builder, tools)
    lines = differences(expected, found)
    if lines:
        raise Different("not as on its development server\n  " + "\n  ".join(lines))
    return Row(app, _compared(found, by_app), "the same")


def _environment(builder: Builder, app: PublicApp, options: argparse.Namespace) -> Path:
    """Return the environment that the documentation of an app has its users make."""
    words = []
    for word in app.packages:
        if word.startswith("-r "):
            with tempfile.TemporaryDirectory() as place:
                copy = Path(place, "app")
                sources.copy(app, _kept(options), options.repositories, copy)
                words += _lines(copy / word[len("-r ") :])
        else:
            words.append(word)
    return builder.environment(words)


def _lines(file: Path) -> list[str]:
    lines = (line.partition(" #")[0].strip() for line in file.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _adopt(app: PublicApp, project: Path, environment: Path, pa_new: Path) -> None:
    """Adopt and check an application; nothing of it may change."""
    before = _digests(project)
    words = ["adopt", project.name, "--user", USER, "--python", app.python, *app.adopt]
    said = _adopted(words, project, environment, pa_new)
    after = _digests(project)
    changed = [path for path in before if after.get(path) != before[path]]
    if changed:
        raise Different(f"pa-new adopt changed {', '.join(changed)}")
    if app.environment:
        lines = [f"{name}={value}\n" for name, value in app.environment.items()]
        (project / ".env").write_text("".join(lines))
    errors = _errors(project, environment, pa_new)
    for edit in app.edits:
        if edit.told and edit.told not in errors and edit.told not in said:
            raise Different(f"nothing tells of {edit.told}, only {errors} and {said}")
        _edit(project, edit)
    if app.edits:
        # As the words of adopt ask for: what it has read may be different now.
        _adopted(words, project, environment, pa_new)
        errors = _errors(project, environment, pa_new)
    if errors:
        raise Different(f"check reports {errors}")


def _adopted(words: list[str], project: Path, environment: Path, pa_new: Path) -> str:
    done = _run([str(pa_new), *words], project, environment)
    printed = done.stdout + done.stderr
    if done.returncode:
        words = ["pa-new", *words]
        raise Different(f"{' '.join(words)}: exit {done.returncode}\n{printed}")
    return " ".join(printed.split())


def _edit(project: Path, edit: Edit) -> None:
    file = project / edit.file
    text = file.read_text()
    if edit.old not in text:
        raise Different(f"{edit.file} has no {edit.old!r}")
    file.write_text(text.replace(edit.old, edit.new, 1))


def _errors(project: Path, environment: Path, pa_new: Path) -> dict[str, str]:
    """Return the errors that check reports, by their rules."""
    interpreter = str(environment / "bin/python")
    words = ["check", project.name, "--json", "--interpreter", interpreter]
    done = _run([str(pa_new), *words], project, environment)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise Different(f"pa-new check: {done.stdout}{done.stderr}") from None
    found = {
        row["rule"]: f"{row['file']}:{row['line']}: {row['message']}"
        for row in report["findings"]
        if row["severity"] == "error"
    }
    if not found and report["outcome"] != "works":
        raise Different(f"pa-new check: {report['summary']} {report.get('unloaded')}")
    return found


def _run(
    command: list[str], project: Path, environment: Path
) -> subprocess.CompletedProcess[str]:
    """Run pa-new beside a project, in the environment of the app."""
    path = f"{environment / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=project.parent,
        env={
            "PATH": path,
            "HOME": str(project.parent),
            "VIRTUAL_ENV": str(environment),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _deployed(
    name: str,
    project: Path,
    environment: Path,
    place: Path,
    builder: Builder,
    programs: dict[str, Path],
) -> tuple[list[Answer], list[bool]]:
    """Deploy an adopted application in the rehearsal, and return what it answers."""
    with builder.locked():
        tools = Tools(
            **programs,
            browser=Path(os.devnull),
            driver=Path(sys.executable),
            uv=builder.uv(),
            uv_cache=builder.uv_cache,
            python=builder.server()[0],
            uwsgi=builder.server()[1],
        )
        packages = 0
        in_virtualenv = APPS[name].in_virtualenv
        if (project / "requirements.txt").exists() and not in_virtualenv:
            packages = builder.fetch(project)
    made = Project(
        folder=project,
        edited=project,
        greeting="",
        only_greets=False,
        python=environment / "bin/python",
        virtualenv=environment,
        packages=packages,
    )
    job = Job(
        title=name,
        framework="",
        version=builder.version,
        way="virtualenv" if in_virtualenv else "bundle",
        fails=False,
        folder=place,
        user=USER,
        tools=tools,
        project=made,
        screenshot=None,
    )
    path = f"{HERE.parent}:{ROOT / 'Scripts'}"
    if rehearse(job, "public_apps.on_host", path):
        raise Different("is not deployed, see above")
    rows = json.loads((place / "answers.json").read_text())
    by_app = [row.pop("by_app") for row in rows]
    return [Answer(**row) for row in rows], by_app


def _compared(found: list[Answer], by_app: list[bool]) -> str:
    """Say what was compared, in the order of the requests."""
    parts = []
    for answer, is_by_app in zip(found, by_app, strict=True):
        server = "" if is_by_app else ", by the web server"
        parts.append(f"{answer.title} ({answer.status}{server})")
    return "; ".join(parts)


def _table(rows: list[Row]) -> str:
    """Return the table of `docs/adopted-apps.md`."""
    lines = [
        "| application | licence | framework | Python | changed by its user | compared |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        app = row.app
        changed = "; ".join(dict.fromkeys(edit.why for edit in app.edits)) or "nothing"
        cells = (app.title, app.licence, app.framework, app.python, changed)
        lines.append(f"| {' | '.join(cells)} | {row.compared} |")
    return "\n".join(lines) + "\n"


def _digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(
            file.read_bytes()
        ).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _project_name(app: PublicApp) -> str:
    """Return the name of the folder that a user has the application in."""
    if app.folder:
        return Path(app.folder).name
    kind, _, rest = app.source.partition(":")
    return rest.partition("==" if kind == "pypi" else "@")[0].rpartition("/")[2]


def _python(version: str, pairs: list[str]) -> Path:
    for pair in pairs:
        name, _, path = pair.partition("=")
        if name == version:
            return Path(path).absolute()
    if version != f"{sys.version_info[0]}.{sys.version_info[1]}":
        raise Missing(f"it needs Python {version}: pass --python {version}=PATH")
    return Path(sys.executable)


def _kept(options: argparse.Namespace) -> Path:
    return Path(options.cache) / "sources"


@contextmanager
def _folder(kept: Path | None, name: str) -> Iterator[Path]:
    """Make the folder for one application; the namespaces need its whole path."""
    if kept is not None:
        place = kept.resolve() / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        yield place
        return
    with tempfile.TemporaryDirectory(
        prefix="public-app-", ignore_cleanup_errors=True
    ) as made:
        yield Path(made).resolve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
