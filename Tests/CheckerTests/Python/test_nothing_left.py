"""No file, folder or process outlives a check, whoever starts it and however it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apps import PATH, PLAIN
from apps.sources import WSGI_FILE
from support import CHECKER, check_soon, listing, project

WAYS = ((), ("--no-namespaces",))


@contextmanager
def temporary() -> Iterator[tuple[Path, dict[str, str]]]:
    """Make a folder for temporary files, and the environment with it."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(place), {"TMPDIR": place}


MESSES = {
    "folders that nobody can read": """os.makedirs('/home/alice/a/b/c')
for n in ('a/b/c', 'a/b', 'a'): os.chmod('/home/alice/' + n, 0)
""",
    "many files": "for n in range(3000): open(f'/home/alice/{n}', 'w').close()\n",
    "links": """os.symlink('/', '/home/alice/root'); os.symlink('x', '/home/alice/x')
os.link('/home/alice/mysite/shop.py', '/home/alice/shop.py')
""",
    "odd names": "open(b'/home/alice/\\xff\\n', 'w').close()\n",
    "files elsewhere": """open('/tmp/left', 'w').close(); open('left', 'w').close()
open('/var/www/left', 'w').close(); open('/home/alice/mysite/left', 'w').close()
""",
    "deep folders": """os.mkdir('deep'); os.chdir('deep')
for n in range(200): os.mkdir('deep'); os.chdir('deep')
""",
}


class NothingLeftTest(unittest.TestCase):
    """No file, folder or process outlives the check."""

    def test_messes(self) -> None:
        for name, source in MESSES.items():
            for way in WAYS:
                if name == "files elsewhere" and way:
                    continue  # without namespaces, /tmp is this computer's
                files = {WSGI_FILE: PATH + "from shop import application\n"}
                files["shop.py"] = f"import os\n{source}{PLAIN}"
                with (
                    self.subTest(name, way=way),
                    project(files) as folder,
                    temporary() as (place, variables),
                ):
                    before = listing(folder)
                    report = check_soon(folder, *way, shell=variables)
                    self.assertEqual(report["outcome"], "works", report)
                    self.assertEqual(listing(place), [])
                    self.assertEqual(listing(folder), before)

    def test_full_temporary_folder(self) -> None:
        """An app that fills /tmp takes no more than its share of the memory."""
        source = (
            "import os\n\nroom = os.statvfs('/tmp')\n"
            "assert room.f_blocks * room.f_frsize <= 2 ** 30, room\n"
            "open('/tmp/x', 'wb').write(bytes(10 ** 7))\n"
        )
        with project({WSGI_FILE: source + PLAIN}) as folder:
            report = check_soon(folder)
            if any("without namespaces" in note for note in report["notes"]):
                self.skipTest("this computer has no namespaces")
            self.assertEqual(report["findings"], [])

    def test_signals(self) -> None:
        """The checker may be ended, even so that it can do nothing about it."""
        source = f"open('/home/alice/begun', 'w').close()\n{PLAIN}import time\ntime.sleep(60)\n"
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL):
            for way in WAYS:
                with (
                    self.subTest(number, way=way),
                    project({WSGI_FILE: source}) as folder,
                    temporary() as (place, variables),
                ):
                    environment = {
                        **os.environ,
                        "PYTHONPATH": str(CHECKER),
                        **variables,
                    }
                    process = subprocess.Popen(
                        [
                            sys.executable,
                            "-B",
                            "-m",
                            "pa_new_check",
                            "check",
                            folder,
                            *way,
                        ],
                        env=environment,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                    self.wait_for(lambda: list(place.rglob("begun")))
                    process.send_signal(number)
                    process.wait(30)
                    self.wait_for(lambda: not listing(place))

    def wait_for(self, condition: Any) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def test_other_places_for_temporary_files(self) -> None:
        with (
            tempfile.TemporaryDirectory() as place,
            project({WSGI_FILE: PLAIN}) as folder,
        ):
            gone = str(Path(place, "gone"))
            for name, value in (
                ("memory", "/dev/shm"),
                ("in the project", str(folder)),
                ("not there", gone),
                ("a file", str(folder / WSGI_FILE)),
            ):
                if name == "memory" and not os.path.isdir(value):
                    continue
                for way in WAYS:
                    with self.subTest(name, way=way):
                        report = check_soon(folder, *way, shell={"TMPDIR": value})
                        self.assertEqual(report["outcome"], "works", report)
                        self.assertEqual(listing(folder), [WSGI_FILE])


def python_for(start: tuple[str, ...]) -> str:
    """Return a Python that can be started in this way, "" if there is none."""
    ask = "import sys; assert sys.version_info >= (3, 9)"
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            command = [*start, "env", python, "-c", ask]
            if not subprocess.run(command, capture_output=True, check=False).returncode:
                return python
        except OSError:
            continue
    return ""


@unittest.skipUnless(sys.platform.startswith("linux"), "it needs Linux")
class UserTest(unittest.TestCase):
    """Started by other users, and with fewer rights."""

    def test_rights(self) -> None:
        limit = "echo 0 > /proc/sys/user/max_{}_namespaces; "
        refuse = limit.format("user") + limit.format("mnt") + 'exec "$@"'
        refused = ("unshare", "-Ur", "sh", "-c", refuse, "sh")
        nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        for name, start, needs_root in (
            ("as this user", (), False),
            ("in a user namespace", ("unshare", "-Ur"), False),
            ("namespaces are refused", refused, False),
            ("as nobody", nobody, True),
            ("as nobody, without a home", (*nobody, "env", "-u", "HOME"), True),
            ("as nobody, without an environment", (*nobody, "env", "-i"), True),
        ):
            python = python_for(start) if os.getuid() == 0 or not needs_root else ""
            if not python:
                continue
            with (
                self.subTest(name),
                project(
                    {
                        WSGI_FILE: PATH + "from shop import application\n",
                        "shop.py": PLAIN,
                    }
                ) as folder,
                temporary() as (place, variables),
            ):
                folder.parent.chmod(0o755)
                place.chmod(0o777)
                copy = shutil.copytree(CHECKER, folder.parent / "HostPython")
                variables["PYTHONPATH"] = str(copy)
                words = [f"{key}={value}" for key, value in variables.items()]
                done = subprocess.run(
                    [
                        *start,
                        "env",
                        *words,
                        python,
                        "-B",
                        "-m",
                        "pa_new_check",
                        "check",
                        folder,
                    ],
                    capture_output=True,
                    check=False,
                )
                self.assertEqual(done.stderr, b"")
                report = json.loads(done.stdout)
                self.assertEqual((report["outcome"], report["findings"]), ("works", []))
                self.assertEqual(listing(place), [])
                told = any("without namespaces" in note for note in report["notes"])
                if name == "namespaces are refused":
                    self.assertTrue(told)


if __name__ == "__main__":
    unittest.main()
