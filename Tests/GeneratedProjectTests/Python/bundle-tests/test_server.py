"""Bundles on a real uWSGI, which loads once and forks its workers, as the host does."""

from __future__ import annotations

import os
import shutil
import signal
import time
import unittest
from pathlib import Path

import bundles

import servers

# The generated entry file and pa_bundle.py, with an application that tells what it uses.
ROUTES = """
import os
import threading

import shop

loaded = threading.active_count()


def application(environ, start_response):
    if environ["PATH_INFO"] == "/late":
        import late

        text = late.WORD
    else:
        text = f"{shop.WORD} {loaded} {os.getpid()}"
    start_response("200 OK", [("Content-Type", "application/json")])
    return [f'"{text}"'.encode()]
"""


def packages(word: str) -> bytes:
    """Return a bundle with packages that answer a word, and many files."""
    files = {name: f"WORD = {word!r}\n".encode() for name in ("shop.py", "late.py")}
    filler = {f"filler/{n % 20}/{n}.py": b"pass\n" * n for n in range(500)}
    return bundles.zipped({**files, **filler})


class OnUWSGI(bundles.BundleTest):
    def setUp(self) -> None:
        super().setUp()
        project = self.home / bundles.NAME
        shutil.copytree(bundles.PROJECT, project)
        (project / "hello/routes.py").write_text(ROUTES)
        (self.home / "www").mkdir()
        self.entry = self.home / "www/alice_pythonanywhere_com_wsgi.py"
        shutil.copy(project / "wsgi.py", self.entry)

    def start(self, *options: str) -> servers.Server:
        command = servers.uwsgi(str(self.entry), "--processes=2", *options)
        server = servers.Server(
            *command, folder=self.home, path="/", HOME=str(self.home)
        )
        self.addCleanup(server.folder.cleanup)
        self.addCleanup(server.kill)
        return server

    def reload(self, server: servers.Server, word: str) -> None:
        """Press Reload, and wait until the workers are new ones."""
        os.kill(server.process.pid, signal.SIGHUP)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if server.json("/").startswith(word + " "):
                    return
            except (OSError, AssertionError):
                pass
            time.sleep(0.05)
        self.fail(f"no answer {word}:\n{server.log()}")

    def words(self, server: servers.Server) -> set[str]:
        """Ask until both workers have answered; return the words and counts of threads."""
        answers: set[str] = set()
        deadline = time.monotonic() + 20
        while len(answers) < 2 and time.monotonic() < deadline:
            answers.add(server.json("/"))
        self.assertEqual(2, len({answer.split()[2] for answer in answers}))
        return {answer.rpartition(" ")[0] for answer in answers}

    def folders(self) -> set[Path]:
        return {path for path in self.bundles.iterdir() if path.is_dir()}

    def test_loads_and_reloads(self) -> None:
        first = self.upload(packages("one"))
        server = self.start()
        self.assertEqual({"one 1"}, self.words(server))
        second = self.upload(packages("two"))
        other = self.start()
        # The workers of the first server still use the first bundle, and import late.
        self.assertEqual({"two 1"}, self.words(other))
        self.assertEqual({first, second}, self.folders())
        self.assertEqual("one", server.json("/late"))
        self.assertEqual("two", other.json("/late"))
        self.reload(server, "two")
        self.assertEqual({"two 1"}, self.words(server))
        # Nobody uses the first one any more, so the next unpacking removes it.
        third = self.upload(packages("three"))
        self.reload(other, "three")
        self.assertEqual({second, third}, self.folders())
        self.assertEqual("two", server.json("/late"))

    def test_workers_that_load_themselves(self) -> None:
        """With --lazy-apps, each worker loads the entry file: both at the same time."""
        bundle = self.upload(packages("lazy"))
        server = self.start("--lazy-apps")
        self.assertEqual({"lazy 1"}, self.words(server))
        self.assertEqual({bundle}, self.folders())

    def test_error_is_one_line_of_the_log(self) -> None:
        self.upload(packages("one")[:-50], digest="0" * 64)
        with self.assertRaises(AssertionError) as caught:
            self.start()
        lines = str(caught.exception).split("\n")
        found = [line for line in lines if "it was damaged" in line]
        self.assertEqual(1, len(found))
        self.assertTrue(found[0].startswith("RuntimeError: cannot unpack "))
        self.assertNotIn("During handling of", str(caught.exception))
        self.assertNotIn("direct cause", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
