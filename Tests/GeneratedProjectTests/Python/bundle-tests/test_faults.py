"""Kills, full disks and two processes at once: a load leaves nothing, or everything."""

from __future__ import annotations

import errno
import itertools
import os
import random
import resource
import signal
import subprocess
import unittest
from pathlib import Path
from threading import Thread
from typing import Any, cast
from unittest import mock

import bundles
import pa_bundle

FILES = {
    f"package{count % 3}/part{count % 5}/module{count}.py": b"word = %d\n"
    % count
    * count
    for count in range(1, 40)
}

START = Thread.start

# Kills the process before its Nth operation on a file, in whichever thread that is.
KILLED = """
import itertools, signal
counter = itertools.count(1)
def watch(event, arguments):
    if event in ("open", "os.mkdir", "os.rename", "os.chmod", "os.remove", "os.rmdir"):
        if "/bundles/" in str(arguments[0]) and next(counter) == {number}:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
"""


class Kills(bundles.BundleTest):
    def setUp(self) -> None:
        super().setUp()
        self.old = self.upload(bundles.zipped({"old.py": b"pass"}))
        self.run_code("import old")
        self.bundle = self.upload(bundles.zipped(FILES))
        self.random = random.Random(16)

    def load(self, number: int) -> int:
        """Load in a process that is killed before an operation, unless it has fewer."""
        done = subprocess.run(
            self.command(before=KILLED.format(number=number)),
            env=self.environment,
            capture_output=True,
            check=False,
        )
        self.assertIn(done.returncode, (0, -signal.SIGKILL), done.stderr)
        return done.returncode

    def start_again(self) -> None:
        """Put back what was there before the first load of the new bundle."""
        for number, path in enumerate(self.bundles.glob("[.0-9a-f]*")):
            if path.is_dir():
                path.rename(self.home / f"{number}-{self.random.random()}")
        self.choose(self.old.name)
        with self.loaded():
            pass
        self.choose(self.bundle.name)

    def power_loss(self) -> None:
        """Lose the bytes of some files that are not complete yet: empty, or all zero."""
        files = [path for path in self.bundles.glob(".new-*/*/*/*") if path.is_file()]
        for path in self.random.sample(files, len(files) // 3):
            size = path.stat().st_size
            path.write_bytes(b"\0" * self.random.choice([0, size, size]))

    def test_kill_before_each_operation(self) -> None:
        """After each kill a load is right; a whole folder is whole right after the kill."""
        kills = 0
        for number in range(1, 1000):
            self.start_again()
            if not self.load(number):
                break
            kills += 1
            if self.bundle.exists():
                for name, data in FILES.items():
                    self.assertEqual(data, (self.bundle / name).read_bytes(), name)
            self.power_loss()
            with self.loaded():
                self.assert_complete(self.bundle, FILES)
                self.assertFalse(self.old.exists())
        self.assertGreater(kills, len(FILES) + 20)

    def test_killed_again_and_again(self) -> None:
        """The loads go on where the last one was, so they come to an end."""
        complete: set[Path] = set()
        for _ in range(100):
            if not self.load(self.random.randint(25, 75)):
                break
            found = {
                path
                for path in self.bundles.glob(".new-*/*/*/*")
                if path.stat().st_size
            }
            self.assertLessEqual(len(complete - found), 0)
            complete = found
        with self.loaded():
            self.assert_complete(self.bundle, FILES)

    def test_goes_on_with_complete_files_only(self) -> None:
        new = self.bundles / f".new-{self.bundle.name}"
        names = sorted(FILES)
        for name in names:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(FILES[name])
        numbers = {name: (new / name).stat().st_mtime_ns for name in names}
        spoilt = {names[0]: b"", names[1]: bytes(len(FILES[names[1]])), names[2]: b"x"}
        for name, data in spoilt.items():
            (new / name).write_bytes(data)
        (new / names[3]).unlink()
        with self.loaded():
            self.assert_complete(self.bundle, FILES)
        for name in names[4:]:
            self.assertEqual(numbers[name], (self.bundle / name).stat().st_mtime_ns)


class Together(bundles.BundleTest):
    def test_two_processes(self) -> None:
        for locks in ("real", "none"):
            fault = (
                "import fcntl\ndef no(*_): raise OSError(95, 'no')\nfcntl.flock = no"
            )
            before = fault if locks == "none" else ""
            for count in range(20):
                with self.subTest(locks=locks, count=count):
                    files = {**FILES, "count.py": f"{locks} = {count}".encode()}
                    bundle = self.upload(bundles.zipped(files))
                    command = self.command("import package1.part2.module7", before)
                    loads = [
                        subprocess.Popen(command, env=self.environment)
                        for _ in range(2)
                    ]
                    self.assertEqual([0, 0], [load.wait() for load in loads])
                    if locks == "real":
                        self.assert_complete(bundle, files)
                    else:
                        self.assertEqual([], [*self.bundles.glob(".new-*")])

    def test_old_worker_imports_late(self) -> None:
        """A worker of the old bundle goes on with it while a new one is unpacked."""
        self.upload(bundles.zipped({**FILES, "late.py": b"WORD = 'old'"}))
        code = """
            child = os.fork()
            if child:
                sys.stdout.close()
                os._exit(0)  # The workers can live longer than the process that loaded.
            print("ready", flush=True)
            sys.stdin.readline()
            import late, package2.part2.module2
            print(late.WORD, os.path.dirname(late.__file__), flush=True)
        """
        with subprocess.Popen(
            self.command(code),
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            assert worker.stdin and worker.stdout
            self.assertEqual("ready\n", worker.stdout.readline())
            old = next(path for path in self.bundles.iterdir() if path.is_dir())
            self.upload(bundles.zipped({"late.py": b"WORD = 'new'"}))
            self.assertEqual("new\n", self.run_code("import late; print(late.WORD)"))
            worker.stdin.write("go\n")
            worker.stdin.close()
            self.assertEqual(f"old {old}\n", worker.stdout.readline())


class FullDisk(bundles.BundleTest):
    """A fault at each write, and at each other change of the disk."""

    def fails(self, target: str, real: Any, number: int, code: int) -> Any:
        """Return a patch that lets the Nth call of a function fail."""
        calls = iter(range(1, number + 1))

        def faulty(*arguments: Any, **options: Any) -> Any:
            if next(calls, None) == number:
                raise OSError(code, os.strerror(code))
            return real(*arguments, **options)

        return mock.patch(target, faulty)

    def check(self, target: str, real: Any) -> None:
        bundle = self.upload(bundles.zipped(FILES, dict.fromkeys(FILES, 0o100755)))
        failures = 0
        for number in range(1, 200):
            with self.fails(target, real, number, errno.ENOSPC):
                try:
                    with self.loaded():
                        break
                except RuntimeError as error:
                    failures += 1
                    text = str(error)
            self.assertIn("No space left on device", text)
            self.assertTrue(text.endswith("; delete other files, then reload"), text)
            self.assert_nothing()
        self.assertGreater(failures, 0)
        self.assert_complete(bundle, FILES)

    def test_sync(self) -> None:
        self.check("os.fsync", os.fsync)

    def test_mode(self) -> None:
        self.check("pathlib.Path.chmod", Path.chmod)

    def test_folder(self) -> None:
        self.check("pathlib.Path.mkdir", Path.mkdir)

    def test_rename(self) -> None:
        self.check("pathlib.Path.rename", Path.rename)

    def test_open(self) -> None:
        def opening(path: Any, mode: str = "r") -> Any:
            return open(path, mode)

        with mock.patch.object(pa_bundle, "open", opening, create=True):
            self.check("pa_bundle.open", opening)

    def test_write(self) -> None:
        bundle = self.upload(bundles.zipped({"a": b"", "b": bytes(1 << 20)}))
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, limits[1]))
        try:
            self.assertIn("File too large", self.failure())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        self.assert_nothing()
        with self.loaded():
            self.assertTrue(bundle.exists())

    def test_no_more_threads(self) -> None:
        for number in (1, 2, 5):
            bundle = self.upload(bundles.zipped({**FILES, f"n{number}": b""}))
            counter = itertools.count(1)

            def start(
                thread: Thread, number: int = number, counter: Any = counter
            ) -> None:
                if next(counter) >= number:
                    raise RuntimeError("can't start new thread")
                START(thread)

            with mock.patch("threading.Thread.start", start), self.loaded():
                self.assert_complete(bundle, {**FILES, f"n{number}": b""})
                self.assertGreaterEqual(next(counter), number)

    def test_home_that_is_read_only(self) -> None:
        bundle = self.upload(bundles.zipped(FILES))

        def opening(path: Any, mode: str = "r") -> Any:
            if mode != "rb":
                raise OSError(errno.EROFS, "Read-only file system", str(path))
            return open(path, mode)

        with mock.patch.object(pa_bundle, "open", opening, create=True):
            self.assertIn("Read-only file system", self.failure())
            self.assert_nothing()
        with self.loaded():
            pass
        with (
            mock.patch.object(pa_bundle, "open", opening, create=True),
            mock.patch("os.utime", side_effect=OSError(errno.EROFS, "")),
            self.loaded(),
        ):
            self.assertTrue(cast("Path", bundle).is_dir())


if __name__ == "__main__":
    unittest.main()
