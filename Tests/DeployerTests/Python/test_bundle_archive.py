"""The archive of a bundle: the same bytes for the same files, and nothing dangerous."""

from __future__ import annotations

import os
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from pa_new_deploy.bundle import archive
from pa_new_deploy.bundle.bundle_problems import BadPackage

import support

FILES: dict[str, str | bytes] = {
    "bin/flask": "#!/home/me/python\n",
    ".lock": "",
    "shop/__init__.py": "X = 1\n",
    "shop/__pycache__/__init__.cpython-313.pyc": b"\0",
    "shop/locale/de/django.po": "source",
    "shop/locale/de/django.mo": b"\x01",
    "shop/locale/xx/django.po": "the only one",
    "shop/data.json": "{}",
    "shop/bin/kept.py": "",
    "Shop-1.0.dist-info/METADATA": "Name: Shop\nVersion: 1.0\n",
    "Shop-1.0.dist-info/REQUESTED": "",
    "Shop-1.0.dist-info/direct_url.json": '{"url": "https://me:secret@host/x.whl"}',
    "Shop-1.0.dist-info/RECORD": (
        "shop/data.json,sha256=b,2\nbin/flask,sha256=differs,18\n"
        "Shop-1.0.dist-info/RECORD,,\nshop/__init__.py,sha256=a,6\n"
    ),
}


class ArchiveTest(unittest.TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.root = Path(place.name)

    def pack(self, name: str, files: dict[str, str | bytes]) -> archive.Archive:
        folder, out = self.root / name, self.root / f"out-{name}"
        folder.mkdir()
        out.mkdir()
        support.write(folder, files)
        return archive.pack(folder, out)

    def test_it_has_what_the_host_needs_and_nothing_else(self) -> None:
        made = self.pack("one", FILES)
        with zipfile.ZipFile(made.path) as zip:
            names = zip.namelist()
            record = zip.read("Shop-1.0.dist-info/RECORD").decode()
            infos = zip.infolist()
        self.assertEqual(
            names,
            [
                "Shop-1.0.dist-info/METADATA",
                "Shop-1.0.dist-info/RECORD",
                "shop/__init__.py",
                "shop/bin/kept.py",
                "shop/data.json",
                "shop/locale/de/django.mo",
                "shop/locale/xx/django.po",
            ],
        )
        self.assertEqual(
            record,
            "Shop-1.0.dist-info/RECORD,,\nshop/__init__.py,sha256=a,6\n"
            "shop/data.json,sha256=b,2\n",
        )
        self.assertEqual({info.date_time for info in infos}, {(1980, 1, 1, 0, 0, 0)})
        self.assertEqual(made.path.name, made.sha256 + ".zip")
        self.assertEqual(made.path.stat().st_size, made.size)

    def test_the_same_files_give_the_same_bytes(self) -> None:
        one = self.pack("one", FILES)
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        with mock.patch.dict(os.environ, {"TZ": "Asia/Tokyo"}):
            two = self.pack("two", dict(reversed(list(FILES.items()))))
        os.utime(self.root / "two" / "shop" / "data.json", (0, 0))
        self.assertEqual(one.path.read_bytes(), two.path.read_bytes())
        self.assertEqual((one.sha256, one.contents), (two.sha256, two.contents))

    def test_another_compression_has_the_same_contents(self) -> None:
        one = self.pack("one", {**FILES, "large.txt": "abc" * 10_000})
        with mock.patch.object(zipfile, "ZIP_DEFLATED", zipfile.ZIP_STORED):
            two = self.pack("two", {**FILES, "large.txt": "abc" * 10_000})
        self.assertNotEqual(one.sha256, two.sha256)
        self.assertEqual(one.contents, two.contents)

    def test_each_change_is_another_content(self) -> None:
        found = {self.pack("one", FILES).contents}
        found.add(self.pack("two", {**FILES, "shop/data.json": "[]"}).contents)
        found.add(self.pack("three", {**FILES, "shop/new.py": ""}).contents)
        folder = self.root / "one"
        (folder / "shop" / "data.json").chmod(0o755)
        found.add(archive.pack(folder, self.root).contents)
        self.assertEqual(len(found), 4)

    def test_no_files(self) -> None:
        self.assertEqual(self.pack("none", {}).files, 0)

    def test_files_that_are_refused(self) -> None:
        cases: list[tuple[str, dict[str, str | bytes]]] = [
            ("case", {"shop/a.py": "", "Shop/b.py": ""}),
            ("case", {"shop/a.py": "", "shop/A.py": ""}),
            ("name", {"shop/a\\b.py": ""}),
            ("name", {"shop/a\nb.py": ""}),
        ]
        for number, (kind, files) in enumerate(cases):
            with self.subTest(files), self.assertRaises(BadPackage) as caught:
                self.pack(str(number), files)
            self.assertEqual(caught.exception.kind, kind)

    def test_links_and_pipes_are_refused(self) -> None:
        for kind in ("link", "special"):
            folder = self.root / kind
            folder.mkdir()
            if kind == "link":
                (folder / "x").symlink_to("/etc/passwd")
            else:
                os.mkfifo(folder / "x")
            with self.subTest(kind), self.assertRaises(BadPackage) as caught:
                archive.pack(folder, self.root)
            self.assertEqual(caught.exception.kind, kind)

    def test_too_much_is_refused(self) -> None:
        limit = mock.patch.object(archive, "MAX_BYTES", 10)
        with limit, self.assertRaises(BadPackage) as caught:
            self.pack("large", {"a": "x" * 11})
        self.assertEqual(caught.exception.kind, "large")


if __name__ == "__main__":
    unittest.main()
