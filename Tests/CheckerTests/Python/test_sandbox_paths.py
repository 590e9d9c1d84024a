"""What a script sees without mounts, and that it sees the same with mounts.

Each script runs in an interpreter of its own. With mounts, a namespace has the same
folders at the host's paths, and nothing is replaced.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from pathlib import Path

from path_scripts import disk, scripts
from support import CHECKER

sys.path.insert(0, str(CHECKER))

from pa_new_check.sandbox_translation import Paths

# What a sitecustomize, or the checker, may have used before.
_EARLY = """
import ctypes, glob, logging, multiprocessing, pathlib, shutil, sqlite3, subprocess
import sys, tarfile, tempfile, tokenize, zipfile
sys.path_importer_cache["/home/alice/shop"] = None
"""
_INSTALLED = """
import sys
sys.path[0:1] = [{checker!r}, {place!r} + "/tools"]
import tell
from pa_new_check.sandbox_paths import install
del sys.path[:2]
for name in list(sys.modules):
    if name.startswith("pa_new"):
        del sys.modules[name]
install(
    [
        ("/home", {place!r} + "/stage/home"),
        ("/srv", {place!r} + "/stage/srv"),
        ({place!r} + "/far", {place!r} + "/stage/far"),
    ],
    [{place!r} + "/computer/me/venv", {place!r} + "/far/lib", sys.base_prefix, sys.prefix],
    "/home/alice",
    [{place!r} + "/computer/me"],
)
"""
_MOUNTED = """
import os, sys
sys.path[0] = {place!r} + "/tools"
import tell
del sys.path[0]
os.chdir("/home/alice")
"""
# The folder of the interpreter may be below /home.
_MOUNTS = """set -e
place=$1 prefix=$2 base=$3; shift 3
mount --bind "$place/computer/me/venv" "$place/bare/me/venv"
mount --rbind "$place/bare" "$place/computer"
mkdir "$place/stage/far/lib"
mount --bind "$place/far/lib" "$place/stage/far/lib"
mount --rbind "$place/stage/far" "$place/far"
for folder in "$prefix" "$base"; do
    case "$folder" in
        /home/*) mkdir -p "$place/stage$folder"
                 mount --bind "$folder" "$place/stage$folder";;
    esac
done
mount --rbind "$place/stage/home" /home
mount --rbind "$place/stage/srv" /srv
exec "$@"
"""


def _run(command: list[str]) -> str:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def _installed(place: Path, script: str, early: str = "") -> str:
    start = early + _INSTALLED.format(checker=str(CHECKER), place=str(place))
    return _run([sys.executable, "-B", "-c", start + script])


def _installed_late(place: Path, script: str) -> str:
    return _installed(place, script, _EARLY)


def _mounted(place: Path, script: str) -> str:
    start = _MOUNTED.format(place=str(place))
    mounts = ["unshare", "-rm", "sh", "-c", _MOUNTS, "sh"]
    folders = [str(place), sys.prefix, sys.base_prefix]
    return _run([*mounts, *folders, sys.executable, "-B", "-c", start + script])


def _can_mount() -> bool:
    """Tell whether this computer lets a user mount folders in a namespace."""
    program = shutil.which("unshare")
    if program is None or not Path("/srv").is_dir():
        return False
    command = [program, "-rm", "mount", "--bind", "/srv", "/srv"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _differing(means: Callable[[Path, str], str]) -> list[str]:
    """Return how the outputs of the scripts differ from what they have to be."""

    def difference(case: tuple[str, str, str]) -> str:
        name, script, expected = case
        with tempfile.TemporaryDirectory() as temporary:
            place = Path(temporary).resolve()
            folder = str(place)
            disk(place)
            output = means(place, script.replace("{place}", folder))
        output = output.replace(folder, "{place}")
        lines = unified_diff(
            expected.splitlines(), output.splitlines(), n=0, lineterm=""
        )
        difference = "\n".join(lines)
        return f"{name}:\n{difference}" if difference else ""

    with ThreadPoolExecutor(2) as pool:
        return [text for text in pool.map(difference, scripts()) if text]


class SandboxPathsTest(unittest.TestCase):
    def test_link_above_a_mapped_folder_is_a_folder_of_the_host(self) -> None:
        # On a Mac, /var is a link to /private/var.
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/private")
            os.symlink("private", f"{folder}/var")
            paths = Paths([(f"{folder}/var/www", f"{folder}/stage")], [], [])
            for path, real in (
                ("var/www/x", "stage/x"),
                ("var/../var/www/x", "stage/x"),
                ("var/www/../x", "var/x"),
                ("var/..", ""),
                ("var/other/../x", "var/other/../x"),  # it is not there
            ):
                place = paths.real(f"{folder}/{path}")
                self.assertEqual(place, f"{folder}/{real}".rstrip("/"), path)

    def test_scripts_see_the_paths_of_the_host(self) -> None:
        problems = _differing(_installed)
        self.assertFalse(problems, "\n".join(problems))

    def test_scripts_see_them_if_modules_were_imported_before(self) -> None:
        problems = _differing(_installed_late)
        self.assertFalse(problems, "\n".join(problems))


if _can_mount():

    class MountsTest(unittest.TestCase):
        """Proves that the outputs of the table are those of real mounts."""

        def test_scripts_see_the_same_with_mounts(self) -> None:
            problems = _differing(_mounted)
            self.assertFalse(problems, "\n".join(problems))


if __name__ == "__main__":
    unittest.main()
