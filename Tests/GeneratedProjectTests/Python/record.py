"""Records projects as the built pa-new makes them, for the tests of later versions.

In the folder of Package.swift, before a release:

    swift build && python3 Tests/GeneratedProjectTests/Python/record.py

Recorded/README.md says what it writes, and what to do about edits that do not apply.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[3]
RECORDED = PACKAGE / "Tests/GeneratedProjectTests/Recorded"
TOOL = PACKAGE / ".build/debug/pa-new"

# The name and the options of each project, which differ so that each option is used.
PROJECTS = {
    "handler-python": ["hello"],
    "handler-swift": ["hello", "--ci", "gitlab"],
    "flask-python": ["my-site", "--domain", "www.example.com", "--python", "3.11"],
    "tornado-python": ["hello", "--ci", "github"],
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Record one project of each framework and language."
    )
    parser.add_argument(
        "--edits",
        nargs=2,
        metavar=("FRAMEWORK-LANGUAGE", "DIR"),
        help="only save the edits of one project: DIR is an edited copy of it",
    )
    arguments = parser.parse_args()
    version = output(TOOL, "--version").split()[-1]
    if arguments.edits:
        save_edits(RECORDED / version / arguments.edits[0], Path(arguments.edits[1]))
        return 0
    missing = 0
    for framework in json.loads(output(TOOL, "list", "--json"))["frameworks"]:
        key = f"{framework['name']}-{framework['language']}"
        place = RECORDED / version / key
        if (place / "project").exists():
            print(f"{place.relative_to(PACKAGE)} is already recorded")
        else:
            record(framework, PROJECTS.get(key, ["hello"]), place / "project")
            print(f"recorded {place.relative_to(PACKAGE)}")
        missing += not has_edits(place)
    return 1 if missing else 0


def record(framework: dict[str, str], options: list[str], place: Path) -> None:
    """Makes a project in a place."""
    arguments = [*options, "--user", "alice", "--quiet"]
    arguments += ["--framework", framework["name"]]
    arguments += ["--language", framework["language"]]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([TOOL, *arguments], cwd=folder, check=True)
        shutil.copytree(Path(folder) / options[0], place)


def has_edits(place: Path) -> bool:
    """Takes over the edits of the version before, and says whether they apply."""
    edits = place / "edits.patch"
    earlier = [
        folder / place.name / "edits.patch"
        for folder in sorted(RECORDED.glob("[0-9]*"), key=numbers)
        if numbers(folder) < numbers(place.parent)
    ]
    earlier = [patch for patch in earlier if patch.is_file()]
    if earlier and not edits.exists():
        shutil.copyfile(earlier[-1], edits)
    name = edits.relative_to(PACKAGE)
    if not edits.exists():
        print(f"error: {name} is missing", file=sys.stderr)
        return False
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(place / "project", copy)
        command = ["git", "apply", "--check", str(edits)]
        applies = subprocess.run(command, cwd=copy, check=False).returncode == 0
    if not applies:
        print(f"error: {name} does not apply", file=sys.stderr)
    return applies


def save_edits(place: Path, edited: Path) -> None:
    """Writes what differs between a recorded project and an edited copy of it."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder) / "old", Path(folder) / "new"
        shutil.copytree(place / "project", old)
        ignored = shutil.ignore_patterns(".git", "__pycache__", ".build*", "*.so")
        shutil.copytree(edited, new, ignore=ignored)
        git = ["git", "--git-dir", f"{folder}/git", "--work-tree"]
        # Nothing is left out, whatever .gitignore and the settings of git say.
        subprocess.run([*git, str(old), "init", "--quiet"], check=True)
        for tree in (old, new):
            add = [*git, str(tree), "-c", "core.autocrlf=false", "add", "-A", "-f", "."]
            subprocess.run(add, cwd=tree, check=True)
            if tree == old:
                before = output(*git, str(tree), "write-tree").strip()
        options = ["--binary", "--no-renames", "--no-ext-diff", "--no-color"]
        patch = subprocess.run(
            [*git, str(new), "diff", "--cached", *options, before],
            cwd=new,
            stdout=subprocess.PIPE,
            check=True,
        )
    (place / "edits.patch").write_bytes(patch.stdout)


def output(*command: str | Path) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def numbers(folder: Path) -> list[int]:
    return [int(part) for part in folder.name.split(".")]


if __name__ == "__main__":
    sys.exit(main())
