"""Files that are too large for PythonAnywhere, or for the memory of this computer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

import fake_api
import fake_files
import fake_server
from support import DEPLOYER, HANDLER, DeployTest, write

# isort: split
from pa_new_deploy.api import api_problems, region, transport
from pa_new_deploy.api.client import Client
from pa_new_deploy.api.host import Host

# Uploads a file in a process of its own, and prints the most memory that it took.
UPLOAD = """\
import sys, tracemalloc
from pathlib import Path
from pa_new_deploy.api import region
from pa_new_deploy.api.host import Host
from pa_new_deploy.api.client import Client
from pa_new_deploy.api.throttle import Clock

found = region.Region(sys.argv[1], is_loopback=True)
client = Client(found, "alice", sys.argv[2], Clock(), lambda *_: None)
host = Host(client)
tracemalloc.start()
host.write("/home/alice/large", Path(sys.argv[3]), "upload")
print(tracemalloc.get_traced_memory()[1])
"""


class RefusedTest(DeployTest):
    """What the host does not take."""

    def large(self, size: int, name: str = "static/video.mp4") -> Path:
        folder = self.folder(HANDLER)
        write(folder, {name: os.urandom(size)})
        return folder

    def test_a_file_over_the_limit_of_an_upload(self) -> None:
        self.host.disk.upload_limit = 500_000
        folder = self.large(500_001)
        run = self.deploy(folder, code=73)
        self.assertIn(
            "does not accept /home/alice/hello/static/video.mp4, 0.5 MB", run.err
        )
        self.assertIn("status 413", run.err)
        for text in ("100 MiB", "make the file smaller", "Bash console"):
            self.assertIn(text, run.err)
        self.assertNotIn("may or may not", run.err)
        self.assertEqual([c.status for c in self.host.calls].count(413), 1)
        (folder / "static/video.mp4").write_bytes(os.urandom(500_000))
        self.deploy(folder)

    def test_a_full_account(self) -> None:
        self.host.disk.quota = 400_000
        folder = self.large(400_001)
        run = self.deploy(folder, code=73)
        self.assertIn("not enough space on PythonAnywhere", run.err)
        self.assertIn("/home/alice/hello/static/video.mp4, 0.4 MB", run.err)
        self.assertIn("Disk quota exceeded", run.err)
        for text in ("Files page", "512 MiB", "du -hs", "Bash console"):
            self.assertIn(text, run.err)
        # Whether the file that was there is whole after this is not known.
        self.assertIn("may or may not have taken effect", run.err)
        self.host.disk.quota = fake_files.QUOTA
        self.deploy(folder)

    def test_each_answer_of_a_full_disk(self) -> None:
        folder = self.folder(HANDLER)
        original = type(self.host).answer
        for status, body in (
            (400, {"detail": "Disk quota exceeded"}),
            (403, {"detail": "Your QUOTA is used up"}),
            (500, {"error": "[Errno 122] Disk quota exceeded: '/home/alice/a'"}),
            (507, {}),
        ):
            text = json.dumps(body).encode()

            def answer(
                *given: object, status: int = status, text: bytes = text
            ) -> object:
                if given[0] == "POST" and str(given[1]).startswith("files/path"):
                    return status, "application/json", text
                return original(self.host, *given)  # type: ignore[arg-type]

            with self.subTest(status), mock.patch.object(self.host, "answer", answer):
                calls = len(self.host.calls)
                run = self.deploy(folder, code=73)
                self.assertIn("not enough space", run.err)
                posts = [c for c in self.host.calls[calls:] if c.method == "POST"]
                self.assertEqual(len(posts), 1, "a full disk is not tried again")

    def test_what_is_large_is_named_before_it_travels(self) -> None:
        folder = self.large(1000)
        limits = mock.patch.multiple(api_problems, UPLOAD_LIMIT=900, FREE_QUOTA=950)
        with limits, mock.patch("pa_new_deploy.files.LARGE", 500):
            run = self.deploy(folder)
        large, rest = run.out.index("Large: static/video.mp4"), run.out.index("upload ")
        self.assertLess(large, rest)
        self.assertIn("its Files page takes files of up to 100 MiB", run.out)
        self.assertIn("a free account has 512 MiB", run.out)
        # It goes first: if it is refused, nothing else has changed.
        uploads = [
            line.split()[1]
            for line in run.out.splitlines()
            if line.startswith("upload ")
        ]
        self.assertEqual(uploads[0], "static/video.mp4")
        self.assertEqual(uploads[-1], "wsgi.py")

    def test_sizes_at_the_limits(self) -> None:
        for size, texts in ((500, 0), (501, 1), (900, 1), (901, 2)):
            folder = self.large(size, f"static/{size}")
            limits = mock.patch.multiple(api_problems, UPLOAD_LIMIT=900)
            with limits, mock.patch("pa_new_deploy.files.LARGE", 500):
                out = self.deploy(folder).out
            found = out.count(f"Large: static/{size} ") + out.count("may refuse it")
            self.assertEqual(found, texts, out)


class MemoryTest(unittest.TestCase):
    """An upload takes no memory for the file."""

    def test_an_upload_of_100_megabytes(self) -> None:
        with fake_server.running() as host:
            place = host.root / "large"
            with place.open("wb") as file:
                for _ in range(100):
                    file.write(os.urandom(1_000_000))
            done = subprocess.run(
                [sys.executable, "-c", UPLOAD, host.url, host.token, str(place)],
                env={"PYTHONPATH": str(DEPLOYER), "PATH": "/usr/bin:/bin"},
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            there = host.place("/home/alice/large")
            self.assertEqual(there.stat().st_size, 100_000_000)
            self.assertEqual(there.read_bytes(), place.read_bytes())
        self.assertLess(int(done.stdout), 10_000_000)


class AgainTest(DeployTest):
    """A try that failed sends the file once more, from its start."""

    def test_each_try_reads_the_file_from_its_start(self) -> None:
        place = self.host.root / "large"
        place.write_bytes(os.urandom(3_000_000))
        found = region.Region(self.host.url, is_loopback=True)
        client = Client(found, "alice", self.host.token, self.clock, lambda *_: None)
        for kind in ("500", "cut", "half", "429"):
            self.host.faults = [fake_api.Fault(len(self.host.calls) + 1, kind)]
            Host(client).write(f"/home/alice/{kind}", place, "upload")
            there = self.host.place(f"/home/alice/{kind}").read_bytes()
            self.assertEqual(there, place.read_bytes())

    def test_a_file_that_changes_meanwhile_is_not_uploaded(self) -> None:
        place = self.host.root / "large"
        for change in (-1, 1):
            place.write_bytes(b"x" * 1000)
            upload = transport.Upload(place, 60.0)
            place.write_bytes(b"x" * (1000 + change))
            with self.assertRaisesRegex(OSError, "has changed"):
                while upload.read(100):
                    pass
            upload.close()


if __name__ == "__main__":
    unittest.main()
