"""Makes bundles as ``pa-new deploy`` uploads them, and loads them as the host does."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

import pa_bundle

NAME = "hello"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
PROJECT = Path(pa_bundle.__file__).parent


def zipped(files: Mapping[str, bytes], modes: Mapping[str, int] | None = None) -> bytes:
    """Return a zip file with files, sorted, of a fixed date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in sorted(files.items()):
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (modes or {}).get(name, 0o100644) << 16
            archive.writestr(member, data)
    return buffer.getvalue()


class BundleTest(unittest.TestCase):
    """A test with a home folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.bundles = self.home / ".pa-new/bundles" / NAME

    def upload(self, data: bytes, python: str = PYTHON, digest: str = "") -> Path:
        """Upload an archive, make it the current one, and return its folder."""
        digest = digest or hashlib.sha256(data).hexdigest()
        self.bundles.mkdir(parents=True, exist_ok=True)
        (self.bundles / f"{digest}.zip").write_bytes(data)
        self.choose(digest, len(data), python)
        return self.bundles / digest

    def choose(
        self, digest: str, size: int = 0, python: str = PYTHON, keeps: object = ()
    ) -> None:
        """Make a bundle the current one, with others to keep."""
        record = {"version": 1, "sha256": digest, "size": size, "python": python}
        text = json.dumps({**record, "glibc": "2.35", "keeps": keeps})
        (self.bundles / "current.json").write_text(text)

    @contextlib.contextmanager
    def loaded(self) -> Iterator[None]:
        """Use the bundle in this process, as long as the context lasts."""
        descriptors = open_files()
        with (
            mock.patch.dict(os.environ, HOME=str(self.home)),
            mock.patch.object(sys, "path", [str(PROJECT), *sys.path]),
        ):
            try:
                pa_bundle.use(NAME)
                yield
            finally:
                sys.path_importer_cache.clear()
                for number in open_files() - descriptors:
                    with contextlib.suppress(OSError):
                        os.close(number)

    def failure(self) -> str:
        """Return the message of a load that fails; it is one line, and has no cause."""
        with self.assertRaises(RuntimeError) as caught, self.loaded():
            pass
        self.assertTrue(
            caught.exception.__suppress_context__ or not caught.exception.__context__
        )
        message = str(caught.exception)
        self.assertNotIn("\n", message)
        return message

    def command(self, code: str = "", before: str = "") -> list[str]:
        """Return the command of a process that uses the bundle, then runs code."""
        lines = [
            "import os, sys",
            textwrap.dedent(before),
            f"sys.path.insert(0, {str(PROJECT)!r})",
            f"import pa_bundle; pa_bundle.use({NAME!r})",
            textwrap.dedent(code),
        ]
        return [sys.executable, "-W", "error", "-c", "\n".join(lines)]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.home)}

    def run_code(self, code: str, before: str = "") -> str:
        """Use the bundle in a process, run code there, and return what it printed."""
        done = subprocess.run(
            self.command(code, before),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        return done.stdout

    def assert_complete(self, bundle: Path, files: Mapping[str, bytes]) -> None:
        """Check that a bundle has exactly its files, and nothing is half done."""
        found = {
            path.relative_to(bundle).as_posix(): path.read_bytes()
            for path in bundle.rglob("*")
            if path.is_file() and path.name != ".lock" and path.suffix != ".pyc"
        }
        self.assertEqual(dict(files), found)
        self.assertEqual(
            [], [*self.bundles.glob(".new-*"), *self.bundles.glob(".old-*")]
        )

    def assert_nothing(self) -> None:
        """Check that nothing of a bundle is unpacked."""
        self.assertEqual([], [path for path in self.bundles.iterdir() if path.is_dir()])


def open_files() -> set[int]:
    """Return the numbers of the open files of this process."""
    names = os.listdir("/proc/self/fd")  # One of them was the list's own.
    return {int(name) for name in names if os.path.lexists(f"/proc/self/fd/{name}")}
