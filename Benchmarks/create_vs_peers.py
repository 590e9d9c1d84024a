"""Compare `pa-new hello --framework handler` with `cp -r`, cookiecutter and copier.

All four write the same files: cp copies the finished tree, and cookiecutter and copier
render it from a local template in which the project's name is a variable. They take
turns in rounds, each as a whole process, and the medians are compared. In its turn, each
runs four times, and the first one does not count: after the peers, which take a hundred
times as long, the processor has nothing left of the program that comes next.

Usage, with a binary as it is released (`Scripts/build-wheel` makes it)::

    python3 Benchmarks/create_vs_peers.py [--pa-new PATH] [--rounds N]

The peers are installed into `.build/benchmarks/`. The exit code is 1 if a
target is missed: at most 1.25 times as slow as `cp -r`, at least 80 times as fast as
cookiecutter.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median

import figures

ROOT = Path(__file__).resolve().parent.parent
PEERS = ("cookiecutter==2.7.1", "copier==9.19.1")
MAX_TIMES_CP = 1.25
MIN_TIMES_FASTER = 80.0
RUNS_IN_TURN = 3
TARGETS = {
    "cp -r": {"at_most": MAX_TIMES_CP},
    "cookiecutter": {"at_least": MIN_TIMES_FASTER},
}


def install_peers() -> Path:
    """Return the folder with cookiecutter and copier, which are installed once."""
    folder = ROOT / ".build" / "benchmarks" / "peers"
    stamp = folder / "installed.txt"
    wanted = "\n".join(PEERS)
    if not stamp.is_file() or stamp.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        pip: list[str] = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            *PEERS,
        ]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted)
    return folder / "bin"


def make_template(tree: Path, folder: Path, name: str, variable: str) -> None:
    """Turn a finished project into a template in which the name is a variable.

    :param tree: the finished project, called hello.
    :param folder: the folder for the template.
    :param name: the name of the project's folder in the template.
    :param variable: the variable in the syntax of the template.
    """
    for source in sorted(path for path in tree.rglob("*") if path.is_file()):
        parts = source.relative_to(tree).parts
        target = folder.joinpath(
            name, *(variable if part == "hello" else part for part in parts)
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        if "{{" in text:  # The baseline contains the paths of templates.
            text = "{% raw %}" + text.removesuffix("\n") + "{% endraw %}\n"
        else:
            text = text.replace("hello", variable)
        target.write_text(text, encoding="utf-8")


def make_templates(tree: Path, folder: Path) -> None:
    """Make a template of the same project for each tool."""
    cutter = folder / "cookiecutter"
    make_template(tree, cutter, "{{ cookiecutter.name }}", "{{ cookiecutter.name }}")
    (cutter / "cookiecutter.json").write_text(json.dumps({"name": "hello"}))
    copier = folder / "copier"
    make_template(tree, copier, "{{ name }}", "{{ name }}")
    for path in sorted(path for path in copier.rglob("*") if path.is_file()):
        path.rename(path.with_name(path.name + ".jinja"))
    (copier / "copier.yml").write_text("name:\n  type: str\n  default: hello\n")


def same_files(left: Path, right: Path) -> bool:
    """Tell whether two folders have the same files with the same contents."""
    names = [
        sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file())
        for top in (left, right)
    ]
    if names[0] != names[1]:
        return False
    _, differing, failed = filecmp.cmpfiles(left, right, names[0], shallow=False)
    return not differing and not failed


def run(command: list[str], environment: dict[str, str]) -> float:
    """Run a command that must succeed, and return the seconds from its start to its end.

    It is started without Python's `subprocess`, which takes as long as a small program.
    """
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    # Pending writes of the previous command must not count for this one.
    os.sync()
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, environment, file_actions=silent)
    _, status = os.waitpid(process, 0)
    elapsed = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return elapsed


def main() -> int:
    """Run the comparison and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = ROOT / ".build" / "release" / "pa-new"
    parser.add_argument("--pa-new", type=Path, default=default)
    figures.add_options(parser, 25)
    options = parser.parse_args()
    tool = options.pa_new.resolve()
    if not tool.is_file():
        parser.error(f"there is no {tool}: make it with swift build -c release")
    peers = install_peers()

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run([tool, "hello", "--quiet"], cwd=folder, check=True)
        tree = (folder / "hello").rename(folder / "tree")
        make_templates(tree, folder)
        cutter = [peers / "cookiecutter", "--no-input", folder / "cookiecutter", "-o"]
        copier = [peers / "copier", "copy", "--defaults", "--quiet", folder / "copier"]
        copy = [shutil.which("cp") or "cp", "-r", tree]
        commands = {
            "pa-new": [tool, "hello", "--framework", "handler", "-q", "-o"],
            "cp -r": copy,
            "cookiecutter": cutter,
            "copier": copier,
        }
        environment = {**os.environ, "HOME": scratch, "PYTHONWARNINGS": "ignore"}
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(options.rounds):
            for name, command in commands.items():
                for number in range(1 + RUNS_IN_TURN):
                    # Nothing is removed before the end: after a removal, ext4 takes several
                    # times as long to create a file.
                    work = folder / f"{name}-{turn}-{number}"
                    work.mkdir()
                    target = work / "hello" if name == "cp -r" else work
                    elapsed = run(list(map(str, [*command, target])), environment)
                    if number > 0:
                        seconds[name].append(elapsed)
                if turn == 0 and not same_files(tree, work / "hello"):
                    print(f"{name} wrote other files", file=sys.stderr)
                    return 2

    medians = {name: median(values) * 1000 for name, values in seconds.items()}
    ours = medians["pa-new"]
    print(f"whole process, median of {options.rounds} rounds, {len(PEERS)} peers")
    for name, milliseconds in medians.items():
        fastest = min(seconds[name]) * 1000
        print(
            f"{name:14}{milliseconds:9.2f} ms   (fastest {fastest:.2f})"
            f"   {milliseconds / ours:8.2f} times pa-new"
        )
    results = figures.Figures()
    results.versions = dict(peer.split("==") for peer in PEERS)
    name = "pa-new hello --framework handler"
    for peer, targets in TARGETS.items():
        results.add(name, ours, "ms", peer=(peer, medians[peer]), **targets)
    results.write(options.json)
    times_cp = ours / medians["cp -r"]
    times_faster = medians["cookiecutter"] / ours
    print(f"pa-new takes {times_cp:.2f} times cp -r (target: {MAX_TIMES_CP:g} at most)")
    print(
        f"pa-new is {times_faster:.0f} times faster than cookiecutter"
        f" (target: {MIN_TIMES_FASTER:g} at least)"
    )
    return 0 if results.are_met else 1


if __name__ == "__main__":
    sys.exit(main())
