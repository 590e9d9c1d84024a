"""Archives and records that are damaged, for another Python, or hostile."""

from __future__ import annotations

import hashlib
import json
import random
import unittest
import zipfile
from unittest import mock

import bundles

FILES = {"shop/__init__.py": b"WORD = 1\n" * 50, "shop/data.bin": bytes(range(256))}


class Archives(bundles.BundleTest):
    def test_missing(self) -> None:
        bundle = self.upload(bundles.zipped(FILES))
        archive = bundle.with_name(bundle.name + ".zip")
        archive.unlink()
        self.assertIn(f"cannot unpack {archive}: ", self.failure())
        self.assertIn("No such file or directory", self.failure())
        self.assertTrue(self.failure().endswith("; run 'pa-new deploy'"))
        self.assert_nothing()

    def test_cut_off_anywhere(self) -> None:
        data = bundles.zipped(FILES)
        digest = hashlib.sha256(data).hexdigest()
        for size in range(0, len(data), 7):
            with self.subTest(size):
                bundle = self.upload(data[:size], digest=digest)
                self.assertIn("it was damaged, or its upload broke off", self.failure())
                self.assert_nothing()
                self.assertFalse(bundle.with_name(bundle.name + ".zip").exists())
        self.upload(data)
        with self.loaded():
            self.assert_complete(bundle, FILES)

    def test_changed_bits(self) -> None:
        data = bundles.zipped(FILES)
        digest = hashlib.sha256(data).hexdigest()
        for place in range(0, len(data), 11):
            changed = bytearray(data)
            changed[place] ^= 1 << place % 8
            self.upload(bytes(changed), digest=digest)
            self.assertIn("it was damaged", self.failure())
            self.assert_nothing()

    def test_not_a_zip_file_although_the_digest_is_right(self) -> None:
        """Whatever is wrong with it: one line, and nothing is left."""
        data = bundles.zipped(FILES)
        numbers = random.Random(16)
        refused = 0
        for size in range(0, len(data), 13):
            self.upload(data[:size])
            self.assertIn("cannot unpack", self.failure())
            self.assert_nothing()
        for _ in range(500):
            changed = bytearray(data)
            for _ in range(numbers.randint(1, 4)):
                changed[numbers.randrange(len(data))] = numbers.randrange(256)
            bundle = self.upload(bytes(changed))
            try:
                with self.loaded():
                    self.assertTrue(bundle.is_dir())
            except RuntimeError as error:
                refused += 1
                self.assertNotIn("\n", str(error))
                self.assertFalse(bundle.exists())
                self.assertEqual([], [*self.bundles.glob(".new-*")])
            self.assertEqual([".pa-new"], [path.name for path in self.home.iterdir()])
        self.assertGreater(refused, 100)

    def test_hostile_names(self) -> None:
        names = (
            "../up",
            "a/../../up",
            "/tmp/up",
            "a//b",
            "./a",
            "a/.",
            "a/",
            "..",
            "a/..",
        )
        for name in (*names, "", "line\n/../break"):
            with self.subTest(name):
                self.upload(bundles.zipped({"good.py": b"", name: b"bad"}))
                self.assertIn("is not a file below its folder", self.failure())
                self.assert_nothing()
        self.assertFalse((self.bundles / "up").exists())

    def test_other_things_than_files(self) -> None:
        for mode in (0o120777, 0o040755, 0o020666, 0o010644, 0o140644, 0o060660):
            with self.subTest(oct(mode)):
                data = bundles.zipped({"a": b"/etc/passwd"}, {"a": mode})
                self.upload(data)
                self.assertIn(
                    "'a' in it is not a file below its folder", self.failure()
                )
                self.assert_nothing()

    def test_special_bits_are_not_kept(self) -> None:
        bundle = self.upload(bundles.zipped({"a": b"x"}, {"a": 0o106777}))
        with self.loaded():
            self.assertEqual(0o100755, (bundle / "a").stat().st_mode)

    def test_the_same_name_twice(self) -> None:
        data = bundles.zipped({"same-1": b"one", "same-2": b"two"})
        self.upload(data.replace(b"same-2", b"same-1"))
        self.assertIn("it has two files 'same-1'", self.failure())
        self.assert_nothing()

    def test_file_that_is_also_a_folder(self) -> None:
        self.upload(bundles.zipped({"a": b"", "a/b": b""}))
        self.assertIn("cannot unpack", self.failure())
        self.assert_nothing()

    def test_with_a_password(self) -> None:
        data = bytearray(bundles.zipped({"a": b"secret"}))
        data[6] |= 1
        data[data.index(b"PK\1\2") + 8] |= 1
        self.upload(bytes(data))
        self.assertIn("encrypted", self.failure())
        self.assert_nothing()

    def test_large_file(self) -> None:
        files = {"a.bin": bytes(30 << 20), "b.txt": b"1"}
        bundle = self.upload(bundles.zipped(files))
        with self.loaded():
            self.assertEqual(30 << 20, (bundle / "a.bin").stat().st_size)


class Records(bundles.BundleTest):
    def test_another_python(self) -> None:
        for python in ("3.8", "3.1", "3.130", "3", ""):
            bundle = self.upload(bundles.zipped(FILES), python)
            running = bundles.PYTHON
            self.assertEqual(
                f"{bundle}.zip has packages for Python {python}, but this is Python {running}: run"
                f" 'pa-new deploy' to upload packages for Python {running}",
                self.failure(),
            )
            self.assert_nothing()

    def test_damaged(self) -> None:
        self.upload(bundles.zipped(FILES))
        file = self.bundles / "current.json"
        good = json.loads(file.read_bytes())
        wrong = [
            {**good, "version": 2},
            {**good, "sha256": "../../etc"},
            [],
            None,
            1,
            "x",
        ]
        wrong += [{**good, "sha256": None}, {**good, "sha256": "/" * 64}, {}]
        texts = [json.dumps(value).encode() for value in wrong]
        texts += [
            b"",
            b"{",
            b"\xff",
            b"[" * 100_000,
            bytes(100),
            file.read_bytes()[:40],
        ]
        for text in texts:
            with self.subTest(text[:80]):
                file.write_bytes(text)
                self.assertEqual(
                    f"{file} is damaged, or newer than this project: run 'pa-new update',"
                    " then 'pa-new deploy'",
                    self.failure(),
                )
                self.assert_nothing()

    def test_more_keys(self) -> None:
        self.upload(bundles.zipped(FILES))
        file = self.bundles / "current.json"
        file.write_text(json.dumps({**json.loads(file.read_bytes()), "more": [1]}))
        with self.loaded():
            import shop  # type: ignore[import-not-found]

            self.assertEqual(1, shop.WORD)

    def test_error_log_has_one_line(self) -> None:
        """The traceback shows where, without another exception before it."""
        self.upload(b"no zip file")
        with mock.patch.object(zipfile, "ZipFile", side_effect=KeyError("any")):
            self.assertIn("cannot unpack", self.failure())


if __name__ == "__main__":
    unittest.main()
